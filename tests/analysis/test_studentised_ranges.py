"""The studentised range against scipy's integral for one value at a time, and against R."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from osa_survey.analysis.studentised_ranges import StudentisedRange

CLOSE = 1e-11
"""Two quadratures of a smooth integrand (found: 8e-13)."""
PTUKEY = 1e-6
"""R's ptukey uses fixed rules of few nodes: with 42 groups it is off by 1e-7, where scipy and we agree to 1e-12."""
QTUKEY = 1e-3
"""R's qtukey is a secant search that stops at 0.0001."""
SMALL_DF = 1e-7
"""scipy's adaptive integral over a density without bound at 0."""


@pytest.mark.parametrize("groups", [2, 3, 6, 42])
def test_probabilities_and_quantiles_of_many_pairs(groups: int) -> None:
    q, df = np.array([2.0, 3.5, 4.0, 5.0, 3.0, 2.5, 6.0]), np.array([2.0, 3.0, 5.0, 10.0, 30.5, 100.0, 1000.0])
    law = StudentisedRange(groups)
    expected = [stats.studentized_range.cdf(one, groups, v) for one, v in zip(q, df, strict=True)]
    assert law.cdf(q, df) == pytest.approx(expected, abs=CLOSE)
    assert law.cdf(law.quantile(0.95, df), df) == pytest.approx(0.95, abs=CLOSE)


def test_against_r() -> None:
    # options(digits = 15); ptukey(c(3, 3.5, 4, 5, 3), 42, c(2, 3, 5, 10, 30.5)), R 4.2.2
    law = StudentisedRange(42)
    found = law.cdf(np.array([3, 3.5, 4, 5, 3.0]), np.array([2, 3, 5, 10, 30.5]))
    expected = [0.1388755854627129, 0.2209922539804494, 0.3358471791815156, 0.6509960402554251, 0.0274477454646513]
    assert found == pytest.approx(expected, abs=PTUKEY)
    # qtukey(.95, c(3, 6, 42), c(10, 3, 30.5))
    for groups, df, value in ((3, 10.0, 3.87677674919156), (6, 3.0, 8.03708449909371), (42, 30.5, 6.11129461767257)):
        assert StudentisedRange(groups).quantile(0.95, np.array([df]))[0] == pytest.approx(value, abs=QTUKEY)


def test_two_groups_are_students_t() -> None:
    # The range of two means over their standard error is √2 |t|.
    t, df = np.array([0.5, 1.0, 2.0, 4.0]), np.array([1.5, 8.0, 400.0, 1e6])
    found = StudentisedRange(2).survival(np.sqrt(2) * t, df)
    assert found == pytest.approx(2 * stats.t.sf(t, df), abs=SMALL_DF)


def test_unknown_degrees_of_freedom_stay_unknown() -> None:
    law = StudentisedRange(3)
    assert np.isnan(law.quantile(0.95, np.array([np.nan, 10.0]))).tolist() == [True, False]
    assert np.isnan(law.survival(np.array([np.nan, 3.0]), np.array([np.nan, 10.0]))).tolist() == [True, False]
