"""Building the tidy table of a result, row by row, with what each row would give away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, NUMBER_COLUMNS, QUANTITIES, TEXT_COLUMNS


@dataclass(frozen=True)
class Cells:
    """The counts of people behind a table, for the disclosure gate.

    Attributes
    ----------
    counts : mapping of str to float
        People in each named cell.
    sums : tuple of (str, tuple of str)
        Relations a reader can use: a total and the cells that add up to it.
    behind : tuple of tuple of str
        For each row of the table the cells whose counts the row would give away.
    """

    counts: Mapping[str, float] = field(default_factory=dict)
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    behind: tuple[tuple[str, ...], ...] = ()


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
        unknown = set(values) - set(COLUMNS)
        if unknown:
            raise KeyError(f"not columns of a result: {sorted(unknown)}")
        row: dict[str, Any] = dict.fromkeys(TEXT_COLUMNS, "")
        row.update(dict.fromkeys(NUMBER_COLUMNS, math.nan))
        row["quantity"] = quantity
        row.update(values)
        self._rows.append(row)
        self._behind.append(tuple(cells))

    def cell(self, name: str, people: float) -> None:
        """Name a cell and say how many people stand behind it."""
        self._counts[name] = float(people)

    def total(self, total: str, parts: Iterable[str]) -> None:
        """Say that the cells ``parts`` add up to the cell ``total`` (every name must have been given to ``cell``)."""
        self._sums.append((total, tuple(parts)))

    @property
    def table(self) -> pd.DataFrame:
        """The table with the columns of ``COLUMNS``."""
        numbers = set(NUMBER_COLUMNS)
        blank = pd.Series([""] * len(self._rows), dtype=str).array
        columns: dict[str, Any] = {}
        for name in COLUMNS:
            values = [row[name] for row in self._rows]
            if name in numbers:
                columns[name] = np.array(values, dtype=np.float64)
            else:
                empty = all(value == "" for value in values)
                columns[name] = blank if empty else pd.Series(list(map(str, values)), dtype=str).array
        _refuse_repeated_keys([tuple(str(row[name]) for name in KEY_COLUMNS) for row in self._rows])
        return pd.DataFrame(columns)

    @property
    def cells(self) -> Cells:
        """The cells behind the rows."""
        return Cells(dict(self._counts), tuple(self._sums), tuple(self._behind))


def as_result_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with exactly the shared columns in order and fixed types.

    Raises
    ------
    ValueError
        If columns are missing or two rows have the same key (quantity, outcome, term, contrast, group, level).
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ValueError(f"a result table lacks the columns {missing}")
    if tuple(table.columns) == COLUMNS and table.index.equals(pd.RangeIndex(len(table))):
        table = table.copy()
    else:
        table = table.loc[:, list(COLUMNS)].reset_index(drop=True)
    types = table.dtypes
    for name in TEXT_COLUMNS:
        if types[name] != "str":
            table[name] = table[name].astype(str)
    for name in NUMBER_COLUMNS:
        if types[name] != "float64":
            table[name] = table[name].astype(float)
    _refuse_repeated_keys(list(zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True)))
    return table


def _refuse_repeated_keys(keys: Sequence[tuple[str, ...]]) -> None:
    if len(set(keys)) < len(keys):
        first = next(key for key, times in Counter(keys).items() if times > 1)
        raise ValueError(f"two rows of a result have the same key: {dict(zip(KEY_COLUMNS, first, strict=True))}")
