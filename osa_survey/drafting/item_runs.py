"""Numbered columns that stand for the items of one questionnaire: Q1 to Q10, scs_01 to scs_10, sat1.1 to sat5.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"\d+")
SHORTEST = 2


@dataclass(frozen=True)
class ItemRun:
    """Columns whose names differ only in a number that rises by one.

    Attributes
    ----------
    before, after : str
        The text around the number.
    first : int
        The first number.
    digits : int
        Digits of a number with leading zeros, else 0.
    columns : tuple of str
        The columns in the order of their numbers.
    """

    before: str
    after: str
    first: int
    digits: int
    columns: tuple[str, ...]

    def part(self, start: int, length: int) -> ItemRun:
        """Return a part of the run."""
        columns = self.columns[start : start + length]
        return ItemRun(self.before, self.after, self.first + start, self.digits, columns)

    def pattern(self) -> str | list[str]:
        """Return the pattern of a codebook, or the list of columns where no pattern says it."""
        number = "{n}" if self.digits == 0 else f"{{n:0{self.digits}d}}"
        if self.first == 1 and self.digits in (0, 2, 3) and not set("{}") & set(self.before + self.after):
            return f"{self.before}{number}{self.after}"
        return list(self.columns)


def item_runs(names: Sequence[str]) -> tuple[ItemRun, ...]:
    """Return the runs of numbered columns, the longest first.

    Parameters
    ----------
    names : sequence of str
        Column names.

    Examples
    --------
    >>> [run.pattern() for run in item_runs(["Q1", "Q2", "Q3", "age", "scs_01", "scs_02"])]
    ['Q{n}', 'scs_{n:02d}']
    """
    groups: dict[tuple[str, str, int], dict[int, str]] = {}
    for name in names:
        for found in NUMBER.finditer(name):
            text = found.group()
            if len(text) > 4:
                continue
            digits = {len(text)} if text.startswith("0") else {0, len(text)}
            for width in digits - {1}:
                groups.setdefault((name[: found.start()], name[found.end() :], width), {})[int(text)] = name
    runs = []
    for (before, after, digits), members in groups.items():
        if digits and not any(name[len(before)] == "0" for name in members.values()):
            continue
        numbers = sorted(members)
        start = 0
        for position in range(1, len(numbers) + 1):
            if position == len(numbers) or numbers[position] != numbers[position - 1] + 1:
                part = numbers[start:position]
                if len(part) >= SHORTEST:
                    runs.append(ItemRun(before, after, part[0], digits, tuple(members[n] for n in part)))
                start = position
    return tuple(sorted(runs, key=lambda run: -len(run.columns)))
