"""Checks flag, the study file excludes, and the flow adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL, SECURE_ROOM
from osa_survey.errors import AnalysisError
from osa_survey.quality import ExclusionRule, exclude, flags, flow, missingness, screen
from osa_survey.quality.completion_times import relative_speed
from osa_survey.quality.identical_records import repeated_identifiers
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import longest_runs
from osa_survey.results import release
from tests.made_up_studies import codebook, export_of, instrument, library_with

STRAIGHT_SCALE = {
    "id": "total",
    "title": "total",
    "items": ["calm_01", "calm_02", "calm_03"],
    "score": "sum",
    "range": [3, 15],
    "higher_means": "more calm",
    "missing": {"min_answered": 3, "basis": "complete"},
}


def responses(reversed_item: bool = True, **extra: list[str]):
    lines = [("1", "1", "1"), ("5", "5", "5"), ("3", "3", "3"), ("1", "2", "3"), ("", "", "2"), ("1", "2", "3")]
    columns = {"age": ["30", "31", "32", "33", "34", "33"]}
    columns |= {f"q{n + 1}": [line[n] for line in lines] for n in range(3)}
    scale = {} if reversed_item else {"scales": [STRAIGHT_SCALE]}
    book = codebook(
        blocks={"c": {"instrument": "calm", "columns": "q{n}"}},
        paradata={"duration": "seconds"} if "seconds" in extra else {},
        variables={
            "age": {"column": "age", "type": "number"},
            **({"id": {"column": "id", "type": "identifier"}} if "id" in extra else {}),
        },
    )
    return admit(export_of({**columns, **extra}), book, library_with(instrument(**scale)))


def counts(result):
    rows = result.table.loc[result.table["quantity"] == "count"]
    return dict(zip(rows["level"], rows["estimate"], strict=True))


def test_runs_by_hand() -> None:
    values = np.array([[1, 1, 2, 2, 2.0], [np.nan, 1, np.nan, 1, 1], [np.nan] * 5])
    assert longest_runs(values).tolist() == [3, 2, 0]


def test_variability_by_hand() -> None:
    # answers 1 and 4: mean 2.5, squares 2.25 + 2.25, over n - 1 = 1: sqrt(4.5)
    values = np.array([[1, 4, np.nan], [2, np.nan, np.nan]])
    result = response_variability(values)
    assert result[0] == pytest.approx(np.sqrt(4.5), abs=1e-12)
    assert np.isnan(result[1])


def test_a_scale_without_reversed_items_shows_floor_and_ceiling_only() -> None:
    found = counts(screen(responses(reversed_item=False)))
    assert (found["floor_line"], found["ceiling_line"], found["constant_line"]) == (1, 1, 1)
    assert "straight_line" not in found


def test_a_scale_with_reversed_items_shows_straight_lines() -> None:
    found = counts(screen(responses()))
    assert found["straight_line"] == 3
    assert "floor_line" not in found
    assert found["many_missing"] == 1
    assert found["identical_records"] == 1


def test_identical_is_called_duplicate_only_by_an_id() -> None:
    assert "repeated_ids" not in counts(screen(responses()))
    found = counts(screen(responses(id=["a", "b", "b", "", "", "c"])))
    assert found["repeated_ids"] == 1
    assert repeated_identifiers(pd.Series(["a", "", "", "a"])).tolist() == [False, False, False, True]


def test_speed_is_relative_to_the_median() -> None:
    assert relative_speed(np.array([10.0, 100.0, 300.0])).tolist() == [0.1, 1.0, 3.0]
    found = counts(screen(responses(seconds=["10", "100", "100", "100", "100", ""])))
    assert found["speeder"] == 1


def test_nobody_is_dropped_unless_a_rule_says_so() -> None:
    before = responses()
    screen(before)
    assert len(before) == 6
    kept = exclude(before, [ExclusionRule("straight_lining", "preregistered", 3)])
    assert len(kept) == 3
    assert len(before) == 6
    assert kept.history[-1].code == "straight_lining"
    assert exclude(before, []) is before


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (ExclusionRule("identical_records", "r"), 5),
        (ExclusionRule("item_missingness", "r", 0.5), 5),
        (ExclusionRule("response_variability", "r", 0.5), 3),
        (ExclusionRule("straight_lining", "r", 3, "c"), 3),
    ],
)
def test_each_rule_excludes_whom_it_says(rule: ExclusionRule, left: int) -> None:
    assert len(exclude(responses(), [rule])) == left


def test_time_and_id_rules_exclude() -> None:
    timed = responses(seconds=["10", "100", "100", "100", "100", ""])
    assert len(exclude(timed, [ExclusionRule("completion_time", "r", 0.3)])) == 5
    named = responses(id=["a", "b", "b", "", "", "c"])
    assert len(exclude(named, [ExclusionRule("repeated_ids", "r")])) == 5


def test_rules_that_cannot_be_followed_are_listed_together() -> None:
    rules = [
        ExclusionRule("straight_lning", "r"),
        ExclusionRule("straight_lining", "r"),
        ExclusionRule("completion_time", "", 0.3),
        ExclusionRule("repeated_ids", "r"),
        ExclusionRule("item_missingness", "r", 0.5, "d"),
    ]
    with pytest.raises(AnalysisError) as caught:
        exclude(responses(), rules)
    codes = [p.code for p in caught.value.problems]
    assert codes == ["unknown_check", "no_threshold", "no_reason", "no_duration", "no_identifier", "unknown_block"]


def test_the_flow_adds_up() -> None:
    kept = exclude(responses(), [ExclusionRule("straight_lining", "preregistered", 3)])
    result = flow(kept)
    table = result.table.set_index("level")["estimate"]
    assert table["records"] - table.drop(["records", "analysed"]).sum() == table["analysed"]
    assert result.n_used == 3
    assert "3 preregistered" in result.sentences("en")[0]
    assert release(result, JOURNAL).table["estimate"].notna().all()


def test_gaps_are_counted_by_reason_and_reasons_of_a_few_are_one() -> None:
    result = missingness(responses())
    table = result.table.set_index(["outcome", "level"])["estimate"]
    assert table["c", "answered"] == 16
    assert table["c", "not_answered"] == 2
    released = release(result, JOURNAL)
    shown = released.table.set_index(["outcome", "level"])["estimate"]
    assert (shown["c", "answered"], shown["c", "no_answer"]) == (16, 2)
    assert ("c", "not_answered") not in shown.index
    assert "2 no answer, reason not told apart" in released.sentences("en")[0]
    assert "2 ohne Antwort, Grund nicht unterschieden" in released.sentences("de")[0]
    hidden = release(result, SECURE_ROOM).table.set_index(["outcome", "level"])["estimate"]
    assert hidden[["c"]].isna().all()


def test_flags_have_one_mark_for_each_respondent() -> None:
    made = responses()
    assert all(entry.mask.shape == (len(made),) and entry.mask.dtype == bool for entry in flags(made))


def test_reasons_of_gaps_are_german_in_a_german_sentence() -> None:
    (english,), (german,) = (missingness(responses()).sentences(language) for language in ("en", "de"))
    assert " not answered" in english
    assert " nicht beantwortet" in german
    assert "answered" not in german
