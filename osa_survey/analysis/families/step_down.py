"""Romano and Wolf's step-down adjustment: tests that belong together, with the dependence the bootstrap shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REFERENCE = (
    "Romano, J. P., & Wolf, M. (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal "
    "of the American Statistical Association, 100(469), 94–108. doi:10.1198/016214504000000539"
)
REFERENCE_P = (
    "Romano, J. P., & Wolf, M. (2016). Efficient computation of adjusted p-values for resampling-based stepdown "
    "multiple testing. Statistics & Probability Letters, 113, 38–40. doi:10.1016/j.spl.2016.02.012"
)


def romano_wolf(statistics: Floats, resampled: Floats) -> Floats:
    """Return p values adjusted by step-down maxima of resampled statistics.

    Parameters
    ----------
    statistics : ndarray of float, shape (tests,)
        Studentised statistics; NaN marks a test that could not be done.
    resampled : ndarray of float, shape (draws, tests)
        The same of resamples, centred at the estimates of the data: (θ̂* − θ̂)/SE*.

    Returns
    -------
    ndarray of float, shape (tests,)
        Adjusted p values; none is below that of a larger statistic.

    Notes
    -----
    With |t₍₁₎| ≥ … ≥ |t₍ₖ₎|: p₍ⱼ₎ = (1 + #{draws: max over i ≥ j of |t*₍ᵢ₎| ≥ |t₍ⱼ₎|})/(1 + draws), then made
    monotone (Romano & Wolf, 2016, algorithm 4.2).

    References
    ----------
    Romano, J. P., & Wolf, M. (2016). Efficient computation of adjusted p-values for resampling-based stepdown multiple
    testing. Statistics & Probability Letters, 113, 38–40. doi:10.1016/j.spl.2016.02.012

    Examples
    --------
    >>> drawn = np.array([[0.5, 0.2], [2.5, 0.1], [0.3, 1.2], [0.1, 0.4]])
    >>> romano_wolf(np.array([2.0, 1.0]), drawn).tolist()
    [0.4, 0.4]
    """
    adjusted = np.full(len(statistics), np.nan)
    known = np.flatnonzero(~np.isnan(statistics))
    if not len(known):
        return adjusted
    sizes = np.abs(statistics[known])
    order = np.argsort(-sizes, kind="stable")
    drawn = np.abs(resampled[:, known[order]])
    highest = np.maximum.accumulate(drawn[:, ::-1], axis=1)[:, ::-1]
    reached = 1 + (highest >= sizes[order]).sum(axis=0)
    adjusted[known[order]] = np.maximum.accumulate(reached / (1 + len(drawn)))
    return adjusted


def simultaneous_quantile(resampled: Floats, conf_level: float) -> float:
    """Return the quantile of the largest resampled |t|: θ̂ ± this · SE holds for all numbers together.

    Parameters
    ----------
    resampled : ndarray of float, shape (draws, tests)
        As in ``romano_wolf``.
    conf_level : float
        The simultaneous level.

    Notes
    -----
    The smallest value that a share ``conf_level`` of (draws + 1) maxima do not exceed.
    """
    highest = np.sort(np.abs(resampled).max(axis=1))
    place = min(len(highest), int(np.ceil(conf_level * (len(highest) + 1)))) - 1
    return float(highest[place])
