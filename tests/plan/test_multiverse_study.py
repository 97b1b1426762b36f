"""[multiverse] of a study file: what is marked is what the rest of the file says; checked, run, reported, resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from osa_survey.errors import DefinitionError
from osa_survey.plan import check_study, freeze_study, report_study, run_study, write_run
from osa_survey.plan.multiverse_step import PARTS
from osa_survey.results import Result
from tests.made_up_folders import STUDY, write_study

SAME = 1e-9  # cross-products instead of a QR decomposition
CHOICES = """
[multiverse]
analysis = "model"
term = "age"
predicted = "negative"
covariates = ["partnered"]
exclude = ["straight_lining"]
models = ["rank", "logistic"]
draws = 99

[multiverse.outcomes]
high = { at_least = 22 }

[multiverse.exclusions]
older = { variable = "age", above = 65 }

[multiverse.scoring.scs.total]
lenient = { min_answered = 8 }
short = { items = ["scs_01", "scs_02", "scs_03", "scs_05"], min_share = 0.75 }
"""


def whole(result: Result) -> bytes:
    return result.engine[["n", "df", "estimate", "p_value"]].to_numpy().tobytes()


def test_the_marked_specification_is_the_analysis_itself(tmp_path: Path) -> None:
    run = run_study(write_study(tmp_path, study=STUDY + CHOICES), only=["model", "multiverse"])
    (found,) = run.multiverse
    # 2 outcomes (score: linear, rank; high: linear, rank, logistic), 2^2 covariates, 2^2 exclusions, 3 scoring rules
    assert len(found.engine) == 5 * 4 * 4 * 3
    curve = found.more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    assert marked["contrast"].tolist() == [
        "linear; covariates: gender; exclusions: straight_lining; scoring: scs_total as scored"
    ]
    table = run.analyses[0].table
    age = table.loc[(table["quantity"] == "b") & (table["term"] == "age")].iloc[-1]  # of the last block: with gender
    t, df = age["statistic"], marked["df1"].item()
    assert marked["n"].item() == age["n"]
    assert marked["estimate"].item() == pytest.approx(t / np.sqrt(t**2 + df), abs=SAME)
    assert marked["p_value"].item() == pytest.approx(age["p_value"], rel=1e-6)
    assert not (tmp_path / PARTS).exists()


def test_a_binary_model_takes_its_event_from_the_analysis(tmp_path: Path) -> None:
    logistic = STUDY.replace('model = "linear"', 'model = "logistic"\nevent = "no"').replace(
        'outcome = "scs_total"\nblocks', 'outcome = "partnered"\nblocks'
    )
    choices = '[multiverse]\nanalysis = "model"\nterm = "age"\ndraws = 99\nmodels = ["probit"]\n'
    run = run_study(write_study(tmp_path, study=logistic + choices), only=["model", "multiverse"])
    curve = run.multiverse[0].more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    table = run.analyses[0].table
    age = table.loc[(table["quantity"] == "b") & (table["term"] == "age")].iloc[-1]
    assert marked["contrast"].str.startswith("logistic").all()
    assert marked["n"].item() == age["n"]
    # a score test and Wald's test of the same slope
    assert marked["estimate"].item() * np.sqrt(age["n"]) == pytest.approx(age["statistic"], abs=0.05)


def test_check_counts_specifications_and_run_and_report_show_them(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=STUDY + CHOICES)
    checked = check_study(folder)
    assert checked.facts["multiverse"] == "240 specifications of 8 choices around 'model'"
    assert checked.findings == ()
    run = run_study(folder, only=["multiverse"])
    out = write_run(run, tmp_path / "results")
    assert (out / "tables" / "multiverse.csv").is_file()
    assert (out / "tables" / "multiverse.curve.csv").is_file()
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines[1:]]
    own = [one for one in ids if one.startswith("multiverse/")]
    assert {"multiverse/main/curve_median//age//", "multiverse/main/curve_median//age//bootstrap"} <= set(own)


@pytest.mark.parametrize(("language", "heading"), [("en", "Other ways to the same"), ("de", "Andere Wege zur selben")])
def test_the_report_has_a_section_of_its_own(tmp_path: Path, language: str, heading: str) -> None:
    study = STUDY[: STUDY.index("[[analyses]]")] + STUDY[STUDY.index('[[analyses]]\nid = "model"') :]
    study += CHOICES.replace('models = ["rank", "logistic"]\n', "") + f'\n[report]\nlanguage = "{language}"\n'
    report_study(write_study(tmp_path / "study", study=study), tmp_path / "report")
    text = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert heading in text
    assert "figures/figure-" in text or "<svg" in text
    assert list((tmp_path / "report" / "figures").glob("*multiverse.svg"))
    said = {"en": "The declared choices make 96", "de": "Die angegebenen Wahlmöglichkeiten ergeben 96"}
    assert said[language] in text


def test_workers_change_no_byte(tmp_path: Path) -> None:
    folder = write_study(tmp_path, study=STUDY + CHOICES)
    one, two = (run_study(folder, only=["multiverse"], workers=workers).multiverse[0] for workers in (1, 2))
    assert whole(one) == whole(two)
    assert one.frame.equals(two.frame)


SCRIPT = """
import sys
from osa_survey.plan import run_study
run_study(sys.argv[1], only=["multiverse"])
"""


@pytest.mark.skipif(os.name == "nt", reason="a process is killed")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    study = STUDY + CHOICES.replace("draws = 99", "draws = 400")
    folder = write_study(tmp_path, study=study)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder)], env=environment)
    parts, end = folder / PARTS, time.monotonic() + 120
    while len(list(parts.glob("*.npy"))) < 3 and time.monotonic() < end and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.npy")}
    assert len(done) >= 3
    resumed = run_study(folder, only=["multiverse"]).multiverse[0]
    assert not parts.exists()
    afresh = run_study(folder, only=["multiverse"]).multiverse[0]
    assert whole(resumed) == whole(afresh)
    assert resumed.frame.equals(afresh.frame)


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    folder = write_study(tmp_path, study=STUDY + CHOICES)
    (folder / PARTS).write_text("a file of this name", encoding="utf-8")
    (found,) = run_study(folder, only=["multiverse"]).multiverse
    assert found.n_used == 414  # 417 adults, three of them repeated
    assert (folder / PARTS).read_text(encoding="utf-8") == "a file of this name"


def test_all_problems_come_together(tmp_path: Path) -> None:
    wrong = (
        CHOICES.replace('term = "age"', 'term = "agee"')
        .replace('exclude = ["straight_lining"]', 'exclude = ["attention_checks"]')
        .replace('covariates = ["partnered"]', 'covariates = ["partner"]')
        .replace('variable = "age", above', 'variable = "ages", above')
        .replace('"scs_05"', '"scs_55"')
    )
    rule = "x = { min_answered = 2 }"
    more = f"\n[multiverse.scoring.scs.whole]\n{rule}\n[multiverse.scoring.ssc.total]\n{rule}\n"
    with pytest.raises(DefinitionError) as caught:
        check_study(write_study(tmp_path, study=STUDY + wrong + more))
    found = {(problem.key, problem.code) for problem in caught.value.problems}
    assert found == {
        ("multiverse.term", "unknown_variable"),
        ("multiverse.exclude", "unknown_check"),
        ("multiverse.covariates", "unknown_variable"),
        ("multiverse.exclusions.older", "unknown_variable"),
        ("multiverse.scoring.scs.total.short.items", "unknown_item"),
        ("multiverse.scoring.scs.whole", "unknown_scale"),
        ("multiverse.scoring.ssc", "unknown_block"),
    }
    assert all(problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('analysis = "model"', 'analysis = "nothing"', "multiverse.analysis"),
        ('models = ["rank", "logistic"]', 'models = ["tobit"]', "multiverse.models[1]"),
        ("high = { at_least = 22 }", "high = { at_least = 22, log = true }", "multiverse.outcomes.high"),
    ],
)
def test_what_cannot_be_a_multiverse(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check_study(write_study(tmp_path, study=STUDY + CHOICES.replace(old, new)))
    assert key in {problem.key for problem in caught.value.problems}


def test_what_only_answers_can_tell_is_a_finding(tmp_path: Path) -> None:
    choices = CHOICES.replace(
        'older = { variable = "age", above = 65 }', 'nearly_all = { variable = "age", above = 18 }'
    )
    found = check_study(write_study(tmp_path, study=STUDY + choices)).findings
    assert [problem.code for problem in found] == ["too_few_respondents"]
    assert found[0].file == "study.toml"
    assert found[0].key.startswith("multiverse")


def test_a_weighted_study_has_a_weighted_multiverse(tmp_path: Path) -> None:
    weighted = STUDY + '\n[weights]\nvariable = "age"\n'
    with pytest.raises(DefinitionError) as caught:
        check_study(write_study(tmp_path, study=weighted + CHOICES))
    wrong = {problem.code: problem.key for problem in caught.value.problems}
    assert wrong == {"does_not_compose": "multiverse.exclude"}
    whole_sample = CHOICES.replace('exclude = ["straight_lining"]\n', "").replace('"rank", ', "")
    run = run_study(write_study(tmp_path / "w", study=weighted + whole_sample), only=["model", "multiverse"])
    curve = run.multiverse[0].more["curve"].table
    marked = curve.loc[curve["group"] == "preregistered"]
    table = run.analyses[0].table
    age = table.loc[(table["quantity"] == "b") & (table["term"] == "age")].iloc[-1]
    assert marked["p_value"].item() == pytest.approx(age["p_value"], rel=1e-6)
    reasoned = CHOICES.replace("draws = 99", 'draws = 99\nreason = "the weights hardly vary"')
    (found,) = run_study(write_study(tmp_path / "u", study=weighted + reasoned), only=["multiverse"]).multiverse
    assert any("the weights hardly vary" in note for note in found.notes)


def test_a_multiverse_around_a_correlation(tmp_path: Path) -> None:
    choices = """
[[analyses]]
id = "pair"
do = "correlate"
variables = ["scs_total", "age"]

[multiverse]
analysis = "pair"
draws = 99
ways = { ranks = { method = "spearman" } }
exclude = ["straight_lining"]

[multiverse.exclusions]
older = { variable = "age", above = 65 }
"""
    run = run_study(write_study(tmp_path, study=STUDY + choices), only=["pair", "multiverse"])
    curve = run.multiverse[0].more["curve"].table
    assert len(run.multiverse[0].engine) == 8
    marked = curve.loc[curve["group"] == "preregistered", "estimate"].item()
    assert marked == pytest.approx(run.analyses[0].pick("r")["estimate"], rel=1e-9)


def test_a_wrong_term_of_another_analysis_is_named(tmp_path: Path) -> None:
    choices = '[multiverse]\nanalysis = "gap"\nterm = "age"\ncovariates = ["age"]\nmodels = ["rank"]\n'
    with pytest.raises(DefinitionError) as caught:
        check_study(write_study(tmp_path, study=STUDY + choices))
    found = {(problem.key, problem.code) for problem in caught.value.problems}
    assert {("multiverse.term", "unknown_variable"), ("multiverse.models", "unknown_choice"),
            ("multiverse.covariates", "unknown_choice")} == found  # fmt: skip


def test_a_multiverse_added_after_freezing_leaves_analyses_confirmatory(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    freeze_study(folder)
    (folder / "study.toml").write_text(STUDY + CHOICES, encoding="utf-8", newline="\n")
    run = run_study(folder, only=["gap", "multiverse"])
    assert run.analyses[0].plan_status == "confirmatory"
    assert run.multiverse[0].plan_status == "exploratory"


def test_an_exclusion_of_a_few_people_does_not_tell_what_they_answered(tmp_path: Path) -> None:
    """Three records repeat another one: with and without them are two numbers whose difference is about three."""
    choices = "[multiverse]\nanalysis = 'model'\nterm = 'age'\nexclude = ['identical_records']\ndraws = 99\n"
    override = (
        "[[report.overrides]]\nanalysis = 'multiverse'\nrule = 'differencing'\nreason = 'the records are copies'\n"
    )
    for more, hidden in (("", True), (override, False)):
        folder = write_study(tmp_path / str(hidden), study=STUDY + choices + more)
        run = run_study(folder, only=["multiverse"])
        curve = run.multiverse[0].more["curve"].table
        assert set(curve["n"].diff().abs().dropna()) >= {3.0}
        out = write_run(run, tmp_path / f"{hidden} results", profile="journal")
        text = (out / "tables" / "multiverse.curve.csv").read_text(encoding="utf-8-sig")
        assert ("suppressed" in text.partition("\n")[2]) == hidden
