"""A report as the blocks a paper document is made of, in order: the same for Word and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, Entry, NumberedFigure, NumberedTable, mentions
from osa_survey.report.frame import profile_words, provenance_tables
from osa_survey.report.messages import message
from osa_survey.report.pieces import Piece, numbers_of, plain_pieces, reference_pieces, sentence_pieces

Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2; one that is ``tagged`` is followed by the banners of the report."""

    text: str
    level: int
    tagged: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    pieces: Pieces


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Pieces, ...]


@dataclass(frozen=True)
class Reference:
    """An entry of the list of references."""

    pieces: Pieces


@dataclass(frozen=True)
class Fact:
    """A name and its value."""

    name: str
    value: str


@dataclass(frozen=True)
class PlainTable:
    """A table of plain texts, named by the heading above it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Bullets | Reference | Fact | PlainTable | NumberedTable | NumberedFigure


def report_blocks(report: Report, sections: tuple[ArrangedSection, ...]) -> Iterator[Block]:
    """Yield the blocks of a report after its title and banners.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection
        Its sections, from ``arrange``.

    Yields
    ------
    Block
        Headings, paragraphs, lists, tables and figures.
    """
    language = report.language
    if report.methods or report.notes:
        yield Heading(message("methods", language), 1, tagged=True)
        if report.methods:
            yield Paragraph(plain_pieces(" ".join(report.methods)))
        if report.notes:
            yield Heading(message("instrument_notes", language), 2)
            yield Bullets(tuple(plain_pieces(note) for note in report.notes))
    for arranged in sections:
        yield Heading(arranged.section.heading, 1, tagged=True)
        for paragraph in arranged.section.paragraphs:
            yield Paragraph(plain_pieces(paragraph))
        for entry in arranged.entries:
            yield from _entry(entry, arranged, language)
    if report.references:
        yield Heading(message("references", language), 1)
        for reference in report.references:
            yield Reference(reference_pieces(reference))
    yield from _provenance(report)


def _entry(entry: Entry, arranged: ArrangedSection, language: str) -> Iterator[Block]:
    if len(arranged.entries) > 1 or entry.heading != arranged.section.heading:
        yield Heading(entry.heading, 2)
    numbers = numbers_of(entry.result)
    see = tuple(Piece(text, link) for text, link in mentions(entry, language))
    told = [sentence_pieces(sentence, numbers) for sentence in entry.sentences]
    if entry.listed:
        yield Bullets(tuple(told))
        told = []
    paragraph = [piece for sentence in told for piece in (*sentence, Piece(" "))]
    if paragraph or see:
        yield Paragraph((*paragraph, *see))
    if entry.figure_first:
        yield from entry.figures
    yield from entry.tables
    if not entry.figure_first:
        yield from entry.figures


def _provenance(report: Report) -> Iterator[Block]:
    language = report.language
    yield Heading(message("provenance", language), 1, tagged=True)
    yield Paragraph(plain_pieces(message("provenance_lead", language)))
    yield Fact(message("profile", language), profile_words(report))
    yield Fact(message("seed", language), str(report.seed))
    for entry in report.provenance.data:
        if "adulthood" in entry:
            yield Fact(message("adulthood", language), str(entry["adulthood"]))
    for line in report.provenance.exclusions:
        yield Fact(message("exclusions", language), line)
    for heading, heads, rows in provenance_tables(report):
        yield Heading(heading, 2)
        yield PlainTable(heading, heads, rows)
