"""Simulated answers follow the definition: its codes, its key, its one factor."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.instruments import load_instrument
from osa_survey.simulation import simulate_items
from osa_survey.simulation.item_responses import ordinal_answers, thresholds

N = 4000
SAMPLING = 0.05
"""About three standard errors of a correlation at n = 4,000."""


def simulated(name: str, loading: float = 0.7, level: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    factor = rng.standard_normal(N)
    return simulate_items(load_instrument(name), "total", factor, rng, loading=loading, level=level), factor


@pytest.mark.parametrize("name", ["scs", "swls", "rses", "ppcs6", "gmsex"])
def test_answers_are_codes_of_the_instrument(name: str) -> None:
    answers, _ = simulated(name)
    options = load_instrument(name).options_of(f"{name}_01")
    assert answers.shape == (N, len(load_instrument(name).items))
    assert set(np.unique(answers)) == set(options.codes)


def test_reversed_items_run_against_the_factor() -> None:
    answers, factor = simulated("rses")
    signs = np.array(load_instrument("rses").scale("total").signs)
    found = np.array([np.corrcoef(answers[:, item], factor)[0, 1] for item in range(10)])
    assert (np.sign(found) == signs).all()
    # A seven-answer item keeps almost the whole loading; four answers lose a little of it.
    assert (np.abs(found) > 0.7 * 0.85).all()
    assert (np.abs(found) < 0.7 + SAMPLING).all()


def test_the_level_moves_keyed_answers_and_not_printed_ones() -> None:
    low, _ = simulated("rses", level=-1.0)
    high, _ = simulated("rses", level=1.0)
    signs = np.array(load_instrument("rses").scale("total").signs)
    change = high.mean(axis=0) - low.mean(axis=0)
    assert (np.sign(change) == signs).all()


def test_without_a_loading_items_are_unrelated() -> None:
    answers, _ = simulated("swls", loading=0.0)
    r = np.corrcoef(answers, rowvar=False)
    assert np.abs(r[np.triu_indices(5, 1)]).max() < SAMPLING + 0.02


def test_correlations_are_those_of_one_factor() -> None:
    # Seven answers cut the latent responses so finely that r is close to the product of loadings, 0.8 * 0.8 = 0.64.
    answers, _ = simulated("swls", loading=0.8)
    r = np.corrcoef(answers, rowvar=False)[np.triu_indices(5, 1)]
    assert r.mean() == pytest.approx(0.64, abs=SAMPLING)


def test_answers_by_hand() -> None:
    # Thresholds of four answers: -1.5, 0, 1.5; one level up moves them to -2.5, -1, 0.5.
    latent = np.array([-2.0, -0.5, 0.6, 2.0])
    assert ordinal_answers(latent, thresholds(4)).tolist() == [0, 1, 2, 3]
    assert ordinal_answers(latent, thresholds(4, level=1.0)).tolist() == [1, 2, 3, 3]


@pytest.mark.parametrize("loading", [-0.1, 1.1])
def test_an_impossible_loading_is_refused(loading: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        simulated("swls", loading=loading)
