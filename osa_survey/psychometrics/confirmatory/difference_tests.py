"""Tests of one model against a more general one; scaled statistics are never subtracted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.criteria import shares
from osa_survey.psychometrics.confirmatory.fits import FactorFit, criterion_of, infer, moment_weights
from osa_survey.psychometrics.confirmatory.inference import inverse, upper_tail
from osa_survey.psychometrics.confirmatory.joint_spreads import crossed
from osa_survey.psychometrics.confirmatory.optimisation import Minimum
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL

Floats = NDArray[np.float64]
RANK = 1e-8
LIKELIHOOD_RATIO = "likelihood-ratio difference"


@dataclass(frozen=True)
class Difference:
    """A difference test.

    Attributes
    ----------
    value : float
        The statistic; NaN where it is not defined.
    df : int
        Parameters given up.
    p_value : float
        Its p value.
    method : str
        How it was scaled.
    """

    value: float
    df: int
    p_value: float
    method: str


def difference_test(general: FactorFit, restricted: FactorFit) -> Difference:
    """Test a restricted model against a more general one fitted to the same samples with the same estimator.

    Parameters
    ----------
    general, restricted : FactorFit
        The models; ``restricted`` is nested in ``general``.

    Returns
    -------
    Difference
        With ML and GLS the likelihood-ratio difference; with MLR and MLM Satorra and Bentler's scaled difference
        (2001), and where its scaling factor is not positive the one of 2010; with ordinal items Satorra's (2000) test,
        scaled and shifted.

    References
    ----------
    Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test statistic for moment structure analysis.
    Psychometrika, 66(4), 507-514. doi:10.1007/BF02296192

    Satorra, A., & Bentler, P. M. (2010). Ensuring positiveness of the scaled difference chi-square test statistic.
    Psychometrika, 75(2), 243-248. doi:10.1007/s11336-009-9135-y

    Satorra, A. (2000). Scaled and adjusted restricted tests in multi-sample analysis of moment structures. In R. D. H.
    Heijmans et al. (Eds.), Innovations in multivariate statistical analysis (pp. 233-247). Springer.
    doi:10.1007/978-1-4615-4603-0_17
    """
    one, two = general.inference.chi_squared, restricted.inference.chi_squared
    df, raw = two.df - one.df, max(two.value - one.value, 0.0)
    if df <= 0:
        return Difference(raw, df, np.nan, "no parameters given up")
    if general.inference.covariance is None or restricted.inference.covariance is None:
        return Difference(np.nan, df, np.nan, "not defined: a model is not identified")
    if general.estimator in ("MLR", "MLM"):
        return _scaled(general, restricted, raw, df)
    if general.estimator in ("WLSMV", "ULSMV"):
        return _scaled_shifted(general, restricted, raw, df)
    if general.estimator in ("ULS", "DWLS"):
        return Difference(raw, df, np.nan, "least squares without scaling: no distribution")
    return Difference(raw, df, upper_tail(raw, df), LIKELIHOOD_RATIO)


def _scaled(general: FactorFit, restricted: FactorFit, raw: float, df: int) -> Difference:
    one, two = general.inference.chi_squared, restricted.inference.chi_squared
    traces = one.trace if one.df > 0 else 0.0
    factor, method = (two.trace - traces) / df, "Satorra–Bentler scaled difference (2001)"
    if factor <= 0:
        factor = (two.trace - _trace_at(general, restricted)) / df
        method = "Satorra–Bentler scaled difference (2010)"
    if factor <= 0 or not np.isfinite(factor):
        return Difference(np.nan, df, np.nan, "not defined: the scaling factor is not positive")
    return Difference(raw / factor, df, upper_tail(raw / factor, df), method)


def _trace_at(general: FactorFit, restricted: FactorFit) -> float:
    """Return ``tr(U Gamma)`` of the general model at the restricted model's estimates."""
    values = {
        (row.lhs, row.op, row.rhs, row.group): value
        for row, value in zip(restricted.table.rows, restricted.estimates, strict=True)
    }
    parameters = general.minimum.parameters.copy()
    for row in general.table.rows:
        if row.position >= 0:
            parameters[row.position] = values[row.lhs, row.op, row.rhs, row.group]
    criterion = criterion_of(general.structures, general.samples, general.estimator, ())
    here = criterion.evaluate(parameters)
    minimum = Minimum(parameters, here.value, here.information, True, 0, False)
    df = general.inference.chi_squared.df
    if df == 0:
        return 0.0
    return infer(criterion, general.structures, general.samples, (), minimum, df, general.estimator).chi_squared.trace


def _scaled_shifted(general: FactorFit, restricted: FactorFit, raw: float, df: int) -> Difference:
    """Return Satorra's test: the constraints are the directions of the general model that the restricted one lost."""
    part = shares(general.samples, least_squares=True)
    ones = [s.jacobian(s.matrices(general.minimum.parameters)) for s in general.structures]
    twos = [s.jacobian(s.matrices(restricted.minimum.parameters)) for s in restricted.structures]
    kept = np.linalg.pinv(np.vstack(ones)) @ np.vstack(twos)
    left, sizes, _ = np.linalg.svd(kept, full_matrices=True)
    rank = int((sizes > RANK * sizes.max(initial=1.0)).sum())
    lost = left[:, rank:].T
    weights = [moment_weights(sample, general.estimator) for sample in general.samples]
    information = sum(f * d.T @ (w[:, None] * d) for f, d, w in zip(part, ones, weights, strict=True))
    bread = inverse(np.asarray(information))
    if bread is None or len(lost) == 0:
        return Difference(np.nan, df, np.nan, "not defined: a model is not identified")
    core = bread @ lost.T @ np.linalg.pinv(lost @ bread @ lost.T) @ lost @ bread
    meat = crossed(general.samples, [np.sqrt(f) * w[:, None] * d for f, d, w in zip(part, ones, weights, strict=True)])
    product = core @ meat
    trace, square = float(np.trace(product)), float((product * product.T).sum())
    a = np.sqrt(df / square)
    value = max(a * raw + df - a * trace, 0.0)
    return Difference(value, df, upper_tail(value, df), "scaled and shifted difference (Satorra 2000)")


def is_scaled(estimator: str) -> bool:
    """Tell whether an estimator's differences need scaling."""
    return estimator in (*ORDINAL, "MLR", "MLM")
