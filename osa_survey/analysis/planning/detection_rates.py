"""What many simulated studies say of a test: power, errors of sign and size, each with the error of simulation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.proportion_intervals import Interval, proportion_interval

Floats = NDArray[np.float64]
TOLD_FROM_ZERO = 3.0
"""A true value within this many standard errors of zero has no sign that estimates could miss."""


@dataclass(frozen=True)
class Share:
    """A share of simulated studies with its interval; NaN where there are none."""

    count: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Count by n."""
        return self.count / self.n if self.n else math.nan

    @property
    def std_error(self) -> float:
        """The standard error of simulation, √(p(1 − p)/n)."""
        return math.sqrt(self.share * (1 - self.share) / self.n) if self.n else math.nan


@dataclass(frozen=True)
class Average:
    """A mean over simulated studies with its standard error and normal interval."""

    mean: float
    std_error: float
    low: float
    high: float
    n: int


def share_of(count: int, n: int, interval: Interval = "wilson", conf_level: float = 0.95) -> Share:
    """Return a share of simulated studies.

    Examples
    --------
    >>> found = share_of(812, 1000)
    >>> round(found.share, 3), round(found.low, 4), round(found.high, 4)
    (0.812, 0.7866, 0.835)
    """
    if n == 0:
        return Share(0, 0, math.nan, math.nan)
    return Share(count, n, *proportion_interval(count, n, interval, conf_level))


def power_of(p_values: Floats, alpha: float, interval: Interval = "wilson", conf_level: float = 0.95) -> Share:
    """Return the share of studies whose test is significant.

    Parameters
    ----------
    p_values : ndarray of float, shape (studies,)
        NaN where the test could not be made: such a study counts, and detects nothing.
    alpha : float
        The level.
    interval : {"wilson", "clopper_pearson"}
        The kind of interval.
    conf_level : float
        Its level.
    """
    return share_of(int((p_values < alpha).sum()), len(p_values), interval, conf_level)


def average_of(values: Floats, conf_level: float = 0.95) -> Average:
    """Return a mean over studies, those without a value left out.

    Examples
    --------
    >>> average_of(np.array([1.0, 2.0, 3.0, np.nan])).mean
    2.0
    """
    known = values[~np.isnan(values)]
    n = len(known)
    if n < 2:
        return Average(float(known[0]) if n else math.nan, math.nan, math.nan, math.nan, n)
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(n)
    half = float(stats.norm.ppf(0.5 + conf_level / 2)) * error
    return Average(mean, error, mean - half, mean + half, n)


def wrong_sign(
    estimates: Floats, p_values: Floats, truth: float, alpha: float, interval: Interval = "wilson",
    conf_level: float = 0.95,
) -> Share:  # fmt: skip
    """Return the type S error: the share of significant estimates with the wrong sign.

    Parameters
    ----------
    estimates, p_values : ndarray of float, shape (studies,)
        Estimate and p of each study.
    truth : float
        The true value; NaN or zero has no sign.
    alpha : float
        The level.
    interval : {"wilson", "clopper_pearson"}
        The kind of interval.
    conf_level : float
        Its level.

    References
    ----------
    Gelman, A., & Carlin, J. (2014). Beyond power calculations: Assessing Type S (sign) and Type M (magnitude) errors.
    Perspectives on Psychological Science, 9(6), 641–651. doi:10.1177/1745691614551642
    """
    found = (p_values < alpha) & ~np.isnan(estimates)
    if math.isnan(truth) or truth == 0:
        return share_of(0, 0)
    return share_of(int((estimates[found] * truth < 0).sum()), int(found.sum()), interval, conf_level)


def exaggeration(estimates: Floats, p_values: Floats, truth: float, alpha: float, conf_level: float = 0.95) -> Average:
    """Return the type M error: by how much significant estimates are larger than the true value, on average.

    Parameters
    ----------
    estimates, p_values : ndarray of float, shape (studies,)
        Estimate and p of each study.
    truth : float
        The true value; NaN or zero has no size.
    alpha : float
        The level.
    conf_level : float
        Level of the interval.

    Notes
    -----
    The mean of |estimate| / |true value| over significant studies; the true value counts as known.

    References
    ----------
    Gelman, A., & Carlin, J. (2014). Beyond power calculations: Assessing Type S (sign) and Type M (magnitude) errors.
    Perspectives on Psychological Science, 9(6), 641–651. doi:10.1177/1745691614551642
    """
    found = (p_values < alpha) & ~np.isnan(estimates)
    if math.isnan(truth) or truth == 0:
        return average_of(np.zeros(0))
    return average_of(np.abs(estimates[found] / truth), conf_level)


def known_truth(average: Average) -> float:
    """Return an average estimate as the true value, or NaN where it cannot be told from zero."""
    if math.isnan(average.std_error) or abs(average.mean) <= TOLD_FROM_ZERO * average.std_error:
        return math.nan
    return average.mean
