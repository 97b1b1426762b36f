"""What a reader hands over: the text of an export, its labels, and the true file row of every record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from osa_survey.dataset.platform_facts import PlatformFacts
from osa_survey.errors import Problem, ResponseError, nearest

SIMULATED, SIMULATED_MARK = "simulated", "1"
"""The column, and its value, by which simulated records are known everywhere."""


@dataclass(frozen=True, repr=False)
class Export:
    """A raw export as read. No analysis takes it; ``admit`` is the only door.

    Attributes
    ----------
    columns : pyarrow.Table
        One column per column of the file, as text, or as numbers where the file format has a number type
        (SPSS, Parquet). An empty cell is an empty text or a null.
    rows : ndarray of int, shape (records,)
        The row of each record as a spreadsheet shows it, from 1, header rows counted.
    file : str
        The file's name, without its folder.
    sha256 : str
        The hash of the file's bytes.
    platform : str
        What the reader recognised.
    recognised_by : str
        Why, in words.
    wording : mapping of str to str
        Column → question text, where the export has it.
    value_labels : mapping of str to mapping of str to str
        Column → value → label, where the export has them; values as text ("1", not "1.0").
    missing_values : mapping of str to tuple of str
        Column → values the file itself declares missing (SPSS user-missing).
    reading : mapping
        What was found while reading: encoding, delimiter, decimal mark, header rows, sheet.
    findings : tuple of Problem
        What a person should know about the file; nothing was lost because of it.
    facts : PlatformFacts
        What the platform itself says: reasons of gaps, what was not shown, option sets, paradata.
    """

    columns: pa.Table
    rows: NDArray[np.int64]
    file: str
    sha256: str
    platform: str = "table"
    recognised_by: str = ""
    wording: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Problem, ...] = ()
    facts: PlatformFacts = field(default_factory=PlatformFacts)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in file order."""
        return tuple(self.columns.column_names)

    @property
    def n_records(self) -> int:
        """How many records the file has."""
        return int(self.columns.num_rows)

    @property
    def simulated(self) -> bool:
        """Whether any record is marked as simulated: the column ``simulated`` holds 1."""
        return SIMULATED in self.names and SIMULATED_MARK in self.values(SIMULATED)[0]

    def file_of(self, record: int) -> str:
        """Return the file that a record comes from, by its position; several where exports were bound together."""
        column = self.reading.get("source_column", "")
        return str(self.columns[column][record].as_py()) if column in self.names else self.file

    def values(self, column: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Return the different values of a column as trimmed text, and which of them each record has.

        Parameters
        ----------
        column : str
            The name of a column.

        Returns
        -------
        values : tuple of str
            The different values: numbers in their shortest form ("1" for 1, 1.0 and " 1.0 "), "" for an empty cell.
        which : ndarray of int, shape (records,)
            The position in ``values`` of each record's value.

        Raises
        ------
        ResponseError
            If there is no such column; the nearest names are offered.
        """
        if self.columns.schema.get_field_index(column) < 0:
            hint = nearest(column, self.names, all_in="the row of names of the export")
            raise ResponseError(
                Problem("missing_column", "the export has no such column", self.file, 1, column, hint=hint)
            )
        encoded = self.columns[column].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        raw = [canonical(value) for value in encoded.dictionary.to_pylist()]
        values = tuple(dict.fromkeys([*raw, ""]))
        position = {value: index for index, value in enumerate(values)}
        translate = np.array([position[value] for value in raw] + [position[""]], dtype=np.intp)
        which = encoded.indices.fill_null(len(raw)).to_numpy(zero_copy_only=False).astype(np.intp)
        return values, translate[which]

    def __repr__(self) -> str:
        return f"<Export {self.file}: {self.platform}, {self.n_records} records, {len(self.names)} columns>"


def canonical(value: object) -> str:
    """Return a cell's value as trimmed text, numbers in their shortest form, nothing as "".

    Examples
    --------
    >>> canonical(" 1.0 "), canonical(2.0), canonical(None), canonical("007"), canonical("1,5")
    ('1', '2', '', '7', '1,5')
    """
    if value is None:
        return ""
    text = str(value).strip()
    if not text or not (text[0].isdigit() or text[0] in "+-."):
        return "" if text == "nan" else text
    try:
        number = float(text)
    except ValueError:
        return text
    if not np.isfinite(number) or "_" in text:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < LARGEST_WHOLE else repr(number)


LARGEST_WHOLE = 1e15
"""Above this a double no longer holds every whole number, so the text is kept in scientific form."""
