"""A codebook as a Frictionless Table Schema (Data Package 2.0): the raw export's columns, described for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.codebooks.dictionaries import dictionary_of
from osa_survey.codebooks.model import Block, Codebook, MissingCodes, VariableEntry
from osa_survey.instruments.answers import Item
from osa_survey.instruments.model import Instrument

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
TYPES = {"number": "number", "count": "integer", "date": "string", "text": "string", "identifier": "string"}
Field = dict[str, Any]
FACTS = "osa_survey:facts"
NATIVE = ("column", "wording", "labels", "missing", "minimum", "maximum", "ticked", "maps_to")
"""Facts with a key of their own; all others stand together under ``osa_survey:facts``."""


def table_schema(
    codebook: Codebook,
    instruments: Mapping[str, Instrument],
    wording: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
) -> str:
    """Return the codebook as the text of a Table Schema.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    instruments : mapping of str to Instrument
        Instrument id → definition, for every block.
    wording : mapping of str to str, optional
        Column → question text.
    columns : tuple of str
        All columns of the export in file order; those the codebook does not use are described as strings.

    Returns
    -------
    str
        JSON. A field is a column of the raw export: its type, its categories in order, its missing values with the
        reason as label, the scales it belongs to, and whether its content is closed (``osa_survey:restricted``).

    Notes
    -----
    A date is described as a string, because the export's way of writing dates is not known here.
    """
    described: dict[str, Field] = {}
    for name, block in codebook.blocks.items():
        instrument = instruments[block.instrument]
        names = block.column_names(tuple(item.id for item in instrument.items))
        for item, column in zip(instrument.items, names, strict=True):
            described[column] = _item(codebook, name, block, instrument, item, column)
    for name, entry in codebook.variables.items():
        described.update((field["name"], field) for field in _variable(codebook, name, entry))
    for column_facts in dictionary_of(codebook, instruments, wording).columns:
        facts = column_facts.facts(*NATIVE)
        if facts:
            described[column_facts.column][FACTS] = facts
    order = [*columns, *(column for column in described if column not in columns)]
    fields = [described.get(column, {"name": column, "type": "string"}) for column in order]
    for one in fields:
        text = " ".join((wording or {}).get(one["name"], "").split())
        one |= {"description": text} if text else {}
    schema: dict[str, Any] = {"$schema": PROFILE, "title": codebook.title, "fields": fields, "missingValues": [""]}
    schema["osa_survey:language"] = codebook.language
    if codebook.file.respondent_id:
        schema["primaryKey"] = [codebook.file.respondent_id]
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _item(codebook: Codebook, name: str, block: Block, instrument: Instrument, item: Item, column: str) -> Field:
    options = instrument.options_of(item.id)
    by_code = {code: options.labels.get(code, f"{code:g}") for code in options.codes}
    labels = {value: by_code.get(code, f"{code:g}") for value, code in block.codes.items()} or {
        f"{code:g}": label for code, label in {**by_code, **options.not_scored}.items()
    }
    scales = [
        {"scale": f"{name}_{scale.id}", "reversed": instrument.reverses(scale.id, item.id)}
        for scale in instrument.scales
        if item.id in instrument.items_behind(scale.id)
    ]
    field: Field = {"name": column, "title": item.tag, **_categories(labels, ordered=True)}
    field |= _missing(block.missing or codebook.missing)
    field["osa_survey:instrument"] = instrument.id
    field["osa_survey:item"] = item.id
    if scales:
        field["osa_survey:scales"] = scales
    return field


def _variable(codebook: Codebook, name: str, entry: VariableEntry) -> Iterator[Field]:
    title = entry.title or name.replace("_", " ")
    missing = _missing(entry.missing or codebook.missing)
    for option, column in entry.columns.items():
        ticked = [f"{value:g}" if isinstance(value, float) else value for value in entry.ticked]
        yield {
            "name": column,
            "title": f"{title}: {option.replace('_', ' ')}",
            "type": "string",
            **missing,
            "osa_survey:variable": f"{name}_{option}",
            "osa_survey:ticked": ticked,
        }
    if entry.columns:
        return
    field: Field = {"name": entry.column, "title": title}
    if entry.labels:
        field |= _categories(entry.labels, ordered=entry.type == "ordinal")
    else:
        field["type"] = TYPES[entry.type]
    limits = {"minimum": entry.minimum, "maximum": entry.maximum}
    constraints = {key: value for key, value in limits.items() if value is not None}
    if constraints:
        field["constraints"] = constraints
    field |= missing
    field["osa_survey:variable"] = name
    if entry.maps_to:
        field["osa_survey:harmonised"] = entry.maps_to
    if entry.is_restricted:
        field["osa_survey:restricted"] = True
    yield field


def _categories(labels: Mapping[str, str], *, ordered: bool) -> Field:
    """Return type and categories: whole numbers where all values are, else texts."""
    numbers = [_whole(value) for value in labels]
    if all(number is not None for number in numbers):
        pairs = [{"value": number, "label": label} for number, label in zip(numbers, labels.values(), strict=True)]
        return {"type": "integer", "categories": pairs, "categoriesOrdered": ordered}
    texts = [{"value": value, "label": label} for value, label in labels.items()]
    return {"type": "string", "categories": texts, "categoriesOrdered": ordered}


def _whole(value: str) -> int | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def _missing(codes: MissingCodes) -> Field:
    listed = [
        {"value": f"{value:g}" if isinstance(value, float) else value, "label": reason}
        for reason, values in codes.items()
        for value in values
    ]
    return {"missingValues": [{"value": "", "label": "not_answered"}, *listed]} if listed else {}
