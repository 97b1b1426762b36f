"""Ratings or yes/no answers to several things by the same people: ``friedman`` and ``cochran_q``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_conf_level, check_numeric, variable_names
from osa_survey.analysis.describing.matched_tables import mcnemar
from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.factorial.composed_repeated_rows import (
    cells_of_answers,
    cells_of_pair,
    composed_cochran,
    composed_friedman,
)
from osa_survey.analysis.factorial.repeated_results import EVERYBODY, contrast_of, repeated_result
from osa_survey.analysis.factorial.repeated_tests import RepeatedTest, cochran_test, friedman_test, signed_ranks
from osa_survey.analysis.moments import moments
from osa_survey.analysis.multiplicity import (
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.analysis.samples import CompletedSet, Data, Sample, sample_of
from osa_survey.analysis.size_rows import size_fields
from osa_survey.dataset import Column, columns_of
from osa_survey.effects.paired_differences import matched_rank_biserial
from osa_survey.effects.rank_variances import kendalls_w
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Result, Rows, Show

NOBODY = "nobody's answers differ: the test is not defined"
FRIEDMAN = (
    "Friedman, M. (1937). The use of ranks to avoid the assumption of normality implicit in the analysis of variance. "
    "Journal of the American Statistical Association, 32(200), 675–701. doi:10.1080/01621459.1937.10503522"
)
COCHRAN = (
    "Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika, 37(3–4), 256–266. "
    "doi:10.1093/biomet/37.3-4.256"
)


def friedman(data: Data, variables: Sequence[str], *, adjust: str = "holm", conf_level: float = 0.95) -> Result:
    """Compare several ratings of the same people by their ranks.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; a design or completed sets are used.
    variables : sequence of str
        Three or more numbers or ordinal variables on one scale.
    adjust : str
        How p of the pairs is adjusted.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        ``friedman`` with ``kendalls_w``; mean, ``median`` and ``mean_rank`` of each variable. ``more["pairs"]`` holds
        Wilcoxon's signed rank test (``signed_rank``) and ``matched_rank_biserial`` of each pair, under weights
        ``mean_rank_difference``.

    Raises
    ------
    AnalysisError
        Fewer than three variables or than two people with all of them; ``one_completed_set``; ``does_not_compose``
        where the sampling plan leaves no degrees of freedom.

    Notes
    -----
    Ranks within people are known from each person alone. Under weights their means are therefore ordinary weighted
    means, and Wald's F tests that they are equal (over sets D1); Wilcoxon's ranks are of people against each other and
    have no form for pairs there. Over imputed sets without weights Friedman's χ² and Wilcoxon's z² are pooled by D2.

    Examples
    --------
    >>> data = pd.DataFrame({"a": [1.0, 2, 1, 3], "b": [2.0, 3, 3, 4], "c": [3.0, 1, 2, 5]})
    >>> float(friedman(data, ["a", "b", "c"]).pick("friedman")["statistic"])
    3.5
    """
    _check(adjust, conf_level)
    if composes(data):
        sample = _sample(data, variables)
        check_numeric(*sample.first.columns, ordinal=True)
        return composed_friedman(sample, FRIEDMAN, adjust, conf_level)
    columns, answers, used = _answers(data, variables)
    check_numeric(*columns, ordinal=True)
    rows = Rows()
    rows.cell(EVERYBODY, used)
    cell = [EVERYBODY]
    n = len(answers)
    _add_test(rows, "friedman", friedman_test(answers), "χ²", n)
    rows.add("kendalls_w", n=n, cells=cell, **size_fields(kendalls_w(answers, conf_level), conf_level))
    ranks = pd.DataFrame(answers).rank(axis=1).mean(axis=0).to_numpy()
    for place, column in enumerate(columns):
        found = moments(answers[:, place], conf_level)
        keys: dict[str, Any] = {"outcome": column.info.name, "n": n, "cells": cell}
        rows.add("mean", estimate=found.mean, conf_low=found.mean_low, conf_high=found.mean_high,
                 conf_level=conf_level, method="mean, t interval", **keys)  # fmt: skip
        rows.add("median", estimate=found.median, **keys)
        rows.add("mean_rank", estimate=float(ranks[place]), **keys)
    pairs = Rows()
    pairs.cell(EVERYBODY, used)
    tested = [
        (first, second, signed_ranks(answers[:, first], answers[:, second]))
        for first, second in itertools.combinations(range(len(columns)), 2)
    ]
    adjusted = adjusted_p_values(np.array([one.p_value for *_, one in tested]), adjust)
    for (first, second, one), p in zip(tested, adjusted, strict=True):
        keys = {"contrast": contrast_of(columns, first, second), "n": n, "cells": cell}
        pairs.add(
            "signed_rank", estimate=one.v, statistic=one.v, statistic_name="V", p_value=one.p_value,
            p_adjusted=float(p),
            method="Wilcoxon's signed rank test, normal approximation",
            warning=NOBODY if math.isnan(one.v) else "", **keys,
        )  # fmt: skip
        size = matched_rank_biserial(answers[:, first], answers[:, second], conf_level)
        pairs.add("matched_rank_biserial", **keys, **size_fields(size, conf_level))
    shown = (Show("signed_rank", "statistic", "V"), Show("signed_rank", "p"), Show("signed_rank", "p_adjusted"),
             Show("matched_rank_biserial"), Show("matched_rank_biserial", "interval"))  # fmt: skip
    head = (Show("mean"), Show("mean", "interval"), Show("median"), Show("mean_rank"))
    return repeated_result(
        "friedman", "Ratings compared by ranks", rows, pairs, columns, _people(used), adjust, conf_level, head,
        shown, "Friedman's test, Kendall's W with a bootstrap interval", (FRIEDMAN,), "paired_means",
    )  # fmt: skip


def cochran_q(
    data: Data,
    variables: Sequence[str],
    *,
    event: str = "yes",
    adjust: str = "holm",
    conf_level: float = 0.95,
) -> Result:
    """Compare how many of the same people say yes to several things.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; a design or completed sets are used.
    variables : sequence of str
        Three or more categorical variables.
    event : str
        The category that is counted.
    adjust : str
        How p of the pairs is adjusted.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        ``cochran_q`` and the ``proportion`` of each variable; ``more["pairs"]`` holds McNemar's test of each pair,
        under weights ``risk_difference``.

    Raises
    ------
    AnalysisError
        Fewer than three variables or than two people with all of them; ``unknown_category``; ``one_completed_set``;
        ``does_not_compose`` where the sampling plan leaves no degrees of freedom.

    Notes
    -----
    Under weights Wald's F tests that weighted shares of the same people are equal (over sets D1). Over imputed sets
    without weights Q and McNemar's χ² (there without continuity correction) are pooled by D2.
    """
    _check(adjust, conf_level)
    if composes(data):
        sample = _sample(data, variables)
        check_categorical(*sample.first.columns)
        return composed_cochran(sample, _chooser(event), event, COCHRAN, adjust, conf_level)
    columns, values, used = _answers(data, variables)
    check_categorical(*columns)
    answers = np.column_stack([_chosen(column, values[:, k], event) for k, column in enumerate(columns)])
    n = len(answers)
    rows, pairs = Rows(), Rows()
    for into in (rows, pairs):
        into.cell(EVERYBODY, used)
        for place, column in enumerate(columns):
            who = _among_all(used, answers[:, place] == 1)
            yes, no = cells_of_answers(column, event)
            into.cell(yes, who)
            into.cell(no, used & ~who)
            into.total(EVERYBODY, [yes, no])
    _add_test(rows, "cochran_q", cochran_test(answers), "Q", n)
    for place, column in enumerate(columns):
        some = int(answers[:, place].sum())
        low, high = wilson(some, n, conf_level)
        rows.add(
            "proportion", outcome=column.info.name, n=n, estimate=some / n, conf_low=low, conf_high=high,
            conf_level=conf_level, method="Wilson interval", cells=cells_of_answers(column, event),
        )  # fmt: skip
    both = list(itertools.combinations(range(len(columns)), 2))
    tested = [
        mcnemar(float((answers[:, a] > answers[:, b]).sum()), float((answers[:, b] > answers[:, a]).sum()))
        for a, b in both
    ]
    adjusted = adjusted_p_values(np.array([one.p_value for one in tested]), adjust)
    for (a, b), one, p in zip(both, tested, adjusted, strict=True):
        cells = cells_of_pair(columns, a, b, event)
        only = [answers[:, a] > answers[:, b], answers[:, b] > answers[:, a]]
        for name, members in zip(cells[:2], only, strict=True):
            pairs.cell(name, _among_all(used, members))
        keys: dict[str, Any] = {"contrast": contrast_of(columns, a, b), "n": n, "cells": cells}
        pairs.add(
            "mcnemar", estimate=one.chi2, statistic=one.chi2, statistic_name="χ²", df1=1.0, p_value=one.p_value,
            p_adjusted=float(p), method="exact (binomial)" if one.exact else "with continuity correction",
            warning=NOBODY if math.isnan(one.chi2) else "", **keys,
        )  # fmt: skip
    shown = (Show("mcnemar", "statistic", "McNemar's χ²"), Show("mcnemar", "p"), Show("mcnemar", "p_adjusted"))
    head = (Show("proportion"), Show("proportion", "interval"))
    return repeated_result(
        "cochran_q", "Shares of the same people", rows, pairs, columns, _people(used), adjust, conf_level, head,
        shown, "Cochran's Q, Wilson intervals", (COCHRAN,), "prevalence_bars", event=event,
    )  # fmt: skip


def _check(adjust: str, conf_level: float) -> None:
    check_conf_level(conf_level)
    check_adjustment(adjust)


def _sample(data: Data, variables: Sequence[str]) -> Sample:
    """Return those with all answers, in two sets or more where any are imputed."""
    versions(data)
    sample = sample_of(data, variable_names(variables, at_least=3))
    if sample.n < 2:
        raise _too_few()
    return sample


def _too_few() -> AnalysisError:
    message = "fewer than two people have all answers"
    return AnalysisError(Problem("too_few_respondents", message, hint="look at missingness(data)"))


def _people(used: NDArray[np.bool_]) -> tuple[int, int]:
    return int(used.sum()), int((~used).sum())


def _chooser(event: str) -> Callable[[CompletedSet], NDArray[np.float64]]:
    return lambda one: np.column_stack([_chosen(column, column.values[one.used], event) for column in one.columns])


def _answers(data: Data, variables: Sequence[str]) -> tuple[tuple[Column, ...], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the columns, the values of those who have all of them, and who they are."""
    columns = columns_of(data, variable_names(variables, at_least=3))  # type: ignore[arg-type]
    used = np.logical_and.reduce([column.answered for column in columns])
    if used.sum() < 2:
        raise _too_few()
    return columns, np.column_stack([column.values[used] for column in columns]), used


def _among_all(used: NDArray[np.bool_], members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = used.copy()
    found[used] = members
    return found


def _chosen(column: Column, values: NDArray[np.float64], event: str) -> NDArray[np.float64]:
    labels = list(column.info.labels)
    if event not in labels:
        message = f"'{event}' is no category of {column.info.title}"
        hint = f"event = one of {', '.join(labels)}"
        raise AnalysisError(Problem("unknown_category", message, column=column.info.name, key="event", hint=hint))
    return np.asarray(values == column.info.codes[labels.index(event)], dtype=np.float64)


def _add_test(rows: Rows, quantity: str, found: RepeatedTest, name: str, n: int) -> None:
    rows.add(
        quantity, n=n, estimate=found.statistic, statistic=found.statistic, statistic_name=name, df1=found.df,
        p_value=found.p_value, method="χ² approximation", warning=NOBODY if math.isnan(found.statistic) else "",
        cells=[EVERYBODY],
    )  # fmt: skip
