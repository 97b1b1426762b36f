"""LimeSurvey: every form of headers, gaps, check-all questions, paradata, and structures joined. Files are made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, admit
from osa_survey.errors import ResponseError
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


STRUCTURE = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<languages><language>de</language><language>en</language></languages>
<groups><rows><row><gid>3</gid><sid>12</sid><group_order>1</group_order><grelevance/></row></rows></groups>
<questions><rows>{questions}</rows></questions>
<subquestions><rows>{subquestions}</rows></subquestions>
<answers><rows><row><aid>1</aid><qid>1</qid><code>A1</code><sortorder>0</sortorder><scale_id>0</scale_id></row>
<row><aid>2</aid><qid>1</qid><code>A2</code><sortorder>1</sortorder><scale_id>0</scale_id></row></rows></answers>
<answer_l10ns><rows><row><aid>1</aid><answer>nie</answer><language>de</language></row>
<row><aid>1</aid><answer>never</answer><language>en</language></row>
<row><aid>2</aid><answer>oft</answer><language>de</language></row></rows></answer_l10ns>
<question_l10ns><rows>{texts}</rows></question_l10ns>
<surveys><rows><row><sid>12</sid><language>en</language></row></rows></surveys>
</document>"""


def question(qid: int, code: str, kind: str, relevance: str = "1", parent: int = 0, other: str = "N") -> str:
    return (
        f"<row><qid>{qid}</qid><parent_qid>{parent}</parent_qid><sid>12</sid><gid>3</gid><type>{kind}</type>"
        f"<title>{code}</title><other>{other}</other><question_order>{qid}</question_order><scale_id>0</scale_id>"
        f"<relevance><![CDATA[{relevance}]]></relevance></row>"
    )


def structure(path: Path, *conditions: str) -> Path:
    questions = [question(1, "Q1", "L", other="Y"), question(2, "Q2", "M"), question(5, "Q5", "S")]
    questions += [question(10 + n, f"C{n}", "N", condition) for n, condition in enumerate(conditions)]
    subquestions = [question(3, "a", "T", parent=2), question(4, "b", "T", parent=2)]
    texts = "".join(
        f"<row><qid>{qid}</qid><question><![CDATA[{text}]]></question><language>en</language></row>"
        for qid, text in ((1, "How <b>often</b>?"), (2, "Where?"), (3, "At home"), (4, "Elsewhere"), (5, "Name it"))
    )
    content = STRUCTURE.format(questions="".join(questions), subquestions="".join(subquestions), texts=texts)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_structure_gives_texts_labels_order_and_sets(tmp_path: Path) -> None:
    header = [*CODES, "Q5", "Q2[b]", "Q2[a]", "Q1", "Q1[other]"]
    path = written(tmp_path / "x.csv", header, [record(1, DONE, "x", "", "Y", "A1", "")])
    export = read_export(path, companions=[structure(tmp_path / "s")])
    assert export.wording["Q1"] == "How often?"
    assert export.wording["Q2[a]"] == "Where? [At home]"
    assert export.value_labels == {"Q1": {"A1": "never", "A2": "oft", "-oth-": "Other"}}
    (one,) = export.facts.sets
    assert dict(one.options) == {"Q2[a]": "At home", "Q2[b]": "Elsewhere"}
    assert export.facts.order[7:] == ("Q1", "Q1[other]", "Q2[a]", "Q2[b]", "Q5")
    assert export.reading["languages"] == ["en", "de"]


def test_a_structure_finds_columns_by_their_texts(tmp_path: Path) -> None:
    header = [*TEXTS, "How often?", "Where? [At home]", "Where? [Elsewhere]"]
    path = written(tmp_path / "x.csv", header, [record(1, DONE, "oft", "Yes", "No")])
    export = read_export(path, companions=[structure(tmp_path / "s")])
    assert export.value_labels["How often?"]["A2"] == "oft"
    assert export.facts.sets[0].ticked == ("Yes",)
    assert [finding.code for finding in export.findings] == ["structure_without_column"]


def test_conditions_that_answers_decide(tmp_path: Path) -> None:
    conditions = [
        '((Q1.NAOK == "A1"))',
        '{Q2_a.NAOK == "Y" and !is_empty(Q5.NAOK)}',
        "Q5.NAOK >= 3 or 12X3X1 == 'A2'",
        "count(Q2_a, Q2_b) > 1",
    ]
    header = [*CODES, "Q1", "Q2[a]", "Q2[b]", "Q5", "C0", "C1", "C2", "C3"]
    rows = [
        record(1, DONE, "A1", "Y", "", "2", "7", "", "", ""),
        record(2, DONE, "A2", "", "Y", "", "", "", "8", ""),
        record(3, OPEN, "A2", "", "", "", "", "", "", ""),
    ]
    export = read_export(written(tmp_path / "x.csv", header, rows), companions=[structure(tmp_path / "s", *conditions)])
    assert export.reading["branching"] == {"C3": "count(Q2_a, Q2_b) > 1"}
    assert export.facts.not_shown["C0"].tolist() == [False, True, False]  # the third broke off before
    assert export.facts.not_shown["C1"].tolist() == [False, True, False]
    assert export.facts.not_shown["C2"].tolist() == [True, False, False]


def test_a_condition_that_answers_contradict_is_not_used(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", [*CODES, "Q1", "C0"], [record(1, DONE, "A2", "7")])
    export = read_export(path, companions=[structure(tmp_path / "s", 'Q1.NAOK == "A1"')])
    assert export.facts.not_shown == {}
    assert "branching_contradicted" in codes_of(export)


def test_labels_that_fit_no_value_are_not_taken(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", [*CODES, "Q1"], [record(1, DONE, "1"), record(2, DONE, "2")])
    export = read_export(path, companions=[structure(tmp_path / "s")])
    assert export.value_labels == {}
    assert "labels_do_not_fit" in codes_of(export)


def test_a_structure_as_tab_separated_text(tmp_path: Path) -> None:
    rows = [
        ["id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "other"],
        ["", "", "S", "", "sid", "", "12", "", "", ""],
        ["", "", "S", "", "language", "", "en", "", "", ""],
        ["3", "", "G", "0", "First", "1", "", "", "en", ""],
        ["1", "", "Q", "F", "Q1", "1", "How often?", "", "en", "N"],
        ["7", "", "SQ", "0", "a", "", "By phone", "", "en", ""],
        ["1", "", "A", "0", "1", "", "never", "", "en", ""],
        ["1", "", "A", "0", "2", "", "often", "", "en", ""],
        ["3", "", "G", "0", "Erste", "1", "", "", "de", ""],
        ["1", "", "Q", "F", "Q1", "1", "Wie oft?", "", "de", "N"],
        ["7", "", "SQ", "0", "a", "", "Am Telefon", "", "de", ""],
    ]
    companion = tmp_path / "s"
    companion.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8-sig")
    for column in ("Q1[a]", "Q1_a", "12X3X1a", "Wie oft? [Am Telefon]"):
        header = [*(TEXTS if " " in column else CODES), column]
        path = written(tmp_path / "x.csv", header, [record(1, DONE, "2")])
        export = read_export(path, companions=[companion])
        assert export.value_labels == {column: {"1": "never", "2": "often"}}
        assert export.wording[column] == "How often? [By phone]"


def test_real_structures_are_read_and_are_no_exports(tmp_path: Path, shared: Path) -> None:
    folder = shared / "data" / "limesurvey"
    path = written(tmp_path / "x.csv", [*CODES, "Q01[SQ001]", "Q02[SQ002]"], [record(1, DONE, "Y", "AO03")])
    export = read_export(path, companions=[folder / "answers.lss"])
    assert export.value_labels["Q02[SQ002]"]["AO03"] == "Just Right"
    assert export.facts.sets[0].options["Q01[SQ001]"] == "First option"
    path = written(tmp_path / "y.csv", [*CODES, "onlyQuestion"], [record(1, DONE, "2")])
    export = read_export(path, companions=[folder / "testing-multilingual-export.txt"])
    assert export.value_labels["onlyQuestion"]["2"] == "This is the second answer option"
    assert export.reading["languages"] == ["en", "nl"]
    for name in ("answers.lss", "survey.lss", "testing-multilingual-export.txt"):
        with pytest.raises(ResponseError, match="no_answers"):
            read_export(folder / name)


def test_dangerous_and_broken_xml_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", [*CODES, "Q1"], [record(1, DONE, "1")])
    companion = structure(tmp_path / "s")
    text = companion.read_text(encoding="utf-8")
    entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><document>'
    for broken, code in (
        (text.replace("<document>", entity, 1), "forbidden_xml"),
        (text[: len(text) // 2], "broken_xml"),
        (text.replace("<questions>", "<questions>" + "<a>" * 100), "broken_xml"),
        (text.replace("<questions>", "<nothing>").replace("</questions>", "</nothing>"), "no_questions"),
    ):
        companion.write_text(broken, encoding="utf-8")
        with pytest.raises(ResponseError, match=code):
            read_export(path, companions=[companion])


R_SYNTAX = r"""data <- read.csv("survey_12_R_data_file.csv", quote = "'\"", na.strings=c("", "\"\""))
# LimeSurvey Field type: F
data[, 1] <- as.numeric(data[, 1])
attributes(data)$variable.labels[1] <- "Response ID"
names(data)[1] <- "id"
attributes(data)$variable.labels[2] <- "Date submitted"
names(data)[2] <- "submitdate"
attributes(data)$variable.labels[8] <- "How often?"
data[, 8] <- factor(data[, 8], levels=c("A1","A2"),labels=c("never, or \"nearly\"", "often"))
names(data)[8] <- "Q1"
data[, 9] <- as.numeric(data[, 9])
attributes(data)$variable.labels[9] <- "[At home] Where?"
data[, 9] <- factor(data[, 9], levels=c(1,0),labels=c("Yes", "Not selected"))
names(data)[9] <- "Q2_a"
"""

SPSS_SYNTAX = """GET DATA
 /TYPE=TXT
 /FILE='survey_12_SPSS_data_file.dat'
 /VARIABLES=
 V1 F1
 V8 A2
.
VARIABLE LABELS V8 "How ""often""?".
VALUE LABELS V8
 "A1" "never"
 "A2" "often".
VALUE LABELS V9
 1 "Yes"
 0 "No".
RENAME VARIABLE ( V8 = Q1 ).
"""


def test_the_syntax_for_r_names_and_labels_columns(tmp_path: Path) -> None:
    header = [*TEXTS, "How often?", "Where? [At home]", "Where? [Elsewhere]"]
    path = written(tmp_path / "x.csv", header, [record(1, DONE, "A1", "1", "0"), record(2, OPEN, "", "", "")])
    syntax = tmp_path / "s"
    syntax.write_text(R_SYNTAX, encoding="utf-8")
    export = read_export(path, companions=[syntax])
    assert (export.names[0], export.names[1], export.names[7:9]) == ("id", "submitdate", ("Q1", "Q2_a"))
    assert export.value_labels["Q1"] == {"A1": 'never, or "nearly"', "A2": "often"}
    assert export.value_labels["Q2_a"] == {"1": "Yes", "0": "Not selected"}
    assert export.facts.roles["respondent_id"] == "id"
    assert "Q2_a" in export.facts.sets[0].options
    path = written(tmp_path / "y.csv", [*TEXTS[::-1], "a", "b"], [record(1, DONE, "A1", "1")])
    with pytest.raises(ResponseError, match="syntax_does_not_fit"):
        read_export(path, companions=[syntax])


def test_labels_of_the_syntax_for_spss(tmp_path: Path) -> None:
    syntax = tmp_path / "s"
    syntax.write_text(SPSS_SYNTAX, encoding="utf-8")
    path = written(tmp_path / "x.csv", [*CODES, "Q1"], [record(1, DONE, "A1")])
    export = read_export(path, companions=[syntax])
    assert export.wording["Q1"] == 'How "often"?'
    assert export.value_labels["Q1"] == {"A1": "never", "A2": "often"}
    path = written(tmp_path / "y.csv", [*CODES, "other"], [record(1, DONE, "A1")])
    with pytest.raises(ResponseError, match="syntax_does_not_fit"):
        read_export(path, companions=[syntax])
    with pytest.raises(ResponseError, match="no_answers"):
        read_export(syntax)


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
