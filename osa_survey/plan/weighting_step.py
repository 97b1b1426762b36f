"""Weighting a study's respondents as its file says."""

from __future__ import annotations

from dataclasses import replace

from osa_survey.analysis import compare_with_target, describe_weights
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, OsaSurveyError, Problem
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.weights_entry import WeightsEntry, listed
from osa_survey.results import Result
from osa_survey.weighting import calibrate, declare_design, rake, trim_weights, with_replicates


def weighted(scored: ScoredData, file: StudyFile, name: str) -> ScoredData:
    """Return the respondents with the design that the study file declares; without ``[weights]`` as they are.

    Parameters
    ----------
    scored : ScoredData
        The respondents.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.

    Raises
    ------
    AnalysisError
        With every problem located in the study file.
    """
    entry = file.weights
    if entry is None:
        return scored
    try:
        scored = declare_design(
            scored,
            sample=file.fieldwork.sample,
            weights=entry.variable,
            strata=listed(entry.strata),
            clusters=listed(entry.clusters),
            fpc=listed(entry.fpc),
            replicates=entry.replicates,
            kind=entry.kind,
            scale=entry.scale,
            rscales=entry.rscales,
            fay=entry.fay,
            mse=entry.mse,
            lonely=entry.lonely,
            nest=entry.nest,
        )
        if entry.rake:
            margins = entry.rake
            scored = rake(scored, margins, outside=entry.outside, trim=entry.trim, trim_below=entry.trim_below)
        elif entry.trims:
            scored = trim_weights(scored, above=entry.trim, below=entry.trim_below)
        if entry.totals:
            scored = calibrate(scored, entry.totals)
        made = entry.make_replicates
        if made is not None:
            scored = with_replicates(scored, made.kind, replicates=made.number, fay=made.fay, seed=file.seed)
    except OsaSurveyError as error:
        raise AnalysisError([_located(problem, entry, name) for problem in error.problems]) from error
    return scored


def weight_results(scored: ScoredData) -> tuple[Result, ...]:
    """Return the table of weights and, after raking, the sample against its margins; nothing without a design."""
    if scored.design is None:
        return ()
    weights = (describe_weights(scored),)
    if not scored.design.record.margins:
        return weights
    margins = compare_with_target(scored)
    return (*weights, replace(margins, more={}))


def _located(problem: Problem, entry: WeightsEntry, file: str) -> Problem:
    """Return a problem at its key: that of the table which names the variable, and the category in it."""
    places = [key for key, names in entry.variables.items() if problem.column and problem.column in (*names, key)]
    places += [key for key in entry.variables if problem.column and key.endswith(f".{problem.column}")]
    parts = ["weights", *(places[:1] or [problem.column]), problem.key]
    return replace(problem, file=file, key=".".join(part for part in parts if part))
