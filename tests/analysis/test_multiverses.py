"""The multiverse: every number against ordinary regressions, workers, interruption, the joint test under the null."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from osa_survey import multiverse, release
from osa_survey.analysis.multiverse.multiverse_choices import subsets
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text, draw
from osa_survey.results import Result

SAME = 1e-9  # cross-products instead of a QR decomposition
RELEASED = 1e-5  # what leaves has six significant digits
KINDS = ["no", "yes"]


def people(n: int = 300, effect: float = 0.2, seed: int = 1) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    age, other = drawn.integers(18, 80, n).astype(float), drawn.normal(size=n)
    use = drawn.normal(size=n) + 0.4 * other
    score = 3 + effect * use + 0.3 * other + 0.01 * age + drawn.normal(size=n)
    partner = pd.Categorical.from_codes(drawn.integers(0, 3, n), ["none", "one", "more"])
    return pd.DataFrame({"use": use, "age": age, "other": other, "score": score, "partner": partner})


def run(frame: pd.DataFrame, **options: Any) -> Result:
    asked: dict[str, Any] = {
        "outcomes": {"score": {}, "high": {"variable": "score", "at_least": 3.5}},
        "predictors": ["use"],
        "covariates": ["age", "other", "partner"],
        "exclusions": {"old": {"variable": "age", "above": 70}, "single": {"variable": "partner", "is": "none"}},
        "models": ["linear", "rank", "logistic"],
        "draws": 20,
    }
    return multiverse(frame, **{**asked, **options})


def whole(result: Result) -> pd.DataFrame:
    table: pd.DataFrame = result.engine
    return table


class TestNumbers:
    def test_every_combination_is_there_once(self) -> None:
        table = whole(run(people()))
        # score linear and rank, high linear, rank and logistic; 2^3 covariates; 2^2 exclusions
        assert len(table) == 5 * 8 * 4
        assert table["estimate"].notna().all()
        assert not table.duplicated(["outcome", "predictor", "model", "covariates", "exclusions"]).any()

    def test_linear_specifications_are_ordinary_regressions(self) -> None:
        frame = people()
        table = whole(run(frame))
        tried = 0
        for row in table.loc[table["model"].isin(["linear", "rank"])].to_dict("records"):
            own = frame.copy()
            if "old" in row["exclusions"]:
                own = own.loc[own["age"] <= 70]
            if "single" in row["exclusions"]:
                own = own.loc[own["partner"] != "none"]
            y = own["score"] if row["outcome"] == "score" else (own["score"] >= 3.5) * 1.0
            x = own["use"]
            if row["model"] == "rank":
                x, y = x.rank(), y.rank()
            columns = [np.ones(len(own))]
            for name in filter(None, row["covariates"].split(", ")):
                kinds = own[name].cat.codes if name == "partner" else None
                columns += [own[name]] if kinds is None else [(kinds == kind) * 1.0 for kind in range(3)]
            C = np.column_stack(columns)
            left = [v - C @ np.linalg.lstsq(C, v, rcond=None)[0] for v in (x.to_numpy(), y.to_numpy())]
            r, df = np.corrcoef(left)[0, 1], len(own) - np.linalg.matrix_rank(C) - 1
            assert row["df"] == df
            assert row["n"] == len(own)
            assert row["estimate"] == pytest.approx(r, abs=SAME)
            t = r * np.sqrt(df / (1 - r**2))
            assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-6)
            tried += 1
        assert tried == 128

    def test_logistic_specifications_are_score_tests(self) -> None:
        frame = people()
        table = whole(run(frame))
        row = table.loc[
            table["model"].eq("logistic") & table["covariates"].eq("age, other") & table["exclusions"].eq("")
        ].iloc[0]
        y, X = (frame["score"] >= 3.5) * 1.0, sm.add_constant(frame[["age", "other"]])
        null = sm.GLM(y, X, family=sm.families.Binomial()).fit()
        p = np.asarray(null.fittedvalues)
        root = np.sqrt(p * (1 - p))
        C, x = X.to_numpy() * root[:, None], frame["use"].to_numpy() * root
        left = x - C @ np.linalg.lstsq(C, x, rcond=None)[0]
        z = frame["use"].to_numpy() @ (y - p) / np.sqrt(left @ left)
        assert row["estimate"] == pytest.approx(z / np.sqrt(len(frame)), abs=1e-7)
        assert row["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-5)

    def test_the_joint_test_counts_shuffles(self) -> None:
        frame = people(120)
        found = run(frame, outcomes=["score"], covariates=["other"], exclusions={}, models=["linear"], draws=39, seed=4)
        generators = [np.random.default_rng(one) for one in np.random.SeedSequence(4).spawn(39)]
        medians = []
        for order in [np.arange(120), *(one.permutation(120) for one in generators)]:
            x = frame["use"].to_numpy()[order]
            plain = np.corrcoef(x, frame["score"])[0, 1]
            others = np.corrcoef(np.stack([x, frame["score"], frame["other"]]))
            partial = (others[0, 1] - others[0, 2] * others[1, 2]) / np.sqrt(
                (1 - others[0, 2] ** 2) * (1 - others[1, 2] ** 2)
            )
            medians.append((plain + partial) / 2)
        row = found.pick("curve_median")
        assert row["estimate"] == pytest.approx(medians[0], abs=SAME)
        assert row["p_value"] == pytest.approx((1 + np.sum(np.array(medians[1:]) >= medians[0])) / 40)

    def test_a_covariate_that_is_the_predictor_leaves_nothing(self) -> None:
        found = whole(run(people().assign(copy=lambda rows: 2 * rows["use"]), covariates=["copy"], models=["linear"]))
        assert found.loc[found["covariates"] == "copy", "estimate"].isna().all()
        assert found.loc[found["covariates"] == "", "estimate"].notna().all()


def test_under_the_null_hypothesis_the_joint_test_rejects_as_often_as_it_says() -> None:
    drawn, sets, rejected = np.random.default_rng(9), 120, 0
    for seed in range(sets):
        frame = pd.DataFrame(drawn.normal(size=(40, 4)), columns=["use", "score", "second", "age"])
        frame["second"] += frame["score"]
        found = multiverse(frame, ["score", "second"], ["use"], covariates=["age"], draws=19, seed=seed)
        rejected += found.pick("curve_median")["p_value"] <= 0.1
    error = np.sqrt(0.1 * 0.9 / sets)
    assert abs(rejected / sets - 0.1) <= 0.01 + 2.6 * error


def test_two_workers_give_the_same_bytes() -> None:
    frame = people()
    one, two = run(frame), run(frame, workers=2)
    for key in ("n", "df", "estimate", "p_value"):
        assert whole(one)[key].to_numpy().tobytes() == whole(two)[key].to_numpy().tobytes()
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


SCRIPT = """
from tests.analysis.test_multiverses import people, run
import sys
run(people(1500), draws=300, resume=sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="a process is killed")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], env=environment)
    end = time.monotonic() + 120
    while len(list(tmp_path.glob("*.npy"))) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")}
    assert 3 <= len(done) < 20
    resumed = run(people(1500), draws=300, resume=tmp_path)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in done} == done
    assert len(list(tmp_path.glob("*.npy"))) == 20
    afresh = run(people(1500), draws=300)
    pd.testing.assert_frame_equal(whole(resumed), whole(afresh), check_exact=True)
    pd.testing.assert_frame_equal(resumed.table, afresh.table, check_exact=True)


def test_finished_parts_of_other_data_are_not_taken(tmp_path: Path) -> None:
    run(people(), resume=tmp_path)
    other = run(people(seed=2), resume=tmp_path)
    pd.testing.assert_frame_equal(whole(other), whole(run(people(seed=2))), check_exact=True)


def test_the_preregistered_specification_is_marked_in_table_and_figure() -> None:
    found = run(people(), preregistered={"covariates": ["other"], "exclusions": ["old"]})
    curve = found.more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    assert marked["contrast"].tolist() == ["linear; covariates: other; exclusions: old"]
    shown = release(found, JOURNAL)
    diamonds = [line for line in draw(shown).lines if line.get_marker() == "D"]
    assert len(diamonds) == 1
    assert diamonds[0].get_ydata()[0] == pytest.approx(marked["estimate"].item(), rel=RELEASED)
    assert "preregistered" in alt_text(shown)
    assert len(curve) <= 101


def test_subsets_are_all_of_them() -> None:
    assert len(set(subsets(["a", "b", "c", "d"]))) == 16


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"models": ["tobit"]}, "unknown_choice"),
        ({"exclusions": {"old": {"above": 70}}}, "exclusion"),
        ({"preregistered": {"covariates": ["use"]}}, "not_among_choices"),
        ({"predictors": ["partner"]}, "more_than_two_categories"),
        ({"outcomes": ["score"], "models": ["logistic"]}, "unknown_choice"),
        ({"exclusions": {"all": {"variable": "age", "above": 10}}}, "too_few_respondents"),
    ],
)
def test_refusals(options: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        run(people(), **options)
    assert code in {problem.code for problem in caught.value.problems}
