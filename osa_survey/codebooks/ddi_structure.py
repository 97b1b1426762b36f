"""The part of the structure of DDI-Codebook 2.5 that codebooks use: elements in order, attributes, their words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from osa_survey.errors import Problem

NAMESPACE, VERSION = "ddi:codebook:2_5", "2.5"
MANY = 1_000_000
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
GLOBAL: dict[str, tuple[str, ...]] = {"ID": ("ID",), "xml:lang": (), XML_LANG: (), "source": ("archive", "producer")}
UNITS = ("INT", "REAL")


@dataclass(frozen=True)
class Element:
    """What the schema says of an element.

    Attributes
    ----------
    children : mapping of str to (int, int)
        Child → fewest and most, in the order the schema demands.
    attributes : mapping of str to tuple of str
        Attribute → the words it accepts; nothing means any text, ``("ID",)`` an id, ``("IDREFS",)`` ids that exist.
    required : tuple of str
        Attributes that must be there.
    any_order : bool
        Whether the children may come in any order (a choice).
    has_text : bool
        Whether text may stand in it.
    """

    children: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    any_order: bool = False
    has_text: bool = False


TEXT = Element(has_text=True)
RANGES = Element({"item": (0, MANY), "range": (0, MANY), "key": (0, MANY), "notes": (0, MANY)}, any_order=True)

ELEMENTS: dict[str, Element] = {
    "codeBook": Element(
        {
            "docDscr": (0, MANY),
            "stdyDscr": (1, MANY),
            "fileDscr": (0, MANY),
            "dataDscr": (0, MANY),
            "otherMat": (0, MANY),
        },
        {"version": (VERSION,), "codeBookAgency": (), "xmlns": (NAMESPACE,)},
    ),
    "stdyDscr": Element(
        {
            "citation": (1, MANY),
            "studyAuthorization": (0, MANY),
            "stdyInfo": (0, MANY),
            "studyDevelopment": (0, MANY),
            "method": (0, MANY),
            "dataAccs": (0, MANY),
            "othrStdyMat": (0, MANY),
            "notes": (0, MANY),
        }
    ),
    "citation": Element(
        {"titlStmt": (1, 1), "rspStmt": (0, 1), "prodStmt": (0, 1), "distStmt": (0, 1), "notes": (0, MANY)}
    ),
    "titlStmt": Element(
        {"titl": (1, 1), "subTitl": (0, MANY), "altTitl": (0, MANY), "parTitl": (0, MANY), "IDNo": (0, MANY)}
    ),
    "titl": TEXT,
    "fileDscr": Element({"fileTxt": (0, MANY), "locMap": (0, 1), "notes": (0, MANY)}, {"URI": ()}),
    "fileTxt": Element({"fileName": (0, MANY)}),
    "fileName": TEXT,
    "dataDscr": Element(
        {"varGrp": (0, MANY), "nCubeGrp": (0, MANY), "var": (0, MANY), "nCube": (0, MANY), "notes": (0, MANY)}
    ),
    "varGrp": Element(
        {
            "labl": (0, MANY),
            "txt": (0, MANY),
            "concept": (0, MANY),
            "defntn": (0, MANY),
            "universe": (0, MANY),
            "notes": (0, MANY),
        },
        {
            "name": (),
            "var": ("IDREFS",),
            "type": (
                "section",
                "multipleResp",
                "grid",
                "display",
                "repetition",
                "subject",
                "version",
                "iteration",
                "analysis",
                "pragmatic",
                "record",
                "file",
                "randomized",
                "other",
            ),
        },
    ),
    "var": Element(
        {
            "location": (0, MANY),
            "labl": (0, MANY),
            "imputation": (0, MANY),
            "security": (0, MANY),
            "embargo": (0, MANY),
            "respUnit": (0, MANY),
            "anlysUnit": (0, MANY),
            "qstn": (0, MANY),
            "valrng": (0, MANY),
            "invalrng": (0, MANY),
            "undocCod": (0, MANY),
            "universe": (0, MANY),
            "TotlResp": (0, MANY),
            "sumStat": (0, MANY),
            "txt": (0, MANY),
            "stdCatgry": (0, MANY),
            "catgryGrp": (0, MANY),
            "catgry": (0, MANY),
            "codInstr": (0, MANY),
            "verStmt": (0, MANY),
            "concept": (0, MANY),
            "derivation": (0, 1),
            "varFormat": (0, 1),
            "geoMap": (0, MANY),
            "catLevel": (0, MANY),
            "notes": (0, MANY),
        },
        {
            "name": (),
            "wgt": ("wgt", "not-wgt"),
            "files": ("IDREFS",),
            "dcml": (),
            "intrvl": ("contin", "discrete"),
            "measUnit": (),
            "nature": ("nominal", "ordinal", "interval", "ratio", "percent", "other"),
            "representationType": ("text", "numeric", "code", "datetime", "other"),
        },
        required=("name",),
    ),
    "labl": Element(attributes={"level": (), "vendor": (), "country": ()}, has_text=True),
    "security": Element(attributes={"date": ()}, has_text=True),
    "qstn": Element({"preQTxt": (0, MANY), "qstnLit": (0, MANY), "postQTxt": (0, MANY)}, any_order=True, has_text=True),
    "qstnLit": TEXT,
    "valrng": RANGES,
    "invalrng": RANGES,
    "item": Element(attributes={"UNITS": UNITS, "VALUE": ()}, required=("VALUE",)),
    "range": Element(attributes={"UNITS": UNITS, "min": (), "minExclusive": (), "max": (), "maxExclusive": ()}),
    "catgry": Element(
        {"catValu": (0, 1), "labl": (0, MANY), "txt": (0, MANY), "catStat": (0, MANY), "mrow": (0, 1)},
        {"missing": ("Y", "N"), "missType": (), "country": (), "excls": ("true", "false")},
    ),
    "catValu": TEXT,
    "concept": Element(attributes={"vocab": (), "vocabURI": ()}, has_text=True),
    "varFormat": Element(
        attributes={
            "type": ("character", "numeric"),
            "formatname": (),
            "schema": ("SAS", "SPSS", "IBM", "ANSI", "ISO", "XML-Data", "other"),
            "category": ("date", "time", "currency", "other"),
        },
        has_text=True,
    ),
    "notes": Element(attributes={"type": (), "subject": (), "level": (), "resp": ()}, has_text=True),
}
"""Element → its children in the order of schema 2.5.1, its attributes with their words, and whether it holds text.

Covered is what this package writes: the elements above, with all their possible neighbours in their order. Not covered
are the content of elements it never writes (docDscr, method, sumStat, nCube, derivation, …), the XHTML and Dublin Core
parts, and the attributes that link to them; an element or attribute outside the table is a problem here even where the
schema would accept it, so that nothing unchecked is written.
"""
COVERED = tuple(ELEMENTS)


def structure_problems(root: ET.Element) -> list[Problem]:
    """Return where an XML tree breaks the covered part of the structure of DDI-Codebook 2.5.

    Parameters
    ----------
    root : Element
        The root, with tags as written, or with the namespace in braces as they are read.

    Returns
    -------
    list of Problem
        ``ddi_unknown_element``, ``ddi_order``, ``ddi_count``, ``ddi_attribute``, ``ddi_text``, ``ddi_id``, each with
        the path to the place.
    """
    problems: list[Problem] = []
    known: list[str] = [element.get("ID", "") for element in root.iter() if element.get("ID")]
    for name in sorted({name for name in known if known.count(name) > 1 or not NAME.fullmatch(name)}):
        problems.append(Problem("ddi_id", f"the id '{name}' stands twice or is no name", key="ID"))
    if local(root.tag) != "codeBook":
        problems.append(Problem("ddi_unknown_element", "the root is not codeBook", key=local(root.tag)))
    _walk(root, local(root.tag), set(known), problems)
    return problems


def local(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.removeprefix(f"{{{NAMESPACE}}}")


def _walk(element: ET.Element, path: str, ids: set[str], problems: list[Problem]) -> None:
    rules = ELEMENTS.get(local(element.tag))
    if rules is None:
        problems.append(
            Problem("ddi_unknown_element", "this element is not in the covered part of the schema", key=path)
        )
        return
    _attributes(element, rules, path, ids, problems)
    if not rules.has_text and (element.text or "").strip():
        problems.append(Problem("ddi_text", "no text may stand here", key=path))
    tags = [local(child.tag) for child in element]
    order = list(rules.children)
    for tag in dict.fromkeys(tags):
        if tag not in rules.children:
            problems.append(Problem("ddi_unknown_element", f"'{tag}' may not stand here", key=path))
    places = [order.index(tag) for tag in tags if tag in rules.children]
    if not rules.any_order and places != sorted(places):
        problems.append(Problem("ddi_order", f"the order must be {', '.join(order)}", key=path))
    for tag, (fewest, most) in rules.children.items():
        if not fewest <= tags.count(tag) <= most:
            problems.append(Problem("ddi_count", f"'{tag}' stands here {tags.count(tag)} times", key=path))
    if rules is RANGES and not {"item", "range"} & set(tags):
        problems.append(Problem("ddi_count", "an item or a range must stand here", key=path))
    for number, child in enumerate(element, start=1):
        _walk(child, f"{path}/{local(child.tag)}[{number}]", ids, problems)


def _attributes(element: ET.Element, rules: Element, path: str, ids: set[str], problems: list[Problem]) -> None:
    allowed = {**GLOBAL, **rules.attributes}
    for name in rules.required:
        if name not in element.attrib:
            problems.append(Problem("ddi_attribute", f"the attribute '{name}' is required", key=path))
    for name, value in element.attrib.items():
        words = allowed.get(name)
        if words is None:
            problems.append(Problem("ddi_attribute", f"the attribute '{name}' may not stand here", key=path))
        elif words == ("IDREFS",):
            if not set(value.split()) <= ids or not value.split():
                problems.append(Problem("ddi_id", f"'{name}' names an id that does not exist", key=path))
        elif words and words != ("ID",) and value not in words:
            problems.append(Problem("ddi_attribute", f"'{name}' must be one of {', '.join(words)}", key=path))
