"""A data dictionary from a Frictionless Table Schema, or from the schema of a Data Package's first table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary, described
from osa_survey.codebooks.frictionless_format import FACTS

GUESSED = {"number": "number", "integer": "number", "date": "date", "datetime": "date", "string": "text"}


def read_table_schema(content: Mapping[str, Any]) -> DataDictionary:
    """Return the data dictionary that a Table Schema describes.

    Parameters
    ----------
    content : mapping
        The parsed JSON: a Table Schema, or a Data Package, whose first resource with a schema is taken.
    """
    schema = _schema(content)
    fields = [entry for entry in schema.get("fields", ()) if isinstance(entry, dict) and entry.get("name")]
    general = _values(schema.get("missingValues"))
    key = schema.get("primaryKey")
    keys = [key] if isinstance(key, str) else list(key) if isinstance(key, list) else []
    return DataDictionary(
        title=str(schema.get("title") or content.get("title") or content.get("name") or ""),
        columns=tuple(_column(entry, general) for entry in fields),
        language=str(schema.get("osa_survey:language") or ""),
        respondent_id=str(keys[0]) if len(keys) == 1 else "",
        source="Table Schema",
    )


def is_table_schema(content: Any) -> bool:
    """Tell whether parsed JSON is a Table Schema or a Data Package."""
    return isinstance(content, dict) and isinstance(_schema(content).get("fields"), list)


def _schema(content: Mapping[str, Any]) -> Mapping[str, Any]:
    resources = content.get("resources")
    if isinstance(resources, list):
        schemas = (entry.get("schema") for entry in resources if isinstance(entry, dict))
        return next((schema for schema in schemas if isinstance(schema, dict)), {})
    return content


def _column(entry: Mapping[str, Any], general: Mapping[str, str]) -> ColumnDescription:
    constraints = entry.get("constraints")
    constraints = constraints if isinstance(constraints, dict) else {}
    ticked = entry.get("osa_survey:ticked")
    facts: dict[str, Any] = {
        "column": str(entry["name"]),
        "title": str(entry.get("title") or ""),
        "wording": str(entry.get("description") or ""),
        "labels": _categories(entry, constraints),
        "missing": _values(entry["missingValues"]) if "missingValues" in entry else dict(general),
        "minimum": _number(constraints.get("minimum")),
        "maximum": _number(constraints.get("maximum")),
        "ticked": tuple(map(str, ticked)) if isinstance(ticked, list) else (),
        "maps_to": str(entry.get("osa_survey:harmonised") or ""),
    }
    kind = str(entry.get("type") or "")
    if facts["labels"]:
        facts["type"] = "ordinal" if entry.get("categoriesOrdered") else "nominal"
    elif set(entry) - {"name", "type", "description"}:
        facts["type"] = GUESSED.get(kind, "")
    own = entry.get(FACTS)
    if isinstance(own, dict):
        facts["title"] = ""
    known = ColumnDescription.__dataclass_fields__
    return described(
        **facts | {key: value for key, value in (own if isinstance(own, dict) else {}).items() if key in known}
    )


def _categories(entry: Mapping[str, Any], constraints: Mapping[str, Any]) -> dict[str, str]:
    listed = entry.get("categories") or constraints.get("enum") or ()
    pairs: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else ():
        value = one.get("value") if isinstance(one, dict) else one
        label = one.get("label", value) if isinstance(one, dict) else one
        pairs[str(value)] = str(label)
    return pairs


def _values(listed: Any) -> dict[str, str]:
    """Return value → label of missing values, the empty cell left out."""
    pairs: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else ():
        value = str(one.get("value", "")) if isinstance(one, dict) else str(one)
        label = str(one.get("label", "")) if isinstance(one, dict) else ""
        if value:
            pairs[value] = label
    return pairs


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
