"""Random tables of the same people against brute-force re-identification: nothing hidden has one possible value."""

from __future__ import annotations

import os

import numpy as np
import pytest

from osa_survey.disclosure import JOURNAL, SECURE_ROOM
from osa_survey.results import release
from tests.reidentification import Shown, everybody, frequency_table, recovered, released_tables, shown_by

REPORTS = int(os.environ.get("OSA_SURVEY_TABLES", "24"))
"""Reports of one to four tables with margins; ``make fuzz`` takes 840, which are 2,080 tables."""
AT_ONCE = 8
EMPTY_PARTS = (8, 92, 127, 144, 364)
"""Reports in which a part is all of its whole (a zero beside it would be known), or a category is not empty."""


@pytest.mark.timeout(0 if REPORTS > 100 else 300)
@pytest.mark.parametrize("block", range(max(1, REPORTS // AT_ONCE)))
def test_no_hidden_count_of_random_reports_is_recovered(block: int) -> None:
    hidden = 0
    for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE):
        cells, _ = released_tables(np.random.default_rng(seed))
        assert not [cell for cell in cells if not cell.hidden and 0 < cell.count < 5], seed
        assert not recovered(cells), seed
        hidden += sum(cell.hidden for cell in cells)
    assert hidden > 0


@pytest.mark.timeout(0 if REPORTS > 100 else 300)
@pytest.mark.parametrize("block", range(max(1, REPORTS // AT_ONCE)))
def test_no_hidden_zero_of_a_secure_room_is_recovered(block: int) -> None:
    zeros = 0
    seeds = range(block * AT_ONCE, (block + 1) * AT_ONCE)
    for seed in (*seeds, *EMPTY_PARTS) if not block else seeds:
        cells, _ = released_tables(np.random.default_rng(seed), SECURE_ROOM)
        assert not [cell for cell in cells if not cell.hidden and cell.count < 10], seed
        assert not recovered(cells), seed
        zeros += sum(cell.hidden and not cell.count for cell in cells)
    assert zeros > 0


def test_a_part_that_is_all_of_its_whole_is_hidden_beside_a_hidden_zero() -> None:
    # nobody of the first row chose the third column: with 30 in the second row and 30 in all, the zero is 30 − 30
    data = np.array([[0, 0]] * 25 + [[0, 1]] * 20 + [[1, 0]] * 15 + [[1, 1]] * 22 + [[1, 2]] * 30)
    table, members = frequency_table(data, (0, 1), "table")
    shape = [2, 3]
    for profile, hides in ((JOURNAL, 0), (SECURE_ROOM, 1)):
        cells = shown_by(release(table, profile), members, (0, 1), data, shape)
        assert sum(cell.hidden and cell.count == 30 for cell in cells) == hides
        assert not recovered([*cells, everybody(data, shape)])


def test_the_attack_recovers_what_only_small_counts_hide() -> None:
    # 3 + 40 + 60 = 103: with the total shown and only the 3 hidden, the 3 is the one value left
    atoms = np.eye(3, dtype=bool)
    cells = [Shown(atoms[0], 3, True), Shown(atoms[1], 40, False), Shown(atoms[2], 60, False)]
    total = Shown(atoms.any(axis=0), 103, False)
    assert [cell.count for cell in recovered([*cells, total])] == [3]
    cells[1] = Shown(atoms[1], 40, True)
    assert not recovered([*cells, total])


def test_the_attack_uses_that_hidden_counts_are_not_zero() -> None:
    # two hidden parts of 2 people together can only be 1 and 1
    atoms = np.eye(2, dtype=bool)
    parts = [Shown(atoms[0], 1, True), Shown(atoms[1], 1, True)]
    assert len(recovered([*parts, Shown(atoms.any(axis=0), 2, False)])) == 2


def test_the_number_of_all_people_is_known_from_the_flow() -> None:
    # 3 + 40 + 60 = 103: hiding the 103 would protect nothing, so the 40 is hidden
    cells = released_of(np.repeat([0, 1, 2], [3, 40, 60])[:, None], (0,))
    assert [cell.count for cell in cells if cell.hidden] == [3, 40]
    # 4 and 5 of 9: both are hidden, the 9 is not
    cells = released_of(np.repeat([0, 1], [4, 5])[:, None], (0,))
    assert [cell.hidden for cell in cells] == [True, True, False, False]
    assert not recovered(cells)


def test_zeros_are_hidden_where_they_would_tell_that_everybody_is_alone() -> None:
    # six people in six of nine cells: with three zeros shown each of the others can only be one person
    data = np.array([[0, 0], [0, 1], [1, 1], [1, 2], [2, 2], [2, 0]])
    cells = released_of(data, (0, 1))
    assert all(cell.hidden for cell in cells if cell.count < len(data))
    assert sum(cell.hidden and not cell.count for cell in cells) == 3
    assert not recovered(cells)
    assert recovered([Shown(cell.atoms, cell.count, cell.hidden and cell.count > 0) for cell in cells])


def released_of(data: np.ndarray, variables: tuple[int, ...]) -> list[Shown]:
    """Return what a table of some people shows, beside their number."""
    table, members = frequency_table(data, variables, "table")
    shape = [len(np.unique(column)) for column in data.T]
    return [*shown_by(release(table, JOURNAL), members, variables, data, shape), everybody(data, shape)]
