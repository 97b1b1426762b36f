"""Missing-value declarations of SPSS portable files: the reading library drops them and the values they name.

The dictionary of a portable file is a row of records, each led by a letter. The declarations are taken out of it, so
that the values stay where they are, and are handed back beside the file without them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

LINE = 80
HEAD = 200 + 256
"""Characters before the signature: five descriptions of 40 and the table of characters."""
SIGNATURE = "SPSSPORT"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"
BASE = 30
MAXIMUM_PARTS = 1_000_000
Value = float | str


class _NotPortableError(ValueError):
    """The text does not have the grammar of a portable file."""


@dataclass
class _Text:
    """The text of a portable file and how far it has been read."""

    text: str
    at: int

    def letter(self) -> str:
        if self.at >= len(self.text):
            raise _NotPortableError
        self.at += 1
        return self.text[self.at - 1]

    def number(self) -> float:
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        if self.text[self.at : self.at + 2] == "*.":
            self.at += 2
            return math.nan
        end = self.text.find("/", self.at)
        if end < 0 or end - self.at > LINE:
            raise _NotPortableError
        word, self.at = self.text[self.at : end], end + 1
        return number_of(word)

    def string(self) -> str:
        length = self.number()
        if not 0 <= length <= len(self.text) - self.at:
            raise _NotPortableError
        self.at += int(length)
        return self.text[self.at - int(length) : self.at]


def number_of(word: str) -> float:
    """Return a number written to the base 30.

    Examples
    --------
    >>> number_of("-3A"), number_of("1.F"), number_of("2+2")
    (-100.0, 1.5, 1800.0)
    """
    sign, digits = (-1.0, word[1:]) if word.startswith("-") else (1.0, word)
    power = 0
    for mark in "+-":
        if mark in digits:
            digits, _, exponent = digits.partition(mark)
            power = int(mark + "1") * int(number_of(exponent))
            break
    whole, _, fraction = digits.partition(".")
    if not (whole + fraction) or any(digit not in DIGITS for digit in whole + fraction) or abs(power) > 250:
        raise _NotPortableError
    value = 0
    for digit in whole + fraction:
        value = value * BASE + DIGITS.index(digit)
    return sign * float(value) * float(BASE) ** (power - len(fraction))


@dataclass(frozen=True)
class Portable:
    """A portable file without its declarations, and the declarations.

    Attributes
    ----------
    data : bytes
        The file.
    ranges : mapping of str to list of (low, high)
        Column → what is declared missing; a single value is a range of one, an open range has an infinite end.
    """

    data: bytes
    ranges: dict[str, list[tuple[Value, Value]]] = field(default_factory=dict)


def without_declarations(data: bytes) -> Portable | None:
    """Return a portable file whose dictionary declares nothing missing; None if the text is not as expected.

    Parameters
    ----------
    data : bytes
        The file.
    """
    lines = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(len(line) > LINE for line in lines):
        return None
    text = "".join(line.ljust(LINE) for line in lines)
    if text[HEAD : HEAD + len(SIGNATURE)] != SIGNATURE:
        return None
    try:
        ranges, cuts = _declarations(_Text(text, HEAD + len(SIGNATURE)))
    except (_NotPortableError, OverflowError):
        return None
    if not ranges:
        return Portable(data)
    kept, last = [], 0
    for start, end in cuts:
        kept.append(text[last:start])
        last = end
    whole = "".join([*kept, text[last:]])
    rows = [whole[start : start + LINE] for start in range(0, len(whole), LINE)]
    return Portable("\n".join([*rows, ""]).encode("latin-1"), ranges)


def _declarations(text: _Text) -> tuple[dict[str, list[tuple[Value, Value]]], list[tuple[int, int]]]:
    """Return what is declared missing for each column, and where in the text that stands."""
    ranges: dict[str, list[tuple[Value, Value]]] = {}
    cuts: list[tuple[int, int]] = []
    text.at += 1  # the version
    text.string()  # date
    text.string()  # time
    variable = ""
    is_text: dict[str, bool] = {}
    for _ in range(MAXIMUM_PARTS):
        start = text.at
        tag = text.letter()
        if tag == "F":
            return ranges, cuts
        if tag in "1236C":
            text.string()
        elif tag in "45":
            text.number()
        elif tag == "7":
            width = text.number()
            variable = text.string()
            is_text[variable] = width > 0
            for _ in range(6):
                text.number()
        elif tag in "89AB":
            low: Value = text.string() if is_text.get(variable) else text.number()
            high: Value = text.number() if tag == "B" else low
            if tag == "9":
                low = -math.inf
            if tag == "A":
                high = math.inf
            ranges.setdefault(variable, []).append((low, high))
            cuts.append((start, text.at))
        elif tag == "D":
            names = [text.string() for _ in range(int(text.number()))]
            for _ in range(int(text.number())):
                _ = text.string() if is_text.get(names[0] if names else "") else text.number()
                text.string()
        elif tag == "E":
            for _ in range(int(text.number())):
                text.string()
        else:
            raise _NotPortableError
    raise _NotPortableError
