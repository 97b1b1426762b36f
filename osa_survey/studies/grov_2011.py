"""Grov et al. (2011): perceived consequences for relationships; only directions were read."""

from __future__ import annotations

import numpy as np

from osa_survey.simulation import PublishedNumbers, SimulatedExport
from osa_survey.studies.definitions import Study
from osa_survey.studies.raw_exports import raw_export

MAN, WOMAN = 1, 2
YES, NO = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 85
TEXTS = {
    "age": "How old are you, in years?",
    "gender": "Which gender describes you? (1 man, 2 woman)",
    "open": "Have online sexual activities made you more open to new things?",
    "less_sex": "Do you have less sex because of your partner's online sexual activities?",
    "less_aroused": "Are you less aroused by sex because of your own online sexual activities?",
}


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return adults in relationships whose answers differ between women and men as published.

    Every percentage is assumed: the abstract prints directions only.
    """
    rng = np.random.default_rng(seed)
    n = published.n
    gender = rng.permutation(np.where(np.arange(n) < round(published.value("share women") * n), WOMAN, MAN))
    years = rng.normal(published.value("age mean"), published.value("age sd"), n)
    codes = {"age": np.clip(np.rint(years), LOWEST_AGE, HIGHEST_AGE), "gender": gender.astype(float)}
    for name in ("open", "less_sex", "less_aroused"):
        chance = np.where(gender == WOMAN, published.value(f"{name}: women"), published.value(f"{name}: men"))
        codes[name] = np.where(rng.random(n) < chance, YES, NO).astype(float)
    return raw_export(published, seed, codes, TEXTS, rng)


STUDY = Study("grov_2011", draw, figure="odds_ratio")
