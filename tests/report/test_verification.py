"""Verifying manuscripts: seeded edits of a report are found, and a report nobody edited is left in peace."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from docx import Document

from osa_survey.plan import run_study
from osa_survey.plan.reporting import study_report
from osa_survey.report import verify_manuscript
from tests.made_up_folders import write_study
from tests.report.edited_documents import (
    LEAST_FOUND,
    SEED,
    other_digit,
    set_text,
    text_of,
    told_in,
    two_different,
    write_undrawn,
)

EDITS = 50


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a made-up study without its drawings, which verifying does not read."""
    folder = tmp_path_factory.mktemp("verified")
    report = study_report(run_study(write_study(folder / "study")), profile="workbench")
    write_undrawn(report, folder)
    return folder


def test_a_report_nobody_edited_has_no_finding(written: Path) -> None:
    found = verify_manuscript(written / "report.docx")
    assert found.findings == ()
    assert "no findings" in found.as_text()


def test_a_report_saved_again_by_libreoffice_has_no_finding(written: Path, libreoffice: Path, tmp_path: Path) -> None:
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [libreoffice, home, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path]
    subprocess.run([*map(str, command), str(written / "report.docx")], check=True, capture_output=True, timeout=120)
    saved = tmp_path / "report.docx"
    assert saved.read_bytes() != (written / "report.docx").read_bytes()
    assert verify_manuscript(saved, written).findings == ()


def test_the_ledger_alone_raises_no_alarm_either(written: Path, tmp_path: Path) -> None:
    for name in ("report.docx", "results.jsonl"):
        shutil.copy(written / name, tmp_path / name)
    assert verify_manuscript(tmp_path / "report.docx").findings == ()


def _cells(document: Any) -> list[Any]:
    own = [table for table in document.tables if "Package" not in text_of(table.rows[0].cells[0])]
    cells = [cell for table in own for row in table.rows[1:] for cell in row.cells[1:]]
    return [cell for cell in cells if re.fullmatch(r"[−\d.,%]+", text_of(cell)) and re.search(r"[1-9]", text_of(cell))]


def wrong_digit_in_a_table(document: Any, generator: np.random.Generator) -> None:
    cells = _cells(document)
    cell = cells[int(generator.integers(len(cells)))]
    set_text(cell, other_digit(text_of(cell), generator))


def wrong_digit_in_a_sentence(document: Any, generator: np.random.Generator) -> None:
    paragraphs = told_in(document, r"= [−\d.]*\d")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    matches = list(re.finditer(r"(?<== )[−\d.,]*\d", text_of(paragraph)))
    match = matches[int(generator.integers(len(matches)))]
    edited = text_of(paragraph)[: match.start()] + other_digit(match[0], generator) + text_of(paragraph)[match.end() :]
    set_text(paragraph, edited)


def stale_n(document: Any, generator: np.random.Generator) -> None:
    paragraphs = told_in(document, r"\bn = [\d,]+")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    match = re.search(r"\bn = ([\d,]*\d)", text_of(paragraph))
    assert match is not None
    old = int(match[1].replace(",", ""))
    new = f"{old + int(generator.integers(1, 40)):,}"
    set_text(paragraph, text_of(paragraph)[: match.start(1)] + new + text_of(paragraph)[match.end(1) :])


def swapped_p(document: Any, generator: np.random.Generator) -> None:
    paragraphs = told_in(document, r"\bp [=<>] \.\d+")
    first, second = two_different(paragraphs, r"\bp [=<>] \.\d+", generator)
    texts = [(paragraph, re.search(r"\bp [=<>] \.\d+", text_of(paragraph))) for paragraph in (first, second)]
    (one, a), (two, b) = texts
    assert a is not None
    assert b is not None
    new_one, new_two = text_of(one).replace(a[0], b[0], 1), text_of(two).replace(b[0], a[0], 1)
    set_text(one, new_one)
    set_text(two, new_two)


def swapped_cells(document: Any, generator: np.random.Generator) -> None:
    cells = _cells(document)
    first = cells[int(generator.integers(len(cells)))]
    others = [cell for cell in cells if text_of(cell) != text_of(first)]
    second = others[int(generator.integers(len(others)))]
    one, two = text_of(first), text_of(second)
    set_text(first, two)
    set_text(second, one)


def deleted_exclusion(document: Any, generator: np.random.Generator) -> None:
    table = document.tables[0]
    rows = [row for row in table.rows if text_of(row.cells[0]).startswith("Excluded")]
    sentences = told_in(document, "excluded")
    choice = int(generator.integers(len(rows) + len(sentences) + 1))
    if choice < len(rows):
        table._tbl.remove(rows[choice]._tr)
    elif choice < len(rows) + len(sentences):
        paragraph = sentences[choice - len(rows)]
        paragraph._p.getparent().remove(paragraph._p)
    else:
        flow = next(paragraph for paragraph in sentences if text_of(paragraph).startswith("Of "))
        set_text(flow, re.sub(r"; [^;)]*\)", ")", text_of(flow), count=1))


KINDS: dict[str, Callable[[Any, np.random.Generator], None]] = {
    "wrong digit in a table": wrong_digit_in_a_table,
    "wrong digit in a sentence": wrong_digit_in_a_sentence,
    "stale n": stale_n,
    "swapped p": swapped_p,
    "swapped cells": swapped_cells,
    "deleted exclusion": deleted_exclusion,
}


def edits(written: Path, folder: Path) -> dict[str, list[bool]]:
    outcomes: dict[str, list[bool]] = {}
    names = list(KINDS)
    for number, seed in enumerate(np.random.SeedSequence(SEED).spawn(EDITS)):
        name = names[number % len(names)]
        document = Document(str(written / "report.docx"))
        KINDS[name](document, np.random.default_rng(seed))
        path = folder / f"edited-{number}.docx"
        document.save(str(path))
        outcomes.setdefault(name, []).append(bool(verify_manuscript(path, written).findings))
    return outcomes


def test_seeded_edits_are_found(written: Path, tmp_path: Path) -> None:
    outcomes = edits(written, tmp_path)
    found = [one for kind in outcomes.values() for one in kind]
    assert len(found) == EDITS
    assert np.mean(found) >= LEAST_FOUND, outcomes
