"""Descriptions of variables: a box for each number, bars for the categories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from osa_survey.plots.canvas import FONT, LINE, SMALL, finish, mark_row, nothing_drawn, own_axes, quiet, shortened
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import Point, numbers, points, title_of, unique
from osa_survey.plots.row_plans import ROW_GAP, TALLEST, fitting, row_labels, tell_rest
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

LEFT, RIGHT = 0.36, 0.995  # where panels stand in the axes, so that labels of all of them line up
BOX_INCHES = 0.62
AXIS_INCHES = 0.42
TITLE_INCHES = 0.26
LABEL_WIDTH = 21
BOX_LINES, SHARE_LINES = 3, 3
TITLE_CHARACTERS = 33


@dataclass(frozen=True)
class Box:
    """The numbers of one variable; NaN where hidden or not computed."""

    label: str
    low: float
    q1: float
    median: float
    q3: float
    high: float
    mean: float

    @property
    def drawable(self) -> bool:
        """Whether the middle is known."""
        return math.isfinite(self.median) or math.isfinite(self.mean)


@dataclass(frozen=True)
class Categories:
    """The shares of the categories of one variable."""

    label: str
    shares: tuple[Point, ...]


def summary_boxes(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw medians and quartiles of numbers, each on its own scale, and the shares of categories.

    Parameters
    ----------
    result : Result
        A result of ``describe``.
    ax : Axes, optional
        Where to draw; by default a new figure. Each variable becomes an inset of it.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes; its insets are ``ax.child_axes``, in the order of the table, numbers first.

    Notes
    -----
    A box spans the quartiles, its bar is the median, the diamond the mean. Whiskers reach from the lowest to the
    highest quantile the table has; minimum and maximum are single people's answers and are not drawn.
    """
    boxes, categories = _boxes(result), _categories(result)
    if not boxes and not categories:
        return nothing_drawn(ax, result, language, "nothing")
    if not any(box.drawable for box in boxes) and not any(p.drawable for c in categories for p in c.shares):
        return nothing_drawn(ax, result, language)
    heights = [BOX_INCHES for _ in boxes] + [_height(entry) for entry in categories]
    kept = fitting(heights, TALLEST - LINE - 0.1)
    rest, heights = len(heights) - kept, heights[:kept]
    total = sum(heights) + (LINE if rest else 0.0)
    ax = own_axes(ax, total + 0.1)
    ax.set_axis_off()
    if rest:
        tell_rest(ax, kept, kept + rest, language)
    top = 1.0
    for position, height in enumerate(heights):
        share = height / total
        top -= share
        low = AXIS_INCHES if position >= len(boxes) else BOX_INCHES * 0.42
        title = TITLE_INCHES if position >= len(boxes) else 0.02
        frame = (LEFT, top + low / total, RIGHT - LEFT, max(0.01, share - (low + title) / total))
        panel = ax.inset_axes(frame)
        if position < len(boxes):
            _draw_box(panel, boxes[position], language)
        else:
            _draw_shares(panel, categories[position - len(boxes)], language)
    return finish(ax, result, language)


def _height(entry: Categories) -> float:
    lines = sum(shortened(point.label, LABEL_WIDTH, SHARE_LINES).count("\n") + 1 for point in entry.shares)
    return lines * LINE + len(entry.shares) * ROW_GAP * 0.6 + AXIS_INCHES + TITLE_INCHES


def _draw_box(panel: Axes, box: Box, language: str) -> None:
    quiet(panel)
    row_labels(panel, [shortened(box.label, LABEL_WIDTH, BOX_LINES)])
    if not box.drawable:
        panel.set_xticks([])
        mark_row(panel, 0, language)
        return
    style = series_style(0)
    if math.isfinite(box.low) and math.isfinite(box.high):
        panel.plot([box.low, box.high], [0, 0], color=INK, linewidth=1.1, zorder=1)
    if math.isfinite(box.q1) and math.isfinite(box.q3):
        panel.add_patch(
            Rectangle((box.q1, -0.3), box.q3 - box.q1, 0.6, facecolor=style.colour, edgecolor=INK, alpha=0.85, zorder=2)
        )
    if math.isfinite(box.median):
        panel.plot([box.median, box.median], [-0.3, 0.3], color="white", linewidth=3.4, zorder=3)
        panel.plot([box.median, box.median], [-0.3, 0.3], color=INK, linewidth=1.6, zorder=4)
    if math.isfinite(box.mean):
        panel.plot([box.mean], [0], ls="", marker="D", ms=5, mfc="white", mec=INK, mew=0.9, zorder=5)
    known = [value for value in (box.low, box.q1, box.median, box.q3, box.high, box.mean) if math.isfinite(value)]
    spread = (max(known) - min(known)) or 1.0
    panel.set_xlim(min(known) - 0.06 * spread, max(known) + 0.06 * spread)
    panel.locator_params(axis="x", nbins=6)


def _draw_shares(panel: Axes, entry: Categories, language: str) -> None:
    quiet(panel)
    row_labels(panel, [shortened(point.label, LABEL_WIDTH, SHARE_LINES) for point in entry.shares])
    panel.text(
        0.0,
        1.02,
        shortened(entry.label, TITLE_CHARACTERS, 1),
        transform=panel.transAxes,
        fontsize=FONT,
        fontweight="bold",
        va="bottom",
    )
    style = series_style(4)
    for row, point in enumerate(entry.shares):
        if not point.drawable:
            mark_row(panel, row, language)
            continue
        panel.barh(row, 100 * point.estimate, height=0.66, color=style.colour, edgecolor=INK, linewidth=0.6)
        panel.annotate(
            printed("proportion", point.estimate),
            (100 * point.estimate, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=MUTED,
        )
    panel.set_xlim(0, 115)
    panel.set_xticks([0, 25, 50, 75, 100])
    panel.set_xlabel(word("percent_respondents", language), fontsize=SMALL, color=INK, labelpad=1)


def quantile_of(level: str) -> float:
    """Return the probability a level names, or NaN.

    Examples
    --------
    >>> quantile_of("0.25"), quantile_of("75%"), quantile_of("25th percentile")
    (0.25, 0.75, 0.25)
    """
    text = "".join(character for character in level if character.isdigit() or character == ".").strip(".")
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value / 100 if value > 1 else value


def _boxes(result: Result) -> list[Box]:
    table = numbers(result, "median", "mean", "quantile")
    listed = {
        str(outcome) for outcome in numbers(result, "proportion").loc[lambda rows: rows["level"] != "", "outcome"]
    }
    table = table.loc[~table["outcome"].isin(listed)]  # categories have bars, and medians of codes only in the table
    boxes = []
    for group in unique([f"{row['outcome']}\t{row['group']}" for row in table.to_dict("records")]):
        outcome, _, part = group.partition("\t")
        own = table.loc[(table["outcome"] == outcome) & (table["group"] == part)]
        plain = {row["quantity"]: float(row["estimate"]) for row in own.to_dict("records")}
        quantiles = {
            round(quantile_of(str(row["level"]) or str(row["term"])), 4): float(row["estimate"])
            for row in own.to_dict("records")
            if row["quantity"] == "quantile"
        }
        tails = sorted(p for p in quantiles if p < 0.25 or p > 0.75)
        label = title_of(result, outcome) + (f": {title_of(result, part)}" if part else "")
        boxes.append(
            Box(
                label,
                low=quantiles.get(tails[0], math.nan) if tails and tails[0] < 0.25 else math.nan,
                q1=quantiles.get(0.25, math.nan),
                median=plain.get("median", quantiles.get(0.5, math.nan)),
                q3=quantiles.get(0.75, math.nan),
                high=quantiles.get(tails[-1], math.nan) if tails and tails[-1] > 0.75 else math.nan,
                mean=plain.get("mean", math.nan),
            )
        )
    return boxes


def _categories(result: Result) -> list[Categories]:
    found = []
    for source in (result, *result.more.values()):
        table = numbers(source, "proportion")
        for outcome in table["outcome"].unique():
            own = table.loc[(table["outcome"] == outcome) & (table["level"] != "")]
            if len(own):
                keys: Sequence[str] = ("group", "level") if (own["group"] != "").any() else ("level",)
                found.append(Categories(title_of(source, str(outcome)), tuple(points(source, own, keys))))
    return found


def summary_boxes_alt(result: Result, language: str = "en") -> str:
    """Return medians, quartiles and shares in words."""
    boxes, categories = _boxes(result), _categories(result)
    parts = [word("boxes", language).format(n=len(boxes) + len(categories))]
    for box in boxes:
        if not math.isfinite(box.median):
            parts.append(f"{box.label}: {word('hidden_mark', language)}.")
            continue
        quartiles = ""
        if math.isfinite(box.q1) and math.isfinite(box.q3):
            quartiles = word("quartiles", language).format(
                low=printed("median", box.q1), high=printed("median", box.q3)
            )
        parts.append(
            word("box", language).format(name=box.label, median=printed("median", box.median), quartiles=quartiles)
        )
    for entry in categories:
        listed = ", ".join(
            f"{p.label} {printed('proportion', p.estimate) if p.drawable else word('hidden_mark', language)}"
            for p in entry.shares
        )
        parts.append(word("shares", language).format(name=entry.label, listed=listed))
    return " ".join(parts)
