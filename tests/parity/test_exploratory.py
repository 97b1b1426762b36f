"""Exploratory factor analysis against psych 2.2.9, GPArotation 2022.10.2, stats and lavaan 0.6.14."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.psychometrics.exploratory import (
    eigenvalues,
    extract,
    factor_fit,
    factor_scores,
    loading_errors,
    matched,
    rotate,
)
from osa_survey.psychometrics.exploratory.factor_fits import complexities
from osa_survey.psychometrics.exploratory.loading_errors import normal_theory_covariance
from osa_survey.psychometrics.exploratory.rotation_criteria import varimax
from osa_survey.psychometrics.exploratory.rotations import Rotated, towards_powers
from tests.parity.factor_numbers import CLOSED, CONFIDENCE, LOADINGS, Golden, matrix

ROTATED = 1e-6
"""Rotation from a given start."""
R_STOPS = 1e-5
"""The relative change of the sum of singular values at which stats::varimax stops."""
EARLY = 2e-3
"""How far it then is from its optimum; the criterion is compared, and from its own stopping rule 1e-4 is kept."""
EMPIRICAL = 1e-4
"""Sums of squared residuals, where psych's optimiser stops at communalities 2e-5 off."""
LAVAAN_ERRORS = 5e-3
"""Relative: lavaan's rotation stops at 1e-6 and counts n, Wishart n - 1."""
FACTORS = 5
LAVAAN = {
    "oblimin": {"phi": 0.316075, "phi_error": 0.02432},
    "geomin": {"phi": 0.302271, "phi_error": 0.023603},
}
"""lavaan 0.6.14 by exploratory.R beside this file: items A1–A5 and C1–C5, two factors."""


@pytest.fixture(scope="module")
def answers(golden_folder: Path) -> np.ndarray:
    return pd.read_csv(golden_folder / "efa" / "bfi25_complete.csv").to_numpy(dtype=float)


@pytest.fixture(scope="module")
def R(answers: np.ndarray) -> np.ndarray:
    return np.corrcoef(answers.T)


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> dict[str, Any]:
    return load_golden("efa")


def r_varimax(loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return loadings of length one turned as stats::varimax does, and the turn; it stops early."""
    rows = loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turn, before, now = np.eye(rows.shape[1]), 0.0, 0.0
    while before == 0 or now >= before * (1 + R_STOPS):
        turned = rows @ turn
        left, sizes, right = np.linalg.svd(rows.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        turn, before, now = left @ right, now, float(sizes.sum())
    return rows @ turn, turn


def stopped_as_r(loadings: np.ndarray, found: Rotated) -> Rotated:
    """Return the solution where R's varimax stops, after holding that ours is at least as good."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned, turn = r_varimax(loadings)
    if found.method == "varimax":
        assert varimax()(found.loadings / length)[0] <= varimax()(turned)[0]
        return replace(found, loadings=turned * length)
    powers = towards_powers(turned)
    inverse = np.linalg.inv(turn @ powers)
    return replace(found, loadings=turned @ powers * length, phi=inverse @ inverse.T)


@pytest.mark.parametrize(
    ("name", "extraction", "rotation", "tolerance"),
    [
        ("bfi25_fa_minres_none", "minres", "none", LOADINGS),
        ("bfi25_fa_ml_none", "ml", "none", LOADINGS),
        ("bfi25_fa_minres_oblimin", "minres", "oblimin", LOADINGS),
        ("bfi25_fa_ml_oblimin", "ml", "oblimin", LOADINGS),
        ("bfi25_fa_pa_varimax", "principal_axis", "varimax", LOADINGS),
        ("bfi25_fa_minres_promax", "minres", "promax", LOADINGS),
    ],
)
def test_solutions(
    name: str, extraction: Any, rotation: Any, tolerance: float, R: np.ndarray, answers: np.ndarray, golden: Any
) -> None:
    value = golden[name]["value"]
    extracted = extract(R, FACTORS, extraction)
    assert extracted.converged
    found = rotate(extracted.loadings, rotation)
    if rotation in ("varimax", "promax"):
        found = stopped_as_r(extracted.loadings, found)
    expected = matrix(value["loadings"])
    order, signs = matched(expected, found.loadings)
    assert found.loadings[:, order] * signs == pytest.approx(expected, abs=tolerance)
    if value["Phi"]:
        phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
        assert phi == pytest.approx(matrix(value["Phi"]), abs=tolerance)
    assert extracted.uniquenesses == pytest.approx(list(value["uniquenesses"].values()), abs=LOADINGS)
    fit = factor_fit(R, found.loadings, found.phi, len(answers))
    assert fit.df == value["dof"]
    assert fit.chi_squared == pytest.approx(value["STATISTIC"], rel=1e-6)  # psych's optimiser stops short of it
    assert fit.rmsea == pytest.approx(value["RMSEA"]["RMSEA"], abs=1e-6)
    assert (fit.rmsea_low, fit.rmsea_high) == pytest.approx(
        (value["RMSEA"]["lower"], value["RMSEA"]["upper"]), abs=1e-6
    )
    assert fit.tli == pytest.approx(value["TLI"], abs=1e-6)
    assert fit.rmsr == pytest.approx(value["rms"], abs=1e-6)
    assert fit.bic == pytest.approx(value["BIC"], abs=1e-3)
    assert extracted.uniquenesses.min() > 0.005
    assert fit.objective == pytest.approx(value["objective"], rel=1e-6)
    assert fit.p_value == pytest.approx(value["PVAL"], rel=1e-6, abs=1e-12)
    assert len(answers) == value["n_obs"]
    own = found.loadings[:, order] * signs
    own_phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
    assert own @ own_phi == pytest.approx(matrix(value["Structure"]), abs=tolerance)
    assert fit.off_diagonal == pytest.approx(value["fit_off"], abs=1e-6)
    complexity = complexities(expected)
    assert complexity == pytest.approx(list(value["complexity"].values()), rel=CLOSED)
    reduced = R - np.diag(extracted.uniquenesses)
    assert np.linalg.eigvalsh(reduced)[::-1] == pytest.approx(value["values"], abs=LOADINGS)
    assert value["RMSEA"]["confidence"] == CONFIDENCE
    assert 1.0 - extracted.uniquenesses == pytest.approx(list(value["communality"].values()), abs=LOADINGS)
    off = R - own @ own_phi @ own.T
    np.fill_diagonal(off, 0.0)
    squares = (off**2).sum()
    assert squares * len(answers) == pytest.approx(value["chi_empirical"], rel=EMPIRICAL)
    assert np.sqrt(squares / (2 * fit.df)) == pytest.approx(value["crms"], rel=EMPIRICAL)
    assert eigenvalues(R) == pytest.approx(value["e_values"], rel=CLOSED)
    # what each factor explains: psych's first row of Vaccounted
    explained = np.diag(own_phi @ own.T @ own)
    assert explained == pytest.approx(np.array(value["vaccounted"]["data"])[0], abs=5 * tolerance)


@pytest.mark.parametrize("starts", [1, 30])
@pytest.mark.parametrize(
    ("name", "rotation"),
    [
        ("bfi25_rotate_oblimin_from_fixed", "oblimin"),
        ("bfi25_rotate_quartimin_geominQ", "geomin"),
        ("bfi25_rotate_varimax_from_fixed", "varimax"),
    ],
)
def test_rotation_from_a_given_start(name: str, rotation: Any, starts: int, golden: dict[str, Any]) -> None:
    start = matrix(golden["bfi25_rotate_oblimin_from_fixed"]["value"]["start"])
    found = rotate(start, rotation, starts=starts)
    expected = matrix(golden[name]["value"]["loadings"])
    order, signs = matched(expected, found.loadings)
    assert found.loadings[:, order] * signs == pytest.approx(expected, abs=ROTATED)
    if rotation != "varimax":
        phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
        assert phi == pytest.approx(matrix(golden[name]["value"]["Phi"]), abs=ROTATED)


def test_factanal_where_its_varimax_stops(R: np.ndarray, golden: dict[str, Any]) -> None:
    value = golden["bfi25_factanal_ml_varimax"]["value"]
    extracted = extract(R, FACTORS, "ml")
    assert extracted.uniquenesses == pytest.approx(list(value["uniquenesses"].values()), abs=LOADINGS)
    expected = matrix(value["loadings"])
    length = np.sqrt((expected**2).sum(axis=1, keepdims=True))
    ours = rotate(extracted.loadings, "varimax")
    own_length = np.sqrt((ours.loadings**2).sum(axis=1, keepdims=True))
    best, theirs = (float(varimax()(L)[0]) for L in (ours.loadings / own_length, expected / length))
    assert best <= theirs  # R stopped before the optimum …
    order, signs = matched(expected, ours.loadings)
    assert ours.loadings[:, order] * signs == pytest.approx(expected, abs=EARLY)
    stopped = stopped_as_r(extracted.loadings, ours).loadings  # … where its rule lets it
    order, signs = matched(expected, stopped)
    assert stopped[:, order] * signs == pytest.approx(expected, abs=LOADINGS)


def test_fit_of_factanal(R: np.ndarray, answers: np.ndarray, golden: dict[str, Any]) -> None:
    value = golden["bfi25_factanal_ml_varimax"]["value"]
    extracted = extract(R, FACTORS, "ml")
    fit = factor_fit(R, extracted.loadings, np.eye(FACTORS), len(answers))
    assert fit.objective == pytest.approx(value["criteria"]["objective"], rel=1e-6)
    assert fit.chi_squared == pytest.approx(value["statistic"]["objective"], rel=1e-6)
    assert fit.df == value["dof"]
    assert fit.p_value == pytest.approx(value["p"]["objective"], abs=1e-12)


def test_promax_of_factanal_from_its_own_varimax(R: np.ndarray, golden: dict[str, Any]) -> None:
    """Promax follows the varimax it starts from; from R's (power 4, no Kaiser weights) it is R's."""
    value = golden["bfi25_factanal_ml_promax"]["value"]
    assert 1.0 - extract(R, FACTORS, "ml").uniquenesses == pytest.approx(
        1.0 - np.array(list(value["uniquenesses"].values())), abs=LOADINGS
    )
    start = matrix(golden["bfi25_factanal_ml_varimax"]["value"]["loadings"])
    assert start @ towards_powers(start) == pytest.approx(matrix(value["loadings"]), abs=ROTATED)


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_factor_scores(method: Any, R: np.ndarray, answers: np.ndarray, golden: dict[str, Any]) -> None:
    solution = golden["bfi25_fa_ml_oblimin"]["value"]
    found = factor_scores(answers, R, matrix(solution["loadings"]), matrix(solution["Phi"]), method)
    expected = matrix(golden[f"bfi25_factor_scores_ml_oblimin_{method}"]["value"])
    assert found[:20] == pytest.approx(expected, abs=CLOSED)


@pytest.mark.parametrize("rotation", sorted(LAVAAN))
def test_standard_errors_as_lavaan(rotation: Any, answers: np.ndarray) -> None:
    items = answers[:, :10]
    found = rotate(extract(np.corrcoef(items.T), 2, "ml").loadings, rotation)
    model = found.loadings @ found.phi @ found.loadings.T
    np.fill_diagonal(model, 1.0)
    errors = loading_errors(found, normal_theory_covariance(model), len(items), extraction="ml")
    assert errors is not None
    assert found.phi[0, 1] == pytest.approx(LAVAAN[rotation]["phi"], abs=1e-5)
    assert errors.phi[0, 1] == pytest.approx(LAVAAN[rotation]["phi_error"], rel=LAVAAN_ERRORS)
