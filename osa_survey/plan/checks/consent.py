"""Whether the codebook says how consent is seen in the export."""

from __future__ import annotations

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {"no_consent_declared": "strict: the codebook names no variable that holds consent"}
HINT = (
    'if the export holds it: [eligibility] consent = { variable = "…", agreed = [1] }; if everyone had to agree before '
    "the first page, nothing is to be done"
)


def consent(subject: Subject) -> Outcome:
    """Say whether consent is declared; only strict checks ask for it."""
    declared = subject.codebook.eligibility.consent
    if declared is not None:
        return Outcome(facts={"consent": f"by the variable '{declared.variable}'"})
    if not subject.strict:
        return Outcome(facts={"consent": "the codebook names no variable for it"})
    message = "the codebook names no variable that holds consent, so nobody is left out for want of it"
    return Outcome((Problem("no_consent_declared", message, key="eligibility.consent", hint=HINT),))
