"""Guesses of a draft that nobody has confirmed: they bear a mark, which whoever has looked deletes."""

from __future__ import annotations

from collections.abc import Sequence

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.study_folder import GUESS_MARK, Study

CODES = {"unconfirmed": "guesses of a draft still bear their mark to check"}


def unconfirmed(study: Study) -> Outcome:
    """Look for the marks in the study file, the codebook and the study's own instruments.

    A parsed file has no comments any more, so the marks are read from the text.
    """
    hint = f"look at each line, correct it, and delete its mark '{GUESS_MARK}' with the rest of the comment"
    findings = []
    for file, lines in study.unconfirmed.items():
        message = f"guesses of a draft bear their mark to check, on {in_ranges(lines)}"
        findings.append(Problem("unconfirmed", message, file, lines[0], hint=hint, count=len(lines)))
    return Outcome(tuple(findings), {})


def in_ranges(lines: Sequence[int]) -> str:
    """Return rising line numbers in words, runs of them as ranges.

    Examples
    --------
    >>> in_ranges([3, 4, 5, 9])
    'lines 3-5, 9'
    >>> in_ranges([7])
    'line 7'
    """
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    parts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(parts)}"
