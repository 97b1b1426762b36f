"""The curve of a multiverse under a sampling plan or over completed sets, and which joint tests it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.domains import versions
from osa_survey.analysis.multiverse.composed_units import ComposedNumbers, composed_numbers
from osa_survey.analysis.multiverse.multiverse_choices import Choices, marked
from osa_survey.analysis.multiverse.multiverse_exclusions import those_left
from osa_survey.analysis.multiverse.multiverse_rows import BOOTSTRAP, Curve, JointTest
from osa_survey.analysis.multiverse.multiverse_units import Enumerated, enumerated
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.weighting import are_resamples, no_resamples, resampled_weights

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NO_SHUFFLES = (
    "no permutation test: weights, strata and clusters tell respondents apart, so that shuffles of the predictor over "
    "them are no null hypothesis"
)
NO_POOLED_TEST = (
    "no joint test: shuffles and resamples of a completed set leave out what the imputation does not know, and no rule "
    "pools them over the sets"
)
NO_RESAMPLES = "no bootstrap test: {why}"
RANKS = "ranks of all respondents have no design-based variance"
RESAMPLED_PLAN = "bootstrap of the sampling plan under the null hypothesis, all specifications together"
SHUFFLED = "permutation of the predictor, all specifications together"
COMPOSED = "weighted partial correlation, t interval of the coefficient on its scale"
POOLED = "pooled partial correlation, t interval of the coefficient on its scale"


@dataclass(frozen=True, repr=False)
class ComposedCurve:
    """A curve with whom it is about.

    Attributes
    ----------
    made : Enumerated
        The specifications of the first set, with the people of each.
    curve : Curve
        The curve.
    people : tuple of ndarray of bool, or of float
        Whom each specification is about; of sets that differ their number.
    varying : tuple of str
        Exclusions that leave other people in other sets.
    design : SurveyDesign or None
        The plan.
    m : int
        Completed sets; 1 where nothing was imputed.
    groups : tuple of tuple of ndarray of bool
        For each specification the groups that its predictor tells apart; empty where there are none.
    """

    made: Enumerated
    curve: Curve
    people: tuple[Mask | float, ...]
    varying: tuple[str, ...]
    design: SurveyDesign | None
    m: int
    groups: tuple[tuple[Mask, ...], ...] = ()


def refuse_ranks(design: SurveyDesign | None, choices: Choices) -> None:
    """Raise an AnalysisError ``does_not_compose`` for models of ranks under a design."""
    if design is not None and "rank" in choices.models:
        raise does_not_compose(RANKS, "leave 'rank' out of models")


def composed_curve(
    data: Data,
    choices: Choices,
    *,
    tests: Sequence[str],
    draws: int,
    seed: int,
    preregistered: object,
    folder: Path | None,
    workers: int | None,
    conf_level: float,
) -> ComposedCurve:
    """Return the curve; the arguments are those of ``multiverse``.

    Raises
    ------
    AnalysisError
        What ``enumerated`` raises; ``does_not_compose`` for models of ranks under a design.
    """
    sets = versions(data)
    design = getattr(sets[0], "design", None)
    refuse_ranks(design, choices)
    judged = data.original if isinstance(data, ImputedData) else None
    inside = None if design is None else np.asarray(design.weights > 0)
    made = [enumerated(one, choices, 0, 0, seed, inside=inside, judged=judged) for one in sets]
    position = marked(made[0].specifications, preregistered)  # type: ignore[arg-type]
    resamples = _resamples(design, len(sets), tests, draws, seed, len(sets[0]))
    numbers = composed_numbers(made, [getattr(one, "design", None) for one in sets], resamples, folder, workers)
    half = stats.t.ppf((1 + conf_level) / 2, numbers.df) * numbers.error
    curve = Curve(
        made[0].specifications, numbers.df, numbers.n, numbers.r, numbers.p, numbers.r - half, numbers.r + half,
        tuple(_test(kind, numbers, design, len(sets)) for kind in tests), position,
        COMPOSED if len(sets) == 1 else POOLED,
    )  # fmt: skip
    return ComposedCurve(made[0], curve, _people(made), _varying(sets, choices, judged), design, len(sets))


def _resamples(design: SurveyDesign | None, m: int, tests: Sequence[str], draws: int, seed: int, n: int) -> Floats:
    """Return the weights of resamples for the joint test; without columns where there is none."""
    if design is None or m > 1 or "bootstrap" not in tests or no_resamples(design):
        return np.empty((n, 0))
    if design.replicates is not None and are_resamples(design):
        return design.replicates.weights
    return resampled_weights(design, draws, seed=seed)


def _test(kind: str, numbers: ComposedNumbers, design: SurveyDesign | None, m: int) -> JointTest:
    nothing = np.empty((len(numbers.r), 0))
    resampled = BOOTSTRAP if design is None else RESAMPLED_PLAN
    method = SHUFFLED if kind == "permutation" else resampled
    if m > 1:
        return JointTest(method, nothing, nothing, NO_POOLED_TEST)
    if kind == "permutation" or design is None:
        return JointTest(method, nothing, nothing, NO_SHUFFLES)
    why = no_resamples(design)
    if why:
        return JointTest(method, nothing, nothing, NO_RESAMPLES.format(why=why))
    return JointTest(method, numbers.resampled, numbers.resampled_p)


def _people(made: Sequence[Enumerated]) -> tuple[Mask | float, ...]:
    """Return who is in each specification of the first set, or where sets differ the mean number of people."""
    first = made[0]
    if len(made) == 1:
        return first.people
    others = [dict(zip(one.specifications, one.people, strict=True)) for one in made[1:]]
    found: list[Mask | float] = []
    for specification, own in zip(first.specifications, first.people, strict=True):
        masks = [own, *(one[specification] for one in others)]
        same = all((mask == own).all() for mask in masks[1:])
        found.append(own if same else float(np.mean([mask.sum() for mask in masks])))
    return tuple(found)


def _varying(sets: Sequence[ScoredData | pd.DataFrame], choices: Choices, judged: ScoredData | None) -> tuple[str, ...]:
    """Return the exclusions that leave other people in other sets: they look at imputed values."""
    found = []
    for name in choices.exclusions:
        alone = {name: choices.exclusions[name]}
        first, *others = (those_left(one, alone, [name], judged) for one in sets)
        if any((mask != first).any() for mask in others):
            found.append(name)
    return tuple(found)
