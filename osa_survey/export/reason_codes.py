"""How the reason of a gap is written where a file format has room for it: codes for SPSS, letters for Stata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import OutputError, Problem
from osa_survey.instruments.reasons import IMPLIED, IMPUTED, REASON_CODES, REASON_TITLES

NUMBER_OF_REASONS = len(REASON_CODES)
STEPS: tuple[int, ...] = (0, *(int(10**power) - 10 for power in range(2, 13)))
"""Codes are −1 … −9; where a value stands between them −91 … −99, then −991 … −999, and so on."""
LETTERS: dict[int, str] = {number: chr(ord("a") + number - 1) for number in REASON_CODES.values()}
"""Reason → Stata's extended missing value: .a refused, .b don't know, … in the order of the reasons."""
TITLES: dict[int, str] = {REASON_CODES[reason]: title for reason, title in REASON_TITLES.items()}
MARKS: dict[int, tuple[str, str]] = {
    IMPLIED: ("_implied", "implied by a filter question: "),
    IMPUTED: ("_imputed", "imputed: "),
}
"""Mark of a value that is no answer → the ending of the column that shows it, and what the label there begins with."""


def free_codes(columns: Iterable[NDArray[np.float64]]) -> int:
    """Return the first step at which the codes of all reasons are free of values in every column.

    Parameters
    ----------
    columns : iterable of ndarray of float
        The columns of a file; NaN for gaps.

    Returns
    -------
    int
        The code of reason ``r`` is ``-(step + r)``.

    Examples
    --------
    >>> free_codes([np.array([1.0, 2.0])]), free_codes([np.array([1.0, -2.5])])
    (0, 90)
    """
    taken: set[int] = set()
    for values in columns:
        known = values[~np.isnan(values)]
        taken |= {step for step in STEPS if np.any((known >= -(step + NUMBER_OF_REASONS)) & (known <= -(step + 1)))}
    free = [step for step in STEPS if step not in taken]
    if not free:
        message = "no row of negative codes is free of values, so the reasons of gaps cannot be written"
        raise OutputError(Problem("no_free_codes", message, hint="write .csv, .parquet or .dta"))
    return free[0]


def with_codes(values: NDArray[np.float64], reasons: NDArray[np.uint8], step: int) -> NDArray[np.float64]:
    """Return a column in which every gap that has a reason holds the code of the reason."""
    gaps = is_gap_with_reason(values, reasons)
    return np.where(gaps, -(step + reasons.astype(np.float64)), values)


def with_letters(values: NDArray[np.float64], reasons: NDArray[np.uint8]) -> NDArray[np.object_]:
    """Return a column in which every gap that has a reason holds the letter of the reason."""
    letters = np.array(["", *LETTERS.values()], dtype=object)
    gaps = is_gap_with_reason(values, reasons)
    column = values.astype(object)
    column[gaps] = letters[reasons[gaps]]
    return column


def is_gap_with_reason(values: NDArray[np.float64], reasons: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a value is missing and a reason is known."""
    return np.isnan(values) & (reasons > 0) & (reasons <= NUMBER_OF_REASONS)


def used_reasons(values: NDArray[np.float64], reasons: NDArray[np.uint8]) -> Mapping[int, str]:
    """Return the reasons that occur in a column with their titles."""
    found = np.unique(reasons[is_gap_with_reason(values, reasons)])
    return {int(number): TITLES[int(number)] for number in found}


def marked_column(reasons: NDArray[np.uint8], mark: int) -> NDArray[np.float64] | None:
    """Return 1 where a value has this mark (implied, imputed) and 0 elsewhere; None where that is nowhere so."""
    marked = reasons == mark
    return marked.astype(np.float64) if marked.any() else None
