"""Careless responding against the R package careless 1.2.2 and psych 2.2.9. The calls stand in the golden numbers;
careless.R makes the numbers again from the formulas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import chdtrc

from osa_survey.quality.answer_consistency import even_odd, pairwise_correlations, person_total, psychometric_synonyms
from osa_survey.quality.multivariate_distances import mahalanobis
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import runs_of

CLOSE = 1e-9
"""As the README of the golden numbers says."""
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
    split = golden["irv_split4"]["value"]
    assert response_variability(values) == pytest.approx(numbers(split["irvTotal"]), rel=CLOSE, nan_ok=True)
    limits = np.linspace(1, values.shape[1], 5)[1:4]  # R's cut: four stretches of the same length
    parts = np.searchsorted(limits, np.arange(1, values.shape[1] + 1), side="left")
    for part in range(4):
        spread = response_variability(values[:, parts == part])
        assert spread == pytest.approx(numbers(split[f"irv{part + 1}"]), rel=CLOSE, nan_ok=True)
    assert np.isnan(values).mean(axis=1) == pytest.approx(golden["missing_share"]["value"], rel=CLOSE)
    assert response_variability(values) == pytest.approx(numbers(golden["irv"]["value"]), rel=CLOSE, nan_ok=True)


def test_distances(case: Any) -> None:
    values, _, _, golden = case
    found = mahalanobis(values, "mean")
    assert found.squared == pytest.approx(numbers(golden["mahad"]["value"]["d_sq"]), rel=CLOSE)
    flagged = np.flatnonzero(chdtrc(values.shape[1], found.squared) < 0.01) + 1
    assert flagged.tolist() == golden["mahad"]["value"]["flagged"]
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


def test_the_most_alike_items(case: Any) -> None:
    values, _, _, golden = case
    R = pairwise_correlations(values)
    pairs = np.sort(R[np.tril_indices(values.shape[1], -1)])[::-1]
    assert pairs[:10] == pytest.approx(golden["critval_top10"]["value"]["cor"], rel=CLOSE)


def test_person_total(case: Any) -> None:
    values, _, _, golden = case
    expected = numbers(golden["person_total"]["value"])
    assert person_total(values, fewest=2) == pytest.approx(expected, abs=CLOSE, nan_ok=True)
