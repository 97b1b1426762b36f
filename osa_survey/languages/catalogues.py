"""The catalogue of a language: files of English texts, as analyses write them, with the text of the language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

SOURCE = "en"
Part = Literal["labels", "heads", "titles", "words", "notes", "documents", "names", "plans"]
PARTS: tuple[Part, ...] = get_args(Part)


@lru_cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue of a language, from all files of its folder.

    Parameters
    ----------
    language : str
        The name of a folder beside this file.

    Returns
    -------
    mapping of str to mapping
        Part → English → text. Parts: ``labels`` of quantities, ``heads`` of rows and columns, ``titles``, ``words``
        (rows, and what stands in the places of other texts), ``notes`` (notes, warnings, remarks),
        ``documents`` (checklists, statements, notes beside a report), ``names`` (what shipped definitions call
        instruments, scales, variables, answers and, as content tags, items), ``plans`` (settings of a plan and their
        values). A language without a folder has no text.

    Raises
    ------
    ValueError
        If two files hold the same English text.
    """
    parts: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    for name, content in _contents(language):
        for part, texts in content.items():
            twice = parts[part].keys() & texts.keys()
            if twice:
                raise ValueError(f"{name}: {part} holds what another file holds: {sorted(twice)[0]}")
            parts[part].update(texts)
    return parts


def _contents(language: str) -> list[tuple[str, Mapping[str, Mapping[str, str]]]]:
    folder = files("osa_survey.languages").joinpath(language)
    if not folder.is_dir():
        return []
    found = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [(name, tomllib.loads(entry.read_text(encoding="utf-8"))) for name, entry in found]
