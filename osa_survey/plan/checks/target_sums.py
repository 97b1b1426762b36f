"""Targets of margins whose sum is nearly, but not, that of shares or percentages: one of them is mistyped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.study_folder import Study
from osa_survey.weighting import ROUNDED

CODES = {"target_sum": "targets of a margin add up to nearly, but not, 1 or 100, and would count as numbers of people"}
NEAR = 0.5
"""A sum so far, relative, from 1 or 100 is no slip of the hand in one share."""
SOURCE = "source"
WHOLES = (1, 100)


def target_sums(study: Study) -> Outcome:
    """Add up the targets of each margin under ``[weights]`` and in each analysis."""
    findings = []
    for key, variable, targets in _margins(study):
        numbers = [float(value) for name, value in targets.items() if name != SOURCE and not isinstance(value, str)]
        total = sum(numbers)
        for whole in WHOLES:
            if ROUNDED < abs(total / whole - 1) <= NEAR:
                message = (
                    f"the targets of '{variable}' add up to {total:g}, neither to 1 (shares) nor to 100 (percentages), "
                    "so they count as numbers of people"
                )
                hint = (
                    f"correct the target that is wrong; where {total:g} people are meant, give shares of them instead"
                )
                findings.append(Problem("target_sum", message, study.name, key=key, hint=hint))
    return Outcome(tuple(findings))


def _margins(study: Study) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the key, the variable and the targets of each margin."""
    weights = study.file.weights
    for variable, margin in weights.rake.items() if weights is not None else ():
        yield f"weights.rake.{variable}", variable, margin
    for position, entry in enumerate(study.file.analyses, start=1):
        table = entry.arguments.get("targets")
        for variable, margin in table.items() if isinstance(table, dict) else ():
            if isinstance(margin, dict):
                yield f"analyses[{position}].targets.{variable}", variable, margin
