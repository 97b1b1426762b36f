"""The report: results through the gate, in order, with everything a reader needs to trust them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from osa_survey.disclosure import Profile, refuse_real_answers
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.report.messages import MESSAGES, message
from osa_survey.report.no_evidence import with_words
from osa_survey.report.sources import collect_references
from osa_survey.results import EarlierRelease, Gaps, Ledger, Override, Readers, Result, release_together

STYLES = ("apa", "plain")


@dataclass(frozen=True, repr=False)
class Section:
    """One section of a report.

    Attributes
    ----------
    id : str
        Unique in the report.
    heading : str
        Its heading.
    results : sequence of Result
        What it reports, in order.
    paragraphs : sequence of str
        Text before the results.
    """

    id: str
    heading: str
    results: Sequence[Result] = ()
    paragraphs: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "results", tuple(self.results))
        object.__setattr__(self, "paragraphs", tuple(self.paragraphs))

    def __repr__(self) -> str:
        return f"<Section {self.id}: {self.heading}; {len(self.results)} results>"


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from.

    Attributes
    ----------
    data : sequence of mapping
        For each file its name, SHA-256, number of records, and ``adulthood`` where that is attested.
    definitions : mapping of str to str
        Definition → SHA-256.
    versions : mapping of str to str
        Package → version.
    exclusions : sequence of str
        Who was left out and why, in words.
    """

    data: Sequence[Mapping[str, Any]] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    exclusions: Sequence[str] = ()


@dataclass(frozen=True, repr=False)
class Report:
    """A report, the same for every output format. Built by ``build_report``: all its results passed the gate.

    Attributes
    ----------
    title, language : str
        The title, and "en" or "de".
    profile : Profile
        The disclosure profile every result was released under.
    simulated : bool
        Whether the answers are simulated; then every page and section says so.
    seed : int
        The seed of the run.
    sections : tuple of Section
        Released results.
    methods : tuple of str
        The sentences of the methods paragraph.
    notes : tuple of str
        What must be said about instruments: keys not seen in a source, cut-offs.
    references : tuple of str
        Sources of all results, each once, sorted.
    provenance : Provenance
        Files, definitions, versions.
    style : str
        "apa" or "plain": how captions, heads and lines are set.
    """

    title: str
    language: str
    profile: Profile
    simulated: bool
    seed: int
    sections: tuple[Section, ...]
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    references: tuple[str, ...]
    provenance: Provenance
    style: str = "apa"

    @property
    def results(self) -> tuple[Result, ...]:
        """All results in order."""
        return tuple(result for section in self.sections for result in section.results)

    @property
    def release_notes(self) -> tuple[tuple[str, str, str], ...]:
        """What the gate decided: for each result its id, its title and its release note."""
        return tuple((result.id, result.title, result.release_note(self.language)) for result in self.results)

    @property
    def banners(self) -> tuple[tuple[str, str], ...]:
        """What every page says: short words and their sentence."""
        keys = ["simulated"] if self.simulated else []
        keys += [] if self.profile.for_release else ["not_for_release"]
        return tuple((message(key, self.language), message(f"{key}_long", self.language)) for key in keys)

    @property
    def ledger(self) -> Ledger:
        """The first line of the ledger."""
        return Ledger(
            seed=self.seed,
            profile=self.profile.name,
            data=tuple(self.provenance.data),
            definitions=dict(self.provenance.definitions),
            versions=dict(self.provenance.versions),
            simulated=self.simulated,
        )

    def __repr__(self) -> str:
        return f"<Report: {self.title}; {len(self.results)} results, profile {self.profile.name}>"


def build_report(
    *,
    title: str,
    profile: Profile,
    seed: int,
    sections: Sequence[Section],
    language: str = "en",
    simulated: bool = False,
    methods: Iterable[str] = (),
    notes: Iterable[str] = (),
    references: Iterable[str] = (),
    provenance: Provenance | None = None,
    gaps: Gaps | None = None,
    overrides: Sequence[Override] = (),
    earlier: EarlierRelease | None = None,
    readers: Readers | None = None,
    style: str = "apa",
) -> Report:
    """Return a report of results; this is the one place where results of a report pass the gate.

    Parameters
    ----------
    title : str
        The title.
    profile : Profile
        The disclosure profile.
    seed : int
        The seed of the run.
    sections : sequence of Section
        Results in order, before the gate. Results without an id get one from their analysis.
    language : {"en", "de"}
        The language of the frame and of the sentences.
    simulated : bool
        Whether the answers are simulated.
    methods, notes, references : iterable of str
        The methods paragraph, notes on instruments, and sources beside those of the results.
    provenance : Provenance, optional
        Files, definitions, versions.
    gaps : callable, optional
        Who gave no answer to some variables; with it, groups of people are compared across all tables of the report.
    overrides : sequence of Override
        Disclosure rules that do not hold for some analyses, with the reason that is printed.
    earlier : EarlierRelease, optional
        An earlier release, against which numbers are compared.
    readers : callable, optional
        From a result to the number of people who could read their partner's answer off it.
    style : {"apa", "plain"}
        APA 7, or a plain journal style.

    Returns
    -------
    Report
        Frozen, with released results only. They pass the gate together.

    Raises
    ------
    AnalysisError
        If the language or the style is not known, a result was released under another profile before, or a profile for
        simulated answers is asked for real ones.
    """
    if language not in MESSAGES:
        problem = Problem(
            "unknown_language", f"no report is written in '{language}'", hint=nearest(language, ["en", "de"])
        )
        raise AnalysisError(problem)
    refuse_real_answers(profile, simulated=simulated)
    if style not in STYLES:
        problem = Problem("unknown_style", f"no report is set in the style '{style}'", hint=nearest(style, STYLES))
        raise AnalysisError(problem)
    ids, anchors = _UniqueNames(), _UniqueNames()
    named = [[result.with_id(ids.take(result.id or result.analysis)) for result in part.results] for part in sections]
    flat = [result for results in named for result in results]
    through = iter(release_together(flat, profile, gaps=gaps, overrides=overrides, earlier=earlier, readers=readers))
    released = [
        replace(
            section, id=anchors.take(section.id), results=tuple(with_words(next(through), language) for _ in results)
        )
        for section, results in zip(sections, named, strict=True)
    ]
    every = [result for section in released for result in section.results]
    return Report(
        title=title,
        language=language,
        profile=profile,
        simulated=simulated,
        seed=seed,
        sections=tuple(released),
        methods=tuple(methods),
        notes=tuple(dict.fromkeys(notes)),
        references=collect_references(every, references),
        provenance=provenance or Provenance(),
        style=style,
    )


class _UniqueNames:
    """Give each name once: as it is wanted, then with a number."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def take(self, wanted: str) -> str:
        number, found = 1, wanted
        while found in self._seen:
            number += 1
            found = f"{wanted}_{number}"
        self._seen.add(found)
        return found
