"""Prevalence: how many engage in each activity, on a base that is always said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.describing.activity_frequencies import check_frequencies, frequency_result
from osa_survey.analysis.describing.composed_frequencies import composed_frequency_result
from osa_survey.analysis.describing.composed_prevalences import NAMES, ArrangedSet, composed_prevalence_rows
from osa_survey.analysis.describing.composed_tables import REFERENCE_D2, REFERENCE_RAO_SCOTT
from osa_survey.analysis.describing.crossed_prevalences import crossed_result
from osa_survey.analysis.describing.prevalence_arguments import (
    check_choices,
    check_composition,
    engaged_labels_of,
    groupings_of,
)
from osa_survey.analysis.describing.prevalence_rows import (
    Activity,
    Base,
    Grouping,
    MaskCells,
    prevalence_rows,
)
from osa_survey.analysis.describing.prevalence_sentences import BASES, PrevalenceSentences
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, INTERVAL_REFERENCES, Interval
from osa_survey.analysis.samples import Data, does_not_compose, sample_of
from osa_survey.dataset import Column, columns_of
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import Layout, Result, Show

PercentageInterval = Literal["wilson", "clopper_pearson", "likelihood", "logit", "beta"]
REFERENCE_KORN = (
    "Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of "
    "positive counts estimated from survey data. Survey Methodology, 24(2), 193–201."
)
NOT_ASKED = (REASON_CODES["not_shown"], REASON_CODES["not_applicable"])


def prevalence(
    data: Data,
    activities: str | Sequence[str],
    *,
    base: Base,
    by: str | Sequence[str] | None = None,
    yes: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    interval: PercentageInterval | None = None,
    conf_level: float = 0.95,
    frequency: Mapping[str, str] | None = None,
    crossed: bool = False,
) -> Result:
    """Tell what percentage engages in each of several activities, overall and by groups.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data; weights of a design are used, imputed sets pooled.
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
    interval : {"wilson", "clopper_pearson", "likelihood", "logit", "beta"}, optional
        The interval of a percentage: by default Wilson's; ``likelihood`` is the profile likelihood's; of weighted or
        imputed data logit, or beta (Korn & Graubard,
        not pooled).
    conf_level : float
        Level of all intervals.
    frequency : mapping of str to str, optional
        Activity → the variable that says how often. ``more["frequency"]`` then tells frequency in two parts: how many
        engage at all, and how often those who do.
    crossed : bool
        Whether the two groupings are crossed too, such as age by gender: ``more["crossed"]`` and its figure.

    Returns
    -------
    Result
        With several groupings one table of all activities by all groups; ``more["details"]`` holds intervals and
        tests. A row for each activity and group, and a chi-square test with Cramér's V for each activity and grouping
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
    pivot; the difference of two proportions has Newcombe's interval. Under weights the test is Rao and Scott's
    (second order, F) with the interval of V by the mean design effect; pooled over imputed sets it is D2, V on Fisher's
    z. Frequency in two parts is then a weighted share and a weighted mean of those engaged, with their errors.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.Categorical(["yes"] * 37 + ["no"] * 203, categories=["no", "yes"])
    >>> result = prevalence(pd.DataFrame({"sexting": answers}), "sexting", base="answered")
    >>> row = result.pick("proportion", term="")
    >>> round(float(row["estimate"]), 4), round(float(row["conf_low"]), 4)
    (0.1542, 0.114)
    """
    names = [activities] if isinstance(activities, str) else list(activities)
    by_names = [by] if isinstance(by, str) else list(by or ())
    frequency = dict(frequency or {})
    is_composed = composes(data)
    chosen = interval or ("logit" if is_composed else "wilson")
    check_choices(names, by_names, base, chosen, conf_level, frequency, crossed=crossed)
    check_composition(is_composed, chosen)
    sets = versions(data)
    columns = columns_of(sets[0], [*names, *by_names, *frequency.values()])
    asked_about = columns[: len(names)]
    engaged_labels = engaged_labels_of(asked_about, yes)
    arranged = [arranged_activities(columns_of(one, [*names, *by_names]), engaged_labels, base) for one in sets]
    found, groupings = arranged[0].activities, arranged[0].groupings
    if any([len(g.groups) for g in one.groupings] != [len(g.groups) for g in groupings] for one in arranged):
        hint = "merge rare categories before imputing"
        raise does_not_compose("the groups are not the same in all completed sets", hint)
    cells = MaskCells()
    composed = sample_of(data, names[:1], complete_cases=False) if is_composed else None
    used = np.logical_or.reduce([activity.base for activity in found])
    if composed is not None:
        used &= composed.first.used
    titles = {column.info.name: column.info.title for column in columns}
    heading = {"labels": titles, "n_used": int(used.sum()), "n_dropped": int((~used).sum())}
    words = BASES[base]["en"]
    by_words = f" by {' and '.join(grouping.title for grouping in groupings)}" if groupings else ""
    settings = {
        "activities": names,
        "base": base,
        "by": by_names,
        "yes": {name: list(labels) for name, labels in zip(names, engaged_labels, strict=True)},
        "interval": chosen,
        "conf_level": conf_level,
        "frequency": frequency,
    } | ({"crossed": True} if crossed else {})
    common: dict[str, Any] = {**heading, "analysis": "prevalence", "settings": settings}
    more = {}
    plain: Interval = "wilson" if chosen in NAMES else chosen  # type: ignore[assignment]
    if composed is None:
        rows = prevalence_rows(found, groupings, plain, conf_level, cells)
        tests = "; chi-square tests without continuity correction"
    else:
        rows = composed_prevalence_rows(arranged, composed, chosen, conf_level, cells)
        tests = "; D2-pooled χ² tests" if composed.imputed else "; Rao–Scott tests"
    notes = (*_notes(asked_about, engaged_labels, base, groupings), *composition_notes(composed))
    if len(groupings) > 1:
        more["details"] = Result.from_rows(
            rows,
            title=f"Intervals and tests of prevalence{by_words}",
            method=f"{_interval_words(chosen)} intervals{tests}",
            layout=_layout(groupings, words),
            **common,
        )
    if crossed:
        more["crossed"] = crossed_result(arranged, composed, chosen, conf_level, words, common)
    if frequency:
        how_often = dict(zip(frequency, columns[len(names) + len(by_names) :], strict=True))
        check_frequencies(how_often.values())
        if composed is None:
            more["frequency"] = frequency_result(found, how_often, groupings, base, plain, conf_level, cells, common)
        else:
            more["frequency"] = composed_frequency_result(
                data, arranged, frequency, base, chosen, conf_level, cells, common
            )
    references = [INTERVAL_REFERENCES[chosen]] if chosen in INTERVAL_REFERENCES else [REFERENCE_KORN]
    if composed is not None and groupings:
        references.append(REFERENCE_D2 if composed.imputed else REFERENCE_RAO_SCOTT)
    return Result.from_rows(
        rows,
        title=f"Prevalence{by_words} (base: {words})",
        method=f"Percentages of {words} with {_interval_words(chosen)} intervals"
        + (tests if groupings else "")
        + composition_words(composed),
        notes=notes,
        references=(*references, *composition_references(composed)),
        wording=PrevalenceSentences(base, {a.name: a.title for a in found}, {g.name: g.title for g in groupings}),
        layout=_wide_layout(words) if len(groupings) > 1 else _layout(groupings, words),
        more=more,
        plot="prevalence_bars",
        **common,
    )


def arranged_activities(columns: Sequence[Column], engaged: Sequence[tuple[str, ...]], base: Base) -> ArrangedSet:
    """Return who engaged in each activity, who is in its base, and the groups."""
    groupings = groupings_of(columns[len(engaged) :])
    found = tuple(
        Activity(column.info.name, column.info.title, _in(column, labels), _base(column, base))
        for column, labels in zip(columns, engaged, strict=False)
    )
    if base == "engaged":
        anyone = np.logical_or.reduce([activity.engaged for activity in found])
        found = tuple(Activity(a.name, a.title, a.engaged, anyone) for a in found)
    return ArrangedSet(found, groupings)


def _interval_words(interval: str) -> str:
    return INTERVAL_NAMES.get(interval) or NAMES[interval].removesuffix(" interval")


def _wide_layout(words: str) -> Layout:
    """Return one table of all activities, with a column for each group of every grouping."""
    return Layout(
        rows=("outcome",), show=(Show("proportion", head=f"% of {words}"),), across="group", row_head="Activity"
    )


def _in(column: Column, labels: Sequence[str]) -> NDArray[np.bool_]:
    codes = [code for code, label in zip(column.info.codes, column.info.labels, strict=True) if label in labels]
    return np.isin(column.values, codes)


def _base(column: Column, base: Base) -> NDArray[np.bool_]:
    if base == "answered":
        return column.answered
    if base == "asked":
        return column.answered | ~np.isin(column.reasons, NOT_ASKED)
    return np.ones(len(column.values), dtype=bool)


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
            Show("chi_squared", "statistic"),
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
