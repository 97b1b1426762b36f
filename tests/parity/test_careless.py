"""Careless responding against the R package careless 1.2.2 and psych 2.2.9. The calls stand in the golden numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from osa_survey.psychometrics import item_moments
from osa_survey.psychometrics.item_statistics import correlations
from osa_survey.quality.answer_consistency import even_odd, person_total, psychometric_synonyms
from osa_survey.quality.multivariate_distances import mahalanobis
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import runs_of

CLOSE = 1e-9
"""As the README of the golden numbers says."""
PAIRWISE = 5e-3
"""Our correlations divide by the spread of all answers to an item, R's by that of the pair."""
FILES = {
    "bfi": ("bfi400.csv", 5, 0.45),
    "cd": ("careless_dataset.csv", 5, 0.35),
    "cd2": ("careless_dataset2.csv", 10, 0.45),
}
Golden = Callable[[str], dict[str, Any]]


def numbers(value: list[float | None]) -> np.ndarray:
    return np.array([np.nan if one is None else float(one) for one in value])


@pytest.fixture(params=sorted(FILES))
def case(request: pytest.FixtureRequest, golden_folder: Path, load_golden: Golden) -> Any:
    file, size, beyond = FILES[request.param]
    values = pd.read_csv(golden_folder / "careless" / file).to_numpy(dtype=float)
    golden = {
        name.removeprefix(f"{request.param}_"): entry
        for name, entry in load_golden("careless").items()
        if name.startswith(f"{request.param}_")
    }
    return values, size, beyond, golden


def test_runs_and_spread(case: Any) -> None:
    values, _, _, golden = case
    runs = runs_of(values)
    assert runs.longest.tolist() == golden["longstring"]["value"]
    # R counts every gap as a run of its own
    average = values.shape[1] / (runs.number + np.isnan(values).sum(axis=1))
    assert average == pytest.approx(golden["avgstring"]["value"], rel=CLOSE)
    assert response_variability(values) == pytest.approx(numbers(golden["irv"]["value"]), rel=CLOSE, nan_ok=True)


def test_spread_of_quarters_and_share_of_gaps(case: Any) -> None:
    values, _, _, golden = case
    expected = golden["irv_split4"]["value"]
    whole = response_variability(values)
    assert whole == pytest.approx(numbers(expected["irvTotal"]), rel=CLOSE, nan_ok=True)
    # R's cut(seq_along(x), 4)
    place = np.arange(values.shape[1]) / (values.shape[1] - 1)
    for number in range(1, 5):
        found = response_variability(values[:, np.maximum(np.ceil(4 * place), 1) == number])
        assert found == pytest.approx(numbers(expected[f"irv{number}"]), rel=CLOSE, nan_ok=True)
    assert np.isnan(values).mean(axis=1) == pytest.approx(golden["missing_share"]["value"], abs=CLOSE)


def test_the_closest_pairs_of_items(case: Any) -> None:
    values, _, _, golden = case
    r = correlations(item_moments(values, "pairwise").covariance)
    above = r[np.triu_indices(len(r), 1)]
    expected = numbers(golden["critval_top10"]["value"]["cor"])
    # careless sorts by size, whatever the sign, and uses R's pairwise correlation: the means of each pair
    assert np.sort(np.abs(above))[::-1][:10] == pytest.approx(np.abs(expected), abs=PAIRWISE)


def test_distances(case: Any) -> None:
    values, _, _, golden = case
    found = mahalanobis(values, "mean")
    beyond_chance = found.squared > chi2.ppf(0.99, values.shape[1])
    assert (np.flatnonzero(beyond_chance) + 1).tolist() == golden["mahad"]["value"]["flagged"]
    assert found.squared == pytest.approx(numbers(golden["mahad"]["value"]["d_sq"]), rel=CLOSE)
    complete = values[~np.isnan(values).any(axis=1)]
    expected = numbers(golden["mahad_base_complete"]["value"])
    assert mahalanobis(complete).squared == pytest.approx(expected[~np.isnan(expected)], rel=CLOSE)


def test_even_and_odd_with_the_sign_turned(case: Any) -> None:
    values, size, _, golden = case
    scales = [values[:, at : at + size] for at in range(0, values.shape[1], size)]
    expected = -numbers(golden["evenodd"]["value"])
    assert even_odd(scales, fewest=2) == pytest.approx(expected, abs=CLOSE, nan_ok=True)


@pytest.mark.parametrize("kind", ["psychsyn", "psychant"])
def test_synonyms_and_antonyms(kind: str, case: Any) -> None:
    values, _, beyond, golden = case
    found = psychometric_synonyms(values, beyond if kind == "psychsyn" else -0.3, fewest=1)
    if "error" in golden[kind]:
        assert len(found.pairs) == 0
        assert np.isnan(found.r).all()
        return
    assert len(found.pairs) == max(golden[kind]["value"]["numPairs"])
    assert found.r == pytest.approx(numbers(golden[kind]["value"]["cor"]), abs=CLOSE, nan_ok=True)


def test_person_total(case: Any) -> None:
    values, _, _, golden = case
    expected = numbers(golden["person_total"]["value"])
    assert person_total(values, fewest=2) == pytest.approx(expected, abs=CLOSE, nan_ok=True)
