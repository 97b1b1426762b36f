"""An effect size whose interval comes from resamples of respondents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.effects.effects import Effect, effect
from osa_survey.models.bootstrap_intervals import KIND_NAMES, Kind, bootstrap_interval
from osa_survey.models.bootstraps import Statistic, bootstrap, influences

SEED = 20_190_101
DRAWS = 2000
UNDEFINED = "the bootstrap interval is not defined for these data"


def bootstrapped(
    statistic: Statistic,
    data: tuple[Any, ...],
    n: int,
    name: str,
    *,
    conf_level: float = 0.95,
    strata: NDArray[np.intp] | None = None,
    kind: Kind = "percentile",
    seed: int = SEED,
    draws: int = DRAWS,
) -> Effect:
    """Return the statistic of everybody with a bootstrap interval.

    Parameters
    ----------
    statistic, data, n, strata, seed, draws
        As in ``models.bootstraps.bootstrap``; the statistic is one number.
    name : str
        What the statistic is called in ``method``.
    conf_level : float
        Level of the two-sided interval.
    kind : {"percentile", "basic", "bca"}
        The kind of interval.
    """
    whole = statistic(np.ones((1, n)), *data).reshape(1)
    values = bootstrap(statistic, data, n, seed=seed, draws=draws, strata=strata)
    jackknifed = influences(statistic, data, n, strata) if kind == "bca" else None
    low, high = bootstrap_interval(whole, values, kind=kind, conf_level=conf_level, influences=jackknifed)
    within = ", within groups" if strata is not None else ""
    method = f"{name}, {KIND_NAMES[kind]} interval ({draws:,} resamples{within}, seed {seed})"
    spread = float(np.nanstd(values, ddof=1)) if np.isfinite(values).sum() > 1 else float("nan")
    return effect(float(whole[0]), (float(low[0]), float(high[0])), method, missing=UNDEFINED, std_error=spread)
