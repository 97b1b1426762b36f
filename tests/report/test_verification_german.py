"""Verifying German manuscripts: decimal commas are read, seeded edits found, an unedited report left in peace."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from docx import Document

from osa_survey.plan import run_study
from osa_survey.plan.reporting import study_report
from osa_survey.report import verify_manuscript
from osa_survey.report.verification.manuscripts import read_manuscript
from tests.made_up_folders import STUDY, write_study
from tests.report.edited_documents import (
    LEAST_FOUND,
    other_digit,
    set_text,
    text_of,
    told_in,
    two_different,
    write_undrawn,
)
from tests.report.own_manuscripts import T_ROW, ledger_row, tagged_document, write_ledger, write_manuscript

EDITS = 30
SEED = 20261127
P = r"\bp [=<>] ,\d+"
OWN_TEXT = "Männer hatten höhere Werte, t(98) = 2,10, p = ,038, g = 0,42, 95-%-KI [0,02; 0,83], n = 1.100."


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a German report without its drawings."""
    folder = tmp_path_factory.mktemp("verified")
    study = STUDY + '\n[report]\nlanguage = "de"\n'
    report = study_report(run_study(write_study(folder / "study", study=study)), profile="workbench")
    write_undrawn(report, folder)
    return folder


def test_a_german_report_nobody_edited_has_no_finding(written: Path, tmp_path: Path) -> None:
    manuscript = read_manuscript(written / "report.docx")
    assert manuscript.has_decimal_commas
    assert sum("," in tagged.text for tagged in manuscript.tagged) > 100
    assert verify_manuscript(written / "report.docx").findings == ()
    for name in ("report.docx", "results.jsonl"):  # the ledger alone raises no alarm either
        (tmp_path / name).write_bytes((written / name).read_bytes())
    assert verify_manuscript(tmp_path / "report.docx").findings == ()


def test_a_german_report_saved_again_by_libreoffice_has_no_finding(
    written: Path, libreoffice: Path, tmp_path: Path
) -> None:
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [libreoffice, home, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path]
    subprocess.run([*map(str, command), str(written / "report.docx")], check=True, capture_output=True, timeout=240)
    assert verify_manuscript(tmp_path / "report.docx", written).findings == ()


def _cells(document: Any) -> list[Any]:
    own = [table for table in document.tables if "Paket" not in text_of(table.rows[0].cells[0])]
    cells = [cell for table in own for row in table.rows[1:] for cell in row.cells[1:]]
    return [
        cell for cell in cells if re.fullmatch(r"[−\d.,%\s]+", text_of(cell)) and re.search(r"[1-9]", text_of(cell))
    ]


def wrong_digit_in_a_table(document: Any, generator: np.random.Generator) -> None:
    cells = _cells(document)
    cell = cells[int(generator.integers(len(cells)))]
    set_text(cell, other_digit(text_of(cell), generator))


def wrong_digit_in_a_sentence(document: Any, generator: np.random.Generator) -> None:
    paragraphs = told_in(document, r"= [−\d,]*\d")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    matches = list(re.finditer(r"(?<== )[−\d.,]*\d", text_of(paragraph)))
    match = matches[int(generator.integers(len(matches)))]
    new = other_digit(match[0], generator)
    set_text(paragraph, text_of(paragraph)[: match.start()] + new + text_of(paragraph)[match.end() :])


def stale_n(document: Any, generator: np.random.Generator) -> None:
    paragraphs = told_in(document, r"\bn = \d+")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    match = re.search(r"\bn = (\d+)", text_of(paragraph))
    assert match is not None
    new = str(int(match[1]) + int(generator.integers(1, 40)))
    set_text(paragraph, text_of(paragraph)[: match.start(1)] + new + text_of(paragraph)[match.end(1) :])


def swapped_p(document: Any, generator: np.random.Generator) -> None:
    one, two = two_different(told_in(document, P), P, generator)
    a, b = re.search(P, text_of(one)), re.search(P, text_of(two))
    assert a is not None and b is not None
    new_one, new_two = text_of(one).replace(a[0], b[0], 1), text_of(two).replace(b[0], a[0], 1)
    set_text(one, new_one)
    set_text(two, new_two)


def deleted_exclusion(document: Any, generator: np.random.Generator) -> None:
    table = document.tables[0]
    rows = [row for row in table.rows if text_of(row.cells[0]).startswith("Ausgeschlossen")]
    sentences = told_in(document, "ausgeschlossen")
    choice = int(generator.integers(len(rows) + len(sentences)))
    if choice < len(rows):
        table._tbl.remove(rows[choice]._tr)
    else:
        paragraph = sentences[choice - len(rows)]
        paragraph._p.getparent().remove(paragraph._p)


KINDS: Sequence[Callable[[Any, np.random.Generator], None]] = (
    wrong_digit_in_a_table,
    wrong_digit_in_a_sentence,
    stale_n,
    swapped_p,
    deleted_exclusion,
)


def test_seeded_edits_of_a_german_report_are_found(written: Path, tmp_path: Path) -> None:
    outcomes = []
    for number, seed in enumerate(np.random.SeedSequence(SEED).spawn(EDITS)):
        document = Document(str(written / "report.docx"))
        KINDS[number % len(KINDS)](document, np.random.default_rng(seed))
        path = tmp_path / f"edited-{number}.docx"
        document.save(str(path))
        outcomes.append(bool(verify_manuscript(path, written).findings))
    missed = [(KINDS[number % len(KINDS)].__name__, number) for number, found in enumerate(outcomes) if not found]
    assert np.mean(outcomes) >= LEAST_FOUND, missed


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("", "", []),
        ("p = ,038", "p < ,05", []),
        ("p = ,038", "p < ,001", ["changed_number", "inconsistent_test"]),
        ("2,10", "2,40", ["unbacked_number", "inconsistent_test"]),
        ("g = 0,42", "g = 0,24", ["changed_number"]),
        ("[0,02; 0,83]", "[0,02; 0,38]", ["unbacked_number"]),
        ("n = 1.100", "n = 1.110", ["unbacked_number"]),
    ],
)
def test_a_german_text_of_ones_own_is_read(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **{**T_ROW, "n": 1100}))
    found = verify_manuscript(write_manuscript(tmp_path, OWN_TEXT.replace(old, new)), tmp_path).findings
    assert [one.code for one in found] == codes
    if new == "n = 1.110":
        assert "1.110" in found[0].message


@pytest.mark.parametrize(
    ("part", "text", "codes"),
    [
        ("", "0,42", []),
        ("", "0,24", ["changed_number"]),
        ("#p", "= ,038", []),
        ("#p", "< ,001", ["changed_number"]),
        ("#interval", "[0,02; 0,83]", []),
        ("#statistic", "t(98) = 2,10", []),
    ],
)
def test_tagged_german_numbers_are_held_against_their_row(
    tmp_path: Path, part: str, text: str, codes: list[str]
) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **T_ROW))
    document = tagged_document((f"gap/main/hedges_g/x//a/{part}", text))
    document.save(str(tmp_path / "tagged.docx"))
    assert [one.code for one in verify_manuscript(tmp_path / "tagged.docx").findings] == codes
