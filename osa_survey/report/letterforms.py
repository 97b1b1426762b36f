"""Which letters of a text stand in italics, as APA 7 asks: symbols of statistics, journals with their volume.

Greek letters and abbreviations such as CI, OR or AIC stay upright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ITALIC, BELOW = "italic", "below"
"""In italics; in italics below the line, such as the z of a d."""
_SYMBOL = r"(?:ΔR²|sr²|pr²|[RfhIGK]²|SD|SE|Mdn|MAD|[BbdDFfgHhJkMNnpQqRrstTUVWwz])(?:_[a-z]{1,3})?"
_STATED = re.compile(rf"(?<![\w.’'])({_SYMBOL})(?=(?:\([^()]*\))?[ \u00a0][=<>≤≥])")
_WHOLE, _FIRST = rf"^({_SYMBOL})$", rf"^({_SYMBOL})(?= \(| (?:frequency|with|within|of|innerhalb|der|mit)\b)"
_NAMED = rf"(?:[’']s|s[’']|Wallis|Wilk|Forsythe|Snell|Smirno[vw]|RESET|[a-zé]s)[ -]({_SYMBOL})(?=$| \()"
_LAST = r"(?:[a-zäöü][ -])(R²|[nrpM])(?=$| \()"
_HEAD = re.compile("|".join((_WHOLE, _FIRST, _NAMED, _LAST)))
_SOURCE = re.compile(r"(?<=[.?!] )([^\W\d_][^.?!]*, \d+)(?=(?:\([^()]*\))?, [A-Za-z]?\d)")

Forms = tuple[tuple[str, str], ...]


def stated_forms(text: str) -> Forms:
    """Return a running text in pieces with their form: symbols before a relation sign stand in italics.

    Examples
    --------
    >>> stated_forms("t(98) = 2.10, d_z = 0.4")
    (('t', 'italic'), ('(98) = 2.10, ', ''), ('d', 'italic'), ('z', 'below'), (' = 0.4', ''))
    """
    if not any(sign in text for sign in "=<>≤≥"):
        return ((text, ""),) if text else ()
    return tuple(_pieces(text, _STATED))


def head_forms(head: str) -> Forms:
    """Return the head of a column in pieces with their form.

    Examples
    --------
    >>> head_forms("d_av"), head_forms("Hedges' g"), head_forms("OR")
    ((('d', 'italic'), ('av', 'below')), (("Hedges' ", ''), ('g', 'italic')), (('OR', ''),))
    """
    return tuple(_pieces(head, _HEAD))


def source_forms(reference: str) -> Forms:
    """Return an entry of the list of references in pieces with their form: a journal and its volume stand in italics.

    Examples
    --------
    >>> source_forms("Feldt, L. S. (1965). The sampling of r. Psychometrika, 30(3), 357–370.")[1:]
    (('Psychometrika, 30', 'italic'), ('(3), 357–370.', ''))
    """
    return tuple(_pieces(reference, _SOURCE))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    last = 0
    for match in pattern.finditer(text):
        start = match.start(match.lastindex or 0)
        if start > last:
            yield text[last:start], ""
        base, _, below = match[match.lastindex or 0].partition("_")
        yield base, ITALIC
        if below:
            yield below, BELOW
        last = match.end()
    if text[last:]:
        yield text[last:], ""
