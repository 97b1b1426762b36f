"""LimeSurvey: every form of headers, gaps, check-all questions, and paradata. Files are made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, admit
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import REASON_CODES

DONE, OPEN = "2026-03-01 10:00:00", ""
CODES = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
TEXTS = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Date started", "Date last action"]
GERMAN = ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Zufallsstartwert"]


def written(path: Path, header: list[str], records: list[list[str]], delimiter: str = ",") -> Path:
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *records)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def record(number: int, submitted: str, *answers: str) -> list[str]:
    return [str(number), submitted, "3", "en", f"{number}23456789", DONE, DONE, *answers]


def codes_of(export: Export) -> list[str]:
    return [finding.code for finding in export.findings]


def test_headers_as_codes(tmp_path: Path) -> None:
    header = [*CODES, "Q1", "Q2[a]", "Q2[b]", "Q2[other]", "groupTime12", "12X3X44Time", "interviewtime", "token"]
    rows = [
        record(1, DONE, "-oth-", "Y", "", "text", "3.5", "1.5", "70", "abc"),
        record(2, OPEN, "A1", "", "", "", "", "", "", "abd"),
    ]
    export = read_export(written(tmp_path / "x.bin", header, rows))
    assert (export.platform, export.n_records, export.rows.tolist()) == ("limesurvey", 2, [2, 3])
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True]
    assert export.facts.roles == {
        "respondent_id": "id",
        "started": "startdate",
        "ended": "submitdate",
        "duration": "interviewtime",
        "language": "startlanguage",
    }
    assert export.facts.restricted == ("token",)
    assert {"seed", "lastpage", "groupTime12", "12X3X44Time"} <= set(export.reading["paradata"])
    assert "Q1" not in export.reading["paradata"]
    assert export.reading["other_answers"] == ["Q1"]
    (question,) = export.facts.sets
    assert (question.name, dict(question.options), question.ticked) == ("Q2", {"Q2[a]": "a", "Q2[b]": "b"}, ("Y",))


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        (["Q2_a", "Q2_b"], [["1", "0"], ["0", "0"]]),
        (["12X3X4a", "12X3X4b"], [["Y", ""], ["", ""]]),
        (["Q2[a]", "Q2[b]"], [["Yes", "No"], ["N/A", "N/A"]]),
    ],
)
def test_check_all_questions_by_their_values(tmp_path: Path, columns: list[str], values: list[list[str]]) -> None:
    rows = [record(number, DONE, *answers) for number, answers in enumerate(values, start=1)]
    export = read_export(written(tmp_path / "x.csv", [*CODES, *columns], rows))
    (question,) = export.facts.sets
    assert tuple(question.options) == tuple(columns)
    assert question.ticked == (values[0][0],)
    shown = [export.facts.not_shown.get(column, np.zeros(2, dtype=bool)).tolist() for column in columns]
    assert shown == [[False, values[1][0] == "N/A"]] * 2


def test_an_array_of_yes_and_uncertain_is_no_check_all_question(tmp_path: Path) -> None:
    rows = [record(1, DONE, "Y", "U"), record(2, DONE, "N", "Y")]
    assert read_export(written(tmp_path / "x.csv", [*CODES, "Q[a]", "Q[b]"], rows)).facts.sets == ()


def test_headers_as_texts_with_repeats_entities_and_an_empty_name(tmp_path: Path) -> None:
    questions = ["How old?", "How old?", "", "You &amp; <b>me</b>", "{if(a.NAOK &gt; 1, 'x', 'y')}", "Group time: one"]
    export = read_export(written(tmp_path / "x.csv", [*TEXTS, *questions], [record(1, DONE, *"123456")]))
    assert export.names[7:10] == ("How old?", "How old?.2", "column_10")
    assert export.columns["How old?.2"].to_pylist() == ["2"]
    assert export.wording["How old?.2"] == "How old?"
    assert export.wording["You &amp; <b>me</b>"] == "You & me"
    assert export.reading["expressions"] == ["{if(a.NAOK &gt; 1, 'x', 'y')}"]
    assert "Group time: one" in export.reading["paradata"]
    assert [(finding.code, finding.count) for finding in export.findings] == [("renamed_column", 2)]


def test_german_headers_and_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([*GERMAN, "Wie alt sind Sie?"])
    book.active.append([1, None, 2, "de", 123456789, 40])
    book.save(tmp_path / "x")
    export = read_export(tmp_path / "x")
    assert (export.platform, export.facts.roles["language"]) == ("limesurvey", "Start-Sprache")
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.all()
    assert "Zufallsstartwert" in export.reading["paradata"]


def test_an_unknown_language_by_the_content_of_the_first_columns(tmp_path: Path) -> None:
    header = ["Svar-ID", "Dato sendt", "Siste side", "Startspråk", "Frø", "Hvor gammel?"]
    rows = [["5", DONE, "3", "nb", "123456789", "40"], ["7", "", "1", "en-GB", "223456789", ""]]
    export = read_export(written(tmp_path / "x.csv", header, rows))
    assert (export.platform, "Frø" in export.reading["paradata"]) == ("limesurvey", True)
    rows[1][1] = "yesterday"
    assert read_export(written(tmp_path / "y.csv", header, rows)).platform == "table"


@pytest.mark.parametrize("separator", [". ", ": ", " - "])
def test_headers_as_codes_and_texts(tmp_path: Path, separator: str) -> None:
    header = [f"{code}{separator}{text}" for code, text in zip(CODES, TEXTS, strict=True)]
    header += [f"Q1[a]{separator}How often? [By &quot;phone&quot;]", f"Q2{separator}"]
    export = read_export(written(tmp_path / "x.csv", header, [record(1, DONE, "A1", "x")]))
    assert export.names == (*CODES, "Q1[a]", "Q2")
    assert export.wording["Q1[a]"] == 'How often? [By "phone"]'


def test_a_vv_file_tells_not_shown_from_not_reached(tmp_path: Path) -> None:
    hidden = "{question_not_shown}"
    path = tmp_path / "x"
    rows = [
        ["Response ID", "Date submitted", "Last page", "Start language", "How old?", "Why?", "Since when?"],
        ["id", "submitdate", "lastpage", "startlanguage", "Q1", "Q2", "Q3"],
        ["1", DONE, "3", "en", "30", hidden, ""],
        ["2", hidden, "1", "en", "40", hidden, hidden],
        ["3", hidden, "1", "en", hidden, "5", hidden],
    ]
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    export = read_export(path)
    assert (export.platform, export.rows.tolist(), export.wording["Q1"]) == ("limesurvey", [3, 4, 5], "How old?")
    assert export.facts.reasons["Q2"] == {hidden: "not_answered"}
    assert export.facts.not_shown["Q2"].tolist() == [True, False, False]
    assert export.facts.not_shown["Q1"].tolist() == [False, False, True]
    assert "Q3" not in export.facts.not_shown
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True, True]


def test_other_tables_are_not_claimed(tmp_path: Path) -> None:
    for header in (["id", "seed", "Q1"], ["id", "token", "email"], ["Seed", "Token", "IP address"], ["1", "2", "3"]):
        export = read_export(written(tmp_path / "x.csv", header, [["1", "2", "3"]]))
        assert export.platform == "table"


def test_a_real_file_for_r(shared: Path) -> None:
    export = read_export(next((shared / "data" / "limesurvey").glob("*_R_data_file.csv")))
    assert (export.platform, export.n_records, len(export.names)) == ("limesurvey", 3, 646)
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True, False]
    assert "renamed_column" in codes_of(export)
    assert len(export.reading["paradata"]) > 300
    assert export.names[9] == "column_10"
    assert export.values("column_10")[0][:2] == ("unknw", "")


def test_reasons_of_a_vv_file_reach_the_answers(tmp_path: Path) -> None:
    hidden = "{question_not_shown}"
    rows = [
        ["Response ID", "Date submitted", "Last page", "Start language", "How old?", "How often?", "Since when?"],
        ["id", "submitdate", "lastpage", "startlanguage", "Q1", "Q2", "Q3"],
        ["1", DONE, "3", "en", "30", hidden, ""],
        ["2", hidden, "1", "en", "40", hidden, hidden],
        ["3", hidden, "2", "en", "50", hidden, "7"],
    ]
    path = tmp_path / "x"
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    columns = {"age": "Q1", "often": "Q2", "since": "Q3"}
    codebook = Codebook.model_validate(
        {
            "format": 1,
            "title": "made up",
            "eligibility": {"age": "age"},
            "variables": {name: {"column": column, "type": "number"} for name, column in columns.items()},
        }
    )
    reasons = admit(read_export(path), codebook).reasons
    assert reasons["often"].tolist() == [REASON_CODES[name] for name in ("not_shown", "broke_off", "not_shown")]
    assert reasons["since"].tolist() == [REASON_CODES["not_answered"], REASON_CODES["broke_off"], 0]
