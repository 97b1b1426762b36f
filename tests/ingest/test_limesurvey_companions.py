"""Structures and syntax files of LimeSurvey joined to its exports. Files are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from tests.ingest.test_limesurvey import CODES, DONE, OPEN, TEXTS, codes_of, record, written

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
