"""Files of scores read back: the same values and the same reasons that were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.errors import OutputError, Problem
from osa_survey.export.labelled_tables import full_name, mark_of
from osa_survey.export.reason_codes import LETTERS, NUMBER_OF_REASONS
from osa_survey.instruments.reasons import IMPLIED, IMPUTED, REASON_CODES

NUMBERS = {"": 0, **REASON_CODES, "implied": IMPLIED, "imputed": IMPUTED}
Table = tuple[pd.DataFrame, pd.DataFrame]


def read_scored(path: Path | str) -> Table:
    """Return what ``write_scored`` wrote.

    Parameters
    ----------
    path : Path or str
        The file of values: ``.csv`` or ``.parquet`` with its reasons file beside it, ``.sav`` or ``.dta``.

    Returns
    -------
    frame : DataFrame of float
        Values, indexed by the row of the record in the raw export.
    reasons : DataFrame of uint8, same shape
        Why values are missing; 0 = answered.

    Raises
    ------
    OutputError
        ``unknown_format`` for another kind of file, ``not_scores`` if the file is none of ours.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        hint = f"name a file that ends in {' '.join(READERS)}"
        raise OutputError(Problem("unknown_format", "scores are not read from such a file", str(path), hint=hint))
    try:
        return reader(path)
    except Exception as error:
        hint = "name a file that osa_survey wrote, with its reasons file beside it"
        message = f"the scores cannot be read back ({type(error).__name__})"
        raise OutputError(Problem("not_scores", message, str(path), hint=hint)) from error


def reasons_path(path: Path) -> Path:
    """Return the reasons file of a file of values."""
    return path.with_name(f"{path.stem}.reasons{path.suffix}")


def _from_csv(path: Path) -> Table:
    texts, words = (
        pd.read_csv(part, index_col=0, dtype=str, keep_default_na=False) for part in (path, reasons_path(path))
    )
    values = texts.replace("", "nan").astype(float)
    return _table(values, words)


def _from_parquet(path: Path) -> Table:
    values, words = pd.read_parquet(path), pd.read_parquet(reasons_path(path))
    return _table(values.set_index(values.columns[0]), words.set_index(words.columns[0]))


def _table(values: pd.DataFrame, words: pd.DataFrame) -> Table:
    values.index = pd.Index(values.index.astype(np.int64), name=values.index.name)
    numbers = {name: words[name].map(NUMBERS).to_numpy(dtype=np.uint8) for name in words.columns}
    return values.astype(float), pd.DataFrame(numbers, index=values.index, columns=values.columns, dtype=np.uint8)


def _from_spss(path: Path) -> Table:
    import pyreadstat

    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    values: dict[str, NDArray[np.float64]] = {}
    reasons: dict[str, NDArray[np.uint8]] = {}
    for written in meta.column_names:
        numbers = frame[written].to_numpy(dtype=np.float64)
        ranges: Any = meta.missing_ranges.get(written, ())
        step = -float(ranges[0]["lo"]) - NUMBER_OF_REASONS if ranges else 0.0
        gaps = (numbers >= -(step + NUMBER_OF_REASONS)) & (numbers <= -(step + 1)) & bool(ranges)
        values[written] = np.where(gaps, np.nan, numbers)
        reasons[written] = np.where(gaps, -numbers - step, 0.0).astype(np.uint8)
    return _labelled(values, reasons, meta.column_names_to_labels)


def _from_stata(path: Path) -> Table:
    import pyreadstat

    content, meta = pyreadstat.read_dta(str(path), user_missing=True, output_format="dict")
    codes: dict[Any, int] = {letter: number for number, letter in LETTERS.items()}
    values: dict[str, NDArray[np.float64]] = {}
    reasons: dict[str, NDArray[np.uint8]] = {}
    for written in meta.column_names:
        cells = pd.Series(list(content[written]), dtype=object)
        numbers = cells.map(codes).fillna(0).to_numpy(dtype=np.uint8) if written in meta.missing_user_values else None
        reasons[written] = np.zeros(len(cells), dtype=np.uint8) if numbers is None else numbers
        values[written] = cells.mask(reasons[written] > 0).to_numpy(dtype=np.float64)
    return _labelled(values, reasons, meta.column_names_to_labels)


def _labelled(
    values: Mapping[str, NDArray[np.float64]],
    reasons: Mapping[str, NDArray[np.uint8]],
    labels: Mapping[str, str | None],
) -> Table:
    """Return the tables of a labelled file; a column of marks goes back into the reasons of its variable."""
    first, *others = values
    numbers: dict[str, NDArray[np.float64]] = {}
    words: dict[str, NDArray[np.uint8]] = {}
    name = ""
    for written in others:
        label = labels.get(written) or ""
        mark = mark_of(label)
        if mark and name:
            words[name] = np.where(values[written] == 1.0, mark, words[name]).astype(np.uint8)
        else:
            name = full_name(written, label)
            numbers[name], words[name] = values[written], reasons[written]
    rows = pd.Index(values[first].astype(np.int64), name=first)
    return pd.DataFrame(numbers, index=rows), pd.DataFrame(words, index=rows)


READERS: dict[str, Callable[[Path], Table]] = {
    ".csv": _from_csv,
    ".parquet": _from_parquet,
    ".sav": _from_spss,
    ".dta": _from_stata,
}
