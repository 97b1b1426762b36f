"""Two one-sided tests of an estimate against bounds, on plain numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class EquivalenceTest:
    """An estimate tested against a lower and an upper bound.

    Attributes
    ----------
    low, high : float
        The interval at level 1 − 2α.
    t_lower, p_lower : float
        One-sided test that the estimate lies above the lower bound; NaN where there is no such bound.
    t_upper, p_upper : float
        One-sided test that it lies below the upper bound; NaN where there is no such bound.
    p_value : float
        The larger of both p values.
    established : bool
        Whether p is below α, which is the same as an interval within the bounds.
    statistic : float
        Of the test of no difference.
    """

    low: float
    high: float
    t_lower: float
    p_lower: float
    t_upper: float
    p_upper: float
    p_value: float
    established: bool
    statistic: float


def equivalence_test(
    estimate: float, std_error: float, df: float, bounds: tuple[float, float], alpha: float = 0.05
) -> EquivalenceTest:
    """Return the two one-sided tests of an estimate.

    Parameters
    ----------
    estimate, std_error : float
        The number and its standard error, on the scale of the bounds.
    df : float
        Degrees of freedom of t; infinite for z.
    bounds : tuple of (float, float)
        Lower and upper bound; an infinite bound is not tested (non-inferiority has one bound).
    alpha : float
        Level of each one-sided test.

    Returns
    -------
    EquivalenceTest
        NaN, and not established, where the standard error is zero or not known.

    Notes
    -----
    t_L = (θ̂ − Δ_L)/SE with p_L = P(t > t_L), t_U = (θ̂ − Δ_U)/SE with p_U = P(t < t_U); p = max(p_L, p_U). Both tests
    reject at level α exactly if the interval at level 1 − 2α lies within the bounds.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the
    equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics, 15(6), 657–680.
    doi:10.1007/BF01068419
    Lakens, D. (2017). Equivalence tests: A practical primer for t tests, correlations, and meta-analyses. Social
    Psychological and Personality Science, 8(4), 355–362. doi:10.1177/1948550617697177

    Examples
    --------
    >>> found = equivalence_test(0.1, 0.2, math.inf, (-0.5, 0.5))
    >>> round(found.t_lower, 2), round(found.t_upper, 2), round(found.p_value, 4), found.established
    (3.0, -2.0, 0.0228, True)
    """
    nan = math.nan
    if not (std_error > 0 and math.isfinite(estimate)):
        return EquivalenceTest(nan, nan, nan, nan, nan, nan, nan, False, nan)
    half = float(stats.t.ppf(1 - alpha, df)) * std_error
    lower, upper = bounds
    t_lower = (estimate - lower) / std_error if math.isfinite(lower) else nan
    t_upper = (estimate - upper) / std_error if math.isfinite(upper) else nan
    p_lower = float(stats.t.sf(t_lower, df))
    p_upper = float(stats.t.cdf(t_upper, df))
    return both_tests(
        (estimate - half, estimate + half), (t_lower, p_lower), (t_upper, p_upper), alpha, estimate / std_error
    )


def both_tests(
    interval: tuple[float, float],
    lower: tuple[float, float],
    upper: tuple[float, float],
    alpha: float,
    statistic: float,
) -> EquivalenceTest:
    """Return both one-sided tests together; ``lower`` and ``upper`` are statistic and p, NaN where not tested."""
    p = max(value for value in (lower[1], upper[1], 0.0) if not math.isnan(value))
    return EquivalenceTest(*interval, *lower, *upper, p, p < alpha, statistic)
