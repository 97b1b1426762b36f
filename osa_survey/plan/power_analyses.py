"""Power before fielding: the whole plan carried out on simulated studies of several sizes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.planning.power_tables import PowerCell, power_result
from osa_survey.errors import DefinitionError, OsaSurveyError, Problem
from osa_survey.instruments.files import validated
from osa_survey.plan.computing import computed
from osa_survey.plan.freezing.plan_words import plan_words
from osa_survey.plan.imputation_step import study_answers
from osa_survey.plan.power_batches import BatchOutcome, batch_outcome, batch_seed, portable, with_seed
from osa_survey.plan.power_entry import PowerEntry, TestedEntry
from osa_survey.plan.power_files import batch_path, keep_batch, kept_batch, setting_key
from osa_survey.plan.power_settings import Setting, power_settings
from osa_survey.plan.replicates import draw_replicates, studies_together
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.plan.tested_rows import TestedRow, find_row
from osa_survey.plan.weighting_step import weighted
from osa_survey.results import Result

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """A batch that is needed: the setting, the size, its number, and where it is kept (None: nowhere)."""

    setting: Setting
    n: int
    batch: int
    path: Path | None


def power(
    study: Study | Path | str,
    *,
    sizes: Sequence[int] = (),
    replicates: int | None = None,
    target: float | None = None,
    folder: Path | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Return the power of a study's hypotheses, from the whole plan on simulated respondents.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder. ``[simulation]`` says who is simulated, ``[power]`` what is asked; no export
        needs to be there. Hypotheses are those that an analysis ``tests``.
    sizes : sequence of int
        Sample sizes; by default those of ``[power]``. They count people who begin the questionnaire.
    replicates : int, optional
        Simulated studies of each size; by default those of ``[power]``.
    target : float, optional
        The power asked for; by default that of ``[power]``.
    folder : Path or str, optional
        Where finished batches are kept; a run that finds them there goes on where it was interrupted.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, which also chooses the backend, a Dask cluster for
        example. They change no byte.
    progress : callable, optional
        Called with the numbers of finished and of all batches.

    Returns
    -------
    Result
        See ``analysis.power_tables.power_result``: ``power`` by hypothesis and size; ``more["required"]``,
        ``more["errors"]`` and, where assumptions are varied, ``more["settings"]``.

    Raises
    ------
    OsaSurveyError
        ``no_hypothesis`` without an analysis that tests one; ``several_tests`` where the study file must say which
        number of an analysis is meant; what the plan itself raises on the first simulated study of the largest size.

    Notes
    -----
    Every step of the study file is carried out in every simulated study: admission, exclusions, scores, weights,
    imputation, and the analysis. A study in which it cannot be (a group is empty, say) detects nothing. The numbers
    of a study depend on the seed of the study file, its size and its number alone.
    """
    study = study if isinstance(study, Study) else load_study(study)
    asked = _asked(study, sizes, replicates, target)
    study = portable(study)
    settings = power_settings(study, asked.vary)
    rows = rows_of_tests(study, settings[0], max(asked.sizes), asked.tests)
    tasks = _tasks(study, settings, rows, asked, None if folder is None else Path(folder))
    outcomes = _computed(study, rows, tasks, workers, progress)
    cells = _cells(settings, asked, tasks, outcomes, _families(study, rows))
    texts = {hypothesis.id: hypothesis.text for hypothesis in study.file.hypotheses}
    titles = plan_words(study).titles
    return power_result(
        cells,
        {row.hypothesis: texts[row.hypothesis] for row in rows},
        [row.true_value for row in rows],
        target=asked.target,
        alpha=asked.alpha,
        interval=asked.interval,
        adjust=asked.adjust,
        title=study.file.title,
        tests={row.hypothesis: row.told(titles) for row in rows},
        seed=study.file.seed,
    )


def rows_of_tests(study: Study, setting: Setting, n: int, wanted: dict[str, TestedEntry]) -> tuple[TestedRow, ...]:
    """Return the number that tests each hypothesis, found in the first simulated study of a size.

    Raises
    ------
    OsaSurveyError
        All problems of all hypotheses together.
    """
    entries = {entry.id: entry for entry in study.file.analyses}
    testing = {entry.tests: entry.id for entry in reversed(study.file.analyses) if entry.tests}
    testing |= {name: entry.analysis for name, entry in wanted.items() if entry.analysis}
    named = {one.id: testing[one.id] for one in study.file.hypotheses if one.id in testing}
    if not named:
        message = "no analysis tests a hypothesis"
        hint = 'add [[hypotheses]] with an id, and tests = "that id" to an analysis'
        raise DefinitionError(Problem("no_hypothesis", message, study.name, key="hypotheses", hint=hint))
    number = studies_together(setting.who, n)
    seed = batch_seed(study.file.seed, n, 0)
    drawn = draw_replicates(study, setting.who, n, number, seed)
    file = with_seed(study.file, batch_seed(seed, n, 0))
    answers = study_answers(weighted(drawn.study(0), file, study.name), file, study.name, workers=1)
    found: list[TestedRow] = []
    problems: list[Problem] = []
    for hypothesis, analysis in named.items():
        try:
            result = computed(entries[analysis], answers, file)
            entry = wanted.get(hypothesis, TestedEntry())
            found.append(find_row(result, entries[analysis], hypothesis, entry, study.name))
        except OsaSurveyError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return tuple(found)


def _asked(study: Study, sizes: Sequence[int], replicates: int | None, target: float | None) -> PowerEntry:
    given = {"sizes": tuple(sizes) or None, "replicates": replicates, "target": target}
    content = (study.file.power or PowerEntry()).model_dump(exclude_unset=True)
    told = {key: value for key, value in given.items() if value is not None}
    return validated({**content, **told}, PowerEntry, study.name)


def _tasks(
    study: Study, settings: Sequence[Setting], rows: tuple[TestedRow, ...], asked: PowerEntry, folder: Path | None
) -> list[Task]:
    tasks = []
    for setting in settings:
        key = "" if folder is None else setting_key(study, setting, rows)
        for n in asked.sizes:
            for batch in range(math.ceil(asked.replicates / studies_together(setting.who, n))):
                tasks.append(Task(setting, n, batch, None if folder is None else batch_path(folder, key, n, batch)))
    return tasks


def _computed(
    study: Study, rows: tuple[TestedRow, ...], tasks: Sequence[Task], workers: int | None, progress: Progress | None
) -> list[BatchOutcome]:
    from joblib import Parallel, delayed

    kept = [None if task.path is None else kept_batch(task.path, len(rows)) for task in tasks]
    open_ = [position for position, outcome in enumerate(kept) if outcome is None]
    done = len(tasks) - len(open_)
    if progress is not None:
        progress(done, len(tasks))
    run = Parallel(n_jobs=workers, return_as="generator")
    calls = (delayed(_finished)(study, rows, tasks[position]) for position in open_)
    for position, outcome in zip(open_, run(calls), strict=True):
        kept[position] = outcome
        done += 1
        if progress is not None:
            progress(done, len(tasks))
    return [outcome for outcome in kept if outcome is not None]


def _finished(study: Study, rows: tuple[TestedRow, ...], task: Task) -> BatchOutcome:
    outcome = batch_outcome(study, task.setting.who, rows, task.n, task.batch)
    if task.path is not None:
        keep_batch(task.path, outcome)
    return outcome


def _cells(
    settings: Sequence[Setting], asked: PowerEntry, tasks: Sequence[Task], outcomes: Sequence[BatchOutcome],
    families: Sequence[NDArray[np.intp]],
) -> list[PowerCell]:  # fmt: skip
    cells = []
    for setting in settings:
        for n in sorted(asked.sizes):
            own = [
                outcome
                for task, outcome in zip(tasks, outcomes, strict=True)
                if task.setting is setting and task.n == n
            ]
            estimates = np.vstack([outcome.estimates for outcome in own])[: asked.replicates]
            p_values = np.vstack([outcome.p_values for outcome in own])[: asked.replicates]
            failures: Counter[str] = Counter()
            for outcome in own:
                failures.update(outcome.failures)
            cells.append(
                PowerCell(setting.name, n, estimates, _decided(p_values, families, asked.adjust), dict(failures))
            )
    return cells


def _families(study: Study, rows: Sequence[TestedRow]) -> list[NDArray[np.intp]]:
    """Return the positions of the tests of each family of hypotheses."""
    family = {hypothesis.id: hypothesis.family for hypothesis in study.file.hypotheses}
    own = np.array([family[row.hypothesis] for row in rows])
    return [np.flatnonzero(own == name) for name in dict.fromkeys(own.tolist())]


def _decided(p_values: NDArray[np.float64], families: Sequence[NDArray[np.intp]], adjust: str) -> NDArray[np.float64]:
    if adjust == "none":
        return p_values
    decided = p_values.copy()
    for family in families:
        for replicate in range(len(p_values)):
            decided[replicate, family] = adjusted_p_values(p_values[replicate, family], adjust)
    return decided
