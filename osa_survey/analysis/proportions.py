"""Prevalence: how many engage in each activity, on a base that is always said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.activity_frequencies import frequency_result
from osa_survey.analysis.prevalence_rows import (
    Activity,
    Base,
    Grouping,
    MaskCells,
    grouped_labels,
    prevalence_rows,
)
from osa_survey.analysis.prevalence_sentences import BASES, PrevalenceSentences
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, INTERVAL_REFERENCES, Interval
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import Layout, Result, Show

NOT_ASKED = (REASON_CODES["not_shown"], REASON_CODES["not_applicable"])


def prevalence(
    data: ScoredData | pd.DataFrame,
    activities: str | Sequence[str],
    *,
    base: Base,
    by: str | Sequence[str] | None = None,
    yes: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    interval: Interval = "wilson",
    conf_level: float = 0.95,
    frequency: Mapping[str, str] | None = None,
) -> Result:
    """Tell what percentage engages in each of several activities, overall and by groups.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The data.
    activities : str or sequence of str
        Nominal or ordinal variables, one per activity.
    base : {"eligible", "asked", "answered", "engaged"}
        What 100 % is: everybody in the data; all but those to whom the question was not shown or did not apply; those
        with an answer; those who engaged in at least one of the activities. It has no default, because the same
        answers give different percentages.
    by : str or sequence of str, optional
        Grouping variables. Each is crossed with each activity; they are not crossed with one another.
    yes : str, sequence of str, or mapping, optional
        The category (or categories) that count as engaged; a mapping gives them per activity. By default the category
        called "yes"; an activity without one is refused.
    interval : {"wilson", "clopper_pearson"}
        The interval of a percentage.
    conf_level : float
        Level of all intervals.
    frequency : mapping of str to str, optional
        Activity → the variable that says how often. ``more["frequency"]`` then tells frequency in two parts: how many
        engage at all, and how often those who do.

    Returns
    -------
    Result
        A row for each activity and group, and a chi-square test with Cramér's V for each activity and grouping
        (for two groups the difference in proportions too). ``term`` is the grouping variable; the overall percentage
        has none.

    Raises
    ------
    AnalysisError
        If a variable is unknown or a number, or no category counts as engaged.

    Notes
    -----
    Where the base holds people without an answer (eligible, asked), they count as not engaged, and the notes say so.
    χ² has no continuity correction; V = √(χ² / N) for a 2 × k table, its two-sided interval by the noncentral χ²
    pivot; the difference of two proportions has Newcombe's interval.

    Examples
    --------
    >>> answers = pd.Categorical(["yes"] * 37 + ["no"] * 203, categories=["no", "yes"])
    >>> result = prevalence(pd.DataFrame({"sexting": answers}), "sexting", base="answered")
    >>> row = result.pick("proportion", term="")
    >>> round(float(row["estimate"]), 4), round(float(row["conf_low"]), 4)
    (0.1542, 0.114)
    """
    refuse_design(data, "prevalence")
    names = [activities] if isinstance(activities, str) else list(activities)
    by_names = [by] if isinstance(by, str) else list(by or ())
    frequency = dict(frequency or {})
    _check_choices(names, by_names, base, interval, conf_level, frequency)
    columns = columns_of(data, [*names, *by_names, *frequency.values()])
    asked_about = columns[: len(names)]
    engaged_labels = _engaged_labels(asked_about, yes)
    groupings = _groupings(columns[len(names) : len(names) + len(by_names)])
    found = tuple(
        Activity(column.info.name, column.info.title, _in(column, labels), _base(column, base))
        for column, labels in zip(asked_about, engaged_labels, strict=True)
    )
    if base == "engaged":
        anyone = np.logical_or.reduce([activity.engaged for activity in found])
        found = tuple(Activity(a.name, a.title, a.engaged, anyone) for a in found)
    cells = MaskCells()
    used = np.logical_or.reduce([activity.base for activity in found])
    titles = {column.info.name: column.info.title for column in columns}
    heading = {"labels": titles, "n_used": int(used.sum()), "n_dropped": int((~used).sum())}
    words = BASES[base]["en"]
    by_words = f" by {' and '.join(grouping.title for grouping in groupings)}" if groupings else ""
    settings = {
        "activities": names,
        "base": base,
        "by": by_names,
        "yes": {name: list(labels) for name, labels in zip(names, engaged_labels, strict=True)},
        "interval": interval,
        "conf_level": conf_level,
        "frequency": frequency,
    }
    common: dict[str, Any] = {**heading, "analysis": "prevalence", "settings": settings}
    more = {}
    if frequency:
        how_often = dict(zip(frequency, columns[len(names) + len(by_names) :], strict=True))
        more["frequency"] = frequency_result(found, how_often, groupings, base, interval, conf_level, cells, common)
    return Result.from_rows(
        prevalence_rows(found, groupings, interval, conf_level, cells),
        title=f"Prevalence{by_words} (base: {words})",
        method=f"Percentages of {words} with {INTERVAL_NAMES[interval]} intervals"
        + ("; chi-square tests without continuity correction" if groupings else ""),
        notes=_notes(asked_about, engaged_labels, base, groupings),
        references=(INTERVAL_REFERENCES[interval],),
        wording=PrevalenceSentences(base, {a.name: a.title for a in found}, {g.name: g.title for g in groupings}),
        layout=_layout(groupings, words),
        more=more,
        plot="prevalence_bars",
        **common,
    )


def _check_choices(
    names: list[str], by: list[str], base: str, interval: str, conf_level: float, frequency: Mapping[str, str]
) -> None:
    problems = []
    for key, value, known in (("base", base, get_args(Base)), ("interval", interval, get_args(Interval))):
        if value not in known:
            problems.append(
                Problem("unknown_choice", f"{key} cannot be '{value}'", key=key, hint=nearest(value, known))
            )
    if not names:
        problems.append(Problem("no_activity", "no activity is named", key="activities", hint="name one or more"))
    repeated = {name for name in (*names, *by) if [*names, *by].count(name) > 1}
    for name in sorted(repeated):
        problems.append(Problem("named_twice", f"'{name}' is named twice", column=name, hint="name it once"))
    for name in frequency:
        if name not in names:
            hint = nearest(name, names)
            problems.append(Problem("unknown_activity", f"'{name}' is no activity here", key="frequency", hint=hint))
    if not 0 < conf_level < 1:
        problems.append(
            Problem("conf_level", "conf_level lies between 0 and 1", key="conf_level", hint="0.95 is usual")
        )
    if problems:
        raise AnalysisError(problems)


def _engaged_labels(
    columns: Sequence[Column], yes: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
) -> list[tuple[str, ...]]:
    """Return for each activity the categories that count as engaged."""
    problems = []
    chosen: list[tuple[str, ...]] = []
    for column in columns:
        info = column.info
        if not info.is_categorical:
            hint = "declare its categories in the codebook; for how often, use frequency={activity: variable}"
            problems.append(Problem("not_categories", f"{info.title} is a number", column=info.name, hint=hint))
            continue
        asked = yes.get(info.name) if isinstance(yes, Mapping) else yes
        if asked is None:
            labels = tuple(label for label in info.labels if label.strip().lower() == "yes")
        else:
            labels = (asked,) if isinstance(asked, str) else tuple(asked)
        known = ", ".join(f"'{label}'" for label in info.labels)
        wrong = [label for label in labels if label not in info.labels]
        if wrong or not labels:
            what = f"'{wrong[0]}' is none of its categories" if wrong else "none of its categories is called 'yes'"
            hint = f"yes = the label or labels that count; there are {known}"
            message = f"say which answers to {info.title} count as engaged: {what}"
            problems.append(Problem("engaged_category", message, column=info.name, key="yes", hint=hint))
            continue
        chosen.append(labels)
    if isinstance(yes, Mapping):
        names = [column.info.name for column in columns]
        for name in yes:
            if name not in names:
                hint = nearest(name, names)
                problems.append(Problem("unknown_activity", f"'{name}' is no activity here", key="yes", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return chosen


def _in(column: Column, labels: Sequence[str]) -> NDArray[np.bool_]:
    codes = [code for code, label in zip(column.info.codes, column.info.labels, strict=True) if label in labels]
    return np.isin(column.values, codes)


def _base(column: Column, base: Base) -> NDArray[np.bool_]:
    if base == "answered":
        return column.answered
    if base == "asked":
        return column.answered | ~np.isin(column.reasons, NOT_ASKED)
    return np.ones(len(column.values), dtype=bool)


def _groupings(columns: Sequence[Column]) -> tuple[Grouping, ...]:
    problems = [
        Problem(
            "not_categories",
            f"{column.info.title} is a number and makes no groups",
            column=column.info.name,
            hint="declare bands as an ordinal variable",
        )
        for column in columns
        if not column.info.is_categorical
    ]
    if problems:
        raise AnalysisError(problems)
    labels = grouped_labels([(column.info.title, [label for label, _ in column.categories()]) for column in columns])
    return tuple(
        Grouping(
            column.info.name,
            column.info.title,
            tuple(zip(names, (mask for _, mask in column.categories()), strict=True)),
            ~column.answered,
        )
        for column, names in zip(columns, labels, strict=True)
    )


def _notes(
    columns: Sequence[Column], engaged: Sequence[tuple[str, ...]], base: Base, groupings: Sequence[Grouping]
) -> tuple[str, ...]:
    notes = [f"Base of all percentages: {BASES[base]['en']}."]
    by_labels: dict[tuple[str, ...], list[str]] = {}
    for column, labels in zip(columns, engaged, strict=True):
        by_labels.setdefault(labels, []).append(column.info.title)
    for labels, titles in by_labels.items():
        which = "" if len(by_labels) == 1 else f" for {', '.join(titles)}"
        counted = ", ".join(f"“{label}”" for label in labels)
        notes.append(f"Counted as engaged{which}: {counted}; every other answer counts as not engaged.")
    if base in ("eligible", "asked", "engaged"):
        notes.append("People of the base without an answer count as not engaged.")
    if groupings:
        notes.append("People without an answer to a grouping variable are in the overall percentage and in no group.")
    return tuple(notes)


def _layout(groupings: Sequence[Grouping], words: str) -> Layout:
    show = [Show("proportion", head=f"% of {words}"), Show("proportion", "interval"), Show("proportion", "n")]
    if groupings:
        show += [
            Show("chi_squared", "statistic", "χ² test"),
            Show("chi_squared", "p"),
            Show("chi_squared", "p_adjusted", "p (Holm)"),
            Show("cramers_v"),
            Show("cramers_v", "interval"),
        ]
    if any(len(grouping.groups) == 2 for grouping in groupings):
        show += [Show("risk_difference"), Show("risk_difference", "interval")]
    if len(groupings) > 1:
        return Layout(rows=("outcome", "term", "group"), show=tuple(show), row_head="Activity")
    return Layout(rows=("outcome",), show=tuple(show), across="group" if groupings else "", row_head="Activity")
