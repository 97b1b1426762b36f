"""Random-effects pooling against metafor; meta_analysis.R beside this file makes the numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import meta_analysis
from osa_survey.effects.random_effects import random_effects

METAFOR = json.loads(Path(__file__).with_name("meta_analysis.json").read_text(encoding="utf-8"))
SAME = 1e-8
"""metafor's search for the REML variance stops at 1e-12; the rest is arithmetic."""
ROOT = 1e-7
"""Bounds of the variance are roots that metafor finds with a tolerance of 1e-12 on its own scale."""
PARTS = ("estimate", "std_error", "low", "high", "prediction_low", "prediction_high", "tau_squared", "q", "q_p",
         "i_squared")  # fmt: skip
WAYS: dict[str, dict[str, Any]] = {
    "reml_knha": {},
    "reml_z": {"knapp_hartung": False},
    "dl_z": {"spread": "dersimonian_laird", "knapp_hartung": False},
    "dl_knha": {"spread": "dersimonian_laird"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", PARTS)
def test_pooling_of_given_estimates(way: str, part: str) -> None:
    given = METAFOR["data"]
    found = random_effects(np.array(given["yi"]), np.array(given["vi"]), **WAYS[way])
    assert getattr(found, part) == pytest.approx(METAFOR[way][part], rel=SAME)


@pytest.mark.parametrize("way", WAYS)
def test_weights_and_bounds_of_the_variance(way: str) -> None:
    given = METAFOR["data"]
    found = random_effects(np.array(given["yi"]), np.array(given["vi"]), **WAYS[way])
    assert found.weights == pytest.approx(METAFOR[way]["weights"], rel=SAME)
    assert (found.tau_low, found.tau_high) == pytest.approx(
        (METAFOR[way]["tau_low"], METAFOR[way]["tau_high"]), rel=ROOT
    )


def test_studies_that_are_alike_have_no_spread() -> None:
    found = random_effects(np.array(METAFOR["data"]["alike"]), np.full(4, 0.04), knapp_hartung=False)
    assert found.tau_squared == METAFOR["alike"]["tau_squared"] == 0.0
    assert (found.low, found.prediction_low) == pytest.approx((METAFOR["alike"]["low"],) * 2, rel=SAME)
    assert found.tau_high == pytest.approx(METAFOR["alike"]["tau_high"], abs=ROOT)


def people(groups: int) -> pd.DataFrame:
    """Return one row for each made-up respondent of the first groups."""
    given = METAFOR["data"]
    parts = [
        pd.DataFrame({"country": f"c{place}", "sexting": ["yes"] * yes + ["no"] * (n - yes)})
        for place, (yes, n) in enumerate(zip(given["engaged"], given["people"], strict=True))
    ][:groups]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(
        country=pd.Categorical(frame["country"]), sexting=pd.Categorical(frame["sexting"], ["no", "yes"])
    )


@pytest.mark.parametrize(("measure", "groups", "key"), [("logit", 6, "logits"), ("proportion", 5, "proportions")])
def test_prevalences_of_respondents(measure: Any, groups: int, key: str) -> None:
    result = meta_analysis(people(groups), "sexting", "country", measure=measure)
    back = (lambda x: 1 / (1 + np.exp(-x))) if measure == "logit" else (lambda x: x)
    pooled, further = (result.pick("pooled_proportion", level=level) for level in ("", "prediction"))
    reference = METAFOR[key]
    for row, low, high in ((pooled, "low", "high"), (further, "prediction_low", "prediction_high")):
        expected = [back(reference[part]) for part in ("estimate", low, high)]
        assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(expected, rel=SAME)
    assert result.pick("tau_squared")["estimate"] == pytest.approx(reference["tau_squared"], rel=SAME)
    assert result.pick("heterogeneity")["p_value"] == pytest.approx(reference["q_p"], rel=SAME)
    weights = result.table.loc[result.table["quantity"] == "pooling_weight", "estimate"]
    assert weights.tolist() == pytest.approx(reference["weights"], rel=SAME)
