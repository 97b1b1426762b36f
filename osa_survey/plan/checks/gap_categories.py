"""Declared answers that look like an answer that was not given: -9 beside words, "k.A."."""

from __future__ import annotations

from osa_survey.codebooks import VariableEntry
from osa_survey.dataset.decoding import to_number
from osa_survey.drafting.gaps_beside_words import gaps_beside_words
from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.study_folder import Study

CODES = {"gap_as_answer": 'a code such as -9 beside words, or a text such as "k.A.", is declared as an answer'}


def gap_categories(study: Study) -> Outcome:
    """Look at the categories of each variable: those named by their own code, or by a word for no answer."""
    findings = []
    for name, entry in study.codebook.variables.items():
        for value, label in _gaps(entry).items():
            message = f"the category '{label}' looks like an answer that was not given, and counts as an answer"
            hint = (
                f"take it out of labels and write missing = {{ not_answered = [{value}] }}; if it is an answer, give "
                "it a name in words"
            )
            place = study.file.data[0].codebook
            findings.append(Problem("gap_as_answer", message, place, key=f"variables.{name}.labels", hint=hint))
    return Outcome(tuple(findings))


def _gaps(entry: VariableEntry) -> dict[str, str]:
    """Return value → label of the categories that look like gaps and were given no name of their own."""
    if entry.type not in ("nominal", "ordinal"):
        return {}
    labels = dict.fromkeys(entry.labels.values(), 1)
    numbers = {label: number for label in labels if (number := to_number(label)) == number}
    gaps = gaps_beside_words(labels, numbers)
    return {value: label for value, label in entry.labels.items() if label in gaps and label == value}
