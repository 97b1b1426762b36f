"""Latent profiles against mclust (latent_profiles.R), three-step estimates against stepmix (stepmix_three_steps.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

import osa_survey as osa
from osa_survey.psychometrics.answer_patterns import patterns_of
from osa_survey.psychometrics.latent_classes import (
    Categorical,
    Normal,
    bch_means,
    classification_errors,
    fit_mixture,
    membership_model,
)
from osa_survey.psychometrics.latent_classes.class_numbers import criteria

LIKELIHOOD = 1e-9
"""Relative: both searches stop when the log-likelihood stands still."""
PARAMETERS = 1e-4
"""Relative: where a log-likelihood is flat, 1e-9 of it leaves so much of a mean."""
LOCAL = ("faithful_VVI_3", "iris_VVI_3")
"""mclust begins at one hierarchical clustering and ends at a lower maximum than thirty random starts do."""
STEPMIX = 2e-4
"""stepmix ends its first step when the mean log-likelihood grows by less than 1e-12: 1e-5 of a probability are left."""

Numbers = dict[str, Any]


@pytest.fixture(scope="module")
def in_r() -> Numbers:
    return json.loads(Path(__file__).with_name("latent_profiles.json").read_text(encoding="utf-8"))


def values_of(numbers: Numbers, name: str) -> np.ndarray:
    return np.array(numbers[name]["values"]).reshape(-1, numbers[name]["columns"])


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("model", ["EEI", "VVI"])
@pytest.mark.parametrize("data", ["faithful", "iris"])
def test_profiles(data: str, model: str, classes: int, in_r: Numbers) -> None:
    x = values_of(in_r, data)
    center, spread = x.mean(axis=0), x.std(axis=0)
    found = fit_mixture(Normal((x - center) / spread, model == "EEI"), np.ones(len(x)), classes, starts=30)
    told = in_r[f"{data}_{model}_{classes}"]
    at = float(len(x) * np.log(spread).sum())
    v = x.shape[1]
    means, variances = found.theta[:v].T * spread + center, found.theta[v:].T * spread**2
    assert found.parameters == told["df"]
    # whatever mclust says: the density written out with the estimates is the log-likelihood
    each = norm.logpdf(x[:, None, :], means, np.sqrt(variances)).sum(axis=2) + np.log(found.shares)
    assert logsumexp(each, axis=1).sum() == pytest.approx(found.log_likelihood - at, rel=LIKELIHOOD)
    if f"{data}_{model}_{classes}" in LOCAL:
        assert found.log_likelihood - at > told["log_likelihood"] + 0.1
        return
    assert found.log_likelihood - at == pytest.approx(told["log_likelihood"], rel=LIKELIHOOD)
    assert criteria(found).bic + 2 * at == pytest.approx(told["bic"], rel=LIKELIHOOD)
    assert found.shares == pytest.approx(told["shares"], rel=PARAMETERS)
    assert means.ravel() == pytest.approx(told["means"], rel=PARAMETERS)
    assert variances.ravel() == pytest.approx(told["variances"], rel=PARAMETERS)


def test_the_analysis_speaks_of_the_variables_as_they_are(in_r: Numbers) -> None:
    frame = pd.DataFrame(values_of(in_r, "faithful"), columns=["eruptions", "waiting"])
    result = osa.latent_profiles(frame, ["eruptions", "waiting"], classes=[1, 2], variances="free")
    told = in_r["faithful_VVI_2"]
    profile = result.more["profile"].frame
    means = profile.loc[profile["quantity"] == "class_mean", "estimate"].to_numpy()
    assert np.sort(means) == pytest.approx(np.sort(told["means"]), rel=PARAMETERS)


@pytest.fixture(scope="module")
def three_steps() -> tuple[Numbers, np.ndarray, np.ndarray]:
    told = json.loads(Path(__file__).with_name("stepmix_three_steps.json").read_text(encoding="utf-8"))
    answers = np.array([[int(one) for one in row] for row in told["answers"].split()])
    patterns = patterns_of(answers)
    measurement = Categorical.of(patterns.codes, (2,) * answers.shape[1])
    found = fit_mixture(measurement, patterns.weights, 3, starts=30)
    posterior = found.posterior[patterns.member]
    chances = found.theta[[part.start + 1 for part in measurement.parts]].T
    return told, posterior, np.column_stack([found.shares, chances])


def in_order(found: np.ndarray, told: Numbers) -> list[int]:
    """Return for each class of ours which of stepmix it is."""
    theirs = np.column_stack([told["shares"], told["chances"]])
    order = [int(((theirs - own) ** 2).sum(axis=1).argmin()) for own in found]
    assert sorted(order) == [0, 1, 2]
    assert found == pytest.approx(theirs[order], abs=STEPMIX)
    return order


def test_bch_means_are_those_of_stepmix(three_steps: tuple[Numbers, np.ndarray, np.ndarray]) -> None:
    told, posterior, found = three_steps
    means = bch_means(np.array(told["outcome"]), posterior, classification_errors(posterior)).mean
    order = in_order(found, told["bch"])
    assert means == pytest.approx(np.array(told["bch"]["structural"]).ravel()[order], abs=STEPMIX)


def test_membership_by_maximum_likelihood_is_that_of_stepmix(
    three_steps: tuple[Numbers, np.ndarray, np.ndarray],
) -> None:
    told, posterior, found = three_steps
    X = np.column_stack([np.ones(len(posterior)), told["covariate"]])
    model = membership_model(X, posterior, classification_errors(posterior))
    theirs = np.array(told["ml"]["structural"])[in_order(found, told["ml"])]
    assert model.converged
    assert model.coefficients == pytest.approx((theirs[1:] - theirs[0]).T, abs=STEPMIX)
