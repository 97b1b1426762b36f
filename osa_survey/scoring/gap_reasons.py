"""Why a score is missing: the reason most of its gaps have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments.reasons import REASON_CODES, REASONS


def reason_of_gap(reasons: NDArray[np.uint8], score: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return for each missing score the reason most of its item gaps have, the first of equals; 0 where scored."""
    result = np.zeros(len(score), dtype=np.uint8)
    gaps = np.flatnonzero(np.isnan(score))
    own = np.take(reasons.T, gaps, axis=1)
    most = np.zeros(len(gaps), dtype=np.int64)
    reason = np.full(len(gaps), REASON_CODES["not_answered"], dtype=np.uint8)
    for code in range(1, len(REASONS) + 1):
        found = own == code
        if found.any():
            frequency = np.count_nonzero(found, axis=0)
            reason[frequency > most] = code
            np.maximum(most, frequency, out=most)
    result[gaps] = reason
    return result
