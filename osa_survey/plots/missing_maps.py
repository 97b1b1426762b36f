"""Missingness map: groups of people with the same gaps beside each other, the reason of each gap in its field."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from osa_survey import formatting
from osa_survey.plots.canvas import (
    FONT,
    LABEL_LINES,
    SMALL,
    finish,
    legend_height,
    nothing_drawn,
    own_axes,
    series_legend,
    wrapped,
)
from osa_survey.plots.palette import INK, MUTED, PALE, RULE, reason_places, series_style
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

MOST = 30  # variables that fit a page
BESIDE = 5  # groups whose heads fit beside each other
ONE_PERCENT = 0.01
TOLD = 3  # groups and names that the alternative text lists
TEXTS = {
    "en": {
        "x": "People with the same gaps (% of respondents)",
        "alt": "Map of missing answers: {groups} groups of people with the same gaps, {names} variables or scales. "
        "{listed}.",
        "group": "{n} people ({share}): {gaps}",
        "gap": "{name} {reason}",
        "more": "{listed} and {n} more",
        "none": "no gap",
    },
    "de": {
        "x": "Personen mit denselben Lücken (% der Befragten)",
        "alt": "Karte fehlender Antworten: {groups} Gruppen von Personen mit denselben Lücken, {names} Variablen oder "
        "Skalen. {listed}.",
        "group": "{n} Personen ({share}): {gaps}",
        "gap": "{name} {reason}",
        "more": "{listed} und {n} weitere",
        "none": "keine Lücke",
    },
}


@dataclass(frozen=True)
class Group:
    """People with the same gaps: how many (NaN where the gate hides it), their share, and variable → reason."""

    people: float
    share: float
    gaps: dict[str, str]

    @property
    def drawable(self) -> bool:
        """Whether it may be shown."""
        return math.isfinite(self.people)


def missing_map(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw which answers are missing together: a row for each variable, a column for each group of people.

    Parameters
    ----------
    result : Result
        ``more["map"]`` of ``missing_patterns``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. A filled field is a gap, its colour and hatch the reason. A column is a group of people, never one
        person; of a group the gate hides only the place is drawn. Of many variables those with most gaps.
    """
    groups = _groups(result)
    if not any(group.drawable for group in groups):
        return nothing_drawn(ax, result, language, "all_hidden" if groups else "nothing")
    names = _names(result, groups)
    if not names:
        key = "all_hidden" if any(not group.drawable for group in groups) else "no_gap"
        return nothing_drawn(ax, result, language, key)
    reasons = _reasons(result, groups, names)
    titles, places = [title_of(result, reason) for reason in reasons], reason_places(reasons)
    rows = planned_rows([title_of(result, name) for name in names], extra=1.4 + legend_height(titles))
    ax = own_axes(ax, rows.height)
    ax.set_facecolor("none")
    row_labels(ax, rows)
    for column, group in enumerate(groups):
        for row, name in enumerate(names):
            reason = group.gaps.get(name, "") if group.drawable else ""
            style = series_style(places[reasons.index(reason)]) if reason else None
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, linewidth=0.6, edgecolor=INK if style else RULE,
                    facecolor=style.colour if style else PALE if group.drawable else "none",
                    hatch=style.hatch if style else None, zorder=2 if style else 1,
                )
            )  # fmt: skip
        if not group.drawable:
            middle = (len(names) - 1) / 2
            ax.text(column, middle, "–", ha="center", va="center", fontsize=FONT, color=MUTED)
    upright = len(groups) > BESIDE
    heads = [_head(group, " " if upright else "\n") for group in groups]
    ax.set_xticks(range(len(groups)), heads, fontsize=SMALL, color=INK, rotation=90 if upright else 0)
    ax.set_xlim(-0.5, len(groups) - 0.5)
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(wrapped(TEXTS[language]["x"], LABEL_LINES), fontsize=FONT, color=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    series_legend(ax, titles, markers=False, places=places)
    return finish(ax, result, language)


def missing_map_alt(result: Result, language: str = "en") -> str:
    """Return in words how many people have which gaps together."""
    groups, texts = _groups(result), TEXTS[language]
    shown = [group for group in groups if group.drawable]
    if not shown:
        return word("all_hidden" if groups else "nothing", language)
    said = []
    for group in shown[:TOLD]:
        gaps = [
            texts["gap"].format(name=title_of(result, name), reason=title_of(result, reason))
            for name, reason in group.gaps.items()
        ]
        listed = ", ".join(gaps[:TOLD]) or texts["none"]
        if len(gaps) > TOLD:
            listed = texts["more"].format(listed=listed, n=len(gaps) - TOLD)
        share = printed("proportion", group.share)
        said.append(texts["group"].format(n=formatting.count(group.people), share=share, gaps=listed))
    names = len({name for group in shown for name in group.gaps})
    text = texts["alt"].format(groups=len(groups), names=names, listed="; ".join(said))
    hidden = len(groups) - len(shown)
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")


def _groups(result: Result) -> list[Group]:
    table = numbers(result, "count")
    found = []
    for name in unique([str(group) for group in table["group"]]):
        own = table.loc[table["group"] == name]
        row = own.loc[own["level"] == ""].iloc[0]
        hidden = bool(row["suppressed"])
        people, n = (math.nan if hidden else float(row[key]) for key in ("estimate", "n"))
        gaps = own.loc[own["level"] != ""]
        listed = dict(zip(gaps["outcome"].astype(str), gaps["level"].astype(str), strict=True))
        found.append(Group(people, people / n if n else math.nan, listed))
    return found


def _names(result: Result, groups: list[Group]) -> list[str]:
    """Return the variables with a gap that may be shown, in the order of the table; of many those with most gaps."""
    people: dict[str, float] = {}
    for group in groups:
        for name in group.gaps if group.drawable else ():
            people[name] = people.get(name, 0.0) + group.people
    kept = set(sorted(people, key=lambda name: -people[name])[:MOST])
    return [name for name in unique([str(name) for name in result.frame["outcome"]]) if name in kept]


def _reasons(result: Result, groups: list[Group], names: list[str]) -> list[str]:
    drawn = {group.gaps[name] for group in groups if group.drawable for name in names if name in group.gaps}
    return [level for level in unique([str(level) for level in result.frame["level"]]) if level in drawn]


def _head(group: Group, between: str) -> str:
    if not group.drawable:
        return "–"
    percent = f"{100 * group.share:.0f}%" if group.share >= ONE_PERCENT else "< 1%"
    return f"{formatting.count(group.people)}{between}({percent})"
