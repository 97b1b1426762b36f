"""Agreement: coefficients with their intervals, and differences over the range of two instruments."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.canvas import FONT, finish, nothing_drawn, own_axes, quiet
from osa_survey.plots.palette import COLOURS, INK, MUTED, PALE
from osa_survey.plots.reading import Point, numbers, points, title_of, with_interval
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result, label_of

COEFFICIENTS = ("kappa", "kappa_weighted", "gwet_ac1", "krippendorff_alpha")
LIMITS = ("lower_limit", "bias", "upper_limit")
TEXTS = {
    "en": {
        "x": "agreement beyond chance",
        "mean": "Mean of both",
        "difference": "Difference, first minus second",
        "dots": "Agreement beyond chance: {listed}.",
        "limits": "Differences over the mean of both: mean {bias}, limits of agreement {low} and {high}; {n} groups of "
        "people are drawn.",
    },
    "de": {
        "x": "Übereinstimmung über Zufall hinaus",
        "mean": "Mittel aus beiden",
        "difference": "Differenz, erstes minus zweites",
        "dots": "Übereinstimmung über Zufall hinaus: {listed}.",
        "limits": "Differenzen über dem Mittel aus beiden: Mittelwert {bias}, Übereinstimmungsgrenzen {low} und "
        "{high}; gezeichnet sind {n} Gruppen von Personen.",
    },
}


def agreement_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw coefficients of agreement with their intervals.

    Parameters
    ----------
    result : Result
        A result of ``agreement`` or ``code_agreement``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    found = _coefficients(result, language)
    if not any(point.drawable for _, _, point in found):
        return nothing_drawn(ax, result, language)
    rows = planned_rows([name for name, _, _ in found])
    ax = own_axes(ax, rows.height)
    quiet(ax, TEXTS[language]["x"])
    row_labels(ax, rows)
    ax.axvline(0, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    for row, (_, _, point) in enumerate(found):
        if point.has_interval:
            ax.plot([point.low, point.high], [row, row], color=INK, linewidth=1.4, zorder=2)
        if point.drawable:
            ax.plot([point.estimate], [row], marker="o", ms=7, mfc=COLOURS[0], mec=INK, ls="", zorder=3)
    return finish(ax, result, language)


def agreement_dots_alt(result: Result, language: str = "en") -> str:
    """Return the coefficients with their intervals in words."""
    listed = [
        f"{name} {with_interval(quantity, point, language)}"
        for name, quantity, point in _coefficients(result, language)
    ]
    return TEXTS[language]["dots"].format(listed="; ".join(listed))


def bland_altman(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw mean differences of groups of people over the mean of both values, with the limits of agreement.

    Parameters
    ----------
    result : Result
        A result of ``agreement`` of two numbers.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: solid line the mean difference, dashed the limits, pale their intervals. Single people are not drawn.
    """
    limits = {name: points(result, numbers(result, name), ("outcome",))[0] for name in LIMITS}
    if not limits["bias"].drawable:
        return nothing_drawn(ax, result, language)
    ax, texts = own_axes(ax, 3.2), TEXTS[language]
    quiet(ax, texts["mean"], grid=False)
    ax.spines["left"].set_visible(True)
    ax.spines["left"].set_color(MUTED)
    for name, point in limits.items():
        if point.has_interval:
            ax.axhspan(point.low, point.high, color=PALE, zorder=0)
        if point.drawable:
            style = "solid" if name == "bias" else (0, (4, 3))
            ax.axhline(point.estimate, color=INK, linewidth=1.1, linestyle=style, zorder=1)
    groups = _groups(result)
    ax.plot([x for x, _ in groups], [y for _, y in groups], marker="o", ms=6, mfc=COLOURS[0], mec=INK, ls="", zorder=3)
    ax.set_ylabel(texts["difference"], fontsize=FONT, color=INK)
    return finish(ax, result, language)


def bland_altman_alt(result: Result, language: str = "en") -> str:
    """Return mean difference and limits of agreement in words."""
    limits = {name: points(result, numbers(result, name), ("outcome",))[0] for name in LIMITS}
    if not limits["bias"].drawable:
        return word("all_hidden", language)
    low, bias, high = (with_interval(name, limits[name], language) for name in LIMITS)
    return TEXTS[language]["limits"].format(bias=bias, low=low, high=high, n=len(_groups(result)))


def _coefficients(result: Result, language: str) -> list[tuple[str, str, Point]]:
    found = []
    for quantity in COEFFICIENTS:
        table = numbers(result, quantity)
        for point, level in zip(points(result, table, ("outcome",)), table["level"], strict=True):
            label = label_of(quantity, language) + (f" ({title_of(result, str(level))})" if level else "")
            found.append((label, quantity, point))
    return found


def _groups(result: Result) -> list[tuple[float, float]]:
    if "groups" not in result.more:
        return []
    part = result.more["groups"]
    pairs = zip(
        points(part, numbers(part, "mean"), ("level",)), points(part, numbers(part, "bias"), ("level",)), strict=True
    )
    return [(x.estimate, y.estimate) for x, y in pairs if x.drawable and y.drawable]
