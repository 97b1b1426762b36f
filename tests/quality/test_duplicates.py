"""Near duplicates and attention checks, against all pairs and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey.quality.attention_checks import failed_checks
from osa_survey.quality.near_duplicates import near_duplicates


def all_pairs(values: np.ndarray) -> list[int]:
    """The rule without any hashing: compare every record with every earlier one."""
    modes = [pd.Series(column[~np.isnan(column)]).mode()[0] for column in values.T]
    found = []
    for later in range(len(values)):
        for earlier in range(later):
            a, b = values[earlier], values[later]
            equal = a == b
            counted = ~(np.isnan(a) & np.isnan(b))
            if equal[counted].all() or counted.sum() < 20:
                continue
            if equal.sum() >= 0.95 * counted.sum() and (equal & (a != modes)).sum() >= 10:
                found.append(later)
                break
    return found


def test_hashing_finds_what_all_pairs_find() -> None:
    random = np.random.default_rng(7)
    values = random.integers(1, 6, size=(120, 60)).astype(float)
    values[random.random(values.shape) < 0.05] = np.nan
    for copy, (source, different) in enumerate([(0, 1), (1, 2), (2, 2), (3, 6), (4, 9)], start=100):
        values[copy] = values[source]
        places = random.choice(60, different, replace=False)
        values[copy, places] = np.where(np.isnan(values[copy, places]), 1, values[copy, places] % 5 + 1)
    expected = all_pairs(values)
    assert expected == [100, 101, 102]
    assert np.flatnonzero(near_duplicates(values)).tolist() == expected


def test_people_who_answer_never_to_everything_repeat_nobody() -> None:
    values = np.ones((300, 40))
    values[np.arange(300), np.arange(300) % 40] = 2
    assert not near_duplicates(values).any()


def test_few_items_and_identical_records_are_left_to_other_checks() -> None:
    values = np.random.default_rng(8).integers(1, 6, size=(50, 19)).astype(float)
    values[1] = values[0]
    values[1, 0] = 6 - values[1, 0]
    assert not near_duplicates(values).any()
    wide = np.random.default_rng(8).integers(1, 6, size=(50, 40)).astype(float)
    wide[1] = wide[0]
    assert not near_duplicates(wide).any()


def test_an_unanswered_attention_check_is_not_failed() -> None:
    paradata = pd.DataFrame({"duration": [1.0, 0.0], "attention_a": [np.nan, 0.0], "attention_b": [1.0, 0.0]})
    assert failed_checks(paradata).tolist() == [0, 2]
    assert failed_checks(paradata[["duration"]]).tolist() == [0, 0]
