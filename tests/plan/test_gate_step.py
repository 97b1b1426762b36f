"""What a study tells the gate: gaps, an earlier report, overrides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey.errors import AnalysisError, DefinitionError, OutputError
from osa_survey.plan import load_study, run_study, write_run
from osa_survey.plan.gate_step import people_without_answer
from osa_survey.plan.reporting import study_report
from osa_survey.results import read_ledger
from tests.written_studies import OPT_IN, write_files

STUDY = f"""{OPT_IN}
[[analyses]]
id = "all"
do = "describe"
variables = ["answer"]

[[analyses]]
id = "groups"
do = "crosstab"
row = "gender"
column = "answer"
"""
CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[variables.age]
column = "age"
type = "number"

[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman" }
missing = { refused = [8] }

[variables.answer]
column = "answer"
type = "nominal"
labels = { 1 = "yes", 2 = "no" }
asked_if = { variable = "gender", codes = [1, 2] }
missing = { not_shown = [7], not_answered = [9] }
"""


def write(folder: Path, genders: list[int], answers: list[int], study: str = STUDY) -> Path:
    lines = ["age,gender,answer", *(f"30,{g},{a}" for g, a in zip(genders, answers, strict=True))]
    return write_files(folder, study=study, codebook=CODEBOOK, data=lines)


GENDERS = [1] * 30 + [2] * 30 + [8] * 2
ANSWERS = [1, 2] * 30 + [7, 7]


def test_people_without_an_answer_are_those_with_gaps_of_their_own(tmp_path: Path) -> None:
    answers = [*ANSWERS[:59], 9, 7, 7]
    scored = run_study(write(tmp_path, GENDERS, answers)).prepared.scored
    gaps = people_without_answer(scored)
    assert np.flatnonzero(gaps(["gender"])).tolist() == [60, 61]
    assert np.flatnonzero(gaps(["answer"])).tolist() == [59]  # not shown follows from the filter
    assert np.flatnonzero(gaps(["gender", "answer", "no such word"])).tolist() == [59, 60, 61]
    assert not gaps([]).any()


def test_a_report_is_compared_with_the_one_before(tmp_path: Path) -> None:
    old = write(tmp_path / "old", GENDERS, ANSWERS)
    write_run(run_study(old), tmp_path / "before", profile="journal")
    study = STUDY + '\n[report]\nprevious = "../before"\n'
    new = write(tmp_path / "new", [1, 1, *GENDERS], [1, 1, *ANSWERS], study)
    write_run(run_study(new), tmp_path / "after", profile="journal")
    rows = {row["id"]: row for row in read_ledger(tmp_path / "after" / "results.jsonl")[1]}
    assert rows["groups/main/count/gender/answer/man/yes"]["suppressed"]  # 17 now, 15 before
    assert rows["groups/main/count/gender/answer/total/total"]["suppressed"]
    again = study_report(run_study(write(tmp_path / "same", GENDERS, ANSWERS, study)))
    assert again.results[-1].table["suppressed"].eq("").all()


def test_an_earlier_report_that_is_none_is_refused(tmp_path: Path) -> None:
    study = STUDY + '\n[report]\nprevious = "data.csv"\n'
    with pytest.raises(OutputError, match="not_a_ledger"):
        study_report(run_study(write(tmp_path, GENDERS, ANSWERS, study)))


OVERRIDE = '\n[[report.overrides]]\nanalysis = "{analysis}"\nrule = "{rule}"\nreason = "{reason}"\n'


def test_an_override_needs_a_reason_and_is_printed(tmp_path: Path) -> None:
    answers = [1] * 30 + [1, 2] * 15 + [7, 7]  # every man says yes
    plain = study_report(run_study(write(tmp_path / "plain", GENDERS, answers)))
    assert "a whole group gave the same answer" in {i: n for i, _, n in plain.release_notes}["groups"]
    study = STUDY + OVERRIDE.format(analysis="groups", rule="full_cells", reason="agreed with the board")
    report = study_report(run_study(write(tmp_path / "own", GENDERS, answers, study)))
    assert "agreed with the board" in {i: n for i, _, n in report.release_notes}["groups"]
    assert report.results[-1].table["suppressed"].eq("").all()


@pytest.mark.parametrize(
    ("analysis", "rule", "reason"),
    [("groups", "full_cells", ""), ("groups", "threshold", "please"), ("other", "full_cells", "please")],
)
def test_overrides_without_reason_of_the_threshold_or_of_nothing_are_refused(
    tmp_path: Path, analysis: str, rule: str, reason: str
) -> None:
    study = STUDY + OVERRIDE.format(analysis=analysis, rule=rule, reason=reason)
    with pytest.raises(DefinitionError, match=r"overrides"):
        load_study(write(tmp_path, GENDERS, ANSWERS, study))


def test_real_answers_are_not_for_teaching(tmp_path: Path) -> None:
    run = run_study(write(tmp_path, GENDERS, ANSWERS))
    with pytest.raises(AnalysisError, match="not_simulated"):
        study_report(run, profile="teaching")
    with pytest.raises(AnalysisError, match="not_simulated"):
        write_run(run, tmp_path / "out", profile="teaching")
    assert not (tmp_path / "out").exists()
