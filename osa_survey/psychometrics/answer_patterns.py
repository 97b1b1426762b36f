"""Distinct rows of answers: what models of patterns are fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GAP = -1


@dataclass(frozen=True, repr=False)
class Patterns:
    """Distinct rows of answers.

    Attributes
    ----------
    codes : ndarray of int, shape (patterns, items)
        Categories from 0; -1 is a gap.
    weights : ndarray of float, shape (patterns,)
        Respondents with each.
    member : ndarray of int, shape (respondents,)
        The pattern of each respondent.
    """

    codes: NDArray[np.int64]
    weights: Floats
    member: NDArray[np.int64]


def coded(values: NDArray[np.floating]) -> tuple[NDArray[np.int64], tuple[Floats, ...]]:
    """Return answers as categories from 0 (gaps -1), and the answers they stand for."""
    codes = np.full(values.shape, GAP, dtype=np.int64)
    answers = []
    for item in range(values.shape[1]):
        known = ~np.isnan(values[:, item])
        found, code = np.unique(values[known, item], return_inverse=True)
        codes[known, item] = code.ravel()
        answers.append(found.astype(np.float64))
    return codes, tuple(answers)


def patterns_of(codes: NDArray[np.int64]) -> Patterns:
    """Return the distinct rows and how often each occurs."""
    small = np.ascontiguousarray(codes.astype(np.int16))
    packed = small.view([("", small.dtype)] * small.shape[1]).ravel()
    _, first, member, counts = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    return Patterns(codes[first], counts.astype(np.float64), member.ravel())
