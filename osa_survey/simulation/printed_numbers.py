"""Numbers as a publication prints them: their decimals, and which numbers would be printed alike."""

from __future__ import annotations

import math

SLACK = 1e-9
"""Numbers nearer to the edge of a rounding interval than this count as inside: sums of decimals are not exact."""


def number_of(printed: str) -> float:
    """Return a printed number.

    Examples
    --------
    >>> number_of("41"), number_of(".90"), number_of("-0.2")
    (41.0, 0.9, -0.2)
    """
    return float(printed)


def decimals_of(printed: str) -> int:
    """Return how many digits stand after the point.

    Examples
    --------
    >>> decimals_of("41"), decimals_of("24.65"), decimals_of("38.0")
    (0, 2, 1)
    """
    return len(printed.partition(".")[2])


def half_unit_of(printed: str) -> float:
    """Return half a unit of the last printed digit.

    Examples
    --------
    >>> half_unit_of("41"), half_unit_of("24.65")
    (0.5, 0.005)
    """
    return float(0.5 * 10.0 ** -decimals_of(printed))


def rounds_to(value: float, printed: str) -> bool:
    """Whether a number is printed like this; a number halfway between two is printed as either.

    Examples
    --------
    >>> rounds_to(0.6825 * 100, "68"), rounds_to(38.25, "38.3"), rounds_to(38.25, "38.2"), rounds_to(38.36, "38.3")
    (True, True, True, False)
    """
    return abs(value - number_of(printed)) <= half_unit_of(printed) + SLACK * max(1.0, abs(value))


def printed_bounds(printed: str, divisor: float = 1.0) -> tuple[float, float]:
    """Return the smallest and largest number that are printed like this.

    Parameters
    ----------
    printed : str
        The number as printed.
    divisor : float
        100 turns percentages into proportions.

    Examples
    --------
    >>> printed_bounds("68", 100)
    (0.675, 0.685)
    """
    number, half = number_of(printed), half_unit_of(printed)
    return (number - half) / divisor, (number + half) / divisor


def possible_counts(printed: str, n: int) -> tuple[int, int]:
    """Return the smallest and largest count of ``n`` people whose percentage is printed like this.

    Parameters
    ----------
    printed : str
        A percentage as printed.
    n : int
        The people behind it.

    Returns
    -------
    (int, int)
        First and last count; the first is greater than the last if no count is printed like this.

    Examples
    --------
    Of 2,690 people, 1.1 % are 29 or 30; of 30 people none is 41 %.

    >>> possible_counts("1.1", 2690), possible_counts("41", 30)
    ((29, 30), (13, 12))
    """
    low, high = printed_bounds(printed, 100.0)
    first = math.ceil(low * n - SLACK * max(1, n))
    last = math.floor(high * n + SLACK * max(1, n))
    return max(0, first), min(n, last)
