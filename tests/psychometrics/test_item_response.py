"""Graded response, person fit and differential item functioning by planted truth and by differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey import graded_response, item_bias
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.item_response import fit_graded, information, person_fit, probabilities, trait_scores

SLOPES = np.array([1.0, 1.5, 2.0, 1.2, 0.8, 1.7])
STEPS = np.array([-1.0, 0.0, 1.2])


def answers(n: int, seed: int, shift: np.ndarray | None = None, times: int = 1) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    theta = generator.normal(size=n)
    slopes = np.tile(SLOPES, times)
    found = np.empty((n, len(slopes)))
    for item, slope in enumerate(slopes):
        b = STEPS + (shift[:, None] if shift is not None and item == 2 else 0.0)
        chance = 1.0 / (1.0 + np.exp(-slope * (theta[:, None] - b)))
        found[:, item] = (generator.random(n)[:, None] < chance).sum(axis=1)
    return found, theta


def test_estimates_are_unbiased_and_intervals_cover() -> None:
    slopes, inside = [], []
    for seed in range(40):
        values, _ = answers(600, seed)
        model = fit_graded(values)
        assert model.converged
        errors = np.sqrt(np.diag(model.covariance))[model.starts[:-1]]
        slopes.append(model.slopes)
        inside.append(np.abs(model.slopes - SLOPES) <= 1.96 * errors)
    assert np.mean(slopes, axis=0) == pytest.approx(SLOPES, rel=0.06)
    assert 0.90 <= np.mean(inside) <= 0.99  # 240 intervals


def test_gaps_are_allowed_and_traits_follow() -> None:
    values, theta = answers(1500, 3)
    values[:300, :3] = np.nan
    values[0] = np.nan
    scores = trait_scores(fit_graded(values), values)
    assert np.isnan(scores.eap[0])
    assert np.corrcoef(scores.eap[1:], theta[1:])[0, 1] ** 2 == pytest.approx(scores.reliability, abs=0.04)


def test_person_fit_is_standard_normal_on_a_long_scale_and_low_for_chance() -> None:
    values, _ = answers(2000, 5, times=4)  # 24 items: lz* is normal as the number of items grows
    model = fit_graded(values)
    fit = person_fit(model, values)
    assert fit.mean() == pytest.approx(0.0, abs=0.2)
    assert fit.std() == pytest.approx(1.0, abs=0.1)
    random = np.random.default_rng(1).integers(0, 4, size=(500, 24)).astype(float)
    assert person_fit(model, random).mean() < -1.645


def test_person_fit_of_a_short_scale_is_narrower_so_it_flags_too_few() -> None:
    values, _ = answers(4000, 5)  # 6 items
    fit = person_fit(fit_graded(values), values)
    assert fit.std() < 0.95  # as its documentation warns


def test_information_is_the_curvature_of_the_probabilities() -> None:
    d, step = np.array([1.0, -0.5]), 1e-5
    at = np.array([0.3])
    slope = (probabilities(1.4, d, at + step) - probabilities(1.4, d, at - step)) / (2 * step)
    expected = (slope**2 / probabilities(1.4, d, at)).sum()
    assert information(1.4, d, at)[0] == pytest.approx(expected, rel=1e-8)


def test_a_planted_difference_is_found_and_no_other() -> None:
    women = np.random.default_rng(9).random(1600) < 0.5
    values, _ = answers(1600, 6, shift=0.9 * women)
    data = pd.DataFrame(values, columns=[f"i{k}" for k in range(6)])
    data["gender"] = pd.Categorical(np.where(women, "woman", "man"))
    result = item_bias(data, by="gender")
    sizes = result.table.loc[(result.table["quantity"] == "dif_nagelkerke") & (result.table["level"] == "total")]
    assert sizes.loc[sizes["warning"] != "", "term"].tolist() == ["i2"]
    assert result.sentences("en")[0].startswith("1 of 6 tested items")


def test_what_cannot_be_fitted_is_refused() -> None:
    values, _ = answers(200, 1)
    data = pd.DataFrame(values, columns=[f"i{k}" for k in range(6)])
    with pytest.raises(AnalysisError, match="at least 3"):
        graded_response(data[["i0", "i1"]])
    with pytest.raises(AnalysisError, match="same answer"):
        graded_response(data.assign(i0=1.0))
    with pytest.raises(AnalysisError, match="two groups"):
        item_bias(data.assign(g=pd.Categorical(["a"] * 180 + ["b"] * 20)), by="g")


def test_the_limits_of_a_difference_say_where_they_come_from() -> None:
    values, _ = answers(300, 1)
    data = pd.DataFrame(values, columns=[f"i{k}" for k in range(6)])
    result = item_bias(data.assign(g=pd.Categorical(["a", "b"] * 150)), by="g", matching="rest")
    assert any("yes/no items" in note for note in result.notes)
    changes = result.table.loc[result.table["quantity"] == "dif_beta_change"]
    assert changes["level"].unique().tolist() == ["uniform"]
    assert len(changes) == 6
