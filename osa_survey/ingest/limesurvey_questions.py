"""A LimeSurvey structure joined to an export: texts, labels, check-all questions, order, and what was not shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export, OptionSet
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.limesurvey import OTHER, ticks
from osa_survey.ingest.limesurvey_branching import Answers, UndecidedError, shown_where
from osa_survey.ingest.limesurvey_gaps import EMPTY, before_breaking_off, last_answered
from osa_survey.ingest.limesurvey_headers import readable
from osa_survey.ingest.limesurvey_structure import Part, Question, Structure, read_structure, text_in

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

Mask = NDArray[np.bool_]
FIXED_LABELS = {
    "Y": {"Y": "Yes", "N": "No"},
    "G": {"F": "Female", "M": "Male"},
    "C": {"Y": "Yes", "U": "Uncertain", "N": "No"},
    "E": {"I": "Increase", "S": "Same", "D": "Decrease"},
}
WITH_ANSWERS = "L!OFH1R"
CHECK_ALL = "MP"
TWO_WAY = ":;"
RANKING, DUAL, SHOWN_TEXT, WITH_COMMENT = "R", "1", "X", "O"


@dataclass(frozen=True)
class Field:
    """One column that a structure makes an export have."""

    question: Question
    keys: tuple[str, ...]
    headers: tuple[str, ...]
    wording: str
    option: str = ""
    scale: str = "0"
    is_text: bool = False


def join_limesurvey_structure(export: Export, companion: Companion) -> Export:
    """Return the export with what the survey's structure says of its columns.

    Notes
    -----
    Columns are found by code (``Q1[SQ1]``, ``Q1_SQ1``, ``12X3X4SQ1``), else by their question text where that is
    unique. Labels are taken only where the values fit them. A condition that answers alone decide says what was not
    shown; all others are listed in ``reading["branching"]``, and those that answers contradict in a finding.
    """
    structure = read_structure(companion)
    fields = list(fields_of(structure))
    columns = _matched(export, fields)
    by_column = {column: field for field, column in zip(fields, columns, strict=True) if column}
    labels, misfits = _labels(export, structure, by_column)
    sets = _sets(export, by_column)
    joined = replace(
        export,
        wording={**export.wording, **{column: field.wording for column, field in by_column.items() if field.wording}},
        value_labels={**export.value_labels, **labels},
    )
    not_shown, undecided, contradicted = _not_shown(joined, structure, by_column, sets)
    order = (*(name for name in export.names if name not in by_column), *by_column)
    kept = tuple(one for one in export.facts.sets if not set(one.options) & set(by_column))
    reading: dict[str, Any] = {**export.reading, "languages": list(structure.languages)}
    if undecided:
        reading["branching"] = undecided
    return replace(
        joined,
        reading=reading,
        findings=(*export.findings, *_findings(export, companion.path.name, fields, by_column, misfits, contradicted)),
        facts=replace(export.facts, sets=(*kept, *sets), order=order, not_shown=not_shown),
    )


def fields_of(structure: Structure) -> Iterator[Field]:
    """Yield the columns that a survey's questions have in an export, in the order of the questionnaire."""
    for question in structure.questions:
        if question.kind == SHOWN_TEXT:
            continue
        whole = text_in(question.texts, structure.languages)
        headers = tuple(readable(text) for text in question.texts.values())
        base = tuple(key for key in (question.code, question.field_name) if key)
        rows = [part for part in question.subquestions if part.scale == "0"]
        if not rows and question.kind != RANKING:
            yield Field(question, base, headers, whole)
        for part in _rows(question, rows):
            text = text_in(part.texts, structure.languages)
            full = f"{whole} [{text}]" if text else whole
            shown = tuple(
                f"{readable(question.texts.get(language, ''))} [{readable(part.texts.get(language, ''))}]"
                for language in question.texts
            )
            if question.kind == DUAL:
                for scale in ("0", "1"):
                    yield Field(question, _keys(question, part.code), (), full, text, scale)
                continue
            yield Field(question, _keys(question, part.code), shown, full, text)
            if question.kind == "P":
                yield Field(question, _keys(question, f"{part.code}comment"), (), full, is_text=True)
        if question.has_other:
            yield Field(question, _keys(question, "other"), (), f"{whole} [Other]", is_text=True)
        if question.kind == WITH_COMMENT:
            yield Field(question, _keys(question, "comment"), (), f"{whole} [Comment]", is_text=True)


def _rows(question: Question, rows: list[Part]) -> list[Part]:
    """Return what makes a column of its own: subquestions, pairs of them, or ranks."""
    if question.kind == RANKING:
        return [Part(str(rank)) for rank in range(1, max(len(question.answers), len(rows)) + 1)]
    if question.kind not in TWO_WAY:
        return rows
    across = [part for part in question.subquestions if part.scale == "1"]
    return [
        Part(
            f"{row.code}_{column.code}",
            "0",
            {language: f"{text}][{column.texts.get(language, '')}" for language, text in row.texts.items()},
        )
        for row in rows
        for column in across
    ]


def _keys(question: Question, code: str) -> tuple[str, ...]:
    keys = (f"{question.code}[{code}]", f"{question.code}_{code}")
    return (*keys, f"{question.field_name}{code}") if question.field_name else keys


def _matched(export: Export, fields: list[Field]) -> list[str]:
    """Return the column of each field, "" where it has none: by code, else by a text that is unique on both sides."""
    names = set(export.names)
    known = Counter(header for field in fields for header in set(field.headers))
    by_text: dict[str, list[str]] = {}
    for name in export.names:
        by_text.setdefault(readable(export.wording.get(name, "") or name), []).append(name)
    taken: set[str] = set()
    columns = []
    for field in fields:
        keys = _scale_keys(field, names) if field.question.kind == DUAL else field.keys
        column = next((key for key in keys if key in names), "")
        if not column:
            unique = (header for header in field.headers if known[header] == 1 and len(by_text.get(header, ())) == 1)
            column = next((by_text[header][0] for header in unique), "")
        columns.append("" if column in taken else column)
        taken.add(column)
    return columns


def _scale_keys(field: Field, names: set[str]) -> Iterator[str]:
    """Yield the column of one of two scales: exports number them from 0 or from 1, which only both columns tell."""
    for key in field.keys:
        for left, right in (("[", "]"), ("_", ""), ("#", "")):
            zero, one, two = (f"{key}{left}{number}{right}" for number in range(3))
            if zero in names:
                yield zero if field.scale == "0" else one
            elif two in names:
                yield one if field.scale == "0" else two


def _labels(
    export: Export, structure: Structure, by_column: dict[str, Field]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return value → label of the columns whose values fit, and the columns in which no value does."""
    found, misfits = {}, []
    for column, field in by_column.items():
        question = field.question
        labels = dict(FIXED_LABELS.get(question.kind, {}))
        if question.kind in WITH_ANSWERS:
            answers = (part for part in question.answers if part.scale == field.scale)
            labels = {canonical(part.code): text_in(part.texts, structure.languages) for part in answers}
        if not labels or field.is_text:
            continue
        if question.has_other:
            labels[OTHER] = "Other"
        values = {value for value in export.values(column)[0] if value not in EMPTY}
        if values and not values & {*labels, *labels.values()}:
            misfits.append(column)
        else:
            found[column] = labels
    return found, misfits


def _sets(export: Export, by_column: dict[str, Field]) -> tuple[OptionSet, ...]:
    questions: dict[str, dict[str, str]] = {}
    for column, field in by_column.items():
        if field.question.kind in CHECK_ALL and not field.is_text:
            questions.setdefault(field.question.code, {})[column] = field.option
    sets = []
    for name, options in questions.items():
        values = {value for column in options for value in export.values(column)[0]} - set(EMPTY)
        ticked, not_ticked = ticks(values) or ((("1",), ()) if values == {"1"} else (("Y",), ()))
        sets.append(OptionSet(name, options, ticked, not_ticked))
    return tuple(sets)


def _not_shown(
    export: Export, structure: Structure, by_column: dict[str, Field], sets: Iterable[OptionSet]
) -> tuple[dict[str, Mask], dict[str, str], list[str]]:
    """Return what conditions did not show, the conditions that answers do not decide, and those they contradict."""
    ticked = {column: one.ticked for one in sets for column in one.options}
    spellings: dict[str, dict[str, tuple[str, ...]]] = {
        column: {code: (label,) for code, label in export.value_labels.get(column, {}).items()} for column in by_column
    }
    spellings |= {column: {"Y": found} for column, found in ticked.items()}
    single = {column: field for column, field in by_column.items() if field.question.kind != DUAL}
    names = {key: column for column, field in single.items() for key in field.keys}
    answers = Answers(export, names, spellings)
    hidden: dict[str, Mask] = {}
    undecided: dict[str, str] = {}
    contradicted = []
    for question in structure.questions:
        if not question.conditions:
            continue
        columns = [column for column, field in by_column.items() if field.question is question]
        try:
            shown = np.logical_and.reduce([shown_where(condition, answers) for condition in question.conditions])
        except UndecidedError:
            undecided[question.code] = " and ".join(question.conditions)
            continue
        if any((_answered(export, column, ticked.get(column)) & ~shown).any() for column in columns):
            contradicted.append(question.code)
            undecided[question.code] = " and ".join(question.conditions)
            continue
        hidden |= dict.fromkeys(columns, ~shown)
    if export.facts.unfinished is not None and hidden:
        order = {column: place for place, column in enumerate(by_column)}
        last = last_answered([export.columns[column] for column in by_column], export.facts.unfinished)
        hidden = before_breaking_off(hidden, order, last)
    known = dict(export.facts.not_shown)
    for column, mask in hidden.items():
        known[column] = known[column] | mask if column in known else mask
    return known, undecided, contradicted


def _answered(export: Export, column: str, ticked: tuple[str, ...] | None) -> Mask:
    values, which = export.values(column)
    return np.array([value in ticked if ticked else value not in EMPTY for value in values], dtype=bool)[which]


def _findings(
    export: Export,
    file: str,
    fields: list[Field],
    by_column: dict[str, Field],
    misfits: list[str],
    contradicted: list[str],
) -> list[Problem]:
    findings = []
    absent = len(fields) - len(by_column)
    if absent:
        message = "columns of the structure are not in the export"
        hint = "columns were left out at the export, or the files are of different surveys"
        findings.append(Problem("structure_without_column", message, file, hint=hint, count=absent))
    if misfits:
        message = "no value of the column is an answer of its question, so its labels were not taken"
        hint = "an export for R or SPSS numbers the answers: join its syntax file"
        findings.append(
            Problem("labels_do_not_fit", message, export.file, column=misfits[0], hint=hint, count=len(misfits))
        )
    if contradicted:
        message = "answers where the condition of the question hides it; the condition was not used: " + ", ".join(
            contradicted[:20]
        )
        hint = "the survey was changed in the field, or answers were kept when they became irrelevant"
        findings.append(Problem("branching_contradicted", message, file, hint=hint, count=len(contradicted)))
    return findings
