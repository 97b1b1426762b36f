"""The parts of a Word document python-docx has no words for: fields, controls, bookmarks, alternative texts."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

THIN = 6  # eighths of a point


def element(name: str, /, **attributes: str) -> Any:
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
    inner = document.styles.element
    for name in ("w:docDefaults", "w:rPrDefault", "w:rPr"):
        found = inner.find(qn(name))
        if found is None:
            found = element(name)
            inner.insert(0, found)
        inner = found
    language = inner.find(qn("w:lang"))
    if language is None:
        language = element("w:lang")
        inner.append(language)
    language.set(qn("w:val"), tag)


def add_bookmark(paragraph: Any, name: str, number: int, first: int) -> None:
    """Put a bookmark around the content of a paragraph from its child ``first`` on.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        The paragraph.
    name : str
        The bookmark; one that begins with an underscore is not listed to the reader.
    number : int
        Unique in the document.
    first : int
        How many elements of the paragraph stand before the bookmark.
    """
    paragraph._p.insert(first, element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def control_run(run: Any, tag: str, number: int) -> None:
    """Put a run into a content control that can be found by its tag and edited like any text.

    The title of the control holds the tag once more, because LibreOffice 7.4 keeps the title and drops the tag.

    Parameters
    ----------
    run : docx.text.run.Run
        The run; it stays where it is.
    tag : str
        At most 64 characters.
    number : int
        Unique in the document.
    """
    control = element("w:sdt")
    properties = element("w:sdtPr")
    properties.append(element("w:alias", val=tag))
    properties.append(element("w:tag", val=tag))
    properties.append(element("w:id", val=str(number)))
    properties.append(element("w:text"))
    content = element("w:sdtContent")
    control.append(properties)
    control.append(content)
    run._r.addprevious(control)
    content.append(run._r)


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
