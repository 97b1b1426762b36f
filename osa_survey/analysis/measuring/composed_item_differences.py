"""Differential item functioning under weights or pooled over completed sets: Wald tests, D1, changes of R²."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.domains import restricted_by
from osa_survey.analysis.estimates import Floats, Sample, SetEstimate, joined_sets
from osa_survey.analysis.measuring.composed_graded_models import fitted_proper
from osa_survey.analysis.regressing.block_fits import set_estimate_of
from osa_survey.analysis.samples import CompletedSet
from osa_survey.errors import AnalysisError
from osa_survey.models import OrdinalLogit, pseudo_r2
from osa_survey.models.fit_indices import PseudoR2
from osa_survey.models.fits import Fit
from osa_survey.psychometrics.item_response.item_differences import (
    FEWEST_ANSWERS,
    NO_ESTIMATE,
    ItemDifference,
    joined_groups,
    nested_designs,
)
from osa_survey.psychometrics.item_response.scale_differences import (
    DifferenceTests,
    ItemTests,
    attempted,
    purified_tests,
    rest_means,
)
from osa_survey.psychometrics.item_response.trait_scores import trait_scores

Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class ComposedItems:
    """The items of a scale and who is in which group.

    Attributes
    ----------
    sample : Sample
        Those tested.
    answers : sequence of ndarray of float, shape (respondents, items)
        Of each set, everybody.
    groups : sequence of ndarray of float, shape (respondents, groups - 1)
        Indicators of the groups but the first, everybody.
    """

    sample: Sample
    answers: Sequence[Floats]
    groups: Sequence[Floats]


def composed_difference_tests(items: ComposedItems, *, matching: str, purify: bool) -> DifferenceTests:
    """Return differential item functioning of all items.

    Parameters
    ----------
    items : ComposedItems
        The answers.
    matching : {"trait", "rest"}
        Expected a posteriori trait of a (weighted) graded response model of each set, or the mean of the other items;
        known without error, as without weights.
    purify : bool
        Whether the tests are repeated without flagged items in the matching; the same items in all sets.

    Notes
    -----
    The group and its product with the trait are tested by Wald tests of weighted ordinal logits under the design (F),
    over completed sets by D1 (Li, Raghunathan & Rubin, 1991). Changes of R² are means over the sets; under weights the
    likelihood is that of weights with mean one (Lumley, 2017). The change of the trait's coefficient is that of the
    pooled coefficients.

    References
    ----------
    Lumley, T. (2017). Pseudo-R² statistics under complex sampling. Australian & New Zealand Journal of Statistics,
    59(2), 187-194. doi:10.1111/anzs.12187
    """

    def tested(anchors: Mask) -> list[ItemTests]:
        traits = [
            _trait(one, values, anchors) if matching == "trait" else None
            for one, values in zip(items.sample.sets, items.answers, strict=True)
        ]
        found = []
        for item in range(items.answers[0].shape[1]):
            matched = [
                rest_means(values, anchors, item) if trait is None else trait
                for values, trait in zip(items.answers, traits, strict=True)
            ]
            masks = [
                ~np.isnan(values[:, item]) & ~np.isnan(own) for values, own in zip(items.answers, matched, strict=True)
            ]
            inside = restricted_by(items.sample, masks)
            columns = [values[:, item] for values in items.answers]
            found.append(attempted(lambda: _difference(inside, columns, matched, items.groups), inside.n))  # noqa: B023
        return found

    return purified_tests(items.answers[0].shape[1], tested, purify)


def _trait(one: CompletedSet, values: Floats, anchors: Mask) -> Floats:
    """Return the traits of those used, NaN for all others."""
    found = np.full(len(values), np.nan)
    own = values[one.used][:, anchors]
    found[one.used] = trait_scores(fitted_proper(own, one.weights, False), own).eap
    return found


def _difference(
    sample: Sample, answers: Sequence[Floats], traits: Sequence[Floats], groups: Sequence[Floats]
) -> tuple[ItemDifference, ...]:
    """Return the three comparisons of one item; see ``item_difference``."""
    known, numbers = _joined(sample, answers)
    said: list[list[SetEstimate]] = []
    r2: list[list[PseudoR2]] = []
    for one, own, trait, members in zip(sample.sets, answers, traits, groups, strict=True):
        y = numbers[np.searchsorted(known, own[one.used])].astype(np.float64)
        weights = None if one.weights is None else one.weights * (one.n / one.weights.sum())
        fits = _nested_fits(y, trait[one.used], members[one.used], weights, int(numbers.max()) + 1)
        said.append([set_estimate_of(fit, y, X, None, weights, "classical", None) for fit, X in fits])
        r2.append([_r2(fit, y, weights) for fit, _ in fits])
    alone, uniform, full = (joined_sets(sample, [sets[place] for sets in said]) for place in range(3))
    df = groups[0].shape[1]
    first = float(alone.estimate[0])
    change = abs((float(uniform.estimate[0]) - first) / first) if first else math.nan
    by_group, by_trait = list(range(1, 1 + df)), list(range(1 + df, 1 + 2 * df))
    found = []
    for kind, test, low, high in (
        ("uniform", uniform.test(by_group), 0, 1),
        ("non-uniform", full.test(by_trait), 1, 2),
        ("total", full.test([*by_group, *by_trait]), 0, 2),
    ):
        found.append(
            ItemDifference(
                kind,
                test.statistic,
                int(test.df1),
                test.p_value,
                max(float(np.mean([one[high].mcfadden - one[low].mcfadden for one in r2])), 0.0),
                max(float(np.mean([one[high].nagelkerke - one[low].nagelkerke for one in r2])), 0.0),
                change if kind == "uniform" else math.nan,
                test.name,
                test.df2,
            )
        )
    return tuple(found)


def _nested_fits(
    y: Floats, trait: Floats, groups: Floats, weights: Floats | None, categories: int
) -> list[tuple[Fit, Floats]]:
    """Return the fits of trait, groups and their products, each with its design matrix."""
    center = np.average(trait, weights=weights)
    z = (trait - center) / np.sqrt(np.average((trait - center) ** 2, weights=weights))
    found = []
    for X in nested_designs(z, groups):
        fit = OrdinalLogit(categories).fit(y, X, weights=weights)
        if fit.separated or not fit.converged:
            raise AnalysisError(NO_ESTIMATE)
        found.append((fit, X))
    return found


def _r2(fit: Fit, y: Floats, weights: Floats | None) -> PseudoR2:
    counts = np.bincount(y.astype(np.int64), weights)
    null = float((counts * np.log(counts / counts.sum())).sum())
    return pseudo_r2(fit.log_likelihood, null, len(y), fit.n_coefficients)


def _joined(sample: Sample, answers: Sequence[Floats]) -> tuple[Floats, NDArray[np.int64]]:
    """Return the answers that occur and the number of each, rare ones joined alike in all sets."""
    given = np.concatenate([own[one.used] for one, own in zip(sample.sets, answers, strict=True)])
    known, counts = np.unique(given, return_counts=True)
    return known, joined_groups(counts, FEWEST_ANSWERS * sample.m)
