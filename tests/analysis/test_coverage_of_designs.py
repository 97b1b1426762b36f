"""Couples, panels, screening and change in few samples; 1,000 of each stand in benchmarks/recovery_designs.py."""

from __future__ import annotations

import numpy as np
import pytest

from tests.made_up_coverage_of_designs import DESIGNS, LEVEL, band, recovered

REPLICATES = 40
MOST_ERRORS = 4.5
"""Simulation errors a bias may have."""
SMALL_SAMPLE = 0.02
"""What maximum likelihood may be off at these sizes."""


@pytest.mark.parametrize("name", sorted(set(DESIGNS) - {"roc, bootstrap"}))
def test_planted_truth_comes_back(name: str) -> None:
    design = DESIGNS[name]
    cells = recovered(design, design.sizes[0], REPLICATES, np.random.SeedSequence(31))
    limit = band(30, REPLICATES)
    for term, cell in cells.items():
        assert abs(cell.coverage - LEVEL) <= limit, term
        assert abs(cell.bias) <= SMALL_SAMPLE + MOST_ERRORS * cell.bias_error, term
