"""Texts that point at a person: addresses, numbers that identify, places by coordinates, days."""

from __future__ import annotations

import re

MONTHS = r"Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez"
PATTERNS: dict[str, re.Pattern[str]] = {
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "web address of a person": re.compile(r"(?:https?://|www\.)[^\s]*(?:/u/|/user/|/profile/|/in/|/@)[^\s]+", re.I),
    "IP address": re.compile(
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
        r"|(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])",
        re.I,
    ),
    "bank account": re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
    "coordinates": re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}"),
    "panel or response id": re.compile(
        r"(?<!\w)(?:R_[A-Za-z0-9]{15}|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?!\w)"
    ),
    "telephone number": re.compile(
        r"(?<![\w.])\+\d{1,3}(?:[ ()/-]*\d){7,12}(?![\w])|(?<![\w.])0\d{2,5}[ /-]\d{5,9}(?!\w)"
    ),
    "account name": re.compile(r"(?<![\w@])@[A-Za-z0-9_.]{3,30}"),
}
YEAR = r"(?:19|20)\d\d"
DAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?<!\d)({YEAR})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?(?!\d)"), r"\1-\2"),
    (re.compile(rf"(?<!\d)\d{{1,2}}\.(\d{{1,2}})\.({YEAR})(?:,? \d\d:\d\d(?::\d\d)?)?(?!\d)"), r"\1.\2"),
    (re.compile(rf"(?<!\d)\d{{1,2}}\.? ({MONTHS})([a-zä]*)\.?,? ({YEAR})", re.I), r"\1\2 \3"),
    (re.compile(rf"({MONTHS})([a-zä]*)\.? \d{{1,2}}(?:st|nd|rd|th)?, ({YEAR})", re.I), r"\1\2 \3"),
    (re.compile(rf"(?<!\d)\d{{1,2}}/\d{{1,2}}/({YEAR})(?: \d\d:\d\d(?::\d\d)?)?(?!\d)"), r"\1"),
)


def closed_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what would point at a person, and what was closed.

    Parameters
    ----------
    text : str
        A category, a label, a title.

    Returns
    -------
    tuple of (str, tuple of str)
        The text with "<e-mail address>" and the like in place of what was found, days cut to their month, and the
        kinds found; a text without any comes back unchanged.

    Examples
    --------
    >>> closed_text("write to jo@example.org")
    ('write to <e-mail address>', ('e-mail address',))
    >>> closed_text("2026-03-14")
    ('2026-03', ('day',))
    >>> closed_text("18 to 24 years")
    ('18 to 24 years', ())
    """
    found = []
    for kind, pattern in PATTERNS.items():
        text, number = pattern.subn(f"<{kind}>", text)
        if number:
            found.append(kind)
    for pattern, kept in DAYS:
        text, number = pattern.subn(kept, text)
        if number and "day" not in found:
            found.append("day")
    return text, tuple(found)
