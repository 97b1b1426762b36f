"""The tables of harmonised variables, of their answers, and of the forms that reference works distinguish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from osa_survey.instruments.answer_sets import AnswerSet
from osa_survey.instruments.library import Library
from osa_survey.instruments.variables import GROUPS, HarmonisedVariable
from osa_survey.instruments.works import ReferenceWork

MOST_CATEGORIES = 15
"""Longer lists, such as countries, are counted instead of printed."""
Row = Sequence[str]


def variable_tables(library: Library) -> list[str]:
    """Return the lines of one table for each group of harmonised variables, and one of the sets of answers."""
    lines: list[str] = []
    head = ("id", "variable", "type", "window", "categories", "facets", "verified")
    for group in GROUPS:
        members = [variable for variable in library.variables.values() if variable.group == group]
        rows = [_variable_row(variable) for variable in sorted(members, key=lambda one: one.id)]
        if rows:
            lines += [f"#### {group[0].upper()}{group[1:]}", "", *markdown_table(head, rows), ""]
    answers = [_answers_row(library.answers[name]) for name in sorted(library.answers)]
    columns = ("id", "answers", "window", "categories", "midpoints, on demand", "verified")
    return [*lines, "#### Sets of answers", "", *markdown_table(columns, answers), ""]


def coverage_tables(library: Library) -> list[str]:
    """Return the lines of one table for each reference work: every form it distinguishes and the codes that hold it."""
    lines: list[str] = []
    for name in sorted(library.works):
        work = library.works[name]
        rows = [(words, _codes(library, name, form)) for form, words in work.forms.items()]
        lines += [f"#### {work.title}", "", _cited(work), "", *markdown_table(("form", "variables"), rows), ""]
    return lines


def uncovered_forms(library: Library) -> tuple[str, ...]:
    """Return every form of a reference work that no harmonised variable holds, as ``work.form``."""
    return tuple(
        f"{name}.{form}"
        for name, work in library.works.items()
        for form in work.forms
        if not any(form in variable.covers.get(name, ()) for variable in library.variables.values())
    )


def markdown_table(head: Row, rows: Iterable[Row]) -> list[str]:
    """Return the lines of a Markdown table; a bar inside a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _cited(work: ReferenceWork) -> str:
    doi, url = work.citation.doi, work.citation.url
    link = f" [{doi}](https://doi.org/{doi})" if doi else f" <{url}>" if url else ""
    return f"{work.citation.text}{link} List of forms: {work.verified}. {' '.join(work.notes)}".rstrip()


def _codes(library: Library, work: str, form: str) -> str:
    """Return the variables of a form, those that differ by window alone as one."""
    found: dict[str, list[HarmonisedVariable]] = {}
    for variable in sorted(library.variables.values(), key=lambda one: one.id):
        if form in variable.covers.get(work, ()):
            found.setdefault(variable.asks, []).append(variable)
    return "; ".join(_ids(concept, members) for concept, members in found.items())


def _ids(concept: str, members: Sequence[HarmonisedVariable]) -> str:
    endings = [member.id.removeprefix(f"{concept}_") for member in members]
    if len(members) == 1 or any(end == member.id for end, member in zip(endings, members, strict=True)):
        return "; ".join(f"`{member.id}`" for member in members)
    return f"`{concept}_` + " + ", ".join(f"`{end}`" for end in endings)


def _variable_row(variable: HarmonisedVariable) -> Row:
    facets = "; ".join(f"{name}: {', '.join(words)}" for name, words in variable.facets.items())
    categories = f"`{variable.answers}`" if variable.answers else _categories(variable.labels)
    return (
        f"`{variable.id}`",
        variable.title,
        variable.type,
        variable.window or "none",
        categories or variable.unit or "none",
        facets or "none",
        variable.verified,
    )


def _answers_row(answers: AnswerSet) -> Row:
    numbers = answers.midpoints
    midpoints = ""
    if numbers:
        midpoints = f"{', '.join(f'{value:g}' for value in numbers.values.values())} {numbers.unit} ({numbers.basis})"
    return (
        f"`{answers.id}`",
        answers.title,
        answers.window or "none",
        _categories(answers.labels),
        midpoints or "none",
        answers.verified,
    )


def _categories(labels: dict[float, str]) -> str:
    if len(labels) > MOST_CATEGORIES:
        first = next(iter(labels.items()))
        return f"{len(labels)} categories, the first is {first[0]:g} {first[1]}"
    return "; ".join(f"{code:g} {label}" for code, label in labels.items())
