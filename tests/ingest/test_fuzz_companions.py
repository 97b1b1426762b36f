"""Mutated companion files, of the real ones: each ends in a join or in a located error. See ``test_fuzz``."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import Export
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest.companions import join_companions
from tests.ingest.mutations import MUTATIONS
from tests.ingest.test_fuzz import CASES, LONGEST_SECONDS, PARTS

LARGEST = 1 << 19
"""Bytes; what is larger takes long to mutate and shows nothing more."""


@pytest.fixture(scope="module")
def pairs(shared: Path) -> list[tuple[Export, bytes]]:
    """Every pair of a real export and a file beside it that joins as its companion."""
    found = []
    for folder in sorted(path for path in (shared / "data").iterdir() if path.is_dir()):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "SOURCE.md"]
        exports = []
        for path in files:
            try:
                exports.append(read_export(path))
            except ResponseError:
                continue
        for path in files:
            for export in exports:
                if path.stat().st_size <= LARGEST and path.name != export.file:
                    try:
                        join_companions(export, [path])
                    except ResponseError:
                        continue
                    found.append((export, path.read_bytes()))
                    break
    return found


def test_there_are_companions_of_several_kinds(pairs: list[tuple[Export, bytes]]) -> None:
    assert len({export.platform for export, _ in pairs}) >= 3


@pytest.mark.parametrize("part", range(PARTS))
def test_every_damage_to_a_companion_ends_in_a_join_or_a_located_error(
    part: int, pairs: list[tuple[Export, bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "companion"
    for case in range(part, CASES, PARTS):
        generator = np.random.default_rng([4, case])
        export, data = pairs[int(generator.integers(0, len(pairs)))]
        mutation = sorted(MUTATIONS)[int(generator.integers(0, len(MUTATIONS)))]
        path.write_bytes(MUTATIONS[mutation](data, generator))
        start = time.perf_counter()
        try:
            joined = join_companions(export, [path])
            assert joined.names[: len(export.names)] == export.names
            assert time.perf_counter() - start < LONGEST_SECONDS
        except ResponseError as error:
            assert all(problem.code and problem.file in (path.name, export.file) for problem in error.problems)
        except Exception as error:
            pytest.fail(f"case {case}: {export.platform}, {mutation}: {type(error).__name__}: {error}")
