"""Bőthe et al. (2018), Problematic Pornography Consumption Scale: composition and the share at risk."""

from __future__ import annotations

import numpy as np

from osa_survey.instruments import load_instrument
from osa_survey.simulation import (
    PublishedNumbers,
    SimulatedExport,
    drawn_by_kind,
    reconstruct_scores,
    simulate_items,
)
from osa_survey.studies.definitions import Study
from osa_survey.studies.printed_counts import nearest_count
from osa_survey.studies.raw_exports import raw_export

MAN, WOMAN = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 60
CANDIDATES = 20
"""Simulated answers for each respondent, from which those at and below the cut-off are drawn."""


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return people whose composition and share at or above the cut-off are printed as published for every seed.

    Ages are whole years with the printed mean and standard deviation. Loading and level of the items are assumed.
    """
    rng = np.random.default_rng(seed)
    instrument = load_instrument("ppcs18")
    n = published.n
    candidates = simulate_items(
        instrument,
        "total",
        rng.standard_normal(CANDIDATES * n),
        rng,
        loading=published.value("loading"),
        level=published.value("level"),
    )
    at_risk = nearest_count(published, "at_risk")
    reached = (candidates.sum(axis=1) >= published.value("cutoff")).astype(int)
    answers = candidates[drawn_by_kind(reached, {1: at_risk, 0: n - at_risk}, rng)]
    gender = rng.permutation(np.where(np.arange(n) < int(published.claim("women").value), WOMAN, MAN))
    age = reconstruct_scores(
        published.claim("age").value, published.claim("age_sd").value, n, LOWEST_AGE, HIGHEST_AGE, rng
    )
    codes = {"age": age, "gender": gender.astype(float)}
    codes |= {f"ppcs_{place + 1}": answers[:, place] for place in range(answers.shape[1])}
    texts = {"age": "How old are you, in years?", "gender": "Which gender describes you? (1 man, 2 woman)"}
    texts |= {
        f"ppcs_{place}": f"PPCS, item {place} (content: {item.tag})" for place, item in enumerate(instrument.items, 1)
    }
    return raw_export(published, seed, codes, texts, rng, truth={"at risk": at_risk})


STUDY = Study("bothe_2018", draw)
