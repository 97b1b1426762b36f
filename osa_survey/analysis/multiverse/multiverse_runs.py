"""Computing the units of a multiverse on workers, keeping what is done so that it can be resumed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.specification_units import FACTS, Unit, partial_correlations
from osa_survey.progressing import gathered

Floats = NDArray[np.float64]
VERSION = b"multiverse unit 2"


def computed_units(units: Sequence[Unit], folder: Path | None, workers: int | None) -> list[Floats]:
    """Return the partial correlations of every unit.

    Parameters
    ----------
    units : sequence of Unit
        The units.
    folder : Path, optional
        Where finished units are kept: their partial correlations, never an answer. A unit found there under the
        fingerprint of its data and choices is not computed again.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, else one. They change no byte.
    """
    made_folder(folder)
    tasks = (delayed(_unit)(one, folder) for one in units)
    return gathered("specifications", tasks, len(units), workers)


def made_folder(folder: Path | None) -> None:
    """Make the folder for finished parts; an AnalysisError ``cannot_write`` where that fails."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = "the folder for finished parts cannot be made"
        raise AnalysisError(Problem("cannot_write", message, file=str(folder), key="resume")) from error


def fingerprint(unit: Unit) -> str:
    """Return a name that changes with any value or choice of a unit."""
    found = hashlib.sha256(VERSION)
    for array in (unit.outcome, unit.predictor, unit.covariates, unit.used):
        found.update(str(array.shape).encode())
        found.update(np.ascontiguousarray(array).tobytes())
    found.update(repr((unit.sets, unit.model, unit.draws, unit.resamples, unit.seed)).encode())
    return found.hexdigest()[:32]


def kept_or_made(folder: Path | None, name: str, shape: tuple[int, int], make: Callable[[], Floats]) -> Floats:
    """Return a finished part of this name and shape, or make it and keep it."""
    if folder is None:
        return make()
    path = folder / f"{name}.npy"
    kept = _kept(path, shape)
    if kept is not None:
        return kept
    found = make()
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.save(file, found)
    part.replace(path)
    return found


def _unit(unit: Unit, folder: Path | None) -> Floats:
    shape = (len(unit.sets), FACTS + unit.draws + unit.resamples)
    name = "" if folder is None else fingerprint(unit)
    return kept_or_made(folder, name, shape, lambda: partial_correlations(unit))


def _kept(path: Path, shape: tuple[int, int]) -> Floats | None:
    """Return a finished unit; a file that is no whole array is computed again."""
    try:
        found = np.load(path)
    except (OSError, ValueError, EOFError):
        return None
    return np.asarray(found, dtype=np.float64) if found.shape == shape else None
