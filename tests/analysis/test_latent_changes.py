"""Latent change: relations, planted truth, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import change, cross_lagged, latent_change, longitudinal_invariance, with_longitudinal_invariance
from osa_survey.analysis.waves.wave_notes import NOT_TESTED
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from tests.made_up_coverage_of_designs import CHANGE_R, SHIFT, levels
from tests.made_up_regressions import as_scored

N = 1500
WAVES = [[f"i{item}_{wave}" for item in range(4)] for wave in (1, 2)]
SEARCHED = 1e-6
FOUR_ERRORS = 4


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(21)
    common, found = 0.4 * rng.normal(size=(N, 4)), {}
    trait = levels(N, rng)
    for wave, level in enumerate(trait, start=1):
        for item, loading in enumerate((1.0, 0.8, 0.9, 0.7)):
            found[f"i{item}_{wave}"] = 2 + loading * level + common[:, item] + 0.9 * rng.normal(size=N)
    age = 0.5 * (trait[1] - trait[0]) + rng.normal(size=N)
    gender = pd.Categorical.from_codes(rng.integers(0, 3, N), ["man", "woman", "another gender"])
    frame = pd.DataFrame(found).assign(age=age, gender=gender)
    for wave in (1, 2):
        frame[f"s_{wave}"] = frame[WAVES[wave - 1]].mean(axis=1)
    return frame


def test_change_of_scores_is_their_mean_difference(people: pd.DataFrame) -> None:
    """Two scores leave no degrees of freedom: mean, variance and correlation are those of the differences."""
    found = latent_change(people, ["s_1", "s_2"], of="scores", estimator="ML")
    own = people["s_2"] - people["s_1"]
    row = found.pick("latent_change")
    assert row["estimate"] == pytest.approx(own.mean(), abs=SEARCHED)
    assert row["std_error"] == pytest.approx(own.std(ddof=0) / np.sqrt(N), abs=SEARCHED)
    assert found.pick("change_variance")["estimate"] == pytest.approx(own.var(ddof=0), abs=SEARCHED)
    assert found.pick("change_r")["estimate"] == pytest.approx(np.corrcoef(own, people["s_1"])[0, 1], abs=SEARCHED)
    assert row["estimate"] == pytest.approx(
        change(people, ["s_1", "s_2"]).pick("mean_difference")["estimate"], abs=SEARCHED
    )
    assert "fits by construction" in found.more["fit"].table["warning"].iloc[0]


def test_planted_change_comes_back_from_items_and_not_from_scores(people: pd.DataFrame) -> None:
    items = latent_change(people, WAVES)
    scores = latent_change(people, ["s_1", "s_2"], of="scores")
    assert items.settings["estimator"] == "MLR"
    for quantity, truth in (("latent_change", SHIFT), ("latent_change_sd", SHIFT), ("change_r", CHANGE_R)):
        row = items.pick(quantity)
        assert abs(row["estimate"] - truth) < FOUR_ERRORS * row["std_error"]
    # errors of measurement make the change of scores go with a low first score
    row = scores.pick("change_r")
    assert row["estimate"] < CHANGE_R
    assert any("errors of measurement included" in note for note in scores.notes)


def test_predictors_of_change(people: pd.DataFrame) -> None:
    found = latent_change(people, WAVES, predictors=["age", "gender"])
    table = found.more["predictors"]
    terms = ["age", "gender=woman", "gender=another gender"]
    assert list(dict.fromkeys(table.table["term"])) == terms
    own = table.pick("b", contrast="wave 2 − wave 1", term="age")
    # change has variance .64 and age = change/2 + N(0, 1): the slope on age is .32/1.16
    assert abs(own["estimate"] - 0.32 / 1.16) < FOUR_ERRORS * own["std_error"]
    nothing = table.pick("b", contrast="wave 2 − wave 1", term="gender=woman")
    assert abs(nothing["estimate"]) < FOUR_ERRORS * nothing["std_error"]
    plain = latent_change(people, WAVES)
    same = found.pick("latent_change")["estimate"]
    assert same == pytest.approx(plain.pick("latent_change")["estimate"], abs=0.01), "predictors are at their mean"
    scores = latent_change(people, ["s_1", "s_2"], of="scores", estimator="ML", predictors="age")
    slope = np.polyfit(people["age"], people["s_2"] - people["s_1"], 1)[0]
    b = scores.more["predictors"].pick("b", contrast="s_2 − s_1", term="age")
    assert b["estimate"] == pytest.approx(slope, abs=SEARCHED)


def test_changes_correlate_with_the_first_level_and_with_each_other(people: pd.DataFrame) -> None:
    waves = people.assign(s_3=people["s_2"] + people["age"])
    found = latent_change(waves, ["s_1", "s_2", "s_3"], of="scores", estimator="ML")
    changes = np.diff(waves[["s_1", "s_2", "s_3"]].to_numpy(), axis=1).T
    r = found.pick("change_r", term="s_2 − s_1", contrast="s_3 − s_2")["estimate"]
    assert r == pytest.approx(np.corrcoef(changes)[0, 1], abs=SEARCHED)
    said = " ".join(found.sentences())
    assert "the changes s_2 − s_1 and s_3 − s_2 correlate" in said
    assert "change s_3 − s_2 and the level s_1 correlate" in said


def test_a_constant_change_is_found_as_such() -> None:
    rng = np.random.default_rng(8)
    first, slope = rng.normal(size=N), 0.3 + 0.5 * rng.normal(size=N)
    waves = {f"s{wave}": first + wave * slope + 0.5 * rng.normal(size=N) for wave in range(4)}
    found = latent_change(pd.DataFrame(waves), list(waves), of="scores", kind="constant")
    row = found.pick("latent_change", contrast="constant part of change")
    assert abs(row["estimate"] - 0.3) < FOUR_ERRORS * row["std_error"]
    variance = found.pick("change_variance")
    assert abs(variance["estimate"] - 0.25) < FOUR_ERRORS * variance["std_error"]
    for contrast in ("s1 − s0", "s3 − s2"):
        assert found.pick("latent_change", contrast=contrast)["estimate"] == pytest.approx(row["estimate"])
    both = latent_change(pd.DataFrame(waves), list(waves), of="scores", kind="dual").pick("proportional_change")
    assert abs(both["estimate"]) < FOUR_ERRORS * both["std_error"], "nothing is in proportion to the level before"
    only = latent_change(pd.DataFrame(waves), list(waves), of="scores", kind="proportional")
    assert "change_variance" not in set(only.table["quantity"])
    fits = [one.more["fit"].pick("chi_squared", level="unscaled")["estimate"] for one in (found, only)]
    assert fits[0] < fits[1]


@pytest.mark.parametrize(
    ("waves", "options", "code"),
    [
        (["s_1"], {"of": "scores"}, "too_few_waves"),
        (["s_1", "s_2"], {}, "waves"),
        (WAVES, {"of": "scores"}, "waves"),
        (["s_1", "s_1"], {"of": "scores"}, "repeated_variable"),
        (["s_1", "gender"], {"of": "scores"}, "not_a_number"),
        (["s_1", "s_2"], {"of": "scores", "kind": "dual"}, "too_few_waves"),
        (["s_1", "s_2"], {"of": "score"}, "unknown_option"),
        (WAVES, {"kind": "linear"}, "unknown_option"),
        (WAVES, {"estimator": "GLS"}, "unknown_option"),
        (WAVES, {"predictors": "same"}, "constant_predictor"),
        (["s_1", "s_2"], {"of": "scores", "estimator": "WLSMV", "predictors": "age"}, "does_not_compose"),
        (["s_1", "s_2", "age"], {"of": "scores", "kind": "proportional", "predictors": "gender"}, "predictors"),
    ],
)
def test_refusals(people: pd.DataFrame, waves: Any, options: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as error:
        latent_change(people.assign(same=1.0), waves, **options)
    assert code in {problem.code for problem in error.value.problems}


def test_equal_weights_change_no_estimate(people: pd.DataFrame) -> None:
    weighted = latent_change(as_scored(people, SurveyDesign("quota", np.full(N, 2.0))), ["s_1", "s_2"], of="scores")
    plain = latent_change(people, ["s_1", "s_2"], of="scores")
    rows = [found.pick("latent_change") for found in (weighted, plain)]
    assert rows[0]["estimate"] == pytest.approx(rows[1]["estimate"], abs=SEARCHED)
    assert rows[0]["std_error"] == pytest.approx(rows[1]["std_error"] * np.sqrt(N / (N - 1)), rel=SEARCHED)


class TestLongitudinalInvarianceFirst:
    def test_not_tested_until_it_was(self, people: pd.DataFrame) -> None:
        modelled = latent_change(people, WAVES)
        assert NOT_TESTED in modelled.notes
        tested = longitudinal_invariance(people, WAVES)
        told = with_longitudinal_invariance(modelled, tested)
        assert NOT_TESTED not in told.notes
        assert told.notes[0].startswith("Longitudinal invariance: means of the items can be compared")
        pd.testing.assert_frame_equal(told.frame, modelled.frame)

    def test_of_two_scales_one_remains_open(self, people: pd.DataFrame) -> None:
        lagged = cross_lagged(people.assign(u_1=people["age"], u_2=people["i0_2"]), [["s_1", "u_1"], ["s_2", "u_2"]])
        assert NOT_TESTED in lagged.notes
        told = with_longitudinal_invariance(lagged, longitudinal_invariance(people, WAVES))
        assert "Longitudinal invariance of the other scales: not tested." in told.notes

    def test_under_nothing_else(self, people: pd.DataFrame) -> None:
        tested = longitudinal_invariance(people, WAVES)
        with pytest.raises(AnalysisError, match="goes under"):
            with_longitudinal_invariance(tested, tested)
