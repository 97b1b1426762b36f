"""Coverage of 95 % intervals under weights and imputation together, in 1,000 made-up samples.

Prints each model and coefficient with its share and whether it is in the band: 0.01 plus simulation error, Bonferroni
over all cells. ``python benchmarks/bench_coverage.py [replicates]`` from the top folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.made_up_coverage import LEVEL, MODELS, TRUTH, covered

REPLICATES = 1_000
RESPONDENTS = 300
SEED = 20261126
SLACK = 0.01
FALSE_ALARM = 0.05
WORKERS = 2


def main() -> int:
    """Run the simulation and print its table; the exit code is 1 where a cell leaves its band."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATES
    streams = np.random.default_rng(SEED).spawn(number)
    work = Parallel(n_jobs=WORKERS)
    found = work(delayed(covered)(RESPONDENTS, rng, seed) for seed, rng in enumerate(streams))
    cells = [(model, term) for model in MODELS for term in TRUTH]
    z = stats.norm.ppf(1 - FALSE_ALARM / len(cells) / 2)
    band = SLACK + z * np.sqrt(LEVEL * (1 - LEVEL) / number)
    print(f"{number:,} samples of {RESPONDENTS} respondents; band {LEVEL:.2f} ± {band:.3f}")
    outside = 0
    for model, term in cells:
        share = float(np.mean([one[model, term] for one in found]))
        inside = abs(share - LEVEL) <= band
        outside += not inside
        print(f"{model:<20}{term:<8}{share:>8.3f}   {'in the band' if inside else 'OUTSIDE'}")
    return int(outside > 0)


if __name__ == "__main__":
    sys.exit(main())
