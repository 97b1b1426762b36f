"""Every shipped definition has German words: instruments, scales, content tags, answers, harmonised variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from osa_survey.instruments import load_library
from osa_survey.languages import catalogue, translation

FEWEST, MOST = 1, 5
"""Words of a content tag; German puts several English ones into one."""
ABBREVIATION = re.compile(r"[\w/.-]*[A-Z][\w/.-]*")


def texts_of_instruments() -> Iterator[str]:
    for instrument in load_library().instruments.values():
        yield instrument.title
        if not ABBREVIATION.fullmatch(instrument.short_title):
            yield instrument.short_title
        yield from (item.tag for item in instrument.items)
        yield from (text for scale in instrument.scales for text in (scale.title, scale.higher_means))
        for options in instrument.response_options.values():
            yield from options.labels.values()


def texts_of_variables() -> Iterator[str]:
    library = load_library()
    for definition in library.variables.values():
        yield definition.title
        yield from definition.labels.values()
    for answers in library.answers.values():
        yield answers.title
        yield from answers.labels.values()


@pytest.mark.parametrize("texts", [texts_of_instruments, texts_of_variables], ids=["instruments", "variables"])
def test_every_word_of_a_definition_has_german(texts) -> None:
    said = list(dict.fromkeys(texts()))
    assert len(said) > 100
    assert [text for text in said if translation(text, "de", "words") is None] == []


def test_the_catalogue_holds_no_name_that_no_definition_uses() -> None:
    known = {*texts_of_instruments(), *texts_of_variables()}
    assert sorted(catalogue("de")["names"].keys() - known) == []


def test_content_tags_are_a_few_words_and_stay_apart() -> None:
    for instrument in load_library().instruments.values():
        german = [str(translation(item.tag, "de", "words")) for item in instrument.items]
        assert len(set(german)) == len({item.tag for item in instrument.items}), instrument.id
        assert all(FEWEST <= len(text.split()) <= MOST for text in german), instrument.id


def test_an_item_that_is_keyed_in_reverse_keeps_its_mark() -> None:
    assert translation("sees own failure (R)", "de", "words") == "sieht eigenes Scheitern (R)"
    assert translation("a tag of my own (R)", "de", "words") is None
