"""An estimate against the shift of imputed answers, with its interval and where the conclusion changes."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import finish, nothing_drawn, own_axes, quiet, shortened
from osa_survey.plots.palette import COLOURS, INK, MUTED
from osa_survey.plots.reading import title_of
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

INCHES = 3.2
TIPPING = "tipping_delta"
TEXTS = {
    "en": {
        "shift": "Shift of imputed answers: {name}",
        "alt": "Line of the estimate over {n} shifts of imputed answers ({name}): from {first} at {low} to {last} at "
        "{high}.",
        "tips": " The conclusion changes at a shift of {at}.",
        "holds": " The conclusion changes at no shift tried.",
    },
    "de": {
        "shift": "Verschiebung imputierter Antworten: {name}",
        "alt": "Linie des Schätzwerts über {n} Verschiebungen imputierter Antworten ({name}): von {first} bei {low} "
        "bis {last} bei {high}.",
        "tips": " Der Schluss ändert sich bei einer Verschiebung um {at}.",
        "holds": " Der Schluss ändert sich bei keiner erprobten Verschiebung.",
    },
}


def shift_line(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw an estimate against the shift of imputed answers.

    Parameters
    ----------
    result : Result
        A result of ``delta_sensitivity``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: the estimates as a line with dots, the interval as a band, dashed lines where the conclusion changes.
    """
    found = _shown(result)
    if not len(found):
        return nothing_drawn(ax, result, language, _key(result))
    ax = own_axes(ax, INCHES)
    quiet(ax, shortened(TEXTS[language]["shift"].format(name=title_of(result, str(found["outcome"].iloc[0]))), 40, 2))
    shifts = found["level"].astype(float).to_numpy()
    ax.fill_between(shifts, found["conf_low"], found["conf_high"], color=COLOURS[0], alpha=0.25, linewidth=0)
    ax.plot(shifts, found["estimate"], color=INK, marker="o", markersize=4, linewidth=1.2)
    for at in _tips(result):
        ax.axvline(at, color=MUTED, linewidth=1, linestyle="--")
    return finish(ax, result, language)


def shift_line_alt(result: Result, language: str = "en") -> str:
    """Return in words what is drawn, and at which shift the conclusion changes."""
    found = _shown(result)
    if not len(found):
        return word(_key(result), language)
    text, first, last = TEXTS[language], found.iloc[0], found.iloc[-1]
    quantity = str(first["quantity"])
    said = text["alt"].format(
        n=len(found),
        name=title_of(result, str(first["outcome"])),
        low=first["level"],
        high=last["level"],
        first=printed(quantity, float(first["estimate"])),
        last=printed(quantity, float(last["estimate"])),
    )
    tips = [text["tips"].format(at=formatting.decimal(at, 2)) for at in _tips(result)]
    return said + ("".join(tips) or text["holds"])


def _shown(result: Result) -> pd.DataFrame:
    table = result.frame
    estimates = (table["level"] != "") & ~table["quantity"].isin(["fmi", TIPPING])
    return table.loc[estimates & (table["suppressed"] == "") & table["estimate"].map(math.isfinite)]


def _key(result: Result) -> str:
    return "all_hidden" if len(result.frame) else "nothing"


def _tips(result: Result) -> list[float]:
    table = result.frame
    own = table.loc[(table["quantity"] == TIPPING) & (table["suppressed"] == ""), "estimate"]
    return [float(at) for at in own if math.isfinite(at)]
