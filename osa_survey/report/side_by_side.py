"""Regression models side by side: the last blocks of models of one kind, one column group each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from osa_survey import formatting
from osa_survey.report.document import Report
from osa_survey.report.messages import message
from osa_survey.report.printed import HIDDEN, PrintedCell, PrintedColumn, PrintedRow, PrintedTable
from osa_survey.report.tables import print_table
from osa_survey.results import Result
from osa_survey.results.rows import Cells

BLOCKS = {"regress": ("level",), "margins": ()}  # analyses that are models, and the key that tells blocks apart
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
        The id of the last model of a kind → its table. Models are of one kind if their tables give intervals of the
        same quantities (odds ratios, rate ratios, coefficients, predictions, …) and they share a term. The cells bear
        the ids of the numbers in the tables of the models.
    """
    kinds: dict[tuple[str, ...], list[Result]] = {}
    for result in report.results:
        if result.analysis in BLOCKS and _effects(result):
            kinds.setdefault((result.analysis, *_effects(result)), []).append(result)
    found: dict[str, tuple[PrintedTable, ...]] = {}
    for models in kinds.values():
        shared = [
            model for model in models if any(_terms(model) & _terms(other) for other in models if other is not model)
        ]
        if LEAST <= len(shared) <= MOST:
            found[shared[-1].id] = (*found.get(shared[-1].id, ()), _side_by_side(shared, report))
    return found


def _effects(result: Result) -> tuple[str, ...]:
    """Return what the table of a model gives with intervals: ratios, coefficients, predictions."""
    shown = result.layout.show if result.layout else ()
    return tuple(show.quantity for show in shown if show.part == "interval")


def _terms(result: Result) -> set[str]:
    return set(result.frame["term"]) - {"", "intercept"}


def _side_by_side(models: Sequence[Result], report: Report) -> PrintedTable:
    letters: dict[str, str] = {}
    tables = [_last_block(model, report) for model in models]
    width = sum(len(table.columns) for table in tables)
    rows: dict[tuple[str, ...], list[PrintedCell]] = {}
    first = 0
    for table in tables:
        marks = {
            mark: letters.setdefault(note, chr(ord("a") + len(letters))) for mark, note in table.notes if _own(mark)
        }
        path: tuple[str, ...] = ()
        for row in table.rows:
            path = (*path[: row.depth], row.head)
            cells = rows.setdefault(path, [PrintedCell()] * width)
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
    first_places = {path: place for place, path in enumerate(rows)}
    in_order = sorted(rows, key=lambda path: [first_places[path[: k + 1]] for k in range(len(path))])
    printed_rows = tuple(PrintedRow(path[-1], len(path) - 1, _filled(rows[path])) for path in in_order)
    title = message("side_by_side", report.language)
    return PrintedTable(title, tables[0].row_head, columns, printed_rows, tuple(notes))


def _own(mark: str) -> bool:
    return bool(mark) and mark != HIDDEN


def _filled(cells: Sequence[PrintedCell]) -> tuple[PrintedCell, ...]:
    """Return the cells of a row; a head of rows below it has none."""
    return tuple(cells) if any(cell.text for cell in cells) else ()


def _last_block(model: Result, report: Report) -> PrintedTable:
    """Return the last block of a model with the effects that have intervals, their intervals and p."""
    layout = model.layout
    if layout is None:
        raise ValueError(model.id)
    effects = _effects(model)
    show = tuple(
        show
        for show in layout.show
        if show.part in ("interval", "p", "p_adjusted") or (show.part == "estimate" and show.quantity in effects)
    )
    frame = model.frame.loc[model.frame["quantity"].isin([shown.quantity for shown in show])]
    for key in BLOCKS[model.analysis]:
        frame = frame.loc[frame[key] == frame[key].iloc[-1]]
    rows = tuple(key for key in layout.rows if key not in BLOCKS[model.analysis])
    places = pd.MultiIndex.from_frame(frame[list(rows)])
    frame = frame.loc[places.isin(places[frame["quantity"].isin(effects)])]  # an intercept has p and no ratio
    return print_table(
        replace(model, frame=frame, layout=replace(layout, rows=rows, show=show), notes=(), cells=Cells()),
        report.profile,
        report.language,
    )


def _name(model: Result, models: Sequence[Result]) -> str:
    """Return the head over a model: its outcome, or its title where models share one, and its respondents."""
    outcomes = [str(other.frame["outcome"].iloc[0]) for other in models]
    outcome = str(model.frame["outcome"].iloc[0])
    name = str(model.labels.get(outcome, outcome)) if outcomes.count(outcome) == 1 else model.title
    people = model.frame.loc[model.frame["suppressed"] == "", "n"].max()
    return f"{name} (n = {formatting.count(float(people))})" if math.isfinite(people) else name
