"""The columns that a Qualtrics, LimeSurvey or REDCap questionnaire makes an export have, described."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary, described, facts_from_notes
from osa_survey.codebooks.redcap_format import FORMULA_SIGNS
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.limesurvey_questions import CHECK_ALL, FIXED_LABELS, WITH_ANSWERS, Field, fields_of
from osa_survey.ingest.limesurvey_structure import read_structure, text_in
from osa_survey.ingest.qualtrics_columns import column_of
from osa_survey.ingest.qualtrics_questions import Question, survey_of
from osa_survey.ingest.qualtrics_structure import column_wording, expected_columns, option_key
from osa_survey.ingest.redcap_dictionary import Field as RedcapField
from osa_survey.ingest.redcap_dictionary import dictionary_fields, plain_label

SHOWN_ONLY = ("DB", "Timing", "Captcha", "Meta")
POINTS = {"A": 5, "B": 10, "5": 5}
SHORTEST_RUN, FEWEST_CHOICES = 3, 3
NUMBERS, DATES = "NK", "D"
ARRAYS = "ABCEFH1"
REDCAP_TYPES = {
    "radio": "nominal",
    "dropdown": "nominal",
    "yesno": "nominal",
    "truefalse": "nominal",
    "checkbox": "multiple",
    "slider": "number",
    "calc": "number",
    "notes": "text",
    "text": "text",
    "file": "identifier",
}
GUARDED = tuple(f"'{sign}" for sign in FORMULA_SIGNS)
"""How a text begins that was kept from being taken for a formula."""
REDCAP_SHOWN_ONLY = ("descriptive",)
COLUMN = re.compile(r"^column: ([^;\n]+)", re.MULTILINE)


def qualtrics_columns(companion: Companion) -> DataDictionary:
    """Return the columns of a Qualtrics survey file, by their export tags.

    Raises
    ------
    ResponseError
        ``broken_structure`` if the file cannot be read as JSON with the elements of a survey.
    """
    survey = survey_of(companion.text)
    if survey is None:
        message = "the survey file cannot be read as JSON with the elements of a survey"
        raise ResponseError(Problem("broken_structure", message, companion.path.name, hint="export it again"))
    columns: list[ColumnDescription] = []
    groups: dict[str, str] = {}
    for question in survey.questions.values():
        for part in question.parts or (question,):
            if part.kind in SHOWN_ONLY:
                continue
            found = list(_qualtrics(question, part))
            columns += found
            groups |= {one.block: part.text for one in found if one.block}
    return DataDictionary(
        survey.title,
        tuple(columns),
        survey.language.split("-")[0].lower(),
        source="Qualtrics survey file",
        groups=groups,
    )


def _qualtrics(question: Question, part: Question) -> Iterator[ColumnDescription]:
    tag = part.tag or (f"{question.tag}#{part.part}" if part.part else question.tag)
    for name, identifier in expected_columns(part, lambda own, key: f"{own}_{key}"):
        column = column_of(name, identifier)
        if column.kind == "text" and part.kind != "TE":
            continue
        facts: dict[str, Any] = {"column": name, "wording": column_wording(part, column)}
        if part.is_closed and part.is_multiple:
            label = part.options.get(option_key(part, column), "")
            row = f"{tag}_{column.path[0]}" if part.is_matrix and column.path else tag
            facts |= {"type": "multiple", "multiple": row, "option": label or name, "ticked": ("1",)}
        elif part.is_closed:
            labels = {part.value(key): label for key, label in part.options.items()}
            facts |= {"type": "ordinal" if part.is_matrix else "nominal", "labels": labels}
            facts |= {"block": tag} if part.is_matrix else {}
        else:
            facts["type"] = "text" if part.kind == "TE" else "number"
        yield described(**facts)


def limesurvey_columns(companion: Companion) -> DataDictionary:
    """Return the columns of a LimeSurvey survey, as exports with question codes name them."""
    structure = read_structure(companion)
    columns: list[ColumnDescription] = []
    groups: dict[str, str] = {}
    for field in fields_of(structure):
        columns.append(_limesurvey(field, structure.languages))
        if columns[-1].block:
            groups[columns[-1].block] = text_in(field.question.texts, structure.languages)
    language = structure.languages[0] if structure.languages else ""
    return DataDictionary("", tuple(columns), language, source="LimeSurvey structure", groups=groups)


def _limesurvey(field: Field, languages: tuple[str, ...]) -> ColumnDescription:
    kind = field.question.kind
    column = field.keys[0] + (f"[{int(field.scale) + 1}]" if kind == "1" else "")
    facts: dict[str, Any] = {"column": column, "wording": field.wording}
    answers = {
        canonical(part.code): text_in(part.texts, languages)
        for part in field.question.answers
        if part.scale == field.scale
    }
    labels = FIXED_LABELS.get(kind, {}) or (answers if kind in WITH_ANSWERS else {})
    if kind in POINTS:
        labels = {str(point): str(point) for point in range(1, POINTS[kind] + 1)}
    if field.is_text:
        facts["type"] = "text"
    elif kind in CHECK_ALL:
        option = field.option or column
        facts |= {"type": "multiple", "multiple": field.question.code, "option": option, "ticked": ("Y",)}
    elif labels:
        array = kind in ARRAYS
        facts |= {"type": "ordinal" if array else "nominal", "labels": labels}
        facts |= {"block": field.question.code + (f"_{int(field.scale) + 1}" if kind == "1" else "")} if array else {}
    else:
        facts["type"] = "number" if kind in NUMBERS else "date" if kind in DATES else "text"
    return described(**facts)


def redcap_columns(companion: Companion) -> DataDictionary:
    """Return the columns of a REDCap data dictionary, as raw exports name them; matrices are groups of items."""
    fields = dictionary_fields(companion)
    groups = _runs(fields)
    columns = tuple(column for field in fields for column in _redcap(field, groups.get(field.name, field.matrix)))
    known = [column for column in columns if column.name]
    first = fields[0].name if fields and not known else ""
    return DataDictionary("", columns, respondent_id=first, source="REDCap data dictionary")


def _runs(fields: tuple[RedcapField, ...]) -> dict[str, str]:
    """Return field → group of neighbours on one form that offer the same three choices or more."""
    groups: dict[str, str] = {}
    names: dict[str, int] = {}
    for (form, choices, matrix), run in itertools.groupby(
        fields, key=lambda field: (field.form, tuple(field.choices.items()), field.matrix)
    ):
        members = [field.name for field in run if field.type in ("radio", "dropdown")]
        if not matrix and len(members) >= SHORTEST_RUN and len(choices) >= FEWEST_CHOICES:
            names[form] = names.get(form, 0) + 1
            name = form if names[form] == 1 else f"{form}_{names[form]}"
            groups |= dict.fromkeys(members, name)
    return groups


def _redcap(field: RedcapField, group: str) -> Iterator[ColumnDescription]:
    if field.type in REDCAP_SHOWN_ONLY:
        return
    label = field.label[1:] if field.label.startswith(GUARDED) else field.label
    facts: dict[str, Any] = {"column": field.name, "wording": label, "unit": "", "labels": dict(field.choices)}
    facts |= {"minimum": _number(field.minimum), "maximum": _number(field.maximum)}
    notes = facts_from_notes(field.annotation)
    if notes:
        wording = "" if field.type == "checkbox" else label
        for note in notes:
            own = {**facts, "wording": wording, "unit": field.note, **note}
            said = (plain_label(str(note.get("title", ""))), str(note.get("name", "")).replace("_", " "))
            if "wording" not in note and own["wording"] in said:
                own["wording"] = ""
            if "multiple" in note:
                own["labels"] = {}
            yield described(**own)
        return
    kind = REDCAP_TYPES.get(field.type, "text")
    if kind == "text" and field.validation:
        kind = "date" if field.validation.startswith(("date", "datetime")) else kind
        kind = "number" if field.validation.startswith(("number", "integer")) else kind
    kind = "identifier" if field.identifier else kind
    named = COLUMN.search(field.annotation)
    column = named[1].strip() if named else field.name
    if kind == "multiple":
        for code, label in field.choices.items():
            name = f"{field.name}___{re.sub(r'[^a-z0-9_]', '_', code.lower())}"
            own = {"type": kind, "multiple": field.name, "option": label, "ticked": ("1",)}
            yield described(column=name, wording=f"{field.label} – {label}", **own)
        return
    block = {"block": group, "type": "ordinal"} if group and field.choices else {"type": kind}
    yield described(**{**facts, "column": column, **block})


def _number(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
