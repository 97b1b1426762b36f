"""Cooper, Delmonico & Burg (2000): four groups by sexual compulsivity; nothing but their sizes was read."""

from __future__ import annotations

import numpy as np

from osa_survey.simulation import PublishedNumbers, SimulatedExport
from osa_survey.studies.definitions import Study
from osa_survey.studies.raw_exports import raw_export

GROUPS = ("not_compulsive", "moderate", "compulsive", "cybersex_compulsive")
TEXTS = {
    "age": "How old are you, in years?",
    "group": "Group by scale score and time online (1 not, 2 moderately, 3 compulsive, 4 cybersex compulsive)",
}
LOWEST_AGE, HIGHEST_AGE = 18, 90


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return adults whose groups have the published sizes for every seed; ages are assumed."""
    rng = np.random.default_rng(seed)
    sizes = [int(published.claim(name).value) for name in GROUPS]
    group = rng.permutation(np.repeat(np.arange(1, len(GROUPS) + 1), sizes))
    years = rng.normal(published.value("age mean"), published.value("age sd"), published.n)
    age = np.clip(np.rint(years), LOWEST_AGE, HIGHEST_AGE)
    return raw_export(published, seed, {"age": age, "group": group}, TEXTS, rng)


STUDY = Study("cooper_2000", draw, figure="count")
