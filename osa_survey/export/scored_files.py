"""Scores and variables as files for one's own machine: CSV with formulas disarmed, Parquet, SPSS, Stata."""

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
from osa_survey.export.labelled_tables import ROW, fitted_names
from osa_survey.export.reading_back import reasons_path
from osa_survey.export.spss_files import spss_bytes
from osa_survey.export.stata_files import stata_bytes
from osa_survey.instruments.reasons import IMPUTED, REASONS

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
REASON_WORDS = np.array(["", *REASONS, "implied", "imputed"], dtype=object)
FORMATS = (".csv", ".parquet", ".sav", ".dta")
CODEBOOK_COLUMNS = ("name", "title", "type", "unit", "reference", "code", "label")


def write_scored(scored: ScoredData, path: Path | str) -> tuple[Path, ...]:
    """Write scores and variables with the reason for every gap.

    Parameters
    ----------
    scored : ScoredData
        Scored data. Free text, dates and identifiers are never written.
    path : Path or str
        A file ending in ``.csv``, ``.parquet``, ``.sav`` (SPSS) or ``.dta`` (Stata 14 and later). For CSV and Parquet
        the reasons go to ``<name>.reasons.csv`` or ``.parquet`` beside it, and beside a CSV ``<name>.codebook.csv``
        says what each code means, so that R and others can make factors.

    Returns
    -------
    tuple of Path
        The file of values and, where there are any, the files beside it.

    Raises
    ------
    OutputError
        If the format is not known or a file cannot be written; a file that was there before is untouched.

    Notes
    -----
    The rows are respondents in the same order, led by ``row``: the row of the record in the raw export as a
    spreadsheet shows it. Values are codes and scores at full precision; in CSV and Parquet a gap is empty. The reasons
    file says why a value is missing, ``implied`` where a filter question filled it, and nothing where it was answered.
    In CSV a text that a spreadsheet would take for a formula gets a leading apostrophe. How SPSS and Stata files hold
    the reasons is said in ``spss_files`` and ``stata_files``. ``read_scored`` reads each of them back. Nothing written
    here has passed the disclosure gate.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        message = f"scores are not written as '{path.suffix or path.name}'"
        hint = f"end the name in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise OutputError(Problem("unknown_format", message, str(path), hint=hint))
    if suffix == ".sav":
        return (write_bytes(path, spss_bytes(scored)),)
    if suffix == ".dta":
        return (write_bytes(path, stata_bytes(scored)),)
    rows = scored.responses.rows
    names = [str(name) for name in scored.frame.columns]
    lead = fitted_names([*names, ROW], max(map(len, [*names, ROW])) + 4, (), ignore_case=False)[-1]
    words = [_words(scored.reasons[name].to_numpy()) for name in names]
    reasons = reasons_path(path)
    if suffix == ".csv":
        values = [_numbers(scored.frame[name]) for name in names]
        contents = {
            path: _csv(names, lead, rows, values),
            reasons: _csv(names, lead, rows, [list(column) for column in words]),
            path.with_name(f"{path.stem}.codebook{path.suffix}"): _codebook(scored),
        }
    else:
        head = {lead: pa.array(rows)}
        numbers = {name: pa.array(scored.frame[name].to_numpy(), from_pandas=True) for name in names}
        texts = {name: pa.array(column) for name, column in zip(names, words, strict=True)}
        contents = {path: _parquet({**head, **numbers}), reasons: _parquet({**head, **texts})}
    return tuple(write_bytes(target, content) for target, content in contents.items())


def _codebook(scored: ScoredData) -> bytes:
    """Return one line for each category of a nominal or ordinal variable, and one for each other variable."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CODEBOOK_COLUMNS)
    for name in map(str, scored.frame.columns):
        info = scored.variables[name]
        head = [disarmed(text) for text in (name, info.title, info.type, info.unit, info.reference)]
        categories = [(f"{code:g}", disarmed(label)) for code, label in zip(info.codes, info.labels, strict=True)]
        writer.writerows([*head, code, label] for code, label in categories or [("", "")])
    return buffer.getvalue().encode("utf-8")


def _words(codes: np.ndarray) -> np.ndarray:
    return REASON_WORDS[np.minimum(codes.astype(np.intp), IMPUTED)]


def _numbers(column: pd.Series) -> list[str]:
    """Return numbers as the shortest text that reads back the same, gaps as nothing."""
    values = column.to_numpy(dtype=np.float64)
    known = values[~np.isnan(values)]
    if np.all(known == np.trunc(known)):
        return ["" if np.isnan(value) else f"{value:.0f}" for value in values]
    return ["" if np.isnan(value) else repr(float(value)) for value in values]


def _csv(names: list[str], lead: str, rows: np.ndarray, columns: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([disarmed(lead), *map(disarmed, names)])
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
