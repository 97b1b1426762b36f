"""Alignment: planted means come back although items differ, and the loss is the one written out."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.invariance.alignment import SOFTENING, Aligned, align

ITEMS = list("abcde")
LOADINGS = np.array([0.8, 0.9, 0.7, 1.0, 0.8])
INTERCEPTS = np.array([2.0, 3.0, 2.5, 3.5, 3.0])
MEANS = np.array([0.0, 0.3, -0.4, 0.6, 0.1, -0.2])
SDS = np.array([1.0, 1.2, 0.9, 1.1, 0.8, 1.0])
EXACT = 0.02
"""Alignment of exact parameters: the softened loss leaves a little of the differences of other items."""


def planted(differ: bool) -> tuple[np.ndarray, np.ndarray]:
    """Configural loadings and intercepts of six groups; each group has one item of its own where they differ."""
    own = np.tile(LOADINGS, (6, 1))
    level = np.tile(INTERCEPTS, (6, 1))
    if differ:
        for group in range(6):
            level[group, group % 5] += 0.5
    return own * SDS[:, None], level + own * MEANS[:, None]


def loss(found: Aligned, n: np.ndarray) -> float:
    total, weights = 0.0, 0.0
    for g, h in itertools.combinations(range(len(n)), 2):
        weight = float(np.sqrt(n[g] * n[h]))
        weights += weight
        for table in (found.loadings, found.intercepts):
            total += weight * float((((table[g] - table[h]) ** 2 + SOFTENING) ** 0.25).sum())
    return total / weights / found.loadings.shape[1]


def test_groups_that_are_alike_are_found_exactly() -> None:
    found = align(*planted(False), np.full(6, 500.0))
    np.testing.assert_allclose(found.means, MEANS, atol=1e-4)
    np.testing.assert_allclose(found.sds, SDS, atol=1e-4)
    assert found.loading_r2 == pytest.approx(1, abs=1e-6)
    assert found.intercept_r2 == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(found.loadings, np.tile(LOADINGS, (6, 1)), atol=1e-4)


def test_few_large_differences_do_not_move_the_means() -> None:
    found = align(*planted(True), np.full(6, 500.0))
    np.testing.assert_allclose(found.means, MEANS, atol=EXACT)
    np.testing.assert_allclose(found.sds, SDS, atol=EXACT)
    moved = found.intercepts - INTERCEPTS
    assert [int(np.abs(row).argmax()) for row in moved] == [group % 5 for group in range(6)]
    assert found.intercept_r2 < 1


def test_loss_is_the_one_written_out_when_sds_have_product_one() -> None:
    loadings, intercepts = planted(True)
    loadings = loadings / np.exp(np.log(SDS).mean())
    n = np.array([100.0, 200, 300, 400, 500, 600])
    found = align(loadings, intercepts, n)
    scale = np.exp(np.log(found.sds).mean())
    on_product_one = Aligned(
        found.means / scale, found.sds / scale, found.loadings * scale, found.intercepts, 0.0, 0.0, 0.0, True
    )
    assert found.loss == pytest.approx(loss(on_product_one, n), rel=1e-9)


def test_order_of_groups_does_not_matter() -> None:
    loadings, intercepts = planted(True)
    order = np.array([0, 5, 3, 1, 4, 2])
    n = np.full(6, 400.0)
    one, two = align(loadings, intercepts, n), align(loadings[order], intercepts[order], n)
    np.testing.assert_allclose(two.means, one.means[order], atol=1e-3)


def test_countries_from_answers() -> None:
    rng = np.random.default_rng(11)
    n = 700
    country = np.repeat(np.arange(6), n)
    trait = MEANS[country] + SDS[country] * rng.normal(size=6 * n)
    values = INTERCEPTS + trait[:, None] * LOADINGS + 0.7 * rng.normal(size=(6 * n, 5))
    for group in range(6):
        values[country == group, group % 5] += 0.5
    frame = pd.DataFrame(values, columns=ITEMS)
    frame["country"] = pd.Categorical([f"country {label}" for label in country])
    result = osa.alignment(frame, "trait =~ a + b + c + d + e", "country")
    means = result.frame.loc[result.frame["quantity"] == "factor_mean", "estimate"].to_numpy()
    sampling = 4 * np.sqrt(2 / n)
    np.testing.assert_allclose(means, MEANS, atol=sampling)
    assert "country 3" in result.sentences()[0]
    assert len(result.more["items"].frame) == 6 * 5 * 2


def test_refusals() -> None:
    frame = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 4)), columns=ITEMS[:4])
    frame["country"] = pd.Categorical(np.repeat(["x", "y"], 100))
    with pytest.raises(AnalysisError, match="one factor each"):
        osa.alignment(frame, "f =~ a + b + c\ng =~ c + d + a", "country")
    with pytest.raises(AnalysisError, match="fewer than two groups"):
        osa.alignment(frame.iloc[:100], "f =~ a + b + c + d", "country")
