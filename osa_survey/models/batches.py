"""Many logistic fits at once: one data set under many weights, or many data sets of one shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.chances import chance_and_cost
from osa_survey.models.fits import Floats, ManyFits
from osa_survey.models.replicates import check_weights_matrix
from osa_survey.models.stacks import Part, joined, products_of_columns, solved, unpacked

MOST_STEPS = 20
"""Finite estimates are reached in about eight steps. Where there are none, the squared step in standard errors shrinks
by a factor e a step only, and after twenty is far from `DECREMENT`: such fits are not converged."""
DECREMENT = 1e-12
"""Squared length of a step in standard errors below which one more step is the last."""
HALVINGS = 30
ROUNDING = 1e-13
AT_ONCE = 200_000
"""Numbers held at once for one array of respondents × fits."""

Derivatives = tuple[Floats, Floats, Floats]


def many_logits(
    y: Floats, X: Floats, weights_matrix: Floats, start: Floats | None = None, offset: Floats | None = None
) -> ManyFits:
    """Return logistic fits of one data set under each column of weights.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        0 or 1.
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    weights_matrix : ndarray of float, shape (respondents, fits)
        Weights, for example of replicates or counts of a bootstrap.
    start : ndarray of float, shape (columns,), optional
        The estimates under the full weights save two or three steps.
    offset : ndarray of float, shape (respondents,), optional
        Added to the log odds.

    Returns
    -------
    ManyFits
        One row for each column of weights; results do not depend on which columns are fitted together.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    n, k = X.shape
    products = products_of_columns(X)
    shift = np.zeros(n) if offset is None else y * offset
    begin = np.zeros(k) if start is None else np.asarray(start, dtype=np.float64)[:k]
    added = np.zeros(n) if offset is None else offset
    parts = []
    width = max(1, AT_ONCE // n)
    for first in range(0, weights.shape[1], width):
        w = np.ascontiguousarray(weights[:, first : first + width].T)
        beta = np.tile(begin, (len(w), 1))
        observed = (w * y) @ X

        def evaluate(b: Floats, which: NDArray[np.intp], w: Floats = w, observed: Floats = observed) -> Derivatives:
            p, cost = chance_and_cost(b @ X.T + added)
            chosen, right = (w, observed) if len(which) == len(w) else (w[which], observed[which])
            value = np.einsum("rk,rk->r", b, right) + chosen @ shift - np.einsum("rn,rn->r", chosen, cost)
            np.multiply(chosen, p, out=cost)
            gradient = right - cost @ X
            cost *= np.subtract(1.0, p, out=p)
            return value, gradient, unpacked(cost @ products, k)

        parts.append(_newton(evaluate, beta, w.mean(axis=1)))
    return joined(parts)


def fit_each_logit(y: Floats, X: Floats) -> ManyFits:
    """Return logistic fits of many data sets of one shape, for example simulated ones.

    Parameters
    ----------
    y : ndarray of float, shape (sets, respondents)
        0 or 1.
    X : ndarray of float, shape (sets, respondents, columns)
        Design matrices.
    """
    y, X = _checked_sets(y, X)
    sets, n, k = X.shape
    parts = []
    width = max(1, AT_ONCE // (n * k))
    for first in range(0, sets, width):
        some_y, some_x = y[first : first + width], X[first : first + width]

        def evaluate(
            b: Floats, which: NDArray[np.intp], some_y: Floats = some_y, some_x: Floats = some_x
        ) -> Derivatives:
            everyone = len(which) == len(some_y)
            x, outcome = (some_x, some_y) if everyone else (some_x[which], some_y[which])
            eta = np.matmul(x, b[:, :, None])[:, :, 0]
            p, cost = chance_and_cost(eta)
            value = (outcome * eta - cost).sum(axis=1)
            gradient = np.matmul((outcome - p)[:, None, :], x)[:, 0]
            information = np.matmul((x * (p * (1 - p))[:, :, None]).transpose(0, 2, 1), x)
            return value, gradient, information

        beta = np.zeros((len(some_y), k))
        parts.append(_newton(evaluate, beta, np.ones(len(some_y))))
    return joined(parts)


def _checked_sets(y: Floats, X: Floats) -> tuple[Floats, Floats]:
    y, X = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    if X.ndim != 3 or y.shape != X.shape[:2]:
        message = f"outcomes of shape {y.shape} do not go with design matrices of shape {X.shape}"
        raise AnalysisError(Problem("shapes_differ", message, hint="give (sets, respondents, columns)"))
    if not np.isfinite(X).all() or ((y != 0) & (y != 1)).any():
        raise AnalysisError(Problem("not_binary", "outcomes must be 0 or 1 and predictors finite"))
    return y, X


def _newton(evaluate: Callable[[Floats, NDArray[np.intp]], Derivatives], beta: Floats, scale: Floats) -> Part:
    """Return the maxima that Newton steps with halving reach, each fit for itself."""
    converged = np.zeros(len(beta), dtype=bool)
    active = np.arange(len(beta))
    value, gradient, information = evaluate(beta, active)
    for _ in range(MOST_STEPS):
        step, good = solved(information[active], gradient[active])
        decrement = np.einsum("rk,rk->r", step, gradient[active])
        last = decrement <= DECREMENT * scale[active]
        active, step, last = active[good], step[good], last[good]
        open_ = np.arange(len(active))
        fraction = 1.0
        for _ in range(HALVINGS):
            which = active[open_]
            tried = beta[which] + fraction * step[open_]
            found = evaluate(tried, which)
            with np.errstate(invalid="ignore"):
                better = found[0] >= value[which] - ROUNDING * (1.0 + np.abs(value[which]))
            taken = which[better]
            beta[taken] = tried[better]
            value[taken], gradient[taken], information[taken] = (part[better] for part in found)
            open_ = open_[~better]
            if not len(open_):
                break
            fraction /= 2
        converged[active[last]] = True
        active = active[~last]
        if not len(active):
            break
    return beta, information, value, converged
