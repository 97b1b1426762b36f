"""Careless responding: hand-made respondents, and that nothing about one of them is printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.quality import careless, careless_indices


def answers() -> pd.DataFrame:
    generator = np.random.default_rng(4)
    trait = generator.normal(size=(300, 1))
    values = np.clip(np.round(3 + trait + 0.7 * generator.normal(size=(300, 12))), 1, 5)
    values[:20] = 3.0
    return pd.DataFrame(values, columns=[f"q{k}" for k in range(12)]).assign(seconds=60.0)


def test_straight_lines_and_fast_ones_are_counted_and_nobody_is_dropped() -> None:
    data = answers()
    data.loc[:9, "seconds"] = 12.0  # one second for each item
    result = careless(data, seconds="seconds")
    assert result.n_used == 300
    assert result.pick("count", level="irv")["estimate"] >= 20
    assert result.pick("count", level="longstring")["estimate"] >= 20
    assert result.pick("count", level="seconds_per_item")["estimate"] == 10
    assert any("even–odd" in note for note in result.notes)  # one scale: said, not silent


def test_the_indices_show_counts_only_and_thresholds_can_be_set() -> None:
    found = careless_indices(answers(), seconds="seconds", cuts={"longstring": 1.0})
    assert len(found.frame) == 300
    assert repr(found) == f"<CarelessIndices: 300 respondents, {len(found.frame.columns)} indices>"
    assert found.flags["longstring"].sum() >= 20
    with pytest.raises(AnalysisError, match="longstring"):
        careless(answers(), cuts={"longstrin": 0.5})


def test_a_constant_item_leaves_the_distance_out_and_says_so() -> None:
    found = careless_indices(answers().assign(q0=1.0))
    assert "mahalanobis" in found.left_out
