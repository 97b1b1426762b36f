"""Planted truth of polychoric correlations and categorical omega: bias and coverage of their intervals.

``python benchmarks/recovery_reliability.py`` takes 500 samples; ``OSA_SURVEY_BENCH_SAMPLES`` sets another number.
"""

from __future__ import annotations

import os

import numpy as np

from osa_survey.psychometrics.categorical_omega import categorical_factors, categorical_moments
from osa_survey.psychometrics.ordinal import categories, cross_tables, polychoric_matrix
from osa_survey.psychometrics.resampling import percentile_interval, resampled_omegas

SAMPLES = int(os.environ.get("OSA_SURVEY_BENCH_SAMPLES", "500"))
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
BAND = (0.93, 0.97)
"""Coverage of 95 % intervals over 500 samples: two standard errors either side."""


def answers(n: int, loadings: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return answers 1 to 5 of items that load on one factor."""
    trait = generator.normal(size=(n, 1))
    unique = np.sqrt(1.0 - loadings**2)
    return np.digitize(trait * loadings + unique * generator.normal(size=(n, len(loadings))), CUTS) + 1.0


def recovery() -> None:
    """Print bias and coverage over simulated samples."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    first, second = np.triu_indices(4, 1)
    truth = loadings[first] * loadings[second]
    big = answers(2_000_000, loadings, np.random.default_rng(0))
    omega = categorical_factors(categorical_moments(cross_tables(categories(big))[None]), np.ones((4, 4))).omega[0]
    rho, error, held = [], [], 0
    for child in np.random.SeedSequence(5).spawn(SAMPLES):
        items = categories(answers(400, loadings, np.random.default_rng(child)))
        found = polychoric_matrix(items)
        rho.append(found.correlations[first, second])
        error.append(found.std_errors[first, second])
        width = int(items.sizes.max())
        steps = np.array([np.pad(np.diff(each), (0, width - len(each))) for each in items.answers])
        interval = percentile_interval(resampled_omegas(items, steps, 400, int(child.generate_state(1)[0])))
        held += interval.conf_low <= omega <= interval.conf_high
    estimates, errors = np.array(rho), np.array(error)
    covered = (np.abs(estimates - truth) <= 1.96 * errors).mean(axis=0)
    bias = np.abs(estimates.mean(axis=0) - truth).max()
    print(f"polychoric correlations, n = 400, {SAMPLES} samples: largest bias {bias:.4f}")
    print(f"coverage of their 95% intervals {covered.min():.3f} to {covered.max():.3f}")
    share = held / SAMPLES
    print(f"coverage of the bootstrap interval of categorical omega {share:.3f}")
    met = BAND[0] <= share <= BAND[1] and BAND[0] <= covered.mean() <= BAND[1]
    print(f"coverage within {BAND[0]:.0%} and {BAND[1]:.0%}: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    recovery()
