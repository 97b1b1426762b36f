"""What a column holds, as far as its values tell."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.dataset.decoding import to_number

DATE = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})([ T]\d{1,2}:\d{2}.*)?$")
CONVENTIONAL_GAPS = frozenset({66, 77, 88, 97, 98, 99, 666, 777, 888, 997, 998, 999, 7777, 8888, 9999})
REASON_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("refused", re.compile(r"refus|prefer not|rather not|keine angabe|verweiger", re.I)),
    ("dont_know", re.compile(r"don.?t know|do not know|wei(ß|ss) nicht|no s[eé]$", re.I)),
    ("not_applicable", re.compile(r"not applicable|does not apply|^n\.?/?a\.?$|trifft nicht zu", re.I)),
    ("not_shown", re.compile(r"not (asked|shown)|filter|nicht (gezeigt|gestellt)", re.I)),
    ("technical", re.compile(r"technical|technisch|error|fehler", re.I)),
)


@dataclass(frozen=True, repr=False)
class Profile:
    """A column and the counts of its values.

    Attributes
    ----------
    name, wording : str
        The column and its question text.
    counts : mapping of str to int
        Value → records; empty cells are not in it.
    labels : mapping of str to str
        Value → label from the file.
    declared_gaps : tuple of str
        Values the file itself declares missing.
    decimal : str
        The decimal mark.
    """

    name: str
    wording: str
    counts: Mapping[str, int]
    labels: Mapping[str, str]
    declared_gaps: tuple[str, ...]
    decimal: str

    @cached_property
    def answers(self) -> dict[str, int]:
        """Value → records, without the values the file declares missing."""
        return {value: number for value, number in self.counts.items() if value not in self.declared_gaps}

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Value → number for the answers that are numbers."""
        found = {value: to_number(value, self.decimal) for value in self.answers}
        return {value: number for value, number in found.items() if not math.isnan(number)}

    @property
    def n(self) -> int:
        """Records with an answer."""
        return sum(self.answers.values())

    @property
    def is_numeric(self) -> bool:
        """Whether every answer is a number."""
        return bool(self.answers) and len(self.numbers) == len(self.answers)

    @property
    def is_whole(self) -> bool:
        """Whether every answer is a whole number."""
        return self.is_numeric and all(number.is_integer() for number in self.numbers.values())

    @property
    def is_date(self) -> bool:
        """Whether the answers look like dates."""
        return bool(self.answers) and all(DATE.match(value) for value in self.answers)

    @property
    def fewest(self) -> int:
        """In how many records the rarest answer was seen."""
        return min(self.answers.values(), default=0)

    def median(self) -> float:
        """Return the median of the numbers."""
        values = sorted((number, self.answers[value]) for value, number in self.numbers.items())
        half, seen = sum(number for _, number in values) / 2, 0
        for value, number in values:
            seen += number
            if seen >= half:
                return value
        return math.nan


def profile_of(export: Export, column: str) -> Profile:
    """Return the profile of one column."""
    values, which = export.values(column)
    counts = np.bincount(which, minlength=len(values))
    return Profile(
        name=column,
        wording=export.wording.get(column, ""),
        counts={value: int(n) for value, n in zip(values, counts, strict=True) if value and n},
        labels=export.value_labels.get(column, {}),
        declared_gaps=export.missing_values.get(column, ()),
        decimal=str(export.reading.get("decimal", ".")),
    )


def numbers_of(export: Export, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, one for each record; NaN where there is none."""
    values, which = export.values(column)
    decimal = str(export.reading.get("decimal", "."))
    return np.array([to_number(value, decimal) for value in values])[which]


def is_conventional_gap(number: float, allowed: frozenset[float]) -> bool:
    """Tell whether a number that is no answer is one that surveys use for a gap.

    Examples
    --------
    >>> answers = frozenset({1.0, 2.0, 3.0, 4.0})
    >>> [is_conventional_gap(number, answers) for number in (0, -9, 99, 9, 5, 1.5)]
    [True, True, True, True, False, False]
    """
    if not float(number).is_integer() or number in allowed:
        return False
    return number <= 0 or number in CONVENTIONAL_GAPS or (number in (8, 9) and max(allowed) <= 6)


def gap_reason(label: str) -> str:
    """Return the reason that a label of a missing code names; ``not_answered`` where it names none.

    Examples
    --------
    >>> gap_reason("Don't know"), gap_reason("keine Angabe"), gap_reason("")
    ('dont_know', 'refused', 'not_answered')
    """
    return next((reason for reason, words in REASON_WORDS if words.search(label)), "not_answered")


def by_reason(values: list[str], labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Return reason → values, numbers in rising order."""
    found: dict[str, list[str]] = {}
    for value in sorted(set(values), key=_order):
        found.setdefault(gap_reason(labels.get(value, "")), []).append(value)
    return found


def _order(value: str) -> tuple[float, str]:
    number = to_number(value)
    return (math.inf if math.isnan(number) else number), value
