"""Thresholds, polychoric and polyserial correlations and their covariance against lavaan 0.6.14, psych and polycor.

What the reference files do not hold was computed by polychorics.R beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import polychoric
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, cross_tables, polychoric_matrix
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.full_polychorics import deviances, full_polychorics
from osa_survey.psychometrics.ordinal.pair_tests import normal_surface_tests
from osa_survey.psychometrics.ordinal.polyserials import polyserial

Golden = Callable[[str], dict[str, Any]]
TEN = [f"{letter}{n}" for letter in "AN" for n in range(1, 6)]
FOUR = ["A1", "A2", "N1", "N2"]

EXACT = 1e-13
"""Thresholds are quantiles in closed form."""
LAVAAN = 1e-5
"""Correlations: what lavaan's optimiser is good for, as the golden numbers say (found: 2e-8)."""
COVARIANCE = 1e-6
"""Elements of the asymptotic covariance: follow from correlations that agree to 2e-8."""
PSYCH = 1e-4
"""psych stops its one-dimensional search at this."""
POLYCOR = 1e-5
"""polycor's search and its numerical second derivative, as the golden numbers say."""
SECOND_DIFFERENCES = 1e-3
"""polycor's variance: second differences with steps of 1e-6."""
NEAR = 1e-2
"""The variance of a place a fifth of a standard error away from the maximum."""
SERIAL_ERROR = 1e-2
"""lavaan takes outer products of normal scores for mean and variance, we take their exact influence."""

R_POLYSERIAL = 0.125654674986446, 0.0198575264035979
R_TETRACHORIC = (
    -0.39653865134416161, 0.21724947489017182, 0.14980015993631637,
    -0.04992003344482807, 0.00315405365252605, 0.80875556472468197,
)  # fmt: skip
R_TETRACHORIC_COVARIANCE = 31.9400882928787, 26.2026134464422, 102.2313616848374
R_WEIGHTED_COVARIANCE = 306.250797483620, 390.428847481561
R_FULL = (
    -0.42454845847801, 158.97576955683871, 0.00037994121139, -0.42713348403408, 0.34117351436050, 0.75264600734286,
    1.22586729458338, 1.84530723040030, -2.10697118645530, -1.52580377568938, -1.17404596619395, -0.47630916477230,
    0.47828864824086,
)  # fmt: skip
R_ONE_EMPTY_CELL = 0.885515621602279


def lower(matrix: np.ndarray) -> np.ndarray:
    return matrix[np.triu_indices(len(matrix), 1)]


@pytest.fixture(scope="module")
def bfi(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "efa" / "bfi25_complete.csv")


def test_thresholds_correlations_and_the_diagonal_of_their_covariance(golden_folder: Path, load_golden: Golden) -> None:
    value = load_golden("cfa")["bfi_an_wlsmv_thresholds_polychoric"]["value"]
    data = pd.read_csv(golden_folder / "cfa" / "bfi_acn.csv")[TEN].dropna().to_numpy()
    items = categories(data)
    found = polychoric_matrix(items)
    assert np.concatenate(found.thresholds) == pytest.approx(list(value["th"].values()), abs=EXACT)
    assert found.correlations == pytest.approx(np.array(value["polychoric"]["data"]), abs=LAVAAN)
    covariance = len(data) * asymptotic_covariance(items, found)
    assert np.diag(covariance) == pytest.approx(np.array(value["gamma_diag"]), rel=COVARIANCE)
    assert lower(found.std_errors) ** 2 * len(data) == pytest.approx(np.diag(covariance)[50:], rel=1e-12)


def test_every_element_of_the_asymptotic_covariance(bfi: pd.DataFrame) -> None:
    items = categories(bfi[FOUR].to_numpy(dtype=float))
    gamma = len(bfi) * asymptotic_covariance(items, polychoric_matrix(items))
    place = np.arange(1, len(gamma) + 1)
    weights = np.outer(np.cos(place), np.cos(place)) + np.outer(place, place) / 100
    assert (gamma * weights).sum() == pytest.approx(R_WEIGHTED_COVARIANCE[0], rel=COVARIANCE)
    assert (gamma**2).sum() == pytest.approx(R_WEIGHTED_COVARIANCE[1], rel=COVARIANCE)


def test_tetrachoric_correlations(bfi: pd.DataFrame) -> None:
    items = categories((bfi[FOUR] > 3).to_numpy(dtype=float))
    found = polychoric_matrix(items)
    assert lower(found.correlations) == pytest.approx(R_TETRACHORIC, abs=LAVAAN)
    gamma = len(bfi) * asymptotic_covariance(items, found)
    sums = gamma.sum(), np.trace(gamma), (gamma**2).sum()
    assert sums == pytest.approx(R_TETRACHORIC_COVARIANCE, rel=COVARIANCE)


def test_one_empty_cell_of_two_by_two(golden_folder: Path) -> None:
    answers = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [30, 20, 25], axis=0)
    found = polychoric_matrix(categories(answers))
    assert found.correlations[0, 1] == pytest.approx(R_ONE_EMPTY_CELL, abs=LAVAAN)
    assert found.empty_cells[0, 1] == 1


@pytest.mark.parametrize(
    ("name", "tolerance"), [("bfi25_polychoric_lavaan", LAVAAN), ("bfi25_polychoric_psych", PSYCH)]
)
def test_matrix_of_ten_items(name: str, tolerance: float, bfi: pd.DataFrame, load_golden: Golden) -> None:
    value = load_golden("efa")[name]["value"]
    table = value.get("rho", value)
    found = polychoric_matrix(categories(bfi[table["rownames"]].to_numpy(dtype=float)))
    assert found.correlations == pytest.approx(np.array(table["data"]), abs=tolerance)
    if "tau" in value:
        assert np.array(found.thresholds) == pytest.approx(np.array(value["tau"]["data"]), abs=EXACT)


def test_pairwise_matrix_of_answers_with_gaps(golden_folder: Path, load_golden: Golden) -> None:
    value = load_golden("efa")["bfi25_polychoric_pairwise_lavaan"]["value"]
    data = pd.read_csv(golden_folder / "efa" / "bfi25_missing.csv")[value["rownames"]]
    result = polychoric(data, "bfi")
    square = np.array(value["data"])
    for i, first in enumerate(value["rownames"]):
        for j in range(i + 1, len(square)):
            row = result.pick("latent_r", term=first, outcome=value["rownames"][j])
            assert row["estimate"] == pytest.approx(square[i, j], abs=LAVAAN)
            assert row["n"] == data[[first, value["rownames"][j]]].notna().all(axis=1).sum()


def test_a_pair_against_polycor(bfi: pd.DataFrame, load_golden: Golden) -> None:
    value = load_golden("efa")["bfi25_polychor_pair_se"]["value"]
    found = polychoric_matrix(categories(bfi[["A1", "A2"]].to_numpy(dtype=float)))
    assert found.correlations[0, 1] == pytest.approx(value["rho"], abs=POLYCOR)
    chi_squared, df = normal_surface_tests(found)
    assert chi_squared[0] == pytest.approx(value["chisq"], rel=POLYCOR)
    assert df[0] == value["df"]
    # polycor's variance takes the thresholds as known: one over the observed information
    first, second = (tau[None] for tau in found.thresholds)
    shapes = cell_shapes(first, second, found.pairs.rho)
    ratio = shapes.slope / shapes.probability
    information = (found.pairs.tables * (ratio**2 - shapes.curvature / shapes.probability)).sum()
    assert 1 / information == pytest.approx(value["var"]["data"][0][0], rel=POLYCOR * 10)


def test_a_pair_with_its_thresholds_against_polycor(bfi: pd.DataFrame) -> None:
    """polycor's search ends at our estimates, once it is started anew where it stopped."""
    result = polychoric(bfi[["A1", "A2"]].astype(int), method="ml")
    found = result.pick("latent_r")
    rho, chi_squared, variance, *cuts = R_FULL
    assert found["estimate"] == pytest.approx(rho, abs=POLYCOR)
    assert found["statistic"] == pytest.approx(chi_squared, rel=POLYCOR)
    assert found["df1"] == 24
    assert found["std_error"] ** 2 == pytest.approx(variance, rel=SECOND_DIFFERENCES)
    taus = result.more["thresholds"].table.set_index(["outcome", "term"])["estimate"]
    assert [*taus["A1", "A2"], *taus["A2", "A1"]] == pytest.approx(cuts, abs=POLYCOR)


def test_where_polycor_stops_the_likelihood_is_lower(bfi: pd.DataFrame, load_golden: Golden) -> None:
    """Started once, polycor stops .05 of chi-squared early: its place has the likelihood it says, ours a higher one."""
    value = load_golden("efa")["bfi25_polychor_pair_fullML"]["value"]
    table = cross_tables(categories(bfi[["A1", "A2"]].to_numpy(dtype=float)))[0, 1]
    found = full_polychorics(table[None])
    assert found.df[0] == value["df"]
    cuts = [np.array(value[name]) for name in ("row_cuts", "col_cuts")]
    probability = cell_shapes(*(each[None] for each in cuts), np.array(list(value["rho"].values()))).probability
    assert deviances(table[None], probability)[0] == pytest.approx(value["chisq"], rel=POLYCOR)
    assert found.chi_squared[0] < value["chisq"]
    # what it prints is near all the same: a tenth of a standard error
    error = found.std_errors[0]
    assert abs(found.rho[0] - value["rho"][""]) < 0.2 * error
    assert value["var_rho"] == pytest.approx(error**2, rel=NEAR)


def test_polyserial_against_polycor(bfi: pd.DataFrame, load_golden: Golden) -> None:
    value = load_golden("efa")["bfi25_polyserial_pair"]["value"]
    codes = categories(bfi[["A1"]].to_numpy(dtype=float)).codes[0]
    found = polyserial(bfi.to_numpy(dtype=float).mean(axis=1), codes, ddof=1)
    assert found.rho == pytest.approx(value["rho"], abs=POLYCOR)
    assert found.conditional_error**2 == pytest.approx(value["var"]["data"][0][0], rel=POLYCOR)


def test_polyserial_against_lavaan(bfi: pd.DataFrame) -> None:
    codes = categories(bfi[["A1"]].to_numpy(dtype=float)).codes[0]
    found = polyserial(bfi[[f"N{n}" for n in range(1, 6)]].to_numpy(dtype=float).mean(axis=1), codes)
    assert found.rho == pytest.approx(R_POLYSERIAL[0], abs=LAVAAN)
    assert found.std_error == pytest.approx(R_POLYSERIAL[1], rel=SERIAL_ERROR)


def test_odd_rows_of_the_sexual_compulsivity_scale(golden_folder: Path, load_golden: Golden) -> None:
    value = load_golden("scs")["scs_odd_polychoric"]["value"]
    data = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2][value["rownames"]]
    complete = data.where(data != 0).dropna()
    found = polychoric_matrix(categories(complete.to_numpy(dtype=float)))
    assert found.correlations == pytest.approx(np.array(value["data"]), abs=LAVAAN)
