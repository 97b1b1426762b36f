"""Partial correlations, compared correlations and further tests against R (associations.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_correlations, crosstab, partial_correlations
from osa_survey.analysis.comparing.distribution_tests import kolmogorov_smirnov

EXACT = 1e-9
"""Relative: least squares and sums of the same numbers."""
ROOT = 1e-3
"""Relative: R's uniroot stops when an odds ratio is known to about 1e-4."""
SIMULATION = 4.0
"""Standard errors of a share of random tables."""


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("associations.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def people(golden_folder: Path) -> pd.DataFrame:
    names = ["neuro", "agree", "extra", "consc", "age", "gender", "education"]
    data = pd.read_csv(golden_folder / "effects" / "scores.csv")[names].dropna()
    return data.assign(gender=pd.Categorical(data["gender"].map({1: "man", 2: "woman"})))


def test_partial_correlation(people: pd.DataFrame, golden: dict[str, Any]) -> None:
    row = partial_correlations(people, ["neuro", "agree"], ["extra", "age", "gender"]).pick("partial_r")
    assert row["estimate"] == pytest.approx(golden["partial"][0], rel=EXACT)
    assert [row["statistic"], row["p_value"]] == pytest.approx(golden["coefficient"], rel=EXACT)
    assert row["df1"] == golden["df"][0]


def test_semi_partial_correlation(people: pd.DataFrame, golden: dict[str, Any]) -> None:
    result = partial_correlations(people, ["neuro", "agree"], ["extra", "age", "gender"], kind="semipartial")
    row = result.pick("semipartial_r", term="agree", outcome="neuro")
    assert row["estimate"] ** 2 == pytest.approx(golden["delta_r2"][0], rel=EXACT)
    assert row["estimate"] < 0
    assert row["statistic"] == pytest.approx(golden["coefficient"][0], rel=EXACT)


def test_steigers_z(people: pd.DataFrame, golden: dict[str, Any]) -> None:
    row = compare_correlations(people, ["neuro", "agree"], ["extra", "consc"]).pick("correlation_difference")
    assert row["statistic"] == pytest.approx(golden["steiger"][0], rel=EXACT)
    assert row["p_value"] == pytest.approx(golden["steiger"][1], abs=1e-15)  # psych takes 1 − Φ: 0 below rounding


def test_fishers_exact_test(people: pd.DataFrame, golden: dict[str, Any]) -> None:
    small = people.iloc[:60]
    table = small.assign(
        older=pd.Categorical(np.where(small["age"] > 25, "yes", "no")),
        education=pd.Categorical(small["education"], ordered=True),
    )
    found = crosstab(table, "gender", "older", further_tests=["fisher_exact"]).more["further_tests"]
    row = found.pick("fisher_exact")
    assert row["p_value"] == pytest.approx(golden["fisher_2"][0], rel=EXACT)
    assert [row["estimate"], row["conf_low"], row["conf_high"]] == pytest.approx(golden["fisher_2"][1:], rel=ROOT)
    draws, exact = 40_000, golden["fisher_3"][0]
    found = crosstab(table, "education", "gender", further_tests="fisher_exact", draws=draws).more["further_tests"]
    error = np.sqrt(exact * (1 - exact) / draws)
    assert abs(found.pick("fisher_exact")["p_value"] - exact) < SIMULATION * error


def test_exact_kolmogorov_smirnov(people: pd.DataFrame, golden: dict[str, Any]) -> None:
    age = people["age"].to_numpy()[:60]
    steps = np.arange(1, 31)
    found = kolmogorov_smirnov(age[:30] + steps / 1000, age[30:] + np.arange(31, 61) / 1001)
    assert found.exact
    assert [found.statistic, found.p_value] == pytest.approx(golden["ks_exact"], rel=EXACT)
