"""Path diagrams of mediation: boxes for variables, arrows with coefficients and their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from osa_survey.plots.canvas import FONT, LINE, SMALL, WIDTH, finish, nothing_drawn, own_axes, shortened
from osa_survey.plots.palette import INK, PALE, PAPER
from osa_survey.plots.reading import numbers, points, title_of, with_interval
from osa_survey.plots.words import word
from osa_survey.results import Result

ROW = 1.15
"""Inches between rows of boxes."""
CHARACTERS, BOX_LINES = 16, 3
LIFT, NEAR = 0.36, 0.14
"""Inches by which the numbers of level arrows stand above them: of short ones above the boxes, of wide ones near."""
WIDE_ARROW = 0.8
TEXTS = {
    "en": {"alt": "Path diagram with {boxes} variables. {listed}.", "edge": "{source} to {target}: {number}"},
    "de": {"alt": "Pfaddiagramm mit {boxes} Variablen. {listed}.", "edge": "{source} zu {target}: {number}"},
}


@dataclass(frozen=True)
class Edge:
    """One arrow: where it begins and ends, its coefficient in print, and products with the moderator below it."""

    source: str
    target: str
    number: str
    products: tuple[str, ...]
    known: bool


def path_diagram(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the paths of a mediation analysis.

    Parameters
    ----------
    result : Result
        A result of ``mediate``; the coefficients stand in its further table.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. Arrows bear coefficients with intervals, and below them those of products with the moderator; dashed
        arrows have intervals that include zero. Covariates are not drawn.
    """
    edges = _edges(result, language)
    if not any(edge.known for edge in edges):
        return nothing_drawn(ax, result, language, "all_hidden" if edges else "nothing")
    places = _places(result)
    height = max(y for _, y in places.values())
    row = sum(y > 0 for _, y in places.values()) if result.settings.get("model") == 6 else 0
    ax = own_axes(ax, height + 1.4, WIDTH + 1.7 * max(0, row - 2))
    ax.set_axis_off()
    ax.set_xlim(-0.14, 1.14)
    ax.set_ylim(-0.5, height + 0.9)
    clear = _clear(result)
    labels = {name: shortened(title_of(result, name), CHARACTERS, BOX_LINES) for name in places}
    for edge in edges:
        begin, end = places[edge.source], places[edge.target]
        level = begin[1] == end[1]
        bow = -0.28 if _passes(begin, end, places) else 0.0
        over = abs(end[0] - begin[0]) > WIDE_ARROW and not bow
        lift = (
            NEAR if over else LIFT + 0.5 * LINE * max(labels[name].count("\n") for name in (edge.source, edge.target))
        )
        ax.add_patch(
            FancyArrowPatch(
                begin, end, arrowstyle="-|>", mutation_scale=10, linewidth=1.0, color=INK,
                shrinkA=_shrink(labels[edge.source], level), shrinkB=_shrink(labels[edge.target], level),
                linestyle="-" if (edge.source, edge.target) in clear else (0, (4, 3)),
                connectionstyle=f"arc3,rad={bow}", zorder=1,
            )
        )  # fmt: skip
        share = _share(edge, places)
        x = begin[0] + share * (end[0] - begin[0])
        y = begin[1] + share * (end[1] - begin[1]) + (2.2 * lift if bow else lift if level else 0.0)
        text = "\n".join((edge.number, *edge.products))
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
        ax.text(x, y, text, ha="center", va="center", fontsize=SMALL, color=INK, bbox=box, zorder=2)
    for name, (x, y) in places.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": PALE, "edgecolor": INK, "linewidth": 0.9}
        ax.text(x, y, labels[name], ha="center", va="center", fontsize=FONT, color=INK, bbox=box, zorder=3)
    return finish(ax, result, language)


def path_diagram_alt(result: Result, language: str = "en") -> str:
    """Return in words every path with its coefficient and interval."""
    edges = _edges(result, language)
    if not any(edge.known for edge in edges):
        return word("all_hidden" if edges else "nothing", language)
    texts = TEXTS[language]
    said = [
        texts["edge"].format(
            source=title_of(result, edge.source),
            target=title_of(result, edge.target),
            number="; ".join((edge.number, *edge.products)),
        )
        for edge in edges
    ]
    return texts["alt"].format(boxes=len(_places(result)), listed=". ".join(said))


def _edges(result: Result, language: str) -> list[Edge]:
    """Return the arrows among x, mediators and y, in the order of the table."""
    source = result.more.get("paths", result)
    table = numbers(source, "b")
    nodes = _nodes(result)
    found = []
    for (_, row), point in zip(table.iterrows(), points(source, table, ("term",)), strict=True):
        if row["term"] not in nodes or row["outcome"] not in nodes:
            continue
        own = table.loc[(table["outcome"] == row["outcome"]) & table["term"].str.startswith(f"{row['term']}:")]
        products = tuple(
            f"{_short(one.label)} {with_interval('b', one, language)}" for one in points(source, own, ("term",))
        )
        text = with_interval("b", point, language)
        found.append(Edge(str(row["term"]), str(row["outcome"]), text, products, point.drawable))
    return found


def _short(label: str) -> str:
    """Return "× moderator" of a product's label."""
    return f"× {label.rpartition(' × ')[2]}"


def _clear(result: Result) -> set[tuple[str, str]]:
    """Return the arrows whose interval excludes zero."""
    table = numbers(result.more.get("paths", result), "b")
    shown = table.loc[(table["conf_low"] > 0) | (table["conf_high"] < 0)]
    return {(str(row["term"]), str(row["outcome"])) for _, row in shown.iterrows()}


def _nodes(result: Result) -> list[str]:
    settings = result.settings
    return [str(settings["x"]), *map(str, settings["mediators"]), str(settings["y"])]


def _places(result: Result) -> dict[str, tuple[float, float]]:
    """Return the place of each box: mediators side by side are stacked, those in a row stand in a line above."""
    x, *mediators, y = _nodes(result)
    found = {x: (0.0, 0.0), y: (1.0, 0.0)}
    for position, name in enumerate(mediators, start=1):
        serial = result.settings.get("model") == 6
        place = (0.05 + 0.9 * (position - 0.5) / len(mediators), ROW * 1.9) if serial else (0.5, ROW * position)
        found[name] = place
    return found


def _shrink(label: str, level: bool) -> float:
    """Return how far from the middle of a box an arrow ends, in points: beside the box if level, else above it."""
    return 2.7 * max(map(len, label.splitlines())) + 10 if level else 34.0


def _share(edge: Edge, places: dict[str, tuple[float, float]]) -> float:
    """Return how far along an arrow its number stands, so that numbers of crossing arrows stay apart."""
    begin, end = places[edge.source], places[edge.target]
    if begin[1] == end[1]:
        return 0.5
    between = sum(begin[0] < x < end[0] and y > 0 for x, y in places.values())
    if between:
        along = 0.2 + 0.12 * between
        return along if begin[1] < end[1] else 1 - along
    return 0.42 if begin[0] == 0 else 0.58


def _passes(begin: tuple[float, float], end: tuple[float, float], places: dict[str, tuple[float, float]]) -> bool:
    """Tell whether a level arrow would run through a box between its ends."""
    between = [place for place in places.values() if begin[0] < place[0] < end[0]]
    return begin[1] == end[1] and any(math.isclose(place[1], begin[1]) for place in between)
