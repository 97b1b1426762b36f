"""Survey weights: their sign, their gaps, and whether they add up to the number of respondents."""

from __future__ import annotations

import numpy as np

from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "weight_negative": "a survey weight is below zero",
    "weight_missing": "an adult has no survey weight",
    "weights_do_not_sum": "survey weights do not add up to the number of respondents: their mean is not 1",
}
TOLERATED = 0.01
"""How far the mean of weights may be from 1: rounding to two digits stays well below it."""


def weights(subject: Subject) -> Outcome:
    """Look at every variable declared with ``weight = true``."""
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    file = subject.export.file
    for name, entry in subject.codebook.variables.items():
        if not entry.weight:
            continue
        values = subject.admitted.codes[name].to_numpy(dtype=float)
        known = values[~np.isnan(values)]
        absent, negative = np.isnan(values), values < 0
        if absent.any():
            row = int(subject.admitted.rows[np.argmax(absent)])
            hint = "a respondent without a weight drops out of every weighted analysis: ask who made the weights"
            message = "adults without a weight"
            number = int(absent.sum())
            findings.append(Problem("weight_missing", message, file, row, entry.column, hint=hint, count=number))
        if negative.any():
            row = int(subject.admitted.rows[np.argmax(negative)])
            number = int(negative.sum())
            hint = "weights are 0 or above: ask who made them"
            message = "weights below zero"
            findings.append(Problem("weight_negative", message, file, row, entry.column, hint=hint, count=number))
        if len(known) == 0:
            continue
        mean = float(known.mean())
        facts[f"weight {name}"] = f"{len(known)} weights, sum {known.sum():.2f}, mean {mean:.4f}"
        if abs(mean - 1) > TOLERATED and name == subject.weighting:
            facts[f"weight {name}"] += "; [weights] takes them as they are"
        elif abs(mean - 1) > TOLERATED:
            message = f"{len(known)} weights add up to {known.sum():.2f}, so their mean is {mean:.4f} and not 1"
            hint = (
                "weights of a larger sample need dividing by their mean after exclusions; weights that count people of "
                "the population are no weights for tests until they are; for weights that belong to this sample as "
                f'they are, write variable = "{name}" under [weights] of the study file'
            )
            findings.append(Problem("weights_do_not_sum", message, file, column=entry.column, hint=hint))
    return Outcome(tuple(findings), facts)
