"""Text of a Word document: links, mentions that follow their table, numbers in content controls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osa_survey.report import word_parts as parts
from osa_survey.report.control_tags import control_tag
from osa_survey.report.letterforms import BELOW
from osa_survey.report.pieces import Piece


class Numbering:
    """Numbers for what must be unique in a document: content controls and bookmarks."""

    def __init__(self) -> None:
        self._last = 0

    def take(self) -> int:
        """Return the next number, from 1."""
        self._last += 1
        return self._last


def add_pieces(paragraph: Any, pieces: Iterable[Piece], numbering: Numbering) -> None:
    """Add a text to a paragraph: addresses as links, mentions as fields, numbers in content controls.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        Where to add it.
    pieces : iterable of Piece
        The text.
    numbering : Numbering
        That of the document.
    """
    for piece in pieces:
        if piece.link.startswith("#"):
            parts.add_field(paragraph, f"REF {bookmark(piece.link[1:])} \\h", piece.text)
        elif piece.link:
            parts.add_link(paragraph, piece.text, piece.link)
        else:
            run = add_formed(paragraph, piece.text, piece.form)
            if piece.id:
                control(run, piece.id, numbering)


def add_formed(paragraph: Any, text: str, form: str) -> Any:
    """Add a run in the form of ``letterforms`` and return it."""
    run = paragraph.add_run(text)
    if form:
        run.italic = True
    if form == BELOW:
        run.font.subscript = True
    return run


def control(run: Any, identifier: str, numbering: Numbering) -> None:
    """Put a number into a content control with the tag of its id."""
    parts.control_run(run, control_tag(identifier), numbering.take())


def bookmark(anchor: str) -> str:
    """Return the bookmark of a table or figure.

    Examples
    --------
    >>> bookmark("table-3")
    '_Ref_table_3'
    """
    return f"_Ref_{anchor.replace('-', '_')}"
