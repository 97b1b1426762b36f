"""What Word can do with the document: numbers found by their ids, mentions that follow, a journal's own styles."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.errors import OutputError
from osa_survey.report import Report, Section, build_report, control_tag, word_document, write_report
from osa_survey.report.pieces import numbers_of, sentence_pieces
from osa_survey.report.word_styles import OURS
from osa_survey.results import release
from tests import made_up_results as made

WORD_TAG = 64  # characters Word takes in a tag


FEW = ("flow", "compare_groups", "screen")


def a_report(style: str = "apa", language: str = "en", simulated: bool = False, names: Sequence[str] = FEW) -> Report:
    results = made.every_result()
    return build_report(
        title="A study",
        profile=JOURNAL,
        seed=3,
        style=style,
        language=language,
        simulated=simulated,
        sections=[Section(name, name, [results[name]]) for name in names],
    )


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def text_of(element: Any) -> str:
    return "".join(piece.text or "" for piece in element.iter(qn("w:t")))


def controls(document: Any) -> list[tuple[str, str]]:
    """The tag, or in its place the title, and the text of each content control that has one."""
    return controls_in(document.element.body)


def controls_in(element: Any) -> list[tuple[str, str]]:
    return [
        (tag[0].get(qn("w:val")), text_of(control))
        for control in element.iter(qn("w:sdt"))
        if (tag := [*control.find(qn("w:sdtPr")).iter(qn("w:tag"), qn("w:alias"))])
    ]


@pytest.fixture(scope="module")
def package() -> bytes:
    return word_document(a_report(names=tuple(made.every_result())))


def test_every_number_of_a_table_is_in_a_control_with_the_tag_of_its_row(package: bytes, tmp_path: Path) -> None:
    report = a_report(names=tuple(made.every_result()))
    write_report(report, tmp_path / "out", formats=())
    rows = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()[1:]]
    tags = {control_tag(row["id"]): row["id"] for row in rows}
    assert len(tags) == len(rows), "no two ids share a tag"
    wholes = {result.id for result in report.results}
    found = controls(opened(package))
    assert {tag for tag, _ in found} <= {*tags, *wholes}
    assert ("compare_groups/groups/mean/scs_total//man/", "23.52") in found
    document = opened(package)
    loose = [
        text
        for table in document.tables[: len(document.tables) - 1]
        for row in table._tbl.iter(qn("w:tr"))
        for cell in list(row.iter(qn("w:tc")))[1:]
        for run in cell.iter(qn("w:r"))
        if run.getparent().tag != qn("w:sdtContent") and re.fullmatch(r"[−-]?[\d,]*\.?\d+%?", text := text_of(run))
    ]
    assert loose == []


def test_numbers_of_sentences_are_in_controls_too(package: bytes) -> None:
    paragraph = next(p for p in opened(package).paragraphs if "Compulsivity, man" in text_of(p._p))
    found = controls_in(paragraph._p)
    assert found == [("compare_groups/groups/mean/scs_total//man/", "23.52")]


def test_a_number_that_several_rows_print_bears_the_id_of_the_result_and_a_hidden_one_none() -> None:
    released = release(made.groups_result(), JOURNAL).with_id("gap")
    numbers = numbers_of(released)
    assert numbers["23.52"] == "gap/main/mean/scs_total//man/"
    assert numbers["2,122"] == "gap", "mean and standard deviation rest on the same people"
    assert not any(canary in numbers for canary in made.CANARY_TEXTS)
    pieces = sentence_pieces("M = 23.52 (95% CI), see https://doi.org/10.1/23.52.", numbers)
    assert [(piece.text, bool(piece.link), piece.id) for piece in pieces] == [
        ("M", False, ""),
        (" = ", False, ""),
        ("23.52", False, "gap/main/mean/scs_total//man/"),
        (" (95% CI), see ", False, ""),
        ("https://doi.org/10.1/23.52", True, ""),
        (".", False, ""),
    ]


def test_control_numbers_are_unique_and_tags_fit_word(package: bytes) -> None:
    body = opened(package).element.body
    ids = [int(found.get(qn("w:val"))) for control in body.iter(qn("w:sdtPr")) for found in control.iter(qn("w:id"))]
    assert len(ids) == len(set(ids))
    assert min(ids) > 0
    marks = [found.get(qn("w:id")) for found in body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks)) > 0
    assert all(len(tag) <= WORD_TAG for tag, _ in controls(opened(package)))
    assert len(control_tag("a" * 65)) == WORD_TAG
    assert control_tag("a" * 65) != control_tag("a" * 66)


@pytest.mark.parametrize(("language", "label"), [("en", "Table"), ("de", "Tabelle")])
def test_every_table_and_figure_is_numbered_by_a_field_and_mentioned_by_a_reference(language: str, label: str) -> None:
    body = opened(word_document(a_report(language=language))).element.body
    fields = [code.text.strip() for code in body.iter(qn("w:instrText"))]
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert f"SEQ {label} \\* ARABIC" in fields
    mentioned = {code.split()[1] for code in fields if code.startswith("REF ")}
    assert mentioned <= set(names)
    tables = [name for name in names if name.startswith("_Ref_table_")]
    assert tables == [f"_Ref_table_{n}" for n in range(1, len(tables) + 1)]
    figures = [name for name in names if name.startswith("_Ref_figure_")]
    assert set(figures) <= mentioned
    assert set(tables) <= mentioned, "no run of tables here is long enough to name only its first and last"


def a_template(path: Path) -> Path:
    document = Document()
    document.add_paragraph("Instructions to authors: delete this text.")
    document.sections[0].left_margin = Inches(1.5)
    document.sections[0].header.paragraphs[0].text = "Journal of Made-up Measures"
    document.styles["Caption"].font.name = "Courier New"
    own = document.styles.add_style("Table Note", WD_STYLE_TYPE.PARAGRAPH)
    own.font.size = Pt(13)
    document.save(str(path))
    return path


def test_a_journals_template_gives_page_header_and_styles_and_not_its_text(tmp_path: Path) -> None:
    template = a_template(tmp_path / "journal.docx")
    data = word_document(a_report(simulated=True), template=template)
    assert data == word_document(a_report(simulated=True), template=template)
    document = opened(data)
    everything = text_of(document.element.body)
    assert "Instructions to authors" not in everything
    assert "A study" in everything
    assert document.sections[0].left_margin == Inches(1.5)
    head = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    assert head == ["SIMULATED DATA", "Journal of Made-up Measures"]
    assert document.styles["Caption"].font.name == "Courier New"
    assert document.styles["Table Note"].font.size == Pt(13)
    assert document.styles["Bibliography"].paragraph_format.first_line_indent == Inches(-0.5)
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert used <= {*OURS, "Normal"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"plain text"])
def test_what_is_no_word_document_is_refused_as_a_template(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.docx"
    path.write_bytes(content)
    with pytest.raises(OutputError, match=r"journal\.docx") as caught:
        word_document(a_report(), template=path)
    assert caught.value.problems[0].code == "template_unreadable"


def test_the_plain_style_says_number_and_title_on_one_line(package: bytes) -> None:
    plain = opened(word_document(a_report("plain")))
    captions = [p for p in plain.paragraphs if p.style.name == "Caption"]
    assert captions[0].text == "Figure 1. Flow of respondents from the file to the analysis"
    assert plain.styles["Body Text"].paragraph_format.line_spacing < 2
    apa = opened(package)
    caption = next(p for p in apa.paragraphs if p.style.name == "Caption")
    assert caption.text == "Figure 1\nFlow of respondents from the file to the analysis"
    assert apa.styles["Body Text"].paragraph_format.line_spacing == 2
    assert apa.styles["Caption Title"].font.italic


def test_libreoffice_opens_and_prints_the_document(libreoffice: Path, package: bytes, tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(package)
    command = [
        str(libreoffice), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
        "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "again"), str(tmp_path / "report.docx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    before, after = opened(package), Document(str(tmp_path / "again" / "report.docx"))
    assert len(after.tables) == len(before.tables)
    assert len(after.inline_shapes) == len(before.inline_shapes)
    kept = controls(after)
    assert set(controls(before)) <= set(kept), "a co-author's LibreOffice keeps the controls and their titles"
    with zipfile.ZipFile(tmp_path / "again" / "report.docx") as saved:
        assert saved.read("word/document.xml").count(b"descr=") >= len(before.inline_shapes)


def test_banners_stand_in_every_header_and_below_every_heading() -> None:
    report = build_report(
        title="t", profile=WORKBENCH, seed=1, sections=[Section("s", "h", [made.flow_result()])], simulated=True
    )
    document = opened(word_document(report))
    banners = [p.text for p in document.paragraphs if p.style.name == "Banner"]
    assert banners[2:] == ["SIMULATED DATA · NOT FOR RELEASE"] * 2
