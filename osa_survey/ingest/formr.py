"""formr: results as JSON or CSV. Texts and choices come in a list of items of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import PlatformFacts
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.instruments.reasons import Reason

MARKS = frozenset(("session", "created", "modified", "ended"))
PARADATA = ("session", "session_id", "study_id", "unit_id", "iteration", "created", "modified", "ended", "expired")
NOT_WRITTEN = "NA"
REVERSED = re.compile(r".*\d+_?R")
SHOWN_NAMES = 20
NUMBER = r"^\s*-?\d+(\.\d+)?\s*$"


def recognise_formr(grid: Grid) -> Layout | None:
    """Return the layout if the columns ``session``, ``created``, ``modified`` and ``ended`` are there, else None.

    Notes
    -----
    A record without ``ended`` is unfinished. formr marks reverse-keyed items by an ``R`` after the item's number; such
    columns are named in a finding, their values are as they were given.
    """
    header = grid.head(1)[0]
    if not set(header) >= MARKS:
        return None
    names, renamed = make_unique(header, fill_empty=False)
    ended = pc.utf8_trim_whitespace(grid.column(names.index("ended"), 1))
    reading: dict[str, Any] = {"paradata": [name for name in names if name in PARADATA]}
    findings = list(renamed_findings(names, renamed, grid.file, int(grid.rows[0])))
    reverse = [name for name in names if name not in PARADATA and REVERSED.fullmatch(name)]
    if reverse:
        reading["reversed_in_name"] = reverse
        more = f" and {len(reverse) - SHOWN_NAMES} more" if len(reverse) > SHOWN_NAMES else ""
        message = f"columns marked as reverse-keyed by their names: {', '.join(reverse[:SHOWN_NAMES])}{more}"
        hint = "the values are as given: the instrument's key decides what is reversed, not the name"
        row = int(grid.rows[0])
        findings.append(Problem("reversed_in_name", message, grid.file, row, reverse[0], hint=hint, count=len(reverse)))
    return Layout(
        platform="formr",
        recognised_by="the columns session, created, modified and ended of formr",
        header_rows=1,
        names=names,
        reading=reading,
        findings=tuple(findings),
        facts=PlatformFacts(
            reasons=_not_written(grid, names),
            roles={"respondent_id": "session", "started": "created", "ended": "ended"},
            unfinished=pc.is_in(ended, value_set=_texts("", NOT_WRITTEN, "NULL")).to_numpy(),
            restricted=("session",),
        ),
    )


def _not_written(grid: Grid, names: Sequence[str]) -> dict[str, dict[str, Reason]]:
    """Return the reason of ``NA``, as R writes an empty cell, in columns that otherwise hold only numbers."""
    reasons: dict[str, dict[str, Reason]] = {}
    for position, name in enumerate(names):
        cells = pc.utf8_trim_whitespace(grid.column(position, 1))
        if not name or not pc.any(pc.equal(cells, NOT_WRITTEN)).as_py():
            continue
        number = pc.match_substring_regex(cells, NUMBER)
        if (
            pc.all(pc.or_(number, pc.is_in(cells, value_set=_texts("", NOT_WRITTEN)))).as_py()
            and pc.any(number).as_py()
        ):
            reasons[name] = {NOT_WRITTEN: "not_answered"}
    return reasons


def _texts(*texts: str) -> pa.Array:
    return pa.array(texts, pa.string())
