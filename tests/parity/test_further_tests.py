"""Tests of equal variances, further comparisons of pairs and McNemar's test against R."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_groups, crosstab
from osa_survey.analysis.comparing.further_tests import bartlett, brown_forsythe, dunn, levene, tukey
from osa_survey.analysis.describing.matched_tables import mcnemar
from osa_survey.errors import AnalysisError
from tests.parity.golden_records import Values
from tests.parity.test_effects import by_category, golden, scores  # noqa: F401

EXACT = 1e-9
"""Relative: sums of squares and ranks."""
STUDENTISED = 1e-6
"""Absolute: R's ptukey and SciPy's quadrature (README of the golden folder)."""
GENDERS = ("neuro", "agree")


@pytest.mark.parametrize("outcome", GENDERS)
@pytest.mark.parametrize(("name", "test"), [("levene_mean", levene), ("levene_median", brown_forsythe)])
def test_levene(outcome: str, name: str, test: Any, scores: pd.DataFrame, golden: Values) -> None:  # noqa: F811
    expected = golden[f"{outcome}_gender_{name}"]
    found = test(by_category(scores, outcome, "gender"))
    assert found.statistic == pytest.approx(expected["F value"][0], rel=EXACT)
    assert found.p_value == pytest.approx(expected["Pr(>F)"][0], rel=EXACT)
    assert [found.df1, found.df2] == expected["Df"]


@pytest.mark.parametrize("outcome", ["neuro", "age"])
def test_bartlett(outcome: str, scores: pd.DataFrame, golden: Values) -> None:  # noqa: F811
    expected = golden[f"{outcome}_edu_bartlett"]
    found = bartlett(by_category(scores, outcome, "education"))
    assert found.statistic == pytest.approx(expected["statistic"]["Bartlett's K-squared"], rel=EXACT)
    assert found.p_value == pytest.approx(expected["p"], rel=EXACT)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
def test_tukey(outcome: str, scores: pd.DataFrame, golden: Values) -> None:  # noqa: F811
    expected = golden[f"{outcome}_edu_tukey"]
    rows = dict(zip(expected["rownames"], expected["data"], strict=True))
    for pair in tukey(by_category(scores, outcome, "education")):
        difference, low, high, p = rows[f"{pair.second + 1}-{pair.first + 1}"]  # R: second minus first
        assert pair.difference == pytest.approx(-difference, rel=EXACT)
        np.testing.assert_allclose([pair.low, pair.high, pair.p_adjusted], [-high, -low, p], atol=STUDENTISED)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
def test_dunn(outcome: str, scores: pd.DataFrame, golden: Values) -> None:  # noqa: F811
    expected = golden[f"{outcome}_edu_dunn_holm"]
    found = dunn(by_category(scores, outcome, "education"))
    np.testing.assert_allclose([-pair.z for pair in found], expected["statistic"], rtol=EXACT)
    np.testing.assert_allclose([pair.p_value for pair in found], expected["p"], rtol=EXACT)
    np.testing.assert_allclose([pair.p_adjusted for pair in found], expected["p.adj"], rtol=EXACT)


def test_mcnemar(golden: Values) -> None:  # noqa: F811
    table = np.array(golden["gender_u25_table"]["data"])
    found, expected = mcnemar(table[0, 1], table[1, 0]), golden["gender_u25_mcnemar"]
    assert found.chi2 == pytest.approx(expected["statistic"]["McNemar's chi-squared"], rel=EXACT)
    assert found.p_value == pytest.approx(expected["p"], rel=EXACT)
    assert expected["parameter"]["df"] == 1


def test_few_who_differ_have_an_exact_p() -> None:
    found = mcnemar(1, 5)  # 2 · (1 + 6) / 64
    assert found.exact
    assert found.p_value == pytest.approx(14 / 64)
    assert np.isnan(mcnemar(0, 0).chi2)


def people() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    answers = {name: pd.Categorical(np.where(rng.random(90) < share, "yes", "no")) for name, share in
               (("before", 0.3), ("after", 0.6))}  # fmt: skip
    return pd.DataFrame({**answers, "x": rng.normal(size=90), "group": pd.Categorical(np.tile(list("abc"), 30))})


def test_the_tables_of_a_comparison() -> None:
    names = ["levene", "brown_forsythe", "bartlett", "tukey", "dunn"]
    result = compare_groups(people(), "x", "group", further_tests=names)
    assert set(result.more["variances"].table["quantity"]) == set(names[:3])
    assert result.more["pairs"].table["contrast"].nunique() == 3
    same = people().assign(x=1.0)
    flagged = compare_groups(same, "x", "group", further_tests=names)
    assert flagged.more["variances"].table["warning"].ne("").all()
    assert flagged.more["pairs"].table["warning"].ne("").all()
    with pytest.raises(AnalysisError) as caught:
        compare_groups(people(), "x", "group", further_tests=["levine"])
    assert caught.value.problems[0].code == "unknown_test"


def test_the_table_of_matched_answers() -> None:
    data = people()
    result = crosstab(data, "before", "after", matched=True)
    first = int(((data["before"] == "no") & (data["after"] == "yes")).sum())
    second = int(((data["before"] == "yes") & (data["after"] == "no")).sum())
    row = result.more["matched"].pick("mcnemar")
    assert row["estimate"] == pytest.approx((abs(first - second) - 1) ** 2 / (first + second))
    with pytest.raises(AnalysisError) as caught:
        crosstab(data, "before", "group", matched=True)
    assert caught.value.problems[0].code == "not_matched"
