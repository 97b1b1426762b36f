"""Numbers computed over all groups do not give back the one that is hidden: they are hidden with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.plan.verbs import VERBS, verb
from osa_survey.results import Result, release
from osa_survey.results.released_digits import released_digits
from osa_survey.results.row_rules import EXTREMES
from tests.contract.test_analyses import ARGUMENTS, SMALL, as_scored, data, tables

SAME = 1e-9
"""A number that differs by less, relative to itself, differs by rounding."""
NUMBERS = ("n", "estimate", "std_error", "conf_low", "conf_high", "statistic", "df1", "df2", "p_value")
UNKNOWN_SUMS = {
    "gee": "depends on values within sites that no table shows",
    "mixed_model": "depends on values within sites that no table shows",
    "fixed_effects": "depends on values within sites that no table shows",
    "margins": "a model with a number among its predictors depends on that number in every group",
    "regress": "a model with a number among its predictors depends on that number in every group",
    "diagnose": "a model with a number among its predictors depends on that number in every group",
    "simple_slopes": "a model with a number among its predictors depends on that number in every group",
    "mediate": "its equations depend on the mediator in every group",
    "partial_correlations": "depends on both numbers in every group of what is controlled",
    "multiverse": "each specification is one equation for as many unknowns as it has variables",
    "latent_change": "the likelihood of the covariances is one equation",
}
"""Analyses whose other numbers stay; what the threat model says of models."""
MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "compare_groups, all tests": ("compare_groups", {
        "outcome": "score", "by": "gender", "effect_sizes": ["eta_squared", "epsilon_squared", "rank_eta_squared"],
        "further_tests": ["levene", "brown_forsythe", "bartlett", "tukey", "dunn", "pairwise_t", "pairwise_welch"],
    }),
    "anova, one factor": ("anova", {"outcome": "score", "between": "gender", "ranks": True}),
    "regress, one factor": ("regress", {"outcome": "score", "blocks": ["gender"]}),
    "regress, logistic": ("regress", {"outcome": "osa", "blocks": ["gender"], "model": "logistic"}),
    "diagnose, one factor": ("diagnose", {"outcome": "score", "blocks": ["gender"]}),
    "margins, one factor": ("margins", {"outcome": "osa", "blocks": ["gender"], "model": "logistic"}),
}  # fmt: skip
NEVER_WHOLE = {"compare_with_target", "diagnose", "diagnose, one factor", "change", "reliability", "item_bias"}
"""Analyses with counts of their own that may be small whatever the groups are, and slow ones."""
CASES = {name: (name, ARGUMENTS[name]) for name in sorted(VERBS)} | MORE


def with_gender(people: Any, gender: np.ndarray[Any, Any]) -> Any:
    frame = people.frame if isinstance(people, ScoredData) else people
    codes = gender if isinstance(people, ScoredData) else pd.Categorical(gender, list(frame["gender"].cat.categories))
    frame = frame.assign(gender=codes)
    return replace(people, frame=frame) if isinstance(people, ScoredData) else frame


def exchanged(people: Any) -> Any:
    """Return the same people, of whom three of the hidden group and three beside it changed places."""
    frame = people.frame if isinstance(people, ScoredData) else people
    gender = np.array(frame["gender"].tolist(), dtype=object)
    last, other = gender[-1], gender[0]  # the made-up data begin with men and end with the group of three
    few, beside = np.flatnonzero(gender == last), np.flatnonzero(gender == other)[5 : 5 + SMALL]
    gender[few], gender[beside] = other, last
    return with_gender(people, gender)


def without(people: Any) -> Any:
    """Return everybody but the three, as far as the question on gender goes."""
    frame = people.frame if isinstance(people, ScoredData) else people
    gender = np.array(frame["gender"].tolist(), dtype=object)
    gender[gender == gender[-1]] = np.nan
    return with_gender(people, gender)


def keyed(part: Result) -> pd.DataFrame:
    frame = part.table
    shown = frame.loc[frame["suppressed"].ne("suppressed")]
    return shown.set_index(["quantity", "outcome", "term", "contrast", "group", "level"])[list(NUMBERS)]


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return numbers with as many digits as released ones have."""
    return frame.apply(lambda column: released_digits(column.to_numpy()))


def different(one: pd.DataFrame, other: pd.DataFrame) -> set[Any]:
    """Return the keys of rows shown in both whose numbers differ, and of those shown in the first only."""
    common = one.index.intersection(other.index)
    a, b = one.loc[common].to_numpy(), other.loc[common].to_numpy()
    same = np.isclose(a, b, rtol=SAME, atol=SAME, equal_nan=True).all(axis=1)
    return set(common[~same])


def telling(name: str, given: dict[str, Any], people: Any) -> list[str]:
    """Return the shown numbers that change when the hidden people change places, and without them."""
    analyse = verb(name)
    base, moved = (release(analyse(one, **given), JOURNAL) for one in (people, exchanged(people)))
    try:
        left = {part.title: rounded(keyed(part)) for part in tables(analyse(without(people), **given))}
    except AnalysisError:  # the groups that remain do not carry the analysis
        left = {}
    found = []
    after = {part.title: keyed(part) for part in tables(moved)}
    for part in tables(base):
        keys = different(keyed(part), after[part.title]) if part.title in after else set()
        if part.title in left:
            gone = set(keyed(part).index) - set(left[part.title].index)
            keys &= different(keyed(part), left[part.title]) | gone
        found += [f"{part.title}: {' '.join(filter(None, key))}" for key in keys]
    return found


def asks_of_gender(case: str) -> bool:
    name, given = CASES[case]
    people = data(name)
    frame = people.frame if isinstance(people, ScoredData) else people
    return "gender" in frame and "gender" in repr(given) and case not in UNKNOWN_SUMS


@pytest.mark.parametrize("case", sorted(filter(asks_of_gender, CASES)))
def test_no_number_tells_who_of_the_hidden_people_is_in_which_group(case: str) -> None:
    name, given = CASES[case]
    assert not telling(name, given, data(name))


@pytest.mark.parametrize(
    "case", ["compare_groups", "anova, one factor", "manova", "regress, one factor", "equivalence", "meta_analysis"]
)
def test_no_weighted_number_tells_it(case: str) -> None:
    name, given = CASES[case]
    weights = np.random.default_rng(8).uniform(0.5, 2, len(data(name)))
    people = replace(as_scored(data(name)), design=SurveyDesign("probability", weights))
    assert not telling(name, {key: value for key, value in given.items() if key != "ranks"}, people)


@pytest.mark.parametrize("case", sorted(set(filter(asks_of_gender, CASES)) - NEVER_WHOLE))
def test_nothing_is_hidden_where_no_group_is(case: str) -> None:
    name, given = CASES[case]
    people = with_gender(data(name), np.array(["man"] * 150 + ["woman"] * 150 + ["another gender"] * 100))
    for part in tables(release(verb(name)(people, **given), JOURNAL)):
        frame = part.table
        assert not frame.loc[frame["suppressed"].eq("suppressed") & ~frame["quantity"].isin(EXTREMES)].size
