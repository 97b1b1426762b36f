"""XML read as data only: no document types, no entities, bounded in size and depth."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from osa_survey.errors import Problem, ResponseError

LARGEST_TEXT = 1 << 27
DEEPEST = 64
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)


class _ForbiddenXMLError(ValueError):
    """Raised by the parser itself where a document type begins."""


class _Bounded(ET.TreeBuilder):
    """A tree builder that stops at document types, and at nesting no survey structure has."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None, /) -> None:
        raise _ForbiddenXMLError

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ET.ParseError("nested too deeply")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def read_xml(text: str, file: str) -> ET.Element:
    """Return the root element of an XML text.

    Parameters
    ----------
    text : str
        The decoded text; an encoding that its first line names is not looked at.
    file : str
        The file's name, for messages.

    Raises
    ------
    ResponseError
        With the code ``forbidden_xml`` for document types and entities, ``too_large``, or ``broken_xml``.

    Examples
    --------
    >>> read_xml('<?xml version="1.0" encoding="latin-1"?><a><b>1</b></a>', "a.xml").find("b").text
    '1'
    """
    if len(text) > LARGEST_TEXT:
        message = f"the XML file is refused: more than {LARGEST_TEXT >> 20} million characters"
        raise ResponseError(Problem("too_large", message, file, hint="is this the structure of one survey?"))
    if FORBIDDEN.search(text) and FORBIDDEN.search(CDATA.sub("", text)):
        raise _forbidden(file)
    parser = ET.XMLParser(target=_Bounded())
    try:
        parser.feed(DECLARATION.sub("", text))
        root = parser.close()
    except _ForbiddenXMLError as error:
        raise _forbidden(file) from error
    except (ET.ParseError, ValueError) as error:
        row = getattr(error, "position", (0, 0))[0]
        hint = "export it again from the survey platform"
        raise ResponseError(Problem("broken_xml", "the XML file is damaged", file, row, hint=hint)) from error
    if not isinstance(root, ET.Element):
        raise ResponseError(Problem("broken_xml", "the XML file is empty", file, hint="export it again"))
    return root


def _forbidden(file: str) -> ResponseError:
    message = "the XML file declares a document type or entities, which are never read"
    return ResponseError(Problem("forbidden_xml", message, file, hint="export it again from the survey platform"))
