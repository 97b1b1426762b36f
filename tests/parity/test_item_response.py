"""Graded response, person fit and differential item functioning against formulas written out in R (item_response.R),
and the classic five-item tests against the estimates that ltm and mirt print."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osa_survey.psychometrics.item_response import fit_graded, information, person_fit, trait_scores
from osa_survey.psychometrics.item_response.graded_models import GradedModel
from osa_survey.psychometrics.item_response.item_differences import item_difference
from osa_survey.quality.guttman_errors import guttman_errors

SAME_MAXIMUM = 1e-5
"""Both searches end where no derivative per respondent exceeds 1e-7; that is 1e-5 of a parameter here."""
ERRORS = 1e-4
"""Of standard errors: R's second derivatives are differences of differences."""
PRINTED_LTM = 2e-2
"""ltm uses 21 Gauss-Hermite points and stopped with a gradient of 0.024: a difficulty of -3.4 moves by 0.01."""
PRINTED_MIRT = 2e-3
"""mirt prints three decimals, stopped at changes of 1e-4 and uses 61 points from -6 to 6, as here."""
LSAT6 = {
    "difficulties": (-3.3597, -1.3696, -0.2799, -1.8659, -3.1236),
    "slopes": (0.8254, 0.7229, 0.8905, 0.6886, 0.6575),
    "slope_errors": (0.2581, 0.1867, 0.2326, 0.1852, 0.2100),
    "log_likelihood": -2466.653,
}
"""summary(ltm(LSAT ~ z1)) of R's ltm (Rizopoulos 2006, doi:10.18637/jss.v017.i05), as printed at
https://geeksrepos.com/kdavis91/2PL-and-3PL-Dichotomous-Item-response-theory-model."""
LSAT7 = {
    "slopes": (0.988, 1.081, 1.706, 0.765, 0.736),
    "intercepts": (1.856, 0.808, 1.804, 0.486, 1.855),
    "log_likelihood": -2658.805,
    "bic": 5386.688,
}
"""mirt(expand.table(LSAT7), 1) of R's mirt 1.45.6, as printed in its reference
(https://philchalmers.github.io/mirt/reference/mirt.html)."""

Numbers = dict[str, Any]


@pytest.fixture(scope="module")
def in_r() -> Numbers:
    return json.loads(Path(__file__).with_name("item_response.json").read_text(encoding="utf-8"))


def decoded(text: str) -> np.ndarray:
    return np.array([[np.nan if one == "." else float(one) for one in row] for row in text.split()])


def packed(model: GradedModel) -> np.ndarray:
    return np.concatenate([np.concatenate([[a], d]) for a, d in zip(model.slopes, model.intercepts, strict=True)])


@pytest.fixture(scope="module")
def graded(in_r: Numbers) -> tuple[np.ndarray, GradedModel]:
    values = decoded(in_r["graded"]["answers"])
    return values, fit_graded(values)


def test_estimates_and_errors_with_gaps(graded: tuple[np.ndarray, GradedModel], in_r: Numbers) -> None:
    values, model = graded
    assert np.isnan(values).sum() == 100
    assert model.converged
    assert packed(model) == pytest.approx(in_r["graded"]["parameters"], abs=SAME_MAXIMUM)
    assert np.sqrt(np.diag(model.covariance)) == pytest.approx(in_r["graded"]["std_errors"], rel=ERRORS)
    assert model.log_likelihood == pytest.approx(in_r["graded"]["log_likelihood"][0], abs=1e-7)


def test_information_of_items_and_test(graded: tuple[np.ndarray, GradedModel], in_r: Numbers) -> None:
    _, model = graded
    theta = np.arange(-3.0, 3.01, 0.5)
    found = np.array([information(float(a), d, theta) for a, d in zip(model.slopes, model.intercepts, strict=True)])
    assert found.ravel() == pytest.approx(in_r["graded"]["item_information"], rel=ERRORS)
    assert found.sum(axis=0) == pytest.approx(in_r["graded"]["test_information"], rel=ERRORS)


def test_traits_and_their_reliability(graded: tuple[np.ndarray, GradedModel], in_r: Numbers) -> None:
    values, model = graded
    scores = trait_scores(model, values)
    assert scores.eap[:40] == pytest.approx(in_r["graded"]["eap"], abs=SAME_MAXIMUM)
    assert scores.std_error[:40] == pytest.approx(in_r["graded"]["eap_sd"], abs=SAME_MAXIMUM)
    assert scores.reliability == pytest.approx(in_r["graded"]["reliability"][0], abs=SAME_MAXIMUM)


def test_person_fit(graded: tuple[np.ndarray, GradedModel], in_r: Numbers) -> None:
    values, model = graded
    assert person_fit(model, values)[:60] == pytest.approx(in_r["person_fit"]["lz_star"], abs=ERRORS)


@pytest.mark.parametrize("name", ["lsat6", "lsat7"])
def test_classic_five_items_against_r(name: str, in_r: Numbers) -> None:
    model = classic(name, in_r)
    assert packed(model) == pytest.approx(in_r[name]["parameters"], abs=SAME_MAXIMUM)
    assert np.sqrt(np.diag(model.covariance)) == pytest.approx(in_r[name]["std_errors"], rel=ERRORS)
    assert model.log_likelihood == pytest.approx(in_r[name]["log_likelihood"][0], abs=1e-7)


def classic(name: str, in_r: Numbers) -> GradedModel:
    return fit_graded(np.repeat(decoded(in_r[name]["patterns"]), in_r[name]["counts"], axis=0))


def test_section_six_as_ltm_prints_it(in_r: Numbers) -> None:
    model = classic("lsat6", in_r)
    assert model.log_likelihood == pytest.approx(LSAT6["log_likelihood"], abs=1e-3)
    assert model.slopes == pytest.approx(LSAT6["slopes"], abs=PRINTED_LTM)
    assert np.concatenate(model.difficulties) == pytest.approx(LSAT6["difficulties"], abs=PRINTED_LTM)
    errors = np.sqrt(np.diag(model.covariance))[model.starts[:-1]]
    assert errors == pytest.approx(LSAT6["slope_errors"], abs=PRINTED_LTM)


def test_section_seven_as_mirt_prints_it(in_r: Numbers) -> None:
    model = classic("lsat7", in_r)
    assert model.slopes == pytest.approx(LSAT7["slopes"], abs=PRINTED_MIRT)
    assert np.concatenate(model.intercepts) == pytest.approx(LSAT7["intercepts"], abs=PRINTED_MIRT)
    assert model.log_likelihood == pytest.approx(LSAT7["log_likelihood"], abs=1e-3)
    assert 10 * np.log(1000) - 2 * model.log_likelihood == pytest.approx(LSAT7["bic"], abs=1e-3)


def test_guttman_errors_against_every_pattern(in_r: Numbers) -> None:
    values = decoded(in_r["guttman"]["answers"])
    expected = np.array([np.nan if one is None else one for one in in_r["guttman"]["normed"]])
    assert guttman_errors(values) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_guttman_errors_of_ordered_answers_by_hand() -> None:
    # Two items of three answers. Steps by who takes them, of seven: A>=1 six, B>=1 four, A>=2 three, B>=2 one.
    # (2, 0) takes the first and the third step, so B>=1 is missed once: one error. With a sum of two (1, 1) has none
    # and (0, 2), second and fourth step, has three (A>=1 twice, A>=2 once), the most: 1 / 3.
    values = np.array([[2, 2], [2, 1], [1, 1], [1, 1], [1, 0], [2, 0], [0, 0.0]])
    expected = [np.nan, 0.0, 0.0, 0.0, 0.0, 1 / 3, np.nan]  # no other pattern has the sums four and nought
    assert guttman_errors(values) == pytest.approx(expected, nan_ok=True)


def test_person_fit_of_two_answers_by_hand() -> None:
    # Yes/no items: weights w = log(P / Q), r = a, r0 = -theta (Snijders 2001), trait by bisection.
    a, d = np.array([1.0, 1.5, 2.0]), np.array([0.8, -0.2, -0.7])
    model = GradedModel(a, tuple(d[:, None]), (np.array([0.0, 1.0]),) * 3, np.eye(6), 0.0, 3, True, 1)
    for answers in ([0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]):
        low, high = -4.0, 4.0
        for _ in range(100):
            mode = (low + high) / 2
            p = 1 / (1 + np.exp(-(a * mode + d)))
            low, high = (mode, high) if a @ (answers - p) > mode else (low, mode)
        w, spread = np.log(p / (1 - p)), p * (1 - p)
        c = (a * spread) @ w / ((a * spread) @ a)
        expected = (w @ (answers - p) - c * mode) / np.sqrt(((w - c * a) ** 2) @ spread)
        assert person_fit(model, np.array([answers]))[0] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("item", "kind"), list(itertools.product(range(5), range(3))))
def test_differences_of_items(item: int, kind: int, in_r: Numbers) -> None:
    values = decoded(in_r["guttman"]["answers"])
    group = np.array(in_r["dif"]["group"], dtype=float)
    rest = np.delete(values, item, axis=1).mean(axis=1)
    found = item_difference(values[:, item], rest, group[:, None])[kind]
    at = 3 * item + kind
    assert found.df == (1, 1, 2)[kind]
    assert found.statistic == pytest.approx(in_r["dif"]["chi_squared"][at], abs=1e-6)
    assert found.p_value == pytest.approx(in_r["dif"]["p"][at], abs=1e-6)
    assert found.nagelkerke == pytest.approx(in_r["dif"]["nagelkerke"][at], abs=1e-8)
    assert found.mcfadden == pytest.approx(in_r["dif"]["mcfadden"][at], abs=1e-8)
    if found.kind == "uniform":
        # polr stops at changes of 1e-15 of its deviance, which leaves 1e-6 of a slope
        assert found.beta_change == pytest.approx(in_r["dif"]["beta_change"][item], abs=1e-5)
    else:
        assert np.isnan(found.beta_change)
