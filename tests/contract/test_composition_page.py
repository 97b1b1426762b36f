"""The page of what composes is current, complete, and nothing on it leaves weights or imputed sets out silently."""

from __future__ import annotations

import pytest

from osa_survey.plan.verbs import VERBS
from osa_survey.results.weighted_notes import further_note, weighted_by, weighted_note
from tests.composition_page import COMBINATIONS, PAGE, everything, outcomes, page

pytestmark = pytest.mark.xdist_group("composition_page")

TITLES = [tried.title for tried in everything()]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.composition_page"


def test_every_verb_is_on_the_page() -> None:
    named = {title.split("`")[1] for title in TITLES}
    assert set(VERBS) <= named
    assert len(set(TITLES)) == len(TITLES)


@pytest.mark.parametrize("title", TITLES)
def test_nothing_is_left_out_silently(title: str) -> None:
    found = {key: outcomes()[title, *key] for key in COMBINATIONS}
    for (imputed, word), one in found.items():
        if one.result is None:
            assert one.reason
            continue
        before = found[False, ""].result
        if before is None or (imputed, word) == (False, ""):
            continue
        assert not one.result.table["estimate"].equals(before.table["estimate"]), (imputed, word)
        words = " ".join((one.result.method, *one.result.notes))
        if imputed:
            assert "sets" in words, (imputed, word)
        if word:
            assert "weight" in words or "replicate" in words or "cluster" in words, (imputed, word)


OWN_WORDS = {
    "`describe_weights`": ("Weights were read from the variable w.", "Weights run from", "Die Gewichte reichen"),
    "`convergence`": (
        "Chains are compared on the imputed answers as they are: weights have no part in these numbers.",
        "",
        "",
    ),
    "`compare_with_target`": ("Shares called weighted are weighted (variable w).", "weighted", "gewichtet"),
}
"""Tables about the weights themselves, or without a part for them: a note, and a word of each language's sentences."""
PARTS = ("`attrition`, model of staying", "`diagnose`, checks")
"""Further tables, looked at alone: in a report their results speak, and further tables get a note of their own."""


@pytest.mark.parametrize("title", [title for title in TITLES if title not in PARTS])
def test_every_weighted_result_says_in_note_and_sentence_that_it_is_weighted_and_by_what(title: str) -> None:
    for imputed, word in COMBINATIONS:
        result = outcomes()[title, imputed, word].result
        if result is None:
            continue
        english, german = (" ".join(result.sentences(language)) for language in ("en", "de"))
        if not word:
            assert weighted_by(result.notes) == ""
            assert "are weighted (" not in english
        elif title in OWN_WORDS:
            note, *words = OWN_WORDS[title]
            assert note in result.notes
            assert all(one in told for one, told in zip(words, (english, german), strict=True))
        else:
            assert weighted_by(result.notes) == "variable w", (imputed, word)
            assert english.endswith("Numbers other than n are weighted (variable w).")
            assert german.endswith("Alle Zahlen außer n sind gewichtet (Variable w).")


@pytest.mark.parametrize("title", PARTS)
def test_further_tables_of_weighted_results_get_a_note_of_their_own(title: str) -> None:
    part = outcomes()[title, False, "weights"].result
    assert part is not None
    said = [weighted_note("variable w", "linearised covariance")]
    assert weighted_by(part.notes) or further_note(said, part.notes) == (
        "Numbers other than n are weighted (variable w).",
    )


RESAMPLES_THE_PLAN = ("`mediate`, bootstrap",)
"""Jackknife weights are no draws: bootstrap intervals resample the plan that made them, as under weights alone."""


@pytest.mark.parametrize("title", TITLES)
def test_replicates_give_the_estimates_of_the_weights_and_errors_of_their_own(title: str) -> None:
    for imputed in (False, True):
        one, other = (outcomes()[title, imputed, word].result for word in ("weights", "replicates"))
        if one is None or other is None or title == "`describe_weights`":
            continue
        keys = ["quantity", "outcome", "term", "contrast", "group", "level"]
        errors = [result.table.drop_duplicates(keys).set_index(keys)["std_error"].dropna() for result in (one, other)]
        if len(errors[0]):
            assert errors[0].equals(errors[1]) == (title in RESAMPLES_THE_PLAN)
