"""Models of weighted and pooled moments, as lavaan has them under sampling weights and from moments and NACOV."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey
from osa_survey.analysis.composed_moments import ComposedMoments, composed_moments
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import SurveyDesign
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.invariance.climbing import Step, climb
from osa_survey.psychometrics.invariance.ladders import LadderModel
from osa_survey.psychometrics.ordinal import categories, conditional_moments
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_scored

ITEMS = ("a", "b", "c", "e")
SEARCHED = 1e-5
"""Relative: where two searches end; lavaan stops its own earlier."""
SLOPES = 2e-5
"""Relative: lavaan's observed information is made of differences."""
CENTRED = 0.02
"""Relative: lavaan's scores under constraints over groups are not centred within groups, ours are; the difference is of
the order of the misfit."""


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("composed_invariance.json").read_text(encoding="utf-8"))
    return found


def moments(
    in_r: dict[str, Any], sets: list[pd.DataFrame], design: SurveyDesign | None, estimator: str
) -> ComposedMoments:
    used = np.ones(len(sets[0]), dtype=bool)
    sample = Sample(tuple(CompletedSet((), used, design) for _ in sets), len(sets) > 1)
    groups = [np.array(in_r["group"]) - 1] * len(sets)
    answers = [one.to_numpy(dtype=float) for one in sets]
    return composed_moments(sample, answers, groups, ITEMS, ["1", "2"], estimator)


def steps_of(samples: tuple[GroupSample, ...], estimator: str) -> tuple[Step, ...]:
    thresholds = dict.fromkeys(ITEMS, 3) if estimator == "WLSMV" else {}
    ladder = LadderModel({"f": ITEMS}, (), thresholds, 2, ruled=False)
    return climb(ladder, samples, estimator, search_partial=False)


def times(samples: tuple[GroupSample, ...], factor: float) -> tuple[GroupSample, ...]:
    """Return samples with another divisor of their covariance: linearisation has n − 1 where lavaan has n."""
    found = []
    for sample in samples:
        assert sample.asymptotic is not None
        assert sample.joint is not None
        found.append(replace(sample, asymptotic=sample.asymptotic * factor, joint=sample.joint * factor))
    return tuple(found)


def apart(samples: tuple[GroupSample, ...]) -> tuple[GroupSample, ...]:
    """Return samples whose groups are unrelated, which is all that lavaan can be given."""
    whole = np.zeros_like(samples[0].joint)
    at = 0
    for sample in samples:
        assert sample.asymptotic is not None
        size = len(sample.asymptotic)
        whole[at : at + size, at : at + size] = sample.asymptotic
        at += size
    return tuple(replace(sample, joint=whole) for sample in samples)


def numbers(step: Step) -> dict[str, float]:
    test, measures = step.fit.inference.chi_squared, step.measures
    return {
        "chisq": test.value, "df": test.df, "chisq.scaled": test.scaled, "cfi.robust": measures.cfi_robust,
        "rmsea.robust": measures.rmsea_robust.value, "srmr": measures.srmr,
    }  # fmt: skip


def factor_mean(step: Step) -> tuple[float, float]:
    at = next(i for i, row in enumerate(step.fit.table.rows) if (row.lhs, row.op, row.group) == ("f", "~1", 1))
    return float(step.fit.estimates[at]), float(step.fit.std_errors[at])


@pytest.mark.parametrize("kind", ["clustered", "pooled"])
def test_moments_with_their_covariance(in_r: dict[str, Any], kind: str) -> None:
    """Weights, strata and clusters, and three completed sets: fit, scaled difference tests, means of factors."""
    data, theirs = pd.DataFrame(in_r["data"]), in_r[kind]
    if kind == "clustered":
        plan = pd.DataFrame({"w": in_r["w"], "cluster": in_r["cluster"], "group": in_r["group"]})
        design = survey_design(plan, sample="quota", weights="w", clusters="cluster", strata="group")
        found = moments(in_r, [data], design, "MLM")
    else:
        found = moments(in_r, [data.assign(c=values) for values in in_r["c"]], None, "MLM")
    steps = steps_of(apart(found.samples), "MLM")
    for step, own in zip(steps, theirs["steps"], strict=False):
        expected = {name: own[name] for name in numbers(step)}
        assert numbers(step) == pytest.approx(expected, rel=SEARCHED, abs=SEARCHED)
    for step, own in zip(steps[1:3], theirs["tests"], strict=True):
        assert step.difference is not None
        assert (step.difference.value, step.difference.df) == pytest.approx((own["chi"], own["df"]), rel=SEARCHED)
    assert factor_mean(steps[2]) == pytest.approx((theirs["steps"][2]["mean"], theirs["steps"][2]["se"]), rel=SEARCHED)


def test_sampling_weights_in_two_groups(in_r: dict[str, Any]) -> None:
    found = moments(in_r, [pd.DataFrame(in_r["data"])], SurveyDesign("quota", np.array(in_r["w"])), "MLR")
    n = len(in_r["w"])
    steps = steps_of(times(found.samples, (n - 1) / n), "MLR")
    free = numbers(steps[0])
    assert free == pytest.approx({name: in_r["weighted"]["steps"][0][name] for name in free}, rel=SLOPES, abs=SLOPES)
    for step, own in zip(steps[1:3], in_r["weighted"]["steps"][1:], strict=True):
        assert step.fit.inference.chi_squared.value == pytest.approx(own["chisq"], rel=SEARCHED)
        assert step.fit.inference.chi_squared.scaled == pytest.approx(own["chisq.scaled"], rel=CENTRED)
    for step, own in zip(steps[1:3], in_r["weighted"]["tests"], strict=True):
        assert step.difference is not None
        assert step.difference.value == pytest.approx(own["chi"], rel=CENTRED)
    own = in_r["weighted"]["steps"][2]
    assert factor_mean(steps[2]) == pytest.approx((own["mean"], own["se"]), rel=1e-3)


def test_ordinal_items_under_sampling_weights(in_r: dict[str, Any]) -> None:
    found = moments(in_r, [pd.DataFrame(in_r["ordinal_data"])], SurveyDesign("quota", np.array(in_r["w"])), "WLSMV")
    n = len(in_r["w"])
    samples = times(found.samples, (n - 1) / n)
    for sample, label in zip(samples, ("1", "2"), strict=True):
        np.testing.assert_allclose(sample.thresholds, in_r["ordinal"]["th"][label], rtol=SEARCHED)
        rows, columns = np.triu_indices(4)
        np.testing.assert_allclose(sample.covariance[rows, columns], in_r["ordinal"]["cov"][label], rtol=SEARCHED)
        assert sample.asymptotic is not None
        np.testing.assert_allclose(np.diag(sample.asymptotic), in_r["ordinal"]["gamma"][label], rtol=SEARCHED)
    test = steps_of(samples, "WLSMV")[0].fit.inference.chi_squared
    expected = [in_r["ordinal"]["fit"][name] for name in ("chisq", "df", "chisq.scaled")]
    assert [test.value, test.df, test.scaled] == pytest.approx(expected, rel=SEARCHED)


WAVES = [["p1", "q1", "r1"], ["p2", "q2", "r2"]]


def test_waves_under_sampling_weights(in_r: dict[str, Any]) -> None:
    """One group: the robust test and errors of lavaan, but for n − 1 in place of n."""
    w, theirs = np.array(in_r["w"]), in_r["waves"]
    data = as_scored(pd.DataFrame(in_r["wave"]), SurveyDesign("quota", w))
    found = osa_survey.longitudinal_invariance(data, WAVES, estimator="MLR", partial=False)
    ratio = len(w) / (len(w) - 1)
    for term, own in (("metric", theirs["metric"]), ("scalar", theirs["scalar"])):
        row = found.pick("chi_squared", term=term)
        assert row["estimate"] * ratio == pytest.approx(own["chisq.scaled"], rel=SLOPES)
        assert row["df1"] == own["df"]
        assert found.pick("srmr", term=term)["estimate"] == pytest.approx(own["srmr"], rel=SLOPES)
    test = found.pick("chi_squared_difference", term="scalar")
    assert test["estimate"] * ratio == pytest.approx(theirs["chi"], rel=SLOPES)
    row = found.more["size"].pick("latent_difference")
    assert row["estimate"] == pytest.approx(theirs["mean"], rel=SLOPES)
    assert row["std_error"] / np.sqrt(ratio) == pytest.approx(theirs["se"], rel=SLOPES)
    assert (row["statistic_name"], row["df1"]) == ("t", len(w) - 1)


@pytest.mark.parametrize("kind", ["whole", "gaps"])
def test_change_of_scores_under_sampling_weights(in_r: dict[str, Any], kind: str) -> None:
    """With gaps the weighted full-information likelihood; a saturated model has the moments of its first stage."""
    w, wave = np.array(in_r["w"]), pd.DataFrame(in_r["wave"])
    if kind == "gaps":
        wave.loc[np.arange(2, len(wave), 4), "p2"] = np.nan
    found = osa_survey.latent_change(as_scored(wave, SurveyDesign("quota", w)), ["p1", "p2"], of="scores")
    theirs, root = in_r["change"][kind], np.sqrt((len(w) - 1) / len(w))
    for quantity, estimate, error in zip(
        ("change_variance", "latent_change"), theirs["est"], theirs["se"], strict=True
    ):
        row = found.pick(quantity)
        assert row["estimate"] == pytest.approx(estimate, rel=SLOPES)
        assert row["std_error"] * root == pytest.approx(error, rel=SLOPES)
    assert found.n_used == len(w)


@pytest.mark.parametrize("kind", ["plain", "weighted"])
def test_ordinal_items_given_predictors(in_r: dict[str, Any], kind: str) -> None:
    """Thresholds, probit slopes, residual correlations, and n times their variances."""
    theirs, n = in_r["given"][kind], len(in_r["w"])
    weights = np.array(in_r["w"]) if kind == "weighted" else np.ones(n)
    items = categories(pd.DataFrame(in_r["ordinal_data"]).to_numpy(dtype=float))
    found = conditional_moments(items, pd.DataFrame(in_r["given"]["x"]).to_numpy(), weights)
    own, influence = found.raw, found.raw_influence()
    variances = n * (influence**2).sum(axis=0)
    each = np.arange(20).reshape(4, 5)  # an item's three thresholds and two slopes
    thresholds, slopes = each[:, :3].ravel(), each[:, 3:]
    np.testing.assert_allclose(own[thresholds], theirs["th"], rtol=SEARCHED)
    np.testing.assert_allclose(own[slopes], theirs["slopes"], rtol=SEARCHED)
    np.testing.assert_allclose(own[20:], theirs["cov"], rtol=SEARCHED)
    order = np.concatenate([thresholds, slopes.T.ravel(), np.arange(20, 26)])
    np.testing.assert_allclose(variances[order], theirs["gamma"], rtol=SEARCHED)


def test_latent_change_of_ordinal_items_given_predictors(in_r: dict[str, Any]) -> None:
    """lavaan weighs moments given the predictors, here they are weighed on the scale of whole answers: other weights of
    the same numbers give estimates within half an error, and errors within a tenth."""
    theirs = in_r["pair"]
    data = pd.DataFrame(theirs["data"]).astype(float)
    found = osa_survey.latent_change(data, WAVES, predictors=["x1", "x2"], estimator="WLSMV")
    change = "wave 2 − wave 1"
    for lhs, op, rhs, estimate, error in zip(*(theirs[k] for k in ("lhs", "op", "rhs", "est", "se")), strict=True):
        contrast = change if lhs == "d" else "wave 1"
        row = (
            found.pick("latent_change", contrast=contrast)
            if op == "~1"
            else found.more["predictors"].pick("b", contrast=contrast, term=rhs)
        )
        assert row["estimate"] == pytest.approx(estimate, abs=0.5 * error)
        assert row["std_error"] == pytest.approx(error, rel=0.1)
    fit = found.more["fit"]
    assert fit.pick("chi_squared", level="scaled")["df1"] == theirs["fit"]["df"]
    assert set(fit.table["quantity"]) == {"chi_squared", "rmsea", "srmr"}
