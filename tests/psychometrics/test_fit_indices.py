"""Further indices of fit: by hand from the statistics beside them, edges, what the public table holds."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import osa_survey as osa
from osa_survey.disclosure import JOURNAL
from osa_survey.psychometrics.confirmatory import fit_factor_model
from osa_survey.psychometrics.confirmatory.further_measures import critical_n, goodness, incremental
from osa_survey.results import Result, release
from tests.psychometrics.test_factor_models import NAMES, ONE, TWO, answers, ordinal

EXACT = 1e-12


def fitted(estimator: str = "ML", model: str = TWO, k: int = 6) -> Result:
    values = answers(300, k, factors=2 if model == TWO else 1)
    values = ordinal(values) if estimator == "WLSMV" else values
    return osa.cfa(pd.DataFrame(values, columns=NAMES[:k]), model, estimator=estimator, details=True)  # type: ignore[arg-type]


def index(result: Result, term: str, level: str = "unscaled") -> float:
    return float(result.more["indices"].pick("fit_index", term=term, level=level)["estimate"])


@pytest.mark.parametrize(("estimator", "level"), [("ML", "unscaled"), ("MLR", "scaled"), ("WLSMV", "scaled")])
def test_indices_against_the_baseline_by_hand(estimator: str, level: str) -> None:
    result = fitted(estimator)
    model = result.pick("chi_squared", level=level)
    base = result.more["indices"].pick("chi_squared", term="Baseline model", level=level)
    t, df, t0, df0 = model["statistic"], model["df1"], base["statistic"], base["df1"]
    assert df0 == 15
    assert index(result, "NFI", level) == pytest.approx((t0 - t) / t0, rel=EXACT)
    assert index(result, "RFI", level) == pytest.approx(1 - (t / df) / (t0 / df0), rel=EXACT)
    assert index(result, "IFI", level) == pytest.approx((t0 - t) / (t0 - df), rel=EXACT)
    assert index(result, "RNI", level) == pytest.approx(1 - (t - df) / (t0 - df0), rel=EXACT)
    assert index(result, "PNFI", level) == pytest.approx((t0 - t) / t0 * df / df0, rel=EXACT)
    assert base["p_value"] == pytest.approx(chi2.sf(t0, df0), abs=EXACT)


def test_critical_n_is_where_chi_squared_would_be_significant() -> None:
    result = fitted()
    row = result.pick("chi_squared", level="unscaled")
    n = index(result, "Critical N (.05)")
    # the same discrepancy from n - 1 respondents stands at the .05 point
    assert row["statistic"] / 300 * (n - 1) == pytest.approx(chi2.isf(0.05, row["df1"]), rel=1e-9)
    assert index(result, "ECVI") == pytest.approx((row["statistic"] + 2 * 13) / 300, rel=EXACT)
    assert index(result, "MFI") == pytest.approx(math.exp(-(row["statistic"] - row["df1"]) / 600), rel=EXACT)


def test_goodness_of_fit_of_unweighted_least_squares_by_hand() -> None:
    values = answers(300, 6, factors=2)
    fit = fit_factor_model(values, NAMES[:6], TWO, estimator="ULS")
    s, sigma = np.cov(values.T), fit.structures[0].matrices(fit.minimum.parameters).covariance
    lower = np.tril_indices(6)
    expected = 1 - ((s - sigma)[lower] ** 2).sum() / (s[lower] ** 2).sum()
    assert goodness(fit) == pytest.approx(expected, rel=1e-9)


def test_a_just_identified_model_leaves_out_what_is_not_defined() -> None:
    result = fitted("ML", ONE.rpartition(" + ")[0], 3)
    terms = set(result.more["indices"].table["term"])
    assert not terms & {"NFI", "RNI", "Critical N (.05)", "RMSEA of .08 or more"}
    assert index(result, "GFI") == pytest.approx(1.0, abs=1e-9)
    assert result.more["indices"].table["estimate"].notna().all()


def test_edges_of_the_formulas() -> None:
    assert math.isnan(incremental(10.0, 0, 100.0, 6).nfi)
    assert math.isnan(incremental(10.0, 8, 100.0, 6).nfi)
    assert incremental(10.0, 8, 100.0, 6).ifi == pytest.approx(90 / 92)
    assert incremental(90.0, 2, 100.0, 6).rfi == pytest.approx(1 - 45 / (100 / 6))  # worse than the baseline
    assert math.isnan(incremental(2.0, 5, 4.0, 6).ifi)
    assert math.isnan(critical_n(0.0, 3, 100, 0.05))


def test_only_with_details_and_through_the_gate() -> None:
    plain = osa.cfa(pd.DataFrame(answers(300, 6, factors=2), columns=NAMES[:6]), TWO, estimator="ML")
    assert "indices" not in plain.more
    shown = release(fitted(), JOURNAL).more["indices"]
    assert index(release(fitted(), JOURNAL), "GFI") > 0.9
    assert (shown.table["suppressed"] == "").all()
