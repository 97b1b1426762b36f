"""The whole report: what stands in it, what must not, and that it is the same twice."""

from __future__ import annotations

import errno
import io
import itertools
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from osa_survey.disclosure import JOURNAL, WORKBENCH, Profile
from osa_survey.errors import AnalysisError, OutputError
from osa_survey.report import Provenance, Report, Section, build_report, html_page, word_document, write_report
from osa_survey.report.messages import ABBREVIATIONS, MESSAGES
from osa_survey.report.pdf import pdf_available
from osa_survey.results import Result, Rows, release
from tests import made_up_results as made
from tests.plots.varied_results import across_a_page

SHA = "ab" * 32
NOTE = "The definition of the scale is marked 'partly': one source was seen. A screening score is not a diagnosis."

FIGURES = sum(bool(result.plot) for result in made.every_result().values())
DRAWN = re.compile(rb' (?:d|transform|x|y|width|height|viewBox)="[^"]*"')
"""Where strokes of letters and marks stand: digits that happen to be those of a canary are no number."""
TABLES = sum(1 + len(result.more) for result in made.every_result().values())


def a_report(
    *names: str, profile: Profile = JOURNAL, simulated: bool = False, language: str = "en", title: str = "A study"
) -> Report:
    results = made.every_result()
    chosen = names or tuple(results)
    return build_report(
        title=title,
        language=language,
        profile=profile,
        simulated=simulated,
        seed=7,
        sections=[Section(name, f"Heading {name}", [results[name]], [f"About {name}."]) for name in chosen],
        methods=["The sample is self-selected.", "Intervals rest on a model."],
        notes=[NOTE],
        provenance=Provenance(
            data=[{"file": "data.csv", "sha256": SHA, "records": 3242}],
            definitions={"codebook": "cd" * 32},
            versions={"osa_survey": "0.1.0"},
        ),
    )


def text_of(element: Any) -> str:
    """All text of a part of a Word document, that in content controls too."""
    return "".join(piece.text or "" for piece in element.iter(qn("w:t")))


class Page(HTMLParser):
    """Tags, ids and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> str:
    return html_page(a_report())


@pytest.fixture(scope="module")
def package() -> bytes:
    return word_document(a_report())


def test_the_page_needs_nothing_else(page: str) -> None:
    found = Page(page)
    assert not found.all("script")
    assert not found.all("link")
    assert not found.all("img")
    assert "@import" not in page
    addresses = [
        (tag, value)
        for tag, attributes in found.tags
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href", "action", "poster", "srcset") and value and not value.startswith("#")
    ]
    assert ("a", made.DOI) in addresses
    assert all(tag == "a" and address.startswith("https://doi.org/") for tag, address in addresses)
    assert not re.search(r"url\((?!#)", page)


def test_the_page_can_be_read_with_a_screen_reader(page: str) -> None:
    found = Page(page)
    assert found.all("html")[0]["lang"] == "en-US"
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for name in ("main", "nav", "h1", "header", "footer"):
        assert len(found.all(name)) == 1, name
    levels = [int(tag[1]) for tag, _ in found.tags if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for attributes in found.all("a"):
        address = attributes["href"] or ""
        assert not address.startswith("#") or address[1:] in ids
    for attributes in found.all("th"):
        assert attributes.get("scope")
    for attributes in found.all("table"):
        assert attributes.get("aria-label") or attributes["aria-labelledby"] in ids
    drawings = list(found.all("svg"))
    assert len(drawings) == FIGURES
    for attributes in drawings:
        assert attributes["role"] == "img"
        assert attributes["aria-labelledby"] in ids
        assert attributes["aria-describedby"] in ids
    assert '<span class="spoken">hidden</span>' in page


def test_every_result_has_its_sentences_tables_and_figure(page: str) -> None:
    assert "Compulsivity, man: <i>M</i> = 23.52. Compulsivity, woman: not shown." in page
    for kind, most in (("Table", TABLES), ("Figure", FIGURES)):
        for number in range(1, most + 1):
            assert f"<b>{kind} {number}</b>" in page
        assert f"<b>{kind} {most + 1}</b>" not in page
    assert 'data-result-id="compare_groups/groups/mean/scs_total//man/"' in page
    assert NOTE.replace("'", "&#39;") in page
    assert SHA in page
    assert page.index("Alpha, B.") < page.index("Zeta, A."), "references are sorted"


def test_simulated_data_and_the_workbench_are_said_on_every_section() -> None:
    report = a_report("flow", "regress", profile=WORKBENCH, simulated=True)
    text = html_page(report)
    sections = text.split("<section ")[1:]
    assert len(sections) == 4  # methods, flow, regress, provenance: no references here
    for section in sections:
        assert '<p class="tag">SIMULATED DATA</p>' in section
        assert '<p class="tag">NOT FOR RELEASE</p>' in section
    document = Document(io.BytesIO(word_document(report)))
    for section in document.sections:
        assert section.header.paragraphs[0].text == "SIMULATED DATA · NOT FOR RELEASE"
    assert "SIMULATED" not in html_page(a_report("flow"))


def test_printed_pages_bear_the_banner_in_their_margin_and_not_above_the_text() -> None:
    text = html_page(a_report("flow", profile=WORKBENCH, simulated=True))
    assert '@top-center { content: "SIMULATED DATA · NOT FOR RELEASE";' in text
    assert "position: fixed" not in text, "a fixed banner hides the last lines of each printed page"
    assert "@top-center" not in html_page(a_report("flow"))


def test_a_note_that_the_methods_tell_is_not_repeated_below_tables() -> None:
    result = made.comparison_result()
    note = "Intervals are model-based: nothing in the data can show that."
    noted = replace(result, notes=(*result.notes, note))
    parts = [Section("a", "A", [noted.with_id("a")]), Section("b", "B", [noted.with_id("b")])]
    told: dict[str, Any] = {"title": "A study", "profile": JOURNAL, "seed": 1, "sections": parts}
    assert html_page(build_report(**told)).count(note) > 1
    assert html_page(build_report(**told, methods=[note])).count(note) == 1


def test_no_hidden_number_is_in_any_byte(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written = write_report(a_report(), out)
    assert len(written) == len({*written})
    assert {path for path in out.rglob("*") if path.is_file()} - {*written} == {out / ".osa-survey-output"}
    for path in written:
        data = path.read_bytes()
        if path.suffix == ".docx":
            with zipfile.ZipFile(io.BytesIO(data)) as source:
                data = b"\n".join(source.read(name) for name in source.namelist() if name.endswith(".xml"))
        if path.suffix in (".html", ".svg"):
            data = DRAWN.sub(b"", data)
        for canary in made.CANARY_TEXTS:
            assert canary.encode() not in data, path.name
    everything = write_report(a_report(profile=WORKBENCH), tmp_path / "bench")
    assert any(b"47.12" in path.read_bytes() for path in everything), "the canary would be found where it is shown"


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    formats = ("html", "docx", "pdf") if pdf_available() else ("html", "docx")
    first = write_report(a_report(), tmp_path / "first", formats)
    second = write_report(a_report(), tmp_path / "second", formats)
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_the_ledger_holds_every_printed_number(tmp_path: Path, page: str) -> None:
    write_report(a_report(), tmp_path / "out", formats=())
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["seed"] == 7
    assert lines[0]["data"] == [{"file": "data.csv", "sha256": SHA, "records": 3242}]
    assert lines[0]["profile"] == "journal"
    ids = {line["id"] for line in lines[1:]}
    printed = {attributes["data-result-id"] for attributes in Page(page).all("td") if "data-result-id" in attributes}
    assert printed <= ids
    assert not (tmp_path / "out" / "report.html").exists()
    hidden = next(line for line in lines if line.get("id") == "compare_groups/groups/mean/scs_total//another gender/")
    assert hidden["suppressed"] == "suppressed"
    assert hidden["n"] is None
    assert hidden["estimate"] is None


def test_word_tables_are_tables_with_captions_repeated_heads_and_notes(package: bytes) -> None:
    document = Document(io.BytesIO(package))
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    assert [text.split("\n")[0] for text in captions if text.startswith("Table")] == [
        f"Table {n}" for n in range(1, TABLES + 1)
    ]
    assert len([text for text in captions if text.startswith("Figure")]) == FIGURES
    assert len(document.tables) == TABLES + 4  # release note, data, definitions, versions
    for table in document.tables:
        first = table.rows[0]._tr.trPr
        assert first.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    comparison = next(table for table in document.tables if table.cell(0, 0).text == "Comparison")
    assert [text_of(cell._tc) for cell in comparison.rows[1].cells][:3] == ["Man − woman", "−0.02", "[−0.10, 0.05]"]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Note. CI = confidence interval." in texts
    assert any(text.startswith("‡ Hidden, because fewer than 5") for text in texts)
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "Methods"
    assert headings[-2:] == ["References", "Provenance"]


def test_word_figures_have_alternative_texts_and_the_document_a_language(package: bytes) -> None:
    document = Document(io.BytesIO(package))
    shapes = document.inline_shapes
    assert len(shapes) == FIGURES
    for shape in shapes:
        properties = shape._inline.docPr
        assert len(properties.get("descr")) > 30
        assert properties.get("title")
    ids = [shape._inline.docPr.get("id") for shape in shapes]
    assert len(set(ids)) == len(ids)
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        assert b'w:lang w:val="en-US"' in source.read("word/styles.xml")
        names = source.namelist()
        assert names[0] == "[Content_Types].xml"
        assert names[1:] == sorted(names[1:])
        assert {info.date_time for info in source.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in names:
            if name.endswith((".xml", ".rels")):
                ET.fromstring(source.read(name))
    assert document.core_properties.author == "osa_survey"
    assert document.core_properties.created.year == 2000


def test_a_table_too_wide_for_the_page_is_turned_and_the_next_page_is_upright() -> None:
    results = {"before": made.groups_result(small=30), "wide": across_a_page(), "after": made.groups_result(small=40)}
    parts = [Section(name, name, [result.with_id(name)]) for name, result in results.items()]
    report = build_report(title="A study", profile=JOURNAL, seed=1, sections=parts)
    sections = Document(io.BytesIO(word_document(report))).sections
    widths = [section.page_width > section.page_height for section in sections]
    assert any(widths)
    assert not widths[0]
    assert not any(one and following for one, following in itertools.pairwise(widths))
    assert not widths[-1]


def test_a_german_report_has_a_german_frame() -> None:
    text = html_page(a_report("compare_groups", language="de", simulated=True))
    assert '<html lang="de-DE">' in text
    for words in ("Methode", "Literatur", "Herkunft", "<b>Tabelle 1</b>", "<b>Abbildung 1</b>", "SIMULIERTE DATEN"):
        assert words in text
    assert "verborgen" in text.lower()
    assert ">Note.<" not in text
    assert set(MESSAGES["en"]) == set(MESSAGES["de"])
    assert len(ABBREVIATIONS["en"]) == len(ABBREVIATIONS["de"])


def test_text_of_users_is_never_markup(tmp_path: Path) -> None:
    title = '<script>alert(1)</script> & "more"'
    result = replace(made.groups_result(small=30), title=title, notes=(title,), labels={"man": title})
    report = build_report(
        title=title, profile=JOURNAL, seed=1, sections=[Section("s", title, [result], [title])], methods=[title]
    )
    text = html_page(report)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    Document(io.BytesIO(word_document(report)))


def test_results_without_ids_get_different_ones() -> None:
    results = [made.flow_result(), made.flow_result()]
    report = build_report(title="t", profile=JOURNAL, seed=1, sections=[Section("s", "h", results)])
    assert [result.id for result in report.results] == ["flow", "flow_2"]


def test_only_this_place_releases_results() -> None:
    before = release(made.groups_result(), WORKBENCH)
    with pytest.raises(AnalysisError, match="passed the profile 'workbench' before"):
        build_report(title="t", profile=JOURNAL, seed=1, sections=[Section("s", "h", [before])])
    report = a_report("compare_groups")
    assert report.results[0].released_under == "journal"
    assert report.results[0].engine is None
    assert made.CANARY not in set(report.results[0].more["groups"].frame["estimate"])


def test_references_are_listed_once_by_their_doi() -> None:
    results = [
        replace(made.flow_result(), references=("Zeta, A. (2001). Made-up. doi:10.1234/MADE.UP",)),
        made.comparison_result(),
    ]
    report = build_report(title="t", profile=JOURNAL, seed=1, sections=[Section("s", "h", results)])
    assert report.references == (
        "Alpha, B. (1999). Another source.",
        "Zeta, A. (2001). Made-up. https://doi.org/10.1234/MADE.UP",
    )


def test_unknown_formats_and_languages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="docx"):
        write_report(a_report("flow"), tmp_path / "out", formats=("docs",))
    assert not any(tmp_path.iterdir())
    with pytest.raises(AnalysisError, match="no report is written in 'fr'"):
        build_report(title="t", profile=JOURNAL, seed=1, sections=[], language="fr")


def test_a_full_disk_leaves_the_earlier_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_report(a_report("flow"), out, formats=("html",))
    before = (out / "report.html").read_bytes()

    def full(*arguments: object, **keywords: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("osa_survey.report.writing.word_document", full)
    with pytest.raises(OutputError, match="No space left"):
        write_report(a_report("flow", "regress", title="Another"), out)
    assert (out / "report.html").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_an_empty_report_can_be_written(tmp_path: Path) -> None:
    report = build_report(title="Nothing yet", profile=JOURNAL, seed=1, sections=[])
    written = write_report(report, tmp_path / "out")
    assert [path.name for path in written] == ["report.html", "report.docx", "results.jsonl", "printed.jsonl"]


def _with_sentences(number: int) -> Report:
    told = tuple(f"Sentence {place}." for place in range(number))
    result = replace(made.flow_result(), wording=lambda _table, _language: told, title="flow of respondents")
    sections = [Section("s", "h", [result])]
    return build_report(title="t", profile=JOURNAL, seed=1, sections=sections)


@pytest.mark.parametrize(("number", "listed", "folded"), [(3, False, False), (4, True, False), (9, True, True)])
def test_many_sentences_are_a_list_that_prints(number: int, listed: bool, folded: bool) -> None:
    page = html_page(_with_sentences(number))
    assert ("<li>Sentence 0.</li>" in page) == listed
    assert ("<p>Sentence 0. Sentence 1. Sentence 2. See " in page) != listed
    assert ("<details open>" in page) == folded, "what is folded away is not printed"
    document = Document(io.BytesIO(word_document(_with_sentences(number))))
    bullets = [text_of(p._p) for p in document.paragraphs if p.style.name == "List Bullet"]
    assert bullets == ([f"Sentence {place}." for place in range(number)] if listed else [])


def test_headings_and_captions_begin_with_a_capital() -> None:
    page = html_page(_with_sentences(1))
    assert "<h3>Flow of respondents</h3>" in page
    assert "flow of respondents" not in page
    document = Document(io.BytesIO(word_document(_with_sentences(1))))
    assert not any("flow of respondents" in paragraph.text for paragraph in document.paragraphs)


def test_no_picture_is_higher_than_a_page() -> None:
    rows = Rows()
    for place in range(80):
        rows.add("proportion", outcome=f"activity {place}", n=100, estimate=0.5)
    result = Result.from_rows(rows, title="t", analysis="prevalence", method="m", n_used=100, plot="prevalence_bars")
    report = build_report(title="t", profile=JOURNAL, seed=1, sections=[Section("s", "h", [result])])
    document = Document(io.BytesIO(word_document(report)))
    page = document.sections[0]
    shape = document.inline_shapes[0]
    assert shape.height < page.page_height - page.top_margin - page.bottom_margin
    assert shape.width < page.page_width - page.left_margin - page.right_margin
