"""Codes and texts in a column of words that look like an answer that was not given."""

from __future__ import annotations

from collections.abc import Mapping

from osa_survey.ingest.reason_labels import PATTERNS

GAP_CODES = (-1.0, -2.0, -7.0, -8.0, -9.0, -66.0, -77.0, -88.0, -99.0, -999.0, 77.0, 88.0, 97.0, 98.0, 99.0, 999.0)
"""Codes that exports use for an answer that was not given."""
MOST_WORDS = 12
"""A column with more different words holds free text, in which a number may be an answer."""
FAR = 10.0
WORDS_OF_GAPS = PATTERNS["not_answered"]


def gaps_beside_words(counts: Mapping[str, int], numbers: Mapping[str, float]) -> set[str]:
    """Return the values of a column that look like gaps: "k.A.", and codes such as -9 or 99 beside words.

    Parameters
    ----------
    counts : mapping of str to int
        Different values → records.
    numbers : mapping of str to float
        Those values that are numbers.

    Examples
    --------
    >>> sorted(gaps_beside_words({"yes": 5, "no": 4, "-9": 1, "k. A.": 1}, {"-9": -9.0}))
    ['-9', 'k. A.']
    >>> gaps_beside_words({"1": 5, "2": 4, "-9": 1}, {"1": 1.0, "2": 2.0, "-9": -9.0})
    set()
    """
    texts = {value for value in counts if value not in numbers and WORDS_OF_GAPS.fullmatch(value.strip().lower())}
    words = [value for value in counts if value not in numbers and value not in texts]
    if not words or len(words) > MOST_WORDS or _mostly_numbers(counts, numbers):
        return texts
    return texts | set(codes_of_gaps(numbers))


def codes_of_gaps(numbers: Mapping[str, float]) -> list[str]:
    """Return the values that look like codes of a gap, by size: usual ones, far from all other numbers.

    Parameters
    ----------
    numbers : mapping of str to float
        Values that are numbers.

    Examples
    --------
    >>> codes_of_gaps({"1": 1.0, "5": 5.0, "-9": -9.0, "99": 99.0}), codes_of_gaps({"98": 98.0, "60": 60.0})
    (['-9', '99'], [])
    """
    usual = [value for value, number in numbers.items() if number in GAP_CODES]
    rest = [number for value, number in numbers.items() if value not in usual]
    low, high = min(rest, default=0.0), max(rest, default=0.0)
    whole = all(number.is_integer() for number in rest)
    return [
        value
        for value in sorted(usual, key=lambda value: numbers[value])
        if (numbers[value] < 0 <= low) or (numbers[value] > 2 * max(high, FAR) and whole)
    ]


def _mostly_numbers(counts: Mapping[str, int], numbers: Mapping[str, float]) -> bool:
    """Tell whether numbers other than gaps are so frequent that the column may be one of numbers."""
    gaps = codes_of_gaps(numbers)
    given = sum(n for value, n in counts.items() if value in numbers and value not in gaps)
    return 2 * given > sum(n for value, n in counts.items() if value not in gaps)
