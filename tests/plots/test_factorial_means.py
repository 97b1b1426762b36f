"""The figure of an analysis of variance shows the cells of all factors, not means over an interaction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import anova
from osa_survey.plots import alt_text, draw
from tests.plots.test_figures import dots

ROUNDING = 1e-9  # marginal means go through a linear model, the expected ones do not


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(5, 1, size=(40, 2)), columns=["good", "bad"])
    frame["group"] = pd.Categorical(np.repeat(["a", "b"], 20))
    return frame


def test_of_two_factors_the_four_cells_are_drawn(people: pd.DataFrame) -> None:
    result = anova(people, "rating", within={"valence": ["good", "bad"]}, between="group")
    cells = people.groupby("group", observed=True)[["good", "bad"]].mean().to_numpy().ravel()
    ax = draw(result)
    assert [x for x, _ in dots(ax)] == pytest.approx(cells.tolist(), abs=ROUNDING)
    assert [text.get_text().split("\n")[0] for text in ax.get_yticklabels()] == [
        "a, good",
        "a, bad",
        "b, good",
        "b, bad",
    ]
    assert all(f" {mean:.2f} [" in alt_text(result) for mean in cells)


def test_of_one_factor_its_levels_are_drawn(people: pd.DataFrame) -> None:
    result = anova(people, "good", between="group")
    assert [x for x, _ in dots(draw(result))] == pytest.approx(
        people.groupby("group", observed=True)["good"].mean().tolist(), abs=ROUNDING
    )
