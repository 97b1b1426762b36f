"""How often two items swapped between scales would be found, by what a definition lets one expect."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.instruments import Instrument
from osa_survey.scoring.expected_correlations import (
    TYPICAL_SCALE_CORRELATION,
    attenuation,
    expected_items,
    home_scales,
)
from osa_survey.scoring.scale_membership import LEAST_DIFFERENCE, ScaleKey, scale_memberships

Floats = NDArray[np.float64]


class SwapEffect(NamedTuple):
    """An item of another scale, standing in this one by a wrong key.

    Attributes
    ----------
    scale, rival : str
        The scale it stands in and the one it belongs to.
    difference : float
        How much better it fits the scale it stands in, expected; negative where the swap shows.
    std_error : float
        Standard error of that difference times the square root of the number of respondents.
    z_critical : float
        Bound of the tests.
    """

    scale: str
    rival: str
    difference: float
    std_error: float
    z_critical: float


def swapped_keys(keys: Sequence[ScaleKey], one: int, other: int) -> tuple[ScaleKey, ...]:
    """Return the keys with two items in each other's scales; scales that hold both, or none, stay as they are.

    Parameters
    ----------
    keys : sequence of ScaleKey
        The scales.
    one, other : int
        The items, by position. Each keeps its sign.

    Examples
    --------
    >>> swapped_keys([ScaleKey("a", (0, 1), (1, -1)), ScaleKey("b", (2, 3), (1, 1))], 1, 2)[1]
    ScaleKey(name='b', items=(1, 3), signs=(-1, 1))
    """
    signs = {item: sign for key in keys for item, sign in zip(key.items, key.signs, strict=True)}
    exchange = {one: other, other: one}
    changed = []
    for key in keys:
        if (one in key.items) != (other in key.items):
            items = tuple(exchange.get(item, item) for item in key.items)
            kept = zip(key.items, items, key.signs, strict=True)
            changed.append(ScaleKey(key.name, items, tuple(s if a == b else signs[b] for a, b, s in kept)))
        else:
            changed.append(key)
    return tuple(changed)


def expected_swap_power(instrument: Instrument, scale: str, n: int) -> float:
    """Return how often an item of another scale would be found in this one, for the item that is hardest to find.

    Parameters
    ----------
    instrument : Instrument
        The definition: loadings or alpha where its evidence holds them, subscales correlated ``.30`` else.
    scale : str
        One of its scales, with three items or more and another one to compare with.
    n : int
        Respondents.

    Returns
    -------
    float
        The lowest power over all items of this scale and of all others, exchanged one against one. NaN where there is
        nothing to compare.

    Notes
    -----
    Does not depend on the answers. The difference between the two fits (see ``scale_memberships``) is taken to be
    normal around the one the definition lets one expect.
    """
    homes = home_scales(instrument)
    place = {item: index for index, item in enumerate(homes)}
    own = list(dict.fromkeys(home.id for home in homes.values()))
    loadings = {
        item: float(loading)
        for name in own
        for item, loading in zip(
            instrument.scale(name).item_ids, expected_items(instrument, name).loadings, strict=True
        )
        if homes[item].id == name
    }
    observed = tuple(loadings[item] * attenuation(len(instrument.options_of(item).codes)) for item in homes)
    factors = tuple(own.index(home.id) for home in homes.values())
    keys = {
        items: ScaleKey(entry.id, items, (1,) * len(items))
        for entry in reversed(instrument.scales)
        if (items := tuple(sorted(place[item] for item in entry.item_ids)))
    }
    asked = keys[tuple(sorted(place[item] for item in instrument.scale(scale).item_ids))]
    effects = _swap_effects(observed, factors, tuple(keys.values()))
    return min((_power(effect, n) for effect in effects if effect.scale == asked.name), default=math.nan)


def _power(effect: SwapEffect, n: int) -> float:
    error = effect.std_error / math.sqrt(n)
    return float(ndtr((-effect.difference - max(LEAST_DIFFERENCE, effect.z_critical * error)) / error))


@lru_cache(maxsize=128)
def _swap_effects(
    observed: tuple[float, ...], factors: tuple[int, ...], keys: tuple[ScaleKey, ...]
) -> tuple[SwapEffect, ...]:
    """Return the effects of swapping any item of a scale with any of another; items are taken after keying.

    Items of the same scales with the same loading are exchangeable, so one of them stands for all.
    """
    latent = np.where(np.equal.outer(np.array(factors), np.array(factors)), 1.0, TYPICAL_SCALE_CORRELATION)
    r = np.outer(observed, observed) * latent
    np.fill_diagonal(r, 1.0)
    kinds = [(loading, tuple(item in key.items for key in keys)) for item, loading in enumerate(observed)]
    effects = []
    for key, rival in itertools.permutations(keys, 2):
        if not set(key.items).isdisjoint(rival.items):
            continue
        swaps = {(kinds[own], kinds[theirs]): (own, theirs) for own in key.items for theirs in rival.items}
        for own, theirs in swaps.values():
            fit = scale_memberships(r, 1, swapped_keys(keys, own, theirs), (theirs,))[key.name]
            if fit is not None:
                column = fit.others.index(rival.name)
                difference, error = float(fit.difference[0, column]), float(fit.std_error[0, column])
                effects.append(SwapEffect(key.name, rival.name, difference, error, fit.z_critical))
    return tuple(effects)
