"""People in groups under weights and sampling plans: dummies, regress, statsmodels and refits by hand as oracles."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import fixed_effects, gee, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.models.weighted_equations import solve_weighted
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

EXACT = 1e-8
"""Relative: the same solution by another path in double precision, both searches to 1e-10."""
SITES, EACH = 16, 8


def people(seed: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = SITES * EACH
    site = np.repeat(np.arange(SITES), EACH)
    x = rng.normal(size=n) + rng.normal(size=SITES)[site]
    eta = 0.2 + 0.5 * x + 0.7 * rng.normal(size=SITES)[site]
    return pd.DataFrame(
        {
            "score": eta + rng.normal(size=n),
            "event": (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float),
            "count": rng.poisson(np.exp(0.4 * eta)).astype(float),
            "x": x,
            "age": rng.integers(18, 70, n).astype(float),
            "site": site.astype(float),
            "town": (site // 2).astype(float),
            "crossing": (np.arange(n) % 8).astype(float),
            "w": rng.uniform(0.4, 2.5, n),
            "site_w": rng.integers(1, 4, SITES)[site].astype(float),
        }
    )


def design(data: pd.DataFrame, weights: str = "w", clusters: str = "", copies: bool = False) -> SurveyDesign:
    plan = survey_design(data, sample="probability", weights=weights, clusters=clusters)
    return replicated_design(plan, "JK1") if copies else plan


def _b(result: Result, column: str = "estimate", terms: tuple[str, ...] = ("x", "age")) -> np.ndarray:
    return np.array([float(result.pick("b", term=term)[column]) for term in terms])


class TestFixedEffects:
    @pytest.mark.parametrize("copies", [False, True])
    def test_is_the_weighted_regression_with_dummies(self, copies: bool) -> None:
        data = people()
        data["place"] = pd.Categorical(np.where(data["site"] < 5, "a", np.where(data["site"] < 10, "b", "c")))
        scored = as_scored(data, design(data, clusters="site", copies=copies))
        within = fixed_effects(scored, "score", ["x", "age"], groups="place")
        dummies = regress(scored, "score", ["x", "age", "place"])
        np.testing.assert_allclose(_b(within), _b(dummies), rtol=EXACT)
        np.testing.assert_allclose(_b(within, "std_error"), _b(dummies, "std_error"), rtol=EXACT)
        # sixteen clusters: 15 degrees of freedom, less two slopes; the dummies cost two more
        assert within.pick("b", term="x")["df1"] == 13
        assert dummies.pick("b", term="x")["df1"] == 11
        assert "weighted" in within.method
        assert not within.table["warning"].any()

    def test_groups_are_the_clusters_of_a_plan_without_any(self) -> None:
        data = people()
        alone = fixed_effects(as_scored(data, design(data)), "score", ["x"], groups="site")
        named = fixed_effects(as_scored(data, design(data, clusters="site")), "score", ["x"], groups="site")
        assert alone.pick("b", term="x")["std_error"] == named.pick("b", term="x")["std_error"]
        assert "16 clusters" in alone.method

    def test_equal_weights_change_no_slope(self) -> None:
        data = people().assign(w=3.0)
        weighted = fixed_effects(as_scored(data, design(data)), "score", ["x", "age"], groups="site")
        plain = fixed_effects(data, "score", ["x", "age"], groups="site")
        n, k = len(data), 2
        np.testing.assert_allclose(_b(weighted), _b(plain), rtol=EXACT)
        factor = np.sqrt((n - 1) / (n - k - 1))  # the clustered covariance counts coefficients, the linearised does not
        np.testing.assert_allclose(_b(weighted, "std_error") * factor, _b(plain, "std_error"), rtol=EXACT)
        share = weighted.more["fit"].pick("within_r2")["estimate"]
        assert share == pytest.approx(plain.more["fit"].pick("within_r2")["estimate"], rel=EXACT)


class TestGee:
    @pytest.mark.parametrize("copies", [False, True])
    @pytest.mark.parametrize(
        ("family", "model", "outcome"),
        [("linear", "linear", "score"), ("logit", "logistic", "event"), ("poisson", "poisson", "count")],
    )
    def test_independence_is_the_weighted_regression(self, family: Any, model: Any, outcome: str, copies: bool) -> None:
        data = people()
        scored = as_scored(data, design(data, clusters="site", copies=copies))
        found = gee(scored, outcome, ["x", "age"], groups="site", family=family, correlation="independence")
        other = regress(scored, outcome, ["x", "age"], model=model)
        for column in ("estimate", "std_error", "df1"):
            np.testing.assert_allclose(_b(found, column), _b(other, column), rtol=1e-6)

    @pytest.mark.parametrize(("family", "outcome"), [("linear", "score"), ("logit", "event"), ("poisson", "count")])
    def test_equal_weights_give_the_solution_of_statsmodels(self, family: Any, outcome: str) -> None:
        data = people().assign(w=2.0)
        weighted = gee(as_scored(data, design(data)), outcome, ["x", "age"], groups="site", family=family)
        plain = gee(data, outcome, ["x", "age"], groups="site", family=family)
        np.testing.assert_allclose(_b(weighted), _b(plain), rtol=1e-5)  # statsmodels stops at steps of 1e-6
        factor = np.sqrt((SITES - 1) / SITES)
        np.testing.assert_allclose(_b(weighted, "std_error") * factor, _b(plain, "std_error"), rtol=1e-5)
        rho = weighted.more["fit"].pick("working_correlation")["estimate"]
        assert rho == pytest.approx(plain.more["fit"].pick("working_correlation")["estimate"], rel=1e-5)

    def test_a_group_of_weight_two_counts_as_two_groups(self) -> None:
        from statsmodels.genmod import families
        from statsmodels.genmod.cov_struct import Exchangeable
        from statsmodels.genmod.generalized_estimating_equations import GEE

        data, rho = people(), 0.3
        X = np.column_stack([np.ones(len(data)), data["x"]])
        site = data["site"].to_numpy(dtype=np.intp)
        weights = data["site_w"].to_numpy()
        found = solve_weighted(data["event"].to_numpy(), X, site, weights, family="logit", correlation=rho)
        twins = pd.concat([data.loc[data["site_w"] > k].assign(copy=k) for k in range(3)])
        structure = Exchangeable()
        structure.dep_params = rho
        model = GEE(
            twins["event"].to_numpy(),
            np.column_stack([np.ones(len(twins)), twins["x"]]),
            groups=(twins["site"] + 100 * twins["copy"]).to_numpy(),
            family=families.Binomial(),
            cov_struct=structure,
            update_dep=False,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            oracle = model.fit(maxiter=200, ctol=1e-10)
        np.testing.assert_allclose(found.coefficients, oracle.params, rtol=1e-7)

    def test_replicates_are_refits(self) -> None:
        data = people()
        plan = design(data, "site_w", clusters="site", copies=True)
        found = gee(as_scored(data, plan), "score", ["x"], groups="site")
        assert plan.replicates is not None
        X = np.column_stack([np.ones(len(data)), data["x"]])
        site = data["site"].to_numpy(dtype=np.intp)
        each = [solve_weighted(data["score"].to_numpy(), X, site, w).coefficients[1] for w in plan.replicates.weights.T]
        by_hand = np.sqrt((SITES - 1) / SITES * np.sum((np.array(each) - np.mean(each)) ** 2))
        assert found.pick("b", term="x")["std_error"] == pytest.approx(by_hand, rel=1e-7)

    def test_completed_sets_under_weights(self) -> None:
        data = people()
        rng = np.random.default_rng(1)
        sets = []
        for _ in range(3):
            one = data.copy()
            one.loc[:9, "x"] = rng.normal(size=10)
            sets.append(one)
        plan = design(data, "site_w", clusters="site")
        pooled = gee(as_imputed(data, sets, plan), "score", ["x"], groups="site")
        each = [gee(as_scored(one, plan), "score", ["x"], groups="site").pick("b", term="x") for one in sets]
        estimates = np.array([row["estimate"] for row in each])
        total = np.mean([row["std_error"] ** 2 for row in each]) + (4 / 3) * estimates.var(ddof=1)
        assert pooled.pick("b", term="x")["estimate"] == pytest.approx(estimates.mean(), rel=EXACT)
        assert pooled.pick("b", term="x")["std_error"] == pytest.approx(np.sqrt(total), rel=EXACT)

    def test_weights_that_differ_within_groups_have_no_exchangeable_correlation(self) -> None:
        data = people()
        with pytest.raises(AnalysisError, match="differ within groups"):
            gee(as_scored(data, design(data, clusters="site")), "score", ["x"], groups="site")

    def test_groups_cut_apart_by_clusters_are_refused(self) -> None:
        data = people()
        with pytest.raises(AnalysisError, match="cut groups apart"):
            gee(as_scored(data, design(data, clusters="town")), "score", ["x"], groups="crossing",
                correlation="independence")  # fmt: skip
        larger = gee(as_scored(data, design(data, "site_w", clusters="town")), "score", ["x"], groups="site")
        assert larger.pick("b", term="x")["df1"] == 8 - 1 - 1


@pytest.mark.parametrize(("verb", "errors"), [(gee, "bias_reduced"), (fixed_effects, "classical")])
def test_errors_that_do_not_go_with_a_design(verb: Any, errors: str) -> None:
    data = people()
    with pytest.raises(AnalysisError, match="does not go with a design"):
        verb(as_scored(data, design(data)), "score", ["x"], groups="site", errors=errors)


@pytest.mark.parametrize("verb", [gee, fixed_effects])
def test_people_outside_a_domain_keep_their_clusters(verb: Any) -> None:
    data = people()
    data.loc[data["site"] == 3, "x"] = np.nan
    result = verb(as_scored(data, design(data, "site_w", clusters="site")), "score", ["x"], groups="site")
    assert result.n_used == (SITES - 1) * EACH
    assert result.pick("b", term="x")["df1"] == SITES - 1 - 1 - 1
