"""Factor models: derivatives, hand-checkable cases, what is flagged, recovery of planted truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory import fit_factor_model, modification_indices
from osa_survey.psychometrics.confirmatory.difference_tests import difference_test
from osa_survey.psychometrics.confirmatory.fits import criterion_of, fit_table, moment_weights
from osa_survey.psychometrics.confirmatory.optimisation import hessian
from osa_survey.psychometrics.confirmatory.samples import patterns_of, sample_with_gaps
from osa_survey.psychometrics.confirmatory.score_tests import equality_releases
from osa_survey.psychometrics.confirmatory.starts import starting_values
from osa_survey.results import Result
from tests.made_up_studies import screened

NUMERIC = 1e-6
"""Central differences of steps of 1e-5 are good to about 1e-9 of the value."""
ONE = "f =~ x1 + x2 + x3 + x4"
TWO = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
SECOND = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9\nt =~ a + b + c\nx1 ~~ x4"
NAMES = [f"x{n}" for n in range(1, 10)]


def answers(n: int, k: int = 4, *, seed: int = 3, loading: float = 0.7, factors: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, factors)) + 0.7 * rng.normal(size=(n, 1))
    return loading * np.repeat(common, k // factors, axis=1) + rng.normal(size=(n, k))


def ordinal(values: np.ndarray) -> np.ndarray:
    return np.digitize(values, [-1.0, 0.0, 1.1]).astype(float)


def with_gaps(values: np.ndarray, share: float = 0.15) -> np.ndarray:
    result = values.copy()
    result[np.random.default_rng(9).random(values.shape) < share] = np.nan
    return result


class TestDerivatives:
    @pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS", "FIML", "WLSMV", "theta"])
    @pytest.mark.parametrize("groups", [1, 2])
    def test_gradient_against_differences(self, estimator: str, groups: int) -> None:
        data = [answers(300, 9, seed=seed, factors=3) for seed in range(groups)]
        options: dict[str, object] = {"estimator": estimator}
        if estimator == "FIML":
            data = [with_gaps(group) for group in data]
            options = {"estimator": "ML", "missing": "fiml"}
        if estimator in ("WLSMV", "theta"):
            data = [ordinal(group) for group in data]
            options = {"estimator": "WLSMV", "parameterisation": "theta" if estimator == "theta" else "delta"}
        if groups == 2:
            equal = ("thresholds",) if estimator in ("WLSMV", "theta") else ("intercepts",)
            options["group_equal"] = ("loadings", *equal)
        syntax = SECOND if estimator not in ("WLSMV", "theta") else SECOND.replace("\nt =~ a + b + c", "")
        fit = fit_factor_model(data, NAMES, syntax, **options)  # type: ignore[arg-type]
        weights = tuple(moment_weights(sample, "WLSMV") for sample in fit.samples) if fit.table.ordered else ()
        criterion = criterion_of(fit.structures, fit.samples, fit.estimator, weights)
        rng = np.random.default_rng(1)
        place = fit.minimum.parameters + 0.03 * rng.normal(size=fit.table.n_free)
        gradient = criterion.gradient(place)
        for index in range(fit.table.n_free):
            step = np.zeros(fit.table.n_free)
            step[index] = 1e-5
            slope = (criterion.value(place + step) - criterion.value(place - step)) / 2e-5
            assert gradient[index] == pytest.approx(slope, abs=NUMERIC, rel=NUMERIC)

    def test_expected_and_observed_information_agree_at_a_perfect_fit(self) -> None:
        values = answers(500, 3)
        fit = fit_factor_model(values, NAMES[:3], "f =~ x1 + x2 + x3")
        observed = hessian(criterion_of(fit.structures, fit.samples, "ML", ()), fit.minimum.parameters)
        assert fit.inference.chi_squared.df == 0
        np.testing.assert_allclose(observed, fit.minimum.information, atol=1e-6)


class TestByHand:
    def test_three_items_are_solved_exactly(self) -> None:
        # l1 l2 = s12 …, so l1^2 = s12 s13 / s23
        values = answers(400, 3)
        s = np.cov(values.T, bias=True)
        fit = fit_factor_model(values, NAMES[:3], "f =~ x1 + x2 + x3", std_lv=True)
        expected = [s[0, 1] * s[0, 2] / s[1, 2], s[0, 1] * s[1, 2] / s[0, 2], s[0, 2] * s[1, 2] / s[0, 1]]
        np.testing.assert_allclose(fit.estimates[:3] ** 2, expected, rtol=1e-6)
        assert fit.inference.chi_squared.value == pytest.approx(0, abs=1e-6)

    def test_negative_item_keeps_its_sign(self) -> None:
        values = answers(400)
        values[:, 2] *= -1
        fit = fit_factor_model(values, NAMES[:4], ONE)
        assert np.sign(fit.estimates[:4]).tolist() == [1, 1, -1, 1]

    def test_two_items_equated(self) -> None:
        # equal loadings: psi = s12 with l = 1
        values = answers(300, 2)
        s = np.cov(values.T, bias=True)
        fit = fit_factor_model(values, NAMES[:2], "f =~ 1*x1 + 1*x2")
        variance = next(
            value for row, value in zip(fit.table.rows, fit.estimates, strict=True) if (row.lhs, row.op) == ("f", "~~")
        )
        assert variance == pytest.approx(s[0, 1], rel=1e-6)

    def test_factor_variance_of_a_bifactor_model(self) -> None:
        rng = np.random.default_rng(5)
        general, one, two = rng.normal(size=(3, 4000))
        common = 0.7 * general[:, None] + 0.5 * np.repeat(np.column_stack([one, two]), 3, axis=1)
        values = common + 0.6 * rng.normal(size=(4000, 6))
        syntax = "t =~ x1 + x2 + x3 + x4 + x5 + x6\na =~ x1 + x2 + x3\nb =~ x4 + x5 + x6"
        fit = fit_factor_model(values, NAMES[:6], syntax, std_lv=True, orthogonal=True)
        assert fit.minimum.converged
        np.testing.assert_allclose(np.abs(fit.estimates[:6]), 0.7, atol=0.08)
        np.testing.assert_allclose(np.abs(fit.estimates[6:12]), 0.5, atol=0.1)

    def test_gaps_that_are_none_change_nothing(self) -> None:
        values = answers(200)
        complete = fit_factor_model(values, NAMES[:4], ONE, means=True)
        gaps = fit_factor_model(values, NAMES[:4], ONE, missing="fiml")
        np.testing.assert_allclose(gaps.estimates, complete.estimates, atol=1e-5)
        assert gaps.log_likelihood == pytest.approx(complete.log_likelihood, rel=1e-9)

    def test_saturated_moments_of_two_items_by_hand(self) -> None:
        # y answered by everybody, x by the first half only: E(x) = mean + slope (mean of all y - mean of their y)
        rng = np.random.default_rng(4)
        y = rng.normal(size=400)
        x = 0.5 * y + rng.normal(size=400)
        x[200:] = np.nan
        slope = np.cov(x[:200], y[:200])[0, 1] / np.var(y[:200], ddof=1)
        sample = sample_with_gaps(np.column_stack([x, y]))
        assert sample.means[0] == pytest.approx(x[:200].mean() + slope * (y.mean() - y[:200].mean()), abs=1e-7)
        assert len(patterns_of(np.column_stack([x, y])).n) == 2

    def test_modification_index_foretells_the_fall_of_chi_squared(self) -> None:
        values = answers(2000)
        shared = np.random.default_rng(8).normal(size=2000)
        values[:, 0] += 0.25 * shared
        values[:, 1] += 0.25 * shared
        fit = fit_factor_model(values, NAMES[:4], ONE)
        found = next(one for one in modification_indices(fit) if (one.lhs, one.rhs) == ("x1", "x2"))
        freed = fit_factor_model(values, NAMES[:4], ONE + "\nx1 ~~ x2")
        fall = fit.inference.chi_squared.value - freed.inference.chi_squared.value
        assert found.index == pytest.approx(fall, rel=0.1)
        assert difference_test(freed, fit).value == pytest.approx(fall)

    def test_release_of_an_equality_foretells_the_fall(self) -> None:
        groups = [answers(1500, seed=1), answers(1500, seed=2)]
        groups[1][:, 3] += 0.25
        equal = ("loadings", "intercepts")
        fit = fit_factor_model(groups, NAMES[:4], ONE, group_equal=equal, std_lv=True)
        largest = max(equality_releases(fit), key=lambda one: one.index)
        assert (largest.lhs, largest.op) == ("x4", "~1")
        freed = fit_factor_model(groups, NAMES[:4], ONE, group_equal=equal, group_partial=("x4~1",), std_lv=True)
        fall = fit.inference.chi_squared.value - freed.inference.chi_squared.value
        assert largest.index == pytest.approx(fall, rel=0.1)


class TestFlagged:
    def test_heywood_case(self) -> None:
        r = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
        rng = np.random.default_rng(1)
        raw = rng.normal(size=(300, 3))
        raw -= raw.mean(axis=0)
        white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T, bias=True)).T)
        frame = pd.DataFrame(white @ np.linalg.cholesky(r).T, columns=NAMES[:3])
        result = osa.cfa(frame, "f =~ x1 + x2 + x3", estimator="ML")
        assert "a variance is negative (x1)" in result.frame["warning"].iloc[0]
        assert any("Before use" in sentence for sentence in result.sentences())
        loading = result.more["loadings"].pick("loading", term="x1")
        assert loading["estimate"] > 1
        assert loading["warning"]

    def test_model_that_is_not_identified(self) -> None:
        frame = pd.DataFrame(answers(300, 6), columns=NAMES[:6])
        syntax = "f =~ NA*x1 + x2 + x3 + x4 + x5 + x6"  # neither a marker nor a variance of one
        result = osa.cfa(frame, syntax, estimator="ML")
        assert "singular" in result.frame["warning"].iloc[0]
        assert result.more["loadings"].frame["std_error"].isna().all()
        assert "modification_indices" not in result.more

    def test_just_identified_model_tests_nothing(self) -> None:
        frame = pd.DataFrame(answers(300, 3), columns=NAMES[:3])
        result = osa.cfa(frame, "f =~ x1 + x2 + x3")
        assert np.isnan(result.pick("chi_squared", level="unscaled")["p_value"])
        assert "cannot be tested" in result.sentences()[0]


class TestFromADefinition:
    def test_one_factor_of_a_scale(self) -> None:
        result = osa.cfa(screened(400, 3), "c")
        assert result.settings["syntax"] == "c_total =~ c_01 + c_02 + c_03"
        assert result.more["loadings"].labels["c_02"].endswith("(R)")
        assert result.settings["estimator"] == "WLSMV"

    def test_names_of_items_in_syntax(self) -> None:
        by_column = osa.cfa(screened(400, 3), "f =~ c_01 + c_02 + c_03", estimator="ML", missing="listwise")
        by_item = osa.cfa(screened(400, 3), "f =~ calm_01 + calm_02 + calm_03", estimator="ML", missing="listwise")
        one, two = (r.more["loadings"].frame["estimate"].to_numpy() for r in (by_column, by_item))
        np.testing.assert_allclose(one, two)

    @pytest.mark.parametrize(
        ("model", "says"), [("nonsense", "neither a scored"), ("f =~ c_01 + q9", "no scored item")]
    )
    def test_unknown_names(self, model: str, says: str) -> None:
        with pytest.raises(AnalysisError, match=says):
            osa.cfa(screened(400, 3), model)

    def test_small_groups_are_left_out_and_named(self) -> None:
        result = osa.cfa(screened(400, 3), "c", group="gender")
        assert any("another gender" in note for note in result.notes)
        assert set(result.more["loadings"].frame["group"]) == {"man", "woman"}


RUNS = 60
BAND_Z = 3.9
"""Two-sided normal point over all cells of a simulation, by Bonferroni."""


def coverage_band(runs: int) -> float:
    return 0.01 + BAND_Z * float(np.sqrt(0.95 * 0.05 / runs))


class TestRecovery:
    """Sixty samples; the full run of 500 stands in benchmarks/recovery_factor_models.py."""

    @pytest.mark.parametrize("estimator", ["ML", "WLSMV"])
    def test_loadings_coverage_and_rejection(self, estimator: str) -> None:
        from benchmarks.recovery_factor_models import recovery

        found = recovery(estimator, runs=RUNS, seed=20261126)
        assert found.converged == RUNS
        assert np.abs(found.bias).max() < 0.01 + BAND_Z * found.error.max()
        assert (np.abs(found.coverage - 0.95) < coverage_band(RUNS)).all()
        assert abs(found.rejected - 0.05) < coverage_band(RUNS)


def test_equal_start_gives_the_same_minimum() -> None:
    values = answers(400, 6, factors=2)
    fit = fit_factor_model(values, NAMES[:6], TWO)
    start = starting_values(fit.table, fit.samples) + 0.1
    again = fit_table(fit.table, fit.samples, "ML", start)
    np.testing.assert_allclose(again.minimum.parameters, fit.minimum.parameters, atol=1e-5)


def test_the_result_prints_no_respondent() -> None:
    frame = pd.DataFrame(answers(300), columns=NAMES[:4])
    result = osa.cfa(frame, ONE)
    assert isinstance(result, Result)
    assert len(repr(result.engine)) < 120
    assert "array" not in repr(result)
