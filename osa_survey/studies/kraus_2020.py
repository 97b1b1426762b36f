"""Kraus et al. (2020), Brief Pornography Screen: five samples of published size, and the published range of alpha."""

from __future__ import annotations

import numpy as np

from osa_survey.instruments import load_instrument
from osa_survey.simulation import PublishedNumbers, SimulatedExport, simulate_items
from osa_survey.studies.definitions import Study
from osa_survey.studies.raw_exports import raw_export

SAMPLES = ("veterans", "national_1", "national_2", "poland", "patients")
LOWEST_AGE, HIGHEST_AGE = 18, 80


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return five samples that answer five items.

    Sizes are published. That alpha is lowest among the veterans and highest in the first national sample is assumed, as
    are the levels: the abstract prints the range of alpha over the samples only.
    """
    rng = np.random.default_rng(seed)
    instrument = load_instrument("bps")
    sample = np.repeat(np.arange(1, len(SAMPLES) + 1), [int(published.claim(name).value) for name in SAMPLES])
    answers = np.empty((published.n, len(instrument.items)))
    for place, name in enumerate(SAMPLES, start=1):
        own = sample == place
        answers[own] = simulate_items(
            instrument,
            "total",
            rng.standard_normal(int(own.sum())),
            rng,
            loading=published.value(f"loading: {name}"),
            level=published.value(f"level: {name}"),
        )
    years = rng.normal(published.value("age mean"), published.value("age sd"), published.n)
    codes = {"age": np.clip(np.rint(years), LOWEST_AGE, HIGHEST_AGE), "sample": sample}
    codes |= {f"bps_{place + 1}": answers[:, place] for place in range(answers.shape[1])}
    texts = {"age": "How old are you, in years?", "sample": "Sample"}
    texts |= {
        f"bps_{place}": f"BPS, item {place} (content: {item.tag})" for place, item in enumerate(instrument.items, 1)
    }
    order = rng.permutation(published.n)
    return raw_export(published, seed, {name: values[order] for name, values in codes.items()}, texts, rng)


STUDY = Study("kraus_2020", draw, figure="alpha")
