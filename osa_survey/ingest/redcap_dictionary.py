"""The data dictionary of a REDCap project: wording, choices, forms, identifiers, and branching logic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from osa_survey.dataset import Export, OptionSet
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.redcap import STATUS, TIMESTAMP, redcap_facts
from osa_survey.ingest.redcap_branching import Reader, Values, shown_where
from osa_survey.ingest.redcap_forms import (
    CHECK_BOX,
    LABELLED_CHECK_BOX,
    TICKED,
    Form,
    check_box_sets,
    relabelled,
    with_ticks_only,
)

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

HEADERS = {
    "field": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "type": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "validation": ("Text Validation Type OR Show Slider Number", "text_validation_type_or_show_slider_number"),
    "identifier": ("Identifier?", "identifier"),
    "branching": ("Branching Logic (Show field only if...)", "branching_logic"),
    "note": ("Field Note", "field_note"),
    "minimum": ("Text Validation Min", "text_validation_min"),
    "maximum": ("Text Validation Max", "text_validation_max"),
    "matrix": ("Matrix Group Name", "matrix_group_name"),
    "annotation": ("Field Annotation", "field_annotation"),
}
NEEDED = ("field", "form", "type", "label")
CHOICES = ("radio", "dropdown", "checkbox")
FIXED_CHOICES = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
TAG = re.compile(r"<[^<>]{0,500}>")


@dataclass(frozen=True, repr=False)
class Field:
    """One field of a project: its name, form, type, label, choices, validation, and its other cells as they stand."""

    name: str
    form: str
    type: str
    label: str
    choices: Mapping[str, str]
    validation: str
    identifier: bool
    branching: str
    note: str = ""
    minimum: str = ""
    maximum: str = ""
    matrix: str = ""
    annotation: str = ""


def is_redcap_dictionary(companion: Companion) -> bool:
    """Return whether the first row has the names of a data dictionary, in the long form or the short one."""
    header = set(companion.header)
    return all(header & set(HEADERS[name]) for name in NEEDED)


def dictionary_fields(companion: Companion) -> tuple[Field, ...]:
    """Return the fields of a data dictionary in their order."""
    header = companion.header
    position = {
        key: next((header.index(name) for name in names if name in header), None) for key, names in HEADERS.items()
    }
    cells = {
        key: [""] * len(companion.grid.rows) if place is None else companion.grid.cells.column(place).to_pylist()
        for key, place in position.items()
    }
    found = []
    for row in range(1, len(companion.grid.rows)):
        one = {key: texts[row].strip() for key, texts in cells.items()}
        kind = one["type"].casefold()
        choices = parse_choices(one["choices"]) if kind in CHOICES else FIXED_CHOICES.get(kind, {})
        marked = one["identifier"].casefold() in ("y", "1", "yes", "true")
        label = plain_label(one["label"])
        known = (one["field"], one["form"], kind, label, choices, one["validation"], marked, one["branching"])
        found.append(Field(*known, one["note"], one["minimum"], one["maximum"], one["matrix"], one["annotation"]))
    return tuple(found)


def parse_choices(text: str) -> dict[str, str]:
    """Return code → label of a field's choices; labels may hold commas.

    Examples
    --------
    >>> parse_choices("1, one|2, two, or more | x,")
    {'1': 'one', '2': 'two, or more', 'x': 'x'}
    """
    choices = {}
    for part in text.split("|"):
        code, _, label = part.partition(",")
        if code.strip():
            choices[canonical(code)] = plain_label(label) or code.strip()
    return choices


def join_redcap_dictionary(export: Export, companion: Companion) -> Export:
    """Return the export with wording, labels, forms, restricted columns and branching of its data dictionary.

    Parameters
    ----------
    export : Export
        A REDCap export, raw or labelled, or a table with columns of it.
    companion : Companion
        The data dictionary.

    Raises
    ------
    ResponseError
        ``companion_does_not_fit`` if no column of the export is a field of the dictionary.

    Notes
    -----
    Branching logic is decided where it compares fields of the same row; what is left undecided is a finding. Codes
    for missing data are a setting of the project, which neither file holds: they belong into the codebook.
    """
    fields = dictionary_fields(companion)
    labelled = export.reading.get("header") == "labels"
    columns = _columns_of(export, fields, labelled)
    if not columns:
        hint = "is it the dictionary of this project?"
        message = "no column of the export is a field of this data dictionary"
        raise ResponseError(Problem("companion_does_not_fit", message, companion.path.name, hint=hint))
    by_name = {field.name: field for field in fields}
    forms = () if labelled else _forms(export, fields, columns)
    facts = export.facts
    if forms and export.platform == "redcap":
        facts = redcap_facts(export, forms, export.reading.get("system_columns", {}), labelled)
    sets = facts.sets or with_ticks_only(check_box_sets(export.names, labelled), export)
    sets, strange = _labelled_sets(sets, by_name, columns, companion.path.name)
    not_shown = dict(facts.not_shown)
    undecided = []
    reader = _reader(export, by_name, columns)
    for field in fields:
        if field.branching and field.name in columns:
            shown = shown_where(field.branching, reader)
            if shown is None:
                undecided.append(field.name)
            elif not shown.all():
                for column in columns[field.name].values():
                    hidden = ~shown
                    not_shown[column] = hidden | not_shown[column] if column in not_shown else hidden
    identifying = [column for field in fields if field.identifier for column in columns.get(field.name, {}).values()]
    order = [export.names[0], *(column for field in fields for column in columns.get(field.name, {}).values())]
    facts = replace(
        facts,
        sets=sets,
        not_shown=not_shown,
        order=tuple(dict.fromkeys(order)),
        restricted=tuple(dict.fromkeys((*facts.restricted, *identifying))),
    )
    labels, wording, types = _labels(export, by_name, columns)
    reading = {**export.reading, "fields": types}
    if forms:
        reading["forms"] = {form.name: list(form.columns) for form in forms}
    return replace(
        export,
        facts=facts,
        wording={**export.wording, **wording},
        value_labels={**export.value_labels, **labels},
        reading=reading,
        findings=(*export.findings, *strange, *_undecided(undecided, companion.path.name)),
    )


def _columns_of(export: Export, fields: Sequence[Field], labelled: bool) -> dict[str, dict[str, str]]:
    """Return field → check-box code ("" for other fields) → column of the export."""
    labels = [field.label for field in fields]
    by_label = {" ".join(field.label.split()): field for field in fields if labels.count(field.label) == 1}
    by_name = {field.name: field for field in fields}
    found: dict[str, dict[str, str]] = {}
    for column in export.names:
        match = (LABELLED_CHECK_BOX if labelled else CHECK_BOX).match(column)
        name = match["field"] if match else column
        field = by_label.get(" ".join(plain_label(name).split())) if labelled else by_name.get(name)
        if field is None or (match is not None) != (field.type == "checkbox"):
            continue
        code = "" if match is None else _code(match["code"], field, labelled)
        found.setdefault(field.name, {})[code] = column
    return found


def _code(text: str, field: Field, labelled: bool) -> str:
    """Return the code of a choice as the dictionary writes it; column names have it in lower case, "-" as "_"."""
    if labelled:
        plain = plain_label(text)
        return next((code for code, label in field.choices.items() if label == plain), f"?{plain}")
    return next((code for code in field.choices if re.sub(r"[^a-z0-9_]", "_", code.lower()) == text), f"?{text}")


def _forms(export: Export, fields: Sequence[Field], columns: Mapping[str, Mapping[str, str]]) -> tuple[Form, ...]:
    """Return the forms as the dictionary groups fields."""
    members: dict[str, list[str]] = {}
    for field in fields:
        own = [column for column in columns.get(field.name, {}).values() if column != export.names[0]]
        members.setdefault(field.form, []).extend(own)
    names = set(export.names)
    stamps = {form: form + TIMESTAMP if form + TIMESTAMP in names else "" for form in members}
    return tuple(
        Form(form, form + STATUS, tuple(own), stamps[form]) for form, own in members.items() if form + STATUS in names
    )


def _labelled_sets(
    sets: Sequence[OptionSet],
    by_name: Mapping[str, Field],
    columns: Mapping[str, Mapping[str, str]],
    file: str,
) -> tuple[tuple[OptionSet, ...], tuple[Problem, ...]]:
    """Return the sets with labels; boxes that are no choice (codes for missing data) leave them and are found."""
    found, strange = [], []
    field_of = {column: name for name, own in columns.items() for column in own.values()}
    for options in sets:
        name = next((field_of[column] for column in options.options if column in field_of), "")
        if not name:
            found.append(options)
            continue
        labels = {
            column: by_name[name].choices[code]
            for code, column in columns[name].items()
            if code in by_name[name].choices
        }
        found.append(replace(relabelled(options, labels), name=name))
        for column in options.options:
            if column not in labels:
                message = "a check box that is no choice of its field, such as a code for missing data"
                hint = "if it is one, declare the reason of the gap in the codebook"
                strange.append(Problem("box_outside_choices", message, file, column=column, hint=hint))
    return tuple(found), tuple(strange)


def _reader(export: Export, by_name: Mapping[str, Field], columns: Mapping[str, Mapping[str, str]]) -> Reader:
    """Return the function that gives branching logic the codes of a field."""

    def read(name: str, code: str) -> Values | None:
        column = columns.get(name, {}).get(canonical(code))
        if column is None:
            return None
        values, which = export.values(column)
        if code:
            return tuple("1" if value in TICKED else "0" for value in values), which
        codes = {label: choice for choice, label in by_name[name].choices.items()}
        choices = by_name[name].choices
        return tuple(value if value in choices else codes.get(value, value) for value in values), which

    return read


def _labels(
    export: Export, by_name: Mapping[str, Field], columns: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, str]]:
    """Return value labels, wording and types by column; where cells hold labels, each label stands for itself."""
    labels, wording, types = {}, {}, {}
    for name, own in columns.items():
        field = by_name[name]
        for code, column in own.items():
            types[column] = f"{field.type}:{field.validation}" if field.validation else field.type
            text = field.choices.get(code, code.removeprefix("?"))
            wording[column] = f"{field.label} - {text}" if code else field.label
            if code == "" and field.choices:
                seen = {value for value in export.values(column)[0] if value}
                texts = set(field.choices.values())
                as_labels = bool(seen) and seen <= texts and not seen <= set(field.choices)
                labels[column] = {text: text for text in field.choices.values()} if as_labels else dict(field.choices)
    return labels, wording, types


def _undecided(fields: Sequence[str], file: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            "branching_not_decided",
            "the branching logic of this field uses more than comparisons of fields in the same row",
            file,
            column=name,
            hint="say asked_if in the codebook, so that gaps it explains are not taken for unanswered",
        )
        for name in fields
    )


def plain_label(text: str) -> str:
    """Return a text without tags."""
    return TAG.sub("", text).strip()
