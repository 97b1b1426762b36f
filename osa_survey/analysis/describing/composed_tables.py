"""The test of a two-way table under weights (Rao and Scott) or pooled over imputed sets (D2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number
from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.domains import restricted_by
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.scaled_numbers import POSITIVE_FISHER, scaled_number
from osa_survey.effects.contingency_sizes import cramers_v
from osa_survey.effects.weighted_associations import weighted_cramers_v
from osa_survey.errors import AnalysisError
from osa_survey.imputation import d2
from osa_survey.weighting import Statistics, TableTest, table_test

Codes = NDArray[np.int64]
RAO_SCOTT = "Rao–Scott test (second order)"
POOLED = "χ² pooled over imputed sets by D2"
POOLED_WEIGHTED = "Rao–Scott χ² (first order) pooled over imputed sets by D2"
V_POOLED = "√(χ²/(n (m − 1))), pooled on Fisher's z, linearised t interval"
WARNING_V_EDGE = "no association at all, or a perfect one, in some set: no interval"
WARNING_V_UNKNOWN = "a category is empty under some replicate weights: no interval"
WARNING_SINGULAR = "the covariance of the table is singular: no test"
REFERENCE_RAO_SCOTT = (
    "Rao, J. N. K., & Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with cell proportions "
    "estimated from survey data. Annals of Statistics, 12(1), 46–60. doi:10.1214/aos/1176346391"
)
REFERENCE_D2 = (
    "Li, K. H., Meng, X. L., Raghunathan, T. E., & Rubin, D. B. (1991). Significance levels from repeated p-values "
    "with multiply-imputed data. Statistica Sinica, 1(1), 65–92."
)


@dataclass(frozen=True)
class TableAssociation:
    """The association in a two-way table.

    Attributes
    ----------
    n : int
        People, not weighted.
    statistic, df1, df2, p_value : float
        An F test; NaN where it is not defined.
    cramers_v : float
        Of weighted proportions; pooled on Fisher's z over imputed sets.
    method, v_method : str
        In words.
    v_low, v_high, v_level : float
        Interval of V.
    v_warning : str
        Why V has none.
    chi2 : float
        Rao and Scott's χ² of first order under weights alone; NaN over imputed sets.
    n_effective : float
        People over the mean generalised design effect; the mean over imputed sets.
    """

    n: int
    statistic: float
    df1: float
    df2: float
    p_value: float
    cramers_v: float
    method: str
    v_method: str
    v_low: float = math.nan
    v_high: float = math.nan
    v_level: float = math.nan
    v_warning: str = ""
    chi2: float = math.nan
    n_effective: float = math.nan

    def v_fields(self) -> dict[str, Any]:
        """Return V with its interval as columns of a result."""
        return {
            "estimate": self.cramers_v,
            "conf_low": self.v_low,
            "conf_high": self.v_high,
            "conf_level": self.v_level,
            "method": self.v_method,
            "warning": self.v_warning,
        }

    def fields(self) -> dict[str, Any]:
        """Return the test as columns of a result."""
        return {
            "statistic": self.statistic,
            "statistic_name": "F",
            "df1": self.df1,
            "df2": self.df2,
            "p_value": self.p_value,
            "method": self.method,
            "warning": "" if math.isfinite(self.statistic) else WARNING_SINGULAR,
        }


def table_association(
    sample: Sample, tables: Sequence[tuple[Codes, Codes]], shape: tuple[int, int], conf_level: float = 0.95
) -> TableAssociation:
    """Test whether two categorical variables are independent.

    Parameters
    ----------
    sample : Sample
        Those in the table.
    tables : sequence of (ndarray of int, ndarray of int), each of shape (respondents,)
        Of each set the row and the column of each respondent from 0; −1 stands outside.
    shape : tuple of int
        Rows and columns; each holds somebody in every set.
    conf_level : float
        Level of the interval of V.

    Notes
    -----
    Under weights the interval of V bounds the noncentrality of Rao and Scott's first-order χ², with n over the mean
    generalised design effect in place of n: with equal weights it is the interval of plain data. Over imputed sets V
    is pooled on Fisher's z with linearised (or replicate) errors; near independence that interval is a rough guide.
    """
    chi2s, effective = [], []
    inside = restricted_by(sample, [(rows >= 0) & (columns >= 0) for rows, columns in tables])
    n = inside.n
    for one, (rows, columns) in zip(inside.sets, tables, strict=True):
        if one.design is not None:
            outside = ~one.used
            test = table_test(np.where(outside, -1, rows), np.where(outside, -1, columns), shape, one.design)
            chi2s.append(test.first_order)
            effective.append(n / test.mean_deff)
            continue
        counts = np.zeros(shape)
        np.add.at(counts, (rows[one.used], columns[one.used]), 1)
        chi2s.append(chi_squared(counts).chi2)
        effective.append(float(one.n))
    people = float(np.mean(effective))
    if not sample.imputed:
        interval = _v_interval(test, n, shape, conf_level)
        return TableAssociation(
            n, test.F, test.df1, test.df2, test.p_value, test.cramers_v, RAO_SCOTT, *interval, chi2s[0], people
        )
    k = (shape[0] - 1) * (shape[1] - 1)
    method = POOLED if sample.design is None else POOLED_WEIGHTED
    v = _pooled_v(inside, tables, shape, conf_level)
    ends = (v.low, v.high, v.ends(conf_level)["conf_level"], v.warning)
    of_v = (v.estimate, method, V_POOLED, *ends, math.nan, people)
    if not np.isfinite(chi2s).all():
        return TableAssociation(n, math.nan, float(k), math.nan, math.nan, *of_v)
    pooled = d2(chi2s, k)
    return TableAssociation(n, pooled.statistic, pooled.df1, pooled.df2, pooled.p_value, *of_v)


def _pooled_v(
    inside: Sample, tables: Sequence[tuple[Codes, Codes]], shape: tuple[int, int], conf_level: float
) -> Number:
    """Return V pooled on Fisher's z; the mean over the sets where its error is not known."""
    known = {
        id(one): (rows[one.used], columns[one.used]) for one, (rows, columns) in zip(inside.sets, tables, strict=True)
    }

    def of_weights(one: CompletedSet, weights: NDArray[np.float64]) -> Statistics:
        return weighted_cramers_v(*known[id(one)], shape, weights)

    try:
        return scaled_number(inside, of_weights, POSITIVE_FISHER, conf_level, what="Cramér's V", edge=WARNING_V_EDGE)
    except AnalysisError as error:
        if {problem.code for problem in error.problems} != {"does_not_compose"}:
            raise
        each = [
            float(of_weights(one, np.ones(one.n) if one.weights is None else one.weights).estimate[0])
            for one in inside.sets
        ]
        return Number(inside.n, float(np.mean(each)), warning=WARNING_V_UNKNOWN)


def _v_interval(
    test: TableTest, n: int, shape: tuple[int, int], conf_level: float
) -> tuple[str, float, float, float, str]:
    """Return the method, the bounds and their level, and a warning."""
    method = "√(χ²/(n (m − 1))) of weighted proportions"
    if not math.isfinite(test.first_order):
        return f"{method}, no interval", math.nan, math.nan, math.nan, WARNING_SINGULAR
    found = cramers_v(test.first_order, test.first_df, n / test.mean_deff, shape, conf_level)
    if not math.isfinite(found.low):
        return f"{method}, no interval", math.nan, math.nan, math.nan, found.warning
    how = "noncentral chi-squared interval with n over the mean design effect (Rao–Scott, first order)"
    return f"{method}, {how}", found.low, found.high, conf_level, found.warning
