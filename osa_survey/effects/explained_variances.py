"""The share of variance a factor stands for: eta, omega and epsilon squared, partial and generalised, Cohen's f."""

from __future__ import annotations

import math
from collections.abc import Callable

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.noncentral_intervals import noncentral_f_interval

BELOW_ZERO = "the estimate was below zero and is given as zero; its interval is not defined"
ABOVE = "the interval is not given: the groups differ so little that it would lie below the estimate"
HOW = "two-sided noncentral F interval"


def eta_squared(f: float, df1: float, df2: float, conf_level: float = 0.95) -> Effect:
    """Return (partial) eta squared of an F test; with one factor both are the same.

    Parameters
    ----------
    f, df1, df2 : float
        A classical (equal variances) F test.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    η² = df₁ F/(df₁ F + df₂). The noncentrality λ is bounded by inverting the noncentral F distribution; the bounds
    are λ/(λ + df₂), as in effectsize with ``alternative = "two.sided"``. (λ/(λ + N) is the same share of the
    population's total under fixed groups; the two differ by the order of 1/N.)

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    method = f"η² (equal variances), {HOW}"
    if math.isnan(f):
        return undefined(method)
    return _bounded(df1 * f / (df1 * f + df2), df1, df2, conf_level, method)


def omega_squared(f: float, df1: float, df2: float, conf_level: float = 0.95, *, n: float | None = None) -> Effect:
    """Return (partial) omega squared of an F test, not below zero.

    Parameters
    ----------
    f, df1, df2 : float
        A classical F test.
    conf_level : float
        Level of the two-sided interval.
    n : float, optional
        Respondents, where other factors are in the model; by default df₁ + df₂ + 1.

    Notes
    -----
    ω² = df₁(F − 1)/(df₁(F − 1) + N). Its interval follows effectsize: ω² is turned back into
    f = (ω²/df₁)/((1 − ω²)/df₂), the noncentrality λ of f is bounded by inverting the noncentral F distribution, and
    the bounds are λ/(λ + df₂). The method says nothing where the estimate is not above zero.

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    method = f"ω² (equal variances), {HOW}"
    if math.isnan(f):
        return undefined(method)
    gain = df1 * (f - 1)
    return _bounded(gain / (gain + (df1 + df2 + 1 if n is None else n)), df1, df2, conf_level, method)


def epsilon_squared(f: float, df1: float, df2: float, conf_level: float = 0.95) -> Effect:
    """Return (partial) epsilon squared of an F test, not below zero: df₁(F − 1)/(df₁ F + df₂).

    Notes
    -----
    The interval is made as that of ``omega_squared``.

    References
    ----------
    Kelley, T. L. (1935). An unbiased correlation ratio measure. Proceedings of the National Academy of Sciences,
    21(9), 554–559. doi:10.1073/pnas.21.9.554
    """
    method = f"ε² (equal variances), {HOW}"
    if math.isnan(f):
        return undefined(method)
    return _bounded(df1 * (f - 1) / (df1 * f + df2), df1, df2, conf_level, method)


def cohens_f(f: float, df1: float, df2: float, conf_level: float = 0.95) -> Effect:
    """Return Cohen's f = √(η²/(1 − η²)) of an F test, with the bounds √(λ/df₂)."""
    return _of_eta(f, df1, df2, conf_level, lambda eta: math.sqrt(eta / (1 - eta)), "Cohen's f")


def cohens_f2(f: float, df1: float, df2: float, conf_level: float = 0.95) -> Effect:
    """Return Cohen's f² = η²/(1 − η²) of an F test: df₁ F/df₂, with the bounds λ/df₂.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587
    """
    return _of_eta(f, df1, df2, conf_level, lambda eta: eta / (1 - eta), "Cohen's f²")


def generalised_eta_squared(
    ss_effect: float,
    ss_error: float,
    ss_measured: float,
    df1: float,
    df2: float,
    conf_level: float = 0.95,
    *,
    measured: bool = True,
) -> Effect:
    """Return generalised eta squared, which compares designs with and without measured or repeated factors.

    Parameters
    ----------
    ss_effect, ss_error : float
        Sums of squares of the effect, and of all error terms (subjects included).
    ss_measured : float
        Sums of squares of all effects with a measured (not manipulated) factor; with ``measured=True`` the effect's
        own is part of it.
    df1, df2 : float
        Degrees of freedom of the effect and its error.
    conf_level : float
        Level of the two-sided interval.
    measured : bool
        Whether the effect itself involves a measured factor.

    Notes
    -----
    η²_G = SS_effect/(δ SS_effect + SS_measured + SS_error) with δ = 0 for a measured effect, else 1. There is no exact
    interval; as in effectsize the bounds are those of an F with the same η², named approximate.

    References
    ----------
    Olejnik, S., & Algina, J. (2003). Generalized eta and omega squared statistics. Psychological Methods, 8(4),
    434–447. doi:10.1037/1082-989X.8.4.434
    """
    method = "generalised η², approximate noncentral F interval"
    total = ss_measured + ss_error + (0.0 if measured else ss_effect)
    if not total > 0:
        return undefined(method)
    return _bounded(ss_effect / total, df1, df2, conf_level, method)


def _bounded(estimate: float, df1: float, df2: float, conf_level: float, method: str) -> Effect:
    if estimate <= 0:
        return effect(0.0, (math.nan, math.nan), method, missing=BELOW_ZERO)
    if estimate >= 1:
        return effect(1.0, (math.nan, math.nan), method)
    bounds = noncentral_f_interval((estimate / df1) / ((1 - estimate) / df2), df1, df2, conf_level)
    return effect(estimate, (bounds.low / (bounds.low + df2), bounds.high / (bounds.high + df2)), method, outside=ABOVE)


def _of_eta(f: float, df1: float, df2: float, conf_level: float, curve: Callable[[float], float], name: str) -> Effect:
    method = f"{name} (equal variances), {HOW}"
    if math.isnan(f):
        return undefined(method)
    eta = eta_squared(f, df1, df2, conf_level)
    bounds = (curve(eta.low), curve(eta.high)) if eta.bounded else (math.nan, math.nan)
    return effect(curve(eta.estimate), bounds, method, missing=eta.warning, outside=ABOVE)
