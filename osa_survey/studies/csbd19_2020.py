"""Bőthe et al. (2020), Compulsive Sexual Behaviour Disorder Scale: fit in four samples, and its invariance."""

from __future__ import annotations

import math

import numpy as np

from osa_survey.instruments import load_instrument
from osa_survey.simulation import PublishedNumbers, SimulatedExport, draw_correlated
from osa_survey.simulation.item_responses import thresholds
from osa_survey.studies.definitions import Study
from osa_survey.studies.minor_factors import misfitting_answers
from osa_survey.studies.raw_exports import raw_export

SAMPLES = (1, 2, 3, 4)
SIZES = (3, 3, 3, 3, 7)
ANSWERS = 4
LOWEST_AGE, HIGHEST_AGE = 18, 80


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return four samples that answer nineteen items with the same loadings and thresholds.

    Their sizes follow from the printed fit: RMSEA² = (χ² − df)/(df (n − 1)). The spread of the factors and the size of
    the misfit are the same in all samples, and assumed such that the printed fit of the model of all four comes out.
    """
    rng = np.random.default_rng(seed)
    instrument = load_instrument("csbd19")
    r = published.value("factor r")
    cuts = thresholds(ANSWERS, published.value("level"))
    answers, sample = [], []
    for place in SAMPLES:
        n = int(published.value(f"respondents: sample {place}"))
        normals = draw_correlated(n, np.eye(2 + len(SIZES) + sum(SIZES)), rng, exact=True)
        general, own, errors = np.split(normals, [1, 1 + len(SIZES)], axis=1)
        factors = math.sqrt(r) * general + math.sqrt(1 - r) * own
        loading, minor = published.value("loading"), published.value("minor loading")
        spread = published.value("spread")
        answers.append(1.0 + misfitting_answers(factors, SIZES, loading, minor, cuts, errors, spread=spread))
        sample.append(np.full(n, float(place)))
    order = rng.permutation(published.n)
    items, samples = np.vstack(answers)[order], np.concatenate(sample)[order]
    years = rng.normal(published.value("age mean"), published.value("age sd"), published.n)
    codes = {"age": np.clip(np.rint(years), LOWEST_AGE, HIGHEST_AGE), "sample": samples}
    texts = {name: name.replace("_", " ") for name in codes}
    for column, item in enumerate(instrument.items):
        codes[f"csbd_{column + 1}"] = items[:, column]
        texts[f"csbd_{column + 1}"] = f"{instrument.short_title}, item {column + 1} (content: {item.tag})"
    return raw_export(published, seed, codes, texts, rng)


STUDY = Study("csbd19_2020", draw, figure="rmsea")
