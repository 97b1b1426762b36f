"""Bias and coverage of couples, panels, ROC curves and change in made-up samples with a known truth.

Run: python -m benchmarks.recovery_designs [replicates]
"""

from __future__ import annotations

import sys

import numpy as np

from tests.made_up_coverage_of_designs import DESIGNS, LEVEL, band, recovered

SEED = 20261126


def main(replicates: int = 1000) -> int:
    """Print the table as it grows; the exit code is 1 where a share leaves its band."""
    terms = {name: len(design.tried(design.sizes[0], np.random.default_rng(0))) for name, design in DESIGNS.items()}
    cells = sum(terms[name] * len(design.sizes) for name, design in DESIGNS.items())
    limit = band(cells, replicates)
    print(f"{replicates:,} samples each; band {LEVEL:.2f} ± {limit:.3f} ({cells} cells)", flush=True)
    tried = [(name, n) for name, design in DESIGNS.items() for n in design.sizes]
    outside = 0
    for (name, n), seed in zip(tried, np.random.SeedSequence(SEED).spawn(len(tried)), strict=True):
        for term, cell in recovered(DESIGNS[name], n, replicates, seed).items():
            inside = abs(cell.coverage - LEVEL) <= limit
            outside += not inside
            words = "in the band" if inside else "OUTSIDE"
            print(f"{name:<28}{n:>5}  {term:<16}bias {cell.bias:>7.4f} ± {cell.bias_error:.4f}   "
                  f"coverage {cell.coverage:.3f}  {words}", flush=True)  # fmt: skip
    return int(outside > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
