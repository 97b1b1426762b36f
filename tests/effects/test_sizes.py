"""Effect sizes by hand, by relations that must hold, and by simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from osa_survey.effects.contingency_sizes import cohens_w, cramers_v, cramers_v_adjusted, phi, tschuprows_t
from osa_survey.effects.correlation_differences import cohens_q
from osa_survey.effects.dominances import cliffs_delta, probability_of_superiority, rank_biserial
from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.explained_outcomes import partial_f_squared, r_squared, semipartial_r_squared
from osa_survey.effects.explained_variances import (
    epsilon_squared,
    eta_squared,
    generalised_eta_squared,
    omega_squared,
)
from osa_survey.effects.intraclass_correlations import intraclass_correlations
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.effects.normal_overlaps import cohens_u3, common_language, overlap
from osa_survey.effects.paired_differences import d_av, d_rm, d_z, g_z, matched_rank_biserial
from osa_survey.effects.rank_variances import kendalls_w, rank_epsilon_squared, rank_eta_squared
from osa_survey.effects.risk_differences import number_needed, risk_difference, risk_difference_wald
from osa_survey.effects.risk_ratios import cohens_h, odds_ratio, risk_ratio
from osa_survey.effects.standardised_coefficients import standardised_coefficients
from osa_survey.effects.standardised_differences import (
    cohens_d,
    cohens_d_unequal,
    glass_delta,
    hedges_g,
    hedges_g_unequal,
)

EXACT = 1e-12
SAMPLES = 400
FOUR_ERRORS = 4 * math.sqrt(0.95 * 0.05 / SAMPLES)  # of a coverage of 95% in that many samples

TWO_GROUPS = (
    cohens_d,
    cohens_d_unequal,
    hedges_g,
    hedges_g_unequal,
    glass_delta,
    common_language,
    cohens_u3,
    overlap,
    rank_biserial,
    cliffs_delta,
    probability_of_superiority,
)
PAIRED = (d_z, g_z, d_av, d_rm, matched_rank_biserial)
few_values = st.lists(st.integers(0, 6).map(float), min_size=3, max_size=12)


def test_differences_by_hand() -> None:
    # 2 4 6 (mean 4, variance 4) and 1 1 4 (mean 2, variance 3)
    x, y = np.array([2.0, 4, 6]), np.array([1.0, 1, 4])
    assert cohens_d(x, y).estimate == pytest.approx(2 / math.sqrt(3.5), rel=EXACT)
    assert cohens_d_unequal(x, y).estimate == pytest.approx(2 / math.sqrt(3.5), rel=EXACT)
    assert glass_delta(x, y).estimate == pytest.approx(2 / math.sqrt(3), rel=EXACT)
    assert glass_delta(y, x).estimate == pytest.approx(-1.0, rel=EXACT)
    # df of the average variance: 2·2·7²/(2·16 + 2·9) = 3.92; J(3.92) by the gamma functions
    j = math.gamma(1.96) / (math.sqrt(1.96) * math.gamma(1.46))
    assert hedges_g_unequal(x, y).estimate == pytest.approx(2 / math.sqrt(3.5) * j, rel=EXACT)


def test_dominance_by_hand() -> None:
    # x = 1 3 5 5, y = 2 3: higher 1: 0, 3: 1 and a tie, 5: 2, 5: 2 → 5 pairs above, 2 below, 1 tied of 8
    x, y = np.array([1.0, 3, 5, 5]), np.array([2.0, 3])
    assert cliffs_delta(x, y).estimate == pytest.approx(3 / 8, rel=EXACT)
    assert rank_biserial(x, y).estimate == pytest.approx(3 / 8, rel=EXACT)
    assert probability_of_superiority(x, y).estimate == pytest.approx(5.5 / 8, rel=EXACT)
    # the variance of δ over all pairs, from the table of dᵢⱼ itself
    d = np.sign(np.subtract.outer(x, y))
    delta, (n1, n2) = d.mean(), d.shape
    squared = (
        n2**2 * ((d.mean(axis=1) - delta) ** 2).sum()
        + n1**2 * ((d.mean(axis=0) - delta) ** 2).sum()
        - ((d - delta) ** 2).sum()
    ) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    least = (1 - delta**2) / (n1 * n2 - 1)
    assert cliffs_delta(x, y).std_error == pytest.approx(math.sqrt(max(squared, least)), rel=EXACT)


def test_complete_dominance_still_has_an_interval() -> None:
    found = cliffs_delta(np.arange(10.0, 18), np.arange(5.0))
    z2 = stats.norm.ppf(0.975) ** 2
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx((5 - z2) / (5 + z2), rel=EXACT)
    assert rank_biserial(np.arange(10.0, 18), np.arange(5.0)).warning


@given(few_values, few_values)
def test_every_size_of_two_groups_lies_in_its_interval_or_says_why_not(first: list[float], second: list[float]) -> None:
    x, y = np.array(first), np.array(second)
    for size in TWO_GROUPS:
        found = size(x, y)
        assert found.bounded or found.warning, size.__name__
        assert not found.bounded or found.low <= found.estimate <= found.high
        assert found.method


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=12))
def test_every_size_of_pairs_lies_in_its_interval_or_says_why_not(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=float).T
    for size in PAIRED:
        found = size(x, y)
        assert found.bounded or found.warning, size.__name__
        assert not found.bounded or found.low <= found.estimate <= found.high


def test_swapping_groups_turns_signs() -> None:
    generator = np.random.default_rng(3)
    x, y = generator.normal(size=30), generator.normal(0.4, 2, size=25)
    for size in (cohens_d, cohens_d_unequal, hedges_g, hedges_g_unequal, rank_biserial, cliffs_delta):
        one, other = size(x, y), size(y, x)
        assert [one.estimate, one.low, one.high] == pytest.approx([-other.estimate, -other.high, -other.low], rel=1e-8)


def test_paired_by_hand() -> None:
    # differences 1 1 2 4: mean 2, variance 2; x = 2 3 5 8, y = 1 2 3 4
    x, y = np.array([2.0, 3, 5, 8]), np.array([1.0, 2, 3, 4])
    assert d_z(x, y).estimate == pytest.approx(2 / math.sqrt(2), rel=EXACT)
    r = float(np.corrcoef(x, y)[0, 1])
    assert d_rm(x, y).estimate == pytest.approx(2 / math.sqrt(2) * math.sqrt(2 * (1 - r)), rel=1e-10)
    # signed ranks of 3 −1 2 0 −1: without the zero |d| ranks 4 1.5 3 1.5: (7 − 3)/10
    found = matched_rank_biserial(np.array([4.0, 1, 3, 2, 1]), np.array([1.0, 2, 1, 2, 2]))
    assert found.estimate == pytest.approx(0.4, rel=EXACT)


def test_ratings_on_a_rising_line_have_no_repeated_measures_d() -> None:
    for x, y in (([1.0, 1, 2], [1.0, 1, 3]), ([0.1, 0.2, 0.7], [0.3, 0.6, 2.1])):
        found = d_rm(np.array(x), np.array(y))
        assert math.isnan(found.estimate)
        assert "rising line" in found.warning
    falling = d_rm(np.array([1.0, 2, 3]), np.array([4.0, 2, 0.5]))
    assert math.isfinite(falling.std_error)


def test_intervals_of_paired_and_unequal_differences_cover() -> None:
    generator = np.random.default_rng(8)
    covered = dict.fromkeys(("d_rm", "d_av", "cliffs_delta", "cohens_d_unequal", "glass_delta"), 0)
    delta = 2 * float(stats.norm.cdf(0.6 / math.sqrt(1 + 4))) - 1
    for _ in range(SAMPLES):
        x, y = generator.multivariate_normal([0.5, 0], [[1, 0.6], [0.6, 1]], size=30).T
        u, v = generator.normal(0.6, 1, size=60), generator.normal(0, 2, size=50)
        for name, found, truth in (
            ("d_rm", d_rm(x, y), 0.5),
            ("d_av", d_av(x, y), 0.5),
            ("cliffs_delta", cliffs_delta(u, v), delta),
            ("cohens_d_unequal", cohens_d_unequal(u, v), 0.6 / math.sqrt(2.5)),
            ("glass_delta", glass_delta(u, v), 0.3),
        ):
            covered[name] += int(found.low <= truth <= found.high)
    for name, times in covered.items():
        assert times / SAMPLES == pytest.approx(0.95, abs=FOUR_ERRORS), name


def test_explained_variance_by_hand() -> None:
    # F = 5 on 2 and 10: η² = 10/20, ε² = 8/20, ω² = 8/21
    assert eta_squared(5, 2, 10).estimate == pytest.approx(0.5, rel=EXACT)
    assert epsilon_squared(5, 2, 10).estimate == pytest.approx(0.4, rel=EXACT)
    assert omega_squared(5, 2, 10).estimate == pytest.approx(8 / 21, rel=EXACT)
    assert omega_squared(0.5, 2, 10) == Effect(
        0.0,
        pytest.approx(math.nan, nan_ok=True),
        pytest.approx(math.nan, nan_ok=True),
        omega_squared(5, 2, 10).method,
        omega_squared(0.5, 2, 10).warning,
        pytest.approx(math.nan, nan_ok=True),
    )
    # between people, SS 20 of a manipulated factor, 30 of a measured one, 50 error: 20/(20 + 30 + 50), 30/(30 + 50)
    assert generalised_eta_squared(20, 50, 30, 1, 40, measured=False).estimate == pytest.approx(0.2, rel=EXACT)
    assert generalised_eta_squared(30, 50, 30, 1, 40).estimate == pytest.approx(30 / 80, rel=EXACT)


def test_explained_ranks_by_hand() -> None:
    # 1 2 | 3 4 5: rank sums 3 and 12; H = 12/30·(9/2 + 144/3) − 18 = 3; ε² = 3/4, η² = (3 − 1)/3
    groups = [np.array([1.0, 2]), np.array([3.0, 4, 5])]
    assert rank_epsilon_squared(groups, draws=20).estimate == pytest.approx(0.75, rel=EXACT)
    assert rank_eta_squared(groups, draws=20).estimate == pytest.approx(2 / 3, rel=EXACT)
    tied = [np.array([1.0, 2, 2, 3]), np.array([2.0, 3, 3]), np.array([1.0, 1, 4])]
    h = stats.kruskal(*tied).statistic
    assert rank_epsilon_squared(tied, draws=20).estimate == pytest.approx(h / 9, rel=EXACT)
    assert rank_epsilon_squared([np.ones(3), np.ones(4)]).warning == "all values are the same"


def test_concordance_by_hand() -> None:
    # three people rank three things alike but for one: rank sums 3 + 3 + 3 …
    same = np.array([[1.0, 2, 3], [2.0, 5, 9], [0.0, 1, 4]])
    assert kendalls_w(same, draws=20).estimate == pytest.approx(1.0, rel=EXACT)
    # sums 5 6 7: 12·2/(9·24) = 1/9
    mixed = np.array([[1.0, 2, 3], [1.0, 3, 2], [3.0, 1, 2]])
    assert kendalls_w(mixed, draws=20).estimate == pytest.approx(1 / 9, rel=EXACT)
    assert kendalls_w(np.ones((4, 3))).warning


def test_association_by_hand() -> None:
    # 20 10 | 10 20: χ² = 60/9, n = 60 → w = φ = V = T = 1/3
    for size in (cohens_w, phi, cramers_v, tschuprows_t):
        assert size(60 / 9, 1, 60, (2, 2)).estimate == pytest.approx(1 / 3, rel=EXACT)
    # 1/9 − 1/59 over (2 − 1/59) − 1
    expected = math.sqrt((1 / 9 - 1 / 59) / (1 - 1 / 59))
    assert cramers_v_adjusted(60 / 9, 1, 60, (2, 2)).estimate == pytest.approx(expected, rel=EXACT)
    assert cramers_v_adjusted(0.2, 1, 60, (2, 2)).estimate == 0
    assert math.isnan(phi(5, 2, 60, (2, 3)).estimate)


def test_risks_by_hand() -> None:
    # 30 of 40 and 20 of 50
    first, second = (30, 40), (20, 50)
    assert risk_difference(first, second).estimate == pytest.approx(0.35, rel=EXACT)
    assert risk_ratio(first, second).estimate == pytest.approx(0.75 / 0.4, rel=EXACT)
    assert odds_ratio(first, second).estimate == pytest.approx(30 * 30 / (10 * 20), rel=EXACT)
    half = stats.norm.ppf(0.975) * math.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 30)
    assert odds_ratio(first, second).high == pytest.approx(4.5 * math.exp(half), rel=EXACT)
    assert cohens_h(first, second).estimate == pytest.approx(
        2 * (math.asin(math.sqrt(0.75)) - math.asin(math.sqrt(0.4))), rel=EXACT
    )
    assert odds_ratio((5, 5), (2, 4)).estimate == math.inf
    assert odds_ratio((5, 5), (2, 4)).warning
    assert odds_ratio((5, 5), (2, 4), add_half=True).estimate == pytest.approx(5.5 * 2.5 / (0.5 * 2.5), rel=EXACT)


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_score_interval_is_the_inverted_test(n1: int, n2: int, data: st.DataObject) -> None:
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    found = risk_difference((x1, n1), (x2, n2))
    other = risk_difference((x2, n2), (x1, n1))
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert [found.low, found.high] == pytest.approx([-other.high, -other.low], abs=1e-7)
    narrower = risk_difference((x1, n1), (x2, n2), 0.8)
    assert found.low <= narrower.low + 1e-9
    assert narrower.high <= found.high + 1e-9


def test_number_needed_through_infinity() -> None:
    clear = number_needed(risk_difference_wald((30, 40), (20, 50)))
    difference = risk_difference_wald((30, 40), (20, 50))
    assert clear.other_side is None
    assert [clear.effect.low, clear.effect.estimate, clear.effect.high] == pytest.approx(
        [1 / difference.high, 1 / 0.35, 1 / difference.low], rel=EXACT
    )
    open_ = number_needed(Effect(-0.1, -0.25, 0.05, "score"))
    # the reciprocals of [−.25, .05] are everything up to −4 and from 20 on
    assert (open_.effect.low, open_.effect.high) == (-math.inf, -4.0)
    assert open_.other_side == (20.0, math.inf)
    assert open_.effect.low <= open_.effect.estimate <= open_.effect.high
    assert open_.effect.warning
    nothing = number_needed(Effect(0.0, -0.1, 0.1, "score"))
    assert nothing.effect.estimate == math.inf


def test_explained_outcomes_and_coefficients_have_the_errors_of_simulated_samples() -> None:
    generator = np.random.default_rng(4)
    found: dict[str, list[list[float]]] = {name: [] for name in ("sr2", "sr2_se", "beta", "beta_se", "r2", "r2_se")}
    for _ in range(SAMPLES):
        x = generator.normal(size=(150, 3))
        x[:, 1] += 0.5 * x[:, 0]
        x[:, 2] = x[:, 2] > 0  # a dummy: not normal
        y = 0.5 * x[:, 0] + 0.3 * x[:, 1] + 0.5 * x[:, 2] + generator.normal(size=150)
        sizes = semipartial_r_squared(y, x)
        beta = standardised_coefficients(y, x)
        residual = (
            y - y.mean() - (x - x.mean(axis=0)) @ np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0]
        )
        whole = r_squared(1 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum()), 150, 3)
        for name, values in (
            ("sr2", [one.estimate for one in sizes]),
            ("sr2_se", [one.std_error for one in sizes]),
            ("beta", beta.estimate.tolist()),
            ("beta_se", np.sqrt(np.diag(beta.covariance)).tolist()),
            ("r2", [whole.estimate]),
            ("r2_se", [whole.std_error]),
        ):
            found[name].append(values)
    # the SD of 400 samples is good for 1/√800 = 3.5%; three of these and the small-sample rest
    for name in ("sr2", "beta", "r2"):
        spread = np.std(found[name], axis=0)
        np.testing.assert_allclose(np.mean(found[f"{name}_se"], axis=0), spread, rtol=0.13)


def test_fixed_and_partial_shares() -> None:
    # F of R² = .2 with 3 predictors and 54 respondents
    fixed = r_squared(0.2, 54, 3, regressors="fixed")
    assert fixed.low <= 0.2 <= fixed.high
    assert "noncentral F" in fixed.method
    assert r_squared(0.2, 54, 3).method != fixed.method
    assert partial_f_squared(2.0, 50).estimate == pytest.approx(0.08, rel=EXACT)


def test_clusters_of_one_are_no_clusters() -> None:
    generator = np.random.default_rng(2)
    x = generator.normal(size=(80, 2))
    y = x[:, 0] + generator.normal(size=80)
    alone = standardised_coefficients(y, x, errors="cluster", clusters=np.arange(80))
    free = standardised_coefficients(y, x)
    np.testing.assert_allclose(alone.covariance * 79 / 80, free.covariance * 77 / 80, rtol=1e-9)


def test_agreement_by_hand() -> None:
    # 20 and 15 of 50 on the diagonal: p_o = .7; margins 25/25 and 30/20: p_e = .5; κ = .4
    table = np.array([[20.0, 5], [10, 15]])
    assert cohens_kappa(table).estimate == pytest.approx(0.4, rel=EXACT)
    ordered = np.array([[10.0, 2, 0], [1, 12, 3], [0, 2, 10]])
    assert cohens_kappa(ordered, weights="quadratic").estimate > cohens_kappa(ordered).estimate
    assert cohens_kappa(np.array([[5.0, 0], [0, 0]])).warning
    # Shrout and Fleiss (1979), Table 2: six people, four raters
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    found = intraclass_correlations(ratings)
    printed = {
        "ICC(1,1)": 0.17,
        "ICC(2,1)": 0.29,
        "ICC(3,1)": 0.71,
        "ICC(1,k)": 0.44,
        "ICC(2,k)": 0.62,
        "ICC(3,k)": 0.91,
    }
    for form, value in printed.items():
        assert found[form].estimate == pytest.approx(value, abs=0.005)  # type: ignore[index]
    same = intraclass_correlations(np.tile(np.arange(4.0)[:, None], 3))
    assert all(one.warning for one in same.values())


def test_correlations_compared() -> None:
    assert cohens_q(0.5, 103, 0.3, 103).std_error == pytest.approx(math.sqrt(0.02), rel=EXACT)
    assert cohens_q(1.0, 103, 0.3, 103).warning
    assert cohens_q(0.5, 3, 0.3, 103).warning


def test_a_bound_on_the_wrong_side_is_not_given() -> None:
    found = effect(0.3, (0.0, 0.2), "method")
    assert math.isnan(found.low)
    assert not found.bounded
    assert found.warning
