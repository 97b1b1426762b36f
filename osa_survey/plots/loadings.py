"""Factor loadings as a coloured table with their numbers."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from osa_survey.plots.canvas import finish, nothing_drawn, own_axes
from osa_survey.plots.group_ticks import group_ticks, upright_height
from osa_survey.plots.matrices import draw_field
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.row_plans import planned_rows, room_beside, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed


def loading_heatmap(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the loading of each item on each factor.

    Parameters
    ----------
    result : Result
        A result of ``efa``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: a row for each item, a column for each factor.
    """
    source, cells, has_rows = _cells(result)
    if not any(math.isfinite(value) for *_, value in cells):
        return nothing_drawn(ax, result, language, "all_hidden" if has_rows else "nothing")
    items, factors = unique([cell[0] for cell in cells]), unique([cell[1] for cell in cells])
    heads = [title_of(source, factor) for factor in factors]
    titles = [title_of(source, item) for item in items]
    inches = room_beside(planned_rows(titles))
    rows = planned_rows(titles, extra=0.6 + upright_height(heads, inches), least=1.3)
    ax = own_axes(ax, rows.height)
    ax.set_facecolor("none")
    for item, factor, value in cells:
        column, row = factors.index(factor), items.index(item)
        text = printed("loading", value) if math.isfinite(value) else ""
        draw_field(ax, (column, row), value, text, inches / len(factors))
    ax.set_xlim(-0.5, len(factors) - 0.5)
    row_labels(ax, rows)
    group_ticks(ax, heads, inches)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return finish(ax, result, language)


def loading_heatmap_alt(result: Result, language: str = "en") -> str:
    """Return in words which item loads highest on each factor."""
    source, cells, has_rows = _cells(result)
    shown = [cell for cell in cells if math.isfinite(cell[2])]
    if not shown:
        return word("all_hidden" if has_rows else "nothing", language)
    told = []
    for factor in unique([cell[1] for cell in shown]):
        item, _, value = max((cell for cell in shown if cell[1] == factor), key=lambda cell: abs(cell[2]))
        told.append(f"{title_of(source, factor)}: {title_of(source, item)} ({printed('loading', value)})")
    items, factors = len({cell[0] for cell in shown}), len(told)
    return word("loadings", language).format(items=items, factors=factors, listed="; ".join(told))


def _cells(result: Result) -> tuple[Result, list[tuple[str, str, float]], bool]:
    for source in (*result.more.values(), result):
        table = numbers(source, "loading")
        if len(table) and (table["level"] != "").all():
            cells = [(str(row["term"]), str(row["level"]), float(row["estimate"])) for row in table.to_dict("records")]
            return source, cells, True
    return result, [], False
