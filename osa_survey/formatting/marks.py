"""The marks of numbers by language: decimal point or comma, what parts thousands and bounds, the sign of per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Marks:
    """The marks of one language.

    Attributes
    ----------
    decimal, thousands : str
        Before decimals; between groups of three digits.
    between : str
        Between two bounds or two degrees of freedom.
    percent : str
        After a percentage.
    """

    decimal: str
    thousands: str
    between: str
    percent: str


MARKS = {"en": Marks(".", ",", ", ", "%"), "de": Marks(",", ".", "; ", "\u00a0%")}
SWAP = str.maketrans(".,", ",.")
POINTS = re.compile(r"(?<![\w.,:/])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|(?<![\w.:/])\d*\.\d+(?![\w.]*\d)")
COMMAS = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])(?!\.\d)|(?<![\w,.])\d*,\d+(?!,?\d)")
BOUNDS = re.compile(r"(?<=[\[(])([−-]?[\d.,]*\d%?), ([−-]?[\d.,]*\d%?)(?=[\])])")
DASH = "\u2013"
"""What a table prints for a number that is not there."""
_absent: ContextVar[str] = ContextVar("absent", default=DASH)
_language: ContextVar[str] = ContextVar("numerals", default="en")


@contextmanager
def numerals_of(language: str) -> Iterator[None]:
    """Let numbers become text in a language, as ``decimal.localcontext`` does for precision.

    Parameters
    ----------
    language : {"en", "de"}
        The language. Numbers of files (``plain``) stay as they are.

    Examples
    --------
    >>> from osa_survey.formatting import interval, p_value
    >>> with numerals_of("de"):
    ...     p_value(0.0004), interval(-0.1, 0.25)
    ('< ,001', '[−0,10; 0,25]')
    """
    token = _language.set(language if language in MARKS else "en")
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def absent_as(mark: str) -> Iterator[None]:
    """Let numbers that are not there become a mark of their own instead of a dash.

    Examples
    --------
    >>> from osa_survey.formatting import decimal
    >>> with absent_as("?"):
    ...     decimal(float("nan"))
    '?'
    """
    token = _absent.set(mark)
    try:
        yield
    finally:
        _absent.reset(token)


def absent() -> str:
    """Return what stands for a number that is not there."""
    return _absent.get()


def marks() -> Marks:
    """Return the marks in use."""
    return MARKS[_language.get()]


def localised(number: str) -> str:
    """Return a number written with a point in the marks in use."""
    return number.translate(SWAP) if marks().decimal == "," else number


def with_commas(text: str) -> str:
    """Return a text with the numbers in it written with decimal commas; addresses and version numbers stay.

    Examples
    --------
    >>> with_commas("3,242 records, p < .001, [0.10, 0.25], 3.0.1, doi:10.1234/x")
    '3.242 records, p < ,001, [0,10; 0,25], 3.0.1, doi:10.1234/x'
    """
    apart = BOUNDS.sub(rf"\1{MARKS['de'].between}\2", text)
    return POINTS.sub(lambda match: match[0].translate(SWAP), apart)


def with_points(text: str) -> str:
    """Return a text with the numbers in it written with decimal points; no letter changes its place.

    Examples
    --------
    >>> with_points("3.242 Datensätze, p < ,001, F(2; 97,30) = 4,50, am 3.10.")
    '3,242 Datensätze, p < .001, F(2; 97.30) = 4.50, am 3.10.'
    """
    return COMMAS.sub(lambda match: match[0].translate(SWAP), text)
