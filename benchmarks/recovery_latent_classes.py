"""Planted truth of latent classes: three-step coefficients with their intervals, and the bootstrapped likelihood ratio.

``python benchmarks/recovery_latent_classes.py`` draws 500 samples for the three steps and 100 for the bootstrapped
test; the tests draw fewer.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.answer_patterns import patterns_of
from osa_survey.psychometrics.latent_classes import (
    Categorical,
    bch_means,
    bootstrapped_p,
    classification_errors,
    fit_mixture,
    membership_model,
)

Floats = NDArray[np.float64]
RESPONDENTS = 1000
SHARES = np.array([0.60, 0.40])
CHANCES = np.array([[0.85, 0.80, 0.80, 0.75, 0.80, 0.85], [0.20, 0.25, 0.15, 0.30, 0.20, 0.25]])
MEANS = np.array([0.0, 0.7])
LOG_ODDS = np.array([-0.5, 0.8])
"""Intercept and slope of the second class against the first."""
FULL_RUNS, TEST_RUNS, DRAWS = 500, 100, 19
Z = 1.959963984540054


@dataclass(frozen=True)
class ThreeStepRecovery:
    """What came back, for the means of an outcome and the log odds of membership (intercept, slope).

    Attributes
    ----------
    bias, error, coverage : ndarray of float, shape (2,)
        Mean less truth, its Monte-Carlo standard error, and how often a 95 % interval held the truth.
    naive : ndarray of float, shape (2,)
        Bias of the means or log odds of the most likely class without the correction.
    """

    bias: Floats
    error: Floats
    coverage: Floats
    naive: Floats


def _answers(rng: np.random.Generator, member: NDArray[np.int64]) -> NDArray[np.int64]:
    return (rng.random((len(member), CHANCES.shape[1])) < CHANCES[member]).astype(np.int64)


def _posterior(answers: NDArray[np.int64]) -> Floats:
    patterns = patterns_of(answers)
    measurement = Categorical.of(patterns.codes, (2,) * answers.shape[1])
    found = fit_mixture(measurement, patterns.weights, 2, starts=10, errors=False)
    posterior = found.posterior[patterns.member]
    first = np.array([part.start + 1 for part in measurement.parts])
    order = min(
        itertools.permutations(range(2)), key=lambda p: float(((found.theta[first][:, p].T - CHANCES) ** 2).sum())
    )
    return np.asarray(posterior[:, order])


def outcome_recovery(runs: int, seed: int) -> ThreeStepRecovery:
    """Compare an outcome between classes (BCH)."""
    found, errors, naive = [], [], []
    for stream in np.random.SeedSequence(seed).spawn(runs):
        rng = np.random.default_rng(stream)
        member = rng.choice(2, size=RESPONDENTS, p=SHARES)
        posterior = _posterior(_answers(rng, member))
        outcome = MEANS[member] + rng.normal(size=RESPONDENTS)
        told = bch_means(outcome, posterior, classification_errors(posterior))
        found.append(told.mean)
        errors.append(told.std_error)
        hard = posterior.argmax(axis=1)
        naive.append([outcome[hard == k].mean() for k in range(2)])
    return _recovered(found, errors, naive, MEANS)


def membership_recovery(runs: int, seed: int) -> ThreeStepRecovery:
    """Regress membership on a covariate (maximum likelihood with the errors of classification)."""
    found, errors, naive = [], [], []
    for stream in np.random.SeedSequence(seed).spawn(runs):
        rng = np.random.default_rng(stream)
        X = np.column_stack([np.ones(RESPONDENTS), rng.normal(size=RESPONDENTS)])
        member = (rng.random(RESPONDENTS) < 1.0 / (1.0 + np.exp(-X @ LOG_ODDS))).astype(np.int64)
        posterior = _posterior(_answers(rng, member))
        told = membership_model(X, posterior, classification_errors(posterior))
        found.append(told.coefficients[:, 0])
        errors.append(told.std_errors[:, 0])
        hard = np.eye(2)[posterior.argmax(axis=1)]
        naive.append(membership_model(X, hard, np.array([[1.0 - 1e-9, 1e-9], [1e-9, 1.0 - 1e-9]])).coefficients[:, 0])
    return _recovered(found, errors, naive, LOG_ODDS)


def _recovered(found: list[Floats], errors: list[Floats], naive: list[Floats], truth: Floats) -> ThreeStepRecovery:
    estimates, spreads = np.array(found), np.array(errors)
    inside = np.abs(estimates - truth) <= Z * spreads
    return ThreeStepRecovery(
        estimates.mean(axis=0) - truth,
        estimates.std(axis=0, ddof=1) / np.sqrt(len(estimates)),
        inside.mean(axis=0),
        np.array(naive).mean(axis=0) - truth,
    )


def bootstrapped_rejections(runs: int, seed: int, classes: int, draws: int = DRAWS, n: int = 300) -> float:
    """Return how often one class is rejected against two (at .05) where the truth has so many classes."""
    rejected = 0
    chances = np.full(CHANCES.shape[1], 0.5)
    for stream in np.random.SeedSequence(seed).spawn(runs):
        data, fewer, more, simulated = stream.spawn(4)
        rng = np.random.default_rng(data)
        member = rng.choice(2, size=n, p=SHARES)
        answers = _answers(rng, member) if classes == 2 else (rng.random((n, len(chances))) < chances).astype(np.int64)
        patterns = patterns_of(answers)
        measurement = Categorical.of(patterns.codes, (2,) * answers.shape[1])
        one = fit_mixture(measurement, patterns.weights, 1, starts=1, seed=fewer, errors=False)
        two = fit_mixture(measurement, patterns.weights, 2, starts=5, seed=more, errors=False)
        p = bootstrapped_p(measurement, patterns.weights, one, two, draws=draws, starts=5, seed=simulated)
        rejected += p <= 0.05
    return rejected / runs


def main(runs: int = FULL_RUNS) -> None:
    for name, found in (
        ("BCH means", outcome_recovery(runs, 20261130)),
        ("log odds of membership", membership_recovery(runs, 20261201)),
    ):
        print(
            f"{name}, n = {RESPONDENTS}, {runs} samples: bias {found.bias.round(4).tolist()} (Monte-Carlo error "
            f"{found.error.max():.4f}; without the correction {found.naive.round(3).tolist()}); coverage "
            f"{found.coverage.tolist()}"
        )
    tests = min(runs, TEST_RUNS)
    for classes in (1, 2):
        share = bootstrapped_rejections(tests, 20261202, classes)
        print(f"bootstrapped likelihood ratio, {tests} samples of {classes} class(es): one class rejected {share:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL_RUNS)
