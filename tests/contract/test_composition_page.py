"""The page of what composes is current, complete, and nothing on it leaves weights or imputed sets out silently."""

from __future__ import annotations

import pytest

from osa_survey.plan.verbs import VERBS
from tests.composition_page import COMBINATIONS, PAGE, everything, outcomes, page

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
