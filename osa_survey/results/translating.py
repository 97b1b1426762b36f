"""A result in the language of a report: its title, heads, rows, notes and warnings; numbers and ids stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from osa_survey.languages import SOURCE, in_language, translation
from osa_survey.results.columns import QUANTITIES
from osa_survey.results.layout import Layout, Show
from osa_survey.results.result import Result

TEXTS = ("outcome", "term", "contrast", "group", "level")


def translated(result: Result, language: str) -> Result:
    """Return a result as a report in this language prints it.

    Parameters
    ----------
    result : Result
        A result in English, as its analysis made it.
    language : str
        The language.

    Returns
    -------
    Result
        The same numbers under the same ids. Words of the table become labels; a label, title or note that the
        catalogue does not have, such as one of the study itself, stays as it is.
    """
    if language == SOURCE:
        return result
    frame = result.frame
    warnings = {text: in_language(str(text), language, "notes") for text in frame["warning"].unique()}
    return replace(
        result,
        title=in_language(result.title, language, "titles"),
        frame=frame.assign(warning=frame["warning"].map(warnings)) if set(warnings) - {""} else frame,
        labels=_labels(result, language),
        notes=tuple(in_language(note, language, "notes") for note in result.notes),
        layout=None if result.layout is None else _layout(result.layout, language),
        more={name: translated(part, language) for name, part in result.more.items()},
    )


def label_of(quantity: str, language: str = SOURCE) -> str:
    """Return the label of a quantity.

    Examples
    --------
    >>> label_of("alpha"), label_of("alpha", "de")
    ("Cronbach's α", 'Cronbachs α')
    """
    return in_language(QUANTITIES[quantity].label, language, "labels")


def _labels(result: Result, language: str) -> dict[str, str]:
    """Return what print says for a name: the label in this language, or the word in this language."""
    labels = {name: in_language(str(label), language, "words") for name, label in result.labels.items()}
    for column in TEXTS:
        for text in result.frame[column].unique():
            word = translation(str(text), language, "words")
            if text not in labels and word is not None:
                labels[str(text)] = word
    return labels


def _layout(layout: Layout, language: str) -> Layout:
    head: Callable[[str], str] = lambda text: in_language(text, language, "heads")  # noqa: E731
    show = tuple(Show(one.quantity, one.part, head(one.head)) for one in layout.show)
    return replace(layout, show=show, row_head=head(layout.row_head))
