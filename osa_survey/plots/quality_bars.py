"""Data quality: respondents flagged by each check, and missing answers by reason."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import SMALL, finish, mark_row, nothing_drawn, own_axes, quiet
from osa_survey.plots.palette import INK, reason_places, series_style
from osa_survey.plots.reading import Point, numbers, title_of, unique
from osa_survey.plots.row_plans import planned_rows, room_beside, row_labels
from osa_survey.plots.stacks import Stack, draw_stacks
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

NOT_GAPS = ("answered", "implied")
LONG_LABEL = 34
BESIDE_INCHES = 1.0  # what a number with its share needs beside a bar


def flag_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share of respondents each check flags.

    Parameters
    ----------
    result : Result
        A result of ``screen``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent; beside each bar the number of respondents.
    """
    found = _flags(result)
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    rows = planned_rows([point.label for point in found], characters=LONG_LABEL)
    ax = own_axes(ax, rows.height)
    quiet(ax, word("percent_respondents", language))
    row_labels(ax, rows)
    style = series_style(0)
    for row, point in enumerate(found):
        if not point.drawable:
            mark_row(ax, row, language)
            continue
        share = point.estimate / point.n if point.n > 0 else 0.0
        ax.barh(row, 100 * share, height=0.62, color=style.colour, edgecolor=INK, linewidth=0.6)
        ax.annotate(
            f"{formatting.count(point.estimate)} ({printed('proportion', share)})",
            (100 * share, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=INK,
        )
    longest = max(100 * p.estimate / p.n for p in found if p.drawable and p.n > 0)
    beside = BESIDE_INCHES / max(room_beside(rows), 2 * BESIDE_INCHES)
    ax.set_xlim(0, max(longest / (1 - beside), 1.0))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= min(100.0, ax.get_xlim()[1])])
    return finish(ax, result, language)


def flag_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which check flags the most respondents."""
    found = _flags(result)
    shown = sorted((point for point in found if point.drawable), key=lambda point: -point.estimate)
    if not shown:
        return word("all_hidden" if found else "nothing", language)
    if shown[0].estimate == 0:
        text = word("no_flags", language).format(n=len(found))
    else:
        share = printed("proportion", shown[0].estimate / shown[0].n)
        highest = f"{shown[0].label}, n = {formatting.count(shown[0].estimate)} ({share})"
        text = word("flags", language).format(n=len(found), highest=highest)
    hidden = sum(point.hidden for point in found)
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")


def _flags(result: Result) -> list[Point]:
    found = []
    for row in numbers(result, "count").to_dict("records"):
        hidden = bool(row["suppressed"])
        place = f" ({title_of(result, str(row['outcome']))})" if row["outcome"] else ""
        label = title_of(result, str(row["level"])) + place
        n, people = (math.nan if hidden else float(row[name]) for name in ("n", "estimate"))
        found.append(Point(label, "", people, math.nan, math.nan, n, hidden, math.nan))
    return found


def missing_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share of missing answers of each variable or block that has any, by reason.

    Parameters
    ----------
    result : Result
        A result of ``missingness``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent.
    """
    stacks, reasons = _gaps(result)
    parts = [title_of(result, reason) for reason in reasons]
    if not stacks or not parts:
        return nothing_drawn(ax, result, language, "no_gap" if stacks else "nothing")
    if not any(math.isfinite(share) for stack in stacks for share in stack.shares.values()):
        return nothing_drawn(ax, result, language)
    stacks = [stack for stack in stacks if any(share != 0 for share in stack.shares.values())]
    if not stacks:
        return nothing_drawn(ax, result, language, "no_gap")
    xlabel, places = word("percent_answers", language), reason_places(reasons)
    ax = draw_stacks(stacks, parts, ax=ax, language=language, xlabel=xlabel, full=False, places=places)
    return finish(ax, result, language)


def missing_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words where most answers are missing."""
    stacks, _ = _gaps(result)
    complete = [stack for stack in stacks if all(math.isfinite(share) for share in stack.shares.values())]
    hidden = sum(math.isnan(share) for stack in stacks for share in stack.shares.values())
    if not stacks:
        return word("nothing", language)
    sums = {stack.label: sum(stack.shares.values()) for stack in complete}
    if any(sums.values()):
        label = max(sums, key=lambda name: sums[name])
        text = word("gaps", language).format(n=len(stacks), highest=f"{label} ({printed('proportion', sums[label])})")
    elif complete:
        text = word("no_gaps", language).format(n=len(stacks))
    else:
        text = word("all_hidden", language)
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")


def _gaps(result: Result) -> tuple[list[Stack], list[str]]:
    table = numbers(result, "missing")
    gaps = table.loc[~table["level"].isin(NOT_GAPS)]
    reasons = unique([str(level) for level in gaps["level"]])
    stacks = []
    for outcome in table["outcome"].unique():
        shares: dict[str, float] = {}
        for row in gaps.loc[gaps["outcome"] == outcome].to_dict("records"):
            hidden = bool(row["suppressed"])
            people, n = float(row["estimate"]), float(row["n"])
            shares[title_of(result, str(row["level"]))] = math.nan if hidden or not n > 0 else people / n
        stacks.append(Stack(title_of(result, str(outcome)), shares))
    return stacks, reasons
