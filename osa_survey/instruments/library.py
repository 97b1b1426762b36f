"""The shelf: every definition that ships, and those of a user's study."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments.files import read_definition
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.variables import HarmonisedVariable

PACKAGE = Path(__file__).resolve().parent.parent


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
        ``instruments/<id>`` or ``variables/<id>`` → SHA-256 of the file, for the ledger.
    """

    instruments: Mapping[str, Instrument]
    variables: Mapping[str, HarmonisedVariable]
    hashes: Mapping[str, str]

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
            raise DefinitionError(Problem("unknown_instrument", message, hint=nearest(identifier, self.ids)))
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
            raise DefinitionError(Problem("unknown_variable", message, hint=nearest(identifier, known)))
        return self.variables[identifier]


def load_library(study: Path | None = None) -> Library:
    """Return all definitions that ship, and those in ``<study>/instruments`` and ``<study>/variables``.

    Parameters
    ----------
    study : Path, optional
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
    shipped = _load_folder(data_dictionary())
    own = _load_folder(study) if study is not None else None
    if own is None:
        return shipped
    repeated = [i for i in (*own.instruments, *own.variables) if i in shipped.instruments or i in shipped.variables]
    if repeated:
        hint = "give your own definition another id"
        raise DefinitionError(
            [Problem("repeated_id", f"'{name}' ships already", file=f"{name}.toml", hint=hint) for name in repeated]
        )
    return Library(
        MappingProxyType({**shipped.instruments, **own.instruments}),
        MappingProxyType({**shipped.variables, **own.variables}),
        MappingProxyType({**shipped.hashes, **own.hashes}),
    )


def _load_folder(folder: Path) -> Library:
    stamps = tuple(
        (path, path.stat().st_mtime_ns)
        for kind in ("instruments", "variables")
        for path in sorted((folder / kind).glob("*.toml"))
    )
    return _load_files(stamps)


@cache
def _load_files(stamps: tuple[tuple[Path, int], ...]) -> Library:
    instruments: dict[str, Instrument] = {}
    variables: dict[str, HarmonisedVariable] = {}
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for path, _ in stamps:
        try:
            if path.parent.name == "instruments":
                instrument = read_definition(path, Instrument)
                instruments[instrument.id] = instrument
                identifier = instrument.id
            else:
                variable = read_definition(path, HarmonisedVariable)
                variables[variable.id] = variable
                identifier = variable.id
        except DefinitionError as error:
            problems.extend(error.problems)
            continue
        if identifier != path.stem:
            problems.append(Problem("id_and_file_differ", f"the id is '{identifier}'", file=path.name, key="id"))
        hashes[f"{path.parent.name}/{identifier}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    if problems:
        raise DefinitionError(problems)
    return Library(MappingProxyType(instruments), MappingProxyType(variables), MappingProxyType(hashes))


def find_instrument(name: Path | str, study: Path | None = None) -> Instrument:
    """Return an instrument by the name of a file or by its id.

    Parameters
    ----------
    name : Path or str
        A TOML file, or the id of an instrument that ships or belongs to ``study``.
    study : Path, optional
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
