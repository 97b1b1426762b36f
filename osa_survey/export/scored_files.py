"""Scores and variables as a file for one's own machine: codes and numbers, and beside it why a value is missing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.instruments.reasons import REASONS

SUFFIXES = (".csv", ".parquet")
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins with one of these as a formula."""
ROW = "row"
WORDS = np.array(["", *REASONS, "implied"])
"""The word of each small number in ``ScoredData.reasons``: answered, the reasons, and the mark of an implied value."""


def write_scored(scored: ScoredData, path: Path) -> tuple[Path, Path]:
    """Write scores and variables, one row for each respondent, and the reasons of the gaps in a second file.

    Parameters
    ----------
    scored : ScoredData
        What is written: all variables and scores, categories as their codes. Free text, dates and identifiers are no
        part of it.
    path : Path
        A ``.csv`` or ``.parquet`` file. ``scores.csv`` gets ``scores.reasons.csv`` beside it.

    Returns
    -------
    tuple of Path
        The file and the file of reasons. Both begin with ``row``, the row of the respondent in the raw export.

    Raises
    ------
    OutputError
        If the name ends otherwise, or if a file cannot be written.

    Notes
    -----
    Nothing in these files has passed the disclosure gate. An empty cell is a gap; its word in the file of reasons is
    one of the closed list of reasons. A value that a filter question implies is written, with the word ``implied``.
    In CSV, a text that a spreadsheet would run as a formula is written with an apostrophe before it.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        message = f"scores are written as {' or '.join(SUFFIXES)}, not as '{path.suffix or 'a file without an ending'}'"
        raise OutputError(Problem("unknown_format", message, file=path.name, hint=f"name it {path.stem}.csv"))
    beside = path.with_name(f"{path.stem}.reasons{path.suffix}")
    rows = scored.responses.rows
    contents = {beside: encoded(reason_words(scored, rows), suffix), path: encoded(numbers(scored, rows), suffix)}
    for file, content in contents.items():
        write_bytes(file, content)
    return path, beside


def numbers(scored: ScoredData, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return the row of each respondent and all variables and scores; whole-number columns as integers with gaps."""
    columns: dict[str, object] = {ROW: rows}
    for name in scored.variables:
        values = scored.frame[name].to_numpy(dtype=float)
        filled = values[~np.isnan(values)]
        whole = bool((filled == np.floor(filled)).all())
        columns[name] = pd.array(values, dtype="Int64") if whole else values
    return pd.DataFrame(columns)


def reason_words(scored: ScoredData, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return the row of each respondent and, for every variable and score, why there is no value; "" if there is."""
    words = {name: WORDS[scored.reasons[name].to_numpy(dtype=np.intp)] for name in scored.variables}
    return pd.DataFrame({ROW: rows, **words})


def encoded(table: pd.DataFrame, suffix: str) -> bytes:
    """Return a table as the bytes of a CSV (UTF-8, LF) or a Parquet file."""
    if suffix == ".parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        return buffer.getvalue()
    harmless = table.rename(columns=as_text_cell)
    for name in harmless.columns:
        if not pd.api.types.is_numeric_dtype(harmless[name]):
            harmless[name] = harmless[name].map(as_text_cell)
    return str(harmless.to_csv(index=False, lineterminator="\n")).encode("utf-8")


def as_text_cell(text: str) -> str:
    """Return a text so that no spreadsheet runs it as a formula.

    Examples
    --------
    >>> as_text_cell("=1+1"), as_text_cell("not_answered")
    ("'=1+1", 'not_answered')
    """
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text
