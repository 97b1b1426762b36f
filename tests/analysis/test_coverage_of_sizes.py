"""Weighted sizes of planted populations: intervals on their scales hold the truth as often as they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from osa_survey.analysis.samples import sample_of
from osa_survey.analysis.scaled_numbers import FISHER, LOGIT, POSITIVE_FISHER, ROOT_FISHER, Scale, scaled_number
from osa_survey.dataset import SurveyDesign
from osa_survey.effects.roc_areas import weighted_roc_areas
from osa_survey.effects.weighted_associations import weighted_cramers_v
from osa_survey.effects.weighted_dominances import explained_rank_share, explained_share, weighted_signed_ranks
from osa_survey.weighting import Statistics
from tests.made_up_regressions import as_scored

Floats = np.ndarray
People = tuple[np.ndarray, ...]
REPLICATES, ASKED, POPULATION = 150, 600, 200_000
BAND = 0.0534
"""Three standard errors of a share of .95 in 150 replicates."""
SIZES: dict[str, tuple[Callable[[People, Floats], Statistics], Scale]] = {
    "superiority": (lambda who, w: weighted_roc_areas(who[2][:, None], who[0] == 0, w), LOGIT),
    "eta": (lambda who, w: explained_share(who[2], who[0], 3, w), ROOT_FISHER),
    "rank_eta": (lambda who, w: explained_rank_share(who[2], who[0], 3, w), ROOT_FISHER),
    "signed_ranks": (lambda who, w: weighted_signed_ranks(who[4], w), FISHER),
    "v": (lambda who, w: weighted_cramers_v(who[0], who[3], (3, 2), w), POSITIVE_FISHER),
}


def drawn(rng: np.random.Generator, n: int) -> People:
    """Return groups, who answers more often, a skewed outcome, an event and a difference of ratings."""
    group, eager = rng.integers(0, 3, n), rng.integers(0, 2, n)
    outcome = np.round(rng.gamma(2, 1, n) + 0.6 * group * (0.5 + eager), 1)
    event = (rng.random(n) < 0.25 + 0.15 * group).astype(np.int64)
    return group, eager, outcome, event, np.round(2 * rng.normal(0.3, 1, n))


def test_weighted_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    everybody = drawn(rng, POPULATION)
    truth = {name: float(of(everybody, np.ones(POPULATION)).estimate[0]) for name, (of, _) in SIZES.items()}
    held = dict.fromkeys(SIZES, 0)
    for _ in range(REPLICATES):
        asked = drawn(rng, ASKED)
        chance = 0.2 + 0.6 * asked[1]
        took_part = rng.random(ASKED) < chance
        people = tuple(column[took_part] for column in asked)
        data = as_scored(pd.DataFrame({"y": people[2]}), SurveyDesign("opt-in", 1 / chance[took_part]))
        sample = sample_of(data, ["y"])
        for name, (of, scale) in SIZES.items():

            def of_weights(_: object, weights: Floats, of=of, people=people) -> Statistics:  # type: ignore[no-untyped-def]
                return of(people, weights)

            found = scaled_number(sample, of_weights, scale, 0.95, what=name, edge="an edge")
            held[name] += found.low <= truth[name] <= found.high
    for name, number in held.items():
        assert abs(number / REPLICATES - 0.95) <= BAND, (name, number)
