"""The specification curve: estimates by rank, and below them which choices made each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from osa_survey import formatting
from osa_survey.languages import in_language
from osa_survey.plots.canvas import FONT, SMALL, finish, nothing_drawn, own_axes, quiet, shortened
from osa_survey.plots.palette import COLOURS, INK, MUTED
from osa_survey.plots.reading import axis_label, numbers, points, title_of, unique
from osa_survey.results import Result

HEIGHT, ROW = 2.6, 0.2
TICKS = 7
CHOICE_CHARACTERS = 30
PREREGISTERED = "preregistered"
TEXTS = {
    "en": {
        "x": "specification by rank",
        "y": "Partial r",
        "alt": "Specification curve: {n} specifications by rank, from {low} to {high}. {marked}{clear} of them have an "
        "interval that excludes zero.",
        "marked": "The preregistered one, a filled diamond, is {value}. ",
        "curve": "the curve",
    },
    "de": {
        "x": "Spezifikation nach Rang",
        "y": "Partialkorrelation",
        "alt": "Spezifikationskurve: {n} Spezifikationen nach Rang, von {low} bis {high}. {marked}Bei {clear} davon "
        "schließt das Intervall null aus.",
        "marked": "Die präregistrierte, eine gefüllte Raute, ist {value}. ",
        "curve": "die Kurve",
    },
}


def specification_curve(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw a specification curve with its choices below.

    Parameters
    ----------
    result : Result
        A result of ``multiverse``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes; below the curve stands a row for each choice, with a tick under each specification that made it.
    """
    curve = result.more.get("curve")
    found = [] if curve is None else points(curve, numbers(curve, "specification_estimate"), ("contrast",))
    if curve is None or not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language)
    table = numbers(curve, "specification_estimate")
    choices = [_choices(result, row, language) for row in table.to_dict("records")]
    names = sorted(unique([name for own in choices for name in own]))
    ax, texts = own_axes(ax, HEIGHT + ROW * len(names)), TEXTS[language]
    quiet(ax, grid=False)
    ax.spines["left"].set_visible(True)
    ax.spines["left"].set_color(MUTED)
    ax.axhline(0, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for place, (point, group) in enumerate(zip(found, table["group"], strict=True)):
        if not point.drawable:
            continue
        if point.has_interval:
            ax.plot([place, place], [point.low, point.high], color=MUTED, linewidth=1.0, zorder=2)
        chosen = group == PREREGISTERED
        size, fill = (8.0, COLOURS[5]) if chosen else (2.8, COLOURS[0])
        ax.plot([place], [point.estimate], marker="D" if chosen else "o", ms=size, ls="", mfc=fill, mec=INK,
                mew=0.8 if chosen else 0.0, zorder=4 if chosen else 3)  # fmt: skip
    ax.yaxis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 5, 10]))  # 0.025 would be printed as 0.03
    ax.set_xlim(-1, len(found))
    ax.set_xticks([])
    ax.set_xlabel(texts["x"], fontsize=FONT, color=INK)
    low, high = ax.get_ylim()
    step = (high - low) * ROW / HEIGHT
    ticks = [float(tick) for tick in ax.get_yticks() if low <= tick <= high]
    rows = [low - (row + 1) * step for row in range(len(names))]
    heads = [formatting.decimal(tick, 1 if step > 0.05 else 2) for tick in ticks]
    ax.set_yticks(
        [*ticks, *rows], [*heads, *(shortened(name, CHOICE_CHARACTERS, 1) for name in names)], fontsize=SMALL, color=INK
    )
    ax.set_ylim(rows[-1] - step, high)
    ax.axhline(low, color=MUTED, linewidth=0.7)
    name = "" if "analysis" in result.settings else texts["y"]
    ax.set_ylabel(axis_label("specification_estimate", found, language, name), fontsize=FONT, color=INK)
    for height, name in zip(rows, names, strict=True):
        made = np.array([place for place, own in enumerate(choices) if name in own and found[place].drawable])
        ax.plot(made, np.full(len(made), height), ls="", marker="|", ms=7, color=INK)
    return finish(ax, result, language)


def specification_curve_alt(result: Result, language: str = "en") -> str:
    """Return in words the range of the curve, the preregistered estimate, and how many intervals exclude zero."""
    curve, texts = result.more["curve"], TEXTS[language]
    table = numbers(curve, "specification_estimate")
    found = points(curve, table, ("contrast",))
    shown = [point for point in found if point.drawable]
    if not shown:
        return f"{title_of(result, texts['curve'])}: —"
    values = [point.estimate for point in shown]
    marked = [p for p, group in zip(found, table["group"], strict=True) if group == PREREGISTERED and p.drawable]
    low, high = (formatting.decimal(value, 3) for value in (min(values), max(values)))
    mark = texts["marked"].format(value=formatting.decimal(marked[0].estimate, 3)) if marked else ""
    clear = sum(point.has_interval and not point.low <= 0 <= point.high for point in shown)
    return texts["alt"].format(n=len(shown), low=low, high=high, marked=mark, clear=clear)


def _choices(result: Result, row: Mapping[Hashable, object], language: str) -> list[str]:
    """Return what was chosen, from the keys of a row: outcome, predictor, model, covariates, exclusions."""
    model, *sets = str(row["contrast"]).split("; ")
    found = [
        title_of(result, str(row["outcome"])),
        title_of(result, str(row["term"])),
        in_language(model, language, "words"),
    ]
    for part in sets:
        kind, _, names = part.partition(": ")
        head = in_language(kind, language, "words")
        found += [f"{head}: {title_of(result, name)}" for name in names.split(", ") if name != "none"]
    return found
