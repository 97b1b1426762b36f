"""Sizes of association in a two-way table of counts, from its chi-squared statistic."""

from __future__ import annotations

import math

from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.noncentral_intervals import noncentral_chi2_interval

HOW = "two-sided noncentral chi-squared interval"
ABOVE = "the interval is not given: so close to independence it would lie below the estimate"
ZERO = "the estimate was below zero and is given as zero; its interval is not defined"

Shape = tuple[int, int]


def cramers_v(chi2: float, df: float, n: float, shape: Shape, conf_level: float = 0.95) -> Effect:
    """Return Cramér's V with a two-sided interval.

    Parameters
    ----------
    chi2, df, n : float
        Pearson's chi-squared without continuity correction, its degrees of freedom, and the sum of the table.
    shape : tuple of int
        Rows and columns, all of which hold somebody; two or more of each.
    conf_level : float
        Level of the interval.

    Notes
    -----
    V = √(χ²/(n (m − 1))) with m the smaller number of rows and columns; the interval bounds the noncentrality λ of
    χ² and gives √(λ/(n (m − 1))), not above 1. V has no value below zero and is biased upwards: with χ² far below its
    df it lies above its interval, which is then not given.

    References
    ----------
    Cramér, H. (1946). Mathematical methods of statistics. Princeton University Press.
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    method = f"Cramér's V without bias correction, {HOW}"
    return _scaled(chi2, df, n * (min(shape) - 1), conf_level, method, 1.0)


def cramers_v_adjusted(chi2: float, df: float, n: float, shape: Shape, conf_level: float = 0.95) -> Effect:
    """Return Cramér's V corrected for its bias; estimate and bounds are corrected alike.

    Notes
    -----
    With φ² = χ²/n: φ̃² = max(0, φ² − df/(n − 1)), k̃ = k − (k − 1)²/(n − 1) for rows and columns, and
    Ṽ = √(φ̃²/(min(k̃, l̃) − 1)).

    References
    ----------
    Bergsma, W. (2013). A bias-correction for Cramér's V and Tschuprow's T. Journal of the Korean Statistical Society,
    42(3), 323–328. doi:10.1016/j.jkss.2012.10.002
    """
    smaller = min(k - (k - 1) ** 2 / (n - 1) for k in shape) - 1

    def corrected(squared: float) -> float:
        return min(1.0, math.sqrt(max(0.0, squared - df / (n - 1)) / smaller))

    bounds = noncentral_chi2_interval(chi2, df, conf_level)
    method = f"Cramér's V, bias-corrected (Bergsma), {HOW} corrected alike"
    found = corrected(chi2 / n)
    if found == 0:
        return effect(0.0, (math.nan, math.nan), method, missing=ZERO)
    return effect(found, (corrected(bounds.low / n), corrected(bounds.high / n)), method, outside=ABOVE)


def tschuprows_t(chi2: float, df: float, n: float, shape: Shape, conf_level: float = 0.95) -> Effect:
    """Return Tschuprow's T = √(χ²/(n √((k − 1)(l − 1)))), which reaches 1 in square tables only.

    References
    ----------
    Tschuprow, A. A. (1939). Principles of the mathematical theory of correlation. Hodge.
    """
    scale = n * math.sqrt((shape[0] - 1) * (shape[1] - 1))
    return _scaled(chi2, df, scale, conf_level, f"Tschuprow's T, {HOW}", 1.0)


def cohens_w(chi2: float, df: float, n: float, shape: Shape, conf_level: float = 0.95) -> Effect:
    """Return Cohen's w = √(χ²/n), which can exceed 1 in tables larger than 2 × 2.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587
    """
    return _scaled(chi2, df, n, conf_level, f"Cohen's w, {HOW}", math.sqrt(min(shape) - 1))


def phi(chi2: float, df: float, n: float, shape: Shape, conf_level: float = 0.95) -> Effect:
    """Return φ = √(χ²/n) of a 2 × 2 table, without sign; NaN for larger tables."""
    method = f"φ without sign, {HOW}"
    if shape != (2, 2):
        return Effect(math.nan, math.nan, math.nan, method, "φ needs two rows and two columns")
    return _scaled(chi2, df, n, conf_level, method, 1.0)


def _scaled(chi2: float, df: float, scale: float, conf_level: float, method: str, most: float) -> Effect:
    bounds = noncentral_chi2_interval(chi2, df, conf_level)
    low, high = (min(most, math.sqrt(bound / scale)) for bound in (bounds.low, bounds.high))
    return effect(min(most, math.sqrt(chi2 / scale)), (low, high), method, outside=ABOVE)
