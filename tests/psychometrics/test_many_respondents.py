"""Short ways for many respondents and items give what the long ones give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey import reliability
from osa_survey.psychometrics import omega, one_factor, resampling
from osa_survey.psychometrics.dropped_items import omegas_without
from osa_survey.psychometrics.ordinal import categories, cross_tables
from osa_survey.psychometrics.ordinal.ordered_answers import _items_together
from osa_survey.psychometrics.resampling import resampled_alphas, resampled_omegas
from tests.psychometrics.test_reliability_more import RELATION, likert

SPREADS = 0.12
"""Two spreads of 400 draws differ by less: the standard error of each is 3.5 percent, of 2,000 groups another 1.6."""


@pytest.mark.parametrize(("n", "k", "width", "gaps"), [(20_000, 7, 5, 0.1), (20_000, 8, 5, 0.0), (300, 5, 2, 0.1)])
def test_items_counted_in_groups(n: int, k: int, width: int, gaps: float) -> None:
    generator = np.random.default_rng(1)
    values = generator.integers(1, width + 1, size=(n, k)).astype(float)
    values[generator.random(values.shape) < gaps] = np.nan
    items = categories(values)
    assert _items_together(width + 1, n) > 1
    tables = cross_tables(items)
    for one in range(k):
        for two in range(k):
            expected = np.zeros((width, width))
            both = (items.codes[one] < width) & (items.codes[two] < width)
            np.add.at(expected, (items.codes[one][both], items.codes[two][both]), 1)
            assert (tables[one, two] == expected).all()


def test_random_groups_of_respondents_spread_as_single_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    values = likert(20_000, np.array([0.8, 0.7, 0.6, 0.5]), 4)
    items, steps = categories(values), np.ones((4, 3))
    groups = resampling.random_groups(20_000, 3)
    assert groups is not None
    assert set(np.bincount(groups)) == {10}
    assert resampling.random_groups(resampling.SINGLY, 3) is None
    grouped = resampled_omegas(items, steps, 400, 3), resampled_alphas(values, 400, 3)[0]
    monkeypatch.setattr(resampling, "SINGLY", 20_000)
    single = resampled_omegas(items, steps, 400, 3), resampled_alphas(values, 400, 3)[0]
    for ours, theirs in zip(grouped, single, strict=True):
        assert ours.std() == pytest.approx(theirs.std(), rel=SPREADS)
        assert abs(ours.mean() - theirs.mean()) < 5 * theirs.std() / np.sqrt(200)


def test_a_note_says_that_groups_were_drawn() -> None:
    many = pd.DataFrame(likert(resampling.SINGLY + 1, np.array([0.8, 0.7, 0.6]), 4), columns=["a", "b", "c"])
    assert any("random groups" in note for note in reliability(many, draws=100).notes)
    assert not any("random groups" in note for note in reliability(many, draws=0).notes)


@pytest.mark.parametrize("seed", range(12))
def test_omega_without_an_item_as_if_it_were_fitted_alone(seed: int) -> None:
    generator = np.random.default_rng(seed)
    k = int(generator.integers(4, 11))
    n = int(generator.integers(k + 8, 300))
    loadings = generator.uniform(-0.2 if seed % 3 == 0 else 0.4, 0.9, k)
    covariance = np.cov((generator.normal(size=(n, 1)) * loadings + 0.8 * generator.normal(size=(n, k))).T)
    model = one_factor(covariance, n)
    if not model.converged:
        pytest.skip("no model of all items")
    expected = []
    for item in range(k):
        rest = np.delete(np.arange(k), item)
        alone = one_factor(covariance[np.ix_(rest, rest)], n)
        expected.append(omega(alone).estimate if alone.converged else np.nan)
    assert omegas_without(covariance, model) == pytest.approx(np.array(expected), abs=RELATION, nan_ok=True)
