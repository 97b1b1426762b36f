"""APA style numerals: a real minus sign, no leading zero where a value cannot exceed one, no false zero."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from osa_survey.formatting.marks import absent, localised, marks

MINUS = "\u2212"
SMALLEST_P = 0.001
ENDLESS_DF = 1e6  # from here on t is the normal distribution to more digits than are printed


def plain(value: float, digits: int = 2) -> str:
    """Return a number rounded half up on its shortest decimal form, with a hyphen as minus.

    Rounding works on the decimal text of the number, so 2.675 gives 2.68 as a reader expects.

    Examples
    --------
    >>> plain(2.675), plain(-0.004)
    ('2.68', '0.00')
    """
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:f}"


def decimal(value: float, digits: int = 2, *, bounded: bool = False) -> str:
    """Return a number in APA style.

    Parameters
    ----------
    value : float
        The number; NaN gives a dash.
    digits : int
        Digits after the point.
    bounded : bool
        True for values that cannot exceed one in size (correlations, alpha, p): no leading zero.

    Examples
    --------
    >>> decimal(-0.456, bounded=True), decimal(1234.5, 1)
    ('−.46', '1,234.5')
    """
    if value is None or math.isnan(value):
        return absent()
    if math.isinf(value):
        return ("" if value > 0 else MINUS) + "∞"
    text = plain(abs(value), digits)
    whole, point, fraction = text.partition(".")
    grouped = f"{int(whole):,}"
    if bounded and grouped == "0" and point:
        grouped = ""
    is_zero = set(text) <= {"0", "."}
    return localised(("" if value >= 0 or is_zero else MINUS) + grouped + point + fraction)


def p_value(value: float, *, digits: int = 3) -> str:
    """Return a p value with its relation sign.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.0412), p_value(1.0)
    ('< .001', '= .041', '> .999')
    """
    if value is None or math.isnan(value):
        return f"= {absent()}"
    if value < SMALLEST_P:
        return localised("< .001")
    if value > 1 - SMALLEST_P:
        return localised("> .999")
    return "= " + decimal(value, digits, bounded=True)


def percent(proportion: float, digits: int = 1, *, sign: bool = True) -> str:
    """Return a proportion as a percentage.

    Examples
    --------
    >>> percent(0.6824)
    '68.2%'
    """
    if proportion is None or math.isnan(proportion):
        return absent()
    return decimal(100 * proportion, digits) + (marks().percent if sign else "")


def count(value: float) -> str:
    """Return a count with thousands separated.

    Examples
    --------
    >>> count(3242)
    '3,242'
    """
    if value is None or math.isnan(value):
        return absent()
    return decimal(value, 0) if float(value).is_integer() else decimal(value, 1)


def interval(low: float, high: float, digits: int = 2, *, bounded: bool = False, as_percent: bool = False) -> str:
    """Return an interval in square brackets.

    Examples
    --------
    >>> interval(-0.1, 0.25, bounded=True)
    '[−.10, .25]'
    """
    if as_percent:
        return bracketed(percent(low, digits, sign=False), percent(high, digits, sign=False))
    return bracketed(decimal(low, digits, bounded=bounded), decimal(high, digits, bounded=bounded))


def bracketed(low: str, high: str) -> str:
    """Return two printed bounds in square brackets.

    Examples
    --------
    >>> bracketed("0.10", "0.25")
    '[0.10, 0.25]'
    """
    return f"[{low}{marks().between}{high}]"


def shortest(value: float, digits: int = 6) -> str:
    """Return a number with as many digits as it needs, at most ``digits`` of them.

    Examples
    --------
    >>> shortest(97.5), shortest(-0.10), shortest(95.0)
    ('97.5', '−0.1', '95')
    """
    if math.isnan(value):
        return absent()
    return localised(f"{value:.{digits}g}".replace("-", MINUS))


def degrees_of_freedom(value: float) -> str:
    """Return degrees of freedom: whole if they are whole, else two digits; from a million on, ∞.

    Thousands are not separated, as APA 7 (section 6.38) asks: F(2, 1423) has two degrees of freedom, not three.

    Examples
    --------
    >>> degrees_of_freedom(98.0), degrees_of_freedom(1397.312), degrees_of_freedom(1.9e10)
    ('98', '1397.31', '∞')
    """
    if value is None or math.isnan(value):
        return absent()
    if value >= ENDLESS_DF:
        return "∞"
    return localised(plain(value, 0 if float(value).is_integer() else 2).replace("-", MINUS))


def statistic(name: str, value: float, df1: float = math.nan, df2: float = math.nan) -> str:
    """Return a test statistic with its degrees of freedom.

    Examples
    --------
    >>> statistic("t", 2.104, 98)
    't(98) = 2.10'
    >>> statistic("F", 4.5, 2, 97.3)
    'F(2, 97.30) = 4.50'
    """
    degrees = [degrees_of_freedom(df) for df in (df1, df2) if df is not None and not math.isnan(df)]
    inside = f"({marks().between.join(degrees)})" if degrees else ""
    return f"{name}{inside} = {decimal(value)}"
