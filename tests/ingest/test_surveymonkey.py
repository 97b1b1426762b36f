"""SurveyMonkey: two header rows, check-alls with texts or numbers, long ids, workbooks, old encodings."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from osa_survey.ingest import read_export

TOLERANCE = 5e-5
"""The reference numbers are rounded to four decimals."""

ROWS = [
    ["Respondent ID", "Start Date", "End Date", "IP Address", "Age?", "Which?", "", "", "Rate", "", "Why?"],
    ["", "", "", "", "Response", "Tea", "Milk", "Other (please specify)", "One", "Two", "Open-Ended Response"],
    ["11029384756", "07/15/2026 10:00:00 AM", "07/15/2026 10:05:00 AM", "", "18-29", "Tea", "", "x", "1", "1", "so"],
    ["11029384757", "07/16/2026 10:00:00 AM", "07/16/2026 10:05:00 AM", "", "", "Tea", "Milk", "", "2", "1", ""],
]


def csv_of(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def test_questions_are_filled_from_the_left(tmp_path: Path) -> None:
    export = read_export(csv_of(tmp_path / "export", ROWS))
    assert export.platform == "surveymonkey"
    assert export.rows.tolist() == [3, 4]
    assert export.names[4:] == (
        "Age?",
        "Which? – Tea",
        "Which? – Milk",
        "Which? – Other (please specify)",
        "Rate – One",
        "Rate – Two",
        "Why?",
    )
    assert export.wording["Why?"] == "Why?"
    assert export.facts.roles == {"respondent_id": "Respondent ID", "started": "Start Date", "ended": "End Date"}
    assert export.facts.restricted == ("IP Address",)
    (found,) = export.facts.sets
    assert (found.name, dict(found.options)) == ("Which?", {"Which? – Tea": "Tea", "Which? – Milk": "Milk"})
    assert found.ticked == ("Tea", "Milk")
    assert not export.findings


def test_check_alls_as_numbers_and_repeated_questions(tmp_path: Path) -> None:
    rows = [
        ["Respondent ID", "Which?", "", "Age?", "Age?"],
        ["", "Tea", "Milk", "Response", "Response"],
        ["11029384756", "1", "", "3", "4"],
        ["11029384757", "1", "2", "3", "4"],
    ]
    export = read_export(csv_of(tmp_path / "export", rows))
    assert export.facts.sets[0].ticked == ("1", "2")
    assert export.names[3:] == ("Age?", "Age?.2")
    assert [finding.code for finding in export.findings] == ["renamed_column"]


def test_a_workbook_keeps_long_ids(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS[:2]:
        book.active.append(row)
    for row in ROWS[2:]:
        book.active.append([int(row[0]), *row[1:]])
    book.save(tmp_path / "export")
    export = read_export(tmp_path / "export")
    assert export.platform == "surveymonkey"
    assert export.columns["Respondent ID"].to_pylist() == ["11029384756", "11029384757"]


def test_dates_that_can_be_read_in_two_ways_are_told(tmp_path: Path) -> None:
    rows = [[cell.replace("07/15/", "07/05/").replace("07/16/", "07/06/") for cell in row] for row in ROWS]
    findings = read_export(csv_of(tmp_path / "export", rows)).findings
    assert [(finding.code, finding.column) for finding in findings] == [("ambiguous_dates", "End Date")]


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "windows-1252"), ("mac_roman", "mac_roman"), ("utf-16", "utf-16-le")]
)
def test_old_encodings_are_told_apart(tmp_path: Path, encoding: str, name: str) -> None:
    rows = [[cell.replace("Tea", "Thé vert à l’anis").replace("Why?", "Größe?") for cell in row] for row in ROWS]
    export = read_export(csv_of(tmp_path / "export", rows, encoding))
    assert export.reading["encoding"] == name
    assert export.columns["Which? – Thé vert à l’anis"].to_pylist() == ["Thé vert à l’anis"] * 2
    assert ("encoding_guessed" in {finding.code for finding in export.findings}) == (encoding != "utf-16")


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "a", "b"], ["", "Response", "x"], ["1", "2", "3"]],
        [["Respondent ID", "a", "b"], ["11029384756", "Response", "x"], ["11029384756", "2", "3"]],
        [["Respondent ID", "a", "b"], ["", "2", ""], ["11029384756", "2", "3"]],
    ],
)
def test_other_tables_are_not_claimed(tmp_path: Path, rows: list[list[str]]) -> None:
    assert read_export(csv_of(tmp_path / "export", rows)).platform == "table"


def test_the_numbers_of_the_star_wars_export(shared: Path) -> None:
    export = read_export(next((shared / "data" / "surveymonkey_starwars").glob("*.csv")))
    assert (export.platform, export.n_records, len(export.names)) == ("surveymonkey", 1186, 38)
    assert [finding.code for finding in export.findings] == ["encoding_guessed"]
    names = export.names
    counts = [Counter(export.columns[name].to_pylist()) for name in names]
    assert counts[1] == {"Yes": 936, "No": 250}
    assert counts[2] == {"Yes": 552, "": 350, "No": 284}
    assert counts[names.index("Gender")] == {"Female": 549, "Male": 497, "": 140}
    assert counts[names.index("Age")] == {"45-60": 291, "> 60": 269, "30-44": 268, "18-29": 218, "": 140}
    ranks = [[int(cell) for cell in export.columns[name].to_pylist() if cell] for name in names[9:15]]
    assert [len(own) for own in ranks] == [835, 836, 835, 836, 836, 836]
    means = [sum(own) / len(own) for own in ranks]
    assert means == pytest.approx([3.7329, 4.0873, 4.3413, 3.2727, 2.5132, 3.0478], abs=TOLERANCE)
    ids = export.columns["RespondentID"].to_pylist()
    assert len({int(cell) for cell in ids}) == 1186
    assert all(len(cell) == 10 for cell in ids)
    (found,) = export.facts.sets
    assert tuple(found.options) == names[3:9]
    # 673 people ticked the first film: counted by hand in the file with a text editor's search of whole cells
    assert counts[3][found.options[names[3]]] == 673
