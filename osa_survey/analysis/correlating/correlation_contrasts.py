"""The difference of two correlations with its test: of plain data, under weights, or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.correlating.associations import pearson
from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.samples import CompletedSet, Sample, does_not_compose
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.effects.correlation_differences import (
    CorrelationTest,
    cohens_q,
    correlation_of_correlations,
    steiger_z,
    williams_t,
    zou_difference,
)
from osa_survey.weighting import Statistics, weighted_correlations

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Positions = tuple[tuple[int, int], tuple[int, int]]
NAN = math.nan
FEWEST = 4
LARGEST_Z = math.atanh(1 - 1e-12)
"""Fisher's z of a correlation that is perfect but for rounding."""
Q = "difference of Fisher's z"
DELTA = "difference of correlations, delta method"
PAIR = np.array([[0, 1]])


@dataclass(frozen=True)
class Contrast:
    """One number of the comparison with its error, interval and test; infinite ``df`` for z."""

    estimate: float
    std_error: float
    low: float
    high: float
    statistic: float
    df: float
    p_value: float
    method: str


@dataclass(frozen=True)
class Compared:
    """Two correlations and their difference.

    Attributes
    ----------
    n : tuple of int
        People behind each.
    r, low, high : tuple of float
        The correlations with their intervals.
    difference, q : Contrast
        First minus second, as correlations and as Fisher's z.
    method, interval : str
        The test and the interval of the difference in words.
    references : tuple of str
        Keys of the sources.
    """

    n: tuple[int, int]
    r: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]
    difference: Contrast
    q: Contrast
    method: str
    interval: str
    references: tuple[str, ...]


def plain_contrast(
    sample: Sample, pairs: Positions, members: Sequence[tuple[Mask, ...]], independent: bool, conf_level: float
) -> Compared:
    """Return the comparison of plain data.

    Parameters
    ----------
    sample : Sample
        The variables, of those with all values.
    pairs : tuple
        The positions of the two variables of each correlation.
    members : sequence of tuple of ndarray of bool
        Of each set, who is in the first and in the second correlation, shape (n,).
    independent : bool
        Whether these are two groups.
    conf_level : float
        Level of the intervals.
    """
    one = sample.first
    found = [
        pearson(one.values(i)[mask], one.values(j)[mask], conf_level)
        for (i, j), mask in zip(pairs, members[0], strict=True)
    ]
    n, r = (found[0].n, found[1].n), (found[0].estimate, found[1].estimate)
    bounds = ((found[0].low, found[0].high), (found[1].low, found[1].high))
    nothing = CorrelationTest(NAN, NAN, NAN)
    known = all(abs(value) < math.tanh(LARGEST_Z) for value in r) and min(n) >= FEWEST
    c, name, test = 0.0, "z of Fisher's z", nothing
    if not independent:
        places = list(dict.fromkeys(place for pair in pairs for place in pair))
        name = "Williams's t" if len(places) == 3 else "Steiger's z"
    if known and not independent:
        R = np.corrcoef(np.array([one.values(place) for place in range(len(places))]))
        c = correlation_of_correlations(R, *pairs)
        if len(places) == 3:
            (shared,) = set(pairs[0]) & set(pairs[1])
            others = [next(place for place in pair if place != shared) for pair in pairs]
            test = williams_t(r[0], r[1], float(R[others[0], others[1]]), n[0])
        else:
            test = steiger_z(R, n[0])
    q = NAN, NAN
    if known:
        error = math.sqrt((2 - 2 * c) / (n[0] - 3)) if not independent else cohens_q(r[0], n[0], r[1], n[1]).std_error
        q = math.atanh(r[0]) - math.atanh(r[1]), error
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * q[1]
    z = q[0] / q[1] if q[1] > 0 else NAN
    of_q = Contrast(
        *q, q[0] - half, q[0] + half, z, math.inf, 2 * float(stats.norm.sf(abs(z))), f"{Q}, normal interval"
    )
    if independent:
        test = CorrelationTest(of_q.statistic, math.inf, of_q.p_value)
    zou = zou_difference(*r, bounds, c)
    difference = Contrast(
        zou.estimate, NAN, zou.low, zou.high, test.statistic, test.df, test.p_value, f"{zou.method}; {name}"
    )
    source = {"Williams's t": "williams", "Steiger's z": "steiger"}.get(name)
    references = ("zou",) if source is None else (source, "zou") if source == "steiger" else (source, "steiger", "zou")
    return Compared(
        n, r, (bounds[0][0], bounds[1][0]), (bounds[0][1], bounds[1][1]), difference, of_q, name, "Zou's interval",
        references,
    )  # fmt: skip


def composed_contrast(
    sample: Sample, pairs: Positions, members: Sequence[tuple[Mask, ...]], independent: bool, conf_level: float
) -> Compared:
    """Return the comparison under the design, pooled over the sets; arguments as in ``plain_contrast``."""
    masks = {id(one): of for one, of in zip(sample.sets, members, strict=True)}
    n = tuple(min(int(of[place].sum()) for of in members) for place in (0, 1))

    def both(one: CompletedSet, weights: Floats) -> Statistics:
        found = []
        for (i, j), mask in zip(pairs, masks[id(one)], strict=True):
            values = np.column_stack([one.values(i), one.values(j)])
            found.append(weighted_correlations(values, PAIR, np.where(mask, weights, 0.0)))
        r = np.array([float(part.estimate[0]) for part in found])
        slopes = 1 / (1 - r**2)
        return Statistics(
            np.arctanh(r),
            lambda: np.column_stack([part.contributions()[:, 0] for part in found]) * slopes,
        )

    def statistic(one: CompletedSet) -> SetEstimate:
        def covariance() -> Floats:
            if independent:
                return np.diag([1 / (int(mask.sum()) - 3) for mask in masks[id(one)]])
            places = sorted({place for pair in pairs for place in pair})
            R = np.corrcoef(np.array([one.values(place) for place in range(places[-1] + 1)]))
            c = correlation_of_correlations(R, *pairs)
            return np.array([[1.0, c], [c, 1.0]]) / (one.n - 3)

        what = "a comparison of correlations"
        return of_statistics(one, lambda weights: both(one, weights), covariance=covariance, df=one.n - 3.0, what=what)

    with np.errstate(invalid="ignore", divide="ignore"):
        finite = min(n) >= FEWEST and all((np.abs(statistic(one).estimate) < LARGEST_Z).all() for one in sample.sets)
    if not finite:
        message = "a correlation is perfect or not defined under weights or in a completed set"
        raise does_not_compose(message, "take variables that differ, and groups of four people or more")
    found = estimated(sample, statistic)
    low, high = found.interval(conf_level)
    q = found.combined(np.array([[1.0, -1.0]]))
    each = found.each_estimate
    jacobians = ((1 - np.tanh(each) ** 2) * np.array([1.0, -1.0]))[:, None, :]
    difference = found.transformed(np.diff(-np.tanh(each), axis=1), jacobians)
    contrasts = []
    for numbers, method in ((difference, f"{DELTA}, t interval"), (q, f"{Q}, t interval")):
        lower, upper = numbers.interval(conf_level)
        contrasts.append(Contrast(
            float(numbers.estimate[0]), float(numbers.std_error[0]), float(lower[0]), float(upper[0]),
            float(numbers.statistic()[0]), float(numbers.df[0]), float(numbers.p_value()[0]), method,
        ))  # fmt: skip
    return Compared(
        (n[0], n[1]),
        (math.tanh(found.estimate[0]), math.tanh(found.estimate[1])),
        (math.tanh(low[0]), math.tanh(low[1])),
        (math.tanh(high[0]), math.tanh(high[1])),
        contrasts[0],
        contrasts[1],
        "t test",
        "delta-method interval",
        ("steiger",),
    )
