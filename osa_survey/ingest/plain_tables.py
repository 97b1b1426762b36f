"""A plain table: one row of names, then records. The layout of everything that is not recognised."""

from __future__ import annotations

from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.grids import Grid, Layout


def plain_table(grid: Grid) -> Layout:
    """Return the layout with one header row; a first row that looks like answers is a finding."""
    names = grid.head(1)[0]
    findings = []
    if all(_is_number(name) for name in names if name) and any(names):
        message = "the first row holds only numbers: the file seems to have no names of columns"
        hint = "add a first row with the name of every column"
        findings.append(Problem("header_of_numbers", message, grid.file, int(grid.rows[0]), hint=hint))
    return Layout(
        platform="table",
        recognised_by="a table with one row of names; no platform was recognised",
        header_rows=1,
        names=names,
        findings=tuple(findings),
    )


def _is_number(text: str) -> bool:
    try:
        float(canonical(text))
    except ValueError:
        return False
    return True
