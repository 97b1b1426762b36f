"""Second derivatives of the normal likelihood by means and covariances, and scores of respondents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.samples import GroupSample, padded_inverse
from osa_survey.psychometrics.confirmatory.structures import lower

Floats = NDArray[np.float64]
ROWS_AT_ONCE = 20_000


def normal_weight(first: Floats, second: Floats) -> Floats:
    """Return ``tr(A Ei B Ej)`` symmetrised in A and B, halved, for the elements of a lower triangle.

    ``first`` and ``second`` are stacks of symmetric matrices, shape (k, p, p), or single ones; stacks are added up.
    With ``A = B = Sigma^-1`` this is the weight matrix of normal theory for the covariances.
    """
    first, second = first.reshape(-1, *first.shape[-2:]), second.reshape(-1, *second.shape[-2:])
    k, p, _ = first.shape
    products = (first.reshape(k, p * p).T @ second.reshape(k, p * p)).reshape(p, p, p, p)  # [i, k, j, l]: A_ik B_jl
    i, j = lower(p)
    half = np.where(i == j, 0.5, 1.0)
    a, b = i[:, None], j[:, None]
    c, d = i[None, :], j[None, :]
    total = products[a, c, b, d] + products[b, d, a, c] + products[a, d, b, c] + products[b, c, a, d]
    return np.asarray(total * (half[:, None] * half[None, :] / 2.0))


def saturated_information(
    sample: GroupSample, means: Floats, covariance: Floats, *, observed: bool, with_means: bool
) -> Floats:
    """Return the information of one respondent about means and covariances, at given moments.

    Parameters
    ----------
    sample : GroupSample
        The group; its patterns of gaps, if any, count.
    means : ndarray of float, shape (items,)
        Means.
    covariance : ndarray of float, shape (items, items)
        Covariances.
    observed : bool
        Observed information, otherwise expected given the patterns.
    with_means : bool
        Whether means are among the moments.

    Returns
    -------
    ndarray of float, shape (moments, moments)
        Means first, then the lower triangle column by column.
    """
    mask, share, average, spread = pattern_moments(sample)
    inverse = padded_inverse(covariance, mask)[0]
    deviation = (average - means) * mask
    weighted = inverse * share[:, None, None]
    second = inverse
    if observed:
        s = spread + deviation[:, :, None] * deviation[:, None, :]
        second = 2.0 * inverse @ s @ inverse - inverse
    block = normal_weight(weighted, second)
    if not with_means:
        return block
    p = len(means)
    result = np.zeros((p + len(block), p + len(block)))
    result[:p, :p] = weighted.sum(axis=0)
    result[p:, p:] = block
    if observed:
        pull = np.einsum("kij,kj->ki", inverse, deviation)
        cross = np.einsum("kab,kc->abc", weighted, pull)
        i, j = lower(p)
        half = np.where(i == j, 0.5, 1.0)
        result[:p, p:] = half * (cross[:, i, j] + cross[:, j, i])
        result[p:, :p] = result[:p, p:].T
    return result


def pattern_moments(sample: GroupSample) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mask, share, means and covariances by pattern; without gaps there is one pattern."""
    if sample.patterns is None:
        return (
            np.ones((1, len(sample.means))),
            np.ones(1),
            sample.means[None, :],
            sample.covariance[None, :, :],
        )
    found = sample.patterns
    return found.answered.astype(np.float64), found.n / found.n.sum(), found.means, found.covariances


def score_products(
    sample: GroupSample, means: Floats, covariance: Floats, jacobian: Floats | None, *, with_means: bool
) -> Floats:
    """Return the mean cross-products of the respondents' scores, for moments or (with a Jacobian) for parameters.

    Parameters
    ----------
    sample : GroupSample
        The group with its answers.
    means, covariance : ndarray of float
        Where the scores are taken.
    jacobian : ndarray of float, shape (moments, parameters), or None
        Derivatives of the moments.
    with_means : bool
        Whether means are among the moments.

    Returns
    -------
    ndarray of float, shape (moments, moments) or (parameters, parameters)
        The first-order information of one respondent.
    """
    if sample.answers is None:
        raise ValueError("scores need the answers")
    p = len(means)
    mask = pattern_moments(sample)[0]
    inverse = padded_inverse(covariance, mask)[0]
    numbers = np.zeros(len(sample.answers), np.int64) if sample.patterns is None else sample.patterns.numbers
    i, j = lower(p)
    half = np.where(i == j, 0.5, 1.0)
    size = len(i) + (p if with_means else 0)
    total = np.zeros((size, size) if jacobian is None else (jacobian.shape[1],) * 2)
    order = np.argsort(numbers, kind="stable")
    edges = np.searchsorted(numbers[order], np.arange(len(mask) + 1))
    buffer: list[Floats] = []
    waiting = 0

    def add(rows: list[Floats]) -> Floats:
        scores = np.vstack(rows)
        if jacobian is not None:
            scores = scores @ jacobian
        return np.asarray(scores.T @ scores)

    for pattern in range(len(mask)):
        members = order[edges[pattern] : edges[pattern + 1]]
        for start in range(0, len(members), ROWS_AT_ONCE):
            rows = sample.answers[members[start : start + ROWS_AT_ONCE]]
            deviation = np.where(np.isnan(rows), 0.0, rows - means)
            pull = deviation @ inverse[pattern]
            scores = (pull[:, i] * pull[:, j] - inverse[pattern][i, j]) * half
            buffer.append(np.hstack([pull, scores]) if with_means else scores)
            waiting += len(rows)
            if waiting >= ROWS_AT_ONCE:
                total += add(buffer)
                buffer, waiting = [], 0
    if buffer:
        total += add(buffer)
    return total / sample.n
