"""Damaged and hostile files: structural damage is located, never read past in silence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "export"
    path.write_bytes(content)
    return path


def codes(path: Path) -> list[tuple[str, int]]:
    with pytest.raises(ResponseError) as caught:
        read_export(path)
    return [(problem.code, problem.row) for problem in caught.value.problems]


def test_a_quote_that_is_never_closed_swallows_no_records(tmp_path: Path) -> None:
    assert codes(written(tmp_path, b'a,b\n1,"x\n3,4\n5,6\n')) == [("unclosed_quote", 2)]


def test_two_stray_quotes_that_join_rows_are_a_finding(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, b'a,b\n1,"x\n3,4\n5,"z\n7,8\n'))
    assert [(finding.code, finding.row) for finding in export.findings] == [("stray_quote", 2)]


def test_a_quote_inside_a_plain_cell_is_a_character(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, b'a,b\n1,5" pipe\n2,x\n'))
    assert export.columns["b"].to_pylist() == ['5" pipe', "x"]
    assert not export.findings


def test_nul_bytes_say_their_row(tmp_path: Path) -> None:
    assert codes(written(tmp_path, b"a,b\n" + b"1,2\n" * 300 + b"1,\x002\n")) == [("nul_bytes", 302)]


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b'{"answers": [1, 2]}', b"<html><body>"])
def test_other_formats_are_named(tmp_path: Path, content: bytes) -> None:
    assert [code for code, _ in codes(written(tmp_path, content))] == ["unsupported_format"]


def test_a_header_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    header = b",".join(b"c%d" % number for number in range(100_001))
    assert codes(written(tmp_path, header + b"\n")) == [("too_many_columns", 1)]


def test_rows_of_delimiters_are_records_and_blank_lines_are_not(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, b"a,b\n1,2\n,\n\n3,4\n"))
    assert export.rows.tolist() == [2, 3, 5]
    assert export.reading["blank_rows"] == 1


def test_lines_ended_by_carriage_return_alone(tmp_path: Path) -> None:
    assert read_export(written(tmp_path, b"a,b\r1,2\r3,4")).columns["b"].to_pylist() == ["2", "4"]


def test_the_hint_line_of_excel_keeps_the_rows_of_the_file(tmp_path: Path) -> None:
    export = read_export(written(tmp_path, b"sep=;\na;b\n1;2\n"))
    assert (export.names, export.rows.tolist()) == (("a", "b"), [3])


def test_a_stray_cell_far_out_in_a_sheet_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "far.xlsx")
    assert [code for code, _ in codes(tmp_path / "far.xlsx")] == ["too_large"]


def test_formulas_that_were_never_computed_are_a_finding(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, "=1+1"])
    book.save(tmp_path / "new.xlsx")
    export = read_export(tmp_path / "new.xlsx")
    assert [(finding.code, finding.count) for finding in export.findings] == [("formula_without_value", 1)]
    assert export.columns["b"].to_pylist() == [""]


def test_an_archive_without_a_sheet_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export", "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
        archive.writestr("b.csv", "a,b\n1,2\n")
    assert [code for code, _ in codes(tmp_path / "export")] == ["unsupported_format"]
