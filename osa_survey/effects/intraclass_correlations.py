"""The six intraclass correlations of Shrout and Fleiss, with the intervals of McGraw and Wong."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.spreads import Floats

Form = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
FORMS: dict[Form, str] = {
    "ICC(1,1)": "one rating, each person rated by other raters, one-way random",
    "ICC(2,1)": "one rating, absolute agreement of random raters, two-way random",
    "ICC(3,1)": "one rating, consistency of these raters, two-way mixed",
    "ICC(1,k)": "mean of k ratings, each person rated by other raters, one-way random",
    "ICC(2,k)": "mean of k ratings, absolute agreement of random raters, two-way random",
    "ICC(3,k)": "mean of k ratings, consistency of these raters, two-way mixed",
}

BOUNDLESS = 1e-12
"""A reliability of one rating at -1 / (k - 1): that of their mean has no lower end."""


def intraclass_correlations(ratings: Floats, conf_level: float = 0.95) -> dict[Form, Effect]:
    """Return all six forms.

    Parameters
    ----------
    ratings : ndarray of float, shape (people, raters)
        Two or more of each, without gaps.
    conf_level : float
        Level of the two-sided intervals.

    Notes
    -----
    From the mean squares of people B, raters J, residual E and within people W; with n people and k raters
    ICC(1,1) = (B − W)/(B + (k − 1)W), ICC(2,1) = (B − E)/(B + (k − 1)E + k(J − E)/n),
    ICC(3,1) = (B − E)/(B + (k − 1)E); the forms with k are the Spearman–Brown steps of these. Intervals of the first
    and third invert F; the second has Satterthwaite's degrees of freedom. An estimate below zero is kept.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater reliability. Psychological
    Bulletin, 86(2), 420–428. doi:10.1037/0033-2909.86.2.420
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30–46. doi:10.1037/1082-989X.1.1.30
    """
    n, k = ratings.shape
    grand = ratings.mean()
    people, raters = ratings.mean(axis=1), ratings.mean(axis=0)
    between = k * float(((people - grand) ** 2).sum()) / (n - 1)
    judges = n * float(((raters - grand) ** 2).sum()) / (k - 1)
    rest = ratings - people[:, None] - raters[None, :] + grand
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    within = float(((ratings - people[:, None]) ** 2).sum()) / (n * (k - 1))
    if within <= 1e-24 * max(1.0, float(np.square(ratings).mean())) or error <= 1e-24 * within:
        why = "no disagreement is left to estimate the error from: no interval"
        return {form: undefined(_method(form), why) for form in FORMS}
    tail = (1 - conf_level) / 2
    one_low, one_high = _f_bounds(between / within, n - 1, n * (k - 1), tail)
    three_low, three_high = _f_bounds(between / error, n - 1, (n - 1) * (k - 1), tail)
    one = (_step(between / within, k), _step(one_low, k), _step(one_high, k))
    three = (_step(between / error, k), _step(three_low, k), _step(three_high, k))
    two = _absolute_agreement(between, judges, error, n, k, tail)
    singles: dict[Form, tuple[float, float, float]] = {"ICC(1,1)": one, "ICC(2,1)": two, "ICC(3,1)": three}
    found = {form: effect(values[0], values[1:], _method(form)) for form, values in singles.items()}
    averages: dict[Form, Form] = {"ICC(1,k)": "ICC(1,1)", "ICC(2,k)": "ICC(2,1)", "ICC(3,k)": "ICC(3,1)"}
    for form, single in averages.items():
        if min(1 + (k - 1) * value for value in singles[single]) <= BOUNDLESS:
            found[form] = undefined(_method(form), "the people's means do not vary: negative without bound")
            continue
        estimate, low, high = (k * value / (1 + (k - 1) * value) for value in singles[single])
        found[form] = effect(estimate, (low, high), _method(form))
    return found


def _absolute_agreement(
    between: float, judges: float, error: float, n: int, k: int, tail: float
) -> tuple[float, float, float]:
    estimate = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    fj = judges / error
    top = (k - 1) * (n - 1) * (k * estimate * fj + n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    bottom = (n - 1) * k**2 * estimate**2 * fj**2 + (n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    df = top / bottom
    upper = float(stats.f.ppf(1 - tail, n - 1, df))
    lower = float(stats.f.ppf(1 - tail, df, n - 1))
    mixed = k * judges + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * mixed + n * between)
    high = n * (lower * between - error) / (mixed + n * lower * between)
    return estimate, low, high


def _f_bounds(f: float, df1: float, df2: float, tail: float) -> tuple[float, float]:
    return f / float(stats.f.ppf(1 - tail, df1, df2)), f * float(stats.f.ppf(1 - tail, df2, df1))


def _step(f: float, k: int) -> float:
    return (f - 1) / (f + k - 1)


def _method(form: Form) -> str:
    return f"{form}: {FORMS[form]}; interval of McGraw and Wong"
