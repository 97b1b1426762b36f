"""Tables of few rows and many columns, turned: a page upright holds them where it would have to be turned instead."""

from __future__ import annotations

from dataclasses import replace

from osa_survey.report.messages import message
from osa_survey.report.paper import TEXT_WIDTH
from osa_survey.report.printed import PrintedColumn, PrintedRow, PrintedTable
from osa_survey.report.table_widths import needs_landscape
from osa_survey.report.wide_tables import BELONGING

FEW = 3  # rows that read well as columns


def turned_where_wide(printed: PrintedTable, language: str) -> PrintedTable:
    """Return a table, its rows as columns where that spares a page across.

    Parameters
    ----------
    printed : PrintedTable
        The table.
    language : str
        The language of the head over the quantities.

    Returns
    -------
    PrintedTable
        The table itself where it fits an upright page, has more than three rows, or numbers above further numbers.
        Turned, a head of rows is a common head of columns and the other way round, and an interval or p value stands
        one step in below its estimate.
    """
    told = [row for row in printed.rows if row.cells]
    heads = [row for row in printed.rows if not row.cells]
    plain = all(row.depth == bool(heads) for row in told) and not any(row.depth for row in heads)
    if not plain or not 0 < len(told) <= FEW or not needs_landscape(printed, TEXT_WIDTH):
        return printed
    turned = replace(
        printed,
        row_head=message("quantity", language),
        columns=_columns(printed),
        rows=_rows(printed),
    )
    return printed if needs_landscape(turned, TEXT_WIDTH) else turned


def _columns(printed: PrintedTable) -> tuple[PrintedColumn, ...]:
    columns, head = [], ""
    for row in printed.rows:
        if row.cells:
            columns.append(PrintedColumn(row.head, head))
        else:
            head = row.head
    return tuple(columns)


def _rows(printed: PrintedTable) -> tuple[PrintedRow, ...]:
    rows: list[PrintedRow] = []
    spanner = ""
    for place, column in enumerate(printed.columns):
        if column.spanner and column.spanner != spanner:
            rows.append(PrintedRow(column.spanner, 0))
        spanner = column.spanner
        depth = bool(spanner) + (column.head in BELONGING and place > 0)
        rows.append(PrintedRow(column.head, depth, tuple(row.cells[place] for row in printed.rows if row.cells)))
    return tuple(rows)
