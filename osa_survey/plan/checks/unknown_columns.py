"""Columns of the export that the codebook does not name."""

from __future__ import annotations

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {"unknown_column": "strict: the export has a column that the codebook does not name"}
HINT = "declare it, or add it to ignored = […] in the codebook"


def unknown_columns(subject: Subject) -> Outcome:
    """List the columns the codebook does not name; only strict checks do."""
    unknown = [name for name in subject.export.names if name not in subject.named_columns]
    if not unknown:
        return Outcome()
    if not subject.strict:
        return Outcome(facts={"columns the codebook does not name": str(len(unknown))})
    message = "the codebook does not name this column"
    file = subject.export.file
    return Outcome(tuple(Problem("unknown_column", message, file, 1, column, hint=HINT) for column in unknown))
