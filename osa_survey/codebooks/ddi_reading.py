"""A data dictionary from a DDI-Codebook file, of version 2.5 or near it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from osa_survey.codebooks.ddi_format import HARMONISED, INSTRUMENTS
from osa_survey.codebooks.dictionaries import NOTE, ColumnDescription, DataDictionary, described, facts_from_note

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TYPES = {"ordinal": "ordinal", "nominal": "nominal"}
REPRESENTED = {"numeric": "number", "datetime": "date", "text": "text"}


def is_ddi(root: ET.Element) -> bool:
    """Tell whether an XML tree is a DDI-Codebook, whatever its version."""
    return plain(root.tag) == "codeBook"


def read_ddi(root: ET.Element) -> DataDictionary:
    """Return the data dictionary that a DDI-Codebook describes.

    Parameters
    ----------
    root : Element
        The root of the XML; its namespace does not matter.
    """
    titles = [_words(element) for element in _all(root, "titl")]
    groups: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    for group in _all(root, "varGrp"):
        name = group.get("name", "")
        label = next((_words(child) for child in _children(group, "labl")), "")
        concept = next((one for one in _children(group, "concept") if one.get("vocab") == INSTRUMENTS), None)
        facts = {"block": name, "instrument": _words(concept)} if concept is not None else {}
        if group.get("type") == "multipleResp":
            facts = {"multiple": name}
        if concept is not None:
            names[name] = label
        for identifier in group.get("var", "").split():
            groups[identifier] = facts
    entries = list(_all(root, "var"))
    keys = [
        entry.get("name", "") for entry in entries if any(n.get("type") == "key" for n in _children(entry, "notes"))
    ]
    return DataDictionary(
        title=titles[0] if titles else "",
        columns=tuple(_column(entry, groups.get(entry.get("ID", ""), {})) for entry in entries if entry.get("name")),
        language=root.get(LANGUAGE, ""),
        respondent_id=keys[0] if len(keys) == 1 else "",
        source="DDI-Codebook",
        groups=names,
    )


def _column(entry: ET.Element, group: dict[str, Any]) -> ColumnDescription:
    facts: dict[str, Any] = {"column": entry.get("name", ""), "unit": entry.get("measUnit", ""), **group}
    facts["title"] = next((_words(child) for child in _children(entry, "labl")), "")
    facts["wording"] = next((_words(child) for child in _all(entry, "qstnLit")), "") or next(
        (_words(child) for child in _children(entry, "qstn")), ""
    )
    facts["weight"] = entry.get("wgt") == "wgt"
    labels: dict[str, str] = {}
    missing: dict[str, str] = {}
    for item in (item for gaps in _children(entry, "invalrng") for item in _children(gaps, "item")):
        missing[item.get("VALUE", "")] = ""
    for category in _children(entry, "catgry"):
        value = next((_words(child) for child in _children(category, "catValu")), "")
        label = next((_words(child) for child in _children(category, "labl")), value)
        if category.get("missing") == "Y" or value in missing:
            missing[value] = category.get("missType", label)
        else:
            labels[value] = label
    facts |= {"labels": labels, "missing": missing}
    for limits in (one for valid in _children(entry, "valrng") for one in _children(valid, "range")):
        facts |= {"minimum": _number(limits.get("min")), "maximum": _number(limits.get("max"))}
    facts["maps_to"] = next((_words(c) for c in _children(entry, "concept") if c.get("vocab") == HARMONISED), "")
    facts["type"] = TYPES.get(entry.get("nature", ""), "nominal") if labels else _kind(entry)
    notes = (_words(note) for note in _children(entry, "notes") if note.get("type") == NOTE.strip(": "))
    own = [facts_from_note(NOTE + text) for text in notes]
    return described(**facts | (own[0] if own else {}))


def _kind(entry: ET.Element) -> str:
    return REPRESENTED.get(entry.get("representationType", ""), "number" if entry.get("intrvl") == "contin" else "")


def _all(element: ET.Element, tag: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if plain(one.tag) == tag)


def _children(element: ET.Element, tag: str) -> Iterator[ET.Element]:
    return (one for one in element if plain(one.tag) == tag)


def _words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def plain(tag: object) -> str:
    """Return a tag without its namespace, "" for comments."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
