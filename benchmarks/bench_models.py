"""Likelihoods at size, beside statsmodels in the same run, and R's clm, glm and lm where Rscript is there.

Prints medians of three in milliseconds. Ratios count, not milliseconds. Run it with ``make bench``.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from osa_survey.models import (
    BinaryLogit,
    Linear,
    NegativeBinomial,
    OrdinalLogit,
    ZeroInflated,
    fit_each_logit,
    robust_covariance,
)

SEED = 1
REPEATS = 3
COLUMNS = 10
SMALL, MIDDLE, LARGE = 2_800, 80_000, 1_000_000
SETS, ROWS = 500, 300
DRAWS = 2_000
R_CODE = """
suppressPackageStartupMessages(library(ordinal))
a <- commandArgs(TRUE); d <- read.csv(a[1]); d$o <- ordered(d$o); p <- paste0("p", 1:10, collapse = "+")
t <- function(f) median(sapply(1:3, function(i) system.time(f())[["elapsed"]])) * 1000
ordinal <- as.formula(paste("o ~", p)); binary <- as.formula(paste("b ~", p))
cat(t(function() clm(ordinal, data = d)), t(function() glm(binary, binomial, d)))
"""


def median(work: Callable[[], object]) -> float:
    """Return the median time in milliseconds."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return 1000 * statistics.median(found)


def show(name: str, n: int, ours: float, **peers: float) -> None:
    """Print one row."""
    others = "   ".join(f"{peer} {value:,.0f} ms ({value / ours:.1f}x)" for peer, value in peers.items())
    print(f"{name:<44}{n:>10,}{ours:>11,.1f} ms   {others}", flush=True)


def r_times(data: pd.DataFrame) -> dict[str, float]:
    """Return the times of R's clm and glm, or nothing without R."""
    program = shutil.which("Rscript")
    if program is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder, "data.csv"), Path(folder, "peer.R")
        data.to_csv(path, index=False)
        script.write_text(R_CODE, encoding="utf-8")
        done = subprocess.run([program, str(script), str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    clm, glm = map(float, done.stdout.split())
    return {"clm": clm, "glm": glm}


def linear_with_hc3(y: np.ndarray, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised slopes and HC3 errors."""
    fit = Linear().fit(y, X)
    errors = np.sqrt(np.diag(robust_covariance(fit, "HC3", X=X)))
    spread = np.array([column.std() for column in X.T[1:]])
    return fit.coefficients[1:] * spread / y.std(), errors


def main() -> None:
    """Run the benchmark and print its table."""
    rng = np.random.default_rng(SEED)
    for n in (SMALL, MIDDLE, LARGE):
        P = rng.standard_normal((n, COLUMNS))
        eta = P @ np.linspace(-0.4, 0.4, COLUMNS) - 0.5
        X = np.column_stack([np.ones(n), P])
        normal, binary = eta + rng.standard_normal(n), (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
        peer = median(lambda X=X, y=normal: sm.OLS(y, X).fit(cov_type="HC3").bse)
        show("linear, HC3, standardised", n, median(lambda X=X, y=normal: linear_with_hc3(y, X)), statsmodels=peer)
        logit = median(lambda X=X, y=binary: BinaryLogit().fit(y, X))
        peers = {"statsmodels": median(lambda X=X, y=binary: sm.Logit(y, X).fit(disp=0))}
        if n == LARGE:
            show("logit", n, logit, **peers)
            continue
        ordered = np.digitize(eta + rng.logistic(size=n), [-2, -0.5, 1]).astype(float)
        frame = pd.DataFrame(P, columns=[f"p{i + 1}" for i in range(COLUMNS)]).assign(o=ordered, b=binary)
        in_r = r_times(frame)
        show("logit", n, logit, **peers, **{k: v for k, v in in_r.items() if k == "glm"})
        ours = median(lambda X=X, y=ordered: OrdinalLogit(4).fit(y, X))
        model = OrderedModel(ordered, P, distr="logit")
        start = time.perf_counter()
        model.fit(method="bfgs", disp=0)
        peer = 1000 * (time.perf_counter() - start)
        show("ordinal logit", n, ours, statsmodels=peer, **{k: v for k, v in in_r.items() if k == "clm"})
        counts = rng.negative_binomial(2.0, 2 / (2 + np.exp(0.3 * eta + 0.5))).astype(float)
        ours = median(lambda X=X, y=counts: NegativeBinomial().fit(y, X))
        show(
            "negative binomial",
            n,
            ours,
            statsmodels=median(lambda X=X, y=counts: sm.NegativeBinomial(y, X).fit(disp=0)),
        )
        zeros = np.where(rng.random(n) < 0.3, 0.0, counts)
        show(
            "zero-inflated negative binomial",
            n,
            median(lambda X=X, y=zeros: ZeroInflated(NegativeBinomial()).fit(y, X)),
        )
    X = np.concatenate([np.ones((SETS, ROWS, 1)), rng.standard_normal((SETS, ROWS, 3))], axis=2)
    y = (rng.random((SETS, ROWS)) < 1 / (1 + np.exp(-X @ [-0.5, 0.3, 0.2, 0.1]))).astype(float)
    peer = median(lambda: [sm.Logit(y[s], X[s]).fit(disp=0) for s in range(SETS)])
    show(f"{SETS} logistic fits, n = {ROWS}", ROWS, median(lambda: fit_each_logit(y, X)), statsmodels=peer)
    X = np.column_stack([np.ones(SMALL), rng.standard_normal((SMALL, 3))])
    binary = (rng.random(SMALL) < 1 / (1 + np.exp(-X @ [-0.5, 0.3, 0.2, 0.1]))).astype(float)
    weights = rng.multinomial(SMALL, np.full(SMALL, 1 / SMALL), size=DRAWS).T.astype(float)
    fit = BinaryLogit().fit(binary, X)
    ours = median(lambda: BinaryLogit().fit_many(binary, X, weights, start=fit.parameters))
    show(f"bootstrap of a logit, {DRAWS:,} resamples", SMALL, ours)
    show(
        f"bootstrap of a linear model, {DRAWS:,} resamples",
        SMALL,
        median(lambda: Linear().fit_many(X @ X[0], X, weights)),
    )


if __name__ == "__main__":
    main()
