"""One batch of simulated studies: every step the study file names, and the tests of its hypotheses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import OsaSurveyError
from osa_survey.instruments import Library
from osa_survey.plan.computing import computed
from osa_survey.plan.imputation_step import study_answers
from osa_survey.plan.replicate_tests import QuickTest, quick_test
from osa_survey.plan.replicates import Replicates, draw_replicates, studies_together
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.plan.study_folder import Study
from osa_survey.plan.tested_rows import NOT_TESTED, Tested, TestedRow, read_row
from osa_survey.plan.weighting_step import weighted
from osa_survey.simulation import Population

NO_ROW = "no_such_row"
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, repr=False)
class BatchOutcome:
    """What the tests of a batch say.

    Attributes
    ----------
    estimates, p_values : ndarray of float, shape (studies, hypotheses)
        NaN where a test could not be made, or has no direction.
    failures : mapping of str to int
        Why tests could not be made, by the code of the problem.
    """

    estimates: NDArray[np.float64]
    p_values: NDArray[np.float64]
    failures: Mapping[str, int]


def portable(study: Study) -> Study:
    """Return a study that can be sent to another process: of the definitions only those that it uses."""
    used = {block.instrument for block in study.codebook.blocks.values()}
    library = study.library
    slim = Library(
        {name: one for name, one in library.instruments.items() if name in used},
        dict(library.variables),
        dict(library.hashes),
        dict(library.answers),
        dict(library.works),
    )
    return replace(study, library=slim)


def batch_seed(seed: int, n: int, batch: int) -> int:
    """Return the seed of a batch: the same for every setting, so that settings differ by what is varied alone."""
    return int(np.random.SeedSequence([seed, n, batch]).generate_state(1)[0])


def batch_outcome(
    study: Study, who: Population, rows: tuple[TestedRow, ...], n: int, batch: int, *, quick: bool = True
) -> BatchOutcome:
    """Return the tests of one batch of studies of one size.

    Parameters
    ----------
    study : Study
        The study.
    who : Population
        The population of the setting.
    rows : tuple of TestedRow
        The tests.
    n : int
        People in each study.
    batch : int
        The number of the batch, from 0.
    quick : bool
        Whether tests are made by array functions where an analysis has them; the numbers are the same.
    """
    number = studies_together(who, n)
    seed = batch_seed(study.file.seed, n, batch)
    drawn = draw_replicates(study, who, n, number, seed)
    entries = {entry.id: entry for entry in study.file.analyses}
    short = {row: _quick(study, entries[row.analysis], row, drawn) for row in rows} if quick else {}
    estimates = np.full((number, len(rows)), np.nan)
    p_values = np.full((number, len(rows)), np.nan)
    failures: Counter[str] = Counter()
    for replicate in range(number):
        said: list[Tested | None] = [_shortly(short.get(row), drawn.rows(replicate)) for row in rows]
        if any(one is None for one in said):
            wanted = [row for row, one in zip(rows, said, strict=True) if one is None]
            found, why = analysed(study, drawn.study(replicate), wanted, batch_seed(seed, n, replicate))
            failures.update(why)
            said = [one if one is not None else found[row] for row, one in zip(rows, said, strict=True)]
        for position, one in enumerate(said):
            if one is not None:
                estimates[replicate, position], p_values[replicate, position] = one.estimate, one.p_value
    return BatchOutcome(estimates, p_values, dict(sorted(failures.items())))


def analysed(
    study: Study, scored: ScoredData, rows: list[TestedRow], seed: int
) -> tuple[dict[TestedRow, Tested], list[str]]:
    """Return the tests of one study by its analyses, after its weights and imputation.

    Parameters
    ----------
    study : Study
        The study.
    scored : ScoredData
        Its respondents, scored.
    rows : list of TestedRow
        The tests.
    seed : int
        Of the imputation.

    Returns
    -------
    found : dict of TestedRow to Tested
        NaN where a test could not be made.
    why : list of str
        The code of the problem for each of these.
    """
    found, why = dict.fromkeys(rows, NOT_TESTED), []
    entries = {entry.id: entry for entry in study.file.analyses}
    file = with_seed(study.file, seed)
    try:
        design = weighted(scored, file, study.name)
        needed = any(not entries[row.analysis].as_given for row in rows)
        plan = file if needed else file.model_copy(update={"missing_data": None})
        answers = study_answers(design, plan, study.name, workers=1)
    except OsaSurveyError as error:
        return found, [error.problems[0].code] * len(rows)
    results = {}
    for row in rows:
        try:
            if row.analysis not in results:
                results[row.analysis] = computed(entries[row.analysis], answers, file)
            found[row] = read_row(results[row.analysis], row)
            if np.isnan(found[row].p_value):
                why.append(NO_ROW)
        except OsaSurveyError as error:
            why.append(error.problems[0].code)
    return found, why


def with_seed(file: StudyFile, seed: int) -> StudyFile:
    """Return a study file whose random numbers start elsewhere."""
    seed %= LARGEST_SEED
    gaps = file.missing_data
    own = None if gaps is None else gaps.model_copy(update={"seed": seed})
    return file.model_copy(update={"seed": seed, "missing_data": own})


def _quick(study: Study, entry: AnalysisEntry, row: TestedRow, drawn: Replicates) -> QuickTest | None:
    file = study.file
    if (file.weights is not None and not entry.unweighted) or (file.imputes and not entry.as_given):
        return None
    return quick_test(entry, row, replace(drawn.scored, design=None))


def _shortly(test: QuickTest | None, rows: slice) -> Tested | None:
    return None if test is None or rows.stop - rows.start == 0 else test(rows)
