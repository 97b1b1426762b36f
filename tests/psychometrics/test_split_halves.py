"""Split halves and test–retest by hand: every split once, the coefficient of two sums, edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import retest
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.split_halves import MOST_SPLITS, number_of_splits, split_half_coefficients, splits
from tests.psychometrics.test_reliability_more import EXACT, RELATION, likert, no_silent_gap


class TestSplitHalves:
    @pytest.mark.parametrize("k", [2, 3, 4, 7, 10])
    def test_every_split_once(self, k: int) -> None:
        members = splits(k)
        assert len(members) == number_of_splits(k)
        halves = {frozenset((tuple(row), tuple(~row))) for row in members.tolist() for row in [np.array(row)]}
        assert len(halves) == len(members)
        assert set(members.sum(axis=1)) == {k // 2}

    def test_the_coefficient_is_that_of_two_sums(self) -> None:
        data = likert(200, np.full(6, 0.6), 3)
        row = np.array([[True, False, True, True, False, False]])
        a, b = data[:, row[0]].sum(axis=1), data[:, ~row[0]].sum(axis=1)
        expected = 4 * np.cov(a, b)[0, 1] / (a + b).var(ddof=1)
        assert split_half_coefficients(np.cov(data.T), row)[0] == pytest.approx(expected, rel=RELATION)

    def test_long_scales_are_sampled_by_the_seed(self) -> None:
        members = splits(20)
        assert members.shape == (MOST_SPLITS, 20)
        assert set(members.sum(axis=1)) == {10}
        assert (members == splits(20)).all()
        assert (members != splits(20, 2)).any()


class TestRetest:
    def test_by_hand(self) -> None:
        people = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 3.0, 4.0, 6.0]})
        # differences 1, 1, 1, 2: SD .5, so SEM = .5 / sqrt(2); covariance 13/6, variances 5/3 and 35/12
        result = retest(people, "a", "b")
        assert result.pick("sem")["estimate"] == pytest.approx(0.5 / math.sqrt(2), rel=EXACT)
        assert result.pick("mean_difference")["estimate"] == pytest.approx(1.25, rel=EXACT)
        expected = 2 * (13 / 6) / (5 / 3 + 35 / 12)
        assert result.pick("icc", level="ICC(3,1)")["estimate"] == pytest.approx(expected, rel=RELATION)
        assert result.pick("icc", level="ICC(2,1)")["estimate"] < expected

    def test_edges(self) -> None:
        flat = retest(pd.DataFrame({"a": [3.0] * 6, "b": [1.0, 2, 3, 4, 5, 6]}), "a", "b")
        assert math.isnan(flat.pick("icc", level="ICC(2,1)")["estimate"])
        assert "not defined" in flat.sentences("en")[0]
        assert "nicht definiert" in flat.sentences("de")[0]
        no_silent_gap(flat)
        same = retest(pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]}), "a", "b")
        no_silent_gap(same)
        with pytest.raises(AnalysisError, match="fewer than 4 people"):
            retest(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3]}), "a", "b")
        with pytest.raises(AnalysisError, match="same variable"):
            retest(pd.DataFrame({"a": [1.0, 2, 3, 4]}), "a", "a")
