"""Romano and Wolf's adjustment, and the numbers it resamples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from osa_survey.analysis import compare_groups, correlate, paired
from osa_survey.analysis.families.resampled_numbers import resampled_number
from osa_survey.analysis.families.step_down import romano_wolf, simultaneous_quantile
from osa_survey.analysis.tested_numbers import rows_tested, scaled_number
from osa_survey.results.columns import KEY_COLUMNS
from tests.contract.test_analyses import as_scored, data

SAME = 1e-7
"""Relative: standard errors are read back from an interval whose quantile has limited precision."""
MONTE_CARLO = 0.02
"""About four standard errors of a share near .05 in 2,000 draws."""


def test_each_step_looks_at_the_tests_that_are_left() -> None:
    """Hand: sorted |t| = 3, 2, 1. Maxima over (all), (t2, t3), (t3) of four draws; counts 1, 2, 3 of 4, plus one."""
    drawn = np.array([[0.1, 2.5, 1.5], [3.5, 0.2, 0.3], [0.2, 0.4, 1.2], [0.3, 2.2, 1.1]])
    found = romano_wolf(np.array([-3.0, 2.0, 1.0]), drawn)
    np.testing.assert_allclose(found, [2 / 5, 3 / 5, 4 / 5])


def test_tests_that_are_the_same_are_not_adjusted() -> None:
    rng = np.random.default_rng(1)
    one = rng.standard_t(30, size=(2000, 1))
    t = np.array([2.2, 2.2, 2.2])
    found = romano_wolf(t, np.repeat(one, 3, axis=1))
    single = (1 + (np.abs(one[:, 0]) >= 2.2).sum()) / 2001
    np.testing.assert_allclose(found, single)


def test_independent_tests_are_adjusted_as_by_sidak() -> None:
    rng = np.random.default_rng(2)
    drawn = rng.normal(size=(2000, 5))
    found = romano_wolf(np.array([2.8, 0.1, 0.2, 0.3, 0.4]), drawn)
    single = 2 * stats.norm.sf(2.8)
    assert found[0] == pytest.approx(1 - (1 - single) ** 5, abs=MONTE_CARLO)
    quantile = simultaneous_quantile(drawn, 0.95)
    assert (1 - (1 - 2 * stats.norm.sf(quantile)) ** 5) == pytest.approx(0.05, abs=MONTE_CARLO)


def test_unknown_tests_stay_unknown() -> None:
    drawn = np.random.default_rng(3).normal(size=(50, 2))
    found = romano_wolf(np.array([np.nan, 1.0]), drawn)
    assert np.isnan(found[0])
    assert found[1] == (1 + (np.abs(drawn[:, 1]) >= 1).sum()) / 51


def test_resampled_numbers_are_those_of_the_analyses() -> None:
    people = data("paired").assign(score=lambda rows: rows["score"].where(np.arange(len(rows)) % 9 > 0))
    two = people.loc[people["gender"] != "another gender"].reset_index(drop=True)
    two["gender"] = two["gender"].cat.remove_unused_categories()
    scored = as_scored(two)
    everybody = np.arange(len(two))
    asked = {
        "compare_groups": (compare_groups, {"outcome": "score", "by": "gender"}),
        "paired": (paired, {"pairs": [["positive", "negative"], ["age", "score"]]}),
        "correlate": (correlate, {"variables": ["score", "age", "positive"]}),
    }
    for name, (analysis, arguments) in asked.items():
        result = analysis(scored, **arguments)  # type: ignore[operator]
        for place in rows_tested(result):
            row = result.table.iloc[place]
            number = resampled_number(scored, name, arguments, [str(row[key]) for key in KEY_COLUMNS])
            whole = scaled_number(row)
            assert number is not None
            assert whole is not None
            np.testing.assert_allclose(number(everybody), (whole.estimate, whole.std_error), rtol=SAME)
