"""Psychometrics at size in one run: ours, the goal, and the peers in R and Python, on the same data.

``python benchmarks/psychometrics.py`` prints medians, and how many times as fast as the fastest peer;
``--quick`` leaves out the peers, ``--no-slow-peers`` those that need half a minute. R reads its data outside its clock.
A full result is what the public function returns: intervals, tests, checks and all tables. Seconds are those of the
processor (one thread, ours and R's), so that what else the machine does counts little.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from osa_survey import efa, invariance, polychoric, reliability
from osa_survey.psychometrics import feldt_interval, item_statistics
from osa_survey.psychometrics.answer_patterns import patterns_of
from osa_survey.psychometrics.confirmatory import (
    fit_factor_model,
    fit_measures,
    modification_indices,
    standardised,
)
from osa_survey.psychometrics.exploratory import parallel_analysis
from osa_survey.psychometrics.latent_classes import Categorical, fit_mixture
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, polychoric_matrix
from osa_survey.quality.multivariate_distances import mahalanobis
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import longest_runs

REPEATS = 5
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
FACTORS, PER_FACTOR = 6, 4
ITEMS = [f"v{n}" for n in range(FACTORS * PER_FACTOR)]
MODEL = "\n".join(f"f{k} =~ " + " + ".join(ITEMS[PER_FACTOR * k : PER_FACTOR * (k + 1)]) for k in range(FACTORS))
R_CFA = f"""
m <- "{MODEL}"; o <- if (estimator == "WLSMV") names(x) else NULL
run <- function() cfa(m, x, estimator = estimator, ordered = o)
"""
R_LADDER = f"""
m <- "{MODEL}"; equal <- list("", "loadings", c("loadings", "intercepts"), c("loadings", "intercepts", "residuals"))
run <- function() {{
  fits <- lapply(equal, function(e) cfa(m, x, group = "v24", group.equal = e, estimator = "MLR"))
  lavTestLRT(fits[[1]], fits[[2]], fits[[3]], fits[[4]]); lapply(fits, fitMeasures)
}}
"""
R_LCA = "run <- function() poLCA(as.matrix(x) ~ 1, x, nclass = 3, nrep = 10, verbose = FALSE)"
SLOW = ("WLSMV, 24 items, n = 80,000", "item statistics")
"""Lines whose peers take half a minute."""


@dataclass(frozen=True)
class Line:
    """One line of the table: our work, the goal in seconds, and each peer: its R package and code, or a callable."""

    work: str
    goal: float
    ours: Callable[[], object]
    data: np.ndarray | None = None
    in_r: dict[str, str] = field(default_factory=dict)
    in_python: dict[str, Callable[[], object]] = field(default_factory=dict)
    repeats: int = REPEATS


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the median processor seconds after one run to warm up (a single run is not warmed up)."""
    taken = []
    for _ in range(repeats + (repeats > 1)):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken[-repeats:])


def seconds_in_r(values: np.ndarray, package: str, code: str) -> float:
    """Return the median seconds R needs for ``run()``; NaN without R or the package."""
    if shutil.which("Rscript") is None:
        return float("nan")
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "x.csv"), Path(folder, "code.R")
        pd.DataFrame(values, columns=[f"v{n}" for n in range(values.shape[1])]).to_csv(data, index=False)
        script.write_text(
            f"if (!requireNamespace('{package}', quietly = TRUE)) quit()\n"
            f"suppressMessages(library({package})); x <- read.csv(commandArgs(TRUE)[1])\n{code}\n"
            "sink(nullfile()); pdf(NULL); t <- c()\n"
            "while (length(t) < 3 && sum(t) < 10) t <- c(t, sum(system.time(suppressWarnings(run()))[c(1, 2, 4, 5)]))\n"
            "sink(); cat(median(t))\n",
            encoding="utf-8",
        )
        found = subprocess.run(["Rscript", str(script), str(data)], capture_output=True, text=True, check=False)
    try:
        return float(found.stdout.split()[-1])
    except (IndexError, ValueError):
        return float("nan")


def answers(n: int, loadings: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return answers 1 to 5 of items that load on one factor."""
    trait = generator.normal(size=(n, 1))
    unique = np.sqrt(1.0 - loadings**2)
    return np.digitize(trait * loadings + unique * generator.normal(size=(n, len(loadings))), CUTS) + 1.0


def six_factors(n: int) -> np.ndarray:
    """Return made-up answers to 24 items of six correlated factors."""
    rng = np.random.default_rng(1)
    factors = rng.multivariate_normal(np.zeros(FACTORS), 0.3 + 0.7 * np.eye(FACTORS), n)
    return np.asarray(np.repeat(factors, PER_FACTOR, axis=1) * 0.7 + rng.normal(size=(n, len(ITEMS))) * 0.7)


def scales_lines() -> list[Line]:
    """Return the lines of item statistics and reliability."""
    generator = np.random.default_rng(1)
    wide = np.column_stack([answers(80_000, np.full(10, 0.6), generator) for _ in range(20)])
    scales = [wide[:, 10 * s : 10 * s + 10] for s in range(20)]
    frames = [pd.DataFrame(scale, columns=[f"i{k}" for k in range(10)]) for scale in scales]
    code = "run <- function() for (s in 0:19) alpha(x[, s * 10 + 1:10], warnings = FALSE)"

    def statistics_alone() -> list[tuple[float, float]]:
        return [feldt_interval(item_statistics(scale).alpha, len(scale), 10) for scale in scales]

    def with_pingouin() -> None:
        import pingouin

        for frame in frames:
            pingouin.cronbach_alpha(frame)
            for name in frame:
                rest = frame.drop(columns=name)
                pingouin.cronbach_alpha(rest)
                np.corrcoef(frame[name], rest.sum(axis=1))

    python = {"pingouin": with_pingouin} if importlib.util.find_spec("pingouin") else {}
    size = "20 scales of 10, n = 80,000"
    return [
        Line(f"item statistics, {size}", 0.6, statistics_alone, wide, {"psych": code}, python),
        Line(f"… full result, {size}", 0.6, lambda: [reliability(frame, draws=0) for frame in frames]),
        Line("… 1,000 bootstrap draws, 1 scale, n = 80,000", 1.5, lambda: reliability(frames[0]), repeats=1),
        Line(
            "omega of 3 factors, 10 items, n = 80,000",
            float("nan"),
            lambda: reliability(frames[0], factors=3, draws=0),
            scales[0],
            {"psych": "run <- function() omega(x, nfactors = 3, plot = FALSE)"},
        ),
    ]


def polychoric_lines() -> list[Line]:
    """Return the lines of polychoric correlations."""
    lines = []
    for n, goal in ((2_800, 0.05), (80_000, 0.25)):
        values = answers(n, np.full(20, 0.6), np.random.default_rng(2))
        frame = pd.DataFrame(values.astype(int), columns=[f"i{k}" for k in range(20)])
        items = categories(values)
        found = polychoric_matrix(items)
        peers = {
            "lavaan": "o <- as.data.frame(lapply(x, ordered)); run <- function() lavCor(o, ordered = TRUE)",
            "psych": "run <- function() polychoric(x)",
        }
        work = f"polychoric matrix, 20 items, n = {n:,}"
        lines.append(
            Line(work, goal, lambda values=values: polychoric_matrix(categories(values)), values.astype(int), peers)
        )
        lines.append(Line("… full result", goal, lambda frame=frame: polychoric(frame)))
        covariance = lambda items=items, found=found: asymptotic_covariance(items, found)  # noqa: E731
        lines.append(Line("… the asymptotic covariance alone", float("nan"), covariance))
    few = answers(2_800, np.full(3, 0.6), np.random.default_rng(2))
    pairs = "run <- function() for (i in 1:2) for (j in (i + 1):3) polychor(x[[i]], x[[j]], ML = TRUE, std.err = TRUE)"
    frame = pd.DataFrame(few.astype(int), columns=[f"i{k}" for k in range(3)])
    full = lambda frame=frame: polychoric(frame, method="ml")  # noqa: E731
    work = "… thresholds estimated along, 3 items, n = 2,800"
    lines.append(Line(work, float("nan"), full, few.astype(int), {"polycor": pairs}))
    return lines


def factor_model_lines() -> list[Line]:
    """Return the lines of factor models: fit, errors, baseline, measures, standardised solution, indices."""

    def full_result(values: np.ndarray, estimator: Any) -> None:
        fit = fit_factor_model(values, ITEMS, MODEL, estimator=estimator)
        fit_measures(fit)
        standardised(fit)
        modification_indices(fit)

    lines = []
    goals = (
        ("ML", 2_800, 0.04),
        ("ML", 80_000, 0.06),
        ("MLR", 80_000, 0.5),
        ("WLSMV", 2_800, 0.3),
        ("WLSMV", 80_000, 3.0),
    )
    for estimator, n, goal in goals:
        values = six_factors(n)
        if estimator == "WLSMV":
            values = np.digitize(values, CUTS).astype(float)
        code = f'estimator <- "{estimator}"{R_CFA}'
        ours = lambda values=values, estimator=estimator: full_result(values, estimator)  # noqa: E731
        lines.append(Line(f"{estimator}, 24 items, n = {n:,}", goal, ours, values, {"lavaan": code}))
    values = np.column_stack([six_factors(2_800), np.arange(2_800) % 2])
    frame = pd.DataFrame(values[:, :-1], columns=ITEMS).assign(sex=pd.Categorical(np.where(values[:, -1], "b", "a")))
    ladder = lambda: invariance(frame, MODEL, "sex", estimator="MLR", partial=False)  # noqa: E731
    lines.append(Line("invariance, 4 steps, 2 groups, n = 2,800", float("nan"), ladder, values, {"lavaan": R_LADDER}))
    return lines


def other_lines() -> list[Line]:
    """Return the lines of parallel analysis, careless responding and latent classes."""
    generator = np.random.default_rng(1)
    items = generator.normal(size=(2800, 25)) + generator.normal(size=(2800, 1))
    R = np.corrcoef(items.T)
    many = generator.integers(1, 6, size=(80_000, 100)).astype(float)
    member = generator.integers(0, 3, size=2800)
    chances = generator.dirichlet(np.ones(4), size=(3, 12))
    codes = np.array([[generator.choice(4, p=chances[c, j]) for j in range(12)] for c in member])
    patterns = patterns_of(codes)
    measurement = Categorical.of(patterns.codes, (4,) * 12)
    parallel = {"psych": "run <- function() fa.parallel(x, n.iter = 100, plot = FALSE)"}
    at = "100 items, n = 80,000"
    thirds = [f"v{k}" for k in range(25)]
    frame = pd.DataFrame(items, columns=thirds)
    return [
        Line(
            "EFA, minres, oblimin, 5 factors, 25 items, n = 2,800",
            float("nan"),
            lambda: efa(frame, factors=5),
            items,
            {"psych": "run <- function() fa(x, 5, rotate = 'oblimin', fm = 'minres')"},
        ),
        Line("parallel analysis, 100 draws, 25 items", 0.5, lambda: parallel_analysis(R, 2800), items, parallel),
        Line(
            f"longstring, {at}", 0.18, lambda: longest_runs(many), many, {"careless": "run <- function() longstring(x)"}
        ),
        Line(f"IRV, {at}", 0.15, lambda: response_variability(many), many, {"careless": "run <- function() irv(x)"}),
        Line(
            f"Mahalanobis, {at}",
            0.57,
            lambda: mahalanobis(many),
            many,
            {"careless": "run <- function() mahad(x, plot = FALSE)"},
        ),
        Line(
            "3 latent classes, 12 items, 10 starts, n = 2,800",
            1.5,
            lambda: fit_mixture(measurement, patterns.weights, 3, starts=10),
            codes + 1,
            {"poLCA": R_LCA},
        ),
    ]


def main() -> None:
    quick, fast = "--quick" in sys.argv, "--no-slow-peers" in sys.argv
    print(f"{'work':52}{'goal':>8}{'ours':>9}   peers")
    missed = []
    for lines in (scales_lines, polychoric_lines, factor_model_lines, other_lines):
        for line in lines():
            ours = median_seconds(line.ours, line.repeats)
            peers: dict[str, float] = {}
            if not (quick or (fast and line.work.startswith(SLOW))):
                peers = {name: median_seconds(work, 1) for name, work in line.in_python.items()}
                if line.data is not None:
                    peers |= {name: seconds_in_r(line.data, name, code) for name, code in line.in_r.items()}
            known = {name: seconds for name, seconds in peers.items() if np.isfinite(seconds)}
            beside = ", ".join(f"{name} {seconds:.2f}" for name, seconds in known.items())
            ratio = f"   {min(known.values()) / ours:,.0f}x" if known else ""
            print(f"{line.work:52}{line.goal:8.3f}{ours:9.3f}   {beside}{ratio}", flush=True)
            if ours > line.goal or (known and min(known.values()) < ours):
                missed.append(line.work)
    print("goals missed: " + ("; ".join(missed) or "none"))


if __name__ == "__main__":
    main()
