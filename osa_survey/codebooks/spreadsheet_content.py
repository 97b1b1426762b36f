"""From the three sheets of a codebook back to its content, whatever order the rows are in now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from osa_survey.codebooks.spreadsheet_cells import cell_list, cell_pairs, cell_reasons, number_or_text, parsed
from osa_survey.codebooks.spreadsheet_format import ATTENTION, IGNORED, ITEM, TEXTS, Row, is_confirmed, is_yes
from osa_survey.instruments import Library


def codebook_content(sheets: Mapping[str, Sequence[Row]], library: Library) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content of a codebook and the marks of what is not confirmed, from the rows of its sheets.

    Parameters
    ----------
    sheets : mapping of str to sequence of rows
        As ``codebook_sheets`` gives them; rows may be in another order.
    library : Library
        The instruments, for the order of items.
    """
    content: dict[str, Any] = {"format": 1, "title": ""}
    marks: dict[str, str] = {}
    for row in sheets["study"]:
        _read_study_row(row, content, marks)
    items: dict[str, dict[str, str]] = {}
    variables: dict[str, dict[str, Any]] = {}
    ignored = []
    for row in sheets["columns"]:
        kind = row["type"]
        if kind == IGNORED:
            ignored.append(row["column"])
        elif kind == ITEM or (row["scale"] and not row["name"]):
            items.setdefault(row["scale"], {})[row["item"]] = row["column"]
        elif kind or row["name"]:
            name = row["name"] or re.sub(r"\W+", "_", row["column"].casefold()).strip("_")
            _read_variable_row(row, variables.setdefault(name, {}))
            _read_guess(row, f"variables.{name}", marks)
    blocks = {}
    for row in sheets["scales"]:
        if row["scale"]:
            blocks[row["scale"]] = _block(row, items.get(row["scale"], {}), library)
            _read_guess(row, f"blocks.{row['scale']}", marks)
    content |= {key: part for key, part in (("ignored", ignored), ("blocks", blocks), ("variables", variables)) if part}
    return content, marks


def _read_study_row(row: Row, content: dict[str, Any], marks: dict[str, str]) -> None:
    section, key, cell = row["section"] if row["section"] != "study" else "", row["key"], row["value"]
    if not cell or not key:
        return
    part = content.setdefault(section, {}) if section else content
    head, _, rest = key.partition(".")
    value: Any = cell
    if section == ATTENTION:
        part[key] = parsed(cell) or cell
        return
    if section == "missing" or key in ("consent.agreed", "companions"):
        value = cell_list(cell) if key != "companions" else [str(part) for part in cell_list(cell)]
    elif key == "band_from":
        value = {code: number_or_text(str(lowest)) for code, lowest in cell_pairs(cell).items()}
    elif key in ("minimum", "interview_year"):
        value = _whole(cell)
    elif key == "simulated":
        value = is_yes(cell)
    if rest:
        part.setdefault(head, {})[rest] = value
    else:
        part[head] = value
    if row["guess"] and not is_confirmed(row):
        marks[f"{section}.{head}".strip(".")] = row["guess"]


def _whole(cell: str) -> float | int | str:
    value = number_or_text(cell)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read_guess(row: Row, path: str, marks: dict[str, str]) -> None:
    if row["guess"] and not is_confirmed(row):
        for line in row["guess"].splitlines():
            key, _, why = line.partition(": ")
            marks[f"{path}.{key}"] = why


def _read_variable_row(row: Row, entry: dict[str, Any]) -> None:
    """Add what a row says to the entry of its variable; a check-all question has one row for each option."""
    entry.setdefault("type", row["type"] or "text")
    if row["option"] or entry["type"] == "multiple":
        entry.setdefault("columns", {})[row["option"] or str(len(entry.get("columns", {})) + 1)] = row["column"]
    elif row["column"]:
        entry.setdefault("column", row["column"])
    readers: dict[str, Any] = {
        **dict.fromkeys(TEXTS, str),
        "labels": cell_pairs,
        "merge": cell_pairs,
        "recode": cell_pairs,
        "not_mapped": cell_pairs,
        "facets": cell_pairs,
        "missing": cell_reasons,
        "minimum": number_or_text,
        "maximum": number_or_text,
        "ticked": cell_list,
        "asked_if": _asked,
        "implied": lambda cell: parsed(cell) or cell,
    }
    for key, read in readers.items():
        if row[key]:
            entry.setdefault(key, read(row[key]))
    if is_yes(row["weight"]):
        entry["weight"] = True


def _asked(cell: str) -> dict[str, Any]:
    variable, _, codes = cell.partition("=")
    return {"variable": variable.strip(), "codes": cell_list(codes.strip())}


def _block(row: Row, items: Mapping[str, str], library: Library) -> dict[str, Any]:
    """Return the entry of a block: the rows of its items say which column holds which item."""
    known = library.instruments.get(row["instrument"])
    order = [item.id for item in known.items] if known else list(items)
    listed = [items[item] for item in order if item in items]
    entry: dict[str, Any] = {"instrument": row["instrument"]}
    pattern = row["columns"]
    complete = len(listed) == len(order) == len(items)
    if not items:
        entry["columns"] = pattern
    elif pattern == "table" or not complete:
        entry["columns"] = dict(items)
    elif "{n" in pattern and _expanded(pattern, len(order)) == listed:
        entry["columns"] = pattern
    else:
        entry["columns"] = listed
    if row["title"]:
        entry["title"] = row["title"]
    if row["codes"]:
        entry["codes"] = {key: number_or_text(str(code)) for key, code in cell_pairs(row["codes"]).items()}
    if row["missing"]:
        entry["missing"] = cell_reasons(row["missing"])
    if row["asked_if"]:
        entry["asked_if"] = _asked(row["asked_if"])
    return entry


def _expanded(pattern: str, number: int) -> list[str]:
    try:
        return [pattern.format(n=n) for n in range(1, number + 1)]
    except (ValueError, KeyError, IndexError):
        return []
