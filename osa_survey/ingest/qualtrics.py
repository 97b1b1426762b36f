"""Qualtrics exports: three header rows with ImportIds, the two rows of the legacy layout, or one row left by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from osa_survey.dataset import PlatformFacts
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.ingest.qualtrics_columns import (
    IDENTIFYING,
    UNMISTAKABLE,
    QualtricsColumn,
    column_of,
    import_id,
    metadata_id,
    plain,
)
from osa_survey.ingest.qualtrics_sets import joined_findings, option_sets

MOST_HEADER_ROWS = 3
LEGACY_NAME = re.compile(r"V\d+")
LEAST_LEGACY, LEAST_METADATA, LEAST_UNMISTAKABLE = 4, 4, 2
DATES = frozenset(("startDate", "endDate", "recordedDate"))
PREVIEW_STATUS = ("Survey Preview", "1", "9", "17")
SPAM_STATUS = ("Spam", "8")
PREVIEW_CHANNEL = ("preview",)
FINISHED, UNFINISHED = ("1", "true"), ("0", "false")
COMPLETE = 100.0
ROLES = {
    "startDate": "started",
    "endDate": "ended",
    "duration": "duration",
    "progress": "progress",
    "finished": "finished",
    "userLanguage": "language",
    "status": "status",
    "_recordId": "respondent_id",
}
LEAST_WITH_ID = 0.5
"""No answer looks like an ImportId; columns added by hand and damaged cells have none."""
Header = tuple[int, Sequence[str], Sequence[str], Sequence[str], str]
"""Number of header rows, names, question texts, ImportIds, and why it is Qualtrics."""


def recognise_qualtrics(grid: Grid) -> Layout | None:
    """Return the layout of a Qualtrics export, else None.

    Notes
    -----
    Names and question texts may be in any language where there are ImportIds. Previews and spam are kept; how many
    there are is a finding.
    """
    header = _with_import_ids(grid) or _legacy(grid) or _by_hand(grid)
    if header is None:
        return None
    rows, given, texts, ids, why = header
    names, renamed = make_unique(given, fill_empty=False)
    columns = [column_of(name, identifier) for name, identifier in zip(names, ids, strict=True)]
    positions = {column.name: position for position, column in enumerate(columns) if column.name}
    paradata = {c.import_id: c.name for c in reversed(columns) if c.kind == "metadata" and c.name}
    unfinished, answers = _completion(grid, rows, positions, paradata)
    row = int(grid.rows[0])
    return Layout(
        platform="qualtrics",
        recognised_by=why,
        header_rows=rows,
        names=names,
        wording={name: text for name, text in zip(names, texts, strict=True) if name and text},
        reading=_reading(columns, ids, answers),
        findings=(
            *renamed_findings(names, renamed, grid.file, row),
            *_without_id(grid, rows, columns, ids),
            *_not_answers(grid, rows, positions, paradata),
            *joined_findings(grid, rows, columns),
        ),
        facts=PlatformFacts(
            sets=option_sets(grid, rows, columns, texts),
            roles=_roles(columns, paradata),
            unfinished=unfinished,
            order=_order(columns),
            restricted=tuple(column.name for column in columns if column.import_id in IDENTIFYING),
        ),
    )


def _with_import_ids(grid: Grid) -> Header | None:
    """Look for the row that holds the ImportIds of the columns: the third, or the second if one was deleted."""
    head = grid.head(MOST_HEADER_ROWS)
    for place in range(len(head) - 1, 0, -1):
        names = head[0]
        ids = [import_id(cell) for cell in head[place]]
        named = [identifier for name, identifier in zip(names, ids, strict=True) if name]
        if any(ids) and sum(map(bool, named)) >= LEAST_WITH_ID * len(named):
            texts = head[1] if place > 1 else [""] * len(names)
            row = "third" if place > 1 else "second"
            return place + 1, names, texts, ids, f"the {row} row holds the Qualtrics ImportIds of the columns"
    return None


def _legacy(grid: Grid) -> Header | None:
    """Look for names V1, V2 … over the names of Qualtrics' own columns, as before 2017."""
    head = grid.head(2)
    if len(head) < 2:
        return None
    first, second = head
    numbered = [place for place, name in enumerate(first) if LEGACY_NAME.fullmatch(name) and second[place]]
    known = [place for place in numbered if metadata_id("", second[place])]
    if len(known) < LEAST_LEGACY or "responseid" not in map(plain, second):
        return None
    names = [second[place] if place in known else name for place, name in enumerate(first)]
    ids = [metadata_id("", name) for name in names]
    return 2, names, second, ids, "columns V1, V2 … stand over the names of Qualtrics' own columns (legacy layout)"


def _by_hand(grid: Grid) -> Header | None:
    """Look for Qualtrics' own columns in a file whose further header rows were deleted."""
    head = grid.head(2)
    names = head[0]
    own = {plain(name) for name in names}
    ids = [metadata_id("", name) for name in names]
    if len(set(filter(None, ids))) < LEAST_METADATA or len(own & UNMISTAKABLE) < LEAST_UNMISTAKABLE:
        return None
    dates = [place for place, identifier in enumerate(ids) if identifier in DATES]
    rows = 1
    if len(head) > 1 and dates and all(_is_words(head[1][place]) for place in dates):
        rows = 2
    texts = head[1] if rows == 2 else [""] * len(names)
    deleted = "the row of ImportIds is" if rows == 2 else "its further header rows are"
    return rows, names, texts, ids, f"Qualtrics' own columns are there by name, but {deleted} missing"


def _is_words(cell: str) -> bool:
    return bool(cell) and not any(character.isdigit() for character in cell)


def _reading(columns: Sequence[QualtricsColumn], ids: Sequence[str], answers: str) -> dict[str, Any]:
    """Return what was recognised: ImportIds, and columns by what they hold."""
    reading: dict[str, Any] = {}
    named = [(column, identifier) for column, identifier in zip(columns, ids, strict=True) if column.name]
    if any(column.question for column in columns):
        reading["import_ids"] = {column.name: identifier for column, identifier in named if identifier}
        reading["embedded_data"] = tuple(column.name for column, _ in named if column.kind == "embedded")
    for kind in ("text", "display_order", "timing", "browser", "analysis"):
        found = tuple(column.name for column, _ in named if column.kind == kind)
        if found:
            reading[f"{kind}_columns"] = found
    loops: dict[str, list[str]] = {}
    for column, _ in named:
        if column.loop:
            loops.setdefault(column.loop, []).append(column.name)
    if loops:
        reading["loops"] = {loop: tuple(own) for loop, own in loops.items()}
    if answers:
        reading["answers"] = answers
    return reading


def _roles(columns: Sequence[QualtricsColumn], paradata: dict[str, str]) -> dict[str, str]:
    roles = {role: paradata[identifier] for identifier, role in ROLES.items() if identifier in paradata}
    systems = [column.name for column in columns if column.kind == "browser"]
    device = next((name for name in systems if plain(name).endswith(("operatingsystem", "os"))), "")
    if device or systems:
        roles["device"] = device or systems[0]
    return roles


def _order(columns: Sequence[QualtricsColumn]) -> tuple[str, ...]:
    """Return what is no question first, then questions, all columns of one side by side.

    Embedded data stand at the end of the file and are filled for everyone: a question order that ends with them
    would hide where people broke off.
    """
    named = [column for column in columns if column.name]
    if not any(column.question for column in named):
        return ()
    questions: dict[tuple[str, str], list[str]] = {}
    others = []
    for column in named:
        if column.question and column.kind in ("answer", "text"):
            questions.setdefault((column.loop, column.question), []).append(column.name)
        else:
            others.append(column.name)
    return (*others, *(name for own in questions.values() for name in own))


def _without_id(grid: Grid, rows: int, columns: Sequence[QualtricsColumn], ids: Sequence[str]) -> tuple[Problem, ...]:
    """Return the finding that some columns have no ImportId where others do."""
    if not any(column.question for column in columns):
        return ()
    without = [column.name for column, identifier in zip(columns, ids, strict=True) if column.name and not identifier]
    if not without:
        return ()
    message = "columns without an ImportId: added by hand, or the cell is damaged"
    hint = "look at this row of the file; the columns are read as embedded data"
    row = int(grid.rows[rows - 1])
    return (Problem("missing_import_id", message, grid.file, row, without[0], hint=hint, count=len(without)),)


def _completion(
    grid: Grid, rows: int, positions: dict[str, int], paradata: dict[str, str]
) -> tuple[NDArray[np.bool_] | None, str]:
    """Return which records are unfinished, by Finished or else by Progress, and whether cells hold codes or words."""
    answers = ""
    if "finished" in paradata:
        cells = _texts(grid, rows, positions[paradata["finished"]])
        lower = pc.utf8_lower(cells)
        if pc.all(pc.is_in(lower, value_set=pa.array([*FINISHED, *UNFINISHED]))).as_py():
            words = pc.any(pc.is_in(lower, value_set=pa.array(["true", "false"]))).as_py()
            answers = "choice texts" if words else "values"
            return pc.is_in(lower, value_set=pa.array(UNFINISHED)).to_numpy(), answers
    if "progress" in paradata:
        cells = _texts(grid, rows, positions[paradata["progress"]])
        if pc.all(pc.match_substring_regex(cells, r"^\d{1,3}(\.\d+)?$")).as_py():
            return pc.less(pc.cast(cells, pa.float64()), COMPLETE).to_numpy(), answers
    return None, answers


def _texts(grid: Grid, rows: int, position: int) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(grid.column(position, rows))


def _not_answers(grid: Grid, rows: int, positions: dict[str, int], paradata: dict[str, str]) -> tuple[Problem, ...]:
    """Count previews and spam by their codes, by their English words, and by the channel."""
    marks = (
        ("preview_records", "previews of the survey", "status", PREVIEW_STATUS),
        ("preview_records", "previews of the survey", "distributionChannel", PREVIEW_CHANNEL),
        ("spam_records", "spam", "status", SPAM_STATUS),
    )
    by_name = {name.casefold(): name for name in positions}
    found: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for code, words, identifier, values in marks:
        name = paradata.get(identifier) or by_name.get(identifier.casefold(), "")
        if name:
            cells = _texts(grid, rows, positions[name])
            mask = pc.is_in(cells, value_set=pa.array(values)).to_numpy()
            found[code, words] = mask | found.get((code, words), np.zeros(len(mask), dtype=bool))
    hint = "they are kept: leave them out in Qualtrics, or decide on them before analysis"
    return tuple(
        Problem(
            code,
            f"records that Qualtrics marks as {words}",
            grid.file,
            int(grid.rows[rows + int(np.argmax(mask))]),
            hint=hint,
            count=int(mask.sum()),
        )
        for (code, words), mask in found.items()
        if mask.any()
    )
