"""Margins against hand arithmetic, finite differences, R's numbers and exact relations of weights and imputation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import margins, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release
from tests.made_up_regressions import OUTCOME_OF, as_imputed, as_scored, people

ROUNDING = 1e-9
"""Relative: double precision."""
DIFFERENCES = 1e-6
"""Relative: numerical derivatives with steps of 1e-5 of a parameter."""
SAME = 1e-6
"""Relative: two searches for one maximum."""
MODELS = sorted(OUTCOME_OF)


def _asked(model: str, **more: Any) -> dict[str, Any]:
    errors = "HC0" if model == "fractional" else "classical"
    return {"outcome": OUTCOME_OF[model], "blocks": [["x", "group"]], "model": model, "errors": errors, **more}


def test_a_logistic_model_of_one_category_predicts_its_shares() -> None:
    # 50 men with 15 events, 50 women with 30: the predictions are the shares, their errors those of two proportions.
    answer = ["yes"] * 30 + ["no"] * 20 + ["yes"] * 15 + ["no"] * 35
    gender = pd.Categorical(["woman"] * 50 + ["man"] * 50, categories=["man", "woman"])
    data = pd.DataFrame({"gender": gender, "osa": pd.Categorical(answer, categories=["no", "yes"])})
    result = margins(data, "osa", ["gender"], model="logit", contrast="gender")
    assert result.pick("prediction", term="gender[man]")["estimate"] == pytest.approx(0.3, rel=ROUNDING)
    assert result.pick("prediction", term="gender[woman]")["estimate"] == pytest.approx(0.6, rel=ROUNDING)
    found = result.pick("prediction_difference")
    assert found["estimate"] == pytest.approx(0.3, rel=ROUNDING)
    assert found["std_error"] == pytest.approx(np.sqrt(0.3 * 0.7 / 50 + 0.6 * 0.4 / 50), rel=1e-7)
    assert found["contrast"] == "gender[woman] − gender[man]"


def test_a_linear_model_has_its_coefficients_as_margins() -> None:
    data = people(200)
    model = regress(data, "score", ["x", "group"])
    result = margins(model)
    for quantity, term, column in (
        ("average_slope", "x", "x"),
        ("prediction_difference", "group", "group[two]"),
    ):
        row = result.table.loc[(result.table["quantity"] == quantity) & (result.table["term"] == term)].iloc[0]
        expected = model.pick("b", term=column)
        for number in ("estimate", "std_error", "p_value", "conf_low"):
            assert row[number] == pytest.approx(expected[number], rel=1e-7), (quantity, number)


@pytest.mark.parametrize("model", MODELS)
def test_errors_are_those_of_numerical_derivatives(model: str) -> None:
    data = people(150)
    fitted = regress(data, **_asked(model)).engine
    result = margins(data, **_asked(model), at={"group": ["two"]})
    block, family = fitted.blocks[-1], fitted.outcome.family
    changed = data.assign(group=pd.Categorical.from_codes([1] * len(data), ["one", "two", "three"]))
    X = np.column_stack([np.ones(len(data)), data["x"], changed["group"] == "two", changed["group"] == "three"])
    theta = block.fits[0].parameters

    def average(parameters: np.ndarray) -> np.ndarray:
        return np.asarray(family.expected(parameters, X.astype(float)).mean(axis=0))

    columns = []
    for k in range(len(theta)):
        step = np.zeros(len(theta))
        step[k] = 1e-5 * max(1.0, abs(theta[k]))
        columns.append((average(theta + step) - average(theta - step)) / (2 * step[k]))
    J = np.array(columns).T
    errors = np.sqrt(np.diag(J @ block.estimates.covariance @ J.T))
    np.testing.assert_allclose(result.table["estimate"], average(theta), rtol=ROUNDING)
    np.testing.assert_allclose(result.table["std_error"], errors, rtol=DIFFERENCES)


@pytest.mark.parametrize("model", MODELS)
def test_weights_and_imputation(model: str) -> None:
    data = people()
    plain = margins(data, **_asked(model), slope="x").table
    pooled = margins(as_imputed(data, [data, data]), **_asked(model), slope="x").table
    np.testing.assert_allclose(pooled["estimate"], plain["estimate"], rtol=SAME, atol=1e-9)
    np.testing.assert_allclose(pooled["std_error"], plain["std_error"], rtol=SAME)
    times = np.tile([1, 2, 3], len(data) // 3)
    weighted = margins(as_scored(data, SurveyDesign("opt-in", times * 1.0)), **{**_asked(model), "errors": "classical"},
                       slope="x")  # fmt: skip
    repeated = margins(data.loc[np.repeat(data.index, times)].reset_index(drop=True), **_asked(model), slope="x")
    np.testing.assert_allclose(weighted.table["estimate"], repeated.table["estimate"], rtol=1e-5, atol=1e-9)
    assert any("model-based" in note for note in weighted.notes)
    if len(plain) > 1:  # probabilities add up to one, so that their slopes add up to nothing
        assert plain["estimate"].sum() == pytest.approx(0, abs=1e-9)


def test_typical_respondents_and_values() -> None:
    data = people(200)
    result = margins(data, "score", [["x", "group"]], at={"x": [-1.0, 1.0]}, others="typical")
    model = regress(data, "score", [["x", "group"]])
    most = data["group"].value_counts().idxmax()
    shift = 0.0 if most == "one" else float(model.pick("b", term=f"group[{most}]")["estimate"])
    for value in (-1.0, 1.0):
        expected = float(model.pick("b", term="intercept")["estimate"]) + shift
        expected += value * float(model.pick("b", term="x")["estimate"])
        assert result.pick("prediction", term=f"x = {value:g}")["estimate"] == pytest.approx(expected, rel=ROUNDING)


def test_polynomials_and_splines_are_rebuilt_with_what_they_learnt() -> None:
    data = people(300)
    for block in (["poly(x, 2)", "group"], ["bs(x, df=5)"], ["cr(x, df=4)"]):
        result = margins(data, "score", [block], at={"x": [0.0, 0.5]}, contrast="x")
        fitted = regress(data, "score", [block]).engine
        beta = fitted.blocks[-1].fits[0].coefficients
        values = []
        for value in (0.0, 0.5):
            frame = fitted.design.frames[0].assign(v0=value)
            values.append(float((fitted.design.rebuilt(frame) @ beta).mean()))
        assert result.pick("prediction_difference")["estimate"] == pytest.approx(values[1] - values[0], rel=1e-8)


def test_p_values_are_adjusted_together_and_groups_averaged_apart() -> None:
    data = people(200)
    result = margins(data, "event", [["x", "group"]], model="logit", adjust="holm")
    told = result.table.loc[result.table["quantity"] != "prediction"]
    assert len(told) == 3
    assert (told["p_adjusted"] >= told["p_value"]).all()
    grouped = margins(data, "event", [["x", "group"]], model="logit", by="group")
    observed = (data["event"] == "yes").groupby(data["group"], observed=True).mean()
    for name, share in observed.items():  # a logistic model with dummies reproduces the share of each group
        assert grouped.pick("prediction", group=f"group[{name}]")["estimate"] == pytest.approx(share, rel=1e-7)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"at": {"xx": 1.0}}, "unknown_predictor"),
        ({"at": {"group": "four"}}, "unknown_category"),
        ({"at": {"x": "low"}}, "not_a_number"),
        ({"by": "x"}, "no_categories"),
        ({"contrast": "x"}, "no_value"),
        ({"slope": "group"}, "no_slope"),
        ({"others": "mean"}, "unknown_choice"),
    ],
)
def test_clear_errors(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        margins(people(), "score", [["x", "group"]], **arguments)
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].hint


def test_a_released_result_and_separation_are_refused() -> None:
    data = people()
    with pytest.raises(AnalysisError):
        margins(release(regress(data, "score", ["x"]), JOURNAL))
    data["event"] = pd.Categorical(np.where(data["x"] > 0, "yes", "no"), categories=["no", "yes"])
    with pytest.raises(AnalysisError) as caught:
        margins(data, "event", ["x"], model="logit")
    assert caught.value.problems[0].code == "separation"
