"""Planted truth of item response, latent classes and alignment in a few samples; the full runs stand in benchmarks/."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.recovery_alignment import alignment_recovery
from benchmarks.recovery_item_response import SHIFT, difference_recovery, graded_recovery
from benchmarks.recovery_latent_classes import bootstrapped_rejections, membership_recovery, outcome_recovery

BAND_Z = 3.9
"""Two-sided .05 over some five hundred cells (Bonferroni)."""
SLACK = 0.01
"""As in the design: coverage may be off by .01 beyond what chance explains."""
SMALL_SAMPLE = 0.03
"""Maximum likelihood is biased in proportion to 1 / n: a discrimination of 2 by .02 with 800 respondents."""
SOFT = 0.02
"""What the softened loss of alignment leaves of other items' differences."""


def band(runs: int, level: float = 0.95) -> float:
    return SLACK + BAND_Z * float(np.sqrt(level * (1.0 - level) / runs))


def test_graded_response() -> None:
    runs = 25
    found = graded_recovery(runs, 20261128)
    assert found.converged == runs
    assert (np.abs(found.bias) < SMALL_SAMPLE + BAND_Z * found.error).all()
    assert (np.abs(found.coverage - 0.95) < band(runs)).all()
    # the four parameters of an item go together
    assert abs(found.coverage.mean() - 0.95) < band(runs * found.coverage.size // 4)


def test_differences_of_items_are_found_where_they_are() -> None:
    runs = 8
    alike = difference_recovery(runs, 20261129, 0.0)
    assert abs(alike.significant - 0.05) < band(runs * 5)
    assert alike.flagged_alike < 0.02
    planted = difference_recovery(runs, 20261129, SHIFT)
    assert planted.flagged_different > 0.5
    assert planted.flagged_alike < 0.02


@pytest.mark.parametrize("recovery", [outcome_recovery, membership_recovery])
def test_three_steps(recovery: object) -> None:
    runs = 40
    found = recovery(runs, 20261130)  # type: ignore[operator]
    assert (np.abs(found.bias) < SLACK + BAND_Z * found.error).all()
    assert (np.abs(found.coverage - 0.95) < band(runs)).all()
    assert np.abs(found.naive).max() > 2 * np.abs(found.bias).max()


def test_bootstrapped_likelihood_ratio_finds_two_classes() -> None:
    """Its level takes minutes: benchmarks/recovery_latent_classes.py."""
    assert bootstrapped_rejections(2, 20261202, 2) == 1.0


def test_alignment() -> None:
    found = alignment_recovery(15, 20261203)
    assert (np.abs(found.bias) < SOFT + BAND_Z * found.error).all()
    assert np.abs(found.naive).max() > 0.1
    assert found.rank > 0.97
