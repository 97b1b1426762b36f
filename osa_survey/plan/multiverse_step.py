"""The multiverse of a study: what its file declares around one analysis, computed so that a killed run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from osa_survey.analysis import multiverse
from osa_survey.analysis.multiverse.multiverse_choices import marked
from osa_survey.analysis.multiverse.multiverse_exclusions import THRESHOLDS
from osa_survey.analysis.multiverse.multiverse_requests import checked_choices
from osa_survey.analysis.multiverse.multiverse_units import enumerated, listed_specifications
from osa_survey.analysis.multiverse.verb_specifications import AS_DECLARED
from osa_survey.dataset import ImputedData, Responses, ScoredData
from osa_survey.errors import AnalysisError, OsaSurveyError, Problem
from osa_survey.plan.imputation_step import StudyAnswers
from osa_survey.plan.multiverse_calls import entry_terms, main_call
from osa_survey.plan.multiverse_checks import main_entry
from osa_survey.plan.multiverse_entry import MAIN, MULTIVERSE, MultiverseEntry
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import Study
from osa_survey.results import Result
from osa_survey.scoring import score

PARTS = "multiverse.parts"
"""A folder beside the study file: finished parts of a run that is not finished. No answer is in it."""
YES = "yes"
NOTES = {
    "en": "The preregistered specification is the analysis '{analysis}' as the study file has it.",
    "de": "Die präregistrierte Spezifikation ist die Analyse '{analysis}', wie sie in der Studiendatei steht.",
}
DEPARTURES = {
    "en": "The multiverse is unweighted and takes the answers as given: {reason}",
    "de": "Das Multiversum ist ungewichtet und nimmt die Antworten, wie sie sind: {reason}",
}


@dataclass(frozen=True)
class MainSpecification:
    """The analysis a multiverse stands around.

    Attributes
    ----------
    outcome : str
        Its outcome.
    coding : mapping
        How it enters: a binary outcome of categories as 0 and 1.
    model : str
        Its kind.
    covariates : tuple of str
        Its predictors but for that of interest.
    """

    outcome: str
    coding: Mapping[str, Any]
    model: str
    covariates: tuple[str, ...]


def main_specification(study: Study) -> MainSpecification:
    """Return the main specification of a study whose multiverse has no problem."""
    entry, plan = study.file.multiverse, study.file
    found = None if entry is None else main_entry(plan, entry)
    if entry is None or found is None:
        raise TypeError("the study has no multiverse")
    arguments = found.arguments
    outcome, model = str(arguments["outcome"]), str(arguments.get("model", "linear"))
    model = {"logit": "logistic"}.get(model, model)
    coding: dict[str, Any] = {"variable": outcome}
    variable = study.codebook.variables.get(outcome)
    if model in ("logistic", "probit") and variable is not None and variable.labels:
        event = arguments.get("event")
        labels = list(variable.categories)
        coding["is"] = str(event) if event is not None else next((one for one in labels if one.lower() == YES), "")
    covariates = tuple(term for term in entry_terms(found) if term != entry.term)
    return MainSpecification(outcome, coding, model, covariates)


def multiverse_arguments(study: Study) -> dict[str, Any]:
    """Return the arguments of ``multiverse`` that a study file asks for, without data."""
    entry = study.file.multiverse
    if entry is None:
        raise TypeError("the study has no multiverse")
    found = main_entry(study.file, entry)
    if found is not None and (found.do != "regress" or entry.around_any):
        return _call_arguments(study, entry, found)
    main = main_specification(study)
    others = {title: one.coding(main.outcome) for title, one in entry.outcomes.items()}
    covariates, chosen = _covariates(entry, main.covariates)
    declared = _declared_exclusions(study) if entry.exclude else {}
    return {
        "outcomes": {main.outcome: dict(main.coding), **others},
        "predictors": tuple(dict.fromkeys([entry.term, *entry.predictors])),
        "covariates": covariates,
        "exclusions": {**declared, **{title: one.rule for title, one in entry.exclusions.items()}},
        "scoring": entry.scales,
        "models": tuple(dict.fromkeys([main.model, *entry.models])),
        "cases": entry.cases,
        "preregistered": {
            "outcome": main.outcome,
            "predictor": entry.term,
            "model": main.model,
            "covariates": chosen,
            "exclusions": entry.exclude,
        },
    }


def _call_arguments(study: Study, entry: MultiverseEntry, found: AnalysisEntry) -> dict[str, Any]:
    """Return the arguments of a multiverse that takes an analysis row by row."""
    main = main_call(found, entry)
    others = {title: one.coding(main.outcome) for title, one in entry.outcomes.items()}
    covariates, chosen = _covariates(entry, main.covariates)
    declared = _declared_exclusions(study) if entry.exclude else {}
    return {
        "outcomes": {main.outcome: {}, **others},
        "predictors": tuple(dict.fromkeys([main.predictor, *entry.predictors])),
        "covariates": covariates,
        "exclusions": {**declared, **{title: one.rule for title, one in entry.exclusions.items()}},
        "scoring": entry.scales,
        "analysis": {"do": found.do, "arguments": main.arguments, "ways": entry.ways, "row": entry.row},
        "cases": entry.cases,
        "preregistered": {
            "outcome": main.outcome,
            "predictor": main.predictor,
            "model": AS_DECLARED,
            "covariates": chosen,
            "exclusions": entry.exclude,
        },
    }


def _covariates(entry: MultiverseEntry, main: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the covariates as choices, and those of the analysis itself or their title."""
    if not entry.sets:
        return tuple(dict.fromkeys([*main, *entry.covariates])), main
    same = [title for title, names in entry.sets.items() if set(names) == set(main)]
    return {**({} if same else {MAIN: main}), **entry.sets}, same[0] if same else MAIN


def _declared_exclusions(study: Study) -> dict[str, dict[str, Any]]:
    """Return the checks of [exclude] in their order; those that the multiverse does not name are always in force."""
    entry = study.file.multiverse
    toggled = () if entry is None else entry.exclude
    found: dict[str, dict[str, Any]] = {}
    for rule in study.exclusion_rules:
        own: dict[str, Any] = {"check": rule.check, "always": rule.check not in toggled}
        own |= {THRESHOLDS[rule.check]: rule.threshold} if rule.check in THRESHOLDS else {}
        found[rule.check] = own | ({"block": rule.block} if rule.block else {})
    return found


def multiverse_data(study: Study, admitted: Responses, answers: StudyAnswers) -> ScoredData | ImputedData:
    """Return whom a multiverse is about: what its analysis takes, or with checks of [exclude] all who were admitted."""
    entry, scored = study.file.multiverse, answers.scored
    found = None if entry is None else main_entry(study.file, entry)
    if entry is not None and entry.exclude:
        return score(admitted, study.scoring_rules, judged=scored.keying)
    if entry is None or entry.reason or found is None:
        return replace(scored, design=None)
    return answers.for_entry(found)


def study_multiverse(
    study: Study, admitted: Responses, answers: StudyAnswers, *, workers: int | None = None
) -> tuple[Result, ...]:
    """Return the multiverse of a study; nothing where its file declares none.

    Parameters
    ----------
    study : Study
        The study.
    admitted : Responses
        All adults, before the exclusions.
    answers : StudyAnswers
        What the analyses take.
    workers : int, optional
        Processes. They change no result.

    Raises
    ------
    AnalysisError
        With every problem located in the study file.

    Notes
    -----
    Finished parts are kept beside the study file until the multiverse is done, so that a run that was interrupted goes
    on where it stopped. In a folder that cannot be written to nothing is kept.
    """
    entry = study.file.multiverse
    if entry is None:
        return ()
    parts = _parts(study.folder)
    try:
        result = multiverse(
            multiverse_data(study, admitted, answers),
            **multiverse_arguments(study),
            predicted=entry.predicted,
            test=entry.test,
            draws=entry.draws,
            seed=study.file.seed if entry.seed is None else entry.seed,
            workers=workers,
            resume=parts,
        )
    except OsaSurveyError as error:
        raise AnalysisError([_located(problem, study.name) for problem in error.problems]) from error
    _clear(parts)
    language = study.file.report.language
    notes = [NOTES[language].format(analysis=entry.analysis)]
    notes += [DEPARTURES[language].format(reason=entry.reason)] if entry.reason else []
    return (replace(result, notes=(*notes, *result.notes)).with_id(MULTIVERSE),)


def planned_multiverse(study: Study, admitted: Responses, scored: ScoredData) -> dict[str, str]:
    """Return in words how many specifications a study file declares; nothing where it declares none.

    Raises
    ------
    AnalysisError
        What keeps the multiverse from being computed, located in the study file.
    """
    if study.file.multiverse is None:
        return {}
    arguments = multiverse_arguments(study)
    wanted = arguments.pop("preregistered")
    try:
        made = multiverse_data(study, admitted, StudyAnswers(scored, None))
        data = made.original if isinstance(made, ImputedData) else made
        verb = arguments.pop("analysis", None)
        ways = (AS_DECLARED, *verb["ways"]) if verb is not None else ()
        choices = checked_choices(data, **arguments, ways=ways)
        found = enumerated(data, choices, 1, 0, 1).specifications if verb is None else listed_specifications(choices)
        marked(found, wanted)
    except OsaSurveyError as error:
        raise AnalysisError([_located(problem, study.name) for problem in error.problems]) from error
    kinds = {what for one in found for what, _ in one.choices}
    return {
        "multiverse": f"{len(found):,} specifications of {len(kinds)} choices around '{study.file.multiverse.analysis}'"
    }


def _parts(folder: Path) -> Path | None:
    path = folder / PARTS
    try:
        path.mkdir(exist_ok=True)
        (path / "writable").touch()
        (path / "writable").unlink()
    except OSError:
        return None
    return path


def _clear(parts: Path | None) -> None:
    """Remove the finished parts; whatever else lies in the folder stays."""
    if parts is None:
        return
    for path in [*parts.glob("*.npy"), *parts.glob("*.part")]:
        path.unlink(missing_ok=True)
    if not any(parts.iterdir()):
        parts.rmdir()


def _located(problem: Problem, file: str) -> Problem:
    return replace(problem, file=file, key=".".join(part for part in (MULTIVERSE, problem.key) if part))
