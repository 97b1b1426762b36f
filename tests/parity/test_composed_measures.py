"""Measures under weights, jackknife weights and over completed sets against survey, psych, lavaan and Rubin's rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import correlate, retest
from osa_survey.analysis.correlating.intraclass_numbers import intraclass_statistics
from osa_survey.dataset import SurveyDesign
from osa_survey.imputation import fiml_moments
from osa_survey.imputation.fiml_influences import fiml_influence
from osa_survey.psychometrics.exploratory import average_partials, extract, kaiser_meyer_olkin, matched, rotate
from osa_survey.psychometrics.ordinal import categories
from osa_survey.psychometrics.ordinal.pairwise_polychorics import pairwise_polychorics
from osa_survey.psychometrics.ordinal.weighted_thresholds import weighted_thresholds
from osa_survey.weighting import survey_design, weighted_kendall, weighted_spearman
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("composed_measures.json").read_text(encoding="utf-8"))
EXACT = 1e-10
"""Relative: the same formula in another order of sums."""
SEARCHED = 3e-4
"""psych's search for a polychoric correlation stops at R's default tolerance of ``optimize``, 1.2e-4."""
MINRES = 5e-4
"""psych's fa stops minres at R's default tolerance of ``optim``."""
ROBUST = 2e-4
"""Relative: lavaan's search over saturated moments with gaps and its numerical information."""
DIFFERENCES = 1e-6
"""Relative: the R script takes influences by central differences."""


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return pd.DataFrame(NUMBERS["data"]).astype(float)


@pytest.fixture(scope="module")
def weights() -> np.ndarray:
    return np.array(NUMBERS["w"])


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return pd.DataFrame({"s1": NUMBERS["s1"], "s2": NUMBERS["s2"]})


@pytest.fixture(scope="module")
def jackknifed(weights: np.ndarray) -> SurveyDesign:
    frame = pd.DataFrame({"w": weights, "town": np.array(NUMBERS["town"], dtype=float)})
    return replicated_design(survey_design(frame, sample="quota", weights="w", clusters="town"), "JK1")


def on_z(row: pd.Series) -> tuple[float, float]:
    """Return Fisher's z of a correlation and its standard error, from its t."""
    z = float(np.arctanh(row["estimate"]))
    return z, z / float(row["statistic"])


def test_rank_correlations_under_jackknife_weights(
    items: pd.DataFrame, scores: pd.DataFrame, jackknifed: SurveyDesign
) -> None:
    people = as_scored(items[["a", "b"]].join(scores), jackknifed)
    found = []
    for names in (["a", "b"], ["s1", "s2"]):
        for method, quantity in (("spearman", "rho"), ("kendall", "tau")):
            found.append(on_z(correlate(people, names, method=method).pick(quantity)))  # type: ignore[arg-type]
    expected = NUMBERS["jackknife"]
    np.testing.assert_allclose([z for z, _ in found], expected["estimate"][:4], rtol=EXACT)
    np.testing.assert_allclose([error for _, error in found], expected["se"][:4], rtol=EXACT)


def test_intraclass_correlations_under_jackknife_weights(scores: pd.DataFrame, jackknifed: SurveyDesign) -> None:
    result = retest(as_scored(scores, jackknifed), "s1", "s2")
    rows = [result.pick("icc", level=form) for form in ("ICC(2,1)", "ICC(3,1)")]
    values = np.array([row["estimate"] for row in rows])
    errors = np.array([row["std_error"] for row in rows]) / (1 - values**2)
    np.testing.assert_allclose(np.arctanh(values), NUMBERS["jackknife"]["estimate"][4:], rtol=EXACT)
    np.testing.assert_allclose(errors, NUMBERS["jackknife"]["se"][4:], rtol=EXACT)


def test_intraclass_correlations_over_sets(scores: pd.DataFrame) -> None:
    sets = [scores.assign(s2=second) for second in NUMBERS["sets"]]
    result = retest(as_imputed(scores, sets), "s1", "s2")
    rows = [result.pick("icc", level=form) for form in ("ICC(2,1)", "ICC(3,1)")]
    np.testing.assert_allclose([row["estimate"] for row in rows], NUMBERS["icc"]["pooled"], rtol=EXACT)
    np.testing.assert_allclose([row["std_error"] for row in rows], NUMBERS["icc"]["se"], rtol=DIFFERENCES)
    plain = retest(scores, "s1", "s2")
    assert plain.pick("icc", level="ICC(3,1)")["estimate"] == pytest.approx(NUMBERS["icc"]["psych"][1], rel=EXACT)
    ones = intraclass_statistics(scores.to_numpy(), np.ones(len(scores)), len(scores))
    np.testing.assert_allclose(np.tanh(ones.estimate[1:]), NUMBERS["icc"]["psych"], rtol=EXACT)


def test_polychorics_of_whole_weights_are_those_of_repeated_rows(items: pd.DataFrame) -> None:
    answers, times = categories(items.to_numpy()), np.array(NUMBERS["times"], dtype=float)
    found = pairwise_polychorics(answers, times)
    rho = np.array(NUMBERS["polychoric"]["rho"])[np.triu_indices(6, 1)]
    np.testing.assert_allclose(found.pairs.rho, rho, atol=SEARCHED)
    np.testing.assert_allclose(found.thresholds, NUMBERS["polychoric"]["tau"], rtol=EXACT)
    np.testing.assert_allclose(weighted_thresholds(answers, times), NUMBERS["lavaan_tau"], rtol=EXACT)


def test_factors_of_weighted_correlations(items: pd.DataFrame, weights: np.ndarray) -> None:
    R = np.cov(items.to_numpy().T, aweights=weights)
    R = R / np.sqrt(np.outer(np.diag(R), np.diag(R)))
    one = extract(R, 1)
    np.testing.assert_allclose(one.loadings[:, 0], NUMBERS["loading"], atol=MINRES)
    two = rotate(extract(R, 2).loadings, "oblimin").loadings
    expected = np.array(NUMBERS["two"])
    order, sign = matched(expected, two)
    np.testing.assert_allclose(two[:, order] * sign, expected, atol=MINRES)
    assert kaiser_meyer_olkin(R).overall == pytest.approx(NUMBERS["kmo"][0], rel=EXACT)
    np.testing.assert_allclose(average_partials(R, 2)[1:], NUMBERS["map"][:2], rtol=EXACT)


def test_saturated_moments_with_gaps_under_weights(items: pd.DataFrame, weights: np.ndarray) -> None:
    values = items[["a", "b", "c", "y"]].to_numpy().copy()
    for column, name in ((1, "b"), (3, "y")):
        values[np.array(NUMBERS["gaps"][name]) - 1, column] = np.nan
    found = fiml_moments(values, weights)
    errors = np.sqrt((fiml_influence(found, values, weights) ** 2).sum(axis=0))[4:]
    rows, columns = np.tril_indices(4)
    place = {(int(i), int(j)): at for at, (i, j) in enumerate(zip(rows, columns, strict=True))}
    names = ["a", "b", "c", "y"]
    expected = NUMBERS["fiml"]
    for lhs, rhs, est, se in zip(expected["lhs"], expected["rhs"], expected["est"], expected["se"], strict=True):
        i, j = sorted((names.index(lhs), names.index(rhs)), reverse=True)
        assert found.covariance[i, j] == pytest.approx(est, rel=ROBUST)
        assert errors[place[i, j]] == pytest.approx(se, rel=ROBUST)


def test_linearised_ranks_are_near_the_jackknife(
    scores: pd.DataFrame, weights: np.ndarray, jackknifed: SurveyDesign
) -> None:
    near = 0.1  # two first-order errors of 20 towns
    plan = SurveyDesign("quota", weights, jackknifed.stages)
    for method, quantity in (("spearman", "rho"), ("kendall", "tau")):
        linear = on_z(correlate(as_scored(scores, plan), ["s1", "s2"], method=method).pick(quantity))  # type: ignore[arg-type]
        again = on_z(correlate(as_scored(scores, jackknifed), ["s1", "s2"], method=method).pick(quantity))  # type: ignore[arg-type]
        assert linear[1] == pytest.approx(again[1], rel=near)
    x, y = scores.to_numpy().T
    assert weighted_spearman(x, y, weights).estimate[0] > weighted_kendall(x, y, weights).estimate[0]
