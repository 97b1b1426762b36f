"""McNemar's test of two yes/no answers of the same people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from osa_survey.analysis.describing.crosstab_sizes import Counted
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

EXACT_BELOW = 25
"""People who differ below which p is exact (binomial)."""
WARNING_NOBODY = "nobody gave different answers: the test is not defined"
REFERENCE = (
    "McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages. "
    "Psychometrika, 12(2), 153–157. doi:10.1007/BF02295996"
)


@dataclass(frozen=True)
class Matched:
    """McNemar's test: χ² with continuity correction, p, and whether p is exact."""

    chi2: float
    p_value: float
    exact: bool


def mcnemar(first_only: float, second_only: float) -> Matched:
    """Return McNemar's test from the numbers of people who gave different answers.

    Notes
    -----
    χ² = (|b − c| − 1)²/(b + c), not below 0, as R's ``mcnemar.test``; p from χ²(1), or from the binomial distribution
    where fewer than 25 people differ.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages.
    Psychometrika, 12(2), 153–157. doi:10.1007/BF02295996

    Examples
    --------
    >>> found = mcnemar(59, 121)  # (62 − 1)² / 180
    >>> round(found.chi2, 4), found.exact
    (20.6722, False)
    """
    differ = first_only + second_only
    if differ == 0:
        return Matched(math.nan, math.nan, exact=False)
    chi2 = max(abs(first_only - second_only) - 1, 0.0) ** 2 / differ
    if differ < EXACT_BELOW:
        p = min(1.0, 2 * float(stats.binom.cdf(min(first_only, second_only), differ, 0.5)))
        return Matched(chi2, p, exact=True)
    return Matched(chi2, float(stats.chi2.sf(chi2, 1)), exact=False)


def check_matched(table: Counted) -> None:
    """Raise an AnalysisError if the two variables do not have the same two categories."""
    if table.counts.shape != (2, 2) or table.groups != table.levels:
        message = "McNemar's test needs the same two categories of both variables, and that each occurs in both"
        raise AnalysisError(
            Problem("not_matched", message, key="matched", hint="declare the same categories for both variables")
        )


def matched_result(rows: Rows, table: Counted, titles: Mapping[str, str], dropped: int) -> Result:
    """Return the table of McNemar's test; ``rows`` holds the declared cells of the counts."""
    found = mcnemar(float(table.counts[0, 1]), float(table.counts[1, 0]))
    n = float(table.counts.sum())
    rows.add(
        "mcnemar",
        outcome=table.names[0],
        term=table.names[1],
        n=n,
        estimate=found.chi2,
        statistic=found.chi2,
        statistic_name="χ²",
        df1=1,
        p_value=found.p_value,
        method="McNemar's test with continuity correction" + (", exact p" if found.exact else ""),
        warning=WARNING_NOBODY if math.isnan(found.chi2) else "",
        cells=table.cells,
    )
    return Result.from_rows(
        rows,
        title=f"{' and '.join(titles.values())}: same people",
        analysis="crosstab",
        method="McNemar's test with continuity correction",
        n_used=int(n),
        n_dropped=dropped,
        references=(REFERENCE,),
        labels=titles,
        layout=Layout(
            rows=("outcome", "term"), show=(Show("mcnemar", "statistic"), Show("mcnemar", "p")), row_head="Variables"
        ),
    )
