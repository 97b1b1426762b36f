"""Coverage: 95 % intervals under weights and imputation together hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.made_up_coverage import LEVEL, MODELS, TRUTH, covered

REPLICATES = 100
RESPONDENTS = 300
SEED = 20261126
SLACK = 0.01
"""Beyond simulation error: asymptotic intervals at this size."""
FALSE_ALARM = 0.05
"""Chance that any of the cells leaves its band although all cover as they say."""


@pytest.mark.slow
def test_intervals_cover_under_weights_and_imputation() -> None:
    streams = np.random.default_rng(SEED).spawn(REPLICATES)
    found = [covered(RESPONDENTS, rng, seed) for seed, rng in enumerate(streams)]
    cells = [(model, term) for model in MODELS for term in TRUTH]
    z = stats.norm.ppf(1 - FALSE_ALARM / len(cells) / 2)
    band = SLACK + z * np.sqrt(LEVEL * (1 - LEVEL) / REPLICATES)
    shares = {cell: float(np.mean([one[cell] for one in found])) for cell in cells}
    assert {cell: share for cell, share in shares.items() if abs(share - LEVEL) > band} == {}
