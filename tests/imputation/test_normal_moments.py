"""EM moments, FIML and Little's test: by hand, against complete data, by relations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from osa_survey import fiml
from osa_survey.errors import AnalysisError
from osa_survey.imputation import fiml_correlations, fiml_moments, fiml_regression, little_mcar, little_statistic
from osa_survey.imputation.normal_moments import log_likelihood, normal_moments, pattern_sums

EM = 1e-7
"""Relative; EM stops where standardised moments change by less than 1e-10."""
NUMERIC = 1e-4
"""Relative; second differences of a log-likelihood."""


def answers(n: int = 300, seed: int = 5, share: float = 0.2) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    x = generator.multivariate_normal([1, 2, 3], [[1, 0.5, 0.2], [0.5, 2, 0.4], [0.2, 0.4, 1.5]], n)
    gaps = generator.random(x.shape) < share
    x[gaps] = np.nan
    return x


def test_complete_answers_give_the_plain_moments_and_regression() -> None:
    x = answers(share=0)
    moments = fiml_moments(x)
    np.testing.assert_allclose(moments.mean, x.mean(axis=0))
    np.testing.assert_allclose(moments.covariance, np.cov(x, rowvar=False, ddof=0))
    np.testing.assert_allclose(moments.mean_errors, x.std(axis=0) / np.sqrt(len(x)))
    s = moments.covariance  # var(s_ij) = (s_ii s_jj + s_ij²) / n
    np.testing.assert_allclose(moments.covariance_errors**2, (np.outer(np.diag(s), np.diag(s)) + s**2) / len(x))
    found = fiml_regression(moments, 0)
    X = np.column_stack([np.ones(len(x)), x[:, 1:]])
    b = np.linalg.lstsq(X, x[:, 0], rcond=None)[0]
    np.testing.assert_allclose(found.estimate[:3], b)
    residual = x[:, 0] - X @ b
    np.testing.assert_allclose(found.estimate[3], (residual**2).mean())
    np.testing.assert_allclose(
        found.std_error[1:3], np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * (residual**2).mean())[1:], rtol=1e-10
    )
    r = fiml_correlations(moments)
    np.testing.assert_allclose(r.std_error, (1 - r.estimate**2) / np.sqrt(len(x)))  # the large-sample formula


def test_monotone_gaps_by_hand() -> None:
    # b is missing for two of six: its mean is that of the answered plus slope times what their a lies below the mean.
    a = np.array([1.0, 2, 4, 6, 3, 5])
    b = np.array([2.0, 1, 4, 5, np.nan, np.nan])
    slope = np.cov(a[:4], b[:4], ddof=0)[0, 1] / a[:4].var()
    moments = normal_moments(pattern_sums(np.column_stack([a, b])))
    assert moments.mean == pytest.approx([3.5, 3 + slope * (3.5 - 3.25)], rel=EM)
    assert moments.covariance[0, 0] == pytest.approx(a.var(), rel=EM)
    assert moments.covariance[0, 1] == pytest.approx(slope * a.var(), rel=EM)
    # Little: b's mean of the four lies on the line, so only a counts: (4 · .25² + 2 · .5²) / (35/12), 1 df
    test = little_statistic(np.column_stack([a, b]))
    assert test.statistic == pytest.approx((4 * 0.25**2 + 2 * 0.5**2) / (35 / 12), rel=EM)
    assert (test.df, test.patterns, test.n) == (1, 2, 6)


def test_the_information_is_the_curvature_of_the_likelihood() -> None:
    x = answers(60)
    moments = fiml_moments(x)
    q = x.shape[1]
    rows, columns = np.tril_indices(q)
    sums = pattern_sums(x)

    def likelihood(theta: NDArray[np.float64]) -> float:
        covariance = np.zeros((q, q))
        covariance[rows, columns] = covariance[columns, rows] = theta[q:]
        return log_likelihood(
            sums, (theta[:q] - sums.centre) / sums.scale, covariance / np.outer(sums.scale, sums.scale)
        )

    at = np.concatenate([moments.mean, moments.covariance[rows, columns]])
    p, step = len(at), 1e-3
    curvature = np.empty((p, p))
    for i in range(p):
        for j in range(p):
            e, f = np.eye(p)[i] * step, np.eye(p)[j] * step
            curvature[i, j] = -(
                likelihood(at + e + f) - likelihood(at + e - f) - likelihood(at - e + f) + likelihood(at - e - f)
            ) / (4 * step**2)
    np.testing.assert_allclose(
        np.sqrt(np.diag(np.linalg.inv(curvature))), np.sqrt(np.diag(moments.sampling)), rtol=NUMERIC
    )


def test_units_and_order_of_rows_do_not_matter() -> None:
    x = answers()
    moments = fiml_moments(x)
    other = fiml_moments(np.random.default_rng(1).permutation(x) * [1000, 1, 0.01] + [5, 0, -3])
    np.testing.assert_allclose(other.mean, moments.mean * [1000, 1, 0.01] + [5, 0, -3], rtol=EM)
    np.testing.assert_allclose(fiml_correlations(other).std_error, fiml_correlations(moments).std_error, rtol=1e-5)
    assert little_statistic(x).statistic == pytest.approx(little_statistic(x * [1000, 1, 0.01]).statistic, rel=1e-6)


def test_gaps_that_depend_on_another_variable_are_corrected_and_found() -> None:
    generator = np.random.default_rng(8)
    n = 20_000
    x = generator.standard_normal(n)
    y = 2 + 0.8 * x + 0.6 * generator.standard_normal(n)
    y[generator.random(n) < 1 / (1 + np.exp(-2 * x))] = np.nan
    moments = fiml_moments(np.column_stack([x, y]))
    assert np.nanmean(y) < 1.7
    assert abs(moments.mean[1] - 2) < 4 * moments.mean_errors[1]
    assert little_statistic(np.column_stack([x, y])).p_value < 1e-10


def test_littles_p_is_uniform_when_gaps_are_completely_at_random() -> None:
    p = [little_statistic(answers(200, seed)).p_value for seed in range(120)]
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_what_cannot_be_estimated_is_refused() -> None:
    x = answers()
    for values, code in (
        (np.column_stack([x, np.full(len(x), np.nan)]), "nothing_observed"),
        (np.column_stack([x, np.ones(len(x))]), "constant_variable"),
        (np.column_stack([x, np.full(len(x), np.inf)]), "infinite_value"),
        (np.column_stack([answers(share=0), answers(share=0)[:, :2].sum(axis=1)]), "collinear_variables"),
    ):
        with pytest.raises(AnalysisError, match=code):
            fiml_moments(values)
    apart = np.random.default_rng(2).standard_normal((100, 2))
    apart[:50, 0] = np.nan
    apart[50:, 1] = np.nan
    with pytest.raises(AnalysisError, match="not_identified"):
        fiml_moments(apart)
    with pytest.raises(AnalysisError, match="one_pattern"):
        little_statistic(answers(share=0))


def test_little_mcar_says_what_was_tested() -> None:
    frame = pd.DataFrame(answers(), columns=["a", "b", "c"])
    result = little_mcar(frame, ["a", "b", "c"])
    row = result.pick("little_mcar")
    assert f"{row['df1']:.0f}" in result.sentences()[0]
    assert "no evidence" in result.notes[1]
    frame["group"] = pd.Categorical(["x", "y"] * 150)
    with pytest.raises(AnalysisError, match="nominal"):
        little_mcar(frame, ["a", "group"])
    with pytest.raises(AnalysisError, match="too_few_variables"):
        little_mcar(frame, ["a"])


class TestFimlAsATable:
    def test_without_gaps_it_is_least_squares_with_divisor_n(self) -> None:
        generator = np.random.default_rng(2)
        x = generator.standard_normal((80, 2))
        y = 1 + x @ [0.5, -0.3] + generator.standard_normal(80)
        frame = pd.DataFrame({"y": y, "a": x[:, 0], "b": x[:, 1]})
        result = fiml(frame, "y", ["a", "b"])
        design = np.column_stack([np.ones(80), x])
        b, rss = np.linalg.lstsq(design, y, rcond=None)[:2]
        error = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rss[0] / 80)
        for term, estimate, spread in zip(("(Intercept)", "a", "b"), b, error, strict=True):
            row = result.pick("b", term=term)
            assert row["estimate"] == pytest.approx(estimate)
            assert row["std_error"] == pytest.approx(spread, rel=1e-6)
            assert row["conf_high"] - row["estimate"] == pytest.approx(1.959964 * spread, rel=1e-6)
        assert result.pick("r2")["estimate"] == pytest.approx(1 - rss[0] / ((y - y.mean()) ** 2).sum())

    def test_gaps_of_the_outcome_alone_leave_the_complete_cases(self) -> None:
        generator = np.random.default_rng(3)
        frame = pd.DataFrame({"x": generator.standard_normal(60)})
        frame["y"] = (frame["x"] + generator.standard_normal(60)).mask(generator.random(60) < 0.3)
        both = frame.dropna()
        found = fiml(frame, "y", ["x"]).pick("b", term="x")
        assert found["estimate"] == pytest.approx(np.polyfit(both["x"], both["y"], 1)[0])
        assert found["n"] == 60

    @pytest.mark.parametrize(
        ("outcome", "predictors", "code"),
        [("y", [], "no_predictor"), ("y", ["y"], "same_variable"), ("y", ["g"], "not_a_number")],
    )
    def test_what_is_refused(self, outcome: str, predictors: list[str], code: str) -> None:
        frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "g": pd.Categorical(["a", "b", "a"])})
        with pytest.raises(AnalysisError, match=code):
            fiml(frame, outcome, predictors)
