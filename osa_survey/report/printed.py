"""A printed table as plain records of text: what every output format draws."""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = "‡"
DIGEST = re.compile(r"[0-9a-f]{40,}")


def is_digest(text: str) -> bool:
    """Tell whether a text is a checksum, which stands in small letters and may break anywhere."""
    return DIGEST.fullmatch(text) is not None


@dataclass(frozen=True)
class PrintedCell:
    """One cell: its text, the id of its number in the ledger, the letters of its notes."""

    text: str = ""
    id: str = ""
    marks: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the gate hides the number."""
        return self.text == HIDDEN


@dataclass(frozen=True)
class PrintedColumn:
    """One column: its head, and the common head it stands under or ""."""

    head: str
    spanner: str = ""


@dataclass(frozen=True)
class PrintedRow:
    """One row: its head, how deep it is nested, and its cells; a row without cells heads those below it."""

    head: str
    depth: int
    cells: tuple[PrintedCell, ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    """A table as text.

    Attributes
    ----------
    title : str
        The caption.
    row_head : str
        The head over the row heads.
    columns : tuple of PrintedColumn
        The columns.
    rows : tuple of PrintedRow
        The rows.
    notes : tuple of (str, str)
        Notes with their mark; general notes have the mark "".
    """

    title: str
    row_head: str
    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def spanners(self) -> tuple[tuple[str, int], ...]:
        """Neighbouring columns under one common head: the head and how many columns it spans."""
        runs: list[tuple[str, int]] = []
        for column in self.columns:
            if runs and runs[-1][0] == column.spanner and column.spanner:
                runs[-1] = (column.spanner, runs[-1][1] + 1)
            else:
                runs.append((column.spanner, 1))
        return tuple(runs) if any(column.spanner for column in self.columns) else ()
