"""Whether the analyses of a study can be computed, found out by computing them as far as is quick."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from osa_survey.errors import Problem
from osa_survey.plan.computing import attempted
from osa_survey.plan.imputation_step import StudyAnswers
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.verbs import VERBS
from osa_survey.progressing import listening


class _LongWorkBegins(BaseException):
    """Raised where an analysis begins what takes long: its arguments and its answers were accepted before."""


def refusals(answers: StudyAnswers, file: StudyFile, name: str, *, known: Collection[int] = ()) -> tuple[Problem, ...]:
    """Return why analyses of a study file will be refused when the study is run.

    Parameters
    ----------
    answers : StudyAnswers
        The answers as the analyses take them.
    file : StudyFile
        The study file.
    name : str
        Its name, for messages.
    known : collection of int
        Positions of entries about which something was found already, from 1.

    Notes
    -----
    Each entry goes through the very function that ``run`` calls. It is stopped at the first step of resampling or of
    another search that tells how far it has come, so what only such a step can find is not found here. Entries on the
    imputation itself are left to ``run``.
    """
    problems: list[Problem] = []
    for position, entry in enumerate(file.analyses, start=1):
        if position in known or entry.do not in VERBS:
            continue
        try:
            with listening(_stop):
                problems.extend(attempted(entry, position, answers, file, name)[1])
        except _LongWorkBegins:
            continue
    return tuple(problems)


def _stop(what: str, done: int, of: int) -> NoReturn:
    raise _LongWorkBegins
