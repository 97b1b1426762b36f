"""Item statistics, polychoric correlations and categorical omega: ours beside pingouin, and lavaan and psych in R.

Every implementation takes the same made-up answers in memory (R reads them from a file, outside its clock) and is run
in turn. Ratios count, not seconds. Peers that are not installed are left out. The last part plants the truth: coverage
of the intervals of polychoric correlations and of categorical omega over 500 samples. Run it with ``make bench``.
``OSA_SURVEY_BENCH_SAMPLES`` sets another number of samples.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import timed

from osa_survey.psychometrics import feldt_interval, item_statistics, polychoric, reliability
from osa_survey.psychometrics.categorical_omega import categorical_factors, categorical_moments
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, cross_tables, polychoric_matrix
from osa_survey.psychometrics.resampling import percentile_interval, resampled_omegas

SAMPLES = int(os.environ.get("OSA_SURVEY_BENCH_SAMPLES", "500"))
SIZES = (2_800, 80_000)
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
BAND = (0.93, 0.97)
"""Coverage of 95 % intervals over 500 samples: two standard errors either side."""
R_CODE = """
a <- commandArgs(trailingOnly = TRUE); x <- read.csv(a[1]); kind <- a[2]
if (kind == "lavaan") { suppressMessages(library(lavaan)); o <- as.data.frame(lapply(x, ordered))
  t <- system.time(lavCor(o, ordered = TRUE))
} else if (kind == "psych") { suppressMessages(library(psych)); t <- system.time(suppressWarnings(polychoric(x)))
} else { suppressMessages(library(psych))
  t <- system.time(for (s in 0:19) alpha(x[, s * 10 + 1:10], warnings = FALSE)) }
cat(t[["elapsed"]])
"""


def answers(n: int, loadings: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return answers 1 to 5 of items that load on one factor."""
    trait = generator.normal(size=(n, 1))
    unique = np.sqrt(1.0 - loadings**2)
    return np.digitize(trait * loadings + unique * generator.normal(size=(n, len(loadings))), CUTS) + 1.0


def in_r(values: np.ndarray, kind: str, package: str) -> float:
    """Return the seconds R needs, NaN where R or the package is missing."""
    if shutil.which("Rscript") is None:
        return float("nan")
    with tempfile.TemporaryDirectory() as folder:
        path, code = Path(folder, "x.csv"), Path(folder, "code.R")
        pd.DataFrame(values.astype(int)).to_csv(path, index=False)
        code.write_text(R_CODE, encoding="utf-8")
        asked = subprocess.run(
            ["Rscript", "-e", f"cat(requireNamespace('{package}', quietly = TRUE))"],
            capture_output=True,
            text=True,
            check=False,
        )
        if not asked.stdout.strip().endswith("TRUE"):
            return float("nan")
        found = subprocess.run(["Rscript", str(code), str(path), kind], capture_output=True, text=True, check=True)
    return float(found.stdout.split()[-1])


def line(work: str, ours: float, peers: dict[str, float]) -> None:
    """Print one line: seconds of ours and of each peer, and the ratio to the fastest."""
    known = {name: seconds for name, seconds in peers.items() if np.isfinite(seconds)}
    beside = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in known.items()) or "no peer installed"
    ratio = f"{min(known.values()) / ours:.1f} times as fast as the fastest" if known else ""
    print(f"{work:<62}{ours:>8.3f} s   {beside}   {ratio}")


def speed() -> None:
    """Measure the lines of the table."""
    generator = np.random.default_rng(1)
    wide = np.column_stack([answers(80_000, np.full(10, 0.6), generator) for _ in range(20)])
    scales = [wide[:, 10 * s : 10 * s + 10] for s in range(20)]
    frames = [pd.DataFrame(scale, columns=[f"i{k}" for k in range(10)]) for scale in scales]

    def with_intervals() -> list[tuple[float, float]]:
        return [feldt_interval(item_statistics(scale).alpha, len(scale), 10) for scale in scales]

    peers = {"psych": in_r(wide, "alpha", "psych")}
    if importlib.util.find_spec("pingouin"):
        import pingouin

        def with_pingouin() -> None:
            for frame in frames:
                pingouin.cronbach_alpha(frame)
                for name in frame:
                    rest = frame.drop(columns=name)
                    pingouin.cronbach_alpha(rest)
                    np.corrcoef(frame[name], rest.sum(axis=1))

        peers["pingouin"] = timed(with_pingouin, repeats=1)[0]
    line("item statistics, alpha and Feldt, 20 scales of 10, n = 80,000", timed(with_intervals)[0], peers)
    whole = timed(lambda: [reliability(frame, draws=0) for frame in frames], repeats=1)[0]
    line("… and both omegas, omega if dropped, precision, all tables", whole, peers)
    for n in SIZES:
        values = answers(n, np.full(20, 0.6), generator)
        frame = pd.DataFrame(values, columns=[f"i{k}" for k in range(20)])
        peers = {kind: in_r(values, kind, kind) for kind in ("lavaan", "psych")}
        arrays = timed(lambda values=values: polychoric_matrix(categories(values)))[0]
        line(f"polychoric matrix with standard errors, 20 items, n = {n:,}", arrays, peers)
        line("… and tests, thresholds, intervals, table", timed(lambda frame=frame: polychoric(frame))[0], peers)
        items = categories(values)
        found = polychoric_matrix(items)
        both = timed(lambda items=items, found=found: asymptotic_covariance(items, found))[0]
        line("… the asymptotic covariance alone", both, {})
    items = categories(answers(2_800, np.full(10, 0.6), generator))
    drawn = timed(lambda: resampled_omegas(items, np.ones((10, 4)), 1000, 1), repeats=1)[0]
    line("categorical omega of 1,000 bootstrap samples, 10 items, n = 2,800", drawn, {})


def recovery() -> None:
    """Print bias and coverage over simulated samples."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    first, second = np.triu_indices(4, 1)
    truth = loadings[first] * loadings[second]
    big = answers(2_000_000, loadings, np.random.default_rng(0))
    omega = categorical_factors(categorical_moments(cross_tables(categories(big))[None]), np.ones((4, 4))).omega[0]
    rho, error, held = [], [], 0
    for child in np.random.SeedSequence(5).spawn(SAMPLES):
        items = categories(answers(400, loadings, np.random.default_rng(child)))
        found = polychoric_matrix(items)
        rho.append(found.correlations[first, second])
        error.append(found.std_errors[first, second])
        width = int(items.sizes.max())
        steps = np.array([np.pad(np.diff(each), (0, width - len(each))) for each in items.answers])
        interval = percentile_interval(resampled_omegas(items, steps, 400, int(child.generate_state(1)[0])))
        held += interval.conf_low <= omega <= interval.conf_high
    estimates, errors = np.array(rho), np.array(error)
    covered = (np.abs(estimates - truth) <= 1.96 * errors).mean(axis=0)
    bias = np.abs(estimates.mean(axis=0) - truth).max()
    print(f"polychoric correlations, n = 400, {SAMPLES} samples: largest bias {bias:.4f}")
    print(f"coverage of their 95% intervals {covered.min():.3f} to {covered.max():.3f}")
    share = held / SAMPLES
    print(f"coverage of the bootstrap interval of categorical omega {share:.3f}")
    met = BAND[0] <= share <= BAND[1] and BAND[0] <= covered.mean() <= BAND[1]
    print(f"coverage within {BAND[0]:.0%} and {BAND[1]:.0%}: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    speed()
    recovery()
