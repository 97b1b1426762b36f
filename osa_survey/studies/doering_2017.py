"""Döring et al. (2017): students in four countries, lifetime experience of online sexual activities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import (
    PublishedNumbers,
    SimulatedExport,
    engaged_by_cell,
    reconstruct_scores,
)
from osa_survey.studies.definitions import Study
from osa_survey.studies.printed_counts import nearest_count
from osa_survey.studies.raw_exports import raw_export

COUNTRIES = ("Canada", "Germany", "Sweden", "United States")
PUBLISHED = ("information", "entertainment", "products", "cybersex", "paid", "received")
UNPUBLISHED = ("contacts", "minority_communities")
YES, NO = 1, 2
MAN, WOMAN = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 60
TEXTS = {
    "age": "How old are you, in years?",
    "gender": "Which gender describes you? (1 man, 2 woman)",
    "country": "In which country do you study? (1 Canada, 2 Germany, 3 Sweden, 4 United States)",
    "information": "Have you ever looked for information on sexuality online?",
    "entertainment": "Have you ever used sexual entertainment online?",
    "contacts": "Have you ever looked for or kept sexual contacts online?",
    "minority_communities": "Have you ever taken part in an online community of a sexual minority?",
    "products": "Have you ever browsed for sexual products online?",
    "cybersex": "Have you ever had cybersex?",
    "paid": "Have you ever paid for sexual services online?",
    "received": "Have you ever received payment for sexual services online?",
}


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return students whose composition and lifetime experience meet every printed percentage for every seed.

    Women and men, and people with each activity, are whole numbers that are printed as published; ages have the printed
    mean. How activities differ by gender and country, and go together, is assumed.
    """
    rng = np.random.default_rng(seed)
    n = published.n
    women = nearest_count(published, "women")
    gender = np.where(rng.permutation(n) < women, WOMAN, MAN)
    country = 1 + rng.permutation(n) % len(COUNTRIES)
    age = reconstruct_scores(
        published.claim("age").value, f"{published.value('age sd'):.2f}", n, LOWEST_AGE, HIGHEST_AGE, rng
    )
    breadth = rng.standard_normal(n)
    codes: dict[str, NDArray[np.float64]] = {
        "age": age,
        "gender": gender.astype(np.float64),
        "country": country.astype(np.float64),
    }
    for name in TEXTS:
        if name in codes:
            continue
        total = nearest_count(published, name) if name in PUBLISHED else round(published.value(name) * n)
        log_odds = published.value(f"{name}: woman") * (gender == WOMAN)
        log_odds = log_odds + published.value("country") * (country == 1 + COUNTRIES.index("Sweden"))
        engaged = engaged_by_cell(gender + 2 * country, log_odds, total, published.value("breadth") * breadth, rng)
        codes[name] = np.where(engaged, YES, NO).astype(np.float64)
    return raw_export(published, seed, codes, TEXTS, rng, truth={"women": women})


STUDY = Study("doering_2017", draw)
