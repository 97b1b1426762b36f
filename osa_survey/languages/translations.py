"""A text of an analysis in another language: found in the catalogue, or by a template whose places differ."""

from __future__ import annotations

import re
from functools import lru_cache

from osa_survey.formatting import with_commas
from osa_survey.languages.catalogues import SOURCE, Part, catalogue

PLACE = re.compile(r"\{(\d)\}")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9αωη{])")
LISTS = ("; ", ", ", " and ", " or ", ": ", " × ")
JOINTS = {"de": {" and ": " und ", " or ": " oder "}}
NUMBER = re.compile(r"[<>≥≤=±−+-]{0,2} ?\d*[.,]?\d+(?:,\d{3})*%?|\[[−\d.,% ]+\]")
Template = tuple[re.Pattern[str], str]


def in_language(text: str, language: str, part: Part) -> str:
    """Return a text of an analysis in the language of a report.

    Parameters
    ----------
    text : str
        English, as the analysis wrote it.
    language : str
        The language of the report.
    part : {"labels", "heads", "titles", "words", "notes"}
        What the text is. Heads may be labels. All but labels are also found by templates, whose places hold names,
        numbers and words.

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


@lru_cache(maxsize=4096)
def translation(text: str, language: str, part: Part) -> str | None:
    """Return a text of an analysis in a language, or None where the catalogue does not have it.

    Parameters
    ----------
    text, language, part
        As in ``in_language``. A note of several sentences is also found sentence by sentence.

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
    if part == "heads" and text in texts["labels"]:
        return texts["labels"][text]
    if part == "words" and NUMBER.fullmatch(text):
        return with_commas(text)
    if part == "labels":
        return None
    found = _filled(text, language, part)
    if found is None and part == "notes":
        found = _by_sentence(text, language)
    return found


def _by_sentence(text: str, language: str) -> str | None:
    sentences = SENTENCE_END.split(text)
    if len(sentences) < 2:
        return None
    found = [translation(sentence, language, "notes") for sentence in sentences]
    return None if None in found else " ".join(sentence for sentence in found if sentence is not None)


def _filled(text: str, language: str, part: Part) -> str | None:
    for pattern, template in _templates(language, part):
        found = pattern.fullmatch(text)
        if found:
            return template.format(*(_in_place(value, language) for value in found.groups()))
    return None


def _in_place(value: str, language: str) -> str:
    """Return what stands in a place: a word, a number, a list of them, or a name as it is."""
    texts = catalogue(language)
    for part in ("words", "labels", "notes", "heads"):
        if value in texts[part]:
            return texts[part][value]
    if NUMBER.fullmatch(value):
        return with_commas(value)
    for joint in LISTS:
        if joint in value:
            said = JOINTS[language].get(joint, joint)
            return said.join(_in_place(one, language) for one in value.split(joint))
    found = _filled(value, language, "words")
    return value if found is None else found


@lru_cache
def _templates(language: str, part: Part) -> tuple[Template, ...]:
    """Return the texts with places as patterns, those with most words of their own first."""
    texts = [(english, text) for english, text in catalogue(language)[part].items() if "{0}" in english]
    texts.sort(key=lambda pair: (-len(PLACE.sub("", pair[0])), pair[0]))
    return tuple((re.compile(_pattern(english), re.S), text) for english, text in texts)


def _pattern(english: str) -> str:
    pieces = PLACE.split(english)
    return "".join("(.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
