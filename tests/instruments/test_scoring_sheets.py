"""The scoring sheet says what a colleague needs to score by hand; the list and the comparison name what matters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from osa_survey.instruments import compare_instruments, list_instruments, load_instrument, load_library, scoring_sheet
from osa_survey.instruments.scoring_sheets import NO_DIAGNOSIS
from osa_survey.instruments.scoring_steps import items_in_words
from tests.made_up_studies import instrument

SHELF = load_library()
CUT = {"scale": "total", "rule": ">", "value": 9, "meaning": "calm.", "source": "Page 3", "verified": "partly"}


def flat(text: str) -> str:
    """Return a sheet without line breaks, so that wrapped sentences can be found."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", SHELF.ids)
def test_every_sheet_names_items_keys_cut_offs_evidence_and_source(name: str) -> None:
    shown = SHELF.instrument(name)
    sheet = flat(scoring_sheet(shown))
    assert NO_DIAGNOSIS in sheet
    assert f"marked '{shown.verified}'" in sheet
    for number, item in enumerate(shown.items, start=1):
        assert f" {number}. {item.tag}" in sheet
    for scale in shown.scales:
        assert f"{scale.range[0]:g} to {scale.range[1]:g}; higher means {flat(scale.higher_means)}" in sheet
    for cut in shown.cutoffs:
        assert f"- {cut.name}" in sheet
        assert cut.applies_to is None or flat(cut.everyone_else).rstrip(".") in sheet
        assert flat(cut.source).rstrip(".") in sheet
        assert ("applied" if cut.default else flat(cut.reason)) in sheet
    for alert in shown.alerts:
        assert flat(alert.note) in sheet
    for variable in shown.beside:
        assert f"{variable}" in sheet.split("Beside the score")[1]
    for entry in shown.evidence:
        assert flat(entry.statement).rstrip(".") in sheet
    for pitfall in shown.pitfalls:
        assert flat(pitfall) in sheet
    assert flat(shown.licence.status).rstrip(".") in sheet
    assert shown.citation.doi in sheet


def hand_score(sheet: str, scale: str, answers: list[float]) -> float:
    """Score answers by the words of a sheet alone: turn round, then add, count or average, then multiply."""
    scores = sheet.split("Scores by hand", 1)[1].split("Cut-offs", 1)[0]
    part = re.split(rf"(?m)^{scale}: ", scores)[1]
    text = flat(re.split(r"(?m)^\s*$", part)[0])
    values = dict(enumerate(answers, start=1))
    times = float(found[1]) if (found := re.search(r"Multiply by ([\d.]+)\. ", text)) else 1.0
    parts = re.search(r"Add the scores ([\w, ]+?)( and divide by \d+)?\.", text)
    if parts:
        total = sum(hand_score(sheet, name, answers) for name in parts[1].split(", "))
        return times * (total / len(parts[1].split(", ")) if parts[2] else total)
    for named, top in re.findall(r"Turn round items? ([\d, –]+): new code = (\d+) − x", text):
        for number in expanded(named):
            values[number] = float(top) - values[number]
    added = re.search(r"Add items? ([\d, –]*\d)( and divide)?", text)
    assert added, text
    total = sum(values[number] for number in expanded(added[1]))
    return times * (total / len(expanded(added[1])) if added[2] else total)


def expanded(named: str) -> list[int]:
    numbers: list[int] = []
    for part in named.strip(" ,").split(", "):
        first, _, last = part.strip().partition("–")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


@pytest.mark.parametrize("name", SHELF.ids)
def test_a_form_scored_by_the_words_of_the_sheet_has_the_score_of_the_program(name: str) -> None:
    """The words are read back and followed on the extreme forms, and must give the declared ends of every scale."""
    shown = SHELF.instrument(name)
    sheet = scoring_sheet(shown)
    for scale in shown.scales:
        if scale.score == "count":
            continue
        signs = {item: -1 if shown.reverses(scale.id, item) else 1 for item in shown.items_behind(scale.id)}
        for top in (False, True):
            answers = []
            for item in shown.items:
                options = shown.options_of(item.id)
                answers.append(options.high if top == (signs.get(item.id, 1) > 0) else options.low)
            assert hand_score(sheet, scale.id, answers) == pytest.approx(scale.range[int(top)])


def test_counts_reversals_gaps_and_cut_offs_in_words() -> None:
    scale: dict[str, Any] = {
        "id": "total",
        "title": "total",
        "items": ["calm_01", "-calm_02", "calm_03"],
        "score": "sum",
        "range": [3, 15],
        "higher_means": "more calm",
        "missing": {"min_answered": 2, "basis": "published", "source": "page 4"},
    }
    counted = {**scale, "id": "often", "score": "count", "counted": [4, 5], "range": [0, 3]}
    shown = instrument(scales=[scale, counted], cutoffs=[{**CUT, "reason": "not the authors'"}])
    sheet = flat(scoring_sheet(shown))
    assert "Turn round item 2: new code = 6 − x." in sheet
    assert "Count how many of items 1, 2, 3 have one of the codes 4, 5." in sheet
    assert "a score needs at least 2 of 3 items (published rule: page 4)" in sheet
    assert "With gaps the sum is 3 times the mean of the answered items, unrounded." in sheet
    assert "total > 9: calm; source: Page 3 (partly); off by default: not the authors'" in sheet


def test_a_definition_without_a_key_says_so() -> None:
    assert "has no scoring key" in flat(scoring_sheet(instrument(scales=[])))


def test_positions_in_words() -> None:
    assert items_in_words(["1", "2", "3"]) == "items 1, 2, 3"
    assert items_in_words(["2", "4", "5", "6", "7"]) == "items 2, 4–7"


def test_the_list_finds_by_construct_and_shows_marks_and_licence() -> None:
    found = list_instruments(SHELF, "Sexual SATISFACTION partner")
    assert "gmsex" in [entry.id for entry in found.instruments]
    assert "rses" not in [entry.id for entry in found.instruments]
    row = next(row for row in found.as_dict()["instruments"] if row["id"] == "gmsex")
    shown = load_instrument("gmsex")
    assert (row["verified"], row["wording_redistributable"]) == (shown.verified, shown.licence.wording_redistributable)
    line = next(line for line in list_instruments(SHELF).as_text().splitlines() if line.startswith("scs "))
    assert "(>= 24)" in line, "a cut-off that is off stands in brackets"
    assert len(list_instruments(SHELF).instruments) == len(SHELF.instruments)
    assert "no instrument has 'xyzzy'" in list_instruments(SHELF, "xyzzy").as_text()


def test_two_equal_definitions_have_no_differences() -> None:
    assert compare_instruments(instrument(), instrument()).differences == ()
    assert "no differences" in compare_instruments(instrument(), instrument()).as_text()


def test_each_kind_of_difference_is_named() -> None:
    changed = instrument()
    scale = changed.scales[0].model_copy(update={"items": ("calm_01", "calm_02", "-calm_03")})
    changed = changed.model_copy(update={"scales": (scale,), "title": "Another title"})
    changed = changed.model_copy(update={"items": tuple(reversed(changed.items))})
    cut = instrument(cutoffs=[{**CUT, "default": True}]).cutoffs
    found = compare_instruments(instrument(), changed.model_copy(update={"cutoffs": cut}))
    facts = {(fact.part, fact.fact) for fact in found.differences}
    assert ("about", "title") in facts
    assert ("items", "item 1") in facts
    assert ("cut-offs", "cut-off 1") in facts
    by_name = {fact.fact: fact for fact in found.facts if fact.part == "keys"}
    assert any(fact.differs for fact in by_name.values())
    assert all(fact in found.as_dict()["facts"] for fact in found.as_dict()["facts"] if fact["differs"])
    assert f"{len(found.differences)} differences" in found.as_text()


def test_the_two_versions_of_a_scale_differ_in_items_and_cut_off_but_not_in_their_answers() -> None:
    found = compare_instruments(load_instrument("ppcs6"), load_instrument("ppcs18"))
    parts = {fact.part for fact in found.differences}
    assert {"items", "scores", "cut-offs"} <= parts
    assert not [fact for fact in found.differences if fact.fact == "item 1" and fact.part == "answers"]


def test_multipliers_groups_and_answers_of_no_activity_are_named() -> None:
    assert "Multiply by 4." in flat(scoring_sheet(load_instrument("who5")))
    fsfi = flat(scoring_sheet(load_instrument("fsfi")))
    assert "Add the scores desire, arousal, lubrication, orgasm, satisfaction, pain." in fsfi
    assert "0 means that there was no sexual activity" in fsfi
    audit = load_instrument("audit_c")
    assert "(only where gender is woman): at or above" in flat(scoring_sheet(audit))
    assert "applied. For everyone else no cut-off is published" in flat(scoring_sheet(audit))
    facts = compare_instruments(audit, load_instrument("who5")).facts
    assert any("where gender is man" in fact.first for fact in facts if fact.part == "cut-offs")
    assert any("times 4" in fact.second for fact in facts if fact.part == "scores")
