"""Analyses of variance and repeated tests under weights and over imputed sets: relations, hand arithmetic, refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import anova, cochran_q, compare_groups, friedman, manova, regress
from osa_survey.analysis.factorial.anova_designs import anova_design
from osa_survey.analysis.factorial.linear_hypotheses import hypothesis, multivariate_tests
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

SAME = 1e-9
"""Relative: the same number by another route."""
NEAR = 1e-6
"""Relative: central differences stand for slopes on one of two routes."""
TINY = 1e-12
"""Absolute: zero up to rounding."""
WITHIN = {"kind": ["p", "q", "r"]}
YES = ["p_yes", "q_yes", "r_yes"]
N = 90


def people() -> pd.DataFrame:
    rng = np.random.default_rng(21)
    trait = rng.normal(size=N)
    third = np.arange(N) % 3
    ratings = {
        name: np.round(trait + rng.normal(size=N) + 0.3 * place * (third == 1), 1) for place, name in enumerate("pqr")
    }
    yes = {
        f"{name}_yes": pd.Categorical(np.where(one > 0, "yes", "no"), ["no", "yes"]) for name, one in ratings.items()
    }
    return pd.DataFrame(
        {
            **ratings,
            **yes,
            "age": rng.integers(19, 70, N).astype(float),
            "third": pd.Categorical.from_codes(third, ["a", "b", "c"]),
            "gender": pd.Categorical.from_codes((rng.random(N) < 0.6).astype(int), ["man", "woman"]),
            "town": np.arange(N) // 5 * 1.0,
        }
    )


def sets(m: int = 4) -> list[pd.DataFrame]:
    found = []
    for seed in range(m):
        rng, one = np.random.default_rng(seed), people()
        for name in "pqr":
            values = one[name].to_numpy(copy=True)
            values[:20] = rng.permutation(values[:20])
            one[name] = values
        found.append(one)
    return found


def weighted(kind: str = "weights") -> SurveyDesign:
    frame = people().assign(w=np.tile([0.5, 1.0, 1.5, 2.0, 1.0], N // 5))
    plan = survey_design(frame, sample="quota", weights="w", clusters="town")
    return plan if kind == "weights" else replicated_design(plan, "JK1")


def _rows(result: Result, quantity: str) -> pd.DataFrame:
    return result.table.loc[result.table["quantity"] == quantity].reset_index(drop=True)


CALLS: list[Callable[[Any], Result]] = [
    lambda given: anova(given, "p", between=["third", "gender"], covariates="age"),
    lambda given: anova(given, "p", between=["third", "gender"], type=2),
    lambda given: anova(given, within=WITHIN, between="third"),
]
SIZES = ("partial_eta_squared", "generalised_eta_squared", "omega_squared")


@pytest.mark.parametrize("call", CALLS)
class TestRelations:
    def test_equal_weights_change_no_estimate(self, call: Callable[[Any], Result]) -> None:
        plain, same = call(people()), call(as_scored(people(), SurveyDesign("opt-in", np.full(N, 2.0))))
        for quantity in SIZES:
            one, other = (_rows(result, quantity)["estimate"] for result in (plain, same))
            np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)
        for name in ("groups", "contrasts"):
            one, other = (result.more[name].table["estimate"] for result in (plain, same))
            np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)

    def test_integer_weights_are_repeated_rows(self, call: Callable[[Any], Result]) -> None:
        times = np.tile([1, 2, 1], N // 3)
        repeated = people().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        by_weight, by_rows = call(as_scored(people(), SurveyDesign("opt-in", times * 1.0))), call(repeated)
        for quantity in SIZES[:2]:
            one, other = (_rows(result, quantity)["estimate"] for result in (by_weight, by_rows))
            np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)
        one, other = (result.more["groups"].table["estimate"] for result in (by_weight, by_rows))
        np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)

    def test_the_same_set_three_times_is_one_set(self, call: Callable[[Any], Result]) -> None:
        plain, pooled = call(people()), call(as_imputed(people(), [people()] * 3))
        for quantity in SIZES:
            one, other = (_rows(result, quantity)["estimate"] for result in (plain, pooled))
            np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)
        one, other = (_rows(result.more["contrasts"], "anova_contrast") for result in (plain, pooled))
        np.testing.assert_allclose(one["std_error"], other["std_error"], rtol=SAME)
        between = ~_rows(plain, "anova_effect")["term"].str.contains("kind")
        one, other = (_rows(result, "anova_effect").loc[between, "statistic"] for result in (plain, pooled))
        np.testing.assert_allclose(one, other, rtol=SAME)

    def test_replicates_have_the_estimates_of_weights(self, call: Callable[[Any], Result]) -> None:
        one, other = (call(as_scored(people(), weighted(kind))) for kind in ("weights", "replicates"))
        for quantity in SIZES:
            np.testing.assert_allclose(_rows(one, quantity)["estimate"], _rows(other, quantity)["estimate"], rtol=SAME)
        one, other = (_rows(result.more["contrasts"], "anova_contrast")["std_error"] for result in (one, other))
        assert (np.abs(one / other - 1) < 0.5).all()
        assert not np.allclose(one, other, rtol=SAME)

    def test_it_passes_the_gate(self, call: Callable[[Any], Result]) -> None:
        for given in (as_scored(people(), weighted()), as_imputed(people(), sets(), weighted("replicates"))):
            shown = release(call(given), JOURNAL)
            assert (_rows(shown, "anova_effect")["suppressed"] == "").any()
            assert shown.sentences("en")


def test_effects_within_people_over_equal_sets_have_the_f_of_hotelling_and_lawley() -> None:
    result = anova(as_imputed(people(), [people()] * 3), within=WITHIN, between="third")
    design = anova_design(people(), ["p", "q", "r"], ["third"], WITHIN, [], "rating")
    p = np.array([[1.0, 1.0], [-1.0, 1.0], [0.0, -2.0]])
    for term, name in zip(design.fit.terms, ("kind", "third × kind"), strict=True):
        h, error = p.T @ hypothesis(design.fit, term, 3) @ p, p.T @ design.fit.error @ p
        found = multivariate_tests(h, error, len(term.columns), design.fit.df_error)
        trace = next(one for one in found if one.name == "Hotelling–Lawley")
        row = result.pick("anova_effect", term=name)
        assert row["statistic"] == pytest.approx(trace.f, rel=SAME)
        assert row["df1"] == trace.df1


def test_the_share_of_one_factor_is_the_r_squared_of_a_regression() -> None:
    for kind in ("weights", "replicates"):
        given = as_imputed(people(), sets(), weighted(kind))
        eta = anova(given, "p", between="third").pick("partial_eta_squared")
        r2 = regress(given, "p", ["third"]).more["fit"].pick("r2")
        for column in ("estimate", "conf_low", "conf_high"):
            assert eta[column] == pytest.approx(r2[column], rel=NEAR, abs=TINY)


def test_replicate_errors_of_a_share_by_hand() -> None:
    plan = weighted("replicates")
    assert plan.replicates is not None
    row = anova(as_scored(people(), plan), "p", between="third").pick("partial_eta_squared")
    y, codes = people()["p"].to_numpy(), people()["third"].cat.codes.to_numpy()

    def share(w: np.ndarray) -> float:
        means = np.array([np.average(y[codes == k], weights=w[codes == k]) for k in range(3)])
        return 1 - float(w @ (y - means[codes]) ** 2) / float(w @ (y - np.average(y, weights=w)) ** 2)

    z = np.array([np.arctanh(np.sqrt(share(w))) for w in plan.replicates.weights.T])
    error = np.sqrt(plan.replicates.scale * (plan.replicates.rscales @ (z - z.mean()) ** 2))
    centre = np.arctanh(np.sqrt(share(plan.weights)))
    half = stats.t.ppf(0.975, len(z) - 1 - 2) * error  # clusters less one, less two coefficients
    assert row["estimate"] == pytest.approx(share(plan.weights), rel=SAME)
    assert row["conf_high"] == pytest.approx(np.tanh(centre + half) ** 2, rel=SAME)


def test_two_levels_have_the_p_of_their_contrast() -> None:
    for given in (as_scored(people(), weighted()), as_imputed(people(), sets())):
        result = anova(given, "p", between="gender", covariates="age")
        pair = result.more["contrasts"].pick("anova_contrast")
        assert result.pick("anova_effect", term="gender")["p_value"] == pytest.approx(pair["p_value"], rel=SAME)


def test_welch_over_sets_is_that_of_compare_groups() -> None:
    given = as_imputed(people(), sets())
    welch = anova(given, "p", between="third").more["welch"].pick("welch_anova")
    other = compare_groups(given, "p", "third").pick("welch_anova")
    for column in ("statistic", "df1", "df2", "p_value"):
        assert welch[column] == pytest.approx(other[column], rel=SAME)


def test_aligned_ranks_of_equal_sets_are_those_of_one() -> None:
    plain = anova(people(), "p", between=["third", "gender"], ranks=True).more["aligned_ranks"]
    pooled = anova(as_imputed(people(), [people()] * 3), "p", between=["third", "gender"], ranks=True)
    np.testing.assert_allclose(
        pooled.more["aligned_ranks"].table["statistic"], plain.table["statistic"], rtol=SAME
    )  # fmt: skip
    assert "D2" in pooled.more["aligned_ranks"].notes[0]


@pytest.mark.parametrize("imputed", [False, True])
def test_outcomes_one_by_one_are_analyses_of_their_own(imputed: bool) -> None:
    given = as_imputed(people(), sets(), weighted()) if imputed else as_scored(people(), weighted())
    follow_ups = manova(given, ["p", "q"], between="third", covariates="age").more["follow_ups"]
    for name in ("p", "q"):
        alone = anova(given, name, between="third", covariates="age")
        for term in ("third", "age"):
            one, other = follow_ups.pick("anova_effect", outcome=name, term=term), alone.pick("anova_effect", term=term)
            assert one["p_value"] == pytest.approx(other["p_value"], rel=SAME)


def test_one_contrast_of_two_outcomes_under_weights_is_a_mixed_interaction() -> None:
    """With two outcomes and two groups, H₀ of both outcomes holds that of their mean and of their difference."""
    given = as_scored(people(), weighted())
    both = manova(given, ["p", "q"], between="gender").pick("manova_test", level="Wald")
    mixed = anova(given, within={"kind": ["p", "q"]}, between="gender")
    singles = [mixed.pick("anova_effect", term=name)["statistic"] for name in ("gender", "gender × kind")]
    assert 2 * both["statistic"] >= max(singles) * (1 - SAME)
    assert both["df1"] == 2


def test_weighted_shares_within_people_are_an_analysis_of_variance() -> None:
    numbers = people().assign(**{f"{name}1": (people()[f"{name}_yes"] == "yes") * 1.0 for name in "pqr"})
    result = cochran_q(as_scored(people(), weighted()), YES)
    same = anova(as_scored(numbers, weighted()), within={"kind": ["p1", "q1", "r1"]})
    for column in ("statistic", "df1", "df2", "p_value"):
        assert result.pick("cochran_q")[column] == pytest.approx(same.pick("anova_effect")[column], rel=SAME)
    pairs, contrasts = (_rows(one, name) for one, name in (
        (result.more["pairs"], "risk_difference"), (same.more["contrasts"], "anova_contrast")))  # fmt: skip
    for column in ("estimate", "std_error", "conf_low", "p_value", "p_adjusted"):
        np.testing.assert_allclose(pairs[column], contrasts[column], rtol=SAME)


def test_equal_weights_leave_ranks_as_they_are() -> None:
    plain = friedman(people(), ["p", "q", "r"])
    same = friedman(as_scored(people(), SurveyDesign("opt-in", np.ones(N))), ["p", "q", "r"])
    for quantity in ("kendalls_w", "mean", "median", "mean_rank"):
        np.testing.assert_allclose(_rows(plain, quantity)["estimate"], _rows(same, quantity)["estimate"], rtol=SAME)
    ranks = stats.rankdata(people()[["p", "q", "r"]], axis=1)
    t = stats.ttest_rel(ranks[:, 0], ranks[:, 1])
    pair = same.more["pairs"].pick("mean_rank_difference", contrast="p \u2212 q")
    assert pair["statistic"] == pytest.approx(t.statistic, rel=SAME)
    assert pair["p_value"] == pytest.approx(t.pvalue, rel=SAME)


def test_equal_sets_leave_repeated_tests_as_they_are() -> None:
    """D2 of equal statistics is their χ² divided by its degrees of freedom."""
    given = as_imputed(people(), [people()] * 3)
    plain, pooled = friedman(people(), ["p", "q", "r"]), friedman(given, ["p", "q", "r"])
    assert pooled.pick("friedman")["statistic"] == pytest.approx(plain.pick("friedman")["statistic"] / 2, rel=SAME)
    assert pooled.pick("friedman")["p_value"] == pytest.approx(plain.pick("friedman")["p_value"], rel=SAME)
    assert pooled.pick("kendalls_w")["estimate"] == pytest.approx(plain.pick("kendalls_w")["estimate"], rel=SAME)
    for quantity, columns in (
        ("signed_rank", ("estimate", "p_value", "p_adjusted")),
        ("matched_rank_biserial", ("estimate", "conf_low", "conf_high")),
    ):
        one, other = (_rows(result.more["pairs"], quantity) for result in (plain, pooled))
        for column in columns:
            np.testing.assert_allclose(one[column], other[column], rtol=NEAR)
    plain, pooled = cochran_q(people(), YES), cochran_q(given, YES)
    assert pooled.pick("cochran_q")["p_value"] == pytest.approx(plain.pick("cochran_q")["p_value"], rel=SAME)
    p, q = (people()[name] == "yes" for name in YES[:2])
    b, c = int((p & ~q).sum()), int((q & ~p).sum())
    pair = pooled.more["pairs"].pick("mcnemar", contrast="p_yes \u2212 q_yes")
    assert pair["statistic"] == pytest.approx((b - c) ** 2 / (b + c), rel=SAME)


ALL: list[Callable[[Any], Result]] = [
    *CALLS,
    lambda given: manova(given, ["p", "q"], between="third"),
    lambda given: friedman(given, ["p", "q", "r"]),
    lambda given: cochran_q(given, YES),
]


@pytest.mark.parametrize("call", ALL)
def test_one_set_and_one_cluster_are_refused(call: Callable[[Any], Result]) -> None:
    frame = people().assign(w=1.0, one=0.0)
    lonely = survey_design(frame, sample="quota", weights="w", clusters="town")
    stage = replace(lonely.stages[0], clusters=np.zeros(N, dtype=np.int64))
    cases = {
        "one_completed_set": as_imputed(people(), [people()]),
        "does_not_compose": as_scored(people(), replace(lonely, stages=(stage,), lonely="adjust")),
    }
    for code, given in cases.items():
        with pytest.raises(AnalysisError) as caught:
            call(given)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    "options",
    [
        {"within": WITHIN, "sphericity": "greenhouse_geisser"},
        {"outcome": "p", "between": "third", "ranks": True},
    ],
)
def test_what_has_no_rule_under_weights_is_refused_with_a_way_out(options: dict[str, Any]) -> None:
    with pytest.raises(AnalysisError) as caught:
        anova(as_scored(people(), weighted()), **options)
    assert caught.value.problems[0].code == "does_not_compose"
    assert caught.value.problems[0].hint


def test_a_category_that_is_empty_in_one_set_is_refused() -> None:
    odd = people()
    odd["third"] = odd["third"].where(odd["third"] != "c", "b")
    with pytest.raises(AnalysisError) as caught:
        anova(as_imputed(people(), [people(), people(), odd]), "p", between="third")
    assert caught.value.problems[0].code == "empty_cells"


def test_outcomes_that_follow_from_each_other_are_refused() -> None:
    frames = [one.assign(total=one["p"] + one["q"]) for one in sets()]
    with pytest.raises(AnalysisError) as caught:
        manova(as_imputed(frames[0], frames, weighted()), ["p", "q", "total"], between="third")
    assert caught.value.problems[0].code == "dependent_outcomes"


def test_without_residual_variance_the_row_says_so() -> None:
    frame = people().assign(flat=people()["third"].cat.codes.astype(float))
    row = anova(as_scored(frame, weighted()), "flat", between="third").pick("anova_effect")
    assert np.isnan(row["statistic"])
    assert "no residual variance" in row["warning"]


def test_more_contrasts_than_clusters_are_flagged() -> None:
    frame = people().assign(few=np.arange(N) // 30 * 1.0, w=1.0, s=people()["p"] * 2 + people()["q"] ** 2)
    plan = survey_design(frame, sample="quota", weights="w", clusters="few")
    row = anova(as_scored(frame, plan), within={"kind": ["p", "q", "r", "s"]}).pick("anova_effect")
    assert np.isnan(row["statistic"])
    assert "too few" in row["warning"]


def test_nobody_differs() -> None:
    frame = people().assign(q=people()["p"], r=people()["p"], q_yes=people()["p_yes"], r_yes=people()["p_yes"])
    for given in (as_scored(frame, weighted()), as_imputed(frame, [frame] * 3)):
        for result, name in ((friedman(given, ["p", "q", "r"]), "friedman"), (cochran_q(given, YES), "cochran_q")):
            assert np.isnan(result.pick(name)["statistic"])
            assert "nobody" in result.pick(name)["warning"]


def test_a_small_group_is_hidden_under_weights_and_over_sets() -> None:
    frame = people()
    frame["third"] = pd.Categorical(np.where(np.arange(N) < 3, "rare", np.where(np.arange(N) % 2, "x", "y")))
    for given in (as_scored(frame, weighted()), as_imputed(frame, [frame] * 3)):
        means = release(anova(given, "q", between="third"), JOURNAL).more["groups"].table
        rare = means.loc[means["group"] == "rare"]
        assert (rare["suppressed"] != "").all() and rare["estimate"].isna().all()


def test_n_counts_the_people_with_answers_in_every_set() -> None:
    frame = people()
    frame.loc[:3, "p"] = np.nan
    for given in (as_scored(frame, weighted()), as_imputed(frame, [frame] * 3)):
        result = anova(given, "p", between="third")
        assert (result.n_used, result.n_dropped) == (N - 4, 4)
        assert (result.table["n"] == N - 4).all()
        assert friedman(given, ["p", "q", "r"]).n_used == N - 4
