"""Delimited text: what is found is reported, rows are those of a spreadsheet, damage is located."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest.delimited import read_delimited

LINES = "id,answer,comment\n1,3,fine\n2,4,\n"


def written(tmp_path: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def cells(path: Path, **options: str) -> list[list[str]]:
    table = read_export(path, **options).columns
    return [list(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
    ],
)
def test_unicode_is_read_with_and_without_mark(tmp_path: Path, encoding: str, mark: bytes) -> None:
    text = "name,city\nA,Köln\nB,Łódź\n"
    path = written(tmp_path, mark + text.encode(encoding))
    export = read_export(path)
    assert cells(path) == [["A", "Köln"], ["B", "Łódź"]]
    assert export.reading["encoding"] == encoding
    assert export.names == ("name", "city")
    assert not export.findings


def test_other_encodings_are_a_finding(tmp_path: Path) -> None:
    text = "name,city\n" + "A,Köln\nB,Zürich\nC,Göttingen\n" * 20
    export = read_export(written(tmp_path, text.encode("cp1252")))
    assert [finding.code for finding in export.findings] == ["encoding_guessed"]
    assert export.columns["city"][0].as_py() == "Köln"


def test_a_named_encoding_must_fit(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nA\nB\nKöln\n".encode("cp1252"))
    assert cells(path, encoding="cp1252")[2] == ["Köln"]
    with pytest.raises(ResponseError) as caught:
        read_export(path, encoding="utf-8")
    assert (caught.value.problems[0].code, caught.value.problems[0].row) == ("wrong_encoding", 4)
    with pytest.raises(ResponseError, match="unknown_encoding"):
        read_export(path, encoding="utf-88")


@pytest.mark.parametrize(("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_delimiters_are_found(tmp_path: Path, delimiter: str, name: str) -> None:
    path = written(tmp_path, LINES.replace(",", delimiter))
    assert read_export(path).reading["delimiter"] == name
    assert cells(path) == [["1", "3", "fine"], ["2", "4", ""]]


def test_a_decimal_comma_is_found_and_the_text_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "id;hours\n1;1,5\n2;2,25\n")
    assert read_export(path).reading["decimal"] == ","
    assert cells(path) == [["1", "1,5"], ["2", "2,25"]]
    both = read_export(written(tmp_path, "id;hours\n1;1.5\n2;2,5\n"))
    assert both.reading["decimal"] == "."
    assert [(finding.code, finding.column) for finding in both.findings] == [("mixed_decimal_marks", "hours")]


def test_line_breaks_and_delimiters_inside_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,"a, ""quoted""\nheader"\n1,"two\nlines, one cell"\n2,x\n')
    export = read_export(path)
    assert export.names[1] == 'a, "quoted"\nheader'
    assert cells(path)[0] == ["1", "two\nlines, one cell"]
    assert export.rows.tolist() == [2, 3]


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, "id,x\n1,1\n\n2,2\n\n\n3,3\n\n"))
    assert export.rows.tolist() == [2, 4, 7]


def test_ragged_rows_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(ResponseError) as caught:
        read_export(written(tmp_path, "id,x\n1,1\n2,2,secret\n3,3\n4\n"))
    assert [(p.code, p.row) for p in caught.value.problems] == [("ragged_row", 3), ("ragged_row", 5)]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        ("\n\n", "empty_file"),
        ("id,x\n", "no_records"),
        ("id,x,id\n1,2,3\n", "duplicate_columns"),
        (b"\x00\x01\x02\x03" * 50, "not_text"),
        (bytes(range(1, 9)) * 50, "not_text"),
    ],
)
def test_files_without_a_table(tmp_path: Path, content: str | bytes, code: str) -> None:
    with pytest.raises(ResponseError) as caught:
        read_export(written(tmp_path, content))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].file == "export.csv"


def test_nameless_columns(tmp_path: Path) -> None:
    assert read_export(written(tmp_path, "id,x,\n1,2,\n")).names == ("id", "x")
    export = read_export(written(tmp_path, "id,,x\n1,answer,2\n"))
    assert export.names == ("id", "column_2", "x")
    assert [finding.code for finding in export.findings] == ["empty_column_name"]


def test_absent_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ResponseError, match="file_not_found"):
        read_export(tmp_path / "absent.csv")
    with pytest.raises(ResponseError, match=r"is_a_folder|unreadable"):
        read_export(tmp_path)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=8)


@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_csv_writes_is_read_back(rows: list[tuple[str, ...]], delimiter: str, line_end: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second", "third"])
    writer.writerows(rows)
    raw = read_delimited(stream.getvalue().encode("utf-8"), "f.csv", delimiter=delimiter)
    assert [tuple(row.values()) for row in raw.cells.slice(1).to_pylist()] == rows
    assert raw.rows.tolist() == list(range(1, len(rows) + 2))
