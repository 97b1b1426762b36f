"""Multiverses around other analyses than a regression: every specification is the analysis on the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey
from osa_survey import multiverse, release
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text, draw
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_imputed, as_scored

EXACT = 1e-9
N, TOWN = 160, 8
DRAWS = 4


def people(effect: float = 0.5, seed: int = 1) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    use, age = drawn.normal(size=N), drawn.integers(18, 80, N).astype(float)
    closeness = effect * use + drawn.normal(size=N)
    score = effect * use + 0.4 * closeness + 0.02 * age + drawn.normal(size=N)
    gender = (use + drawn.normal(size=N) > 0).astype(int)
    return pd.DataFrame(
        {
            "use": use,
            "age": age,
            "closeness": closeness,
            "score": score,
            "second": score + drawn.normal(size=N),
            "gender": pd.Categorical.from_codes(gender, ["man", "woman"]),
            "town": np.arange(N) // TOWN * 1.0,
        }
    )


def run(data: Any, do: str, predictor: str = "use", **options: Any) -> Result:
    analysis = {"do": do, **{key: options.pop(key) for key in ("arguments", "ways", "row") if key in options}}
    asked: dict[str, Any] = {"exclusions": {"old": {"variable": "age", "above": 70}}, "draws": DRAWS, "cases": "own"}
    return multiverse(data, options.pop("outcomes", ["score", "second"]), [predictor], analysis=analysis,
                      **{**asked, **options})  # fmt: skip


def found(result: Result, **where: str) -> pd.Series:
    table: pd.DataFrame = result.engine
    for key, value in where.items():
        table = table.loc[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


CASES: dict[str, dict[str, Any]] = {
    "compare_groups": {"predictor": "gender", "predicted": "negative"},
    "paired": {"predictor": "closeness"},
    "correlate": {"ways": {"ranks": {"method": "spearman"}}},
    "partial_correlations": {"covariates": ["age"]},
    "anova": {"predictor": "gender", "covariates": ["age"]},
    "mediate": {"arguments": {"mediators": "closeness", "draws": 100}},
    "gee": {"arguments": {"groups": "town", "family": "linear"}, "covariates": ["age"]},
    "mixed_model": {"arguments": {"groups": "town"}, "covariates": ["age"]},
    "fixed_effects": {"arguments": {"groups": "town"}, "covariates": ["age"]},
    "regress": {"arguments": {"errors": "HC3"}, "covariates": ["age"]},
}
DIRECT: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "compare_groups": ({"outcome": "second", "by": "gender"}, {"quantity": "hedges_g"}),
    "paired": ({"pairs": [["second", "closeness"]]}, {"quantity": "d_z"}),
    "correlate": ({"variables": ["second", "use"]}, {"quantity": "r"}),
    "partial_correlations": ({"variables": ["second", "use"], "controls": ["age"]}, {"quantity": "partial_r"}),
    "anova": (
        {"outcome": "second", "between": ["gender"], "covariates": ["age"]},
        {"quantity": "partial_eta_squared", "term": "gender"},
    ),
    "mediate": ({"x": "use", "mediators": "closeness", "y": "second", "draws": 100}, {"quantity": "indirect"}),
    "gee": (
        {"outcome": "second", "blocks": [["use", "age"]], "groups": "town", "family": "linear"},
        {"quantity": "b", "term": "use"},
    ),
    "mixed_model": (
        {"outcome": "second", "blocks": [["use", "age"]], "groups": "town"}, {"quantity": "b", "term": "use"},
    ),
    "fixed_effects": (
        {"outcome": "second", "blocks": [["use", "age"]], "groups": "town"}, {"quantity": "b", "term": "use"},
    ),
    "regress": ({"outcome": "second", "blocks": [["use", "age"]], "errors": "HC3"}, {"quantity": "b", "term": "use"}),
}  # fmt: skip


@pytest.mark.parametrize("do", sorted(CASES))
def test_a_specification_is_the_analysis_itself(do: str) -> None:
    frame = people()
    result = run(frame, do, **CASES[do])
    arguments, where = DIRECT[do]
    young = frame.loc[frame["age"] <= 70].reset_index(drop=True)
    direct = getattr(osa_survey, do)(young, **arguments).pick(**where)
    covariates = "age" if "covariates" in CASES[do] else ""
    row = found(result, outcome="second", exclusions="old", model="main", covariates=covariates)
    assert row["estimate"] == pytest.approx(direct["estimate"], rel=EXACT)
    assert row["n"] == direct["n"]
    sets = 2 if covariates else 1
    ways = 1 + len(CASES[do].get("ways", {}))
    assert len(result.engine) == 2 * 2 * sets * ways
    assert any(do in note for note in result.notes)
    median = result.pick("curve_median")
    assert median["estimate"] == pytest.approx(result.engine["estimate"].median())
    if do in ("gee", "mixed_model", "fixed_effects"):
        assert np.isnan(median["p_value"])
        assert "respondents of a group are alike" in median["warning"]
    else:
        assert median["p_value"] == pytest.approx(1 / (1 + CASES[do].get("draws", DRAWS)))
    assert "The median estimate is" in " ".join(result.sentences("en"))


def test_p_values_are_those_of_the_tests_beside_the_sizes() -> None:
    frame = people()
    for do, tested in (("compare_groups", "mean_difference"), ("anova", "anova_effect"), ("paired", "mean_difference")):
        row = found(run(frame, do, **{**CASES[do], "covariates": []}), outcome="second", exclusions="")
        arguments = {key: value for key, value in DIRECT[do][0].items() if key != "covariates"}
        direct = getattr(osa_survey, do)(frame, **arguments)
        assert row["p_value"] == pytest.approx(direct.pick(tested)["p_value"], rel=EXACT)


def test_shuffles_are_the_same_in_every_specification_and_by_hand() -> None:
    frame = people(effect=0.05)
    result = run(frame, "correlate", exclusions={}, seed=5)
    medians = []
    identity = np.arange(N)
    for order in [
        identity,
        *(np.random.default_rng(one).permutation(N) for one in np.random.SeedSequence(5).spawn(DRAWS)),
    ]:
        x = frame["use"].to_numpy()[order]
        medians.append(np.median([np.corrcoef(x, frame[name])[0, 1] for name in ("score", "second")]))
    row = result.pick("curve_median")
    assert row["estimate"] == pytest.approx(medians[0], rel=EXACT)
    extreme = np.sum(np.array(medians[1:]) >= medians[0] - 1e-12)
    assert row["p_value"] == pytest.approx((1 + extreme) / (1 + DRAWS))


def test_without_an_association_the_joint_test_rejects_as_often_as_it_says() -> None:
    rejected, tries = 0, 60
    for seed in range(tries):
        drawn = np.random.default_rng(seed)
        frame = pd.DataFrame(drawn.normal(size=(30, 3)), columns=["use", "score", "second"])
        result = run(frame, "paired", exclusions={}, draws=9, seed=seed)
        rejected += result.pick("curve_median")["p_value"] <= 0.2
    assert abs(rejected / tries - 0.2) <= 0.01 + 2.6 * np.sqrt(0.2 * 0.8 / tries)


def test_codings_and_predictors() -> None:
    frame = people()
    outcomes = {"score": {}, "high": {"variable": "score", "at_least": 1.0}}
    result = run(frame, "compare_groups", "gender", outcomes=outcomes, exclusions={}, draws=3)
    high = frame.assign(high=(frame["score"] >= 1.0).astype(float))
    direct = osa_survey.compare_groups(high, "high", "gender").pick("hedges_g")
    assert found(result, outcome="high")["estimate"] == pytest.approx(direct["estimate"], rel=EXACT)


@pytest.mark.parametrize("kind", ["weights", "sets", "both"])
def test_weights_and_completed_sets_are_those_of_the_analysis(kind: str) -> None:
    frame = people()
    weights = np.random.default_rng(2).uniform(0.5, 2, N)
    design = (
        None if kind == "sets" else survey_design(frame.assign(w=weights), sample="quota", weights="w", clusters="town")
    )
    sets = []
    for seed in range(3):
        one = frame.copy()
        one.loc[:19, "score"] = np.random.default_rng(seed).normal(size=20)
        sets.append(one)
    data = as_scored(frame, design) if kind == "weights" else as_imputed(frame, sets, design)
    result = run(data, "correlate", outcomes=["score"])
    kept = [one.assign(score=one["score"].mask(one["age"] > 70)) for one in (frame, *sets)]
    other = as_scored(kept[0], design) if kind == "weights" else as_imputed(kept[0], kept[1:], design)
    direct = osa_survey.correlate(other, ["score", "use"]).pick("r")
    row = found(result, exclusions="old")
    assert row["estimate"] == pytest.approx(direct["estimate"], rel=EXACT)
    assert row["p_value"] == pytest.approx(direct["p_value"], rel=EXACT)
    median = result.pick("curve_median")
    assert np.isnan(median["p_value"])
    assert ("no null hypothesis" if kind == "weights" else "no rule pools them") in median["warning"]


def test_workers_and_finished_parts_change_no_byte(tmp_path: Path) -> None:
    frame = people()
    one, two = (run(frame, "correlate", workers=workers) for workers in (1, 2))
    run(frame, "correlate", resume=tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")}
    assert len(times) == 4
    again = run(frame, "correlate", resume=tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")} == times
    for other in (two, again):
        pd.testing.assert_frame_equal(one.engine, other.engine, check_exact=True)
        pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)


def test_small_groups_are_hidden() -> None:
    frame = people().assign(gender=pd.Categorical(["man"] * (N - 3) + ["woman"] * 3))
    result = run(frame, "compare_groups", "gender", exclusions={}, draws=3)
    shown = release(result, JOURNAL).more["curve"].table
    assert (shown["suppressed"] != "").all()


def test_the_figure_is_drawn_and_the_marked_one_named() -> None:
    shown = release(run(people(), "correlate", preregistered={"exclusions": ["old"]}), JOURNAL)
    figure = draw(shown)
    assert [line for line in figure.lines if line.get_marker() == "D"]
    assert "Partial" not in figure.get_ylabel()
    assert "preregistered" in alt_text(shown)


@pytest.mark.parametrize(
    ("do", "options", "code", "hint"),
    [
        ("tobit", {}, "unknown_analysis", "paired"),
        ("correlate", {"covariates": ["age"]}, "unknown_choice", "partial_correlations"),
        ("correlate", {"row": {"quantities": "r"}}, "unknown_key", "quantity"),
        ("correlate", {"row": {"quantity": "tau"}}, "nothing_tested", "quantity = ['r']"),
        ("gee", {"arguments": {"groups": "town"}, "row": {"term": "agee"}}, "nothing_tested", "'use'"),
        ("gee", {"arguments": {"groups": "town"}, "row": {"quantity": "odds_ratio"}}, "unknown_choice", '"b"'),
        ("mediate", {"arguments": {"x": "age", "mediators": "closeness"}}, "unknown_choice", "leave it out"),
        ("mediate", {"arguments": {"mediators": ["closeness", "age"]}, "outcomes": ["score"]}, "several_rows", "term"),
        ("correlate", {"ways": {"main": {}}}, "unknown_choice", "another title"),
    ],
)  # fmt: skip
def test_refusals(do: str, options: dict[str, Any], code: str, hint: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        run(people(), do, **{"draws": 2, **options})
    problems = [problem for problem in caught.value.problems if problem.code == code]
    assert problems
    assert hint in problems[0].hint
