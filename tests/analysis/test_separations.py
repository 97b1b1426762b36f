"""Separation in logistic regression: found, said, and not called where there is none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.models import BinaryLogit, estimates_exist, separation
from tests.analysis.regression_people import people


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([0, 0, 0, 1, 1, 1], "complete"),
        ([0, 0, 1, 0, 1, 1], "none"),
    ],
)
def test_separation_by_a_number(y: list[int], kind: str) -> None:
    x = np.column_stack([np.ones(6), np.arange(6.0)])
    assert separation(x, np.array(y, dtype=float)).kind == kind


def test_quasi_complete_separation_by_ties() -> None:
    # At x = 2 both outcomes occur; below only non-events, above only events.
    x = np.column_stack([np.ones(6), [0.0, 1, 2, 2, 3, 4]])
    found = separation(x, np.array([0.0, 0, 0, 1, 1, 1]))
    assert found.kind == "quasi-complete"
    assert found.columns.tolist() == [True, True]


def test_certificate_agrees_with_the_programme() -> None:
    rng = np.random.default_rng(7)
    kinds = set()
    for _ in range(60):
        n = int(rng.integers(8, 26))
        x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
        y = (rng.random(n) < 0.5).astype(float)
        if y.min() == y.max():
            continue
        fit = BinaryLogit().fit(y, x)
        kind = separation(x, y).kind
        kinds.add(kind)
        assert bool(fit.separated) == (kind != "none")
        probabilities = fit.family.expected(fit.parameters, x)[:, 0]
        if estimates_exist(x, y, probabilities):
            assert kind == "none"
    assert kinds == {"none", "complete"}


def _separated() -> pd.DataFrame:
    data = people()
    data["sexting"] = pd.Categorical(
        np.where(data["gender"] == "woman", "yes", data["sexting"].astype(str)), categories=["no", "yes"]
    )
    return data


def test_quasi_complete_separation_is_said() -> None:
    # Every woman is an event, so the odds ratio of women has no finite estimate; age is that of the men alone.
    data = _separated()
    result = regress(data, "sexting", [["age", "gender"]], model="logistic")
    row = result.pick("odds_ratio", term="gender[woman]")
    assert "quasi-complete separation" in row["warning"]
    assert math.isnan(row["estimate"])
    assert math.isnan(row["conf_low"])
    men = regress(data.loc[data["gender"] == "man"], "sexting", ["age"], model="logistic")
    for column in ("estimate", "std_error", "conf_high"):
        assert result.pick("b", term="age")[column] == pytest.approx(men.pick("b", term="age")[column], rel=1e-5)
    assert result.pick("b", term="age")["warning"] == ""
    assert any("Separation (quasi-complete)" in note for note in result.notes)
    assert any("no finite odds ratio" in sentence for sentence in result.sentences())
    assert any("kein endliches Odds Ratio" in sentence for sentence in result.sentences("de"))
    assert "separation" in result.more["fit"].sentences()[0]


def test_complete_separation_is_said() -> None:
    data = people()
    data["late"] = np.where(data["sexting"] == "yes", 1.0, 0.0) + data["age"] / 1000
    result = regress(data, "sexting", [["age"], ["late"]], model="logistic")
    last = result.table.loc[(result.table["level"] == "block 2") & (result.table["quantity"] == "b")]
    assert last["estimate"].isna().all()
    assert last["warning"].str.contains("complete separation").all()
    assert not math.isnan(result.pick("b", term="age", level="block 1")["estimate"])


def test_separation_is_not_called_on_plain_data() -> None:
    result = regress(people(), "sexting", [["age", "gender"]], model="logistic")
    assert not result.table["warning"].str.contains("separation").any()


def test_large_separated_data_are_decided_quickly() -> None:
    rng = np.random.default_rng(11)
    n = 100_000
    x = np.column_stack([np.ones(n), rng.integers(18, 80, n), rng.integers(0, 2, n)]).astype(float)
    y = ((rng.random(n) < 0.5) | (x[:, 2] == 1)).astype(float)
    fit = BinaryLogit().fit(y, x)
    assert separation(x, y).kind == "quasi-complete"
    assert 2 in fit.separated
    assert 1 not in fit.separated
