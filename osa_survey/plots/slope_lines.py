"""Slopes of a predictor over a moderator, with their intervals and the regions where they differ from zero."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import (
    FONT,
    finish,
    legend_height,
    nothing_drawn,
    own_axes,
    quiet,
    series_legend,
    shortened,
)
from osa_survey.plots.group_ticks import group_ticks, upright_height
from osa_survey.plots.palette import INK, MUTED, PALE, series_style
from osa_survey.plots.reading import axis_label, numbers, points, title_of, unique, with_interval
from osa_survey.plots.words import word
from osa_survey.results import Result

HEIGHT = 3.0
AXES_INCHES = 3.7
APART = 0.12
BELOW = "differs from zero below"
TEXTS = {
    "en": {
        "slope": "Slope of {term}",
        "alt": "Slope of {term} over {moderator}: {listed}.",
        "bound": " It differs from zero {side} {bound}.",
        "below": "below",
        "above": "above",
        "at": "at {place} {number}",
    },
    "de": {
        "slope": "Steigung von {term}",
        "alt": "Steigung von {term} über {moderator}: {listed}.",
        "bound": " Sie unterscheidet sich von null {side} {bound}.",
        "below": "unter",
        "above": "über",
        "at": "bei {place} {number}",
    },
}


def slope_lines(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw simple slopes: a line with its interval over a number, marks over categories.

    Parameters
    ----------
    result : Result
        A result of ``simple_slopes``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, with a dashed line at zero; pale ground where the slope differs from zero, if there is one line.
    """
    line = "line" in result.more
    whole = numbers(result.more["line"] if line else result, "simple_slope")
    table = _shown(whole)
    if not len(table):
        return nothing_drawn(ax, result, language, "all_hidden" if len(whole) else "nothing")
    names = _series(result, table)
    series = unique(names)
    levels = unique([str(level) for level in table["level"]])
    titles = [title_of(result, level) for level in levels]
    below = 0.0 if line else upright_height(titles, AXES_INCHES)
    ax = own_axes(ax, HEIGHT + legend_height(series) + below)
    quiet(ax, shortened(title_of(result, _moderator(result)), 40, 2), grid=False)
    ax.spines["left"].set_visible(True)
    ax.spines["left"].set_color(MUTED)
    ax.axhline(0, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for position, name in enumerate(series):
        own = table.loc[[other == name for other in names]]
        style = series_style(position)
        low, middle, high = (own[key].to_numpy(dtype=float) for key in ("conf_low", "estimate", "conf_high"))
        if line:
            x = own["level"].astype(float).to_numpy()
            ax.fill_between(x, low, high, color=style.colour, alpha=0.2, linewidth=0)
            ax.plot(x, middle, color=style.colour, linewidth=1.6, marker=style.marker, markevery=5, ms=4, mec=INK)
            continue
        x = np.array([levels.index(str(level)) for level in own["level"]], dtype=float)
        x += APART * (position - (len(series) - 1) / 2)
        ax.errorbar(x, middle, yerr=np.stack([middle - low, high - middle]), fmt="none", ecolor=INK, capsize=2.5)
        ax.plot(x, middle, ls="", marker=style.marker, ms=6.5, mfc=style.colour, mec=INK)
    if line:
        _regions(ax, result, len(series))
    else:
        group_ticks(ax, titles, AXES_INCHES)
        ax.set_xlim(-0.5, len(levels) - 0.5)
    found = points(result, table, ("term",))
    term = unique([point.label for point in found])
    head = TEXTS[language]["slope"].format(term=term[0]) if len(term) == 1 else word("simple_slope", language)
    ax.set_ylabel(shortened(axis_label("simple_slope", found, language, head), 27, 3), fontsize=FONT, color=INK)
    if len(series) > 1:
        series_legend(ax, series, markers=True)
    return finish(ax, result, language)


def slope_lines_alt(result: Result, language: str = "en") -> str:
    """Return in words the slopes with their intervals, and where they differ from zero."""
    whole = numbers(result, "simple_slope")
    table = _shown(whole)
    if not len(table):
        return word("all_hidden" if len(whole) else "nothing", language)
    texts, said = TEXTS[language], []
    names = _series(result, table)
    bounds = _shown(numbers(result, "johnson_neyman"))
    of_bounds = _series(result, bounds)
    for name in unique(names):
        own = table.loc[[other == name for other in names]]
        places = [title_of(result, str(row["contrast"] or row["level"])) for _, row in own.iterrows()]
        shown = [with_interval("simple_slope", point, language) for point in points(result, own, ("term",))]
        listed = "; ".join(texts["at"].format(place=p, number=n) for p, n in zip(places, shown, strict=True))
        said.append(texts["alt"].format(term=name, moderator=title_of(result, _moderator(result)), listed=listed))
        for _, row in bounds.loc[[other == name for other in of_bounds]].iterrows():
            side = texts["below" if row["contrast"] == BELOW else "above"]
            said[-1] += texts["bound"].format(side=side, bound=formatting.decimal(row["estimate"]))
    hidden = len(whole) - len(table)
    rest = " " + word("rest", language).format(n=hidden) if hidden else ""
    return " ".join(said) + rest


def _regions(ax: Axes, result: Result, series: int) -> None:
    """Mark the bounds that lie on the drawn part, and the ground where the slope differs from zero."""
    bounds = _shown(numbers(result, "johnson_neyman"))
    low, high = ax.get_xlim()
    ax.set_xlim(low, high)
    drawn = bounds.loc[bounds["estimate"].between(low, high)]
    for value in drawn["estimate"]:
        ax.axvline(value, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    if series > 1 or not len(bounds):
        return
    below = [float(row["estimate"]) for _, row in bounds.iterrows() if row["contrast"] == BELOW]
    above = [float(row["estimate"]) for _, row in bounds.iterrows() if row["contrast"] != BELOW]
    top, bottom = min(below, default=-math.inf), max(above, default=math.inf)
    spans = [(low, top), (bottom, high)]
    if below and above and top > bottom:
        spans = [(bottom, top)]
    for left, right in spans:
        left, right = max(left, low), min(right, high)
        if left < right:
            ax.axvspan(left, right, color=PALE, zorder=0)


def _moderator(result: Result) -> str:
    return str(result.settings.get("moderator", ""))


def _series(result: Result, table: pd.DataFrame) -> list[str]:
    return [
        ": ".join(title_of(result, str(row[key])) for key in ("group", "term") if row[key])
        for _, row in table.iterrows()
    ]


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[(table["suppressed"] == "") & table["estimate"].notna()]
