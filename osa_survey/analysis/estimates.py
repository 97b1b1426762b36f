"""Estimates after whatever combination of sampling plan and imputation: the one record tables are made from.

An analysis writes a *statistic*: a function from one completed set to a ``SetEstimate`` (numbers, and as many of three
sources of their covariance as it has). ``estimated`` takes the source the data ask for, classical or robust without a
design, linearised or by replicates with one, and pools over imputed sets. What it lacks a source for is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.coefficient_tests import ModelTest, joint_test
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.imputation import d1, pool
from osa_survey.weighting import (
    covariance_words,
    design_df,
    linearised_covariance,
    replicate_covariance,
    undefined_replicates,
)

__all__ = [
    "CompletedSet",
    "Data",
    "Estimates",
    "Sample",
    "SetEstimate",
    "does_not_compose",
    "estimated",
    "of_statistics",
    "sample_of",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Estimates:
    """Estimates after whatever combination of design and imputation.

    Attributes
    ----------
    names : tuple of str
        What each number is called.
    estimate : ndarray of float, shape (p,)
        The numbers.
    covariance : ndarray of float, shape (p, p)
        Their covariance.
    df : ndarray of float, shape (p,)
        Degrees of freedom of t; infinite for z.
    n, m : int
        Respondents used, and completed sets (1 if nothing was imputed).
    how : str
        The source of the covariance in words.
    fmi : ndarray of float, shape (p,), or None
        Fraction of missing information, where imputed.
    undefined : int
        Replicates in which some number is not defined (the most of any set).
    df_complete : float or ndarray of float, shape (p,)
        Degrees of freedom without missing answers; with one set the same as ``df``.
    each_estimate, each_covariance : ndarray of float, shape (m, p) and (m, p, p)
        Of each set.
    """

    names: tuple[str, ...]
    estimate: Floats
    covariance: Floats
    df: Floats
    n: int
    m: int
    how: str
    fmi: Floats | None
    undefined: int
    df_complete: float | Floats
    each_estimate: Floats
    each_covariance: Floats

    @property
    def std_error(self) -> Floats:
        """Standard errors, shape (p,); NaN where a variance is not known."""
        variance = np.diag(self.covariance)
        return np.asarray(np.sqrt(np.where(variance >= 0, variance, np.nan)))

    @property
    def pooled(self) -> bool:
        """Whether the numbers are pooled over completed sets."""
        return self.m > 1

    def interval(self, conf_level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the bounds of t (or z) intervals, each of shape (p,)."""
        half = stats.t.ppf(0.5 + conf_level / 2, self.df) * self.std_error
        return self.estimate - half, self.estimate + half

    def p_value(self, null: float = 0.0) -> Floats:
        """Return two-sided p values of t (or z) tests, shape (p,); NaN where the standard error is zero."""
        return np.asarray(2 * stats.t.sf(np.abs(self.statistic(null)), self.df))

    def statistic(self, null: float = 0.0) -> Floats:
        """Return t (or z) statistics, shape (p,); NaN where the standard error is zero."""
        error = self.std_error
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(error > 0, (self.estimate - null) / error, np.nan)

    def combined(self, matrix: Floats, names: Sequence[str] = ()) -> Estimates:
        """Return linear combinations of the numbers, pooled over the sets anew.

        Parameters
        ----------
        matrix : ndarray of float, shape (q, p)
            One row for each combination.
        names : sequence of str
            Their names; by default numbers from 1.
        """
        matrix = np.atleast_2d(matrix)
        each = self.each_estimate @ matrix.T
        spread = np.array([matrix @ covariance @ matrix.T for covariance in self.each_covariance])
        called = tuple(names) or tuple(str(number) for number in range(1, len(matrix) + 1))
        return _joined(called, each, spread, _least(self.df_complete), self.n, self.how, self.undefined)

    def transformed(self, values: Floats, jacobians: Floats, names: Sequence[str] = ()) -> Estimates:
        """Return smooth functions of the numbers by the delta method, pooled over the sets anew.

        Parameters
        ----------
        values : ndarray of float, shape (m, q)
            The functions at the numbers of each set.
        jacobians : ndarray of float, shape (m, q, p)
            Their derivatives there.
        names : sequence of str
            Their names; by default numbers from 1.
        """
        spread = np.array([J @ V @ J.T for J, V in zip(jacobians, self.each_covariance, strict=True)])
        called = tuple(names) or tuple(str(number) for number in range(1, values.shape[1] + 1))
        return _joined(called, values, spread, _least(self.df_complete), self.n, self.how, self.undefined)

    def test(self, positions: Sequence[int] | NDArray[np.intp]) -> ModelTest:
        """Return the test that several of the numbers are all zero.

        Parameters
        ----------
        positions : sequence of int
            Which of them.

        Notes
        -----
        Wald: χ² where the degrees of freedom are infinite, else F; over completed sets D1 of Li, Raghunathan and Rubin
        (1991), with Reiter's (2007) degrees of freedom where those of the complete data are finite. NaN where the
        covariance of the numbers tested has no inverse.
        """
        where = np.asarray(positions, dtype=np.intp)
        df = float(np.min(np.broadcast_to(self.df_complete, self.estimate.shape)[where], initial=math.inf))
        if not self.pooled:
            return joint_test(self.estimate, self.covariance, where, df)
        single = joint_test(self.each_estimate.mean(axis=0), self.each_covariance.mean(axis=0), where, 1.0)
        if math.isnan(single.statistic):
            return ModelTest(math.nan, len(where), math.nan, math.nan, "F")
        parts = self.each_covariance[:, where[:, None], where]
        found = d1(self.each_estimate[:, where], parts, df)
        return ModelTest(found.statistic, found.df1, found.df2, found.p_value, "F")

    def __repr__(self) -> str:
        return f"<Estimates: {len(self.estimate)} numbers, n = {self.n}; {self.how}>"


def estimated(sample: Sample, statistic: Callable[[CompletedSet], SetEstimate], names: Sequence[str] = ()) -> Estimates:
    """Return a statistic with the covariance its data ask for, pooled if they are imputed.

    Parameters
    ----------
    sample : Sample
        The data.
    statistic : callable
        From one set to ``SetEstimate``.
    names : sequence of str
        What the numbers are called; by default numbers from 1.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` where the statistic lacks the source of covariance the data ask for;
        ``one_completed_set`` for imputed data of one set; ``not_finite`` where a set gives no finite number.

    Notes
    -----
    Where sets differ in whom they use, degrees of freedom without missing answers are the fewest of any set, as n is.
    """
    found = [statistic(one) for one in sample.sets]
    return joined_sets(sample, found, names)


def joined_sets(sample: Sample, found: Sequence[SetEstimate], names: Sequence[str] = ()) -> Estimates:
    """Return estimates from what the statistic said about each set; see ``estimated``."""
    spreads = [_spread(one, said) for one, said in zip(sample.sets, found, strict=True)]
    first = found[0]
    df: float | Floats = np.min([np.asarray(said.df, dtype=np.float64) for said in found], axis=0)
    how = first.how
    if sample.design is not None:
        df = min(float(design_df(one.design)) for one in sample.sets if one.design is not None) - first.df_lost
        how = covariance_words(sample.design)
    if _least(df) <= 0:
        message = f"the design leaves {_least(df):g} degrees of freedom for {first.what}"
        hint = "use fewer predictors, or a design with more clusters or replicates"
        raise does_not_compose(message, hint)
    each = np.array([said.estimate for said in found])
    covariances = np.array([covariance for covariance, _ in spreads])
    undefined = max(number for _, number in spreads)
    called = tuple(names) or tuple(str(number) for number in range(1, each.shape[1] + 1))
    if sample.imputed and undefined:
        message = f"{first.what} is not defined under {undefined} of the replicate weights, so that it cannot be pooled"
        raise does_not_compose(message, "merge small categories, or use a design of strata and clusters")
    if sample.imputed:
        how = f"Rubin's rules over {sample.m} completed sets; {how}"
        if sample.m == 1:
            pool(each, covariances, df)  # raises what is wrong with one set
    return _joined(called, each, covariances, df, sample.n, how, undefined)


def _spread(one: CompletedSet, said: SetEstimate) -> tuple[Floats, int]:
    """Return the covariance of one set's numbers, and in how many replicates some of them are not defined."""
    if one.design is None:
        if said.covariance is None:
            hint = "ask for robust errors, or declare a design"
            raise does_not_compose(f"{said.what} has no model-based covariance", hint)
        return said.covariance(), 0
    if one.design.replicates is not None:
        if said.refit is None:
            message = f"{said.what} is not computed again under replicate weights"
            raise does_not_compose(message, "use a design of strata and clusters, or another model")
        theta = said.refit(np.ascontiguousarray(one.design.replicates.weights[one.used]))
        return replicate_covariance(theta, said.estimate, one.design.replicates), undefined_replicates(theta)
    if said.influence is None:
        message = f"{said.what} has no linearised covariance under weights"
        raise does_not_compose(message, "use replicate weights, or another model")
    return linearised_covariance(one.in_all_rows(said.influence()), one.design), 0


def _least(df: float | Floats) -> float:
    return float(np.min(df))


def _joined(
    names: tuple[str, ...], each: Floats, covariances: Floats, df: float | Floats, n: int, how: str, undefined: int
) -> Estimates:
    p = each.shape[1]
    if len(each) == 1:
        return Estimates(
            names, each[0], covariances[0], np.full(p, df), n, 1, how, None, undefined, df, each, covariances
        )
    pooled = pool(each, covariances, df)
    return Estimates(
        names, pooled.estimate, pooled.covariance, pooled.df, n, pooled.m, how, pooled.fmi, undefined, df, each,
        covariances,
    )  # fmt: skip
