"""Scoring rules, checks of quality and own respondents as choices of a multiverse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from osa_survey import multiverse
from osa_survey.analysis.multiverse.multiverse_scoring import rescored
from osa_survey.dataset import ScoredData, admit
from osa_survey.errors import AnalysisError
from osa_survey.quality import ExclusionRule, exclude
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with, score_answers

SAME = 1e-9  # cross-products instead of a QR decomposition


def answers(n: int = 200, seed: int = 2) -> ScoredData:
    """Return made-up answers of adults: three items, the second reversed, with gaps; age and use beside them."""
    drawn = np.random.default_rng(seed)
    trait = drawn.normal(size=n)
    items = np.clip(np.round(3 + trait[:, None] * [1, -1, 1] + drawn.normal(size=(n, 3))), 1, 5).astype(int)
    texts = np.where(drawn.random((n, 3)) < 0.08, "", items.astype(str))
    use = np.round(5 + trait + drawn.normal(size=n), 2).astype(str)
    use[:15] = ""
    columns = {f"q{place + 1}": texts[:, place].tolist() for place in range(3)}
    columns |= {"age": drawn.integers(18, 80, n).astype(str).tolist(), "use": use.tolist()}
    variables = {
        "age": {"column": "age", "type": "number", "maximum": 99},
        "use": {"column": "use", "type": "number"},
    }
    book = codebook(blocks={"b": {"instrument": "calm", "columns": "q{n}"}}, variables=variables)
    return score(admit(export_of(columns), book, library_with(instrument())))


def test_rules_by_hand() -> None:
    scored = score_answers(instrument(), [1, 2, 5], [1, "", 5], ["", "", 4], [2, 5, 1])
    # keyed (second item 6 − x): 1 4 5 | 1 . 5 | . . 4 | 2 1 1; the scale is the sum of three and wants all of them
    found = {
        "lenient": rescored(scored, "b_total", {"min_answered": 2}),
        "share": rescored(scored, "b_total", {"min_share": 0.6}),
        "short": rescored(scored, "b_total", {"items": ["calm_02", "calm_03"]}),
        "sum": rescored(scored, "b_total", {"score": "sum"}),
        "half_short": rescored(scored, "b_total", {"items": ["calm_02", "calm_03"], "min_answered": 1}),
    }
    np.testing.assert_allclose(found["lenient"], [10, 9, np.nan, 4])  # 3 × (1 + 5)/2 = 9
    np.testing.assert_allclose(found["share"], found["lenient"])  # .6 of 3 is 1.8, so 2
    np.testing.assert_allclose(found["short"], [13.5, np.nan, np.nan, 3])  # 3 × (4 + 5)/2
    np.testing.assert_allclose(found["sum"], [10, 6, 4, 4])  # gaps add nothing
    np.testing.assert_allclose(found["half_short"], [13.5, 15, 12, 3])
    np.testing.assert_allclose(rescored(scored, "b_total", {"min_answered": 3}), scored.frame["b_total"])


def whole(data: ScoredData, **options: Any) -> pd.DataFrame:
    asked: dict[str, Any] = {
        "outcomes": ["b_total"], "predictors": ["use"], "covariates": ["age"], "cases": "own", "draws": 19,
        "scoring": {"b_total": {"lenient": {"min_answered": 2}, "short": {"items": ["calm_02", "calm_03"]}}},
    }  # fmt: skip
    table: pd.DataFrame = multiverse(data, **{**asked, **options}).engine
    return table


def test_each_rule_is_a_regression_of_its_own_respondents() -> None:
    data = answers()
    table = whole(data)
    assert len(table) == 3 * 2
    rules = {"lenient": {"min_answered": 2}, "short": {"items": ["calm_02", "calm_03"]}, "as scored": {}}
    tried = set()
    for row in table.to_dict("records"):
        rule = rules[row["scoring"].removeprefix("b_total ")]
        y = pd.Series(rescored(data, "b_total", rule) if rule else data.frame["b_total"].to_numpy())
        X = sm.add_constant(data.frame[["use", *filter(None, [row["covariates"]])]].reset_index(drop=True))
        fit = sm.OLS(y, X, missing="drop").fit()
        t, df = fit.tvalues["use"], fit.df_resid
        assert row["n"] == fit.nobs
        assert row["estimate"] == pytest.approx(t / np.sqrt(t**2 + df), abs=SAME)
        assert row["p_value"] == pytest.approx(fit.pvalues["use"], rel=1e-6)
        tried.add(row["n"])
    assert len(tried) == 3  # the rules leave different respondents


def test_a_rule_of_a_covariate_is_a_choice_only_where_the_covariate_is_in() -> None:
    data = answers()
    table = whole(data, outcomes=["age"], covariates=["b_total"])
    assert table["scoring"].tolist() == ["", "b_total as scored", "b_total lenient", "b_total short"]
    assert table["covariates"].tolist() == ["", "b_total", "b_total", "b_total"]


def test_the_predictor_may_have_gaps_and_rules() -> None:
    data = answers()
    found = multiverse(
        data, ["use"], ["b_total"], cases="own", draws=199, test="both", predicted="positive",
        scoring={"b_total": {"lenient": {"min_answered": 2}}},
    )  # fmt: skip
    table = found.engine
    for row in table.to_dict("records"):
        rule = {"min_answered": 2} if "lenient" in row["scoring"] else {"min_answered": 3}
        x = rescored(data, "b_total", rule)
        use = data.frame["use"].to_numpy()
        there = ~np.isnan(x) & ~np.isnan(use)
        assert row["estimate"] == pytest.approx(np.corrcoef(x[there], use[there])[0, 1], abs=SAME)
        assert row["n"] == there.sum()
    assert (found.frame.loc[found.frame["quantity"] == "curve_median", "p_value"] == 1 / 200).all()


def test_checks_are_those_of_a_study_in_its_order() -> None:
    data = answers()
    rules = {
        "flat": {"check": "straight_lining", "longest_run": 3},
        "alike": {"check": "response_variability", "below": 0.6},
    }
    table = whole(data, exclusions=rules, scoring={}, covariates=())
    for row in table.to_dict("records"):
        chosen = [
            ExclusionRule(str(rule["check"]), name, float(str(rule.get("longest_run") or rule["below"])))
            for name, rule in rules.items()
            if name in row["exclusions"].split(", ")
        ]
        kept = score(exclude(data.responses, chosen)).frame[["b_total", "use"]].dropna()
        assert row["n"] == len(kept)
        assert row["estimate"] == pytest.approx(np.corrcoef(kept["b_total"], kept["use"])[0, 1], abs=SAME)
    assert table["n"].nunique() > 2


def test_what_is_always_in_force_is_no_choice() -> None:
    data = answers()
    always = {"flat": {"check": "straight_lining", "longest_run": 3, "always": True}}
    table = whole(data, exclusions=always, scoring={}, covariates=())
    kept = score(exclude(data.responses, [ExclusionRule("straight_lining", "flat", 3)])).frame
    assert len(table) == 1
    assert table["n"].item() == len(kept[["b_total", "use"]].dropna())


def test_declared_sets_stand_instead_of_every_subset() -> None:
    data = answers()
    found = multiverse(
        data, ["b_total"], ["use"], covariates={"bare": [], "with age": ["age"]}, cases="own", draws=19,
        preregistered={"covariates": "with age"},
    )  # fmt: skip
    assert found.engine["covariates"].tolist() == ["bare", "with age"]
    curve = found.more["curve"].table
    assert curve.loc[curve["group"] == "preregistered", "contrast"].tolist() == [
        "linear; covariates: with age; exclusions: none"
    ]


@pytest.mark.parametrize(
    "model", ["logistic", "probit", "ordinal_logit", "ordinal_probit", "poisson", "negative_binomial"]
)
def test_other_models_are_score_tests_against_the_peer(model: str) -> None:
    """The score statistic is close to the Wald statistic of the peer where the effect is small and n large."""
    drawn = np.random.default_rng(4)
    n = 4000
    frame = pd.DataFrame({"age": drawn.normal(size=n), "use": drawn.normal(size=n)})
    latent = 0.05 * frame["use"] + 0.3 * frame["age"] + drawn.normal(size=n)
    counts = drawn.poisson(np.exp(0.03 * frame["use"] + 0.2 * frame["age"])).astype(float)
    ordered = np.digitize(latent, [-0.5, 0.5]).astype(float)
    spread = drawn.poisson(drawn.gamma(2, np.exp(0.03 * frame["use"]) / 2)).astype(float)
    made = {"logistic": (latent > 0) * 1.0, "probit": (latent > 0) * 1.0, "poisson": counts}
    frame["y"] = {**made, "negative_binomial": spread}.get(model, ordered)
    found = multiverse(frame, ["y"], ["use"], covariates=["age"], models=[model], draws=19).engine
    X = frame[["use", "age"]]
    if model.startswith("ordinal"):
        from statsmodels.miscmodels.ordinal_model import OrderedModel

        fit = OrderedModel(frame["y"], X, distr=model.removeprefix("ordinal_")).fit(disp=False)
    else:
        peers = {"logistic": sm.Logit, "probit": sm.Probit, "poisson": sm.Poisson,
                 "negative_binomial": sm.NegativeBinomial}  # fmt: skip
        fit = peers[model](frame["y"], sm.add_constant(X)).fit(disp=False)
    z = found.loc[found["covariates"] == "age", "estimate"].item() * np.sqrt(n)
    assert z == pytest.approx(fit.tvalues["use"], abs=SECOND_ORDER)


SECOND_ORDER = 0.05  # score and Wald statistics of 2 or 3 differ by about z³/n and the bend of the likelihood


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"scoring": {"b_totl": {"x": {"min_answered": 2}}}}, {"unknown_scale"}),
        (
            {"scoring": {"b_total": {"x": {"items": ["calm_9"]}, "y": {"least": 2}, "z": {"min_answered": 4}}}},
            {"unknown_item", "unknown_choice", "too_many_items_asked"},
        ),
        (
            {"scoring": {"b_total": {"as scored": {"min_share": 2}}}, "exclusions": {"a": {"check": "nothing"}}},
            {"unknown_choice", "out_of_range", "unknown_check"},
        ),
        (
            {"exclusions": {"a": {"check": "straight_lining"}, "b": {"check": "completion_time", "above": 1}}},
            {"no_threshold", "unknown_choice"},
        ),
        ({"exclusions": {"a, b": {"check": "straight_lining", "longest_run": 3}}}, {"title"}),
        ({"cases": "some", "scoring": {"b_total": {"x": {}}}}, {"unknown_choice"}),
        ({"models": ["poisson"], "scoring": {}, "outcomes": ["use"]}, {"unknown_choice"}),
    ],
)
def test_refusals_come_together(options: dict[str, Any], codes: set[str]) -> None:
    with pytest.raises(AnalysisError) as caught:
        whole(answers(60), **options)
    assert {problem.code for problem in caught.value.problems} == codes


def test_a_data_frame_has_no_items() -> None:
    frame = answers().frame
    with pytest.raises(AnalysisError) as caught:
        multiverse(frame, ["b_total"], ["use"], scoring={"b_total": {"x": {"min_answered": 2}}},
                   exclusions={"a": {"check": "straight_lining", "longest_run": 3}})  # fmt: skip
    assert [problem.code for problem in caught.value.problems] == ["no_items", "no_items"]
