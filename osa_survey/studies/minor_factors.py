"""Items of several factors that a factor model fits as badly as published: an omitted minor factor is the misfit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.simulation.item_responses import ordinal_answers

Floats = NDArray[np.float64]


def misfitting_answers(
    factors: ArrayLike,
    sizes: Sequence[int],
    loading: float,
    minor: float,
    cuts: ArrayLike,
    errors: ArrayLike,
    *,
    spread: float = 1.0,
) -> NDArray[np.int64]:
    """Return positions of answers, from 0, of items with one factor each and a minor factor that no model has.

    Parameters
    ----------
    factors : array-like of float, shape (respondents, factors)
        Standard normal factors.
    sizes : sequence of int
        Items of each factor.
    loading : float
        Loading of every item on its factor.
    minor : float
        Size of the loadings on the minor factor: within a factor they alternate in sign and add up to zero, so that no
        factor takes them up; they are the misfit.
    cuts : array-like of float, shape (answers - 1,)
        Thresholds, the same for all items.
    errors : array-like of float, shape (respondents, 1 + items)
        Standard normal numbers: the minor factor, then the unique part of each item.
    spread : float
        Standard deviation of the factors; 1 in the group in which latent responses have variance 1 + minor².

    Returns
    -------
    ndarray of int, shape (respondents, items)
        Positions.

    References
    ----------
    Tucker, L. R., Koopman, R. F., & Linn, R. L. (1969). Evaluation of factor analytic research procedures by means of
    simulated correlation matrices. Psychometrika, 34(4), 421–459. doi:10.1007/BF02290601
    """
    scores = np.asarray(factors, dtype=np.float64)
    own = np.repeat(np.arange(len(sizes)), sizes)
    others = np.asarray(errors, dtype=np.float64)
    latent = loading * spread * scores[:, own]
    latent += minor * minor_pattern(sizes) * others[:, :1]
    latent += np.sqrt(1 - loading**2) * others[:, 1:]
    return ordinal_answers(latent.ravel(), np.asarray(cuts, dtype=np.float64)).reshape(latent.shape)


def minor_pattern(sizes: Sequence[int]) -> Floats:
    """Return signs of the loadings on the minor factor.

    Examples
    --------
    >>> minor_pattern([3, 3]).tolist()
    [1.0, -1.0, 0.0, -1.0, 1.0, 0.0]
    """
    found: list[float] = []
    for place, size in enumerate(sizes):
        first = 1.0 if place % 2 == 0 else -1.0
        signs = [first * (1.0 if item % 2 == 0 else -1.0) for item in range(size)]
        found += [*signs[: size - size % 2], *([0.0] * (size % 2))]
    return np.array(found)
