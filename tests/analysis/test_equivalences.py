"""Equivalence and non-inferiority: bounds, units, sides, weights, imputed sets, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import compare_groups, equivalence, paired, regress
from osa_survey.analysis.equivalence.equivalence_follow_ups import with_equivalence
from osa_survey.analysis.equivalence.equivalence_tests import equivalence_test
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text
from osa_survey.results import Result
from tests.composed_answers import data

SAME = 1e-9
"""Relative: the same arithmetic in another order."""
SOURCE = {"source": "made up"}


def people(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "score": rng.normal(size=n),
            "again": rng.normal(size=n),
            "gender": pd.Categorical.from_codes(rng.integers(0, 2, n), ["man", "woman"]),
            "osa": pd.Categorical.from_codes(rng.integers(0, 2, n), ["no", "yes"]),
        }
    )


def _means(**more: Any) -> Result:
    asked = {"outcome": "score", "by": "gender", "smallest_effect": {"mean_difference": 0.4, **SOURCE}, **more}
    return equivalence(people(), "means", **asked)


def test_the_interval_within_the_bounds_is_the_test() -> None:
    rng = np.random.default_rng(1)
    for estimate, error, df in zip(
        rng.normal(0, 0.4, 200), rng.uniform(0.05, 0.3, 200), rng.integers(5, 90, 200), strict=True
    ):
        found = equivalence_test(float(estimate), float(error), float(df), (-0.5, 0.5))
        assert found.established == (found.low > -0.5 and found.high < 0.5)


def test_the_tests_keep_their_level_at_the_bound() -> None:
    """A difference of exactly the bound is called equivalent in 5% of samples: 4 standard errors of 4,000 are .014."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(0.5, 1, (4000, 60)), rng.normal(0, 1, (4000, 60))
    errors = np.sqrt(x.var(axis=1, ddof=1) / 60 + y.var(axis=1, ddof=1) / 60)
    t = (x.mean(axis=1) - y.mean(axis=1) - 0.5) / errors
    found = [equivalence_test(float(v * e + 0.5), float(e), 118.0, (-0.5, 0.5)).established
             for v, e in zip(t, errors, strict=True)]  # fmt: skip
    assert np.mean(found) == pytest.approx(0.05, abs=0.014)


def test_units_are_standard_deviations_of_the_sample() -> None:
    given = people()
    man, woman = (given.loc[given["gender"] == name, "score"] for name in ("man", "woman"))
    df = len(man) + len(woman) - 2
    pooled = math.sqrt(((len(man) - 1) * man.var() + (len(woman) - 1) * woman.var()) / df)
    j = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    units = {"hedges_g": pooled / j, "cohens_d": pooled, "cohens_d_unequal": math.sqrt((man.var() + woman.var()) / 2)}
    for unit, size in units.items():
        result = _means(smallest_effect={unit: 0.3, **SOURCE})
        assert result.pick("mean_difference", level="upper bound")["estimate"] == pytest.approx(0.3 * size, rel=SAME)
        assert result.pick("smallest_effect")["level"] == unit
    difference = given["score"] - given["again"]
    result = equivalence(given, "paired", first="score", second="again", smallest_effect={"d_z": 0.3, **SOURCE})
    bound = result.pick("mean_difference", level="lower bound")["estimate"]
    assert bound == pytest.approx(-0.3 * difference.std(), rel=SAME)


def test_one_side_is_non_inferiority() -> None:
    lower, upper = _means(side="lower"), _means(side="upper")
    row = lower.table.iloc[0]
    error, df = row["std_error"], row["df1"]
    p = stats.t.sf((row["estimate"] + 0.4) / error, df)
    assert lower.pick("equivalence")["p_value"] == pytest.approx(p, rel=SAME)
    assert set(lower.table["level"]) & {"lower bound", "upper bound"} == {"lower bound"}
    assert set(upper.table["level"]) & {"lower bound", "upper bound"} == {"upper bound"}
    assert "Non-inferiority" in lower.title


def test_bounds_need_not_be_symmetric() -> None:
    result = _means(smallest_effect={"mean_difference": [-0.2, 0.6], **SOURCE})
    bounds = [result.pick("mean_difference", level=f"{side} bound")["estimate"] for side in ("lower", "upper")]
    assert bounds == [-0.2, 0.6]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"smallest_effect": None}, "no_bounds"),
        ({"smallest_effect": {"mean_difference": 0.4}}, "no_source"),
        ({"smallest_effect": {"mean_difference": -0.4, **SOURCE}}, "bounds"),
        ({"smallest_effect": {"mean_difference": [0.4, 0.1], **SOURCE}}, "bounds"),
        ({"smallest_effect": {"r": 0.4, **SOURCE}}, "bounds_unit"),
        ({"term": "age"}, "unknown_argument"),
        ({"by": None}, "missing_argument"),
        ({"groups": ["man", "wman"]}, "unknown_category"),
        ({"groups": ["man"]}, "two_groups"),
        ({"side": "left"}, "unknown_choice"),
        ({"alpha": 0.5}, "alpha"),
        ({"interval": "newcombe"}, "unknown_argument"),
        ({"interval": "newcomb"}, "unknown_choice"),
    ],
)
def test_what_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        _means(**more)
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize("interval", ["newcombe", "miettinen_nurminen", "farrington_manning"])
def test_intervals_of_proportions_need_no_spread_and_take_no_weights(interval: Any) -> None:
    nobody = people(80).assign(osa=pd.Categorical(["no"] * 80, categories=["no", "yes"]))
    asked: dict[str, Any] = {
        "outcome": "osa", "by": "gender", "smallest_effect": {"risk_difference": 0.2, **SOURCE}, "interval": interval,
    }  # fmt: skip
    found = equivalence(nobody, "proportions", **asked)
    assert found.pick("equivalence")["level"] == "equivalent"
    low, high = found.table.iloc[0][["conf_low", "conf_high"]]
    assert -0.2 < low < 0 < high < 0.2
    assert equivalence(nobody, "proportions", **{**asked, "interval": "wald"}).table["conf_low"].isna().all()
    assert any(name in " ".join(found.references) for name in ("Newcombe", "Miettinen", "Farrington"))
    with pytest.raises(AnalysisError) as caught:
        equivalence(data("people", False, "weights"), "proportions", **{**asked, "by": "gender", "outcome": "event"})
    assert caught.value.problems[0].code == "does_not_compose"


def test_sentences_tell_equivalence_from_no_evidence() -> None:
    wide, narrow = (
        _means(smallest_effect={"mean_difference": 2.0, **SOURCE}),
        _means(smallest_effect={"mean_difference": 0.01, **SOURCE}),
    )
    assert "ruled out" in wide.sentences("en")[0]
    assert "no evidence of equivalence" in narrow.sentences("en")[0]
    assert "kein Beleg für Gleichwertigkeit" in narrow.sentences("de")[0]
    assert wide.pick("equivalence")["level"] == "equivalent"


def test_an_interval_beyond_the_bounds_is_a_difference_larger_than_the_smallest_of_interest() -> None:
    values = np.tile([-0.1, 0.0, 0.1], 20)
    people = pd.DataFrame({"y": np.r_[values + 1, values], "g": pd.Categorical(["a"] * 60 + ["b"] * 60)})
    for size, words in ((0.2, "larger than the smallest effect of interest"), (0.999, "as large as the bounds is not")):
        result = equivalence(people, "means", outcome="y", by="g", smallest_effect={"mean_difference": size, **SOURCE})
        assert words in result.sentences("en")[0]
    assert (
        "größer ist als der kleinste bedeutsame Effekt"
        in equivalence(
            people, "means", outcome="y", by="g", smallest_effect={"mean_difference": 0.2, **SOURCE}
        ).sentences("de")[0]
    )


@pytest.mark.parametrize("word", ["", "weights", "replicates"])
@pytest.mark.parametrize("imputed", [False, True])
def test_follow_ups_are_the_tests_asked_for(word: str, imputed: bool) -> None:
    """The numbers of a comparison's table, and those of the test itself, under weights and imputation too."""
    given = data("people", imputed, word)
    raw: dict[str, Any] = {"mean_difference": 0.4, **SOURCE}
    asked = equivalence(given, "means", outcome="score", by="gender", smallest_effect=raw).pick("equivalence")
    follow_up = with_equivalence(compare_groups(given, "score", "gender"), raw).more["equivalence"]
    assert follow_up.pick("equivalence")["p_value"] == pytest.approx(asked["p_value"], rel=1e-7)
    asked = equivalence(given, "paired", first="positive", second="negative", smallest_effect=raw).pick("equivalence")
    follow_up = with_equivalence(paired(given, [["positive", "negative"]]), raw).more["equivalence"]
    assert follow_up.pick("equivalence")["p_value"] == pytest.approx(asked["p_value"], rel=1e-7)
    raw = {"b": 0.4, **SOURCE}
    asked = equivalence(
        given, "coefficient", outcome="score", blocks=[["x", "age"]], term="x", smallest_effect=raw
    ).pick("equivalence")
    follow_up = with_equivalence(regress(given, "score", [["x", "age"]]), raw, {"term": "x"}).more["equivalence"]
    assert follow_up.pick("equivalence")["p_value"] == pytest.approx(asked["p_value"], rel=1e-7)


def test_ratios_are_tested_on_their_logarithm() -> None:
    effect = {"odds_ratio": 1.5, **SOURCE}
    result = equivalence(
        people(), "coefficient", outcome="osa", blocks=[["score"]], term="score", model="logistic",
        smallest_effect=effect,
    )  # fmt: skip
    b = regress(people(), "osa", [["score"]], model="logistic").pick("b", term="score")
    p = max(stats.norm.sf((b["estimate"] + math.log(1.5)) / b["std_error"]),
            stats.norm.cdf((b["estimate"] - math.log(1.5)) / b["std_error"]))  # fmt: skip
    assert result.pick("equivalence")["p_value"] == pytest.approx(p, rel=1e-7)
    assert result.pick("odds_ratio", level="lower bound")["estimate"] == pytest.approx(1 / 1.5, rel=SAME)


def test_a_pair_is_named_once() -> None:
    people = pd.DataFrame({"good": [3.0, 4.0, 5.0, 6.0, 4.0, 5.0], "bad": [3.1, 3.9, 5.0, 6.1, 3.9, 5.1]})
    result = equivalence(people, "paired", first="good", second="bad", smallest_effect={"mean_difference": 1, **SOURCE})
    assert result.sentences()[0].startswith("good \u2212 bad: Difference in means = ")
    assert alt_text(result).split(". ")[1].startswith("good \u2212 bad: ")
    groups = pd.DataFrame({"good": people["good"], "sort": pd.Categorical(["goodly", "other"] * 3)})
    means = equivalence(groups, "means", outcome="good", by="sort", smallest_effect={"mean_difference": 1, **SOURCE})
    assert means.sentences()[0].startswith("good, goodly \u2212 other: ")
