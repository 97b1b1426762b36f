"""Texts of a result that point at a person are closed, and days are cut to their month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from osa_survey.disclosure import closed_text
from osa_survey.results.result import Result
from osa_survey.results.wordings import Wording

TEXT_KEYS = ("outcome", "term", "contrast", "group", "level", "warning")


@dataclass(frozen=True)
class ClosedWording:
    """The sentences of a result with texts that point at a person closed."""

    wording: Wording

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the closed sentences."""
        return tuple(closed_text(sentence)[0] for sentence in self.wording(table, language))


def closed_result(result: Result) -> tuple[Result, int]:
    """Return a result without texts that point at a person, and how many texts were closed.

    Parameters
    ----------
    result : Result
        A result with its numbers through the gate.

    Notes
    -----
    Categories, labels, titles and sentences are looked through. Notes, methods and references are the program's or
    the author's own words and stay. Two categories that become the same are numbered.
    """
    texts = {str(text) for key in TEXT_KEYS for text in result.frame[key].unique()}
    texts |= {str(text) for text in (*result.labels.values(), result.title)}
    closed = _closed(sorted(texts))
    number = len(closed)
    more = {}
    for name, table in result.more.items():
        more[name], inside = closed_result(table)
        number += inside
    if not number:
        return result, 0
    frame = result.table
    for key in TEXT_KEYS:
        frame[key] = frame[key].map(lambda text: closed.get(str(text), text))
    labels = {closed.get(name, name): closed.get(text, text) for name, text in result.labels.items()}
    title, wording = closed.get(result.title, result.title), ClosedWording(result.wording)
    return replace(result, frame=frame, labels=labels, title=title, wording=wording, more=more), number


def _closed(texts: Iterable[str]) -> dict[str, str]:
    """Return text → its closed form, where that differs; closed forms are unique."""
    found: dict[str, str] = {}
    for text in texts:
        shown, kinds = closed_text(text)
        if kinds:
            taken = sum(1 for other in found.values() if other.partition(" (")[0] == shown)
            found[text] = f"{shown} ({taken + 1})" if taken else shown
    return found
