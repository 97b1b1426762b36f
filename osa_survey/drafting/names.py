"""Names of variables: lower case, valid, different from one another."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection

LONGEST = 40
LONGEST_ANSWER = 24
PLAIN_ANSWER = re.compile(r"[^\W\d_]+(?:[ /-][^\W\d_]+){0,2}")
TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "a"})


def variable_name(column: str, taken: Collection[str], fallback: str = "column") -> str:
    """Return a name for the variable that a column holds.

    Parameters
    ----------
    column : str
        The column.
    taken : collection of str
        Names in use.
    fallback : str
        The beginning of the name where the column has no letters at all.

    Examples
    --------
    >>> variable_name("Duration (in seconds)", ()), variable_name("1. Größe", ()), variable_name("Q7", {"q7"})
    ('duration_in_seconds', 'v1_groesse', 'q7_2')
    """
    text = unicodedata.normalize("NFKD", column.casefold().translate(TRANSCRIBED)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    name = name[:LONGEST].rstrip("_") or fallback
    if not name[0].isalpha() or keyword.iskeyword(name):
        name = f"v{name}"
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def is_plain_answer(value: str) -> bool:
    """Tell whether a text is a short answer of one to three words, without anything that may identify a person.

    Examples
    --------
    >>> is_plain_answer("non-binary"), is_plain_answer("call me on 0170"), is_plain_answer("a@b.org")
    (True, False, False)
    """
    return len(value) <= LONGEST_ANSWER and PLAIN_ANSWER.fullmatch(value.strip()) is not None
