"""A data dictionary as DDI-Codebook 2.5, the XML of data archives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from osa_survey.codebooks.ddi_structure import NAMESPACE, VERSION, structure_problems
from osa_survey.codebooks.dictionaries import NOTE, ColumnDescription, DataDictionary
from osa_survey.errors import OutputError

FILE_ID = "F1"
INSTRUMENTS, HARMONISED = "osa_survey instruments", "osa_survey harmonised variables"
CLOSED = "Free text, dates and identifiers are closed and are not released."
NATIVE = ("column", "title", "wording", "labels", "missing", "minimum", "maximum", "unit", "maps_to", "weight")
NATURE = {"nominal": "nominal", "ordinal": "ordinal", "number": "ratio", "count": "ratio", "multiple": "nominal"}
REPRESENTATION = {
    "nominal": "code",
    "ordinal": "code",
    "multiple": "code",
    "number": "numeric",
    "count": "numeric",
    "date": "datetime",
    "text": "text",
    "identifier": "text",
}


def ddi_codebook(dictionary: DataDictionary, file: str = "", citations: tuple[str, ...] = ()) -> str:
    """Return the text of a DDI-Codebook 2.5 file.

    Parameters
    ----------
    dictionary : DataDictionary
        The columns.
    file : str
        The name of the data file.
    citations : tuple of str
        Sources of the instruments.

    Returns
    -------
    str
        XML with study title, file, one ``var`` for each column (label, question, limits, codes of gaps, categories)
        and one ``varGrp`` for each block of items and each check-all question. What DDI has no element for stands in
        ``notes`` of type ``osa_survey``.

    Raises
    ------
    OutputError
        If the file would break the structure of the schema (see :mod:`osa_survey.codebooks.ddi_structure`).

    References
    ----------
    DDI Alliance, DDI-Codebook 2.5 (schema 2.5.1), https://ddialliance.org/Specification/DDI-Codebook/2.5/.
    """
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": VERSION})
    if dictionary.language:
        root.set("xml:lang", dictionary.language)
    study = ET.SubElement(root, "stdyDscr")
    citation = ET.SubElement(study, "citation")
    _text(ET.SubElement(citation, "titlStmt"), "titl", dictionary.title)
    for source in citations:
        _text(study, "notes", source, type="source of an instrument")
    description = ET.SubElement(root, "fileDscr", {"ID": FILE_ID})
    _text(ET.SubElement(description, "fileTxt"), "fileName", file or "data file")
    data = ET.SubElement(root, "dataDscr")
    ids = {column.column: f"V{number}" for number, column in enumerate(dictionary.columns, start=1)}
    _groups(data, dictionary, ids)
    for column in dictionary.columns:
        _variable(data, column, ids[column.column], is_key=column.column == dictionary.respondent_id)
    problems = structure_problems(root)
    if problems:
        raise OutputError(problems)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _groups(data: ET.Element, dictionary: DataDictionary, ids: Mapping[str, str]) -> None:
    """Add the groups of columns: items of a block, options of a check-all question."""
    groups: dict[tuple[str, str], list[ColumnDescription]] = {}
    for column in dictionary.columns:
        if column.block or column.multiple:
            kind = "grid" if column.block else "multipleResp"
            groups.setdefault((kind, column.block or column.multiple), []).append(column)
    for number, ((kind, name), members) in enumerate(groups.items(), start=1):
        listed = " ".join(ids[member.column] for member in members)
        group = ET.SubElement(data, "varGrp", {"ID": f"G{number}", "name": name, "type": kind, "var": listed})
        title = dictionary.groups.get(name) or members[0].title
        if title:
            _text(group, "labl", title)
        if members[0].instrument:
            _text(group, "concept", members[0].instrument, vocab=INSTRUMENTS)


def _variable(data: ET.Element, column: ColumnDescription, identifier: str, *, is_key: bool) -> None:
    attributes = {"ID": identifier, "name": column.column, "files": FILE_ID}
    if column.weight:
        attributes["wgt"] = "wgt"
    if column.type:
        attributes["intrvl"] = "contin" if column.type == "number" else "discrete"
        attributes["representationType"] = REPRESENTATION[column.type]
    if column.type in NATURE:
        attributes["nature"] = NATURE[column.type]
    if column.unit:
        attributes["measUnit"] = column.unit
    entry = ET.SubElement(data, "var", attributes)
    if column.title:
        _text(entry, "labl", column.title)
    if column.is_restricted:
        _text(entry, "security", CLOSED)
    if column.wording:
        _text(ET.SubElement(entry, "qstn"), "qstnLit", column.wording)
    limits = {"min": column.minimum, "max": column.maximum}
    given = {key: value for key, value in limits.items() if value is not None}
    if given:
        attributes = {"UNITS": _units(given.values()), **{key: _number(value) for key, value in given.items()}}
        ET.SubElement(ET.SubElement(entry, "valrng"), "range", attributes)
    if column.missing:
        gaps = ET.SubElement(entry, "invalrng")
        for value in column.missing:
            ET.SubElement(gaps, "item", {"VALUE": value})
    for value, label in column.labels.items():
        _category(entry, value, label)
    for value, reason in column.missing.items():
        _category(entry, value, reason, missing="Y", missType=reason)
    if column.maps_to:
        _text(entry, "concept", column.maps_to, vocab=HARMONISED)
    ET.SubElement(entry, "varFormat", {"type": "character" if REPRESENTATION.get(column.type) == "text" else "numeric"})
    if is_key:
        _text(entry, "notes", "identifies the record", type="key")
    note = column.note(*NATIVE)
    if note:
        _text(entry, "notes", note.removeprefix(NOTE), type=NOTE.strip(": "))


def _category(parent: ET.Element, value: str, label: str, **attributes: str) -> None:
    category = ET.SubElement(parent, "catgry", attributes)
    _text(category, "catValu", value)
    _text(category, "labl", label)


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = "".join(
        mark if mark in "\n\t" or mark >= " " else " " for mark in text
    )


def _units(numbers: Iterable[float]) -> str:
    return "INT" if all(number.is_integer() for number in numbers) else "REAL"


def _number(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)
