"""No file is executed or trusted."""

from __future__ import annotations

import ast
import gzip
import io
import struct
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from osa_survey.errors import ResponseError
from osa_survey.export.table_texts import table_text
from osa_survey.ingest import read_export
from osa_survey.ingest.spreadsheets import SMALL
from osa_survey.ingest.xml_files import read_xml

FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle", "yaml", "code"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_METHODS = {"read_pickle", "to_pickle", "system", "popen", "unsafe_load"}
QUICKLY = 10.0
"""Seconds; each refusal takes one or two, the machine may be busy."""
MILLION = 1_000_000


def codes(path: Path) -> set[str]:
    start = time.perf_counter()
    with pytest.raises(ResponseError) as caught:
        read_export(path)
    assert time.perf_counter() - start < QUICKLY
    assert all(problem.file and problem.hint for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def test_the_package_executes_nothing_that_it_reads(checkout: Path) -> None:
    found = []
    files = sorted((checkout / "osa_survey").rglob("*.py"))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
            elif isinstance(node, ast.ImportFrom):
                names = [str(node.module)] if str(node.module).split(".")[0] in FORBIDDEN_MODULES else []
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    names = [node.func.id] if node.func.id in FORBIDDEN_CALLS else []
                elif isinstance(node.func, ast.Attribute):
                    names = [node.func.attr] if node.func.attr in FORBIDDEN_METHODS else []
                names += ["allow_pickle" for keyword in node.keywords if keyword.arg == "allow_pickle"]
            found += [(file.name, node.lineno, name) for name in names]  # type: ignore[attr-defined]
    assert len(files) > 50
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<?xml version="1.0"?><!DOCTYPE a SYSTEM "other.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        '<!-- <![CDATA[ --><!DOCTYPE a [<!ENTITY x "y">]><!-- ]]> --><a>&x;</a>',
    ],
)
def test_xml_with_document_types_or_entities_is_refused(text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        read_xml(text, "structure.lss")
    assert [problem.code for problem in caught.value.problems] == ["forbidden_xml"]


@pytest.mark.parametrize("text", ["<a>&x;</a>", "<a>", "", "<a></b>", "<a>" * 100_000])
def test_broken_xml_is_located(text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        read_xml(text, "structure.lss")
    assert [problem.code for problem in caught.value.problems] == ["broken_xml"]


def small_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", "=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_member(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with one member of another content."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for member in {**dict.fromkeys(before.namelist()), name: None}:
            after.writestr(member, content if member == name else before.read(member))
    return buffer.getvalue()


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize("member", [SHEET, TEXTS])
def test_a_workbook_that_unpacks_to_a_multiple_is_refused(member: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(with_member(small_workbook(), member, b" " * (SMALL + 1)))
    assert codes(path) == {"too_large"}


@pytest.mark.parametrize("member", [SHEET, TEXTS])
def test_a_workbook_that_lies_about_its_size_is_refused(member: str, tmp_path: Path) -> None:
    """The sizes in the archive's directory and before the member say 100 bytes."""
    data = bytearray(with_member(small_workbook(), member, b"<a/>" + b" " * SMALL))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = struct.pack("<I", archive.getinfo(member).file_size)
    assert data.count(real) == 2
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bytes(data).replace(real, struct.pack("<I", 100)))
    assert codes(path) == {"broken_workbook"}


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (1 << 25), compresslevel=1))
    assert codes(path) == {"too_large"}


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_header_of_a_million_columns_is_refused_quickly(rows: int, quote: str, tmp_path: Path) -> None:
    header = ",".join(f"{quote}c{number}{quote}" for number in range(MILLION)) + "\n"
    path = tmp_path / "wide.csv"
    path.write_text(header * rows, encoding="utf-8")
    assert codes(path) == {"too_many_columns"}


@pytest.mark.parametrize(
    "text", ["[" * MILLION, '{"a":' * MILLION, '"' * MILLION, "a,b\n" + '"' * MILLION, "," * 99_999]
)
def test_deep_or_endless_text_ends_quickly(text: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.csv"
    path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    try:
        read_export(path)
    except ResponseError as error:
        assert all(problem.file for problem in error.problems)
    assert time.perf_counter() - start < QUICKLY


def test_formulas_in_a_workbook_are_read_as_the_values_they_had(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(small_workbook())) as archive:
        sheet = archive.read(SHEET)
    computed = sheet.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>").replace(
        b"<f>1+1</f><v />", b"<f>1+1</f><v>7</v>"
    )
    assert computed != sheet
    path = tmp_path / "formula.xlsx"
    path.write_bytes(with_member(small_workbook(), SHEET, computed))
    assert read_export(path).columns["b"].to_pylist() == ["7"]


def test_tables_are_written_so_that_no_spreadsheet_computes_them() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "+1 day", "@x", "-2", "−0.5", None], "n": [-1.5, 2, 3, 4, 5, 6]})
    lines = table_text(frame).splitlines()
    assert lines == ["'=name,n", "'=1+1,-1.5", "'+1 day,2.0", "'@x,3.0", "-2,4.0", "−0.5,5.0", ",6.0"]
