"""What a definition lets one expect: loadings, item-rest correlations, and how many respondents a check needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from osa_survey.instruments import Instrument, Scale

Floats = NDArray[np.float64]

TYPICAL_LOADING = 0.60
"""Assumed where a definition holds neither loadings nor alpha: items then correlate .36 before they are cut into
answers, in the middle of the .15 to .50 that Clark and Watson (1995) recommend."""
TYPICAL_SCALE_CORRELATION = 0.30
"""Assumed correlation of the latent variables behind two subscales of an instrument."""
LARGEST_LOADING = 0.95
OUTERMOST = 1.5
"""Answers are taken to be cut from a normal variable by thresholds spread evenly from minus to plus this many SD."""
WANTED_POWER = 0.95
"""A check can tell if it would find what it looks for with this power."""


@dataclass(frozen=True)
class ExpectedItems:
    """What to expect of the items of one scale.

    Attributes
    ----------
    loadings : ndarray of float, shape (items,)
        Standardised loadings of the latent responses behind the answers.
    source : {"loadings", "alpha", "typical"}
        Loadings of the definition's evidence, its alpha, or the typical value.
    item_rest : ndarray of float, shape (items,)
        Expected correlation of each item with the sum of the others, all standardised.
    """

    loadings: Floats
    source: str
    item_rest: Floats


@lru_cache(maxsize=128)
def attenuation(options: int) -> float:
    """Return the correlation between a normal variable and the answers cut from it.

    Parameters
    ----------
    options : int
        How many answers there are; their codes are equally spaced.

    Returns
    -------
    float
        The sum of the normal densities at the thresholds over the standard deviation of the answer's position.

    References
    ----------
    Olsson, U., Drasgow, F., & Dorans, N. J. (1982). The polyserial correlation coefficient. Psychometrika, 47(3),
    337-347. doi:10.1007/BF02294164

    Examples
    --------
    >>> round(attenuation(2) ** 2, 4), round(attenuation(7), 3)
    (0.6366, 0.976)
    """
    cuts = np.linspace(-OUTERMOST, OUTERMOST, options - 1) if options > 2 else np.zeros(1)
    shares = np.diff(np.concatenate([[0.0], ndtr(cuts), [1.0]]))
    position = np.arange(options)
    mean = float(shares @ position)
    return float(
        np.exp(-0.5 * cuts**2).sum() / math.sqrt(2 * math.pi) / math.sqrt(float(shares @ position**2) - mean**2)
    )


def expected_items(instrument: Instrument, scale: str) -> ExpectedItems:
    """Return the loadings and item-rest correlations a definition lets one expect.

    Parameters
    ----------
    instrument : Instrument
        The definition.
    scale : str
        One of its scales, with at least one item.

    Returns
    -------
    ExpectedItems
        From loadings in the evidence if they cover every item, else from the lowest alpha given for these items (all
        loadings equal), else from ``TYPICAL_LOADING``. The items of a total over subscales load on the latent variables
        of these, which correlate ``TYPICAL_SCALE_CORRELATION``.

    Notes
    -----
    With latent loadings ``l`` and attenuations ``c`` (see ``attenuation``) two items correlate
    ``l_i c_i l_j c_j``, exact to the first order in the latent correlation.

    References
    ----------
    Clark, L. A., & Watson, D. (1995). Constructing validity: Basic issues in objective scale development.
    Psychological Assessment, 7(3), 309-319. doi:10.1037/1040-3590.7.3.309

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> expected = expected_items(load_instrument("swls"), "total")
    >>> expected.source, expected.item_rest.round(2).tolist()
    ('alpha', [0.69, 0.69, 0.69, 0.69, 0.69])
    """
    chosen = instrument.scale(scale)
    homes = home_scales(instrument)
    own = [homes[item].id for item in chosen.item_ids]
    cut = np.array([attenuation(len(instrument.options_of(item).codes)) for item in chosen.item_ids])
    loadings, source = _loadings(instrument, chosen, cut)
    if set(own) != {chosen.id} and source == "typical":
        parts = {name: expected_items(instrument, name) for name in dict.fromkeys(own) if name != chosen.id}
        given = {
            item: loading
            for name, part in parts.items()
            for item, loading in zip(instrument.scale(name).item_ids, part.loadings, strict=True)
        }
        loadings = np.array([given.get(item, TYPICAL_LOADING) for item in chosen.item_ids])
    same = np.equal.outer(np.array(own), np.array(own))
    between = np.where(same, 1.0, TYPICAL_SCALE_CORRELATION)
    return ExpectedItems(loadings, source, expected_item_rest(loadings * cut, between))


def home_scales(instrument: Instrument) -> dict[str, Scale]:
    """Return for each scored item the smallest scale that holds it, the first of equals.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> sorted({scale.id for scale in home_scales(load_instrument("mspss")).values()})
    ['family', 'friends', 'significant_other']
    """
    homes: dict[str, Scale] = {}
    for scale in instrument.scales:
        for item in scale.item_ids:
            if item not in homes or len(scale.items) < len(homes[item].items):
                homes[item] = scale
    return homes


def expected_item_rest(observed: Floats, between: Floats | float = 1.0) -> Floats:
    """Return item-rest correlations of standardised items.

    Parameters
    ----------
    observed : ndarray of float, shape (items,)
        Loadings of the answers themselves.
    between : ndarray of float, shape (items, items), or float
        Correlations of the latent variables they load on; two items correlate by the product of the three.

    Examples
    --------
    >>> expected_item_rest(np.array([0.6, 0.6, 0.6])).round(4).tolist()
    [0.4366, 0.4366, 0.4366]
    """
    r = np.outer(observed, observed) * between
    np.fill_diagonal(r, 1.0)
    sums = r.sum(axis=1)
    rest = r.sum() - 2 * sums + 1.0
    return np.asarray(np.divide(sums - 1.0, np.sqrt(rest), out=np.full(len(r), np.nan), where=rest > 1e-12))


def respondents_needed(item_rest: Floats, z_critical: float) -> float:
    """Return how many respondents find each of these item-rest correlations with power .95.

    Parameters
    ----------
    item_rest : ndarray of float, shape (items,)
        Expected correlations.
    z_critical : float
        Bound of the test, in standard errors of Fisher's z.

    Returns
    -------
    float
        A whole number; infinite if a correlation is not above zero, NaN without any.

    Examples
    --------
    >>> respondents_needed(np.array([0.4, 0.5]), 3.29)
    139.0
    """
    least = float(item_rest.min())
    if math.isnan(least):
        return math.nan
    if least <= 0:
        return math.inf
    return float(math.ceil(3 + ((z_critical + float(ndtri(WANTED_POWER))) / math.atanh(least)) ** 2))


def detection_power(item_rest: Floats, n: int, z_critical: float) -> Floats:
    """Return the power with which a turned item is found, from its item-rest correlation.

    Parameters
    ----------
    item_rest : ndarray of float, shape (items,)
        Correlations under the right key.
    n : int
        Respondents.
    z_critical : float
        Bound of the test, in standard errors of Fisher's z.

    Examples
    --------
    >>> detection_power(np.array([0.3, 0.5]), 200, 3.719).round(3).tolist()
    [0.734, 1.0]
    """
    return np.asarray(ndtr(np.arctanh(np.abs(item_rest)) * math.sqrt(max(n - 3, 0)) - z_critical))


def _loadings(instrument: Instrument, chosen: Scale, cut: Floats) -> tuple[Floats, str]:
    k = len(chosen.item_ids)
    entries = [
        entry
        for entry in instrument.evidence
        if entry.scale == chosen.id
        or (entry.scale and set(instrument.scale(entry.scale).item_ids) == set(chosen.item_ids))
    ]
    for entry in entries:
        if entry.loadings and set(chosen.item_ids) <= set(entry.loadings):
            given = np.array([abs(entry.loadings[item]) for item in chosen.item_ids])
            return np.minimum(given, LARGEST_LOADING), "loadings"
    alphas = [entry.alpha for entry in entries if entry.alpha is not None and entry.alpha > 0]
    if alphas and k > 1:
        mean_r = min(alphas) / (k - (k - 1) * min(alphas))
        return np.minimum(math.sqrt(mean_r) / cut, LARGEST_LOADING), "alpha"
    return np.full(k, TYPICAL_LOADING), "typical"
