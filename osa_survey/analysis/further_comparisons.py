"""The tests ``compare_groups`` gives only when asked for: rows, and the tables that print them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from osa_survey.analysis.comparison_rows import CONTRAST, WARNING_GROUP_CONSTANT, WARNING_TIED, Labelled
from osa_survey.analysis.further_tests import bartlett, brown_forsythe, dunn, levene, tukey
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

SPREADS = {"levene": levene, "brown_forsythe": brown_forsythe, "bartlett": bartlett}
PAIRS = ("tukey", "dunn")
FURTHER_TESTS = (*SPREADS, *PAIRS)
METHODS = {
    "levene": "Levene's test (deviations from means)",
    "brown_forsythe": "Brown–Forsythe test (deviations from medians)",
    "bartlett": "Bartlett's test (normal distributions)",
    "tukey": "Tukey–Kramer comparisons (equal variances)",
    "dunn": "Dunn's test of mean ranks (Holm)",
}
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
        tables["variances"] = Result.from_rows(
            _spread_rows(spreads, outcome, by, groups, cells),
            title=f"{titles[outcome]}: tests of equal variances",
            method="; ".join(METHODS[name] for name in spreads),
            notes=(NOTE_SPREADS,),
            layout=Layout(
                rows=("term",),
                show=tuple(part for name in spreads for part in (Show(name, "statistic"), Show(name, "p"))),
                row_head="Groups",
            ),
            **common,
        )
    if pairs:
        show: list[Show] = []
        for name in pairs:
            show += [Show(name), *([Show(name, "interval")] if name == "tukey" else []), Show(name, "p_adjusted")]
        tables["pairs"] = Result.from_rows(
            _pair_rows(pairs, outcome, groups, cells, conf_level),
            title=f"{titles[outcome]}: further comparisons of all pairs",
            method="; ".join(METHODS[name] for name in pairs),
            layout=Layout(rows=("contrast",), show=tuple(show), row_head="Groups"),
            **common,
        )
    return tables


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
    two = [cells[group.label] for group in groups] if len(groups) == 2 else []
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
            cells=two,
        )
    return rows


def _pair_rows(
    names: Sequence[str], outcome: str, groups: Sequence[Labelled], cells: Mapping[str, str], conf_level: float
) -> Rows:
    rows = _declared(outcome, "pairs", groups, cells)
    arrays = [group.values for group in groups]

    def keys(first: int, second: int) -> dict[str, Any]:
        pair = groups[first], groups[second]
        return {
            "outcome": outcome,
            "contrast": CONTRAST.format(first=pair[0].label, second=pair[1].label),
            "n": len(pair[0].values) + len(pair[1].values),
            "cells": [cells[group.label] for group in pair],
        }

    for found in tukey(arrays, conf_level) if "tukey" in names else ():
        rows.add(
            "tukey",
            estimate=found.difference,
            std_error=found.std_error,
            conf_low=found.low,
            conf_high=found.high,
            conf_level=math.nan if math.isnan(found.t) else conf_level,
            statistic=found.t,
            statistic_name="t",
            df1=found.df,
            p_adjusted=found.p_adjusted,
            method=METHODS["tukey"],
            warning=WARNING_GROUP_CONSTANT if math.isnan(found.t) else "",
            **keys(found.first, found.second),
        )
    for one in dunn(arrays) if "dunn" in names else ():
        rows.add(
            "dunn",
            estimate=one.difference,
            std_error=one.std_error,
            statistic=one.z,
            statistic_name="z",
            p_value=one.p_value,
            p_adjusted=one.p_adjusted,
            method=METHODS["dunn"],
            warning=WARNING_TIED if math.isnan(one.z) else "",
            **keys(one.first, one.second),
        )
    return rows
