"""Planted truth of factor models and invariance ladders: bias, coverage, and how often a true model is rejected.

``python benchmarks/recovery_factor_models.py`` runs 500 samples of each; the tests run fewer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory import fit_factor_model
from osa_survey.psychometrics.confirmatory.difference_tests import difference_test
from osa_survey.psychometrics.invariance.ladders import LadderModel, step_syntax

Floats = NDArray[np.float64]
ITEMS = 8
RESPONDENTS = 600
LOADINGS = np.array([0.5, 0.6, 0.7, 0.8, 0.5, 0.6, 0.7, 0.8])
FACTOR_R = 0.4
EDGES = np.array([-1.0, 0.0, 1.2])
NAMES = [f"i{n}" for n in range(1, ITEMS + 1)]
SYNTAX = "a =~ i1 + i2 + i3 + i4\nb =~ i5 + i6 + i7 + i8"
FULL_RUNS = 500
SHIFT = 0.6
"""Planted difference of factor means between groups."""


@dataclass(frozen=True)
class Recovery:
    """What came back.

    Attributes
    ----------
    converged : int
        Samples with standard errors.
    bias, error, coverage : ndarray of float
        For each loading, the factor correlation and (ordinal) each threshold: mean less truth, its Monte-Carlo standard
        error, and how often a 95 % interval held the truth.
    rejected : float
        How often the true model was rejected at .05.
    """

    converged: int
    bias: Floats
    error: Floats
    coverage: Floats
    rejected: float


def sample(rng: np.random.Generator, mean: float = 0.0, n: int = RESPONDENTS) -> Floats:
    """Draw answers of total variance one from two correlated factors."""
    factors = rng.multivariate_normal([mean, mean], [[1.0, FACTOR_R], [FACTOR_R, 1.0]], n)
    common = np.repeat(factors, ITEMS // 2, axis=1) * LOADINGS
    return np.asarray(common + rng.normal(size=(n, ITEMS)) * np.sqrt(1.0 - LOADINGS**2))


def recovery(estimator: str, runs: int, seed: int) -> Recovery:
    """Fit the true model to samples; WLSMV after cutting the answers into four categories."""
    generators = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(runs)]
    options: dict[str, Any] = {"estimator": estimator, "std_lv": True}
    truth = np.concatenate([LOADINGS, [FACTOR_R], np.tile(EDGES, ITEMS) if estimator == "WLSMV" else []])
    estimates, errors, rejected = [], [], 0
    for rng in generators:
        values = sample(rng)
        if estimator == "WLSMV":
            values = np.digitize(values, EDGES).astype(float)
        fit = fit_factor_model(values, NAMES, SYNTAX, **options)
        if not fit.minimum.converged or fit.inference.covariance is None:
            continue
        wanted = [
            index
            for index, row in enumerate(fit.table.rows)
            if row.op == "=~" or (row.op == "~~" and (row.lhs, row.rhs) == ("a", "b")) or row.op == "|"
        ]
        wanted.sort(key=lambda index: ("=~", "~~", "|").index(fit.table.rows[index].op))
        estimates.append(fit.estimates[wanted])
        errors.append(fit.std_errors[wanted])
        test = fit.inference.chi_squared
        rejected += (test.p_value if np.isnan(test.scaled_p) else test.scaled_p) < 0.05
    found, se = np.array(estimates), np.array(errors)
    inside = np.abs(found - truth) <= 1.959963984540054 * se
    spread = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    return Recovery(len(found), found.mean(axis=0) - truth, spread, inside.mean(axis=0), rejected / len(found))


@dataclass(frozen=True)
class LadderRecovery:
    """How often each true step was rejected, and the difference of factor means that came back."""

    steps: tuple[str, ...]
    rejected: Floats
    mean_difference: float
    error: float
    coverage: float


def ladder_recovery(estimator: str, runs: int, seed: int) -> LadderRecovery:
    """Climb the ladder of two groups that are measured alike and differ in factor means by ``SHIFT``."""
    generators = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(runs)]
    ordinal = estimator == "WLSMV"
    loadings = {"a": tuple(NAMES[:4]), "b": tuple(NAMES[4:])}
    model = LadderModel(loadings, (), dict.fromkeys(NAMES, len(EDGES)) if ordinal else {}, 2)
    level = "intercepts" if ordinal else "scalar"
    rejected = np.zeros(len(model.steps) - 1)
    means, errors = [], []
    for rng in generators:
        groups = [sample(rng), sample(rng, SHIFT)]
        if ordinal:
            groups = [np.digitize(group, EDGES).astype(float) for group in groups]
        before = None
        for index, step in enumerate(model.steps):
            options: dict[str, Any] = {"estimator": estimator, "parameterisation": "theta", "means": True}
            fit = fit_factor_model(groups, NAMES, step_syntax(model, step), **options)
            if before is not None:
                rejected[index - 1] += difference_test(before, fit).p_value < 0.05
            if step == level:
                place = next(
                    i for i, row in enumerate(fit.table.rows) if (row.lhs, row.op, row.group) == ("a", "~1", 1)
                )
                means.append(fit.estimates[place])
                errors.append(fit.std_errors[place])
            before = fit
    found, se = np.array(means), np.array(errors)
    inside = np.abs(found - SHIFT) <= 1.959963984540054 * se
    return LadderRecovery(
        model.steps[1:],
        rejected / runs,
        float(found.mean()),
        float(found.std(ddof=1) / np.sqrt(runs)),
        float(inside.mean()),
    )


def main(runs: int = FULL_RUNS) -> None:
    for estimator in ("ML", "MLR", "WLSMV"):
        found = recovery(estimator, runs, 20261126)
        print(
            f"{estimator}: {found.converged} of {runs} converged; largest bias {np.abs(found.bias).max():.4f} "
            f"(Monte-Carlo error {found.error.max():.4f}); coverage {found.coverage.min():.3f} to "
            f"{found.coverage.max():.3f}; true model rejected {found.rejected:.3f}"
        )
    for estimator in ("ML", "MLR", "WLSMV"):
        climbed = ladder_recovery(estimator, runs, 20261127)
        steps = ", ".join(f"{name} {share:.3f}" for name, share in zip(climbed.steps, climbed.rejected, strict=True))
        print(
            f"ladder, {estimator}: true steps rejected: {steps}; factor mean {climbed.mean_difference:.3f} "
            f"(planted {SHIFT}), coverage {climbed.coverage:.3f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL_RUNS)
