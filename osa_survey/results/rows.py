"""Building the tidy table of a result, row by row, with what each row would give away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.disclosure import Contributions, contributions
from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, QUANTITIES, TEXT_COLUMNS

EMPTY: Mapping[str, Any] = {name: "" if name in TEXT_COLUMNS else math.nan for name in COLUMNS}
"""A row that says nothing."""


@dataclass(frozen=True)
class Gap:
    """What the gate knows of people who gave no answer.

    Attributes
    ----------
    reasons : tuple of str
        The cells of their reasons.
    level : str
        The level that stands for all reasons where they are not told apart; "" where another row shows their sum.
    known : bool
        Whether other gaps tell how many there are, so that their number cannot be hidden.
    """

    reasons: tuple[str, ...] = ()
    level: str = ""
    known: bool = False


@dataclass(frozen=True, repr=False)
class Cells:
    """The counts of people behind a table, for the disclosure gate. A released result holds none.

    Attributes
    ----------
    counts : mapping of str to float
        People in each named cell.
    sums : tuple of (str, tuple of str)
        Relations a reader can use: a total and the cells that add up to it.
    behind : tuple of tuple of str
        For each row of the table the cells whose counts the row would give away.
    members : mapping of str to bytes
        Who is in a cell, packed, where the analysis says so: the same people in two tables are one cell of a report.
    amounts : mapping of (str, str) to Contributions
        Cell and outcome → what the gate must know of the amounts that a sum or mean adds up.
    everybody : frozenset of str
        Cells of all people: their number stands in the flow of respondents.
    gaps : mapping of str to Gap
        Cells of those who gave no answer for no reason but their own: where gaps are nobody's secret, their number is
        shown however small it is, and the reasons of a few are not told apart.
    unseen : frozenset of str
        Cells that no row shows, though what is shown may tell them: to hide them takes nothing away.
    """

    counts: Mapping[str, float] = field(default_factory=dict)
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    behind: tuple[tuple[str, ...], ...] = ()
    members: Mapping[str, bytes] = field(default_factory=dict)
    amounts: Mapping[tuple[str, str], Contributions] = field(default_factory=dict)
    everybody: frozenset[str] = frozenset()
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Cells: {len(self.counts)} cells, {len(self.sums)} relations>"


def packed(members: NDArray[np.bool_]) -> bytes:
    """Return a mask of people as bytes: their number, then one bit for each.

    Examples
    --------
    >>> unpacked(packed(np.array([True, False, True]))).tolist()
    [True, False, True]
    """
    return len(members).to_bytes(8, "big") + np.packbits(members).tobytes()


def unpacked(members: bytes) -> NDArray[np.bool_]:
    """Return the mask of people that ``packed`` made bytes of."""
    number = int.from_bytes(members[:8], "big")
    return np.unpackbits(np.frombuffer(members[8:], dtype=np.uint8), count=number).astype(bool)


class Rows:
    """A growing table: ``add`` a number at a time, then take ``table`` and ``cells``.

    Examples
    --------
    >>> rows = Rows()
    >>> rows.cell("man", 40); rows.cell("woman", 3); rows.cell("all", 43)
    >>> rows.total("all", ["man", "woman"])
    >>> rows.add("mean", outcome="scs_total", group="man", n=40, estimate=21.5, cells=["man"])
    >>> rows.table.loc[0, "estimate"]
    np.float64(21.5)
    """

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        self._counts: dict[str, float] = {}
        self._sums: list[tuple[str, tuple[str, ...]]] = []
        self._behind: list[tuple[str, ...]] = []
        self._members: dict[str, bytes] = {}
        self._amounts: dict[tuple[str, str], Contributions] = {}
        self._everybody: set[str] = set()
        self._gaps: dict[str, Gap] = {}
        self._unseen: set[str] = set()

    def add(self, quantity: str, *, cells: Iterable[str] = (), **values: Any) -> None:
        """Add one number.

        Parameters
        ----------
        quantity : str
            A word of ``QUANTITIES``.
        cells : iterable of str
            The named cells whose counts this number would give away: usually the group it describes.
        **values
            Any other column of ``COLUMNS``.
        """
        if quantity not in QUANTITIES:
            raise KeyError(f"'{quantity}' is not in the list of quantities of osa_survey.results.columns")
        unknown = values.keys() - EMPTY.keys()
        if unknown:
            raise KeyError(f"not columns of a result: {sorted(unknown)}")
        self._rows.append({**EMPTY, "quantity": quantity, **values})
        self._behind.append(tuple(cells))

    def cell(self, name: str, people: float | NDArray[np.bool_]) -> None:
        """Name a cell and say how many people stand behind it, or better who: a mask over all people of the data.

        A mask lets the gate see that two tables are about the same people, or about nearly the same.
        """
        if isinstance(people, np.ndarray) and people.ndim:
            self._members[name] = packed(people)
            people = float(people.sum())
        self._counts[name] = float(people)

    def everybody(self, name: str, people: int) -> None:
        """Name the cell of all people of the data, whose number is never hidden: it stands in the flow of respondents.

        A mask of all people says the same, and lets their number be compared with those of other tables.
        """
        self.cell(name, people)
        self._everybody.add(name)

    def gap(
        self,
        name: str,
        people: float | NDArray[np.bool_],
        reasons: Iterable[str] = (),
        *,
        level: str = "",
        known: bool = False,
    ) -> None:
        """Name the cell of those who gave no answer, for no reason but their own, and the cells of their reasons.

        What ``level`` and ``known`` say stands with ``Gap``.
        """
        self.cell(name, people)
        reasons = tuple(reasons)
        self._gaps[name] = Gap(reasons, level, known)
        if reasons:
            self.total(name, reasons)

    def unseen(self, name: str, people: NDArray[np.bool_]) -> None:
        """Name a cell that no row shows, but that a reader may find from those shown."""
        self.cell(name, people)
        self._unseen.add(name)

    def amounts(self, cell: str, outcome: str, values: NDArray[np.float64]) -> None:
        """Hand the gate what it must know of the amounts behind a sum or mean of ``outcome`` over a cell."""
        self._amounts[cell, outcome] = contributions(values)

    def take_cells(self, cells: Cells) -> None:
        """Name the cells of another table, with their relations and people."""
        self._counts.update(cells.counts)
        self._sums.extend(cells.sums)
        self._members.update(cells.members)
        self._amounts.update(cells.amounts)
        self._everybody.update(cells.everybody)
        self._gaps.update(cells.gaps)
        self._unseen.update(cells.unseen)

    def total(self, total: str, parts: Iterable[str]) -> None:
        """Say that the cells ``parts`` add up to the cell ``total`` (every name must have been given to ``cell``)."""
        self._sums.append((total, tuple(parts)))

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities added so far, each once, in the order of their first row."""
        return tuple(dict.fromkeys(row["quantity"] for row in self._rows))

    @property
    def table(self) -> pd.DataFrame:
        """The table with the columns of ``COLUMNS``."""
        size = len(self._rows)
        texts = {name: [str(row[name]) for row in self._rows] for name in TEXT_COLUMNS}
        _refuse_repeated_keys(list(zip(*(texts[name] for name in KEY_COLUMNS), strict=True)))
        # One array of texts is made and cut into columns, because making one costs more than what is in it.
        filled = [name for name in TEXT_COLUMNS if any(texts[name])]
        joined = pd.Series([""] * size + [text for name in filled for text in texts[name]], dtype=str).array
        place = {name: number * size for number, name in enumerate(filled, start=1)}
        columns: dict[str, Any] = {}
        for name in COLUMNS:
            if name in texts:
                start = place.get(name, 0)
                columns[name] = joined[start : start + size]
            else:
                columns[name] = np.array([row[name] for row in self._rows], dtype=np.float64)
        return pd.DataFrame(columns)

    @property
    def cells(self) -> Cells:
        """The cells behind the rows."""
        return Cells(
            dict(self._counts),
            tuple(self._sums),
            tuple(self._behind),
            dict(self._members),
            dict(self._amounts),
            frozenset(self._everybody),
            dict(self._gaps),
            frozenset(self._unseen),
        )


def as_result_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with exactly the shared columns in order and fixed types.

    Raises
    ------
    ValueError
        If columns are missing or two rows have the same key (quantity, outcome, term, contrast, group, level).
    """
    if tuple(table.columns) == COLUMNS and table.index.equals(pd.RangeIndex(len(table))):
        table = table.copy()
    else:
        missing = [name for name in COLUMNS if name not in table.columns]
        if missing:
            raise ValueError(f"a result table lacks the columns {missing}")
        table = table.loc[:, list(COLUMNS)].reset_index(drop=True)
    for name, dtype in zip(COLUMNS, table.dtypes.tolist(), strict=True):
        if dtype.name != ("str" if name in TEXT_COLUMNS else "float64"):
            table[name] = table[name].astype(str if name in TEXT_COLUMNS else float)
    _refuse_repeated_keys(list(zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True)))
    return table


def _refuse_repeated_keys(keys: Sequence[tuple[str, ...]]) -> None:
    if len(set(keys)) < len(keys):
        first = next(key for key, times in Counter(keys).items() if times > 1)
        raise ValueError(f"two rows of a result have the same key: {dict(zip(KEY_COLUMNS, first, strict=True))}")
