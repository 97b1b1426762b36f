"""How many items a respondent left without an answer, not counting what was never shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments.reasons import REASON_CODES

NOT_COUNTED = (REASON_CODES["not_shown"], REASON_CODES["not_applicable"])


def missing_share(reasons: NDArray[np.uint8], values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the share of shown items each respondent left without an answer.

    Parameters
    ----------
    reasons : ndarray of uint8, shape (respondents, items)
        Why an answer is missing.
    values : ndarray of float, shape (respondents, items)
        The answers, NaN for gaps.

    Returns
    -------
    ndarray of float, shape (respondents,)
        From 0 to 1; NaN where no item was shown.
    """
    gap = np.isnan(values)
    shown = ~(gap & np.isin(reasons, NOT_COUNTED))
    number = shown.sum(axis=1)
    share: NDArray[np.float64] = np.full(len(values), np.nan)
    np.divide((gap & shown).sum(axis=1), number, out=share, where=number > 0)
    return share
