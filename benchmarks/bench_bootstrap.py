"""Two thousand resamples of a two-equation linear model, beside a loop over resamples written by hand.

python benchmarks/bench_bootstrap.py
"""

from __future__ import annotations

import time

import numpy as np

from osa_survey.models.resampled_equations import bootstrap_equations

DRAWS = 2000
SIZES = {2_800: 0.3, 80_000: 5.0}
"""Respondents → seconds to stay under on two cores."""
PATHS = [(1, (0,)), (2, (1, 0))]
LOOP_DRAWS = {2_800: 2000, 80_000: 100}
"""The loop is slow: with many respondents some of its draws are timed and counted up."""
REPEATS = 3


def made_up(n: int) -> np.ndarray:
    """Return predictor, mediator and outcome of n simulated respondents."""
    generator = np.random.default_rng(20240501)
    x = generator.normal(size=n)
    m = 0.4 * x + generator.normal(size=n)
    y = 0.3 * m + 0.1 * x + generator.normal(size=n)
    return np.column_stack([x, m, y])


def by_hand(columns: np.ndarray, draws: int) -> np.ndarray:
    """Return the slopes a, b and c' of resamples drawn and fitted one after the other."""
    generator = np.random.default_rng(1)
    x, m, y = columns.T
    one = np.ones(len(x))
    found = np.empty((draws, 3))
    for row in found:
        rows = generator.integers(0, len(x), len(x))
        row[0] = np.linalg.lstsq(np.column_stack([one, x[rows]]), m[rows], rcond=None)[0][1]
        row[1:] = np.linalg.lstsq(np.column_stack([one, m[rows], x[rows]]), y[rows], rcond=None)[0][1:]
    return found


def main() -> None:
    """Print seconds and ratios."""
    print(f"{DRAWS} resamples, paths a, b and c'")
    for n, bound in SIZES.items():
        columns = made_up(n)
        times = {}
        for workers in (1, 2):
            seconds = []
            for _ in range(REPEATS):
                start = time.perf_counter()
                ours = bootstrap_equations(columns, PATHS, seed=1, draws=DRAWS, workers=workers)
                seconds.append(time.perf_counter() - start)
            times[workers] = sorted(seconds)[REPEATS // 2]
        start = time.perf_counter()
        loop = by_hand(columns, LOOP_DRAWS[n])
        hand = (time.perf_counter() - start) * DRAWS / LOOP_DRAWS[n]
        spread = ours.std(axis=0) / loop.std(axis=0)
        print(
            f"n = {n:6d}: {times[1]:.3f} s with one worker, {times[2]:.3f} s with two (goal {bound:g} s); loop by hand "
            f"{hand:.2f} s, {hand / times[1]:.0f} times as long; spreads as by the loop: {np.round(spread, 2)}"
        )


if __name__ == "__main__":
    main()
