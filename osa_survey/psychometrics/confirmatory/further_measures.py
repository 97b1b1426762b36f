"""Indices of fit that older papers and other programs print beside the usual ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, chndtr

from osa_survey.psychometrics.confirmatory.criteria import sample_moments, shares
from osa_survey.psychometrics.confirmatory.fit_measures import SCALED, FitMeasures
from osa_survey.psychometrics.confirmatory.fits import LIKELIHOOD, FactorFit, moment_weights
from osa_survey.psychometrics.confirmatory.inference import upper_tail
from osa_survey.psychometrics.confirmatory.normal_weights import saturated_information
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.confirmatory.residual_measures import ResidualMeasures, residual_measures
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.structures import Structure, lower

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Incremental:
    """Indices against the baseline model, of one version of the statistic; NaN where a version has none.

    Attributes
    ----------
    nfi, rfi, pnfi : float
        Normed and relative fit index, and the normed one times the ratio of degrees of freedom (parsimony).
    ifi, rni : float
        Incremental fit index; relative noncentrality index (the CFI without its bounds).
    """

    nfi: float = np.nan
    rfi: float = np.nan
    pnfi: float = np.nan
    ifi: float = np.nan
    rni: float = np.nan


@dataclass(frozen=True)
class FurtherMeasures:
    """Indices beside those of ``FitMeasures``; NaN where an estimator has none.

    Attributes
    ----------
    discrepancy : float
        Half the discrepancy at its minimum.
    baseline_p, baseline_p_scaled : float
        p of the baseline model.
    plain, scaled, robust : Incremental
        Indices against the baseline model; of the robust ones only the RNI is defined.
    gfi, agfi, pgfi : float
        Goodness of fit, adjusted for degrees of freedom, and times their share (parsimony).
    mcdonald : float
        McDonald's noncentrality index.
    cross_validation : float
        Expected cross-validation index (likelihood only).
    critical_n_05, critical_n_01 : float
        Hoelter's critical N at both levels.
    wrmr : float
        Weighted root mean square residual (ordinal items only).
    not_close, not_close_scaled, not_close_robust : float
        p of the hypothesis that RMSEA is .08 or more.
    residuals : ResidualMeasures
        Root mean square residuals.
    """

    discrepancy: float
    baseline_p: float
    baseline_p_scaled: float
    plain: Incremental
    scaled: Incremental
    robust: Incremental
    gfi: float
    agfi: float
    pgfi: float
    mcdonald: float
    cross_validation: float
    critical_n_05: float
    critical_n_01: float
    wrmr: float
    not_close: float
    not_close_scaled: float
    not_close_robust: float
    residuals: ResidualMeasures


NOT_CLOSE = 0.08


def further_measures(fit: FactorFit, measures: FitMeasures) -> FurtherMeasures:
    """Return the further indices of a model.

    Parameters
    ----------
    fit : FactorFit
        The model.
    measures : FitMeasures
        Its usual indices, which know the baseline model.

    Notes
    -----
    With the statistic ``T`` on ``df`` and ``T_b`` on ``df_b`` of the baseline model: ``NFI = (T_b - T) / T_b``,
    ``RFI = 1 - (T / df) / (T_b / df_b)``, ``IFI = (T_b - T) / (T_b - df)``,
    ``RNI = 1 - (T - df) / (T_b - df_b)``, ``PNFI = NFI df / df_b``. With the moments ``s``, their implied values
    ``sigma`` and the weights ``W`` of the estimator (for likelihood those of normal theory at the implied moments)
    ``GFI = 1 - (s - sigma)' W (s - sigma) / s' W s``, ``AGFI = 1 - (1 - GFI) k / df`` and ``PGFI = GFI df / k`` with
    ``k`` moments; where means are modelled they are among the moments, as in lavaan, which draws all three to one.
    ``MFI = exp(-(T - df) / 2N)``, ``ECVI = (T + 2 q) / N``, ``CN = chi2(1 - alpha, df) N / T + 1``,
    ``WRMR = sqrt(T / k)`` with the ``k`` of one group, as in lavaan. With gaps ``s`` are the saturated model's
    maximum likelihood moments; lavaan 0.6-14 takes pairwise ones there.

    References
    ----------
    Bentler, P. M., & Bonett, D. G. (1980). Significance tests and goodness of fit in the analysis of covariance
    structures. Psychological Bulletin, 88(3), 588-606. doi:10.1037/0033-2909.88.3.588

    Bollen, K. A. (1989). A new incremental fit index for general structural equation models. Sociological Methods &
    Research, 17(3), 303-316. doi:10.1177/0049124189017003004

    Tanaka, J. S., & Huba, G. J. (1985). A fit index for covariance structure models under arbitrary GLS estimation.
    British Journal of Mathematical and Statistical Psychology, 38(2), 197-201. doi:10.1111/j.2044-8317.1985.tb00834.x

    McDonald, R. P. (1989). An index of goodness-of-fit based on noncentrality. Journal of Classification, 6(1),
    97-103. doi:10.1007/BF01908590

    Hoelter, J. W. (1983). The analysis of covariance structures: Goodness-of-fit indices. Sociological Methods &
    Research, 11(3), 325-344. doi:10.1177/0049124183011003003
    """
    test = fit.inference.chi_squared
    groups = len(fit.samples)
    n = fit.n - (0 if fit.estimator in LIKELIHOOD else groups)
    value, df = test.value, test.df
    base, base_scaled, base_df = measures.baseline_chi_squared, measures.baseline_scaled, measures.baseline_df
    distributed = fit.estimator not in ("ULS", "ULSMV")
    scaled = fit.estimator in SCALED
    shifted = fit.estimator in ("WLSMV", "ULSMV")
    not_close_scaled = not_close_robust = np.nan
    if scaled and df > 0:
        statistic, scaled_df = (test.scaled, float(df)) if shifted else (test.value, test.trace)
        not_close_scaled = not_close(statistic, scaled_df, n, groups)
    if measures.corrected is not None:
        corrected = measures.corrected
        not_close_robust = not_close(corrected.scaled, float(df), n, groups, corrected.factor)
    sizes = [moments(structure, sample)[0].size for structure, sample in zip(fit.structures, fit.samples, strict=True)]
    k = sum(sizes)
    gfi = goodness(fit)
    return FurtherMeasures(
        discrepancy=value / (2.0 * fit.n),
        baseline_p=upper_tail(base, base_df) if distributed else np.nan,
        baseline_p_scaled=upper_tail(base_scaled, base_df),
        plain=incremental(value, df, base, base_df),
        scaled=incremental(test.scaled, df, base_scaled, base_df),
        robust=Incremental(rni=_robust_noncentrality(measures, df, base_df)),
        gfi=gfi,
        agfi=1.0 - (1.0 - gfi) * k / df if df > 0 else 1.0,
        pgfi=gfi * df / k,
        mcdonald=float(np.exp(-0.5 * (value - df) / n)),
        cross_validation=(value + 2.0 * fit.table.n_free) / n if fit.estimator not in ORDINAL else np.nan,
        critical_n_05=critical_n(value, df, n, 0.05),
        critical_n_01=critical_n(value, df, n, 0.01),
        wrmr=float(np.sqrt(value / sizes[0])) if fit.estimator in ORDINAL else np.nan,
        not_close=not_close(value, float(df), n, groups),
        not_close_scaled=not_close_scaled,
        not_close_robust=not_close_robust,
        residuals=residual_measures(fit),
    )


def incremental(value: float, df: int, baseline: float, baseline_df: int) -> Incremental:
    """Return the indices of a statistic against that of the baseline model.

    A model worse than the baseline keeps its negative RFI, and an IFI without a baseline that misses is NaN; lavaan
    prints one in both cases.
    """
    if not (np.isfinite(value) and np.isfinite(baseline) and baseline > 0 and df > 0 and baseline_df > 0):
        return Incremental()
    normed = (baseline - value) / baseline
    relative = 1.0 - (value / df) / (baseline / baseline_df)
    return Incremental(
        nfi=normed if df <= baseline_df else np.nan,
        rfi=relative if df <= baseline_df else np.nan,
        pnfi=normed * df / baseline_df,
        ifi=(baseline - value) / (baseline - df) if baseline > df else np.nan,
        rni=1.0 - (value - df) / (baseline - baseline_df) if baseline != baseline_df else np.nan,
    )


def _robust_noncentrality(measures: FitMeasures, df: int, baseline_df: int) -> float:
    corrected = measures.corrected
    if corrected is None:
        return np.nan
    bottom = corrected.baseline - corrected.baseline_factor * baseline_df
    return 1.0 - (corrected.value - corrected.factor * df) / bottom if bottom != 0 else np.nan


def critical_n(value: float, df: int, n: int, alpha: float) -> float:
    """Return the number of respondents at which the discrepancy would just be significant."""
    return float(chdtri(df, alpha)) * n / value + 1.0 if df > 0 and value > 0 else np.nan


def not_close(value: float, df: float, n: int, groups: int, factor: float = 1.0) -> float:
    """Return p of the hypothesis that RMSEA is .08 or more."""
    if not (df > 0 and np.isfinite(value) and factor > 0):
        return np.nan
    return float(chndtr(value, df, n * df * NOT_CLOSE**2 / (groups * factor)))


def goodness(fit: FactorFit) -> float:
    """Return the GFI; groups weigh by their respondents."""
    total = 0.0
    for structure, sample, share in zip(fit.structures, fit.samples, shares(fit.samples), strict=True):
        observed, implied = moments(structure, sample, fit.minimum.parameters)
        weight = _weight(fit, structure, sample)
        residual = observed - implied
        if weight.ndim == 1:
            missed, whole = weight @ residual**2, weight @ observed**2
        else:
            missed, whole = residual @ weight @ residual, observed @ weight @ observed
        total += float(share) * (1.0 - float(missed) / float(whole))
    return total


def moments(structure: Structure, sample: GroupSample, parameters: Floats | None = None) -> tuple[Floats, Floats]:
    """Return what the model is held against in one group, and (with parameters) what it implies."""
    if structure.ordered:
        observed = sample_moments(sample)
    else:
        rows, columns = lower(len(sample.means))
        observed = sample.covariance[rows, columns]
        observed = np.concatenate([sample.means, observed]) if structure.means else observed
    if parameters is None:
        return observed, observed
    return observed, structure.moments(structure.matrices(parameters))


def _weight(fit: FactorFit, structure: Structure, sample: GroupSample) -> Floats:
    """Return the weights of the moments: a diagonal for least squares without a full matrix."""
    if structure.ordered:
        return moment_weights(sample, fit.estimator)
    if fit.estimator == "ULS":
        return np.ones(moments(structure, sample)[0].size)
    matrices = structure.matrices(fit.minimum.parameters)
    means, covariance = (
        (sample.means, sample.covariance) if fit.estimator == "GLS" else (matrices.means, matrices.covariance)
    )
    return saturated_information(sample, means, covariance, observed=False, with_means=structure.means)


__all__ = ["FurtherMeasures", "Incremental", "critical_n", "further_measures", "incremental"]
