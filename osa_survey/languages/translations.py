"""A text of an analysis in another language: found in the catalogue, or by a template whose places differ."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import ne

from osa_survey.formatting import with_commas
from osa_survey.languages.catalogues import SOURCE, Part, catalogue

PLACE = re.compile(r"\{(\d)\}")
SENTENCE = re.compile(r"(?<=[.!?\]])(?<!Art\.) (?=[A-ZÄÖÜ\[])")
JOINTS = (re.compile(r"(?<=[.!?]) (?=\S)"), re.compile("; "))
LISTS = ("; ", ", ", " and ", " or ", " × ")
AND_OR = {"de": {" and ": " und ", " or ": " oder "}}
QUOTED = re.compile(r"“([^“”]*)”|'([^']*)'")
QUOTES = {"de": r"„\1\2“"}
NUMBER = re.compile(r"[<>≥≤=±−+-]{0,2} ?\d*[.,]?\d+(?:,\d{3})*%?|\[[−\d.,% ]+\]")
FURTHER: dict[Part, tuple[Part, ...]] = {
    "heads": ("labels",),
    "words": ("labels", "heads", "names"),
    "titles": ("names",),
    "documents": ("notes", "titles", "words", "heads", "names"),
}
KEYED = " (R)"
"""What stands behind the content tag of an item that is keyed in reverse."""
DIFFERENCE = " − "
CATEGORY = ": "
"""Between a variable and one of its categories."""
EQUALS = " = "
Template = tuple[re.Pattern[str], str]


def in_language(text: str, language: str, part: Part) -> str:
    """Return a text of an analysis in the language of a report.

    Parameters
    ----------
    text : str
        English, as the analysis wrote it.
    language : str
        The language of the report.
    part : {"labels", "heads", "titles", "words", "notes", "documents", "names", "plans"}
        What the text is. Heads may be labels, words and titles may be names. All but labels and names are also found by
        templates, whose places hold names, numbers and words.

    Returns
    -------
    str
        The text of the catalogue, or ``text``, such as a title or a label of the study itself.

    Examples
    --------
    >>> in_language("Cronbach's α", "de", "labels"), in_language("Reliability of the SCS", "de", "titles")
    ('Cronbachs α', 'Reliabilität von the SCS')
    """
    found = translation(text, language, part)
    return text if found is None else found


def worded(language: str, text: str, *values: str) -> str:
    """Return a text of the catalogue of documents in a language, its places filled.

    Parameters
    ----------
    language : str
        The language of the report.
    text : str
        English, with a ``{0}`` for each value.
    *values : str
        What stands in the places, in that language already: numbers with their marks, titles, sentences.

    Returns
    -------
    str
        Unlike ``in_language``, which recognises finished texts, this takes the places apart from the words, so that
        nothing in a place is taken for something else.

    Examples
    --------
    >>> worded("en", "{0} of {1}", "3", "4"), worded("de", "Funding: {0}.", "1.540 Euro")
    ('3 of 4', 'Förderung: 1.540 Euro.')
    """
    template = text if language == SOURCE else catalogue(language)["documents"].get(text, text)
    return template.format(*values)


@lru_cache(maxsize=4096)
def translation(text: str, language: str, part: Part) -> str | None:
    """Return a text of an analysis in a language, or None where the catalogue does not have it.

    Parameters
    ----------
    text, language, part
        As in ``in_language``. A note that several texts were joined to is also found text by text.

    Examples
    --------
    >>> translation("Zufriedenheit im Alltag", "de", "titles") is None
    True
    """
    if language == SOURCE or not text:
        return text
    texts = catalogue(language)
    if text in texts[part]:
        return texts[part][text]
    for further in FURTHER.get(part, ()):
        if text in texts[further]:
            return texts[further][text]
    if part == "words" and NUMBER.fullmatch(text):
        return with_commas(text)
    if part == "words" and NUMBER.fullmatch(text.rpartition(EQUALS)[2]) and EQUALS in text:
        name, _, value = text.rpartition(EQUALS)
        return in_language(name, language, part) + EQUALS + with_commas(value)
    if part == "words" and DIFFERENCE in text:
        sides = [translation(side, language, part) for side in text.split(DIFFERENCE)]
        return None if None in sides else DIFFERENCE.join(map(str, sides))
    if part == "words" and text.endswith(KEYED):
        item = translation(text.removesuffix(KEYED), language, part)
        return None if item is None else item + KEYED
    if part in ("labels", "names"):
        return None
    found = _filled(text, language, part)
    if found is None and part == "words":
        found = _as_category(text, language)
    if found is None and part == "notes":
        found = _as_remark(text, language)
    if found is None and part == "notes":
        found = _in_parts(text, language)
    if found is None and part == "documents":
        found = _by_sentence(text, language)
    return found


def _as_category(text: str, language: str) -> str | None:
    """Return a category behind its variable, where the catalogue has the variable."""
    variable, joint, category = text.partition(CATEGORY)
    texts = catalogue(language)
    known = next((texts[held][variable] for held in ("words", "labels", "names") if variable in texts[held]), None)
    return None if known is None or not joint else known + joint + _in_place(category, language)


def _as_remark(text: str, language: str) -> str | None:
    """Return a warning that was made a sentence, with a large first letter and a point."""
    if not (text[0].isupper() and text.endswith(".")):
        return None
    found = translation(text[0].lower() + text[1:-1], language, "notes")
    return None if found is None else found[0].upper() + found[1:] + "."


def _in_parts(text: str, language: str) -> str | None:
    """Return a note that several texts were joined to: the longest known beginning, then the rest."""
    for joint in JOINTS:
        for end in reversed([match.start() for match in joint.finditer(text)]):
            first = translation(text[:end], language, "notes")
            gap = joint.match(text, end)
            rest = None if first is None or gap is None else translation(text[gap.end() :], language, "notes")
            if first is not None and gap is not None and rest is not None:
                return first + gap[0] + rest
    return None


def _by_sentence(text: str, language: str) -> str | None:
    """Return a paragraph sentence by sentence; sentences of the study stay as they are."""
    sentences = SENTENCE.split(text)
    found = [translation(one, language, "documents") for one in sentences] if len(sentences) > 1 else [None]
    if not any(found):
        return None
    return " ".join(one if known is None else known for one, known in zip(sentences, found, strict=True))


def _filled(text: str, language: str, part: Part) -> str | None:
    for pattern, template in _templates(language, part):
        found = pattern.fullmatch(text)
        if found and not (part == "documents" and _takes_sentences(found)):
            return template.format(*(_in_place(value, language, part) for value in found.groups()))
    return None


def _takes_sentences(found: re.Match[str]) -> bool:
    """Tell whether a template of one sentence would take several."""
    several = any(SENTENCE.search(value) for value in found.groups())
    return several and not SENTENCE.search(found.re.pattern.replace("\\", ""))


def _in_place(value: str, language: str, part: Part = "words") -> str:
    """Return what stands in a place: a word, a number, a list of them, or a name as it is."""
    texts = catalogue(language)
    for held in ("words", "labels", "notes", "heads", "titles", "names"):
        if value in texts[held]:
            return texts[held][value]
    if NUMBER.fullmatch(value):
        return with_commas(value)
    found = _filled(value, language, "words") or _as_category(value, language)
    if found is None and part in ("titles", "documents"):
        found = translation(value, language, part)
    if found is not None:
        return found
    if part == "documents" and "; " in value:
        return "; ".join(_in_place(one, language, part) for one in value.split("; "))
    for joint in () if part == "titles" else LISTS:
        parts = value.split(joint)
        known = [_in_place(one, language) for one in parts] if len(parts) > 1 else parts
        if len(parts) > 1 and all(map(ne, known, parts)):
            return AND_OR[language].get(joint, joint).join(known)
    return QUOTED.sub(QUOTES[language], value)


@lru_cache
def _templates(language: str, part: Part) -> tuple[Template, ...]:
    """Return the texts with places as patterns, those with most words of their own first."""
    texts = [(english, text) for english, text in catalogue(language)[part].items() if "{0}" in english]
    texts.sort(key=lambda pair: (-len(PLACE.sub("", pair[0])), pair[0]))
    return tuple((re.compile(_pattern(english), re.S), text) for english, text in texts)


def _pattern(english: str) -> str:
    pieces = PLACE.split(english)
    return "".join("(.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
