"""What analyses write in English, in the language of the report: labels, heads and titles, from one file a language.

A text that is not in the catalogue, such as a title or a label of the study itself, is printed as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

SOURCE = "en"
PLACE = re.compile(r"\{(\d)\}")
Part = Literal["labels", "heads", "titles", "words"]
Template = tuple[re.Pattern[str], str]


def in_language(text: str, language: str, part: Part) -> str:
    """Return a text of an analysis in the language of a report.

    Parameters
    ----------
    text : str
        English, as the analysis wrote it.
    language : str
        The language of the report.
    part : {"labels", "heads", "titles", "words"}
        What the text is: the label of a quantity, a head of a layout, a title, a word or row. Heads may be labels;
        titles are found by templates whose places hold names and words.

    Returns
    -------
    str
        The text of the catalogue, or ``text``.

    Examples
    --------
    >>> in_language("Cronbach's α", "de", "labels"), in_language("Reliability of the SCS", "de", "titles")
    ('Cronbachs α', 'Reliabilität von the SCS')
    """
    if language == SOURCE or not text:
        return text
    content = catalogue(language)
    if text in content[part]:
        return content[part][text]
    if part == "heads":
        return content["labels"].get(text, text)
    if part == "titles":
        return _filled(text, language)
    return text


@lru_cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue of a language: part → English → text."""
    source = files("osa_survey.report").joinpath("catalogues", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def _filled(text: str, language: str) -> str:
    for pattern, template in _templates(language):
        found = pattern.fullmatch(text)
        if found:
            words = catalogue(language)["words"]
            places = [words.get(name, name) for name in found.groups()]
            return template.format(*places)
    return text


@lru_cache
def _templates(language: str) -> tuple[Template, ...]:
    """Return the titles with places as patterns, those with most words of their own first."""
    titles = [(english, text) for english, text in catalogue(language)["titles"].items() if "{0}" in english]
    titles.sort(key=lambda pair: (-len(PLACE.sub("", pair[0])), pair[0]))
    return tuple((re.compile(_pattern(english), re.S), text) for english, text in titles)


def _pattern(english: str) -> str:
    pieces = PLACE.split(english)
    return "".join("(.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
