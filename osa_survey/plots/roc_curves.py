"""ROC curves, and the two shares of a misclassification scenario."""

from __future__ import annotations

import numpy as np
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
)
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import axis_label, numbers, points, title_of, unique, with_interval
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result

HEIGHT = 4.2
TEXTS = {
    "en": {
        "x": "1 − specificity",
        "y": "Sensitivity",
        "auc": "{name} (AUC {auc})",
        "alt": "ROC curve of {n} score(s). {areas}. {marks}The dashed diagonal is a score that tells nothing.",
        "area": "{name}: area {number}",
        "mark": "Marked: {rule} with sensitivity {sensitivity} and specificity {specificity}. ",
        "scenario": "{name}: {apparent} screened positive; in the scenario the prevalence is {true}.",
        "share": "% of respondents",
        "apparent": "screened positive",
        "true": "prevalence in the scenario",
    },
    "de": {
        "x": "1 − Spezifität",
        "y": "Sensitivität",
        "auc": "{name} (AUC {auc})",
        "alt": "ROC-Kurve von {n} Wert(en). {areas}. {marks}Die gestrichelte Diagonale ist ein Wert ohne Aussage.",
        "area": "{name}: Fläche {number}",
        "mark": "Markiert: {rule} mit Sensitivität {sensitivity} und Spezifität {specificity}. ",
        "scenario": "{name}: {apparent} fielen im Screening auf; im Szenario ist die Prävalenz {true}.",
        "share": "% der Befragten",
        "apparent": "im Screening auffällig",
        "true": "Prävalenz im Szenario",
    },
}


def roc_curve(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw ROC curves with the reported cut-offs of the first score.

    Parameters
    ----------
    result : Result
        A result of ``roc``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        Sensitivity over 1 − specificity, with a dashed diagonal; lines join points between which people lie.
    """
    curves = _curves(result)
    if not curves:
        return nothing_drawn(ax, result, language)
    ax, texts = own_axes(ax, HEIGHT + legend_height(list(curves))), TEXTS[language]
    quiet(ax, texts["x"])
    ax.spines["left"].set_visible(True)
    ax.spines["left"].set_color(MUTED)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    names = []
    for position, (term, (x, y)) in enumerate(curves.items()):
        style = series_style(position)
        ax.plot(x, y, color=style.colour, linewidth=1.8, zorder=2)
        ax.plot(x[1:-1], y[1:-1], ls="", marker=style.marker, ms=3.5, mfc=style.colour, mec=INK, mew=0.5, zorder=3)
        area = [point for point in points(result, numbers(result, "auc"), ("term",)) if point.label == term]
        shown = formatting.decimal(area[0].estimate, 2, bounded=True) if area and area[0].drawable else "—"
        names.append(texts["auc"].format(name=term, auc=shown))
    for rule, sensitivity, specificity in _marks(result):
        ax.plot([1 - specificity], [sensitivity], marker="D", ms=8, mfc="none", mec=INK, mew=1.4, ls="", zorder=4)
        ax.annotate(
            rule, (1 - specificity, sensitivity), xytext=(8, -10), textcoords="offset points", fontsize=FONT, color=INK
        )
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.set_aspect("equal")
    ax.set_ylabel(texts["y"], fontsize=FONT, color=INK)
    series_legend(ax, names, markers=True)
    return finish(ax, result, language)


def roc_curve_alt(result: Result, language: str = "en") -> str:
    """Return in words the areas with their intervals and the marked cut-offs."""
    curves, texts = _curves(result), TEXTS[language]
    if not curves:
        return word("all_hidden", language)
    areas = [
        texts["area"].format(name=point.label, number=with_interval("auc", point, language))
        for point in points(result, numbers(result, "auc"), ("term",))
    ]
    marks = "".join(
        texts["mark"].format(
            rule=rule, sensitivity=formatting.percent(sensitivity, 1), specificity=formatting.percent(specificity, 1)
        )
        for rule, sensitivity, specificity in _marks(result)
    )
    return texts["alt"].format(n=len(curves), areas="; ".join(areas), marks=marks)


def scenario_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share that screened positive above the prevalence of the scenario, with their intervals.

    Parameters
    ----------
    result : Result
        A result of ``misclassification_scenario``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    texts = TEXTS[language]
    found = points(result, numbers(result, "apparent_prevalence", "true_prevalence"), ("outcome",))
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language)
    ax = own_axes(ax, 1.7)
    quiet(ax, axis_label("apparent_prevalence", found, language, texts["share"]))
    row_labels(ax, planned_rows([texts["apparent"], texts["true"]]))
    for row, point in enumerate(found):
        style = series_style(row)
        if point.has_interval:
            ends = [100 * point.low, 100 * point.high]
            ax.plot(ends, [row, row], color=INK, linewidth=1.4, zorder=2)
        if point.drawable:
            ax.plot(
                [100 * point.estimate], [row], marker=style.marker, ms=7, mfc=style.colour, mec=INK, ls="", zorder=3
            )
    ax.set_xlim(left=0)
    return finish(ax, result, language)


def scenario_dots_alt(result: Result, language: str = "en") -> str:
    """Return both shares with their intervals in words."""
    apparent, true = (
        points(result, numbers(result, name), ("outcome",))[0] for name in ("apparent_prevalence", "true_prevalence")
    )
    return TEXTS[language]["scenario"].format(
        name=apparent.label,
        apparent=with_interval("apparent_prevalence", apparent, language),
        true=with_interval("true_prevalence", true, language),
    )


def _curves(result: Result) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return for each score the points shown, from the strictest to the mildest cut-off, with both corners."""
    if "curve" not in result.more:
        return {}
    table = result.more["curve"].frame
    shown = table.loc[(table["suppressed"] == "") & table["estimate"].notna()]
    found = {}
    for term in unique([str(name) for name in table["term"]]):
        own = shown.loc[shown["term"] == term]
        both = own.pivot(index="level", columns="quantity", values="estimate").reindex(
            columns=["sensitivity", "specificity"]
        )
        both = both.dropna().sort_values(["specificity", "sensitivity"], ascending=[False, True])
        if len(both):
            x = np.concatenate([[0.0], 1 - both["specificity"].to_numpy(), [1.0]])
            y = np.concatenate([[0.0], both["sensitivity"].to_numpy(), [1.0]])
            found[title_of(result, term)] = (x, y)
    return found


def _marks(result: Result) -> list[tuple[str, float, float]]:
    """Return the reported cut-offs whose sensitivity and specificity are shown."""
    if "cut_offs" not in result.more:
        return []
    table, found = result.more["cut_offs"].frame, []
    for level in unique([str(name) for name in table["level"]]):
        own = table.loc[(table["level"] == level) & (table["suppressed"] == "") & table["estimate"].notna()]
        values = dict(zip(own["quantity"], own["estimate"], strict=True))
        if {"sensitivity", "specificity"} <= values.keys():
            found.append((level, float(values["sensitivity"]), float(values["specificity"])))
    return found
