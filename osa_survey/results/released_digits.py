"""How many digits of a number leave: enough for every use of a table, too few to search for the answers behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.disclosure import Profile

DIGITS, PLACES = 6, 2
"""Significant digits, and decimal places that large numbers keep beyond them, because tables print two."""


def released_digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers with six significant digits, or two decimal places where these are more; whole ones as they are.

    A number of sixteen digits is a fingerprint of everything it was computed from: whoever can list the possible
    answers of a few people finds the true ones by it.

    Parameters
    ----------
    values : ndarray of float
        Any numbers; NaN and infinity stay.

    Examples
    --------
    >>> released_digits(np.array([1.1614038203716088, -0.000123456789, 123456.789, 293.0])).tolist()
    [1.1614, -0.000123457, 123456.79, 293.0]
    """
    found = np.array(values, dtype=np.float64)
    at = np.isfinite(found) & (found != np.rint(found))
    found[at] = [float(f"{x:.{DIGITS}g}") if abs(x) < 10 ** (DIGITS - PLACES) else round(x, PLACES) for x in found[at]]
    return found


def is_rounded(profile: Profile) -> bool:
    """Tell whether what leaves under a profile has fewer digits: where counts of a few people are hidden."""
    return profile.for_release and profile.threshold > 1
