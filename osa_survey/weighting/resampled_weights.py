"""Weights of resamples of a sampling plan, block by block, or why a design has none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.recalibration import recalibrated
from osa_survey.weighting.replicate_factors import rescaled_bootstrap

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
REFERENCE_RAO_WU = (
    "Rao, J. N. K., Wu, C. F. J., & Yue, K. (1992). Some recent work on resampling methods for complex surveys. Survey "
    "Methodology, 18(2), 209–217."
)


def sampled_clusters(design: SurveyDesign) -> tuple[Codes, Codes]:
    """Return the first-stage cluster of each respondent, and the stratum of each cluster."""
    clusters = design.clusters if design.clusters is not None else np.arange(len(design))
    strata = np.zeros(int(clusters.max(initial=0)) + 1, dtype=np.int64)
    if design.strata is not None:
        strata[clusters] = design.strata
    return clusters, strata


def weights_of(design: SurveyDesign, clusters: Codes, factors: Floats) -> Floats:
    """Return the weights of replicates, shape (respondents, replicates), from the factors of the clusters in each.

    Notes
    -----
    Factors meet the weights as they were before any calibration; the calibrations are repeated in each replicate.
    """
    start = design.calibrations[0].before if design.calibrations else design.weights
    weights: Floats = start[:, None] * factors[clusters]
    for calibration in design.calibrations:
        weights = recalibrated(weights, calibration)
    return weights


def are_resamples(design: SurveyDesign) -> bool:
    """Tell whether replicate weights are themselves draws of the estimate: a bootstrap of the usual scale.

    Notes
    -----
    The variance of numbers θ_r is scale · Σ rscale_r (θ_r − c)². Where scale · R · rscale_r is 1 (up to R/(R − 1)) the
    θ_r spread as the estimate does, so that their quantiles can be taken. Those of jackknives and half samples are no
    draws.
    """
    found = design.replicates
    if found is None or found.kind != "bootstrap":
        return False
    number = len(found)
    return bool(np.allclose(found.scale * number * found.rscales, 1.0, rtol=0, atol=1.5 / max(number - 1, 1)))


def no_resamples(design: SurveyDesign) -> str:
    """Return why resamples of a design cannot be drawn, "" where they can (or are declared)."""
    if are_resamples(design):
        return ""
    found = design.replicates
    if found is not None and not design.stages:
        kind = (
            "bootstrap weights with a scale of their own" if found.kind == "bootstrap" else f"{found.kind} replicates"
        )
        return f"{kind} do not spread as an estimate does, and no strata or clusters are declared beside them"
    _, strata = sampled_clusters(design)
    if design.lonely == "adjust" and (np.bincount(strata) == 1).any():
        return "a stratum with one cluster has no resamples"
    return ""


def resampled_weights(design: SurveyDesign, replicates: int, *, seed: int, first: int = 0) -> Floats:
    """Return weights of the rescaled bootstrap of Rao, Wu and Yue (1992); calibrations are repeated in each.

    Parameters
    ----------
    design : SurveyDesign
        The plan; replicate weights of its own are left aside.
    replicates : int
        How many.
    seed : int
        Seed of all of them.
    first : int
        The number of the first: replicate r is the same whatever block it is asked for in.

    Returns
    -------
    ndarray of float, shape (respondents, replicates)
        The finite population correction is left out.
    """
    clusters, strata = sampled_clusters(design)
    factors, _, _ = rescaled_bootstrap(strata, replicates, seed, first)
    return weights_of(design, clusters, factors)
