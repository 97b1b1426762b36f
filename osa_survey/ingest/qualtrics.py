"""Qualtrics exports in the current layout: names, question texts, and a row of JSON ImportIds above the answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.errors import Problem
from osa_survey.ingest.grids import Grid, Layout

HEADER_ROWS = 3
STATUS, CHANNEL = "status", "distributionchannel"
PREVIEW_STATUS = ("Survey Preview", "1", "9", "17")
SPAM_STATUS = ("Spam", "8")
PREVIEW_CHANNEL = ("preview",)


def recognise_qualtrics(grid: Grid) -> Layout | None:
    """Return the layout if the third row holds an ImportId for every named column, else None.

    Notes
    -----
    Names and question texts may be in any language: only the ImportIds are looked at. Previews and spam are kept;
    how many there are is a finding.
    """
    head = grid.head(HEADER_ROWS)
    if len(head) < HEADER_ROWS:
        return None
    names, wording, third = head
    ids = [import_id(cell) for cell in third]
    if not any(ids) or any(name and not identifier for name, identifier in zip(names, ids, strict=True)):
        return None
    known = {name.casefold(): position for position, name in enumerate(names)}
    known |= {identifier.casefold(): position for position, identifier in enumerate(ids) if identifier}
    return Layout(
        platform="qualtrics",
        recognised_by="the third row holds the Qualtrics ImportId of every column",
        header_rows=HEADER_ROWS,
        names=names,
        wording=dict(zip(names, wording, strict=True)),
        reading={"import_ids": {name: identifier for name, identifier in zip(names, ids, strict=True) if name}},
        findings=_not_answers(grid, known),
    )


def import_id(cell: str) -> str:
    """Return the ImportId of a cell of the third row, "" if it is none.

    Examples
    --------
    >>> import_id('{"ImportId":"QID12_3"}'), import_id('{"ImportId":"startDate","timeZone":"Z"}'), import_id("3")
    ('QID12_3', 'startDate', '')
    """
    if not cell.startswith("{"):
        return ""
    try:
        content = json.loads(cell)
    except (ValueError, RecursionError):
        return ""
    found = content.get("ImportId", "") if isinstance(content, dict) else ""
    return found if isinstance(found, str) else ""


def _not_answers(grid: Grid, known: Mapping[str, int]) -> tuple[Problem, ...]:
    """Count previews and spam by their codes, by their English words, and by the channel."""
    previews = _either(
        _is_one_of(grid, known.get(STATUS), PREVIEW_STATUS), _is_one_of(grid, known.get(CHANNEL), PREVIEW_CHANNEL)
    )
    spam = _is_one_of(grid, known.get(STATUS), SPAM_STATUS)
    hint = "they are kept: leave them out in Qualtrics, or decide on them before analysis"
    findings = []
    for code, words, mask in (("preview_records", "previews of the survey", previews), ("spam_records", "spam", spam)):
        number = 0 if mask is None else int(pc.sum(mask).as_py() or 0)
        if mask is not None and number:
            first = int(grid.rows[HEADER_ROWS + pc.index(mask, True).as_py()])
            message = f"records that Qualtrics marks as {words}"
            findings.append(Problem(code, message, grid.file, first, hint=hint, count=number))
    return tuple(findings)


def _is_one_of(grid: Grid, position: int | None, values: Sequence[str]) -> pa.ChunkedArray | None:
    if position is None:
        return None
    return pc.is_in(pc.utf8_trim_whitespace(grid.column(position, HEADER_ROWS)), value_set=pa.array(values))


def _either(first: pa.ChunkedArray | None, second: pa.ChunkedArray | None) -> pa.ChunkedArray | None:
    if first is None or second is None:
        return second if first is None else first
    return pc.or_(first, second)
