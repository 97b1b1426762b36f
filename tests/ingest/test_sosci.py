"""SoSci Survey: system columns, check boxes of 1 and 2, negative codes, and the lists of variables and values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import admit
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook

HEADER = "CASE\tSERIAL\tREF\tQUESTNNR\tMODE\tSTARTED\tAB01\tAB02\tAB02_01\tAB02_02\tAB03_01\tAB04\tTIME001\tTIME_SUM\t"
HEADER += "FINISHED\tQ_VIEWER\tLASTPAGE\tMAXPAGE\tMISSING\tMISSREL\tTIME_RSI\n"
RECORDS = (
    "11\t\tq\tbase\tinterview\t2026-01-02 10:00:00\t1\t1\t2\t1\t2,5\t3\t9\t90\t1\t0\t4\t4\t0\t0\t1,02\n"
    "12\t\tq\tbase\tinterview\t2026-01-02 11:00:00\t-9\t2\t2\t2\t\t-1\t9\t90\t1\t0\t4\t4\t25\t20\t0,98\n"
    "13\t\tq\tbase\tinterview\t2026-01-02 12:00:00\t2\t0\t1\t1\t-9\t\t9\t20\t0\t0\t2\t2\t60\t60\t1,5\n"
    "14\t\tq\tbase\tpretest\t2026-01-02 13:00:00\t\t0\t1\t1\t31\t-9\t9\t20\t1\t1\t4\t4\t10\t10\t0,5\n"
)
VARIABLES = (
    '"VAR"\t"LABEL"\t"TYPE"\t"INPUT"\t"QUESTION"\n'
    '"CASE"\t"Interview-Nummer"\t"METRIC"\t"SYSTEM"\t\n'
    '"AB01"\t"Wahl"\t"NOMINAL"\t"SELECTION"\t"Welche Größe?"\n'
    '"AB02_01"\t"Viele: grün"\t"DICHOTOMOUS"\t"CHECKBOX"\t"Welche?"\n'
    '"AB02_02"\t"Viele: blau"\t"DICHOTOMOUS"\t"CHECKBOX"\t"Welche?"\n'
    '"AB03_01"\t"Zahl: Jahre"\t"METRIC"\t"OPEN"\t\n'
    '"PD99"\t"nicht im Export"\t"METRIC"\t"OPEN"\t\n'
)
VALUES = (
    '"VAR"\t"RESPONSE"\t"MEANING"\n"AB01"\t1\t"klein"\n"AB01"\t2\t"groß"\n"AB01"\t-9\t"nicht beantwortet"\n'
    '"AB02_01"\t1\t"nicht gewählt"\n"AB02_01"\t2\t"ausgewählt"\n'
    '"AB04"\t-1\t"weiß nicht"\n"AB04"\t-2\t"keins davon"\n"AB04"\t3\t"drei"\n'
)


def write(folder: Path, name: str, text: str, encoding: str = "utf-16") -> Path:
    path = folder / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def test_the_own_export_of_the_platform(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, "a.txt", HEADER + RECORDS))
    assert export.platform == "sosci"
    assert "MISSREL" in export.recognised_by
    assert export.reading["decimal"] == ","
    assert export.reading["page_times"] == ["TIME001"]
    assert export.facts.roles["respondent_id"] == "CASE"
    assert export.facts.roles["duration"] == "TIME_SUM"
    assert export.facts.roles["relative_speed"] == "TIME_RSI"
    assert export.facts.restricted == ("SERIAL",)  # all came by the same link, so REF identifies nobody
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, False, True, False]
    assert [(finding.code, finding.row) for finding in export.findings] == [
        ("preview_records", 5),
        ("viewer_records", 5),
    ]
    # AB02 counts the ticks of AB02_01 and AB02_02 in all records, so they are a set without any list
    (options,) = export.facts.sets
    assert (options.name, tuple(options.options), options.ticked[0]) == ("AB02", ("AB02_01", "AB02_02"), "2")
    # empty where the column has -9 elsewhere, but not at the end of the interview that was broken off
    assert export.facts.not_shown["AB01"].tolist() == [False, False, False, True]
    assert export.facts.not_shown["AB03_01"].tolist() == [False, True, False, False]
    assert "AB04" not in export.facts.not_shown
    assert export.reading["tick_counts"] == ["AB02"]


def test_gaps_get_their_reasons(tmp_path: Path) -> None:
    paths = [write(tmp_path, "v", VALUES), write(tmp_path, "w", VARIABLES, "cp1252")]
    export = read_export(write(tmp_path, "a", HEADER + RECORDS), companions=paths)
    entries = {
        "age": {"column": "TIME_SUM", "type": "number"},  # stands in for an age
        "size": {"column": "AB01", "type": "nominal", "labels": {"1": "small", "2": "big"}},
        "years": {"column": "AB03_01", "type": "number"},
        "last": {"column": "AB04", "type": "nominal", "labels": {"3": "three"}},
        "which": {"type": "multiple", "columns": {"green": "AB02_01", "blue": "AB02_02"}, "ticked": [2]},
    }
    responses = admit(export, codebook(variables=entries))
    code = REASON_CODES
    assert responses.reasons["size"].tolist() == [0, code["not_answered"], 0, code["not_shown"]]
    assert responses.reasons["last"].tolist() == [0, code["dont_know"], code["broke_off"], code["not_answered"]]
    np.testing.assert_array_equal(responses.codes["years"], [2.5, np.nan, np.nan, 31])
    assert responses.codes["which_green"].tolist() == [1, 1, 0, 0]
    assert responses.codes["which_blue"].tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("turned", [False, True])
def test_lists_in_other_encodings_and_any_order(tmp_path: Path, turned: bool) -> None:
    paths = [write(tmp_path, "w", VARIABLES, "cp1252"), write(tmp_path, "v", VALUES, "utf-8-sig")]
    export = read_export(write(tmp_path, "a", HEADER + RECORDS), companions=paths[:: -1 if turned else 1])
    assert export.wording["AB01"] == "Welche Größe?"
    assert export.wording["AB02_02"] == "Welche? - blau"
    assert export.wording["AB03_01"] == "Zahl - Jahre"
    assert export.value_labels["AB01"] == {"1": "klein", "2": "groß", "-9": "nicht beantwortet"}
    assert dict(export.facts.sets[0].options) == {"AB02_01": "grün", "AB02_02": "blau"}
    assert export.facts.order == ("CASE", "AB01", "AB02_01", "AB02_02", "AB03_01")
    assert export.facts.reasons["AB04"] == {"-9": "not_answered", "-1": "dont_know"}
    assert [finding.code for finding in export.findings if finding.column == "AB04"] == ["residual_code_unclear"]
    assert set(export.reading["companion_encodings"]) == {"w", "v"}


def test_boxes_whose_meaning_is_the_other_way_round(tmp_path: Path) -> None:
    turned = VALUES.replace('1\t"nicht gewählt"', '1\t"gewählt"').replace('2\t"ausgewählt"', '2\t"nicht gewählt"')
    paths = [write(tmp_path, "w", VARIABLES), write(tmp_path, "v", turned)]
    export = read_export(write(tmp_path, "a", HEADER + RECORDS), companions=paths)
    assert (export.facts.sets[0].ticked[0], export.facts.sets[0].not_ticked[0]) == ("1", "2")


def test_boxes_with_other_codes_are_no_set(tmp_path: Path) -> None:
    other = RECORDS.replace("\t0\t1\t1\t", "\t0\t0\t0\t")
    export = read_export(write(tmp_path, "a", HEADER + other), companions=[write(tmp_path, "w", VARIABLES)])
    assert export.facts.sets == ()
    assert "unknown_tick_codes" in {finding.code for finding in export.findings}


def test_a_second_row_of_labels(tmp_path: Path) -> None:
    names = HEADER.strip().split("\t")
    labels = "\t".join(f"Frage {name[:2]}" if name not in ("CASE", "STARTED") else "Erklärung" for name in names)
    for name in ("LASTPAGE", "MAXPAGE", "FINISHED"):
        assert name in names
    export = read_export(write(tmp_path, "a", HEADER + labels + "\n" + RECORDS))
    assert (export.platform, export.n_records, export.rows.tolist()) == ("sosci", 4, [3, 4, 5, 6])
    assert export.wording["CASE"] == "Erklärung"


def test_the_way_through_r(tmp_path: Path) -> None:
    text = "SERIAL,QUESTNNR,STARTED,AB01,AB02,AB02_01,AB02_02,TIME_SUM,FINISHED,MAXPAGE\n"
    text += "NA,base,2026-01-02,1,1,TRUE,FALSE,60,TRUE,3\nNA,base,2026-01-02,NA,NA,NA,NA,60,FALSE,3\n"
    export = read_export(write(tmp_path, "a.csv", text, "utf-8"))
    assert export.platform == "sosci"
    assert export.facts.reasons["AB01"] == {"NA": "not_answered"}
    assert export.facts.sets[0].ticked == ("2", "TRUE")
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True]
    assert not export.facts.not_shown


def test_lists_of_another_project_are_refused(tmp_path: Path) -> None:
    other = VALUES.replace("AB0", "XY0")
    with pytest.raises(ResponseError, match="companion_does_not_fit"):
        read_export(write(tmp_path, "a", HEADER + RECORDS), companions=[write(tmp_path, "v", other)])


@pytest.mark.parametrize(
    "text", ["CASE,MODE,STARTED,STATUS\n1,a,b,c\n", "case,questnnr,maxpage,missing,started\n1,2,3,4,5\n"]
)
def test_other_tables_stay_tables(tmp_path: Path, text: str) -> None:
    assert read_export(write(tmp_path, "a.csv", text, "utf-8")).platform == "table"


def test_a_real_set_of_three_files(shared: Path) -> None:
    folder = shared / "data" / "sosci"
    lists = [folder / "values_OSQ_data.csv", folder / "variables_OSQ_data.csv"]
    export = read_export(folder / "OSQ_data.csv", companions=lists)
    assert (export.platform, export.n_records, len(export.names)) == ("sosci", 283, 198)
    assert export.reading["encoding"] == "windows-1252"
    assert set(export.reading["companion_encodings"].values()) == {"utf-16-le"}
    # reference numbers of SOURCE.md
    values, which = export.values("PD01_01")
    reasons = export.facts.reasons["PD01_01"]
    ages = np.array([np.nan if value == "" or value in reasons else float(value) for value in values])[which]
    ages = ages[~np.isnan(ages)]
    assert len(ages) == 280
    assert ages.mean() == pytest.approx(43.8857, abs=5e-5)  # half a unit of the last printed digit
    assert ages.std(ddof=1) == pytest.approx(9.7356, abs=5e-5)
    for column, counts in (
        ("BI01", {"1": 203, "2": 80}),
        ("PD08", {"1": 123, "2": 95, "3": 29, "4": 5, "5": 10, "6": 21}),
    ):
        values, which = export.values(column)
        found = dict(zip(values, np.bincount(which, minlength=len(values)).tolist(), strict=True))
        assert {value: number for value, number in found.items() if number} == counts
    assert export.value_labels["BI01"]["1"] == "Yes"
    # nine check-all questions with the 84 boxes of the list of variables
    assert len(export.facts.sets) == 9
    assert sum(len(options.options) for options in export.facts.sets) == 84
    assert export.facts.sets[0].options["GQ02_01"] == "fMRI-BOLD"
    without = read_export(folder / "OSQ_data.csv")
    assert {o.name: tuple(o.options) for o in without.facts.sets} == {
        o.name: tuple(o.options) for o in export.facts.sets
    }
