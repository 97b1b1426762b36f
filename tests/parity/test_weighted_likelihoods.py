"""Weights, clusters and leverage in likelihoods against R: survey, sandwich and `models.R`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.models import (
    BinaryLogit,
    Linear,
    Multinomial,
    OrdinalLogit,
    Poisson,
    classical_covariance,
    cluster_covariance,
    inverse_information,
    robust_covariance,
)
from tests.parity.golden_records import Values
from tests.parity.model_numbers import (
    ITERATED,
    LEAST_SQUARES,
    OPTIMISED,
    SHARP,
    Golden,
    Sharp,
    column,
    errors_of,
    hold,
    matrix,
    stored,
)


@pytest.fixture(scope="module")
def schools(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "weights" / "apistrat.csv")


@pytest.fixture(scope="module")
def sharp() -> Sharp:
    return stored()


def test_weighted_estimates_of_survey(schools: pd.DataFrame, load_golden: Golden, sharp: Sharp) -> None:
    """Point estimates; their design-based errors are a matter of the design."""
    survey = Values(load_golden("weights"))
    X, w = matrix(schools, ["ell", "meals"]), column(schools, "pw")
    linear = Linear().fit(column(schools, "api00"), X, weights=w)
    hold(linear.coefficients, np.array(survey["strat_fpc_glm_gauss"]["coef"]["data"])[:, 0], LEAST_SQUARES)
    wide = (schools["sch.wide"] == "Yes").to_numpy(np.float64)
    logit = BinaryLogit().fit(wide, X, weights=w)
    hold(logit.parameters, np.array(survey["strat_fpc_glm_logit"]["coef"]["data"])[:, 0], ITERATED)
    poisson = Poisson().fit(column(schools, "enroll"), X, weights=w)
    hold(poisson.parameters, np.array(survey["poisson_strat"]["coef"]["data"])[:, 0], ITERATED)
    ordinal = OrdinalLogit(4).fit(_bands(schools), X, weights=w)
    expected = sharp["ordinal_weights"]
    hold(ordinal.parameters, expected["coef"], SHARP)
    hold(np.ravel(inverse_information(ordinal)), expected["vcov"], ITERATED)
    assert ordinal.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    # svyolr stops early: what it reached is less likely.
    stopped = np.array(list(survey["olr_strat"]["coef"].values()))
    assert w @ ordinal.family.log_likelihood_of(stopped, _bands(schools), X) < ordinal.log_likelihood
    hold(ordinal.parameters, stopped, 1e-3)


def _bands(schools: pd.DataFrame) -> np.ndarray:
    return np.digitize(column(schools, "api00"), [550, 650, 750], right=True).astype(np.float64)


def test_weighted_errors(fair: pd.DataFrame, sharp: Sharp) -> None:
    w = column(fair, "educ")
    X, expected = matrix(fair, ["rate_marriage", "age", "religious"]), sharp["linear_weights"]
    fit = Linear().fit(column(fair, "affairs"), X, weights=w)
    for kind in ("HC0", "HC1", "HC2", "HC3", "HC4"):
        errors = errors_of(robust_covariance(fit, kind, X=X, weights=w))[:-1]
        hold(errors, expected[kind.lower()], LEAST_SQUARES)
    X, expected = X[:, :3], sharp["logit_weights"]
    logit = BinaryLogit().fit(column(fair, "any_affair"), X, weights=w)
    hold(logit.parameters, expected["coef"], SHARP)
    hold(errors_of(classical_covariance(logit)), expected["se"], SHARP)
    hold(errors_of(robust_covariance(logit, "HC0", weights=w)), expected["hc0"], SHARP)
    hold(errors_of(robust_covariance(logit, "HC3", X=X, weights=w)), expected["hc3"], SHARP)


def test_clustered_and_leveraged_logit(fair: pd.DataFrame, sharp: Sharp) -> None:
    X, expected = matrix(fair, ["rate_marriage", "age"]), sharp["logit_clusters"]
    fit = BinaryLogit().fit(column(fair, "any_affair"), X)
    clusters = fair["occupation"].to_numpy().astype(int)
    hold(errors_of(cluster_covariance(fit, clusters, correction="CR0")), expected["cr0"], SHARP)
    hold(errors_of(cluster_covariance(fit, clusters)), expected["cr1"], SHARP)
    hold(errors_of(robust_covariance(fit, "HC2", X=X)), expected["hc2"], SHARP)
    hold(errors_of(robust_covariance(fit, "HC4", X=X)), expected["hc4"], SHARP)


def test_weighted_multinomial(fair: pd.DataFrame, sharp: Sharp) -> None:
    fit = Multinomial(5).fit(
        column(fair, "rate_marriage") - 1, matrix(fair, ["age", "religious"]), weights=column(fair, "educ")
    )
    hold(fit.parameters, sharp["multinom_weights"]["coef"], OPTIMISED)
    assert -2 * fit.log_likelihood == pytest.approx(sharp["multinom_weights"]["deviance"][0], rel=SHARP)


def test_weights_only_errors_are_a_sandwich(golden_folder: Path, load_golden: Golden) -> None:
    """svyglm without strata and clusters: the sandwich with weighted scores, times n / (n − 1)."""
    data = pd.read_csv(golden_folder / "weights" / "apisrs.csv")
    X, w = matrix(data, ["ell", "meals"]), column(data, "pw")
    expected = load_golden("weights")["weights_only_glm_gauss"]["value"]["vcov"]["data"]
    fit = Linear().fit(column(data, "api00"), X, weights=w)
    found = robust_covariance(fit, "HC0", weights=w)[:-1, :-1] * len(data) / (len(data) - 1)
    hold(found, expected, LEAST_SQUARES)


def test_replicates_of_survey(golden_folder: Path, load_golden: Golden) -> None:
    """svyglm with 80 bootstrap replicates: all fits at once, their spread about their mean."""
    folder = golden_folder / "weights"
    data, replicates = pd.read_csv(folder / "apiclus1.csv"), pd.read_csv(folder / "apiclus1_bootstrap_weights.csv")
    survey = load_golden("weights")["boot80_clus1"]["value"]
    X, w = matrix(data, ["ell", "meals"]), column(data, "pw")
    wide = (data["sch.wide"] == "Yes").to_numpy(np.float64)
    for family, y, name in ((Linear(), column(data, "api00"), "glm"), (BinaryLogit(), wide, "logit")):
        fit = family.fit(y, X, weights=w)
        many = family.fit_many(y, X, replicates.to_numpy(np.float64), start=fit.parameters)
        assert many.converged.all()
        spread = many.parameters[:, :3] - many.parameters[:, :3].mean(axis=0)
        table = np.array(survey[name]["coef"]["data"])
        hold(fit.coefficients, table[:, 0], ITERATED)
        hold(np.sqrt(survey["scale"] * (spread**2).sum(axis=0)), table[:, 1], ITERATED)
