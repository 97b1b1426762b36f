"""Means and covariances of a multivariate normal from incomplete answers, by patterns of gaps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]

MOST_ITERATIONS = 2000
CHANGE = 1e-9
"""EM stops where no standardised mean or covariance changes by more than this."""
PATTERNS_AT_ONCE = 2048
"""Patterns worked on together, so that memory stays small."""
SINGULAR = 1e-9
"""A correlation matrix with a smaller smallest eigenvalue has variables that follow from others."""


@dataclass(frozen=True, repr=False)
class PatternSums:
    """Answers summed over respondents with the same gaps: all that a normal likelihood needs.

    Attributes
    ----------
    seen : ndarray of float, shape (patterns, q)
        1 where the variable is answered, else 0.
    n : ndarray, shape (patterns,)
        Respondents, or the sum of their weights.
    people : ndarray of int, shape (patterns,)
        Respondents.
    means : ndarray, shape (patterns, q)
        Means of the answered variables, 0 elsewhere.
    products : ndarray, shape (patterns, q, q)
        Sums of products about these means, 0 elsewhere.
    centre, scale : ndarray, shape (q,)
        What was taken off and divided by before: the sums are of standardised answers.
    dropped : int
        Respondents without any answer.
    """

    seen: Floats
    n: Floats
    people: NDArray[np.int64]
    means: Floats
    products: Floats
    centre: Floats
    scale: Floats
    dropped: int


@dataclass(frozen=True, repr=False)
class NormalMoments:
    """Maximum-likelihood moments.

    Attributes
    ----------
    mean : ndarray, shape (q,)
        Means.
    covariance : ndarray, shape (q, q)
        Covariances with divisor n.
    log_likelihood : float
        Of the answered values.
    iterations : int
        EM steps.
    converged : bool
        Whether the change fell below the limit.
    """

    mean: Floats
    covariance: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def pattern_sums(values: ArrayLike, weights: Floats | None = None) -> PatternSums:
    """Return the sums of each pattern of gaps.

    Parameters
    ----------
    values : array, shape (n, q)
        Answers, NaN for gaps.
    weights : ndarray, shape (n,), optional
        Weights of the respondents; none is zero for everybody with an answer to a variable.

    Raises
    ------
    AnalysisError
        ``nothing_observed`` where a variable has no answer, ``constant_variable``, ``infinite_value``.
    """
    x = np.asarray(values, dtype=np.float64)
    if np.isinf(x).any():
        raise AnalysisError(Problem("infinite_value", "there are infinite values", hint="make them gaps"))
    answered = ~np.isnan(x)
    own = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    total = own @ answered
    if (total == 0).any():
        message = f"{int((total == 0).sum())} variables have no answer at all"
        raise AnalysisError(Problem("nothing_observed", message, hint="leave them out"))
    zeros = np.where(answered, x, 0.0)
    centre = own @ zeros / total
    scale = np.sqrt(own @ np.where(answered, x - centre, 0.0) ** 2 / total)
    flat = scale <= 1e-12 * np.maximum(np.abs(centre), 1.0)
    if flat.any():
        message = f"{int(flat.sum())} variables have the same answer from everyone"
        raise AnalysisError(Problem("constant_variable", message, hint="leave them out"))
    keep = answered.any(axis=1) & (own > 0)
    z, own = np.where(answered, (x - centre) / scale, 0.0)[keep], own[keep]
    seen, member, people = np.unique(answered[keep], axis=0, return_inverse=True, return_counts=True)
    member = member.reshape(-1)
    order = np.argsort(member, kind="stable")
    starts = np.concatenate([[0], np.cumsum(people)[:-1]])
    z, member, own = z[order], member[order], own[order]
    n = np.add.reduceat(own, starts)
    means = np.add.reduceat(z * own[:, None], starts, axis=0) / n[:, None]
    away = np.where(seen[member], z - means[member], 0.0) * np.sqrt(own)[:, None]
    products = np.stack([block.T @ block for block in np.split(away, starts[1:])])
    dropped = int((~answered.any(axis=1)).sum())
    return PatternSums(seen.astype(np.float64), n, people, means, products, centre, scale, dropped)


def normal_moments(sums: PatternSums) -> NormalMoments:
    """Return the maximum-likelihood mean and covariance by the EM algorithm.

    Parameters
    ----------
    sums : PatternSums
        Answers by pattern.

    Returns
    -------
    NormalMoments
        On the original scale.

    Raises
    ------
    AnalysisError
        ``collinear_variables`` where a variable follows from others, or two were never answered together in a way
        that leaves their covariance open.

    Notes
    -----
    Every step works on patterns, not on respondents (Little & Rubin 2019, chapter 11; doi:10.1002/9781119482260). With
    K the inverse covariance of a pattern's answered variables, d its means and M its products about μ, a step is
    μ + Σ Σ_p n K d / n and Σ + Σ Σ_p (K M K − n K) Σ / n, less the square of the step of μ. Steps are lengthened by
    squared extrapolation where that raises the likelihood (Varadhan & Roland 2008,
    doi:10.1111/j.1467-9469.2007.00585.x).
    """
    q = sums.seen.shape[1]
    parts = parts_of(sums)
    at = (np.zeros(q), np.eye(q))
    converged, iteration = False, 0
    while iteration < MOST_ITERATIONS and not converged:
        first, _ = _step(parts, *at)
        second, reached = _step(parts, *first)
        iteration += 2
        converged = max(_largest(second[0] - first[0]), _largest(second[1] - first[1])) < CHANGE
        trial = _extrapolated(at, first, second)
        at = second
        if not converged and trial is not None:
            third, likelihood = _step(parts, *trial)
            iteration += 1
            if likelihood >= reached and _is_definite(third[1]):
                at = third
    mean, covariance = at
    if not _is_definite(covariance):
        message = "a variable follows from the others: their covariance has no inverse"
        raise AnalysisError(Problem("collinear_variables", message, hint="leave out one of each set that adds up"))
    scaled = covariance * np.outer(sums.scale, sums.scale)
    answers = float((sums.seen.T @ sums.n) @ np.log(sums.scale))
    return NormalMoments(
        sums.centre + sums.scale * mean,
        scaled,
        log_likelihood(sums, mean, covariance) - answers,
        iteration,
        converged,
    )


def inverses(seen: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return for each pattern the inverse covariance of its answered variables (0 elsewhere) and its log determinant.

    Parameters
    ----------
    seen : ndarray, shape (patterns, q)
        1 where answered.
    covariance : ndarray, shape (q, q)
        The covariance.

    Returns
    -------
    (ndarray of shape (patterns, q, q), ndarray of shape (patterns,))
        Inverses and log determinants.
    """
    both = seen[:, :, None] * seen[:, None, :]
    padded = both * covariance
    diagonal = np.arange(seen.shape[1])
    padded[:, diagonal, diagonal] += 1 - seen
    return np.linalg.inv(padded) * both, np.linalg.slogdet(padded)[1]


def parts_of(sums: PatternSums) -> list[PatternSums]:
    """Return the patterns in parts that are worked on at once."""
    cuts = range(0, len(sums.n), PATTERNS_AT_ONCE)
    return [
        PatternSums(
            sums.seen[at : at + PATTERNS_AT_ONCE],
            sums.n[at : at + PATTERNS_AT_ONCE],
            sums.people[at : at + PATTERNS_AT_ONCE],
            sums.means[at : at + PATTERNS_AT_ONCE],
            sums.products[at : at + PATTERNS_AT_ONCE],
            sums.centre,
            sums.scale,
            sums.dropped,
        )
        for at in cuts
    ]


def about(sums: PatternSums, mean: Floats) -> tuple[Floats, Floats]:
    """Return for each pattern the deviation of its means from ``mean``, and the sums of products about ``mean``."""
    away = (sums.means - mean) * sums.seen
    return away, sums.products + sums.n[:, None, None] * away[:, :, None] * away[:, None, :]


def log_likelihood(sums: PatternSums, mean: Floats, covariance: Floats) -> float:
    """Return the log-likelihood of standardised answers at a mean and covariance on the standardised scale."""
    return _step(parts_of(sums), mean, covariance)[1]


def _step(parts: Sequence[PatternSums], mean: Floats, covariance: Floats) -> tuple[tuple[Floats, Floats], float]:
    """Return the parameters after an EM step, and the log-likelihood before it."""
    q = len(mean)
    first, second = np.zeros(q), np.zeros((q, q))
    n, likelihood = 0.0, 0.0
    for part in parts:
        inverse, log_det = inverses(part.seen, covariance)
        away = (part.means - mean) * part.seen
        pulled = np.einsum("pij,pj->pi", inverse, away)
        several = part.people > 1
        own, products = inverse[several], part.products[several]
        first += part.n @ pulled
        second += (pulled * part.n[:, None]).T @ pulled - np.einsum("p,pij->ij", part.n, inverse)
        second += (own @ products @ own).sum(axis=0)
        n += float(part.n.sum())
        squares = float(part.n @ (pulled * away).sum(axis=1)) + float((own * products).sum())
        answered = part.seen.sum(axis=1)
        likelihood -= 0.5 * (float(part.n @ (answered * math.log(2 * math.pi) + log_det)) + squares)
    shift = covariance @ first / n
    updated = covariance + covariance @ second @ covariance / n - np.outer(shift, shift)
    return (mean + shift, (updated + updated.T) / 2), likelihood


def _extrapolated(
    start: tuple[Floats, Floats], first: tuple[Floats, Floats], second: tuple[Floats, Floats]
) -> tuple[Floats, Floats] | None:
    """Return parameters further along two steps, or None where that leads nowhere."""
    r = [first[at] - start[at] for at in range(2)]
    v = [second[at] - first[at] - r[at] for at in range(2)]
    bend = math.sqrt(float((v[0] ** 2).sum() + (v[1] ** 2).sum()))
    if bend == 0:
        return None
    length = math.sqrt(float((r[0] ** 2).sum() + (r[1] ** 2).sum())) / bend
    trial = (
        start[0] + 2 * length * r[0] + length**2 * v[0],
        start[1] + 2 * length * r[1] + length**2 * v[1],
    )
    return trial if length > 1 and _is_definite(trial[1]) else None


def _largest(change: Floats) -> float:
    return float(np.abs(change).max())


def _is_definite(covariance: Floats) -> bool:
    variances = covariance.diagonal()
    if not (np.isfinite(covariance).all() and (variances > 0).all()):
        return False
    spread = np.sqrt(variances)
    return bool(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] > SINGULAR)
