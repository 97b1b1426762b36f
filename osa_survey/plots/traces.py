"""Traces of an imputation: the mean and the standard deviation of imputed values, a line for each chain."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import FONT, SMALL, finish, nothing_drawn, own_axes, quiet, shortened
from osa_survey.plots.palette import INK, series_style
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.row_plans import fitting, tell_rest
from osa_survey.plots.words import word
from osa_survey.results import Result

PANEL_INCHES = 1.25
FOOT_INCHES = 0.45
TITLE_CHARACTERS = 56
LEFT, GAP, LOW, HIGH = 0.09, 0.1, 0.3, 0.2
SIDES = ("imputed_mean", "imputed_sd")
HEADS = {"en": {"imputed_mean": "M", "imputed_sd": "SD"}, "de": {"imputed_mean": "M", "imputed_sd": "SD"}}
TEXTS = {
    "en": {
        "iteration": "Iteration",
        "alt": "Traces of {chains} chains over {iterations} iterations for {n} imputed variables: {names}.",
        "last": " After the last iteration the mean of the imputed values of {name} runs from {low} to {high}.",
    },
    "de": {
        "iteration": "Iteration",
        "alt": "Verläufe von {chains} Ketten über {iterations} Iterationen für {n} imputierte Variablen: {names}.",
        "last": " Nach der letzten Iteration reicht der Mittelwert imputierter Werte ({name}) von {low} bis {high}.",
    },
}


def trace_lines(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the traces of an imputation.

    Parameters
    ----------
    result : Result
        ``more["traces"]`` of ``convergence``.
    ax : Axes, optional
        Where to draw; by default a new figure. Each variable becomes two insets of it: means, standard deviations.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes; its insets are ``ax.child_axes``.
    """
    table = _shown(result)
    names = unique([str(name) for name in table["outcome"]])
    if not names:
        key = "all_hidden" if len(result.frame) else "nothing"
        return nothing_drawn(ax, result, language, key)
    known = len(names)
    names = names[: fitting([FOOT_INCHES, *[PANEL_INCHES] * known]) - 1]
    ax = own_axes(ax, PANEL_INCHES * len(names) + FOOT_INCHES)
    ax.set_axis_off()
    if len(names) < known:
        tell_rest(ax, len(names), known, language)
    foot = FOOT_INCHES / (PANEL_INCHES * len(names) + FOOT_INCHES)
    height = (1 - foot) / len(names)
    width = (1 - LEFT - GAP) / 2
    for row, name in enumerate(names):
        for side, quantity in enumerate(SIDES):
            bottom = 1 - (row + 1) * height + LOW * height
            panel = ax.inset_axes((LEFT + side * (width + GAP), bottom, width, height * (1 - LOW - HIGH)))
            own = table.loc[(table["outcome"] == name) & (table["quantity"] == quantity)]
            _draw(panel, own, HEADS[language][quantity], TEXTS[language]["iteration"] if row == len(names) - 1 else "")
            if side == 0:
                panel.set_title(
                    shortened(title_of(result, name), TITLE_CHARACTERS, 1), fontsize=FONT, color=INK, loc="left", pad=3
                )
    return finish(ax, result, language)


def _draw(panel: Axes, own: pd.DataFrame, head: str, xlabel: str) -> None:
    quiet(panel, xlabel)
    for position, (_, chain) in enumerate(own.groupby("group", sort=False)):
        panel.plot(
            chain["level"].astype(int),
            chain["estimate"],
            color=series_style(position).colour,
            linestyle=series_style(position).line,
            linewidth=1.0,
        )
    panel.set_ylabel(head, fontsize=SMALL, color=INK)
    panel.tick_params(axis="y", labelsize=SMALL)
    panel.locator_params(axis="y", nbins=4)
    panel.locator_params(axis="x", nbins=6, integer=True)


def trace_lines_alt(result: Result, language: str = "en") -> str:
    """Return in words what is drawn and how far the chains lie apart at the end."""
    table = _shown(result)
    names = unique([str(name) for name in table["outcome"]])
    if not names:
        return word("all_hidden" if len(result.frame) else "nothing", language)
    text = TEXTS[language]["alt"].format(
        chains=table["group"].nunique(),
        iterations=table["level"].nunique(),
        n=len(names),
        names=", ".join(title_of(result, name) for name in names),
    )
    means = table.loc[(table["quantity"] == "imputed_mean") & (table["outcome"] == names[0])]
    if len(means):
        last = means.loc[means["level"].astype(int) == means["level"].astype(int).max(), "estimate"]
        bounds = (formatting.decimal(float(last.min()), 2), formatting.decimal(float(last.max()), 2))
        text += TEXTS[language]["last"].format(name=title_of(result, names[0]), low=bounds[0], high=bounds[1])
    return text


def _shown(result: Result) -> pd.DataFrame:
    table = numbers(result, *SIDES)
    return table.loc[(table["suppressed"] == "") & table["estimate"].map(math.isfinite)]
