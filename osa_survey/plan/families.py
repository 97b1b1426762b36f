"""Hypotheses of one family adjusted together, and the smallest effects of interest put under their comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from osa_survey.analysis.equivalence.equivalence_follow_ups import with_equivalence
from osa_survey.analysis.families.family_adjustments import (
    Adjusted,
    FamilyTest,
    adjusted_family,
    family_tests,
    with_family,
)
from osa_survey.analysis.families.family_sentences import ROMANO_WOLF, Told
from osa_survey.analysis.families.resampled_numbers import Resampled, resampled_number
from osa_survey.analysis.samples import does_not_compose
from osa_survey.analysis.tested_numbers import scaled_number
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, OsaSurveyError, Problem
from osa_survey.plan.computing import computed
from osa_survey.plan.imputation_step import StudyAnswers
from osa_survey.plan.study_file import AnalysisEntry, FamilyEntry, StudyFile
from osa_survey.progressing import gathered
from osa_survey.results import Result
from osa_survey.results.columns import KEY_COLUMNS

Floats = NDArray[np.float64]
BLOCK = 25
"""Resamples that one task of a worker computes."""
MOST_UNDEFINED = 0.05
"""Share of resamples in which an analysis may fail."""


def family_of(entry: AnalysisEntry, file: StudyFile) -> str:
    """Return the declared family an entry belongs to, or ""."""
    families = {one.id: one.family for one in file.hypotheses}
    name = families.get(entry.tests, "")
    return name if name in file.families else ""


def family_members(file: StudyFile, only: Sequence[str]) -> set[str]:
    """Return the ids of all analyses of the families that some analyses belong to."""
    wanted = {family_of(entry, file) for entry in file.analyses if entry.id in only} - {""}
    return {entry.id for entry in file.analyses if family_of(entry, file) in wanted}


def with_declared_bounds(result: Result, entry: AnalysisEntry, file: StudyFile) -> Result:
    """Return a comparison with its equivalence test, where its hypothesis declares a smallest effect of interest."""
    declared = [one.smallest_effect for one in file.hypotheses if one.id == entry.tests and one.smallest_effect]
    return with_equivalence(result, declared[0], entry.tested) if declared else result


def with_families(
    results: Sequence[Result], answers: StudyAnswers, file: StudyFile, name: str, *, workers: int | None = None
) -> tuple[Result, ...]:
    """Return the results; those of declared families show adjusted p and simultaneous intervals.

    Parameters
    ----------
    results : sequence of Result
        The analyses of a study with their ids, not released.
    answers : StudyAnswers
        What they were computed from; Romano and Wolf's method resamples its respondents.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.
    workers : int, optional
        Processes that resample. They change no result.

    Raises
    ------
    AnalysisError
        ``nothing_tested`` where an analysis has no number that fits; ``does_not_compose`` where resampling has no rule.
    """
    entries = {entry.id: entry for entry in file.analyses}
    found = list(results)
    problems: list[Problem] = []
    for family, rule in file.families.items():
        places = [place for place, one in enumerate(found) if family_of(entries[one.id], file) == family]
        if not places:
            continue
        members = [entries[found[place].id] for place in places]
        try:
            tests = family_tests([found[place] for place in places], [entry.tested for entry in members])
            drawn = _resampled(tests, members, answers, file, rule, workers) if rule.adjust == ROMANO_WOLF else None
            adjusted = adjusted_family(tests, rule.adjust, rule.conf_level, drawn)
        except AnalysisError as error:
            problems += [
                replace(one, key=f"families.{family}.{one.key}".rstrip("."), file=name) for one in error.problems
            ]
            continue
        told = Told(family, rule.adjust, len(tests), rule.conf_level, 0 if drawn is None else len(drawn))
        for order, place in enumerate(places):
            own: dict[tuple[str, ...], Adjusted] = {
                test.key: one for test, one in zip(tests, adjusted, strict=True) if test.analysis == order
            }
            found[place] = with_family(found[place], own, told)
    if problems:
        raise AnalysisError(problems)
    return tuple(found)


def _resampled(
    tests: Sequence[FamilyTest],
    members: Sequence[AnalysisEntry],
    answers: StudyAnswers,
    file: StudyFile,
    rule: FamilyEntry,
    workers: int | None,
) -> Floats:
    """Return centred studentised statistics of resamples of respondents, shape (draws, tests)."""
    data = [answers.for_entry(entry) for entry in members]
    if any(not isinstance(one, ScoredData) or one.design is not None for one in data):
        message = "Romano and Wolf's bootstrap resamples respondents who count the same, once each"
        raise does_not_compose(message, "use adjust = 'holm' under weights or imputation")
    without = [one.key[0] for one in tests if one.number is None]
    if without:
        adjusted_family(tests, ROMANO_WOLF, rule.conf_level)  # raises what has no standard error
    seeds = np.random.SeedSequence(file.seed).spawn(rule.draws)
    blocks = [seeds[start : start + BLOCK] for start in range(0, rule.draws, BLOCK)]
    plain = StudyAnswers(answers.scored, None)
    tasks = (delayed(_block)(block, tests, members, plain, file) for block in blocks)
    drawn = np.concatenate(gathered("resampling the families of tests", tasks, len(blocks), workers))
    known = ~np.isnan(drawn).any(axis=1)
    if (~known).mean() > MOST_UNDEFINED:
        message = f"{int((~known).sum())} of {len(drawn)} resamples have no estimate of some test"
        raise AnalysisError(Problem("resamples", message, key="adjust", hint="merge small groups, or use 'holm'"))
    return np.asarray(drawn[known])


def _block(
    seeds: Sequence[np.random.SeedSequence],
    tests: Sequence[FamilyTest],
    members: Sequence[AnalysisEntry],
    answers: StudyAnswers,
    file: StudyFile,
) -> Floats:
    quick = [
        resampled_number(answers.scored, members[test.analysis].do, members[test.analysis].arguments, test.key)
        for test in tests
    ]
    drawn = (_statistics(np.random.default_rng(seed), tests, members, answers, file, quick) for seed in seeds)
    return np.array(list(drawn))


def _statistics(
    generator: np.random.Generator,
    tests: Sequence[FamilyTest],
    members: Sequence[AnalysisEntry],
    answers: StudyAnswers,
    file: StudyFile,
    quick: Sequence[Resampled | None],
) -> list[float]:
    scored = answers.scored
    people = generator.integers(0, len(scored), len(scored))
    found = [math.nan] * len(tests)
    for place, (test, number) in enumerate(zip(tests, quick, strict=True)):
        if number is not None and test.number is not None:
            found[place] = _studentised(test.number.estimate, *number(people))
    slow = {test.analysis for test, number in zip(tests, quick, strict=True) if number is None}
    if not slow:
        return found
    again = replace(
        scored,
        frame=scored.frame.iloc[people].reset_index(drop=True),
        reasons=scored.reasons.iloc[people].reset_index(drop=True),
    )
    for order in slow:
        try:
            table = computed(members[order], StudyAnswers(again, None), file).frame
        except OsaSurveyError:
            continue  # a resample without an estimate: counted by the caller
        keys = list(zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True))
        for place, test in enumerate(tests):
            if test.analysis != order or quick[place] is not None or test.key not in keys or test.number is None:
                continue
            after = scaled_number(table.iloc[keys.index(test.key)])
            if after is not None:
                found[place] = _studentised(test.number.estimate, after.estimate, after.std_error)
    return found


def _studentised(before: float, after: float, std_error: float) -> float:
    return (after - before) / std_error if std_error > 0 else math.nan
