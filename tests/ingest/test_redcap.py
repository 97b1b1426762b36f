"""REDCap: raw and labelled exports, forms never opened, events, and the data dictionary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import admit
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest.redcap_branching import shown_where
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook

RAW = (
    "record_id,age,sport___1,sport___2,first_complete,mood,taste____1,taste___b,second_complete\n"
    "1,30,1,0,2,4,0,1,2\n"
    "2,31,0,0,2,,0,0,0\n"
    "3,32,0,1,0,,0,0,\n"
    "4,33,0,0,1,2,0,0,2\n"
)
LABELLED = (
    '"Record ID",Age,"Sport, if any (choice=Ball, any)","Sport, if any (choice=None)",Complete?,Mood,Complete?\n'
    "1,30,Checked,Unchecked,Complete,often,Complete\n"
    "2,31,Unchecked,Unchecked,Complete,,Incomplete\n"
)
LONG = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Text Validation Type OR Show Slider Number",Identifier?,'
    '"Branching Logic (Show field only if...)"\n'
    "record_id,first,,text,Record,,,,\n"
    "age,first,,text,<b>Your</b> age,,integer,,\n"
    'sport,first,,checkbox,"Sport, if any","1, Ball, any | 2, None",,,\n'
    "mood,second,,radio,Mood,\"2, rarely | 4, often\",,y,[sport(1)] = '1' or [age] > 32\n"
    'taste,second,,checkbox,Taste,"-1,sour|b,sweet",,,"datediff([a],[b],""d"") > 1"\n'
)
SHORT = LONG.replace(
    LONG.partition("\n")[0],
    "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations,"
    "text_validation_type_or_show_slider_number,identifier,branching_logic",
)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_form_that_was_never_opened_was_not_shown(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, "x.csv", RAW))
    assert export.platform == "redcap"
    assert export.reading["forms"] == {
        "first": ["age", "sport___1", "sport___2"],
        "second": ["mood", "taste____1", "taste___b"],
    }
    # the second form is empty and without ticks, and incomplete or without a status, for records 2 and 3 only
    assert export.facts.not_shown["mood"].tolist() == [False, True, True, False]
    assert "sport___1" not in export.facts.not_shown
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, False, True, False]  # record 3: first form begun, incomplete
    assert [dict(options.options) for options in export.facts.sets] == [
        {"sport___1": "1", "sport___2": "2"},
        {"taste____1": "_1", "taste___b": "b"},
    ]
    assert export.facts.roles == {"respondent_id": "record_id"}


def test_a_zero_of_a_form_never_opened_is_no_answer(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, "x.csv", RAW))
    entries = {
        "age": {"column": "age", "type": "number"},
        "taste": {"type": "multiple", "columns": {"sour": "taste____1", "sweet": "taste___b"}, "ticked": [1]},
        "sweet": {"column": "taste___b", "type": "nominal", "labels": {"0": "no", "1": "yes"}},
    }
    responses = admit(export, codebook(variables=entries))
    hidden = REASON_CODES["not_shown"]
    for name in ("taste_sweet", "sweet"):
        assert responses.reasons[name].tolist() == [0, hidden, hidden, 0]
        np.testing.assert_array_equal(responses.codes[name], [1, np.nan, np.nan, 0])


def test_an_export_with_labels(tmp_path: Path) -> None:
    export = read_export(
        write(tmp_path, "x.csv", LABELLED), companions=[write(tmp_path, "d.csv", LONG.replace("Record,", "Record ID,"))]
    )
    assert export.platform == "redcap"
    assert export.names[-1] == "Complete?.2"
    assert [finding.code for finding in export.findings][:1] == ["renamed_column"]
    (sport,) = export.facts.sets
    assert sport.name == "sport"
    assert list(sport.options.values()) == ["Ball, any", "None"]
    assert (sport.ticked[1], sport.not_ticked[1]) == ("Checked", "Unchecked")
    assert export.facts.not_shown["Mood"].tolist() == [False, True]
    assert export.value_labels["Mood"] == {"rarely": "rarely", "often": "often"}
    assert export.facts.restricted == ("Mood",)


@pytest.mark.parametrize("text", [LONG, SHORT])
def test_a_data_dictionary(tmp_path: Path, text: str) -> None:
    export = read_export(write(tmp_path, "x.csv", RAW), companions=[write(tmp_path, "d.csv", text)])
    assert export.wording["age"] == "Your age"
    assert export.wording["sport___1"] == "Sport, if any - Ball, any"
    assert export.value_labels["mood"] == {"2": "rarely", "4": "often"}
    assert dict(export.facts.sets[1].options) == {"taste____1": "sour", "taste___b": "sweet"}
    assert export.facts.restricted == ("mood",)
    assert export.reading["fields"]["age"] == "text:integer"
    assert export.facts.order[:4] == ("record_id", "age", "sport___1", "sport___2")
    # mood is shown to 1 (ball) and 4 (33 > 32), and the form was opened by both
    assert export.facts.not_shown["mood"].tolist() == [False, True, True, False]
    assert [(finding.code, finding.column) for finding in export.findings] == [("branching_not_decided", "taste")]


def test_a_dictionary_of_another_project_is_refused(tmp_path: Path) -> None:
    other = LONG.partition("\n")[0] + "\nheight,form,,text,Height,,,,\n"
    with pytest.raises(ResponseError, match="companion_does_not_fit"):
        read_export(write(tmp_path, "x.csv", RAW), companions=[write(tmp_path, "d.csv", other)])


def test_a_damaged_dictionary_says_where(tmp_path: Path) -> None:
    damaged = write(tmp_path, "d.csv", LONG + "more,than,a,row,has,cells,for,it,to,hold,here\n")
    with pytest.raises(ResponseError) as caught:
        read_export(write(tmp_path, "x.csv", RAW), companions=[damaged])
    assert [(problem.code, problem.row) for problem in caught.value.problems] == [
        ("unknown_companion", 0),
        ("ragged_row", 7),
    ]


def test_boxes_for_missing_data_are_no_options(tmp_path: Path) -> None:
    text = RAW.replace("sport___2", "sport___unk")
    export = read_export(write(tmp_path, "x.csv", text), companions=[write(tmp_path, "d.csv", LONG)])
    assert dict(export.facts.sets[0].options) == {"sport___1": "Ball, any"}
    assert ("box_outside_choices", "sport___unk") in {(finding.code, finding.column) for finding in export.findings}


def test_events_arms_repeats_and_survey_columns(tmp_path: Path) -> None:
    text = (
        "id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,redcap_survey_identifier,"
        "visit_timestamp,a,visit_complete\n"
        "1,base_arm_1,,,x@example.org,2026-01-02 10:00:00,3,2\n"
        "1,later_arm_1,visit,1,,[not completed],1,0\n"
        "1,later_arm_1,visit,2,,,,\n"
        "2,base_arm_2,,,,2026-01-02 11:00:00,,2\n"
    )
    export = read_export(write(tmp_path, "x.csv", text))
    assert export.platform == "redcap"
    assert export.reading["events"] == {"base_arm_1": 1, "later_arm_1": 2, "base_arm_2": 1}
    assert export.reading["arms"] == {"1": 3, "2": 1}
    assert export.reading["repeating_instruments"] == {"visit": 2}
    assert export.facts.roles == {
        "respondent_id": "id",
        "wave": "redcap_event_name",
        "ended": "visit_timestamp",
    }
    assert export.facts.restricted == ("redcap_survey_identifier",)
    assert [(finding.code, finding.count) for finding in export.findings] == [("several_rows_per_person", 1)]
    assert export.facts.not_shown["a"].tolist() == [False, False, True, False]  # 4 opened the form and left it empty
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "id,q1,survey_complete\n1,3,1\n2,4,0\n",
        "id,q1,task_complete,q2\n1,3,yes,2\n2,4,no,2\n",
        "id,Q 1,Survey done,x_complete\n1,3,1,2\n2,4,0,2\n",
        "x_complete\n1\n2\n",
    ],
)
def test_other_tables_with_such_a_column_stay_tables(tmp_path: Path, text: str) -> None:
    assert read_export(write(tmp_path, "x.csv", text)).platform == "table"


@pytest.mark.parametrize(
    ("logic", "shown"),
    [
        ("[a] = '1'", [False, True, False]),
        ('[a]<>"1"', [True, False, True]),
        ("[a] >= 1", [False, True, False]),
        ("[a] < 1", [True, False, False]),  # a blank is no number
        ("[a] = ''", [False, False, True]),
        ("[a] = '0' AND ([a] = '1' or [a] = '0')", [True, False, False]),
        ("[a] = '1' or [a] = '' and [a] = '0'", [False, True, False]),  # and binds more closely
        ("[a(1)] = '1'", None),
        ("[b] = '1'", None),
        ("[visit][a] = '1'", None),
        ("[a] = [a]", None),
        ("sum([a], 1) > 1", None),
        ("[a] = '1' or", None),
        ("([a] = '1'", None),
        ("", None),
        ("(" * 2000 + "[a] = '1'" + ")" * 1500, None),
        ("__import__('os')", None),
    ],
)
def test_branching_logic_is_decided_where_it_is_simple(logic: str, shown: list[bool] | None) -> None:
    values = (("0", "1", ""), np.array([0, 1, 2]))
    found = shown_where(logic, lambda field, code: values if (field, code) == ("a", "") else None)
    assert (None if found is None else found.tolist()) == shown


def test_real_check_boxes(shared: Path) -> None:
    folder = shared / "data" / "redcap"
    export = read_export(folder / "checkboxes-1_data.csv", companions=[folder / "checkboxes-1_dictionary.csv"])
    assert (export.platform, export.n_records, len(export.names)) == ("redcap", 4, 13)
    assert [(options.name, list(options.options.values())) for options in export.facts.sets] == [
        ("check_one", ["one", "two", "three", "four"]),
        ("check_two", ["A", "B", "C", "D", "E"]),
    ]
    # by SOURCE.md a 0 is "not ticked" or "never opened": only record 4 has neither a tick nor a text
    assert export.facts.not_shown["check_one___1"].tolist() == [False, False, False, True]


def test_a_real_longitudinal_project(shared: Path) -> None:
    folder = shared / "data" / "redcap"
    export = read_export(folder / "longitudinal_data.csv", companions=[folder / "longitudinal_dictionary.csv"])
    assert (export.platform, export.n_records, len(export.names)) == ("redcap", 18, 125)
    assert export.reading["arms"] == {"1": 12, "2": 6}
    assert export.facts.restricted == ("first_name", "last_name", "telephone_1", "email", "dob")
    assert [finding.code for finding in export.findings] == ["several_rows_per_person"]
    assert export.findings[0].count == 3
    # demographics are filled at enrolment: once for each of three people, so 15 of 18 rows never opened it
    assert int(export.facts.not_shown["age"].sum()) == 15
    assert int(export.facts.not_shown["gym___0"].sum()) == 15
    assert not export.facts.not_shown["given_birth"][
        export.values("sex")[1] == export.values("sex")[0].index("0")
    ].any()


@pytest.mark.parametrize("turned", [False, True])
def test_events_and_arms_give_labels_in_any_order(shared: Path, turned: bool) -> None:
    folder = shared / "data" / "redcap"
    lists = [folder / "longitudinal_event.csv", folder / "longitudinal_arm.csv"]
    export = read_export(folder / "longitudinal_data.csv", companions=lists[:: -1 if turned else 1])
    labels = export.value_labels["redcap_event_name"]
    assert labels["dose_1_arm_1"] == "Dose 1 (Drug A)"
    assert labels["final_visit_arm_2"] == "Final visit (Drug B)"
    assert len(labels) == 12
    with pytest.raises(ResponseError, match="companion_does_not_fit"):
        read_export(folder / "checkboxes-1_data.csv", companions=lists)
