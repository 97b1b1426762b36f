"""Categories that none of a pair's respondents chose: out of the way of the table, and back in place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def packed(tables: Floats, rows: Flags, columns: Flags) -> Floats:
    """Return tables with categories nobody chose moved to the end."""
    by_row, by_column = (np.argsort(~occurs, axis=1, kind="stable") for occurs in (rows, columns))
    each = np.arange(len(tables))[:, None, None]
    return tables[each, by_row[:, :, None], by_column[:, None, :]]


def unpacked(values: Floats, occurs: Flags) -> Floats:
    """Return thresholds at the place of the category below them; NaN at categories that do not occur."""
    pairs, width = occurs.shape
    placed = np.full((pairs, width), np.nan)
    number = np.cumsum(occurs, axis=1) - 1
    padded = np.hstack([values, np.full((pairs, 1), np.nan)])
    found = np.take_along_axis(padded, np.clip(number, 0, width - 1), axis=1)
    placed[occurs] = found[occurs]
    return placed[:, :-1]
