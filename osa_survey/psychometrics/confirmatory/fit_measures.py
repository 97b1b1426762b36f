"""How well a model fits: comparative and absolute indices, plain, scaled and robust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chndtr

from osa_survey.psychometrics.confirmatory.baselines import baseline_fit
from osa_survey.psychometrics.confirmatory.criteria import shares
from osa_survey.psychometrics.confirmatory.fits import LIKELIHOOD, FactorFit
from osa_survey.psychometrics.confirmatory.robust_corrections import Corrected, categorical_correction, gap_correction
from osa_survey.psychometrics.confirmatory.structures import lower

Floats = NDArray[np.float64]
CLOSE = 0.05
LEVEL = 0.90
SCALED = ("MLR", "MLM", "WLSMV", "ULSMV")


@dataclass(frozen=True)
class Rmsea:
    """RMSEA with its 90 % interval and the p value of close fit (RMSEA no larger than .05)."""

    value: float
    low: float
    high: float
    close_p: float


NO_RMSEA = Rmsea(np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class FitMeasures:
    """Fit indices of one model.

    Attributes
    ----------
    baseline_chi_squared, baseline_scaled : float
        The test of the baseline model.
    baseline_df : int
        Its degrees of freedom.
    cfi, tli, cfi_scaled, tli_scaled, cfi_robust, tli_robust : float
        Comparative indices; NaN where an estimator has none.
    rmsea, rmsea_scaled, rmsea_robust : Rmsea
        The error of approximation.
    srmr : float
        Standardised root mean square residual; with means among the moments, of means too.
    srmr_covariances : float
        The same of (co)variances alone.
    aic, bic, bic_adjusted : float
        NaN for least squares.
    corrected : Corrected or None
        The statistics that robust indices stand on.
    """

    baseline_chi_squared: float
    baseline_scaled: float
    baseline_df: int
    cfi: float
    tli: float
    cfi_scaled: float
    tli_scaled: float
    cfi_robust: float
    tli_robust: float
    rmsea: Rmsea
    rmsea_scaled: Rmsea
    rmsea_robust: Rmsea
    srmr: float
    srmr_covariances: float
    aic: float
    bic: float
    bic_adjusted: float
    corrected: Corrected | None = None


def fit_measures(fit: FactorFit, baseline: FactorFit | None = None) -> FitMeasures:
    """Return the fit indices of a model.

    Parameters
    ----------
    fit : FactorFit
        The model.
    baseline : FactorFit, optional
        Its baseline model, where it is known already.

    Notes
    -----
    ``CFI = 1 - max(T - df, 0) / max(T_b - df_b, T - df, 0)``, ``TLI = 1 - ((T - df) df_b) / ((T_b - df_b) df)``,
    ``RMSEA = sqrt(max(T / (N df) - 1 / N, 0)) sqrt(groups)``, N less the groups for least
    squares. Scaled indices put the scaled statistic in their place;
    the scaled RMSEA compares T with its expectation ``tr(U Gamma)``. Robust indices estimate what the index is in the
    population: ``T - c df`` in place of ``T - df``; with ordinal items from the normal likelihood of the polychoric
    correlations, with gaps from the likelihood of the saturated moments.

    References
    ----------
    Brosseau-Liard, P. E., & Savalei, V. (2014). Adjusting incremental fit indices for nonnormality. Multivariate
    Behavioral Research, 49(5), 460-470. doi:10.1080/00273171.2014.933697

    Savalei, V. (2021). Improving fit indices in structural equation modeling with categorical data. Multivariate
    Behavioral Research, 56(3), 390-407. doi:10.1080/00273171.2020.1717922

    Zhang, X., & Savalei, V. (2023). New computations for RMSEA and CFI following FIML and TS estimation with missing
    data. Psychological Methods, 28(2), 263-283. doi:10.1037/met0000445
    """
    base = baseline_fit(fit) if baseline is None else baseline
    test, under = fit.inference.chi_squared, base.inference.chi_squared
    groups = len(fit.samples)
    n = fit.n - (0 if fit.estimator in LIKELIHOOD else groups)
    scaled = fit.estimator in SCALED
    corrected = _corrected(fit, base)
    shifted = fit.estimator in ("WLSMV", "ULSMV")
    rmsea_scaled = NO_RMSEA
    if scaled and test.df > 0:
        value, df = (test.scaled, float(test.df)) if shifted else (test.value, test.trace)
        rmsea_scaled = rmsea(value, df, n, groups)
    robust = corrected is not None
    known = fit.samples[0].joint is None  # else the unscaled statistic follows no χ² distribution
    whole, covariances = standardised_residual(fit)
    parameters, log_likelihood = fit.table.n_free, fit.log_likelihood
    return FitMeasures(
        baseline_chi_squared=under.value,
        baseline_scaled=under.scaled,
        baseline_df=under.df,
        cfi=comparative(test.value, test.df, under.value, under.df) if known else np.nan,
        tli=tucker_lewis(test.value, test.df, under.value, under.df) if known else np.nan,
        cfi_scaled=comparative(test.scaled, test.df, under.scaled, under.df),
        tli_scaled=tucker_lewis(test.scaled, test.df, under.scaled, under.df),
        cfi_robust=comparative(
            corrected.value, corrected.factor * test.df, corrected.baseline, corrected.baseline_factor * under.df
        )
        if corrected is not None
        else np.nan,
        tli_robust=tucker_lewis(
            corrected.value, test.df, corrected.baseline, under.df, corrected.factor, corrected.baseline_factor
        )
        if corrected is not None
        else np.nan,
        rmsea=rmsea(test.value, float(test.df), n, groups) if known else NO_RMSEA,
        rmsea_scaled=rmsea_scaled,
        rmsea_robust=robust_rmsea(corrected, test.df, n, groups) if robust and corrected is not None else NO_RMSEA,
        srmr=whole,
        srmr_covariances=covariances,
        aic=2.0 * parameters - 2.0 * log_likelihood,
        bic=np.log(n) * parameters - 2.0 * log_likelihood,
        bic_adjusted=np.log((n + 2.0) / 24.0) * parameters - 2.0 * log_likelihood,
        corrected=corrected,
    )


def _corrected(fit: FactorFit, base: FactorFit) -> Corrected | None:
    """Return the statistics robust indices stand on, or None where there are none."""
    test, under = fit.inference.chi_squared, base.inference.chi_squared
    if test.df <= 0 or fit.inference.covariance is None or base.inference.covariance is None:
        return None
    if any(sample.patterns is not None for sample in fit.samples):
        return gap_correction(fit, base)
    if fit.estimator in ("WLSMV", "ULSMV"):
        return categorical_correction(fit)
    if fit.estimator in SCALED:
        return Corrected(test.value, test.factor, test.scaled, under.value, under.factor)
    return None


def comparative(value: float, df: float, baseline: float, baseline_df: float) -> float:
    """Return the CFI."""
    if not np.isfinite(value) or not np.isfinite(baseline):
        return np.nan
    above = max(value - df, 0.0)
    bottom = max(baseline - baseline_df, value - df, 0.0)
    return 1.0 - above / bottom if bottom > 0 else 1.0


def tucker_lewis(
    value: float, df: float, baseline: float, baseline_df: float, factor: float = 1.0, baseline_factor: float = 1.0
) -> float:
    """Return the TLI."""
    if df <= 0 or not np.isfinite(value) or not np.isfinite(baseline):
        return np.nan
    bottom = (baseline - baseline_factor * baseline_df) * df
    return 1.0 - (value - factor * df) * baseline_df / bottom if bottom != 0 else np.nan


def rmsea(value: float, df: float, n: int, groups: int, factor: float = 1.0, of: float | None = None) -> Rmsea:
    """Return the RMSEA of a statistic; ``of`` gives the point estimate's own statistic."""
    if not (df > 0 and factor > 0 and value >= 0 and np.isfinite(value)):
        return NO_RMSEA
    point = value if of is None else of
    estimate = np.sqrt(max(point / (n * df) - factor / n, 0.0) * groups)

    def bound(tail: float) -> float:
        if chndtr(value, df, 0.0) < tail:
            return 0.0
        top = max(float(n), 4.0 * value)
        while chndtr(value, df, top) > tail:
            top *= 2.0
        centre = brentq(lambda at: float(chndtr(value, df, at)) - tail, 0.0, top, xtol=1e-9)
        return float(np.sqrt(factor * centre / (n * df) * groups))

    centre = n * df * CLOSE**2 / (groups * factor)
    low, high = bound((1.0 + LEVEL) / 2.0), bound((1.0 - LEVEL) / 2.0)
    return Rmsea(
        float(estimate), min(low, float(estimate)), max(high, float(estimate)), 1.0 - float(chndtr(value, df, centre))
    )


def robust_rmsea(corrected: Corrected, df: int, n: int, groups: int) -> Rmsea:
    """Return the RMSEA of a corrected statistic."""
    return rmsea(corrected.scaled, float(df), n, groups, corrected.factor, corrected.value)


def standardised_residual(fit: FactorFit) -> tuple[float, float]:
    """Return the SRMR of all moments, and of (co)variances alone; groups weigh by their respondents."""
    whole, part = 0.0, 0.0
    for structure, sample, share in zip(fit.structures, fit.samples, shares(fit.samples), strict=True):
        matrices = structure.matrices(fit.minimum.parameters)
        p = len(sample.means)
        if structure.ordered:
            rows, columns = lower(p, -1)
            implied = structure.moments(matrices)[len(sample.thresholds) :]
            squares = float(((sample.covariance[rows, columns] - implied) ** 2).sum())
            one = np.sqrt(squares / (p * (p + 1) / 2))
            whole, part = whole + share * one, part + share * one
            continue
        scale = np.sqrt(np.diag(sample.covariance))
        rows, columns = lower(p)
        residual = (sample.covariance - matrices.covariance) / np.outer(scale, scale)
        squares = float((residual[rows, columns] ** 2).sum())
        part += share * np.sqrt(squares / len(rows))
        if structure.means:
            squares += float((((sample.means - matrices.means) / scale) ** 2).sum())
        whole += share * np.sqrt(squares / (len(rows) + (p if structure.means else 0)))
    return float(whole), float(part)
