"""Scores and variables as files for one's own machine: CSV with formulas disarmed, or Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from osa_survey.dataset import ScoredData
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.instruments.reasons import IMPLIED, REASONS

ROW = "row"
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
REASON_WORDS = np.array(["", *REASONS, "implied"], dtype=object)
FORMATS = (".csv", ".parquet")


def write_scored(scored: ScoredData, path: Path | str) -> tuple[Path, Path]:
    """Write scores and variables, and in a second file why values are missing.

    Parameters
    ----------
    scored : ScoredData
        Scored data. Free text, dates and identifiers are never written.
    path : Path or str
        A file ending in ``.csv`` or ``.parquet``. The reasons go to ``<name>.reasons.csv`` or ``.parquet`` beside it.

    Returns
    -------
    tuple of Path
        The file of values and the file of reasons.

    Raises
    ------
    OutputError
        If the format is not known or a file cannot be written; a file that was there before is untouched.

    Notes
    -----
    Both files hold one line for each respondent, in the same order, led by ``row``: the row of the record in the raw
    export as a spreadsheet shows it. Values are codes and scores at full precision; a gap is empty. The reasons file
    says why a value is missing, ``implied`` where a filter question filled it, and nothing where it was answered. In
    CSV a text that a spreadsheet would take for a formula gets a leading apostrophe. Nothing written here has passed
    the disclosure gate.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        message = f"scores are not written as '{path.suffix or path.name}'"
        raise OutputError(Problem("unknown_format", message, str(path), hint="end the name in .csv or .parquet"))
    rows = scored.responses.rows
    words = {name: _words(scored.reasons[name].to_numpy()) for name in scored.frame.columns}
    reasons = path.with_name(f"{path.stem}.reasons{path.suffix}")
    if suffix == ".csv":
        values = [_numbers(scored.frame[name]) for name in scored.frame.columns]
        names = [str(name) for name in scored.frame.columns]
        contents = (_csv(names, rows, values), _csv(names, rows, [list(words[name]) for name in scored.frame.columns]))
    else:
        head = {ROW: pa.array(rows)}
        numbers = {str(name): pa.array(scored.frame[name].to_numpy(), from_pandas=True) for name in scored.frame}
        texts = {str(name): pa.array(column) for name, column in words.items()}
        contents = (_parquet({**head, **numbers}), _parquet({**head, **texts}))
    return write_bytes(path, contents[0]), write_bytes(reasons, contents[1])


def _words(codes: np.ndarray) -> np.ndarray:
    return REASON_WORDS[np.minimum(codes.astype(np.intp), IMPLIED)]


def _numbers(column: pd.Series) -> list[str]:
    """Return numbers as the shortest text that reads back the same, gaps as nothing."""
    values = column.to_numpy(dtype=np.float64)
    known = values[~np.isnan(values)]
    if np.all(known == np.trunc(known)):
        return ["" if np.isnan(value) else f"{value:.0f}" for value in values]
    return ["" if np.isnan(value) else repr(float(value)) for value in values]


def _csv(names: list[str], rows: np.ndarray, columns: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([ROW, *map(disarmed, names)])
    writer.writerows(zip(rows.tolist(), *columns, strict=True))
    return buffer.getvalue().encode("utf-8")


def disarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> disarmed("=1+1"), disarmed("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


def _parquet(columns: dict[str, pa.Array]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue().to_pybytes())
