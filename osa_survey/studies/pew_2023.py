"""Pew Research Center (2023): online dating in the United States, a weighted panel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import PublishedNumbers, SimulatedExport
from osa_survey.studies.definitions import Study
from osa_survey.studies.pew_answers import NO, YES, answers_of
from osa_survey.studies.pew_frame import FACTORS, STATUS, frame_of, sample_of
from osa_survey.studies.raw_exports import raw_export

AGES = ((18, 29), (30, 49), (50, 64), (65, 90))
WEIGHT_DECIMALS = 6
TEXTS = {
    "age": "How old are you, in years?",
    "weight": "Weight of the panel",
    "age_band": "Age band",
    "age_three": "Age in three bands (1 18–49, 2 50–64, 3 65 or over)",
    "gender_age": "Gender and age (1 men 18–49, 2 men 50 or over, 3 women 18–49, 4 women 50 or over)",
    "gender_orientation": "Gender and orientation",
    "dating": "Do you use online dating? (1 now, 2 in the past year, 3 earlier, 4 never)",
    "half": "A question that half of all answer with yes, to read off the margin of error",
}


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return a panel with the published unweighted numbers by age, orientation and use, and its weights.

    Printed shares come out within the error of a weighted sample, and printed margins of error by the spread of the
    weights. Assumed are the composition of the population, that its factors are unrelated, and that shares have no
    interaction beyond the printed groups.
    """
    rng = np.random.default_rng(seed)
    frame = frame_of(published)
    sample = sample_of(published, frame, rng)
    of = dict(zip(FACTORS, sample.cells.T, strict=True))
    low, high = np.array(AGES, dtype=float)[of["age"]].T
    young, known = of["age"] < 2, sample.band_known
    codes: dict[str, NDArray[np.float64]] = {
        "age": np.floor(low + rng.random(published.n) * (high - low + 1)),
        "weight": np.round(sample.weights, WEIGHT_DECIMALS),
        "age_band": np.where(known, 1.0 + of["age"], np.nan),
        "age_three": np.where(known, np.where(young, 1.0, of["age"]), np.nan),
        "gender_age": np.where(known, 1.0 + 2 * of["gender"] + ~young, np.nan),
        "gender_orientation": np.where(of["orientation"] < 2, 1.0 + 2 * of["gender"] + of["orientation"], 5.0),
        "dating": np.asarray(1.0 + sample.status, dtype=np.float64),
    }
    codes |= {name: 1.0 + of[name] for name in FACTORS if name != "age"}
    for place, name in enumerate(STATUS[:-1]):
        codes[name] = np.where(sample.status == place, YES, NO).astype(float)
    codes["ever"] = np.where(sample.status < len(STATUS) - 1, YES, NO).astype(float)
    codes["recent"] = np.where(sample.status < len(STATUS) - 2, YES, NO).astype(float)
    codes |= answers_of(published, frame, sample, rng)
    return raw_export(published, seed, codes, {name: name.replace("_", " ") for name in codes} | TEXTS, rng)


DRAWN = ("Ever used online dating", "Received an unwanted sexual message or picture")

STUDY = Study("pew_2023", draw, figure="weighted_proportion", drawn=DRAWN)
