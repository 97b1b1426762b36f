"""Harmonised variables that the categories of a column name without doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from osa_survey.drafting.variable_guesses import Field, Guess
from osa_survey.instruments import HarmonisedVariable

NOW = "at the time of the survey"
"""Only questions on the present are matched: a file does not say which window a question asks about."""
FEWEST_CATEGORIES = 3
FEWEST_OWN_WORDS = 2
"""So many categories must be those of one harmonised variable alone: words such as "no" and "unsure" name nothing."""


@dataclass(frozen=True)
class HarmonisedMatch:
    """A harmonised variable and how the column spells its categories.

    Attributes
    ----------
    variable : HarmonisedVariable
        The variable.
    labels : mapping of str to str
        Value of the column → category in the words of the variable, in its order.
    """

    variable: HarmonisedVariable
    labels: Mapping[str, str]


def harmonised_match(guess: Guess, variables: Mapping[str, HarmonisedVariable]) -> HarmonisedMatch | None:
    """Return the one harmonised variable that has exactly the categories of a column, or None.

    Parameters
    ----------
    guess : Guess
        What the column may be.
    variables : mapping of str to HarmonisedVariable
        The harmonised variables.
    """
    labels = guess.value("labels")
    if guess.type not in ("nominal", "ordinal") or not labels or len(labels) < FEWEST_CATEGORIES:
        return None
    spelt = {same_words(label): value for value, label in labels.items()}
    used = Counter(same_words(word) for variable in variables.values() for word in set(variable.labels.values()))
    found = [
        variable
        for variable in variables.values()
        if {same_words(word) for word in variable.labels.values()} == set(spelt) and len(spelt) == len(labels)
    ]
    if len(found) != 1 or found[0].window != NOW or found[0].type not in ("nominal", "ordinal"):
        return None
    if sum(used[word] == 1 for word in spelt) < FEWEST_OWN_WORDS:
        return None
    ordered = {spelt[same_words(word)]: word for word in found[0].labels.values()}
    return HarmonisedMatch(found[0], ordered)


def with_match(guess: Guess, match: HarmonisedMatch) -> Guess:
    """Return the guess in the words of the harmonised variable, and mapped to it."""
    kind = match.variable.type
    replaced = {
        "type": Field("type", kind, "as the harmonised variable"),
        "labels": Field("labels", dict(match.labels), guess_check(guess, "labels")),
        "reference": Field("reference", next(iter(match.labels.values()))),
    }
    kept = [replaced.get(line.key, line) for line in guess.fields if line.key != "reference" or kind == "nominal"]
    return Guess(guess.name, (*kept, Field("maps_to", match.variable.id, "the same categories; the same question?")))


def guess_check(guess: Guess, key: str) -> str:
    """Return why a line should be checked."""
    return next((line.check for line in guess.fields if line.key == key), "")


def same_words(label: str) -> str:
    """Return a label so that case, spaces and the kind of dash do not matter.

    Examples
    --------
    >>> same_words("18-24") == same_words(" 18 – 24 "), same_words("Very Religious")
    (True, 'very religious')
    """
    text = label.casefold().replace("—", "–").replace("-", "–")
    return " ".join(text.replace("–", " – ").split())
