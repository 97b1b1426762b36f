"""A data dictionary as Psych-DS metadata: JSON-LD in the vocabulary of schema.org, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary, described, facts_from_note

CONTEXT = "https://schema.org/"
GAPS = "reasons of a gap"
NATIVE = ("column", "type", "title", "wording", "labels", "missing", "minimum", "maximum", "unit")


def psych_ds(dictionary: DataDictionary, citations: tuple[str, ...] = ()) -> str:
    """Return the text of ``dataset_description.json``.

    Parameters
    ----------
    dictionary : DataDictionary
        The columns.
    citations : tuple of str
        Sources of the instruments, for the key ``citation``.

    Returns
    -------
    str
        JSON-LD with the keys that Psych-DS requires (``name``, ``description``, ``variableMeasured``). A column is a
        ``PropertyValue``: ``description`` is the question, ``valueReference`` its answers and the codes of gaps.
        Whatever schema.org has no word for stands in ``disambiguatingDescription`` as one line.

    References
    ----------
    Psych-DS, rules and conventions, https://github.com/psych-ds/psych-DS; schema.org/PropertyValue.
    """
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": dictionary.title,
        "description": "What every column of the raw export holds. No answers are in this file.",
        "variableMeasured": [_variable(column, dictionary) for column in dictionary.columns],
    }
    if dictionary.language:
        content["inLanguage"] = dictionary.language
    if dictionary.respondent_id:
        content["identifier"] = dictionary.respondent_id
    if citations:
        content["citation"] = list(citations)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _variable(column: ColumnDescription, dictionary: DataDictionary) -> dict[str, Any]:
    entry: dict[str, Any] = {"@type": "PropertyValue", "name": column.column}
    named = (
        ("alternateName", column.title),
        ("description", column.wording),
        ("additionalType", column.type),
        ("minValue", column.minimum),
        ("maxValue", column.maximum),
        ("unitText", column.unit),
    )
    entry |= {key: value for key, value in named if value not in ("", None)}
    terms: list[dict[str, Any]] = [
        {"@type": "DefinedTerm", "termCode": value, "name": label} for value, label in column.labels.items()
    ]
    gaps = {"@type": "DefinedTermSet", "name": GAPS}
    terms += [
        {"@type": "DefinedTerm", "termCode": value, "name": reason, "inDefinedTermSet": gaps}
        for value, reason in column.missing.items()
    ]
    if terms:
        entry["valueReference"] = terms
    if column.block:
        entry["measurementTechnique"] = dictionary.groups.get(column.block, column.instrument)
    note = column.note(*NATIVE)
    return entry | ({"disambiguatingDescription": note} if note else {})


def read_psych_ds(content: Mapping[str, Any]) -> DataDictionary:
    """Return the data dictionary that the metadata of a Psych-DS dataset describes.

    Parameters
    ----------
    content : mapping
        The content of ``dataset_description.json``.
    """
    entries = content.get("variableMeasured")
    listed = entries if isinstance(entries, list) else [entries]
    columns = tuple(_column(entry) for entry in listed if isinstance(entry, str | dict))
    return DataDictionary(
        title=str(content.get("name") or ""),
        columns=tuple(column for column in columns if column.column),
        language=str(content.get("inLanguage") or ""),
        respondent_id=str(content.get("identifier") or "") if content.get("identifier") in _names(listed) else "",
        source="Psych-DS metadata",
    )


def is_psych_ds(content: Any) -> bool:
    """Tell whether parsed JSON is the metadata of a Psych-DS dataset."""
    return isinstance(content, dict) and "variableMeasured" in content and "schema.org" in str(content.get("@context"))


def _names(entries: list[Any]) -> list[str]:
    return [str(entry.get("name")) for entry in entries if isinstance(entry, dict)]


def _column(entry: str | dict[str, Any]) -> ColumnDescription:
    if isinstance(entry, str):
        return ColumnDescription(entry)
    facts: dict[str, Any] = {
        "column": str(entry.get("name") or ""),
        "title": str(entry.get("alternateName") or ""),
        "wording": str(entry.get("description") or ""),
        "type": str(entry.get("additionalType") or ""),
        "minimum": _number(entry.get("minValue")),
        "maximum": _number(entry.get("maxValue")),
        "unit": str(entry.get("unitText") or ""),
    }
    references = entry.get("valueReference")
    labels: dict[str, str] = {}
    missing: dict[str, str] = {}
    for term in references if isinstance(references, list) else []:
        if isinstance(term, dict) and "termCode" in term:
            place = missing if isinstance(term.get("inDefinedTermSet"), dict) else labels
            place[str(term["termCode"])] = str(term.get("name") or term["termCode"])
    facts |= {"labels": labels, "missing": missing}
    return described(**facts | facts_from_note(str(entry.get("disambiguatingDescription") or "")))


def _number(value: Any) -> float | None:
    try:
        return None if value in (None, "") else float(value)
    except (TypeError, ValueError):
        return None
