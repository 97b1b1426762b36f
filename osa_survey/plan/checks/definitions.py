"""What the definitions in use ask of a study: preparation for single items, variables that stand beside scores."""

from __future__ import annotations

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject
from osa_survey.scoring.definition_notes import alert_notes, beside_notes, holder

CODES = {
    "nothing_beside": "strict: a score is to be read beside another variable, and the codebook holds none that maps to "
    "it",
    "group_not_held": "strict: a cut-off is for one group, and no variable of the codebook tells who belongs to it",
}


def definitions(subject: Subject) -> Outcome:
    """Tell alerts and companions of every block; only strict checks ask for variables that are not there."""
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    variables = subject.admitted.variables
    for name, block in subject.codebook.blocks.items():
        instrument = subject.library.instrument(block.instrument)
        if instrument.alerts:
            facts[f"alert in {name}"] = " ".join(alert_notes(instrument))
        if instrument.beside:
            facts[f"beside {name}"] = " ".join(beside_notes(instrument, variables))
        findings += [
            Problem("nothing_beside", note, key=f"blocks.{name}", hint=f'ask it, and map it: maps_to = "{identifier}"')
            for identifier, note in zip(instrument.beside, beside_notes(instrument, variables), strict=True)
            if not holder(identifier, variables.values())
        ]
        groups = {cut.applies_to.variable for cut in instrument.cutoffs if cut.applies_to is not None}
        findings += [
            Problem(
                "group_not_held",
                f"cut-offs of {instrument.short_title} are tied to '{group}': without it nobody is compared with them",
                key=f"blocks.{name}",
                hint=f'map a variable to it: maps_to = "{group}"',
            )
            for group in sorted(groups)
            if not holder(group, variables.values())
        ]
    return Outcome(tuple(findings) if subject.strict else (), facts)
