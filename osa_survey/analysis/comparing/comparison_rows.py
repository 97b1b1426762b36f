"""The rows of ``compare_groups``: what the array functions return becomes one row per number."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.rank_tests import kruskal_wallis, rank_sum
from osa_survey.analysis.comparing.two_groups import MeanDifference, student_t, welch_t
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES
from osa_survey.analysis.moments import PROBABILITIES, moments
from osa_survey.analysis.size_rows import size_fields
from osa_survey.analysis.variance_analyses import anova, games_howell, welch_anova
from osa_survey.results import Rows

CONTRAST = "{first} − {second}"
WARNING_NO_VARIANCE = "no variance within the groups: the test and its interval are not defined"
WARNING_GROUP_CONSTANT = "a group has no variance: this test is not defined"
WARNING_TIED = "all values are the same: the test is not defined"
TWO_GROUP_SIZES = ("hedges_g", "cohens_d", "rank_biserial")
WARNING_ONE = "a spread needs two members"
WARNING_SKEWNESS = "skewness needs three values that are not all the same"


class Labelled(Protocol):
    """A group with its label and values."""

    @property
    def label(self) -> str:
        """The category."""

    @property
    def values(self) -> NDArray[np.float64]:
        """The values of its members."""


def add_group_rows(
    rows: Rows, outcome: str, group: str, values: NDArray[np.float64], *, conf_level: float, cell: str, brief: bool
) -> None:
    """Add the description of one group; ``brief`` leaves out median, quartiles and skewness."""
    n = len(values)
    found = moments(values, conf_level)
    warning = "" if n > 1 else WARNING_ONE

    def add(quantity: str, estimate: float, **more: Any) -> None:
        rows.add(quantity, outcome=outcome, group=group, n=n, estimate=estimate, cells=[cell], **more)

    add("count", n)
    add(
        "mean",
        found.mean,
        std_error=found.std_error,
        conf_low=found.mean_low,
        conf_high=found.mean_high,
        conf_level=conf_level if n > 1 else math.nan,
        method="t interval",
        warning=warning,
    )
    add("sd", found.sd, warning=warning)
    if brief:
        return
    add("median", found.median)
    for probability, quantile in zip(PROBABILITIES, found.quartiles, strict=True):
        add("quantile", quantile, level=f"{probability:g}", method="type 7")
    undefined = math.isnan(found.skewness)
    add("skewness", found.skewness, method="type 2", warning=WARNING_SKEWNESS if undefined else "")


def add_test_rows(
    rows: Rows, outcome: str, groups: Sequence[Labelled], *, conf_level: float, correction: bool, cells: list[str]
) -> None:
    """Add tests and effect sizes of two groups; each would give away one group's mean from the other's."""
    x, y = groups[0].values, groups[1].values
    contrast = CONTRAST.format(first=groups[0].label, second=groups[1].label)
    shared: dict[str, Any] = {"outcome": outcome, "contrast": contrast, "n": len(x) + len(y)}
    welch = welch_t(x, y, conf_level)
    rows.add("mean_difference", cells=cells, **shared, **_mean_test(welch, conf_level, "Welch's t test"))
    student = student_t(x, y, conf_level)
    method = "Student's t test (equal variances)"
    rows.add("mean_difference_equal_variances", cells=cells, **shared, **_mean_test(student, conf_level, method))
    ranks = rank_sum(x, y, correction=correction)
    approximation = "normal approximation" + (" with continuity correction" if correction else "")
    rows.add(
        "rank_sum",
        estimate=ranks.w,
        statistic=ranks.w,
        statistic_name="W",
        p_value=ranks.p_value,
        method=f"Wilcoxon's rank sum test, {'exact' if ranks.exact else approximation}",
        warning=WARNING_TIED if math.isnan(ranks.p_value) else "",
        cells=cells,
        **shared,
    )
    add_pair_sizes(rows, TWO_GROUP_SIZES, outcome, groups, conf_level=conf_level, cells=cells)


def add_pair_sizes(
    rows: Rows,
    names: Sequence[str],
    outcome: str,
    groups: Sequence[Labelled],
    *,
    conf_level: float,
    cells: Sequence[str],
) -> None:
    """Add effect sizes of the first against the second of two groups, by their names in ``PAIR_SIZES``."""
    x, y = groups[0].values, groups[1].values
    contrast = CONTRAST.format(first=groups[0].label, second=groups[1].label)
    for name in names:
        found = size_fields(PAIR_SIZES[name](x, y, conf_level), conf_level)
        rows.add(name, outcome=outcome, contrast=contrast, n=len(x) + len(y), cells=cells, **found)


def add_omnibus_sizes(
    rows: Rows,
    names: Sequence[str],
    outcome: str,
    by: str,
    groups: Sequence[NDArray[np.float64]],
    conf_level: float,
    cells: Sequence[str],
) -> None:
    """Add effect sizes of all groups together, by their names in ``OMNIBUS_SIZES``; ``cells`` are those of all."""
    people = sum(len(group) for group in groups)
    for name in names:
        found = size_fields(OMNIBUS_SIZES[name](groups, conf_level), conf_level)
        rows.add(name, outcome=outcome, term=by, n=people, cells=cells, **found)


def add_omnibus_rows(
    rows: Rows,
    outcome: str,
    by: str,
    groups: Sequence[NDArray[np.float64]],
    conf_level: float,
    cells: Sequence[str],
) -> None:
    """Add the tests of equality of more than two groups, and omega squared.

    Each gives one group back from the others and all together, so each names the cells of all groups.
    """
    shared: dict[str, Any] = {"outcome": outcome, "term": by, "n": sum(len(group) for group in groups), "cells": cells}
    welch, classical = welch_anova(groups), anova(groups)
    for quantity, test, method, warning in (
        ("welch_anova", welch, "Welch's analysis of variance", WARNING_GROUP_CONSTANT),
        ("anova", classical, "analysis of variance (equal variances)", WARNING_NO_VARIANCE),
    ):
        rows.add(
            quantity,
            estimate=test.f,
            statistic=test.f,
            statistic_name="F",
            df1=test.df1,
            df2=test.df2,
            p_value=test.p_value,
            method=method,
            warning=warning if math.isnan(test.f) else "",
            **shared,
        )
    add_omnibus_sizes(rows, ("omega_squared",), outcome, by, groups, conf_level, cells)
    ranks = kruskal_wallis(groups)
    rows.add(
        "kruskal_wallis",
        estimate=ranks.h,
        statistic=ranks.h,
        statistic_name="H",
        df1=ranks.df,
        p_value=ranks.p_value,
        method="Kruskal–Wallis test",
        warning=WARNING_TIED if math.isnan(ranks.h) else "",
        **shared,
    )


def add_pair_rows(
    rows: Rows, outcome: str, groups: Sequence[Labelled], conf_level: float, cells: Mapping[str, str]
) -> None:
    """Add Games–Howell and Hedges' g for all pairs; each would give away one group's mean from the other's."""
    pairs = games_howell([group.values for group in groups], conf_level)
    for pair, (first, second) in zip(pairs, itertools.combinations(groups, 2), strict=True):
        shared: dict[str, Any] = {
            "outcome": outcome,
            "contrast": CONTRAST.format(first=first.label, second=second.label),
            "n": len(first.values) + len(second.values),
            "cells": [cells[first.label], cells[second.label]],
        }
        undefined = math.isnan(pair.t)
        rows.add(
            "games_howell",
            estimate=pair.difference,
            std_error=pair.std_error,
            conf_low=pair.low,
            conf_high=pair.high,
            conf_level=math.nan if undefined else conf_level,
            statistic=pair.t,
            statistic_name="t",
            df1=pair.df,
            p_adjusted=pair.p_adjusted,
            method="Games–Howell",
            warning=WARNING_NO_VARIANCE if undefined else "",
            **shared,
        )
        add_pair_sizes(rows, ("hedges_g",), outcome, (first, second), conf_level=conf_level, cells=shared["cells"])


def _mean_test(found: MeanDifference, conf_level: float, method: str) -> dict[str, Any]:
    undefined = math.isnan(found.t)
    return {
        "estimate": found.difference,
        "std_error": found.std_error,
        "conf_low": found.low,
        "conf_high": found.high,
        "conf_level": math.nan if undefined else conf_level,
        "statistic": found.t,
        "statistic_name": "t",
        "df1": found.df,
        "p_value": found.p_value,
        "method": method,
        "warning": WARNING_NO_VARIANCE if undefined else "",
    }
