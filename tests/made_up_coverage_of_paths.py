"""Coverage of indirect associations on made-up samples with a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey import mediate
from osa_survey.analysis.mediating.mediation_requests import Interval
from tests.made_up_regressions import as_imputed

LEVEL = 0.95
INTERVALS: tuple[Interval, ...] = ("percentile", "monte_carlo")
PATHS = {"small": (0.14, 0.14), "medium": (0.39, 0.39), "mixed": (0.14, 0.59)}
"""a and b in standard deviations; at zero the percentile interval covers too often by nature."""


def covered(n: int, a: float, b: float, interval: Interval, rng: np.random.Generator, draws: int = 400) -> bool:
    """Tell whether the interval of one sample holds ab."""
    x = rng.normal(size=n)
    m = a * x + np.sqrt(1 - a**2) * rng.normal(size=n)
    y = 0.1 * x + b * m + rng.normal(size=n)
    people = pd.DataFrame({"x": x, "m": m, "y": y})
    seed = int(rng.integers(1 << 31))
    row = mediate(people, "x", "m", "y", interval=interval, draws=draws, seed=seed).pick("indirect")
    return bool(row["conf_low"] <= a * b <= row["conf_high"])


def covered_with_gaps(n: int, a: float, b: float, rng: np.random.Generator, sets: int = 10, draws: int = 400) -> bool:
    """Tell whether the pooled percentile interval holds ab, a third of the mediator missing at random given x.

    Notes
    -----
    Gaps are imputed as they should be: draws from the normal regression of m on x and y under a flat prior.
    """
    x = rng.normal(size=n)
    m = a * x + np.sqrt(1 - a**2) * rng.normal(size=n)
    y = 0.1 * x + b * m + rng.normal(size=n)
    gaps = rng.random(n) < 1 / (1 + np.exp(0.7 - x))
    X = np.column_stack([np.ones(n), x, y])
    known = X[~gaps]
    inverse = np.linalg.inv(known.T @ known)
    slopes = inverse @ known.T @ m[~gaps]
    rest = float(((m[~gaps] - known @ slopes) ** 2).sum())
    frames = []
    for _ in range(sets):
        variance = rest / rng.chisquare(len(known) - 3)
        filled = X @ rng.multivariate_normal(slopes, variance * inverse) + np.sqrt(variance) * rng.normal(size=n)
        frames.append(pd.DataFrame({"x": x, "m": np.where(gaps, filled, m), "y": y}))
    seed = int(rng.integers(1 << 31))
    row = mediate(as_imputed(frames[0], frames), "x", "m", "y", draws=draws, seed=seed).pick("indirect")
    return bool(row["conf_low"] <= a * b <= row["conf_high"])
