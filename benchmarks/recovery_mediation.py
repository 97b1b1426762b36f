"""Coverage of indirect associations over path sizes, sample sizes and kinds of interval, complete and imputed.

Run: python -m benchmarks.recovery_mediation [replicates]
"""

from __future__ import annotations

import sys

import numpy as np
from scipy import stats

from tests.made_up_coverage_of_paths import INTERVALS, LEVEL, PATHS, covered, covered_with_gaps

SIZES = (200, 500, 1000)
POOLED = "pooled sets"
SEED = 9


def main(replicates: int = 1000) -> None:
    """Print the share of intervals that hold the truth, and whether it lies in its band."""
    cells = [(path, n, kind) for path in PATHS for n in SIZES for kind in (*INTERVALS, POOLED)]
    z = stats.norm.ppf(1 - 0.05 / len(cells) / 2)
    band = 0.01 + z * np.sqrt(LEVEL * (1 - LEVEL) / replicates)
    for (path, n, kind), seed in zip(cells, np.random.SeedSequence(SEED).spawn(len(cells)), strict=True):
        streams = np.random.default_rng(seed).spawn(replicates)
        hits = [
            covered_with_gaps(n, *PATHS[path], rng, draws=1000)
            if kind == POOLED
            else covered(n, *PATHS[path], kind, rng, draws=1000)
            for rng in streams
        ]
        share = float(np.mean(hits))
        verdict = "in band" if abs(share - LEVEL) <= band else "OUT OF BAND"
        print(f"{path:7} n = {n:5} {kind:12} {share:.3f}  ±{band:.3f}  {verdict}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
