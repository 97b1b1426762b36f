"""What a table, a sentence and a figure say of weights: that numbers are weighted, and by what."""

from __future__ import annotations

from collections.abc import Iterable

from osa_survey.languages import in_language

EQUAL = "equal weights"
"""What numbers are weighted by where everyone counts the same and only the errors follow a sampling plan."""
BEFORE, BETWEEN = "not weighted; all other numbers are weighted (", "). Errors: "
FURTHER = "Numbers other than n are weighted ({by})."
"""Under a further table of a weighted result."""
SENTENCES = {
    "en": "Numbers other than n are weighted ({by}).",
    "de": "Alle Zahlen außer n sind gewichtet ({by}).",
}


def weighted_note(by: str, how: str) -> str:
    """Return the note of a weighted table.

    Parameters
    ----------
    by : str
        What its numbers are weighted by, such as "variable w; raked to gender".
    how : str
        Where its errors come from.

    Examples
    --------
    >>> weighted_note("variable w", "linearised covariance")
    'n are people, not weighted; all other numbers are weighted (variable w). Errors: linearised covariance.'
    """
    return f"n are people, {BEFORE}{by}{BETWEEN}{how}."


def weighted_by(notes: Iterable[str]) -> str:
    """Return what the numbers of a table are weighted by, as one of its notes says it; "" where none does.

    Examples
    --------
    >>> weighted_by(["Listwise.", weighted_note("variable w", "linearised covariance")])
    'variable w'
    """
    for note in notes:
        if BEFORE in note and BETWEEN in note:
            return note.partition(BEFORE)[2].partition(BETWEEN)[0]
    return ""


def weighted_sentence(notes: Iterable[str], language: str) -> tuple[str, ...]:
    """Return the sentence that numbers are weighted and by what; none where they are not, or everyone counts the same.

    Parameters
    ----------
    notes : iterable of str
        The notes of a table.
    language : {"en", "de"}
        The language.
    """
    by = weighted_by(notes)
    return (SENTENCES[language].format(by=in_language(by, language, "words")),) if by and by != EQUAL else ()


def further_note(notes: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the note a further table owes its readers where the notes of its result say that it is weighted.

    Parameters
    ----------
    notes, own : iterable of str
        The notes of the result, and those of its further table.
    """
    by = weighted_by(notes)
    return (FURTHER.format(by=by),) if by and by != EQUAL and not weighted_by(own) else ()
