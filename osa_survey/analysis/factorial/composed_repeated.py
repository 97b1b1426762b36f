"""Several ratings or yes/no answers by the same people under weights and over imputed sets: tests and sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.composed_numbers import Number, smooth_number
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.factorial.composed_effects import NO_INVERSE
from osa_survey.analysis.factorial.repeated_tests import SignedRanks, cochran_test, friedman_test, signed_ranks
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.paired_differences import matched_rank_biserial
from osa_survey.imputation import d2, pool
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
Answers = Callable[[CompletedSet], Floats]
"""From one set to the answers of those used, shape (people, things): ratings, or 1 for yes and 0 for no."""
NOBODY = "nobody's answers differ: the test is not defined"
SMALLEST = 1e-9
"""Nearer to 0 or 1 than this W has no interval: Fisher's z of its root has no slope there."""


@dataclass(frozen=True)
class ComposedTest:
    """One test: F on df1 and df2 degrees of freedom, how it was made, and why it may not be defined."""

    f: float
    df1: float
    df2: float
    p_value: float
    method: str
    warning: str = ""


def ranked(answers: Answers) -> Answers:
    """Return the ranks of each person's own answers, ties shared."""
    return lambda one: np.asarray(stats.rankdata(answers(one), axis=1))


def equal_means(sample: Sample, answers: Answers, what: str) -> ComposedTest:
    """Return Wald's test under a design that all things have the same mean: of ranks, or of yes, which is a share.

    Parameters
    ----------
    sample : Sample
        The data, under a design.
    answers : callable
        What is averaged.
    what : str
        What the means are of, for the method.

    Notes
    -----
    Ranks within people, and yes or no, are known from each person alone, so that their means are ordinary weighted
    means: F = θ'V⁻¹θ/(k − 1) of k − 1 contrasts on k − 1 and df(design), linearised or by replicates (Binder, 1983),
    over sets D1. ``anova`` within people tests the same.
    """
    k = answers(sample.first).shape[1]
    contrasts = np.hstack([-np.ones((k - 1, 1)), np.eye(k - 1)])
    method = f"Wald's F of equal {what}" + (", pooled by D1" if sample.imputed else "")
    if any(np.ptp(answers(one), axis=1).max() == 0 for one in sample.sets):
        return ComposedTest(math.nan, k - 1.0, math.nan, math.nan, method, NOBODY)
    test = _means(sample, answers).combined(contrasts).test(range(k - 1))
    missing = "" if math.isfinite(test.statistic) else NO_INVERSE
    return ComposedTest(test.statistic, float(test.df1), test.df2, test.p_value, method, missing)


def _means(sample: Sample, answers: Answers) -> Estimates:
    def statistic(one: CompletedSet) -> SetEstimate:
        own = answers(one)
        return of_statistics(one, lambda weights: weighted_means(own, weights), df=one.n - 1.0, what="a mean")

    return estimated(sample, statistic)


def difference(sample: Sample, answers: Answers, first: int, second: int, conf_level: float) -> Number:
    """Return the difference of two means, first minus second, with its t test."""
    found = _means(sample, lambda one: answers(one)[:, [first, second]]).combined(np.array([[1.0, -1.0]]))
    if any((np.ptp(answers(one)[:, [first, second]], axis=1) == 0).all() for one in sample.sets):
        return Number(sample.n, float(found.estimate[0]), warning=NOBODY)
    low, high = found.interval(conf_level)
    return Number(
        sample.n, float(found.estimate[0]), float(found.std_error[0]), float(low[0]), float(high[0]),
        float(found.statistic()[0]), float(found.df[0]), float(found.p_value()[0]),
    )  # fmt: skip


def pooled_friedman(sample: Sample, answers: Answers) -> ComposedTest:
    """Return Friedman's χ² of each set, pooled by D2."""
    found = [friedman_test(answers(one)) for one in sample.sets]
    return _pooled([one.statistic for one in found], found[0].df)


def pooled_cochran(sample: Sample, answers: Answers) -> ComposedTest:
    """Return Cochran's Q of each set, pooled by D2."""
    found = [cochran_test(answers(one)) for one in sample.sets]
    return _pooled([one.statistic for one in found], found[0].df)


def pooled_mcnemar(sample: Sample, answers: Answers, first: int, second: int) -> ComposedTest:
    """Return McNemar's χ² = (b − c)²/(b + c) of each set, without continuity correction, pooled by D2."""
    each = []
    for one in sample.sets:
        own = answers(one)
        b, c = (float(np.sum(own[:, x] > own[:, y])) for x, y in ((first, second), (second, first)))
        each.append((b - c) ** 2 / (b + c) if b + c else math.nan)
    return _pooled(each, 1.0)


def _pooled(each: Sequence[float], df: float) -> ComposedTest:
    if not np.isfinite(each).all():
        return ComposedTest(math.nan, df, math.nan, math.nan, "χ² pooled by D2", NOBODY)
    test = d2(each, int(df))
    return ComposedTest(test.statistic, test.df1, test.df2, test.p_value, "χ² pooled by D2")


def composed_concordance(sample: Sample, answers: Answers, conf_level: float) -> Effect:
    """Return Kendall's W with a linearised t interval on Fisher's z of its root, pooled there.

    Notes
    -----
    W = 12 Σ(R̄ − (k + 1)/2)²/(k³ − k − T̄), with R̄ the mean ranks of k things and T̄ the mean of Σ(t³ − t) over the ties
    of a person, is the share of the variance of ranks that things stand for; it is treated as η² is.
    """
    pooled = ", pooled there" if sample.imputed else ""
    method = f"Kendall's W, corrected for ties; linearised interval on Fisher's z{pooled}"
    k = answers(sample.first).shape[1]
    ranks = ranked(answers)

    def parts(one: CompletedSet) -> Floats:
        own = ranks(one)
        return np.column_stack([own, _ties(own)])

    def share(v: Floats) -> float:
        room = k**3 - k - float(v[k])
        return 12 * float(((v[:k] - (k + 1) / 2) ** 2).sum()) / room if room > 0 else math.nan

    def base(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
        return [weighted_means(parts(one), weights)]

    shares = [share(weighted_means(parts(one), _weights(one)).estimate) for one in sample.sets]
    if not np.isfinite(shares).all():
        return undefined(method, "nobody's ratings differ")
    if min(shares) < SMALLEST or max(shares) > 1 - SMALLEST:
        roots = np.arctanh(np.sqrt(np.clip(shares, 0.0, 1 - 1e-15)))
        return effect(math.tanh(float(roots.mean())) ** 2, (math.nan, math.nan), method)

    def on_z(v: Floats) -> float:
        return math.atanh(math.sqrt(min(max(share(v), 0.0), 1 - SMALLEST)))

    found = smooth_number(sample, base, on_z, conf_level, what="Kendall's W")
    low, high = max(0.0, found.low), max(0.0, found.high)
    return effect(math.tanh(found.estimate) ** 2, (math.tanh(low) ** 2, math.tanh(high) ** 2), method)


def _weights(one: CompletedSet) -> Floats:
    weights = one.weights
    return np.ones(one.n) if weights is None else weights


def _ties(ranks: Floats) -> Floats:
    """Return Σ(t³ − t) of each person: 12 times what the squares of mid-ranks lack to those of whole ranks."""
    k = ranks.shape[1]
    return np.asarray(12 * (k * (k + 1) * (2 * k + 1) / 6 - (ranks**2).sum(axis=1)))


def pooled_signed_ranks(
    sample: Sample, answers: Answers, first: int, second: int, conf_level: float
) -> tuple[float, ComposedTest, Effect]:
    """Return Wilcoxon's V (mean over the sets), z² pooled by D2, and the matched-pairs rank-biserial r.

    Notes
    -----
    r is pooled on Fisher's z, with the standard error that its interval has in each set.
    """
    both = [answers(one)[:, [first, second]] for one in sample.sets]
    tested: list[SignedRanks] = [signed_ranks(own[:, 0], own[:, 1]) for own in both]
    test = _pooled([one.z**2 for one in tested], 1.0)
    sizes = [matched_rank_biserial(own[:, 0], own[:, 1], conf_level) for own in both]
    method = "signed-rank sums as a share of all ranks, pooled on Fisher's z"
    estimates = [size.estimate for size in sizes]
    if not np.isfinite(estimates).all():
        return math.nan, test, undefined(method, "nobody's ratings differ")
    v = float(np.mean([one.v for one in tested]))
    if not all(size.bounded for size in sizes):
        missing = next(size.warning for size in sizes if size.warning)
        return v, test, effect(float(np.mean(estimates)), (math.nan, math.nan), method, missing=missing)
    quantile = float(stats.norm.ppf((1 + conf_level) / 2))
    errors = [(math.atanh(size.high) - math.atanh(size.low)) / (2 * quantile) for size in sizes]
    pooled = pool(np.arctanh(estimates), np.square(errors))
    low, high = pooled.interval(conf_level)
    bounds = math.tanh(float(low[0])), math.tanh(float(high[0]))
    return v, test, effect(math.tanh(float(pooled.estimate[0])), bounds, method)
