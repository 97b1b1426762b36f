"""Factor loadings as a coloured table with their numbers."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from osa_survey.plots.canvas import FONT, LINE, SMALL, all_hidden, finish, own_axes, wrapped
from osa_survey.plots.matrices import DARK_CELL, DIVERGING
from osa_survey.plots.palette import INK, MUTED, PALE, PAPER
from osa_survey.plots.reading import numbers, title_of, unique
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
        return finish(
            all_hidden(own_axes(ax, 1.5), language, "all_hidden" if has_rows else "nothing"), result, language
        )
    items, factors = unique([cell[0] for cell in cells]), unique([cell[1] for cell in cells])
    labels = [wrapped(title_of(source, item)) for item in items]
    ax = own_axes(ax, 0.7 + sum((label.count("\n") + 1) * LINE + 0.07 for label in labels))
    ax.set_facecolor("none")
    for item, factor, value in cells:
        column, row = factors.index(factor), items.index(item)
        shown = math.isfinite(value)
        bounded = min(max(value, -1.0), 1.0) if shown else 0.0
        colour = DIVERGING((bounded + 1) / 2) if shown else PALE
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=PAPER, linewidth=1.2))
        text = printed("loading", value) if shown else word("hidden_mark", language).replace(" (", "\n(")
        ink = PAPER if shown and abs(value) > DARK_CELL else INK if shown else MUTED
        ax.text(column, row, text, ha="center", va="center", fontsize=SMALL if shown else SMALL - 1.5, color=ink)
    ax.set_xlim(-0.5, len(factors) - 0.5)
    ax.set_ylim(len(items) - 0.5, -0.5)
    ax.set_xticks(range(len(factors)), [wrapped(title_of(source, f), 12) for f in factors], fontsize=FONT, color=INK)
    ax.set_yticks(range(len(items)), labels, fontsize=FONT, color=INK)
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
