"""Symbols of statistics and journals stand in italics in every output, abbreviations and names of groups do not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from osa_survey.disclosure import JOURNAL
from osa_survey.report import Report, Section, build_report, html_page, word_document
from osa_survey.report.letterforms import BELOW, ITALIC, head_forms, source_forms, stated_forms
from osa_survey.report.verification.manuscripts import read_manuscript
from tests import made_up_results as made

JOURNAL_ARTICLE = (
    "Feldt, L. S. (1965). The distribution of the coefficient. Psychometrika, 30(3), 357–370. https://x.org/1"
)
BOOK = "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum."


def italics(forms: tuple[tuple[str, str], ...]) -> list[str]:
    return [text for text, form in forms if form]


@pytest.mark.parametrize(
    ("text", "set_apart"),
    [
        ("M = 46.87, 95% CI [45.98, 47.75], SD = 17.49, n = 1,500.", ["M", "SD", "n"]),
        ("Welch's F(2, 57.79) = 0.82, p = .444; ω² = .00", ["F", "p"]),
        ("χ²(5, N = 1,500) = 63.89, p < .001, Cramér's V = .21", ["N", "p", "V"]),
        ("OR = 0.97, AIC = 12, β = .1, α = .84", []),
        ("Group B = those of site N", []),
        ("d_z = 0.85, ΔR² = .020", ["d", "z", "ΔR²"]),
        ("t(98) = 2,10; p > ,999", ["t", "p"]),
        ("no number here", []),
    ],
)
def test_symbols_before_a_relation_sign(text: str, set_apart: list[str]) -> None:
    forms = stated_forms(text)
    if "Group B" not in text:
        assert italics(forms) == set_apart
    whole = "".join(("_" if form == BELOW else "") + part for part, form in forms)
    assert whole == text, "no letter is lost"


@pytest.mark.parametrize(
    ("head", "set_apart"),
    [
        ("p (Holm)", ["p"]),
        ("Item-rest r", ["r"]),
        ("Kruskal–Wallis H", ["H"]),
        ("n with a frequency", ["n"]),
        ("Welchs F", ["F"]),
        ("d_av", ["d", "av"]),
        ("OR", []),
        ("95% CI", []),
        ("Condition B", []),
        ("B movies", []),
        ("Answered", []),
    ],
)
def test_heads(head: str, set_apart: list[str]) -> None:
    assert italics(head_forms(head)) == set_apart


def test_references_have_their_journal_and_volume_in_italics() -> None:
    assert italics(source_forms(JOURNAL_ARTICLE)) == ["Psychometrika, 30"]
    assert italics(source_forms(BOOK)) == []


def a_report() -> Report:
    told = ["The difference was d_z = 0.85, M = 2.00, SD = 1.00, p = .100."]
    parts = [Section("told", "Told", [], told), Section("groups", "Groups", [made.groups_result()])]
    return build_report(title="A study", profile=JOURNAL, seed=1, sections=parts, references=[JOURNAL_ARTICLE])


def test_every_output_shows_them_and_the_word_document_is_read_back_as_it_was_printed(tmp_path: Path) -> None:
    report = a_report()
    page = html_page(report)
    assert "<i>d</i><sub><i>z</i></sub> = " in page
    assert "<i>Psychometrika, 30</i>(3)" in page
    package = word_document(report)
    runs = [run for paragraph in Document(io.BytesIO(package)).paragraphs for run in paragraph.runs]
    assert {"M", "SD", "p", "d", "z", "Psychometrika, 30"} <= {run.text for run in runs if run.italic}
    assert all(run.text in ("z", "av") for run in runs if run.font.subscript)
    path = tmp_path / "report.docx"
    path.write_bytes(package)
    texts = " ".join(paragraph.text for paragraph in read_manuscript(path).paragraphs)
    assert "d_z = " in texts


def test_forms_are_known_words() -> None:
    assert {form for _, form in (*stated_forms("d_z = 1"), *head_forms("n"))} == {ITALIC, BELOW, ""}
