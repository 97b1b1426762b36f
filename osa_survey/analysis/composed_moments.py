"""Moments of items under weights or pooled over completed sets: what models of groups or waves are fitted to.

Means and covariances (or thresholds and polychoric correlations) are estimates like others: they have a covariance
under the design, and are pooled by Rubin's rules. A model is fitted to them once, with errors and tests from that
covariance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates, joined_sets
from osa_survey.analysis.samples import Sample, does_not_compose
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.preparation import (
    MOST_CATEGORIES,
    ORDINAL,
    answer_problems,
    matrix_problems,
)
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.structures import lower
from osa_survey.psychometrics.confirmatory.weighted_gaps import weighted_saturated_moments
from osa_survey.psychometrics.ordinal import categories, weighted_polychorics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
WHAT = "a model of moments"
EMPTY = "'{item}': not every answer occurs in every group and every completed set"
JOIN = "join categories until all of them occur everywhere, or leave a small group out"


@dataclass(frozen=True, repr=False)
class ComposedMoments:
    """Moments of the items of one or several groups.

    Attributes
    ----------
    samples : tuple of GroupSample
        What models are fitted to.
    estimates : Estimates
        All moments, group after group.
    means : tuple of ndarray of float, shape (items,)
        Mean answers of each group.
    kinds : tuple of ndarray of float
        The different answers of each ordinal item; empty for numbers.
    kept : ndarray of bool, or None
        Which moments of the samples ``estimates`` holds; None for all.
    """

    samples: tuple[GroupSample, ...]
    estimates: Estimates
    means: tuple[Floats, ...]
    kinds: tuple[Floats, ...]
    kept: NDArray[np.bool_] | None = None

    def df(self, fit: FactorFit, slopes: Floats) -> float:
        """Return the degrees of freedom of a function of the parameters of a fit, given its derivatives."""
        reach = fit.inference.reach
        if reach is None:
            return math.inf
        reach = reach if self.kept is None else reach[:, self.kept]
        return float(self.estimates.combined((slopes @ reach)[None, :]).df[0])

    def __repr__(self) -> str:
        return f"<ComposedMoments: {len(self.samples)} groups, {len(self.estimates.estimate)} moments>"


@dataclass(frozen=True, repr=False)
class _Set:
    """Moments of one set, and what the groups of it count for."""

    said: SetEstimate
    people: Floats
    shares: Floats
    means: Floats
    alone: Floats


def composed_moments(
    sample: Sample,
    answers: Sequence[Floats],
    groups: Sequence[Codes],
    names: Sequence[str],
    labels: Sequence[str],
    estimator: str,
) -> ComposedMoments:
    """Return the moments of items with the covariance their data ask for.

    Parameters
    ----------
    sample : Sample
        The respondents used.
    answers : sequence of ndarray of float, shape (respondents used, items)
        Of each set; of numbers in one set with gaps, which the saturated likelihood fills.
    groups : sequence of ndarray of int, shape (respondents used,)
        The group of each respondent, from 0, in each set.
    names, labels : sequence of str
        Items and groups.
    estimator : str
        Decides between means with covariances and thresholds with polychoric correlations.

    Raises
    ------
    AnalysisError
        What the answers cannot carry; ``empty_category`` where an answer to an ordinal item is not given in every
        group and set; ``does_not_compose`` where nobody gives it under a replicate's weights.

    Notes
    -----
    Without a design the covariance in a set is that of equal respondents drawn alone, with divisor n, so that models
    have the robust errors of complete answers.
    """
    ordinal = estimator in ORDINAL
    kinds = answer_kinds(answers, groups, names, labels, estimator, ordinal)
    found = [
        _set(values, own, np.ones(len(values)) if one.weights is None else one.weights, len(labels), kinds)
        for one, values, own in zip(sample.sets, answers, groups, strict=True)
    ]
    estimates = joined_sets(sample, [one.said for one in found])
    if not np.isfinite(estimates.covariance).all():
        message = "under some replicate weights nobody gives an answer, so that its threshold is not defined"
        raise does_not_compose(message, "join rare answers, or declare strata and clusters in place of replicates")
    people = np.min([one.people for one in found], axis=0).astype(int)
    mass = np.mean([one.shares for one in found], axis=0) * people.sum()
    size = len(estimates.estimate) // len(labels)
    root = np.sqrt(np.repeat(mass, size))
    alone = np.mean([one.alone for one in found], axis=0) * root**2 if ordinal else None
    joint = estimates.covariance * np.outer(root, root)
    samples = []
    for group, label in enumerate(labels):
        at = slice(group * size, (group + 1) * size)
        own = _group_sample(estimates.estimate[at], len(names), kinds)
        n, weight = int(people[group]), float(mass[group])
        own = replace(own, label=label, n=n, mass=weight, asymptotic=joint[at, at], joint=joint)
        samples.append(own if alone is None else replace(own, alone=alone[at]))
    where = [f" in group '{label}'" if label else "" for label in labels]
    problems = [
        problem
        for own, said in zip(samples, where, strict=True)
        for problem in matrix_problems(own, names, said, estimator)
    ]
    if problems:
        raise AnalysisError(problems)
    means = np.mean([one.means for one in found], axis=0)
    return ComposedMoments(tuple(samples), estimates, tuple(means), kinds)


def answer_kinds(
    answers: Sequence[Floats],
    groups: Sequence[Codes],
    names: Sequence[str],
    labels: Sequence[str],
    estimator: str,
    ordinal: bool,
) -> tuple[Floats, ...]:
    """Return the different answers of ordinal items, the same in every group and set; refuse what cannot be used."""
    problems: list[Problem] = []
    found: list[tuple[float, ...]] | None = None
    for values, codes in zip(answers, groups, strict=True):
        for group, label in enumerate(labels):
            own = values[codes == group]
            where = f" in group '{label}'" if label else ""
            gaps = "fiml" if np.isnan(own).any() else "listwise"
            problems += answer_problems(own, names, where, gaps, estimator)
            if problems or not ordinal:
                continue
            seen = [tuple(np.unique(column).tolist()) for column in own.T]
            if found is not None and seen != found:
                problems += [
                    Problem("empty_category", EMPTY.format(item=name), column=name, hint=JOIN)
                    for name, a, b in zip(names, found, seen, strict=True)
                    if a != b
                ]
            found = found or seen
    if problems:
        raise AnalysisError(list({problem.message: problem for problem in problems}.values()))
    if found is None:
        return ()
    most = max(map(len, found))
    if most > MOST_CATEGORIES:
        message = f"an item has {most} different answers: it is a number, not a set of ordered categories"
        raise AnalysisError(Problem("not_ordinal", message, hint='estimator = "MLR"'))
    return tuple(np.array(one) for one in found)


def _set(values: Floats, codes: Codes, weights: Floats, groups: int, kinds: tuple[Floats, ...]) -> _Set:
    members = [np.flatnonzero(codes == group) for group in range(groups)]

    def moments(column: Floats) -> Floats:
        return np.concatenate([_moments(values[own], column[own], kinds)[0] for own in members])

    def influence() -> Floats:
        parts = [_moments(values[own], weights[own], kinds)[1]() for own in members]
        size = parts[0].shape[1]
        found = np.zeros((len(values), size * groups))
        for group, (own, part) in enumerate(zip(members, parts, strict=True)):
            found[own, group * size : (group + 1) * size] = part
        return found

    def covariance() -> Floats:
        own = influence()
        return np.asarray(own.T @ own)

    sums = np.array([weights[own].sum() for own in members])
    estimate = moments(weights)
    means = (
        np.array([weights[own] @ values[own] / weights[own].sum() for own in members])
        if kinds
        else estimate.reshape(groups, -1)[:, : values.shape[1]]
    )
    said = SetEstimate(
        estimate,
        covariance,
        influence,
        lambda many: np.stack([moments(column) for column in many.T]),
        how="covariance of the moments of respondents drawn alone",
        what=WHAT,
    )
    alone = (influence() ** 2).sum(axis=0) if kinds else np.empty(0)
    return _Set(said, np.array([float(len(own)) for own in members]), sums / sums.sum(), means, alone)


def _moments(values: Floats, weights: Floats, kinds: tuple[Floats, ...]) -> tuple[Floats, Callable[[], Floats]]:
    """Return the moments of one group, and what each respondent adds to them."""
    if kinds:
        found = weighted_polychorics(categories(values, kinds), weights)
        if found.perfect:
            message = "two items are perfectly correlated"
            raise AnalysisError(Problem("perfect_correlation", message, hint="leave one of them out"))
        return found.moments, found.influence
    if np.isnan(values).any():
        return weighted_saturated_moments(values, weights)
    share = weights / weights.sum()
    mean = share @ values
    centred = values - mean
    rows, columns = lower(values.shape[1])
    spread = ((centred * share[:, None]).T @ centred)[rows, columns]

    def influence() -> Floats:
        return np.asarray(share[:, None] * np.hstack([centred, centred[:, rows] * centred[:, columns] - spread]))

    return np.concatenate([mean, spread]), influence


def _group_sample(moments: Floats, p: int, kinds: tuple[Floats, ...]) -> GroupSample:
    square = np.eye(p)
    if kinds:
        cut = sum(len(each) - 1 for each in kinds)
        rows, columns = lower(p, -1)
        square[rows, columns] = square[columns, rows] = moments[cut:]
        counts = tuple(len(each) - 1 for each in kinds)
        return GroupSample("", 0, np.zeros(p), square, thresholds=moments[:cut], counts=counts)
    rows, columns = lower(p)
    square[rows, columns] = square[columns, rows] = moments[p:]
    return GroupSample("", 0, moments[:p], square)
