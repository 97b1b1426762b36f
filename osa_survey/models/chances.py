"""The logistic curve."""

from __future__ import annotations

import numpy as np

from osa_survey.models.fits import Floats


def chance_and_cost(eta: Floats) -> tuple[Floats, Floats]:
    """Return the logistic probability p and −log(1 − p) = log(1 + e^η), with one exponential for both.

    Examples
    --------
    >>> p, cost = chance_and_cost(np.array([-800.0, 0.0, 800.0]))
    >>> p.tolist(), cost.round(6).tolist()
    ([0.0, 0.5, 1.0], [0.0, 0.693147, 800.0])
    """
    small = np.exp(-np.abs(eta))
    whole = small + 1.0
    p = np.where(eta >= 0.0, 1.0, small) / whole
    return p, np.maximum(eta, 0.0) + np.log(whole)
