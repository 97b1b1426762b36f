"""The tests ``compare_groups`` gives only when asked for: rows, and the tables that print them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.comparing.comparison_rows import CONTRAST, WARNING_GROUP_CONSTANT, WARNING_TIED, Labelled
from osa_survey.analysis.comparing.distribution_tests import WARNING_RANGE, kolmogorov_smirnov, shapiro_wilk
from osa_survey.analysis.comparing.further_tests import bartlett, brown_forsythe, dunn, levene, tukey
from osa_survey.analysis.comparing.pairwise_tests import pairwise_t
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES, adjusted_p_values
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

SPREADS = {"levene": levene, "brown_forsythe": brown_forsythe, "bartlett": bartlett}
PAIRS = ("tukey", "dunn", "pairwise_t", "pairwise_welch", "kolmogorov_smirnov")
WITHOUT_INTERVAL = ("dunn", "kolmogorov_smirnov")
POOLED_PAIRS = ("tukey", "pairwise_t")
"""Tests of pairs with the standard deviation of all groups, which gives one group back from the others."""
NORMALITY = "shapiro_wilk"
FURTHER_TESTS = (*SPREADS, *PAIRS, NORMALITY)
METHODS = {
    "levene": "Levene's test (deviations from means)",
    "brown_forsythe": "Brown–Forsythe test (deviations from medians)",
    "bartlett": "Bartlett's test (normal distributions)",
    "tukey": "Tukey–Kramer comparisons (equal variances)",
    "dunn": "Dunn's test of mean ranks ({adjust})",
    "pairwise_t": "t tests with the pooled standard deviation of all groups ({adjust})",
    "pairwise_welch": "Welch's t tests ({adjust})",
    "kolmogorov_smirnov": "Kolmogorov–Smirnov tests ({adjust})",
    "shapiro_wilk": "Shapiro–Wilk test of each group",
}
NOTE_NORMALITY = (
    "Tests of means need no normal distribution in large groups, and in large groups this test rejects almost any "
    "distribution."
)
NOTE_SPREADS = (
    "Equal variances are not a condition of the tests above, which do not assume them; choosing a test by another test "
    "distorts its level."
)


def check_further(asked: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names asked for, each once, or raise an AnalysisError with all that are unknown."""
    names = [asked] if isinstance(asked, str) else list(asked)
    problems = [
        Problem(
            "unknown_test",
            f"compare_groups has no test '{name}'",
            key="further_tests",
            hint=nearest(name, list(FURTHER_TESTS)),
        )
        for name in names
        if name not in FURTHER_TESTS
    ]
    if problems:
        raise AnalysisError(problems)
    return tuple(dict.fromkeys(names))


def further_tables(
    names: Sequence[str],
    outcome: str,
    by: str,
    groups: Sequence[Labelled],
    cells: Mapping[str, str],
    *,
    adjust: str,
    conf_level: float,
    titles: Mapping[str, str],
    dropped: int,
) -> dict[str, Result]:
    """Return the tables of the tests asked for.

    Parameters
    ----------
    names : sequence of str
        Of ``FURTHER_TESTS``.
    outcome, by : str
        The variables.
    groups : sequence of Labelled
        The groups that are tested.
    cells : mapping of str to str
        Label → the gate's name of the group.
    adjust : str
        How p values of pairs are adjusted, but for Tukey's, which are simultaneous.
    conf_level : float
        Level of intervals.
    titles : mapping of str to str
        Variable → what print says.
    dropped : int
        Respondents left out.
    """
    used = sum(len(group.values) for group in groups)
    common: dict[str, Any] = {"analysis": "compare_groups", "labels": titles, "n_used": used, "n_dropped": dropped}
    tables = {}
    spreads, pairs = [name for name in names if name in SPREADS], [name for name in names if name in PAIRS]
    if spreads:
        rows = _spread_rows(spreads, outcome, by, groups, cells)
        method = "; ".join(METHODS[name] for name in spreads)
        tables["variances"] = spread_table(rows, spreads, titles[outcome], method, common)
    if pairs:
        rows = _pair_rows(pairs, outcome, groups, cells, adjust, conf_level)
        method = "; ".join(_method(name, adjust) for name in pairs)
        tables["pairs"] = pair_table(rows, pairs, titles[outcome], method, common)
    if NORMALITY in names:
        tables["normality"] = Result.from_rows(
            _normality_rows(outcome, by, groups, cells),
            title=f"{titles[outcome]}: tests of normal distributions",
            method=METHODS[NORMALITY],
            notes=(NOTE_NORMALITY,),
            layout=Layout(rows=("group",), show=(Show(NORMALITY), Show(NORMALITY, "p")), row_head=titles[by]),
            **common,
        )
    return tables


def spread_table(rows: Rows, names: Sequence[str], title: str, method: str, common: Mapping[str, Any]) -> Result:
    """Return the table of tests of equal variances; ``title`` is that of the outcome."""
    return Result.from_rows(
        rows,
        title=f"{title}: tests of equal variances",
        method=method,
        notes=(NOTE_SPREADS,),
        layout=Layout(
            rows=("term",),
            show=tuple(part for name in names for part in (Show(name, "statistic"), Show(name, "p"))),
            row_head="Groups",
        ),
        **common,
    )


def pair_table(rows: Rows, names: Sequence[str], title: str, method: str, common: Mapping[str, Any]) -> Result:
    """Return the table of comparisons of all pairs; ``title`` is that of the outcome."""
    show: list[Show] = []
    for name in names:
        intervals = [Show(name, "interval")] if name not in WITHOUT_INTERVAL else []
        show += [Show(name), *intervals, Show(name, "p_adjusted")]
    return Result.from_rows(
        rows,
        title=f"{title}: further comparisons of all pairs",
        method=method,
        layout=Layout(rows=("contrast",), show=tuple(show), row_head="Groups"),
        **common,
    )


def _method(name: str, adjust: str) -> str:
    return METHODS[name].format(adjust=ADJUSTMENT_TITLES[adjust])


def _declared(outcome: str, by: str, groups: Sequence[Labelled], cells: Mapping[str, str]) -> Rows:
    rows = Rows()
    for group in groups:
        rows.cell(cells[group.label], len(group.values))
    rows.cell(f"{outcome}|{by}", sum(len(group.values) for group in groups))
    rows.total(f"{outcome}|{by}", [cells[group.label] for group in groups])
    return rows


def _spread_rows(
    names: Sequence[str], outcome: str, by: str, groups: Sequence[Labelled], cells: Mapping[str, str]
) -> Rows:
    rows = _declared(outcome, by, groups, cells)
    arrays = [group.values for group in groups]
    every = [cells[group.label] for group in groups]
    for name in names:
        found = SPREADS[name](arrays)
        rows.add(
            name,
            outcome=outcome,
            term=by,
            n=sum(len(group) for group in arrays),
            estimate=found.statistic,
            statistic=found.statistic,
            statistic_name="χ²" if name == "bartlett" else "F",
            df1=found.df1,
            df2=found.df2,
            p_value=found.p_value,
            method=METHODS[name],
            warning=WARNING_GROUP_CONSTANT if math.isnan(found.statistic) else "",
            cells=every,
        )
    return rows


def _normality_rows(outcome: str, by: str, groups: Sequence[Labelled], cells: Mapping[str, str]) -> Rows:
    rows = _declared(outcome, by, groups, cells)
    for group in groups:
        found = shapiro_wilk(group.values)
        rows.add(
            NORMALITY,
            outcome=outcome,
            group=group.label,
            n=len(group.values),
            estimate=found.statistic,
            statistic=found.statistic,
            statistic_name="W",
            p_value=found.p_value,
            method=METHODS[NORMALITY],
            warning=WARNING_RANGE if math.isnan(found.statistic) else "",
            cells=[cells[group.label]],
        )
    return rows


def _pair_rows(
    names: Sequence[str],
    outcome: str,
    groups: Sequence[Labelled],
    cells: Mapping[str, str],
    adjust: str,
    conf_level: float,
) -> Rows:
    rows = _declared(outcome, "pairs", groups, cells)
    arrays = [group.values for group in groups]

    def add(name: str, first: int, second: int, warning: str, **numbers: Any) -> None:
        pair = groups[first], groups[second]
        rows.add(
            name,
            outcome=outcome,
            contrast=CONTRAST.format(first=pair[0].label, second=pair[1].label),
            n=len(pair[0].values) + len(pair[1].values),
            method=_method(name, adjust),
            warning=warning,
            cells=[cells[group.label] for group in (groups if name in POOLED_PAIRS else pair)],
            **numbers,
        )

    for name in names:
        if name == "dunn":
            for one in dunn(arrays, adjust):
                tied = WARNING_TIED if math.isnan(one.z) else ""
                add(name, one.first, one.second, tied, estimate=one.difference, std_error=one.std_error,
                    statistic=one.z, statistic_name="z", p_value=one.p_value, p_adjusted=one.p_adjusted)  # fmt: skip
        elif name == "kolmogorov_smirnov":
            pairs = list(itertools.combinations(range(len(arrays)), 2))
            tests = [kolmogorov_smirnov(arrays[i], arrays[j]) for i, j in pairs]
            adjusted = adjusted_p_values(np.array([test.p_value for test in tests]), adjust)
            for (i, j), test, p in zip(pairs, tests, adjusted, strict=True):
                add(name, i, j, "", estimate=test.statistic, statistic=test.statistic, statistic_name="D",
                    p_value=test.p_value, p_adjusted=p)  # fmt: skip
        else:
            same = tukey(arrays, conf_level) if name == "tukey" else pairwise_t(
                arrays, pooled=name == "pairwise_t", adjust=adjust, conf_level=conf_level
            )  # fmt: skip
            for found in same:
                constant = math.isnan(found.t)
                add(name, found.first, found.second, WARNING_GROUP_CONSTANT if constant else "",
                    estimate=found.difference, std_error=found.std_error, conf_low=found.low, conf_high=found.high,
                    conf_level=math.nan if constant else conf_level, statistic=found.t, statistic_name="t",
                    df1=found.df, p_value=found.p_value, p_adjusted=found.p_adjusted)  # fmt: skip
    return rows
