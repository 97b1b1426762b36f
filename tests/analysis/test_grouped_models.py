"""People in groups: hand and dummy relations, planted truth, statsmodels called directly, refusals and warnings."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import fixed_effects, gee, mixed_model, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.models.mixed import constant_within, inner_outer_df
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.verbs import entry_problems
from osa_survey.results import Result, release
from tests.made_up_regressions import as_imputed, as_scored

EXACT = 1e-9
"""Relative: the same numbers by another path in double precision."""
SEARCHED = 1e-3
"""Relative: statsmodels' search over variances ends early; its likelihood is compared more closely."""
VERBS: list[tuple[Any, dict[str, Any]]] = [(mixed_model, {}), (gee, {}), (fixed_effects, {})]


def people(sites: int = 40, each: int = 10, seed: int = 5, between: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = sites * each
    site = np.repeat(np.arange(sites), each)
    x = rng.normal(size=n) + rng.normal(size=sites)[site]
    kind = rng.integers(0, 2, n)
    intercepts = between * rng.normal(size=sites)[site]
    eta = 0.2 + 0.5 * x + 0.3 * kind + intercepts
    return pd.DataFrame(
        {
            "score": eta + rng.normal(size=n),
            "event": (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float),
            "count": rng.poisson(np.exp(0.3 * eta)).astype(float),
            "x": x,
            "kind": pd.Categorical.from_codes(kind, ["one", "two"]),
            "climate": rng.normal(size=sites)[site],
            "site": site.astype(float),
        }
    )


def _b(result: Result, column: str = "estimate") -> np.ndarray:
    return result.table.loc[result.table["quantity"] == "b", column].dropna().to_numpy(dtype=float)


def _code(error: pytest.ExceptionInfo[AnalysisError]) -> str:
    return error.value.problems[0].code


def _matrix(data: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(data)), data["x"], data["kind"] == "two"])


class TestMixed:
    def test_balanced_groups_by_hand(self) -> None:
        # One-way layout by mean squares: 3 groups of 2: (1, 3), (5, 7), (12, 14) and a predictor −1, 1 in each group:
        # slope 1 without residual would be exact, so deviations .5, −.5 are added to the middle group's slope.
        # y − x within groups: slopes are 1, 1.5, 1; b = mean = 3.5/3. Residuals within: SS = 2·Σ(slope − b)²
        # = 2·(2·(1/6)² + (1/3)²) = 1/3, df = 6 − 3 − 1 = 2, σ² = 1/6. Means 2, 6, 13: variance 31; τ² = 31 − σ²/2.
        y = [1.0, 3.0, 4.5, 7.5, 12.0, 14.0]
        data = pd.DataFrame({"y": y, "x": [-1.0, 1.0] * 3, "g": [1.0, 1, 2, 2, 3, 3]})
        result = mixed_model(data, "y", ["x"], groups="g")
        variances = result.more["variances"]
        assert result.pick("b", term="x")["estimate"] == pytest.approx(3.5 / 3, rel=1e-9)
        assert variances.pick("random_variance", term="residual")["estimate"] == pytest.approx(1 / 6, rel=1e-5)
        assert variances.pick("random_variance", term="intercept")["estimate"] == pytest.approx(31 - 1 / 12, rel=1e-5)

    @pytest.mark.parametrize("likelihood", ["reml", "ml"])
    @pytest.mark.parametrize("slopes", [[], ["x"]])
    def test_statsmodels_finds_no_higher_likelihood(self, likelihood: str, slopes: list[str]) -> None:
        from statsmodels.regression.mixed_linear_model import MixedLM

        data = people()
        X = _matrix(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = MixedLM(data["score"].to_numpy(), X, data["site"].to_numpy(), exog_re=X[:, :2] if slopes else None)
            oracle = model.fit(reml=likelihood == "reml")
        result = mixed_model(data, "score", ["x", "kind"], groups="site", slopes=slopes, likelihood=likelihood)  # type: ignore[arg-type]
        log_likelihood = result.more["fit"].pick("log_likelihood")["estimate"]
        assert log_likelihood >= oracle.llf - 1e-6
        assert log_likelihood == pytest.approx(oracle.llf, abs=0.01)
        if not slopes:
            np.testing.assert_allclose(_b(result), oracle.fe_params, rtol=SEARCHED)
            np.testing.assert_allclose(_b(result, "std_error"), oracle.bse_fe, rtol=SEARCHED)

    def test_planted_variances_come_back(self) -> None:
        result = mixed_model(people(400, 10, seed=9, between=0.7), "score", ["x", "kind"], groups="site")
        # standard error of τ² with 400 groups is about (τ² + σ²/10)·√(2/400) = .042
        between = result.more["variances"].pick("random_variance", term="intercept")["estimate"]
        assert between == pytest.approx(0.49, abs=0.13)
        assert result.pick("b", term="x")["estimate"] == pytest.approx(0.5, abs=0.06)
        fit = result.more["fit"]
        assert fit.pick("icc")["estimate"] == pytest.approx(0.49 / 1.49, abs=0.07)
        assert fit.pick("marginal_r2")["estimate"] < fit.pick("conditional_r2")["estimate"]
        assert fit.pick("model_test")["p_value"] < 1e-10

    def test_no_variance_between_groups_is_said(self) -> None:
        rng = np.random.default_rng(1)
        # every group has the same mean of y: less than chance alone would give
        y = rng.normal(size=(20, 6))
        y -= y.mean(axis=1, keepdims=True)
        data = pd.DataFrame({"y": y.ravel(), "x": rng.normal(size=120), "g": np.repeat(np.arange(20.0), 6)})
        result = mixed_model(data, "y", ["x"], groups="g")
        assert result.more["variances"].pick("random_variance", term="intercept")["estimate"] == 0
        assert result.table["warning"].str.contains("singular fit").all()
        assert result.more["fit"].pick("icc")["estimate"] == 0
        assert result.more["fit"].pick("model_test")["p_value"] == 1
        ols = regress(data, "y", ["x"])
        np.testing.assert_allclose(_b(result), _b(ols), rtol=1e-8)
        np.testing.assert_allclose(_b(result, "std_error"), _b(ols, "std_error"), rtol=1e-8)
        assert "see the warnings" in result.more["fit"].sentences("en")[0]

    def test_shifting_and_scaling_a_slope_changes_its_units_only(self) -> None:
        data = people()
        plain = mixed_model(data, "score", ["x"], groups="site", slopes=["x"])
        other = mixed_model(data.assign(x=1000 + 50 * data["x"]), "score", ["x"], groups="site", slopes=["x"])
        assert other.pick("b", term="x")["estimate"] * 50 == pytest.approx(
            plain.pick("b", term="x")["estimate"], rel=1e-5
        )
        for quantity in ("icc", "marginal_r2", "conditional_r2"):
            one, two = (found.more["fit"].pick(quantity)["estimate"] for found in (plain, other))
            assert one == pytest.approx(two, rel=1e-4)

    def test_few_groups_are_a_warning(self) -> None:
        result = mixed_model(people(4, 30), "score", ["x"], groups="site")
        assert result.table["warning"].str.contains("fewer than five groups").all()

    def test_predictors_of_groups_have_degrees_of_freedom_of_groups(self) -> None:
        result = mixed_model(people(), "score", ["x", "climate"], groups="site")
        assert result.pick("b", term="climate")["df1"] == 38  # 40 − (1 + 1)
        assert result.pick("b", term="x")["df1"] == 359  # 400 − 40 − 1
        with pytest.raises(AnalysisError) as caught:
            mixed_model(people(2, 30), "score", ["x", "climate"], groups="site")
        assert _code(caught) in {"too_few_groups", "collinear"}

    def test_designs_are_refused_with_a_way_out(self) -> None:
        data = people()
        with pytest.raises(AnalysisError) as caught:
            mixed_model(as_scored(data, SurveyDesign("opt-in", np.ones(len(data)))), "score", ["x"], groups="site")
        assert _code(caught) == "does_not_compose"
        assert "regress" in caught.value.problems[0].hint

    def test_unknown_slope(self) -> None:
        with pytest.raises(AnalysisError) as caught:
            mixed_model(people(), "score", ["x"], groups="site", slopes=["kind"])
        assert _code(caught) == "unknown_slope"

    def test_blocks(self) -> None:
        result = mixed_model(people(), "score", [["x"], ["kind"]], groups="site", slopes=["kind"])
        alone = mixed_model(people(), "score", ["x"], groups="site")
        first = result.table.loc[(result.table["level"] == "block 1") & (result.table["quantity"] == "b")]
        np.testing.assert_allclose(first["estimate"], _b(alone), rtol=EXACT)


class TestGee:
    @pytest.mark.parametrize("correlation", ["exchangeable", "independence"])
    @pytest.mark.parametrize(("family", "outcome"), [("linear", "score"), ("logit", "event"), ("poisson", "count")])
    def test_is_statsmodels(self, family: str, outcome: str, correlation: str) -> None:
        import statsmodels.api as sm

        data = people()
        kind = {"linear": sm.families.Gaussian, "logit": sm.families.Binomial, "poisson": sm.families.Poisson}[family]
        structure = {"exchangeable": sm.cov_struct.Exchangeable, "independence": sm.cov_struct.Independence}[
            correlation
        ]
        model = sm.GEE(
            data[outcome].to_numpy(), _matrix(data), data["site"].to_numpy(), family=kind(), cov_struct=structure()
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            oracle = model.fit(maxiter=200)
        result = gee(data, outcome, ["x", "kind"], groups="site", family=family, correlation=correlation)  # type: ignore[arg-type]
        np.testing.assert_allclose(_b(result), oracle.params, rtol=EXACT)
        np.testing.assert_allclose(_b(result, "std_error"), oracle.bse, rtol=EXACT)

    def test_independence_is_least_squares_with_clustered_errors(self) -> None:
        data = people()
        result = gee(data, "score", ["x", "kind"], groups="site", correlation="independence")
        ols = regress(data, "score", ["x", "kind"], errors="cluster", cluster="site")
        np.testing.assert_allclose(_b(result), _b(ols), rtol=EXACT)
        factor = np.sqrt(40 / 39 * 399 / 397)  # CR1 over CR0
        np.testing.assert_allclose(_b(result, "std_error") * factor, _b(ols, "std_error"), rtol=EXACT)

    def test_planted_slope_comes_back(self) -> None:
        result = gee(people(400, 10, seed=3), "score", ["x", "kind"], groups="site")
        row = result.pick("b", term="x")
        assert abs(row["estimate"] - 0.5) < 4 * row["std_error"]
        assert result.more["fit"].pick("working_correlation")["estimate"] == pytest.approx(0.5, abs=0.07)

    def test_odds_ratios_and_few_groups(self) -> None:
        result = gee(people(12, 30), "event", ["x"], groups="site", family="logit")
        row = result.pick("odds_ratio", term="x")
        assert row["estimate"] == pytest.approx(np.exp(result.pick("b", term="x")["estimate"]), rel=EXACT)
        assert result.table["warning"].str.contains("fewer than 40 groups").all()
        better = gee(people(12, 30), "event", ["x"], groups="site", family="logit", errors="bias_reduced")
        assert (_b(better, "std_error") > _b(result, "std_error")).all()
        assert not better.table["warning"].any()

    def test_separation_and_negative_counts(self) -> None:
        data = people()
        with pytest.raises(AnalysisError) as caught:
            gee(data.assign(event=(data["x"] > 0).astype(float)), "event", ["x"], groups="site", family="logit")
        assert _code(caught) == "separation"
        with pytest.raises(AnalysisError) as caught:
            gee(data, "score", ["x"], groups="site", family="poisson")
        assert _code(caught) == "not_counts"

    def test_small_categories_are_hidden(self) -> None:
        data = people()
        data["kind"] = pd.Categorical(["few"] * 3 + ["one"] * 397, categories=["one", "few"])
        data.loc[0, "event"], data.loc[1, "event"] = 0.0, 1.0
        released = release(gee(data, "event", ["kind"], groups="site", family="logit"), JOURNAL)
        assert np.isnan(released.pick("b", term="kind[few]")["estimate"])
        assert "not shown" in " ".join(released.sentences("en"))


class TestFixedEffects:
    @pytest.mark.parametrize("errors", ["classical", "cluster"])
    def test_is_the_regression_with_dummies(self, errors: str) -> None:
        data = people()
        result = fixed_effects(data, "score", ["x", "kind"], groups="site", errors=errors)  # type: ignore[arg-type]
        named = data.assign(place=data["site"])
        asked: dict[str, Any] = {"as_categories": ["site"]}
        if errors == "cluster":
            asked |= {"errors": "cluster", "cluster": "place"}
        dummies = regress(named, "score", ["x", "kind", "site"], **asked)
        factor = 1.0 if errors == "classical" else np.sqrt((400 - 40 - 2) / (400 - 2 - 1))
        for term in ("x", "kind[two]"):
            one, two = result.pick("b", term=term), dummies.pick("b", term=term)
            assert one["estimate"] == pytest.approx(two["estimate"], rel=EXACT)
            assert one["std_error"] == pytest.approx(two["std_error"] * factor, rel=EXACT)
        assert result.pick("b", term="x")["df1"] == (39 if errors == "cluster" else 358)

    def test_confounding_between_groups_is_removed(self) -> None:
        data = people(200, 10, seed=4)
        means = data.groupby("site")["x"].transform("mean")
        data["score"] = 0.5 * data["x"] + 3 * means + np.random.default_rng(2).normal(size=len(data))
        within = fixed_effects(data, "score", ["x"], groups="site").pick("b", term="x")
        assert abs(within["estimate"] - 0.5) < 4 * within["std_error"]
        assert regress(data, "score", ["x"]).pick("b", term="x")["estimate"] > 1

    def test_predictors_that_never_differ_are_named(self) -> None:
        with pytest.raises(AnalysisError) as caught:
            fixed_effects(people(), "score", ["x", "climate"], groups="site")
        assert _code(caught) == "constant_within_groups"
        assert "climate" in str(caught.value)

    def test_few_groups_are_a_warning(self) -> None:
        result = fixed_effects(people(3, 30), "score", ["x"], groups="site")
        assert result.table["warning"].str.contains("fewer than five groups").all()


@pytest.mark.parametrize("verb", [mixed_model, gee, fixed_effects])
class TestAll:
    def test_sets_are_pooled_by_rubins_rules(self, verb: Any) -> None:
        rng = np.random.default_rng(3)
        sets = []
        for _ in range(3):
            one = people()
            one.loc[:29, "x"] = rng.normal(size=30)
            sets.append(one)
        pooled = verb(as_imputed(sets[0], sets), "score", ["x", "kind"], groups="site")
        each = [verb(one, "score", ["x", "kind"], groups="site") for one in sets]
        estimates = np.array([_b(one) for one in each])
        squares = np.array([_b(one, "std_error") ** 2 for one in each])
        total = squares.mean(axis=0) + (1 + 1 / 3) * estimates.var(axis=0, ddof=1)
        np.testing.assert_allclose(_b(pooled), estimates.mean(axis=0), rtol=EXACT)
        np.testing.assert_allclose(_b(pooled, "std_error"), np.sqrt(total), rtol=EXACT)
        assert "fmi" in set(pooled.table["quantity"])
        assert any("3 completed sets" in note for note in pooled.notes)

    def test_one_group_groups_of_one_and_roles(self, verb: Any) -> None:
        data = people()
        cases = {
            "one_group": (data.assign(site=1.0), "site", ["x"]),
            "groups_of_one": (data.assign(site=np.arange(400.0)), "site", ["x"]),
            "groups_as_predictor": (data, "site", ["x", "site"]),
            "outcome_as_predictor": (data, "site", ["score"]),
        }
        for code, (table, groups, blocks) in cases.items():
            with pytest.raises(AnalysisError) as caught:
                verb(table, "score", blocks, groups=groups)
            assert _code(caught) == code

    def test_order_of_rows_changes_nothing(self, verb: Any) -> None:
        data = people()
        mixed = data.sample(frac=1, random_state=1).reset_index(drop=True)
        one, two = (verb(table, "score", ["x", "kind"], groups="site") for table in (data, mixed))
        np.testing.assert_allclose(_b(one), _b(two), rtol=1e-6)
        np.testing.assert_allclose(_b(one, "std_error"), _b(two, "std_error"), rtol=1e-5)


def test_degrees_of_freedom_by_hand() -> None:
    groups = np.array([0, 0, 1, 1, 2, 2, 2])
    X = np.column_stack([np.ones(7), [1.0, 2, 3, 4, 5, 6, 7], [1.0, 1, 2, 2, 5, 5, 5]])
    assert constant_within(X, groups).tolist() == [True, False, True]
    # within: 7 − 3 − 1 = 3 for intercept and x; between: 3 − (1 + 1) = 1
    assert inner_outer_df(X, groups).tolist() == [3.0, 3.0, 1.0]


def test_a_study_file_is_told_of_unknown_groups() -> None:
    entry = AnalysisEntry.model_validate(
        {"id": "m", "do": "mixed_model", "outcome": "score", "blocks": [["x"]], "groups": "sitte"}
    )
    problems = entry_problems(entry, 1, ["score", "x", "site"], "study.toml")
    assert [problem.code for problem in problems] == ["unknown_variable"]
    assert "site" in problems[0].hint


@pytest.mark.parametrize("errors", ["classical", "cluster"])
def test_predictions_without_error_have_no_test(errors: str) -> None:
    data = pd.DataFrame({"y": [1.0, 2, 3, 5, 6, 7], "x": [1.0, 2, 3, 1, 2, 3], "g": [1.0, 1, 1, 2, 2, 2]})
    row = fixed_effects(data, "y", ["x"], groups="g", errors=errors).pick("b", term="x")  # type: ignore[arg-type]
    assert row["estimate"] == pytest.approx(1, rel=EXACT)
    assert row["std_error"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("verb", "options"), [(gee, {"correlation": "exchangeable"}), (fixed_effects, {})])
def test_a_block_of_one_coefficient_is_tested_by_its_square(verb: Any, options: dict[str, Any]) -> None:
    result = verb(people(), "score", [["x"], ["kind"]], groups="site", **options)
    row, own = result.more["blocks"].pick("block_test"), result.pick("b", term="kind[two]", level="block 2")
    assert row["level"] == "block 2"
    assert row["statistic"] == pytest.approx(own["statistic"] ** 2, rel=EXACT)
    assert row["p_value"] == pytest.approx(own["p_value"], rel=1e-8)
    assert "Wald test of the block, " in row["method"]


def test_blocks_of_a_mixed_model_over_completed_sets_are_tested_by_d1() -> None:
    rng = np.random.default_rng(1)
    sets = [people().assign(x=lambda one: one["x"] + 0.2 * rng.normal(size=len(one))) for _ in range(4)]
    data = as_imputed(people(), sets)
    result = mixed_model(data, "score", [["kind"], ["x"]], groups="site")
    row, own = result.more["blocks"].pick("block_test"), result.pick("b", term="x", level="block 2")
    assert "(D1)" in row["method"]
    assert row["statistic"] == pytest.approx(own["statistic"] ** 2, rel=EXACT)  # D1 of one number is the squared t
