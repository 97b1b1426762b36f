"""Simple slopes against regressions in parts, recoded models, margins, and relations of weights and imputation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import margins, regress, simple_slopes
from osa_survey.analysis.predicting.slope_regions import region_of
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.results import Result
from tests.made_up_regressions import OUTCOME_OF, as_imputed, as_scored, people

ROUNDING = 1e-9
"""Relative: double precision."""
SHIFTED = 1e-10
"""Relative: Newton's method takes the same steps whatever the moderator's origin; what differs is rounding."""
ITERATED = 1e-6
"""Relative: two searches for one maximum."""
NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]


def _data(n: int = 150) -> pd.DataFrame:
    m = np.random.default_rng(3).normal(40, 9, n)
    return people(n).assign(m=m)


def _slopes(result: Result) -> pd.DataFrame:
    return result.table.loc[result.table["quantity"] == "simple_slope"]


@pytest.mark.parametrize("model", sorted(OUTCOME_OF))
def test_a_slope_is_the_coefficient_where_the_moderator_is_shifted_to_zero(model: str) -> None:
    data, outcome = _data(), OUTCOME_OF[model]
    errors = "HC0" if model == "fractional" else "classical"
    shifted = data.assign(m=data["m"] - 45)
    result = simple_slopes(data, outcome, ["x*m"], predictor="x", moderator="m", at=[45], model=model, errors=errors)  # type: ignore[arg-type]
    fitted = regress(shifted, outcome, ["x*m"], model=model, errors=errors)  # type: ignore[arg-type]
    for _, row in _slopes(result).iterrows():
        expected = fitted.table
        expected = expected.loc[(expected["quantity"] == "b") & (expected["term"] == "x")]
        expected = expected.loc[expected["contrast"] == row["group"]].iloc[0]
        for name in NUMBERS[:3]:
            assert row[name] == pytest.approx(expected[name], rel=SHIFTED), name


def test_slopes_by_category_are_those_of_a_recoded_reference() -> None:
    data = _data()
    result = simple_slopes(data, "score", ["x*group"], predictor="x", moderator="group")
    assert result.table["level"].to_list() == ["one", "two", "three"]
    assert "line" not in result.more
    for category in ("one", "two", "three"):
        recoded = regress(data, "score", ["x*group"], references={"group": category}).pick("b", term="x")
        row = result.table.loc[result.table["level"] == category].iloc[0]
        assert row[NUMBERS].to_list() == pytest.approx(recoded[NUMBERS].to_list(), rel=ROUNDING)


def test_a_categorical_predictor_has_differences_that_change_with_the_moderator() -> None:
    data = _data()
    result = simple_slopes(data, "score", ["group*m"], predictor="group", moderator="m", at=[30, 50])
    shown = margins(data, "score", ["group*m"], contrast="group", at={"m": [30, 50]})
    expected = shown.table.loc[shown.table["quantity"] == "prediction_difference"]
    found = _slopes(result)
    assert sorted(found["estimate"]) == pytest.approx(sorted(expected["estimate"]), rel=ROUNDING)
    assert sorted(found["std_error"]) == pytest.approx(sorted(expected["std_error"]), rel=ROUNDING)


def test_at_a_bound_the_interval_touches_zero() -> None:
    data = _data(300)
    data["score"] = data["score"] + 0.05 * data["x"] * (data["m"] - 40)
    for errors in ("classical", "HC3"):
        arguments = {"predictor": "x", "moderator": "m", "errors": errors}
        result = simple_slopes(data, "score", ["x*m"], **arguments)  # type: ignore[arg-type]
        bounds = result.table.loc[result.table["quantity"] == "johnson_neyman", "estimate"].to_list()
        assert len(bounds) == 2
        again = _slopes(simple_slopes(data, "score", ["x*m"], at=bounds, **arguments))  # type: ignore[arg-type]
        assert again["p_value"].to_list() == pytest.approx([0.05, 0.05], rel=ROUNDING)


def test_pooled_bounds_touch_zero_with_their_own_degrees_of_freedom() -> None:
    data = _data(200)
    data["score"] = data["score"] + 0.08 * data["x"] * (data["m"] - 40)
    rng = np.random.default_rng(5)
    sets = [data.assign(score=data["score"] + rng.normal(0, 0.4, len(data)) * (data["x"] > 0.5)) for _ in range(5)]
    imputed = as_imputed(data, sets)
    result = simple_slopes(imputed, "score", ["x*m"], predictor="x", moderator="m")
    bounds = result.table.loc[result.table["quantity"] == "johnson_neyman", "estimate"].to_list()
    assert len(bounds) == 2
    again = _slopes(simple_slopes(imputed, "score", ["x*m"], predictor="x", moderator="m", at=bounds))
    assert again["p_value"].to_list() == pytest.approx([0.05, 0.05], rel=1e-8)


def test_equal_sets_are_pooled_to_the_same_slopes() -> None:
    data = _data()
    one = _slopes(simple_slopes(data, "score", ["x*m"], predictor="x", moderator="m"))
    many = _slopes(simple_slopes(as_imputed(data, [data, data]), "score", ["x*m"], predictor="x", moderator="m"))
    for name in ("estimate", "std_error"):
        assert many[name].to_list() == pytest.approx(one[name].to_list(), rel=ROUNDING)


def test_under_weights_slopes_are_those_of_the_weighted_model() -> None:
    data = _data()
    weights = np.random.default_rng(4).uniform(0.5, 2, len(data))
    design = SurveyDesign("probability", weights)
    result = simple_slopes(as_scored(data, design), "event", ["x*m"], predictor="x", moderator="m", model="logistic")
    mean = float(weights @ data["m"] / weights.sum())
    shifted = as_scored(data.assign(m=data["m"] - mean), design)
    expected = regress(shifted, "event", ["x*m"], model="logistic").pick("b", term="x")
    row = _slopes(result).iloc[1]
    assert row["contrast"] == "mean"
    for name in NUMBERS[:2]:
        assert row[name] == pytest.approx(expected[name], rel=ITERATED)


def test_a_moderator_of_two_values_has_two_slopes_and_no_bounds() -> None:
    data = _data().assign(m=np.tile([0.0, 1.0], 75))
    result = simple_slopes(data, "score", ["x*m"], predictor="x", moderator="m")
    assert result.table["quantity"].to_list() == ["simple_slope", "simple_slope"]
    assert result.table["level"].to_list() == ["0", "1"]


def test_regions_by_hand() -> None:
    # slope w − 1 with a standard error of 0.5 everywhere, quantile 2: zero is touched at 0 and 2
    found = region_of(np.array([-1.0, 1.0]), np.array([[0.25, 0.0], [0.0, 0.0]]), 2.0)
    assert found.bounds == pytest.approx((0.0, 2.0), abs=1e-15)
    assert found.where == "outside"
    # 3 ± 2 √(1 + w²) includes zero where |w| > √1.25
    found = region_of(np.array([3.0, 0.0]), np.eye(2), 2.0)
    assert found.bounds == pytest.approx((-np.sqrt(1.25), np.sqrt(1.25)), rel=ROUNDING)
    assert found.where == "between"
    assert region_of(np.array([1.0, 0.0]), np.eye(2), 2.0).where == "nowhere"
    assert region_of(np.array([1.0, 0.1]), np.array([[0.01, 0.001], [0.001, 0.0001]]), 2.0).where == "everywhere"


def test_a_result_of_regress_gives_the_same_slopes() -> None:
    data = _data()
    one = simple_slopes(data, "score", ["x*m"], predictor="x", moderator="m")
    two = simple_slopes(regress(data, "score", ["x*m"]), predictor="x", moderator="m")
    pd.testing.assert_frame_equal(one.table, two.table)


@pytest.mark.parametrize(
    ("blocks", "predictor", "moderator", "code"),
    [
        (["x", "m"], "x", "m", "no_interaction"),
        (["x*m", "I(x^2)"], "x", "m", "not_a_line"),
        (["x*m"], "x", "x", "same_variable"),
        (["x*m"], "x", "mm", "unknown_predictor"),
    ],
)
def test_what_has_no_simple_slope_is_refused(blocks: list[str], predictor: str, moderator: str, code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        simple_slopes(_data(), "score", blocks, predictor=predictor, moderator=moderator)
    assert [problem.code for problem in caught.value.problems] == [code]
