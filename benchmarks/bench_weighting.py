"""Design-based means and raking at size, beside svy in the same run.

80,000 respondents in 40 strata with 25 clusters each: ten means with linearised errors, and raking to three margins.
Prints medians in milliseconds and ratios. Ratios count, not milliseconds. Run it with ``make bench``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from osa_survey.weighting import combined_cells, raked_weights, survey_design, under_design, weighted_means

RESPONDENTS = 80_000
VARIABLES = 10
SEED = 1
REPEATS = 15
MOST_RAKING_MILLISECONDS = 20.0
MOST_TIMES_SVY = 1.0
SAME = 1e-9
"""Relative: both sum the same contributions."""


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work after one run that does not count."""
    work()
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def respondents() -> pd.DataFrame:
    """Return made-up respondents."""
    generator = np.random.default_rng(SEED)
    strata = generator.integers(0, 40, RESPONDENTS)
    data = pd.DataFrame({f"p{n}": generator.normal(size=RESPONDENTS) for n in range(VARIABLES)})
    data["w"] = generator.uniform(0.5, 3, RESPONDENTS)
    data["stratum"] = strata.astype(float)
    data["cluster"] = strata * 25.0 + generator.integers(0, 25, RESPONDENTS)
    return data


def main() -> int:
    """Run the benchmark and print its table; the exit code is 1 where a target is missed."""
    data = respondents()
    names = [f"p{n}" for n in range(VARIABLES)]
    values = data[names].to_numpy()
    design = survey_design(data, sample="probability", weights="w", strata="stratum", clusters="cluster")
    found = under_design(lambda w: weighted_means(values, w), design)
    ours = milliseconds(lambda: under_design(lambda w: weighted_means(values, w), design))
    generator = np.random.default_rng(SEED)
    margins = [generator.integers(0, size, RESPONDENTS) for size in (4, 5, 2)]
    shares = ([0.2, 0.3, 0.3, 0.2], [0.1, 0.2, 0.3, 0.2, 0.2], [0.5, 0.5])
    targets = [RESPONDENTS * np.array(share) for share in shares]
    base = np.ones(RESPONDENTS)
    raking = milliseconds(lambda: raked_weights(base, combined_cells(margins, [4, 5, 2]), targets))
    declaring = milliseconds(
        lambda: survey_design(data, sample="probability", weights="w", strata="stratum", clusters="cluster")
    )
    print(f"{RESPONDENTS:,} respondents, {VARIABLES} variables")
    print(f"{'declare the design':<34}{declaring:>9.1f} ms")
    print(f"{'means with linearised errors':<34}{ours:>9.1f} ms")
    print(f"{'raking, 3 margins':<34}{raking:>9.1f} ms   target {MOST_RAKING_MILLISECONDS:g} ms")
    missed = raking > MOST_RAKING_MILLISECONDS
    try:
        import polars
        import svy
    except ImportError:
        print("svy is not installed: no peer")
        return int(missed)
    frame = polars.DataFrame({name: data[name].to_numpy() for name in data.columns})
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="cluster", wgt="w"))
    peer = milliseconds(lambda: sample.estimation.mean(names))
    errors = [one.estimates[0].se for one in sample.estimation.mean(names)]
    np.testing.assert_allclose(found.std_error, errors, rtol=SAME)
    print(f"{'svy, the same means':<34}{peer:>9.1f} ms   ours / svy = {ours / peer:.2f}")
    return int(missed or ours > MOST_TIMES_SVY * peer)


if __name__ == "__main__":
    sys.exit(main())
