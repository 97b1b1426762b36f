"""The shares of people with any rating above the lowest, both sides of each pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from osa_survey.results import Layout, Result, Rows, Show


def any_result(rows: Rows, labels: Mapping[str, str], used: int, dropped: int) -> Result:
    """Return the shares with any outcome alone: their table with intervals, and their figure."""
    kept = (rows.table["quantity"] == "proportion").to_numpy()
    cells = rows.cells
    behind = tuple(own for own, keep in zip(cells.behind, kept, strict=True) if keep)
    return Result(
        title="Any of it: above the lowest answer",
        analysis="paired",
        frame=rows.table.loc[kept],
        method="shares of those with both ratings",
        n_used=used,
        n_dropped=dropped,
        cells=replace(cells, behind=behind),
        labels=labels,
        layout=Layout(
            rows=("outcome",),
            across="group",
            show=(Show("proportion", head="% any"), Show("proportion", "interval"), Show("proportion", "n")),
            row_head="Pair",
        ),
        plot="diverging_bars",
    )
