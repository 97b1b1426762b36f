"""Agreement of two raters on categories beyond chance: Cohen's kappa, plain and weighted."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.spreads import Floats

Weights = Literal["none", "linear", "quadratic"]


def cohens_kappa(table: Floats, conf_level: float = 0.95, *, weights: Weights = "none") -> Effect:
    """Return Cohen's kappa of a square table of counts.

    Parameters
    ----------
    table : ndarray of float, shape (categories, categories)
        People by the first rater's (rows) and the second rater's category, in the same order.
    conf_level : float
        Level of the two-sided interval.
    weights : {"none", "linear", "quadratic"}
        Credit for near agreement: 1 − |i − j|/(k − 1), or with the square of the distance. With two categories all
        three are the same.

    Notes
    -----
    κ = (p_o − p_e)/(1 − p_e). The standard error is the large-sample one of Fleiss, Cohen and Everitt:
    n (1 − p_e)⁴ Var = Σ p_ij [w_ij (1 − p_e) − (w̄_i. + w̄_.j)(1 − p_o)]² − (p_o p_e − 2 p_e + p_o)²; the interval is
    κ ± z SE.

    References
    ----------
    Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
    Psychological Bulletin, 72(5), 323–327. doi:10.1037/h0028106
    """
    k = len(table)
    words = {"none": "unweighted", "linear": "linear weights", "quadratic": "quadratic weights"}[weights]
    method = f"Cohen's κ, {words}, large-sample interval"
    n = float(table.sum())
    if table.shape != (k, k) or k < 2 or n == 0:
        return undefined(method, "κ needs the same categories, two or more, for both raters")
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    credit = np.eye(k) if weights == "none" else 1 - (distance if weights == "linear" else distance**2)
    observed = float((credit * shares).sum())
    expected = float((credit * np.outer(rows, columns)).sum())
    if 1 - expected < 1e-12:
        return undefined(method, "both raters use one category only: agreement beyond chance is not defined")
    kappa = (observed - expected) / (1 - expected)
    by_row, by_column = credit @ columns, rows @ credit
    inner = credit * (1 - expected) - (by_row[:, None] + by_column[None, :]) * (1 - observed)
    spread = float((shares * inner**2).sum()) - (observed * expected - 2 * expected + observed) ** 2
    std_error = math.sqrt(max(0.0, spread) / n) / (1 - expected) ** 2
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(kappa, (max(-1.0, kappa - half), min(1.0, kappa + half)), method, std_error=std_error)
