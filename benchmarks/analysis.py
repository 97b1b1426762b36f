"""Every speed target of the analyses in one run: ours, the limit, and whether it is met.

Prints medians in seconds; they mean something on a machine that does nothing else. Where a target is a peer's time, the
peer is timed in the same run if it is installed. ``python benchmarks/analysis.py --quick`` leaves out the
imputation of 80,000 respondents.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import bench_bootstrap
import bench_imputation
import bench_models
import bench_weighting
import numpy as np
import pandas as pd

from osa_survey.models import OrdinalLogit, fit_each_logit
from osa_survey.models.resampled_equations import bootstrap_equations
from osa_survey.weighting import combined_cells, raked_weights, survey_design, under_design, weighted_means

REPEATS = 3
SHORT_REPEATS = 15
"""Of work that takes milliseconds."""
LOGITS_LIMIT, RAKING_LIMIT, LINEAR_LIMIT = 0.12, 0.02, 0.4
RECORDED_CLM = {2_800: 0.024, 80_000: 0.442}
RECORDED_SVY = 0.016
"""Seconds of R's clm and of svy as measured once on two cores; used where the peer is not installed."""
WORKERS = 2


@dataclass(frozen=True)
class Line:
    """One target.

    Attributes
    ----------
    work : str
        What is done.
    seconds, limit : float
        Ours, and what to stay under.
    source : str
        Where the limit comes from.
    """

    work: str
    seconds: float
    limit: float
    source: str = "target"

    @property
    def met(self) -> bool:
        return self.seconds <= self.limit


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time; short work is run once before, which does not count."""
    if repeats > REPEATS:
        work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def imputation(quick: bool) -> Iterator[Line]:
    for (n, method), limit in bench_imputation.LIMITS.items():
        large = n > 10_000
        if quick and large:
            continue
        numbers = bench_imputation.made_up(n)
        taken = seconds(
            lambda numbers=numbers, method=method: bench_imputation.ours(numbers, method), 1 if large else 3
        )  # type: ignore[misc]
        yield Line(f"imputation ({method}), 20 sets × 5, n = {n:,}", taken, limit)


def bootstrap() -> Iterator[Line]:
    for n, limit in bench_bootstrap.SIZES.items():
        columns = bench_bootstrap.made_up(n)
        taken = seconds(
            lambda columns=columns: bootstrap_equations(  # type: ignore[misc]
                columns, bench_bootstrap.PATHS, seed=1, draws=bench_bootstrap.DRAWS, workers=WORKERS
            )
        )
        yield Line(f"bootstrap, {bench_bootstrap.DRAWS:,} resamples, n = {n:,}", taken, limit)


def logits() -> Iterator[Line]:
    rng = np.random.default_rng(bench_models.SEED)
    sets, rows = bench_models.SETS, bench_models.ROWS
    X = np.concatenate([np.ones((sets, rows, 1)), rng.standard_normal((sets, rows, 3))], axis=2)
    y = (rng.random((sets, rows)) < 1 / (1 + np.exp(-X @ [-0.5, 0.3, 0.2, 0.1]))).astype(float)
    yield Line(f"{sets} logistic fits, n = {rows}", seconds(lambda: fit_each_logit(y, X)), LOGITS_LIMIT)


def ordinal() -> Iterator[Line]:
    rng = np.random.default_rng(bench_models.SEED)
    for n in (bench_models.SMALL, bench_models.MIDDLE):
        P = rng.standard_normal((n, bench_models.COLUMNS))
        eta = P @ np.linspace(-0.4, 0.4, bench_models.COLUMNS) - 0.5
        X = np.column_stack([np.ones(n), P])
        y = np.digitize(eta + rng.logistic(size=n), [-2, -0.5, 1]).astype(float)
        binary = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
        names = [f"p{i + 1}" for i in range(bench_models.COLUMNS)]
        in_r = bench_models.r_times(pd.DataFrame(P, columns=names).assign(o=y, b=binary))
        limit, source = (in_r["clm"] / 1000, "clm, this run") if in_r else (RECORDED_CLM[n], "clm, recorded")
        yield Line(f"ordinal logit, n = {n:,}", seconds(lambda X=X, y=y: OrdinalLogit(4).fit(y, X)), limit, source)  # type: ignore[misc]


def design_based() -> Iterator[Line]:
    data = bench_weighting.respondents()
    names = [f"p{n}" for n in range(bench_weighting.VARIABLES)]
    values = data[names].to_numpy()
    design = survey_design(data, sample="probability", weights="w", strata="stratum", clusters="cluster")
    ours = seconds(lambda: under_design(lambda w: weighted_means(values, w), design), SHORT_REPEATS)
    limit, source = svy_seconds(data, names)
    n = bench_weighting.RESPONDENTS
    yield Line(f"means of {len(names)} variables with errors, n = {n:,}", ours, limit, source)
    generator = np.random.default_rng(bench_weighting.SEED)
    sizes = [4, 5, 2]
    margins = [generator.integers(0, size, n) for size in sizes]
    shares = ([0.2, 0.3, 0.3, 0.2], [0.1, 0.2, 0.3, 0.2, 0.2], [0.5, 0.5])
    targets = [n * np.array(share) for share in shares]
    base = np.ones(n)
    raking = seconds(lambda: raked_weights(base, combined_cells(margins, sizes), targets), SHORT_REPEATS)
    yield Line(f"raking, {len(sizes)} margins, n = {n:,}", raking, RAKING_LIMIT)


def svy_seconds(data: pd.DataFrame, names: list[str]) -> tuple[float, str]:
    """Return the time svy takes for the same means, or the recorded one."""
    try:
        import polars
        import svy
    except ImportError:
        return RECORDED_SVY, "svy, recorded"
    frame = polars.DataFrame({name: data[name].to_numpy() for name in data.columns})
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="cluster", wgt="w"))
    return seconds(lambda: sample.estimation.mean(names), SHORT_REPEATS), "svy, this run"


def linear() -> Iterator[Line]:
    rng = np.random.default_rng(bench_models.SEED)
    n = bench_models.LARGE
    P = rng.standard_normal((n, bench_models.COLUMNS))
    y = P @ np.linspace(-0.4, 0.4, bench_models.COLUMNS) - 0.5 + rng.standard_normal(n)
    X = np.column_stack([np.ones(n), P])
    taken = seconds(lambda: bench_models.linear_with_hc3(y, X))
    yield Line(f"OLS, HC3, standardised, n = {n:,}", taken, LINEAR_LIMIT)


def main() -> int:
    """Run all pieces and print the table; the exit code is 1 where a target is missed."""
    quick = "--quick" in sys.argv[1:]
    print(f"{'work':<56}{'ours':>10}{'limit':>10}   {'':<8}{'limit from'}")
    if hasattr(os, "getloadavg"):
        print(f"processes waiting before the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    missed = 0
    for piece in (imputation(quick), bootstrap(), logits(), ordinal(), design_based(), linear()):
        for line in piece:
            missed += not line.met
            word = "met" if line.met else "NOT met"
            print(f"{line.work:<56}{line.seconds:>9.3f}s{line.limit:>9.3f}s   {word:<8}{line.source}", flush=True)
    print("all met" if not missed else f"{missed} not met")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
