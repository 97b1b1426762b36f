"""Regression models side by side: the last blocks of models of one kind, one column group each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from osa_survey import formatting
from osa_survey.report.document import Report
from osa_survey.report.messages import message
from osa_survey.report.printed import HIDDEN, PrintedCell, PrintedColumn, PrintedRow, PrintedTable
from osa_survey.report.tables import print_table
from osa_survey.results import Layout, Result, Show
from osa_survey.results.rows import Cells

EFFECTS = ("relative_risk_ratio", "rate_ratio", "odds_ratio", "b")
LEAST, MOST = 2, 4  # models: more do not fit a page


def compared_models(report: Report) -> dict[str, tuple[PrintedTable, ...]]:
    """Return the tables that set models of a report side by side, by the result they follow.

    Parameters
    ----------
    report : Report
        A report, so that every number passed the gate.

    Returns
    -------
    dict of str to tuple of PrintedTable
        The id of the last model of a kind → its table. Models are of one kind if they show the same effect and share
        a term. The cells bear the ids of the numbers in the tables of the models.
    """
    found: dict[str, tuple[PrintedTable, ...]] = {}
    for effect in EFFECTS:
        models = [result for result in report.results if result.analysis == "regress" and _effect(result) == effect]
        shared = [
            model for model in models if any(_terms(model) & _terms(other) for other in models if other is not model)
        ]
        if LEAST <= len(shared) <= MOST:
            table = _side_by_side(shared, effect, report)
            found[shared[-1].id] = (*found.get(shared[-1].id, ()), table)
    return found


def _effect(result: Result) -> str:
    """Return what a model shows: odds ratios if it has any, else coefficients."""
    held = set(result.frame["quantity"])
    return next((name for name in EFFECTS if name in held), "")


def _terms(result: Result) -> set[str]:
    return set(result.frame["term"]) - {"", "intercept"}


def _side_by_side(models: Sequence[Result], effect: str, report: Report) -> PrintedTable:
    letters: dict[str, str] = {}
    tables = [_last_block(model, effect, report) for model in models]
    width = sum(len(table.columns) for table in tables)
    rows: dict[str, list[PrintedCell]] = {}
    first = 0
    for table in tables:
        marks = {
            mark: letters.setdefault(note, chr(ord("a") + len(letters))) for mark, note in table.notes if _own(mark)
        }
        for row in table.rows:
            cells = rows.setdefault(row.head, [PrintedCell()] * width)
            own = [replace(cell, marks=marks.get(cell.marks, "")) for cell in row.cells]
            cells[first : first + len(own)] = own
        first += len(table.columns)
    columns = tuple(
        PrintedColumn(column.head, _name(model, models))
        for model, table in zip(models, tables, strict=True)
        for column in table.columns
    )
    spelt = [note for table in tables for mark, note in table.notes if not mark and " = " in note]
    hidden = [note for table in tables for mark, note in table.notes if mark == HIDDEN]
    notes = [("", note) for note in dict.fromkeys(spelt)]
    notes += [("", message("side_by_side_note", report.language))]
    notes += [(letter, note) for note, letter in letters.items()]
    notes += [(HIDDEN, note) for note in dict.fromkeys(hidden)]
    printed_rows = tuple(PrintedRow(head, 0, tuple(cells)) for head, cells in rows.items())
    title = message("side_by_side", report.language)
    return PrintedTable(title, tables[0].row_head, columns, printed_rows, tuple(notes))


def _own(mark: str) -> bool:
    return bool(mark) and mark != HIDDEN


def _last_block(model: Result, effect: str, report: Report) -> PrintedTable:
    """Return the terms of the last block of a model with effect, interval and p."""
    frame = model.frame.loc[model.frame["quantity"] == effect]
    frame = frame.loc[frame["level"] == frame["level"].iloc[-1]]
    show = (Show(effect), Show(effect, "interval"), Show(effect, "p"))
    rows = ("contrast", "term") if frame["contrast"].ne("").any() else ("term",)
    layout = Layout(rows=rows, show=show, row_head=model.layout.row_head if model.layout else "")
    return print_table(
        replace(model, frame=frame, layout=layout, notes=(), cells=Cells()), report.profile, report.language
    )


def _name(model: Result, models: Sequence[Result]) -> str:
    """Return the head over a model: its outcome, or its title where models share one, and its respondents."""
    outcomes = [str(other.frame["outcome"].iloc[0]) for other in models]
    outcome = str(model.frame["outcome"].iloc[0])
    name = str(model.labels.get(outcome, outcome)) if outcomes.count(outcome) == 1 else model.title
    people = model.frame.loc[model.frame["suppressed"] == "", "n"].max()
    return f"{name} (n = {formatting.count(float(people))})" if math.isfinite(people) else name
