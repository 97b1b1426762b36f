"""Intervals of V and R² under weights and of likelihoods; degenerate hierarchical blocks of grouped models."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import crosstab, fixed_effects, gee, mixed_model, prevalence, regress
from osa_survey.analysis.proportion_intervals import likelihood
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored, people

EXACT = 1e-8
"""Relative: the same arithmetic."""
FIRST_ORDER = 0.02
"""Relative: the mean design effect of equal weights is 1 but for n / (n − 1) and sampling in the covariance."""


class TestCramersV:
    def test_equal_weights_give_the_plain_interval(self) -> None:
        data = people(600)
        plain = crosstab(data, "group", "band").pick("cramers_v")
        weighted = crosstab(as_scored(data, SurveyDesign("opt-in", np.ones(600))), "group", "band").pick("cramers_v")
        for column in ("estimate", "conf_low", "conf_high"):
            assert weighted[column] == pytest.approx(plain[column], rel=FIRST_ORDER, abs=0.005)

    def test_clusters_widen_it(self) -> None:
        data = people(120)
        twice = pd.concat([data, data, data, data], ignore_index=True).assign(person=np.tile(np.arange(120.0), 4))
        once = crosstab(as_scored(data, SurveyDesign("quota", np.ones(120))), "group", "event").pick("cramers_v")
        plan = survey_design(twice, sample="quota", clusters="person")
        again = crosstab(as_scored(twice, plan), "group", "event").pick("cramers_v")
        # four copies of a person are one: n / design effect is the number of persons, but for n / (n − 1)
        for column in ("estimate", "conf_low", "conf_high"):
            assert again[column] == pytest.approx(once[column], rel=1e-4, abs=1e-4)

    def test_prevalence_has_it_too(self) -> None:
        data = people(600)
        weighted = as_scored(data, SurveyDesign("quota", np.tile([1.0, 2.0], 300)))
        row = prevalence(weighted, "event", base="answered", by="group").pick("cramers_v")
        assert row["conf_low"] <= row["estimate"] <= row["conf_high"]


class TestRSquared:
    def asked(self) -> dict[str, Any]:
        return {"outcome": "score", "blocks": [["x", "group"]]}

    def test_the_jackknife_drops_one_town_at_a_time(self) -> None:
        data = people(60)
        towns = np.arange(60) // 6
        plan = survey_design(data.assign(town=towns * 1.0), sample="quota", clusters="town")
        row = regress(as_scored(data, replicated_design(plan, "JK1")), **self.asked()).more["fit"].pick("r2")
        z = np.array([
            math.atanh(math.sqrt(regress(data.loc[towns != town], **self.asked()).more["fit"].pick("r2")["estimate"]))
            for town in range(10)
        ])  # fmt: skip
        error = math.sqrt(9 / 10 * float(((z - z.mean()) ** 2).sum()))
        half = float(stats.t.ppf(0.975, 9 - 3)) * error
        centre = math.atanh(math.sqrt(row["estimate"]))
        assert row["conf_low"] == pytest.approx(math.tanh(max(0.0, centre - half)) ** 2, rel=1e-6)
        assert row["conf_high"] == pytest.approx(math.tanh(centre + half) ** 2, rel=1e-6)

    def test_linearised_is_near_the_jackknife(self) -> None:
        data = people(240)
        plan = survey_design(data, sample="quota")
        one = regress(as_scored(data, plan), **self.asked()).more["fit"].pick("r2")
        other = regress(as_scored(data, replicated_design(plan, "JK1")), **self.asked()).more["fit"].pick("r2")
        near = 0.02  # absolute: both are first order, with four coefficients of 240 people
        for column in ("conf_low", "conf_high"):
            assert one[column] == pytest.approx(other[column], abs=near)

    def test_identical_sets_are_one(self) -> None:
        data = people(120)
        design = SurveyDesign("quota", np.tile([1.0, 2.0], 60))
        one = regress(as_scored(data, design), **self.asked()).more["fit"].pick("r2")
        pooled = regress(as_imputed(data, [data, data, data], design), **self.asked()).more["fit"].pick("r2")
        assert pooled["estimate"] == pytest.approx(one["estimate"], rel=EXACT)
        assert pooled["conf_low"] == pytest.approx(one["conf_low"], abs=0.005)  # Barnard–Rubin df are a little fewer


class TestLikelihood:
    @pytest.mark.parametrize(("k", "n"), [(1, 20), (10, 20), (199, 200)])
    def test_bounds_have_the_likelihood_ratio_of_the_level(self, k: int, n: int) -> None:
        for bound in likelihood(k, n, 0.9):
            difference = stats.binom.logpmf(k, n, k / n) - stats.binom.logpmf(k, n, bound)
            assert 2 * difference == pytest.approx(stats.chi2.ppf(0.9, 1), rel=1e-7)

    def test_nobody_and_everybody(self) -> None:
        low, high = likelihood(0, 30, 0.95)
        assert low == 0
        assert 2 * 30 * math.log(1 - high) == pytest.approx(-stats.chi2.ppf(0.95, 1))
        assert likelihood(30, 30, 0.95) == (pytest.approx(1 - high), 1.0)

    def test_a_table_has_it(self) -> None:
        answers = pd.DataFrame({"osa": pd.Categorical(["yes"] * 37 + ["no"] * 203)})
        row = prevalence(answers, "osa", base="answered", interval="likelihood").pick("proportion")
        assert (row["conf_low"], row["conf_high"]) == likelihood(37, 240, 0.95)
        assert "likelihood" in row["method"]


GROUPED = [(mixed_model, {}), (gee, {"family": "linear"}), (fixed_effects, {})]


@pytest.mark.parametrize(("verb", "more"), GROUPED, ids=["mixed_model", "gee", "fixed_effects"])
class TestHierarchicalBlocks:
    """Grouped models of degenerate second blocks: an error with a code, never a traceback of a library."""

    def data(self) -> pd.DataFrame:
        base = people(120)
        return base.assign(site=np.arange(120) // 10 * 1.0)

    def codes(self, verb: Any, data: pd.DataFrame, blocks: list[list[str]], more: dict[str, Any]) -> set[str]:
        with pytest.raises(AnalysisError) as caught:
            verb(data, outcome="score", blocks=blocks, groups="site", **more)
        return {problem.code for problem in caught.value.problems}

    def test_the_last_block_is_the_model_alone(self, verb: Any, more: dict[str, Any]) -> None:
        result = verb(self.data(), outcome="score", blocks=[["x"], ["group"]], groups="site", **more)
        alone = verb(self.data(), outcome="score", blocks=[["x", "group"]], groups="site", **more).table
        last = result.table.loc[result.table["level"] == "block 2", "estimate"]
        np.testing.assert_allclose(last, alone.loc[alone["quantity"] == "b", "estimate"], rtol=EXACT)

    def test_a_constant_second_block(self, verb: Any, more: dict[str, Any]) -> None:
        assert self.codes(verb, self.data().assign(same=1.0), [["x"], ["same"]], more)

    def test_a_second_block_that_repeats_the_first(self, verb: Any, more: dict[str, Any]) -> None:
        assert self.codes(verb, self.data().assign(double=lambda rows: 2 * rows["x"]), [["x"], ["double"]], more)

    def test_a_second_block_nobody_answered(self, verb: Any, more: dict[str, Any]) -> None:
        assert self.codes(verb, self.data().assign(gap=np.nan), [["x"], ["gap"]], more)

    def test_both_blocks_use_the_same_people(self, verb: Any, more: dict[str, Any]) -> None:
        data = self.data()
        data.loc[:14, "age"] = np.nan
        data.loc[15:, "age"] = np.random.default_rng(1).normal(40, 9, 105)
        result = verb(data, outcome="score", blocks=[["x"], ["age"]], groups="site", **more)
        assert result.n_used == 105
        assert set(result.table.loc[result.table["quantity"] == "b", "n"]) == {105.0}
