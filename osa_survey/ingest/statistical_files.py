"""What SPSS, Stata and SAS files have in common: labels, wording, special missing values, dates as ISO 8601."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError


def require_records(table: pa.Table, file: str) -> None:
    """Raise if a file has no columns or no records."""
    if table.num_rows == 0 or table.num_columns == 0:
        raise ResponseError(Problem("no_records", "the file has no records", file, hint="export it with answers"))


def plausible_content(read: Callable[..., Any], path: Path, kind: str, most: int) -> Any:
    """Return content and metadata of a file; raise if it says that it holds more cells than fit into its bytes.

    The library would make room for them.

    Parameters
    ----------
    read : callable
        The library's reader of such files.
    path : Path
        The file.
    kind : str
        For the code ``broken_<kind>``.
    most : int
        How many cells a byte of such a file can hold.
    """
    _, meta = read(str(path), metadataonly=True)
    claimed = int(meta.number_rows or 0) * max(int(meta.number_columns or 0), 1)
    if claimed > most * path.stat().st_size:
        message = "the file is damaged: its header names more records than it has room for"
        raise ResponseError(Problem(f"broken_{kind}", message, path.name, hint="export it again"))
    return read(str(path), user_missing=True, disable_datetime_conversion=True, output_format="dict")


def value_labels_of(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    """Return column → value as text → label."""
    return {column: {canonical(value): str(label) for value, label in own.items()} for column, own in labels.items()}


def wording_of(labels: Mapping[str, str | None]) -> dict[str, str]:
    """Return column → variable label, where there is one."""
    return {column: label for column, label in labels.items() if label}


def letters_apart(values: Sequence[Any]) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Return the numbers of a column, and where it has special missing values their letter, else "".

    Examples
    --------
    >>> letters_apart([1.0, "a", None])
    (array([ 1., nan, nan]), array(['', 'a', ''], dtype=object))
    """
    series = pd.Series(list(values), dtype=object)
    special = series.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
    numbers = pd.to_numeric(series.mask(special), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers, np.where(special, series.to_numpy(), "")


def with_letters(column: pa.Array, letters: NDArray[np.object_]) -> pa.Array:
    """Return a column as text in which special missing values stand as a dot and their letter, such as ``.a``."""
    special = letters != ""
    if not special.any():
        return column
    marks = pa.array(np.where(special, "." + letters.astype(str), "").tolist(), pa.string())
    return pc.if_else(pa.array(special), marks, column.cast(pa.string()))


def text_column(values: Sequence[Any]) -> pa.Array:
    """Return a column of texts; what is no text is a gap."""
    return pa.array([value if isinstance(value, str) else None for value in values], pa.string())


def number_column(numbers: NDArray[np.float64]) -> pa.Array:
    """Return a column of numbers; NaN is a gap."""
    return pa.array(numbers, from_pandas=True)


def iso_datetimes(seconds: NDArray[np.float64], origin: str, unit: str) -> tuple[pa.Array, int]:
    """Return seconds since an origin as ISO 8601 text, and how many are no possible date.

    Parameters
    ----------
    seconds : ndarray of float
        NaN for gaps.
    origin : str
        The date of zero.
    unit : {"D", "s"}
        Whether days or seconds are written.

    Examples
    --------
    >>> iso_datetimes(np.array([86400.0, np.nan]), "1582-10-14", "D")[0].to_pylist()
    ['1582-10-15', None]
    """
    known = ~np.isnan(seconds)
    possible = known & (np.abs(seconds) < LARGEST_SECONDS)
    whole = np.where(possible, seconds, 0.0)
    moments = np.datetime64(origin, "us") + np.round(whole * 1e6).astype("timedelta64[us]")
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    good = possible & (years >= 1) & (years <= 9999)
    if unit == "D":
        texts = np.datetime_as_string(moments, unit="D")
    elif np.any(good & (whole != np.trunc(whole))):
        texts = np.datetime_as_string(moments, unit="ms")
    else:
        texts = np.datetime_as_string(moments, unit="s")
    kept = texts.astype(object)
    kept[~known] = None
    strange = known & ~good
    kept[strange] = [canonical(float(number)) for number in seconds[strange]]
    return pa.array(kept, pa.string()), int(strange.sum())


LARGEST_SECONDS = 1e12


def clock_times(seconds: NDArray[np.float64]) -> pa.Array:
    """Return seconds as hours:minutes:seconds, hours beyond 24 kept."""
    texts = []
    for value in seconds:
        if np.isnan(value) or abs(value) > LARGEST_SECONDS:
            texts.append(None if np.isnan(value) else canonical(float(value)))
            continue
        sign, rest = ("-" if value < 0 else ""), abs(float(value))
        hours, minutes = divmod(int(rest) // 60, 60)
        texts.append(f"{sign}{hours:02d}:{minutes:02d}:{int(rest) % 60:02d}")
    return pa.array(texts, pa.string())


def impossible_dates(column: str, number: int, path: Path) -> Problem:
    """Return the finding about values that are no dates although the column's format says so."""
    hint = "look at the column; the raw numbers were kept"
    return Problem("impossible_date", "values that are no dates", path.name, column=column, hint=hint, count=number)
