"""Effect sizes and rank tests under weights and over completed sets, as survey and mice have them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import osa_survey
from osa_survey.dataset import SurveyDesign
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

SAME = 1e-8
"""Relative: the same arithmetic in another order."""
SEARCHED = 1e-6
"""Relative: svyglm stops its search; central differences stand for derivatives."""


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("composed_sizes.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def people(in_r: dict[str, Any]) -> pd.DataFrame:
    data = pd.DataFrame(
        {name: np.array(in_r[name], dtype=float) for name in ("town", "w", "g", "h", "y", "z", "e", "f")}
    )
    for name, labels in (
        ("g", ["one", "two"]),
        ("h", ["low", "middle", "high"]),
        ("e", ["no", "yes"]),
        ("f", ["no", "yes"]),
    ):
        data[name] = pd.Categorical.from_codes(data[name].astype(int), labels)
    return data


@pytest.fixture(scope="module")
def plan(people: pd.DataFrame) -> SurveyDesign:
    return survey_design(people, sample="quota", weights="w", clusters="town")


def groups(data: Any, by: str, *sizes: str) -> Result:
    return osa_survey.compare_groups(data, "y", by, effect_sizes=sizes)


def test_rank_tests(in_r: dict[str, Any], people: pd.DataFrame, plan: SurveyDesign) -> None:
    two = groups(as_scored(people, plan), "g").pick("rank_sum")
    t, df, p = in_r["rank_two"]
    np.testing.assert_allclose([two["statistic"], two["df1"], two["p_value"]], [-t, df, p], rtol=SAME)
    three = groups(as_scored(people, plan), "h").pick("kruskal_wallis")
    df1, chi2, p = in_r["rank_three"]  # survey refers the Wald χ² over its df to F
    assert (three["df1"], three["df2"]) == (df1, 10 - 1 - 2)
    np.testing.assert_allclose([three["statistic"], three["p_value"]], [chi2 / df1, p], rtol=SAME)


def test_ratios_of_risks_and_odds(in_r: dict[str, Any], people: pd.DataFrame, plan: SurveyDesign) -> None:
    asked = ["odds_ratio", "risk_ratio", "cohens_h"]
    found = osa_survey.crosstab(as_scored(people, plan), "g", "e", effect_sizes=asked)
    for name, key in (("odds_ratio", "log_odds"), ("risk_ratio", "log_risk")):
        row = found.pick(name)
        estimate, error = in_r[key]
        np.testing.assert_allclose([math.log(row["estimate"]), row["std_error"] / row["estimate"]],
                                   [estimate, error], rtol=SEARCHED)  # fmt: skip
    row = found.pick("cohens_h")
    np.testing.assert_allclose([row["estimate"], row["std_error"]], in_r["angle"], rtol=SEARCHED)


def test_kappa(in_r: dict[str, Any], people: pd.DataFrame, plan: SurveyDesign) -> None:
    row = osa_survey.crosstab(as_scored(people, plan), "e", "f", effect_sizes=["kappa"]).pick("kappa")
    np.testing.assert_allclose([row["estimate"], row["std_error"]], in_r["kappa"], rtol=SEARCHED)


class TestJackknife:
    """Numbers computed again under the replicates of survey."""

    @pytest.fixture
    def data(self, people: pd.DataFrame, plan: SurveyDesign) -> Any:
        return as_scored(people, replicated_design(plan, "JK1"))

    def test_glass(self, in_r: dict[str, Any], data: Any) -> None:
        row = groups(data, "g", "glass_delta").pick("glass_delta")
        np.testing.assert_allclose([row["estimate"], row["std_error"]], in_r["glass"], rtol=SAME)

    def test_chance_of_superiority(self, in_r: dict[str, Any], data: Any) -> None:
        row = groups(data, "g", "probability_of_superiority").pick("probability_of_superiority")
        p = row["estimate"]
        found = [math.log(p / (1 - p)), row["std_error"] / (p * (1 - p))]
        np.testing.assert_allclose(found, in_r["superior"], rtol=SAME)

    @pytest.mark.parametrize(("size", "key"), [("eta_squared", "eta"), ("rank_epsilon_squared", "ranks")])
    def test_shares_of_variance(self, in_r: dict[str, Any], data: Any, size: str, key: str) -> None:
        row = groups(data, "h", size).pick(size)
        root = math.sqrt(row["estimate"])
        found = [math.atanh(root), row["std_error"] / (2 * root * (1 - row["estimate"]))]
        np.testing.assert_allclose(found, in_r[key], rtol=SAME)

    def test_d_rm(self, in_r: dict[str, Any], data: Any) -> None:
        row = osa_survey.paired(data, [["y", "z"]], effect_sizes=["d_rm"]).pick("d_rm")
        np.testing.assert_allclose([row["estimate"], row["std_error"]], in_r["rm"], rtol=SAME)

    def test_f_squared(self, in_r: dict[str, Any], data: Any) -> None:
        row = osa_survey.regress(data, "y", [["g", "z"]], effect_sizes=["cohens_f2"]).pick("cohens_f2", term="z")
        z, error = in_r["partial"]
        half = float(stats.t.ppf(0.975, 10 - 1 - 2)) * error  # clusters less one, less two coefficients
        r2 = np.tanh([z, z - half, z + half]) ** 2
        np.testing.assert_allclose([row["estimate"], row["conf_low"], row["conf_high"]], r2 / (1 - r2), rtol=SAME)


def completed(in_r: dict[str, Any], people: pd.DataFrame) -> list[pd.DataFrame]:
    found = []
    for values in in_r["sets"]:
        one = people.copy()
        one.loc[:9, "y"] = values
        found.append(one)
    return found


def test_a_size_pooled(in_r: dict[str, Any], people: pd.DataFrame, plan: SurveyDesign) -> None:
    data = as_imputed(people, completed(in_r, people), replicated_design(plan, "JK1"))
    row = groups(data, "g", "probability_of_superiority").pick("probability_of_superiority")
    p = row["estimate"]
    np.testing.assert_allclose([math.log(p / (1 - p)), row["std_error"] / (p * (1 - p))], in_r["pooled"], rtol=SAME)


def test_bartlett_and_wilcoxon_pooled(in_r: dict[str, Any], people: pd.DataFrame) -> None:
    data = as_imputed(people, completed(in_r, people))
    asked = osa_survey.compare_groups(data, "y", "h", further_tests=["bartlett"]).more["variances"].pick("bartlett")
    np.testing.assert_allclose([asked["statistic"], asked["df2"], asked["p_value"]], in_r["bartlett"], rtol=SAME)
    ranks = groups(data, "g").pick("rank_sum")
    np.testing.assert_allclose([ranks["statistic"], ranks["df1"]], in_r["wilcoxon"], rtol=SAME)
