"""Sentences without holes: a part whose number is hidden or not estimated is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

HOLE = "\ue000"
"""Stands for an absent number while sentences are made; a character no text has."""
SENTENCE = re.compile(r"(?<=\.)(?<!\b[^\W\d]\.) (?=[A-ZÄÖÜΑ-Ωα-ω])")
"""Between two sentences; one letter before the point is an abbreviation."""
SEPARATORS = ("; ", ", ")
NAMED = ": "
OPENING, CLOSING = "([", ")]"
CUT = ")"
"""A round bracket goes alone; a square one is an interval and goes with what names it."""
LEFT_OUT = {
    "en": "What cannot be said without a number that is not shown or not estimated is left out.",
    "de": "Was ohne eine nicht gezeigte oder nicht geschätzte Zahl nicht gesagt werden kann, ist weggelassen.",
}


def without_holes(sentences: Iterable[str], language: str) -> tuple[str, ...]:
    """Return sentences without the parts whose number is absent.

    Parameters
    ----------
    sentences : iterable of str
        Texts of one sentence or several; absent numbers stand in them as ``HOLE``.
    language : {"en", "de"}
        Their language.

    Returns
    -------
    tuple of str
        Brackets and parts between commas or semicolons that hold an absent number are gone. A sentence whose first part
        holds one and has no name before a colon is gone as a whole; then a last sentence says that something was left
        out.

    Examples
    --------
    >>> without_holes([f"Age: M = 3.10, Mdn = {HOLE}, n = 40."], "en")
    ('Age: M = 3.10, n = 40.',)
    >>> without_holes([f"Weights run from {HOLE} to 2.00."], "en")
    ('What cannot be said without a number that is not shown or not estimated is left out.',)
    """
    kept: list[str] = []
    lost = False
    for text in sentences:
        if HOLE not in text:
            kept.append(text)
            continue
        told = [_mended(one) if HOLE in one else one for one in SENTENCE.split(text)]
        lost |= "" in told
        kept.append(" ".join(filter(None, told)))
    return (*filter(None, kept), *((LEFT_OUT[language],) if lost else ()))


def _mended(sentence: str) -> str:
    """Return a sentence without its parts that hold a hole, "" if nothing is left to say."""
    sentence = _without_brackets(sentence)
    if HOLE not in sentence:
        return sentence
    body, stop = (sentence[:-1], sentence[-1]) if sentence[-1] == "." else (sentence, "")
    name, colon, rest = body.partition(NAMED)
    if not colon or HOLE in name:
        name, rest = "", body
    first, *further = _parts(rest)
    kept = [(joint, part) for joint, part in further if HOLE not in part]
    if HOLE in first[1]:
        if not name or not kept:
            return ""
        first, *kept = kept
        name = "" if NAMED in first[1] else name
    told = first[1] + "".join(joint + part for joint, part in kept) + stop
    return f"{name}{NAMED}{told}" if name else told


def _without_brackets(sentence: str) -> str:
    """Return a sentence without brackets that hold a hole, and without a blank before them."""
    depth, begins, cut = 0, 0, []
    for place, letter in enumerate(sentence):
        if letter in OPENING:
            begins = place if depth == 0 else begins
            depth += 1
        elif letter in CLOSING and depth:
            depth -= 1
            if depth == 0 and letter in CUT and HOLE in sentence[begins:place]:
                blank = sentence[begins - 1 : begins] == " "
                cut.append((begins - blank, place + 1))
    for begin, end in reversed(cut):
        sentence = sentence[:begin] + sentence[end:]
    return sentence


def _parts(body: str) -> list[tuple[str, str]]:
    """Return the parts of a sentence, each with what parts it from the one before; brackets stay whole."""
    parts, depth, begin, joint = [], 0, 0, ""
    for place, letter in enumerate(body):
        depth += (letter in OPENING) - (letter in CLOSING)
        if depth == 0 and place >= begin and body[place : place + 2] in SEPARATORS:
            parts.append((joint, body[begin:place]))
            joint, begin = body[place : place + 2], place + 2
    return [*parts, (joint, body[begin:])]
