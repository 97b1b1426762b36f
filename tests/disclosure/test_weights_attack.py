"""Weights and printed targets do not give away how many people are in no margin, nor hide more than they must."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import compare_with_target, crosstab, describe, prevalence
from osa_survey.analysis import describe_weights
from osa_survey.dataset import ScoredData
from osa_survey.disclosure import JOURNAL, PROFILES, Profile
from osa_survey.results import Result, release_together
from osa_survey.weighting import rake
from tests.contract.test_analyses import as_scored

WOMEN, MEN, APART = 173, 119, 4
ALL = WOMEN + MEN + APART
TARGETS: dict[str, Any] = {
    "gender": {"woman": 51, "man": 49},
    "school": {"short": 30, "middle": 45, "long": 25},
}
SAME = 1e-7
"""A share that agrees to seven digits with one that follows from the targets is no chance."""


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    rng = np.random.default_rng(5)
    gender = np.repeat(["woman", "man", "another gender"], [WOMEN, MEN, APART])
    yes_no = pd.CategoricalDtype(["no", "yes"])
    people = pd.DataFrame(
        {
            "gender": pd.Categorical(gender, ["woman", "man", "another gender"]),
            "school": pd.Categorical(rng.choice(["short", "middle", "long"], ALL), ["short", "middle", "long"]),
            "osa": pd.Series(np.where(np.arange(ALL) % 2 == 0, "yes", "no")).astype(yes_no),
            "sexting": pd.Series(np.where(rng.random(ALL) < 0.4, "yes", "no")).astype(yes_no),
        }
    )
    return as_scored(people)


def weighted_tables(scored: ScoredData) -> list[Result]:
    raked = rake(scored, TARGETS, sample="opt-in", outside="keep")
    return [describe_weights(raked), compare_with_target(raked), *tables_of(raked)]


def tables_of(data: ScoredData) -> list[Result]:
    return [
        describe(data, ["gender", "school", "osa"]),
        prevalence(data, ["osa", "sexting"], by=["gender"], base="answered"),
        crosstab(data, "gender", "osa"),
    ]


def numbers(results: list[Result], profile: Profile) -> list[float]:
    found: list[float] = []
    for result in release_together(results, profile):
        for part in (result, *result.more.values()):
            found += part.table[["estimate", "n"]].to_numpy().ravel().tolist()
    return [value for value in found if not np.isnan(value)]


def people_apart(shown: list[float]) -> set[int]:
    """Return how many people without a target follow from a shown number: share = target · (1 − k/n), or n − k."""
    shares = [0.51, 0.49]
    told = set()
    for k in range(1, 10):
        given = [share * (1 - k / ALL) for share in shares] + [float(ALL - k)]
        if any(abs(value - number) < SAME for value in given for number in shown):
            told.add(k)
    return told


def test_the_attack_finds_them_where_nothing_is_hidden(scored: ScoredData) -> None:
    assert people_apart(numbers(weighted_tables(scored), PROFILES["workbench"])) == {APART}


def test_no_number_tells_them_under_journal(scored: ScoredData) -> None:
    assert people_apart(numbers(weighted_tables(scored), JOURNAL)) == set()


def test_numbers_about_weights_hide_with_them(scored: ScoredData) -> None:
    weights = release_together(weighted_tables(scored), JOURNAL)[0].table
    assert weights["suppressed"].eq("suppressed").all()


def test_numbers_about_weights_stay_where_everybody_has_a_target(scored: ScoredData) -> None:
    frame = scored.frame.copy()
    frame.loc[frame["gender"] == frame["gender"].max(), "gender"] = frame["gender"].min()
    values = ScoredData(frame, scored.reasons, scored.variables, scored.responses)
    weights = release_together(weighted_tables(values), JOURNAL)[0].table.set_index("quantity")["suppressed"]
    assert weights[["effective_n", "kish_deff", "weight_cv"]].eq("").all()


def test_weights_hide_no_more_of_other_tables(scored: ScoredData) -> None:
    plain = release_together(tables_of(scored), JOURNAL)
    weighted = release_together(weighted_tables(scored), JOURNAL)[2:]
    prevalences = [one.table.set_index(["quantity", "outcome", "group", "level"])["suppressed"] for one in
                   (plain[1], weighted[1])]  # fmt: skip
    common = prevalences[0].index.intersection(prevalences[1].index)
    assert (prevalences[0][common] == prevalences[1][common]).all()
    assert prevalences[1].eq("").any()
    described = weighted[0].table.set_index(["quantity", "outcome", "level"])["suppressed"]
    assert described["count", "gender", "woman"] == ""
    assert described["proportion", "gender", "woman"] == "suppressed"
    assert described["proportion", "school", "short"] == ""
