"""Checks of residuals against R: lmtest, car and stats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.models import BinaryLogit, Poisson
from osa_survey.models.residual_checks import (
    breusch_pagan,
    durbin_watson,
    hosmer_lemeshow,
    influence_of,
    pearson_dispersion,
    reset_test,
    shapiro_wilk,
)

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision."""
CHANCE = 1e-7
"""Relative, of small p values: they change many times as fast as their statistic."""
ITERATED = 1e-6
"""Relative: R stops iterating when the deviance changes by less than 1e-8 of itself."""
APPROXIMATION = 1e-6
"""Relative: Royston's algorithm approximates the coefficients of W in single-precision polynomials."""
MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]

Golden = Callable[[str], dict[str, Any]]


def _matrix(data: pd.DataFrame, names: list[str]) -> np.ndarray:
    return np.column_stack([np.ones(len(data)), data[names]])


def test_checks_of_least_squares_are_those_of_r(load_golden: Golden, fair: pd.DataFrame) -> None:
    golden = load_golden("regression")["ols_main"]["value"]
    y, X = fair["affairs"].to_numpy(), _matrix(fair, MAIN)
    found = breusch_pagan(y, X)
    assert (found.statistic, found.df1) == (pytest.approx(golden["bp"]["BP"], rel=LEAST_SQUARES), golden["bp"]["df"])
    assert found.p_value == pytest.approx(golden["bp"]["p"], rel=CHANCE)
    found = reset_test(y, X)
    assert found.statistic == pytest.approx(golden["reset"]["RESET"], rel=1e-8)  # R adds raw powers: ill-conditioned
    assert found.p_value == pytest.approx(golden["reset"]["p"], rel=CHANCE)
    assert durbin_watson(y, X) == pytest.approx(golden["dw"]["DW"], rel=LEAST_SQUARES)
    assert shapiro_wilk(y, X)[0] == pytest.approx(golden["shapiro"]["W"], rel=APPROXIMATION)
    influence = influence_of(y, X)
    for values, key in ((influence.cooks_distance, "cooks_top5"), (influence.leverage, "hat_top5"),
                        (np.abs(influence.studentised), "rstudent_top5")):  # fmt: skip
        expected = golden[key]
        order = np.argsort(-values)[:5]
        assert [str(position + 1) for position in order] == list(expected)
        assert values[order].tolist() == pytest.approx(list(expected.values()), rel=LEAST_SQUARES)


def test_hosmer_lemeshow_and_dispersion_are_those_of_r(load_golden: Golden, fair: pd.DataFrame) -> None:
    golden = load_golden("regression")
    y, X = fair["any_affair"].to_numpy(), _matrix(fair, MAIN)
    family = BinaryLogit()
    chances = family.expected(family.fit(y, X).parameters, X)[:, -1]
    found = hosmer_lemeshow(y, chances)
    expected = golden["logit"]["value"]["hosmer_lemeshow"]
    assert found.statistic == pytest.approx(expected["X2"], rel=ITERATED)
    assert (found.df1, found.p_value) == (expected["df"], pytest.approx(expected["p"], rel=ITERATED))
    y, X = fair["n_affairs"].to_numpy(), _matrix(fair, ["rate_marriage", "age", "yrs_married", "religious"])
    counts = Poisson()
    mean = counts.expected(counts.fit(y, X).parameters, X)[:, 0]
    dispersion = golden["poisson"]["value"]["dispersion_pearson"]
    assert pearson_dispersion(y, mean, mean, X.shape[1]) == pytest.approx(dispersion, rel=ITERATED)


def test_influence_is_that_of_leaving_each_respondent_out() -> None:
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(30), rng.normal(size=(30, 2))])
    y = X @ [1.0, 0.5, -0.3] + rng.normal(size=30)
    whole = np.linalg.lstsq(X, y, rcond=None)[0]
    variance = ((y - X @ whole) ** 2).sum() / 27
    found = influence_of(y, X)
    for out in range(30):
        rest = np.arange(30) != out
        fewer = np.linalg.lstsq(X[rest], y[rest], rcond=None)[0]
        moved = X @ (whole - fewer)
        assert found.cooks_distance[out] == pytest.approx(moved @ moved / (3 * variance), rel=LEAST_SQUARES)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(AnalysisError, match="5,000"):
        shapiro_wilk(np.zeros(5001), np.ones((5001, 1)))
    with pytest.raises(AnalysisError, match="fewer than three"):
        hosmer_lemeshow(np.array([0.0, 1.0, 1.0]), np.array([0.5, 0.5, 0.6]))
