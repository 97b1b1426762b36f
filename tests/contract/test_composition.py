"""What composes: every model × complete or imputed × unweighted, weights or replicates, on exact small cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import OUTCOME_OF, as_imputed, as_scored, people

SAME = 1e-6
"""Relative: two searches for the same maximum, both ended by a vanishing gradient."""
TINY = 1e-8
"""Absolute: of estimates that are zero but for rounding."""
PREDICTORS = ["x", "group"]
MODELS = sorted(OUTCOME_OF)
ROBUST = {"fractional"}
"""Models without a model-based covariance."""


def _asked(model: str, **more: Any) -> dict[str, Any]:
    return {"outcome": OUTCOME_OF[model], "blocks": [PREDICTORS], "model": model, **more}


def _classical(model: str) -> dict[str, Any]:
    return _asked(model, errors="HC0" if model in ROBUST else "classical")


def _numbers(result: Result, column: str, quantities: tuple[str, ...] = ("b", "threshold")) -> np.ndarray:
    rows = result.table.loc[result.table["quantity"].isin(quantities) & result.table["method"].ne("")]
    rows = rows.loc[~rows["method"].str.startswith("reference")]
    return rows[column].to_numpy(dtype=float)


def _same(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=SAME, atol=TINY)


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return people()


@pytest.fixture(scope="module")
def sets() -> list[pd.DataFrame]:
    base = people()
    rng = np.random.default_rng(3)
    found = []
    for _ in range(3):
        one = base.copy()
        one.loc[:9, "x"] = rng.normal(size=10)
        found.append(one)
    return found


@pytest.mark.parametrize("model", MODELS)
class TestWeights:
    def test_weights_of_one_change_no_estimate(self, model: str, data: pd.DataFrame) -> None:
        plain = regress(data, **_classical(model))
        design = survey_design(data, sample="quota")
        weighted = regress(as_scored(data, design), **_asked(model))
        _same(_numbers(weighted, "estimate"), _numbers(plain, "estimate"))
        robust = regress(data, **_asked(model, errors="HC0"))
        scale = np.sqrt(len(data) / (len(data) - 1))  # the linearised covariance centres with n / (n − 1)
        _same(_numbers(weighted, "std_error", ("b",)), scale * _numbers(robust, "std_error", ("b",)))

    def test_integer_weights_are_repeated_rows(self, model: str, data: pd.DataFrame) -> None:
        times = np.tile([1, 2, 3], len(data) // 3)
        design = SurveyDesign("opt-in", times.astype(float))
        weighted = regress(as_scored(data, design), **_asked(model))
        repeated = regress(data.loc[np.repeat(data.index, times)].reset_index(drop=True), **_classical(model))
        _same(_numbers(weighted, "estimate"), _numbers(repeated, "estimate"))
        assert weighted.n_used == len(data)

    def test_the_jackknife_drops_one_person_at_a_time(self, model: str, data: pd.DataFrame) -> None:
        few = data.iloc[:60].reset_index(drop=True)
        towns = np.arange(60) // 6
        plan = survey_design(few.assign(town=towns.astype(float)), sample="quota", clusters="town")
        result = regress(as_scored(few, replicated_design(plan, "JK1")), **_asked(model))
        assert "JK1" in result.method
        undefined = result.table["warning"].str.contains("replicate weights").any()
        errors = _numbers(result, "std_error", ("b",))
        assert undefined == bool(np.isnan(errors).any())
        each = []
        if not undefined:
            for town in range(10):
                without = few.loc[towns != town].reset_index(drop=True)
                each.append(_numbers(regress(without, **_classical(model)), "estimate"))
            theta = np.array(each)
            by_hand = np.sqrt(9 / 10 * ((theta - theta.mean(axis=0)) ** 2).sum(axis=0))
            np.testing.assert_allclose(_numbers(result, "std_error"), by_hand, rtol=1e-5)


@pytest.mark.parametrize("model", MODELS)
class TestImputation:
    def test_identical_sets_are_one(self, model: str, data: pd.DataFrame) -> None:
        plain = regress(data, **_classical(model))
        pooled = regress(as_imputed(data, [data, data, data]), **_classical(model))
        for column in ("estimate", "std_error"):
            _same(_numbers(pooled, column), _numbers(plain, column))
        fmi = pooled.table.loc[pooled.table["quantity"] == "fmi", "estimate"]
        assert (fmi < 0.05).all()

    def test_sets_are_pooled_by_rubins_rules(self, model: str, sets: list[pd.DataFrame]) -> None:
        pooled = regress(as_imputed(sets[0], sets), **_classical(model))
        each = [regress(one, **_classical(model)) for one in sets]
        estimates = np.array([_numbers(one, "estimate") for one in each])
        variances = np.array([_numbers(one, "std_error") ** 2 for one in each])
        total = variances.mean(axis=0) + (1 + 1 / 3) * estimates.var(axis=0, ddof=1)
        _same(_numbers(pooled, "estimate"), estimates.mean(axis=0))
        _same(_numbers(pooled, "std_error"), np.sqrt(total))
        assert "3 completed sets" in pooled.method

    def test_one_set_is_refused(self, model: str, data: pd.DataFrame) -> None:
        with pytest.raises(AnalysisError) as caught:
            regress(as_imputed(data, [data]), **_classical(model))
        assert caught.value.problems[0].code == "one_completed_set"

    def test_weights_and_imputation_together(self, model: str, sets: list[pd.DataFrame]) -> None:
        weights = np.tile([1.0, 2.0, 0.5], len(sets[0]) // 3)
        towns = {"town": np.arange(len(weights)) // 8 * 1.0}
        plan = survey_design(sets[0].assign(**towns), sample="quota", clusters="town")
        design = replace(plan, weights=weights)
        pooled = regress(as_imputed(sets[0], sets, design), **_asked(model))
        each = [regress(as_scored(one, design), **_asked(model)) for one in sets]
        estimates = np.array([_numbers(one, "estimate") for one in each])
        variances = np.array([_numbers(one, "std_error") ** 2 for one in each])
        total = variances.mean(axis=0) + (1 + 1 / 3) * estimates.var(axis=0, ddof=1)
        _same(_numbers(pooled, "estimate"), estimates.mean(axis=0))
        _same(_numbers(pooled, "std_error"), np.sqrt(total))
        assert "15 clusters" in pooled.method
        assert any("model-based" in note for note in pooled.notes)
        for result in (pooled, *each):
            assert not any("margin of error" in note or "representative" in note for note in result.notes)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("imputed", [False, True])
@pytest.mark.parametrize("weighted", ["", "weights", "replicates"])
class TestEveryCombination:
    def _result(self, model: str, imputed: bool, weighted: str, sets: list[pd.DataFrame], **more: Any) -> Result:
        design = None
        if weighted:
            design = survey_design(sets[0].assign(town=np.arange(120) // 10 * 1.0), sample="quota", clusters="town")
            design = replicated_design(design, "JK1") if weighted == "replicates" else design
        data = as_imputed(sets[0], sets, design) if imputed else as_scored(sets[0], design)
        asked = _asked(model, **more) if weighted else {**_classical(model), **more}
        return regress(data, **asked)

    def test_multiplicity_and_blocks_and_gate(
        self, model: str, imputed: bool, weighted: str, sets: list[pd.DataFrame]
    ) -> None:
        result = self._result(model, imputed, weighted, sets, adjust="holm", blocks=[["x"], ["group"]])
        b = result.table.loc[(result.table["quantity"] == "b") & result.table["p_adjusted"].notna()]
        assert (b["p_adjusted"] >= b["p_value"]).all()
        assert len(b) >= 4
        tests = result.more["blocks"].table.dropna(subset=["p_value"])
        assert tests["level"].tolist() == ["block 1", "block 2"]
        assert (tests["df1"] >= 1).all()
        released = release(result, JOURNAL)
        assert released.sentences("en")
        assert released.sentences("de")
        assert (result.table["n"] == 120).all()
