"""Display logic of a Qualtrics survey: what one condition decides becomes "not shown", all else is listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export, OptionSet
from osa_survey.dataset.exports import canonical
from osa_survey.ingest.qualtrics_columns import QualtricsColumn
from osa_survey.ingest.qualtrics_questions import Question, Survey, plain_text

LOCATOR = re.compile(r"q://(QID\d+)/SelectableChoice/(\w+)(?:/(\w+))?")
SELECTED, NOT_SELECTED = "Selected", "NotSelected"
Mask = NDArray[np.bool_]
Placed = Mapping[str, tuple[QualtricsColumn, Question]]


def branching_of(
    export: Export, survey: Survey, columns: Placed, sets: Sequence[OptionSet]
) -> tuple[dict[str, Mask], tuple[dict[str, Any], ...]]:
    """Return which records were not shown a column, and all conditions of the survey.

    Returns
    -------
    not_shown : dict of str to ndarray of bool
        Columns whose display depends on one option of one earlier question that is no loop.
    branching : tuple of dict
        For each condition its kind, place, words, and whether it was ``used``.
    """
    not_shown: dict[str, Mask] = {}
    listed: list[dict[str, Any]] = []
    ticks = {name: found.ticked for found in sets for name in found.options}
    rank = {identifier: position for position, identifier in enumerate(survey.questions)}
    for identifier, question in survey.questions.items():
        for choice, logic in question.logic.items():
            conditions = _expressions(logic)
            hidden = None
            if len(conditions) == 1 and _is_earlier(conditions[0], identifier, rank):
                hidden = _hidden(export, conditions[0], columns, ticks)
            targets = [
                name
                for name, (column, _) in columns.items()
                if column.question == identifier and not column.loop and _is_part(column, question, choice)
            ]
            if hidden is not None:
                for name in targets:
                    not_shown[name] = hidden | not_shown.get(name, np.zeros(len(hidden), dtype=bool))
            words = " ".join(plain_text(condition.get("Description")) for condition in conditions)
            kind = "display" if not choice else "display of a choice"
            used = hidden is not None and bool(targets)
            listed.append({"kind": kind, "place": identifier, "choice": choice, "words": words, "used": used})
    listed += [
        {"kind": kind, "place": place, "choice": "", "words": words, "used": False}
        for kind, place, words in survey.branches
    ]
    return not_shown, tuple(listed)


def _is_part(column: QualtricsColumn, question: Question, choice: str) -> bool:
    """Tell whether a column is shown and hidden with a choice; "" is the whole question."""
    if not choice:
        return True
    has_columns = question.is_matrix or question.is_multiple or bool(question.parts)
    return has_columns and column.path[:1] == (choice,)


def _expressions(logic: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all expressions of a display logic: groups of numbered expressions."""
    groups = [group for key, group in logic.items() if key.isdigit() and isinstance(group, dict)]
    return [
        expression
        for group in groups
        for key, expression in group.items()
        if key.isdigit() and isinstance(expression, dict)
    ]


def _is_earlier(condition: Mapping[str, Any], target: str, rank: Mapping[str, int]) -> bool:
    match = LOCATOR.fullmatch(str(condition.get("ChoiceLocator") or condition.get("LeftOperand") or ""))
    return match is not None and rank.get(match[1], len(rank)) < rank[target]


def _hidden(
    export: Export, condition: Mapping[str, Any], columns: Placed, ticks: Mapping[str, tuple[str, ...]]
) -> Mask | None:
    """Return the records for which a condition is false, None where the cells do not decide it."""
    operator = condition.get("Operator")
    if condition.get("LogicType") != "Question" or operator not in (SELECTED, NOT_SELECTED):
        return None
    if str(condition.get("QuestionIsInLoop") or "no") != "no":
        return None
    match = LOCATOR.fullmatch(str(condition.get("ChoiceLocator") or condition.get("LeftOperand") or ""))
    if match is None:
        return None
    own = {
        name: entry
        for name, entry in columns.items()
        if entry[0].question == match[1] and not entry[0].loop and entry[0].kind == "answer"
    }
    read = _selected(export, own, ticks, match[2], match[3] or "")
    if read is None:
        return None
    selected, answered = read
    if export.facts.unfinished is not None:
        answered = answered | ~export.facts.unfinished  # who finished went past an unanswered question
    if operator == NOT_SELECTED:
        return selected
    return ~selected & answered


def _selected(
    export: Export, own: Placed, ticks: Mapping[str, tuple[str, ...]], first: str, second: str
) -> tuple[Mask, Mask] | None:
    """Return who selected an option, and who answered its question."""
    path = (first, second) if second else (first,)
    single = {name: entry for name, entry in own.items() if not entry[1].is_multiple and entry[1].is_closed}
    for name, (column, question) in single.items():
        statement, option = ((first,), second) if question.is_matrix else ((), first)
        if column.path == statement and option in question.options and (not question.is_matrix or second):
            values, which = export.values(name)
            wanted = {question.value(option), canonical(question.options[option])}
            return np.isin(np.array(values), list(wanted))[which], (np.array(values) != "")[which]
    target = next((name for name, (column, _) in own.items() if column.path == path and name in ticks), "")
    if not target:
        return None
    answered = np.zeros(export.n_records, dtype=bool)
    selected = answered
    for name, (column, _) in own.items():
        if name in ticks and column.path[:-1] == path[:-1]:
            values, which = export.values(name)
            ticked = np.isin(np.array(values), ticks[name])[which]
            answered = answered | ticked
            selected = ticked if name == target else selected
    return selected, answered
