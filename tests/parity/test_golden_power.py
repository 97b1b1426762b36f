"""Power counted from simulated tests, and the size it asks for, against the formulas of R's power.t.test and pwr."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from osa_survey.analysis.planning.detection_rates import power_of, share_of
from osa_survey.analysis.planning.required_sizes import required_size
from tests.parity.golden_records import Values

DRAWS = 4_000
MC = 4.0
"""Simulated shares may miss their value by this many standard errors; the seeds are fixed."""
DISCRETE = 0.02
"""Absolute: pwr.2p.test takes the arcsine of a share as normal, 150 people give whole numbers."""
SURE = 0.999
"""Level of the intervals of sizes that must hold R's."""
P = np.ndarray


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> Values:
    return Values(load_golden("effects"))


def t_tests(n: int, rng: np.random.Generator, d: float) -> P:
    return np.asarray(stats.ttest_ind(rng.normal(d, 1, (DRAWS, n)), rng.normal(size=(DRAWS, n)), axis=1).pvalue)


def analyses_of_variance(n: int, rng: np.random.Generator) -> P:
    means = np.array([-1, -1, 1, 1]) * 0.25  # f = .25: the standard deviation of four means
    values = rng.normal(means[:, None, None], 1, (4, DRAWS, n))
    return np.asarray(stats.f_oneway(*values, axis=1).pvalue)


def correlations(n: int, rng: np.random.Generator) -> P:
    x = rng.normal(size=(DRAWS, n))
    y = 0.2 * x + np.sqrt(1 - 0.2**2) * rng.normal(size=(DRAWS, n))
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.asarray(2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / (1 - r**2)), n - 2))


def goodness_of_fit(n: int, rng: np.random.Generator) -> P:
    shares = 0.25 + 0.05 * np.array([1, 1, -1, -1])  # w² = Σ(p − ¼)²/¼ = .04
    counts = rng.multinomial(n, shares, DRAWS)
    return np.asarray(stats.chisquare(counts, axis=1).pvalue)


def regressions(n: int, rng: np.random.Generator) -> P:
    X = np.linalg.qr(np.column_stack([np.ones(n), rng.normal(size=(n, 3))]))[0][:, 1:]
    signal = X @ np.full(3, np.sqrt(0.05 * n / 3))  # f² = explained over residual variance
    y = signal + rng.normal(size=(DRAWS, n))
    y -= y.mean(axis=1, keepdims=True)
    explained = ((y @ X) ** 2).sum(axis=1)
    F = (explained / 3) / (((y**2).sum(axis=1) - explained) / (n - 4))
    return np.asarray(stats.f.sf(F, 3, n - 4))


def test_power_of_a_t_test(golden: Values) -> None:
    found = power_of(t_tests(64, np.random.default_rng(1), 0.5), 0.05)
    assert found.share == pytest.approx(golden["power_t"], abs=MC * found.std_error)


def test_power_of_two_proportions(golden: Values) -> None:
    second = 0.35
    first = np.sin(np.arcsin(np.sqrt(second)) + 0.3 / 2) ** 2  # h = .3
    rng = np.random.default_rng(2)
    shares = [rng.binomial(150, p, 4 * DRAWS) / 150 for p in (first, second)]
    z = 2 * (np.arcsin(np.sqrt(shares[0])) - np.arcsin(np.sqrt(shares[1]))) * np.sqrt(150 / 2)
    assert power_of(2 * stats.norm.sf(np.abs(z)), 0.05).share == pytest.approx(golden["pwr_2p"], abs=DISCRETE)


@pytest.mark.parametrize(
    ("entry", "tests", "sizes", "target", "more"),
    [
        ("power_t_n", lambda n, rng: t_tests(n, rng, 0.3), (110, 150, 190, 240), 0.8, 0),
        ("pwr_anova_n", analyses_of_variance, (30, 40, 50, 60), 0.8, 0),
        ("pwr_r_n", correlations, (120, 160, 200, 250), 0.8, 0),
        ("pwr_chisq_n", goodness_of_fit, (240, 300, 380, 460), 0.9, 0),
        ("pwr_f2", regressions, (140, 180, 230, 290), 0.8, 4),  # R gives v = n − 4
    ],
)
def test_required_sizes(
    entry: str, tests: Callable[[int, np.random.Generator], P], sizes: tuple[int, ...], target: float, more: int,
    golden: Values,
) -> None:  # fmt: skip
    rng = np.random.default_rng(7)
    shares = [share_of(int((tests(n, rng) < 0.05).sum()), DRAWS) for n in sizes]
    found = required_size(sizes, shares, target, SURE)
    assert found.low - 1 <= golden[entry] + more <= found.high + 1  # bounds are whole people
    assert found.high - found.low < 0.15 * found.n
