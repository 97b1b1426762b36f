"""The shelf: every definition that ships, and those of a user's study."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments.answer_sets import AnswerSet, with_answers
from osa_survey.instruments.files import FileModel, read_definition, read_toml, validated
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.variables import HarmonisedVariable
from osa_survey.instruments.works import ReferenceWork

PACKAGE = Path(__file__).resolve().parent.parent
KINDS: dict[str, type[FileModel]] = {
    "answers": AnswerSet,
    "works": ReferenceWork,
    "instruments": Instrument,
    "variables": HarmonisedVariable,
}
"""Folder → format, in the order of reading: variables name sets of answers."""


def data_dictionary() -> Path:
    """Return the folder of definitions: inside the installed package, else beside it in a checkout.

    Raises
    ------
    DefinitionError
        If it is in neither place.
    """
    for folder in (PACKAGE / "data_dictionary", PACKAGE.parent / "data_dictionary"):
        if (folder / "instruments").is_dir():
            return folder
    raise DefinitionError("the data dictionary is missing from this installation", hint="install osa_survey again")


@dataclass(frozen=True)
class Library:
    """Instruments and harmonised variables by id, with the hash of each file.

    Attributes
    ----------
    instruments : mapping of str to Instrument
        All instruments.
    variables : mapping of str to HarmonisedVariable
        All harmonised variables.
    hashes : mapping of str to str
        ``instruments/<id>``, ``variables/<id>``, … → SHA-256 of the file, for the ledger.
    answers : mapping of str to AnswerSet
        Sets of answers that variables share.
    works : mapping of str to ReferenceWork
        The forms of online sexual activity that reference works distinguish.
    """

    instruments: Mapping[str, Instrument]
    variables: Mapping[str, HarmonisedVariable]
    hashes: Mapping[str, str]
    answers: Mapping[str, AnswerSet] = field(default_factory=dict)
    works: Mapping[str, ReferenceWork] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all instruments, sorted."""
        return tuple(sorted(self.instruments))

    def instrument(self, identifier: str) -> Instrument:
        """Return an instrument.

        Raises
        ------
        DefinitionError
            If there is none with this id; the nearest ids are offered.
        """
        if identifier not in self.instruments:
            message = f"there is no instrument '{identifier}'"
            near = nearest(identifier, self.ids, all_in="osa-survey instruments list")
            hint = f"{near}; one of a study's own folder is in load_study(FOLDER).library"
            raise DefinitionError(Problem("unknown_instrument", message, hint=hint))
        return self.instruments[identifier]

    def variable(self, identifier: str) -> HarmonisedVariable:
        """Return a harmonised variable.

        Raises
        ------
        DefinitionError
            If there is none with this id; the nearest ids are offered.
        """
        if identifier not in self.variables:
            message = f"there is no harmonised variable '{identifier}'"
            known = sorted(self.variables)
            raise DefinitionError(
                Problem(
                    "unknown_variable",
                    message,
                    hint=nearest(identifier, known, all_in='"Harmonised variables" in data_dictionary/README.md'),
                )
            )
        return self.variables[identifier]


def load_library(study: Path | str | None = None) -> Library:
    """Return all definitions that ship, and those in ``<study>/instruments``, ``variables``, ….

    Parameters
    ----------
    study : Path or str, optional
        A study folder whose own definitions are added. An id that ships already is refused.

    Returns
    -------
    Library
        Everything by id.

    Raises
    ------
    DefinitionError
        With all problems of all files.
    """
    shipped = _load_files(_stamps(data_dictionary()), ())
    if study is None:
        return shipped
    own = _load_files(_stamps(Path(study)), _stamps(data_dictionary(), "answers"))
    mine = (*own.instruments, *own.variables, *own.answers, *own.works)
    known = {*shipped.instruments, *shipped.variables, *shipped.answers, *shipped.works}
    repeated = [name for name in mine if name in known]
    if repeated:
        hint = "give your own definition another id"
        raise DefinitionError(
            [Problem("repeated_id", f"'{name}' ships already", file=f"{name}.toml", hint=hint) for name in repeated]
        )
    return Library(
        MappingProxyType({**shipped.instruments, **own.instruments}),
        MappingProxyType({**shipped.variables, **own.variables}),
        MappingProxyType({**shipped.hashes, **own.hashes}),
        MappingProxyType({**shipped.answers, **own.answers}),
        MappingProxyType({**shipped.works, **own.works}),
    )


Stamps = tuple[tuple[Path, int], ...]


def _stamps(folder: Path, *kinds: str) -> Stamps:
    return tuple(
        (path, path.stat().st_mtime_ns) for kind in kinds or KINDS for path in sorted((folder / kind).glob("*.toml"))
    )


@cache
def _load_files(stamps: Stamps, shared: Stamps) -> Library:
    """Read files; ``shared`` are the sets of answers that ship, for variables of a study's own."""
    found: dict[str, dict[str, FileModel]] = {kind: {} for kind in KINDS}
    sets = {path.stem: read_definition(path, AnswerSet) for path, _ in shared}
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for path, _ in stamps:
        kind = path.parent.name
        try:
            if kind == "variables":
                content = with_answers(read_toml(path), sets, path.name)
                definition: FileModel = validated(content, HarmonisedVariable, path.name)
            else:
                definition = read_definition(path, KINDS[kind])
        except DefinitionError as error:
            problems.extend(error.problems)
            continue
        identifier = str(getattr(definition, "id", path.stem))
        if isinstance(definition, AnswerSet):
            sets[identifier] = definition
        found[kind][identifier] = definition
        if identifier != path.stem:
            problems.append(Problem("id_and_file_differ", f"the id is '{identifier}'", file=path.name, key="id"))
        hashes[f"{kind}/{identifier}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    if problems:
        raise DefinitionError(problems)
    return Library(
        MappingProxyType(_only(found["instruments"], Instrument)),
        MappingProxyType(_only(found["variables"], HarmonisedVariable)),
        MappingProxyType(hashes),
        MappingProxyType(_only(found["answers"], AnswerSet)),
        MappingProxyType(_only(found["works"], ReferenceWork)),
    )


Definition = TypeVar("Definition", bound=FileModel)


def _only(found: Mapping[str, FileModel], model: type[Definition]) -> dict[str, Definition]:
    return {name: definition for name, definition in found.items() if isinstance(definition, model)}


def find_instrument(name: Path | str, study: Path | None = None) -> Instrument:
    """Return an instrument by the name of a file or by its id.

    Parameters
    ----------
    name : Path or str
        A TOML file, or the id of an instrument that ships or belongs to ``study``.
    study : Path or str, optional
        A study folder with definitions of its own.

    Raises
    ------
    DefinitionError
        If there is no such file or id, or the file breaks the format.
    """
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return read_definition(path, Instrument)
    return load_library(study).instrument(str(name))


def load_instrument(identifier: str) -> Instrument:
    """Return an instrument that ships, by its id."""
    return load_library().instrument(identifier)


def load_variable(identifier: str) -> HarmonisedVariable:
    """Return a harmonised variable that ships, by its id."""
    return load_library().variable(identifier)
