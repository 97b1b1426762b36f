"""The codebook page: counts by hand, small cells and what would give them back hidden, restricted content closed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from osa_survey.dataset import Responses, admit
from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.report.codebook_columns import class_edges
from osa_survey.report.codebook_counts import count_closed, count_columns
from osa_survey.report.codebook_pages import codebook_page
from osa_survey.report.codebook_words import WORDS
from osa_survey.report.printed import HIDDEN
from tests.made_up_studies import codebook, export_of, instrument, library_with

SECRET = "my very own words"
N = 100


def responses(gender: list[Any] | None = None, **changes: Any) -> Responses:
    random = np.random.default_rng(4)
    asked = gender or [1] * 50 + [2] * 40 + [3] * 7 + [-99] * 3
    columns: dict[str, list[Any]] = {
        "age": (20 + np.arange(N) % 40).tolist(),
        "gender": asked,
        **{f"q{n}": random.integers(1, 6, N).tolist() for n in (1, 2, 3)},
        "follow": [1 if value == 1 else "" for value in asked],
        "a": [1 if n < 60 else "" for n in range(N)],
        "b": [1 if n >= 30 else "" for n in range(N)],
        "id": [f"R_{n}" for n in range(N)],
        "text": [SECRET if n < 20 else "" for n in range(N)],
    }
    book = codebook(
        title="A <b>study</b>",
        missing={"refused": [-99]},
        blocks={"calm": {"instrument": "calm", "columns": "q{n}"}},
        variables={
            "age": {"column": "age", "type": "number", "unit": "years"},
            "gender": {"column": "gender", "type": "nominal", "labels": {"1": "man", "2": "woman", "3": "other"}},
            "follow": {
                "column": "follow",
                "type": "nominal",
                "labels": {"1": "yes", "2": "no"},
                "asked_if": {"variable": "gender", "codes": [1]},
            },
            "used": {"columns": {"phone": "a", "laptop": "b"}, "type": "multiple"},
            "id": {"column": "id", "type": "identifier"},
            "text": {"column": "text", "type": "text"},
        },
        **changes,
    )
    return admit(export_of(columns), book, library_with(instrument()))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(page: str) -> str:
    parser = _Text()
    parser.feed(re.sub(r"<style>.*?</style>", "", page, flags=re.S))
    return " ".join(" ".join(parser.words).split())


def test_counts_by_hand() -> None:
    counts = count_columns(responses(), WORKBENCH)
    gender = counts["gender"]
    assert [(option.label, option.n) for option in gender.options] == [("man", 50), ("woman", 40), ("other", 7)]
    assert [(reason.label, reason.n) for reason in gender.reasons] == [("refused", 3)]
    assert gender.options[0].share == pytest.approx(50 / 97)
    assert [option.n for option in counts["used_phone"].options] == [40, 60]
    items = responses().items("calm")
    assert [option.n for option in counts["calm_02"].options] == [
        int((items[:, 1] == code).sum()) for code in range(1, 6)
    ]


def test_a_small_cell_takes_another_with_it() -> None:
    """3 others: the 97 who answered would give them back by subtraction, so the 44 women are hidden too."""
    gender = count_columns(responses([1] * 50 + [2] * 44 + [3] * 3 + [-99] * 3), JOURNAL)["gender"]
    assert [option.n for option in gender.options] == [50, None, None]
    assert [np.isnan(option.share) for option in gender.options] == [False, True, True]
    assert (gender.answered.n, gender.missing.n) == (97, 3)
    assert [(reason.label, reason.n) for reason in gender.reasons] == [("no_answer", 3)]


def test_a_filter_does_not_give_back_what_its_variable_hides() -> None:
    """Asked were men only: the 50 not shown are 40 women, 7 others and 3 who refused; with woman and other
    of two and 48 people, the number not shown must not open them."""
    counts = count_columns(responses([1] * 50 + [2] * 48 + [3] * 2), JOURNAL)
    assert [option.n for option in counts["gender"].options] == [50, None, None]
    routed = count_columns(responses([1] * 2 + [2] * 48 + [3] * 50), JOURNAL)
    shown = {option.label: option.n for option in routed["gender"].options}
    not_shown = {reason.label: reason.n for reason in routed["follow"].reasons}["not_shown"]
    assert shown["man"] is None
    assert not_shown is None


def test_the_page_shows_no_hidden_number_and_no_restricted_text() -> None:
    data = responses()
    page = codebook_page(data, wording={"q1": "How calm are you?", "gender": "gender"})
    words = text_of(page)
    assert SECRET not in page
    assert "R_7" not in page
    assert "Closed: free text" in words
    assert "Filled in by 20 respondents" in words
    assert HIDDEN in words
    assert "How calm are you?" in words
    assert "calm thing 2" in words
    assert "total (reversed)" in words
    assert "A <b>study</b>" in words
    assert "<b>study" not in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "refused 3" not in words


def test_workbench_says_that_it_is_not_for_release() -> None:
    words = text_of(codebook_page(responses(), profile=WORKBENCH))
    assert "NOT FOR RELEASE" in words
    assert HIDDEN not in words
    assert "refused 3" in words


def test_both_languages_have_the_same_words() -> None:
    assert set(WORDS["en"]) == set(WORDS["de"])
    german = text_of(codebook_page(responses(), language="de"))
    assert "umgepolt" in german
    assert "Geschlossen: Kennung" in german


def test_closed_columns_with_few_entries_do_not_say_how_many() -> None:
    assert count_closed(20, 100, JOURNAL) == 20
    assert count_closed(3, 100, JOURNAL) is None
    assert count_closed(98, 100, JOURNAL) is None
    assert count_closed(0, 100, JOURNAL) == 0


@pytest.mark.parametrize("values", [[30.0], [0.0, 0.1], list(range(18, 80)), [1e6, 2e6, 5e6], [-3.0, 7.0], [20.0] * 50])
def test_classes_are_few_round_and_hold_everybody(values: list[float]) -> None:
    edges = class_edges(np.array(values, dtype=float))
    assert 1 <= len(edges) <= 8
    assert (np.diff(edges) > 0).all()


def test_numbers_are_shown_as_classes_that_add_up() -> None:
    counts = count_columns(responses(), WORKBENCH)["age"]
    assert sum(option.n or 0 for option in counts.options) == N
    assert counts.options[0].label.startswith("<")
    assert counts.options[-1].label.startswith("≥")
