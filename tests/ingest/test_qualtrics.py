"""Qualtrics in all its layouts: what the ImportIds and the names say, and what they leave open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from osa_survey.dataset import Export
from osa_survey.ingest import read_export

TOLERANCE = 5e-5
"""The reference numbers are rounded to four decimals."""


def columns_of(*columns: tuple[str, str, str, list[str]]) -> list[list[str]]:
    """Return rows of a current export from (name, text, ImportId, cells)."""
    header = [[c[0] for c in columns], [c[1] for c in columns], [f'{{"ImportId":"{c[2]}"}}' for c in columns]]
    return header + [list(record) for record in zip(*(c[3] for c in columns), strict=True)]


def csv_of(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    return path


FULL = columns_of(
    ("StartDate", "Anfangsdatum", "startDate", ["2026-01-01 10:00:00"] * 3),
    ("Progress", "Stand", "progress", ["100", "60", "100"]),
    ("Finished", "Beendet", "finished", ["1", "0", "1"]),
    ("Recipient Email", "E-Mail", "recipientEmail", ["", "", ""]),
    ("Q1", "How old?", "QID1_TEXT", ["30", "31", "32"]),
    ("Q2_1", "Which? - Selected Choice - Tea", "QID2_1", ["1", "", "1"]),
    ("Q2_2", "Which? - Selected Choice - Semi-skimmed milk", "QID2_2", ["1", "1", ""]),
    ("Q2_2_TEXT", "Which? - Other - Text", "QID2_2_TEXT", ["x", "", ""]),
    ("Q3_1", "Agree? - One", "QID3_1", ["1", "5", "2"]),
    ("Q3_2", "Agree? - Two", "QID3_2", ["1", "4", "2"]),
    ("1_Q5", "Loop", "1_QID5", ["3", "", "3"]),
    ("2_Q5", "Loop", "2_QID5", ["4", "", "3"]),
    ("Q29#1_1_1", "Side", "QID29#1_1_1", ["1", "2", "1"]),
    ("Q2_DO_1", "Order", "QID2_DO_1", ["1", "2", "1"]),
    ("Q9_Page Submit", "Timing", "QID9_PAGE_SUBMIT", ["1.5", "2", "3"]),
    ("group", "group", "group", ["a", "b", "a"]),
)


def test_import_ids_tell_roles_sets_loops_and_paradata(tmp_path: Path) -> None:
    export = read_export(csv_of(tmp_path / "export", FULL))
    assert export.platform == "qualtrics"
    assert export.rows.tolist() == [4, 5, 6]
    facts, reading = export.facts, export.reading
    assert facts.roles == {"started": "StartDate", "progress": "Progress", "finished": "Finished"}
    assert facts.unfinished is not None
    assert facts.unfinished.tolist() == [False, True, False]
    (found,) = facts.sets
    assert (found.name, found.ticked) == ("QID2", ("1",))
    assert found.options == {"Q2_1": "Tea", "Q2_2": "Semi-skimmed milk"}
    assert facts.restricted == ("Recipient Email",)
    assert reading["loops"] == {"1": ("1_Q5",), "2": ("2_Q5",)}
    assert reading["embedded_data"] == ("group",)
    assert reading["text_columns"] == ("Q1", "Q2_2_TEXT")
    assert reading["display_order_columns"] == ("Q2_DO_1",)
    assert reading["timing_columns"] == ("Q9_Page Submit",)
    assert reading["answers"] == "values"
    assert facts.order[-8:] == ("Q1", "Q2_1", "Q2_2", "Q2_2_TEXT", "Q3_1", "Q3_2", "1_Q5", "2_Q5", "Q29#1_1_1")[-8:]
    assert facts.order.index("group") < facts.order.index("Q1"), "embedded data would hide who broke off"


def test_tabs_and_workbooks_go_the_same_way(tmp_path: Path) -> None:
    expected = read_export(csv_of(tmp_path / "export", FULL))
    book = openpyxl.Workbook()
    for row in FULL:
        book.active.append(row)
    book.save(tmp_path / "book")
    for path in (csv_of(tmp_path / "tabs", FULL, "\t"), tmp_path / "book"):
        export = read_export(path)
        assert export.columns.equals(expected.columns)
        assert export.facts.sets == expected.facts.sets


def test_a_constant_matrix_is_no_check_all_question(tmp_path: Path) -> None:
    rows = columns_of(("Q1_1", "A", "QID1_1", ["1", "1", ""]), ("Q1_2", "B", "QID1_2", ["1", "1", ""]))
    assert read_export(csv_of(tmp_path / "export", rows)).facts.sets == ()


def test_choice_texts_and_recoded_blanks(tmp_path: Path) -> None:
    rows = columns_of(
        ("Finished", "Finished", "finished", ["True", "False"]),
        ("Q1_1", "Which? - Green tea", "QID1_1", ["Green tea", ""]),
        ("Q1_2", "Which? - Juice", "QID1_2", ["Juice", "Juice"]),
        ("Q2_1", "Other? - A", "QID2_1", ["1", "0"]),
        ("Q2_2", "Other? - B", "QID2_2", ["0", "1"]),
    )
    export = read_export(csv_of(tmp_path / "export", rows))
    assert export.reading["answers"] == "choice texts"
    assert [found.ticked for found in export.facts.sets] == [("Green tea", "Juice"), ("1",)]
    assert [found.not_ticked for found in export.facts.sets] == [(), ("0",)]


def test_codes_joined_in_one_column_are_told(tmp_path: Path) -> None:
    rows = columns_of(("Q1", "Which?", "QID1", ["1,2", "2", "1,3"]), ("Q2", "Num", "QID2", ["1", "2", "3"]))
    findings = read_export(csv_of(tmp_path / "export", rows)).findings
    assert [(finding.code, finding.column) for finding in findings] == [("joined_check_all", "Q1")]


def test_a_damaged_import_id_does_not_make_a_record_of_the_header(tmp_path: Path) -> None:
    rows = [list(row) for row in FULL]
    rows[2][8] = "broken"
    export = read_export(csv_of(tmp_path / "export", rows))
    assert export.rows.tolist() == [4, 5, 6]
    assert [(finding.code, finding.row, finding.column) for finding in export.findings] == [
        ("missing_import_id", 3, "Q3_1")
    ]


def test_the_row_of_question_texts_may_be_missing(tmp_path: Path) -> None:
    export = read_export(csv_of(tmp_path / "export", [FULL[0], *FULL[2:]]))
    assert (export.platform, export.rows.tolist(), export.wording) == ("qualtrics", [3, 4, 5], {})


def test_the_layout_of_2016_is_no_json(tmp_path: Path) -> None:
    rows = [
        ["ResponseID", "Finished", "Q2_1", "Q2_1"],
        ["ResponseID", "Finished", "One", "Two"],
        ["{'ImportId': 'responseId'}", "{'ImportId': 'finished'}", "{'ImportId': 'QID2-1'}", "{'ImportId': 'QID2-2'}"],
        ["R_1", "1", "3", "4"],
        ["R_2", "0", "3", "4"],
    ]
    export = read_export(csv_of(tmp_path / "export", rows))
    assert export.names == ("ResponseID", "Finished", "Q2_1", "Q2_1.2")
    assert export.reading["import_ids"]["Q2_1.2"] == "QID2-2"
    assert export.facts.roles == {"respondent_id": "ResponseID", "finished": "Finished"}
    assert [finding.code for finding in export.findings] == ["renamed_column"]


def test_the_legacy_layout(tmp_path: Path) -> None:
    own = ["ResponseID", "ResponseSet", "Name", "IPAddress", "Status", "StartDate", "EndDate", "Finished"]
    rows = [
        [*(f"V{n}" for n in range(1, 9)), "Q1", "Q1", ""],
        [*own, "How, exactly?", "And then?", ""],
        ["R_1", "Default", "Anonymous", "", "0", "2016-05-27 11:33:34", "2016-05-27 11:34:34", "1", "5", "6", ""],
        ["R_2", "Default", "Anonymous", "", "0", "2016-05-27 11:33:34", "2016-05-27 11:34:34", "0", "", "", ""],
    ]
    path = csv_of(tmp_path / "export", rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    export = read_export(path)
    assert (export.platform, export.names) == ("qualtrics", (*own, "Q1", "Q1.2"))
    assert export.rows.tolist() == [3, 4]
    assert export.wording["Q1.2"] == "And then?"
    assert export.facts.restricted == ("Name", "IPAddress")
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True]


ONE_ROW = ["StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "Q1"]


@pytest.mark.parametrize("second", [[], ["Start Date", "End Date", "Response Type", "P", "D", "F", "Recorded", "Old?"]])
def test_header_rows_deleted_by_hand(tmp_path: Path, second: list[str]) -> None:
    record = ["2019-07-20 15:59", "2019-07-20 16:00", "0", "100", "12", "1", "2019-07-20 16:00", "3"]
    export = read_export(csv_of(tmp_path / "export", [ONE_ROW, *([second] if second else []), record, record]))
    assert (export.platform, export.n_records) == ("qualtrics", 2)
    assert export.wording == (dict(zip(ONE_ROW, second, strict=True)) if second else {})
    assert export.facts.roles["duration"] == "Duration (in seconds)"
    assert export.facts.order == ()


def test_other_tables_are_not_claimed(tmp_path: Path) -> None:
    rows = [["StartDate", "EndDate", "Status", "Finished", "Progress", "Q1"], ["1", "2", "0", "1", "100", "3"]]
    assert read_export(csv_of(tmp_path / "export", rows)).platform == "table"
    rows = [["V1", "V2", "V3", "V4"], ["a", "b", "c", "d"], ["1", "2", "3", "4"]]
    assert read_export(csv_of(tmp_path / "export", rows)).platform == "table"


def scale(export: Export, columns: list[str]) -> tuple[float, float, float]:
    """Return mean, SD and alpha of a sum of items."""
    values = np.array([[float(value) for value in export.columns[column].to_pylist()] for column in columns])
    total = values.sum(axis=0)
    k = len(columns)
    alpha = k / (k - 1) * (1 - values.var(axis=1, ddof=1).sum() / total.var(ddof=1))
    return float(total.mean()), float(total.std(ddof=1)), float(alpha)


def test_the_numbers_of_the_panas_export(shared: Path) -> None:
    export = read_export(next((shared / "data" / "qualtrics_3header_panas").glob("*.csv")))
    assert export.reading["embedded_data"] == ("id", "id - Topics")
    assert export.facts.roles["respondent_id"] == "ResponseId"
    positive = [f"PANAS_{n:02d}" for n in (1, 3, 5, 9, 10, 12, 14, 16, 17, 19)]
    negative = [f"PANAS_{n:02d}" for n in (2, 4, 6, 7, 8, 11, 13, 15, 18, 20)]
    assert scale(export, positive) == pytest.approx((27.6, 6.3631, 0.7233), abs=TOLERANCE)
    assert scale(export, negative) == pytest.approx((29.5, 10.4057, 0.9256), abs=TOLERANCE)


def test_german_headers_and_their_legacy_twin(shared: Path) -> None:
    folder = shared / "data" / "qualtrics_german_headers"
    current, legacy = read_export(folder / "sample.csv"), read_export(folder / "sample_legacy.csv")
    assert current.platform == legacy.platform == "qualtrics"
    assert current.n_records == legacy.n_records == 1
    assert current.wording["EndDate"] == "Enddatum"
    assert len(legacy.names) == 15
    assert legacy.wording["Q2"] == current.wording["Q2"]
    assert legacy.facts.roles["respondent_id"] == "ResponseID"


def test_exports_with_one_header_row_lose_no_record(shared: Path) -> None:
    folder = shared / "data" / "qualtrics_sexscales_dscs"
    for file, columns, item in (("cataniadsc.csv", 30, "DSCS_{n}"), ("vanlankveld.csv", 29, "SSCS_{n}")):
        export = read_export(folder / file)
        assert (export.platform, export.n_records, len(export.names)) == ("qualtrics", 200, columns)
        assert export.rows.tolist() == list(range(2, 202))
        assert set(export.values("Status")[0]) - {""} == {"2"}
        assert "" not in export.columns[item.format(n=1)].to_pylist()
