"""Which categories the analyses put together, in words."""

from __future__ import annotations

from collections.abc import Mapping

from osa_survey.codebooks import VariableEntry
from osa_survey.dataset import VariableInfo

TEXTS = {
    "en": {
        "merged": "Analyses put categories of {variable} together: {categories}.",
        "one": "{new} holds {own}",
        "and": " and ",
    },
    "de": {
        "merged": "Die Analysen fassen Kategorien von {variable} zusammen: {categories}.",
        "one": "{new} umfasst {own}",
        "and": " und ",
    },
}


def merge_sentences(
    variables: Mapping[str, VariableInfo], entries: Mapping[str, VariableEntry], language: str
) -> list[str]:
    """Return which categories analyses put together, one sentence for each variable.

    Parameters
    ----------
    variables : mapping of str to VariableInfo
        What analyses see.
    entries : mapping of str to VariableEntry
        The codebook's entries.
    language : {"en", "de"}
        The language.
    """
    texts, sentences = TEXTS[language], []
    for name, entry in entries.items():
        held: dict[str, list[str]] = {}
        for label in entry.labels.values():
            held.setdefault(entry.merge.get(label, label), []).append(label)
        listed = [
            texts["one"].format(new=new, own=texts["and"].join(filter(None, (", ".join(own[:-1]), own[-1]))))
            for new, own in held.items()
            if len(own) > 1
        ]
        if listed and name in variables:
            sentences.append(texts["merged"].format(variable=variables[name].title, categories="; ".join(listed)))
    return sentences
