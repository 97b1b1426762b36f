"""Prevalence within the groups of two variables at once, such as age by gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, proportion_number
from osa_survey.analysis.describing.composed_prevalences import NAMES, ArrangedSet, member_of
from osa_survey.analysis.domains import restricted_by
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, is_hidden, is_known, shown
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, proportion_interval
from osa_survey.analysis.samples import Sample
from osa_survey.results import Layout, Result, Rows, Show

Mask = NDArray[np.bool_]
TEXTS = {
    "en": {
        "range": "{title}: from {low} ({low_group}) to {high} ({high_group}) of those in a group.",
        "hidden": "{title}: some percentages are {not_shown}.",
    },
    "de": {
        "range": "{title}: von {low} ({low_group}) bis {high} ({high_group}) der Personen einer Gruppe.",
        "hidden": "{title}: Einige Prozentwerte werden {not_shown}.",
    },
}


@dataclass(frozen=True)
class CrossedWords:
    """One sentence for each activity: its lowest and its highest percentage.

    Attributes
    ----------
    activities : tuple of (str, str)
        Names and titles.
    """

    activities: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        sentences = []
        for name, title in self.activities:
            rows = [row for _, row in table.loc[table["outcome"] == name].iterrows()]
            known = [row for row in rows if not is_hidden(row) and is_known(row)]
            if len(known) > 1:
                low, high = (choose(known, key=lambda row: float(row["estimate"])) for choose in (min, max))
                words = {
                    "low": shown(low),
                    "high": shown(high),
                    "low_group": f"{low['group']}, {low['level']}",
                    "high_group": f"{high['group']}, {high['level']}",
                }
                sentences.append(text["range"].format(title=title, **words))
            if len(known) < len(rows):
                sentences.append(text["hidden"].format(title=title, not_shown=NOT_SHOWN[language]))
        return tuple(sentences)


def crossed_result(
    arranged: Sequence[ArrangedSet],
    sample: Sample | None,
    interval: str,
    conf_level: float,
    words: str,
    common: Mapping[str, Any],
) -> Result:
    """Return the percentages of each activity in every combination of two groupings.

    Parameters
    ----------
    arranged : sequence of ArrangedSet
        Activities and the two groupings, one for each set.
    sample : Sample or None
        The sample where data are weighted or imputed.
    interval : str
        The kind of interval.
    conf_level : float
        Its level.
    words : str
        The base in words.
    common : mapping
        Fields shared with the main result.
    """
    rows = Rows()
    first, second = arranged[0].groupings
    for a, activity in enumerate(arranged[0].activities):
        bases = [one.activities[a].base for one in arranged]
        engaged = [one.activities[a].engaged for one in arranged]
        for i, (group, _) in enumerate(first.groups):
            parts = []
            for j, (level, _) in enumerate(second.groups):
                own = [
                    base & one.groupings[0].groups[i][1] & one.groupings[1].groups[j][1]
                    for base, one in zip(bases, arranged, strict=True)
                ]
                names = _cells(rows, f"{activity.name}|{i}|{j}", own, engaged)
                parts.append(names)
                found = _number(own, engaged, sample, interval, conf_level)
                rows.add(
                    "proportion",
                    outcome=activity.name,
                    term=f"{first.name}*{second.name}",
                    group=group,
                    level=level,
                    n=found.n,
                    estimate=found.estimate,
                    std_error=found.std_error,
                    method=NAMES[interval] if interval in NAMES else f"{INTERVAL_NAMES[interval]} interval",
                    warning=found.warning,
                    cells=names,
                    **found.ends(conf_level),
                )
            row = [base & one.groupings[0].groups[i][1] for base, one in zip(bases, arranged, strict=True)]
            gap = [mask & one.groupings[1].gap for mask, one in zip(row, arranged, strict=True)]
            _add_up(rows, f"{activity.name}|{i}", row, gap, engaged, parts)
        for j in range(len(second.groups)):
            column = [base & one.groupings[1].groups[j][1] for base, one in zip(bases, arranged, strict=True)]
            gap = [mask & one.groupings[0].gap for mask, one in zip(column, arranged, strict=True)]
            parts = [_names(f"{activity.name}|{i}|{j}") for i in range(len(first.groups))]
            _add_up(rows, f"{activity.name}||{j}", column, gap, engaged, parts)
    titles = tuple((activity.name, activity.title) for activity in arranged[0].activities)
    return Result.from_rows(
        rows,
        title=f"Prevalence by {first.title} and {second.title} (base: {words})",
        method=f"percentages of {words} in each combination of groups",
        wording=CrossedWords(titles),
        layout=Layout(
            rows=("outcome", "group"),
            show=(Show("proportion", head="%"), Show("proportion", "interval"), Show("proportion", "n")),
            across="level",
            row_head="Activity",
        ),
        plot="prevalence_lines",
        **common,
    )


def _number(
    bases: Sequence[Mask], engaged: Sequence[Mask], sample: Sample | None, interval: str, conf_level: float
) -> Number:
    if sample is not None:
        inside = restricted_by(sample, bases)
        if inside.n == 0:
            return Number(0, np.nan, warning="nobody in the base")
        return proportion_number(inside, member_of(inside, engaged), conf_level, interval)
    n = int(bases[0].sum())
    if n == 0:
        return Number(0, np.nan, warning="nobody in the base")
    yes = int((bases[0] & engaged[0]).sum())
    low, high = proportion_interval(yes, n, interval, conf_level)  # type: ignore[arg-type]
    return Number(n, yes / n, low=low, high=high)


def _names(name: str) -> tuple[str, str, str]:
    return name, f"{name}|engaged", f"{name}|not engaged"


def _cells(rows: Rows, name: str, bases: Sequence[Mask], engaged: Sequence[Mask]) -> tuple[str, str, str]:
    names = _names(name)
    if len(bases) == 1:
        parts = (bases[0], bases[0] & engaged[0], bases[0] & ~engaged[0])
        for cell, members in zip(names, parts, strict=True):
            rows.cell(cell, members)
    else:
        yes = float(np.mean([(base & one).sum() for base, one in zip(bases, engaged, strict=True)]))
        whole = float(np.mean([base.sum() for base in bases]))
        for cell, number in zip(names, (whole, yes, whole - yes), strict=True):
            rows.cell(cell, number)
    rows.total(names[0], names[1:])
    return names


def _add_up(
    rows: Rows,
    name: str,
    whole: Sequence[Mask],
    gap: Sequence[Mask],
    engaged: Sequence[Mask],
    parts: Sequence[tuple[str, str, str]],
) -> None:
    """Tell the gate that the groups of the main table are the sums of these."""
    total = _cells(rows, f"{name}|all", whole, engaged)
    rest = _cells(rows, f"{name}|no answer", gap, engaged)
    for position, cell in enumerate(total):
        rows.total(cell, [part[position] for part in (*parts, rest)])
