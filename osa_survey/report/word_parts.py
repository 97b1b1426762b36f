"""The parts of a Word document that python-docx has no words for: fields, rules of tables, alternative texts."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

THICK, THIN = 12, 6  # eighths of a point


def element(name: str, **attributes: str) -> Any:
    """Return an XML element such as ``w:b`` with attributes of the same namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def add_field(paragraph: Any, code: str, text: str) -> None:
    """Add a field that Word recomputes, showing ``text`` until then."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()
        run._r.append(element("w:fldChar", fldCharType=kind))
        if kind == "begin":
            run = paragraph.add_run()
            instruction = element("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            run._r.append(instruction)
        if kind == "separate":
            paragraph.add_run(text)


def set_rules(table: Any) -> None:
    """Give a table APA's rules: above and below it, and nothing else; heads get theirs by ``rule_below``."""
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        outer = side in ("top", "bottom")
        value, size = ("single", str(THICK)) if outer else ("nil", "0")
        borders.append(element(f"w:{side}", val=value, sz=size, space="0", color="000000"))
    properties = table._tbl.tblPr
    properties.append(borders)


def set_margins(table: Any, twips: int) -> None:
    """Set the space left and right of the text in every cell, in twentieths of a point."""
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(twips), type="dxa"))
    table._tbl.tblPr.append(margins)


def rule_below(cell: Any) -> None:
    """Draw a thin rule below a cell."""
    borders = element("w:tcBorders")
    borders.append(element("w:bottom", val="single", sz=str(THIN), space="0", color="000000"))
    cell._tc.get_or_add_tcPr().append(borders)


def describe_table(table: Any, title: str) -> None:
    """Give a table its title for screen readers."""
    table._tbl.tblPr.append(element("w:tblCaption", val=title))


def repeat_as_head(row: Any) -> None:
    """Repeat a row on every page and keep it in one piece."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    properties.append(element("w:tblHeader"))


def keep_together(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))


def describe_picture(shape: Any, name: str, title: str, description: str) -> None:
    """Give a picture its name, title and alternative text."""
    properties = shape._inline.docPr
    properties.set("name", name)
    properties.set("title", title)
    properties.set("descr", description)


def set_language(document: Any, tag: str) -> None:
    """Set the language of the whole document."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = element("w:lang")
        properties.append(language)
    language.set(qn("w:val"), tag)


def add_link(paragraph: Any, text: str, address: str) -> None:
    """Add a link."""
    relation = paragraph.part.relate_to(
        address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)
