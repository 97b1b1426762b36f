"""Mutated exports: each ends in a read or in a located error, and what was not touched is read unchanged.

200 seeded cases here; ``make fuzz`` sets OSA_SURVEY_FUZZ to 5,000.
"""

from __future__ import annotations

import functools
import os
import string
import time
from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import Export
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from tests.ingest.export_writers import WRITERS as FIRST_WRITERS
from tests.ingest.more_writers import MORE_WRITERS
from tests.ingest.mutations import MUTATIONS, flip_a_byte
from tests.ingest.random_surveys import Written, random_survey

WRITERS = FIRST_WRITERS | MORE_WRITERS
CASES = int(os.environ.get("OSA_SURVEY_FUZZ", "200"))
PARTS = 10
SURVEYS = 6
LONGEST_SECONDS = 10.0
BINARY = ("spss", "xlsx", "microsoft_forms", "stata", "sas_transport", "parquet")
"""Formats whose bytes are no cells: which cells a byte belongs to cannot be said from outside."""
LETTERS = (string.ascii_letters + string.digits).encode()


@functools.cache
def written(layout: str, seed: int) -> Written:
    return WRITERS[layout](random_survey(seed))


def read(data: bytes, folder: Path) -> Export | ResponseError:
    """Return the export or the error; anything else fails the test, and so does a long wait."""
    path = folder / "export"
    path.write_bytes(data)
    start = time.perf_counter()
    try:
        outcome: Export | ResponseError = read_export(path)
        values = [outcome.values(name) for name in outcome.names]
        assert all(len(which) == outcome.n_records for _, which in values)
        assert len(outcome.rows) == outcome.n_records > 0
        assert len(set(outcome.names)) == len(outcome.names)
    except ResponseError as error:
        outcome = error
        assert error.problems
        assert all(problem.code and problem.message and problem.file == "export" for problem in error.problems)
    assert time.perf_counter() - start < LONGEST_SECONDS
    return outcome


def cells(export: Export, width: int) -> list[tuple[object, ...]]:
    """Return the records of the columns that stand in the file, not those a reader adds."""
    return list(zip(*(column.to_pylist() for column in export.columns.columns[:width]), strict=True))


def told(export: Export) -> set[tuple[str, str, int]]:
    return {(finding.code, finding.message, finding.count) for finding in export.findings}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_damage_ends_in_a_read_or_a_located_error(part: int, tmp_path: Path) -> None:
    for case in range(part, CASES, PARTS):
        generator = np.random.default_rng([1, case])
        layout = sorted(WRITERS)[int(generator.integers(0, len(WRITERS)))]
        mutation = sorted(MUTATIONS)[int(generator.integers(0, len(MUTATIONS)))]
        data = MUTATIONS[mutation](written(layout, int(generator.integers(0, SURVEYS))).data, generator)
        try:
            read(data, tmp_path)
        except Exception as error:
            pytest.fail(f"case {case}: {layout}, {mutation}: {type(error).__name__}: {error}")


@pytest.mark.parametrize("part", range(PARTS))
def test_a_flipped_byte_changes_one_record_or_is_told(part: int, tmp_path: Path) -> None:
    """Other records are read as before; where more changed, a finding or an error says so."""
    layouts = sorted(set(WRITERS) - set(BINARY))
    for case in range(part, CASES, PARTS):
        generator = np.random.default_rng([2, case])
        layout = layouts[int(generator.integers(0, len(layouts)))]
        whole = written(layout, int(generator.integers(0, SURVEYS)))
        before = read(whole.data, tmp_path)
        assert isinstance(before, Export)
        after = read(flip_a_byte(whole.data, generator), tmp_path)
        if isinstance(after, ResponseError) or told(after) - told(before):
            continue
        width = len(whole.cells)
        assert after.n_records == before.n_records, (case, layout)
        assert len(after.names) >= width, (case, layout)
        pairs = zip(cells(before, width), cells(after, width), strict=True)
        assert sum(old != new for old, new in pairs) <= 1, (case, layout)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_letter_changed_inside_a_cell_changes_that_cell_alone(part: int, tmp_path: Path) -> None:
    layouts = sorted(set(WRITERS) - set(BINARY) - {"sosci", "tab_utf16", "qualtrics_texts", "formr_json"})
    for case in range(part, CASES, PARTS):
        generator = np.random.default_rng([3, case])
        layout = layouts[int(generator.integers(0, len(layouts)))]
        whole = written(layout, int(generator.integers(0, SURVEYS)))
        before = read(whole.data, tmp_path)
        assert isinstance(before, Export)
        places = [place for place, byte in enumerate(whole.data) if byte in LETTERS and place > len(whole.data) // 2]
        place = int(generator.choice(places))
        letter = bytes([LETTERS[int(generator.integers(0, len(LETTERS)))]])
        after = read(whole.data[:place] + letter + whole.data[place + 1 :], tmp_path)
        assert isinstance(after, Export), (case, layout, str(after))
        assert after.rows.tolist() == before.rows.tolist(), (case, layout)
        width = len(whole.cells)
        pairs = zip(cells(before, width), cells(after, width), strict=True)
        changed = [(a, b) for old, new in pairs for a, b in zip(old, new, strict=True) if a != b]
        assert len(changed) <= 1, (case, layout)
