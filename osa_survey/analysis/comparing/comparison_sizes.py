"""The further effect sizes of ``compare_groups``: of each pair of groups, and of all groups together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from osa_survey.analysis.comparing.comparison_rows import Labelled, add_omnibus_sizes, add_pair_sizes
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES, sizes_result
from osa_survey.results import Result, Rows


def add_sizes(
    rows: Rows,
    sizes: Sequence[str],
    outcome: str,
    by: str,
    groups: Sequence[Labelled],
    conf_level: float,
    cells: Mapping[str, str],
) -> None:
    """Add the sizes asked for that the analysis does not give by itself."""
    held = rows.quantities
    wanted = [name for name in sizes if name not in held]
    for pair in itertools.combinations(groups, 2):
        names = [name for name in wanted if name in PAIR_SIZES]
        between = [cells[group.label] for group in pair]
        add_pair_sizes(rows, names, outcome, pair, conf_level=conf_level, cells=between)
    names = [name for name in wanted if name in OMNIBUS_SIZES]
    every = [cells[group.label] for group in groups]
    add_omnibus_sizes(rows, names, outcome, by, [group.values for group in groups], conf_level, every)


def size_tables(
    rows: Rows, sizes: Sequence[str], title: str, labels: Mapping[str, str], used: int, dropped: int
) -> dict[str, Result]:
    """Return the printed tables of the sizes asked for, from the rows that hold them."""
    tables = {}
    for name, known, keys in (
        ("effect_sizes", tuple(PAIR_SIZES), ("contrast",)),
        ("effect_sizes_overall", tuple(OMNIBUS_SIZES), ("term",)),
    ):
        wanted = [size for size in sizes if size in known]
        if wanted:
            tables[name] = sizes_result(
                _part(rows, wanted),
                title=f"{title}, {'pairs of groups' if keys == ('contrast',) else 'all groups'}",
                analysis="compare_groups",
                used=used,
                dropped=dropped,
                labels=labels,
                keys=keys,
            )
    return tables


def _part(rows: Rows, names: Sequence[str]) -> Rows:
    """Return a table of these quantities alone, with the same cells behind them."""
    part, table, cells = Rows(), rows.table, rows.cells
    part.take_cells(cells)
    for position, row in table.loc[table["quantity"].isin(names)].iterrows():
        values = {str(key): value for key, value in row.items() if key != "quantity"}
        part.add(str(row["quantity"]), cells=cells.behind[int(str(position))], **values)
    return part
