"""Item analyses under weights as R has them: likelihoods written out, survey's ordinal logit, metafor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import fiml, graded_response, item_bias, latent_classes, meta_analysis
from osa_survey.dataset import ScoredData
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_scored

SEARCHED = 2e-5
"""Relative: R's maxima are polished with derivatives by differences."""
DIFFERENCES = 5e-4
"""Relative: R's second derivatives are differences of differences."""
POLR = 2e-3
"""Relative: the ordinal logit of R's survey ends its search early and takes a Hessian by differences."""
NAMES = ["i1", "i2", "i3", "i4"]


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("composed_items.json").read_text(encoding="utf-8"))
    return found


def weighted(columns: pd.DataFrame, in_r: dict[str, Any]) -> ScoredData:
    plan = pd.DataFrame({"w": in_r["weights"], "town": np.repeat(np.arange(30.0), 10)})
    return as_scored(columns, survey_design(plan, sample="quota", weights="w", clusters="town"))


def items(in_r: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(np.array(in_r["items"], dtype=float), columns=NAMES)


def test_graded_responses_under_weights(in_r: dict[str, Any]) -> None:
    table = graded_response(weighted(items(in_r), in_r)).more["items"].table
    for quantity, name in (("discrimination", "slope"), ("difficulty", "difficulty")):
        rows = table.loc[table["quantity"] == quantity]
        plural = {"slope": "slopes", "difficulty": "difficulties"}[name]
        np.testing.assert_allclose(rows["estimate"], in_r["graded"][plural], rtol=SEARCHED)
        np.testing.assert_allclose(rows["std_error"], in_r["graded"][f"{name}_errors"], rtol=DIFFERENCES)


def test_items_that_work_differently_under_weights(in_r: dict[str, Any]) -> None:
    people = items(in_r).assign(group=pd.Categorical(np.where(np.array(in_r["group"]) == 1, "one", "none")))
    found = item_bias(weighted(people, in_r), by="group", matching="rest", purify=False)
    for kind, name in (("uniform", "uniform"), ("non-uniform", "non_uniform"), ("total", "total")):
        row = found.pick("dif", term="i1", level=kind)
        assert row["statistic"] == pytest.approx(in_r["dif"][name], rel=POLR)
        assert (row["statistic_name"], row["df2"]) == ("F", 29 - (2 if kind == "uniform" else 3))
    sizes = [found.pick("dif_nagelkerke", term="i1", level=kind)["estimate"] for kind in ("uniform", "non-uniform")]
    assert sizes == pytest.approx(in_r["dif"]["nagelkerke"], rel=POLR)
    total = found.pick("dif_nagelkerke", term="i1", level="total")["estimate"]
    assert total == pytest.approx(in_r["dif"]["nagelkerke_total"], rel=POLR)


def test_latent_classes_under_weights(in_r: dict[str, Any]) -> None:
    yes = pd.DataFrame((np.array(in_r["items"]) > 0).astype(float), columns=NAMES)
    found = latent_classes(weighted(yes, in_r), NAMES, classes=2, starts=10)
    told = in_r["classes"]
    assert found.pick("log_likelihood", level="2")["estimate"] == pytest.approx(told["value"], rel=SEARCHED)
    first = found.more["classes"].pick("class_share", group="class 1")
    assert first["estimate"] == pytest.approx(told["share"], rel=SEARCHED)
    assert first["std_error"] == pytest.approx(told["share_error"], rel=DIFFERENCES)
    profile = found.more["profile"].table.loc[lambda rows: rows["level"] == "1"]
    for column, name in (("estimate", "probability"), ("std_error", "errors")):
        np.testing.assert_allclose(
            profile[column].to_numpy().reshape(2, 4).T,
            told[name],
            rtol=SEARCHED if name == "probability" else DIFFERENCES,
        )


def test_a_regression_from_all_answers_under_weights(in_r: dict[str, Any]) -> None:
    values = pd.DataFrame(np.array(in_r["V"], dtype=float), columns=["y", "x1", "x2"])
    table = fiml(weighted(values, in_r), "y", ["x1", "x2"]).table
    np.testing.assert_allclose(table["estimate"], in_r["fiml"]["estimate"], rtol=SEARCHED, atol=1e-7)
    np.testing.assert_allclose(table["std_error"].dropna(), in_r["fiml"]["errors"][:3], rtol=DIFFERENCES)


def test_weighted_groups_are_pooled_with_random_effects(in_r: dict[str, Any]) -> None:
    country = np.repeat(["north", "middle", "south"], 100)
    people = pd.DataFrame(
        {
            "event": pd.Categorical.from_codes(in_r["event"], ["no", "yes"]),
            "country": pd.Categorical(country, categories=in_r["meta"]["country"]),
        }
    )
    found = meta_analysis(weighted(people, in_r), "event", "country")
    rows = found.table.loc[found.table["quantity"] == "proportion"]
    np.testing.assert_allclose(rows["estimate"], in_r["meta"]["share"], rtol=1e-9)
    np.testing.assert_allclose(rows["std_error"], in_r["meta"]["error"], rtol=1e-9)
    pooled = found.more["pooled"].pick("pooled_proportion", level="")
    told = [in_r["meta"][name] for name in ("pooled", "low", "high")]
    assert pooled[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(told, rel=1e-6)
    tau = found.more["pooled"].pick("tau_squared")["estimate"]
    assert tau == pytest.approx(in_r["meta"]["tau_squared"], rel=1e-4)  # both searches end when a step is small
