"""Tests of a table of counts that ``crosstab`` gives only when asked for: Yates' correction, Fisher's exact test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.describing.crosstab_sizes import WARNING_ONE_CATEGORY, Counted
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

Counts = NDArray[np.float64]
TABLE_TESTS = ("yates", "fisher_exact")
FOURFOLD = (2, 2)
BATCH = 10_000
TIE = 1e-7
"""Relative difference of chances up to which two tables count as equally likely, as in R."""
METHODS = {
    "yates": "Pearson's chi-squared test with Yates' continuity correction",
    "fisher_exact": "Fisher's exact test, conditional odds ratio",
}
SIMULATED = "Fisher's exact test, p from {draws:,} random tables with the same margins (seed {seed})"
REFERENCES = {
    "yates": "Yates, F. (1934). Contingency tables involving small numbers and the χ² test. Supplement to the Journal "
    "of the Royal Statistical Society, 1(2), 217–235. doi:10.2307/2983604",
    "fisher_exact": "Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical Society, "
    "98(1), 39–82. doi:10.2307/2342435",
}


@dataclass(frozen=True)
class TableTest:
    """A test of a table.

    Attributes
    ----------
    p_value : float
        Two-sided.
    statistic : float
        χ², else NaN.
    estimate, low, high : float
        χ², or the odds ratio of a fourfold table with its interval.
    """

    p_value: float
    statistic: float = math.nan
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan


def yates(counts: Counts) -> TableTest:
    """Return the chi-squared test of a fourfold table with continuity correction.

    Notes
    -----
    χ² = Σ(|o − e| − min(½, |o − e|))²/e, as R's ``chisq.test``.

    References
    ----------
    Yates, F. (1934). Contingency tables involving small numbers and the χ² test. Supplement to the Journal of the
    Royal Statistical Society, 1(2), 217–235. doi:10.2307/2983604

    Examples
    --------
    >>> round(yates(np.array([[8.0, 2.0], [3.0, 7.0]])).statistic, 4)  # (|8 − 5.5| − .5)² · (2/5.5 + 2/4.5)
    3.2323
    """
    expected = chi_squared(counts).expected
    distance = np.abs(counts - expected)
    chi2 = float(((distance - np.minimum(0.5, distance)) ** 2 / expected).sum())
    return TableTest(float(stats.chi2.sf(chi2, 1)), chi2, chi2)


def fisher_exact(counts: Counts, conf_level: float = 0.95) -> TableTest:
    """Return Fisher's exact test of a fourfold table.

    Notes
    -----
    p adds the chances of all tables with the same margins that are no more likely than the one at hand. The odds ratio
    is the conditional maximum likelihood estimate, its interval exact, as R's ``fisher.test``.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical Society, 98(1), 39–82.
    doi:10.2307/2342435
    """
    whole = counts.astype(np.int64)
    odds = stats.contingency.odds_ratio(whole, kind="conditional")
    low, high = odds.confidence_interval(conf_level)
    p = float(stats.fisher_exact(whole).pvalue)
    return TableTest(p, estimate=float(odds.statistic), low=float(low), high=float(high))


def fisher_simulated(counts: Counts, draws: int, seed: int) -> TableTest:
    """Return Fisher's exact test of a larger table, p from random tables.

    Parameters
    ----------
    counts : ndarray of float, shape (rows, columns)
        People.
    draws : int
        Random tables with the same margins.
    seed : int
        Of their generator.

    Notes
    -----
    p = (1 + tables no more likely)/(1 + draws), as R's ``fisher.test(simulate.p.value = TRUE)``.
    """
    tables = stats.random_table(counts.sum(axis=1).astype(np.int64), counts.sum(axis=0).astype(np.int64))
    rng = np.random.default_rng(seed)
    observed = float(special.gammaln(counts + 1).sum())
    unlikely = 0
    for start in range(0, draws, BATCH):
        drawn = tables.rvs(size=min(BATCH, draws - start), random_state=rng)
        sums = special.gammaln(drawn.reshape(len(drawn), *counts.shape) + 1).sum(axis=(1, 2))
        unlikely += int((sums >= observed - TIE).sum())
    return TableTest((1 + unlikely) / (1 + draws))


def check_table_tests(asked: Sequence[str]) -> tuple[str, ...]:
    """Return the names asked for, each once, or raise an AnalysisError with all that are unknown."""
    names = [asked] if isinstance(asked, str) else list(asked)
    problems = [
        Problem(
            "unknown_test", f"crosstab has no test '{name}'", key="further_tests", hint=nearest(name, list(TABLE_TESTS))
        )
        for name in names
        if name not in TABLE_TESTS
    ]
    if problems:
        raise AnalysisError(problems)
    return tuple(dict.fromkeys(names))


def check_shape(names: Sequence[str], table: Counted) -> None:
    """Raise an AnalysisError if Yates' correction is asked of a table that is not fourfold."""
    shape = table.counts.shape
    if "yates" in names and shape != FOURFOLD:
        message = f"Yates' correction is for two categories of both variables, not {shape[0]} × {shape[1]}"
        hint = "leave it out, or ask for fisher_exact"
        raise AnalysisError(Problem("not_fourfold", message, key="further_tests", hint=hint))


def table_tests_result(
    rows: Rows,
    names: Sequence[str],
    table: Counted,
    titles: Mapping[str, str],
    dropped: int,
    *,
    conf_level: float,
    draws: int,
    seed: int,
) -> Result:
    """Return the table of the tests asked for; ``rows`` holds the declared cells of the counts."""
    n = float(table.counts.sum())
    fourfold = table.counts.shape == FOURFOLD
    simulated = SIMULATED.format(draws=draws, seed=seed)
    methods = {**METHODS} if fourfold else {**METHODS, "fisher_exact": simulated}
    for name in names:
        if min(table.counts.shape) < 2:
            found = TableTest(math.nan)
        elif name == "yates":
            found = yates(table.counts)
        elif fourfold:
            found = fisher_exact(table.counts, conf_level)
        else:
            found = fisher_simulated(table.counts, draws, seed)
        rows.add(
            name,
            outcome=table.names[0],
            term=table.names[1],
            n=n,
            estimate=found.estimate,
            conf_low=found.low,
            conf_high=found.high,
            conf_level=math.nan if math.isnan(found.low) else conf_level,
            statistic=found.statistic,
            statistic_name="χ²" if name == "yates" else "",
            df1=1 if name == "yates" else math.nan,
            p_value=found.p_value,
            method=methods[name],
            warning=WARNING_ONE_CATEGORY if math.isnan(found.p_value) else "",
            cells=table.cells,
        )
    show: list[Show] = []
    for name in names:
        if name == "yates":
            show += [Show(name, "statistic"), Show(name, "p")]
        else:
            show += [*([Show(name), Show(name, "interval")] if fourfold else []), Show(name, "p", "p (Fisher)")]
    return Result.from_rows(
        rows,
        title=f"{' and '.join(titles.values())}: further tests",
        analysis="crosstab",
        method="; ".join(methods[name] for name in names),
        n_used=int(n),
        n_dropped=dropped,
        references=tuple(REFERENCES[name] for name in names),
        labels=titles,
        layout=Layout(rows=("outcome", "term"), show=tuple(show), row_head="Variables"),
    )
