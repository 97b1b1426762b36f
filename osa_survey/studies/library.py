"""Finding the studies: a file of published numbers and a module of the same name make one."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

from osa_survey.errors import DefinitionError, Problem
from osa_survey.simulation import load_published, published_ids
from osa_survey.studies.definitions import Study

MODULES = "studies"


def find_study(identifier: str, folder: Path | str | None = None) -> Study:
    """Return the study whose module bears this name.

    Parameters
    ----------
    identifier : str
        The id of the study.
    folder : Path or str, optional
        A folder of one's own with ``published/<id>.toml``, ``published/<id>/`` and ``studies/<id>.py``; its module is
        Python code that will run. By default the studies that ship.

    Returns
    -------
    Study
        Its ``STUDY``.

    Raises
    ------
    DefinitionError
        If there are no published numbers of this id, no module, or no ``STUDY`` with this id in it.
    """
    load_published(identifier, folder)
    module = _module(identifier, folder)
    if module is None:
        message = f"the published numbers of '{identifier}' have no module that draws respondents"
        hint = f"write {MODULES}/{identifier}.py; 'osa-survey studies check {identifier}' works without"
        raise DefinitionError(Problem("no_study_module", message, hint=hint))
    study = getattr(module, "STUDY", None)
    if not isinstance(study, Study) or study.id != identifier:
        message = f"the module of '{identifier}' holds no STUDY with this id"
        raise DefinitionError(Problem("no_study", message, f"{identifier}.py", hint="see CONTRIBUTING.md"))
    return study


def runnable(identifier: str, folder: Path | str | None = None) -> bool:
    """Whether a study has a module that draws respondents."""
    if folder is not None:
        return _own_file(identifier, folder).is_file()
    return importlib.util.find_spec(f"osa_survey.{MODULES}.{identifier}") is not None


def runnable_ids(folder: Path | str | None = None) -> tuple[str, ...]:
    """Return the ids of all studies that can be run, sorted."""
    return tuple(name for name in published_ids(folder) if runnable(name, folder))


def _own_file(identifier: str, folder: Path | str) -> Path:
    return Path(folder) / MODULES / f"{identifier}.py"


def _module(identifier: str, folder: Path | str | None) -> ModuleType | None:
    if not runnable(identifier, folder):
        return None
    if folder is None:
        return importlib.import_module(f"osa_survey.{MODULES}.{identifier}")
    spec = importlib.util.spec_from_file_location(f"own_study_{identifier}", _own_file(identifier, folder))
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
