"""How well a model fits: information criteria and pseudo-R², each under its name."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from osa_survey.models.fits import Floats


@dataclass(frozen=True)
class InformationCriteria:
    """Information criteria; smaller is better.

    Attributes
    ----------
    aic, aicc, bic : float
        −2ℓ + 2p; the same with the small-sample correction 2p(p + 1) / (n − p − 1), infinite without degrees of
        freedom; −2ℓ + p log n.
    """

    aic: float
    aicc: float
    bic: float


@dataclass(frozen=True)
class PseudoR2:
    """Pseudo-R² from the log-likelihoods of a model (ℓ) and of the intercept alone (ℓ₀).

    Attributes
    ----------
    mcfadden : float
        1 − ℓ/ℓ₀.
    mcfadden_adjusted : float
        1 − (ℓ − p)/ℓ₀ with p coefficients beyond the intercept.
    cox_snell : float
        1 − exp(2(ℓ₀ − ℓ)/n).
    nagelkerke : float
        Cox–Snell divided by its largest possible value 1 − exp(2ℓ₀/n), which presumes a discrete outcome.
    """

    mcfadden: float
    mcfadden_adjusted: float
    cox_snell: float
    nagelkerke: float


def information_criteria(log_likelihood: float, parameters: int, n: int) -> InformationCriteria:
    """Return AIC, AICc and BIC.

    Examples
    --------
    >>> information_criteria(-100.0, 3, 50).aic
    206.0
    """
    aic = 2 * parameters - 2 * log_likelihood
    rest = n - parameters - 1
    small = 2 * parameters * (parameters + 1) / rest if rest > 0 else math.inf
    return InformationCriteria(aic, aic + small, math.log(n) * parameters - 2 * log_likelihood)


def pseudo_r2(log_likelihood: float, null: float, n: float, predictors: int) -> PseudoR2:
    """Return the pseudo-R² that follow from two log-likelihoods.

    Parameters
    ----------
    log_likelihood, null : float
        Of the model, and of the same family with the intercept alone on the same respondents.
    n : float
        Respondents (Σw under weights).
    predictors : int
        Coefficients beyond the intercept.

    References
    ----------
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka (Ed.), Frontiers in
    econometrics (pp. 105–142). Academic Press.
    Cox, D. R., & Snell, E. J. (1989). Analysis of binary data (2nd ed.). Chapman & Hall.
    Nagelkerke, N. J. D. (1991). A note on a general definition of the coefficient of determination. Biometrika, 78,
    691–692. doi:10.1093/biomet/78.3.691
    """
    cox_snell = -math.expm1(2 * (null - log_likelihood) / n)
    return PseudoR2(
        mcfadden=1 - log_likelihood / null,
        mcfadden_adjusted=1 - (log_likelihood - predictors) / null,
        cox_snell=cox_snell,
        nagelkerke=cox_snell / -math.expm1(2 * null / n),
    )


def tjur_r2(y: Floats, probability: Floats, weights: Floats | None = None) -> float:
    """Return the mean fitted probability of events minus that of non-events.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        1 for events, 0 otherwise.
    probability : ndarray of float, shape (respondents,)
        Fitted probabilities.
    weights : ndarray of float, optional
        Weights.

    References
    ----------
    Tjur, T. (2009). Coefficients of determination in logistic regression models. The American Statistician, 63,
    366–372. doi:10.1198/tast.2009.08210

    Examples
    --------
    >>> round(tjur_r2(np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.7, 0.2])), 10)
    0.6
    """
    w = np.ones(len(y)) if weights is None else weights
    event = w * (y == 1)
    other = w * (y == 0)
    return float(event @ probability / event.sum() - other @ probability / other.sum())
