"""The day each record was begun, from the text of a column: only where the order of day and month is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
OTHER = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::\d{2})?")
LARGEST_MONTH = 12
NOON = 12


def days_of(values: Sequence[str]) -> NDArray[np.datetime64] | None:
    """Return the day of each text, or None where the order of day and month is not certain or nothing is a date.

    Parameters
    ----------
    values : sequence of str
        Different values of a column, such as "2026-05-12 13:40:09", "12.05.2026" or "5/31/2026 9:15".

    Examples
    --------
    >>> [str(day) for day in days_of(["5/31/2026 9:15", "", "6/1/2026 9:20"])]
    ['2026-05-31', 'NaT', '2026-06-01']
    >>> days_of(["5/6/2026", "6/7/2026"]) is None
    True
    """
    parts = [_parts(value.strip()) for value in values]
    other = [part for part in parts if part is not None and part[0] == 0]
    month_first = _month_comes_first(values, other)
    if other and month_first is None:
        return None
    texts = []
    for part in parts:
        if part is None:
            texts.append("")
            continue
        year, first, second, last = part
        if year:
            texts.append(f"{year:04d}-{first:02d}-{second:02d}")
        else:
            month, day = (first, second) if month_first else (second, first)
            texts.append(f"{last:04d}-{month:02d}-{day:02d}")
    days = pd.to_datetime(pd.Series(texts, dtype="str"), format="%Y-%m-%d", errors="coerce").to_numpy()
    return None if np.isnat(days).all() else days.astype("datetime64[D]")


def minutes_of(values: Sequence[str]) -> tuple[str, ...]:
    """Return day and minute of each text as a text, "" where it has no time of day.

    Examples
    --------
    >>> minutes_of(["2026-05-12 13:40:09", "2026-05-12"])
    ('2026-05-12 13:40', '')
    """
    minutes = []
    for value in values:
        clock = CLOCK.search(value)
        half = "pm" if "pm" in value.casefold() and clock and int(clock[1]) < NOON else ""
        minutes.append(f"{value[: clock.start()].strip(' T')} {clock[1]}:{clock[2]}{half}" if clock else "")
    return tuple(minutes)


def _parts(value: str) -> tuple[int, int, int, int] | None:
    """Return (year, month, day, 0), or (0, first, second, year) where day or month comes first."""
    found = ISO.match(value)
    if found:
        return int(found[1]), int(found[2]), int(found[3]), 0
    found = OTHER.match(value)
    return (0, int(found[1]), int(found[2]), int(found[3])) if found else None


def _month_comes_first(values: Sequence[str], parts: Sequence[tuple[int, int, int, int]]) -> bool | None:
    """Return whether the month comes first; None where the column does not show it. Dots mean day first."""
    day_first = any(first > LARGEST_MONTH for _, first, _, _ in parts)
    month_first = any(second > LARGEST_MONTH for _, _, second, _ in parts)
    if day_first != month_first:
        return month_first
    dotted = [value for value in values if OTHER.match(value.strip())]
    if not day_first and dotted and all("." in value.strip()[:3] for value in dotted):
        return False
    return None
