"""What a model is fitted to: moments of complete answers, of patterns of gaps, or of ordinal answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROWS_AT_ONCE = 4_096
EM_STEPS = 2_000
EM_CHANGE = 1e-11
"""Change of moments, in units of their standard deviations, at which the EM steps stop."""


@dataclass(frozen=True, repr=False)
class Patterns:
    """Answers grouped by which items are answered.

    Attributes
    ----------
    answered : ndarray of bool, shape (patterns, items)
        Which items.
    n : ndarray of float, shape (patterns,)
        Respondents.
    means : ndarray of float, shape (patterns, items)
        Means; 0 where nothing is answered.
    covariances : ndarray of float, shape (patterns, items, items)
        With divisor n; 0 where nothing is answered.
    numbers : ndarray of int, shape (respondents,)
        The pattern of each row of ``answers``.
    """

    answered: NDArray[np.bool_]
    n: Floats
    means: Floats
    covariances: Floats
    numbers: NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class GroupSample:
    """One group.

    Attributes
    ----------
    label : str
        The group, "" if there is only one.
    n : int
        Respondents used.
    means : ndarray of float, shape (items,)
        Means; with gaps the maximum likelihood means of the saturated model.
    covariance : ndarray of float, shape (items, items)
        With divisor n (least squares: n - 1); of ordinal items the polychoric correlations.
    answers : ndarray of float, shape (respondents, items), or None
        Rows used, NaN = gap; None for ordinal items.
    patterns : Patterns or None
        Given where gaps are handled by maximum likelihood.
    thresholds : ndarray of float, shape (thresholds,)
        Of ordinal items, item by item.
    counts : tuple of int
        Thresholds of each ordinal item.
    asymptotic : ndarray of float, shape (moments, moments), or None
        n times the sampling covariance of the moments: of thresholds and correlations, or (where there is ``joint``)
        of means and (co)variances below the diagonal, column by column.
    joint : ndarray of float, shape (moments of all groups, moments of all groups), or None
        The same of all groups together, each respondent counting as in ``mass``: where respondents have weights, share
        clusters, or have imputed answers. All groups hold the same matrix.
    mass : float or None
        How many respondents the group counts for; None where these are ``n``.
    alone : ndarray of float, shape (moments,), or None
        n times the variances that the moments would have if respondents were drawn alone: what least squares weigh by,
        so that estimates do not depend on how errors are found. None for those of ``asymptotic``.
    """

    label: str
    n: int
    means: Floats
    covariance: Floats
    answers: Floats | None = None
    patterns: Patterns | None = None
    thresholds: Floats = field(default_factory=lambda: np.empty(0))
    counts: tuple[int, ...] = ()
    asymptotic: Floats | None = None
    joint: Floats | None = None
    mass: float | None = None
    alone: Floats | None = None


def complete_sample(answers: Floats, label: str = "", *, unbiased: bool = False) -> GroupSample:
    """Return the moments of respondents who answered every item; ``unbiased`` takes the divisor n - 1."""
    whole = complete_rows(answers)
    if len(whole) == 0:
        nothing = np.full(answers.shape[1], np.nan)
        return GroupSample(label, 0, nothing, np.full((len(nothing), len(nothing)), np.nan), whole)
    means = np.ones(len(whole)) @ whole / len(whole)
    covariance = np.zeros((len(means), len(means)))
    for start in range(0, len(whole), ROWS_AT_ONCE):
        centred = whole[start : start + ROWS_AT_ONCE] - means
        covariance += centred.T @ centred
    return GroupSample(label, len(whole), means, covariance / (len(whole) - unbiased), whole)


def complete_rows(answers: Floats) -> Floats:
    """Return the rows without a gap; the answers themselves where there is none."""
    if not np.isnan(answers.sum()):
        return answers
    return answers[~np.isnan(answers).any(axis=1)]


def sample_with_gaps(answers: Floats, label: str = "") -> GroupSample:
    """Return the saturated maximum likelihood moments of everybody who answered an item."""
    some = answers[~np.isnan(answers).all(axis=1)]
    patterns = patterns_of(some)
    means, covariance = saturated_moments(patterns)
    return GroupSample(label, len(some), means, covariance, some, patterns)


def patterns_of(answers: Floats) -> Patterns:
    """Return the patterns of gaps with the moments of each."""
    answered = ~np.isnan(answers)
    packed = np.packbits(answered, axis=1)
    _, first, numbers = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    numbers = numbers.reshape(-1)
    order = np.argsort(numbers, kind="stable")
    n = np.bincount(numbers, minlength=len(first)).astype(np.float64)
    starts = np.concatenate([[0], np.cumsum(n[:-1])]).astype(np.int64)
    filled = np.where(answered, answers, 0.0)[order]
    means = np.add.reduceat(filled, starts, axis=0) / n[:, None]
    k = answers.shape[1]
    covariances = np.empty((len(first), k, k))
    for index, (start, size) in enumerate(zip(starts, n.astype(np.int64), strict=True)):
        centred = filled[start : start + size] - means[index]
        covariances[index] = centred.T @ centred / size
    return Patterns(answered[first], n, means, covariances, numbers)


def saturated_moments(patterns: Patterns) -> tuple[Floats, Floats]:
    """Return the maximum likelihood means and covariances under values missing at random, by EM.

    References
    ----------
    Dempster, A. P., Laird, N. M., & Rubin, D. B. (1977). Maximum likelihood from incomplete data via the EM algorithm.
    Journal of the Royal Statistical Society B, 39(1), 1-38. doi:10.1111/j.2517-6161.1977.tb01600.x
    """
    mask = patterns.answered.astype(np.float64)
    people = patterns.n @ mask
    share = patterns.n / patterns.n.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (patterns.n[:, None] * patterns.means).sum(axis=0) / people
        deviation = (patterns.means - means) * mask
        variances = patterns.n @ (np.einsum("kii->ki", patterns.covariances) + deviation**2) / people
    covariance = np.diag(variances)
    if not (np.isfinite(variances).all() and (variances > 0).all()):
        return means, covariance
    for _ in range(EM_STEPS):
        try:
            inverse = padded_inverse(covariance, mask)[0]
        except np.linalg.LinAlgError:  # an item follows exactly from others: said by who asks for the moments
            break
        gaps = 1.0 - mask
        slopes = gaps[:, :, None] * (covariance @ inverse)
        fill = np.eye(len(means)) * mask[:, :, None] + slopes
        deviation = (patterns.means - means) * mask
        expected = np.einsum("kij,kj->ki", fill, deviation)
        shift = share @ expected
        rest = (gaps[:, :, None] * gaps[:, None, :]) * (covariance - slopes @ covariance)
        spread = fill @ patterns.covariances @ fill.transpose(0, 2, 1) + rest
        second = np.einsum("k,kij->ij", share, spread) + np.einsum("k,ki,kj->ij", share, expected, expected)
        new = second - np.outer(shift, shift)
        scale = np.sqrt(np.diag(new))
        change = max(np.abs(shift / scale).max(), np.abs((new - covariance) / np.outer(scale, scale)).max())
        means, covariance = means + shift, (new + new.T) / 2.0
        if change < EM_CHANGE:
            break
    return means, covariance


def padded_inverse(covariance: Floats, mask: Floats) -> tuple[Floats, Floats]:
    """Return for each pattern the inverse of its part of a covariance matrix (0 elsewhere), and log determinants.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a part is not positive definite.
    """
    both = mask[:, :, None] * mask[:, None, :]
    padded = covariance * both + np.eye(len(covariance)) * (1.0 - mask)[:, :, None]
    roots = np.linalg.cholesky(padded)
    logs = 2.0 * np.log(np.einsum("kii->ki", roots)).sum(axis=1)
    return np.linalg.inv(padded) * both, logs


def inverted(matrix: Floats) -> Floats:
    """Return the inverse of a matrix."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
