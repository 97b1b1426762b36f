"""Numbers as people write them: found, read, and compared at the digits that are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+[.,]\d+|[.,]\d+|\d+)"
SIGNS = "\u2212\u2013-"
TOKEN = re.compile(rf"(?P<number>(?:(?<![\w.,\u2013\u2212-])[{SIGNS}])?(?<![\w.,]){NUMBER})|(?P<word>[^\W\d_]+|[<>=%])")
THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
TOLERANCE = 1e-9  # relative to one unit of the last digit: decimal texts are not exact in binary


@dataclass(frozen=True)
class Number:
    """A number in a text.

    Attributes
    ----------
    text : str
        As it is written.
    value : float
        Its value.
    digits : int
        Digits after the decimal mark.
    start : int
        Where it begins.
    """

    text: str
    value: float
    digits: int
    start: int

    def agrees(self, value: float) -> bool:
        """Tell whether a value, rounded to the digits shown, can be this number."""
        unit = 10.0**-self.digits
        return abs(self.value - value) <= (0.5 + TOLERANCE) * unit + 1e-12 * abs(value)

    @property
    def half_unit(self) -> float:
        """How far the exact value can be from the number shown."""
        return 0.5 * 10.0**-self.digits


def read_number(text: str, start: int = 0) -> Number:
    """Return a written number: minus signs of any kind, commas of thousands, points or commas of decimals.

    Examples
    --------
    >>> read_number("−.46").value, read_number("1,540").value, read_number("3,14").value
    (-0.46, 1540.0, 3.14)
    """
    body = text.lstrip(SIGNS)
    plain = body.replace(",", "") if THOUSANDS.match(body) else body.replace(",", ".")
    digits = len(plain.partition(".")[2])
    sign = -1.0 if body != text else 1.0
    return Number(text, sign * float(plain), digits, start)


def numbers_of(text: str) -> list[Number]:
    """Return all numbers of a text in order."""
    return [
        read_number(match["number"], match.start()) for match in TOKEN.finditer(text) if match["number"] is not None
    ]


@dataclass(frozen=True)
class Tokens:
    """A text as a mask, in which every number is "#", and its numbers in order."""

    mask: tuple[str, ...]
    numbers: tuple[Number | None, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The numbers as they are written."""
        return tuple(number.text for number in self.numbers if number is not None)


def tokens_of(text: str) -> Tokens:
    """Return words in small letters and numbers as "#".

    Examples
    --------
    >>> tokens_of("M = 3.14").mask
    ('m', '=', '#')
    """
    mask: list[str] = []
    numbers: list[Number | None] = []
    for match in TOKEN.finditer(text):
        if match["number"] is not None:
            mask.append("#")
            numbers.append(read_number(match["number"], match.start()))
        else:
            mask.append(match["word"].casefold())
            numbers.append(None)
    return Tokens(tuple(mask), tuple(numbers))
