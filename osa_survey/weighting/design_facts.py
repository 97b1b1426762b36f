"""What a design is worth: degrees of freedom, and what unequal weights cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ReplicateWeights, SurveyDesign

Floats = NDArray[np.float64]
RANK_TOLERANCE = 1e-10
"""Relative size of an eigenvalue of W'W that counts as zero: singular values below 1e-5, as in R's survey."""


@dataclass(frozen=True)
class WeightEffect:
    """What unequal weights cost.

    Attributes
    ----------
    n : int
        Respondents with a weight above 0.
    mean, minimum, maximum : float
        Of their weights; minimum and maximum as multiples of the mean.
    cv : float
        Coefficient of variation of the weights (denominator n).
    deff : float
        Kish's design effect of weighting, n Σw²/(Σw)² = 1 + cv².
    effective_n : float
        n/deff.
    """

    n: int
    mean: float
    minimum: float
    maximum: float
    cv: float
    deff: float
    effective_n: float


def weight_effect(weights: Floats) -> WeightEffect:
    """Return Kish's design effect and the effective n of weights.

    Parameters
    ----------
    weights : ndarray of float, shape (respondents,)
        Weights; zeros stand outside.

    References
    ----------
    Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics, 8(2), 183–200.

    Examples
    --------
    >>> weight_effect(np.array([1.0, 1.0, 2.0])).deff
    1.125
    """
    used = weights[weights > 0]
    if len(used) == 0:
        return WeightEffect(0, *(float("nan"),) * 6)
    mean = float(used.mean())
    deff = len(used) * float((used**2).sum()) / float(used.sum()) ** 2
    spread = float(np.sqrt(max(deff - 1, 0.0)))
    return WeightEffect(
        len(used), mean, float(used.min()) / mean, float(used.max()) / mean, spread, deff, len(used) / deff
    )


def design_df(design: SurveyDesign) -> int:
    """Return the degrees of freedom of a design, those of a t interval for a mean.

    Parameters
    ----------
    design : SurveyDesign
        The design, or a domain of it.

    Returns
    -------
    int
        Clusters minus strata among respondents with a weight; with replicate weights the rank of their matrix less 1.

    References
    ----------
    Korn, E. L., & Graubard, B. I. (1999). Analysis of health surveys. doi:10.1002/9781118032619
    """
    if design.replicates is not None:
        return _rank(design.replicates) - 1
    used = design.weights > 0
    if not design.stages:
        return int(used.sum()) - 1
    stage = design.stages[0]
    clusters = np.count_nonzero(np.bincount(stage.clusters[used])) if used.any() else 0
    strata = np.count_nonzero(np.bincount(stage.strata[used])) if used.any() else 0
    return int(clusters) - int(strata)


def _rank(replicates: ReplicateWeights) -> int:
    W = replicates.weights
    if W.shape[1] > len(W):
        W = W.T
    values = np.linalg.eigvalsh(W.T @ W)
    return int((values > RANK_TOLERANCE * values.max(initial=0)).sum())
