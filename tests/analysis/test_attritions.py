"""Attrition: the comparison by hand and with the analyses that compare groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import attrition, compare_groups
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release

EXACT = 1e-12


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n = 200
    age = rng.integers(18, 70, n).astype(float)
    back = rng.random(n) < 1 / (1 + np.exp(-(age - 40) / 10))
    gender = rng.choice(3, n, p=[0.5, 0.48, 0.02])
    return pd.DataFrame(
        {
            "age": age,
            "gender": pd.Categorical.from_codes(gender, ["man", "woman", "another gender"]),
            "joy_2": np.where(back, rng.normal(size=n), np.nan),
            "ease_2": np.where(back & (rng.random(n) < 0.9), rng.normal(size=n), np.nan),
        }
    )


def test_numbers_are_those_of_the_comparison_of_groups(people: pd.DataFrame) -> None:
    found = attrition(people, ["age", "gender"], ["joy_2", "ease_2"])
    back = people["joy_2"].notna() | people["ease_2"].notna()
    assert found.pick("proportion")["estimate"] == pytest.approx(back.mean(), rel=EXACT)
    groups = pd.Categorical(np.where(back, "returned", "gone"), categories=["gone", "returned"])
    other = compare_groups(people.assign(group=groups), outcome="age", by="group")
    for quantity in ("hedges_g", "mean_difference"):
        rows = other.table.loc[other.table["quantity"] == quantity]
        if len(rows):
            own = found.pick(quantity, outcome="age")
            assert own["estimate"] == pytest.approx(rows["estimate"].iloc[0], rel=EXACT)
            assert own["conf_low"] == pytest.approx(rows["conf_low"].iloc[0], rel=1e-9)
    assert found.pick("hedges_g", outcome="age")["estimate"] < 0, "the young left"
    shares = pd.crosstab(people["gender"], groups, normalize="columns")
    difference = shares.loc["woman", "gone"] - shares.loc["woman", "returned"]
    assert found.pick("risk_difference", level="woman")["estimate"] == pytest.approx(difference, rel=EXACT)


def test_few_people_are_hidden(people: pd.DataFrame) -> None:
    released = release(attrition(people, "gender", "joy_2"), JOURNAL)
    row = released.pick("risk_difference", level="another gender")
    assert np.isnan(row["estimate"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"later": "age"}, "repeated_variable"),
        ({"later": "gender"}, "one_group"),
        ({"variables": "nothing"}, "unknown_variable"),
    ],
)
def test_refusals(people: pd.DataFrame, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as error:
        attrition(people, **({"variables": "age", "later": "joy_2"} | arguments))
    assert {problem.code for problem in error.value.problems} == {code}
