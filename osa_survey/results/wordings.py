"""The wording of a result in the language of a report: names of shipped definitions are said in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pandas as pd

from osa_survey.languages import SOURCE, in_language

Wording = Callable[[pd.DataFrame, str], tuple[str, ...]]
NAMING = ("labels", "titles", "activities", "groupings")
"""What a wording calls its names: pairs of a name and what print says, or a mapping."""


def wording_in(wording: Wording, language: str) -> Wording:
    """Return a wording whose names are said in a language.

    Parameters
    ----------
    wording : callable
        What a result makes its sentences with.
    language : str
        The language of the report.

    Returns
    -------
    callable
        The same wording with the words of the catalogue in place of titles of shipped variables and scales; a wording
        without names comes back as it is, and so do names of the study itself.
    """
    if language == SOURCE or not is_dataclass(wording) or isinstance(wording, type):
        return wording
    named = {one.name: getattr(wording, one.name) for one in fields(wording) if one.init and one.name in NAMING}
    changed = {name: _said(value, language) for name, value in named.items()}
    return replace(wording, **changed) if changed else wording


def _said(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _word(text, language) for name, text in value.items()}
    if isinstance(value, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
        return tuple((name, _word(text, language)) for name, text in value)
    return value


def _word(text: Any, language: str) -> Any:
    return in_language(text, language, "names") if isinstance(text, str) else text
