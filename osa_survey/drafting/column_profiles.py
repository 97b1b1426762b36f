"""What a column of an export looks like: its different values, how often each was seen, whether they are numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.dataset.decoding import to_number
from osa_survey.drafting.gap_guesses import GeneralReasons, codes_by_reason
from osa_survey.drafting.gaps_beside_words import gaps_beside_words

NOT_AVAILABLE = ("NA", "N/A", "n/a", "NULL", "null", "None", "#NULL!", "#N/A", ".", "-oth-")
"""Texts that programs write into cells without an answer."""
DATE = re.compile(
    r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}/\d{1,2}/\d{1,2})([ T]\d{1,2}:\d{2}(:\d{2})?.*)?$"
)
MOST = 0.95
"""The share of values that decides the kind of a column."""


@dataclass(frozen=True, repr=False)
class ColumnProfile:
    """A column before anything is known about it.

    Attributes
    ----------
    name : str
        The column.
    counts : mapping of str to int
        Different values → records, without empty cells, values that the file declares missing, and ``gap_texts``.
    numbers : mapping of str to float
        Those values that are numbers.
    gap_texts : tuple of str
        Values that look like an answer that was not given: texts such as "NA" or "k.A.", and codes such as -9 beside
        words.
    n_records : int
        Records of the file.
    wording : str
        The question, where the export has it.
    labels : mapping of str to str
        Value labels of the file, without those of gaps.
    reasons : mapping of str to str
        Values that the platform itself says are no answers → why.
    is_covered : bool
        Whether ``[missing]`` of the whole codebook says all of ``reasons`` already.
    """

    name: str
    counts: dict[str, int]
    numbers: dict[str, float]
    gap_texts: tuple[str, ...]
    n_records: int
    wording: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    is_covered: bool = False

    @property
    def gap_codes(self) -> list[Any]:
        """``gap_texts`` as they are written in a codebook: numbers and texts."""
        return [code for codes in codes_by_reason(dict.fromkeys(self.gap_texts, "")).values() for code in codes]

    @property
    def n_filled(self) -> int:
        """Records with a value."""
        return sum(self.counts.values())

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all values are numbers."""
        return bool(self.counts) and self.n_numeric >= MOST * self.n_filled

    @property
    def n_numeric(self) -> int:
        """Records whose value is a number."""
        return sum(self.counts[value] for value in self.numbers)

    @property
    def is_date(self) -> bool:
        """Whether nearly all values look like dates."""
        dates = sum(count for value, count in self.counts.items() if DATE.match(value))
        return bool(self.counts) and dates >= MOST * self.n_filled

    @property
    def is_unique(self) -> bool:
        """Whether every record has a value of its own."""
        return 1 < len(self.counts) == self.n_filled == self.n_records

    @property
    def is_whole(self) -> bool:
        """Whether all values are whole numbers."""
        return len(self.numbers) == len(self.counts) > 0 and all(n.is_integer() for n in self.numbers.values())


def column_profile(export: Export, column: str, general: GeneralReasons | None = None) -> ColumnProfile:
    """Return what a column of an export looks like.

    Parameters
    ----------
    export : Export
        The raw export.
    column : str
        One of its columns.
    general : GeneralReasons, optional
        Gap codes that are declared for the whole file.
    """
    values, which = export.values(column)
    seen = np.bincount(which, minlength=len(values))
    told = {value: str(reason) for value, reason in export.facts.reasons.get(column, {}).items() if value}
    left_out = {"", *export.missing_values.get(column, ()), *told}
    reasons = {value: told[value] for value, n in zip(values, seen, strict=True) if n and value in told}
    covered = general.reasons if general else {}
    filled = {value: int(n) for value, n in zip(values, seen, strict=True) if n and value not in left_out}
    decimal = str(export.reading.get("decimal", "."))
    numbers = {value: number for value in filled if not math.isnan(number := to_number(value, decimal))}
    gaps = {value for value in filled if value in NOT_AVAILABLE} | gaps_beside_words(filled, numbers)
    counts = {value: n for value, n in filled.items() if value not in gaps}
    numbers = {value: number for value, number in numbers.items() if value not in gaps}
    return ColumnProfile(
        name=column,
        counts=counts,
        numbers=numbers,
        gap_texts=tuple(value for value in filled if value in gaps),
        n_records=export.n_records,
        wording=" ".join(export.wording.get(column, "").split()),
        labels={v: label for v, label in export.value_labels.get(column, {}).items() if v not in left_out | gaps},
        reasons=reasons,
        is_covered=all(covered.get(value) == reason for value, reason in reasons.items()),
    )


def numbers_of(export: Export, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell holds none, shape (records,)."""
    values, which = export.values(column)
    decimal = str(export.reading.get("decimal", "."))
    return np.array([to_number(value, decimal) for value in values], dtype=np.float64)[which]


def as_code(value: str, numbers: dict[str, float]) -> Any:
    """Return a value as it is written in a codebook: a whole number, a number, or a text."""
    if value not in numbers:
        return value
    number = numbers[value]
    return int(number) if number.is_integer() else number
