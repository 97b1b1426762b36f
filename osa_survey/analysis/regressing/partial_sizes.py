"""Cohen's f² of one coefficient under weights and imputation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import CompletedSet, Sample
from osa_survey.analysis.regressing.block_fits import BlockFit
from osa_survey.analysis.scaled_numbers import FISHER, scaled_number
from osa_survey.effects.effects import Effect, effect
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
FLAT = 1e-12
"""A residual sum of squares below this share of the sum of squares is zero but for rounding."""
PERFECT = "the model explains everything, or the column nothing of its own, in some set: no interval"
METHOD = "f² = r²/(1 − r²) of the partial correlation r, t interval on Fisher's z"


def composed_f_squared(
    sample: Sample, outcomes: Sequence[Floats], block: BlockFit, column: int, conf_level: float
) -> Effect:
    """Return f² of one coefficient of a linear model.

    Parameters
    ----------
    sample : Sample
        The data.
    outcomes : sequence of ndarray of float, shape (n,)
        The outcome of each set.
    block : BlockFit
        The model, the intercept first.
    column : int
        The column of the coefficient.
    conf_level : float
        Level of the interval.

    Notes
    -----
    f² = (R² − R²_without)/(1 − R²) = r²/(1 − r²) with the weighted partial correlation r of outcome and column given
    all others, in one set without weights t²/df. r has a linearised or replicate error on Fisher's z; over imputed sets
    without a design its variance there is 1/(n − p − 1), p the coefficients. It is pooled on that scale; an interval of
    r that holds zero gives one of f² that starts there.
    """
    known = {id(one): (y, X) for one, y, X in zip(sample.sets, outcomes, block.matrices, strict=True)}
    p = block.matrices[0].shape[1]

    def of_weights(one: CompletedSet, weights: Floats) -> Statistics:
        y, X = known[id(one)]
        return _partial(y, X[:, column], np.delete(X, column, axis=1), weights)

    found = scaled_number(
        sample,
        of_weights,
        FISHER,
        conf_level,
        what="a partial correlation",
        edge=PERFECT,
        variance=lambda one, _: 1 / (one.n - p - 1),
        df=lambda one: one.n - float(p),
        df_lost=p - 1,
    )
    ends = [_f_squared(bound) for bound in (found.low, found.high)]
    low = 0.0 if found.low <= 0 <= found.high else min(ends)
    bounds = (low, max(ends)) if math.isfinite(sum(ends)) else (math.nan, math.nan)
    return effect(_f_squared(found.estimate), bounds, METHOD, missing=found.warning or PERFECT)


def _f_squared(r: float) -> float:
    return r * r / (1 - r * r) if abs(r) < 1 else math.nan


def _partial(y: Floats, x: Floats, others: Floats, weights: Floats) -> Statistics:
    """Return the weighted partial correlation; to first order the coefficients of the others add nothing to it."""
    share = weights / weights.sum()
    root = np.sqrt(share)[:, None]
    both = np.column_stack([x, y])
    residuals = both - others @ np.linalg.lstsq(root * others, root * both, rcond=None)[0]
    spreads = share @ residuals**2
    if (spreads <= FLAT * (share @ (both - share @ both) ** 2)).any():
        return Statistics(np.array([math.nan]), lambda: np.full((len(y), 1), math.nan))
    z = residuals / np.sqrt(spreads)
    r = float(share @ (z[:, 0] * z[:, 1]))
    return Statistics(np.array([r]), lambda: (share * (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2))[:, None])
