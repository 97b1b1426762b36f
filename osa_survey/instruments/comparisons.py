"""Two definitions side by side: items, answers, keys, ranges, cut-offs, and which of them differ."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from osa_survey.instruments.model import Instrument
from osa_survey.instruments.scales import Scale
from osa_survey.instruments.scoring_steps import position, reversal

ABSENT = "–"
COLUMN = 38


@dataclass(frozen=True)
class ComparedFact:
    """One fact of two definitions.

    Attributes
    ----------
    part : str
        Which part of the definition it belongs to, such as ``"items"``.
    fact : str
        What it is, such as ``"item 3"``.
    first, second : str
        What each definition says; ``–`` where it says nothing.
    """

    part: str
    fact: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.first != self.second


@dataclass(frozen=True)
class DefinitionComparison:
    """Two definitions side by side.

    Attributes
    ----------
    first, second : str
        Their names.
    facts : tuple of ComparedFact
        Every fact, in the order of a definition.
    """

    first: str
    second: str
    facts: tuple[ComparedFact, ...]

    @property
    def differences(self) -> tuple[ComparedFact, ...]:
        """The facts on which they differ."""
        return tuple(fact for fact in self.facts if fact.differs)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for programs."""
        rows = [
            {"part": f.part, "fact": f.fact, "first": f.first, "second": f.second, "differs": f.differs}
            for f in self.facts
        ]
        return {"first": self.first, "second": self.second, "differences": len(self.differences), "facts": rows}

    def as_text(self) -> str:
        """Return the comparison for people: ``≠`` marks what differs."""
        heads = _line("", "", self.first, self.second)
        lines = [*heads, "-" * (2 * COLUMN + 32)]
        part = ""
        for fact in self.facts:
            if fact.part != part:
                part = fact.part
                lines += ["", part]
            lines += _line("≠" if fact.differs else " ", fact.fact, fact.first, fact.second)
        number = len(self.differences)
        count = "no differences" if not number else f"{number} difference{'' if number == 1 else 's'}"
        return "\n".join([*lines, "", f"{count} in {len(self.facts)} facts"])


def compare_instruments(first: Instrument, second: Instrument) -> DefinitionComparison:
    """Return two definitions side by side.

    Parameters
    ----------
    first, second : Instrument
        Two definitions. Items and scales are compared by position and by id; the ids of items, which bear the name of
        their instrument, do not count as a difference.

    Returns
    -------
    DefinitionComparison
        Every fact of both, and which differ.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> compare_instruments(load_instrument("scs"), load_instrument("scs")).differences
    ()
    """
    facts = [
        ComparedFact(part, fact, one.get(fact, ABSENT), two.get(fact, ABSENT))
        for part, read in PARTS
        for one, two in [(dict(read(first)), dict(read(second)))]
        for fact in dict.fromkeys((*one, *two))
    ]
    return DefinitionComparison(first.id, second.id, tuple(facts))


Facts = Iterator[tuple[str, str]]


def _about(instrument: Instrument) -> Facts:
    yield "title", instrument.title
    yield "construct", instrument.construct_measured
    yield "time frame", instrument.time_frame or ABSENT
    yield "number of items", str(len(instrument.items))
    yield "key verified", instrument.verified
    yield "asks for polarity", "yes" if instrument.ask_polarity else "no"
    yield "source", instrument.citation.doi or instrument.citation.text


def _answers(instrument: Instrument) -> Facts:
    for number, item in enumerate(instrument.items, start=1):
        options = instrument.options_of(item.id)
        codes = ", ".join(_coded(code, options.labels) for code in options.codes)
        unscored = "; not scored: " + ", ".join(_coded(code, options.not_scored) for code in options.not_scored)
        idle = f"; no activity: {', '.join(f'{code:g}' for code in options.no_activity)}" if options.no_activity else ""
        yield f"item {number}", codes + (unscored if options.not_scored else "") + idle


def _coded(code: float, labels: Mapping[float, str]) -> str:
    return f"{code:g} {labels[code]}" if code in labels else f"{code:g}"


def _items(instrument: Instrument) -> Facts:
    for number, item in enumerate(instrument.items, start=1):
        yield f"item {number}", item.tag


def _keys(instrument: Instrument) -> Facts:
    for scale in instrument.scales:
        for name, sign in zip(scale.item_ids, scale.signs, strict=True):
            rule = reversal(instrument.options_of(name)) if sign < 0 else "x"
            yield f"{scale.id}, item {position(instrument, name)}", rule


def _scores(instrument: Instrument) -> Facts:
    for scale in instrument.scales:
        for fact, text in _scale_facts(scale):
            yield f"{scale.id}, {fact}", text


def _scale_facts(scale: Scale) -> Facts:
    parts = f" of {', '.join(scale.of)}" if scale.of else ""
    codes = f" of {', '.join(f'{code:g}' for code in scale.counted)}" if scale.counted else ""
    yield "score", scale.score + parts + codes + (f", times {scale.times:g}" if scale.times != 1 else "")
    yield "range", f"{scale.range[0]:g} to {scale.range[1]:g}"
    yield "higher means", scale.higher_means
    number = len(scale.items) or len(scale.of)
    yield "answered at least", f"{scale.missing.min_answered} of {number} ({scale.missing.basis})"


def _cutoffs(instrument: Instrument) -> Facts:
    for number, cut in enumerate(instrument.cutoffs, start=1):
        state = "applied" if cut.default else "off"
        group = f" where {cut.applies_to.variable} is {cut.applies_to.category}" if cut.applies_to else ""
        yield f"cut-off {number}", f"{cut.name}{group}, {cut.meaning}, {state}"


def _around(instrument: Instrument) -> Facts:
    yield "stands beside", ", ".join(instrument.beside) or ABSENT
    for alert in instrument.alerts:
        yield f"alert, item {position(instrument, alert.item)}", alert.note


def _licence(instrument: Instrument) -> Facts:
    yield "wording may be passed on", instrument.licence.wording_redistributable
    yield "status", instrument.licence.status


PARTS: tuple[tuple[str, Callable[[Instrument], Facts]], ...] = (
    ("about", _about),
    ("items", _items),
    ("answers", _answers),
    ("keys", _keys),
    ("scores", _scores),
    ("cut-offs", _cutoffs),
    ("around the score", _around),
    ("licence", _licence),
)
"""What is compared, from top to bottom."""


def _line(mark: str, fact: str, first: str, second: str) -> list[str]:
    cells = [
        textwrap.wrap(text, width, break_on_hyphens=False) or [""]
        for text, width in zip((fact, first, second), (26, COLUMN, COLUMN), strict=True)
    ]
    height = max(len(cell) for cell in cells)
    lines = []
    for row in range(height):
        texts = [cell[row] if row < len(cell) else "" for cell in cells]
        start = f"{mark if row == 0 else '':<2}{texts[0]:<27}"
        lines.append(f"{start}{texts[1]:<{COLUMN + 2}}{texts[2]}".rstrip())
    return lines
