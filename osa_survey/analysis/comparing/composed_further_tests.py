"""The tests ``compare_groups`` gives only when asked for, under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.composed_comparisons import ComposedGroup
from osa_survey.analysis.comparing.composed_pair_tests import (
    WARNING_GROUP_CONSTANT,
    declared_groups,
    pair_method,
    pair_rows,
    pooled_means,
    split,
)
from osa_survey.analysis.comparing.composed_ranks import members
from osa_survey.analysis.comparing.further_comparisons import PAIRS, SPREADS, pair_table, spread_table
from osa_survey.analysis.comparing.further_tests import bartlett
from osa_survey.analysis.domains import composition_words
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation import d2
from osa_survey.results import Result, Rows

Floats = NDArray[np.float64]
ONE_VARIANCE = (
    "takes one variance of independent people with equal weights for all groups; under a sampling plan each mean has "
    "its own error"
)
DISTANCE = "has no standard error and no χ² form, which Rubin's rules and D2 start from"
REASONS_WEIGHTS = {
    "levene": "refers deviations to the F distribution of independent people with equal weights",
    "brown_forsythe": "refers deviations to the F distribution of independent people with equal weights",
    "bartlett": "is a likelihood-ratio test of independent normal answers with equal weights",
    "tukey": ONE_VARIANCE,
    "pairwise_t": ONE_VARIANCE,
    "kolmogorov_smirnov": "has a distribution known for independent people with equal weights only",
    "shapiro_wilk": "compares the order statistics of independent people with equal weights",
}
REASONS_SETS = {
    "kolmogorov_smirnov": f"takes the largest distance of two distributions: it {DISTANCE}",
    "shapiro_wilk": f"would judge drawn answers, which follow the imputation model; W {DISTANCE}",
}
WAYS_OUT = {
    "levene": "compare SDs by eye: the tests of means here need no equal variances",
    "brown_forsythe": "compare SDs by eye: the tests of means here need no equal variances",
    "bartlett": "compare SDs by eye: the tests of means here need no equal variances",
    "tukey": "use pairwise_welch, which adjusts design-based t tests of all pairs",
    "pairwise_t": "use pairwise_welch, which adjusts design-based t tests of all pairs",
    "kolmogorov_smirnov": "use dunn or the rank test, or run it on the answers as given",
    "shapiro_wilk": "look at skewness with describe, or run it on the answers as given",
}
METHODS = {
    "levene": "Levene's test (deviations from means), pooled by D1",
    "brown_forsythe": "Brown–Forsythe test (deviations from medians), pooled by D1",
    "bartlett": "Bartlett's χ² (normal distributions), pooled by D2",
}


def check_composed_tests(names: Sequence[str], *, weighted: bool, imputed: bool) -> None:
    """Raise an AnalysisError with all tests that have no rule with these data."""
    problems = []
    for name in names:
        reason = REASONS_WEIGHTS.get(name) if weighted else None
        reason = reason or (REASONS_SETS.get(name) if imputed else None)
        if reason:
            problems.append(Problem("does_not_compose", f"{name} {reason}", hint=WAYS_OUT[name]))
    if problems:
        raise AnalysisError(problems)


def composed_further_tables(
    names: Sequence[str],
    outcome: str,
    by: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
    *,
    adjust: str,
    conf_level: float,
    titles: Mapping[str, str],
) -> dict[str, Result]:
    """Return the tables of the tests asked for.

    Parameters
    ----------
    names : sequence of str
        Of ``FURTHER_TESTS``; those without a rule are refused before.
    outcome, by : str
        The variables.
    sample : Sample
        Members of the groups.
    groups : sequence of ComposedGroup
        The groups that are tested.
    cells : mapping of str to str
        Label → the gate's name of the group.
    adjust : str
        How p values of pairs are adjusted, but for Tukey's, which are simultaneous.
    conf_level : float
        Level of intervals.
    titles : mapping of str to str
        Variable → what print says.
    """
    common: dict[str, Any] = {
        "analysis": "compare_groups",
        "labels": titles,
        "n_used": sample.n,
        "n_dropped": len(sample.first.used) - sample.n,
    }
    tables, words = {}, composition_words(sample)
    spreads, pairs = [name for name in names if name in SPREADS], [name for name in names if name in PAIRS]
    if spreads:
        rows = _spread_rows(spreads, outcome, by, sample, groups, cells)
        method = "; ".join(METHODS[name] for name in spreads) + words
        tables["variances"] = spread_table(rows, spreads, titles[outcome], method, common)
    if pairs:
        rows = pair_rows(pairs, outcome, sample, groups, cells, adjust, conf_level)
        method = "; ".join(pair_method(name, adjust, sample) for name in pairs) + words
        tables["pairs"] = pair_table(rows, pairs, titles[outcome], method, common)
    return tables


def _spread_rows(
    names: Sequence[str],
    outcome: str,
    by: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
) -> Rows:
    rows = declared_groups(outcome, by, groups, cells)
    codes = [group.code for group in groups]
    every = [cells[group.label] for group in groups]
    for name in names:
        found = _bartlett(sample, codes) if name == "bartlett" else _deviations(name, sample, codes)
        rows.add(
            name,
            outcome=outcome,
            term=by,
            n=sample.n,
            estimate=found.statistic,
            statistic=found.statistic,
            statistic_name="F",
            df1=found.df1,
            df2=found.df2 if math.isfinite(found.df2) else math.nan,
            p_value=found.p_value,
            method=METHODS[name],
            warning=WARNING_GROUP_CONSTANT if math.isnan(found.statistic) else "",
            cells=every,
        )
    return rows


def _bartlett(sample: Sample, codes: Sequence[float]) -> Any:
    found = [bartlett(split(one, codes)) for one in members(sample, codes).sets]
    if any(math.isnan(one.statistic) for one in found):
        return found[0] if math.isnan(found[0].statistic) else next(one for one in found if math.isnan(one.statistic))
    return d2([one.statistic for one in found], len(codes) - 1)


def _deviations(name: str, sample: Sample, codes: Sequence[float]) -> Any:
    """Return D1 of the mean deviations of the groups, with their pooled variance: in one set Levene's F."""
    centre: Callable[[Floats], Any] = np.mean if name == "levene" else np.median

    def values(one: CompletedSet) -> list[Floats]:
        return [np.abs(part - centre(part)) for part in split(one, codes)]

    means = pooled_means(members(sample, codes), values, len(codes))
    return means.combined(_against_first(len(codes))).test(range(len(codes) - 1))


def _against_first(k: int) -> Floats:
    return np.hstack([-np.ones((k - 1, 1)), np.eye(k - 1)])
