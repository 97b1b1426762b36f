"""Effect sizes asked for by name, through the gate; conversions; interpretation by a named rule."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey import compare_groups, convert, correlate, crosstab, interpret, paired, regress, release
from osa_survey.analysis.describing.crosstab_sizes import KNOWN as TABLE
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES, PAIRED_SIZES
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.conversion_steps import STEPS
from osa_survey.effects.rules import RULES
from osa_survey.errors import AnalysisError
from osa_survey.results import QUANTITIES, Result

EXACT = 1e-10


def people(small: int = 20) -> pd.DataFrame:
    generator = np.random.default_rng(2)
    gender = ["man"] * 60 + ["woman"] * 70 + ["another gender"] * small
    n = len(gender)
    return pd.DataFrame(
        {
            "score": generator.normal(size=n) + (np.array(gender) == "woman") * 0.5,
            "age": generator.integers(18, 70, n).astype(float),
            "gender": pd.Categorical(gender, categories=["man", "woman", "another gender"]),
            "sexting": pd.Categorical(generator.choice(["no", "yes"], n), categories=["no", "yes"]),
            "positive": generator.integers(1, 6, n).astype(float),
            "negative": generator.integers(1, 4, n).astype(float),
        }
    )


def intervals_hold(result: Result) -> None:
    for part in (result, *result.more.values()):
        table = part.table.dropna(subset=["estimate", "conf_low", "conf_high"])
        assert (table["conf_low"] <= table["estimate"]).all()
        assert (table["estimate"] <= table["conf_high"]).all()


def test_every_size_of_groups_can_be_asked_for() -> None:
    sizes = [*PAIR_SIZES, *OMNIBUS_SIZES]
    result = compare_groups(people(), "score", "gender", effect_sizes=sizes)
    intervals_hold(result)
    for name in PAIR_SIZES:
        assert (result.table["quantity"] == name).sum() == 3  # three pairs
        assert len(result.more["effect_sizes"].table.query("quantity == @name")) == 3
    for name in OMNIBUS_SIZES:
        assert result.more["effect_sizes_overall"].pick(name)["estimate"] == result.pick(name)["estimate"]
    assert all(result.more["effect_sizes"].table["method"])
    for language in ("en", "de"):
        assert len(result.more["effect_sizes"].sentences(language)) == 3 * len(PAIR_SIZES)


def test_sizes_that_are_there_anyway_are_not_repeated() -> None:
    two = people(0)
    two["gender"] = two["gender"].cat.remove_unused_categories()
    plain = compare_groups(two, "score", "gender")
    asked = compare_groups(two, "score", "gender", effect_sizes=["cohens_d"])
    pd.testing.assert_frame_equal(plain.table, asked.table)
    assert asked.more["effect_sizes"].pick("cohens_d")["estimate"] == plain.pick("cohens_d")["estimate"]


def test_sizes_of_a_small_group_are_hidden_everywhere() -> None:
    result = compare_groups(people(3), "score", "gender", effect_sizes=["cliffs_delta", "glass_delta"])
    released = release(result, JOURNAL)
    for part in (released, released.more["effect_sizes"]):
        rows = part.table.loc[part.table["quantity"].isin(["cliffs_delta", "glass_delta"])]
        small = rows["contrast"].str.contains("another")
        assert small.any()
        assert rows.loc[small, ["estimate", "conf_low"]].isna().all(axis=None)
    assert not any("another" in text for text in released.more["effect_sizes"].sentences("en"))
    assert not any("another" in text for text in interpret(released, "cohen1988").sentences("en"))
    shown = release(compare_groups(people(), "score", "gender", effect_sizes=["cliffs_delta"]), JOURNAL)
    assert any("another" in text for text in shown.more["effect_sizes"].sentences("en"))


def test_every_paired_size_can_be_asked_for() -> None:
    result = paired(people(), [["positive", "negative"]], lowest=1, effect_sizes=list(PAIRED_SIZES))
    intervals_hold(result)
    assert set(result.more["effect_sizes"].table["quantity"]) == set(PAIRED_SIZES)
    assert (result.table["quantity"] == "d_z").sum() == 1


def test_every_size_of_a_fourfold_table_can_be_asked_for() -> None:
    two = people(0)
    two["gender"] = two["gender"].cat.remove_unused_categories()
    sizes = [name for name in TABLE if not name.startswith("kappa")]
    result = crosstab(two, "gender", "sexting", effect_sizes=sizes)
    intervals_hold(result)
    counts = pd.crosstab(two["gender"], two["sexting"])
    first, second = (counts.loc[name, "yes"] / counts.loc[name].sum() for name in ("man", "woman"))
    assert result.pick("risk_difference")["estimate"] == pytest.approx(first - second, rel=EXACT)
    assert result.pick("risk_ratio")["estimate"] == pytest.approx(first / second, rel=EXACT)
    whole = result.pick("number_needed", level="")
    assert whole["estimate"] == pytest.approx(1 / (first - second), rel=EXACT)
    other = result.pick("number_needed", level="beyond infinity")  # the difference is near zero
    assert math.isinf(whole["conf_high"]) != math.isinf(whole["conf_low"])
    assert math.isnan(other["estimate"])
    assert other["conf_low"] * other["conf_high"] > 0
    assert any("Risks are shares of yes" in note for note in result.more["effect_sizes"].notes)


def test_agreement_of_two_raters() -> None:
    levels = ["no", "perhaps", "yes"]
    first = pd.Categorical(["no"] * 20 + ["perhaps"] * 20 + ["yes"] * 20, categories=levels)
    second = pd.Categorical(["no"] * 15 + ["perhaps"] * 20 + ["yes"] * 25, categories=levels)
    result = crosstab(pd.DataFrame({"a": first, "b": second}), "a", "b", effect_sizes=["kappa", "kappa_weighted"])
    # agree 15 + 15 + 20 of 60; expected (20·15 + 20·20 + 20·25)/3600 = 1/3; κ = (5/6 − 1/3)/(2/3)
    assert result.pick("kappa")["estimate"] == pytest.approx(0.75, rel=EXACT)
    assert result.pick("kappa_weighted")["estimate"] > 0.75


def test_sizes_that_do_not_fit_the_table_are_refused_together() -> None:
    with pytest.raises(AnalysisError) as caught:
        crosstab(people(), "gender", "sexting", effect_sizes=["odds_ratio", "kappa"])
    assert {problem.code for problem in caught.value.problems} == {"not_fourfold", "not_square"}


def test_unknown_sizes_are_refused_with_the_nearest_name() -> None:
    with pytest.raises(AnalysisError, match="did you mean 'glass_delta'"):
        compare_groups(people(), "score", "gender", effect_sizes=["glas_delta"])
    with pytest.raises(AnalysisError, match="paired has no effect size"):
        paired(people(), [["positive", "negative"]], lowest=1, effect_sizes=["hedges_g"])
    with pytest.raises(AnalysisError, match="no effect size"):
        regress(people(), "sexting", ["age"], model="logistic", effect_sizes=["cohens_f2"])


def test_agreement_of_several_ratings() -> None:
    result = correlate(people(), ["positive", "negative", "age"], effect_sizes=["icc", "kendalls_w"])
    assert (result.table["quantity"] == "icc").sum() == 6
    assert "Kendall's W" in result.pick("kendalls_w")["method"]
    intervals_hold(result)


def test_regression_gives_intervals_of_every_size() -> None:
    result = regress(people(), "score", ["age", "gender"], effect_sizes=["cohens_f2"])
    for name in ("beta", "semipartial_r2", "cohens_f2"):
        rows = result.table.loc[result.table["quantity"] == name]
        assert len(rows) == 3
        assert rows["conf_high"].notna().all()
    t = result.pick("b", term="age")["statistic"]
    assert result.pick("cohens_f2", term="age")["estimate"] == pytest.approx(t**2 / 146, rel=EXACT)
    assert "Olkin–Finn" in result.more["fit"].pick("r2")["method"]
    intervals_hold(result)


def test_one_predictor_makes_beta_a_correlation() -> None:
    data = people()
    result = regress(data, "score", ["age"])
    r = float(np.corrcoef(data["score"], data["age"])[0, 1])
    beta = result.pick("beta", term="age")
    assert beta["estimate"] == pytest.approx(r, rel=EXACT)
    # the large-sample error of a correlation of normal variables, (1 − r²)/√n; scores are normal, ages nearly
    assert beta["std_error"] == pytest.approx((1 - r**2) / math.sqrt(len(data)), rel=0.1)


@pytest.mark.parametrize(
    ("value", "from_", "to", "more", "expected"),
    [
        (0.5, "d", "r", {}, 0.5 / math.sqrt(4.25)),
        (0.5, "d", "r", {"n1": 30, "n2": 70}, 0.5 / math.sqrt(0.25 + 100**2 / 2100)),
        (0.5, "d", "odds_ratio", {}, math.exp(0.5 * math.pi / math.sqrt(3))),
        (0.5, "d", "f", {}, 0.25),  # Cohen: f = d/2 of two equal groups
        (0.3, "r", "f2", {}, 0.09 / 0.91),
        (0.0, "d", "common_language", {}, 0.5),
        (0.0, "d", "cliffs_delta", {}, 0.0),
        (2.0, "odds_ratio", "risk_ratio", {"baseline": 0.2}, 2 / 1.2),
        (1.5, "risk_ratio", "number_needed", {"baseline": 0.2}, 10.0),
        (2.0, "t", "r", {"df2": 96}, 2 / 10),
        (2.0, "t", "d", {"n1": 50, "n2": 50}, 0.4),
        (5.0, "F", "eta2", {"df1": 2, "df2": 10}, 0.5),
    ],
)
def test_conversions_by_hand(value: float, from_: str, to: str, more: dict[str, float], expected: float) -> None:
    found = convert(value, from_, to, **more)
    assert found.value == pytest.approx(expected, rel=EXACT, abs=EXACT)
    assert found.formulas


def test_conversions_come_back() -> None:
    for scale in ("r", "odds_ratio", "common_language", "u3", "cliffs_delta", "f2", "eta2"):
        there = convert(0.4, "d", scale)
        assert convert(there.value, scale, "d").value == pytest.approx(0.4, rel=1e-9)
        assert scale == "d" or there.assumptions


def test_every_single_step_can_be_taken() -> None:
    given = {"n1": 40.0, "n2": 60.0, "baseline": 0.3, "df1": 2.0, "df2": 50.0}
    for scale, steps in STEPS.items():
        for step in steps:
            assert math.isfinite(convert(0.4, scale, step.to, **given).value), (scale, step.to)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((0.5, "d", "rr"), "unknown_scale"),
        ((1.5, "r", "d"), "impossible_value"),
        ((0.5, "d", "t"), "no_conversion"),
        ((2.0, "odds_ratio", "risk_ratio"), "missing_argument"),
        ((1.0, "r", "d"), "no_counterpart"),
        ((1.0, "common_language", "d"), "no_counterpart"),
    ],
)
def test_impossible_conversions_are_refused(arguments: tuple[float, str, str], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        convert(*arguments)
    assert caught.value.problems[0].code == code


def test_words_come_only_by_a_named_rule() -> None:
    result = compare_groups(people(), "score", "gender", effect_sizes=["cohens_f"])
    words = {word for rule in RULES.values() for scale in rule.scales for word in scale.words}
    plain = " ".join((*result.sentences("en"), *result.more["effect_sizes_overall"].sentences("en")))
    assert not any(f" {word} " in plain for word in words)
    judged = interpret(result, "cohen1988")
    assert judged.references == (RULES["cohen1988"].source,)
    assert any("verified in part" in note and "recalled" in note for note in judged.notes)
    assert "cohen1988" in judged.method
    assert all("by the rule cohen1988" in text for text in judged.sentences("en"))
    assert all("nach der Regel cohen1988" in text for text in judged.sentences("de"))
    assert set(judged.table["quantity"]) == {"hedges_g", "omega_squared", "cohens_f"}
    pd.testing.assert_series_equal(
        judged.table["estimate"],
        result.table.loc[result.table["quantity"].isin(judged.table["quantity"]), "estimate"],
        check_index=False,
    )


@pytest.mark.parametrize(
    ("rule", "quantity", "size", "word"),
    [
        ("cohen1988", "hedges_g", -0.5, "medium"),
        ("cohen1988", "hedges_g", 0.19, "very small"),
        ("funder2019", "r", 0.4, "very large"),
        ("lovakov2021", "cohens_d", 0.36, "medium"),
        ("gignac2016", "r", 0.3, "large"),
        ("sawilowsky2009", "d_z", 2.0, "huge"),
        ("landis1977", "kappa", -0.1, "poor"),
        ("koo2016", "icc", 0.8, "good"),
    ],
)
def test_thresholds(rule: str, quantity: str, size: float, word: str) -> None:
    scale = RULES[rule].scale(quantity)
    assert scale is not None
    assert scale.word(quantity, size) == word


def test_rules_know_only_words_of_results_and_cite_a_source() -> None:
    for rule in RULES.values():
        assert "doi:" in rule.source
        for scale in rule.scales:
            assert len(scale.words) == len(scale.thresholds) + 1
            assert set(scale.quantities) <= {*QUANTITIES, "cohens_q"}


def test_a_rule_that_does_not_fit_is_refused_with_those_that_do() -> None:
    result = compare_groups(people(), "score", "gender")
    with pytest.raises(AnalysisError, match="lovakov2021"):
        interpret(result, "landis1977")
    with pytest.raises(AnalysisError, match="did you mean 'cohen1988'"):
        interpret(result, "cohen1998")
