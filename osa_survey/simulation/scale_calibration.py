"""Loadings and thresholds of a scale chosen so that its score has the alpha, mean and SD that were asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.latent_items import LatentItems, ScoreMoments, even_cuts, score_moments, stacked

Array = NDArray[np.float64]
REACHED = 5e-3
"""Largest miss of alpha, and of mean and SD in SDs of the score, at which a target counts as reached."""
HIGHEST_LOADING = 0.98


@dataclass(frozen=True, repr=False)
class ScaleTargets:
    """What is asked of a scale.

    Attributes
    ----------
    codes : tuple of ndarray
        The keyed codes of each item, rising.
    loadings : ndarray of float, shape (items,), or None
        None: one loading for all items, chosen for ``alpha`` or else ``loading``.
    loading, level, spread : float
        Where nothing is asked for.
    alpha, mean, sd : float or None
        Of the sum of the items.
    cuts : mapping of int to ndarray
        Position of an item → its thresholds, where its margin is given.
    """

    codes: tuple[Array, ...]
    loadings: Array | None
    loading: float
    level: float
    spread: float
    alpha: float | None
    mean: float | None
    sd: float | None
    cuts: dict[int, Array]


def calibrated(targets: ScaleTargets) -> tuple[LatentItems, ScoreMoments, bool]:
    """Return items that meet the targets as nearly as can be, their moments, and whether all were reached.

    Parameters
    ----------
    targets : ScaleTargets
        What is asked for.

    Notes
    -----
    The loading answers for alpha, the level of the thresholds for the mean, their spread for the SD: a least-squares
    search over those that are asked for, with exact moments of the ordinal items.
    """
    from scipy.optimize import least_squares

    start = np.array([np.arctanh(targets.loading), targets.level, np.log(targets.spread)])
    wanted = np.array([targets.alpha is not None, targets.mean is not None, targets.sd is not None])
    unit = targets.sd or score_moments(_items(targets, *start)).sd

    def missed(chosen: Array) -> Array:
        values = start.copy()
        values[wanted] = chosen
        found = score_moments(_items(targets, *values))
        asked = (targets.alpha, targets.mean, targets.sd)
        return np.array(
            [
                (own - target) / scale
                for own, target, scale in zip(
                    (found.alpha, found.mean, found.sd), asked, (1.0, unit, unit), strict=True
                )
                if target is not None
            ]
        )

    values = start.copy()
    reached = True
    if wanted.any():
        lower = np.array([0.0, -6.0, np.log(0.02)])[wanted]
        upper = np.array([np.arctanh(HIGHEST_LOADING), 6.0, np.log(50.0)])[wanted]
        found = least_squares(missed, start[wanted], bounds=(lower, upper), xtol=1e-12, ftol=1e-12, gtol=1e-12)
        values[wanted] = found.x
        reached = bool(np.abs(missed(found.x)).max() < REACHED)
    items = _items(targets, *values)
    return items, score_moments(items), reached


def _items(targets: ScaleTargets, strength: float, level: float, log_spread: float) -> LatentItems:
    k = len(targets.codes)
    loadings = np.full(k, np.tanh(strength)) if targets.loadings is None else targets.loadings
    spread = float(np.exp(log_spread))
    cuts = [targets.cuts.get(item, even_cuts(len(codes), level, spread)) for item, codes in enumerate(targets.codes)]
    return stacked(loadings, cuts, list(targets.codes))


def margin_cuts(shares: Array) -> Array:
    """Return the thresholds that give the shares of ordered answers.

    Examples
    --------
    >>> margin_cuts(np.array([0.5, 0.25, 0.25])).round(3).tolist()
    [0.0, 0.674]
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(np.cumsum(shares)[:-1] / np.sum(shares), 0.0, 1.0)), dtype=np.float64)
