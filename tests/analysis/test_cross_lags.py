"""Cross-lagged models: relations, refusals, coverage of planted paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import cross_lagged, regress
from osa_survey.errors import AnalysisError

PATHS = np.array([[0.4, 0.15], [0.2, 0.3]])
"""Row: later variable; column: earlier one."""
REPLICATES, PEOPLE, WAVES = 100, 500, 4
LEVEL = 0.95
SLACK = 0.01
"""Beyond simulation error: z intervals at this size."""
NAMES = [[f"x{t}", f"y{t}"] for t in range(1, WAVES + 1)]
EXACT = 1e-9
SEARCHED = 1e-6
"""Relative: the end of the search."""


def drawn(rng: np.random.Generator, random: bool) -> pd.DataFrame:
    """Return four waves, with stable levels of people or without."""
    level = rng.normal(size=(PEOPLE, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]]) if random else np.zeros((PEOPLE, 2))
    within = rng.normal(size=(PEOPLE, 2))
    found = {}
    for t in range(1, WAVES + 1):
        if t > 1:
            within = within @ PATHS.T + rng.normal(size=(PEOPLE, 2)) @ np.array([[1.0, 0.3], [0.0, 0.9]])
        found[f"x{t}"], found[f"y{t}"] = (level + within).T
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return drawn(np.random.default_rng(1), True)


def test_two_waves_are_two_regressions(people: pd.DataFrame) -> None:
    found = cross_lagged(people, NAMES[:2])
    for outcome in ("x2", "y2"):
        other = regress(people, outcome, ["x1", "y1"])
        for term in ("x1", "y1"):
            own = found.pick("b", term=term, outcome=outcome)
            assert own["estimate"] == pytest.approx(other.pick("b", term=term)["estimate"], rel=SEARCHED)
            # maximum likelihood divides by n, least squares by n − 3
            error = other.pick("b", term=term)["std_error"] * np.sqrt((PEOPLE - 3) / PEOPLE)
            assert own["std_error"] == pytest.approx(error, rel=SEARCHED)
    r = found.more["together"].pick("residual_r", term="x1", outcome="y1")["estimate"]
    assert r == pytest.approx(np.corrcoef(people["x1"], people["y1"])[0, 1], rel=SEARCHED)


def test_equal_paths_are_equal_and_the_order_of_people_changes_nothing(people: pd.DataFrame) -> None:
    found = cross_lagged(people, NAMES, equal=True)
    crossed = [found.pick("b", term=f"x{t}", outcome=f"y{t + 1}")["estimate"] for t in (1, 2, 3)]
    assert len(set(crossed)) == 1
    again = cross_lagged(people.sample(frac=1, random_state=2), NAMES, equal=True)
    np.testing.assert_allclose(found.table["estimate"], again.table["estimate"], rtol=SEARCHED)


def test_levels_of_people_distort_the_model_without_them(people: pd.DataFrame) -> None:
    plain = cross_lagged(people, NAMES)
    random = cross_lagged(people, NAMES, random_intercepts=True)
    stable = plain.pick("b", term="x1", outcome="x2")["estimate"]
    assert stable > random.pick("b", term="x1", outcome="x2")["estimate"] + 0.1
    fits = [one.more["fit"].pick("fit_chi_squared") for one in (plain, random)]
    assert fits[0]["p_value"] < 0.001 < fits[1]["p_value"]
    assert any("mix stable differences" in note for note in plain.notes)
    variance = random.more["together"].pick("random_variance", term="x1")["estimate"]
    assert variance == pytest.approx(1.0, abs=0.4)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"waves": NAMES[:2], "random_intercepts": True}, "too_few_waves"),
        ({"waves": NAMES[:1]}, "too_few_waves"),
        ({"waves": [["x1"], ["x2"]]}, "waves"),
        ({"waves": [["x1", "y1"], ["x2"]]}, "waves"),
        ({"waves": [["x1", "y1"], ["x1", "y2"]]}, "repeated_variable"),
        ({"waves": [["x1", "y1"], ["x2", "twin"]]}, "perfect_collinearity"),
        ({"waves": [["x1", "y1"], ["x2", "same"]]}, "constant_predictor"),
    ],
)
def test_refusals(people: pd.DataFrame, arguments: dict[str, Any], code: str) -> None:
    data = people.assign(twin=people["x1"] + people["y1"], same=1.0)
    with pytest.raises(AnalysisError) as error:
        cross_lagged(data, **arguments)
    assert code in {problem.code for problem in error.value.problems}


@pytest.mark.slow
@pytest.mark.parametrize("random", [False, True])
def test_planted_paths_are_covered(random: bool) -> None:
    held = []
    for rng in np.random.default_rng([8, int(random)]).spawn(REPLICATES):
        table = cross_lagged(drawn(rng, random), NAMES, random_intercepts=random, equal=True).table
        rows = table.loc[table["outcome"].isin(["x2", "y2"]) & (table["quantity"] == "b")]
        truth = PATHS.ravel()
        held.append(((rows["conf_low"] <= truth) & (truth <= rows["conf_high"])).tolist())
    shares = np.mean(held, axis=0)
    band = SLACK + stats.norm.ppf(1 - 0.05 / 8 / 2) * np.sqrt(LEVEL * (1 - LEVEL) / REPLICATES)
    assert (np.abs(shares - LEVEL) <= band).all()
