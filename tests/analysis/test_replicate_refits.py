"""Standard errors under replicate weights against a loop that fits every replicate anew with statsmodels.

Weights are whole numbers and a JK1 replicate leaves one cluster out, so that a fit under it is a fit of repeated rows:
a constant factor of all weights moves no estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.miscmodels.ordinal_model import OrderedModel

from osa_survey.analysis import margins, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_scored, people

CLOSED = 1e-8
"""Relative: least squares."""
ITERATED = 1e-5
"""Relative: both end Newton's steps when nothing moves by more than 1e-6 or so."""
CLUSTERS = 8
Floats = NDArray[np.float64]
Fit = Callable[[pd.DataFrame], Floats]


@cache
def _data() -> tuple[pd.DataFrame, SurveyDesign]:
    data = people(160, seed=4)
    data["w"] = np.random.default_rng(2).integers(1, 4, len(data)).astype(float)
    data["town"] = np.arange(len(data)) % CLUSTERS
    plan = survey_design(data, sample="quota", weights="w", clusters="town")
    return data, replicated_design(plan, "JK1")


def _matrix(data: pd.DataFrame) -> Floats:
    dummies = [data["group"].eq(name).to_numpy() for name in ("two", "three")]
    return np.column_stack([np.ones(len(data)), data["x"], *dummies]).astype(float)


def _linear(data: pd.DataFrame) -> Floats:
    return np.asarray(sm.OLS(data["score"].to_numpy(), _matrix(data)).fit().params)


def _logistic(data: pd.DataFrame) -> Floats:
    y = data["event"].eq("yes").to_numpy(dtype=float)
    return np.asarray(sm.Logit(y, _matrix(data)).fit(disp=False, tol=1e-12).params)


def _ordinal(data: pd.DataFrame) -> Floats:
    model = OrderedModel(data["band"].cat.codes.to_numpy(), _matrix(data)[:, 1:], distr="logit")
    found = np.asarray(model.fit(method="bfgs", disp=False, gtol=1e-7, maxiter=500, skip_hessian=True).params)
    return np.append(found[:3], np.cumsum(np.append(found[3], np.exp(found[4:]))))


def _negative_binomial(data: pd.DataFrame) -> Floats:
    model = sm.NegativeBinomial(data["count"].to_numpy(), _matrix(data))
    return np.asarray(model.fit(method="newton", disp=False, tol=1e-12, maxiter=200).params)


def _multinomial(data: pd.DataFrame) -> Floats:
    found = sm.MNLogit(data["kind"].cat.codes.to_numpy(), _matrix(data)).fit(disp=False, tol=1e-12)
    return np.asarray(found.params).T.ravel()


@cache
def _refits(fit: Fit) -> tuple[Floats, Floats]:
    """Return the estimates of everybody, and their covariance by leaving out one cluster after the other."""
    data, _ = _data()
    repeated = data.loc[data.index.repeat(data["w"].astype(int))]
    each = np.array([fit(repeated.loc[repeated["town"] != town]) for town in range(CLUSTERS)])
    apart = each - each.mean(axis=0)
    return fit(repeated), (CLUSTERS - 1) / CLUSTERS * apart.T @ apart


def _rows(result: Result, quantity: str = "b") -> pd.DataFrame:
    table = result.table
    return table.loc[(table["quantity"] == quantity) & table["std_error"].notna()]


@pytest.mark.parametrize(
    ("model", "outcome", "fit", "tolerance"),
    [
        ("linear", "score", _linear, CLOSED),
        ("logistic", "event", _logistic, ITERATED),
        ("ordinal_logit", "band", _ordinal, ITERATED),
        ("negative_binomial", "count", _negative_binomial, ITERATED),
        ("multinomial", "kind", _multinomial, ITERATED),
    ],
)
def test_every_replicate_is_fitted_anew(model: str, outcome: str, fit: Fit, tolerance: float) -> None:
    data, plan = _data()
    expected, covariance = _refits(fit)
    result = regress(as_scored(data, plan), outcome, ["x", "group"], model=model)  # type: ignore[arg-type]
    b = _rows(result)
    k = len(b)
    np.testing.assert_allclose(b["estimate"], expected[:k], rtol=tolerance, atol=1e-7)
    np.testing.assert_allclose(b["std_error"], np.sqrt(np.diag(covariance))[:k], rtol=tolerance)
    if model == "ordinal_logit":
        thresholds = _rows(result, "threshold")
        np.testing.assert_allclose(thresholds["estimate"], expected[k:], rtol=tolerance, atol=1e-7)
        np.testing.assert_allclose(thresholds["std_error"], np.sqrt(np.diag(covariance))[k:], rtol=tolerance)
    assert set(b["df1"]) == {CLUSTERS - 1 - 3}  # three predictors use up as many


def test_margins_carry_the_covariance_of_the_refits() -> None:
    data, plan = _data()
    theta, covariance = _refits(_logistic)
    result = margins(as_scored(data, plan), "event", ["x", "group"], model="logistic", slope="x")
    X, w = _matrix(data), data["w"].to_numpy() / data["w"].sum()

    def slope(b: Floats) -> float:
        chance = 1 / (1 + np.exp(-X @ b))
        return float(w @ (chance * (1 - chance))) * float(b[1])

    _expect(result.pick("average_slope"), slope, theta, covariance)
    result = margins(as_scored(data, plan), "event", ["x", "group"], model="logistic", contrast="group")

    def difference(b: Floats) -> float:
        means = []
        for place in (2, None):
            changed = X.copy()
            changed[:, 2:] = 0
            if place is not None:
                changed[:, place] = 1
            means.append(float(w @ (1 / (1 + np.exp(-changed @ b)))))
        return means[0] - means[1]

    _expect(_rows(result, "prediction_difference").iloc[0], difference, theta, covariance)


def _expect(row: pd.Series, function: Callable[[Floats], float], theta: Floats, covariance: Floats) -> None:
    steps = 1e-5 * np.eye(len(theta))
    slopes = np.array([(function(theta + step) - function(theta - step)) / 2e-5 for step in steps])
    assert row["estimate"] == pytest.approx(function(theta), rel=ITERATED)
    assert row["std_error"] == pytest.approx(np.sqrt(slopes @ covariance @ slopes), rel=ITERATED)
