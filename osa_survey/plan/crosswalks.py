"""Two studies side by side, from their study files."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from osa_survey.codebooks.crosswalks import Crosswalk, codebook_crosswalk
from osa_survey.errors import DefinitionError, Problem
from osa_survey.instruments import Library
from osa_survey.plan.study_folder import Study, load_study


def crosswalk(first: Study | Path | str, second: Study | Path | str) -> Crosswalk:
    """Return what two studies asked, side by side, and whether it can be compared.

    Parameters
    ----------
    first, second : Study or Path or str
        A study, its file or its folder. Only study files and codebooks are read, no answers.

    Returns
    -------
    Crosswalk
        For each harmonised variable the question of each study (window, categories), and *comparable*, *comparable
        after recode*, *not comparable* (with the reason) or *asked in one study*. ``table`` is a DataFrame,
        ``as_text()`` the lines of ``osa-survey codebook --crosswalk``.

    Raises
    ------
    DefinitionError
        If a file breaks its format, or both studies define a variable of the same id in different ways
        (``definitions_differ``).

    Examples
    --------
    >>> from osa_survey.instruments import data_dictionary
    >>> example = data_dictionary() / "examples" / "osa"
    >>> [row.verdict for row in crosswalk(example, example).rows if row.concept == "osa_information"]
    ['comparable', 'comparable']
    """
    left, right = (study if isinstance(study, Study) else load_study(study) for study in (first, second))
    return codebook_crosswalk(left.codebook, right.codebook, _both(left, right))


def _both(left: Study, right: Study) -> Library:
    """Return the definitions of both studies; one id has one meaning."""
    one, other = left.library, right.library
    clashes = [
        name for name, variable in other.variables.items() if name in one.variables and one.variables[name] != variable
    ]
    if clashes:
        hint = "give one of them another id"
        raise DefinitionError(
            [
                Problem("definitions_differ", f"'{name}' is defined in two ways", f"variables/{name}.toml", hint=hint)
                for name in clashes
            ]
        )
    return Library(
        one.instruments,
        MappingProxyType({**one.variables, **other.variables}),
        MappingProxyType({**one.hashes, **other.hashes}),
        MappingProxyType({**one.answers, **other.answers}),
        one.works,
    )
