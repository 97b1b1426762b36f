"""Cells of a codebook as a spreadsheet: short forms a person can write, else TOML that loses nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_CELL = 32_000
"""A spreadsheet cuts longer cells."""


def text_cell(text: str) -> str:
    r"""Return a text as a cell: as it is, or quoted where a spreadsheet would change it.

    Examples
    --------
    >>> text_cell("two words"), text_cell("a\tb"), text_cell('"quoted"')
    ('two words', '"a\\tb"', '"\\"quoted\\""')
    """
    if PLAIN.fullmatch(text) and text == text.strip() and text[:1] not in ('"', "{", "[", "'") and "_x" not in text:
        return text
    return toml_cell(text)


def cell_text(cell: object) -> str:
    """Return a cell as text: numbers in their shortest form, quoted texts without their quotes."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if text.startswith('"'):
        content = parsed(text)
        return content if isinstance(content, str) else text
    return text


def toml(value: Any) -> str:
    """Return a value as inline TOML.

    Examples
    --------
    >>> toml({"1": "man", "two words": [1.0, 2.5]})
    '{ 1 = "man", "two words" = [1, 2.5] }'
    """
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(str(key))} = {toml(part)}" for key, part in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(part) for part in value)}]"
    if isinstance(value, str):
        return f'"{"".join(_escaped(mark) for mark in value)}"'
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(tomlkit.item(value).as_string())


def toml_key(key: str) -> str:
    """Return a key as it is, or quoted."""
    return key if BARE.fullmatch(key) and "_x" not in key else toml(key)


def toml_cell(value: Any) -> str:
    """Return inline TOML as a cell: workbooks take _x and four digits for a character, so _x is written otherwise."""
    return toml(value).replace("_x", "\\u005Fx")


def _escaped(mark: str) -> str:
    if mark in '"\\':
        return f"\\{mark}"
    if PLAIN.fullmatch(mark):
        return mark
    return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(mark, f"\\U{ord(mark):08X}")


def parsed(text: str) -> Any:
    """Return the value of inline TOML, None if it is none."""
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return None


def number_or_text(text: str) -> float | str:
    """Return a code as it stands in a codebook.

    Examples
    --------
    >>> number_or_text("-9"), number_or_text("NA"), number_or_text("1e3")
    (-9.0, 'NA', '1e3')
    """
    text = text.strip()
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def pairs_cell(pairs: Mapping[Any, Any]) -> str:
    r"""Return value → category as lines ``value = category``.

    Examples
    --------
    >>> pairs_cell({"1": "man", "2": "woman"})
    '1 = man\n2 = woman'
    """
    simple = "\n".join(f"{_shown(key)} = {_shown(value)}" for key, value in pairs.items())
    if not pairs or (_is_safe(simple) and _same(cell_pairs(simple), pairs)):
        return simple
    return toml_cell(pairs)


def cell_pairs(cell: str) -> dict[str, str]:
    """Return the lines of a cell as pairs; lines are split at the first `` = ``."""
    if cell.startswith("{"):
        content = parsed(cell)
        return content if isinstance(content, dict) else {"": cell}
    pairs = {}
    for line in cell.splitlines():
        if line.strip():
            mark = " = " if " = " in line else "="
            key, _, value = line.partition(mark)
            pairs[key.strip()] = value.strip()
    return pairs


def list_cell(values: Sequence[float | str]) -> str:
    """Return codes separated by commas."""
    simple = ", ".join(_shown(value) for value in values)
    return simple if not values or (_is_safe(simple) and cell_list(simple) == list(values)) else toml_cell(list(values))


def cell_list(cell: str) -> list[Any]:
    """Return the codes of a cell."""
    if cell.startswith("["):
        content = parsed(cell)
        return content if isinstance(content, list) else [cell]
    return [number_or_text(part) for part in cell.split(",") if part.strip()]


def reasons_cell(missing: Mapping[Any, Sequence[float | str]]) -> str:
    """Return reason → codes as lines ``reason: codes``."""
    simple = "\n".join(f"{reason}: {list_cell(codes)}" for reason, codes in missing.items())
    back = {reason: list(codes) for reason, codes in missing.items()}
    return simple if not missing or (_is_safe(simple) and cell_reasons(simple) == back) else toml_cell(missing)


def cell_reasons(cell: str) -> dict[str, list[Any]]:
    """Return reason → codes."""
    if cell.startswith("{"):
        content = parsed(cell)
        return content if isinstance(content, dict) else {"": [cell]}
    pairs = (line.partition(":") for line in cell.splitlines() if line.strip())
    return {reason.strip(): cell_list(codes.strip()) for reason, _, codes in pairs}


def _is_safe(text: str) -> bool:
    return all(text_cell(line) == line for line in text.split("\n")) and text == text.strip() and len(text) > 0


def _same(back: Mapping[str, str], pairs: Mapping[Any, Any]) -> bool:
    return back == {_shown(key): _shown(value) for key, value in pairs.items()} and all(
        not isinstance(part, float) or float(_shown(part)) == part for pair in pairs.items() for part in pair
    )
