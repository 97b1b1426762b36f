"""Bootstrap intervals of indirect associations under weights, replicate weights and completed sets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from osa_survey import mediate
from osa_survey.dataset import ReplicateWeights, SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.models.bootstraps import CELLS, resample_counts
from osa_survey.results import Result
from osa_survey.weighting import resampled_weights, survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_coverage_of_paths import LEVEL, PATHS, covered_with_gaps
from tests.made_up_regressions import as_imputed, as_scored

Floats = NDArray[np.float64]
N, TOWN, DRAWS = 160, 8, 300
EXACT = 1e-9
SAME_DRAWS = 1e-7
"""Relative: cross-products in place of a QR decomposition."""
OTHER_DRAWS = 0.12
"""Relative: ends of percentile intervals of other resamples, a few hundred of them."""
SEED, REPLICATES, N_OF_COVERAGE = 20261126, 200, 250
"""The benchmark recovery_mediation runs more sizes and replicates."""
SLACK = 0.01


def answers(n: int = N, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    m = 0.5 * x + rng.normal(size=n)
    y = 0.4 * m + 0.2 * x + rng.normal(size=n)
    event = pd.Categorical.from_codes((y > 0).astype(int), ["no", "yes"])
    return pd.DataFrame({"x": x, "m": m, "y": y, "event": event, "town": np.arange(n) // TOWN * 1.0})


def plan(people: pd.DataFrame, equal: bool = False) -> SurveyDesign:
    weights = np.ones(len(people)) if equal else np.random.default_rng(5).uniform(0.5, 2.0, len(people))
    return survey_design(people.assign(w=weights), sample="quota", weights="w", clusters="town")


def completed(people: pd.DataFrame, sets: int = 3) -> list[pd.DataFrame]:
    rng = np.random.default_rng(6)
    found = []
    for _ in range(sets):
        one = people.copy()
        one.loc[:29, "m"] = 0.5 * one.loc[:29, "x"] + rng.normal(size=30)
        found.append(one)
    return found


def run(data: Any, **options: Any) -> Result:
    return mediate(data, "x", "m", "y", **{"draws": DRAWS, **options})


def bounds(result: Result, quantity: str = "indirect") -> tuple[float, float]:
    row = result.pick(quantity)
    return float(row["conf_low"]), float(row["conf_high"])


def products(people: pd.DataFrame, weights: Floats) -> Floats:
    """Return ab under each column of weights by plain least squares."""
    x, m, y = (people[name].to_numpy() for name in ("x", "m", "y"))
    first, second = np.column_stack([np.ones(len(x)), x]), np.column_stack([np.ones(len(x)), x, m])
    found = []
    for column in weights.T:
        root = np.sqrt(column)[:, None]
        a = np.linalg.lstsq(first * root, m * root[:, 0], rcond=None)[0][1]
        b = np.linalg.lstsq(second * root, y * root[:, 0], rcond=None)[0][2]
        found.append(a * b)
    return np.array(found)


def apart(drawn: list[Floats], estimates: list[float]) -> Floats:
    """Return the draws of all sets, moved apart so that their variance is W + (1 + 1/m)B."""
    m, centre = len(drawn), np.mean(estimates)
    factor = np.sqrt((m + 1) / (m - 1))
    return np.concatenate([own + (factor - 1) * (one - centre) for own, one in zip(drawn, estimates, strict=True)])


def quantiles(drawn: Floats, tail: float = 0.025) -> Floats:
    return np.quantile(drawn, [tail, 1 - tail], method="weibull")


def tail_of_sets(drawn: list[Floats], estimates: list[float]) -> float:
    """Return Φ(−t) with t of Rubin's (m − 1)/λ² degrees of freedom."""
    m = len(drawn)
    between = (1 + 1 / m) * np.var(estimates, ddof=1)
    share = between / (np.mean([own.var() for own in drawn]) + between)
    return float(stats.norm.sf(stats.t.isf(0.025, (m - 1) / share**2)))


class TestSets:
    def test_the_draws_of_all_sets_are_put_together(self) -> None:
        people = answers()
        sets = completed(people)
        found = run(as_imputed(people, sets), seed=4)
        each = DRAWS // 3
        assert each * len(people) < CELLS  # one block of the bootstrap
        drawn = []
        for place, one in enumerate(sets):
            child = np.random.SeedSequence([4, place] if place else 4).spawn(1)[0]
            counts = resample_counts(N, each, np.random.Generator(np.random.SFC64(child)))
            drawn.append(products(one, counts.T))
        estimates = [products(one, np.ones((N, 1)))[0] for one in sets]
        assert found.pick("indirect")["estimate"] == pytest.approx(np.mean(estimates), rel=SAME_DRAWS)
        together = apart(drawn, estimates)
        tail = tail_of_sets(drawn, estimates)
        assert tail < 0.0249
        assert bounds(found) == pytest.approx(quantiles(together, tail), rel=SAME_DRAWS)
        assert found.pick("indirect")["std_error"] == pytest.approx(together.std(ddof=1), rel=SAME_DRAWS)
        assert any("MI Boot" in note for note in found.notes)
        assert any("10.1002/sim.7654" in one for one in found.references)
        assert "100 resamples in each of 3 completed sets" in found.method

    def test_the_variance_is_that_of_rubins_rules(self) -> None:
        estimates = [0.1, 0.3, 0.25, 0.5]
        drawn = [one + 0.2 * np.repeat([-1.0, 1.0], 50) for one in estimates]
        together = apart(drawn, estimates)  # W = .2², B = the variance of the estimates
        assert together.var() == pytest.approx(0.04 + (1 + 1 / 4) * np.var(estimates, ddof=1), rel=EXACT)

    def test_identical_sets_are_one(self) -> None:
        people = answers()
        plain, pooled = run(people, draws=900), run(as_imputed(people, [people] * 3), draws=900)
        for quantity in ("indirect", "direct", "total", "indirect_standardised"):
            one, other = plain.pick(quantity), pooled.pick(quantity)
            assert other["estimate"] == pytest.approx(one["estimate"], rel=EXACT)
            assert bounds(pooled, quantity) == pytest.approx(bounds(plain, quantity), rel=OTHER_DRAWS)
        table, other = plain.more["sensitivity"].table, pooled.more["sensitivity"].table
        np.testing.assert_allclose(other["estimate"], table["estimate"], rtol=1e-8, atol=1e-12)

    def test_sets_widen_what_differs_between_them(self) -> None:
        people = answers()
        pooled, plain = run(as_imputed(people, completed(people, 5))), run(completed(people, 1)[0])
        assert pooled.pick("indirect")["std_error"] > plain.pick("indirect")["std_error"]

    def test_seeds_and_workers(self) -> None:
        people = answers()
        data = as_imputed(people, completed(people))
        first, again, other = run(data, seed=1), run(data, seed=1), run(data, seed=2)
        with joblib.parallel_config(n_jobs=2):
            spread = run(data, seed=1)
        pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
        pd.testing.assert_frame_equal(first.table, spread.table, check_exact=True)
        assert bounds(first) != bounds(other)

    def test_bias_corrections_have_no_rule(self) -> None:
        people = answers()
        with pytest.raises(AnalysisError, match="bias correction") as error:
            run(as_imputed(people, completed(people)), interval="bias_corrected")
        assert error.value.problems[0].code == "does_not_compose"

    def test_natural_effects_are_means_over_sets(self) -> None:
        people = answers()
        sets = completed(people)
        options: dict[str, Any] = {"models": {"event": "logistic"}, "contrast": (-1, 1), "draws": 100}
        pooled = mediate(as_imputed(people, sets), "x", "m", "event", **options).more["natural"]
        each = [mediate(one, "x", "m", "event", **options).more["natural"] for one in sets]
        for quantity in ("natural_direct", "natural_indirect", "natural_total"):
            mean = np.mean([one.pick(quantity)["estimate"] for one in each])
            assert pooled.pick(quantity)["estimate"] == pytest.approx(mean, rel=SAME_DRAWS)


class TestPlans:
    def test_the_plan_is_resampled(self) -> None:
        people = answers()
        design = plan(people)
        found = run(as_scored(people, design), seed=8)
        weights = resampled_weights(design, DRAWS, seed=8)
        factors = (weights / design.weights[:, None]).reshape(-1, TOWN, DRAWS)
        assert np.ptp(factors, axis=1).max() < EXACT  # whole towns are drawn
        assert found.pick("indirect")["estimate"] == pytest.approx(
            products(people, design.weights[:, None])[0], rel=SAME_DRAWS
        )
        assert bounds(found) == pytest.approx(quantiles(products(people, weights)), rel=SAME_DRAWS)
        assert "rescaled bootstrap" in found.method
        assert any("19 degrees of freedom" in note for note in found.notes)

    def test_spread_is_that_of_the_linearised_errors(self) -> None:
        people = answers(800)
        design = plan(people)
        found = run(as_scored(people, design), draws=1500)
        row = found.more["paths"].pick("b", outcome="y", term="x")
        assert found.pick("direct")["std_error"] == pytest.approx(row["std_error"], rel=0.08)

    def test_equal_weights_change_no_estimate(self) -> None:
        people = answers()
        plain, weighted = run(people), run(as_scored(people, survey_design(people, sample="opt-in")))
        for quantity in ("indirect", "direct", "total", "indirect_standardised"):
            assert weighted.pick(quantity)["estimate"] == pytest.approx(plain.pick(quantity)["estimate"], rel=EXACT)
            assert bounds(weighted, quantity) == pytest.approx(bounds(plain, quantity), rel=2 * OTHER_DRAWS, abs=0.02)

    def test_declared_bootstrap_replicates_are_the_draws(self) -> None:
        people = answers()
        design = replicated_design(plan(people), "bootstrap", replicates=150, seed=2)
        found = run(as_scored(people, design))
        assert design.replicates is not None
        drawn = products(people, design.replicates.weights)
        assert bounds(found) == pytest.approx(quantiles(drawn), rel=SAME_DRAWS)
        assert "150 declared bootstrap replicates" in found.method

    def test_a_jackknife_is_no_draw_but_its_plan_is(self) -> None:
        people = answers()
        linearised, jackknifed = plan(people), replicated_design(plan(people), "JK1")
        assert bounds(run(as_scored(people, jackknifed))) == bounds(run(as_scored(people, linearised)))

    @pytest.mark.parametrize("kind", ["JK1", "bootstrap"])
    def test_replicates_without_a_plan_are_refused(self, kind: Any) -> None:
        people = answers()
        copies = np.random.default_rng(1).uniform(0.5, 2, (N, 120))
        scale = 0.5 if kind == "bootstrap" else 119 / 120
        replicates = ReplicateWeights(kind, copies, scale, np.ones(120))
        design = replace(SurveyDesign("quota", np.ones(N)), replicates=replicates)
        with pytest.raises(AnalysisError, match="do not spread as an estimate") as error:
            run(as_scored(people, design))
        assert "monte_carlo" in str(error.value.problems[0].hint)

    def test_few_declared_replicates_are_refused(self) -> None:
        people = answers()
        design = replicated_design(plan(people), "bootstrap", replicates=50, seed=2)
        with pytest.raises(AnalysisError, match="too few for percentiles"):
            run(as_scored(people, design))

    def test_weights_and_sets_together(self) -> None:
        people = answers()
        sets, design = completed(people), plan(people)
        found = run(as_imputed(people, sets, design), seed=8)
        weights = np.split(resampled_weights(design, DRAWS, seed=8), 3, axis=1)
        drawn = [products(one, own) for one, own in zip(sets, weights, strict=True)]
        estimates = [products(one, design.weights[:, None])[0] for one in sets]
        tail = tail_of_sets(drawn, estimates)
        assert bounds(found) == pytest.approx(quantiles(apart(drawn, estimates), tail), rel=SAME_DRAWS)
        same = run(as_imputed(people, [people] * 3, design), seed=8)
        assert bounds(same) == pytest.approx(bounds(run(as_scored(people, design), seed=8)), rel=SAME_DRAWS)


def test_replicates_are_the_same_in_any_block() -> None:
    people = answers()
    whole = resampled_weights(plan(people), 6, seed=3)
    parts = [resampled_weights(plan(people), 2, seed=3, first=first) for first in (0, 2, 4)]
    np.testing.assert_array_equal(whole, np.concatenate(parts, axis=1))
    made = replicated_design(plan(people), "bootstrap", replicates=6, seed=3).replicates
    assert made is not None
    np.testing.assert_array_equal(whole, made.weights)


@pytest.mark.slow
def test_pooled_percentiles_cover_the_product() -> None:
    streams = np.random.default_rng(SEED).spawn(REPLICATES)
    share = np.mean([covered_with_gaps(N_OF_COVERAGE, *PATHS["medium"], rng) for rng in streams])
    band = SLACK + stats.norm.ppf(0.975) * np.sqrt(LEVEL * (1 - LEVEL) / REPLICATES)
    assert abs(share - LEVEL) <= band
