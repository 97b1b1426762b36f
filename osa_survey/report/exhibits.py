"""Tables and figures in the order they are printed, with their numbers: the same for every output format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from osa_survey.formatting import numerals_of
from osa_survey.languages import in_language
from osa_survey.plots import PLOTS, alt_text, figure_note, figure_title
from osa_survey.report.document import Report, Section
from osa_survey.report.messages import message
from osa_survey.report.printed import PrintedTable
from osa_survey.report.side_by_side import compared_models
from osa_survey.report.tables import headline, print_table
from osa_survey.report.turned_tables import turned_where_wide
from osa_survey.report.wide_tables import page_parts
from osa_survey.results import Result
from osa_survey.results.weighted_notes import further_note

PARAGRAPH, UNFOLDED = 3, 8  # sentences that fit one paragraph, and an open list
FROM_TO = 3  # tables that are mentioned as "Table 1 to Table 3"


@dataclass(frozen=True, repr=False)
class NumberedTable:
    """A printed table and its number."""

    number: int
    printed: PrintedTable


@dataclass(frozen=True, repr=False)
class NumberedFigure:
    """A figure, its number, and what it shows in words."""

    number: int
    result: Result
    name: str
    title: str
    note: str
    alt: str


@dataclass(frozen=True, repr=False)
class Entry:
    """One result as it is printed: its sentences, tables and figures."""

    result: Result
    anchor: str
    sentences: tuple[str, ...]
    tables: tuple[NumberedTable, ...]
    figures: tuple[NumberedFigure, ...]
    heading: str

    @property
    def listed(self) -> bool:
        """Whether there are too many sentences for one paragraph, so that each is an item of a list."""
        return len(self.sentences) > PARAGRAPH

    @property
    def folded(self) -> bool:
        """Whether the list is so long that a page lets the reader fold it."""
        return len(self.sentences) > UNFOLDED

    @property
    def figure_first(self) -> bool:
        """Whether the figure tells more than the table and stands before it: the flow of respondents."""
        return self.result.analysis == "flow"


@dataclass(frozen=True, repr=False)
class ArrangedSection:
    """A section with its entries."""

    section: Section
    entries: tuple[Entry, ...]


def arrange(report: Report) -> tuple[ArrangedSection, ...]:
    """Return the sections of a report with numbered tables and figures.

    Parameters
    ----------
    report : Report
        A report.

    Returns
    -------
    tuple of ArrangedSection
        Tables and figures are numbered through the whole report; tables of ``more`` follow their result.
    """
    with numerals_of(report.language):
        return _arranged(report)


def _arranged(report: Report) -> tuple[ArrangedSection, ...]:
    tables = figures = 0
    said = frozenset(report.methods)
    compared = compared_models(report)
    sections = []
    for section in report.sections:
        entries = []
        for result in section.results:
            numbered_tables, numbered_figures = [], []
            for name, table in tables_of(result):
                if len(table.frame):
                    table = _told_weighted(table, result) if table is not result else table
                    printed = print_table(table, report.profile, report.language, name)
                    printed = replace(printed, notes=tuple(note for note in printed.notes if note[1] not in said))
                    for part in page_parts(turned_where_wide(printed, report.language), report.language):
                        tables += 1
                        numbered_tables.append(NumberedTable(tables, part))
                if table.plot in PLOTS and _worth_drawing(table):
                    figures += 1
                    file = f"figure-{figures:02d}-{file_name(result.id)}"
                    numbered_figures.append(_numbered(figures, table, file, report.language))
            for printed in compared.get(result.id, ()):
                tables += 1
                numbered_tables.append(NumberedTable(tables, printed))
            entries.append(
                Entry(
                    result,
                    f"result-{file_name(result.id)}",
                    _sentences(result, report.language),
                    tuple(numbered_tables),
                    tuple(numbered_figures),
                    headline(in_language(result.title, report.language, "titles")),
                )
            )
        sections.append(ArrangedSection(section, tuple(entries)))
    return tuple(sections)


def _told_weighted(table: Result, result: Result) -> Result:
    """Return a further table that says what it is weighted by where its result does."""
    return replace(table, notes=(*table.notes, *further_note(result.notes, table.notes)))


def mentions(entry: Entry, language: str) -> tuple[tuple[str, str], ...]:
    """Return the sentence that points to the tables and figures of an entry, in pieces.

    Parameters
    ----------
    entry : Entry
        One result as it is printed.
    language : str
        The language.

    Returns
    -------
    tuple of (str, str)
        Text and, for a table or figure, ``#table-3`` or ``#figure-1``; of three and more of a kind, the first and the
        last. Empty where there is nothing to point to.
    """
    named: list[tuple[str, str]] = []
    for kind, numbers in (
        ("table", [numbered.number for numbered in entry.tables]),
        ("figure", [numbered.number for numbered in entry.figures]),
    ):
        run = len(numbers) >= FROM_TO
        for place, number in enumerate([numbers[0], numbers[-1]] if run else numbers):
            between = f" {message('to', language)} " if run and place else ", "
            named += [(between, ""), (f"{message(kind, language)} {number}", f"#{kind}-{number}")]
    if not named:
        return ()
    commas = [place for place, (text, _) in enumerate(named) if text == ", "]
    if len(commas) > 1:
        named[commas[-1]] = (f" {message('and', language)} ", "")
    before, _, after = message("see", language).partition("{exhibits}")
    return ((before, ""), *named[1:], (after, ""))


def _numbered(number: int, result: Result, name: str, language: str) -> NumberedFigure:
    title, note = headline(in_language(figure_title(result), language, "titles")), figure_note(result, language)
    return NumberedFigure(number, result, name, title, note, alt_text(result, language))


def _worth_drawing(result: Result) -> bool:
    return len(result.frame) > 0 or len(result.more) > 0


def _sentences(result: Result, language: str) -> tuple[str, ...]:
    """Return the sentences of a result and of its further tables, each once."""
    told = list(result.sentences(language))
    for table in result.more.values():
        told.extend(_sentences(table, language))
    return tuple(dict.fromkeys(_begun(text) for text in told))


def _begun(sentence: str) -> str:
    """Return a sentence with a large first letter, unless it begins with the name of a column."""
    first = sentence.partition(" ")[0]
    return sentence if "_" in first else headline(first) + sentence[len(first) :]


def tables_of(result: Result, name: str = "main") -> Iterator[tuple[str, Result]]:
    """Yield a result and its further tables with their names in the ledger; all bear the id of the result."""
    yield name, result
    for key, table in result.more.items():
        yield from tables_of(table.with_id(result.id), key if name == "main" else f"{name}.{key}")


def file_name(text: str) -> str:
    """Return a text as part of a file name or an anchor.

    Examples
    --------
    >>> file_name("gender gap/2")
    'gender-gap-2'
    """
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-") or "result"
