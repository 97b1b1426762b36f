"""What the facts of a checklist are taken from: a run, its released report, and where the report says what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from osa_survey.languages import in_language, worded
from osa_survey.plan.running import PreparedStudy, StudyRun
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.report import Report
from osa_survey.report.exhibits import arrange
from osa_survey.report.messages import message
from osa_survey.results import Result
from osa_survey.sharing.checklists import Fact

MANY = 12
LONGEST = 900
"""The most parts of a list, and the most characters of sentences, of one answer; the report has the rest."""


@dataclass(frozen=True)
class Places:
    """Where a report says what.

    Attributes
    ----------
    language : str
        The language of the report.
    headings : mapping of str to str
        Section → its heading.
    tables, figures : mapping of str to tuple of int
        Result → the numbers of its tables and figures.
    """

    language: str
    headings: Mapping[str, str]
    tables: Mapping[str, tuple[int, ...]]
    figures: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, report: Report) -> Places:
        """Return the places of a report."""
        sections = arrange(report)
        entries = [entry for section in sections for entry in section.entries]
        return cls(
            report.language,
            {one.section.id: one.section.heading for one in sections},
            {entry.result.id: tuple(table.number for table in entry.tables) for entry in entries},
            {entry.result.id: tuple(figure.number for figure in entry.figures) for entry in entries},
        )

    def table(self, ids: Iterable[str]) -> str:
        """Return the tables of some results in one line, or "" if they have none."""
        return self._exhibits(ids, self.tables, "Table {0}", "Tables {0}")

    def figure(self, ids: Iterable[str]) -> str:
        """Return the figures of some results in one line, or "" if they have none."""
        return self._exhibits(ids, self.figures, "Figure {0}", "Figures {0}")

    def section(self, name: str, ids: Iterable[str] = ()) -> str:
        """Return a section, and the tables of some of its results."""
        return ", ".join(part for part in (self.headings.get(name, ""), self.table(ids)) if part)

    def _exhibits(self, ids: Iterable[str], numbers: Mapping[str, tuple[int, ...]], one: str, several: str) -> str:
        found = sorted({number for name in ids for number in numbers.get(name, ())})
        if not found:
            return ""
        return worded(self.language, one if len(found) == 1 else several, rows_of(found))


def rows_of(numbers: Sequence[int]) -> str:
    """Return whole numbers on one line, three and more in a row from the first to the last.

    Examples
    --------
    >>> rows_of([2, 5, 6, 7, 9, 10])
    '2, 5–7, 9, 10'
    """
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    return ", ".join(f"{row[0]}–{row[-1]}" if len(row) > 2 else ", ".join(map(str, row)) for row in rows)


@dataclass(frozen=True, repr=False)
class Sources:
    """What the facts of a checklist are taken from.

    Attributes
    ----------
    run : StudyRun
        The study and its results.
    report : Report
        Its report; numbers about answers are taken from its released results only.
    """

    run: StudyRun
    report: Report

    @property
    def prepared(self) -> PreparedStudy:
        """The study that was run."""
        return self.run.prepared

    @property
    def file(self) -> StudyFile:
        """The study file."""
        return self.prepared.study.file

    @property
    def language(self) -> str:
        """The language of the report."""
        return self.report.language

    @cached_property
    def places(self) -> Places:
        """Where the report says what."""
        return Places.of(self.report)

    @cached_property
    def released(self) -> Mapping[str, Result]:
        """Every result of the report by its id."""
        return {result.id: result for result in self.report.results}

    @property
    def analyses(self) -> tuple[tuple[AnalysisEntry, Result], ...]:
        """The analyses of the study file with their released results, under the titles the reader sees."""
        pairs = ((entry, self.released[entry.id]) for entry in self.file.analyses if entry.id in self.released)
        return tuple((entry, replace(result, title=self.title(entry, result))) for entry, result in pairs)

    @property
    def methods(self) -> str:
        """The heading of the methods."""
        return message("methods", self.language)

    @property
    def provenance(self) -> str:
        """The heading of the provenance."""
        return message("provenance", self.language)

    @property
    def respondents(self) -> str:
        """The section on respondents, with the table of their flow."""
        return self.places.section("respondents", ["flow"])

    @property
    def codebook(self) -> str:
        """The codebook, a file of its own."""
        return self.say("Codebook (a file of its own)")

    @property
    def only_here(self) -> str:
        """What stands in place of a place, where the report does not say it."""
        return self.say("Only here, for the manuscript")

    @property
    def study_file(self) -> str:
        """The study file, which says what the report does not repeat."""
        return self.say("Study file")

    def say(self, text: str, *values: str) -> str:
        """Return a text of the catalogue in the language of the report, its places filled."""
        return worded(self.language, text, *values)

    def word(self, text: str) -> str:
        """Return a title, a label or a reason in the language of the report."""
        return in_language(text, self.language, "words")

    def title(self, entry: AnalysisEntry, result: Result) -> str:
        """Return the title of an analysis as the report prints it."""
        return entry.title or in_language(result.title, self.language, "titles")

    def variable(self, name: str) -> str:
        """Return the title of a variable or score."""
        known = self.prepared.scored.variables
        return self.word(known[name].title) if name in known else name

    def listed(self, parts: Iterable[str], most: int = MANY) -> str:
        """Return parts as one line; of many, the first, and how many more there are."""
        every = list(dict.fromkeys(parts))
        rest = len(every) - most
        return "; ".join([*every[:most], *([self.say("and {0} more", str(rest))] if rest > 0 else [])])

    def fact(self, parts: Iterable[str], text: str, place: str, nothing: str) -> Fact:
        """Return a fact that lists parts in the place of a text, or says that there are none.

        Parameters
        ----------
        parts : iterable of str
            What is listed.
        text : str
            English of the catalogue, with one place.
        place : str
            Where the report says it.
        nothing : str
            English of the catalogue: the sentence that stands where nothing is to be listed.
        """
        every = list(parts)
        return Fact(self.say(text, self.listed(every)), place) if every else Fact(self.say(nothing), self.study_file)

    def told(self, sentences: Iterable[str], place: str) -> Fact:
        """Return a fact of whole sentences; where there are too many, it says that the report has the rest."""
        kept: list[str] = []
        every = list(dict.fromkeys(sentences))
        for sentence in every:
            if kept and sum(map(len, kept)) + len(sentence) > LONGEST:
                break
            kept.append(sentence)
        rest = len(every) - len(kept)
        more = [self.say("The report has {0} more sentences on this.", str(rest))] if rest > 1 else []
        more += [self.say("The report has one more sentence on this.")] if rest == 1 else []
        return Fact(" ".join([*kept, *more]), place)
