"""Unipark / EFS Survey: recognised by its system columns; what was not seen, left empty, or broken off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import admit
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook

HEADER = "lfdn;external_lfdn;tester;dispcode;lastpage;quality;duration;c_0001;v_1;v_2;v_3;v_4;datetime;language\n"
RECORDS = (
    "1;0;0;31;9;-77;300;x;30;2;-77;abc;2026-01-02 10:00:00;1\n"
    "2;0;0;32;9;-77;400;x;31;-77;3;-99;2026-01-02 10:00:00;1\n"
    "3;0;0;22;4;-77;50;x;32;1;-77;-66;2026-01-02 10:00:00;1\n"
    "4;0;1;37;2;-77;20;x;33;0;-77;-66;2026-01-02 10:00:00;1\n"
)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "export.dat"
    path.write_text(text, encoding=encoding)
    return path


def test_recognised_with_its_facts(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, HEADER + RECORDS))
    assert export.platform == "unipark"
    assert export.facts.roles["respondent_id"] == "lfdn"
    assert export.facts.roles["status"] == "dispcode"
    assert export.facts.duration_unit == "seconds"
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, False, True, False]
    found = {finding.code: (finding.count, finding.row, finding.column) for finding in export.findings}
    assert found == {
        "preview_records": (1, 5, "tester"),
        "ended_otherwise": (1, 5, "dispcode"),
        "zero_may_be_gap": (1, 0, "v_2"),
    }
    assert "quality" not in export.facts.reasons
    assert export.facts.restricted == ("external_lfdn",)


def test_gaps_get_their_reasons(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, HEADER + RECORDS))
    entries = {
        "age": {"column": "v_1", "type": "number"},
        "two": {"column": "v_2", "type": "number", "missing": {"not_answered": [0]}},
        "three": {"column": "v_3", "type": "number"},
    }
    responses = admit(export, codebook(variables=entries))
    code = REASON_CODES
    assert responses.reasons["two"].tolist() == [0, code["not_shown"], 0, code["not_answered"]]
    # not seen by 1 (a filter) and 4 (screened out); 3 left the survey before it
    assert responses.reasons["three"].tolist() == [code["not_shown"], 0, code["broke_off"], code["not_shown"]]
    np.testing.assert_array_equal(responses.codes["three"], [np.nan, 3, np.nan, np.nan])


def test_a_text_box_left_empty_and_one_not_seen(tmp_path: Path) -> None:
    export = read_export(write(tmp_path, HEADER + RECORDS))
    assert export.facts.reasons["v_4"] == {"-66": "not_answered", "-99": "not_answered"}
    assert export.facts.not_shown["v_4"].tolist() == [False, False, False, True]


def test_a_row_of_labels_and_words_of_status(tmp_path: Path) -> None:
    labels = "Laufende Nummer;ext;t;Status;Seite;q;Dauer;c;Alter;zwei;drei;Text;Zeit;Sprache\n"
    records = RECORDS.replace(";31;", ";Completed;").replace(";32;", ";Completed after break;")
    export = read_export(write(tmp_path, HEADER + labels + records.replace(";22;", ";Suspended;"), "cp1252"))
    assert (export.platform, export.n_records, export.rows[0]) == ("unipark", 4, 3)
    assert export.wording["v_1"] == "Alter"
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, False, True, False]


def test_names_in_capitals_and_repeated_columns(tmp_path: Path) -> None:
    text = (HEADER + RECORDS).replace("lfdn", "LFDN", 1).replace("v_4", "v_3")
    export = read_export(write(tmp_path, text))
    assert export.platform == "unipark"
    assert export.names[11] == "v_3.2"
    assert "renamed_column" in {finding.code for finding in export.findings}


@pytest.mark.parametrize("text", ["lfdn;v_1\n1;2\n", "id;tester;dispcode;lastpage;quality\n1;2;3;4;5\n"])
def test_other_tables_stay_tables(tmp_path: Path, text: str) -> None:
    assert read_export(write(tmp_path, text)).platform == "table"
