"""Polychoric, polyserial and Pearson correlations under a design and over completed sets, on Fisher's z."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates, joined_sets
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.psychometrics.ordinal import Categories, categories
from osa_survey.psychometrics.ordinal.full_polychorics import full_polychorics
from osa_survey.psychometrics.ordinal.ordered_answers import GAP
from osa_survey.psychometrics.ordinal.pairwise_polychorics import PairwisePolychorics, pairwise_polychorics
from osa_survey.psychometrics.ordinal.polychorics import BOUND
from osa_survey.psychometrics.ordinal.polyserials import weighted_polyserial
from osa_survey.psychometrics.ordinal.weighted_thresholds import threshold_contributions, weighted_thresholds
from osa_survey.weighting import Statistics, weighted_correlations

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
TWO_STEP = "two-step covariance"
FULL = "covariance of the observed information"
WHAT = "a correlation of answer tendencies"


@dataclass(frozen=True, repr=False)
class LatentAnswers:
    """Answers of those used in one set.

    Attributes
    ----------
    items : Categories
        Items, with the same categories in every set.
    numbers : ndarray of float, shape (respondents used, numbers)
        Numbers beside them, NaN for gaps.
    """

    items: Categories
    numbers: Floats

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The variables of each correlation: items with items, items with numbers, numbers with numbers."""
        k, q = len(self.items.answers), self.numbers.shape[1]
        return [
            *itertools.combinations(range(k), 2),
            *itertools.product(range(k), range(k, k + q)),
            *itertools.combinations(range(k, k + q), 2),
        ]

    @property
    def people(self) -> NDArray[np.int64]:
        """Respondents with both variables of each pair."""
        answered = np.vstack([self.items.codes != GAP, ~np.isnan(self.numbers.T)])
        return np.array([int((answered[i] & answered[j]).sum()) for i, j in self.pairs])


@dataclass(frozen=True, repr=False)
class LatentNumbers:
    """Correlations of answer tendencies with the covariance their data ask for.

    Attributes
    ----------
    answers : tuple of LatentAnswers
        Of each set.
    solved : tuple of PairwisePolychorics
        Of each set.
    each : ndarray of float, shape (sets, pairs)
        Correlations of each set.
    known : ndarray of bool, shape (pairs,)
        Where every set has a correlation that is not perfect.
    on_z : Estimates or None
        Fisher's z of the known ones; None where there is none.
    thresholds : Estimates or None
        Thresholds of the items one after the other that every set has; None where there is none.
    known_thresholds : ndarray of bool, shape (thresholds,)
        Which these are.
    deviances : ndarray of float, shape (sets, pairs of items)
        How far tables are from those of normal tendencies: χ² of unweighted people.
    """

    answers: tuple[LatentAnswers, ...]
    solved: tuple[PairwisePolychorics, ...]
    each: Floats
    known: Flags
    on_z: Estimates | None
    thresholds: Estimates | None
    known_thresholds: Flags
    deviances: Floats


def latent_answers(values: Sequence[Floats], k: int) -> tuple[LatentAnswers, ...]:
    """Return answers of each set with the categories that occur in any of them.

    Parameters
    ----------
    values : sequence of ndarray of float, shape (respondents used, items + numbers)
        Of each set; items first, NaN for gaps.
    k : int
        Items.

    Raises
    ------
    ValueError
        If an item has more than 100 different answers.
    """
    together = np.concatenate([one[:, :k] for one in values])
    occurring = [np.unique(column[~np.isnan(column)]) for column in together.T]
    return tuple(LatentAnswers(categories(one[:, :k], occurring), one[:, k:]) for one in values)


def latent_numbers(sample: Sample, answers: Sequence[LatentAnswers], *, full: bool = False) -> LatentNumbers:
    """Return all correlations and thresholds under the design of a sample, pooled over its sets.

    Parameters
    ----------
    sample : Sample
        The respondents used.
    answers : sequence of LatentAnswers
        Of each set.
    full : bool
        Whether correlations of items are those of full maximum likelihood.

    Notes
    -----
    Correlations are pooled by Rubin's rules on Fisher's z. Without a design their covariance adds up the influences of
    Muthén (1984), with the divisor n − 1; under one it is linearised from them, or the correlations are computed again
    under replicate weights. Full maximum likelihood has its observed information without a design, else the influences
    of its own scores.
    """
    weights = [np.ones(one.n) if one.weights is None else one.weights for one in sample.sets]
    said = [_Correlations(own, full) for own in answers]
    solved = tuple(pairwise_polychorics(own.items, w) for own, w in zip(answers, weights, strict=True))
    each = np.array([one.at(w).estimate for one, w in zip(said, weights, strict=True)])
    known = np.asarray((np.isfinite(each) & (np.abs(each) < BOUND)).all(axis=0))
    on_z = None
    if known.any():
        parts = [one.on_z(own, known) for one, own in zip(said, sample.sets, strict=True)]
        on_z = joined_sets(sample, parts)
    taus = np.array([weighted_thresholds(own.items, w) for own, w in zip(answers, weights, strict=True)])
    there = np.asarray(np.isfinite(taus).all(axis=0))
    thresholds = None
    if there.any():
        thresholds = joined_sets(
            sample, [_thresholds(one, own, there) for one, own in zip(sample.sets, answers, strict=True)]
        )
    deviances = np.array([
        full_polychorics(one.pairs.tables).chi_squared if full else one.normal_surface_deviances() for one in solved
    ])  # fmt: skip
    return LatentNumbers(tuple(answers), solved, each, known, on_z, thresholds, there, deviances)


@dataclass(frozen=True, repr=False)
class _Correlations:
    """The correlations of one set as functions of weights."""

    answers: LatentAnswers
    full: bool

    def at(self, weights: Floats) -> Statistics:
        """Return the correlations of all pairs."""
        items, numbers = self.answers.items, self.answers.numbers
        found = pairwise_polychorics(items, weights)
        rho = full_polychorics(found.pairs.tables).rho if self.full else found.pairs.rho
        beside = [weighted_polyserial(number, codes, weights) for codes in items.codes for number in numbers.T]
        between = np.array(list(itertools.combinations(range(numbers.shape[1]), 2)), dtype=np.int64).reshape(-1, 2)
        pearson = weighted_correlations(numbers, between, weights) if len(between) else None
        parts = [rho, np.array([one.rho for one, _ in beside])]
        parts += [pearson.estimate] if pearson is not None else []

        def contributions() -> Floats:
            moved = [
                found.full_contributions(items, weights) if self.full
                else found.correlation_contributions(items, weights)
            ]  # fmt: skip
            moved += [influence[:, None] for _, influence in beside]
            moved += [pearson.contributions()] if pearson is not None else []
            return np.concatenate(moved, axis=1)

        return Statistics(np.concatenate(parts), contributions)

    def on_z(self, one: CompletedSet, known: Flags) -> SetEstimate:
        """Return Fisher's z of the known pairs."""

        def statistic(weights: Floats) -> Statistics:
            found = self.at(weights)
            rho = np.clip(found.estimate[known], -BOUND, BOUND)
            return Statistics(np.arctanh(rho), lambda: found.contributions()[:, known] / (1 - rho**2))

        said = of_statistics(one, statistic, df=one.n - 2.0, how=TWO_STEP, what=WHAT)
        if not self.full:
            return said
        return replace(said, covariance=lambda: self._information(known), how=FULL)

    def _information(self, known: Flags) -> Floats:
        """Return the variances of Fisher's z by the observed information; pairs are not looked at together."""
        ones = np.ones(self.answers.items.codes.shape[1])
        found = self.at(ones)
        variance = (found.contributions() ** 2).sum(axis=0)
        solved = full_polychorics(pairwise_polychorics(self.answers.items, ones).pairs.tables)
        variance[: len(solved.rho)] = solved.std_errors**2
        return np.diag(variance[known] / (1 - found.estimate[known] ** 2) ** 2)


def _thresholds(one: CompletedSet, own: LatentAnswers, there: Flags) -> SetEstimate:
    def statistic(weights: Floats) -> Statistics:
        return Statistics(
            weighted_thresholds(own.items, weights)[there],
            lambda: threshold_contributions(own.items, weights)[:, there],
        )

    return of_statistics(one, statistic, df=one.n - 1.0, how="delta method", what="a threshold")
