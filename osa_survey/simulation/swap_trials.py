"""Items swapped between scales, every pair of them, and how often the keying check names one: many samples at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments import Instrument
from osa_survey.psychometrics import correlations, item_moments
from osa_survey.scoring.expected_correlations import home_scales
from osa_survey.scoring.expected_swaps import swapped_keys
from osa_survey.scoring.scale_membership import ScaleKey, scale_memberships

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SwapTrials:
    """What the keying check said to one swap.

    Attributes
    ----------
    items : tuple of (str, str)
        The two items.
    scales : tuple of (str, str)
        The smallest scales that hold them.
    found : ndarray of bool, shape (samples, 2)
        Whether each of the two was found to fit another scale better than the one the wrong key gives it.
    """

    items: tuple[str, str]
    scales: tuple[str, str]
    found: Mask

    @property
    def rate(self) -> float:
        """The share of samples in which the swap was found, by one item or by both."""
        return float(self.found.any(axis=1).mean())


def item_pairs(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Give all pairs of items of different scales, by the smallest scale that holds each.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> len(list(item_pairs(load_instrument("dass21"))))
    147
    """
    homes = home_scales(instrument)
    for one, other in itertools.combinations(homes, 2):
        if homes[one].id != homes[other].id:
            yield one, other


def swap_trials(
    instrument: Instrument, samples: Sequence[Floats], pairs: Sequence[tuple[str, str]]
) -> list[SwapTrials]:
    """Return for each pair of items how often swapping them in the key is found.

    Parameters
    ----------
    instrument : Instrument
        The right definition.
    samples : sequence of ndarray of float, shape (respondents, items)
        Answers to all its items without gaps, equally many in each sample.
    pairs : sequence of (str, str)
        Items of different scales.

    Returns
    -------
    list of SwapTrials
        In the order of the pairs. A swap counts as found only if the question of membership names one of the two items;
        the verdict on the key is then ``contradicts``.
    """
    homes = home_scales(instrument)
    column = {item.id: index for index, item in enumerate(instrument.items)}
    place = {item: index for index, item in enumerate(homes)}
    keys = [
        ScaleKey(scale.id, tuple(place[item] for item in scale.item_ids), scale.signs)
        for scale in instrument.scales
        if scale.item_ids
    ]
    chosen = [column[item] for item in homes]
    r = np.stack([correlations(item_moments(answers[:, chosen]).covariance) for answers in samples])
    trials = []
    for one, other in pairs:
        moved = (place[one], place[other])
        swapped = swapped_keys(keys, *moved)
        fits = scale_memberships(r, len(samples[0]), swapped, moved)
        found = np.zeros((len(samples), 2), dtype=bool)
        for key in swapped:
            fit = fits[key.name]
            if fit is not None:
                looked_at = [moved.index(item) for item in key.items if item in moved]
                found[:, looked_at] |= fit.misplaced.any(axis=-1)
        trials.append(SwapTrials((one, other), (homes[one].id, homes[other].id), found))
    return trials
