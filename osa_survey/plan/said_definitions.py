"""Definitions as the report of a study names them: titles, tags and directions in its language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.instruments import Instrument, Library
from osa_survey.languages import SOURCE, translation


def said_library(library: Library, language: str) -> Library:
    """Return definitions whose titles, content tags and directions of scales are said in a language.

    Parameters
    ----------
    library : Library
        The shelf and the study's own definitions.
    language : str
        The language of the report.

    Returns
    -------
    Library
        The same ids, keys, answers and hashes. Texts that the catalogue does not have, such as those of the study's
        own instruments, stay as they are.
    """
    if language == SOURCE:
        return library
    return replace(library, instruments={name: _said(one, language) for name, one in library.instruments.items()})


def said_codebook(codebook: Codebook, library: Library, language: str) -> Codebook:
    """Return a codebook in which variables without a title have one in a language, where there is one.

    Parameters
    ----------
    codebook : Codebook
        The codebook of a study.
    library : Library
        Its definitions.
    language : str
        The language of the report.

    Returns
    -------
    Codebook
        Titles of the codebook itself stay. A variable without one is called like the harmonised variable it maps to,
        if no other maps to the same, else by the word of the catalogue for its name, if there is one.
    """
    if language == SOURCE:
        return codebook
    mapped = Counter(entry.maps_to for entry in codebook.variables.values())
    variables = {}
    for name, entry in codebook.variables.items():
        alone = library.variables.get(entry.maps_to) if mapped[entry.maps_to] == 1 else None
        title = _title(name, entry, "" if alone is None else alone.title, language)
        variables[name] = entry.model_copy(update={"title": title}) if title != entry.title else entry
    return codebook.model_copy(update={"variables": variables})


def _title(name: str, entry: VariableEntry, harmonised: str, language: str) -> str:
    if entry.title and entry.title != name:
        return entry.title
    own = name.replace("_", " ")
    tried = (translation(harmonised, language, "names"), translation(own, language, "words"))
    return next(filter(None, (*tried, translation(own.capitalize(), language, "names"))), entry.title)


def _said(instrument: Instrument, language: str) -> Instrument:
    def said(text: str) -> str:
        found = translation(text, language, "words")
        return text if found is None else found

    return instrument.model_copy(
        update={
            "title": said(instrument.title),
            "short_title": said(instrument.short_title),
            "items": tuple(item.model_copy(update={"tag": said(item.tag)}) for item in instrument.items),
            "scales": tuple(
                scale.model_copy(update={"title": said(scale.title), "higher_means": said(scale.higher_means)})
                for scale in instrument.scales
            ),
        }
    )
