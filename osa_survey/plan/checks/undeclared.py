"""Values of adults' records that the codebook does not declare."""

from __future__ import annotations

from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "not_a_number": "a text stands where a number belongs",
    "not_an_option": "a value is not one of the declared options",
    "not_whole": "a number is not whole where only whole codes are answers",
    "out_of_range": "a number is outside the declared range",
}


def undeclared(subject: Subject) -> Outcome:
    """Hand on what admission found."""
    return Outcome(subject.admitted.findings)
