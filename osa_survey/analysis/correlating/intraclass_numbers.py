"""Agreement of ratings of the same people under a design and over completed sets: intraclass correlations, W."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from osa_survey.analysis.coefficients import Coefficient
from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.effects.intraclass_correlations import FORMS, Form
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
SINGLE: tuple[Form, ...] = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)")
AVERAGE: tuple[Form, ...] = ("ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
ON_Z = "Fisher's z of intraclass correlations"
NO_DISAGREEMENT = "no disagreement is left to estimate the error from: no interval"
NO_CONCORDANCE = "no interval: the concordance is 0 or 1, or nobody's ratings differ"
ROUNDING = 1e-24


def intraclass_statistics(ratings: Floats, weights: Floats, n: int) -> Statistics:
    """Return Fisher's z of ICC(1,1), ICC(2,1) and ICC(3,1) of weighted people.

    Parameters
    ----------
    ratings : ndarray of float, shape (people, raters)
        Without gaps.
    weights : ndarray of float, shape (people,)
        Weights.
    n : int
        People of the sample: what the divisor n − 1 and the correction of the raters' means count.

    Returns
    -------
    Statistics
        Three numbers, with contributions of shape (people, 3).

    Notes
    -----
    With the weighted covariances S and means m of k raters the mean squares of people and error are B = 1'S1/k and
    E = (tr S − B)/(k − 1); v is the variance of the means. z = ½ log((1 + (k − 1)ρ)/(1 − ρ)) comes to ½ log(B/W) with
    W = E + v − E/n, to ½ log((B + v − E/n)/(E + v − E/n)), and to ½ log(B/E). With equal weights the coefficients are
    those of Shrout and Fleiss (1979).

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30–46. doi:10.1037/1082-989X.1.1.30
    """
    k = ratings.shape[1]
    share = weights / weights.sum()
    mean = share @ ratings
    centred = ratings - mean
    stretch = n / (n - 1)
    people = stretch * centred.sum(axis=1) ** 2 / k
    error = (stretch * (centred**2).sum(axis=1) - people) / (k - 1)
    away = mean - mean.mean()
    B, E, v = float(share @ people), float(share @ error), float(away @ away) / (k - 1)
    tops = np.array([B, B + v - E / n, B])
    bottoms = np.array([E + v - E / n, E + v - E / n, E])
    if not (bottoms > ROUNDING * max(1.0, float(np.square(ratings).mean()))).all() or not (tops > 0).all():
        return Statistics(np.full(3, np.nan), lambda: np.full((len(ratings), 3), np.nan))

    def contributions() -> Floats:
        by_person, by_error = people - B, error - E
        by_means = 2 * centred @ away / (k - 1)
        shared = by_means - by_error / n
        up = np.column_stack([by_person, by_person + shared, by_person])
        down = np.column_stack([by_error + shared, by_error + shared, by_error])
        return np.asarray(share[:, None] * (up / tops - down / bottoms) / 2)

    return Statistics(np.log(tops / bottoms) / 2, contributions)


def intraclass_numbers(sample: Sample, k: int, conf_level: float) -> dict[Form, Coefficient]:
    """Return the six intraclass correlations of the first ``k`` variables of complete respondents.

    Notes
    -----
    Pooled and bounded on Fisher's z, where the correlation of one rating and that of the mean of k, 1 − exp(−2z), are
    the same number. Errors are distribution-free, linearised or from replicate weights.
    """
    each = [intraclass_statistics(_ratings(one, k), _weights(one), one.n).estimate for one in sample.sets]
    if not np.isfinite(each).all():
        return {
            form: Coefficient(math.nan, method=FORMS[form], warning=NO_DISAGREEMENT) for form in (*SINGLE, *AVERAGE)
        }

    def statistic(one: CompletedSet) -> SetEstimate:
        ratings, n = _ratings(one, k), one.n
        return of_statistics(
            one, lambda weights: intraclass_statistics(ratings, weights, n), df=n - 1.0,
            how="distribution-free covariance", what="an intraclass correlation",
        )  # fmt: skip

    found = estimated(sample, statistic)
    low, high = found.interval(conf_level)
    numbers: dict[Form, Coefficient] = {}
    for forms, back in ((SINGLE, _single), (AVERAGE, _average)):
        for place, form in enumerate(forms):
            z, error = float(found.estimate[place]), float(found.std_error[place])
            value, slope = back(z, k)
            ends = back(float(low[place]), k)[0], back(float(high[place]), k)[0]
            method = f"{form}: {FORMS[form]}; {ON_Z}, {found.how}"
            numbers[form] = Coefficient(value, error * slope, *ends, float(found.df[place]), method)
    return numbers


def concordance_number(sample: Sample, k: int, conf_level: float) -> Coefficient:
    """Return Kendall's W of the rankings complete respondents give to the first ``k`` variables.

    Notes
    -----
    With weighted mean ranks r̄ and the weighted mean T̄ of Σ(t³ − t) over each person's ties,
    W = 12 Σ(r̄ − (k + 1)/2)² / (k³ − k − T̄); of equal weights Kendall's. W is a share of variance, so it is pooled and
    bounded on its logit. Near 0 no
    estimate of W is nearly normal, and the interval is rough.
    """
    method = "Kendall's W, corrected for ties"
    values = [_concordance(_ranks(one, k), _weights(one)).estimate[0] for one in sample.sets]
    if not all(0 < value < 1 for value in values):
        return Coefficient(float(np.mean(values)), method=method, warning=NO_CONCORDANCE)

    def statistic(one: CompletedSet) -> SetEstimate:
        ranked = _ranks(one, k)

        def on_logit(weights: Floats) -> Statistics:
            found = _concordance(ranked, weights)
            slope = 1 / (found.estimate * (1 - found.estimate))
            return Statistics(special.logit(found.estimate), lambda: found.contributions() * slope)

        return of_statistics(one, on_logit, df=one.n - 1.0, how="distribution-free covariance", what="Kendall's W")

    found = estimated(sample, statistic)
    low, high = (float(special.expit(bound[0])) for bound in found.interval(conf_level))
    share = float(special.expit(found.estimate[0]))
    error = float(found.std_error[0]) * share * (1 - share)
    return Coefficient(share, error, low, high, float(found.df[0]), f"{method}; logit, {found.how}")


def _concordance(ranked: Floats, weights: Floats) -> Statistics:
    """Return W from people's ranks and, in the last column, the sum over their ties."""
    k = ranked.shape[1] - 1
    means = weighted_means(ranked, weights)
    away, room = means.estimate[:k] - (k + 1) / 2, k**3 - k - float(means.estimate[k])
    if not room > 0:
        return Statistics(np.array([np.nan]), lambda: np.full((len(ranked), 1), np.nan))
    share = 12 * float(away @ away) / room
    slopes = np.append(24 * away / room, share / room)
    return Statistics(np.array([share]), lambda: means.contributions() @ slopes[:, None])


def _ranks(one: CompletedSet, k: int) -> Floats:
    ranks = stats.rankdata(_ratings(one, k), axis=1)
    at = np.sort(ranks, axis=1)
    ties = (at[:, :, None] == at[:, None, :]).sum(axis=2).astype(np.float64)  # a tie of t stands t times
    return np.column_stack([ranks, (ties**2 - 1).sum(axis=1)])


def _single(z: float, k: int) -> tuple[float, float]:
    ratio = math.exp(2 * z)
    return (ratio - 1) / (ratio + k - 1), 2 * k * ratio / (ratio + k - 1) ** 2


def _average(z: float, k: int) -> tuple[float, float]:
    rest = math.exp(-2 * z)
    return 1 - rest, 2 * rest


def _ratings(one: CompletedSet, k: int) -> Floats:
    return np.column_stack([one.values(place) for place in range(k)])


def _weights(one: CompletedSet) -> Floats:
    return np.ones(one.n) if one.weights is None else one.weights
