"""What a reader can compute from several tables of the same people, whatever relations the tables name."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from osa_survey.disclosure.differences import distinct_people

Mask = NDArray[np.bool_]
MOST_ATOMS, MOST_JOINED, MOST_CELLS = 400, 4000, 600
"""Tables with more combinations of their categories, at the end or on the way, or more cells are not taken together."""
ROOM = 50.0
"""A second value this far above the largest count is as good as any: it bounds the search."""


@dataclass(frozen=True, repr=False)
class _Family:
    """Tables taken together: their cells, and which combinations of categories (atoms) each cell adds up."""

    cells: NDArray[np.intp]
    atoms: NDArray[np.float64]
    counts: NDArray[np.float64]


class JointAttack:
    """An attack on several tables of the same people.

    Parameters
    ----------
    tables : sequence of sequence of (int, sequence of int)
        For each table its relations: the position of a total and of the parts that add up to it. A cell of the same
        people stands in several tables.
    members : sequence of ndarray of bool or None, shape (people,)
        Who is in each cell; None where that is not known: such cells are left out.
    zeros_hidden : bool
        Whether zeros are hidden too: parts without anybody are then unknowns as others are.

    Notes
    -----
    The unknowns are the numbers of people of every combination of parts that the relations allow (the atoms); whether
    anybody has a combination is not used, because a reader does not know. Shown counts are sums of atoms. A hidden
    count is determined if integer programming finds no second table of whole numbers that agrees with all that is
    shown and gives it another value. All tables are taken together where they have few combinations, else each alone
    and every two of them that hide something.
    """

    def __init__(
        self,
        tables: Sequence[Sequence[tuple[int, Sequence[int]]]],
        members: Sequence[Mask | None],
        *,
        zeros_hidden: bool = False,
    ) -> None:
        self._members = members
        self._zeros_hidden = zeros_hidden
        self._lines = [[line for line in map(self._known, table) if line is not None] for table in tables]
        self._cells = [sorted({cell for total, parts in own for cell in (total, *parts)}) for own in self._lines]
        self._parts = [sorted({int(cell) for _, parts in table for cell in parts}) for table in tables]
        self._families: dict[tuple[int, ...], _Family | None] = {}
        self._proven: set[tuple[tuple[int, ...], bytes]] = set()

    def determined(
        self, hidden: Mask, lowest: NDArray[np.float64], emptied: Mask
    ) -> list[tuple[int, NDArray[np.intp]]]:
        """Return hidden cells with one possible value, each with the shown cells that overlap it.

        Parameters
        ----------
        hidden : ndarray of bool, shape (cells,)
            Which counts are hidden.
        lowest : ndarray of float, shape (cells,)
            What a reader knows of each hidden count: it is at least this.
        emptied : ndarray of bool, shape (cells,)
            Zeros that are hidden with all else in their tables; these tables are left out.
        """
        for key in self._keys(hidden, emptied):
            family = self._family(key)
            if family is None:
                continue
            own = hidden[family.cells]
            proof = (key, own.tobytes())
            if proof in self._proven:
                continue
            place = _determined(family, own, lowest[family.cells])
            if place is not None:
                overlap = (family.atoms[:, family.atoms[place] > 0].sum(axis=1) > 0) & ~own
                return [(int(family.cells[place]), family.cells[overlap])]
            self._proven.add(proof)
        return []

    def _known(self, line: tuple[int, Sequence[int]]) -> tuple[int, tuple[int, ...]] | None:
        """Return a relation without shown empty parts; None where it says nothing or its people are not known."""
        total, parts = line
        filled = []
        for cell in parts:
            who = self._members[cell]
            if who is None or self._members[total] is None:
                return None
            if self._zeros_hidden or who.any():
                filled.append(int(cell))
        return None if len(filled) < 2 else (int(total), tuple(filled))

    def _keys(self, hidden: Mask, emptied: Mask) -> Iterator[tuple[int, ...]]:
        """Yield the families to look at: all tables that hide something, or each and every two of them."""
        whole = [k for k, parts in enumerate(self._parts) if not emptied[parts].any()]
        concerned = tuple(k for k in whole if hidden[self._cells[k]].any())
        if not concerned:
            return
        every = tuple(k for k in whole if self._cells[k])
        if self._family(every) is not None:
            yield every
            return
        yield from ((one,) for one in concerned)
        yield from itertools.combinations(concerned, 2)

    def _family(self, key: tuple[int, ...]) -> _Family | None:
        if key not in self._families:
            self._families[key] = self._joined(key)
        return self._families[key]

    def _joined(self, key: tuple[int, ...]) -> _Family | None:
        """Return the combinations of parts that the relations of some tables allow; None where there are too many."""
        cells = sorted({cell for table in key for cell in self._cells[table]})
        if len(cells) > MOST_CELLS:
            return None
        place = {cell: number for number, cell in enumerate(cells)}
        lines = list(dict.fromkeys(line for table in key for line in self._lines[table]))
        members = np.array([self._members[cell] for cell in cells], dtype=bool)
        people = members.sum(axis=1)
        lines.sort(key=lambda line: -people[place[line[0]]])  # wholes before their parts keep the joins small
        atoms, covered = [0], 0
        for total, parts in lines:
            whole = 1 << place[total]
            kinds = [whole | 1 << place[part] for part in parts]
            if not members[place[total]].all():
                kinds.append(0)
            mask = whole | sum(1 << place[part] for part in parts)
            common = covered & mask
            by_common: dict[int, list[int]] = defaultdict(list)
            for kind in kinds:
                by_common[kind & common].append(kind)
            atoms = [atom | kind for atom in atoms for kind in by_common.get(atom & common, ())]
            covered |= mask
            if len(atoms) > MOST_JOINED:
                return None
        if len(atoms) > MOST_ATOMS:
            return None
        have = _patterns(members)
        matrix = np.array([[atom >> bit & 1 for atom in atoms] for bit in range(len(cells))], dtype=float)
        return _Family(np.array(cells, dtype=np.intp), matrix, np.array([float(have[atom]) for atom in atoms]))


def _patterns(members: Mask) -> Counter[int]:
    """Return the memberships that occur, as numbers with one bit for each cell, and how many people have them."""
    kinds, weights = distinct_people(members)
    found: Counter[int] = Counter()
    for kind, number in zip(kinds.T, weights, strict=True):
        found[sum(1 << int(bit) for bit in np.flatnonzero(kind))] += int(number)
    return found


def _determined(family: _Family, hidden: Mask, lowest: NDArray[np.float64]) -> int | None:
    """Return the position of a hidden cell with one possible value, or None."""
    unknown = np.flatnonzero(hidden)
    if not len(unknown):
        return None
    true = family.atoms @ family.counts
    rules = [LinearConstraint(family.atoms[hidden], np.minimum(true, lowest)[hidden], np.inf)]
    if (~hidden).any():
        rules.append(LinearConstraint(family.atoms[~hidden], true[~hidden], true[~hidden]))
    bounds = Bounds(0, float(true.max()) + ROOM)
    free = np.zeros(len(hidden), dtype=bool)
    for cell in unknown:
        for direction in (-1.0, 1.0):
            if free[cell]:
                break
            answer = milp(
                direction * family.atoms[cell],
                integrality=np.ones(family.atoms.shape[1]),
                bounds=bounds,
                constraints=rules,
            )
            if answer.x is not None:
                free |= np.abs(family.atoms @ np.round(answer.x) - true) > 0.5
        if not free[cell]:
            return int(cell)
    return None
