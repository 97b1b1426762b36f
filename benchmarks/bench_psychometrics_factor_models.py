"""Factor models at size, beside lavaan in the same run where R is installed: medians and ratios.

Run it with ``python benchmarks/bench_psychometrics_factor_models.py``. Ratios count, not seconds. A full result is the
fit with standard errors, baseline, fit measures, standardised solution and modification indices.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory import (
    fit_factor_model,
    fit_measures,
    modification_indices,
    standardised,
)

FACTORS, PER_FACTOR = 6, 4
NAMES = [f"v{n}" for n in range(FACTORS * PER_FACTOR)]
SYNTAX = "\n".join(f"f{k} =~ " + " + ".join(NAMES[PER_FACTOR * k : PER_FACTOR * (k + 1)]) for k in range(FACTORS))
EDGES = [-1.2, -0.4, 0.4, 1.2]
GOALS = {
    ("ML", 2_800): 0.040,
    ("ML", 80_000): 0.060,
    ("MLR", 80_000): 0.5,
    ("WLSMV", 2_800): 0.3,
    ("WLSMV", 80_000): 3.0,
}
SEED = 1
REPEATS = 5
R_REPEATS = 3
R_SCRIPT = """
suppressMessages(library(lavaan))
a <- commandArgs(trailingOnly = TRUE)
d <- read.csv(a[1]); e <- a[2]; m <- readChar(a[3], 1e6)
o <- if (e == "WLSMV") names(d) else NULL
t <- replicate(as.integer(a[4]), system.time(cfa(m, d, estimator = e, ordered = o))[["elapsed"]])
cat(median(t))
"""


def answers(n: int) -> NDArray[np.float64]:
    """Return made-up answers to 24 items of six correlated factors."""
    rng = np.random.default_rng(SEED)
    correlations = 0.3 + 0.7 * np.eye(FACTORS)
    factors = rng.multivariate_normal(np.zeros(FACTORS), correlations, n)
    return np.asarray(np.repeat(factors, PER_FACTOR, axis=1) * 0.7 + rng.normal(size=(n, len(NAMES))) * 0.7)


def full_result(values: NDArray[np.float64], estimator: Any) -> None:
    fit = fit_factor_model(values, NAMES, SYNTAX, estimator=estimator)
    fit_measures(fit)
    standardised(fit)
    modification_indices(fit)


def lavaan_seconds(values: NDArray[np.float64], estimator: str) -> float | None:
    """Return the median of lavaan's ``cfa`` on the same data, or None without R and lavaan."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script, model = (Path(folder) / name for name in ("d.csv", "b.R", "m.txt"))
        np.savetxt(data, values, delimiter=",", header=",".join(NAMES), comments="", fmt="%.6g")
        script.write_text(R_SCRIPT, encoding="utf-8")
        model.write_text(SYNTAX, encoding="utf-8")
        command = ["Rscript", str(script), str(data), estimator, str(model), str(R_REPEATS)]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            return float(outcome.stdout.split()[-1])
        except (IndexError, ValueError):
            return None


def main() -> None:
    print(f"{'work':28}{'goal':>9}{'ours':>9}{'lavaan':>9}{'ratio':>8}")
    missed = []
    for (estimator, n), goal in GOALS.items():
        values = answers(n)
        if estimator == "WLSMV":
            values = np.digitize(values, EDGES).astype(float)
        seconds = []
        for _ in range(REPEATS + 1):
            start = time.perf_counter()
            full_result(values, estimator)
            seconds.append(time.perf_counter() - start)
        ours = statistics.median(seconds[1:])
        theirs = lavaan_seconds(values, estimator)
        told = f"{theirs:9.3f}{theirs / ours:7.0f}x" if theirs is not None else f"{'–':>9}{'–':>8}"
        print(f"{f'{estimator}, 24 items, n = {n:,}':28}{goal:9.3f}{ours:9.3f}{told}")
        if ours > goal:
            missed.append(f"{estimator}, n = {n:,}")
    print("goals missed: " + ("; ".join(missed) or "none"))


if __name__ == "__main__":
    main()
