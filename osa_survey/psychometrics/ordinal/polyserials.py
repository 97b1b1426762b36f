"""The polyserial correlation of a number and an answer in ordered categories, by two-step maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.influences import ROOT_TWO_PI, threshold_influences
from osa_survey.psychometrics.ordinal.ordered_answers import GAP, Codes, shared_thresholds
from osa_survey.psychometrics.ordinal.polychorics import BOUND, CLOSE, STEPS

Floats = NDArray[np.float64]
SMALLEST = 1e-300


@dataclass(frozen=True)
class Polyserial:
    """A polyserial correlation.

    Attributes
    ----------
    rho : float
        The correlation of the number and the answer tendency; NaN where it cannot be estimated.
    std_error : float
        The two-step standard error: thresholds, mean and variance counted as estimated; NaN at a perfect correlation.
    conditional_error : float
        The standard error if thresholds, mean and variance were known (what ``polycor`` prints).
    n : int
        Respondents with both.
    perfect, converged : bool
        Whether the correlation lies at the bound, and whether the search ended.
    """

    rho: float
    std_error: float
    conditional_error: float
    n: int
    perfect: bool
    converged: bool


def polyserial(number: Floats, codes: Codes, ddof: int = 0) -> Polyserial:
    """Return the polyserial correlation.

    Parameters
    ----------
    number : ndarray of float, shape (respondents,)
        NaN for gaps.
    codes : ndarray of uint8, shape (respondents,)
        Category numbers as in `Categories`; 255 is a gap. Every category up to the highest one must occur.
    ddof : int
        The variance of the number has the divisor n - ddof: 0 as in lavaan, 1 as in ``polycor``.

    Returns
    -------
    Polyserial
        The estimate. Mean, variance and thresholds come from everybody who has them.

    Notes
    -----
    The sum of ``log [Phi((t_c - rho z) / s) - Phi((t_(c-1) - rho z) / s)]`` with ``s = sqrt(1 - rho^2)`` and the
    standardised number ``z`` is maximised as in lavaan. The standard error adds up each respondent's influence. It
    takes the exact influence on mean and variance, where lavaan takes outer products of normal scores: with a number
    that is not normal the two differ.

    References
    ----------
    Olsson, U., Drasgow, F., & Dorans, N. J. (1982). The polyserial correlation coefficient. Psychometrika, 47(3),
    337-347. doi:10.1007/BF02294164
    """
    return _solved(number, codes, np.ones(len(number)), ddof)[0]


def weighted_polyserial(number: Floats, codes: Codes, weights: Floats) -> tuple[Polyserial, Floats]:
    """Return the polyserial correlation of weighted respondents, and what each adds to it at first order.

    Parameters
    ----------
    number, codes
        As of ``polyserial``.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    Polyserial
        The maximum of the weighted likelihood at the thresholds, mean and variance of the weighted answers; the
        standard errors are those of a sample in which each respondent counts as often as the weight says.
    ndarray of float, shape (respondents,)
        Influence contributions, weight included; NaN at a perfect correlation.
    """
    return _solved(np.where(weights > 0, number, np.nan), codes, weights, 0)


def _solved(number: Floats, codes: Codes, weights: Floats, ddof: int) -> tuple[Polyserial, Floats]:
    known, answered = ~np.isnan(number), (codes != GAP) & (weights > 0)
    both = known & answered
    n = int(both.sum())
    counts = np.bincount(codes[answered], weights[answered], minlength=1).astype(np.float64)
    people, mass = int(known.sum()), float(weights[known].sum())
    mean = float(weights[known] @ number[known]) / mass if mass > 0 else 0.0
    squares = float(weights[known] @ (number[known] - mean) ** 2)
    spread = np.sqrt(squares / mass * people / (people - ddof)) if people > ddof else 0.0
    unknown = np.full(len(number), np.nan)
    if n < 3 or np.count_nonzero(counts) < 2 or not spread > 0:
        return Polyserial(np.nan, np.nan, np.nan, n, False, False), unknown
    z = (number - mean) / spread
    edges = np.concatenate([[-FAR], shared_thresholds(counts), [FAR]])
    y, own_weights = codes[both].astype(np.intp), weights[both]
    likelihood = _Likelihood(z[both], edges[y + 1], edges[y], own_weights)
    rho, converged = _maximise(likelihood, _start(z[both], y, edges))
    perfect = abs(rho) >= BOUND - 2.0 * CLOSE
    if perfect:
        return Polyserial(float(np.sign(rho) * BOUND), np.nan, np.nan, n, True, converged), unknown
    score, bend = likelihood.derivatives(rho)
    shift = _shift(likelihood, rho, own_weights * score, y, edges)
    own = threshold_influences(edges[1:-1], counts)
    influence = np.zeros(len(number))
    influence[both] = score
    influence[answered] -= shift.thresholds @ own[:, codes[answered]]
    standard = z[known]
    influence[known] -= (shift.mean * standard + shift.variance * (standard**2 - 1.0)) / mass
    influence *= weights / (own_weights @ score**2)
    error = float(np.sqrt((influence**2).sum()))
    return Polyserial(rho, error, float(1.0 / np.sqrt(-bend)), n, False, converged), influence


@dataclass(frozen=True)
class _Likelihood:
    """The log-likelihood of the answers given the numbers."""

    z: Floats
    upper: Floats
    lower: Floats
    weights: Floats

    def parts(self, rho: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return probability, both standardised edges and their densities."""
        s = np.sqrt(1.0 - rho * rho)
        a, b = (self.upper - rho * self.z) / s, (self.lower - rho * self.z) / s
        # on the side where both tails are small, so that the difference keeps its digits
        probability = np.where(b > 0, ndtr(-b) - ndtr(-a), ndtr(a) - ndtr(b))
        return np.maximum(probability, SMALLEST), a, b, _density(a), _density(b)

    def derivatives(self, rho: float) -> tuple[Floats, float]:
        """Return each respondent's score in ``rho``, not weighted, and the weighted sum of second derivatives."""
        s2 = 1.0 - rho * rho
        probability, a, b, at_a, at_b = self.parts(rho)
        total: list[Floats] = []
        bends: list[Floats] = []
        for edge, point, density in ((self.upper, a, at_a), (self.lower, b, at_b)):
            slope = (edge * rho - self.z) / s2**1.5
            second = edge / s2**1.5 + 3.0 * rho * (edge * rho - self.z) / s2**2.5
            total.append(density * slope)
            bends.append(density * (second - point * slope * slope))
        score = (total[0] - total[1]) / probability
        bend = (bends[0] - bends[1]) / probability - score * score
        return np.asarray(score), float(self.weights @ bend)


@dataclass(frozen=True)
class _Shift:
    """How the score of the correlation moves with what was estimated first."""

    thresholds: Floats
    mean: float
    variance: float


def _density(points: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * points * points) / ROOT_TWO_PI)


def _start(z: Floats, y: NDArray[np.intp], edges: Floats) -> float:
    """Return the ad hoc estimate: the Pearson correlation, stretched by the densities at the thresholds."""
    if not (y.std() > 0 and z.std() > 0):
        return 0.0
    r = float(np.corrcoef(z, y)[0, 1]) * float(y.std()) / float(_density(edges[1:-1]).sum())
    return float(np.clip(r, -0.9, 0.9))


def _maximise(likelihood: _Likelihood, start: float) -> tuple[float, bool]:
    """Return the correlation by Newton steps held in a bracket of the sign of the derivative."""
    rho, low, high = start, -BOUND, BOUND
    for _ in range(STEPS):
        score, bend = likelihood.derivatives(rho)
        slope = float(likelihood.weights @ score)
        if slope > 0:
            low = rho
        elif slope < 0:
            high = rho
        else:
            return rho, True
        proposed = rho - slope / bend if bend < 0 else np.nan
        if not low < proposed < high:
            proposed = 0.5 * (low + high)
        if abs(proposed - rho) <= CLOSE:
            return float(proposed), True
        rho = float(proposed)
    return rho, False


def _shift(likelihood: _Likelihood, rho: float, score: Floats, y: NDArray[np.intp], edges: Floats) -> _Shift:
    """Return the outer products of the (weighted) score with those of thresholds, mean and variance."""
    s = np.sqrt(1.0 - rho * rho)
    probability, _, _, at_a, at_b = likelihood.parts(rho)
    z = likelihood.z
    upper, lower = score * at_a / (probability * s), score * at_b / (probability * s)
    size = len(edges) - 1
    moves = np.bincount(y, weights=upper, minlength=size)[:-1] - np.bincount(y, weights=lower, minlength=size)[1:]
    tail = (at_a - at_b) / probability * (rho / s)
    return _Shift(
        np.asarray(moves, dtype=np.float64), float(score @ (z + tail)), 0.5 * float(score @ (z * z - 1.0 + z * tail))
    )
