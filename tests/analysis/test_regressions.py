"""Regression: hand-computed cases, degenerate data, separation, what the gate hides, what the sentences say."""

from __future__ import annotations

import math
import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.models import BinaryLogit, estimates_exist, separation
from osa_survey.results import release

EXACT = 1e-12
"""Relative: hand arithmetic in double precision."""
ITERATED = 1e-8
"""Relative: the likelihood is maximised until its deviance changes by 1e-13 of itself."""
CAUSAL = re.compile(
    r"\b(effects?|affects?|impacts?|influences?|causes?|leads? to|beeinflusst|Einfluss|Wirkung)\b", re.I
)


def _people(n: int = 240, seed: int = 20261123) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    gender = rng.choice(["man", "woman"], n)
    age = rng.integers(18, 70, n).astype(float)
    score = 10 + 0.1 * age + (gender == "woman") * 1.5 + rng.normal(0, 2, n)
    chance = 1 / (1 + np.exp(-(-1.5 + 0.03 * age)))
    return pd.DataFrame(
        {
            "score": score,
            "age": age,
            "gender": pd.Categorical(gender, categories=["man", "woman", "another gender"]),
            "sexting": pd.Categorical(np.where(rng.random(n) < chance, "yes", "no"), categories=["no", "yes"]),
            "site": rng.integers(0, 12, n).astype(float),
            "satisfaction": pd.Categorical(
                rng.choice(["low", "middle", "high"], n), categories=["low", "middle", "high"], ordered=True
            ),
        }
    )


def _with_small_group(people: int = 3) -> pd.DataFrame:
    data = _people()
    data.loc[: people - 1, "gender"] = "another gender"
    return data


def test_simple_regression_by_hand() -> None:
    # x = 1..5, y = 2, 4, 5, 4, 5: mean x 3, mean y 4, Sxy = 6, Sxx = 10, b = 0.6, a = 2.2.
    # Fitted 2.8 3.4 4.0 4.6 5.2: residuals −.8 .6 1 −.6 −.2, SSE = 2.4, SST = 6, R² = .6.
    # s² = 2.4/3 = 0.8; SE(b) = √(0.8/10) = .282843; t = 2.12132; beta = .6·√(10/6) = .774597; sr² = R² = .6.
    data = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [2.0, 4, 5, 4, 5]})
    result = regress(data, "y", ["x"])
    row = result.pick("b", term="x")
    assert row["estimate"] == pytest.approx(0.6, rel=EXACT)
    assert row["std_error"] == pytest.approx(math.sqrt(0.08), rel=EXACT)
    assert row["statistic"] == pytest.approx(0.6 / math.sqrt(0.08), rel=EXACT)
    assert row["df1"] == 3
    assert result.pick("beta", term="x")["estimate"] == pytest.approx(math.sqrt(0.6), rel=EXACT)
    assert result.pick("semipartial_r2", term="x")["estimate"] == pytest.approx(0.6, rel=EXACT)
    fit = result.more["fit"]
    assert fit.pick("r2")["estimate"] == pytest.approx(0.6, rel=EXACT)
    assert fit.pick("adjusted_r2")["estimate"] == pytest.approx(1 - 0.4 * 4 / 3, rel=EXACT)
    assert fit.pick("model_test")["statistic"] == pytest.approx(0.6 / (0.4 / 3), rel=EXACT)
    assert result.more["predictors"].pick("vif", term="x")["estimate"] == 1


def test_odds_ratio_by_hand() -> None:
    # 2 × 2: women 30 yes, 20 no; men 15 yes, 35 no: OR = 30·35 / (20·15) = 3.5,
    # SE(ln OR) = √(1/30 + 1/20 + 1/15 + 1/35) = √0.178571...
    gender = ["woman"] * 50 + ["man"] * 50
    answer = ["yes"] * 30 + ["no"] * 20 + ["yes"] * 15 + ["no"] * 35
    data = pd.DataFrame(
        {
            "gender": pd.Categorical(gender, categories=["man", "woman"]),
            "sexting": pd.Categorical(answer, categories=["no", "yes"]),
        }
    )
    result = regress(data, "sexting", [["gender"]], model="logistic")
    assert result.pick("odds_ratio", term="gender[woman]")["estimate"] == pytest.approx(3.5, rel=ITERATED)
    se = math.sqrt(1 / 30 + 1 / 20 + 1 / 15 + 1 / 35)
    assert result.pick("b", term="gender[woman]")["std_error"] == pytest.approx(se, rel=ITERATED)
    assert result.pick("b", term="intercept")["estimate"] == pytest.approx(math.log(15 / 35), rel=ITERATED)
    counts = {
        row["term"]: row["estimate"] for _, row in result.more["fit"].table.iterrows() if row["quantity"] == "count"
    }
    assert counts == {"events": 45, "non-events": 55}
    other = regress(data, "sexting", [["gender"]], model="logistic", event="no", references={"gender": "woman"})
    assert other.pick("odds_ratio", term="gender[man]")["estimate"] == pytest.approx(3.5, rel=ITERATED)


def test_dummies_are_differences_from_the_reference() -> None:
    data = _people()
    result = regress(data, "score", ["gender"])
    means = data.groupby("gender", observed=True)["score"].mean()
    assert result.pick("b", term="gender[woman]")["estimate"] == pytest.approx(means["woman"] - means["man"], rel=1e-9)
    reference = result.pick("b", term="gender[man]")
    assert math.isnan(reference["estimate"])
    assert reference["method"].startswith("reference category")
    assert result.labels["gender[man]"] == "gender: man (reference)"
    assert any("reference category is man" in note for note in result.notes)
    turned = regress(data, "score", ["gender"], references={"gender": "woman"})
    assert turned.pick("b", term="gender[man]")["estimate"] == pytest.approx(means["man"] - means["woman"], rel=1e-9)


def test_fit_does_not_depend_on_reference_or_order() -> None:
    data = _with_small_group(30)
    first = regress(data, "score", [["age", "gender"]])
    second = regress(data.sample(frac=1, random_state=1), "score", [["gender", "age"]], references={"gender": "woman"})
    for quantity in ("r2", "aic"):
        assert first.more["fit"].pick(quantity)["estimate"] == pytest.approx(
            second.more["fit"].pick(quantity)["estimate"], rel=1e-10
        )
    for quantity in ("vif", "block_test"):
        assert first.more["predictors"].pick(quantity, term="gender")["estimate"] == pytest.approx(
            second.more["predictors"].pick(quantity, term="gender")["estimate"], rel=1e-9
        )


def test_blocks_describe_the_same_people() -> None:
    data = _people()
    data.loc[:19, "age"] = np.nan
    data.loc[10:29, "gender"] = None
    before = data.copy()
    result = regress(data, "score", [["gender"], ["age"]])
    assert (result.n_used, result.n_dropped) == (210, 30)
    assert set(result.table["n"]) == {210}
    assert set(result.table["level"]) == {"block 1", "block 2"}
    blocks = result.more["blocks"]
    change = blocks.pick("delta_r2", level="block 2")
    r2 = [blocks.pick("r2", level=f"block {k}")["estimate"] for k in (1, 2)]
    assert change["estimate"] == pytest.approx(r2[1] - r2[0], rel=1e-12)
    # F of the change: (ΔR² / 1) / ((1 − R²) / (n − 3))
    assert change["statistic"] == pytest.approx((r2[1] - r2[0]) / ((1 - r2[1]) / 207), rel=1e-9)
    assert any("same respondents" in note for note in result.notes)
    pd.testing.assert_frame_equal(data, before)


def test_products_and_ordinal_codes() -> None:
    data = _people()
    result = regress(data, "score", [["age*gender"], ["satisfaction"]])
    terms = [term for term in result.table["term"].unique() if not term.startswith("gender[man]")]
    assert terms == ["intercept", "age", "gender[woman]", "age:gender[woman]", "satisfaction"]
    dummies = regress(data, "score", ["satisfaction"], as_categories=["satisfaction"])
    assert {"satisfaction[middle]", "satisfaction[high]"} <= set(dummies.table["term"])
    by_formula = regress(data, formula="score ~ age * gender + satisfaction")
    assert by_formula.pick("b", term="age:gender[woman]")["estimate"] == pytest.approx(
        result.pick("b", term="age:gender[woman]", level="block 2")["estimate"], rel=1e-9
    )


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_robust_errors_leave_estimates_alone(model: str) -> None:
    data = _people()
    outcome = "score" if model == "linear" else "sexting"
    plain = regress(data, outcome, [["age", "gender"]], model=model)  # type: ignore[arg-type]
    for errors, cluster in (("HC3", None), ("cluster", "site")):
        robust = regress(data, outcome, [["age", "gender"]], model=model, errors=errors, cluster=cluster)  # type: ignore[arg-type]
        for term in ("age", "gender[woman]"):
            assert robust.pick("b", term=term)["estimate"] == plain.pick("b", term=term)["estimate"]
            assert robust.pick("b", term=term)["std_error"] != plain.pick("b", term=term)["std_error"]
    assert "12 clusters" in robust.method
    assert any("few clusters" in note for note in robust.notes)


def test_cluster_errors_of_singletons_are_hc1() -> None:
    # With one person per cluster the sums are the scores themselves, and G/(G−1)·(n−1)/(n−k) = n/(n−k): HC1.
    import statsmodels.api as sm

    data = _people()
    data["person"] = np.arange(len(data), dtype=float)
    result = regress(data, "score", ["age"], errors="cluster", cluster="person")
    fit = sm.OLS(data["score"].to_numpy(), sm.add_constant(data["age"].to_numpy())).fit(cov_type="HC1")
    assert result.pick("b", term="age")["std_error"] == pytest.approx(fit.bse[1], rel=1e-9)


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([0, 0, 0, 1, 1, 1], "complete"),
        ([0, 0, 1, 0, 1, 1], "none"),
    ],
)
def test_separation_by_a_number(y: list[int], kind: str) -> None:
    x = np.column_stack([np.ones(6), np.arange(6.0)])
    assert separation(x, np.array(y, dtype=float)).kind == kind


def test_quasi_complete_separation_by_ties() -> None:
    # At x = 2 both outcomes occur; below only non-events, above only events.
    x = np.column_stack([np.ones(6), [0.0, 1, 2, 2, 3, 4]])
    found = separation(x, np.array([0.0, 0, 0, 1, 1, 1]))
    assert found.kind == "quasi-complete"
    assert found.columns.tolist() == [True, True]


def test_certificate_agrees_with_the_programme() -> None:
    rng = np.random.default_rng(7)
    kinds = set()
    for _ in range(60):
        n = int(rng.integers(8, 26))
        x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
        y = (rng.random(n) < 0.5).astype(float)
        if y.min() == y.max():
            continue
        fit = BinaryLogit().fit(y, x)
        kind = separation(x, y).kind
        kinds.add(kind)
        assert bool(fit.separated) == (kind != "none")
        probabilities = fit.family.expected(fit.parameters, x)[:, 0]
        if estimates_exist(x, y, probabilities):
            assert kind == "none"
    assert kinds == {"none", "complete"}


def _separated() -> pd.DataFrame:
    data = _people()
    data["sexting"] = pd.Categorical(
        np.where(data["gender"] == "woman", "yes", data["sexting"].astype(str)), categories=["no", "yes"]
    )
    return data


def test_quasi_complete_separation_is_said() -> None:
    # Every woman is an event, so the odds ratio of women has no finite estimate; age is that of the men alone.
    data = _separated()
    result = regress(data, "sexting", [["age", "gender"]], model="logistic")
    row = result.pick("odds_ratio", term="gender[woman]")
    assert "quasi-complete separation" in row["warning"]
    assert math.isnan(row["estimate"])
    assert math.isnan(row["conf_low"])
    men = regress(data.loc[data["gender"] == "man"], "sexting", ["age"], model="logistic")
    for column in ("estimate", "std_error", "conf_high"):
        assert result.pick("b", term="age")[column] == pytest.approx(men.pick("b", term="age")[column], rel=1e-5)
    assert result.pick("b", term="age")["warning"] == ""
    assert any("Separation (quasi-complete)" in note for note in result.notes)
    assert any("no finite odds ratio" in sentence for sentence in result.sentences())
    assert any("kein endliches Odds Ratio" in sentence for sentence in result.sentences("de"))
    assert "separation" in result.more["fit"].sentences()[0]


def test_complete_separation_is_said() -> None:
    data = _people()
    data["late"] = np.where(data["sexting"] == "yes", 1.0, 0.0) + data["age"] / 1000
    result = regress(data, "sexting", [["age"], ["late"]], model="logistic")
    last = result.table.loc[(result.table["level"] == "block 2") & (result.table["quantity"] == "b")]
    assert last["estimate"].isna().all()
    assert last["warning"].str.contains("complete separation").all()
    assert not math.isnan(result.pick("b", term="age", level="block 1")["estimate"])


def test_separation_is_not_called_on_plain_data() -> None:
    result = regress(_people(), "sexting", [["age", "gender"]], model="logistic")
    assert not result.table["warning"].str.contains("separation").any()


def _codes(error: AnalysisError) -> set[str]:
    return {problem.code for problem in error.problems}


def test_perfect_collinearity_names_the_columns() -> None:
    data = _people()
    data["months"] = 12 * data["age"]
    with pytest.raises(AnalysisError) as caught:
        regress(data, "score", [["age", "gender", "months"]])
    assert _codes(caught.value) == {"perfect_collinearity"}
    assert "'months' is an exact linear combination of 'age'" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"outcome": "score", "blocks": [["constant"]]}, "constant_predictor"),
        ({"outcome": "score", "blocks": [["text"]]}, "undeclared_categories"),
        ({"formula": "score ~ text"}, "undeclared_categories"),
        ({"formula": "score ~ C(gender)"}, "unknown_function"),
        ({"formula": "score ~ __import__('os')"}, "unknown_function"),
        ({"formula": "score ~ age.real + {age}"}, "unreadable_formula"),
        ({"formula": "score ~ log(gender)"}, "function_of_categories"),
        ({"formula": "score ~ age - 1"}, "no_intercept"),
        ({"formula": "score ~ age +"}, "unreadable_formula"),
        ({"formula": "score + age"}, "unreadable_formula"),
        ({"formula": "score ~ age", "outcome": "score"}, "two_models"),
        ({"outcome": "score"}, "no_model"),
        ({"outcome": "score", "blocks": [["agee"]]}, "unknown_variable"),
        ({"outcome": "score", "blocks": [["age"], ["age"]]}, "empty_block"),
        ({"outcome": "score", "blocks": [["age:gender"]]}, "product_alone"),
        ({"outcome": "score", "blocks": [["age*"]]}, "unreadable_term"),
        ({"outcome": "score", "blocks": [["score"]]}, "outcome_as_predictor"),
        ({"outcome": "constant", "blocks": [["age"]]}, "constant_outcome"),
        ({"outcome": "gender", "blocks": [["age"]]}, "nominal_outcome"),
        ({"outcome": "gender", "blocks": [["age"]], "model": "logistic"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "model": "logistic"}, "event"),
        ({"outcome": "sexting", "blocks": [["age"]], "model": "logistic", "event": "perhaps"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "event": "yes"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "model": "lasso"}, "unknown_choice"),
        ({"outcome": "score", "blocks": [["age"]], "errors": "cluster"}, "cluster"),
        ({"outcome": "score", "blocks": [["age"]], "errors": "cluster", "cluster": "constant"}, "one_cluster"),
        ({"outcome": "score", "blocks": [["age"]], "references": {"gender": "man"}}, "unknown_predictor"),
        ({"outcome": "score", "blocks": [["gender"]], "references": {"gender": "another gender"}}, "empty_reference"),
        ({"outcome": "copy", "blocks": [["age"]]}, "exact_fit"),
        ({"outcome": "score", "blocks": [["empty"]]}, "no_respondents"),
        ({"outcome": "score", "blocks": [["endless"]]}, "infinite_value"),
    ],
)
def test_clear_errors(arguments: dict[str, object], code: str) -> None:
    data = _people()
    data["constant"] = 1.0
    data["text"] = "secret words"
    data["copy"] = 2 * data["age"] + 1
    data["empty"] = np.nan
    data["endless"] = np.inf
    with pytest.raises(AnalysisError) as caught:
        regress(data, **arguments)  # type: ignore[arg-type]
    assert code in _codes(caught.value)
    assert "secret" not in str(caught.value)
    assert all(problem.hint for problem in caught.value.problems)


def test_too_few_respondents() -> None:
    with pytest.raises(AnalysisError) as caught:
        regress(_people().iloc[:3], "score", [["age", "site"]])
    assert _codes(caught.value) == {"too_few_respondents"}


def test_only_one_outcome_left() -> None:
    data = _people()
    data.loc[data["sexting"] == "yes", "age"] = np.nan
    with pytest.raises(AnalysisError) as caught:
        regress(data, "sexting", ["age"], model="logistic")
    assert _codes(caught.value) == {"constant_outcome"}


def test_category_of_one_person_is_flagged_and_hidden() -> None:
    result = regress(_with_small_group(1), "score", [["age", "gender"]])
    assert result.pick("b", term="gender[another gender]")["warning"] == "this category is one person"
    released = release(result, JOURNAL)
    row = released.pick("b", term="gender[another gender]")
    assert (row["suppressed"], row["warning"]) == ("suppressed", "")


def test_few_events_are_noted() -> None:
    data = _people().iloc[:40]
    result = regress(data, "sexting", [["age", "gender", "site"]], model="logistic")
    assert any("fewer than ten events" in note for note in result.notes)
    assert not any("fewer than ten events" in note for note in regress(data, "score", ["age"]).notes)


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_gate_hides_a_group_of_three(model: str) -> None:
    data = _with_small_group(3)
    outcome = "score" if model == "linear" else "sexting"
    quantity = "b" if model == "linear" else "odds_ratio"
    result = regress(data, outcome, [["age", "gender"]], model=model)  # type: ignore[arg-type]
    assert result.n_used == 240  # suppressed is not excluded
    released = release(result, JOURNAL)
    small = released.frame.loc[released.frame["term"] == "gender[another gender]"]
    assert (small["suppressed"] == "suppressed").all()
    assert small["estimate"].isna().all()
    assert released.pick(quantity, term="gender[woman]")["suppressed"] == ""
    counts = released.more["predictors"].frame.query("quantity == 'count'").set_index("term")["suppressed"]
    assert counts["gender[another gender]"] == "suppressed"
    assert (counts == "suppressed").sum() == 2  # the three, and the next smallest, or 240 gives the three back
    for language, words in (("en", "not shown"), ("de", "nicht gezeigt")):
        told = [sentence for sentence in released.sentences(language) if "another gender" in sentence]
        assert len(told) == 1
        assert words in told[0]
        assert not re.search(r"=\s*[−\d.]", told[0])


def test_gate_hides_everything_when_events_are_few() -> None:
    data = _people()
    data["sexting"] = pd.Categorical(["yes"] * 3 + ["no"] * 237, categories=["no", "yes"])
    data.loc[:2, "age"] = [20.0, 40.0, 60.0]
    released = release(regress(data, "sexting", ["age"], model="logistic"), JOURNAL)
    assert (released.frame["suppressed"] == "suppressed").all()
    assert (released.more["fit"].frame["suppressed"] == "suppressed").all()
    assert "not shown" in released.more["fit"].sentences()[0]


def test_gate_hides_events_of_a_lone_nominal_predictor() -> None:
    # With gender alone, odds and n of a group give its events back: three women among the events.
    data = _people()
    women = np.flatnonzero(data["gender"] == "woman")
    answer = np.where(np.arange(240) % 2 == 0, "yes", "no")
    answer[women] = "no"
    answer[women[:3]] = "yes"
    data["sexting"] = pd.Categorical(answer, categories=["no", "yes"])
    released = release(regress(data, "sexting", ["gender"], model="logistic"), JOURNAL)
    assert released.pick("odds_ratio", term="gender[woman]")["suppressed"] == "suppressed"


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences_tell_associations_only(language: str) -> None:
    data = _people()
    data["noise"] = np.random.default_rng(3).normal(size=len(data))
    for model, outcome in (("linear", "score"), ("logistic", "sexting")):
        result = regress(data, outcome, [["age", "noise"], ["gender"]], model=model)  # type: ignore[arg-type]
        told = [*result.sentences(language), *result.more["fit"].sentences(language)]
        told += [*result.more["blocks"].sentences(language)]
        assert not any(CAUSAL.search(sentence) for sentence in (*told, *result.notes))
        assert len(result.sentences(language)) == 3
        noise = next(sentence for sentence in told if "noise" in sentence)
        assert {"en": "not evidence of no association", "de": "kein Beleg"}[language] in noise
        if model == "logistic":
            assert {"en": "odds ratio", "de": "Odds Ratio"}[language] in noise
    again = replace(result, wording=pickle.loads(pickle.dumps(result.wording)))
    assert again.sentences(language) == result.sentences(language)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(AnalysisError):
        regress(_people(), "score", ["age"]).sentences("fr")


def test_large_separated_data_are_decided_quickly() -> None:
    rng = np.random.default_rng(11)
    n = 100_000
    x = np.column_stack([np.ones(n), rng.integers(18, 80, n), rng.integers(0, 2, n)]).astype(float)
    y = ((rng.random(n) < 0.5) | (x[:, 2] == 1)).astype(float)
    fit = BinaryLogit().fit(y, x)
    assert separation(x, y).kind == "quasi-complete"
    assert 2 in fit.separated
    assert 1 not in fit.separated
