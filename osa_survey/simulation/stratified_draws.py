"""People drawn from many candidates so that each kind of people has a known number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem


def drawn_by_kind(
    kinds: ArrayLike, wanted: Mapping[int, int], rng: np.random.Generator, *, replace: bool = False
) -> NDArray[np.int64]:
    """Return the positions of candidates, in random order, with a known number of each kind.

    Parameters
    ----------
    kinds : array-like of int, shape (candidates,)
        The kind of each candidate, for example whether a drawn score reaches a cut-off.
    wanted : mapping of int to int
        Kind → how many are drawn; candidates of other kinds are left.
    rng : numpy.random.Generator
        The source of randomness.
    replace : bool
        Whether a candidate may be drawn more than once where there are too few.

    Returns
    -------
    ndarray of int, shape (sum of wanted,)
        Positions among the candidates. Within a kind every candidate has the same chance, so that everything but the
        sizes of the kinds is left as it was drawn.

    Raises
    ------
    AnalysisError
        With the code ``too_few_candidates``.

    Examples
    --------
    >>> kinds = [0, 0, 0, 0, 1, 1]
    >>> chosen = drawn_by_kind(kinds, {0: 2, 1: 1}, np.random.default_rng(1))
    >>> len(chosen), int((chosen >= 4).sum())
    (3, 1)
    """
    labels = np.asarray(kinds)
    chosen = []
    for kind, number in wanted.items():
        candidates = np.flatnonzero(labels == kind)
        if len(candidates) < number and not (replace and len(candidates)):
            message = f"{number} people of a kind are wanted, and {len(candidates)} were drawn"
            raise AnalysisError(Problem("too_few_candidates", message, hint="draw more candidates"))
        again = replace and len(candidates) < number
        chosen.append(rng.choice(candidates, number, replace=again))
    return rng.permutation(np.concatenate(chosen)).astype(np.int64)
