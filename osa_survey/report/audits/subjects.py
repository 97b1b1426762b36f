"""What a second reviewer looks at, and what a remark is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from osa_survey.results import Result

Texts = Mapping[str, Mapping[str, tuple[str, str]]]
"""Code → language → (what was seen, what can be done), both with named places for values."""


@dataclass(frozen=True, repr=False)
class AuditedAnalysis:
    """One analysis: its entry in the study file, its result, and the result as the report shows it, if known."""

    id: str
    do: str
    arguments: Mapping[str, Any]
    result: Result
    title: str = ""
    tests: str = ""
    reason: str = ""
    shown: Result | None = None

    def tables(self) -> Iterator[Result]:
        """Yield the result and its further tables."""
        yield from _with_more(self.result)


def _with_more(result: Result) -> Iterator[Result]:
    yield result
    for part in result.more.values():
        yield from _with_more(part)


@dataclass(frozen=True)
class AuditedHypothesis:
    """A hypothesis: its id, words and family."""

    id: str
    text: str
    family: str


@dataclass(frozen=True)
class AuditedScale:
    """A score of a study: its block, its instrument, and on how many items it rests."""

    name: str
    block: str
    instrument: str
    items: int


@dataclass(frozen=True, repr=False)
class AuditSubject:
    """A study with its results, as plain records.

    Attributes
    ----------
    analyses : sequence of AuditedAnalysis
        In the order of the study file.
    hypotheses : sequence of AuditedHypothesis
        All hypotheses.
    scales : mapping of str to AuditedScale
        Scored column → its scale.
    ordinal : frozenset of str
        Variables with ordered categories.
    waves : int
        How often people were asked.
    title : str
        The title of the study.
    texts : mapping of str to str
        File → text that opens the report.
    labels : mapping of str to str
        Variable or score → what remarks call it.
    """

    analyses: Sequence[AuditedAnalysis]
    hypotheses: Sequence[AuditedHypothesis] = ()
    scales: Mapping[str, AuditedScale] = field(default_factory=dict)
    ordinal: frozenset[str] = frozenset()
    waves: int = 1
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield every text an author wrote, with its place: titles, hypotheses, lines of the report's text."""
        yield "title", self.title
        for hypothesis in self.hypotheses:
            yield f"hypotheses.{hypothesis.id}.text", hypothesis.text
        for analysis in self.analyses:
            yield f"analyses.{analysis.id}.title", analysis.title
        for name, text in self.texts.items():
            for number, line in enumerate(text.splitlines(), start=1):
                yield f"{name}, line {number}", line


@dataclass(frozen=True)
class Remark:
    """Something a reviewer would ask about: a code, where, and the values its words need."""

    code: str
    place: str
    values: Mapping[str, str] = field(default_factory=dict)
