"""The PDF: tagged, the same twice, and what happens without the package that sets it."""

from __future__ import annotations

import re
import zlib
from types import ModuleType

import pytest

from osa_survey.disclosure import JOURNAL
from osa_survey.errors import OutputError
from osa_survey.report import Report, Section, build_report, pdf_document, refuse_formats
from tests import made_up_results as made

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
SOME = ("flow", "describe", "compare_groups", "prevalence", "regress")
CLAIM = b"pdfuaid:part"


def a_report(*names: str, title: str = "A study", language: str = "en", style: str = "apa") -> Report:
    results = made.every_result()
    return build_report(
        title=title,
        profile=JOURNAL,
        seed=3,
        language=language,
        style=style,
        sections=[Section(name, name, [results[name]]) for name in names or tuple(results)],
    )


def inside(data: bytes) -> bytes:
    """A PDF with its compressed streams opened, so that its structure can be searched."""
    opened = [data]
    for found in STREAM.finditer(data):
        try:
            opened.append(zlib.decompress(found.group(1)))
        except zlib.error:
            continue
    return b"\n".join(opened)


@pytest.fixture(scope="module")
def whole(typst: ModuleType) -> bytes:
    return pdf_document(a_report(*SOME))


def test_the_pdf_claims_and_has_what_a_screen_reader_needs(whole: bytes) -> None:
    assert whole.startswith(b"%PDF-1.7")
    text = inside(whole)
    assert CLAIM in text
    assert b"/MarkInfo" in text
    assert re.search(rb"/Lang\s*\(en-US\)", text)
    for tag in (b"/H1", b"/H2", b"/Table", b"/TH", b"/TD", b"/Figure", b"/Caption", b"/Link"):
        assert re.search(rb"/S\s*" + tag + rb"\b", text), tag
    results = made.every_result()
    figures = sum(bool(results[name].plot) for name in SOME)
    assert len(re.findall(rb"/S\s*/Figure\b", text)) == figures
    assert len(re.findall(rb"/Alt\s*[(<]", text)) >= figures


def test_no_clock_path_or_font_of_the_machine_is_in_the_pdf(whole: bytes, typst: ModuleType) -> None:
    assert whole == pdf_document(a_report(*SOME))
    text = inside(whole)
    assert set(re.findall(rb"\(D:(\d{4})", text)) <= {b"2000"}
    assert b"/tmp" not in text
    assert b"report.typ" not in text
    families = typst.Fonts(include_system_fonts=False).families()
    named = {name.split(b"+")[-1].decode() for name in re.findall(rb"/BaseFont\s*/([A-Za-z0-9+#-]+)", text)}
    assert named
    assert all(any(name.startswith(family.replace(" ", "")) for family in families) for name in named)


@pytest.mark.parametrize(("language", "style"), [("de", "plain"), ("en", "plain"), ("de", "apa")])
def test_both_languages_and_styles_can_be_set(typst: ModuleType, language: str, style: str) -> None:
    data = inside(pdf_document(a_report("compare_groups", language=language, style=style)))
    assert CLAIM in data
    assert re.search(rb"/Lang\s*\(" + (b"de-DE" if language == "de" else b"en-US"), data)


def test_letters_without_a_font_are_set_and_only_the_claim_is_dropped(typst: ModuleType) -> None:
    data = inside(pdf_document(a_report("flow", title="調査")))
    assert CLAIM not in data
    assert b"/MarkInfo" in data


def test_text_of_users_is_never_markup(typst: ModuleType) -> None:
    title = '#panic("x") *b* $y$ <z> @q \\ "'
    assert CLAIM in inside(pdf_document(a_report("compare_groups", title=title)))


def test_without_typst_the_format_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osa_survey.report.pdf.pdf_available", lambda: False)
    monkeypatch.setattr("osa_survey.report.writing.pdf_available", lambda: False)
    with pytest.raises(OutputError, match=r"osa-survey\[pdf\]") as caught:
        refuse_formats(("html", "pdf"))
    assert caught.value.problems[0].code == "pdf_not_installed"
    with pytest.raises(OutputError, match="typst"):
        pdf_document(a_report("flow"))
    refuse_formats(("html", "docx"))
