"""Whether dates are written month first or day first: what the cells show, and a finding where they do not."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.errors import Problem

DateOrder = Literal["year first", "month first", "day first", "ambiguous", "mixed", "unknown"]
YEAR_FIRST = r"^\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
PARTS = r"^\s*(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})[-/.](?:\d{4}|\d{2})\b"
MONTHS = 12
LEAST_SHARE = 0.95
MOMENT = r"^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))[T ,]+\d{1,2}[:.]\d{2}"


def are_moments(cells: pa.ChunkedArray) -> bool:
    """Tell whether the cells hold dates with a time; empty cells do not count.

    Examples
    --------
    >>> are_moments(pa.chunked_array([["12/13/2019 9:50:30", ""]])), are_moments(pa.chunked_array([["yes", ""]]))
    (True, False)
    """
    present = _present(cells)
    if len(present) == 0:
        return False
    share = pc.mean(pc.cast(pc.match_substring_regex(present, MOMENT), pa.float64())).as_py()
    return bool(share >= LEAST_SHARE)


def date_order(cells: pa.ChunkedArray) -> DateOrder:
    """Return how the dates of a column are written, as far as their numbers show it.

    Examples
    --------
    >>> date_order(pa.chunked_array([["12/13/2019", "1/2/2019"]])), date_order(pa.chunked_array([["1/2/2019"]]))
    ('month first', 'ambiguous')
    """
    present = _present(cells)
    if len(present) and pc.all(pc.match_substring_regex(present, YEAR_FIRST)).as_py():
        return "year first"
    parts = pc.drop_null(pc.extract_regex(present, PARTS))
    if len(parts) == 0:
        return "unknown"
    first = pc.cast(pc.struct_field(parts, "first"), pa.int32())
    second = pc.cast(pc.struct_field(parts, "second"), pa.int32())
    day_first = bool(pc.any(pc.greater(first, MONTHS)).as_py())
    month_first = bool(pc.any(pc.greater(second, MONTHS)).as_py())
    if day_first and month_first:
        return "mixed"
    if day_first or month_first:
        return "day first" if day_first else "month first"
    # dots are written only where the day stands first
    return "day first" if pc.all(pc.equal(pc.struct_field(parts, "mark"), ".")).as_py() else "ambiguous"


def date_findings(order: DateOrder, column: str, file: str, row: int) -> tuple[Problem, ...]:
    """Return the finding that dates can be read in two ways, or in none."""
    hint = "dates are kept as they stand; look at the settings of the account that exported them"
    if order == "ambiguous":
        message = "dates that can be read month first or day first"
        return (Problem("ambiguous_dates", message, file, row, column, hint=hint),)
    if order == "mixed":
        message = "some dates can only be month first and others only day first"
        return (Problem("mixed_dates", message, file, row, column, hint=hint),)
    return ()


def _present(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return cells.filter(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(cells), ""), False))
