"""Google and Microsoft Forms: joined check-alls, options with commas, dates, identifying columns, packed files."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from collections import Counter
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest.joined_options import learn_options, split_cells, take_apart

TOLERANCE = 5e-5
"""The reference numbers are rounded to four decimals."""

LISTS = "Email lists (such as a, b), or c"
ANSWERS = [
    answer
    for number in range(6)
    for answer in (f"Tea, {LISTS}", "Tea", f"{LISTS}, Milk", f"Tea, Milk, something of my own {number}")
]


def csv_text(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def google(path: Path, stamps: list[str], first: str = "Timestamp") -> Path:
    header = [first, "Which do you like? (check all)", "Say why, please", "Email Address"]
    rows = [[stamp, answer, "I like, you know, it", ""] for stamp, answer in zip(stamps, ANSWERS, strict=True)]
    path.write_text(csv_text([header, *rows]), encoding="utf-8", newline="")
    return path


STAMPS = [f"12/{day}/2025 9:50:30" for day in range(1, 25)]


@pytest.mark.parametrize("first", ["Timestamp", "Zeitstempel", "Horodateur"])
def test_a_google_form(tmp_path: Path, first: str) -> None:
    export = read_export(google(tmp_path / "export", STAMPS, first))
    assert export.platform == "google_forms"
    assert export.reading["date_order"] == "month first"
    assert export.facts.roles == {"ended": first}
    assert export.facts.restricted == ("Email Address",)
    question = "Which do you like? (check all)"
    assert export.columns[question].to_pylist() == ANSWERS
    (found,) = export.facts.sets
    assert set(found.options.values()) == {"Tea", LISTS, "Milk", "other"}
    counts = {label: export.columns[name].to_pylist().count("1") for name, label in found.options.items()}
    assert counts == {"Tea": 18, LISTS: 12, "Milk": 12, "other": 6}
    assert [(finding.code, finding.column) for finding in export.findings] == [("split_check_all", question)]
    assert "something" not in " ".join(export.names), "what a respondent typed is no column name"


@pytest.mark.parametrize(
    ("stamps", "order", "codes"),
    [
        ([f"1/{day % 12 + 1}/2026 9:50:30" for day in range(24)], "ambiguous", ["ambiguous_dates"]),
        ([f"{day}/1/2026 9:50:30" for day in range(1, 25)], "day first", []),
        ([f"{day:02d}.01.2026 09:50:30" for day in [1] * 24], "day first", []),
        ([f"2026/01/{day:02d} 9:50:30 AM GMT+1" for day in range(1, 25)], "year first", []),
        (["1/31/2026 9:50:30", "31/1/2026 9:50:30"] * 12, "mixed", ["mixed_dates"]),
    ],
)
def test_the_order_of_dates_is_told(tmp_path: Path, stamps: list[str], order: str, codes: list[str]) -> None:
    export = read_export(google(tmp_path / "export", stamps))
    assert export.reading["date_order"] == order
    assert [finding.code for finding in export.findings if finding.code != "split_check_all"] == codes
    assert export.columns["Timestamp"].to_pylist() == stamps


@pytest.mark.parametrize(
    "rows",
    [
        [["Timestamp", "age"], ["12/13/2025 9:50:30", "3"]],
        [["Timestamp", "How old are you?"], ["morning", "3"]],
        [["when", "How old are you?"], ["12/13/2025 9:50:30", "3"]],
    ],
)
def test_other_tables_are_not_claimed(tmp_path: Path, rows: list[list[str]]) -> None:
    (tmp_path / "export").write_text(csv_text(rows), encoding="utf-8")
    assert read_export(tmp_path / "export").platform == "table"


def test_options_are_learnt_with_their_commas() -> None:
    assert split_cells("A (b, c), D [e, f], G", ", ") == ["A (b, c)", "D [e, f]", "G"]
    assert split_cells("A (b, C", ", ") == ["A (b", "C"]
    apart = {"Blogs, news, or sites, Books": 30, "Books": 30, "Blogs, news, or sites": 30, "Books, typed once": 1}
    assert learn_options(apart, ", ") == ("Blogs, news, or sites", "Books")
    assert learn_options({"yes": 50, "no, never": 50}, ", ") == (), "nobody chose two"
    assert learn_options({f"free text {n}, more": 1 for n in range(50)}, ", ") == ()
    assert take_apart("Books,Talks", ("Books", "Book"), ",") == (("Books",), "Talks")


def test_no_option_is_lost_between_known_ones() -> None:
    generator = np.random.default_rng(20261123)
    options = ["One", "Two, or so", "Three (a, b)", "Four"]
    chosen = [[option for option in options if generator.random() < 0.5] for _ in range(300)]
    cells = Counter(", ".join(own) for own in chosen)
    learnt = learn_options(cells, ", ")
    assert learnt == tuple(options)
    assert [list(take_apart(", ".join(own), learnt, ", ")[0]) for own in chosen] == chosen


def test_the_numbers_of_the_google_export(shared: Path) -> None:
    export = read_export(next((shared / "data" / "google_forms").glob("*.gz")))
    assert (export.platform, export.n_records) == ("google_forms", 1838)
    assert len(export.names) - sum(len(found.options) for found in export.facts.sets) == 52
    assert export.reading["date_order"] == "month first"
    experience = Counter(export.columns["How would you rate your level of experience using R?"].to_pylist())
    assert experience == {"Intermediate": 1037, "Expert": 529, "Beginner": 233, "": 31, "None": 8}
    enjoyed = np.array([float(cell) for cell in export.columns[17].to_pylist() if cell])
    assert (len(enjoyed), enjoyed.mean(), enjoyed.std(ddof=1)) == pytest.approx((1798, 4.6474, 0.6144), abs=TOLERANCE)
    recommended = [float(cell) for cell in export.columns[18].to_pylist() if cell]
    assert (len(recommended), np.mean(recommended)) == pytest.approx((1795, 9.2401), abs=TOLERANCE)
    gender = Counter(export.columns["What gender do you identify with?"].to_pylist())
    assert [gender[word] for word in ("Male", "male", "Female", "female", "")] == [949, 267, 210, 69, 153]
    assert sum(bool(cell) for cell in export.columns["What year were you born?"].to_pylist()) == 1731
    options = {label for found in export.facts.sets for label in found.options.values()}
    assert "Email lists such as r-help, r-packages, or r-pkg-devel" in options
    assert "Social media such as blogs, R-bloggers, Twitter, Slack, or GitHub contacts" in options


MICROSOFT = ["ID", "Start time", "Completion time", "Email", "Name", "Which?", "Rank", "Why; really?"]


def microsoft(path: Path, header: list[str]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(header)
    start = datetime.datetime(2026, 1, 2, 3, 4, 5)
    for number, which in enumerate(["Tea;", "Tea;Milk, warm;", "Milk, warm;my own;", ""] * 5, start=1):
        rank = "A;B;" if number % 2 else "B;A;"
        end = start + datetime.timedelta(minutes=number)
        book.active.append([number, start, end, "anonymous", None, which, rank, "so; so"])
    book.save(path)
    return path


@pytest.mark.parametrize(
    "header", [MICROSOFT, ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name2", *MICROSOFT[5:]]]
)
def test_a_microsoft_form(tmp_path: Path, header: list[str]) -> None:
    export = read_export(microsoft(tmp_path / "export", header))
    assert (export.platform, export.n_records) == ("microsoft_forms", 20)
    assert export.facts.roles == {"respondent_id": "ID", "started": header[1], "ended": header[2]}
    assert export.facts.restricted == tuple(header[3:5])
    (found,) = export.facts.sets
    counts = {label: export.columns[name].to_pylist().count("1") for name, label in found.options.items()}
    assert counts == {"Tea": 10, "Milk, warm": 10, "my own": 5}
    assert [(finding.code, finding.column) for finding in export.findings] == [
        ("split_check_all", "Which?"),
        ("joined_ranking", "Rank"),
    ]
    assert tuple(export.wording)[:3] == ("Which?", "Rank", "Why; really?")


def test_a_list_of_members_is_no_microsoft_form(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("ID,Start time,Completion time,Email,Name\n1,a,b,c,d\n", encoding="utf-8")
    assert read_export(path).platform == "table"


def test_packed_text_is_read_and_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))
    assert read_export(path).n_records == 2
    for content, code in (
        (gzip.compress(b"a,b\n1,2\n" * 900)[:-12], "broken_gzip"),
        (b"\x1f\x8b\x08\x00", "broken_gzip"),
        (gzip.compress(b"a,b\n" + b"\n" * (70 << 20)), "too_large"),
        (gzip.compress(b"%PDF-1.7"), "unsupported_format"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "unsupported_format"),
        (gzip.compress(b""), "empty_file"),
    ):
        path.write_bytes(content)
        with pytest.raises(ResponseError, match=code):
            read_export(path)
