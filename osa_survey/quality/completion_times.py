"""Completion times against the sample's own median."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPEEDER_SHARE = 0.3
"""Below this share of the median time a record is flagged: a convention without a source; the study file decides."""


def relative_speed(duration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each completion time divided by the sample's median; NaN where no time is known.

    References
    ----------
    Leiner, D. J. (2019). Too fast, too straight, too weird: Non-reactive indicators for meaningless data in internet
    surveys. Survey Research Methods, 13(3), 229-248. doi:10.18148/srm/2019.v13i3.7403

    Examples
    --------
    >>> relative_speed(np.array([100.0, 200.0, 300.0])).tolist()
    [0.5, 1.0, 1.5]
    """
    known = duration[~np.isnan(duration)]
    if len(known) == 0 or np.median(known) <= 0:
        return np.full(len(duration), np.nan)
    return np.asarray(duration / np.median(known))
