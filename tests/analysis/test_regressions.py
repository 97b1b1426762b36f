"""Regression: hand-computed cases, blocks, errors of estimates, what the sentences say."""

from __future__ import annotations

import math
import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from tests.analysis.regression_people import people, with_small_group

EXACT = 1e-12
"""Relative: hand arithmetic in double precision."""
ITERATED = 1e-8
"""Relative: the likelihood is maximised until its deviance changes by 1e-13 of itself."""
CAUSAL = re.compile(
    r"\b(effects?|affects?|impacts?|influences?|causes?|leads? to|beeinflusst|Einfluss|Wirkung)\b", re.I
)


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
    data = people()
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
    data = with_small_group(30)
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
    data = people()
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
    data = people()
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
    data = people()
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

    data = people()
    data["person"] = np.arange(len(data), dtype=float)
    result = regress(data, "score", ["age"], errors="cluster", cluster="person")
    fit = sm.OLS(data["score"].to_numpy(), sm.add_constant(data["age"].to_numpy())).fit(cov_type="HC1")
    assert result.pick("b", term="age")["std_error"] == pytest.approx(fit.bse[1], rel=1e-9)


def test_few_events_are_noted() -> None:
    data = people().iloc[:40]
    result = regress(data, "sexting", [["age", "gender", "site"]], model="logistic")
    assert any("fewer than ten events" in note for note in result.notes)
    assert not any("fewer than ten events" in note for note in regress(data, "score", ["age"]).notes)


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences_tell_associations_only(language: str) -> None:
    data = people()
    data["noise"] = np.random.default_rng(3).normal(size=len(data))
    for model, outcome in (("linear", "score"), ("logistic", "sexting")):
        result = regress(data, outcome, [["age", "noise"], ["gender"]], model=model)  # type: ignore[arg-type]
        told = [*result.sentences(language), *result.more["fit"].sentences(language)]
        told += [*result.more["blocks"].sentences(language)]
        assert not any(CAUSAL.search(sentence) for sentence in (*told, *result.notes))
        of_terms = [sentence for sentence in result.sentences(language) if "95" in sentence]
        assert len(of_terms) == 3
        noise = next(sentence for sentence in told if "noise" in sentence)
        proves_nothing = {"en": "not evidence of no association", "de": "kein Beleg"}[language]
        assert sum(proves_nothing in sentence for sentence in result.sentences(language)) == 1
        if model == "logistic":
            assert ", OR = " in noise
            assert {"en": "sexting (yes)", "de": "sexting (ja)"}[language] in noise
    again = replace(result, wording=pickle.loads(pickle.dumps(result.wording)))
    assert again.sentences(language) == result.sentences(language)
