"""Direct identifiers among the columns of an export: found by their names and by the pattern of their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NAMES: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?:^|[^a-z])(?:{words})(?:$|[^a-z])")
    for kind, words in {
        "e-mail address": r"e[-_. ]?mails?(?:[-_. ]?address)?|mail[-_. ]?(?:address|adresse)|recipientemail",
        "IP address": r"ip[-_. ]?(?:address|addr|adresse)?|ipv[46]",
        "name of a person": r"(?:first|last|full|sur|family|given|fore|maiden|user|nick)[-_. ]?name|^screen[-_. ]?name$"
        r"|recipient(?:first|last)name|vorname|nachname|familienname|benutzername|signature|unterschrift",
        "telephone number": r"^(?:tele)?phone$|(?:tele|mobile[-_. ]?)?phone[-_. ]?(?:number|no|nr)|telefon(?:nummer)?"
        r"|handy(?:nummer)?|mobile[-_. ]?(?:number|no|nr)",
        "precise place": r"location[-_. ]?(?:latitude|longitude)|latitude|longitude|lat|lon|lng|geo[-_. ]?location|gps"
        r"|street|strasse|straße|house[-_. ]?number|hausnummer|home[-_. ]?address|anschrift|zip(?:[-_. ]?code)?"
        r"|post(?:al)?[-_. ]?code|postleitzahl|plz",
        "id of a panel or platform": r"prolific[-_. ]?(?:pid|id)|panel(?:ist)?[-_. ]?id|worker[-_. ]?id|mturk[-_. ]?id"
        r"|assignment[-_. ]?id|respondent[-_. ]?id|response[-_. ]?id|participant[-_. ]?id|session[-_. ]?id|token"
        r"|external(?:data)?reference|cookie|device[-_. ]?id|user[-_. ]?agent",
        "date of birth": r"birth[-_. ]?(?:date|day)|date[-_. ]?of[-_. ]?birth|dob|geburts(?:datum|tag)",
        "account": r"iban|account[-_. ]?(?:number|name)"
        r"|instagram|facebook|twitter|tiktok|telegram|snapchat|only[-_. ]?fans",
    }.items()
}
VALUES: dict[str, re.Pattern[str]] = {
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "IP address": re.compile(
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
        r"|(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])",
        re.I,
    ),
    "telephone number": re.compile(
        r"(?<![\w.])\+\d{1,3}(?:[ ()/-]*\d){7,12}(?!\w)|(?<![\w.])0\d{2,5}[ /-]\d{5,9}(?!\w)"
    ),
    "precise place": re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}"),
    "id of a panel or platform": re.compile(
        r"^(?:R_[A-Za-z0-9]{15,17}|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|A[A-Z0-9]{12,14})$"
    ),
    "date of birth": re.compile(r"^(?:19|20)\d\d-\d\d-\d\d$|^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$"),
    "account": re.compile(
        r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
        r"|(?<![\w@])@[A-Za-z0-9_.]{3,30}"
    ),
}
LONG_NUMBER = re.compile(r"^\d{7,}$")
MOSTLY_DIFFERENT = 0.9
FEWEST_DIFFERENT = 20
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Found:
    """One column that identifies respondents.

    Attributes
    ----------
    column : str
        The column.
    kind : str
        What it holds, in words.
    by : {"name", "values"}
        What gave it away.
    number : int
        How many different values fit the pattern; 0 for a name.
    """

    column: str
    kind: str
    by: str
    number: int = 0


def identifying_name(*names: str) -> str:
    """Return what kind of identifier a column must be by its names, or "".

    Parameters
    ----------
    *names : str
        The name of the column, of its variable, its title.

    Examples
    --------
    >>> identifying_name("IPAddress"), identifying_name("LocationLatitude"), identifying_name("relationship")
    ('IP address', 'precise place', '')
    """
    for name in names:
        for text in {name.casefold(), CAMEL.sub("_", name).casefold()}:
            for kind, pattern in NAMES.items():
                if pattern.search(text):
                    return kind
    return ""


def identifying_values(values: Iterable[str], records: int | None = None) -> tuple[str, int]:
    """Return what kind of identifier the values of a column are, and how many of them fit; ("", 0) if none.

    Parameters
    ----------
    values : iterable of str
        The different values of a column.
    records : int, optional
        How many records the column has, to know a number that is different for almost everyone.

    Examples
    --------
    >>> identifying_values(["none", "jo@example.org"])
    ('e-mail address', 1)
    >>> identifying_values(["1", "2", "18.25"])
    ('', 0)
    """
    texts = [value for value in values if value]
    for kind, pattern in VALUES.items():
        number = sum(1 for text in texts if pattern.search(text))
        if number:
            return kind, number
    long_ones = sum(1 for text in texts if LONG_NUMBER.match(text))
    if long_ones >= FEWEST_DIFFERENT and long_ones >= MOSTLY_DIFFERENT * (records or len(texts)):
        return "number that differs for almost everyone", long_ones
    return "", 0


def identifying_columns(
    columns: Mapping[str, Sequence[str]], names: Mapping[str, Sequence[str]], excused: Iterable[str], records: int
) -> tuple[Found, ...]:
    """Return every column that holds direct identifiers, by its names first, else by its values.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Column → its different values as text.
    names : mapping of str to sequence of str
        Column → further names: of its variable, its title.
    excused : iterable of str
        Columns or names of which the study file says that they identify nobody.
    records : int
        How many records there are.
    """
    known = set(excused)
    found = []
    for column, values in columns.items():
        own = (column, *names.get(column, ()))
        if known & set(own):
            continue
        kind = identifying_name(*own)
        if kind:
            found.append(Found(column, kind, "name"))
            continue
        kind, number = identifying_values(values, records)
        if kind:
            found.append(Found(column, kind, "values", number))
    return tuple(found)
