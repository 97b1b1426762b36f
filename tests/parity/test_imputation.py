"""Pooling over fixed imputed sets against mice and mitml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.imputation import (
    d1,
    d2,
    d3,
    d4,
    pool,
    pool_r,
    pool_r2,
    wald_statistics,
)
from tests.parity.imputed_sets import LM, MODELS, SETS, Floats, Golden, imputed, least_squares, stored

LOGIT = 1e-7
"""Relative; R stops its logistic fits at 1e-8 of the deviance."""
D12, D3 = 1e-8, 1e-6
"""Relative; the tolerances of the reference folder."""


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    return stored()


def log_likelihood(frame: pd.DataFrame, outcome: str, terms: list[str], b: Floats) -> float:
    """Return the normal log-likelihood at given slopes; mice lets the intercept and the error variance fit them."""
    residual = frame[outcome].to_numpy(float) - np.column_stack([np.ones(len(frame)), frame[terms].to_numpy(float)]) @ b
    residual -= residual.mean()
    n = len(residual)
    return float(-n / 2 * (np.log(2 * np.pi * (residual @ residual) / n) + 1))


def _counts(expected: dict[str, Any], sets: int, complete: float) -> None:
    """Compare how many sets mice pooled, and the degrees of freedom it took for complete data."""
    pooled = expected["pooled"]
    assert set(pooled["m"]) == {sets} == {expected["m"]}
    if np.isfinite(complete):
        assert set(pooled["dfcom"]) == {complete} == {expected["dfcom"]}


@pytest.mark.parametrize("data", sorted(SETS))
class TestPoolingFixedSets:
    @pytest.mark.parametrize("large", [False, True])
    def test_linear_model(self, data: str, large: bool, load_golden: Golden, golden_folder: Path) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        own = load_golden("mi")[f"{SETS[data][0]}_lm_per_imputation"]["value"]
        np.testing.assert_allclose([fit[0] for fit in fits], own["estimates"]["data"], rtol=LM * 100)
        errors = [np.sqrt(np.diag(fit[1])) for fit in fits]
        np.testing.assert_allclose(errors, own["se"]["data"], rtol=LM)
        expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool" + ("_dfcom_inf" if large else "")]["value"]
        _counts(expected, len(fits), np.inf if large else fits[0][3] - len(terms) - 1)
        complete = np.inf if large else fits[0][3] - len(terms) - 1
        pooled = pool([fit[0] for fit in fits], [fit[1] for fit in fits], complete)
        for name, ours in (
            ("estimate", pooled.estimate),
            ("ubar", np.diag(pooled.within)),
            ("b", np.diag(pooled.between)),
            ("t", np.diag(pooled.covariance)),
            ("df", pooled.df),
            ("riv", pooled.riv),
            ("lambda", pooled.share_missing),
            ("fmi", pooled.fmi),
        ):
            np.testing.assert_allclose(ours, expected["pooled"][name], rtol=LM, err_msg=name)
        summary = expected["summary"]
        for key, ours in (("estimate", pooled.estimate), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", pooled.estimate / pooled.std_error)):  # fmt: skip
            np.testing.assert_allclose(ours, summary[key], rtol=LM, err_msg=key)
        np.testing.assert_allclose(pooled.p_value(), expected["summary"]["p.value"], rtol=LM * 100)
        low, high = pooled.interval()
        np.testing.assert_allclose(low, expected["summary"]["2.5 %"], rtol=LM)
        np.testing.assert_allclose(high, expected["summary"]["97.5 %"], rtol=LM)

    def test_large_sample_fraction_is_the_one_with_infinite_df(
        self, data: str, load_golden: Golden, golden_folder: Path
    ) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        pooled = pool([fit[0] for fit in fits], [fit[1] for fit in fits], fits[0][3] - len(terms) - 1)
        expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool_dfcom_inf"]["value"]["pooled"]["fmi"]
        np.testing.assert_allclose(pooled.fmi_large_sample, expected, rtol=LM)

    def test_logistic_model(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden = load_golden("mi")
        name = SETS[data][0]
        own = golden[f"{name}_logit_per_imputation"]["value"]
        estimates, errors = np.array(own["estimates"]["data"]), np.array(own["se"]["data"])
        expected = golden[f"{name}_logit_pool"]["value"]
        pooled = pool(estimates, np.stack([np.diag(e**2) for e in errors]), expected["pooled"]["dfcom"])
        _counts(expected, len(estimates), expected["dfcom"])
        for column, ours in (
            ("estimate", pooled.estimate),
            ("ubar", np.diag(pooled.within)),
            ("b", np.diag(pooled.between)),
            ("t", np.diag(pooled.covariance)),
            ("df", pooled.df),
            ("riv", pooled.riv),
            ("lambda", pooled.share_missing),
            ("fmi", pooled.fmi),
        ):
            np.testing.assert_allclose(ours, expected["pooled"][column], rtol=LOGIT, err_msg=column)
        low, high = pooled.interval()
        statistic = pooled.estimate / pooled.std_error
        for key, ours in (("estimate", pooled.estimate), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", statistic), ("p.value", pooled.p_value()), ("2.5 %", low),
                          ("97.5 %", high)):  # fmt: skip
            np.testing.assert_allclose(ours, expected["summary"][key], rtol=10 * LOGIT, err_msg=key)
        ratios = golden[f"{name}_logit_pool_exp"]["value"]  # mice leaves the standard error on the log scale
        for key, ours in (("estimate", np.exp(pooled.estimate)), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", statistic), ("p.value", pooled.p_value()), ("2.5 %", np.exp(low)),
                          ("97.5 %", np.exp(high))):  # fmt: skip
            np.testing.assert_allclose(ours, ratios[key], rtol=10 * LOGIT, err_msg=key)

    def test_r_squared(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        n, p = fits[0][3], len(terms)
        plain = np.array([fit[2] for fit in fits])
        for suffix, values in (("", plain), ("adj", 1 - (1 - plain) * (n - 1) / (n - p - 1))):
            expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool_r2{suffix}"]["value"]["data"][0]
            ours = pool_r2(values, n)
            np.testing.assert_allclose([ours.estimate, ours.fmi], [expected[0], expected[3]], rtol=LM)
            z = np.arctanh(np.sqrt(ours.estimate))  # mice takes 1.96 where we take the t distribution
            mice = np.tanh(z + np.array([-1.96, 1.96]) * ours.std_error) ** 2
            np.testing.assert_allclose(mice, expected[1:3], rtol=LM)

    def test_wald_and_likelihood_ratio_tests(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden, name = load_golden("mi"), SETS[data][0]
        outcome, larger, smaller, _ = MODELS[data]
        frames = imputed(golden_folder, data)
        full = [least_squares(frame, outcome, larger) for frame in frames]
        null = [least_squares(frame, outcome, smaller) for frame in frames]
        tested = [1 + larger.index(term) for term in larger if term not in smaller]
        q = np.stack([fit[0][tested] for fit in full])
        u = np.stack([fit[1][np.ix_(tested, tested)] for fit in full])
        first = d1(q, u, full[0][3] - len(larger) - 1)
        assert {golden[f"{name}_lm_{test}"]["value"]["m"] for test in ("D1", "D2", "D3")} == {len(frames)}
        expected = golden[f"{name}_lm_D1"]["value"]["result"]["data"][0]
        ours = [first.statistic, first.df1, first.df2, first.p_value, first.riv]
        np.testing.assert_allclose(ours, expected, rtol=D12)
        second = d2(wald_statistics(q, u), len(tested))
        expected = golden[f"{name}_lm_D2"]["value"]["result"]["data"][0]
        ours = [second.statistic, second.df1, second.df2, second.p_value, second.riv]
        np.testing.assert_allclose(ours, expected, rtol=D12)
        centers = [np.mean([fit[0] for fit in fits], axis=0) for fits in (full, null)]
        own, at_pooled = [], []
        for frame, fit, base in zip(frames, full, null, strict=True):
            pair = ((larger, fit[0], centers[0]), (smaller, base[0], centers[1]))
            a, b = (log_likelihood(frame, outcome, terms, best) for terms, best, _ in pair)
            c, d = (log_likelihood(frame, outcome, terms, center) for terms, _, center in pair)
            own.append(2 * (a - b))
            at_pooled.append(2 * (c - d))
        third = d3(own, at_pooled, len(tested))
        expected = golden[f"{name}_lm_D3"]["value"]["result"]
        np.testing.assert_allclose([third.statistic, third.df1, third.df2, third.p_value, third.riv], expected, rtol=D3)

    def test_means_and_correlations(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden, name = load_golden("mi"), SETS[data][0]
        for variable in {"nhanes": ("bmi", "chl"), "bfi": ("neuro", "extra")}[data]:
            value = golden[f"{name}_mean_{variable}"]["value"]
            frames = imputed(golden_folder, data)
            means = [frame[variable].mean() for frame in frames]
            variances = [frame[variable].var() / len(frame) for frame in frames]
            pooled = pool(means, variances, len(frames[0]) - 1)
            np.testing.assert_allclose(means, list(value["Q"].values()), rtol=LM)
            np.testing.assert_allclose(variances, list(value["U"].values()), rtol=LM)
            assert len(frames[0]) == value["n"]
            found = [pooled.within[0, 0], pooled.between[0, 0]]
            np.testing.assert_allclose(found, [value["ubar"], value["b"]], rtol=LM)
            np.testing.assert_allclose(
                [pooled.estimate[0], pooled.covariance[0, 0], pooled.df[0], pooled.fmi[0], pooled.riv[0]],
                [value["qbar"], value["t"], value["df"], value["fmi"], value["r"]],
                rtol=LM,
            )
        value = golden[f"{name}_cor_pooled_fisher_z"]["value"]
        first, second = value["vars"]
        frames = imputed(golden_folder, data)
        r = [frame[first].corr(frame[second]) for frame in frames]
        n = len(frames[0])
        np.testing.assert_allclose(np.arctanh(r), value["z"], rtol=LM)
        ours = pool_r(r, n, n - 1)  # pool.scalar takes k = 1
        np.testing.assert_allclose([ours.estimate, ours.std_error**2], [value["r"], value["t"]], rtol=LM)
        np.testing.assert_allclose(
            [ours.df, ours.low, ours.high], [value["df"], value["lower"], value["upper"]], rtol=LM
        )


def test_d4(own: dict[str, Any], golden_folder: Path) -> None:
    outcome, larger, smaller, _ = MODELS["bfi"]
    frames = imputed(golden_folder, "bfi")

    def ratio(frame: pd.DataFrame) -> float:
        a, b = (least_squares(frame, outcome, terms)[2] for terms in (larger, smaller))
        return float(len(frame) * np.log((1 - b) / (1 - a)))

    found = d4([ratio(frame) for frame in frames], ratio(pd.concat(frames)) / len(frames), 2)
    ours = [found.statistic, found.df1, found.df2, found.p_value, found.riv]
    np.testing.assert_allclose(ours, own["d4"], rtol=D12)
