"""The language in which a questionnaire was answered, as its export tells it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from osa_survey.dataset import Export

CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
NAMES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}


def questionnaire_language(export: Export) -> str:
    """Return the language most respondents answered in, else the first one of the survey's structure, else "".

    Parameters
    ----------
    export : Export
        A raw export; its platform may hold the language of each record, such as LimeSurvey's start language.

    Returns
    -------
    str
        A code such as ``"de"``, of ``de-informal`` and ``DE`` alike; where two are as frequent, the first in the
        alphabet.
    """
    column = export.facts.roles.get("language", "")
    if column in export.names:
        values, which = export.values(column)
        counts = Counter[str]()
        for value, number in zip(values, np.bincount(which, minlength=len(values)).tolist(), strict=True):
            counts[language_code(value)] += number
        counts.pop("", None)
        if counts:
            return min(counts, key=lambda code: (-counts[code], code))
    told = export.reading.get("languages") or [export.reading.get("structure", {}).get("language", "")]
    return language_code(str(told[0])) if told else ""


def language_code(text: str) -> str:
    """Return the code of a language from how a platform names it, or "".

    Examples
    --------
    >>> language_code("de-informal"), language_code("DE"), language_code("Deutsch"), language_code("1")
    ('de', 'de', 'de', '')
    """
    name = text.strip().casefold()
    found = CODE.fullmatch(name)
    return NAMES.get(name, found[1] if found else "")
