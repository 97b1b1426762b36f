"""Whether the labels of two ends of a scale run in opposite directions, by common words of English and German."""

from __future__ import annotations

import re
from collections.abc import Mapping

LOW = (
    "never",
    "not at all",
    "none",
    "strongly disagree",
    "disagree",
    "completely disagree",
    "very dissatisfied",
    "dissatisfied",
    "very bad",
    "very unimportant",
    "very unlikely",
    "no",
    "nie",
    "niemals",
    "überhaupt nicht",
    "gar nicht",
    "stimme nicht zu",
    "stimme gar nicht zu",
    "stimme überhaupt nicht zu",
    "trifft nicht zu",
    "trifft gar nicht zu",
    "trifft überhaupt nicht zu",
    "sehr unzufrieden",
    "nein",
)
HIGH = (
    "always",
    "very often",
    "very much",
    "extremely",
    "a great deal",
    "strongly agree",
    "agree",
    "completely agree",
    "very satisfied",
    "satisfied",
    "very good",
    "very important",
    "very likely",
    "yes",
    "immer",
    "sehr oft",
    "sehr häufig",
    "sehr stark",
    "sehr",
    "stimme zu",
    "stimme völlig zu",
    "stimme voll und ganz zu",
    "trifft zu",
    "trifft völlig zu",
    "trifft voll und ganz zu",
    "sehr zufrieden",
    "ja",
)
_WORDS = re.compile(r"\w+")


def normalised(label: str) -> str:
    """Return a label as its words in small letters, one space apart.

    Examples
    --------
    >>> normalised(" Strongly  AGREE. ")
    'strongly agree'
    """
    return " ".join(_WORDS.findall(label.casefold()))


def pole(label: str) -> int:
    """Return -1 for a label of a lower end, 1 for one of an upper end, 0 for any other.

    Examples
    --------
    >>> pole("Not at all"), pole("Strongly agree"), pole("7 times")
    (-1, 1, 0)
    """
    text = normalised(label)
    text = re.sub(r"^\d+ |  *\d+$", "", text)
    return -1 if text in LOW else 1 if text in HIGH else 0


def opposite(declared: Mapping[float, str], found: Mapping[float, str]) -> bool:
    """Tell whether two sets of labels for the same codes run in opposite directions.

    Parameters
    ----------
    declared, found : mapping of float to str
        Code → label, by the definition and by the export.

    Returns
    -------
    bool
        True if at both ends, by the words above, one says low where the other says high. One end alone is not enough:
        "agree" may stand in the middle.

    Examples
    --------
    >>> opposite({1: "strongly disagree", 7: "strongly agree"}, {1: "Strongly agree", 7: "Strongly disagree"})
    True
    """
    shared = sorted(set(declared) & set(found))
    if len(shared) < 2:
        return False
    ends = (shared[0], shared[-1])
    return all(pole(declared[code]) * pole(found[code]) == -1 for code in ends)
