"""The multiverse under weights, replicate weights and completed sets: every specification against ``regress``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import multiverse, regress, release
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text, draw
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

SAME = 1e-7  # cross-products instead of a QR decomposition
NEAR = 0.08
"""A score test and Wald's test of the same slope, in standard errors."""
N, TOWN = 240, 8


def people(effect: float = 0.3, seed: int = 1, n: int = N) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    age, other = drawn.integers(18, 80, n).astype(float), drawn.normal(size=n)
    use = drawn.normal(size=n) + 0.4 * other
    score = 3 + effect * use + 0.3 * other + 0.01 * age + drawn.normal(size=n)
    town = np.arange(n) // TOWN * 1.0
    return pd.DataFrame({"use": use, "age": age, "other": other, "score": score, "town": town})


def plan(frame: pd.DataFrame, equal: bool = False) -> SurveyDesign:
    w = np.ones(len(frame)) if equal else np.random.default_rng(3).uniform(0.5, 2, len(frame))
    return survey_design(frame.assign(w=w), sample="quota", weights="w", clusters="town")


def completed(frame: pd.DataFrame) -> list[pd.DataFrame]:
    found = []
    for seed in range(3):
        one = frame.copy()
        one.loc[:39, "use"] = np.random.default_rng(seed).normal(size=40)
        one.loc[:9, "age"] = np.random.default_rng(seed + 9).integers(18, 80, 10).astype(float)
        found.append(one)
    return found


def run(data: Any, **options: Any) -> Result:
    asked: dict[str, Any] = {
        "outcomes": {"score": {}, "high": {"variable": "score", "at_least": 3.5}},
        "predictors": ["use"],
        "covariates": ["age", "other"],
        "exclusions": {"old": {"variable": "age", "above": 70}},
        "models": ["linear", "logistic"],
        "test": "both",
        "draws": 60,
    }
    return multiverse(data, **{**asked, **options})


def specification(result: Result, model: str, covariates: str, exclusions: str = "", outcome: str = "score") -> Any:
    table: pd.DataFrame = result.engine
    keys = (("model", model), ("covariates", covariates), ("exclusions", exclusions), ("outcome", outcome))
    for key, value in keys:
        table = table.loc[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


def kept(data: pd.DataFrame) -> pd.DataFrame:
    """Return answers in which people over 70 have no score, so that they are outside the domain."""
    return data.assign(score=data["score"].mask(data["age"] > 70))


def designs(frame: pd.DataFrame) -> dict[str, SurveyDesign | None]:
    return {"weights": plan(frame), "replicates": replicated_design(plan(frame), "JK1"), "none": None}


@pytest.mark.parametrize("kind", ["weights", "replicates"])
@pytest.mark.parametrize("exclusions", ["", "old"])
def test_a_linear_specification_is_the_design_based_regression(kind: str, exclusions: str) -> None:
    frame = people()
    design = designs(frame)[kind]
    row = specification(run(as_scored(frame, design)), "linear", "age, other", exclusions)
    given = as_scored(kept(frame) if exclusions else frame, design)
    b = regress(given, "score", [["use", "age", "other"]]).pick("b", term="use")
    assert row["p_value"] == pytest.approx(b["p_value"], rel=1e-5)
    assert row["df"] == b["df1"]
    assert row["n"] == b["n"]
    w, own = plan(frame).weights, (frame["age"] <= 70) | (exclusions == "")
    C = np.column_stack([np.ones(len(frame)), frame[["age", "other"]]])[own]
    root = np.sqrt(w[own])
    left = [
        v - C @ np.linalg.lstsq(C * root[:, None], v * root, rcond=None)[0]
        for v in (frame.loc[own, "use"].to_numpy(), frame.loc[own, "score"].to_numpy())
    ]
    cross = np.array([[(w[own] * a * b).sum() for a in left] for b in left])
    assert row["estimate"] == pytest.approx(cross[0, 1] / np.sqrt(cross[0, 0] * cross[1, 1]), abs=SAME)


@pytest.mark.parametrize("kind", ["weights", "replicates", "none"])
def test_completed_sets_are_pooled_as_regress_pools(kind: str) -> None:
    frame = people()
    data = as_imputed(frame, completed(frame), designs(frame)[kind])
    found = run(data, exclusions={})
    row = specification(found, "linear", "age")
    b = regress(data, "score", [["use", "age"]]).pick("b", term="use")
    assert row["p_value"] == pytest.approx(b["p_value"], rel=1e-5)
    assert row["df"] == pytest.approx(b["df1"], rel=1e-6)
    median = found.pick("curve_median", level="")
    assert np.isnan(median["p_value"])
    assert "no rule pools them" in median["warning"]
    assert any("Rubin" in note for note in found.notes)
    assert "There is no joint test" in " ".join(found.sentences("en"))
    assert "keinen gemeinsamen Test" in " ".join(found.sentences("de"))


@pytest.mark.parametrize("kind", ["weights", "replicates"])
def test_score_tests_under_a_design_come_near_to_walds(kind: str) -> None:
    frame = people()
    design = designs(frame)[kind]
    row = specification(run(as_scored(frame, design)), "logistic", "other", outcome="high")
    event = frame.assign(high=pd.Categorical.from_codes((frame["score"] >= 3.5).astype(int), ["no", "yes"]))
    b = regress(as_scored(event, design), "high", [["use", "other"]], model="logistic").pick("b", term="use")
    r, df = row["estimate"], row["df"]
    assert df == b["df1"]
    t = stats.t.isf(row["p_value"] / 2, df) * np.sign(r)
    assert t == pytest.approx(b["statistic"], rel=NEAR * 2)


def test_equal_weights_change_no_estimate_and_identical_sets_are_one() -> None:
    frame = people()
    plain = run(frame).engine.set_index(["outcome", "model", "covariates", "exclusions"])["estimate"]
    weighted = run(as_scored(frame, survey_design(frame, sample="opt-in"))).engine
    pooled = run(as_imputed(frame, [frame] * 3)).engine
    for other in (weighted, pooled):
        found = other.set_index(["outcome", "model", "covariates", "exclusions"])["estimate"]
        np.testing.assert_allclose(found.loc[plain.index], plain, rtol=1e-6)
    one = run(as_scored(frame, plan(frame))).engine
    same = run(as_imputed(frame, [frame] * 3, plan(frame))).engine
    np.testing.assert_allclose(same["estimate"], one["estimate"], rtol=1e-9)
    assert (same["p_value"] - one["p_value"]).abs().max() < 0.01  # Barnard and Rubin's degrees of freedom


def test_integer_weights_are_repeated_rows() -> None:
    frame = people(n=120)
    times = np.tile([1, 2, 3], 40)
    weighted = run(as_scored(frame, SurveyDesign("opt-in", times.astype(float))), exclusions={}).engine
    repeated = run(frame.loc[np.repeat(frame.index, times)].reset_index(drop=True), exclusions={}).engine
    np.testing.assert_allclose(weighted["estimate"], repeated["estimate"], rtol=1e-6)


class TestJointTest:
    def test_shuffles_are_refused_in_their_row_and_resamples_of_the_plan_are_there(self) -> None:
        frame = people()
        found = run(as_scored(frame, plan(frame)))
        shuffled, resampled = (found.pick("curve_median", level=level) for level in ("", "bootstrap"))
        assert np.isnan(shuffled["p_value"])
        assert "no null hypothesis" in shuffled["warning"]
        assert shuffled["estimate"] == resampled["estimate"]
        assert resampled["p_value"] == pytest.approx(1 / 61)

    def test_its_numbers_by_hand(self) -> None:
        frame = people(effect=0.05)
        design = replicated_design(plan(frame), "bootstrap", replicates=40, seed=4)
        found = run(
            as_scored(frame, design), outcomes=["score"], covariates=["other"], exclusions={}, models=["linear"],
            test="bootstrap",
        )  # fmt: skip
        assert design.replicates is not None
        medians, observed = [], []
        for chosen in ([], ["other"]):
            X = np.column_stack([np.ones(N), *(frame[name] for name in chosen), frame["use"]])
            ends = []
            for w in np.column_stack([design.weights, design.replicates.weights]).T:
                root = np.sqrt(w)
                ends.append(np.linalg.lstsq(X * root[:, None], frame["score"] * root, rcond=None)[0][-1])
            row = specification(found, "linear", ", ".join(chosen))
            observed.append(row["estimate"])
            medians.append((np.array(ends[1:]) - ends[0]) * row["estimate"] / ends[0])
        extreme = (np.mean(medians, axis=0) >= np.mean(observed) - 1e-12).sum()
        assert found.pick("curve_median")["p_value"] == pytest.approx((1 + extreme) / 41)

    def test_under_the_null_hypothesis_it_rejects_as_often_as_it_says(self) -> None:
        rejected, tries = 0, 100
        for seed in range(tries):
            drawn = np.random.default_rng(seed + 50)
            frame = people(n=160)
            frame[["use", "other"]] = drawn.normal(size=(160, 2))
            frame["score"] = drawn.normal(size=160) + np.repeat(drawn.normal(size=20), TOWN)
            found = run(
                as_scored(frame, plan(frame)), exclusions={}, models=["linear"], test="bootstrap", draws=19, seed=seed,
                outcomes=["score"], covariates=["other"],
            )  # fmt: skip
            rejected += found.pick("curve_median")["p_value"] <= 0.1
        error = np.sqrt(0.1 * 0.9 / tries)
        assert abs(rejected / tries - 0.1) <= 0.01 + 2.6 * error


def test_models_of_ranks_have_no_design_based_variance() -> None:
    frame = people()
    with pytest.raises(AnalysisError, match="no design-based variance") as error:
        run(as_scored(frame, plan(frame)), models=["rank"])
    assert error.value.problems[0].code == "does_not_compose"
    assert run(as_imputed(frame, completed(frame)), models=["rank"], exclusions={}).engine["estimate"].notna().all()


def test_exclusions_that_look_at_imputed_values_are_named() -> None:
    frame = people()
    found = run(as_imputed(frame, completed(frame)))
    assert any("imputed values: old" in note for note in found.notes)
    row = specification(found, "linear", "", "old")
    assert row["n"] == min((one["age"] <= 70).sum() for one in completed(frame))
    same = run(as_imputed(frame, completed(frame)), exclusions={"far": {"variable": "other", "above": 2}})
    assert not any("imputed values" in note for note in same.notes)


def test_workers_and_finished_parts_change_no_byte(tmp_path: Path) -> None:
    frame = people()
    data = as_scored(frame, plan(frame))
    one, two = run(data), run(data, workers=2)
    kept_parts = run(data, resume=tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")}
    again = run(data, resume=tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")} == times
    for other in (two, kept_parts, again):
        pd.testing.assert_frame_equal(one.engine, other.engine, check_exact=True)
        pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    run(as_scored(frame, plan(frame, equal=True)), resume=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 2 * len(times)  # other weights are other parts


def test_the_figure_is_drawn_and_the_marked_one_named() -> None:
    frame = people()
    shown = release(run(as_scored(frame, plan(frame)), preregistered={"covariates": ["age"]}), JOURNAL)
    assert [line for line in draw(shown).lines if line.get_marker() == "D"]
    assert "preregistered" in alt_text(shown)
