"""Imputing a study's missing answers as its file says, and handing each analysis the data it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from osa_survey.dataset import ImputedData, ScoredData
from osa_survey.errors import AnalysisError, OsaSurveyError, Problem
from osa_survey.imputation import convergence, impute, little_mcar
from osa_survey.plan.missing_data_entry import FEWEST_SETS, MissingDataEntry
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.results import Result

KEY = "missing_data"
TESTABLE = ("number", "count", "ordinal", "score")
PLACES = {
    "bad_delta": "delta",
    "bad_weights": "weights",
    "method_does_not_fit": "methods",
    "never_imputed": "impute_reasons",
    "no_shift": "delta",
    "not_imputed": "delta_reasons",
    "unknown_method": "methods",
    "unknown_reason": "impute_reasons",
}
"""The key whose value gives rise to a problem, where its column alone does not tell."""
FEWEST_TESTED = 2
MOST_TESTED = 20
"""Little's test of more variables needs the inverse of large matrices for thousands of patterns."""


@dataclass(frozen=True, repr=False)
class StudyAnswers:
    """The answers of a study as its analyses take them.

    Attributes
    ----------
    scored : ScoredData
        As given, with the design of ``[weights]``.
    imputed : ImputedData or None
        Completed sets, where ``[missing_data]`` asks for them.
    """

    scored: ScoredData
    imputed: ImputedData | None

    def for_entry(self, entry: AnalysisEntry) -> ScoredData | ImputedData:
        """Return what an analysis takes: completed sets unless its entry says how it treats gaps itself."""
        data: ScoredData | ImputedData = self.scored
        if self.imputed is not None and not entry.as_given:
            data = self.imputed
        return without_design(data) if entry.unweighted else data

    def __repr__(self) -> str:
        return repr(self.scored if self.imputed is None else self.imputed)


def without_design(data: ScoredData | ImputedData) -> ScoredData | ImputedData:
    """Return data in which every respondent counts the same."""
    if isinstance(data, ScoredData):
        return replace(data, design=None)
    return replace(
        data,
        original=replace(data.original, design=None),
        completed=tuple(replace(one, design=None) for one in data.completed),
    )


def imputation_options(entry: MissingDataEntry, file: StudyFile) -> dict[str, Any]:
    """Return the arguments of ``impute`` that a study file asks for."""
    return {
        "seed": file.seed if entry.seed is None else entry.seed,
        "variables": list(entry.variables) or None,
        "m": entry.m,
        "iterations": entry.iterations,
        "methods": dict(entry.methods),
        "impute_reasons": entry.impute_reasons,
        "interactions": entry.interactions,
        "min_correlation": entry.min_correlation,
        "weights": entry.weights,
        "delta": dict(entry.delta),
        "delta_reasons": entry.delta_reasons,
        "donors": entry.donors,
    }


def study_answers(scored: ScoredData, file: StudyFile, name: str, *, workers: int | None = None) -> StudyAnswers:
    """Return the answers with their missing ones imputed, where the study file asks for it.

    Parameters
    ----------
    scored : ScoredData
        The respondents, weighted.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.
    workers : int, optional
        Processes; they change no result.

    Raises
    ------
    AnalysisError
        With every problem located in the study file.
    """
    entry = file.missing_data
    if entry is None or not entry.imputes:
        return StudyAnswers(scored, None)
    try:
        return StudyAnswers(scored, impute(scored, workers=workers, **imputation_options(entry, file)))
    except OsaSurveyError as error:
        raise AnalysisError([_located(problem, entry, name) for problem in error.problems]) from error


def planned_imputation(scored: ScoredData, file: StudyFile, name: str) -> tuple[dict[str, str], StudyAnswers]:
    """Return what will be imputed and what never, in words, and answers completed quickly to try the analyses on.

    Parameters
    ----------
    scored : ScoredData
        The respondents, weighted.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.

    Returns
    -------
    facts : dict of str to str
        Nothing without ``[missing_data]``.
    answers : StudyAnswers
        With the fewest sets that can be pooled, each after one iteration, where the study file imputes.

    Raises
    ------
    AnalysisError
        What keeps the imputation from being made, located in the study file.
    """
    entry = file.missing_data
    if entry is None:
        return {}, StudyAnswers(scored, None)
    if not entry.imputes:
        facts = {"missing answers": "listwise: each analysis leaves out who has a gap in its variables"}
        return facts, StudyAnswers(scored, None)
    short = {**imputation_options(entry, file), "m": FEWEST_SETS, "iterations": 1}
    try:
        completed = impute(scored, **short)
    except OsaSurveyError as error:
        raise AnalysisError([_located(problem, entry, name) for problem in error.problems]) from error
    record = completed.record
    gaps = sum(record.imputed.values())
    facts = {
        "missing answers": f"{gaps} gaps of {len(record.methods)} variables and items are filled in each of {entry.m} "
        f"sets, {entry.iterations} iterations"
    }
    for column, method in record.methods.items():
        facts[f"imputed {column}"] = f"{record.imputed[column]} gaps, {method}"
    for column, reasons in record.kept.items():
        listed = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in reasons.items())
        facts[f"not imputed {column}"] = listed
    return facts, StudyAnswers(scored, completed)


def imputation_results(answers: StudyAnswers) -> tuple[Result, ...]:
    """Return Little's test of the imputed variables and the convergence of the chains; nothing without imputation."""
    imputed = answers.imputed
    if imputed is None or not imputed.record.methods:
        return ()
    found = [convergence(imputed)]
    plain = replace(answers.scored, design=None)
    names = _tested(imputed)
    if len(names) >= FEWEST_TESTED:
        try:
            test = little_mcar(plain, names)
        except AnalysisError as error:
            why = "; ".join(problem.message for problem in error.problems)
            found[0] = replace(found[0], notes=(*found[0].notes, f"Little's test could not be computed: {why}."))
        else:
            notes = test.notes if answers.scored.design is None else (*test.notes, "The test does not use weights.")
            found.insert(0, replace(test, notes=notes))
    return tuple(found)


def _tested(imputed: ImputedData) -> list[str]:
    """Return variables and scores with imputed values, the most gaps first, that have an order."""
    scored = imputed.original
    marked = {
        name: int((first.to_numpy() != second.to_numpy()).sum())
        for name, first, second in (
            (name, scored.reasons[name], imputed.completed[0].reasons[name]) for name in scored.variables
        )
    }
    able = [name for name, gaps in marked.items() if gaps and scored.variables[name].type in TESTABLE]
    return sorted(able, key=lambda name: -marked[name])[:MOST_TESTED]


def _located(problem: Problem, entry: MissingDataEntry, file: str) -> Problem:
    """Return a problem at the key that names its variable."""
    places = [key for key, names in entry.named.items() if problem.column and problem.column in names]
    key = PLACES.get(problem.code) or next(iter(places), "")
    return replace(problem, file=file, key=".".join(part for part in (KEY, key, problem.key) if part))
