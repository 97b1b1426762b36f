"""Sentences that the report does not have, read for themselves: each statement against the whole ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.errors import Problem
from osa_survey.formatting import p_value
from osa_survey.report.verification.backing import Backing
from osa_survey.report.verification.label_quantities import LABEL_QUANTITIES
from osa_survey.report.verification.sentence_matching import CHANGED_HINT, UNBACKED_HINT
from osa_survey.report.verification.statements import Span, StatedNumber, StatedTest, Statements
from osa_survey.results.display import printed

P_DIGITS = 3
Row = Mapping[str, Any]


def judged_statements(
    found: Statements, backing: Backing, file: str, place: str
) -> Iterator[tuple[Span, Problem | None]]:
    """Yield each statement that results can back: where it stands, and what is wrong with it.

    Parameters
    ----------
    found : Statements
        What a sentence states.
    backing : Backing
        The ledger.
    file, place : str
        For the findings.
    """
    for test in found.tests:
        yield test.span, _test(test, backing, file, place)
    for stated in found.numbers:
        if stated.label != "bound":
            yield stated.span, None if backing.number(stated) else _number(stated, found, backing, file, place)
    for interval in found.intervals:
        yield interval.span, None if backing.interval(interval) else unbacked(interval.text, file, place)


def unbacked(text: str, file: str, place: str) -> Problem:
    """Return the finding that no result backs a number."""
    return Problem("unbacked_number", f"no result backs '{text}'", file, key=place, hint=UNBACKED_HINT)


def _test(test: StatedTest, backing: Backing, file: str, place: str) -> Problem | None:
    if backing.test_rows(test):
        return None
    near = backing.test_rows(test, with_p=False)
    if near and test.p is not None:
        row = near[0]
        known = row["p_value"] if row["p_value"] is not None else row["p_adjusted"]
        if known is not None:
            said = p_value(known, digits=max(P_DIGITS, test.p.digits))
            message = f"the text says '{test.text}', the results say p {said}"
            return Problem("changed_number", message, file, key=place, item=str(row["id"]), hint=CHANGED_HINT)
    return unbacked(test.text, file, place)


def _number(stated: StatedNumber, found: Statements, backing: Backing, file: str, place: str) -> Problem:
    """Return the finding for a number; the result is named where a test of the same sentence leads to it."""
    wanted = LABEL_QUANTITIES.get(stated.label, ())
    rows = [row for test in found.tests for row in backing.test_rows(test) if row["quantity"] in wanted]
    if len({row["estimate"] for row in rows}) != 1 or rows[0]["estimate"] is None:
        return unbacked(stated.text, file, place)
    known = printed(str(rows[0]["quantity"]), float(rows[0]["estimate"]))
    message = f"the text says {stated.text}, the results say {stated.label} = {known}"
    return Problem("changed_number", message, file, key=place, item=str(rows[0]["id"]), hint=CHANGED_HINT)
