"""Adjusted p values: hand arithmetic, statsmodels as an independent reference, relations between the methods."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES, adjusted_p_values

EXACT = 1e-12
"""Both sides are the same arithmetic in another order."""
THEIRS = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bh": "fdr_bh",
    "by": "fdr_by",
}
P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=25)
FEW_P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6)
"""Six tests have 63 subsets."""


def test_three_tests_by_hand() -> None:
    p = np.array([0.03, 0.01, 0.04])
    # ascending .01 .03 .04; Holm 3 x .01, 2 x .03, then not below; Hochberg min(2 x .03, .04) from above
    assert adjusted_p_values(p, "bonferroni") == pytest.approx([0.09, 0.03, 0.12], rel=EXACT)
    assert adjusted_p_values(p, "holm") == pytest.approx([0.06, 0.03, 0.06], rel=EXACT)
    assert adjusted_p_values(p, "hochberg") == pytest.approx([0.04, 0.03, 0.04], rel=EXACT)
    # 3/1 x .01, min(3/2 x .03, .04), .04; with the sum 1 + 1/2 + 1/3 = 11/6 under dependency
    assert adjusted_p_values(p, "bh") == pytest.approx([0.04, 0.03, 0.04], rel=EXACT)
    assert adjusted_p_values(p, "by") == pytest.approx([0.04 * 11 / 6, 0.03 * 11 / 6, 0.04 * 11 / 6], rel=EXACT)


def of_statsmodels(p: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    """Return adjusted p values of statsmodels.

    Its Holm calls ``gc.collect``, which walks through every object of the process: a second per call with all tests
    collected. Frozen objects are not walked through.
    """
    gc.freeze()
    try:
        return np.asarray(multipletests(p, method=THEIRS[method])[1])
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("method", THEIRS)
@given(P_VALUES)
def test_as_statsmodels_has_it(method: str, p: list[float]) -> None:
    values = np.array(p)
    assert adjusted_p_values(values, method) == pytest.approx(of_statsmodels(values, method), abs=EXACT)


@given(P_VALUES)
def test_holm_without_sorting(p: list[float]) -> None:
    """Of every test that is at least as significant: its p times the number of tests that are not more so."""
    values = np.array(p)
    times = [one * (values >= one).sum() for one in values]
    wanted = [min(1.0, max(t for t, other in zip(times, p, strict=True) if other <= one)) for one in p]
    assert adjusted_p_values(values, "holm") == pytest.approx(wanted, abs=EXACT)


def least(p: tuple[float, ...]) -> float:
    return len(p) * min(p)


def simes(p: tuple[float, ...]) -> float:
    return min(len(p) * one / rank for rank, one in enumerate(sorted(p), start=1))


@pytest.mark.parametrize(("method", "test"), [("holm", least), ("hommel", simes)])
@given(FEW_P_VALUES)
def test_closed_testing(method: str, test: Callable[[tuple[float, ...]], float], p: list[float]) -> None:
    """A test is rejected where every intersection it is part of is: by Bonferroni (Holm) or Simes (Hommel)."""
    wanted = np.zeros(len(p))
    for size in range(1, len(p) + 1):
        for members in itertools.combinations(range(len(p)), size):
            of_all = test(tuple(p[member] for member in members))
            wanted[list(members)] = np.maximum(wanted[list(members)], of_all)
    assert adjusted_p_values(np.array(p), method) == pytest.approx(np.minimum(wanted, 1.0), abs=EXACT)


@given(P_VALUES)
def test_no_method_is_stricter_than_bonferroni_or_milder_than_none(p: list[float]) -> None:
    values = np.array(p)
    found = {method: adjusted_p_values(values, method) for method in ADJUSTMENT_TITLES}
    chain = [found[name] for name in ("none", "hommel", "hochberg", "holm", "bonferroni")]
    for milder, stricter in itertools.pairwise(chain):
        assert (milder <= stricter + EXACT).all()
    assert (found["bh"] <= found["by"] + EXACT).all()


def test_a_test_that_could_not_be_done_does_not_count() -> None:
    found = adjusted_p_values(np.array([0.01, np.nan, 0.04]), "holm")
    assert found[[0, 2]] == pytest.approx([0.02, 0.04], rel=EXACT)
    assert np.isnan(found[1])
