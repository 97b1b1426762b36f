"""What the instrument format can say beyond items and sums, and what it refuses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from osa_survey.instruments import Instrument, data_dictionary
from osa_survey.instruments.index import index_markdown
from tests.made_up_studies import instrument, library_with, score_answers

TOTAL: dict[str, Any] = {
    "id": "total",
    "title": "Calm, sum",
    "items": ["calm_01", "-calm_02", "calm_03"],
    "score": "sum",
    "range": [3, 15],
    "higher_means": "more calm",
    "missing": {"min_answered": 3, "basis": "complete"},
}
ALONE = {"min_answered": 1, "basis": "complete"}
FIRST = {**TOTAL, "id": "first", "items": ["calm_01"], "range": [1, 5], "missing": ALONE}
REST = {
    **TOTAL, "id": "rest", "items": ["-calm_02", "calm_03"], "times": 0.5, "range": [1, 5],
    "missing": {"min_answered": 2, "basis": "complete"},
}  # fmt: skip
COMPOSED = {
    **TOTAL, "id": "both", "title": "Calm, mean of two", "items": [], "of": ["first", "rest"], "score": "mean",
    "times": 10, "range": [10, 50], "missing": {"min_answered": 2, "basis": "complete"},
}  # fmt: skip
CUTOFF = {
    "scale": "total", "rule": ">=", "value": 10, "meaning": "at or above", "source": "s", "verified": "seen",
    "default": True,
}  # fmt: skip


def example() -> Instrument:
    """Return the instrument that the format page shows, from the page."""
    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    section = page.partition("## Instrument")[2].partition("## Harmonised variable")[0]
    (block,) = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    return Instrument.model_validate(tomllib.loads(block))


def with_comments() -> Instrument:
    """Return the same with the lines that the page shows as comments."""
    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    section = page.partition("## Instrument")[2].partition("## Harmonised variable")[0]
    (block,) = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    shown = re.sub(r"^# (no_activity|applies_to|everyone_else)( = .*?)(   .*)?$", r"\1\2", block, flags=re.MULTILINE)
    shown = shown.replace("no_activity = [0]", "no_activity = [1]")
    return Instrument.model_validate(tomllib.loads(shown))


def test_the_example_of_the_page_is_an_instrument_and_is_scored() -> None:
    shown = example()
    assert shown.beside == ("moral_disapproval",)
    assert shown.alerts[0].item == "abc_02"
    frame = score_answers(shown, [4, 1], [1, 4], [2, 3]).frame
    # 4 + (5 - 1), 1 + (5 - 4), 2 + (5 - 3), and 12.5 times it
    assert frame["b_total"].tolist() == [8, 2, 4]
    assert frame["b_percentage"].tolist() == [100, 25, 50]


def test_the_commented_lines_of_the_page_are_valid_too() -> None:
    shown = with_comments()
    (cut,) = shown.cutoffs
    assert cut.applies_to is not None and cut.applies_to.variable == "gender"
    assert shown.activity_items == ("abc_01", "abc_02")


def test_a_scale_of_scales_with_multipliers_by_hand() -> None:
    calm = instrument(scales=[FIRST, REST, COMPOSED])
    data = score_answers(calm, [5, 2, 3], [1, 5, 1], [1, "", 1])
    # first 5; rest 0.5 × (4 + 3) = 3.5; 10 × (5 + 3.5) / 2 = 42.5; then 1, 0.5 × 2 = 1, 10
    assert data.frame["b_both"].tolist()[:2] == [42.5, 10]
    assert data.frame["b_both"].isna().tolist() == [False, False, True]
    log = data.scale_log("b_both")
    assert (log.parts, log.n_items, log.scored, log.not_scored) == (("b_first", "b_rest"), 2, 2, 1)
    assert log.why_not == {"not_answered": 1}
    assert data.variables["b_both"].range == (10, 50)
    assert calm.items_behind("both") == ("calm_01", "calm_02", "calm_03")
    assert [calm.reverses("both", f"calm_0{n}") for n in (1, 2, 3)] == [False, True, False]
    index = index_markdown(library_with(calm))
    assert "both (mean of first, rest × 10, 10–50)" in index


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scales": [COMPOSED]}, "is made of 'first', which must stand before it"),
        ({"scales": [FIRST, REST, {**COMPOSED, "range": [1, 5]}]}, r"its parts give \[10, 50\]"),
        ({"scales": [{**TOTAL, "times": 2}]}, r"its items give \[6, 30\]"),
        ({"scales": [{**TOTAL, "times": 0}]}, "greater than 0"),
        ({"scales": [FIRST, REST, {**COMPOSED, "items": ["calm_01"]}]}, "either 'items' or 'of'"),
        ({"scales": [{**TOTAL, "items": []}]}, "either 'items' or 'of'"),
        (
            {"scales": [FIRST, REST, {**COMPOSED, "missing": {"min_answered": 1, "basis": "complete"}}]},
            "needs all of them: min_answered = 2",
        ),
        ({"scales": [FIRST, REST, {**COMPOSED, "of": ["first", "first"]}]}, "names a scale twice"),
        (
            {"scales": [FIRST, REST, COMPOSED, {**COMPOSED, "id": "again", "of": ["first", "both"], "range": [1, 2]}]},
            "is itself made of scales",
        ),
        ({"scales": [{**TOTAL, "score": "count", "counted": [5], "range": [0, 3], "times": 2}]}, "is not multiplied"),
        ({"cutoffs": [{**CUTOFF, "applies_to": {"variable": "gender", "category": "man"}}]}, "everyone_else"),
        ({"cutoffs": [{**CUTOFF, "everyone_else": "nothing"}]}, "everyone_else"),
        ({"cutoffs": [CUTOFF, CUTOFF]}, "stands there twice"),
        ({"cutoffs": [{**CUTOFF, "default": False}]}, "needs the reason"),
        ({"alerts": [{"item": "calm_09", "note": "n"}]}, "alert for unknown item 'calm_09'"),
        (
            {"response_options": {"agree": {"codes": [1, 2, 3, 4, 5], "no_activity": [0]}}},
            "no_activity names code 0, which is not among the codes",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        instrument(**changes)


def test_a_file_with_the_new_fields_loads_from_a_study_folder(tmp_path: Path) -> None:
    from osa_survey.instruments import load_library

    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    block = re.findall(r"```toml\n(.*?)```", page.partition("## Instrument")[2], flags=re.DOTALL)[0]
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "abc.toml").write_text(block, encoding="utf-8")
    assert load_library(tmp_path).instrument("abc").scale("percentage").of == ("total",)
