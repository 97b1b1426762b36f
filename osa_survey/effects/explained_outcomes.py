"""What predictors explain of an outcome: intervals of R², of its rise by one predictor, and of partial f²."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.noncentral_intervals import noncentral_f_interval
from osa_survey.effects.spreads import Floats

Regressors = Literal["random", "fixed"]


def r_squared(r2: float, n: int, k: int, conf_level: float = 0.95, *, regressors: Regressors = "random") -> Effect:
    """Return R² with an interval.

    Parameters
    ----------
    r2 : float
        R² of a linear model with intercept.
    n, k : int
        Respondents and predictors (columns without the intercept).
    conf_level : float
        Level of the two-sided interval.
    regressors : {"random", "fixed"}
        Whether predictors were observed together with the outcome, as in a survey, or set by design.

    Notes
    -----
    Random: Olkin and Finn's large-sample standard error 2 √R² (1 − R²)(n − k − 1) / √((n² − 1)(n + 3)), normal,
    clipped to [0, 1]; it needs a few hundred respondents and gets narrow near 0. Fixed: the noncentrality λ of F is
    bounded; the bounds are λ/(λ + n).

    References
    ----------
    Olkin, I., & Finn, J. D. (1995). Correlations redux. Psychological Bulletin, 118(1), 155–164.
    doi:10.1037/0033-2909.118.1.155
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    df2 = n - k - 1
    if regressors == "fixed":
        method = "R², fixed regressors, noncentral F interval"
        if not 0 <= r2 < 1 or df2 <= 0:
            return effect(r2, (math.nan, math.nan), method)
        bounds = noncentral_f_interval((r2 / k) / ((1 - r2) / df2), k, df2, conf_level)
        return effect(r2, (bounds.low / (bounds.low + n), bounds.high / (bounds.high + n)), method)
    method = "R², random regressors, Olkin–Finn large-sample interval"
    std_error = 2 * math.sqrt(max(r2, 0.0)) * (1 - r2) * df2 / math.sqrt((n**2 - 1.0) * (n + 3))
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(r2, (max(0.0, r2 - half), min(1.0, r2 + half)), method, std_error=std_error)


def semipartial_r_squared(y: Floats, X: Floats, conf_level: float = 0.95) -> list[Effect]:
    """Return for each column the loss of R² without it, with a large-sample interval for random regressors.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome.
    X : ndarray of float, shape (respondents, columns)
        The predictors without intercept, of full rank.
    conf_level : float
        Level of the two-sided intervals.

    Notes
    -----
    sr² = R²_full − R²_without is a smooth function of the covariance matrix S of (y, X). With the residual weights
    v = (1, −b) of a model, 1 − R² = v'Sv/s_y², so the gradient is G = −[v_f v_f' − v_r v_r' − (R²_r − R²_f) ee']/s_y²
    with e the unit vector of y, and Var = 2 tr(GSGS)/n in normal samples (Alf & Graf, 1999). The interval
    sr² ± z SE is cut at 0 and 1; where the true sr² is zero the limiting distribution is not normal and the interval
    is a rough guide.

    References
    ----------
    Alf, E. F., & Graf, R. G. (1999). Asymptotic confidence limits for the difference between two squared multiple
    correlations: A simplified approach. Psychological Methods, 4(1), 70–75. doi:10.1037/1082-989X.4.1.70
    """
    both = np.column_stack([y, X])
    S = np.cov(both, rowvar=False)
    z = float(stats.norm.ppf((1 + conf_level) / 2))
    full, found = _residual_weights(S, list(range(1, len(S)))), []
    for column in range(1, len(S)):
        reduced = _residual_weights(S, [other for other in range(1, len(S)) if other != column])
        lost = float(reduced @ S @ reduced - full @ S @ full) / S[0, 0]
        G = -(np.outer(full, full) - np.outer(reduced, reduced)) / S[0, 0]
        G[0, 0] -= lost / S[0, 0]
        product = G @ S
        std_error = math.sqrt(max(0.0, 2 * float((product * product.T).sum()) / len(y)))
        bounds = (max(0.0, lost - z * std_error), min(1.0, lost + z * std_error))
        method = "loss of R² without this column, large-sample interval (Alf–Graf)"
        found.append(effect(lost, bounds, method, std_error=std_error))
    return found


def partial_f_squared(t: float, df: float, conf_level: float = 0.95) -> Effect:
    """Return Cohen's f² of one coefficient, t²/df, with a noncentral F interval (fixed regressors).

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587
    """
    bounds = noncentral_f_interval(t * t, 1, df, conf_level)
    method = "f² = t²/df of the coefficient, fixed regressors, noncentral F interval"
    return effect(t * t / df, (bounds.low / df, bounds.high / df), method)


def _residual_weights(S: Floats, predictors: list[int]) -> Floats:
    weights = np.zeros(len(S))
    weights[0] = 1.0
    if predictors:
        weights[predictors] = -np.linalg.solve(S[np.ix_(predictors, predictors)], S[predictors, 0])
    return weights
