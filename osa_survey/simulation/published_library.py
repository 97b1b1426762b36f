"""Finding and loading published numbers: those that ship, and those in a folder of one's own."""

from __future__ import annotations

from pathlib import Path

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import data_dictionary, read_definition
from osa_survey.simulation.published_numbers import PublishedNumbers

PUBLISHED = "published"


def published_folder(folder: Path | str | None = None) -> Path:
    """Return where published numbers lie: ``published`` in the data dictionary, or in a folder of one's own."""
    return (data_dictionary() if folder is None else Path(folder)) / PUBLISHED


def published_ids(folder: Path | str | None = None) -> tuple[str, ...]:
    """Return the ids of all studies whose published numbers are there, sorted.

    Parameters
    ----------
    folder : Path or str, optional
        A folder that holds ``published/<id>.toml``; by default the data dictionary.
    """
    return tuple(sorted(path.stem for path in published_folder(folder).glob("*.toml")))


def load_published(identifier: str, folder: Path | str | None = None) -> PublishedNumbers:
    """Return the published numbers of a study.

    Parameters
    ----------
    identifier : str
        The id of the study.
    folder : Path or str, optional
        A folder that holds ``published/<id>.toml``; by default the data dictionary.

    Returns
    -------
    PublishedNumbers
        The validated file.

    Raises
    ------
    DefinitionError
        If there is no such study, with the nearest ids; or with all problems of the file, each located.
    """
    known = published_ids(folder)
    if identifier not in known:
        message = f"there are no published numbers of a study '{identifier}'"
        hint = nearest(identifier, known) or "list the studies with 'osa-survey studies list'"
        raise DefinitionError(Problem("unknown_study", message, hint=hint))
    path = published_folder(folder) / f"{identifier}.toml"
    numbers = read_definition(path, PublishedNumbers)
    if numbers.id != identifier:
        message = f"the file is named '{identifier}' and its id is '{numbers.id}'"
        raise DefinitionError(Problem("wrong_id", message, path.name, key="id", hint="make them equal"))
    return numbers
