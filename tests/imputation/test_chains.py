"""Donors, draws and chains on plain arrays: against brute force, finite differences, and planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from osa_survey.imputation import chain_plan, pool, run_chains
from osa_survey.imputation.chain_plans import ChainPlan
from osa_survey.imputation.chains import _Chain
from osa_survey.imputation.linear_draws import draw_linear, nearest_donors
from osa_survey.imputation.newton_fits import Logit, Multinomial, OrdinalLogit, Poisson, draw_outcomes
from tests.imputation.made_up_answers import model_column

ERRORS = 4.0
"""Monte-Carlo standard errors a planted truth may lie away."""
NUMERIC = 1e-5
"""Relative; central differences."""

Floats = NDArray[np.float64]


class TestDonors:
    def test_are_the_nearest_and_equally_likely(self) -> None:
        generator = np.random.default_rng(1)
        observed, missing = generator.standard_normal(40), np.append(generator.standard_normal(8), [-9.0, 9.0])
        chosen = np.stack([nearest_donors(observed, missing, 5, generator) for _ in range(2000)])
        for at, value in enumerate(missing):
            nearest = set(np.argsort(np.abs(observed - value))[:5].tolist())
            donors, times = np.unique(chosen[:, at], return_counts=True)
            assert set(donors.tolist()) == nearest
            assert stats.chisquare(times).pvalue > 1e-4

    def test_ties_are_broken_anew_for_every_gap(self) -> None:
        generator = np.random.default_rng(2)
        observed = np.repeat([0.0, 1.0], 50)
        chosen = nearest_donors(observed, np.full(20_000, 0.9), 5, generator)
        donors, times = np.unique(chosen, return_counts=True)
        assert set(donors.tolist()) == set(range(50, 100))
        assert stats.chisquare(times).pvalue > 1e-4

    def test_fewer_answers_than_donors(self) -> None:
        chosen = nearest_donors(np.array([1.0, 2.0]), np.zeros(30), 5, np.random.default_rng(3))
        assert set(chosen.tolist()) == {0, 1}


def test_linear_draws_have_the_posterior_mean_and_covariance() -> None:
    generator = np.random.default_rng(4)
    n = 60
    x = generator.standard_normal((n, 2)) @ [[1, 0.5], [0, 1]]
    y = 1 + x @ [0.5, -0.3] + generator.standard_normal(n)
    Z = np.column_stack([np.ones(n), x, y])
    draws = [draw_linear(Z.T @ Z, 3, np.array([1, 2]), generator) for _ in range(4000)]
    X = Z[:, :3]
    b = np.linalg.solve(X.T @ X, X.T @ y)
    residual = y - X @ b
    np.testing.assert_allclose(draws[0].estimate[:3], b, rtol=1e-3)  # the ridge of 1e-5
    drawn = np.stack([draw.drawn[:3] for draw in draws])
    # RSS / σ² is χ² with n − 3 = 57 degrees of freedom: σ² has the mean RSS / 55
    covariance = np.linalg.inv(X.T @ X) * (residual @ residual) / 55
    error = np.sqrt(np.diag(covariance) / len(draws))
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - b), ERRORS * error + 1e-3)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), covariance, atol=0.08 * covariance.max())
    assert draws[0].drawn[3] == 0, "the outcome does not predict itself"


@pytest.mark.parametrize("model", [Logit(), Poisson(1e9), Multinomial(3), OrdinalLogit(4)], ids=repr)
def test_fits_are_at_the_top_of_their_likelihood(model: Logit | Poisson | Multinomial | OrdinalLogit) -> None:
    generator = np.random.default_rng(5)
    X = np.column_stack([np.ones(200), generator.standard_normal((200, 2))])
    most = {"Logit": 2, "Poisson": 6, "Multinomial": 3, "OrdinalLogit": 4}[type(model).__name__]
    y = np.clip(np.round(most / 2 + X[:, 1] + generator.standard_normal(200)), 0, most - 1)
    fitted = model.fit(y, X, None)

    def penalised(b: Floats) -> float:
        if isinstance(model, Poisson):
            likelihood = stats.poisson.logpmf(y, model.expected(b, X, 0.0)[:, 0]).sum()
        else:
            likelihood = np.log(model.expected(b, X, 0.0)[np.arange(200), y.astype(int)]).sum()
        if isinstance(model, OrdinalLogit):
            slopes = b[:2]
        elif isinstance(model, Multinomial):
            slopes = b.reshape(2, 3)[:, 1:]
        else:
            slopes = b[1:]
        return float(likelihood - (slopes**2).sum() / (2 * 2.5**2))

    p, step = len(fitted.parameters), 1e-4
    unit = np.eye(p) * step
    slope = [(penalised(fitted.parameters + e) - penalised(fitted.parameters - e)) / (2 * step) for e in unit]
    np.testing.assert_allclose(slope, 0, atol=1e-2)  # the last Newton step gains less than 1e-4
    curvature = np.array(
        [
            [
                -(
                    penalised(fitted.parameters + e + f)
                    - penalised(fitted.parameters + e - f)
                    - penalised(fitted.parameters - e + f)
                    + penalised(fitted.parameters - e - f)
                )
                / (4 * step**2)
                for f in unit
            ]
            for e in unit
        ]
    )
    np.testing.assert_allclose(fitted.information, curvature, atol=5e-3 * np.abs(curvature).max())


def test_a_separated_category_stays_finite() -> None:
    X = np.column_stack([np.ones(40), np.repeat([-1.0, 1.0], 20)])
    y = np.repeat([0.0, 1.0], 20)
    for model in (Logit(), Multinomial(2), OrdinalLogit(2)):
        fitted = model.fit(y, X, None)
        assert np.isfinite(fitted.parameters).all()
        drawn = draw_outcomes(model, fitted, X, 0.0, np.random.default_rng(1))
        assert (drawn == y).mean() > 0.8


def incomplete(n: int, seed: int) -> tuple[Floats, Floats]:
    """Return x, and y = 1 + x + error with gaps that depend on x."""
    generator = np.random.default_rng(seed)
    x = generator.standard_normal(n)
    y = 1 + x + generator.standard_normal(n)
    y[generator.random(n) < 1 / (1 + np.exp(-1.5 * x))] = np.nan
    return x, y


@pytest.mark.parametrize("method", ["normal", "pmm"])
def test_gaps_at_random_are_corrected_with_intervals_that_hold(method: str) -> None:
    held, estimates = [], []
    for seed in range(60):
        x, y = incomplete(250, seed)
        plan, _ = chain_plan([model_column("x", x), model_column("y", y)], methods={"y": method})
        means, errors = [], []
        for outcome in run_chains(plan, 10, 1, seed):
            full = y.copy()
            full[plan.targets[0].missing] = outcome.values[0]
            means.append(full.mean())
            errors.append(full.var(ddof=1) / len(full))
        pooled = pool(means, errors, 249)
        low, high = pooled.interval()
        held.append(low[0] <= 1 <= high[0])
        estimates.append(pooled.estimate[0])
    error = np.std(estimates) / np.sqrt(60)
    assert abs(np.mean(estimates) - 1) < ERRORS * error + (0.05 if method == "pmm" else 0)  # donors run out at the edge
    assert np.mean([np.nanmean(incomplete(250, seed)[1]) for seed in range(60)]) < 0.65
    assert np.mean(held) > 0.95 - 0.01 - 3 * np.sqrt(0.95 * 0.05 / 60)


@pytest.mark.parametrize("method", ["logistic", "ordinal", "multinomial", "poisson"])
def test_categories_and_counts_are_recovered(method: str) -> None:
    generator = np.random.default_rng(11)
    n = 6000
    x = generator.standard_normal(n)
    latent = x + generator.logistic(size=n)
    truth = {
        "logistic": (latent > 0.5).astype(float),
        "ordinal": np.digitize(latent, [-1.0, 0.5, 2.0]).astype(float),
        "multinomial": np.digitize(latent, [-1.0, 1.0]).astype(float),
        "poisson": generator.poisson(np.exp(0.2 + 0.6 * x)).astype(float),
    }[method]
    y = np.where(generator.random(n) < 1 / (1 + np.exp(-2 * x)), np.nan, truth)
    kind = {"logistic": "nominal", "ordinal": "ordinal", "multinomial": "nominal", "poisson": "count"}[method]
    codes = tuple(np.unique(truth).tolist()) if kind != "count" else ()
    plan, _ = chain_plan([model_column("x", x), model_column("y", y, kind, codes)], methods={"y": method})
    imputed = np.stack([outcome.values[0] for outcome in run_chains(plan, 10, 2, 3)])
    missing = plan.targets[0].missing
    for value in np.unique(truth)[:4]:
        share, expected = (imputed == value).mean(axis=1), (truth[missing] == value).mean()
        error = np.sqrt(expected * (1 - expected) / len(missing) * 2 + share.var(ddof=1))
        assert abs(share.mean() - expected) < ERRORS * error
        naive = (truth[~np.isnan(y)] == value).mean()
        if abs(naive - expected) > 0.1:
            assert abs(share.mean() - expected) < abs(naive - expected) / 2


def test_an_interaction_is_kept_where_it_is_named() -> None:
    generator = np.random.default_rng(12)
    n = 3000
    a, b = generator.standard_normal(n), generator.standard_normal(n)
    y = a + b + 1.0 * a * b + generator.standard_normal(n)
    gaps = generator.random(n) < 0.4
    found = {}
    for named in (False, True):
        columns = [model_column("a", a), model_column("b", b), model_column("y", np.where(gaps, np.nan, y))]
        plan, _ = chain_plan(columns, interactions=[("y", "a", "b")] if named else [], methods={"y": "normal"})
        slopes = []
        for outcome in run_chains(plan, 5, 2, 1):
            full = y.copy()
            full[plan.targets[0].missing] = outcome.values[0]
            slopes.append(np.linalg.lstsq(np.column_stack([np.ones(n), a, b, a * b]), full, rcond=None)[0][3])
        found[named] = np.mean(slopes)
    assert found[True] == pytest.approx(1, abs=0.08)
    assert found[False] < 0.75  # without the product the imputed four tenths have no interaction


@pytest.mark.parametrize("method", ["normal", "pmm"])
def test_a_moderator_with_gaps_keeps_the_interaction(method: str) -> None:
    found: dict[bool, list[float]] = {False: [], True: []}
    for seed in range(5):
        generator = np.random.default_rng(seed)
        n = 2000
        b = generator.standard_normal(n)
        a = 0.4 * b + generator.standard_normal(n)
        y = 0.5 * a + 0.5 * b + 0.4 * a * b + generator.standard_normal(n)
        gaps = generator.random(n) < 1 / (1 + np.exp(1 - 0.8 * y))  # more gaps where the outcome is high
        columns = [model_column("a", np.where(gaps, np.nan, a)), model_column("b", b), model_column("y", y)]
        for named in (False, True):
            plan, _ = chain_plan(columns, interactions=[("y", "a", "b")] if named else [], methods={"a": method})
            for outcome in run_chains(plan, 3, 12, seed):
                full = a.copy()
                full[plan.targets[0].missing] = outcome.values[0]
                X = np.column_stack([np.ones(n), full, b, full * b])
                found[named].append(np.linalg.lstsq(X, y, rcond=None)[0][3])
    assert np.mean(found[True]) == pytest.approx(0.4, abs=0.04)  # 4 times .022 / √5
    assert np.mean(found[False]) < 0.35


def plan_columns(plan: ChainPlan, name: str) -> list[int]:
    return next(target for target in plan.targets if target.name == name).coding.columns.tolist()


def test_products_and_cross_products_follow_the_imputed_values() -> None:
    generator = np.random.default_rng(13)
    x = generator.standard_normal((300, 3))
    x[generator.random(x.shape) < 0.2] = np.nan
    columns = [model_column(name, x[:, at]) for at, name in enumerate("abc")]
    plan, choice = chain_plan(columns, interactions=[("a", "b", "c")])
    assert choice.names["a"] == ("b", "c", "b × c")
    of_b = next(target for target in plan.targets if target.name == "b")
    assert of_b.predictors.tolist() == plan_columns(plan, "c"), "the outcome comes in by its own model"
    assert len(of_b.interactions) == 1
    chain = _Chain(plan, np.random.default_rng(1))
    for _ in range(5):
        for position in range(len(plan.targets)):
            chain.update(position)
    np.testing.assert_allclose(chain.cross, chain.design.T @ chain.design, atol=1e-8)
    for derived in plan.derived:
        np.testing.assert_allclose(chain.design[:, derived.columns], derived.values(chain.design), atol=1e-12)


def test_workers_and_the_number_of_sets_change_nothing() -> None:
    x, y = incomplete(200, 1)
    plan, _ = chain_plan([model_column("x", np.where(np.arange(200) % 9, x, np.nan)), model_column("y", y)])
    alone, two = run_chains(plan, 4, 3, 7), run_chains(plan, 4, 3, 7, workers=2)
    more = run_chains(plan, 6, 3, 7)
    for first, second, third in zip(alone, two, more[:4], strict=True):
        for a, b, c in zip(first.values, second.values, third.values, strict=True):
            assert a.tobytes() == b.tobytes() == c.tobytes()
    assert alone[0].values[0].tobytes() != alone[1].values[0].tobytes()
    assert run_chains(plan, 2, 3, 8)[0].values[1].tobytes() != alone[0].values[1].tobytes()


def test_predictors_that_determine_each_other_and_constant_ones_do_no_harm() -> None:
    x, y = incomplete(150, 2)
    twin = model_column("twin", 2 * x + 1)
    flat = model_column("flat", np.ones(150))
    plan, choice = chain_plan([model_column("x", x), twin, flat, model_column("y", y)])
    assert "flat" not in choice.names["y"]
    for outcome in run_chains(plan, 2, 3, 1):
        assert np.isfinite(outcome.values[0]).all()
        assert np.isin(outcome.values[0], y[~np.isnan(y)]).all(), "donors give answers that somebody gave"
