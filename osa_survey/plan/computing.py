"""Computing one entry of a study file: an analysis, the convergence of its chains, or a shift of imputed answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, OsaSurveyError, Problem
from osa_survey.imputation import convergence, delta_sensitivity
from osa_survey.plan.composition import arguments_for, with_way_out
from osa_survey.plan.imputation_step import StudyAnswers, imputation_options
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.plan.verbs import verb
from osa_survey.results import Result


def attempted(
    entry: AnalysisEntry, position: int, answers: StudyAnswers, file: StudyFile, name: str
) -> tuple[Result | None, tuple[Problem, ...]]:
    """Return the result of an entry, or why there is none, each problem with the entry it comes from.

    Parameters
    ----------
    entry : AnalysisEntry
        The entry.
    position : int
        Its place in the study file, from 1.
    answers : StudyAnswers
        The answers, completed or as given.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.
    """
    try:
        return computed(entry, answers, file), ()
    except OsaSurveyError as error:
        told = [with_way_out(problem, entry, file) for problem in error.problems]
        return None, tuple(_located(problem, entry, position, name) for problem in told)


def _located(problem: Problem, entry: AnalysisEntry, position: int, name: str) -> Problem:
    """Return a problem of an analysis at the argument of its entry, unless it lies in another file."""
    if problem.file and problem.file != name:
        return replace(problem, analysis=entry.id)
    parts = [f"analyses[{position}]", problem.key]
    key = problem.key if problem.key.startswith(parts[0]) else ".".join(part for part in parts if part)
    return replace(problem, key=key, file=name, analysis=entry.id)


def computed(entry: AnalysisEntry, answers: StudyAnswers, file: StudyFile) -> Result:
    """Return the result of an entry.

    Parameters
    ----------
    entry : AnalysisEntry
        The entry.
    answers : StudyAnswers
        The answers, completed or as given.
    file : StudyFile
        The study file; a sensitivity analysis repeats another entry of it.

    Raises
    ------
    AnalysisError
        Those of the analysis; ``nothing_imputed`` where an entry is about imputed answers and there are none.
    """
    if entry.do == "convergence":
        if answers.imputed is None:
            raise AnalysisError(Problem("nothing_imputed", "there are no imputed answers to look at"))
        return convergence(answers.imputed, **entry.arguments)
    if entry.do == "delta_sensitivity":
        return _shifted(entry, answers, file)
    return verb(entry.do)(answers.for_entry(entry), **{**_declared(entry, file), **arguments_for(entry)})


def _declared(entry: AnalysisEntry, file: StudyFile) -> dict[str, Any]:
    """Return the smallest effect of interest of the hypothesis that an equivalence test is about."""
    if entry.do != "equivalence":
        return {}
    declared = [one.smallest_effect for one in file.hypotheses if one.id == entry.tests and one.smallest_effect]
    return {"smallest_effect": declared[0]} if declared else {}


def _shifted(entry: AnalysisEntry, answers: StudyAnswers, file: StudyFile) -> Result:
    """Return the sensitivity of another entry's number to shifts, imputed as the study file says."""
    plan = file.missing_data
    if plan is None or not plan.imputes:
        raise AnalysisError(Problem("nothing_imputed", "there are no imputed answers to shift"))
    arguments: dict[str, Any] = dict(entry.arguments)
    repeated = next(other for other in file.analyses if other.id == arguments.pop("analysis"))
    own = arguments_for(repeated)
    scored = StudyAnswers(answers.scored, None).for_entry(repeated)
    if not isinstance(scored, ScoredData):
        raise TypeError("answers as given are ScoredData")

    def analysis(data: ScoredData) -> Result:
        return verb(repeated.do)(data, **own)

    options = imputation_options(plan, file)
    options.pop("delta")
    options.update(arguments)
    return delta_sensitivity(scored, analysis, options.pop("variable"), options.pop("deltas"), **options)
