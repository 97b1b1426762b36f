"""Why cells of LimeSurvey are empty: not shown by branching, or not reached because the respondent broke off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
NOT_SHOWN_MARK = "{question_not_shown}"
EMPTY = ("", NOT_SHOWN_MARK, "N/A")


def is_one_of(column: pa.ChunkedArray, values: Sequence[str]) -> Mask:
    """Return which cells, trimmed, are one of these values; a null counts as an empty text."""
    texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    found = pc.is_in(pc.utf8_trim_whitespace(texts.fill_null("")), value_set=pa.array(list(values), pa.string()))
    return np.asarray(found.to_numpy(), dtype=bool)


def unfinished_records(submitted: pa.ChunkedArray) -> Mask:
    """Return which records were never submitted: no date. A date of 1980 means submitted in a survey without dates."""
    return is_one_of(submitted, (*EMPTY, "NA"))


def last_answered(columns: Sequence[pa.ChunkedArray], records: Mask) -> NDArray[np.intp]:
    """Return for every record the position of the last answered column, -1 where there is none.

    Parameters
    ----------
    columns : sequence of ChunkedArray
        Questions in the order of the questionnaire.
    records : ndarray of bool
        The records that matter; the others are not looked at and get the number of columns.
    """
    last = np.full(len(records), len(columns), dtype=np.intp)
    some = np.flatnonzero(records)
    if len(some) == 0:
        return last
    last[some] = -1
    places = pa.array(some)
    open_records = np.ones(len(some), dtype=bool)
    for position in range(len(columns) - 1, -1, -1):
        answered = ~is_one_of(columns[position].take(places), EMPTY) & open_records
        last[some[answered]] = position
        open_records &= ~answered
        if not open_records.any():
            break
    return last


def before_breaking_off(
    hidden: Mapping[str, Mask], order: Mapping[str, int], last: NDArray[np.intp]
) -> dict[str, Mask]:
    """Return what was not shown, leaving out what lies behind the last answer of a record that was broken off."""
    masks = {name: mask & (order[name] < last) for name, mask in hidden.items()}
    return {name: mask for name, mask in masks.items() if mask.any()}
