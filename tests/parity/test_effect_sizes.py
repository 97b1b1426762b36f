"""Effect sizes against R: effectsize 0.8.3, psych, base R (golden/effects) and lavaan; effect_sizes.R has the calls.

Every key of the stored numbers is either compared somewhere or listed in `ELSEWHERE` or `NOT_COMPARED` with the reason.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_groups, correlate, crosstab, paired
from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.variance_analyses import anova
from osa_survey.effects.contingency_sizes import cohens_w, cramers_v, cramers_v_adjusted, phi, tschuprows_t
from osa_survey.effects.correlation_differences import cohens_q
from osa_survey.effects.dominances import cliffs_delta, probability_of_superiority, rank_biserial
from osa_survey.effects.effects import Effect
from osa_survey.effects.explained_variances import (
    cohens_f,
    cohens_f2,
    epsilon_squared,
    eta_squared,
    omega_squared,
)
from osa_survey.effects.intraclass_correlations import intraclass_correlations
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.effects.normal_overlaps import cohens_u3, common_language, overlap
from osa_survey.effects.paired_differences import d_z, g_z, matched_rank_biserial
from osa_survey.effects.rank_variances import kendalls_w, rank_epsilon_squared, rank_eta_squared
from osa_survey.effects.risk_differences import risk_difference, risk_difference_wald
from osa_survey.effects.risk_ratios import cohens_h, odds_ratio, risk_ratio
from osa_survey.effects.standardised_coefficients import standardised_coefficients
from osa_survey.effects.standardised_differences import cohens_d, cohens_d_unequal, glass_delta, hedges_g
from tests.parity.golden_records import Values

POINT_RTOL = 1e-10  # the README of the golden numbers: point values
CLOSED_RTOL = 1e-9  # intervals in closed form
NONCENTRAL_ATOL = 1e-5  # effectsize stops an optimiser there (README)
CANCELLED_ATOL = 1e-12  # ICCs near zero: mean squares of about 1 subtracted
LAVAAN = 1e-6  # what lavaan's optimiser is good for (README)
RESAMPLED_ATOL = 0.004  # two bootstraps, each of a few hundred or thousand draws: five standard errors of a 5% quantile

Golden = Callable[[str], dict[str, Any]]
TWO_SIDED_90 = 0.90  # effectsize's default for unsigned sizes is one-sided 95%: its lower bound is our 90% one


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> Values:
    return Values(load_golden("effects"))


@pytest.fixture(scope="module")
def scores(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "effects" / "scores.csv")


def groups_of(scores: pd.DataFrame, outcome: str, by: str) -> list[np.ndarray]:
    known = scores[[outcome, by]].dropna()
    return [part[outcome].to_numpy(dtype=float) for _, part in known.groupby(by)]


def same(found: Effect, expected: dict[str, Any], name: str, *, rtol: float = CLOSED_RTOL, atol: float = 0.0) -> None:
    assert found.estimate == pytest.approx(expected[name][0], rel=POINT_RTOL)
    bounds = [expected["CI_low"][0], expected["CI_high"][0]]
    assert [found.low, found.high] == pytest.approx(bounds, rel=rtol if not atol else 0, abs=atol)


@pytest.mark.parametrize("outcome", ["neuro", "agree"])
@pytest.mark.parametrize(
    ("size", "entry", "name"),
    [
        (cohens_d, "cohens_d", "Cohens_d"),
        (cohens_d_unequal, "cohens_d_unpooled", "Cohens_d"),
        (hedges_g, "hedges_g", "Hedges_g"),
        (glass_delta, "glass_delta", "Glass_delta"),
        (common_language, "p_superiority", "p_superiority"),
    ],
)
def test_standardised_differences(
    outcome: str, size: Callable[..., Effect], entry: str, name: str, scores: pd.DataFrame, golden: Values
) -> None:
    found = size(*groups_of(scores, outcome, "gender"))
    same(found, golden[f"{outcome}_gender_{entry}"], name, atol=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", ["neuro", "agree"])
def test_overlaps_of_normal_groups(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    below, shared = golden[f"{outcome}_gender_cohens_u3_overlap"]
    groups = groups_of(scores, outcome, "gender")
    same(cohens_u3(*groups), below, "Cohens_U3", atol=NONCENTRAL_ATOL)
    same(overlap(*groups), shared, "Overlap", atol=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", ["neuro", "agree"])
def test_dominance(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    groups = groups_of(scores, outcome, "gender")
    expected = golden[f"{outcome}_gender_cliffs_delta"]
    same(rank_biserial(*groups), golden[f"{outcome}_gender_rank_biserial"], "r_rank_biserial")
    found = cliffs_delta(*groups)
    assert found.estimate == pytest.approx(expected["r_rank_biserial"][0], rel=POINT_RTOL)
    # our interval has the consistent variance, effectsize's the one of equal distributions: near, not the same
    assert [found.low, found.high] == pytest.approx([expected["CI_low"][0], expected["CI_high"][0]], abs=0.005)
    assert probability_of_superiority(*groups).estimate == pytest.approx((found.estimate + 1) / 2, rel=POINT_RTOL)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
@pytest.mark.parametrize(
    ("size", "entry", "name"),
    [
        (eta_squared, "eta_squared", "Eta2"),
        (omega_squared, "omega_squared", "Omega2"),
        (epsilon_squared, "epsilon_squared", "Epsilon2"),
        (cohens_f, "cohens_f", "Cohens_f"),
    ],
)
def test_explained_variances(
    outcome: str, size: Callable[..., Effect], entry: str, name: str, scores: pd.DataFrame, golden: Values
) -> None:
    test = anova(groups_of(scores, outcome, "education"))
    found = size(test.f, test.df1, test.df2)
    same(found, golden[f"{outcome}_edu_{entry}"], name, atol=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
def test_one_sided_default_of_eta_squared(outcome: str, scores: pd.DataFrame, golden: Values) -> None:
    test = anova(groups_of(scores, outcome, "education"))
    found = eta_squared(test.f, test.df1, test.df2, TWO_SIDED_90)
    expected = golden[f"{outcome}_edu_eta_squared_default_onesided"]
    assert found.low == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL_ATOL)


def test_f_squared_is_the_square_of_f(scores: pd.DataFrame, golden: Values) -> None:
    test = anova(groups_of(scores, "age", "education"))
    found, expected = cohens_f2(test.f, test.df1, test.df2), golden["age_edu_cohens_f"]
    assert found.estimate == pytest.approx(expected["Cohens_f"][0] ** 2, rel=POINT_RTOL)
    assert found.high == pytest.approx(expected["CI_high"][0] ** 2, abs=NONCENTRAL_ATOL)


def test_partial_sizes_of_factorial_designs(golden: Values) -> None:
    table, expected = golden["factorial_anova_type2"], golden["factorial_partial_eta2"]
    for position, df1 in enumerate(table["Df"][:3]):
        found = eta_squared(table["F value"][position], df1, table["Df"][3])
        assert found.estimate == pytest.approx(expected["Eta2_partial"][position], rel=POINT_RTOL)
        bounds = [expected["CI_low"][position], expected["CI_high"][position]]
        assert [found.low, found.high] == pytest.approx(bounds, abs=NONCENTRAL_ATOL)


def test_partial_omega_squared_of_a_covariate(scores: pd.DataFrame, golden: Values) -> None:
    expected = golden["ancova_type2_partial"]
    known = scores[["neuro", "age", "education"]].dropna()
    y, age = known["neuro"].to_numpy(), known["age"].to_numpy()[:, None]
    dummies = (known["education"].to_numpy()[:, None] == np.array([2, 3, 4, 5])).astype(float)
    one = np.ones((len(y), 1))

    def left(*parts: np.ndarray) -> float:
        X = np.hstack([one, *parts])
        return float(np.square(y - X @ np.linalg.lstsq(X, y, rcond=None)[0]).sum())

    full, df2 = left(age, dummies), len(y) - 6
    for position, (without, df1) in enumerate(((left(dummies), 1), (left(age), 4))):
        f = ((without - full) / df1) / (full / df2)
        found = omega_squared(f, df1, df2, n=len(y))
        assert found.estimate == pytest.approx(expected["Omega2_partial"][position], rel=1e-9)
        assert found.low == pytest.approx(expected["CI_low"][position], abs=NONCENTRAL_ATOL)
        assert found.high == pytest.approx(expected["CI_high"][position], abs=NONCENTRAL_ATOL)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
@pytest.mark.parametrize(
    ("size", "entry", "name"),
    [
        (rank_epsilon_squared, "rank_epsilon", "rank_epsilon_squared"),
        (rank_eta_squared, "rank_eta", "rank_eta_squared"),
    ],
)
def test_explained_ranks(
    outcome: str, size: Callable[..., Effect], entry: str, name: str, scores: pd.DataFrame, golden: Values
) -> None:
    expected = golden[f"{outcome}_edu_{entry}"]
    found = size(groups_of(scores, outcome, "education"), TWO_SIDED_90, draws=1000)
    assert found.estimate == pytest.approx(expected[name][0], rel=1e-9)
    assert found.low == pytest.approx(expected["CI_low"][0], abs=RESAMPLED_ATOL)


@pytest.mark.parametrize("table", ["gender_edu", "gender_u25"])
@pytest.mark.parametrize(
    ("size", "entry", "name", "level"),
    [
        (cramers_v, "cramers_v", "Cramers_v", 0.95),
        (cramers_v_adjusted, "cramers_v_adj", "Cramers_v_adjusted", 0.95),
        (cramers_v_adjusted, "cramers_v_default", "Cramers_v_adjusted", TWO_SIDED_90),
        (tschuprows_t, "tschuprow", "Tschuprows_t", TWO_SIDED_90),
        (cohens_w, "cohens_w", "Cohens_w", TWO_SIDED_90),
    ],
)
def test_association(
    table: str, size: Callable[..., Effect], entry: str, name: str, level: float, golden: Values
) -> None:
    counts = np.array(golden[f"{table}_table"]["data"], dtype=float)
    test, expected = chi_squared(counts), golden[f"{table}_{entry}"]
    found = size(test.chi2, test.df, test.n, counts.shape, level)
    assert found.estimate == pytest.approx(expected[name][0], rel=POINT_RTOL)
    assert found.low == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL_ATOL)
    if level == 0.95:
        assert found.high == pytest.approx(expected["CI_high"][0], abs=NONCENTRAL_ATOL)


def risks(golden: Values) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return events and people as effectsize reads the table: its columns are the groups, its first row the event."""
    counts = np.array(golden["gender_u25_table"]["data"], dtype=float)
    people = counts.sum(axis=0)
    return (counts[0, 0], people[0]), (counts[0, 1], people[1])


def test_fourfold_tables(golden: Values) -> None:
    counts = np.array(golden["gender_u25_table"]["data"], dtype=float)
    test = chi_squared(counts)
    same(phi(test.chi2, test.df, test.n, (2, 2)), golden["gender_u25_phi"], "phi", atol=NONCENTRAL_ATOL)
    same(odds_ratio(*risks(golden)), golden["gender_u25_oddsratio"], "Odds_ratio")
    same(cohens_h(*risks(golden)), golden["gender_u25_cohens_h"], "Cohens_h")


def test_risk_ratio(golden: Values) -> None:
    found, expected = risk_ratio(*risks(golden)), golden["gender_u25_riskratio"]
    assert found.estimate == pytest.approx(expected["Risk_ratio"][0], rel=POINT_RTOL)
    # the interval by hand: 462 of 1517 and 457 of 1283, ln RR ± z √(1/462 − 1/1517 + 1/457 − 1/1283)
    half = 1.959963984540054 * math.sqrt(1 / 462 - 1 / 1517 + 1 / 457 - 1 / 1283)
    ratio = (462 / 1517) / (457 / 1283)
    assert [found.low, found.high] == pytest.approx([ratio * math.exp(-half), ratio * math.exp(half)], rel=CLOSED_RTOL)


def test_difference_of_proportions(golden: Values) -> None:
    found = risk_difference_wald((37, 240), (60, 260), continuity=True)
    assert [found.low, found.high] == pytest.approx(golden["prop_test_2"]["ci"], rel=CLOSED_RTOL)


def test_independent_correlations(golden: Values) -> None:
    found = cohens_q(0.35, 200, 0.15, 180)
    assert abs(found.estimate / found.std_error) == pytest.approx(
        golden["sc_fisher_z_independent"]["z"], rel=POINT_RTOL
    )


def test_paired_differences(golden_folder: Path, golden: Values) -> None:
    sleep = pd.read_csv(golden_folder / "effects" / "sleep_wide.csv")
    x, y = sleep["t1"].to_numpy(dtype=float), sleep["t2"].to_numpy(dtype=float)
    same(d_z(x, y), golden["sleep_d_z"], "Cohens_d", atol=NONCENTRAL_ATOL)
    same(g_z(x, y), golden["sleep_g_z"], "Hedges_g", atol=NONCENTRAL_ATOL)
    found = matched_rank_biserial(x, y)
    assert found.estimate == golden["sleep_rb_paired"]["r_rank_biserial"][0] == -1
    assert math.isnan(found.low), "effectsize gives an interval of no width where all differences have one sign"
    assert found.warning


def test_intraclass_correlations(scores: pd.DataFrame, golden: Values) -> None:
    ratings = scores.loc[:199, ["neuro", "agree", "extra", "consc"]].dropna().to_numpy()
    expected = golden["icc"]
    found = intraclass_correlations(ratings)
    names = ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
    for position, name in enumerate(names):
        effect = found[name]  # type: ignore[index]
        numbers = [expected[key][position] for key in ("ICC", "lower bound", "upper bound")]
        assert [effect.estimate, effect.low, effect.high] == pytest.approx(numbers, rel=1e-9, abs=CANCELLED_ATOL)


def test_kappa(golden_folder: Path, golden: Values) -> None:
    answers = pd.read_csv(golden_folder / "reliability" / "bfi.csv")[["A2", "A3"]].dropna()
    table = pd.crosstab(answers["A2"] > 4, answers["A3"] > 4).to_numpy(dtype=float)
    expected = golden["kappa"]
    low, estimate, high = expected["ci"]["data"][0]
    for weights in ("none", "linear", "quadratic"):  # the same with two categories
        found = cohens_kappa(table, weights=weights)  # type: ignore[arg-type]
        assert found.estimate == pytest.approx(expected["kappa"], rel=POINT_RTOL)
        assert [found.low, found.estimate, found.high] == pytest.approx([low, estimate, high], rel=CLOSED_RTOL)


def test_public_functions_carry_the_same_numbers(scores: pd.DataFrame, golden: Values, golden_folder: Path) -> None:
    people = scores.assign(
        gender=pd.Categorical(scores["gender"].map({1: "man", 2: "woman"}), categories=["man", "woman"]),
        young=pd.Categorical(scores["adult_u25"].map({0: "no", 1: "yes"}), categories=["no", "yes"]),
    )
    two = compare_groups(people, "neuro", "gender", effect_sizes=["glass_delta", "cohens_d_unequal", "eta_squared"])
    glass = golden["neuro_gender_glass_delta"]
    assert two.pick("glass_delta")["estimate"] == pytest.approx(glass["Glass_delta"][0], rel=POINT_RTOL)
    assert two.more["effect_sizes"].pick("glass_delta")["conf_low"] == two.pick("glass_delta")["conf_low"]
    assert two.more["effect_sizes_overall"].pick("eta_squared")["conf_high"] > 0
    table = crosstab(people, "gender", "young", effect_sizes=["phi", "odds_ratio"])
    # men against women, the event is being under 25; effectsize's groups are its columns: the inverse
    assert table.pick("odds_ratio")["estimate"] == pytest.approx(
        1 / golden["gender_u25_oddsratio"]["Odds_ratio"][0], rel=POINT_RTOL
    )
    assert table.pick("phi")["estimate"] == pytest.approx(golden["gender_u25_phi"]["phi"][0], rel=POINT_RTOL)
    sleep = pd.read_csv(golden_folder / "effects" / "sleep_wide.csv")
    pair = paired(sleep, first="t1", second="t2", effect_sizes=["g_z", "d_rm"])
    assert pair.pick("g_z")["estimate"] == pytest.approx(golden["sleep_g_z"]["Hedges_g"][0], rel=POINT_RTOL)
    rated = correlate(scores.iloc[:200], ["neuro", "agree", "extra", "consc"], effect_sizes=["icc"])
    assert rated.pick("icc", level="ICC(2,1)")["estimate"] == pytest.approx(golden["icc"]["ICC"][1], rel=1e-9)


def test_standardised_coefficients(scores: pd.DataFrame) -> None:
    expected = json.loads(Path(__file__).with_name("effect_sizes.json").read_text(encoding="utf-8"))
    known = scores[["neuro", "agree", "extra", "age"]].dropna().to_numpy()
    y, X, n = known[:, 0], known[:, 1:], len(known)
    assert n == expected["n"]
    to_n = math.sqrt((n - 4) / n)  # lavaan divides by n, we by n − k − 1
    normal = standardised_coefficients(y, X, errors="normal")
    np.testing.assert_allclose(normal.estimate, expected["beta"], atol=LAVAAN)
    np.testing.assert_allclose(np.sqrt(np.diag(normal.covariance)) * to_n, expected["normal_se"], rtol=LAVAAN)
    free = standardised_coefficients(y, X)
    found = np.sqrt(np.diag(free.covariance)) * to_n * n / (n - 1)  # and its fourth moments lean on variances over n
    np.testing.assert_allclose(found, expected["distribution_free_se"], rtol=LAVAAN)


def test_concordance_is_friedmans(scores: pd.DataFrame) -> None:
    expected = json.loads(Path(__file__).with_name("effect_sizes.json").read_text(encoding="utf-8"))
    ratings = scores[["neuro", "agree", "extra", "age"]].dropna().to_numpy()[:200, :3]
    found = kendalls_w(ratings, draws=50)
    assert found.estimate * 200 * 2 == pytest.approx(expected["friedman_chi2"], rel=POINT_RTOL)


def test_score_interval_of_a_difference() -> None:
    # Newcombe (1998), Table II, method 4 (Miettinen–Nurminen): examples a, c and f
    for first, second, low, high in (
        ((56, 70), (48, 80), 0.0528, 0.3382),
        ((9, 10), (3, 10), 0.1700, 0.8406),
        ((5, 56), (0, 29), -0.0326, 0.1933),
    ):
        found = risk_difference(first, second)
        assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)
