"""What becomes of the answers when a variable is harmonised: windows, types, order, doubles, and what merges."""

from __future__ import annotations

from collections import defaultdict

from osa_survey.codebooks import MappedVariable, mapped_variables
from osa_survey.codebooks.mappings import NOT_STATED
from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "mapped_window_differs": "a question has another recall window than the harmonised variable it maps to",
    "mapped_type_differs": "a variable has another type than the harmonised variable it maps to",
    "mapped_unit_differs": "a number has another unit than the harmonised variable it maps to",
    "mapped_order_differs": "categories in their declared order do not stay in order as harmonised categories",
    "mapped_twice": "two variables would fill the same harmonised column",
    "facet_not_stated": "strict: the codebook does not say of a question what the harmonised variable wants to know",
}


def harmonising(subject: Subject) -> Outcome:
    """Look at every variable with ``maps_to``; a category without a place is refused when the codebook is read."""
    mapped = mapped_variables(subject.codebook, subject.library)
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    for one in mapped:
        findings += _one(one, subject)
        for line, words in (("merges", _merges(one)), ("without a harmonised category", _lost(one))):
            if words:
                facts[f"{one.name} as {one.variable.id}: {line}"] = words
    findings += _doubles(mapped, subject)
    return Outcome(tuple(findings), facts)


def _one(one: MappedVariable, subject: Subject) -> list[Problem]:
    file, key = subject.export.file, f"variables.{one.name}.maps_to"
    findings = []
    if one.window_differs:
        message = f"the question asks about '{one.entry.window}', '{one.variable.id}' about '{one.variable.window}'"
        hint = f"answers of another window are never recoded; {_other_windows(one, subject)}"
        findings.append(Problem("mapped_window_differs", message, file, key=key, hint=hint))
    if one.type_differs:
        message = f"'{one.name}' is {one.entry.type}, '{one.variable.id}' is {one.variable.type}"
        hint = "correct the type, or let it map to a variable of its type"
        findings.append(Problem("mapped_type_differs", message, file, key=key, hint=hint))
    elif one.entry.type == "ordinal" and not _in_order(one):
        message = f"the categories change their order as categories of '{one.variable.id}'"
        hint = "put the labels into their order, or correct the recode"
        findings.append(Problem("mapped_order_differs", message, file, key=key, hint=hint))
    if one.unit_differs:
        message = f"'{one.name}' is in '{one.entry.unit}', '{one.variable.id}' in '{one.variable.unit}'"
        hint = "bring the numbers into that unit before reading, or leave maps_to out"
        findings.append(Problem("mapped_unit_differs", message, file, key=key, hint=hint))
    open_facets = [name for name, word in one.facets if word == NOT_STATED]
    if open_facets and subject.strict:
        message = f"'{one.variable.id}' wants to know: {', '.join(open_facets)}"
        words = "; ".join(f"{name}: {', '.join(one.variable.facets[name])}" for name in open_facets)
        hint = f"write facets = {{ {open_facets[0]} = … }}; {words}"
        findings.append(Problem("facet_not_stated", message, file, key=key, hint=hint))
    return findings


def _other_windows(one: MappedVariable, subject: Subject) -> str:
    others = [
        f"'{other.id}' ({other.window})"
        for other in subject.library.variables.values()
        if other.asks == one.variable.asks and other.id != one.variable.id
    ]
    return f"of the same question there are {', '.join(others)}" if others else "leave maps_to out"


def _in_order(one: MappedVariable) -> bool:
    codes = {label: code for code, label in one.variable.labels.items()}
    order = [codes[target] for target in one.targets.values() if target in codes]
    return order == sorted(order) or order == sorted(order, reverse=True)


def _merges(one: MappedVariable) -> str:
    return "; ".join(f"{', '.join(own)} → {target}" for target, own in one.merges.items())


def _lost(one: MappedVariable) -> str:
    return "; ".join(f"{own} ({why})" for own, why in one.entry.not_mapped.items())


def _doubles(mapped: tuple[MappedVariable, ...], subject: Subject) -> list[Problem]:
    columns: dict[str, list[str]] = defaultdict(list)
    for one in mapped:
        if not one.obstacle:
            columns[one.column].append(one.name)
    return [
        Problem(
            "mapped_twice",
            f"'{column}' would be filled by {' and '.join(names)}",
            subject.export.file,
            key=f"variables.{names[1]}.maps_to",
            hint="tell them apart by facets, or let only one of them map",
            count=len(names),
        )
        for column, names in columns.items()
        if len(names) > 1
    ]
