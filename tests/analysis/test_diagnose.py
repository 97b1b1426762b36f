"""Diagnoses hold the numbers of the array functions, which are tested against R, and show nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import diagnose, regress
from osa_survey.analysis.regressing.model_kinds import model_kind
from osa_survey.disclosure import JOURNAL
from osa_survey.models import BinaryLogit
from osa_survey.models.one_step_influence import one_step_distances
from osa_survey.models.quantile_residuals import quantile_residuals
from osa_survey.models.residual_checks import hosmer_lemeshow
from osa_survey.results import release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import OUTCOME_OF, as_imputed, as_scored, people

ROUNDING = 1e-9


def test_a_linear_diagnosis_counts_what_leaving_out_moves() -> None:
    data = people(200)
    data.loc[0, "score"] = 15.0
    result = diagnose(data, "score", ["x", "group"], in_order=True)
    checks = result.more["checks"]
    residual = data["score"] - result.engine.blocks[-1].matrices[0] @ result.engine.blocks[-1].fits[0].parameters[:-1]
    durbin = np.sum(np.diff(residual) ** 2) / np.sum(residual**2)
    assert checks.pick("durbin_watson")["estimate"] == pytest.approx(durbin, rel=ROUNDING)
    assert checks.pick("outlying")["estimate"] >= 1
    # the externally studentised residual is the t of a dummy for that person
    alone = data.assign(first=(data.index == 0).astype(float))
    t = regress(alone, "score", ["x", "group", "first"]).pick("b", term="first")["statistic"]
    assert checks.pick("studentised_maximum")["estimate"] == pytest.approx(abs(t), rel=ROUNDING)
    assert np.isnan(release(checks, JOURNAL).pick("outlying")["estimate"])
    bins = result.table
    assert bins["n"].sum() == 200
    assert float((bins["n"] * bins["estimate"]).sum()) == pytest.approx(0, abs=ROUNDING)


def test_other_models_have_their_own_checks() -> None:
    data = people(200)
    logistic = diagnose(data, "event", ["x"], model="logistic").more["checks"]
    chances = regress(data, "event", ["x"], model="logistic").engine
    y, fit = chances.y, chances.blocks[-1].fits[0]
    p = chances.outcome.family.expected(fit.parameters, chances.blocks[-1].matrices[0])[:, -1]
    found = hosmer_lemeshow(y, p)
    assert logistic.pick("hosmer_lemeshow")["estimate"] == pytest.approx(found.statistic, rel=ROUNDING)
    data["events"] = np.random.default_rng(1).poisson(np.exp(0.5 + 0.2 * data["x"])).astype(float)
    counts = diagnose(data, "events", ["x"], model="poisson").more["checks"]
    assert 0.7 < counts.pick("pearson_dispersion")["estimate"] < 1.3


@pytest.mark.parametrize("model", sorted(OUTCOME_OF))
def test_every_model_has_a_diagnosis(model: Any) -> None:
    result = diagnose(people(300), OUTCOME_OF[model], ["x", "group"], model=model, seed=3)
    checks = result.more["checks"].table
    known = set(checks.loc[checks["estimate"].notna(), "quantity"])
    assert {"influential", "cooks_maximum"} <= known
    assert ("reset" in known) == (model != "multinomial")
    assert ("shapiro_wilk" in known) == (model not in ("multinomial", "fractional"))
    assert checks.loc[checks["estimate"].isna(), "warning"].ne("").all()
    total = 300 * (3 if model == "multinomial" else 1)
    assert result.table["n"].sum() == total
    assert result.sentences("de")
    again = diagnose(people(300), OUTCOME_OF[model], ["x", "group"], model=model, seed=3)
    pd.testing.assert_frame_equal(checks, again.more["checks"].table)


@pytest.mark.parametrize("model", sorted(set(OUTCOME_OF) - {"multinomial", "fractional"}))
def test_quantile_residuals_of_the_true_model_are_normal(model: str) -> None:
    """Outcomes drawn from a fitted model: Kolmogorov's distance to the normal distribution is that of chance."""
    family = model_kind(model).build(4)
    rng = np.random.default_rng(8)
    n = 4000
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    eta = 0.4 + 0.5 * X[:, 1]
    alpha, chance = 0.5, 1 / (1 + np.exp(0.6 - 0.3 * X[:, 1]))
    noise = rng.logistic(size=n) if "probit" not in model else rng.normal(size=n)
    gamma = rng.gamma(1 / alpha, alpha, n) if "negative" in model else 1.0
    count = rng.poisson(np.exp(eta) * gamma).astype(float)
    ancillary: list[float] = [np.log(alpha)] if "negative" in model else []
    parameters = [0.4, 0.5, *ancillary]
    if model == "linear":
        y, parameters = eta + 0.7 * rng.normal(size=n), [0.4, 0.5, np.log(0.7)]
    elif model in ("logistic", "probit"):
        y = (eta + noise > 0).astype(float)
    elif model.startswith("ordinal"):
        y, parameters = np.digitize(0.5 * X[:, 1] + noise, [-1.0, 0.2, 1.5]).astype(float), [0.5, -1.0, 0.2, 1.5]
    elif model == "beta":
        mean = 1 / (1 + np.exp(-eta))
        y, parameters = rng.beta(mean * 5, (1 - mean) * 5), [0.4, 0.5, np.log(5.0)]
    elif model.startswith("zero"):
        y, parameters = np.where(rng.random(n) < chance, 0.0, count), [*parameters, -0.6, 0.3]
    elif model.startswith("hurdle"):
        for _ in range(200):
            again = count == 0
            mean = np.exp(eta[again]) * (rng.gamma(1 / alpha, alpha, again.sum()) if "negative" in model else 1.0)
            count[again] = rng.poisson(mean)
        y, parameters = np.where(rng.random(n) < chance, count, 0.0), [*parameters, -0.6, 0.3]
    else:
        y = count
    found = quantile_residuals(family, np.array(parameters), y, X, np.random.default_rng(1))
    assert stats.kstest(found, "norm").pvalue > 0.001


def test_one_step_distances_are_those_of_leaving_out() -> None:
    data = people(150)
    X = np.column_stack([np.ones(150), data["x"]])
    y = (data["event"] == "yes").to_numpy(dtype=float)
    fit = BinaryLogit().fit(y, X)
    found = one_step_distances(fit)
    left = np.array([BinaryLogit().fit(np.delete(y, i), np.delete(X, i, axis=0)).parameters for i in range(150)])
    moves = left - fit.parameters
    exact = np.einsum("ij,jk,ik->i", moves, fit.information, moves) / 2
    # a Newton step leaves out the change of the information, of the size of the largest leverage (below a tenth)
    assert np.corrcoef(found, exact)[0, 1] > 0.99
    assert found.sum() == pytest.approx(exact.sum(), rel=0.1)


def test_a_curved_predictor_is_found_by_reset() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=600)
    data = pd.DataFrame({"x": x, "count": rng.poisson(np.exp(0.3 + 0.3 * x + 0.4 * x**2)).astype(float)})
    row = diagnose(data, "count", ["x"], model="poisson").more["checks"].pick("reset")
    z = (x - x.mean()) / x.std()
    larger = regress(data.assign(square=z**2, cube=z**3), "count", [["x"], ["square", "cube"]], model="poisson",
                     errors="classical").engine.blocks[-1].estimates.test([2, 3])  # fmt: skip
    assert row["statistic"] == pytest.approx(larger.statistic, rel=1e-6)
    assert row["p_value"] < 1e-6


@pytest.mark.parametrize("copies", [False, True])
def test_residuals_and_reset_follow_the_design(copies: bool) -> None:
    data = people(200).assign(w=np.random.default_rng(4).uniform(0.5, 2, 200), town=np.arange(200) // 10 * 1.0)
    plan = survey_design(data, sample="probability", weights="w", clusters="town")
    scored = as_scored(data, replicated_design(plan, "JK1") if copies else plan)
    result = diagnose(scored, "score", ["x", "group"])
    weighted = result.table.assign(w=result.table["estimate"])
    assert np.isfinite(weighted["std_error"]).all()
    model = result.engine
    residual = model.y - model.blocks[-1].matrices[0] @ model.blocks[-1].fits[0].parameters[:-1]
    assert float(data["w"] @ residual) == pytest.approx(0, abs=1e-8)
    fitted = model.y - residual
    low = fitted <= np.quantile(fitted, 0.1)
    by_hand = float(data["w"][low] @ residual[low] / data["w"][low].sum())
    assert result.table["estimate"].iloc[0] == pytest.approx(by_hand, rel=1e-8)
    checks = result.more["checks"]
    z = (fitted - fitted.mean()) / fitted.std()
    powers = as_scored(data.assign(square=z**2, cube=z**3), scored.design)
    blocks = regress(powers, "score", [["x", "group"], ["square", "cube"]]).more["blocks"]
    row = checks.pick("reset")
    assert row["statistic"] == pytest.approx(blocks.pick("delta_r2", level="block 2")["statistic"], rel=1e-6)
    refused = checks.table.loc[checks.table["quantity"] == "breusch_pagan"].iloc[0]
    assert np.isnan(refused["estimate"])
    assert "diagnose the unweighted" in refused["warning"]


def test_mean_residuals_are_pooled() -> None:
    data = people(200)
    rng = np.random.default_rng(5)
    sets = []
    for _ in range(3):
        one = data.copy()
        one.loc[:19, "x"] = rng.normal(size=20)
        sets.append(one)
    result = diagnose(as_imputed(data, sets), "score", ["x"])
    assert float((result.table["n"] * result.table["estimate"]).sum()) == pytest.approx(0, abs=1e-8)
    assert "D1" not in result.method
    assert np.isfinite(result.more["checks"].pick("reset")["p_value"])
