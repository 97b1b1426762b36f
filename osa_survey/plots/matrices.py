"""Correlations as a coloured matrix with their numbers."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from osa_survey.plots.canvas import FONT, LINE, SMALL, all_hidden, finish, own_axes, wrapped
from osa_survey.plots.palette import INK, MUTED, PALE, PAPER
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

# Blue to vermillion through white: the poles differ in hue for every reader, and each cell prints its sign.
DIVERGING = LinearSegmentedColormap.from_list("blue_white_vermillion", ["#0072B2", "#FFFFFF", "#D55E00"])
DARK_CELL = 0.72
STRONGEST = 3


def correlation_heatmap(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw correlations as the lower half of a matrix, each with its number; of two groups the first is above.

    Parameters
    ----------
    result : Result
        A result of ``correlate`` or ``polychoric``: rows ``r``, ``rho`` or ``latent_r`` whose keys name two variables.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    pairs = _pairs(result)[1]
    names = _order(pairs)
    if not any(math.isfinite(value) for _, _, value, _ in pairs):
        return finish(all_hidden(own_axes(ax, 1.5), language, "all_hidden" if pairs else "nothing"), result, language)
    groups = unique([group for *_, group in pairs])
    square = len(groups) == 2
    size, width = len(names), len(names) - (0 if square else 1)
    labels = [f"{k}. {wrapped(title_of(result, name), 26)}" for k, name in enumerate(names, start=1)]
    lines = max(label.count("\n") + 1 for label in labels)
    ax = own_axes(ax, max(2.0, size * max(0.42, lines * LINE + 0.08) + 0.5))
    ax.set_facecolor("none")
    for first, second, value, group in pairs:
        column, row = sorted((names.index(first), names.index(second)))
        if square and group == groups[0]:
            column, row = row, column
        shown = math.isfinite(value)
        colour = DIVERGING((value + 1) / 2) if shown else PALE
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=PAPER, linewidth=1.5))
        text = printed("r", value) if shown else word("hidden_mark", language).replace(" (", "\n(")
        ink = PAPER if shown and abs(value) > DARK_CELL else INK if shown else MUTED
        ax.text(column, row, text, ha="center", va="center", fontsize=FONT if shown else SMALL - 1.5, color=ink)
    for place in range(width):
        ax.text(place, place, "–", ha="center", va="center", fontsize=FONT, color=MUTED)
    ax.set_xlim(-0.5, width - 0.5)
    ax.set_ylim(size - 0.5, -0.5)
    ax.set_xticks(range(width), [f"{k}." for k in range(1, width + 1)], fontsize=FONT, color=INK)
    ax.set_yticks(range(size), labels, fontsize=FONT, color=INK)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    if square:
        text = word("halves", language).format(above=groups[0], below=groups[1])
        ax.set_xlabel(text, fontsize=SMALL, color=MUTED)
        ax.xaxis.set_label_position("bottom")
    for spine in ax.spines.values():
        spine.set_visible(False)
    return finish(ax, result, language)


def _pairs(result: Result) -> tuple[str, list[tuple[str, str, float, str]]]:
    for quantity in ("r", "rho", "tau", "latent_r", "partial_r"):
        table = numbers(result, quantity)
        if len(table):
            first, second = _keys(result, quantity)
            return quantity, [
                (str(row[first]), str(row[second]), float(row["estimate"]), str(row["group"]))
                for row in table.to_dict("records")
                if row[first] and row[second] and row[first] != row[second]
            ]
    return "r", []


def _order(pairs: list[tuple[str, str, float, str]]) -> list[str]:
    """Return the variables in the order of the table, whichever of the two keys it runs along."""
    firsts, seconds = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    names = unique([*firsts, *seconds])
    turned = unique([*seconds, *firsts])
    in_order = all(turned.index(second) < turned.index(first) for first, second, *_ in pairs)
    return turned if in_order else names


def _keys(result: Result, quantity: str) -> tuple[str, str]:
    table = numbers(result, quantity)
    filled = [key for key in ("outcome", "term", "contrast", "level") if (table[key] != "").all()]
    return (filled[0], filled[1]) if len(filled) > 1 else ("outcome", "term")


def correlation_heatmap_alt(result: Result, language: str = "en") -> str:
    """Return in words which correlations are the strongest, with their sign."""
    quantity, pairs = _pairs(result)
    shown = [pair for pair in pairs if math.isfinite(pair[2])]
    groups = unique([group for *_, group in pairs])
    if not shown:
        return word("all_hidden" if pairs else "nothing", language)
    strongest = sorted(shown, key=lambda pair: -abs(pair[2]))[:STRONGEST]
    listed = "; ".join(
        word("pair", language).format(
            first=f"{group}, {title_of(result, first)}" if group else title_of(result, first),
            second=title_of(result, second),
            value=printed(quantity, value),
        )
        for first, second, value, group in strongest
    )
    text = word("heatmap", language).format(n=len(shown), what=word(quantity, language), strongest=listed)
    hidden = len(pairs) - len(shown)
    if len(groups) == 2:
        text += " " + word("halves", language).format(above=groups[0], below=groups[1]) + "."
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")
