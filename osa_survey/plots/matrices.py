"""Correlations as a coloured matrix with their numbers."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from osa_survey.plots.canvas import FONT, SMALL, finish, nothing_drawn, own_axes, shortened
from osa_survey.plots.group_ticks import group_ticks
from osa_survey.plots.palette import INK, MUTED, PALE, PAPER, RULE
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.row_plans import planned_rows, room_beside, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

# Blue to vermillion through white: the poles differ in hue for every reader, and each cell prints its sign.
DIVERGING = LinearSegmentedColormap.from_list("blue_white_vermillion", ["#0072B2", "#FFFFFF", "#D55E00"])
DARK_CELL = 0.72
BESIDE_INCHES, UPRIGHT_INCHES = 0.33, 0.16  # a narrower field turns its number, a still narrower one has none
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
        return nothing_drawn(ax, result, language, "all_hidden" if pairs else "nothing")
    groups = unique([group for *_, group in pairs])
    square = len(groups) == 2
    width = len(names) - (0 if square else 1)
    titles = [f"{k}. {title_of(result, name)}" for k, name in enumerate(names, start=1)]
    rows = planned_rows(titles, least=2.0)
    field = room_beside(rows) / max(width, 1)
    if field < BESIDE_INCHES:
        rows = planned_rows(titles, least=2.0, lines=2)
    ax = own_axes(ax, rows.height)
    ax.set_facecolor("none")
    for first, second, value, group in pairs:
        column, row = sorted((names.index(first), names.index(second)))
        if square and group == groups[0]:
            column, row = row, column
        shown = math.isfinite(value)
        draw_field(ax, (column, row), value, printed("r", value) if shown else "", field)
    for place in range(width if field >= UPRIGHT_INCHES else 0):
        ax.text(place, place, "–", ha="center", va="center", fontsize=FONT, color=MUTED)
    ax.set_xlim(-0.5, width - 0.5)
    row_labels(ax, rows)
    group_ticks(ax, [f"{k}." for k in range(1, width + 1)], field * width)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    if square:
        text = word("halves", language).format(above=groups[0], below=groups[1])
        ax.set_xlabel(shortened(text, 44, 2), fontsize=SMALL, color=MUTED)
        ax.xaxis.set_label_position("bottom")
    for spine in ax.spines.values():
        spine.set_visible(False)
    return finish(ax, result, language)


def draw_field(ax: Axes, place: tuple[int, int], value: float, text: str, inches: float) -> None:
    """Draw one field of a matrix: its colour, its number upright where it is narrow, crosses where it is hidden.

    Parameters
    ----------
    ax : Axes
        The axes.
    place : tuple of int
        Column and row.
    value : float
        From −1 to 1, or NaN where the gate hides it.
    text : str
        The number in print.
    inches : float
        How wide the field is. Where no number has room, negative fields are hatched.
    """
    column, row = place
    shown = math.isfinite(value)
    narrow = inches < UPRIGHT_INCHES
    bounded = min(max(value, -1.0), 1.0) if shown else 0.0
    hatch = "xxx" if not shown else "////" if narrow and value < 0 else None
    ax.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5), 1, 1, facecolor=DIVERGING((bounded + 1) / 2) if shown else PALE, hatch=hatch,
            edgecolor=PAPER if hatch is None else RULE if not shown else MUTED, linewidth=1.2,
        )
    )  # fmt: skip
    if shown and not narrow:
        ink = PAPER if abs(bounded) > DARK_CELL else INK
        turned = 90 if inches < BESIDE_INCHES else 0
        ax.text(column, row, text, ha="center", va="center", fontsize=SMALL, color=ink, rotation=turned)


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
