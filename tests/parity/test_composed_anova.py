"""Analyses of variance, multivariate and repeated tests under weights and over completed sets against R.

``composed_anova.R`` has the calls.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import anova, cochran_q, friedman, manova
from osa_survey.dataset import SurveyDesign
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

CLOSED_RTOL = 1e-8  # least squares in double precision by two routes, and differences of nearly equal sums
P_ATOL = 1e-9  # p values of distributions whose series end there
STORED: dict[str, Any] = json.loads((Path(__file__).parent / "composed_anova.json").read_text(encoding="utf-8"))
WITHIN = {"when": ["a", "b", "c"]}
MODEL: dict[str, Any] = {"between": ["gr", "h"], "covariates": ["age"]}


@cache
def answers() -> pd.DataFrame:
    numbers = {name: np.array(STORED["data"][name], dtype=float) for name in ("age", "a", "b", "c", "w", "town")}
    yes = {f"{name}_yes": pd.Categorical(np.where(numbers[name] > 3, "yes", "no"), ["no", "yes"]) for name in "abc"}
    return pd.DataFrame(numbers).assign(
        gr=pd.Categorical(STORED["data"]["gr"], categories=["man", "woman", "another"]),
        h=pd.Categorical(STORED["data"]["h"], categories=["single", "partnered"]),
        **yes,
    )


@cache
def sets() -> tuple[pd.DataFrame, ...]:
    found = []
    for one in STORED["sets"]:
        numbers = {name: np.array(one[name], dtype=float) for name in ("a", "b", "age")}
        yes = {f"{name}_yes": pd.Categorical(np.where(numbers[name] > 3, "yes", "no"), ["no", "yes"]) for name in "ab"}
        found.append(answers().assign(**numbers, **yes))
    return tuple(found)


def plan(kind: str) -> SurveyDesign | None:
    if not kind:
        return None
    weighted = survey_design(answers(), sample="probability", weights="w", clusters="town")
    return weighted if kind == "weights" else replicated_design(weighted, "JK1")


def given(imputed: bool, kind: str) -> Any:
    design = plan(kind)
    return as_imputed(answers(), sets(), design) if imputed else as_scored(answers(), design)


def _same(row: Any, stored: dict[str, float]) -> None:
    for column, key in (("statistic", "F"), ("df1", "df1"), ("df2", "df2")):
        assert row[column] == pytest.approx(stored[key], rel=CLOSED_RTOL)
    assert row["p_value"] == pytest.approx(stored["p"], rel=CLOSED_RTOL, abs=P_ATOL)


def _effect(result: Result, term: str) -> Any:
    return result.pick("anova_effect", term=term.replace("cage", "age").replace(":", " × "))


@pytest.mark.parametrize(
    ("key", "imputed", "kind"),
    [
        ("weighted", False, "weights"),
        ("replicates", False, "replicates"),
        ("pooled", True, ""),
        ("both", True, "weights"),
    ],
)
def test_effects_between_people(key: str, imputed: bool, kind: str) -> None:
    """regTermTest of survey; D1 with Reiter's degrees of freedom, of one number the squared t of mice's pool.scalar."""
    result = anova(given(imputed, kind), "a", **MODEL)
    for term, stored in STORED[key].items():
        _same(_effect(result, term), stored)


@pytest.mark.parametrize("term", ["gr", "h"])
def test_type_two_is_the_model_without_the_interaction(term: str) -> None:
    result = anova(given(False, "weights"), "a", type=2, **MODEL)
    _same(_effect(result, term), STORED["second"]["g" if term == "gr" else term])


def test_d1_is_that_of_mice() -> None:
    row = _effect(anova(given(True, ""), "a", **MODEL), "gr:h")
    assert row["statistic"] == pytest.approx(STORED["check"]["F"], rel=CLOSED_RTOL)
    assert row["df2"] == pytest.approx(STORED["check"]["df2"], rel=CLOSED_RTOL)


@pytest.mark.parametrize(
    ("key", "imputed", "kind"),
    [("weighted_means", False, "weights"), ("pooled_means", True, ""), ("both_means", True, "weights")],
)
def test_marginal_means(key: str, imputed: bool, kind: str) -> None:
    result = anova(given(imputed, kind), "a", **MODEL)
    rows = result.more["groups"].table.loc[lambda table: table["term"] == "gr"]
    np.testing.assert_allclose(rows["estimate"], STORED[key]["mean"], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(rows["std_error"], STORED[key]["se"], rtol=CLOSED_RTOL)


def test_pooled_means_have_the_degrees_of_freedom_of_barnard_and_rubin() -> None:
    result = anova(given(True, ""), "a", contrasts={"one": {"gr": [1, -1, 0]}}, **MODEL)
    rows = result.more["groups"].table.loc[lambda table: table["term"] == "gr"]
    half = stats.t.ppf(0.975, STORED["pooled_means"]["df"]) * np.array(STORED["pooled_means"]["se"])
    np.testing.assert_allclose(rows["conf_high"] - rows["estimate"], half, rtol=CLOSED_RTOL)


def test_pairs_under_weights() -> None:
    result = anova(given(False, "weights"), "a", pairs=["gr"], **MODEL).more["contrasts"]
    rows = result.table.loc[result.table["quantity"] == "anova_contrast"]
    np.testing.assert_allclose(rows["estimate"], STORED["weighted_pairs"]["estimate"], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(rows["std_error"], STORED["weighted_pairs"]["se"], rtol=CLOSED_RTOL)
    assert (rows["df1"] == STORED["weighted"]["gr"]["df2"]).all()


def test_within_people_under_weights() -> None:
    """Contrasts of svymean of three ratings."""
    _same(_effect(anova(given(False, "weights"), within=WITHIN), "when"), STORED["within"])


@pytest.mark.parametrize(("term", "key"), [("gr", "g"), ("when", "w"), ("gr × when", "gw")])
def test_mixed_under_weights(term: str, key: str) -> None:
    """Contrasts of the cell means of svyby, equal weights of cells."""
    result = anova(given(False, "weights"), within=WITHIN, between="gr")
    _same(_effect(result, term), STORED["mixed"][key])


def test_several_outcomes_under_weights() -> None:
    result = manova(given(False, "weights"), ["a", "b", "c"], between="gr")
    _same(result.pick("manova_test", level="Wald"), STORED["many"]["g"])


@pytest.mark.parametrize("criterion", ["Pillai", "Wilks"])
def test_criteria_over_sets(criterion: str) -> None:
    result = manova(given(True, ""), ["a", "b", "c"], between="gr")
    _same(result.pick("manova_test", level=criterion), STORED["criteria"][criterion])


def test_repeated_under_weights() -> None:
    data = given(False, "weights")
    _same(friedman(data, ["a", "b", "c"]).pick("friedman"), STORED["friedman"])
    _same(cochran_q(data, ["a_yes", "b_yes", "c_yes"]).pick("cochran_q"), STORED["cochran"])


def test_repeated_over_sets() -> None:
    data = given(True, "")
    result = friedman(data, ["a", "b", "c"])
    _same(result.pick("friedman"), STORED["pooled_friedman"])
    pair = result.more["pairs"].pick("signed_rank", contrast="a \u2212 b")
    _same(pair, STORED["signed"])
    _same(cochran_q(data, ["a_yes", "b_yes", "c_yes"]).pick("cochran_q"), STORED["pooled_cochran"])


def test_generalised_eta_squared_of_a_design_within_people_alone() -> None:
    """The variance between people is part of the total (afex)."""
    result = anova(answers(), within=WITHIN)
    assert result.pick("generalised_eta_squared")["estimate"] == pytest.approx(STORED["ges"], rel=CLOSED_RTOL)
