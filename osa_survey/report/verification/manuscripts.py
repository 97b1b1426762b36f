"""What stands in a Word document: paragraphs, cells of tables, and numbers tagged with an id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from osa_survey.errors import OutputError, Problem
from osa_survey.formatting import with_points

PARAGRAPH, TABLE, ROW, CELL = (qn(name) for name in ("w:p", "w:tbl", "w:tr", "w:tc"))
CONTROL, CONTENT = qn("w:sdt"), qn("w:sdtContent")
RUN, BELOW = qn("w:r"), f"{qn('w:rPr')}/{qn('w:vertAlign')}"
TEXT, HYPHEN = qn("w:t"), qn("w:noBreakHyphen")
SPACES = (qn("w:br"), qn("w:tab"), qn("w:cr"))
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SKIPPED = (qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), FALLBACK)
"""Deleted and moved text under track changes, codes of fields, and second versions of drawings."""
SENTENCE_END = re.compile(r"(?<=[.!?])(?<! al\.)\s+(?=[A-ZÄÖÜ0-9ΔβηωχΡρα(])")

COMMA = re.compile(r"(?<![\d.,])\d*,\d{1,2}(?![\d,])|(?<![\w.,]),\d{3}(?!\d)")
POINT = re.compile(r"(?<![\d.,])\d*\.\d{1,2}(?![\d.])|(?<![\w.,])\.\d{3}(?!\d)")
"""A decimal, which cannot be a group of thousands, with a comma or a point."""


@dataclass(frozen=True)
class Tagged:
    """A number in a content control: its tag, its text, and where it stands."""

    tag: str
    text: str
    place: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text and its place in words."""

    text: str
    place: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of the paragraph."""
        return split_sentences(self.text)


@dataclass(frozen=True)
class Table:
    """A table: the texts of its cells row by row, what stands above it, and its place in words."""

    rows: tuple[tuple[str, ...], ...]
    caption: str
    place: str


@dataclass(frozen=True, repr=False)
class Manuscript:
    """A document as plain text; ``repr`` shows counts only."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...]
    tagged: tuple[Tagged, ...]

    @property
    def has_decimal_commas(self) -> bool | None:
        """Whether its decimals are written with commas; None where it has none."""
        texts = [paragraph.text for paragraph in self.paragraphs]
        texts += [cell for table in self.tables for row in table.rows for cell in row]
        commas, points = (sum(len(pattern.findall(text)) for text in texts) for pattern in (COMMA, POINT))
        return None if commas == points == 0 else commas > points

    def with_points(self) -> Manuscript:
        """Return the same document with decimal points for its decimal commas."""
        return replace(
            self,
            paragraphs=tuple(replace(one, text=with_points(one.text)) for one in self.paragraphs),
            tables=tuple(
                replace(
                    one,
                    rows=tuple(tuple(map(with_points, row)) for row in one.rows),
                    caption=with_points(one.caption),
                )
                for one in self.tables
            ),
            tagged=tuple(replace(one, text=with_points(one.text)) for one in self.tagged),
        )

    def __repr__(self) -> str:
        return f"<Manuscript {self.name}: {len(self.paragraphs)} paragraphs, {len(self.tables)} tables>"


def split_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text; points inside numbers and before small letters end none.

    Examples
    --------
    >>> split_sentences("Men scored higher, p = .038. Women did not.")
    ('Men scored higher, p = .038.', 'Women did not.')
    """
    return tuple(part for part in (piece.strip() for piece in SENTENCE_END.split(text)) if part)


def read_manuscript(path: Path | str) -> Manuscript:
    """Return the text of a DOCX file in the order of its body, tracked insertions accepted.

    Raises
    ------
    OutputError
        ``not_a_manuscript`` if the file is absent or no Word document.
    """
    path = Path(path)
    try:
        document = Document(str(path))
    except Exception as error:  # zip, XML and package errors of several libraries
        hint = "verify reads .docx files; save the text in this format"
        raise OutputError(Problem("not_a_manuscript", "cannot be read", path.name, hint=hint)) from error
    paragraphs: list[Paragraph] = []
    tables: list[Table] = []
    tagged: list[Tagged] = []
    above = ""
    for block in _blocks(document.element.body):
        if block.tag == PARAGRAPH:
            place = f"paragraph {len(paragraphs) + 1}"
            text = _clean(_text(block))
            paragraphs.append(Paragraph(text, place))
            tagged.extend(_tagged(block, place))
            above = text or above
        else:
            table, numbers = _table(block, above, f"table {len(tables) + 1}")
            tables.append(table)
            tagged.extend(numbers)
    return Manuscript(path.name, tuple(paragraphs), tuple(tables), tuple(tagged))


def _blocks(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, also those inside block-level content controls."""
    for child in parent:
        if child.tag in (PARAGRAPH, TABLE):
            yield child
        elif child.tag == CONTROL:
            yield from _blocks(child.find(CONTENT))


def _text(node: Any) -> str:
    """Return the text below a node; breaks and tabs become spaces."""
    if node.tag in SKIPPED:
        return ""
    if node.tag == TEXT:
        return node.text or ""
    if node.tag in SPACES:
        return " "
    if node.tag == RUN and node.find(BELOW) is not None and node.find(BELOW).get(qn("w:val")) == "subscript":
        return "_" + "".join(_text(child) for child in node)  # d_z, as the results name it
    if node.tag == HYPHEN:
        return "-"
    return "".join(_text(child) for child in node)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def _tagged(node: Any, place: str) -> Iterator[Tagged]:
    for control in node.iter(CONTROL):
        # LibreOffice 7.4 drops the tag and keeps the title; the report writes the same into both.
        named = (control.find(f"{qn('w:sdtPr')}/{qn(part)}") for part in ("w:tag", "w:alias"))
        tag = next((one for one in named if one is not None), None)
        content = control.find(CONTENT)
        if tag is not None and content is not None:
            yield Tagged(str(tag.get(qn("w:val"))), _clean(_text(content)), place)


def _table(node: Any, caption: str, place: str) -> tuple[Table, list[Tagged]]:
    rows: list[tuple[str, ...]] = []
    tagged: list[Tagged] = []
    for number, row in enumerate(_children(node, ROW), start=1):
        cells = []
        for column, cell in enumerate(_children(row, CELL), start=1):
            cells.append(_clean(" ".join(_text(paragraph) for paragraph in cell.iter(PARAGRAPH))))
            tagged.extend(_tagged(cell, f"{place}, row {number}, column {column}"))
        rows.append(tuple(cells))
    return Table(tuple(rows), caption, place), tagged


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield children of a name, also those wrapped in a content control."""
    for child in parent:
        if child.tag == name:
            yield child
        elif child.tag == CONTROL:
            yield from _children(child.find(CONTENT), name)
