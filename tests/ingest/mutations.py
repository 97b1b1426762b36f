"""Damage to files, as disks, editors, spreadsheets and mail programs do it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import numpy as np

Mutation = Callable[[bytes, np.random.Generator], bytes]
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "mac_roman",
    "latin-1",
    "cp1251",
    "gb18030",
)


def _place(data: bytes, generator: np.random.Generator) -> int:
    return int(generator.integers(0, len(data)))


def flip_a_byte(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + bytes([data[place] ^ int(generator.integers(1, 256))]) + data[place + 1 :]


def flip_many_bytes(data: bytes, generator: np.random.Generator) -> bytes:
    for _ in range(int(generator.integers(2, 40))):
        data = flip_a_byte(data, generator)
    return data


def cut_a_row(data: bytes, generator: np.random.Generator) -> bytes:
    lines = data.split(b"\n")
    del lines[int(generator.integers(0, len(lines)))]
    return b"\n".join(lines)


def cut_a_row_in_two(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + b"\n" + data[place:]


def repeat_a_row(data: bytes, generator: np.random.Generator) -> bytes:
    lines = data.split(b"\n")
    place = int(generator.integers(0, len(lines)))
    return b"\n".join([*lines[:place], lines[place], *lines[place:]])


def truncate(data: bytes, generator: np.random.Generator) -> bytes:
    return data[: _place(data, generator)]


def cut_the_head(data: bytes, generator: np.random.Generator) -> bytes:
    return data[int(generator.integers(1, min(len(data), 400))) :]


def open_a_quote(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + b'"' + data[place:]


def remove_a_quote(data: bytes, generator: np.random.Generator) -> bytes:
    places = [place for place, byte in enumerate(data) if byte == 34]
    if not places:
        return open_a_quote(data, generator)
    place = int(generator.choice(places))
    return data[:place] + data[place + 1 :]


def insert_nul(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + b"\x00" * int(generator.integers(1, 9)) + data[place:]


def insert_noise(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + generator.bytes(int(generator.integers(1, 200))) + data[place:]


def overwrite_with_nul(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    size = int(generator.integers(1, 512))
    return data[:place] + b"\x00" * len(data[place : place + size]) + data[place + size :]


def remove_a_delimiter(data: bytes, generator: np.random.Generator) -> bytes:
    places = [place for place, byte in enumerate(data) if byte in b",;\t|"]
    if not places:
        return truncate(data, generator)
    place = int(generator.choice(places))
    return data[:place] + data[place + 1 :]


def change_line_ends(data: bytes, generator: np.random.Generator) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", (b"\r", b"\r\n", b"\n\n")[int(generator.integers(0, 3))])


def change_the_encoding(data: bytes, generator: np.random.Generator) -> bytes:
    source = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = data.decode(source, errors="replace")
    return text.encode(str(generator.choice(ENCODINGS)), errors="replace")


def read_as_another_encoding(data: bytes, generator: np.random.Generator) -> bytes:
    wrong = str(generator.choice(("cp1252", "latin-1", "mac_roman", "utf-8")))
    return data.decode(wrong, errors="replace").encode("utf-8")


def mix_encodings(data: bytes, generator: np.random.Generator) -> bytes:
    place = _place(data, generator)
    return data[:place] + data[place:].decode("utf-8", errors="replace").encode("cp1252", errors="replace")


def append_garbage(data: bytes, generator: np.random.Generator) -> bytes:
    return data + (b"\n\nTotal;12\n", b"\x1a", b"\x00" * 64, b"PK\x03\x04", data)[int(generator.integers(0, 5))]


def _tabular(change: Callable[[list[list[str]], np.random.Generator], list[list[str]]]) -> Mutation:
    """Return a mutation of the cells of a table; what is no table is cut."""

    def mutate(data: bytes, generator: np.random.Generator) -> bytes:
        wide = data.startswith(b"\xff\xfe")
        if data.startswith((b"PK", b"$FL", b"PAR1", b"<stata", b"HEADER RECORD")):
            return truncate(data, generator)
        text = data.decode("utf-16" if wide else "utf-8", errors="replace").removeprefix("\ufeff")
        line = text.split("\n")[0]
        delimiter = max(",;\t|", key=line.count)
        rows = change(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), generator)
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return buffer.getvalue().encode("utf-16" if wide else "utf-8", errors="replace")

    return mutate


def _drop(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    place = int(generator.integers(0, len(rows[0])))
    return [row[:place] + row[place + 1 :] for row in rows]


def _double(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    place = int(generator.integers(0, len(rows[0])))
    return [row[: place + 1] + row[place:] for row in rows]


def _swap(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    order = generator.permutation(len(rows[0]))
    return [[row[place] for place in order] if len(row) == len(order) else row for row in rows]


def _drop_in_one_row(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    place = int(generator.integers(0, len(rows)))
    rows[place] = rows[place][:-1]
    return rows


def _without_header(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    return rows[int(generator.integers(1, 4)) :]


def _odd_cells(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    odd = (
        "",
        " ",
        "NaN",
        "1e999",
        "-0",
        "9" * 400,
        "\ufeff",
        "\u202e",
        "{",
        "{'ImportId': ",
        '{"ImportId": 3}',
        "[",
        "(((",
    )
    for _ in range(int(generator.integers(1, 12))):
        row = rows[int(generator.integers(0, len(rows)))]
        if row:
            row[int(generator.integers(0, len(row)))] = str(generator.choice(odd))
    return rows


def _blank_header(rows: list[list[str]], generator: np.random.Generator) -> list[list[str]]:
    place = int(generator.integers(0, min(3, len(rows))))
    rows[place] = [""] * len(rows[place])
    return rows


MUTATIONS: dict[str, Mutation] = {
    function.__name__: function
    for function in (
        flip_a_byte,
        flip_many_bytes,
        cut_a_row,
        cut_a_row_in_two,
        repeat_a_row,
        truncate,
        cut_the_head,
        open_a_quote,
        remove_a_quote,
        insert_nul,
        insert_noise,
        overwrite_with_nul,
        remove_a_delimiter,
        change_line_ends,
        change_the_encoding,
        read_as_another_encoding,
        mix_encodings,
        append_garbage,
    )
} | {
    name: _tabular(change)
    for name, change in (
        ("drop_a_column", _drop),
        ("double_a_column", _double),
        ("shuffle_columns", _swap),
        ("shorten_a_row", _drop_in_one_row),
        ("drop_header_rows", _without_header),
        ("odd_cells", _odd_cells),
        ("blank_a_header_row", _blank_header),
    )
}
"""Every kind of damage."""
