"""Numbers of one table: parts that add up, a whole between its parts, and correlation matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

SLACK = 1e-9


def sum_of_parts(whole: float, parts: ArrayLike, whole_half: float = 0.0, parts_half: ArrayLike = 0.0) -> bool:
    """Whether printed parts can add up to a printed whole.

    Parameters
    ----------
    whole : float
        The printed whole.
    parts : array-like of float
        The printed parts.
    whole_half, parts_half : float, array-like of float
        Half a unit of the last printed digit; 0 for counts.

    Returns
    -------
    bool
        Whether the difference can be due to rounding.

    Examples
    --------
    >>> sum_of_parts(9265, [7738, 1007, 424, 96]), sum_of_parts(100, [31, 11, 42], 0.5, 0.5)
    (True, False)
    """
    values = np.asarray(parts, dtype=np.float64)
    room = whole_half + float(np.broadcast_to(np.asarray(parts_half, dtype=np.float64), values.shape).sum())
    return bool(abs(whole - float(values.sum())) <= room + SLACK * max(1.0, abs(whole)))


def between_parts(whole: float, parts: ArrayLike, whole_half: float = 0.0, parts_half: float = 0.0) -> bool:
    """Whether a printed average can lie between the lowest and the highest of its printed parts.

    Examples
    --------
    >>> between_parts(39.6, [51.7, 33.6], 0.05, 0.05), between_parts(30, [31, 34], 0.5, 0.5)
    (True, True)
    >>> between_parts(29, [31, 34], 0.5, 0.5)
    False
    """
    values = np.asarray(parts, dtype=np.float64)
    room = whole_half + parts_half + SLACK
    return bool(values.min() - room <= whole <= values.max() + room)


def matrix_verdict(matrix: ArrayLike, half: float) -> str:
    """Return whether a printed correlation matrix can be one.

    Parameters
    ----------
    matrix : array-like of float, shape (k, k)
        The printed correlations with ones on the diagonal.
    half : float
        Half a unit of the last printed digit.

    Returns
    -------
    str
        ``consistent`` if positive definite as printed; ``cannot tell`` if it is not but rounding, which moves an
        eigenvalue by (k − 1) · half at most, could be why; else ``inconsistent``.

    Examples
    --------
    Three variables cannot correlate .9, .9 and −.9.

    >>> matrix_verdict([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], 0.05)
    'inconsistent'
    >>> matrix_verdict([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]], 0.05)
    'cannot tell'
    """
    printed = np.asarray(matrix, dtype=np.float64)
    smallest = float(np.linalg.eigvalsh(printed)[0])
    if smallest > 0:
        return "consistent"
    return "cannot tell" if smallest + (len(printed) - 1) * half >= 0 else "inconsistent"
