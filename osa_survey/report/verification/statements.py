"""What a sentence can state: tests, numbers with a name, intervals, shares; each with its place in the sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from osa_survey.report.verification.numbers_in_text import Number

Span = tuple[int, int]


@dataclass(frozen=True)
class StatedTest:
    """A test as stated: its name, value, degrees of freedom (∞ is infinite, NaN is absent), and p with its relation."""

    name: str
    value: Number
    df1: float
    df2: float
    relation: str
    p: Number | None
    text: str
    span: Span


@dataclass(frozen=True)
class StatedNumber:
    """A number as stated and what the text calls it: a label, ``percent``, ``p``, ``bound``, ``count``."""

    label: str
    value: Number
    text: str
    span: Span


@dataclass(frozen=True)
class StatedInterval:
    """An interval as stated: its bounds, and its level in per cent where the text gives one."""

    low: Number
    high: Number
    level: Number | None
    text: str
    span: Span


@dataclass(frozen=True)
class Statements:
    """Everything one sentence states."""

    tests: tuple[StatedTest, ...]
    numbers: tuple[StatedNumber, ...]
    intervals: tuple[StatedInterval, ...]
    shares: tuple[tuple[Number, Number, Number, str], ...]

    @property
    def judged(self) -> tuple[Span, ...]:
        """Where the statements stand that results can back; a lone bound such as "p < .05" is none."""
        numbers = (one.span for one in self.numbers if one.label != "bound")
        return (*(one.span for one in self.tests), *(one.span for one in self.intervals), *numbers)


def inside(start: int, spans: Iterable[Span]) -> bool:
    """Tell whether a place lies in one of the spans."""
    return any(low <= start < high for low, high in spans)
