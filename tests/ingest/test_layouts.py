"""Layouts and file kinds: recognised by content, read with their labels, never by the file's name."""

from __future__ import annotations

import datetime
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export

QUALTRICS = (
    "StartDate,Q1,Q2\n"
    '"Start Date","How often, ""really""?\nPlease tell","City"\n'
    '"{""ImportId"":""startDate"",""timeZone"":""Z""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"\n'
    "2026-01-01,3,Köln\n2026-01-02,,\n"
)


def test_three_header_rows_of_qualtrics(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_text(QUALTRICS, encoding="utf-8")
    export = read_export(path)
    assert export.platform == "qualtrics"
    assert "ImportId" in export.recognised_by
    assert export.rows.tolist() == [4, 5]
    assert export.wording["Q1"] == 'How often, "really"?\nPlease tell'
    assert export.values("Q1")[0] == ("3", "")


def test_the_user_may_overrule(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(QUALTRICS, encoding="utf-8")
    assert read_export(path, platform="table").n_records == 4
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ResponseError, match="not_this_platform"):
        read_export(path, platform="qualtrics")
    with pytest.raises(ResponseError, match=r"unknown_platform.*no reader 'qualtrix'"):
        read_export(path, platform="qualtrix")


def test_previews_are_kept_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(QUALTRICS.replace("Q1", "Status").replace("2026-01-01,3", "2026-01-01,1"), encoding="utf-8")
    export = read_export(path)
    assert export.n_records == 2
    assert [(finding.code, finding.count) for finding in export.findings] == [("preview_records", 1)]


def test_a_real_qualtrics_export(shared: Path) -> None:
    folder = shared / "data" / "qualtrics_3header_panas"
    export = read_export(next(folder.glob("*.csv")))
    assert (export.platform, export.n_records, len(export.names)) == ("qualtrics", 10, 45)
    assert export.rows.tolist() == list(range(4, 14))


def workbook(path: Path, rows: list[list[object]], sheets: int = 1) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"more {number}").append(["x"])
    book.save(path)
    return path


def test_workbooks_are_read_as_values(tmp_path: Path) -> None:
    when = datetime.datetime(2026, 1, 2, 3, 4)
    rows = [["id", "age", "when", "yes"], [1, 30.5, when, True], [None, None, None, None], ["b", 31, None, False]]
    export = read_export(workbook(tmp_path / "export.bin", rows, sheets=2))
    assert export.columns.to_pylist() == [
        {"id": "1", "age": "30.5", "when": "2026-01-02T03:04:00", "yes": "TRUE"},
        {"id": "b", "age": "31", "when": "", "yes": "FALSE"},
    ]
    assert export.rows.tolist() == [2, 4]
    assert [finding.code for finding in export.findings] == ["several_sheets"]
    with pytest.raises(ResponseError, match="unknown_sheet"):
        read_export(tmp_path / "export.bin", sheet="Shet")


def test_qualtrics_in_a_workbook(tmp_path: Path) -> None:
    rows = [["Q1", "Q2"], ["Text 1", "Text 2"], ['{"ImportId":"QID1"}', '{"ImportId":"QID2"}'], [1, 2]]
    export = read_export(workbook(tmp_path / "export.xlsx", rows))
    assert (export.platform, export.wording["Q2"], export.rows.tolist()) == ("qualtrics", "Text 2", [4])


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (64 << 20))
    with pytest.raises(ResponseError, match="too_large"):
        read_export(path)


def test_a_broken_workbook_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
    with pytest.raises(ResponseError, match="broken_workbook"):
        read_export(path)


def test_parquet_keeps_numbers(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    frame = pd.DataFrame({"age": [30, 31], "share": [0.5, None], "text": ["a", "b"]})
    frame["group"] = pd.Categorical(["x", "y"])
    frame.to_parquet(path, index=False)
    export = read_export(path)
    assert "Parquet" in export.recognised_by
    assert export.values("age")[0] == ("30", "31", "")
    assert export.values("share")[0][:2] == ("0.5", "")
    assert export.values("group")[0][:2] == ("x", "y")


def test_spss_labels_and_declared_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "export.dat"
    pyreadstat.write_sav(
        pd.DataFrame({"q1": [1.0, 2.0, -8.0, None], "q2": [1.0, 97.0, 98.0, 99.0]}),
        tmp_path / "export.sav",
        column_labels={"q1": "How often?", "q2": ""},
        variable_value_labels={"q1": {1.0: "never", 2.0: "often", -8.0: "refused"}},
        missing_ranges={"q1": [-8.0], "q2": [{"lo": 97.0, "hi": 99.0}]},
    )
    shutil.move(tmp_path / "export.sav", path)
    export = read_export(path)
    assert export.platform == "spss"
    assert export.value_labels["q1"] == {"1": "never", "2": "often", "-8": "refused"}
    assert export.missing_values == {"q1": ("-8",), "q2": ("97", "98", "99")}
    assert export.wording == {"q1": "How often?"}
    assert export.values("q1")[0] == ("1", "2", "-8", "")


def test_real_spss_files(shared: Path) -> None:
    folder = shared / "data" / "spss_stata_sas"
    export = read_export(folder / "sample_missing.sav")
    assert set(export.missing_values["mynum"]) == {"-1", "2500"}
    assert read_export(folder / "electric.sav").missing_values["DAYOFWK"] == ("9",)
    assert read_export(folder / "sample.zsav").n_records == 5


def test_damaged_binary_files_are_no_traceback(tmp_path: Path) -> None:
    for start, code in ((b"$FL2@(#) SPSS", "broken_spss"), (b"PAR1", "broken_parquet")):
        path = tmp_path / "export"
        path.write_bytes(start + b"\x07" * 300)
        with pytest.raises(ResponseError, match=code):
            read_export(path)
