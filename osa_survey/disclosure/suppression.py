"""Cell suppression: small counts are hidden, and so are the counts that would give them back."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.disclosure.attacks import determined_cells, hidden_parts_of
from osa_survey.disclosure.joint_attacks import JointAttack

Sums = Sequence[tuple[int, Sequence[int]]]
ROUNDING = 1e-6
"""Counts averaged over completed sets add up to this precision."""


def suppress(
    counts: NDArray[np.float64],
    sums: Sums,
    threshold: int,
    *,
    zeros_are_small: bool = False,
    forced: NDArray[np.bool_] | None = None,
    known: NDArray[np.bool_] | None = None,
    left: NDArray[np.bool_] | None = None,
    unseen: NDArray[np.bool_] | None = None,
    shown: NDArray[np.bool_] | None = None,
    attack: JointAttack | None = None,
) -> NDArray[np.bool_]:
    """Return which counts to hide.

    Parameters
    ----------
    counts : ndarray of float, shape (cells,)
        People in each cell.
    sums : sequence of (int, sequence of int)
        Relations between cells: the position of a total and the positions of the parts that add up to it.
    threshold : int
        Counts from 1 to ``threshold - 1`` are small.
    zeros_are_small : bool
        Whether a count of zero is small too; by default it is shown.
    forced : ndarray of bool, shape (cells,), optional
        Cells that are hidden whatever their count.
    known : ndarray of bool, shape (cells,), optional
        Cells a reader knows already: hiding them protects nothing, so others are hidden instead where there are any.
    left : ndarray of bool, shape (cells,), optional
        Cells that have left and are never hidden; where they are small or forced they are hidden but count as known.
        A hidden cell that they give away whatever else is hidden counts as known from then on.
    unseen : ndarray of bool, shape (cells,), optional
        Cells that are shown nowhere: before any other is hidden, these are.
    shown : ndarray of bool, shape (cells,), optional
        Cells that are not small whatever their count: they are hidden only where they would give another one back.
    attack : JointAttack, optional
        Who is in the cells of each table, for an attack on all tables at once.

    Returns
    -------
    ndarray of bool, shape (cells,)
        True where a count is hidden: the small cells (primary suppression), then in each relation the next
        smallest cell until no hidden cell can be computed from what is shown (secondary suppression).

    Notes
    -----
    First line by line: in a relation whose total is shown, at least two parts are hidden, which together reach the
    threshold, otherwise their sum is itself a small count. Then all relations together: a hidden cell whose
    coordinate vanishes on the null space of the shown relations has one solution only; so has one for which integer
    programming finds no second table of whole numbers that agrees with all that is shown, hidden ones being at least
    one; hidden zeros may be nothing, but whoever is in a cell knows that it is none. For such a cell the next smallest
    shown cell of its relations is hidden too, else of all relations that bind it to other hidden cells, and all is
    tried again. Where nothing but zeros is left to hide, because cells that have left give a number back whatever else
    is hidden, the zeros of these tables are hidden with all the rest.

    References
    ----------
    Hundepool, A., et al. (2012). Statistical Disclosure Control. Wiley. doi:10.1002/9781118348239

    Examples
    --------
    >>> suppress(np.array([3.0, 40.0, 60.0, 103.0]), [(3, [0, 1, 2])], 5).tolist()
    [True, True, False, False]
    """
    counts = np.asarray(counts, dtype=float)
    small = counts < threshold
    if not zeros_are_small:
        small &= counts > 0
    if shown is not None:
        small &= ~shown
    wanted = small.copy() if forced is None else small | forced
    if not wanted.any():
        return wanted
    fixed = np.zeros(len(counts), dtype=bool) if left is None else np.asarray(left)
    lines = [(int(total), np.asarray(parts, dtype=int)) for total, parts in sums if total not in parts]
    lines = [line for line in lines if abs(counts[line[0]] - counts[line[1]].sum()) < ROUNDING]
    order = np.argsort(counts, kind="stable")
    rank = np.empty(len(counts))
    rank[order] = np.arange(len(counts))
    if known is not None:
        rank[known] += len(counts)
    nowhere = np.zeros(len(counts), dtype=bool) if unseen is None else unseen
    rank[nowhere] -= len(counts)
    lowest = np.where(zeros_are_small & (counts == 0), 0.0, 1.0)
    work = _Work(counts, lines, wanted & ~fixed, rank, threshold, fixed, lowest, nowhere)
    if forced is not None and not zeros_are_small:
        work.start_with(np.flatnonzero(work.hidden & (counts == 0)))
    work.hide_by_lines(range(len(lines)))
    proven: set[tuple[int, ...]] = set()
    lost = np.zeros(len(counts), dtype=bool)
    while True:
        unknown = work.hidden & ~lost
        found = determined_cells(counts, lines, unknown, work.lowest, proven)
        count = int(work.hidden.sum())
        touched = [line for cell in found for line in work.hide_around(int(cell))]
        helpless = found.tolist()
        if not touched:
            touched = [line for cell in found for line in work.hide_beyond(int(cell))]
        if not touched and attack is not None:
            for cell, near in attack.determined(unknown, work.lowest, work.emptied):
                touched += work.hide_near(cell, near)
                helpless.append(cell)
        if int(work.hidden.sum()) == count:
            emptied = [cell for cell in helpless if work.empty_around(cell)]
            if not emptied:
                if left is None or not helpless:
                    return work.hidden | wanted
                lost[helpless] = True
            proven.clear()
        work.hide_by_lines(touched)


class _Work:
    """The state of a suppression: what is hidden so far."""

    def __init__(
        self,
        counts: NDArray[np.float64],
        lines: list[tuple[int, NDArray[np.intp]]],
        hidden: NDArray[np.bool_],
        rank: NDArray[np.float64],
        threshold: int,
        fixed: NDArray[np.bool_],
        lowest: NDArray[np.float64],
        unseen: NDArray[np.bool_],
    ) -> None:
        self.counts, self.lines, self.hidden, self.rank, self.threshold = counts, lines, hidden, rank, threshold
        self.fixed = fixed
        self.lowest, self.unseen = lowest, unseen
        self.emptied = np.zeros(len(counts), dtype=bool)
        self.lines_of: dict[int, list[int]] = defaultdict(list)
        for number, (total, parts) in enumerate(lines):
            for cell in dict.fromkeys((total, *parts.tolist())):
                self.lines_of[cell].append(number)

    def hide_by_lines(self, numbers: Sequence[int] | range) -> None:
        """Hide cells until every relation, taken alone, gives nothing back; the first relation in need goes first."""
        waiting = list(dict.fromkeys(numbers))
        heapq.heapify(waiting)
        while waiting:
            number = heapq.heappop(waiting)
            while (cell := self._needed(*self.lines[number])) is not None:
                self.hidden[cell] = True
                for other in self.lines_of[cell]:
                    heapq.heappush(waiting, other)

    def hide_around(self, cell: int) -> list[int]:
        """Hide the smallest shown cell of the relations of a cell; return the relations this touches."""
        own = [np.append(parts, total) for total, parts in (self.lines[number] for number in self.lines_of[cell])]
        choice = self._smallest(np.unique(np.concatenate(own))) if own else None
        if choice is None:
            return []
        self.hidden[choice] = True
        return self.lines_of[choice]

    def hide_beyond(self, cell: int) -> list[int]:
        """Hide the smallest shown cell of all relations that hidden cells bind to a cell; return those it touches."""
        choice = self._smallest(self._bound(cell, self.hidden))
        if choice is None:
            return []
        self.hidden[choice] = True
        return self.lines_of[choice]

    def hide_near(self, cell: int, near: NDArray[np.intp]) -> list[int]:
        """Hide the smallest shown cell of the relations of a cell, else of those near it, else of those beyond."""
        touched = self.hide_around(cell)
        if touched:
            return touched
        choice = self._smallest(near)
        if choice is None:
            return self.hide_beyond(cell)
        self.hidden[choice] = True
        return self.lines_of[choice]

    def start_with(self, zeros: NDArray[np.intp]) -> None:
        """Take some zeros as hidden: beside them nobody knows that a hidden count is not zero."""
        for cell in zeros.tolist():
            self.empty_around(cell)
        self._lower(zeros)

    def empty_around(self, cell: int) -> bool:
        """Hide the zeros bound to a cell where all else is hidden or has left; tell whether that takes anything away.

        In a relation with a hidden zero nobody knows that another hidden part is not zero.
        """
        region = self._bound(cell, ~self.fixed)
        region = region[~self.fixed[region]]
        if not self.hidden[region][self.counts[region] > 0].all():
            return False
        zeros = region[self.counts[region] == 0]
        self.hidden[zeros] = self.emptied[zeros] = True
        return self._lower(zeros)

    def _lower(self, zeros: NDArray[np.intp]) -> bool:
        """Let nobody know that zeros and the parts beside them are not zero; tell whether anybody knew."""
        own = [self.lines[number][1] for zero in zeros.tolist() for number in self.lines_of[zero]]
        beside = np.concatenate([zeros, *(parts for parts in own if np.isin(parts, zeros).any())]).astype(np.intp)
        known = bool(self.lowest[beside].any())
        self.lowest[beside] = 0.0
        return known

    def _bound(self, cell: int, through: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the cells of all relations that lead to a cell through some cells."""
        found, waiting, seen = {cell}, [cell], set[int]()
        while waiting:
            for number in self.lines_of[waiting.pop()]:
                if number in seen:
                    continue
                seen.add(number)
                total, parts = self.lines[number]
                new = [other for other in (total, *parts.tolist()) if other not in found]
                found.update(new)
                waiting += [other for other in new if through[other]]
        return np.array(sorted(found), dtype=np.intp)

    def _needed(self, total: int, parts: NDArray[np.intp]) -> int | None:
        """Return the cell that a relation alone needs hidden, or None."""
        hidden_parts = hidden_parts_of(parts, self.hidden)
        if self.hidden[total]:
            return self._smallest(parts) if len(hidden_parts) == 0 and self.counts[total] > 0 else None
        if len(hidden_parts) == 0:
            return None
        if len(hidden_parts) > 1 and self.counts[hidden_parts].sum() >= self.threshold:
            return None
        if self.unseen[total] and not self.fixed[total]:
            return total
        choice = self._smallest(parts)
        return None if choice is None and self.fixed[total] else total if choice is None else choice

    def _smallest(self, cells: NDArray[np.intp]) -> int | None:
        """Return the smallest shown cell above zero that may be hidden, the first of equals, or None."""
        open_ = cells[(self.counts[cells] > 0) & ~self.hidden[cells] & ~self.fixed[cells]]
        return int(open_[np.argmin(self.rank[open_])]) if len(open_) else None
