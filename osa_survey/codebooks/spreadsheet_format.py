"""A codebook as three sheets of text cells: columns of the export, scales, the study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from osa_survey.codebooks.model import Block, Codebook, VariableEntry
from osa_survey.codebooks.spreadsheet_cells import list_cell, pairs_cell, reasons_cell, text_cell, toml_cell
from osa_survey.instruments import Library

COLUMNS = (
    "column", "wording", "name", "type", "title", "scale", "item", "option", "labels", "missing", "merge", "reference",
    "minimum", "maximum", "unit", "ticked", "maps_to", "recode", "not_mapped", "facets", "window", "asked_if",
    "implied", "weight", "guess", "confidence", "confirmed",
)  # fmt: skip
SCALES = (
    "scale", "instrument", "title", "columns", "codes", "missing", "asked_if", "guess", "confidence", "confirmed",
)  # fmt: skip
STUDY = ("section", "key", "value", "guess", "confirmed")
SHEETS: dict[str, tuple[str, ...]] = {"columns": COLUMNS, "scales": SCALES, "study": STUDY}
ITEM, IGNORED = "item", "ignored"
ATTENTION = "attention"
CONFIDENCE = re.compile(r"\bconfidence (high|medium|low)\b")
TEXTS = ("title", "reference", "unit", "maps_to", "window")
STUDY_KEYS: dict[str, tuple[str, ...]] = {
    "": ("title", "language", "simulated"),
    "file": (
        "platform", "respondent_id", "encoding", "delimiter", "decimal", "sheet", "companions", "withdrawn",
    ),
    "eligibility": (
        "age", "birth_year", "interview_year", "age_band", "band_from", "minimum", "consent.variable",
        "consent.agreed", "attested.how", "attested.by", "attested.documented",
    ),
    "missing": (
        "refused", "dont_know", "not_applicable", "not_shown", "broke_off", "not_answered", "technical", "withdrawn",
        "invalid",
    ),
    "paradata": ("duration", "duration_unit", "started", "ended", "progress", "device", "version"),
}  # fmt: skip
"""Section → keys, in the order of the sheet."""
Row = dict[str, str]
Marks = Mapping[str, str]
"""Key path of a codebook → why it should be checked."""


def codebook_sheets(
    codebook: Codebook,
    library: Library,
    *,
    columns: Sequence[str] = (),
    wording: Mapping[str, str] | None = None,
    marks: Marks | None = None,
) -> dict[str, list[Row]]:
    """Return the rows of every sheet; all cells are texts, "" where there is nothing.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    library : Library
        The instruments, for the items of each block.
    columns : sequence of str
        Columns of the export; those the codebook does not name get a row too.
    wording : mapping of str to str
        Column → question.
    marks : mapping of str to str
        Key path → why a line is a guess.
    """
    wording, marks = wording or {}, marks or {}
    rows = [*_item_rows(codebook, library, marks), *_variable_rows(codebook, marks)]
    rows += [_row(COLUMNS, column=column, type=IGNORED) for column in codebook.ignored]
    named = {row["column"] for row in rows}
    rows += [_row(COLUMNS, column=name) for name in columns if name not in named]
    for row in rows:
        row["wording"] = wording.get(row["column"], "")
        for key in ("column", "wording", "item", "option", *TEXTS):
            row[key] = text_cell(row[key])
    return {"columns": rows, "scales": _scale_rows(codebook, marks), "study": _study_rows(codebook, marks)}


def _row(keys: Sequence[str], **cells: str) -> Row:
    return {key: cells.get(key, "") for key in keys}


def _guess(marks: Marks, path: str) -> Row:
    """Return guess, confidence and confirmed of everything below a key path."""
    own = {key.removeprefix(f"{path}."): why for key, why in marks.items() if key.startswith(f"{path}.")}
    text = "\n".join(f"{key}: {why}" for key, why in own.items())
    sure = CONFIDENCE.search(text)
    return {
        "guess": text,
        "confidence": sure[1] if sure else "low" if own else "",
        "confirmed": "no" if own else "yes",
    }


def _item_rows(codebook: Codebook, library: Library, marks: Marks) -> Iterator[Row]:
    for name, block in codebook.blocks.items():
        items = tuple(item.id for item in library.instrument(block.instrument).items)
        guess = {key: value for key, value in _guess(marks, f"blocks.{name}").items() if key != "guess"}
        for item, column in zip(items, block.column_names(items), strict=True):
            yield {**_row(COLUMNS, column=column, type=ITEM, scale=name, item=item), **guess}


def _variable_rows(codebook: Codebook, marks: Marks) -> Iterator[Row]:
    for name, entry in codebook.variables.items():
        cells = {
            "name": name,
            "type": entry.type,
            "labels": pairs_cell(entry.labels),
            "missing": reasons_cell(entry.missing),
            "minimum": _number(entry.minimum),
            "maximum": _number(entry.maximum),
            "ticked": list_cell(entry.ticked) if entry.type == "multiple" or entry.ticked != (1.0,) else "",
            "merge": pairs_cell(entry.merge),
            "recode": pairs_cell(entry.recode),
            "not_mapped": pairs_cell(entry.not_mapped),
            "facets": pairs_cell(entry.facets),
            "asked_if": _asked_if(entry),
            "weight": "yes" if entry.weight else "",
            "implied": toml_cell([rule.model_dump() for rule in entry.implied]) if entry.implied else "",
            **{key: getattr(entry, key) for key in TEXTS},
            **_guess(marks, f"variables.{name}"),
        }
        if entry.type != "multiple":
            yield _row(COLUMNS, column=entry.column, **cells)
            continue
        for option, column in entry.columns.items():
            yield _row(COLUMNS, column=column, option=option, **cells)
            cells = {"name": name, "type": entry.type, "confirmed": cells["confirmed"]}


def _number(number: float | None) -> str:
    return "" if number is None else toml_cell(number)


def _asked_if(entry: Block | VariableEntry) -> str:
    return "" if entry.asked_if is None else f"{entry.asked_if.variable} = {list_cell(entry.asked_if.codes)}"


def _scale_rows(codebook: Codebook, marks: Marks) -> list[Row]:
    return [
        _row(
            SCALES,
            scale=name,
            instrument=block.instrument,
            title=text_cell(block.title),
            columns=text_cell(block.columns)
            if isinstance(block.columns, str)
            else ("table" if isinstance(block.columns, dict) else "list"),
            codes=pairs_cell(block.codes),
            missing=reasons_cell(block.missing),
            asked_if=_asked_if(block),
            **_guess(marks, f"blocks.{name}"),
        )
        for name, block in codebook.blocks.items()
    ]


def _study_rows(codebook: Codebook, marks: Marks) -> list[Row]:
    content = codebook.model_dump(exclude_defaults=True)
    rows = []
    for section, keys in STUDY_KEYS.items():
        part = content.get(section, {}) if section else content
        for key in keys:
            head, _, rest = key.partition(".")
            value = (part.get(head) or {}).get(rest) if rest else part.get(head)
            path = f"{section}.{head}".strip(".")
            why = marks.get(path, "")
            cells = {"guess": why, "confirmed": "no" if why else "yes" if value is not None else ""}
            rows.append(_row(STUDY, section=section or "study", key=key, value=_study_cell(value), **cells))
    for name, question in codebook.attention.items():
        cells = {"value": toml_cell(question.model_dump()), "confirmed": "yes"}
        rows.append(_row(STUDY, section=ATTENTION, key=text_cell(name), **cells))
    return rows


def _study_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return pairs_cell(value)
    if isinstance(value, list | tuple):
        return list_cell(value)
    return text_cell(value) if isinstance(value, str) else toml_cell(value)


def is_confirmed(row: Row) -> bool:
    """Tell whether a person has confirmed a row."""
    return is_yes(row["confirmed"])


def is_yes(cell: str) -> bool:
    """Tell whether a cell says yes."""
    return cell.casefold() in ("yes", "ja", "y", "j", "x", "1", "true")
