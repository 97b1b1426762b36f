"""Tests of a table that ``crosstab`` gives only when asked for, under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import one_number
from osa_survey.analysis.describing.composed_tables import REFERENCE_D2
from osa_survey.analysis.describing.crosstab_sizes import WARNING_ONE_CATEGORY, Counted
from osa_survey.analysis.describing.matched_tables import REFERENCE, WARNING_NOBODY
from osa_survey.analysis.describing.table_tests import yates
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation import d2
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import weighted_means

Floats = NDArray[np.float64]
Places = Callable[[CompletedSet], tuple[NDArray[np.int64], NDArray[np.int64]]]
YATES = "Pearson's chi-squared test with Yates' continuity correction, pooled by D2"
MATCHED = "t test that two shares of the same people are equal"
FISHER_WEIGHTS = "Fisher's exact test counts whole, independent people: shares under a sampling plan are no counts"
FISHER_SETS = "Fisher's exact p is a sum of chances, with no statistic or error that D2 or Rubin's rules could pool"
YATES_WEIGHTS = "Yates' correction brings χ² of whole counts near Fisher's exact test: weighted shares are no counts"
HINT = "leave further_tests out: Rao and Scott's test or D2 is always there"


def check_composed_table_tests(names: Sequence[str], *, weighted: bool) -> None:
    """Raise an AnalysisError with all tests that have no rule with these data."""
    reasons = {"fisher_exact": FISHER_WEIGHTS, "yates": YATES_WEIGHTS} if weighted else {"fisher_exact": FISHER_SETS}
    problems = [Problem("does_not_compose", reasons[name], hint=HINT) for name in names if name in reasons]
    if problems:
        raise AnalysisError(problems)


def composed_yates(
    rows: Rows, table: Counted, sample: Sample, places: Places, titles: Mapping[str, str], words: str
) -> Result:
    """Return Yates' χ² pooled over imputed sets by D2; ``rows`` holds the declared cells of the counts."""
    keys: dict[str, Any] = {
        "outcome": table.names[0],
        "term": table.names[1],
        "n": sample.n,
        "cells": table.cells,
        "method": YATES,
    }
    if min(table.counts.shape) < 2:
        rows.add("yates", estimate=math.nan, warning=WARNING_ONE_CATEGORY, **keys)
    else:
        found = d2([yates(_counts(one, places)).statistic for one in sample.sets], 1)
        rows.add(
            "yates",
            estimate=found.statistic,
            statistic=found.statistic,
            statistic_name="F",
            df1=found.df1,
            df2=found.df2 if math.isfinite(found.df2) else math.nan,
            p_value=found.p_value,
            **keys,
        )
    return Result.from_rows(
        rows,
        title=f"{' and '.join(titles.values())}: further tests",
        analysis="crosstab",
        method=YATES + words,
        n_used=sample.n,
        n_dropped=sample.n_dropped,
        references=(REFERENCE_D2,),
        labels=titles,
        layout=Layout(
            rows=("outcome", "term"), show=(Show("yates", "statistic"), Show("yates", "p")), row_head="Variables"
        ),
    )


def _counts(one: CompletedSet, places: Places) -> Floats:
    found = np.zeros((2, 2))
    np.add.at(found, places(one), 1.0)
    return found


def composed_matched(
    rows: Rows, table: Counted, sample: Sample, places: Places, titles: Mapping[str, str], words: str
) -> Result:
    """Return the test that both answers of the same people have equal shares; ``rows`` holds the declared cells.

    Notes
    -----
    The shares differ by p₁₂ − p₂₁, the two kinds of people who answered differently: tested by t with the linearised
    or replicate error. Over imputed sets without a design the variance is (p₁₂ + p₂₁)/n, that of equal shares, pooled
    by Rubin's rules: in one set t² is McNemar's χ² without continuity correction.
    """

    def changes(one: CompletedSet) -> Floats:
        first, second = places(one)
        return (second - first).astype(np.float64)

    def statistic(one: CompletedSet) -> SetEstimate:
        own = changes(one)
        said = of_statistics(one, lambda weights: weighted_means(own, weights), what="a comparison of two shares")
        return replace(said, covariance=lambda: np.array([[float(np.mean(own**2)) / one.n]]))

    keys: dict[str, Any] = {
        "outcome": table.names[0],
        "term": table.names[1],
        "n": sample.n,
        "cells": table.cells,
        "method": MATCHED,
    }
    if all(not changes(one).any() for one in sample.sets):
        rows.add("mcnemar", estimate=math.nan, warning=WARNING_NOBODY, **keys)
    else:
        found = one_number(sample, statistic, 0.95)
        known = math.isfinite(found.df)
        rows.add(
            "mcnemar",
            estimate=found.statistic,
            statistic=found.statistic,
            statistic_name="t" if known else "z",
            df1=found.df if known else math.nan,
            p_value=found.p_value,
            warning="" if math.isfinite(found.statistic) else WARNING_NOBODY,
            **keys,
        )
    return Result.from_rows(
        rows,
        title=f"{' and '.join(titles.values())}: same people",
        analysis="crosstab",
        method=MATCHED + words,
        n_used=sample.n,
        n_dropped=sample.n_dropped,
        references=(REFERENCE,),
        labels=titles,
        layout=Layout(
            rows=("outcome", "term"), show=(Show("mcnemar", "statistic"), Show("mcnemar", "p")), row_head="Variables"
        ),
    )
