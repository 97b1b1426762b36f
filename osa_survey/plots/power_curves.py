"""Power against sample size, with the error of simulation and the size that is needed."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import FONT, SMALL, all_hidden, finish, legend_height, own_axes, quiet, series_legend
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import title_of, unique
from osa_survey.results import Result
from osa_survey.results.display import printed

INCHES = 3.4
TEXTS = {
    "en": {
        "size": "People who begin the questionnaire (n)",
        "power": "Power with {level} interval",
        "target": "asked for: {target}",
        "alt": "Power against sample size, simulated. ",
        "line": "{name}: {first} with n = {low}, {last} with n = {high}.",
        "needed": " The power asked for needs n = {n} [{low}, {high}].",
        "hidden": "Hidden: these numbers may not be shown.",
        "nothing": "There is nothing to draw.",
    },
    "de": {
        "size": "Personen, die den Fragebogen beginnen (n)",
        "power": "Teststärke mit Intervall ({level})",
        "target": "verlangt: {target}",
        "alt": "Power nach Stichprobengröße, simuliert. ",
        "line": "{name}: {first} mit n = {low}, {last} mit n = {high}.",
        "needed": " Die verlangte Power braucht n = {n} [{low}; {high}].",
        "hidden": "Verborgen: Diese Zahlen dürfen nicht gezeigt werden.",
        "nothing": "Es gibt nichts zu zeichnen.",
    },
}

TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def power_curve(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the power of each hypothesis against the sample size.

    Parameters
    ----------
    result : Result
        A result of ``power``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: a line with bars of simulation error for each hypothesis, the power asked for as a dashed line, and
        on the axis the size that is needed.
    """
    found, text = _shown(result), TEXTS[language]
    if found.empty:
        return finish(_nothing(result, ax, language), result, language)
    names = unique(list(found["outcome"]))
    ax = own_axes(ax, INCHES + legend_height([title_of(result, name) for name in names]))
    quiet(ax, text["size"])
    ax.grid(axis="y", color="#E4E4E4", linewidth=0.6)
    for position, name in enumerate(names):
        own, style = found.loc[found["outcome"] == name], series_style(position)
        ax.vlines(own["n"], own["conf_low"], own["conf_high"], color=INK, linewidth=1.0, zorder=2)
        ax.plot(
            own["n"], own["estimate"], color=style.colour, marker=style.marker, markeredgecolor=INK, markersize=5,
            linewidth=1.4, zorder=3,
        )  # fmt: skip
    _draw_target(ax, result, text)
    for position, name in enumerate(names):
        needed = _needed(result, name)
        if needed is not None:
            style = series_style(position)
            ax.plot([needed[0]], [0.0], color=style.colour, marker=style.marker, markeredgecolor=INK, markersize=6,
                    clip_on=False, zorder=4)  # fmt: skip
            ax.vlines([needed[0]], 0.0, float(result.settings["target"]), color=MUTED, linewidth=0.8, linestyle=":")
    ax.set_ylim(0.0, 1.02)
    ax.set_xlim(left=0.0)
    ax.set_yticks(TICKS, [_tick(place) for place in TICKS], fontsize=SMALL, color=INK)
    level = formatting.percent(float(found["conf_level"].iloc[0]), 0)
    ax.set_ylabel(text["power"].format(level=level), fontsize=FONT, color=INK)
    if len(names) > 1:
        series_legend(ax, [title_of(result, name) for name in names], markers=True)
    return finish(ax, result, language)


def power_curve_alt(result: Result, language: str = "en") -> str:
    """Return in words the power at the smallest and the largest size, and the size that is needed."""
    found, text = _shown(result), TEXTS[language]
    if found.empty:
        return text["hidden" if len(result.frame) else "nothing"]
    said = []
    for name in unique(list(found["outcome"])):
        own = found.loc[found["outcome"] == name].sort_values("n")
        first, last = own.iloc[0], own.iloc[-1]
        line = text["line"].format(
            name=title_of(result, name),
            first=printed("power", float(first["estimate"])),
            last=printed("power", float(last["estimate"])),
            low=formatting.count(float(first["n"])),
            high=formatting.count(float(last["n"])),
        )
        needed = _needed(result, name)
        if needed is not None:
            n, low, high = (formatting.count(value) if math.isfinite(value) else "–" for value in needed)
            line += text["needed"].format(n=n, low=low, high=high)
        said.append(line)
    return text["alt"] + " ".join(said)


def _draw_target(ax: Axes, result: Result, text: dict[str, str]) -> None:
    target = float(result.settings["target"])
    ax.axhline(target, color=MUTED, linewidth=1.0, linestyle="--", zorder=1)
    label = text["target"].format(target=printed("power", target))
    ax.annotate(label, (0.0, target), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points",
                fontsize=SMALL, color=MUTED)  # fmt: skip


def _shown(result: Result) -> pd.DataFrame:
    table = result.frame
    drawable = table["estimate"].map(math.isfinite) & table["n"].map(math.isfinite)
    return table.loc[(table["quantity"] == "power") & (table["suppressed"] == "") & drawable]


def _needed(result: Result, hypothesis: str) -> tuple[float, float, float] | None:
    """Return the size that is needed as planned, with its interval; None where it is not told."""
    if "required" not in result.more:
        return None
    table = result.more["required"].frame
    rows = table.loc[(table["quantity"] == "required_n") & (table["outcome"] == hypothesis)]
    if rows.empty or not math.isfinite(float(rows.iloc[0]["estimate"])) or rows.iloc[0]["suppressed"]:
        return None
    row = rows.iloc[0]
    return float(row["estimate"]), float(row["conf_low"]), float(row["conf_high"])


def _nothing(result: Result, ax: Axes | None, language: str) -> Axes:
    return all_hidden(own_axes(ax, 1.5), language, "all_hidden" if len(result.frame) else "nothing")


def _tick(place: float) -> str:
    return formatting.decimal(place, 0 if place in (0.0, 1.0) else 2, bounded=True)
