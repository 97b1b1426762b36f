"""Answers to the items of a scale from one latent variable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments import Instrument

OUTERMOST = 1.5
"""Thresholds are spread evenly from minus to plus this many standard deviations."""


def thresholds(options: int, level: float = 0.0) -> NDArray[np.float64]:
    """Return the thresholds that cut a standard normal variable into answers.

    Parameters
    ----------
    options : int
        How many answers there are.
    level : float
        Where a typical respondent stands: higher means higher answers.

    Examples
    --------
    >>> thresholds(4).tolist()
    [-1.5, 0.0, 1.5]
    >>> thresholds(2, level=1.0).tolist()
    [-1.0]
    """
    cuts = np.linspace(-OUTERMOST, OUTERMOST, options - 1) if options > 2 else np.zeros(1)
    return np.asarray(cuts - level, dtype=np.float64)


def ordinal_answers(latent: NDArray[np.float64], cuts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the position of the answer, from 0, for each value of a latent variable.

    Examples
    --------
    >>> ordinal_answers(np.array([-2.0, 0.2, 3.0]), thresholds(4)).tolist()
    [0, 2, 3]
    """
    return np.asarray(np.searchsorted(cuts, latent, side="right"), dtype=np.int64)


def simulate_items(
    instrument: Instrument,
    scale: str,
    factor: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    loading: float = 0.7,
    level: float = 0.0,
) -> NDArray[np.float64]:
    """Return answers, as given and not reversed, to the items of a scale that one factor explains.

    Parameters
    ----------
    instrument : Instrument
        The definition: answers and keys come from it.
    scale : str
        One of its scales.
    factor : ndarray of float, shape (respondents,)
        The latent variable, standard normal.
    rng : numpy.random.Generator
        The source of randomness.
    loading : float
        Standardised loading of every item, between 0 and 1.
    level : float
        Where a typical respondent stands on the scored side: higher means higher keyed answers.

    Returns
    -------
    ndarray of float, shape (respondents, items)
        Codes of the instrument, in the order of the scale's items.

    Raises
    ------
    ValueError
        If the loading is not between 0 and 1, or the scale is made of other scales.

    Notes
    -----
    Item j of person i has the latent response λ f_i + √(1 − λ²) e_ij, cut by evenly spread thresholds. The answer to a
    reverse-keyed item is mirrored: an answer at the top of the factor is at the bottom of the printed answers.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> rng = np.random.default_rng(1)
    >>> answers = simulate_items(load_instrument("rses"), "total", rng.standard_normal(200), rng)
    >>> answers.shape, float(answers.min()), float(answers.max())
    ((200, 10), 0.0, 3.0)
    """
    if not 0 <= loading <= 1:
        raise ValueError("a standardised loading is between 0 and 1")
    chosen = instrument.scale(scale)
    if chosen.of:
        raise ValueError(f"'{scale}' is made of other scales: simulate its parts")
    unique = rng.standard_normal((len(factor), len(chosen.items)))
    latent = loading * factor[:, np.newaxis] + np.sqrt(1 - loading**2) * unique
    answers = np.empty(latent.shape, dtype=np.float64)
    for column, (item, sign) in enumerate(zip(chosen.item_ids, chosen.signs, strict=True)):
        codes = np.array(instrument.options_of(item).codes)
        position = ordinal_answers(latent[:, column], thresholds(len(codes), level))
        answers[:, column] = codes[position if sign > 0 else len(codes) - 1 - position]
    return answers
