"""A study before its first respondent: its raw export simulated, in a folder on which every command works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
from numpy.typing import NDArray

from osa_survey.export.files import make_folder, write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.plan.study_file import DataEntry, StudyFile
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.simulation import (
    Population,
    PopulationEntry,
    SimulatedExport,
    population,
    simulate,
    truth_path,
    write_truth,
)
from osa_survey.simulation.population_files import SimulatedWaves
from osa_survey.simulation.question_plans import STUDY_COLUMNS
from osa_survey.simulation.redcap_files import write_redcap_csv
from osa_survey.simulation.simulated_exports import MARK
from osa_survey.simulation.writing import require_writer, write_simulated

DEFINITIONS = ("instruments", "variables", "answers", "works")
NOT_OF_SIMULATED = ("encoding", "delimiter", "sheet", "companions", "withdrawn")
"""Keys of a codebook's [file] that speak of the real file."""


def simulate_study(
    study: Study | Path | str,
    out: Path | str,
    *,
    n: int | None = None,
    seed: int = 1,
    platform: str | None = None,
    workers: int = 1,
) -> tuple[Path, ...]:
    """Simulate the raw export of a study and write it with the study's files, ready to be checked, run and reported.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder. No export needs to be there. ``[simulation]`` says who is simulated; what it
        leaves out is assumed.
    out : Path or str
        The output folder: the export (or exports), the study file and codebook that name it, the study's own
        definitions, and what was planted and assumed as a sidecar, which no analysis reads.
    n : int, optional
        People; by default those of ``[simulation]``.
    seed : int
        The seed.
    platform : {"qualtrics", "limesurvey", "redcap", "spss", "table"}, optional
        Whose layout; by default that of the codebook.
    workers : int
        Threads; they change no byte.

    Returns
    -------
    tuple of Path
        The files: exports first, then truth, study file, codebook, definitions.

    Raises
    ------
    OsaSurveyError
        If the study cannot be loaded, its population cannot be, the platform has no writer, or the folder cannot be
        written; nothing is left half-written.
    """
    study = study if isinstance(study, Study) else load_study(study)
    platform = platform or study.codebook.file.platform
    ending = require_writer(platform)
    who = study_population(study)
    simulated = simulate(study.codebook, who, n, seed, library=study.library, workers=workers)
    names = {data.export: _marked(data.export, ending) for data in study.file.data}
    out = Path(out)
    with output_folder(out, "simulation") as partial:
        written, companions = [], []
        for data, part in zip(study.file.data, _parts(simulated, study.file.data), strict=True):
            path = partial / names[data.export]
            make_folder(path.parent)
            if platform == "redcap":
                companions.append(path.with_suffix(".dictionary.csv"))
                written.append(write_redcap_csv(part, path, companions[-1]))
            else:
                written.append(write_simulated(part, path, platform))
        first = partial / names[study.file.data[0].export]
        written.append(write_truth(simulated, truth_path(first)))
        written += _definitions(study, partial, names, platform, [path.name for path in companions])
        relative = [path.relative_to(partial) for path in written]
    return tuple(out / path for path in relative)


def study_population(study: Study, entry: PopulationEntry | None = None) -> Population:
    """Return the population of a study, compiled against its codebook.

    Parameters
    ----------
    study : Study
        The study.
    entry : PopulationEntry, optional
        A population in place of that of ``[simulation]``.

    Raises
    ------
    DefinitionError
        If the population does not fit the codebook; all problems together.
    """
    plan = study.file if entry is None else study.file.model_copy(update={"simulation": entry})
    return population(study.codebook, _with_waves(plan, study.codebook.variables), study.library, file=study.name)


def _with_waves(plan: StudyFile, variables: Mapping[str, Any]) -> PopulationEntry:
    """Return the population; exports told apart by wave are interviews of the same people."""
    entry = plan.simulation or PopulationEntry()
    told = "wave" in variables and variables["wave"].column.startswith(STUDY_COLUMNS)
    if entry.waves is None and told and len(plan.data) > 1:
        return entry.model_copy(update={"waves": SimulatedWaves(variable="wave")})
    return entry


def _marked(name: str, ending: str) -> str:
    path = Path(name)
    stem = path.stem if MARK in path.name else f"{path.stem}_{MARK}"
    return (Path(path.parent.name if path.parent.name not in ("", "..") else ".") / f"{stem}{ending}").as_posix()


def _parts(simulated: SimulatedExport, entries: tuple[DataEntry, ...]) -> list[SimulatedExport]:
    """Return the records of each export: by wave and country where the study file tells them apart, else in turn."""
    told = {column.name: column for column in simulated.columns if column.name.startswith(STUDY_COLUMNS)}
    columns = tuple(column for column in simulated.columns if column.name not in told)
    parts = []
    for place, entry in enumerate(entries):
        mask = np.ones(len(simulated), dtype=bool)
        for column in told.values():
            value = str(getattr(entry, column.name.removeprefix(STUDY_COLUMNS)))
            mask &= column.texts == value
        if not told:
            mask = np.arange(len(simulated)) * len(entries) // len(simulated) == place
        parts.append(_chosen(replace(simulated, columns=columns), mask))
    return parts


def _chosen(simulated: SimulatedExport, mask: NDArray[np.bool_]) -> SimulatedExport:
    return replace(
        simulated,
        columns=tuple(replace(column, cells=column.cells[mask]) for column in simulated.columns),
        person=simulated.person[mask],
        started=simulated.started[mask],
        seconds=simulated.seconds[mask],
        progress=simulated.progress[mask],
        identifiers=tuple(np.array(simulated.identifiers)[mask].tolist()),
    )


def _definitions(
    study: Study, folder: Path, names: Mapping[str, str], platform: str, companions: list[str]
) -> list[Path]:
    """Write the study file and the codebook that name the simulated files, and the study's own definitions."""
    plan = tomlkit.parse((study.folder / study.name).read_text(encoding="utf-8-sig"))
    codebook_name = Path(study.file.data[0].codebook).name
    for data in plan["data"]:
        data["export"] = names[data["export"]]
        if "codebook" in data:
            data["codebook"] = codebook_name
    source = study.folder / study.file.data[0].codebook
    codebook = tomlkit.parse(source.read_text(encoding="utf-8-sig"))
    codebook["simulated"] = True
    file = codebook.setdefault("file", tomlkit.table())
    file["platform"] = platform
    for key in NOT_OF_SIMULATED:
        file.pop(key, None)
    if companions:
        file["companions"] = companions
    written = [
        write_text(folder / study.name, tomlkit.dumps(plan)),
        write_text(folder / codebook_name, tomlkit.dumps(codebook)),
    ]
    for kind in DEFINITIONS:
        for path in sorted((study.folder / kind).glob("*.toml")):
            make_folder(folder / kind)
            written.append(write_bytes(folder / kind / path.name, path.read_bytes()))
    return written
