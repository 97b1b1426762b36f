"""The cells of several results as one system: the same people are one cell, whatever table they stand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.disclosure import JointAttack, Profile, nested_pairs, suppress
from osa_survey.results.further_tables import variables_of, with_more
from osa_survey.results.result import Result
from osa_survey.results.rows import packed, unpacked
from osa_survey.results.wholes import wholes_above

Mask = NDArray[np.bool_]
Gaps = Callable[[Sequence[str]], Mask]
"""From names of variables to the people who gave no answer on one of them, for no reason but their own."""
Key = tuple[int, bytes]
EVERYWHERE = -1
"""What a key of people starts with, whatever table they stand in; lower by one for every whole they are all of."""
GAP = -(10**6)
"""What a key of people without an answer starts with where that is no secret: a group of the same people is another."""


@dataclass(frozen=True, repr=False)
class HiddenCells:
    """The cells of each result that are hidden, by name.

    Attributes
    ----------
    small : tuple of frozenset of str
        For each result, cells with too few people.
    secondary : tuple of frozenset of str
        Cells that would give them back.
    differencing : tuple of frozenset of str
        Cells that would give back a small group together with another table.
    """

    small: tuple[frozenset[str], ...]
    secondary: tuple[frozenset[str], ...]
    differencing: tuple[frozenset[str], ...]


class SharedCells:
    """The cells of several results, those of the same people merged.

    Parameters
    ----------
    results : sequence of Result
        Results before the gate, all of the same people in the same order.
    beside : sequence of Result
        Tables that leave beside them. Their groups are compared with those of results that name one of their outcomes
        only: of other two groups nobody knows that one holds the other.
    zeros_hidden : bool
        Whether zeros are hidden too. Nobody then knows that a part is all of its whole, because what else there is may
        not be zero: the two are cells of their own.
    gaps_shown : bool
        Whether it is no secret how many gave no answer.
    """

    def __init__(
        self,
        results: Sequence[Result],
        beside: Sequence[Result] = (),
        *,
        zeros_hidden: bool = False,
        gaps_shown: bool = False,
    ) -> None:
        self.beside = len(results)
        results = (*results, *beside)
        self.results = results
        self.names: list[dict[str, Key]] = []
        self.counts: dict[Key, float] = {}
        self.members: dict[Key, bytes] = {}
        self.sums: list[tuple[Key, tuple[Key, ...]]] = []
        self.lines: list[list[tuple[Key, tuple[Key, ...]]]] = []
        self.owners: dict[Key, list[int]] = {}
        self.everybody: set[Key] = set()
        self.full: set[Key] = set()
        self.gaps: set[Key] = set()
        self.known_gaps: set[Key] = set()
        self.seen: set[Key] = set()
        for number, result in enumerate(results):
            tables = list(with_more(result))
            members = {name: who for table in tables for name, who in table.cells.members.items()}
            relations = dict.fromkeys(line for table in tables for line in table.cells.sums)
            depth = wholes_above(relations, members) if zeros_hidden else {}
            own: dict[str, Key] = {}
            for table in tables:
                gaps = table.cells.gaps if gaps_shown else {}
                for name, people in table.cells.counts.items():
                    who = members.get(name)
                    alone = who is None or not people  # nobody is not the same nobody everywhere
                    start = GAP if name in gaps else EVERYWHERE - depth.get(name, 0)
                    own[name] = (number, name.encode()) if alone else (start, who or b"")
                    self.counts[own[name]] = people
                    if who is not None:
                        self.members[own[name]] = who
                self.everybody |= {own[name] for name in table.cells.everybody}
                self.gaps |= {own[name] for name in gaps}
                self.known_gaps |= {own[name] for name, gap in gaps.items() if gap.known}
                self.seen |= {own[name] for name in table.cells.counts if name not in table.cells.unseen}
            self.names.append(own)
            for key in dict.fromkeys(own.values()):
                self.owners.setdefault(key, []).append(number)
            lines = [(own[total], tuple(own[part] for part in parts)) for total, parts in relations]
            self.lines.append([(total, parts) for total, parts in lines if total not in parts])
            self.sums += lines
            if zeros_hidden:  # a part that is all, beside others that are nobody, tells what all said
                self.full |= {own_part for _, parts in lines if self._has_zero(parts) for own_part in parts}

    def _has_zero(self, parts: Sequence[Key]) -> bool:
        return any(self.counts[part] == 0 for part in parts)

    def hidden(
        self,
        profile: Profile,
        *,
        gaps: Gaps | None = None,
        forced: frozenset[tuple[int, str]] = frozenset(),
        known: frozenset[tuple[int, str]] = frozenset(),
        left: frozenset[tuple[int, str]] | None = None,
    ) -> HiddenCells:
        """Return which cells are hidden.

        Parameters
        ----------
        profile : Profile
            The rules.
        gaps : callable, optional
            Who gave no answer; with it, cells are also compared across results (differencing).
        forced, known : frozenset of (int, str)
            Cells, by the position of their result and their name, that are hidden in any case, and those that readers
            of an earlier release know.
        left : frozenset of (int, str), optional
            Cells that have left and are never hidden. The number of all people has left in any case.
        """
        keys = list(self.counts)
        place = {key: position for position, key in enumerate(keys)}
        counts = np.array([self.counts[key] for key in keys], dtype=float)
        sums = [(place[total], [place[part] for part in parts]) for total, parts in self.sums]
        options: dict[str, Any] = {"zeros_are_small": profile.zeros_are_small}
        options["attack"] = self._attack(keys, place, profile) if profile.threshold > 1 else None
        options["known"] = self._mask(known, place, len(keys))
        options["unseen"] = np.array([key not in self.seen for key in keys], dtype=bool)
        options["left"] = self._everybody(keys) | np.array([key in self.known_gaps for key in keys], dtype=bool)
        options["shown"] = np.array([key in self.gaps for key in keys], dtype=bool)
        if left is not None:
            options["left"] |= self._mask(left, place, len(keys))
        must = self._mask(forced, place, len(keys))
        options["forced"] = must if must.any() else None
        small = (counts < profile.threshold) & ((counts > 0) | profile.zeros_are_small) & ~options["shown"]
        plain = suppress(counts, sums, profile.threshold, **options)
        every = plain
        if gaps is not None and profile.threshold > 1:
            every = self._without_differences(profile, gaps, place, counts, sums, plain, options)
        return HiddenCells(
            small=self._names(small, place),
            secondary=self._names(plain & ~small, place),
            differencing=self._names(every & ~plain, place),
        )

    def _without_differences(
        self,
        profile: Profile,
        gaps: Gaps,
        place: Mapping[Key, int],
        counts: NDArray[np.float64],
        sums: list[tuple[int, list[int]]],
        plain: Mask,
        options: Mapping[str, Any],
    ) -> Mask:
        """Return what is hidden when small differences between groups of people are cells too."""
        differences = self._small_differences(profile, gaps)
        if not differences:
            return plain
        more: dict[Key, int] = {}
        numbers, relations = list(counts), list(sums)

        def position(key: Key) -> int:
            if key in place:
                return place[key]
            if key not in more:
                more[key] = len(numbers)
                numbers.append(float(unpacked(key[1]).sum()))
            return more[key]

        for larger, smaller, rest in differences:
            relations.append((position(larger), [place[smaller], position(rest)]))
        none = np.zeros(len(more), dtype=bool)
        forced = np.concatenate([plain, none])
        known = np.concatenate([options["known"], none])
        left = np.concatenate([options["left"], self._everybody(list(more))])
        unseen = np.concatenate([options["unseen"], none])
        shown = np.concatenate([options["shown"], none])
        hidden = suppress(
            np.array(numbers),
            relations,
            profile.threshold,
            zeros_are_small=profile.zeros_are_small,
            forced=forced,
            known=known,
            left=left,
            unseen=unseen,
            shown=shown,
            attack=options["attack"],
        )
        return hidden[: len(counts)]

    def _small_differences(self, profile: Profile, gaps: Gaps) -> list[tuple[Key, Key, Key]]:
        """Return larger group, smaller group and their difference, wherever that is a few people."""
        people = len(gaps(()))
        sizes = {int.from_bytes(key[1][:8], "big") for key in self.counts if key[0] <= EVERYWHERE}
        found = []
        for size in sorted(sizes):  # of other people than those of the study nobody's gaps are known
            found += self._differences_of(size, profile, gaps if size == people else None)
        return found

    def _differences_of(self, people: int, profile: Profile, gaps: Gaps | None) -> list[tuple[Key, Key, Key]]:
        """Return the small differences between groups that are told of this many people."""
        head = people.to_bytes(8, "big")
        keys = [key for key in self.counts if GAP < key[0] <= EVERYWHERE and key[1][:8] == head]
        everybody = (EVERYWHERE, packed(np.ones(people, dtype=bool)))
        if gaps is not None and everybody not in self.counts:  # no table counts them, but the flow does
            keys.append(everybody)
        members = np.array([unpacked(key[1]) for key in keys], dtype=bool).reshape(len(keys), people)
        without: dict[int, Mask] = {}
        found = []
        for larger, smaller in nested_pairs(members, profile.threshold):
            if not self._compared(keys[larger], keys[smaller]):
                continue
            rest = members[larger] & ~members[smaller]
            owners = [] if profile.gaps_identify or gaps is None else self.owners[keys[smaller]]
            for owner in owners:
                if owner not in without and gaps is not None:
                    without[owner] = gaps(variables_of(self.results[owner]))
            if not any(bool(without[owner][rest].all()) for owner in owners):
                found.append((keys[larger], keys[smaller], (EVERYWHERE, packed(rest))))
        return found

    def _compared(self, larger: Key, smaller: Key) -> bool:
        """Tell whether a reader knows that one group holds the other."""
        if larger not in self.counts:
            return True
        first, second = self.owners[larger], self.owners[smaller]
        if min(first) < self.beside and min(second) < self.beside:
            return True
        return any(one == other or self._share(one, other) for one in first for other in second)

    def _share(self, one: int, other: int) -> bool:
        """Tell whether two results, one of them or both beside the others, speak of the same variable."""
        first, second = sorted((one, other))
        if second < self.beside or first >= self.beside:
            return second < self.beside
        return not self._outcomes(second).isdisjoint(variables_of(self.results[first]))

    def _outcomes(self, number: int) -> set[str]:
        return {str(name) for table in with_more(self.results[number]) for name in table.frame["outcome"].unique()}

    def _attack(self, keys: Sequence[Key], place: Mapping[Key, int], profile: Profile) -> JointAttack:
        """Return who is in the cells of each result, as far as the analyses say, for people of one kind."""
        sizes = [who[:8] for who in self.members.values()]
        common = max(sorted(set(sizes)), key=sizes.count) if sizes else b""
        known = [self.members.get(key, b"") for key in keys]
        members = [unpacked(who) if who and who[:8] == common else None for who in known]
        tables = [[(place[total], [place[part] for part in parts]) for total, parts in own] for own in self.lines]
        return JointAttack(tables, members, zeros_hidden=profile.zeros_are_small)

    def _everybody(self, keys: Sequence[Key]) -> Mask:
        """Return the cells of all people, whose number stands in the flow of respondents whatever a table hides."""
        found = np.zeros(len(keys), dtype=bool)
        for position, key in enumerate(keys):
            if key in self.everybody:
                found[position] = True
            elif key[0] <= EVERYWHERE and key not in self.full:
                found[position] = bool(unpacked(key[1]).all())
        return found

    def _mask(self, cells: frozenset[tuple[int, str]], place: Mapping[Key, int], size: int) -> Mask:
        mask = np.zeros(size, dtype=bool)
        mask[[place[self.names[number][name]] for number, name in cells if name in self.names[number]]] = True
        return mask

    def _names(self, mask: Mask, place: Mapping[Key, int]) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(name for name, key in own.items() if mask[place[key]]) for own in self.names)
