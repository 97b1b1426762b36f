"""Hodges and Lehmann's shift against all differences, and its interval against the rank sum test it inverts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from osa_survey.effects.location_shifts import hodges_lehmann, sorted_difference

EXACT = 1e-12
"""Absolute: the difference of two numbers."""


@pytest.mark.parametrize("digits", [1, 15])
def test_order_statistics_of_all_differences(digits: int) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        x, y = (np.round(rng.normal(size=rng.integers(1, 12)), digits) for _ in range(2))
        every = np.sort((x[:, None] - y).ravel())
        for k in {1, (len(every) + 1) // 2, len(every)}:
            assert sorted_difference(x, y, k) == pytest.approx(every[k - 1], abs=EXACT)
        assert hodges_lehmann(x, y).estimate == pytest.approx(np.median(every), abs=EXACT)


def test_the_interval_holds_the_shifts_that_are_not_rejected() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(0.4, 1, 60), rng.normal(size=50)
    found = hodges_lehmann(x, y)
    for shift, inside in ((found.low - 1e-6, False), (found.low + 1e-6, True), (found.high + 1e-6, False),
                          (found.high - 1e-6, True), (found.estimate, True)):  # fmt: skip
        p = stats.mannwhitneyu(x - shift, y, use_continuity=False, method="asymptotic").pvalue
        assert (p > 0.05) == inside


def test_a_constant_difference_is_the_shift() -> None:
    x = np.array([1.0, 2.0, 4.0, 7.0])
    assert hodges_lehmann(x + 2.5, x).estimate == pytest.approx(2.5, abs=EXACT)
    assert hodges_lehmann(x, x).estimate == 0
