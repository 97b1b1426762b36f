"""Iranian university students (2024): use by gender, and a logistic regression with eight odds ratios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import OddsRatio, PublishedNumbers, SimulatedExport, logistic_answers, predictor_spreads
from osa_survey.studies.definitions import Study
from osa_survey.studies.printed_counts import nearest_count
from osa_survey.studies.raw_exports import raw_export

MAN, WOMAN = 1, 2
YES, NO = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 60
NUMBERS = ("education", "children", "masturbation", "extramarital", "religiosity", "excitement", "distress")
TEXTS = {
    "age": "How old are you, in years?",
    "gender": "Which gender describes you? (1 man, 2 woman)",
    "use": "Have you used pornography in the past 12 months?",
    "problematic": "Above the cut-off of the scale of problematic use",
} | {name: f"Score: {name}" for name in NUMBERS}
DECIMALS = 3


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return students whose use by gender is printed as published for every seed, with predictors of use.

    The odds ratios and the widths of their intervals are published; that the numeric predictors are normal, unrelated
    to each other and to gender, with the spreads that give these widths, is assumed.
    """
    rng = np.random.default_rng(seed)
    n = published.n
    men = int(published.value("men"))
    gender = rng.permutation(np.where(np.arange(n) < men, MAN, WOMAN))
    claims = {name: published.claim(f"or_{name}") for name in ("male", *NUMBERS)}
    ratios = tuple(
        OddsRatio(name, claim.number, float(claim.low), float(claim.high), men / n if name == "male" else None)
        for name, claim in claims.items()
    )
    spreads = predictor_spreads(ratios, n, published.claim("use").number)[1:]
    scores = np.round(rng.standard_normal((n, len(NUMBERS))) * spreads, DECIMALS)
    slopes = [ratio.slope for ratio in ratios[1:]]
    use = np.zeros(n, dtype=bool)
    problematic = np.zeros(n, dtype=bool)
    for code, group, people in ((MAN, "men", men), (WOMAN, "women", n - men)):
        own = np.flatnonzero(gender == code)
        use[own] = logistic_answers(scores[own], slopes, nearest_count(published, f"use_{group}", people), rng)
        users = own[use[own]]
        problematic[rng.permutation(users)[: nearest_count(published, f"problematic_{group}", people)]] = True
    years = rng.normal(published.value("age mean"), published.value("age sd"), n)
    codes: dict[str, NDArray[np.float64]] = {
        "age": np.clip(np.rint(years), LOWEST_AGE, HIGHEST_AGE),
        "gender": gender.astype(float),
        "use": np.where(use, YES, NO).astype(float),
        "problematic": np.where(problematic, YES, NO).astype(float),
    }
    codes |= {name: scores[:, place] for place, name in enumerate(NUMBERS)}
    spread = {f"spread of {name}": float(value) for name, value in zip(NUMBERS, spreads, strict=True)}
    return raw_export(published, seed, codes, TEXTS, rng, truth=spread)


STUDY = Study("iran_2024", draw, figure="odds_ratio")
