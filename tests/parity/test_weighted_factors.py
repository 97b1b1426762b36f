"""Factor models under weights and over completed sets, as lavaan has them; replicates, refusals, relations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis.measuring.composed_factor_models import ComposedFactors, composed_factors
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import SurveyDesign
from osa_survey.psychometrics.confirmatory.fits import fit_factor_model
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design

SYNTAX = "one =~ a + b + c\n two =~ x + y + z"
SEARCHED = 1e-5
"""Relative: where two searches end."""
SLOPES = 2e-5
"""Relative: standardised values are differentiated by central differences."""
REPEATED = 1e-6


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("weighted_factors.json").read_text(encoding="utf-8"))
    return found


def sample_of_sets(sets: list[pd.DataFrame], design: SurveyDesign | None) -> tuple[Sample, list[np.ndarray]]:
    used = np.ones(len(sets[0]), dtype=bool)
    return Sample(tuple(CompletedSet((), used, design) for _ in sets), len(sets) > 1), [one.to_numpy() for one in sets]


def fitted(sets: list[pd.DataFrame], design: SurveyDesign | None = None, **options: Any) -> ComposedFactors:
    sample, answers = sample_of_sets(sets, design)
    return composed_factors(sample, answers, list(sets[0].columns), SYNTAX, "MLR", **options)


def numbers(found: ComposedFactors, rows: dict[str, list[str]], standard: bool) -> np.ndarray:
    """Return estimates and errors of the rows R has; a fixed one has no error."""
    table = {(row.lhs, row.op, row.rhs): index for index, row in enumerate(found.table.rows)}
    values = []
    for key in zip(rows["lhs"], rows["op"], rows["rhs"], strict=True):
        index = table[key]
        row = found.table.rows[index]
        if standard:
            place = list(found.moving).index(index)
            values.append((found.standard.estimate[place], found.standard.std_error[place]))
        elif row.position < 0:
            values.append((row.value, 0.0))
        else:
            values.append((found.raw.estimate[row.position], found.raw.std_error[row.position]))
    return np.array(values)


@pytest.mark.parametrize("kind", ["raw", "standard"])
def test_weighted_likelihood_and_its_sandwich(in_r: dict[str, Any], kind: str) -> None:
    w = np.array(in_r["w"])
    found = fitted([pd.DataFrame(in_r["data"])], SurveyDesign("quota", w))
    own = numbers(found, in_r["rows"], kind == "standard")
    np.testing.assert_allclose(own[:, 0], in_r["weighted"][kind]["est"], rtol=SEARCHED)
    # linearisation divides by n − 1 where lavaan's sandwich divides by n
    errors = own[:, 1] * np.sqrt((len(w) - 1) / len(w))
    np.testing.assert_allclose(errors, in_r["weighted"][kind]["se"], rtol=SLOPES)
    assert found.srmr == pytest.approx(in_r["weighted"]["srmr"], rel=SLOPES)
    assert np.isnan(found.test.statistic)
    assert "weights" in found.warning


@pytest.mark.parametrize("kind", ["raw", "standard"])
def test_sets_are_pooled_by_rubins_rules_and_d2(in_r: dict[str, Any], kind: str) -> None:
    sets = [pd.DataFrame(in_r["data"]).assign(y=values) for values in in_r["y"]]
    found = fitted(sets)
    own, theirs = numbers(found, in_r["rows"], kind == "standard"), in_r["pooled"][kind]
    np.testing.assert_allclose(own, np.column_stack([theirs["est"], theirs["se"]]), rtol=SLOPES)
    test = found.test
    expected = [in_r["test"][name] for name in ("F", "df1", "df2")]
    assert [test.statistic, test.df1, test.df2] == pytest.approx(expected, rel=1e-4)  # a difference of roots of χ²


def test_whole_weights_are_repeated_people(in_r: dict[str, Any]) -> None:
    data = pd.DataFrame(in_r["data"])
    times = np.random.default_rng(1).integers(1, 4, len(data))
    found = fitted([data], SurveyDesign("opt-in", times.astype(float)), std_lv=True)
    repeated = fit_factor_model(data.to_numpy()[np.repeat(np.arange(len(data)), times)], list(data.columns), SYNTAX,
                                std_lv=True)  # fmt: skip
    np.testing.assert_allclose(found.raw.estimate, repeated.minimum.parameters, rtol=REPEATED)


def test_replicate_errors_are_those_of_a_loop(in_r: dict[str, Any]) -> None:
    data = pd.DataFrame(in_r["data"])
    frame = pd.DataFrame({"town": np.arange(len(data)) // 22, "w": np.random.default_rng(2).integers(1, 4, len(data))})
    design = replicated_design(survey_design(frame, sample="quota", weights="w", clusters="town"), "JK1")
    found = fitted([data], design)
    # jackknife weights of a deleted town are those of the others times 10/9, so that whole weights may stand for them
    many = []
    for town in range(10):
        kept = np.flatnonzero(frame["town"] != town)
        rows = data.to_numpy()[np.repeat(kept, frame["w"].to_numpy()[kept])]
        many.append(fit_factor_model(rows, list(data.columns), SYNTAX).minimum.parameters)
    away = np.array(many) - np.mean(many, axis=0)
    np.testing.assert_allclose(found.raw.std_error, np.sqrt(0.9 * (away**2).sum(axis=0)), rtol=1e-4)
