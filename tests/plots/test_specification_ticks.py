"""Numbers beside the axis of a specification curve are the places of their ticks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import multiverse
from osa_survey.plots import draw

FLOATS = 1e-9  # ticks are products of floats


@pytest.mark.parametrize("n", [12, 40, 450, 700, 2000])
def test_ticks_stand_where_their_numbers_say(n: int) -> None:
    rng = np.random.default_rng(1)
    people = pd.DataFrame(rng.normal(size=(n, 3)), columns=["use", "age", "score"])
    ax = draw(multiverse(people, ["score"], ["use"], covariates=["age"], draws=9))
    marks = [
        (text.get_text().replace("\u2212", "-"), place)
        for text, place in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)
    ]
    numbers = [(float(text), place) for text, place in marks if text.lstrip("-").replace(".", "").isdigit()]
    assert len(numbers) >= 3
    assert [value for value, _ in numbers] == pytest.approx([place for _, place in numbers], abs=FLOATS)
