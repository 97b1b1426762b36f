"""Parallel analysis, indices of careless responding and latent classes: medians of one run."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from osa_survey.psychometrics.answer_patterns import patterns_of
from osa_survey.psychometrics.exploratory import parallel_analysis
from osa_survey.psychometrics.latent_classes import Categorical, fit_mixture
from osa_survey.quality.multivariate_distances import mahalanobis
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import longest_runs


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main() -> None:
    generator = np.random.default_rng(1)
    items = generator.normal(size=(2800, 25)) + generator.normal(size=(2800, 1))
    R = np.corrcoef(items.T)
    answers = generator.integers(1, 6, size=(80_000, 100)).astype(float)
    member = generator.integers(0, 3, size=2800)
    chances = generator.dirichlet(np.ones(4), size=(3, 12))
    codes = np.array([[generator.choice(4, p=chances[c, j]) for j in range(12)] for c in member])
    patterns = patterns_of(codes)
    measurement = Categorical.of(patterns.codes, (4,) * 12)
    for name, work, goal in (
        ("parallel analysis, 100 draws, 25 items, n = 2,800", lambda: parallel_analysis(R, 2800), 0.5),
        ("longest runs, 100 items, n = 80,000", lambda: longest_runs(answers), 0.18),
        ("spread of answers, 100 items, n = 80,000", lambda: response_variability(answers), 0.15),
        ("Mahalanobis, 100 items, n = 80,000", lambda: mahalanobis(answers), 0.57),
        (
            "3 latent classes, 12 items, 10 starts",
            lambda: fit_mixture(measurement, patterns.weights, 3, starts=10),
            1.5,
        ),
    ):
        print(f"{name}: {median_seconds(work):.3f} s (goal {goal} s)")


if __name__ == "__main__":
    main()
