"""Survey files of Qualtrics joined to its exports: labels, order, display logic, answers joined in one column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from osa_survey.ingest import read_export
from tests.ingest.test_qualtrics import columns_of, csv_of


def question(identifier: str, tag: str, **more: Any) -> dict[str, Any]:
    payload = {"QuestionID": identifier, "DataExportTag": tag, "QuestionText": f"<b>{tag}</b>?&nbsp;", **more}
    return {"Element": "SQ", "PrimaryAttribute": identifier, "Payload": payload}


def only_if(locator: str, operator: str = "Selected", **more: Any) -> dict[str, Any]:
    condition = {"LogicType": "Question", "ChoiceLocator": locator, "Operator": operator, "Description": "If <i>x</i>"}
    return {"0": {"0": condition | more, "Type": "If"}, "Type": "BooleanExpression"}


def survey(path: Path, *questions: dict[str, Any], order: list[str]) -> Path:
    blocks = [
        {"ID": "BL_1", "Type": "Default", "BlockElements": [{"Type": "Question", "QuestionID": q} for q in order]}
    ]
    elements = [
        {"Element": "BL", "Payload": blocks},
        {"Element": "FL", "Payload": {"Flow": [{"ID": "BL_1", "Type": "Block", "FlowID": "FL_2"}]}},
        *questions,
    ]
    entry = {"SurveyName": "Made up", "SurveyLanguage": "EN"}
    path.write_text(json.dumps({"SurveyEntry": entry, "SurveyElements": elements}), encoding="utf-8")
    return path


YES_NO = {"1": {"Display": "yes"}, "2": {"Display": "no"}}
SINGLE = {"QuestionType": "MC", "Selector": "SAVR", "Choices": YES_NO, "ChoiceOrder": ["2", "1"]}


def test_a_survey_file_brings_labels_order_and_display_logic(tmp_path: Path) -> None:
    rows = columns_of(
        ("Finished", "", "finished", ["1", "1", "1", "0"]),
        ("Q2", "short…", "QID2", ["1", "", "2", ""]),
        ("Q1", "short…", "QID1", ["7", "8", "", ""]),
        ("Q3_1", "short…", "QID3_1", ["10", "", "20", ""]),
        ("Q9", "", "QID9", ["1", "1", "1", "1"]),
    )
    structure = survey(
        tmp_path / "structure",
        question("QID1", "Q1", **SINGLE, RecodeValues={"1": 7, "2": "8"}),
        question("QID2", "Q2", **SINGLE, DisplayLogic=only_if("q://QID1/SelectableChoice/1")),
        question(
            "QID3",
            "Q3",
            QuestionType="Matrix",
            Selector="Likert",
            SubSelector="SingleAnswer",
            Choices=[{"Display": "zero"}, {"Display": "one"}],
            Answers=YES_NO,
            RecodeValues={"1": "10", "2": "20"},
        ),
        order=["QID1", "QID2", "QID3"],
    )
    export = read_export(csv_of(tmp_path / "export", rows), companions=[structure])
    assert export.value_labels["Q1"] == {"8": "no", "7": "yes"}
    assert export.value_labels["Q3_1"] == {"10": "yes", "20": "no"}
    assert export.wording["Q3_1"] == "Q3? – one"
    assert export.facts.order[-3:] == ("Q1", "Q2", "Q3_1")
    # record 1 said yes and saw it; 2 said no; 3 finished without an answer; 4 broke off before
    assert export.facts.not_shown["Q2"].tolist() == [False, True, True, False]
    assert export.reading["branching"] == (
        {"kind": "display", "place": "QID2", "choice": "", "words": "If x", "used": True},
    )
    assert [(finding.code, finding.column) for finding in export.findings] == [("not_in_structure", "Q9")]


@pytest.mark.parametrize(
    ("locator", "more"),
    [
        ("q://QID3/SelectableChoice/1", {}),
        ("q://QID1/SelectableChoice/9", {}),
        ("q://QID1/ChoiceTextEntryValue/1", {}),
        ("q://QID1/SelectableChoice/1", {"QuestionIsInLoop": "yes"}),
        ("q://QID1/SelectableChoice/1", {"LogicType": "EmbeddedField"}),
    ],
)
def test_display_logic_that_is_not_simple_is_listed_only(tmp_path: Path, locator: str, more: dict[str, str]) -> None:
    rows = columns_of(*((f"Q{n}", "", f"QID{n}", ["1", "2"]) for n in (1, 2, 3)))
    structure = survey(
        tmp_path / "structure",
        question("QID1", "Q1", **SINGLE),
        question("QID2", "Q2", **SINGLE, DisplayLogic=only_if(locator, **more)),
        question("QID3", "Q3", **SINGLE),
        order=["QID1", "QID2", "QID3"],
    )
    export = read_export(csv_of(tmp_path / "export", rows), companions=[structure])
    assert not export.facts.not_shown
    assert [entry["used"] for entry in export.reading["branching"]] == [False]


def test_a_condition_on_a_ticked_option(tmp_path: Path) -> None:
    rows = columns_of(
        ("Q1_1", "", "QID1_1", ["1", "", "1"]),
        ("Q1_2", "", "QID1_2", ["", "1", "1"]),
        ("Q2", "", "QID2", ["1", "", ""]),
    )
    many = {"QuestionType": "MC", "Selector": "MAVR", "Choices": YES_NO}
    structure = survey(
        tmp_path / "structure",
        question("QID1", "Q1", **many),
        question("QID2", "Q2", **SINGLE, DisplayLogic=only_if("q://QID1/SelectableChoice/2", "NotSelected")),
        order=["QID1", "QID2"],
    )
    export = read_export(csv_of(tmp_path / "export", rows), companions=[structure])
    assert export.facts.not_shown["Q2"].tolist() == [False, True, True]
    assert [dict(found.options) for found in export.facts.sets] == [{"Q1_1": "yes", "Q1_2": "no"}]


@pytest.mark.parametrize(
    ("finished", "cells"), [("1", ["1,3", "2", "", "1,9"]), ("True", ["A, or so,C", "B", "", "A, or so,x"])]
)
def test_a_survey_file_takes_joined_answers_apart(tmp_path: Path, finished: str, cells: list[str]) -> None:
    rows = columns_of(("Finished", "", "finished", [finished] * 4), ("Q1", "", "QID1", cells))
    choices = {key: {"Display": text} for key, text in {"1": "A, or so", "2": "B", "3": "C"}.items()}
    many = question("QID1", "Q1", QuestionType="MC", Selector="MACOL", Choices=choices)
    structure = survey(tmp_path / "structure", many, order=["QID1"])
    export = read_export(csv_of(tmp_path / "export", rows), companions=[structure])
    added = {name: export.columns[name].to_pylist() for name in export.names[2:]}
    assert added == {
        "Q1 – A, or so": ["1", "", "", "1"],
        "Q1 – B": ["", "1", "", ""],
        "Q1 – C": ["1", "", "", ""],
        "Q1 – other": ["", "", "", "1"],
    }
    assert export.columns["Q1"].to_pylist() == cells
    assert [finding.code for finding in export.findings] == ["split_check_all"]
    assert export.facts.sets[0].ticked == ("1",)


def test_a_survey_file_that_does_not_fit_is_a_finding(tmp_path: Path) -> None:
    path = csv_of(tmp_path / "export", columns_of(("Q1", "", "QID1", ["1"])))
    other = survey(tmp_path / "other", question("QID7", "Q7", **SINGLE), order=["QID7"])
    broken = tmp_path / "broken"
    broken.write_text('{"SurveyElements": [', encoding="utf-8")
    odd = tmp_path / "odd"
    odd.write_text('{"SurveyElements": [3, {"Element": "SQ", "Payload": {"Choices": 5}}]}', encoding="utf-8")
    codes = [[f.code for f in read_export(path, companions=[file]).findings] for file in (other, broken, odd)]
    assert codes == [["unmatched_structure"], ["broken_structure"], ["unmatched_structure"]]


def test_real_exports_with_their_survey_files(shared: Path) -> None:
    folder = shared / "data" / "qualtrics_qsf_pair"
    long = read_export(
        folder / "Long_Exhaustive_Sample_Survey.csv", companions=[folder / "Long_Exhaustive_Sample_Survey.qsf"]
    )
    assert (long.n_records, len(long.names), long.reading["structure"]["questions"]) == (31, 367, 46)
    assert long.value_labels["Q25_mangos"]["-1"] == "I'm unfamiliar with this fruit"
    assert long.value_labels["Q45#1_red_pandas_3"]["100"] == "Omg, like you don't even know"
    ticked = next(found for found in long.facts.sets if found.name == "QID16")
    assert list(ticked.options)[-1] == "Q16_-2"
    better = read_export(folder / "Better_Sample_Survey.csv", companions=[folder / "Better_Sample_Survey.qsf"])
    assert (better.n_records, len(better.names)) == (10, 59)
    assert next(found.ticked for found in better.facts.sets if found.name == "QID10#2_1") == ("-1",)
    assert not better.facts.not_shown, "its conditions look at a later question"
    assert [entry["kind"] for entry in better.reading["branching"]] == ["display of a choice"] * 3 + ["skip"]


def test_a_legacy_export_finds_its_questions_by_tags(shared: Path) -> None:
    folder = shared / "data" / "qualtrics_qsf_pair"
    structure = [folder / "Single_Answer_Matrix_Questions.qsf"]
    legacy = read_export(folder / "Single_Answer_Matrix_Questions.csv", companions=structure)
    current = read_export(folder / "Single_Answer_Matrix_Questions_Insights.csv", companions=structure)
    pairs = {
        "question_one": "Q3_question_one",
        "question_one.2": "Q5_question_one",
        "question_three.3": "matrix_question_five_question_three",
    }
    for old, new in pairs.items():
        assert legacy.columns[old].to_pylist() == current.columns[new].to_pylist()
        assert legacy.value_labels[old] == current.value_labels[new]
        assert legacy.wording[old] == current.wording[new]
