"""Draws from the Bayesian normal linear model by cross-products, and donors with predictions nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

RIDGE = 1e-5
"""Share of each predictor's variance added to it, so that near-collinear predictors give a finite answer."""
CONSTANT = 1e-8
"""A standardised predictor with less variance than this among the rows of a model is constant and left out."""
TIE = 1e-10
"""Predictions nearer to each other than this share of their range are ties."""


@dataclass(frozen=True, repr=False)
class LinearDraw:
    """A linear model estimated and drawn once.

    Attributes
    ----------
    estimate, drawn : ndarray, shape (q,)
        Coefficients of all columns of the design matrix (0 for those that are no predictors): least squares, and drawn
        from their posterior.
    sigma : float
        The drawn residual standard deviation.
    """

    estimate: Floats
    drawn: Floats
    sigma: float


def draw_linear(cross: Floats, own: int, predictors: Ints, generator: np.random.Generator) -> LinearDraw:
    """Draw the parameters of a normal linear model from the posterior under the usual vague prior.

    Parameters
    ----------
    cross : ndarray, shape (q, q)
        Z'Z over the rows of the model; column 0 of Z is the intercept, the others are roughly standardised.
    own : int
        The column of the outcome.
    predictors : ndarray of int
        The columns of the predictors, without the intercept.
    generator : numpy.random.Generator
        Randomness.

    Returns
    -------
    LinearDraw
        Coefficients over all columns of Z.

    Notes
    -----
    σ² = RSS / χ²(n − p − 1), β ~ N(β̂, σ² C⁻¹) with C the centred cross-products plus ``RIDGE`` times their diagonal
    (Rubin 1987, section 5.3; van Buuren & Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03).
    """
    n = cross[0, 0]
    means = cross[0] / n
    x_means = means[predictors]
    block = cross[np.ix_(predictors, predictors)]
    centred = block - n * np.outer(x_means, x_means)
    with_own = cross[predictors, own] - n * x_means * means[own]
    total = cross[own, own] - n * means[own] ** 2
    spread = centred.diagonal().copy()
    flat = spread < CONSTANT * n
    with_own[flat] = 0.0
    penalty = np.where(flat, n, RIDGE * spread)
    centred[np.diag_indices_from(centred)] += penalty
    half = np.linalg.inv(np.linalg.cholesky(centred))
    slopes = half.T @ (half @ with_own)
    rss = max(float(total - slopes @ with_own - slopes @ (penalty * slopes)), 0.0)
    p = len(predictors)
    sigma = float(np.sqrt(rss / generator.chisquare(max(float(n) - p - 1, 1.0))))
    noise = generator.standard_normal(p + 1)
    drawn_slopes = slopes + sigma * (half.T @ noise[1:])
    estimate, drawn = np.zeros(len(cross)), np.zeros(len(cross))
    estimate[predictors], drawn[predictors] = slopes, drawn_slopes
    estimate[0] = means[own] - slopes @ x_means
    drawn[0] = means[own] + sigma * noise[0] / np.sqrt(n) - drawn_slopes @ x_means
    return LinearDraw(estimate, drawn, sigma)


def nearest_donors(of_observed: Floats, of_missing: Floats, donors: int, generator: np.random.Generator) -> Ints:
    """Return for each missing value the position of one of the observed values with the nearest predictions.

    Parameters
    ----------
    of_observed : ndarray, shape (n,)
        Predictions for the observed values.
    of_missing : ndarray, shape (k,)
        Predictions for the missing values.
    donors : int
        How many nearest ones may give their value; all of them are equally likely.
    generator : numpy.random.Generator
        Randomness.

    Returns
    -------
    ndarray of int, shape (k,)
        Positions in ``of_observed``.

    Notes
    -----
    The nearest ``donors`` of a sorted array are neighbours, so a window is found by bisection. Of donors whose
    predictions are the same (ties), each is equally likely, for every missing value anew.
    """
    n = len(of_observed)
    donors = min(donors, n)
    order = np.argsort(of_observed)
    ordered = of_observed[order]
    found = np.searchsorted(ordered, of_missing)
    start = np.clip(found - donors, 0, n - donors)
    last = np.minimum(start + donors, n - donors)
    for _ in range(donors):  # move each window to the right while its right neighbour is nearer than its left end
        right = np.minimum(start + donors, n - 1)
        start = start + ((start < last) & (of_missing - ordered[start] > ordered[right] - of_missing))
    chosen = start + generator.integers(0, donors, len(of_missing))
    steps = np.diff(ordered) > TIE * max(float(ordered[-1] - ordered[0]), 1e-300)
    if not steps.all():
        edges = np.concatenate([[0], np.flatnonzero(steps) + 1, [n]])
        group = np.searchsorted(edges, chosen, side="right") - 1
        size = edges[group + 1] - edges[group]
        chosen = edges[group] + (generator.random(len(chosen)) * size).astype(np.intp)
    return np.asarray(order[chosen], dtype=np.intp)


def nearest_answers(observed: Floats, drawn: Floats) -> Floats:
    """Return for each drawn value the nearest of the observed values, the lower of two equally near ones."""
    ordered = np.unique(observed)
    above = np.clip(np.searchsorted(ordered, drawn), 1, len(ordered) - 1)
    low, high = ordered[above - 1], ordered[above]
    return np.asarray(np.where(drawn - low <= high - drawn, low, high))
