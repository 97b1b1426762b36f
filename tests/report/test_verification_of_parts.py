"""Verifying tables that come in parts: an edit in the second part of a table is found as one in the first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from docx import Document

from osa_survey.analysis import crosstab
from osa_survey.disclosure import WORKBENCH
from osa_survey.report import Section, build_report, verify_manuscript
from tests.report.edited_documents import LEAST_FOUND, SEED, other_digit, set_text, text_of, write_undrawn

EDITS = 20
LEVELS = 14
NUMBER = re.compile(r"[−\d.,%]*[1-9][\d.,%]*")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a report of one table far wider than a page, its ledger and what it printed."""
    generator = np.random.default_rng(SEED)
    answers = [f"answer {place + 1:02}" for place in range(LEVELS)]
    people = pd.DataFrame(
        {
            "site": pd.Categorical(generator.choice(["north", "south", "west"], 900)),
            "chosen": pd.Categorical(generator.choice(answers, 900), answers),
        }
    )
    part = Section("table", "Table", [crosstab(people, "site", "chosen")])
    report = build_report(title="Made up", profile=WORKBENCH, seed=1, sections=[part], simulated=True)
    made = tmp_path_factory.mktemp("parts")
    write_undrawn(report, made)
    return made


def numbers_by_part(document: Any) -> list[list[Any]]:
    """Return the cells with a number of each part of the table, in the order of the parts."""
    parts = []
    for table in document.tables:
        cells = [cell for row in table.rows for cell in row.cells[1:]]
        if any(text_of(cell).startswith("Answer ") for cell in cells):
            parts.append([cell for cell in cells if NUMBER.fullmatch(text_of(cell))])
    return parts


def test_a_table_in_parts_that_nobody_edited_has_no_finding(folder: Path) -> None:
    document = Document(str(folder / "report.docx"))
    captions = [text for text in map(text_of, document.paragraphs) if re.match(r"Table \d+Site by chosen", text)]
    assert [caption.endswith("(continued)") for caption in captions] == [place > 0 for place in range(len(captions))]
    assert len(numbers_by_part(document)) == len(captions) > 1
    assert verify_manuscript(folder / "report.docx", folder).findings == ()


def test_seeded_edits_of_further_parts_are_found(folder: Path, tmp_path: Path) -> None:
    found = []
    for number, seed in enumerate(np.random.SeedSequence(SEED).spawn(EDITS)):
        generator = np.random.default_rng(seed)
        document = Document(str(folder / "report.docx"))
        first, *further = numbers_by_part(document)
        part = further[int(generator.integers(len(further)))]
        cell = part[int(generator.integers(len(part)))]
        if number % 2:
            set_text(cell, other_digit(text_of(cell), generator))
        else:
            others = [other for other in first if text_of(other) != text_of(cell)]
            other = others[int(generator.integers(len(others)))]
            one, two = text_of(cell), text_of(other)
            set_text(cell, two)
            set_text(other, one)
        path = tmp_path / f"edited-{number}.docx"
        document.save(str(path))
        found.append(bool(verify_manuscript(path, folder).findings))
    assert len(found) == EDITS
    assert np.mean(found) >= LEAST_FOUND, found
