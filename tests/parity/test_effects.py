"""Group comparisons, correlations and descriptions against R's stored numbers (golden/effects)."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_groups, correlate, crosstab
from osa_survey.analysis.comparing.rank_tests import kruskal_wallis, rank_sum
from osa_survey.analysis.comparing.two_groups import student_t, welch_t
from osa_survey.analysis.correlating.associations import pearson, spearman
from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.moments import moments
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.variance_analyses import anova, games_howell, welch_anova
from osa_survey.effects.contingency_sizes import cramers_v
from osa_survey.effects.dominances import rank_biserial
from osa_survey.effects.explained_variances import omega_squared
from osa_survey.effects.standardised_differences import cohens_d, hedges_g
from tests.parity.golden_records import Values

POINT_RTOL = 1e-10  # the README of the golden numbers: point values
DEEP_TAIL_RTOL = 1e-8  # p values of 1e-20 and below: two libraries' tail expansions
NONCENTRAL_ATOL = 1e-5  # effectsize stops an optimiser there (README)
ROUNDED_P_ATOL = 5.001e-4  # rstatix rounds p to three significant digits, here the third decimal
STUDENTISED_ATOL = 1e-6  # Games–Howell bounds: R's ptukey and SciPy's quadrature (README)

Golden = Callable[[str], dict[str, Any]]
GROUPS = ("neuro", "agree")
OUTCOMES = ("neuro", "age")


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> Values:
    return Values(load_golden("effects"))


@pytest.fixture(scope="module")
def scores(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "effects" / "scores.csv")


def by_category(scores: pd.DataFrame, outcome: str, group: str) -> list[np.ndarray]:
    known = scores[[outcome, group]].dropna()
    return [part[outcome].to_numpy(dtype=float) for _, part in known.groupby(group)]


def close(found: float, expected: float, rtol: float = POINT_RTOL) -> bool:
    return found == pytest.approx(expected, rel=rtol, abs=0)


@pytest.mark.parametrize("outcome", GROUPS)
def test_descriptions_of_two_groups(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_gender_descr"]
    found = [moments(values) for values in by_category(scores, outcome, "gender")]
    assert [one.n for one in found] == expected["n"]
    for name in ("mean", "sd", "median"):
        assert [getattr(one, name) for one in found] == pytest.approx(expected[name], rel=POINT_RTOL)


@pytest.mark.parametrize("outcome", GROUPS)
@pytest.mark.parametrize(("function", "entry"), [(student_t, "t_student"), (welch_t, "t_welch")])
def test_t_tests(outcome: str, function: Callable[..., Any], entry: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_gender_{entry}"]
    found = function(*by_category(scores, outcome, "gender"))
    assert close(found.t, expected["statistic"]["t"])
    assert close(found.df, expected["parameter"]["df"])
    assert close(found.p_value, expected["p"], DEEP_TAIL_RTOL)
    assert [found.low, found.high] == pytest.approx(expected["ci"], rel=POINT_RTOL)
    first, second = expected["estimate"].values()
    assert close(found.difference, first - second)


@pytest.mark.parametrize("outcome", GROUPS)
@pytest.mark.parametrize(("correction", "entry"), [(True, "wilcox"), (False, "wilcox_nocorrect")])
def test_rank_sum_with_ties(outcome: str, correction: bool, entry: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_gender_{entry}"]
    found = rank_sum(*by_category(scores, outcome, "gender"), correction=correction)
    assert not found.exact
    assert close(found.w, expected["statistic"]["W"])
    assert close(found.p_value, expected["p"], DEEP_TAIL_RTOL)


@pytest.mark.parametrize("outcome", GROUPS)
@pytest.mark.parametrize(("function", "entry"), [(hedges_g, "Hedges_g"), (cohens_d, "Cohens_d")])
def test_standardised_differences(
    outcome: str, function: Callable[..., Any], entry: str, scores: pd.DataFrame, golden: Values
) -> None:
    expected = golden[f"{outcome}_gender_{entry.lower()}"]
    found = function(*by_category(scores, outcome, "gender"))
    assert close(found.estimate, expected[entry][0])
    assert found.low == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL_ATOL)
    assert found.high == pytest.approx(expected["CI_high"][0], abs=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", GROUPS)
def test_rank_biserial(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_gender_rank_biserial"]
    found = rank_biserial(*by_category(scores, outcome, "gender"))
    assert close(found.estimate, expected["r_rank_biserial"][0])
    assert [found.low, found.high] == pytest.approx([expected["CI_low"][0], expected["CI_high"][0]], rel=POINT_RTOL)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_analyses_of_variance(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    groups = by_category(scores, outcome, "education")
    welch, expected = welch_anova(groups), golden[f"{outcome}_edu_welch_anova"]
    assert close(welch.f, expected["statistic"]["F"])
    assert close(welch.df2, expected["parameter"]["denom df"])
    assert close(welch.p_value, expected["p"], DEEP_TAIL_RTOL)
    classical, expected = anova(groups), golden[f"{outcome}_edu_anova"]
    assert close(classical.f, expected["F value"][0])
    assert [classical.df1, classical.df2] == expected["Df"]
    assert close(classical.p_value, expected["Pr(>F)"][0], DEEP_TAIL_RTOL)
    ranks, expected = kruskal_wallis(groups), golden[f"{outcome}_edu_kruskal"]
    assert close(ranks.h, expected["statistic"]["Kruskal-Wallis chi-squared"])
    assert close(ranks.p_value, expected["p"], DEEP_TAIL_RTOL)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_omega_squared(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_edu_omega_squared"]
    test = anova(by_category(scores, outcome, "education"))
    found = omega_squared(test.f, test.df1, test.df2)
    assert close(found.estimate, expected["Omega2"][0])
    assert found.low == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL_ATOL)
    assert found.high == pytest.approx(expected["CI_high"][0], abs=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_games_howell(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"{outcome}_edu_games_howell"]
    found = games_howell(by_category(scores, outcome, "education"))
    assert [(str(one.first + 1), str(one.second + 1)) for one in found] == list(
        zip(expected["group1"], expected["group2"], strict=True)
    )
    # rstatix gives the second group minus the first
    assert [-one.difference for one in found] == pytest.approx(expected["estimate"], rel=1e-9)
    assert [-one.high for one in found] == pytest.approx(expected["conf.low"], abs=STUDENTISED_ATOL)
    assert [-one.low for one in found] == pytest.approx(expected["conf.high"], abs=STUDENTISED_ATOL)
    assert [one.p_adjusted for one in found] == pytest.approx(expected["p.adj"], abs=ROUNDED_P_ATOL)


@pytest.mark.parametrize("table", ["gender_edu", "gender_u25"])
def test_chi_squared_and_cramers_v(table: str, golden: Values) -> None:
    found = chi_squared(np.array(golden[f"{table}_table"]["data"], dtype=float))
    expected = golden[f"{table}_chisq"]
    assert close(found.chi2, expected["statistic"]["X-squared"])
    assert found.df == expected["parameter"]["df"]
    assert close(found.p_value, expected["p"], DEEP_TAIL_RTOL)
    np.testing.assert_allclose(found.expected, expected["expected"]["data"], rtol=POINT_RTOL)
    np.testing.assert_allclose(found.residuals, expected["std_resid"]["data"], rtol=1e-9)
    size, expected = cramers_v(found.chi2, found.df, found.n, found.expected.shape), golden[f"{table}_cramers_v"]
    assert close(size.estimate, expected["Cramers_v"][0])
    assert size.low == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL_ATOL)
    assert size.high == pytest.approx(expected["CI_high"][0], abs=NONCENTRAL_ATOL)


@pytest.mark.parametrize(("method", "quantity"), [("pearson", "r"), ("spearman", "rho")])
def test_pairwise_correlations(method: str, quantity: str, scores: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"sc_{method}_pairwise"]
    names = expected["colnames"]
    result = correlate(scores, names, method=method)  # type: ignore[arg-type]
    for i, first in enumerate(names):
        for j, second in enumerate(names[i + 1 :], start=i + 1):
            row = result.pick(quantity, term=first, outcome=second)
            assert close(row["estimate"], expected["data"][i][j])


def test_correlation_tests(scores: pd.DataFrame, golden: Values) -> None:
    x, y = scores["neuro"].to_numpy(), scores["agree"].to_numpy()
    found, expected = pearson(x, y), golden["sc_cor_test_pearson"]
    assert close(found.t, expected["statistic"]["t"])
    assert found.df == expected["parameter"]["df"]
    assert close(found.p_value, expected["p"], DEEP_TAIL_RTOL)
    assert [found.low, found.high] == pytest.approx(expected["ci"], rel=POINT_RTOL)
    found, expected = spearman(x, y), golden["sc_cor_test_spearman"]
    assert close(found.estimate, expected["estimate"]["rho"])
    assert close(found.p_value, expected["p"], DEEP_TAIL_RTOL)
    n = len(x)
    assert close((n**3 - n) * (1 - found.estimate) / 6, expected["statistic"]["S"])  # R's S


def test_correlations_adjusted_by_holm(scores: pd.DataFrame, golden: Values) -> None:
    expected = golden["sc_corr_test_psych_holm"]
    names = expected["r"]["colnames"]
    result = correlate(scores, names, adjust="holm")
    for i, first in enumerate(names):
        for j, second in enumerate(names[i + 1 :], start=i + 1):
            row = result.pick("r", term=first, outcome=second)
            assert row["n"] == expected["n"]["data"][i][j]
            assert close(row["p_value"], expected["p"]["data"][j][i], DEEP_TAIL_RTOL)
            assert close(row["p_adjusted"], expected["p"]["data"][i][j], DEEP_TAIL_RTOL)


def test_moments_quantiles_and_mean_intervals(scores: pd.DataFrame, golden: Values) -> None:
    described = golden["sc_psych_describe"]
    intervals, quantiles = golden["sc_mean_ci"], golden["sc_quantile_type7"]
    for position, (name, skew) in enumerate(golden["sc_skew_type2"].items()):
        found = moments(scores[name].dropna().to_numpy())
        assert close(found.skewness, skew)
        assert found.n == described["n"][position]
        for quantity in ("mean", "sd", "median"):
            assert close(getattr(found, quantity), described[quantity][position])
        assert close(found.std_error, described["se"][position])
        low, high = (row[position] for row in intervals["data"])
        assert [found.mean_low, found.mean_high] == pytest.approx([low, high], rel=POINT_RTOL)
        assert list(found.quartiles) == pytest.approx([row[position] for row in quantiles["data"][1:4]], rel=POINT_RTOL)


@pytest.mark.parametrize(
    ("method", "entry"),
    [
        ("bonferroni", "bonferroni"),
        ("holm", "holm"),
        ("hochberg", "hochberg"),
        ("hommel", "hommel"),
        ("bh", "BH"),
        ("by", "BY"),
    ],
)
def test_adjusted_p_values(method: str, entry: str, golden: Values) -> None:
    values = golden["p_adjust"]
    found = adjusted_p_values(np.array(values["p"]), method)
    np.testing.assert_allclose(found, values[entry], rtol=POINT_RTOL)


def test_public_functions_carry_the_same_numbers(scores: pd.DataFrame, golden: Values) -> None:
    people = scores.assign(
        gender=pd.Categorical(scores["gender"].map({1: "man", 2: "woman"}), categories=["man", "woman"]),
        education=pd.Categorical(scores["education"], categories=[1, 2, 3, 4, 5], ordered=True),
    )
    two = compare_groups(people, "neuro", "gender")
    welch = two.pick("mean_difference", contrast="man − woman")
    assert close(welch["statistic"], golden["neuro_gender_t_welch"]["statistic"]["t"])
    assert close(two.pick("hedges_g")["estimate"], golden["neuro_gender_hedges_g"]["Hedges_g"][0])
    assert two.pick("rank_sum")["statistic"] == golden["neuro_gender_wilcox"]["statistic"]["W"]
    more = compare_groups(people, "age", "education")
    assert close(more.pick("omega_squared")["estimate"], golden["age_edu_omega_squared"]["Omega2"][0])
    pair = more.pick("games_howell", contrast="1 − 2")
    assert close(pair["estimate"], -golden["age_edu_games_howell"]["estimate"][0], 1e-9)
    table = crosstab(people, "gender", "education")
    assert close(table.pick("cramers_v")["estimate"], golden["gender_edu_cramers_v"]["Cramers_v"][0])
    assert close(table.pick("chi_squared")["p_value"], golden["gender_edu_chisq"]["p"], DEEP_TAIL_RTOL)
    assert math.isnan(table.pick("chi_squared")["conf_low"])


def test_kendalls_tau(scores: pd.DataFrame, golden: Values) -> None:
    expected = golden["sc_cor_test_kendall"]
    names = list(scores.columns[:2])
    row = correlate(scores, names, method="kendall").pick("tau")
    assert row["estimate"] == pytest.approx(expected["estimate"]["tau"], rel=1e-9)
    assert row["statistic"] == pytest.approx(expected["statistic"]["z"], rel=1e-9)
    assert row["statistic_name"] == "z"
    assert row["p_value"] == pytest.approx(expected["p"], rel=1e-7)  # z² times the error of z
    half = 1.959963984540054 * np.sqrt(0.437 / (row["n"] - 4))
    assert row["conf_low"] == pytest.approx(np.tanh(np.arctanh(row["estimate"]) - half), rel=1e-9)
    table = golden["sc_kendall_pairwise"]
    some = scores.iloc[:400]
    result = correlate(some, table["rownames"], method="kendall")
    for i, first in enumerate(table["rownames"]):
        for j in range(i + 1, len(table["rownames"])):
            found = result.pick("tau", term=first, outcome=table["rownames"][j])["estimate"]
            assert found == pytest.approx(table["data"][i][j], rel=1e-9)
