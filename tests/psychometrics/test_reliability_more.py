"""Categorical omega, its bootstrap, groups, precision, hierarchical omega: truth, relations, edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey import reliability
from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.categorical_omega import (
    categorical_factors,
    categorical_moments,
    omegas_if_dropped,
    weighted_factor,
)
from osa_survey.psychometrics.coefficients import alpha_errors_without, duhachek_interval
from osa_survey.psychometrics.hierarchical_omega import schmid_leiman
from osa_survey.psychometrics.ordinal import categories, cross_tables
from osa_survey.psychometrics.resampling import percentile_interval, resampled_alphas, resampled_omegas
from osa_survey.results import Result, release
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with

EXACT = 1e-12
RELATION = 1e-9
CUTS = np.array([-1.0, 0.2, 1.1])


def likert(n: int, loadings: np.ndarray, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    latent = generator.normal(size=(n, 1)) * loadings + np.sqrt(1 - loadings**2) * generator.normal(
        size=(n, len(loadings))
    )
    return np.digitize(latent, CUTS) + 1.0


def frame(n: int = 300, k: int = 5, seed: int = 2) -> pd.DataFrame:
    return pd.DataFrame(likert(n, np.full(k, 0.7), seed), columns=[f"i{j}" for j in range(k)])


def steps_of(values: np.ndarray) -> np.ndarray:
    return np.ones((values.shape[1], int(values.max() - values.min())))


def no_silent_gap(result: Result) -> None:
    for part in (result, *result.more.values()):
        empty = part.table.loc[part.table["estimate"].isna()]
        assert (empty["warning"] != "").all(), part.title


class TestCategoricalOmega:
    def test_it_is_the_squared_correlation_of_two_parallel_sums(self) -> None:
        """Planted truth: the reliability of a sum is its correlation with the sum of parallel items."""
        loadings = np.array([0.8, 0.7, 0.6, 0.5])
        generator = np.random.default_rng(5)
        n = 400_000
        trait = generator.normal(size=(n, 1))
        halves = [
            (np.digitize(trait * loadings + np.sqrt(1 - loadings**2) * generator.normal(size=(n, 4)), CUTS) + 1.0)
            for _ in range(2)
        ]
        truth = np.corrcoef(halves[0].sum(axis=1), halves[1].sum(axis=1))[0, 1]
        found = categorical_factors(categorical_moments(cross_tables(categories(halves[0]))[None]), steps_of(halves[0]))
        assert found.omega[0] == pytest.approx(truth, abs=0.003)
        assert found.loadings[0] == pytest.approx(loadings, abs=0.006)

    def test_the_bootstrap_interval_covers(self) -> None:
        loadings = np.array([0.8, 0.7, 0.6, 0.5])
        big = likert(400_000, loadings, 1)
        truth = categorical_factors(categorical_moments(cross_tables(categories(big))[None]), steps_of(big)).omega[0]
        inside = 0
        for seed in range(60):
            drawn = resampled_omegas(categories(likert(250, loadings, 100 + seed)), np.ones((4, 3)), 200, seed)
            interval = percentile_interval(drawn)
            inside += interval.conf_low <= truth <= interval.conf_high
        assert 51 <= inside <= 60  # 95% of 60 is 57; at least 51 with probability .998

    def test_equal_loadings_of_two_answers_against_alpha(self) -> None:
        """With equal loadings and thresholds observed answers are parallel, so alpha is the same coefficient."""
        data = pd.DataFrame(likert(200_000, np.full(4, 0.6), 3))
        result = reliability(data, draws=0)
        assert result.pick("omega_categorical")["estimate"] == pytest.approx(result.pick("alpha")["estimate"], abs=3e-3)

    def test_if_dropped_is_the_omega_of_the_others(self) -> None:
        data = likert(500, np.array([0.8, 0.7, 0.6, 0.5, 0.4]), 4)
        moments = categorical_moments(cross_tables(categories(data))[None])
        dropped = omegas_if_dropped(moments, steps_of(data))
        for item in range(5):
            rest = np.delete(data, item, axis=1)
            alone = categorical_factors(categorical_moments(cross_tables(categories(rest))[None]), steps_of(rest))
            assert dropped[item] == pytest.approx(alone.omega[0], abs=RELATION)

    def test_weighted_factor_finds_exact_loadings_and_their_signs(self) -> None:
        loadings = np.array([[0.9, -0.5, 0.7, 0.3], [0.2, 0.4, 0.6, 0.8]])
        r = loadings[:, :, None] * loadings[:, None, :]
        weights = np.random.default_rng(1).uniform(0.2, 1, size=(2, 4, 4))
        weights = (weights + weights.swapaxes(1, 2)) / 2 * (1 - np.eye(4))
        found, converged = weighted_factor(r, weights)
        assert converged.all()
        assert found == pytest.approx(loadings, abs=1e-6)

    def test_samples_do_not_depend_on_blocks_and_follow_the_seed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data = likert(120, np.full(4, 0.7), 6)
        items, steps = categories(data), steps_of(data)
        omegas, alphas = resampled_omegas(items, steps, 150, 9), resampled_alphas(data, 150, 9)
        monkeypatch.setattr("osa_survey.psychometrics.resampling.CELLS", 2_000)
        assert resampled_omegas(items, steps, 150, 9) == pytest.approx(omegas, abs=RELATION)
        assert resampled_alphas(data, 150, 9)[0] == pytest.approx(alphas[0], abs=RELATION)
        assert resampled_omegas(items, steps, 150, 10) != pytest.approx(omegas, abs=1e-4)

    def test_one_drawn_sample_is_the_estimate_of_those_respondents(self) -> None:
        data = likert(120, np.full(4, 0.7), 6)
        (child,) = np.random.SeedSequence(9).spawn(1)
        drawn = np.random.default_rng(child).integers(0, 120, 120)
        expected = reliability(pd.DataFrame(data[drawn]), draws=0)
        assert resampled_omegas(categories(data), steps_of(data), 1, 9)[0] == pytest.approx(
            expected.pick("omega_categorical")["estimate"], abs=RELATION
        )
        raw, standardised = resampled_alphas(data, 1, 9)
        assert raw[0] == pytest.approx(expected.pick("alpha")["estimate"], abs=RELATION)
        assert standardised[0] == pytest.approx(expected.pick("alpha_standardised")["estimate"], abs=RELATION)


class TestTables:
    def test_ordinal_alpha_only_on_request_and_called_hypothetical(self) -> None:
        plain = reliability(frame(), draws=0)
        assert "alpha_ordinal" not in set(plain.table["quantity"])
        asked = reliability(frame(), draws=0, ordinal_alpha=True)
        assert asked.pick("alpha_ordinal")["estimate"] > asked.pick("alpha")["estimate"]
        assert any("hypothetical" in note and "Chalmers" in note for note in asked.notes)

    def test_precision_by_hand(self) -> None:
        data = frame()
        result = reliability(data, draws=0)
        alpha, row = result.pick("alpha")["estimate"], result.more["precision"].pick("sem", term="alpha")
        sd = data.sum(axis=1).std()
        assert row["estimate"] == pytest.approx(sd * math.sqrt(1 - alpha), rel=RELATION)
        change = result.more["precision"].pick("reliable_change", term="alpha")["estimate"]
        assert change == pytest.approx(1.959963984540054 * math.sqrt(2) * row["estimate"], rel=RELATION)

    def test_precision_of_a_mean_score_is_on_its_metric(self) -> None:
        generator = np.random.default_rng(4)
        trait = generator.normal(size=200)
        answers = {
            f"q{i}": np.clip(np.round(3 + sign * trait + 0.8 * generator.normal(size=200)), 1, 5).astype(int)
            for i, sign in enumerate((1, -1, 1), start=1)
        }
        scales = instrument().model_dump()["scales"]
        mean = instrument(
            scales=[{**scales[0], "items": ["calm_01", "-calm_02", "calm_03"], "score": "mean", "range": [1, 5]}]
        )
        book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
        scored = score(admit(export_of({"age": [30] * 200, **answers}), book, library_with(mean)))
        found = reliability(scored, "c_total", draws=0).more["precision"].pick("sd", term="alpha")["estimate"]
        assert found == pytest.approx(scored.frame["c_total"].std(), rel=RELATION)

    def test_groups_are_the_analysis_of_each_group(self) -> None:
        data = frame().assign(wave=pd.Categorical(["first"] * 140 + ["second"] * 157 + ["third"] * 3))
        result = reliability(data, by="wave", draws=0)
        groups = result.more["groups"]
        alone = reliability(frame().iloc[:140], draws=0)
        for quantity in ("omega_categorical", "omega", "alpha"):
            row = groups.pick(quantity, group="first")
            assert row["estimate"] == pytest.approx(alone.pick(quantity)["estimate"], rel=RELATION)
            assert row["n"] == 140
        assert result.pick("alpha")["estimate"] == reliability(frame(), draws=0).pick("alpha")["estimate"]
        no_silent_gap(result)
        released = release(result, JOURNAL).more["groups"]
        third = released.table.loc[released.table["group"] == "third"]
        assert third[["estimate", "n"]].isna().all(axis=None)

    def test_a_group_without_answers_is_flagged(self) -> None:
        data = frame().assign(g=pd.Categorical(["a"] * 150 + ["b"] * 150))
        data.loc[150:, "i0"] = np.nan
        groups = reliability(data, by="g", draws=0).more["groups"]
        assert math.isnan(groups.pick("alpha", group="b")["estimate"])
        assert "fewer than 3" in groups.pick("alpha", group="b")["warning"]

    def test_details_hold_both_intervals_of_alpha_and_split_halves(self) -> None:
        result = reliability(frame(), details=True, draws=300)
        intervals = result.more["intervals"]
        feldt, drawn = intervals.pick("alpha", level="Feldt"), intervals.pick("alpha", level="bootstrap")
        assert drawn["conf_low"] == pytest.approx(feldt["conf_low"], abs=0.03)
        assert drawn["conf_high"] == pytest.approx(feldt["conf_high"], abs=0.03)
        normal = intervals.pick("alpha", level="Duhachek–Iacobucci")
        assert normal["conf_low"] == pytest.approx(feldt["conf_low"], abs=0.01)
        assert normal["conf_high"] - normal["estimate"] == pytest.approx(normal["estimate"] - normal["conf_low"])
        errors = result.more["items"].table.query("quantity == 'alpha_if_dropped'")["std_error"]
        assert (errors > normal["std_error"]).all()
        halves = result.more["split_half"]
        assert halves.pick("count")["estimate"] == 10
        low, mean, high = (
            halves.pick("split_half", level=level)["estimate"] for level in ("lowest", "mean", "highest")
        )
        assert low < mean < high
        pairwise = reliability(frame().mask(np.eye(300, 5) > 0), details=True, draws=300, missing="pairwise")
        row = pairwise.more["intervals"].pick("alpha", level="bootstrap")
        assert row["conf_low"] < row["estimate"] < row["conf_high"]

    def test_numbers_are_not_taken_as_categories_unless_asked(self) -> None:
        data = frame() * 1.0
        data["i0"] = data["i0"] + np.arange(300) % 4 * 10
        assert "omega_categorical" not in set(reliability(data, draws=0).table["quantity"])
        asked = reliability(data, draws=0, coefficient="omega_categorical")
        assert asked.table["quantity"].iloc[0] == "omega_categorical"
        continuous = data + np.random.default_rng(0).normal(size=data.shape)
        refused = reliability(continuous, draws=0, coefficient="omega_categorical").pick("omega_categorical")
        assert "more than 100 different answers" in refused["warning"]


class TestErrorOfAlpha:
    @pytest.mark.parametrize("k", [2, 5])
    def test_equal_covariances_by_hand(self, k: int) -> None:
        """With equal variances and correlations the error is (1 - alpha) sqrt(2 k / ((k - 1) n))."""
        covariance = 4 * (0.3 + 0.7 * np.eye(k))
        alpha = k * 0.3 / (1 + (k - 1) * 0.3)
        found = duhachek_interval(covariance, 50, 0.9)
        assert found.estimate == pytest.approx(alpha, rel=EXACT)
        assert found.std_error == pytest.approx((1 - alpha) * math.sqrt(2 * k / ((k - 1) * 50)), rel=EXACT)
        assert found.conf_high == pytest.approx(alpha + 1.6448536269514722 * found.std_error, rel=EXACT)

    def test_without_each_item(self) -> None:
        covariance = np.diag([1.0, 2.0, 3.0]) + 0.5
        rest = duhachek_interval(covariance[1:, 1:], 80)
        assert alpha_errors_without(covariance, 80)[0] == pytest.approx(rest.std_error, rel=EXACT)
        assert np.isnan(alpha_errors_without(covariance[:2, :2], 80)).all()


class TestEdges:
    def test_two_items_a_constant_and_a_copy(self) -> None:
        two = reliability(frame(k=2), details=True, ordinal_alpha=True, factors=2, draws=100)
        assert set(two.table["quantity"]) == {"alpha", "alpha_standardised", "inter_item_r"}
        constant = reliability(frame().assign(i4=3.0), factors=2, draws=100)
        assert "does not vary" in constant.pick("omega_categorical")["warning"]
        assert "does not vary" in constant.pick("omega_hierarchical")["warning"]
        copy = reliability(frame(k=3).assign(copy=frame(k=3)["i0"]), factors=2, draws=100)
        assert "perfect" in copy.pick("omega_categorical")["warning"]
        assert "follows exactly" in copy.pick("omega_hierarchical")["warning"]
        for result in (two, constant, copy):
            no_silent_gap(result)

    def test_fewer_respondents_than_items(self) -> None:
        result = reliability(frame(n=5, k=6), draws=100, factors=2)
        assert "no more complete cases than items" in result.pick("omega_categorical")["warning"]
        no_silent_gap(result)

    def test_an_item_that_runs_against_the_others(self) -> None:
        data = frame().assign(i4=5 - frame()["i4"])
        row = reliability(data, draws=0).pick("omega_categorical")
        assert "loads against the others" in row["warning"]

    def test_a_heywood_case_is_said(self) -> None:
        """Correlations .8, .8 and .4 of three items ask for a loading of sqrt(1.6)."""
        generator = np.random.default_rng(1)
        R = np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]])
        latent = generator.multivariate_normal(np.zeros(3), R, size=4000)
        result = reliability(pd.DataFrame(np.digitize(latent, CUTS)), draws=100)
        assert "Heywood" in result.pick("omega_categorical")["warning"]
        no_silent_gap(result)

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"by": "i0"}, "no_categories"),
            ({"by": "gone"}, "unknown_variable"),
            ({"draws": 5}, "draws"),
            ({"factors": 0}, "factors"),
            ({"coefficient": "lambda"}, "unknown_option"),
        ],
    )
    def test_wrong_arguments(self, arguments: dict[str, object], code: str) -> None:
        with pytest.raises(AnalysisError) as caught:
            reliability(frame(), **arguments)  # type: ignore[arg-type]
        assert caught.value.problems[0].code == code


def test_schmid_leiman_by_hand() -> None:
    """Three groups of three items load .8, the groups .5 on the general factor: items .4 on it, .8 sqrt(.75) beside."""
    pattern = np.kron(np.eye(3), np.full((3, 1), 0.8))
    R = pattern @ (np.full((3, 3), 0.25) + 0.75 * np.eye(3)) @ pattern.T
    np.fill_diagonal(R, 1.0)
    R[0, 1:] *= -1
    R[1:, 0] *= -1
    found = schmid_leiman(R, 3)
    assert np.abs(found.general) == pytest.approx(np.full(9, 0.4), abs=1e-5)
    assert np.sort(np.abs(found.groups), axis=1)[:, -1] == pytest.approx(np.full(9, 0.8 * math.sqrt(0.75)), abs=1e-5)
    total = 9 + 2 * 9 * 0.64 + 2 * 27 * 0.16
    assert found.omega_hierarchical == pytest.approx(3.6**2 / total, abs=1e-5)
    assert found.omega_total == pytest.approx(1 - 9 * 0.36 / total, abs=1e-5)
    assert found.identified
