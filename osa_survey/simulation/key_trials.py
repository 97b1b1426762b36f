"""Answers simulated from a whole definition, and what the keying check says to them: its power and its false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import KeyedItems
from osa_survey.instruments import Instrument
from osa_survey.scoring import BlockEvidence, KeyingVerdict, expected_items, item_memberships, keying_verdict
from osa_survey.scoring.expected_correlations import TYPICAL_SCALE_CORRELATION, home_scales
from osa_survey.simulation.item_responses import ordinal_answers, thresholds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrialCounts:
    """What the keying check said to samples.

    Attributes
    ----------
    trials : int
        Samples.
    contradicted, doubted : int
        Samples in which the key of any scale was contradicted, or, of the others, doubted.
    """

    trials: int
    contradicted: int
    doubted: int

    @property
    def rate(self) -> float:
        """The share of samples in which a key was contradicted."""
        return self.contradicted / self.trials if self.trials else float("nan")


def simulate_answers(
    instrument: Instrument,
    n: int,
    rng: np.random.Generator,
    *,
    loading: float | None = None,
    scale_correlation: float = TYPICAL_SCALE_CORRELATION,
    level: float = 0.0,
) -> Floats:
    """Return answers, as given and not reversed, to all items of an instrument.

    Parameters
    ----------
    instrument : Instrument
        The definition: answers, keys, and loadings or alpha where its evidence holds them.
    n : int
        Respondents.
    rng : numpy.random.Generator
        The source of randomness.
    loading : float, optional
        Standardised loading of every item; by default what the definition lets one expect (see ``expected_items``).
    scale_correlation : float
        Correlation of the latent variables of the subscales.
    level : float
        Where a typical respondent stands on the scored side: higher means higher keyed answers.

    Returns
    -------
    ndarray of float, shape (n, items)
        Codes of the instrument. An item loads on the latent variable of the smallest scale that holds it; an item of no
        scale is noise.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> simulate_answers(load_instrument("dass21"), 200, np.random.default_rng(1)).shape
    (200, 21)
    """
    homes = home_scales(instrument)
    scales = list(dict.fromkeys(scale.id for scale in homes.values()))
    mixing = np.linalg.cholesky(
        np.full((len(scales), len(scales)), scale_correlation) + (1 - scale_correlation) * np.eye(len(scales))
    )
    factors = dict(zip(scales, mixing @ rng.standard_normal((len(scales), n)), strict=True))
    expected = {
        name: dict(zip(instrument.scale(name).item_ids, expected_items(instrument, name).loadings, strict=True))
        for name in scales
    }
    answers = np.empty((n, len(instrument.items)))
    for column, item in enumerate(instrument.items):
        unique = rng.standard_normal(n)
        codes = np.array(instrument.options_of(item.id).codes)
        sign, latent = 1, unique
        if item.id in homes:
            home = homes[item.id]
            sign = home.signs[home.item_ids.index(item.id)]
            own = float(expected[home.id][item.id]) if loading is None else loading
            latent = own * factors[home.id] + np.sqrt(1 - own**2) * unique
        position = ordinal_answers(latent, thresholds(len(codes), level))
        answers[:, column] = codes[position if sign > 0 else len(codes) - 1 - position]
    return answers


def key_verdicts(instrument: Instrument, answers: Floats) -> dict[str, KeyingVerdict]:
    """Return the verdict on the key of every scale of items; of scales of the same items only the first.

    Parameters
    ----------
    instrument : Instrument
        The definition under trial; answers outside its codes are undeclared.
    answers : ndarray of float, shape (respondents, items)
        Answers to all items as given.
    """
    position = {item.id: index for index, item in enumerate(instrument.items)}
    allowed = [np.array(instrument.options_of(item.id).codes) for item in instrument.items]
    inside = np.column_stack([np.isin(column, codes) for column, codes in zip(answers.T, allowed, strict=True)])
    valid = np.where(inside, answers, np.nan)
    outside = (~inside & ~np.isnan(answers)).sum(axis=0)
    undeclared = {item.id: int(number) for item, number in zip(instrument.items, outside, strict=True) if number}
    block = BlockEvidence(memberships=item_memberships(instrument, valid), undeclared=undeclared)
    distinct = {frozenset(scale.items): scale for scale in reversed(instrument.scales) if scale.items}
    verdicts = {}
    for scale in reversed(distinct.values()):
        places = [position[item] for item in scale.item_ids]
        low = np.array([allowed[place][0] for place in places])
        high = np.array([allowed[place][-1] for place in places])
        own = valid[:, places]
        keyed = np.where(np.array(scale.signs) < 0, low + high - own, own)
        verdicts[scale.id] = keying_verdict(
            KeyedItems(
                values=keyed,
                reasons=np.isnan(keyed).astype(np.uint8),
                columns=scale.item_ids,
                tags=tuple(instrument.items[place].tag for place in places),
                signs=scale.signs,
                low=low,
                high=high,
                instrument=instrument,
                scale=scale,
            ),
            block=block,
        )
    return verdicts


def count_verdicts(instrument: Instrument, samples: list[Floats]) -> TrialCounts:
    """Return how often the keying check contradicts or doubts a definition.

    Parameters
    ----------
    instrument : Instrument
        The definition under trial, with a planted mistake or without.
    samples : list of ndarray of float
        Answers to all its items, one array for each sample.
    """
    told = [{verdict.verdict for verdict in key_verdicts(instrument, answers).values()} for answers in samples]
    contradicted = sum("contradicts" in words for words in told)
    doubted = sum("doubtful" in words and "contradicts" not in words for words in told)
    return TrialCounts(len(told), contradicted, doubted)
