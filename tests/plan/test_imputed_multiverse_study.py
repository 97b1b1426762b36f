"""[multiverse] of a study with ``[missing_data]``: every specification is the analysis on the same completed sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from osa_survey import correlate, multiverse, regress
from osa_survey.dataset import ImputedData
from osa_survey.errors import DefinitionError
from osa_survey.plan import check_study, report_study, run_study, write_run
from osa_survey.plan.multiverse_step import PARTS
from osa_survey.plan.running import StudyRun
from tests.made_up_folders import CODEBOOK, write_study
from tests.made_up_regressions import as_imputed

Floats = NDArray[np.float64]
SAME = 1e-7  # cross-products instead of a QR decomposition
SAME_P = 1e-5  # the same in the tail
EXACT = 1e-9
NEAR = 0.1
"""A score test and Wald's test of the same slope, in standard errors."""
N, M, HIGH, MUCH, RUN = 180, 3, 24, 1.5, 6
SHORT = ("scs_01", "scs_02", "scs_03", "scs_05")
MORE = """
[variables.use]
column = "use"
type = "number"
"""
STUDY = f"""
format = 1
title = "Compulsivity and use"
seed = 7

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"

[missing_data]
method = "multiple_imputation"
m = {M}
iterations = 2
variables = ["scs_total", "use", "age", "gender"]

[[analyses]]
id = "model"
do = "regress"
outcome = "scs_total"
blocks = [["use"], ["gender"]]

[[analyses]]
id = "pair"
do = "correlate"
variables = ["scs_total", "use"]
"""
REGRESSIONS = f"""
[multiverse]
analysis = "model"
term = "use"
models = ["rank", "logistic"]
draws = 99

[multiverse.outcomes]
high = {{ at_least = {HIGH} }}

[multiverse.exclusions]
heavy = {{ variable = "use", above = {MUCH} }}
alike = {{ check = "straight_lining", longest_run = {RUN} }}

[multiverse.scoring.scs.total]
short = {{ items = {list(SHORT)}, min_share = 1.0 }}
""".replace("'", '"')
AROUND_ANY = """
[multiverse]
analysis = "{analysis}"
term = "use"
draws = 99
ways = { {ways} }

[multiverse.exclusions]
heavy = { variable = "use", above = 1.5 }
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Write a study with one multiverse: gaps in items, in the predictor and in a covariate."""

    def written(choices: str) -> Path:
        folder = write_study(tmp_path_factory.mktemp("study"), study=STUDY + choices, codebook=CODEBOOK + MORE, n=N)
        people = pd.read_csv(folder / "data.csv")
        rng = np.random.default_rng(5)
        items = [f"Q{number + 1}" for number in range(10)]
        use = np.round(0.04 * (people[items].sum(axis=1) - 22) + rng.normal(size=N), 2)
        people["use"] = pd.Series(use.astype(str)).mask(rng.random(N) < 0.2, "")
        for name in [*items[5:], "gender"]:
            people[name] = people[name].mask(rng.random(N) < 0.06, 0)
        people.to_csv(folder / "data.csv", index=False)
        return folder

    return written


@pytest.fixture(scope="module")
def regressions(study: Callable[[str], Path]) -> StudyRun:
    return run_study(study(REGRESSIONS), only=["model", "multiverse"])


def sets_of(run: StudyRun) -> ImputedData:
    assert run.answers is not None
    assert run.answers.imputed is not None
    return run.answers.imputed


def score_by(run: StudyRun, place: int, rule: str) -> Floats:
    """Return the total of a completed set: ten items, or 10/4 of the short form's four."""
    one = sets_of(run).completed[place]
    items = one.responses.codes[[f"scs_{number + 1:02}" for number in range(10)]].to_numpy(dtype=float)
    return np.asarray(items.sum(axis=1) if rule == "as scored" else 2.5 * items[:, [0, 1, 2, 4]].sum(axis=1))


def left_by(run: StudyRun, place: int, exclusions: str) -> NDArray[np.bool_]:
    """Return whom exclusions leave: use is that of the set, lines are those people answered themselves."""
    data = sets_of(run)
    use = data.completed[place].frame["use"].to_numpy()
    left = np.ones(len(use), dtype=bool)
    if "heavy" in exclusions:
        left &= ~(use > MUCH)
    if "alike" in exclusions:
        given = data.original.responses.codes[[f"scs_{number + 1:02}" for number in range(10)]].to_numpy(dtype=float)
        same = given[:, 1:] == given[:, :-1]
        runs = np.stack([same[:, begin : begin + RUN - 1].all(axis=1) for begin in range(9 - RUN + 2)])
        left &= ~runs.any(axis=0)
    return left


def alone(run: StudyRun, row: Any) -> tuple[ImputedData, list[list[Floats]]]:
    """Return the variables of a specification in each completed set, and residuals of predictor and outcome."""
    frames: list[pd.DataFrame] = []
    left: list[list[Floats]] = []
    for place, one in enumerate(sets_of(run)):
        score = score_by(run, place, row["scoring"].removeprefix("scs_total "))
        inside = left_by(run, place, row["exclusions"])
        y, x = (score >= HIGH) * 1.0 if row["outcome"] == "high" else score, one.frame["use"].to_numpy(dtype=float)
        gender = one.frame["gender"].to_numpy(dtype=np.int64)
        if row["model"] == "rank":
            y, x = (pd.Series(np.where(inside, v, np.nan)).rank().to_numpy() for v in (y, x))
        frame = pd.DataFrame({"y": y, "x": x, "gender": pd.Categorical.from_codes(gender - 1, pd.Index(list("mwa")))})
        frames.append(frame.assign(y=frame["y"].where(inside)))
        given = np.column_stack([np.ones(len(y)), *([gender == 2, gender == 3] if row["covariates"] else [])])[inside]
        left.append([v[inside] - given @ np.linalg.lstsq(given, v[inside], rcond=None)[0] for v in (x, y)])
    return as_imputed(frames[0], frames), left


def test_every_linear_specification_is_the_pooled_regression(regressions: StudyRun) -> None:
    table = regressions.multiverse[0].engine
    assert len(table) == 5 * 2 * 4 * 2  # of score and high; gender; two exclusions; two rules
    for _, row in table.loc[table["model"] != "logistic"].iterrows():
        data, residuals = alone(regressions, row)
        b = regress(data, "y", [["x", *(["gender"] if row["covariates"] else [])]]).pick("b", term="x")
        scale = np.mean([np.sqrt(x @ x / (y @ y)) for x, y in residuals])
        assert row["estimate"] == pytest.approx(b["estimate"] * scale, rel=SAME)
        assert row["p_value"] == pytest.approx(b["p_value"], rel=SAME_P, abs=0)
        assert row["df"] == pytest.approx(b["df1"], rel=SAME)
        assert row["n"] == min(len(x) for x, _ in residuals)


def test_every_logistic_specification_alone_gives_the_same_and_comes_near_to_walds_test(regressions: StudyRun) -> None:
    table = regressions.multiverse[0].engine
    logistic = table.loc[table["model"] == "logistic"]
    assert len(logistic) == 2 * 4 * 2
    for _, row in logistic.iterrows():
        data, _ = alone(regressions, row)
        given = ["gender"] if row["covariates"] else []
        single = multiverse(data, ["y"], ["x"], covariates={"these": given}, models=["logistic"], draws=1).engine
        assert row["estimate"] == pytest.approx(single["estimate"].item(), rel=EXACT)
        assert row["p_value"] == pytest.approx(single["p_value"].item(), rel=SAME_P, abs=0)
        b = regress(data, "y", [["x", *given]], model="logistic", event=1.0).pick("b", term="x")
        t = stats.t.isf(row["p_value"] / 2, row["df"]) * np.sign(row["estimate"])
        assert t == pytest.approx(b["statistic"], abs=NEAR)


def test_the_marked_specification_is_the_analysis_of_the_study(regressions: StudyRun) -> None:
    curve = regressions.multiverse[0].more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    assert marked["contrast"].tolist() == ["linear; covariates: gender; exclusions: none; scoring: scs_total as scored"]
    table = regressions.analyses[0].table
    use = table.loc[(table["quantity"] == "b") & (table["term"] == "use")].iloc[-1]  # of the last block: with gender
    assert marked["p_value"].item() == pytest.approx(use["p_value"], rel=SAME_P, abs=0)
    assert marked["df1"].item() == pytest.approx(use["df1"], rel=SAME)
    assert marked["n"].item() == use["n"]
    (found,) = regressions.multiverse
    assert any("imputed values: heavy" in note for note in found.notes)
    assert any("Pooled over 3 imputed sets" in note for note in found.notes)
    rows = found.frame.loc[found.frame["quantity"] == "curve_median"]
    assert rows["p_value"].isna().all()
    assert rows["warning"].str.contains("no rule pools them over the sets").all()
    assert not rows["method"].str.contains("plan").any()  # there is no sampling plan


@pytest.mark.parametrize(
    ("analysis", "ways", "quantity"),
    [("pair", 'ranks = { method = "spearman" }', ("r", "rho")), ("model", 'robust = { errors = "HC3" }', ("b", "b"))],
    ids=["correlate", "regress"],
)
def test_every_specification_of_another_analysis_is_a_call_of_it(
    study: Callable[[str], Path], analysis: str, ways: str, quantity: tuple[str, str]
) -> None:
    run = run_study(study(AROUND_ANY.replace("{analysis}", analysis).replace("{ways}", ways)), only=["multiverse"])
    table = run.multiverse[0].engine
    assert len(table) == 2 * 2 * (2 if analysis == "model" else 1)
    for _, row in table.iterrows():
        data, _ = alone(run, {**row, "model": "", "scoring": "as scored"})
        main = row["model"] == "main"
        if analysis == "pair":
            found = correlate(data, ["y", "x"], method="pearson" if main else "spearman").pick(quantity[not main])
        else:
            blocks = [["x", *(["gender"] if row["covariates"] else [])]]
            found = regress(data, "y", blocks, errors="classical" if main else "HC3").pick("b", term="x")
        assert row["estimate"] == pytest.approx(found["estimate"], rel=EXACT)
        assert row["p_value"] == pytest.approx(found["p_value"], rel=EXACT, abs=0)
        assert row["n"] == found["n"]


def test_workers_change_no_byte(study: Callable[[str], Path], tmp_path: Path) -> None:
    folder, written = study(REGRESSIONS), []
    for workers in (1, 2):
        out = write_run(run_study(folder, only=["model", "multiverse"], workers=workers), tmp_path / str(workers))
        written.append({path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.*")})
        assert not (folder / PARTS).exists()
    assert "tables/multiverse.curve.csv" in written[0]
    assert written[0] == written[1]


@pytest.mark.parametrize("language", ["en", "de"])
def test_checked_and_reported(study: Callable[[str], Path], tmp_path: Path, language: str) -> None:
    folder = study(REGRESSIONS + f'\n[report]\nlanguage = "{language}"\nformats = ["html"]\n')
    checked = check_study(folder)
    assert checked.findings == ()
    assert checked.facts["multiverse"].startswith("80 specifications")
    page = report_study(folder, tmp_path / "out")[0].read_text(encoding="utf-8")
    for words in {
        "en": ("The declared choices make 80", "There is no joint test", "imputed values: heavy"),
        "de": ("Wahlmöglichkeiten ergeben 80", "keinen gemeinsamen Test", "imputierte Werte"),
    }[language]:
        assert words in page


def test_weights_and_sets_together(study: Callable[[str], Path]) -> None:
    weighted = '\n[weights]\nvariable = "age"\n'
    run = run_study(study(REGRESSIONS.replace('"rank", ', "") + weighted), only=["model", "multiverse"])
    curve = run.multiverse[0].more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    table = run.analyses[0].table
    use = table.loc[(table["quantity"] == "b") & (table["term"] == "use")].iloc[-1]
    assert marked["p_value"].item() == pytest.approx(use["p_value"], rel=SAME_P, abs=0)
    assert marked["n"].item() == use["n"]


def test_checks_of_the_study_cannot_be_off(study: Callable[[str], Path]) -> None:
    checks = '\n[exclude]\nstraight_lining = { longest_run = 10, reason = "preregistered" }\n'
    wrong = REGRESSIONS.replace("draws = 99", 'draws = 99\nexclude = ["straight_lining"]')
    with pytest.raises(DefinitionError) as caught:
        check_study(study(wrong + checks))
    assert {problem.code: problem.key for problem in caught.value.problems} == {
        "does_not_compose": "multiverse.exclude"
    }
