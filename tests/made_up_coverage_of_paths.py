"""Coverage of indirect associations on made-up samples with a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey import mediate
from osa_survey.analysis.mediating.mediation_requests import Interval

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
