"""Analyses with completed sets and weights: which take them, and what to write where one does not."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any, get_args

from osa_survey.dataset import ImputedData
from osa_survey.errors import Problem
from osa_survey.plan.study_file import IMPUTED, AnalysisEntry, StudyFile
from osa_survey.plan.verbs import STUDY_VERBS, VERBS, verb
from osa_survey.results import Result

REFUSED = "does_not_compose"
LISTWISE = 'give this entry missing = "listwise" and reason = why'
UNWEIGHTED = 'give this entry weights = "none" and reason = why'
NOTES = {
    "en": {
        "missing": "This analysis takes the answers as given ({missing}), not the completed sets: {reason}",
        "weights": "This analysis is unweighted: {reason}",
        "both": "This analysis is unweighted and takes the answers as given ({missing}), not the completed sets: "
        "{reason}",
    },
    "de": {
        "missing": "Diese Analyse nimmt die Antworten, wie sie sind ({missing}), nicht die ergänzten Datensätze: "
        "{reason}",
        "weights": "Diese Analyse ist ungewichtet: {reason}",
        "both": "Diese Analyse ist ungewichtet und nimmt die Antworten, wie sie sind ({missing}), nicht die ergänzten "
        "Datensätze: {reason}",
    },
}


def takes_imputed(name: str) -> bool:
    """Return whether an analysis says in its signature that it takes completed sets."""
    first = next(iter(inspect.signature(verb(name), eval_str=True).parameters.values()))
    return first.annotation is ImputedData or ImputedData in get_args(first.annotation)


def arguments_for(entry: AnalysisEntry) -> dict[str, Any]:
    """Return the arguments of an entry; its way with gaps is one where the analysis has an argument of that name."""
    arguments = entry.arguments
    if entry.treats_gaps and "missing" in inspect.signature(verb(entry.do)).parameters:
        arguments["missing"] = entry.missing
    return arguments


def composition_problems(entry: AnalysisEntry, position: int, file: StudyFile, name: str) -> list[Problem]:
    """Return why an entry cannot be computed with what the study file says of missing answers.

    Parameters
    ----------
    entry : AnalysisEntry
        The entry.
    position : int
        Its place in the study file, from 1.
    file : StudyFile
        The study file.
    name : str
        Its name, for the message.
    """
    if entry.do not in VERBS and entry.do not in STUDY_VERBS:
        return []
    key = f"analyses[{position}]"
    if entry.do in STUDY_VERBS:
        return _study_verb_problems(entry, key, file, name)
    problems = []
    if entry.missing not in ("", IMPUTED, "listwise") and "missing" not in inspect.signature(verb(entry.do)).parameters:
        message = f"'{entry.do}' does not know missing = '{entry.missing}'"
        hint = 'missing = "listwise" or missing = "imputed"'
        problems.append(Problem("unknown_missing", message, name, key=f"{key}.missing", hint=hint))
    if file.imputes and not entry.as_given and not takes_imputed(entry.do):
        message = f"'{entry.do}' is not pooled over completed sets, and [missing_data] imputes"
        problems.append(Problem(REFUSED, message, name, key=key, hint=LISTWISE))
    return problems


def _study_verb_problems(entry: AnalysisEntry, key: str, file: StudyFile, name: str) -> list[Problem]:
    problems = []
    if not file.imputes:
        message = f"'{entry.do}' is about imputed answers, and the study file imputes none"
        hint = 'add [missing_data] with method = "multiple_imputation"'
        problems.append(Problem("nothing_imputed", message, name, key=key, hint=hint))
    if entry.do == "delta_sensitivity":
        able = [other.id for other in file.analyses if other.do in VERBS]
        asked = entry.arguments.get("analysis")
        if asked is not None and asked not in able:
            message = f"there is no analysis '{asked}' to repeat"
            hint = f"one of {', '.join(able)}" if able else "add the analysis first"
            problems.append(Problem("unknown_analysis", message, name, key=f"{key}.analysis", hint=hint))
    return problems


def with_way_out(problem: Problem, entry: AnalysisEntry, file: StudyFile) -> Problem:
    """Return a refusal of weights or completed sets with what to write into the study file."""
    if problem.code != REFUSED:
        return problem
    ways = [problem.hint] if problem.hint else []
    if file.imputes and not entry.as_given and entry.do in VERBS:
        ways.append(LISTWISE)
    if file.weights is not None and not entry.unweighted and entry.do in VERBS:
        ways.append(UNWEIGHTED)
    return replace(problem, hint="; or ".join(ways))


def with_departure(result: Result, entry: AnalysisEntry, file: StudyFile) -> Result:
    """Return a result that says where its analysis leaves the imputation or the weights of the study out, and why."""
    parts = {"missing": entry.treats_gaps and file.imputes, "weights": entry.unweighted and file.weights is not None}
    if not any(parts.values()):
        return result
    key = "both" if all(parts.values()) else next(key for key, given in parts.items() if given)
    note = NOTES[file.report.language][key].format(missing=entry.missing, reason=entry.reason)
    return replace(result, notes=(note if note.endswith(".") else f"{note}.", *result.notes))
