"""How an item is named in the reasons of a verdict."""

from __future__ import annotations

from osa_survey import formatting
from osa_survey.dataset import KeyedItems


def named_item(keyed: KeyedItems, index: int) -> str:
    """Return content tag, column and declared direction of an item."""
    declared = ", declared reverse-keyed" if keyed.signs[index] < 0 else ""
    return f"'{keyed.tags[index]}' ({keyed.columns[index]}{declared})"


def printed_r(value: float) -> str:
    """Return a correlation with two digits and no leading zero.

    Examples
    --------
    >>> printed_r(0.456)
    '.46'
    """
    return formatting.decimal(float(value), bounded=True)
