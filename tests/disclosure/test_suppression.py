"""Cell suppression against brute force: no small count can be computed from what is shown."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from osa_survey.disclosure import profile_named, suppress
from osa_survey.errors import AnalysisError

MOST_FILLINGS = 30_000
"""Above this many fillings the linear equations decide instead of enumeration."""


def two_way(inner: np.ndarray) -> tuple[np.ndarray, list[tuple[int, list[int]]]]:
    """Return the cells of a table with margins, and the sums a reader knows."""
    rows, columns = inner.shape
    full = np.zeros((rows + 1, columns + 1))
    full[:rows, :columns] = inner
    full[rows, :columns] = inner.sum(axis=0)
    full[:, columns] = full[:, :columns].sum(axis=1)
    position = np.arange(full.size).reshape(full.shape)
    sums = [(int(position[r, columns]), position[r, :columns].tolist()) for r in range(rows + 1)]
    sums += [(int(position[rows, c]), position[:rows, c].tolist()) for c in range(columns + 1)]
    return full.ravel(), sums


def solutions(counts: np.ndarray, sums: list[tuple[int, list[int]]], hidden: np.ndarray, cell: int) -> set[int]:
    """Return the values a hidden cell can take, by trying all fillings of the hidden cells."""
    unknown = np.flatnonzero(hidden)
    ranges = [range(int(counts.max()) + 1) for _ in unknown]
    found: set[int] = set()
    for filling in itertools.product(*ranges):
        trial = counts.copy()
        trial[unknown] = filling
        if all(trial[total] == trial[parts].sum() for total, parts in sums):
            found.add(int(trial[cell]))
    return found


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    hidden = suppress(np.array([3.0, 40.0, 60.0, 103.0]), [(3, [0, 1, 2])], 5)
    assert hidden.tolist() == [True, True, False, False]


def test_zero_is_shown_and_a_large_table_is_untouched() -> None:
    assert not suppress(np.array([0.0, 40.0, 40.0]), [(2, [0, 1])], 5).any()
    assert not suppress(np.array([], dtype=float), [], 5).any()


def test_two_small_cells_whose_sum_is_small_need_a_third() -> None:
    hidden = suppress(np.array([1.0, 2.0, 50.0, 53.0]), [(3, [0, 1, 2])], 5)
    assert hidden.tolist() == [True, True, True, False]


def test_the_workbench_hides_nothing() -> None:
    profile = profile_named("workbench")
    assert not suppress(np.array([1.0, 2.0, 3.0]), [(2, [0, 1])], profile.threshold).any()
    with pytest.raises(AnalysisError, match="journal"):
        profile_named("jurnal")


@pytest.mark.parametrize("seed", range(40))
def test_no_small_cell_of_a_two_way_table_has_one_solution(seed: int) -> None:
    generator = np.random.default_rng(seed)
    inner = generator.integers(0, 9, size=(2, 3)).astype(float)
    counts, sums = two_way(inner)
    hidden = suppress(counts, sums, 5)
    small = (counts > 0) & (counts < 5)
    assert (hidden | ~small).all()
    if (counts.max() + 1) ** hidden.sum() > MOST_FILLINGS:
        unknown = np.flatnonzero(hidden)
        equations = np.zeros((len(sums), len(unknown)))
        for row, (total, parts) in enumerate(sums):
            for column, cell in enumerate(unknown):
                equations[row, column] = (cell in parts) - float(cell == total)
        rank = np.linalg.matrix_rank(equations)
        for cell in np.flatnonzero(small):
            unit = np.zeros((1, len(unknown)))
            unit[0, np.flatnonzero(unknown == cell)[0]] = 1.0
            assert np.linalg.matrix_rank(np.vstack([equations, unit])) > rank
        return
    for cell in np.flatnonzero(small):
        assert len(solutions(counts, sums, hidden, int(cell))) > 1
