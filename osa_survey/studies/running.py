"""Reproducing a study: simulated raw export, normal pipeline, and every published number beside what came out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.export.files import write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.table_texts import table_text
from osa_survey.instruments import data_dictionary
from osa_survey.plan import load_study, run_study, write_run
from osa_survey.results import Result
from osa_survey.results.ledger import read_ledger
from osa_survey.simulation import (
    Assumption,
    PublishedNumbers,
    SimulatedExport,
    load_published,
    truth_path,
    write_simulated,
    write_truth,
)
from osa_survey.studies.comparing import Comparison, compared
from osa_survey.studies.definitions import Study
from osa_survey.studies.library import find_study
from osa_survey.studies.reproduction_tables import reproduction_result

STUDY, RESULTS = "study", "results"


def run_published(
    identifier: str, seed: int = 1, directory: Path | str | None = None, *, folder: Path | str | None = None
) -> Result:
    """Reproduce a published study on simulated answers.

    Parameters
    ----------
    identifier : str
        The id of the study.
    seed : int
        The seed of the simulation; 1 unless you say otherwise, never chosen for its result.
    directory : Path or str, optional
        Where the raw export, the study folder, the ledger, both tables and the figure are written; by default nothing
        is kept.
    folder : Path or str, optional
        A folder of one's own that holds the study; by default the studies that ship.

    Returns
    -------
    Result
        One row each for what is published, what came out, their difference and whether it lies within the tolerance;
        ``more["assumed"]`` holds what the published numbers leave open.

    Raises
    ------
    OsaSurveyError
        From any step.

    Notes
    -----
    The simulated export is written as a file and read again; no step of the pipeline is left out. A number that is
    ``exact`` must come back with its printed digits for every seed; one within ``sampling`` error must lie within three
    standard errors, and half a unit of the last printed digit.
    """
    published = load_published(identifier, folder)
    study = find_study(identifier, folder)
    if directory is None:
        with tempfile.TemporaryDirectory() as place:
            return _run(published, study, seed, Path(place), folder)
    with output_folder(directory, "published study") as partial:
        result = _run(published, study, seed, partial, folder)
        write_text(partial / "reproduction.csv", table_text(result.table))
        write_text(partial / "assumed.csv", table_text(result.more["assumed"].table))
        _draw(result, partial / "reproduction_simulated.svg")
    return result


def compared_numbers(identifier: str, seed: int, folder: Path | str | None = None) -> tuple[Comparison, ...]:
    """Return every number of a study beside what came out with a seed; nothing is kept.

    Parameters
    ----------
    identifier : str
        The id of the study.
    seed : int
        The seed of the simulation.
    folder : Path or str, optional
        A folder of one's own that holds the study.

    Returns
    -------
    tuple of Comparison
        In the order of the claims.
    """
    published = load_published(identifier, folder)
    with tempfile.TemporaryDirectory() as place:
        return _compared(published, find_study(identifier, folder), seed, Path(place), folder)[0]


def _run(published: PublishedNumbers, study: Study, seed: int, place: Path, folder: Path | str | None) -> Result:
    found, assumed = _compared(published, study, seed, place, folder)
    return reproduction_result(published, found, assumed, seed, study.figure, study.drawn)


def _compared(
    published: PublishedNumbers, study: Study, seed: int, place: Path, folder: Path | str | None
) -> tuple[tuple[Comparison, ...], list[Assumption]]:
    """Return every number beside what came out, and what the raw exports took for granted."""
    exports = write_study(published, study, seed, place / STUDY, folder)
    wanted = tuple(dict.fromkeys(claim.result.partition("/")[0] for claim in published.claims if claim.result))
    planned = [entry.id for entry in load_study(place / STUDY).file.analyses]
    run = run_study(place / STUDY, only=[name for name in planned if name in wanted])
    write_run(run, place / RESULTS)
    _, rows = read_ledger(place / RESULTS / "results.jsonl")
    told = {entry.quantity: entry for export in exports.values() for entry in export.assumptions}
    assumed = [entry for entry in told.values() if entry.status == "assumed"]
    return comparisons(published, rows), assumed


def comparisons(published: PublishedNumbers, rows: list[dict[str, Any]]) -> tuple[Comparison, ...]:
    """Return every reproduced claim beside its row of a ledger.

    Parameters
    ----------
    published : PublishedNumbers
        What is published.
    rows : list of dict
        The rows of a ledger.

    Returns
    -------
    tuple of Comparison
        In the order of the claims; claims that nothing reproduces are left out.
    """
    by_id = {str(row["id"]): row for row in rows}
    found: list[Comparison] = []
    for claim in published.claims:
        if not claim.result:
            continue
        row = by_id.get(claim.result)
        why = "" if row is not None else f"the run has no row '{claim.result}'; {nearest(claim.result, list(by_id))}"
        beside = by_id.get(claim.result.replace(f"/{claim.quantity}/", "/rmsea/", 1))
        found.extend(replace(one, why=why or one.why) for one in compared(claim, row, beside))
    return tuple(found)


def write_study(
    published: PublishedNumbers, study: Study, seed: int, place: Path, folder: Path | str | None = None
) -> dict[Path, SimulatedExport]:
    """Write a study's codebook and study file with a freshly simulated raw export.

    Parameters
    ----------
    published : PublishedNumbers
        The published numbers.
    study : Study
        How respondents are drawn.
    seed : int
        The seed.
    place : Path
        A folder; made if absent.
    folder : Path or str, optional
        The folder of one's own the study lies in.

    Returns
    -------
    dict of Path to SimulatedExport
        The raw exports, each with a sidecar of the planted truth that no analysis reads.

    Raises
    ------
    DefinitionError
        If the study has no study file, or draws other exports than it names.
    """
    source = (data_dictionary() if folder is None else Path(folder)) / study.place
    files = sorted(source.glob("*.toml"))
    if not files:
        message = f"the folder '{study.place}' holds no study file"
        raise DefinitionError(Problem("no_study_folder", message, hint="put codebook.toml and study.toml there"))
    place.mkdir(parents=True, exist_ok=True)
    for file in files:
        write_bytes(place / file.name, file.read_bytes())
    loaded = load_study(place)
    named = [entry.export for entry in loaded.file.data]
    drawn = study.draw(published, seed)
    exports: Mapping[str, SimulatedExport] = {named[0]: drawn} if isinstance(drawn, SimulatedExport) else drawn
    if set(exports) != set(named):
        message = f"the study file names {sorted(named)}, and {sorted(exports)} were drawn"
        raise DefinitionError(Problem("other_exports", message, "study.toml", key="data", hint="make them equal"))
    written = {}
    for name, export in exports.items():
        written[write_simulated(export, place / name, loaded.codebook.file.platform)] = export
        write_truth(export, truth_path(place / name))
    return written


def _draw(result: Result, path: Path) -> None:
    from osa_survey.plots import alt_text
    from osa_survey.report.figures import render_svg

    svg = render_svg(result, identifier="reproduction", title=result.title, description=alt_text(result))
    write_text(path, svg + "\n")
