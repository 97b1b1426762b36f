"""Firth's penalised logistic regression, with profile intervals."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, log_expit

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Family, Fit, Floats
from osa_survey.models.inputs import Inputs, checked
from osa_survey.models.likelihood_tests import Test, likelihood_ratio
from osa_survey.models.newton import Optimum, Point, maximise
from osa_survey.models.unreachable_maxima import with_note_on_convergence

FARTHEST = 40
"""How many times a search for the end of an interval doubles its reach."""


def penalised_fit(family: Family, inputs: Inputs, start: Floats | None) -> Fit:
    """Return the maximum of Firth's penalised log-likelihood.

    Parameters
    ----------
    family : Family
        What the fit says it is.
    inputs : Inputs
        Checked arrays of those with weight.
    start : ndarray of float, optional
        Coefficients of a similar fit.

    Returns
    -------
    Fit
        ``log_likelihood`` holds the penalised one, ``information`` is X'WX at the estimates (no curvature of the
        penalty, as in R's logistf), ``scores`` are the modified ones xᵢ(yᵢ − pᵢ + hᵢ(½ − pᵢ)/wᵢ), whose weighted sum is
        zero; hᵢ is the leverage of the weighted rows.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. Biometrika, 80, 27–38. doi:10.1093/biomet/80.1.27
    Heinze, G., & Schemper, M. (2002). A solution to the problem of separation in logistic regression. Statistics in
    Medicine, 21, 2409–2419. doi:10.1002/sim.1047
    """
    X, w = inputs.X, inputs.weights
    begin = np.zeros(X.shape[1]) if start is None else np.asarray(start, dtype=np.float64)
    best = _search(inputs, begin, None)
    p, leverage, information = _state(inputs, best.parameters)
    adjustment = leverage * (0.5 - p) / w
    fit = Fit(
        family=family,
        parameters=best.parameters,
        names=(),
        n_coefficients=X.shape[1],
        log_likelihood=best.point.value,
        scores=X * (inputs.y - p + adjustment)[:, None],
        information=information,
        converged=best.converged,
        iterations=best.iterations,
        weight_sum=float(w.sum()),
        n_used=int(inputs.used.sum()),
    )
    return with_note_on_convergence(fit)


def penalised_interval(
    fit: Fit,
    y: Floats,
    X: Floats,
    column: int,
    *,
    weights: Floats | None = None,
    offset: Floats | None = None,
    conf_level: float = 0.95,
) -> tuple[float, float]:
    """Return the profile penalised likelihood interval of one coefficient.

    Parameters
    ----------
    fit : Fit
        A fit of ``BinaryLogit(penalty="firth")``.
    y, X, weights, offset : ndarray of float
        What it was fitted to.
    column : int
        Which coefficient.
    conf_level : float
        Level of the interval.

    Returns
    -------
    tuple of float
        The values at which twice the fall of the profiled penalised log-likelihood reaches the χ² quantile with one
        degree of freedom; infinite where it never does.

    Raises
    ------
    AnalysisError
        If the fit is not a penalised one.
    """
    from scipy.stats import chi2

    inputs = _penalised_inputs(fit, y, X, weights, offset)
    fall = 0.5 * float(chi2.ppf(conf_level, 1))
    estimate = float(fit.parameters[column])
    step = math.sqrt(float(np.linalg.inv(fit.information)[column, column])) * math.sqrt(2 * fall)

    def excess(value: float) -> float:
        begin = fit.parameters.copy()
        begin[column] = value
        return fit.log_likelihood - _search(inputs, begin, column).point.value - fall

    return _crossing(excess, estimate, -step), _crossing(excess, estimate, step)


def penalised_test(
    fit: Fit, y: Floats, X: Floats, column: int, *, weights: Floats | None = None, offset: Floats | None = None
) -> Test:
    """Return the penalised likelihood ratio test that one coefficient is zero.

    Parameters
    ----------
    fit, y, X, column, weights, offset
        As in ``penalised_interval``.

    Notes
    -----
    The penalty is that of the whole model in both likelihoods, so that the test rejects exactly where zero lies outside
    the profile interval (Heinze & Schemper, 2002).
    """
    inputs = _penalised_inputs(fit, y, X, weights, offset)
    begin = fit.parameters.copy()
    begin[column] = 0.0
    return likelihood_ratio(_search(inputs, begin, column).point.value, fit.log_likelihood, 1)


def _penalised_inputs(fit: Fit, y: Floats, X: Floats, weights: Floats | None, offset: Floats | None) -> Inputs:
    if getattr(fit.family, "penalty", "") != "firth":
        message = "profiles of a penalised likelihood belong to fits with Firth's penalty"
        raise AnalysisError(Problem("not_penalised", message, hint="fit BinaryLogit(penalty='firth')"))
    return checked(y, X, weights, None, offset, family=fit.family.name).with_weight()


def _crossing(excess: Callable[[float], float], estimate: float, step: float) -> float:
    """Return where the profile has fallen far enough, going from the estimate in the direction of the step."""
    near, reach = estimate, step
    for _ in range(FARTHEST):
        far = estimate + reach
        if excess(far) > 0:
            return float(brentq(excess, near, far, xtol=1e-10, rtol=1e-12))
        near, reach = far, reach * 1.5
    return math.copysign(math.inf, step)


def _state(inputs: Inputs, beta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return probabilities, leverages and X'WX."""
    X, w = inputs.X, inputs.weights
    eta = X @ beta + (0.0 if inputs.offset is None else inputs.offset)
    p = expit(eta)
    curvature = w * p * (1 - p)
    information = weighted_cross(X, curvature)
    leverage = np.einsum("ij,ij->i", X @ np.linalg.pinv(information, hermitian=True), X) * curvature
    return p, leverage, information


def _penalty_curvature(inputs: Inputs, p: Floats, leverage: Floats, information: Floats) -> Floats:
    """Return ∂² ½ log|I| / ∂β∂β' = ½ (Σ hᵢ(cᵢ² − 2vᵢ)xᵢxᵢ' − [tr I⁻¹IⱼI⁻¹Iₖ]) with c = 1 − 2p, v = p(1 − p).

    Iₖ = ∂I/∂βₖ = X' diag(wvc xₖ) X.
    """
    X, c, v = inputs.X, 1 - 2 * p, p * (1 - p)
    inverse = np.linalg.pinv(information, hermitian=True)
    slope = inputs.weights * v * c
    stack = np.array([inverse @ weighted_cross(X, slope * column) for column in X.T])
    return np.asarray(0.5 * (weighted_cross(X, leverage * (c**2 - 2 * v)) - np.einsum("jab,kba->jk", stack, stack)))


def _search(inputs: Inputs, begin: Floats, fixed: int | None) -> Optimum:
    """Return the penalised maximum, with one coefficient held where it begins if `fixed` is given."""
    X, y, w = inputs.X, inputs.y, inputs.weights
    free = np.array([column for column in range(X.shape[1]) if column != fixed], dtype=np.intp)
    full = begin.copy()

    def evaluate(some: Floats) -> Point | None:
        beta = full.copy()
        beta[free] = some
        eta = X @ beta + (0.0 if inputs.offset is None else inputs.offset)
        try:
            p, leverage, information = _state(inputs, beta)
        except np.linalg.LinAlgError:
            return None
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0:
            return None
        value = float(w @ (y * eta + log_expit(-eta))) + 0.5 * float(log_determinant)
        gradient = X.T @ (w * (y - p) + leverage * (0.5 - p))
        bent = information - _penalty_curvature(inputs, p, leverage, information)
        return Point(value, gradient[free], bent[np.ix_(free, free)])

    found = maximise(evaluate, begin[free], float(w.mean()))
    full[free] = found.parameters
    return Optimum(full, found.point, found.converged, found.iterations)
