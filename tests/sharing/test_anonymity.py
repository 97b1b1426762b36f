"""k-anonymity and l-diversity by hand, with and without couples; the steps that make records alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.errors import OutputError
from osa_survey.sharing.anonymity import class_sizes, classes, closeness, diversity
from osa_survey.sharing.generalising import Demands, KeyVariable, generalise

GAP = np.nan


def test_classes_and_sizes_by_hand() -> None:
    keys = np.array([[30, 1], [30, 1], [30, 2], [GAP, 1], [GAP, 1], [41, 2]], dtype=float)
    members = classes(keys)
    assert members.tolist() == [0, 0, 1, 2, 2, 3]  # two gaps are one value
    assert class_sizes(members).tolist() == [2, 2, 1, 2, 2, 1]


def test_partners_count_once() -> None:
    members = np.zeros(6, dtype=np.int64)
    assert class_sizes(members, np.array([1, 1, 2, 2, 3, 4])).tolist() == [4] * 6


def test_diversity_by_hand() -> None:
    members = np.array([0, 0, 0, 1, 1, 1])
    answers = np.array([1.0, 0.0, GAP, 1.0, 1.0, GAP])
    assert diversity(members, answers).tolist() == [2, 2, 2, 1, 1, 1]  # a gap is no answer


def test_a_partner_takes_the_own_couple_out() -> None:
    members = np.zeros(4, dtype=np.int64)
    units = np.array([1, 1, 2, 3])
    # Only couple 1 holds "yes" (1). Either partner of it, looking for the other, sees "yes" and "no" left without
    # couple 1: only "no". So one different answer is left where somebody knows a couple.
    assert diversity(members, np.array([1.0, 0.0, 0.0, 0.0]), units).tolist() == [1, 1, 1, 1]
    assert diversity(members, np.array([1.0, 0.0, 1.0, 0.0]), units).tolist() == [2, 2, 2, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=40))
def test_sizes_and_diversity_are_those_of_a_plain_count(rows: list[tuple[int, int, int]]) -> None:
    table = np.array(rows, dtype=float)
    members = classes(table[:, :2])
    sizes = class_sizes(members)
    distinct = diversity(members, table[:, 2])
    for position, row in enumerate(rows):
        same = [other for other in rows if other[:2] == row[:2]]
        assert sizes[position] == len(same)
        assert distinct[position] == len({other[2] for other in same})


def key(name: str, codes: list[float], labels: tuple[str, ...] = (), kind: str = "number") -> KeyVariable:
    return KeyVariable(name, kind, np.array(codes, dtype=float), labels)


def test_ages_become_bands_until_nobody_is_alone() -> None:
    ages = key("age", [20, 21, 22, 23, 24, 31, 32, 33, 34, 30])
    made = generalise((ages,), {"ever": np.array([0.0, 1.0] * 5)}, demands=Demands(5, 2), most_suppressed=0.0)
    assert [(step.variable, step.what, step.unsafe_before, step.unsafe_after) for step in made.steps] == [
        ("age", "bands of 5", 10, 0)
    ]
    assert made.keys[0].texts() == ["20 to under 25"] * 5 + ["30 to under 35"] * 5
    assert (made.k, made.diversity, int(made.keep.sum())) == (5, 2, 10)


def test_small_categories_go_together_and_the_rest_is_left_out() -> None:
    regions = key("region", [0] * 8 + [1] * 3 + [2] * 3 + [3], ("north", "south", "west", "isle"), "nominal")
    ever = np.array([0.0, 1.0] * 7 + [1.0])
    made = generalise((regions,), {"ever": ever}, demands=Demands(6, 2), most_suppressed=0.0)
    assert [step.what for step in made.steps] == [
        "'south' and 'isle' together as 'other'",
        "'other' and 'west' together as 'other'",
    ]
    assert made.k == 7
    made = generalise((regions,), {"ever": ever}, demands=Demands(3, 2), most_suppressed=0.3)
    # isle alone would be 1 record, the difference between a report and the records: the smallest region goes with it
    assert [step.what for step in made.steps] == ["4 records left out"]
    assert int(made.keep.sum()) == 11


def test_ordered_categories_join_their_neighbours() -> None:
    school = key("school", [0] * 2 + [1] * 6 + [2] * 9, ("none", "school", "university"), "ordinal")
    made = generalise((school,), {"ever": np.arange(17.0) % 2}, demands=Demands(5, 2), most_suppressed=0.0)
    assert made.keys[0].labels == ("none or school", "university")


def test_what_cannot_be_made_alike_is_refused() -> None:
    with pytest.raises(OutputError) as caught:
        generalise((key("age", [20, 50, 90]),), {"ever": np.zeros(3)}, demands=Demands(3, 2), most_suppressed=0.05)
    assert caught.value.problems[0].code == "not_anonymous"


def test_closeness_by_hand() -> None:
    members = np.array([0, 0, 0, 0, 1, 1])
    answers = np.array([1.0, 2.0, 3.0, GAP, 3.0, 3.0])
    # shares of all five answers .2 .2 .6, of the first class ⅓ ⅓ ⅓: ½ (2/15 + 2/15 + 4/15) = 4/15; of the second 0 0 1
    assert closeness(members, answers, ordered=False) == pytest.approx([4 / 15] * 4 + [0.4] * 2)
    # cumulative differences of the first class 2/15 and 4/15, over 3 − 1 steps; of the second .2 and .4
    assert closeness(members, answers, ordered=True) == pytest.approx([0.2] * 4 + [0.3] * 2)
    assert closeness(np.array([0, 1]), np.array([1.0, GAP]), ordered=False).tolist() == [0.0, 0.0]


def test_classes_that_are_far_from_all_are_made_coarser() -> None:
    regions = key("region", [0] * 10 + [1] * 10, ("north", "south"), "nominal")
    ever = np.array([0.0] * 9 + [1.0] + [1.0] * 9 + [0.0])
    loose = generalise((regions,), {"ever": ever}, demands=Demands(5, 2), most_suppressed=0.0)
    assert (loose.steps, loose.closeness) == ((), pytest.approx(0.4))
    strict = generalise((regions,), {"ever": ever}, demands=Demands(5, 2, 0.2), most_suppressed=0.0)
    assert [step.what for step in strict.steps] == ["'north' and 'south' together as 'other'"]
    assert strict.closeness == 0
