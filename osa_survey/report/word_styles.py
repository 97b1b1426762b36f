"""The named styles of a Word report: those of a journal's template where it has them, else ours.

Nothing is formatted by hand that a style could say, so that a template changes the whole document: its styles
``Title``, ``Heading 1``, ``Heading 2``, ``Body Text``, ``List Bullet``, ``Caption``, ``Caption Number``,
``Caption Title``, ``Table Text``, ``Table Text Small``, ``Table Text Tiny``, ``Table Note``, ``Bibliography``,
``Banner`` and the table style ``Report Table`` replace ours by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from osa_survey.report.table_widths import NARROW_SIZE, PADDING, SIZE, TINY_SIZE
from osa_survey.report.word_parts import element

FONT = "Calibri"
BODY = 11  # points
APA_LINES, PLAIN_LINES = 2.0, 1.15
THICK = 12  # eighths of a point
BLACK = RGBColor(0, 0, 0)
WARNING = RGBColor(0x8A, 0x4B, 0x00)
TABLE_STYLE = "Report Table"
TEXT_STYLES = {SIZE: "Table Text", NARROW_SIZE: "Table Text Small", TINY_SIZE: "Table Text Tiny"}
OURS = (
    "Title", "Heading 1", "Heading 2", "Body Text", "List Bullet", "Caption", "Caption Number", "Caption Title",
    *TEXT_STYLES.values(), "Table Note", "Bibliography", "Banner", TABLE_STYLE,
)  # fmt: skip


def set_styles(document: Any, style: str, *, template: bool) -> None:
    """Give a document every style a report uses.

    Parameters
    ----------
    document : docx.document.Document
        An empty document.
    style : {"apa", "plain"}
        APA 7: double-spaced, level 1 centred, number and title of a table on two lines. Plain: close lines, heads to
        the left.
    template : bool
        Whether the document is a journal's template: its own styles are left as they are.
    """
    kept = {one.name for one in document.styles} if template else set()
    if not template:
        normal = document.styles["Normal"]
        _fonts(normal, BODY)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = 1.0
    for name in OURS:
        if name in kept:
            continue
        made = _style(document, name)
        if name in _FORMS:
            _FORMS[name](made, style == "apa")
        elif name in TEXT_STYLES.values():
            _table_text(made, next(size for size, own in TEXT_STYLES.items() if own == name))


def remember_styles(document: Any) -> None:
    """Look each style of a document up once: python-docx looks through all of them for every paragraph and run."""
    look_up = document.part.get_style_id
    known: dict[tuple[str, Any], str | None] = {}

    def get_style_id(style: Any, kind: Any) -> str | None:
        if not isinstance(style, str):
            return look_up(style, kind)  # type: ignore[no-any-return]
        if (style, kind) not in known:
            known[style, kind] = look_up(style, kind)
        return known[style, kind]

    document.part.get_style_id = get_style_id


def _style(document: Any, name: str) -> Any:
    if name in document.styles:
        return document.styles[name]
    kind = (
        WD_STYLE_TYPE.TABLE
        if name == TABLE_STYLE
        else WD_STYLE_TYPE.CHARACTER
        if name in ("Caption Number", "Caption Title")
        else WD_STYLE_TYPE.PARAGRAPH
    )
    made = document.styles.add_style(name, kind)
    base = "Normal Table" if kind == WD_STYLE_TYPE.TABLE else "Normal"
    if kind != WD_STYLE_TYPE.CHARACTER and base in document.styles:
        made.base_style = document.styles[base]
    made.quick_style = True
    return made


def _fonts(style: Any, size: float, *, bold: bool | None = None) -> None:
    style.font.name, style.font.size, style.font.color.rgb, style.font.bold = FONT, Pt(size), BLACK, bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), FONT)


def _spaced(style: Any, before: float, after: float, lines: float = 1.0) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), lines


def _title(style: Any, apa: bool) -> None:
    _fonts(style, 14 if apa else 20, bold=True)
    _spaced(style, 0, 12, 1.15)
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER if apa else WD_ALIGN_PARAGRAPH.LEFT
    style.paragraph_format.keep_with_next = True
    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _heading_1(style: Any, apa: bool) -> None:
    _fonts(style, 12 if apa else 15, bold=True)
    _spaced(style, 18, 6)
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER if apa else WD_ALIGN_PARAGRAPH.LEFT
    style.paragraph_format.keep_with_next = True


def _heading_2(style: Any, apa: bool) -> None:
    _fonts(style, 11 if apa else 12, bold=True)
    _spaced(style, 12, 4)
    style.paragraph_format.keep_with_next = True


def _body(style: Any, apa: bool) -> None:
    _spaced(style, 0, 0 if apa else 6, APA_LINES if apa else PLAIN_LINES)
    style.paragraph_format.first_line_indent = Inches(0.5) if apa else None


def _bullet(style: Any, apa: bool) -> None:
    _spaced(style, 0, 2, APA_LINES if apa else PLAIN_LINES)


def _caption(style: Any, _: bool) -> None:
    _fonts(style, 10, bold=False)
    _spaced(style, 12, 4, 1.15)
    style.paragraph_format.keep_with_next = True


def _caption_number(style: Any, _: bool) -> None:
    style.font.bold = True


def _caption_title(style: Any, apa: bool) -> None:
    style.font.italic = apa


def _table_text(style: Any, size: float) -> None:
    style.font.size = Pt(size)
    _spaced(style, 1.5, 1.5)


def _note(style: Any, _: bool) -> None:
    style.font.size = Pt(9)
    _spaced(style, 3, 0)


def _reference(style: Any, apa: bool) -> None:
    _spaced(style, 0, 0 if apa else 6, APA_LINES if apa else PLAIN_LINES)
    style.paragraph_format.left_indent, style.paragraph_format.first_line_indent = Inches(0.5), Inches(-0.5)


def _banner(style: Any, _: bool) -> None:
    style.font.size, style.font.bold, style.font.color.rgb = Pt(9), True, WARNING
    _spaced(style, 0, 6)
    style.paragraph_format.keep_with_next = True


def _table(style: Any, _: bool) -> None:
    """Give a table its rules above and below and the room around its texts; heads get their rules cell by cell."""
    properties = element("w:tblPr")
    borders = element("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(element(f"w:{side}", val="single", sz=str(THICK), space="0", color="000000"))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(PADDING), type="dxa"))
    properties.append(borders)
    properties.append(margins)
    style.element.append(properties)


_FORMS: dict[str, Callable[[Any, bool], None]] = {
    "Title": _title,
    "Heading 1": _heading_1,
    "Heading 2": _heading_2,
    "Body Text": _body,
    "List Bullet": _bullet,
    "Caption": _caption,
    "Caption Number": _caption_number,
    "Caption Title": _caption_title,
    "Table Note": _note,
    "Bibliography": _reference,
    "Banner": _banner,
    TABLE_STYLE: _table,
}
