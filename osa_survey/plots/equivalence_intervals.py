"""Estimates with their intervals between the bounds of equivalence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import SMALL, finish, mark_row, nothing_drawn, own_axes, quiet
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import Point, axis_label, interval_clause, points, title_of, with_interval
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result, label_of
from osa_survey.results.display import printed

LOWER, UPPER = "lower bound", "upper bound"
KEYS = ("outcome", "term", "contrast", "group")
HALF = 0.34


@dataclass(frozen=True)
class _Tested:
    """A comparison between its bounds; NaN where there is none."""

    quantity: str
    point: Point
    lower: float
    upper: float
    established: bool


def equivalence_intervals(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw each comparison with its interval, and the range within the bounds of equivalence behind it.

    Parameters
    ----------
    result : Result
        A result of ``equivalence``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. Filled marks are established; a range with one bound only is open on the other side.
    """
    found = _tested(result)
    if not any(one.point.drawable for one in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    rows = planned_rows([one.point.label for one in found], extra=1.0)
    ax = own_axes(ax, rows.height)
    quantity = next(one.quantity for one in found)
    quiet(ax, axis_label(quantity, [one.point for one in found], language, label_of(quantity, language)))
    row_labels(ax, rows)
    style = series_style(0)
    known = [value for one in found for value in (one.lower, one.upper, one.point.low, one.point.high)]
    ends = [value for value in (*known, 0.0) if math.isfinite(value)]
    margin = 0.08 * ((max(ends) - min(ends)) or 1.0)
    low, high = min(ends) - margin, max(ends) + margin
    for row, one in enumerate(found):
        if not one.point.drawable:
            mark_row(ax, row, language)
            continue
        left = one.lower if math.isfinite(one.lower) else low
        right = one.upper if math.isfinite(one.upper) else high
        ax.fill_between([left, right], row - HALF, row + HALF, color=style.colour, alpha=0.15, linewidth=0)
        for bound in (one.lower, one.upper):
            if math.isfinite(bound):
                ax.plot([bound, bound], [row - HALF, row + HALF], color=INK, linewidth=1.0, linestyle=(0, (2, 2)))
        if one.point.has_interval:
            ax.plot([one.point.low, one.point.high], [row, row], color=INK, linewidth=1.2, zorder=2)
        face = style.colour if one.established else "white"
        ax.plot([one.point.estimate], [row], ls="", marker=style.marker, ms=6.5, mfc=face, mec=INK, mew=0.9, zorder=3)
        ax.annotate(
            with_interval(one.quantity, one.point, language),
            (1.0, row), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=SMALL, color=INK, annotation_clip=False,
        )  # fmt: skip
    ax.axvline(1.0 if quantity in ("odds_ratio", "rate_ratio") else 0.0, color=MUTED, linewidth=0.9, zorder=1)
    ax.set_xlim(low, high)
    return finish(ax, result, language)


def equivalence_intervals_alt(result: Result, language: str = "en") -> str:
    """Return in words which intervals lie within their bounds."""
    found = _tested(result)
    shown = [one for one in found if one.point.drawable]
    if not shown:
        return word("all_hidden" if found else "nothing", language)
    parts = []
    for one in shown:
        bounds = [printed(one.quantity, value) for value in (one.lower, one.upper) if math.isfinite(value)]
        key = "equivalent" if one.established else "not_equivalent"
        parts.append(
            word(key, language).format(
                name=one.point.label or label_of(one.quantity, language),
                value=with_interval(one.quantity, one.point, language),
                bounds=formatting.marks().between.join(bounds),
            )
        )
    return (
        word("equivalence", language).format(n=len(found))
        + " "
        + " ".join(parts)
        + interval_clause([one.point for one in shown], language)
    )


def _tested(result: Result) -> list[_Tested]:
    table = result.frame
    found = []
    for _, part in table.groupby(list(KEYS), sort=False):
        main = part.iloc[[0]]
        quantity = str(main["quantity"].iloc[0])
        bounds = dict(zip(part["level"], part["estimate"], strict=True))
        verdict = part.loc[part["quantity"] == "equivalence", "estimate"]
        found.append(
            _Tested(
                quantity,
                points(result, main, _naming_keys(result, main))[0],
                float(bounds.get(LOWER, math.nan)),
                float(bounds.get(UPPER, math.nan)),
                bool((verdict == 1).any()),
            )
        )
    return found


def _naming_keys(result: Result, main: pd.DataFrame) -> tuple[str, ...]:
    """Return what names a comparison; a contrast of two variables names its outcome itself."""
    outcome, contrast = str(main["outcome"].iloc[0]), str(main["contrast"].iloc[0])
    return KEYS[1:] if outcome and contrast.startswith(f"{title_of(result, outcome)} \u2212 ") else KEYS
