"""Adequacy, eigenvalues, parallel analysis and one factor against psych 2.2.9."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import dimensionality
from osa_survey.psychometrics.exploratory import (
    average_partials,
    bartlett_sphericity,
    eigenvalues,
    extract,
    factor_fit,
    kaiser_meyer_olkin,
    parallel_analysis,
)
from osa_survey.psychometrics.exploratory.adequacy import squared_multiple_correlations
from osa_survey.psychometrics.exploratory.dimensions import random_correlations
from osa_survey.quality.answer_consistency import pairwise_correlations
from tests.parity.factor_numbers import CLOSED, CONFIDENCE, LOADINGS, Golden, matrix

SIMULATED = 0.03
"""Random eigenvalues."""


@pytest.fixture(scope="module")
def answers(golden_folder: Path) -> np.ndarray:
    return pd.read_csv(golden_folder / "efa" / "bfi25_complete.csv").to_numpy(dtype=float)


@pytest.fixture(scope="module")
def R(answers: np.ndarray) -> np.ndarray:
    return np.corrcoef(answers.T)


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> dict[str, Any]:
    return load_golden("efa")


def test_adequacy_and_eigenvalues(R: np.ndarray, answers: np.ndarray, golden: dict[str, Any]) -> None:
    adequacy = kaiser_meyer_olkin(R)
    assert adequacy.overall == pytest.approx(golden["bfi25_kmo"]["value"]["MSA"], rel=CLOSED)
    assert adequacy.items == pytest.approx(list(golden["bfi25_kmo"]["value"]["MSAi"].values()), rel=CLOSED)
    test = bartlett_sphericity(R, len(answers))
    assert test.chi_squared == pytest.approx(golden["bfi25_bartlett"]["value"]["chisq"], rel=CLOSED)
    assert test.df == golden["bfi25_bartlett"]["value"]["df"]
    assert test.p_value == pytest.approx(golden["bfi25_bartlett"]["value"]["p.value"], abs=CLOSED)
    assert matrix(golden["bfi25_cor_pearson"]["value"]) == pytest.approx(R, abs=CLOSED)
    assert eigenvalues(R) == pytest.approx(golden["bfi25_eigen"]["value"], rel=CLOSED)
    assert eigenvalues(R, "factors") == pytest.approx(golden["bfi25_eigen_reduced_smc"]["value"], abs=CLOSED)
    assert squared_multiple_correlations(R) == pytest.approx(list(golden["bfi25_smc"]["value"].values()), rel=CLOSED)
    partials = average_partials(R, 8)[1:]
    assert partials == pytest.approx(golden["bfi25_map_vss"]["value"]["map"], rel=CLOSED)
    assert int(np.argmin(partials)) + 1 == golden["bfi25_map_vss"]["value"]["argmin"]


def test_parallel_analysis(R: np.ndarray, answers: np.ndarray, golden: dict[str, Any]) -> None:
    value = golden["bfi25_parallel"]["value"]
    found = parallel_analysis(R, len(answers), draws=500)
    assert found.observed == pytest.approx(value["pc_values"], rel=CLOSED)
    assert found.random_mean == pytest.approx(value["pc_sim_mean"], abs=SIMULATED)
    assert found.suggested == value["ncomp"]
    reduced = R.copy()
    np.fill_diagonal(reduced, 1.0 - extract(R, 1).uniquenesses)
    # psych's factor eigenvalues: communalities of one minres factor on the diagonal, as good as its optimiser
    assert np.linalg.eigvalsh(reduced)[::-1] == pytest.approx(value["fa_values"], abs=LOADINGS)
    random = []
    for drawn in random_correlations(len(answers), len(R), 40, np.random.default_rng(1)):
        np.fill_diagonal(drawn, 1.0 - extract(drawn, 1).uniquenesses)
        random.append(np.linalg.eigvalsh(drawn)[::-1])
    assert np.mean(random, axis=0) == pytest.approx(value["fa_sim_mean"], abs=SIMULATED)
    above = np.array(value["fa_values"]) > np.quantile(random, 0.95, axis=0)
    assert int(np.argmin(above)) == value["nfact"]


def test_pairwise_correlations_of_numbers(golden_folder: Path, golden: dict[str, Any]) -> None:
    value = golden["bfi25_pairwise_cor"]["value"]
    frame = pd.read_csv(golden_folder / "efa" / "bfi25_missing.csv")[value["rownames"]]
    found = pairwise_correlations(frame.to_numpy(dtype=float))
    assert found == pytest.approx(matrix(value), abs=CLOSED)


def test_the_sexual_compulsivity_scale(golden_folder: Path, load_golden: Golden) -> None:
    data = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2].replace(0, np.nan)
    value = load_golden("scs")["scs_odd_kmo_bartlett_eigen"]["value"]
    result = dimensionality(data)
    assert result.pick("kmo")["estimate"] == pytest.approx(value["kmo"], rel=CLOSED)
    sphericity = result.pick("sphericity")
    assert sphericity["estimate"] == pytest.approx(value["bartlett"]["chisq"], rel=CLOSED)
    assert sphericity["df1"] == value["bartlett"]["df"]
    assert sphericity["p_value"] == pytest.approx(value["bartlett"]["p.value"], abs=CLOSED)
    first = result.more["eigenvalues"].pick("eigenvalue", level="1", group="components")["estimate"]
    assert first == pytest.approx(value["eigen"][0], rel=CLOSED)
    complete = data.dropna().to_numpy()
    one = extract(np.corrcoef(complete.T), 1, "ml")
    expected = matrix(load_golden("scs")["scs_odd_fa1_ml"]["value"]["loadings"])
    assert one.loadings == pytest.approx(expected, abs=LOADINGS)
    fit = factor_fit(np.corrcoef(complete.T), one.loadings, np.eye(1), len(complete))
    value = load_golden("scs")["scs_odd_fa1_ml"]["value"]
    assert value["rmsea"]["confidence"] == CONFIDENCE
    bounds = value["rmsea"]["RMSEA"], value["rmsea"]["lower"], value["rmsea"]["upper"]
    assert (fit.rmsea, fit.rmsea_low, fit.rmsea_high) == pytest.approx(bounds, abs=1e-6)
    assert fit.tli == pytest.approx(value["tli"], abs=1e-6)
