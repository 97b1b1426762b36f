"""Linearised and replicate covariances: by hand, against each other, and against svy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.weighting import (
    covariance_words,
    design_df,
    group_means,
    linearised_covariance,
    means_test,
    proportion_interval,
    replicate_covariance,
    replicated_design,
    survey_design,
    table_test,
    under_design,
    weight_effect,
    weighted_correlations,
    weighted_means,
    weighted_quantiles,
    weighted_ratios,
    weighted_totals,
    weighted_variances,
)
from osa_survey.weighting.hadamard_matrices import hadamard_matrix

EXACT = 1e-10
"""Relative: two ways to the same sum in double precision."""
SAME_ORDER = 0.15
"""Relative: two consistent estimators of one standard error in 400 respondents of 16 towns."""


def plan(people: pd.DataFrame, **changes: object) -> SurveyDesign:
    return survey_design(people, sample="probability", weights="w", strata="stratum", clusters="town", **changes)  # type: ignore[arg-type]


def test_two_clusters_by_hand() -> None:
    # totals of the clusters: 1·1 + 1·2 = 3 and 2·4 = 8; V = 2/(2−1) · ((3−5.5)² + (8−5.5)²) = 25
    data = pd.DataFrame({"w": [1.0, 1.0, 2.0], "town": [1, 1, 2]})
    design = survey_design(data, sample="probability", weights="w", clusters="town")
    found = under_design(lambda w: weighted_totals(np.array([1.0, 2.0, 4.0]), w), design)
    assert found.estimate[0] == 11
    np.testing.assert_allclose(found.covariance, [[25.0]])
    assert found.df == 1


def test_finite_population_correction_by_hand() -> None:
    # 2 of 4 units, weights 2: V = (1 − 2/4) · 2 · ((2−5)² + (8−5)²) = 18
    data = pd.DataFrame({"size": [4.0, 4.0]})
    design = survey_design(data, sample="probability", fpc="size")
    np.testing.assert_array_equal(design.weights, [2.0, 2.0])
    found = under_design(lambda w: weighted_totals(np.array([1.0, 4.0]), w), design)
    np.testing.assert_allclose(found.covariance, [[18.0]])


def test_sampling_fractions_are_population_sizes() -> None:
    data = pd.DataFrame({"share": [0.5, 0.5]})
    np.testing.assert_array_equal(survey_design(data, sample="probability", fpc="share").weights, [2.0, 2.0])


def test_a_census_has_no_variance() -> None:
    data = pd.DataFrame({"size": [3.0, 3.0, 3.0]})
    found = under_design(
        lambda w: weighted_means(np.arange(3.0), w), survey_design(data, sample="probability", fpc="size")
    )
    assert found.covariance[0, 0] == 0


@pytest.mark.parametrize(("kind", "fay"), [("JKn", 0.5), ("BRR", 0.5), ("Fay", 0.3)])
def test_replicates_of_a_total_are_its_linearised_variance(people: pd.DataFrame, kind: str, fay: float) -> None:
    design = plan(people)
    y = people["score"].to_numpy()
    linear = under_design(lambda w: weighted_totals(y, w), design)
    copies = under_design(lambda w: weighted_totals(y, w), replicated_design(design, kind, fay=fay))  # type: ignore[arg-type]
    np.testing.assert_allclose(copies.covariance, linear.covariance, rtol=EXACT)


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay", "bootstrap"])
def test_replicates_of_a_correlation_agree_with_its_influence(people: pd.DataFrame, kind: str) -> None:
    values = np.column_stack([people["score"], people["score"] ** 2 + people["w"] * 30])
    pairs = np.array([[0, 1]])
    linear = under_design(lambda w: weighted_correlations(values, pairs, w), plan(people))
    design = replicated_design(plan(people), kind, replicates=400, seed=1)  # type: ignore[arg-type]
    copies = under_design(lambda w: weighted_correlations(values, pairs, w), design)
    np.testing.assert_allclose(copies.std_error, linear.std_error, rtol=2 * SAME_ORDER)


@pytest.mark.parametrize(
    "statistic",
    [
        lambda y, x, w: weighted_means(y, w),
        weighted_ratios,
        lambda y, x, w: weighted_variances(y, w, n=400),
        lambda y, x, w: weighted_correlations(np.column_stack([y, x]), np.array([[0, 1]]), w),
        lambda y, x, w: group_means(y, (x > 4).astype(np.int64), 2, w),
    ],
)
def test_influence_is_the_derivative_by_the_weight(people: pd.DataFrame, statistic: object) -> None:
    # w_i ∂θ/∂w_i, by central differences
    y, x, w = people["score"].to_numpy(), people["town"].to_numpy() % 9 + 1.0, people["w"].to_numpy()
    found = statistic(y, x, w)  # type: ignore[operator]
    for person in (0, 57, 399):
        step = 1e-5
        up, down = w.copy(), w.copy()
        up[person] += step
        down[person] -= step
        slope = (statistic(y, x, up).estimate - statistic(y, x, down).estimate) / (2 * step)  # type: ignore[operator]
        np.testing.assert_allclose(found.influence[person], w[person] * slope, rtol=1e-5, atol=1e-9)


def test_bootstrap_is_the_same_however_many_replicates_follow(people: pd.DataFrame) -> None:
    few = replicated_design(plan(people), "bootstrap", replicates=5, seed=9).replicates
    many = replicated_design(plan(people), "bootstrap", replicates=40, seed=9).replicates
    assert few is not None
    assert many is not None
    np.testing.assert_array_equal(few.weights, many.weights[:, :5])
    # n_h − 1 draws of n_h clusters, rescaled: strata keep their number of clusters, so that w·n is kept on average
    assert set(np.unique((many.weights / plan(people).weights[:, None]).round(9))) == {0.0, 2.0}


def test_a_domain_is_not_a_smaller_sample(people: pd.DataFrame) -> None:
    design, y = plan(people), people["score"].to_numpy()
    men = (people["gender"] == "man").to_numpy()
    domain = under_design(lambda w: weighted_means(y, w), design.within(men))
    ratio = under_design(lambda w: weighted_ratios(y * men, men.astype(float), w), design)
    np.testing.assert_allclose(domain.estimate, ratio.estimate, rtol=EXACT)
    np.testing.assert_allclose(domain.covariance, ratio.covariance, rtol=EXACT)


def test_gaps_stand_outside_column_by_column(people: pd.DataFrame) -> None:
    design = plan(people)
    values = np.column_stack([people["score"], people["score"] + 1])
    values[::7, 1] = np.nan
    both = under_design(lambda w: weighted_means(values, w), design)
    known = ~np.isnan(values[:, 1])
    alone = under_design(lambda w: weighted_means(np.where(known, values[:, 1], 0), w), design.within(known))
    np.testing.assert_allclose([both.estimate[1], both.covariance[1, 1]], [alone.estimate[0], alone.covariance[0, 0]])


def test_whole_numbers_as_weights_are_repeated_rows() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 50))
    w = generator.integers(1, 4, 50)
    many = np.repeat(np.column_stack([x, y]), w, axis=0)
    pairs = np.array([[0, 1]])
    np.testing.assert_allclose(weighted_means(x, w.astype(float)).estimate[0], many[:, 0].mean())
    np.testing.assert_allclose(
        weighted_correlations(np.column_stack([x, y]), pairs, w.astype(float)).estimate[0], np.corrcoef(many.T)[0, 1]
    )
    np.testing.assert_allclose(
        weighted_quantiles(x, w.astype(float), [0.2, 0.5], "school"),
        [np.quantile(many[:, 0], p, method="averaged_inverted_cdf") for p in (0.2, 0.5)],
    )


def test_equal_weights_give_the_ordinary_standard_error_and_t_test() -> None:
    generator = np.random.default_rng(2)
    y, group = generator.normal(size=60), np.repeat([0, 1], 30)
    design = SurveyDesign("probability", np.ones(60))
    found = under_design(lambda w: weighted_means(y, w), design)
    np.testing.assert_allclose(found.std_error[0], y.std(ddof=1) / math.sqrt(60), rtol=EXACT)
    test = means_test(y, group, 2, design)
    # the sandwich of two groups: Σ(y − ȳ_g)²/n_g² in each, times n/(n − 1)
    parts = [((y[group == g] - y[group == g].mean()) ** 2).sum() / 30**2 for g in (0, 1)]
    np.testing.assert_allclose(test.std_error, math.sqrt(sum(parts) * 60 / 59), rtol=EXACT)


def test_three_groups_get_an_F_that_is_the_square_of_t_for_two(people: pd.DataFrame) -> None:
    y = people["score"].to_numpy()
    groups = people["band"].cat.codes.to_numpy().astype(np.int64)
    three = means_test(y, groups, 3, plan(people))
    assert (three.statistic_name, three.df1, three.df2) == ("F", 2, 6)
    # merging two groups of equal values: two groups and F = t²
    two = means_test(y, np.minimum(groups, 1), 2, plan(people))
    found = under_design(lambda w: group_means(y, np.minimum(groups, 1), 2, w), plan(people))
    d = np.array([-1.0, 1.0])
    np.testing.assert_allclose(two.statistic**2, (d @ found.estimate) ** 2 / (d @ found.covariance @ d), rtol=EXACT)


def test_equal_weights_without_plan_give_pearsons_test() -> None:
    # multinomial sampling: all generalised design effects are n/(n − 1)
    generator = np.random.default_rng(4)
    rows, columns = generator.integers(0, 2, 200), generator.integers(0, 3, 200)
    found = table_test(rows, columns, (2, 3), SurveyDesign("opt-in", np.ones(200)))
    np.testing.assert_allclose(found.mean_deff, 200 / 199, rtol=1e-9)
    np.testing.assert_allclose(found.first_order, found.pearson * 199 / 200, rtol=1e-9)
    observed = np.zeros((2, 3))
    np.add.at(observed, (rows, columns), 1)
    expected = observed.sum(1, keepdims=True) * observed.sum(0, keepdims=True) / 200
    np.testing.assert_allclose(found.pearson, ((observed - expected) ** 2 / expected).sum(), rtol=EXACT)


def test_beta_interval_of_nobody_is_clopper_pearsons() -> None:
    # 0 of 50: high = 1 − .025^(1/50)
    assert proportion_interval(0.0, 0.0, 49, 50, kind="beta") == (0.0, pytest.approx(1 - 0.025 ** (1 / 50)))
    assert all(math.isnan(bound) for bound in proportion_interval(0.0, 0.0, 49, 50, kind="logit"))


def test_kish() -> None:
    # weights 1, 1, 4: n Σw²/(Σw)² = 3·18/36 = 1.5
    effect = weight_effect(np.array([1.0, 1.0, 4.0, 0.0]))
    assert (effect.n, effect.deff, effect.effective_n) == (3, 1.5, 2.0)
    np.testing.assert_allclose(effect.cv, np.std([1, 1, 4]) / 2)


@pytest.mark.parametrize("least", [1, 2, 3, 5, 9, 13, 21, 29, 37, 45, 61, 100])
def test_hadamard_matrices_are_orthogonal(least: int) -> None:
    H = hadamard_matrix(least)
    assert len(H) >= least
    np.testing.assert_array_equal(H @ H.T, len(H) * np.eye(len(H)))
    assert (H[0] == 1).all()


def test_undefined_in_a_replicate_is_nan_and_counted(people: pd.DataFrame) -> None:
    alone = (people["town"] == people["town"].iloc[0]).to_numpy().astype(np.int64)
    data = people.assign(stratum=0.0)
    design = replicated_design(survey_design(data, sample="quota", weights="w", clusters="town"), "JK1")
    found = under_design(lambda w: group_means(people["score"].to_numpy(), alone, 2, w), design)
    assert found.undefined == 1
    assert np.isfinite(found.covariance[0, 0])
    assert np.isnan(found.covariance[1]).all()


def test_words_for_the_source_of_a_covariance(people: pd.DataFrame) -> None:
    assert covariance_words(plan(people)) == "linearised covariance (8 strata, 16 clusters)"
    assert covariance_words(replicated_design(plan(people), "BRR")) == "replicate covariance (12 BRR replicates)"


def test_mse_takes_the_full_sample_as_centre(people: pd.DataFrame) -> None:
    design = replicated_design(plan(people), "BRR")
    assert design.replicates is not None
    theta, full = np.array([[1.0], [3.0]]), np.array([1.0])
    copies = design.replicates
    own = type(copies)("BRR", copies.weights[:, :2], 0.5, np.ones(2), mse=True)
    np.testing.assert_allclose(replicate_covariance(theta, full, own), [[2.0]])
    assert design_df(design) == 8


class TestAgainstSvy:
    """The same numbers from the Python package svy, where it is installed."""

    def test_means_of_a_stratified_cluster_sample(self, people: pd.DataFrame) -> None:
        svy = pytest.importorskip("svy")
        polars = pytest.importorskip("polars")
        data = polars.DataFrame({name: people[name].to_numpy() for name in ("w", "stratum", "town", "score")})
        theirs = svy.Sample(data, svy.Design(stratum="stratum", psu="town", wgt="w")).estimation.mean("score")
        ours = under_design(lambda w: weighted_means(people["score"].to_numpy(), w), plan(people))
        estimate = theirs.estimates[0]
        np.testing.assert_allclose(ours.estimate[0], estimate.est, rtol=EXACT)
        np.testing.assert_allclose(ours.std_error[0], estimate.se, rtol=EXACT)


def test_lonely_strata_are_refused_adjusted_or_removed() -> None:
    data = pd.DataFrame({"w": np.ones(5), "stratum": [1, 1, 2, 2, 3]})
    y = np.array([1.0, 3.0, 2.0, 6.0, 9.0])
    with pytest.raises(AnalysisError, match="lonely_stratum"):
        survey_design(data, sample="probability", weights="w", strata="stratum")
    removed = survey_design(data, sample="probability", weights="w", strata="stratum", lonely="remove")
    adjusted = survey_design(data, sample="probability", weights="w", strata="stratum", lonely="adjust")
    # contributions (y − 4.2)/5; strata 1 and 2: 2·2·(half difference)² = 4·1/25 and 4·4/25; stratum 3: (4.8/5)²
    found = [float(under_design(lambda w: weighted_means(y, w), d).covariance[0, 0]) for d in (removed, adjusted)]
    np.testing.assert_allclose(found, [20 / 25, 20 / 25 + 0.96**2])
    U = weighted_means(y, np.ones(5)).influence
    with pytest.raises(AnalysisError, match="lonely_stratum"):
        linearised_covariance(U, SurveyDesign("probability", np.ones(5), removed.stages))
