"""How the tidy table of a result is laid out for print: which keys make rows, which numbers make columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["estimate", "std_error", "interval", "statistic", "p", "p_adjusted", "n", "text"]


@dataclass(frozen=True)
class Show:
    """One printed column.

    Attributes
    ----------
    quantity : str
        A word of ``QUANTITIES``.
    part : str
        ``estimate``, ``std_error``, ``interval`` (both bounds), ``statistic`` (name, df and value), ``p``,
        ``p_adjusted``, ``n``, or ``text`` (the ``level`` column as words).
    head : str
        The column's head; by default the quantity's label, or the usual head of the part.
    """

    quantity: str
    part: Part = "estimate"
    head: str = ""


@dataclass(frozen=True)
class Layout:
    """A printed table.

    Attributes
    ----------
    rows : tuple of str
        Key columns (``outcome``, ``term``, ``contrast``, ``group``, ``level``) that make one printed row each
        combination, in order of appearance; several keys are nested from left to right.
    show : tuple of Show
        The printed columns.
    across : str
        A key column whose values repeat the printed columns side by side under a common head, or "".
    row_head : str
        The head over the row labels.
    """

    rows: tuple[str, ...]
    show: tuple[Show, ...]
    across: str = ""
    row_head: str = ""
