"""Design effects: the variance under a sampling plan against that of a simple random sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.means import weighted_means
from osa_survey.weighting.second_moments import weighted_variances
from osa_survey.weighting.statistics import under_design

Floats = NDArray[np.float64]


def design_effects(values: Floats, design: SurveyDesign, *, replacement: bool = True) -> Floats:
    """Return the design effect of each mean.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,) or (respondents, p)
        Numbers, or 0 and 1 for proportions; NaN stands outside, column by column.
    design : SurveyDesign
        The design, or a domain of it.
    replacement : bool
        Whether the simple random sample it is compared with is drawn with replacement. Without, the weights must count
        the people of the population.

    Returns
    -------
    ndarray of float, shape (p,)
        V(design)/V(simple), V(simple) = s²/n, times 1 − n/Σw without replacement. NaN where a variable is constant or,
        without replacement, the weights add up to n or less.

    References
    ----------
    Kish, L. (1965). Survey sampling. Wiley.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 3.0, 6.0])
    >>> design_effects(y, SurveyDesign("opt-in", np.ones(4))).round(12)
    array([1.])
    """
    X = values[:, None] if values.ndim == 1 else values
    found = under_design(lambda w: weighted_means(X, w), design)
    own = np.where(np.isnan(X), 0.0, design.weights[:, None])
    n, population = np.count_nonzero(own, axis=0), own.sum(axis=0)
    simple = weighted_variances(X, design.weights).estimate / np.maximum(n, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        if not replacement:
            simple = np.where(population > n, simple * (1 - n / population), np.nan)
        effects: Floats = np.where(simple > 0, np.diag(found.covariance) / simple, np.nan)
    return effects
