"""Raking, trimming and calibration: by hand, by relations, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.weighting import (
    calibrate,
    combined_cells,
    declare_design,
    linear_weights,
    rake,
    raked_weights,
    trim_weights,
    trimmed_weights,
    under_design,
    weighted_means,
    with_replicates,
)

AsScored = Callable[[pd.DataFrame], ScoredData]
MET = 1e-8
"""Margins are met to 1e-10 of the sum of weights."""
SAME_ORDER = 0.1
"""Relative: linearised and jackknife standard errors after raking 400 respondents of 16 towns."""
GENDER = {"man": 0.45, "woman": 0.55, "source": "made up"}
BAND = {"18-29": 20.0, "30-49": 30.0, "50+": 50.0}


def designed(scored: ScoredData) -> SurveyDesign:
    assert scored.design is not None
    return scored.design


def share(data: pd.DataFrame, name: str, label: str, weights: np.ndarray) -> float:
    return float(weights[(data[name] == label).to_numpy()].sum() / weights.sum())


def test_post_stratification_by_hand(as_scored: AsScored) -> None:
    # 3 men and 1 woman, target half and half: 4 · .5/3 each and 4 · .5/1
    data = pd.DataFrame({"gender": pd.Categorical(["man", "man", "man", "woman"])})
    design = designed(rake(as_scored(data), {"gender": {"man": 0.5, "woman": 0.5}}, sample="opt-in"))
    np.testing.assert_allclose(design.weights, [2 / 3, 2 / 3, 2 / 3, 2])
    (margin,) = design.record.margins
    assert (margin.before, margin.people) == ((0.75, 0.25), (3, 1))
    np.testing.assert_allclose(margin.after, [0.5, 0.5])


def test_margins_are_met_and_cells_keep_their_odds(people: pd.DataFrame, as_scored: AsScored) -> None:
    scored = declare_design(as_scored(people), sample="quota", weights="w")
    w = designed(rake(scored, {"gender": GENDER, "band": BAND})).weights
    np.testing.assert_allclose(share(people, "gender", "man", w), 0.45, rtol=MET)
    np.testing.assert_allclose(share(people, "band", "50+", w), 0.5, rtol=MET)
    np.testing.assert_allclose(w.sum(), people["w"].sum(), rtol=MET)
    # raking multiplies by a factor of the row and one of the column: odds ratios of the table stay
    factor = pd.Series(w / people["w"]).groupby([people["gender"], people["band"]], observed=True).agg(["min", "max"])
    np.testing.assert_allclose(factor["min"], factor["max"], rtol=1e-12)
    table = factor["min"].unstack().to_numpy()
    np.testing.assert_allclose(table[0] / table[1], (table[0] / table[1])[0], rtol=MET)


def test_counts_weight_up_to_the_population(people: pd.DataFrame, as_scored: AsScored) -> None:
    design = designed(rake(as_scored(people), {"gender": {"man": 900, "woman": 1100}, "band": BAND}, sample="quota"))
    np.testing.assert_allclose(design.weights.sum(), 2000, rtol=MET)


def test_a_table_says_the_same_as_a_mapping(people: pd.DataFrame, as_scored: AsScored) -> None:
    table = pd.DataFrame(
        [("gender", "man", 0.45, "made up"), ("gender", "woman", 0.55, "made up")],
        columns=["variable", "category", "value", "source"],
    )
    one = designed(rake(as_scored(people), table, sample="quota"))
    other = designed(rake(as_scored(people), {"gender": GENDER}, sample="quota"))
    np.testing.assert_array_equal(one.weights, other.weights)
    assert one.record == other.record


def test_crossed_margins(people: pd.DataFrame, as_scored: AsScored) -> None:
    cells = {
        f"{g} * {b}": value
        for g, row in (("man", (1, 2, 3)), ("woman", (3, 2, 1)))
        for b, value in zip(BAND, row, strict=True)
    }
    design = designed(rake(as_scored(people), {"gender * band": cells}, sample="quota"))
    young_men = ((people["gender"] == "man") & (people["band"] == "18-29")).to_numpy()
    np.testing.assert_allclose(design.weights[young_men].sum() / design.weights.sum(), 1 / 12, rtol=MET)


def test_those_without_a_target_keep_their_share(people: pd.DataFrame, as_scored: AsScored) -> None:
    people.loc[:9, "gender"] = "another gender"
    people.loc[10:14, "gender"] = None
    with pytest.raises(AnalysisError) as caught:
        rake(as_scored(people), {"gender": GENDER}, sample="quota")
    assert [(one.code, one.column, one.count) for one in caught.value.problems] == [("no_target", "gender", 15)]
    design = designed(rake(as_scored(people), {"gender": GENDER}, sample="quota", outside="keep"))
    np.testing.assert_allclose(design.weights[:15].sum() / design.weights.sum(), 15 / 400, rtol=MET)
    rest = design.weights[15:]
    np.testing.assert_allclose(rest[(people["gender"] == "man").to_numpy()[15:]].sum() / rest.sum(), 0.45, rtol=MET)
    assert design.record.kept_apart == 15


def test_replicates_without_the_people_outside_the_margins_are_raked_all_the_same(
    people: pd.DataFrame, as_scored: AsScored
) -> None:
    """Three people have no target; a bootstrap of single respondents leaves all three out in e^-3 of its replicates."""
    people.loc[:2, "gender"] = "another gender"
    people["band"] = people["band"].where(people.index != 3, None)
    raked = rake(as_scored(people), {"gender": GENDER, "band": BAND}, sample="opt-in", outside="keep")
    design = designed(with_replicates(raked, "bootstrap", replicates=400, seed=4))
    assert design.replicates is not None
    w = design.replicates.weights
    apart = w[:3].sum(axis=0)
    gone = apart == 0
    assert 5 < gone.sum() < 60
    man, young = ((people[name] == label).to_numpy() for name, label in (("gender", "man"), ("band", "18-29")))
    np.testing.assert_allclose(w[man].sum(axis=0) / (w.sum(axis=0) - apart), 0.45, rtol=MET)
    np.testing.assert_allclose(w[young].sum(axis=0) / (w.sum(axis=0) - w[3]), 0.2, rtol=MET)
    # in the others they keep the share they have in the sample, as in the full sample
    np.testing.assert_allclose((apart / w.sum(axis=0))[~gone], 3 / 400, rtol=MET)
    np.testing.assert_allclose(w.sum(axis=0), 400, rtol=MET)


def test_a_category_with_a_target_that_a_replicate_has_lost_is_named(people: pd.DataFrame, as_scored: AsScored) -> None:
    people.loc[:2, "gender"] = "another gender"
    margins = {"band": BAND, "gender": {"man": 0.45, "woman": 0.54, "another gender": 0.01, "source": "made up"}}
    raked = rake(as_scored(people), margins, sample="opt-in")
    with pytest.raises(AnalysisError) as caught:
        with_replicates(raked, "bootstrap", replicates=400, seed=4)
    (problem,) = caught.value.problems
    assert (problem.code, problem.column, problem.key) == ("replicate_lost_category", "gender", "another gender")
    lost = int(problem.message.partition(" is left in ")[2].partition(" ")[0])
    assert problem.message == (
        f"nobody of the category 'another gender' of the margin 'gender' is left in {lost} of 400 replicates"
    )
    assert 5 < lost < 60
    # the advice can be followed
    del margins["gender"]["another gender"]
    with_replicates(
        rake(as_scored(people), margins, sample="opt-in", outside="keep"), "bootstrap", replicates=400, seed=4
    )


def test_bounds_and_margins_hold_together(people: pd.DataFrame, as_scored: AsScored) -> None:
    scored = declare_design(as_scored(people), sample="quota", weights="w")
    margins = {"gender": GENDER, "band": BAND}
    free = designed(rake(scored, margins)).weights
    bounded = designed(rake(scored, margins, trim=2, trim_below=0.4))
    w = bounded.weights
    assert free.max() / free.mean() > 2
    assert w.max() / w.mean() < 2 * (1 + 1e-5)
    assert w.min() / w.mean() > 0.4 * (1 - 1e-5)
    np.testing.assert_allclose(share(people, "band", "18-29", w), 0.2, rtol=MET)
    assert 0 < bounded.record.trimmed < 400
    with pytest.raises(AnalysisError, match="bounds_too_tight"):
        rake(scored, {"gender": {"man": 0.05, "woman": 0.95}}, trim=1.2)


def test_trimming_keeps_the_sum_and_the_order() -> None:
    w = np.array([1.0, 2.0, 3.0, 14.0])
    # to at most 8: 6 are spread over three, 2 each
    np.testing.assert_allclose(trimmed_weights(w, 0, 8), [3, 4, 5, 8])
    # to at least 3: 2 + 1 are taken from the two above the bound, 1.5 each; 3 falls to 1.5 and is lifted again
    found = trimmed_weights(w, 3, np.inf)
    np.testing.assert_allclose(found, [3, 3, 3, 11])
    with pytest.raises(AnalysisError, match="bounds_too_tight"):
        trimmed_weights(w, 0, 4)


@given(st.integers(0, 10_000))
def test_raking_does_not_depend_on_the_order_of_respondents_or_margins(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = 60
    a, b = np.r_[0, 1, generator.integers(0, 2, n - 2)], np.r_[0, 1, 2, generator.integers(0, 3, n - 3)]
    full = np.ravel_multi_index((np.tile([0, 1], 3), np.repeat([0, 1, 2], 2)), (2, 3))
    a[:6], b[:6] = np.unravel_index(full, (2, 3))
    base = generator.uniform(0.5, 2, n)
    targets = [n * np.array([0.4, 0.6]), n * np.array([0.2, 0.3, 0.5])]
    one = raked_weights(base, combined_cells([a, b], [2, 3]), targets).weights
    order = generator.permutation(n)
    other = raked_weights(base[order], combined_cells([b[order], a[order]], [3, 2]), targets[::-1]).weights
    np.testing.assert_allclose(other, one[order], rtol=1e-7)
    assert (one > 0).all()


def test_many_cells_are_put_together_by_sorting_just_the_same() -> None:
    generator = np.random.default_rng(0)
    margins = [generator.integers(0, 40, 300) for _ in range(4)]
    cells = combined_cells(margins, [40] * 4)
    for position, codes in enumerate(margins):
        np.testing.assert_array_equal(cells.categories[cells.of, position], codes)


@pytest.mark.parametrize(
    ("margins", "code", "key"),
    [
        ({}, "no_margins", ""),
        ({"sex": {"man": 1, "woman": 1}}, "unknown_variable", ""),
        ({"score": {"1": 1, "2": 1}}, "no_categories", ""),
        ({"gender": {"men": 0.5, "woman": 0.5}}, "unknown_category", ""),
        ({"gender": {"man": -0.5, "woman": 1.5}}, "target_not_a_number", "man"),
        ({"gender": {"man": 1.0}}, "too_few_categories", ""),
        ({"gender": {"man": 0.48, "woman": 0.5, "another gender": 0.02}}, "empty_category", "another gender"),
        ({"gender": {"man": 0.0, "woman": 1.0}}, "target_of_zero", "man"),
        (
            {"gender": {"man": 500, "woman": 500}, "band": {"18-29": 500, "30-49": 500, "50+": 500}},
            "margins_disagree",
            "",
        ),
    ],
)
def test_impossible_margins_are_located(
    people: pd.DataFrame, as_scored: AsScored, margins: Any, code: str, key: str
) -> None:
    with pytest.raises(AnalysisError) as caught:
        rake(as_scored(people), margins, sample="quota")
    assert (caught.value.problems[0].code, caught.value.problems[0].key) == (code, key)


def test_margins_that_contradict_each_other(as_scored: AsScored) -> None:
    # all men are young: half men and a fifth young cannot both be
    data = pd.DataFrame({"gender": pd.Categorical(["m", "m", "w", "w"]), "band": pd.Categorical(["y", "y", "y", "o"])})
    with pytest.raises(AnalysisError, match="raking_does_not_converge"):
        rake(as_scored(data), {"gender": {"m": 0.5, "w": 0.5}, "band": {"y": 0.2, "o": 0.8}}, sample="quota")


def test_the_way_into_the_sample_must_be_said(people: pd.DataFrame, as_scored: AsScored) -> None:
    with pytest.raises(AnalysisError, match="sample_needed"):
        rake(as_scored(people), {"gender": GENDER})


def test_another_way_into_the_sample_is_not_passed_over(people: pd.DataFrame, as_scored: AsScored) -> None:
    scored = declare_design(as_scored(people), sample="quota", weights="w")
    with pytest.raises(AnalysisError, match="sample_differs"):
        rake(scored, {"gender": GENDER}, sample="probability")


class TestTrimming:
    def test_bounds_and_sum(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w")
        design = designed(trim_weights(scored, above=1.3, below=0.5))
        mean = people["w"].mean()
        np.testing.assert_allclose(design.weights.sum(), people["w"].sum(), rtol=1e-9)
        assert design.weights.max() <= 1.3 * mean * (1 + 1e-12)
        assert design.weights.min() >= 0.5 * mean * (1 - 1e-12)

    @pytest.mark.parametrize(
        ("bounds", "code"),
        [({}, "no_bounds"), ({"above": 0.9}, "trim_range"), ({"below": 1.0}, "trim_range")],
    )
    def test_impossible_bounds(self, people: pd.DataFrame, as_scored: AsScored, bounds: Any, code: str) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w")
        with pytest.raises(AnalysisError, match=code):
            trim_weights(scored, **bounds)

    def test_what_trimming_would_break(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        plain = as_scored(people)
        declared = declare_design(plain, sample="quota", weights="w", strata="stratum", clusters="town")
        for scored, code in (
            (plain, "no_design"),
            (rake(declared, {"gender": GENDER}), "margins_would_break"),
            (with_replicates(declared, "BRR"), "replicates_would_differ"),
        ):
            with pytest.raises(AnalysisError, match=code):
                trim_weights(scored, above=2)


class TestVariances:
    def test_a_raked_margin_has_none(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w", clusters="town")
        men = (people["gender"] == "man").to_numpy(dtype=float)
        design = designed(rake(scored, {"gender": GENDER, "band": BAND}))
        found = under_design(lambda w: weighted_means(men, w), design)
        np.testing.assert_allclose(found.std_error, 0, atol=1e-10)

    def test_unequal_weights_agree_with_raking_inside_the_jackknife(
        self, people: pd.DataFrame, as_scored: AsScored
    ) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w", strata="stratum", clusters="town")
        raked = rake(scored, {"gender": GENDER, "band": BAND})
        y = people["score"].to_numpy()
        linear = under_design(lambda w: weighted_means(y, w), designed(raked))
        copies = under_design(lambda w: weighted_means(y, w), designed(with_replicates(raked, "JKn")))
        np.testing.assert_allclose(linear.estimate, copies.estimate, rtol=1e-12)
        np.testing.assert_allclose(linear.std_error, copies.std_error, rtol=SAME_ORDER)

    def test_every_replicate_meets_the_margins_and_bounds(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w")
        raked = rake(scored, {"gender": GENDER}, trim=3, trim_below=0.2)
        copies = designed(with_replicates(raked, "bootstrap", replicates=10, seed=1)).replicates
        assert copies is not None
        for w in copies.weights.T:
            np.testing.assert_allclose(share(people, "gender", "man", w), 0.45, rtol=MET)
            assert w.max() <= 3 * designed(raked).weights.mean() * (1 + 1e-5)
            assert (w == 0).any()


class TestCalibration:
    def test_totals_are_met(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w")
        design = designed(calibrate(scored, {"gender": {"man": 400, "woman": 400}, "score": 11_000.0}))
        w = design.weights
        np.testing.assert_allclose([w.sum(), w @ people["score"]], [800, 11_000], rtol=MET)
        found = under_design(lambda v: weighted_means(people["score"].to_numpy(), v), design)
        np.testing.assert_allclose(found.std_error, 0, atol=1e-8)

    def test_ones_alone_only_scale(self) -> None:
        np.testing.assert_allclose(linear_weights(np.array([1.0, 3.0]), np.ones((2, 1)), np.array([8.0])), [2.0, 6.0])

    @pytest.mark.parametrize(
        ("totals", "code"),
        [
            ({"score": 11_000.0}, "population_size_needed"),
            ({"gender": {"man": 0.5, "woman": 0.5}}, "counts_needed"),
            ({"gender": {"man": 400, "woman": 400}, "gap": 3.0}, "auxiliary_missing"),
            ({"gender": {"man": 400, "woman": 400}, "constant": 800.0}, "collinear_auxiliaries"),
            ({"gender": {"man": 400, "woman": 400}, "score": 16_000.0}, "negative_calibrated_weights"),
        ],
    )
    def test_refusals(self, people: pd.DataFrame, as_scored: AsScored, totals: Any, code: str) -> None:
        people = people.assign(gap=np.r_[np.nan, np.ones(399)], constant=1.0)
        with pytest.raises(AnalysisError) as caught:
            calibrate(as_scored(people), totals, sample="quota")
        assert code in [problem.code for problem in caught.value.problems]
