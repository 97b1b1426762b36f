"""Scores of scales that are made of other scales, such as a total of weighted domains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from osa_survey.scoring.verdicts import KeyingVerdict

Floats = NDArray[np.float64]


def composed_scores(parts: Floats, score: str, times: float = 1.0) -> Floats:
    """Return the scores of a scale of scales.

    Parameters
    ----------
    parts : ndarray of float, shape (respondents, scales)
        Scores of the parts, NaN where there is none.
    score : {"mean", "sum"}
        How they are put together.
    times : float
        What the mean or sum is multiplied by.

    Returns
    -------
    ndarray of float, shape (respondents,)
        NaN where any part has no score: parts of different ranges cannot stand in for each other.

    Examples
    --------
    >>> composed_scores(np.array([[3.6, 2.4], [6.0, np.nan]]), "sum").tolist()
    [6.0, nan]
    """
    together = parts.mean(axis=1) if score == "mean" else parts.sum(axis=1)
    return np.asarray(times * together, dtype=np.float64)


def composed_verdict(name: str, n: int, parts: Mapping[str, KeyingVerdict]) -> KeyingVerdict:
    """Return the verdict on a scale of scales: it has no key of its own, and its parts' verdicts are named.

    Parameters
    ----------
    name : str
        The scored column.
    n : int
        Respondents with a score.
    parts : mapping of str to KeyingVerdict
        The verdicts on its parts by their scored columns.
    """
    told = ", ".join(f"{part} {verdict.verdict}" for part, verdict in parts.items())
    reason = f"a score made of other scales has no items, and so no key, of its own; its parts: {told}"
    return KeyingVerdict(
        name=name, verdict="cannot tell", reasons=(reason,), flagged=(), n=n, columns=(), tags=(), numbers={}
    )
