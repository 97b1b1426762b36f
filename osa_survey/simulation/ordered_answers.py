"""Ordered answers from continuous latent values, by thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def thresholds(shares: Sequence[float]) -> Floats:
    """Return the standard normal thresholds that cut a population into these shares.

    Examples
    --------
    >>> thresholds((0.5, 0.5)).tolist()
    [0.0]
    """
    below = np.cumsum(shares)[:-1] / np.sum(shares)
    return np.array([NormalDist().inv_cdf(float(share)) for share in below])


def cut(latent: Floats, shares: Sequence[float], lowest: int) -> NDArray[np.int64]:
    """Return ordered codes from ``lowest`` upwards for standard normal latent values."""
    return np.digitize(latent, thresholds(shares)).astype(np.int64) + lowest


def one_factor_answers(
    trait: Floats,
    loadings: Sequence[float],
    shares: Sequence[float],
    lowest: int,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Return answers to items that share one factor.

    Parameters
    ----------
    trait : ndarray of float, shape (respondents,)
        Standard normal values of the factor.
    loadings : sequence of float
        Standardised loading of each item; negative for an item worded against the trait.
    shares : sequence of float
        Share of each answer among items worded with the trait; items worded against it have them mirrored.
    lowest : int
        The code of the first answer.
    generator : numpy.random.Generator
        Random numbers.

    Returns
    -------
    ndarray of int, shape (respondents, items)
        Answers as given, not reversed.

    Notes
    -----
    y* = λη + √(1 − λ²)ε with η and ε standard normal, cut at the thresholds of ``shares``.
    """
    weights = np.asarray(loadings)
    noise = generator.standard_normal((len(trait), len(weights)))
    latent = trait[:, None] * weights + noise * np.sqrt(1 - weights**2)
    with_trait = cut(latent, shares, lowest)
    against = cut(latent, tuple(reversed(shares)), lowest)
    return np.where(weights > 0, with_trait, against)
