"""The twin of a study: drawn, run through the study's own plan, and kept only if every analysis has its shape."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from osa_survey.errors import OsaSurveyError, OutputError, Problem
from osa_survey.export.files import write_text
from osa_survey.instruments.library import KINDS
from osa_survey.plan.partner_step import declared_couples
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.sharing.couples import copied_answers
from osa_survey.sharing.shapes import shape_differences
from osa_survey.sharing.twin_files import STUDY, twin_files
from osa_survey.sharing.twins import Twin, draw_twin, plan_twin

MOST_TWINS = 5
SHOWN = 10


@dataclass(frozen=True, repr=False)
class StudyTwin:
    """A twin that the plan of its study can be run on.

    Attributes
    ----------
    twin : Twin
        The synthetic answers.
    files : mapping of str to str
        The table, the codebook and the study file.
    attempts : int
        How many twins were drawn until one had the shape of the study.
    """

    twin: Twin
    files: dict[str, str]
    attempts: int


def study_twin(run: StudyRun, seed: np.random.SeedSequence, workers: int | None = None) -> StudyTwin:
    """Return a synthetic twin on which every declared analysis works as on the real answers.

    Parameters
    ----------
    run : StudyRun
        The study and its results.
    seed : SeedSequence
        Each twin that is drawn gets a child of it.
    workers : int, optional
        Processes that impute.

    Raises
    ------
    OutputError
        ``twin_fails`` with the analyses that do not work on any of five twins.
    """
    responses = run.prepared.scored.responses
    study = run.prepared.study
    text = (study.folder / study.name).read_text(encoding="utf-8-sig")
    plan = plan_twin(responses)
    problems: tuple[str, ...] = ()
    for attempt, child in enumerate(seed.spawn(MOST_TWINS), start=1):
        twin = draw_twin(responses, plan, child)
        files = twin_files(twin, responses, text)
        problems = _copied(run, twin) or _differences(run, files, workers)
        if not problems:
            return StudyTwin(twin, files, attempt)
    shown = "; ".join(problems[:SHOWN]) + ("; …" if len(problems) > SHOWN else "")
    message = f"none of {MOST_TWINS} twins has the shape of the study: {shown}"
    hint = "set [sharing] twin = false, or leave out analyses of very small groups"
    raise OutputError(Problem("twin_fails", message, key="sharing.twin", hint=hint))


def copy_definitions(source: Path, target: Path) -> None:
    """Copy the definitions of a study's own into another folder."""
    for kind in KINDS:
        for path in sorted((source / kind).glob("*.toml")):
            (target / kind).mkdir(exist_ok=True)
            shutil.copyfile(path, target / kind / path.name)


def _copied(run: StudyRun, twin: Twin) -> tuple[str, ...]:
    """Return what a twin would tell one partner of a couple of the other."""
    pairs, *_ = declared_couples(run.prepared.study.file)
    real, made = run.prepared.scored.responses.codes, twin.codes
    return tuple(
        f"partners who know '{own}' could read '{other}' off the twin"
        for pair in pairs
        for own, other in (pair, pair[::-1])
        if own in real.columns
        and other in real.columns
        and copied_answers(*(frame[name].to_numpy(dtype=np.float64) for frame in (real, made) for name in (own, other)))
    )


def _differences(run: StudyRun, files: dict[str, str], workers: int | None) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy_definitions(run.prepared.study.folder, folder)
        for name, text in files.items():
            write_text(folder / name, text)
        try:
            other = run_study(folder / STUDY, workers=workers)
        except OsaSurveyError as error:
            return tuple(f"{problem.key or 'the twin'}: {problem.message}" for problem in error.problems)
    return shape_differences(run.analyses, other.analyses)
