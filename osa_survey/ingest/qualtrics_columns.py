"""What a Qualtrics ImportId says of its column: which question, which part of it, or which paradata."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["answer", "text", "display_order", "timing", "browser", "analysis", "metadata", "embedded"]

DICT_CELL = re.compile(r"\{\s*'ImportId'\s*:\s*(?:'([^'\\]{1,500})'|\"([^\"\\]{1,500})\")\s*(?:,[^{}]{0,500})?\}")
QUESTION = re.compile(r"(?:(?P<loop>.{1,80}?)[_-])?(?P<question>QID\d+)(?:#(?P<part>\d+))?(?:[_-](?P<rest>.*))?", re.S)
DISPLAY_ORDER = re.compile(r"(^|[_-])DO([_-]|$)")
TIMING = re.compile(r"(FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)$")
BROWSER = re.compile(r"(BROWSER|VERSION|OPERATING_SYSTEM|OS|RESOLUTION|FLASH_VERSION|JAVA_SUPPORT|USER_AGENT)$")
TEXT = re.compile(r"(^|[_-])TEXT$")
ANALYSIS = re.compile(r"TEXT[_-][0-9a-f]{16,}|[_-][0-9a-f]{24,}")

METADATA = {
    "startDate": ("startdate",),
    "endDate": ("enddate",),
    "status": ("status", "responsetype"),
    "ipAddress": ("ipaddress",),
    "progress": ("progress",),
    "duration": ("durationinseconds", "duration"),
    "finished": ("finished",),
    "recordedDate": ("recordeddate",),
    "_recordId": ("responseid", "recordid"),
    "responseSetId": ("responseset", "responsesetid"),
    "recipientLastName": ("recipientlastname",),
    "recipientFirstName": ("recipientfirstname",),
    "recipientEmail": ("recipientemail", "emailaddress"),
    "externalDataReference": ("externalreference", "externaldatareference"),
    "locationLatitude": ("locationlatitude",),
    "locationLongitude": ("locationlongitude",),
    "locationAccuracy": ("locationaccuracy",),
    "distributionChannel": ("distributionchannel",),
    "userLanguage": ("userlanguage",),
    "name": ("name",),
}
"""ImportId → names of the column, in small letters without marks."""
BY_NAME = {name: identifier for identifier, names in METADATA.items() for name in names}
IDENTIFYING = frozenset(
    (
        "ipAddress",
        "recipientLastName",
        "recipientFirstName",
        "recipientEmail",
        "externalDataReference",
        "locationLatitude",
        "locationLongitude",
        "name",
    )
)
UNMISTAKABLE = frozenset(
    (
        "durationinseconds",
        "recordeddate",
        "responseset",
        "recipientlastname",
        "recipientfirstname",
        "recipientemail",
        "externalreference",
        "externaldatareference",
        "distributionchannel",
        "userlanguage",
        "locationlatitude",
    )
)
"""Names that no other platform gives."""


@dataclass(frozen=True)
class QualtricsColumn:
    """A column of a Qualtrics export.

    Attributes
    ----------
    name : str
        Its name in the export.
    import_id : str
        Its ImportId; "" where the layout has none.
    kind : str
        Answers, text entries, display order, timing, browser, text analysis, metadata or embedded data.
    loop, question, part : str
        The prefix of loop and merge, the question such as "QID5", the column block of a side-by-side question.
    path : tuple of str
        Choice, or statement and scale point, inside the question.
    """

    name: str
    import_id: str
    kind: ColumnKind
    loop: str = ""
    question: str = ""
    part: str = ""
    path: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What columns of one question have in common."""
        return self.loop, self.question, self.part


def import_id(cell: str) -> str:
    """Return the ImportId of a cell, "" if it is none; JSON, or the dictionary text of 2016.

    Examples
    --------
    >>> import_id('{"ImportId":"QID12_3"}'), import_id("{'ImportId': 'QID2-1'}"), import_id("3")
    ('QID12_3', 'QID2-1', '')
    """
    if not cell.startswith("{") or len(cell) > LONGEST_CELL:
        return ""
    try:
        content = json.loads(cell)
    except (ValueError, RecursionError):
        match = DICT_CELL.fullmatch(cell)
        return (match[1] or match[2]) if match else ""
    found = content.get("ImportId", "") if isinstance(content, dict) else ""
    return found if isinstance(found, str) else ""


LONGEST_CELL = 5000


def plain(name: str) -> str:
    """Return a name in small letters without marks.

    Examples
    --------
    >>> plain("Duration (in seconds)")
    'durationinseconds'
    """
    return re.sub(r"[\W_]", "", name).casefold()


def metadata_id(identifier: str, name: str) -> str:
    """Return the ImportId of paradata in its current spelling, "" if it is none."""
    if not identifier and not name:
        return ""
    last = re.sub(r"^(panel|Location)-", "", identifier)
    found = BY_NAME.get(plain(last)) if identifier else BY_NAME.get(plain(name))
    return found or ""


def column_of(name: str, identifier: str) -> QualtricsColumn:
    """Return what the name and the ImportId of a column say.

    Examples
    --------
    >>> column = column_of("1_Q5_2", "1_QID5_2")
    >>> column.loop, column.question, column.path, column.kind
    ('1', 'QID5', ('2',), 'answer')
    >>> column_of("Q29#1_1_1", "QID29#1-1-1").path, column_of("Q6_TEXT", "QID6-TEXT").kind
    (('1', '1'), 'text')
    """
    paradata = metadata_id(identifier, name)
    match = QUESTION.fullmatch(identifier) if not paradata else None
    if match is None:
        kind: ColumnKind = "metadata" if paradata else "embedded"
        if not paradata and DISPLAY_ORDER.search(identifier or name):
            kind = "display_order"
        return QualtricsColumn(name, paradata or identifier, kind)
    rest = match["rest"] or ""
    kind = _kind(rest)
    cut = re.sub(r"[_-]?TEXT$", "", rest) if kind == "text" else rest
    path = tuple(re.split(r"[_-](?=[^_-])", cut)) if cut and kind in ("answer", "text") else ()
    return QualtricsColumn(name, identifier, kind, match["loop"] or "", match["question"], match["part"] or "", path)


def _kind(rest: str) -> ColumnKind:
    if DISPLAY_ORDER.search(rest):
        return "display_order"
    if TIMING.search(rest):
        return "timing"
    if BROWSER.search(rest):
        return "browser"
    if ANALYSIS.search(rest) or rest.endswith(("Topics", "Sentiment")):
        return "analysis"
    return "text" if TEXT.search(rest) else "answer"
