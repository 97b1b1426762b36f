"""What can be wrong with ``[multiverse]`` before any answer is looked at, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from osa_survey.analysis.multiverse.multiverse_choices import MODELS
from osa_survey.analysis.multiverse.verb_specifications import KINDS, verb_analysis
from osa_survey.codebooks import Codebook
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments import Library
from osa_survey.plan.multiverse_calls import entry_terms, main_call
from osa_survey.plan.multiverse_entry import MULTIVERSE, MultiverseEntry
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.quality.exclusions import CHECKS

PLAIN = re.compile(r"[A-Za-z_]\w*")


def multiverse_problems(
    file: StudyFile, codebook: Codebook, library: Library, known: Sequence[str], name: str
) -> list[Problem]:
    """Return what is wrong with the names in ``[multiverse]``.

    Parameters
    ----------
    file : StudyFile
        The study file.
    codebook, library : Codebook, Library
        What its blocks are.
    known : sequence of str
        Every variable and score of the study.
    name : str
        The study file's name, for the messages.
    """
    entry = file.multiverse
    if entry is None:
        return []
    problems = [*_analysis_problems(file, entry, name), *_name_problems(entry, known, name)]
    for check in entry.exclude:
        if check not in file.exclude:
            message = f"[exclude] has no '{check}' that could be on and off"
            hint = nearest(check, list(file.exclude)) or "name a check of [exclude], or add one under exclusions"
            problems.append(Problem("unknown_check", message, name, key=f"{MULTIVERSE}.exclude", hint=hint))
    for title, choice in entry.exclusions.items():
        key = f"{MULTIVERSE}.exclusions.{title}"
        if choice.check and choice.check not in CHECKS:
            hint = nearest(choice.check, list(CHECKS))
            message = f"there is no check '{choice.check}'"
            problems.append(Problem("unknown_check", message, name, key=f"{key}.check", hint=hint))
        if title in file.exclude and entry.exclude:
            message = f"[exclude] has a '{title}' already"
            problems.append(Problem("name_taken", message, name, key=key, hint="give it another title"))
    problems += _scoring_problems(entry, codebook, library, name)
    if (file.weights is not None or file.imputes) and entry.exclude and not entry.reason:
        message = (
            "weights and completed sets are made for those whom [exclude] leaves, so that its checks cannot be off"
        )
        hint = 'leave exclude out, or add reason = "why a multiverse without weights and imputation is no harm"'
        problems.append(Problem("does_not_compose", message, name, key=f"{MULTIVERSE}.exclude", hint=hint))
    return problems


def main_entry(file: StudyFile, entry: MultiverseEntry) -> AnalysisEntry | None:
    """Return the analysis a multiverse stands around, or None if there is none of its id."""
    return next((one for one in file.analyses if one.id == entry.analysis), None)


def _analysis_problems(file: StudyFile, entry: MultiverseEntry, name: str) -> list[Problem]:
    analysis = main_entry(file, entry)
    key = f"{MULTIVERSE}.analysis"
    able = [one.id for one in file.analyses if one.do in KINDS]
    if analysis is None:
        hint = nearest(entry.analysis, able) or (f"one of {', '.join(able)}" if able else "add a regress entry")
        return [Problem("unknown_analysis", f"there is no analysis '{entry.analysis}'", name, key=key, hint=hint)]
    if analysis.do not in KINDS:
        hint = f"one of {', '.join(able)}" if able else f"add an entry of {', '.join(KINDS)}"
        message = f"no multiverse stands around '{analysis.do}'"
        return [Problem("unknown_choice", message, name, key=key, hint=hint)]
    if analysis.do != "regress" or entry.around_any:
        return _call_problems(analysis, entry, name)
    problems = []
    model = str(analysis.arguments.get("model", "linear"))
    if model not in (*MODELS, "logit"):
        message = f"a multiverse has no rule for a {model} model"
        problems.append(Problem("unknown_choice", message, name, key=key, hint=", ".join(MODELS)))
    terms = entry_terms(analysis)
    if entry.term not in terms:
        message = f"'{entry.term}' is no predictor of '{entry.analysis}'"
        hint = nearest(entry.term, list(terms)) or f"one of {', '.join(terms)}"
        problems.append(Problem("unknown_variable", message, name, key=f"{MULTIVERSE}.term", hint=hint))
    odd = [term for term in terms if not PLAIN.fullmatch(term)]
    if odd:
        message = f"'{odd[0]}' is no plain variable, and specifications are made of plain ones"
        problems.append(Problem("unknown_choice", message, name, key=key, hint="name a regression without products"))
    return [*problems, *_unlike(analysis, name, key)]


def _call_problems(analysis: AnalysisEntry, entry: MultiverseEntry, name: str) -> list[Problem]:
    """Return what is wrong with an analysis that is taken row by row."""
    found, problems = main_call(analysis, entry), []
    if not found.predictor:
        message = f"'{entry.term}' is no predictor of '{analysis.id}'" if entry.term else "a term is needed"
        hint = nearest(entry.term, list(found.terms)) or f"one of {', '.join(found.terms)}"
        problems.append(Problem("unknown_variable", message, name, key=f"{MULTIVERSE}.term", hint=hint))
    odd = [term for term in (*found.terms, *found.covariates) if not PLAIN.fullmatch(term)]
    if odd:
        message = f"'{odd[0]}' is no plain variable, and specifications are made of plain ones"
        hint = "name an analysis without products"
        problems.append(Problem("unknown_choice", message, name, key=f"{MULTIVERSE}.analysis", hint=hint))
    if entry.models:
        message = f"models are those of a regression, and '{analysis.id}' is taken as it is"
        problems.append(Problem("unknown_choice", message, name, key=f"{MULTIVERSE}.models", hint="write ways = { … }"))
    covariates = bool(found.covariates or entry.covariates or entry.sets)
    given = {"do": analysis.do, "arguments": found.arguments, "ways": entry.ways, "row": entry.row}
    try:
        verb_analysis(given, covariates)
    except AnalysisError as error:
        problems += [
            replace(one, file=name, key=f"{MULTIVERSE}.{one.key.removeprefix('analysis.')}") for one in error.problems
        ]
    return problems


def _unlike(analysis: AnalysisEntry, name: str, key: str) -> list[Problem]:
    """Return a problem for each argument that changes the regression's numbers and that a specification has not."""
    fixed = {"errors": "classical", "penalty": "none"}
    changed = [one for one, usual in fixed.items() if analysis.arguments.get(one, usual) != usual]
    changed += [one for one in ("cluster", "as_categories") if analysis.arguments.get(one)]
    return [
        Problem("unknown_choice", f"'{analysis.id}' has {one}, which specifications have no rule for", name, key=key,
                hint="name a regression without it")
        for one in changed
    ]  # fmt: skip


def _name_problems(entry: MultiverseEntry, known: Sequence[str], name: str) -> list[Problem]:
    named: dict[str, Sequence[str]] = {"predictors": entry.predictors, "covariates": entry.covariates}
    named |= {f"sets.{title}": names for title, names in entry.sets.items()}
    named |= {f"outcomes.{title}": [one.variable] for title, one in entry.outcomes.items() if one.variable}
    named |= {f"exclusions.{title}": [one.variable] for title, one in entry.exclusions.items() if one.variable}
    return [
        Problem("unknown_variable", f"there is no variable or score '{variable}'", name,
                key=f"{MULTIVERSE}.{key}", hint=nearest(variable, list(known)))
        for key, names in named.items()
        for variable in names
        if variable not in known
    ]  # fmt: skip


def _scoring_problems(entry: MultiverseEntry, codebook: Codebook, library: Library, name: str) -> list[Problem]:
    problems = []
    for block, scales in entry.scoring.items():
        key = f"{MULTIVERSE}.scoring.{block}"
        if block not in codebook.blocks:
            hint = nearest(block, list(codebook.blocks))
            problems.append(Problem("unknown_block", f"there is no block '{block}'", name, key=key, hint=hint))
            continue
        instrument = library.instrument(codebook.blocks[block].instrument)
        known = [scale.id for scale in instrument.scales]
        for scale, rules in scales.items():
            if scale not in known:
                message = f"block '{block}' has no scale '{scale}'"
                hint = nearest(scale, known)
                problems.append(Problem("unknown_scale", message, name, key=f"{key}.{scale}", hint=hint))
                continue
            items = list(instrument.scale(scale).item_ids)
            for title, rule in rules.items():
                problems += [
                    Problem("unknown_item", f"the scale has no item '{item}'", name,
                            key=f"{key}.{scale}.{title}.items", hint=nearest(item, items))
                    for item in rule.items
                    if item not in items
                ]  # fmt: skip
    return problems
