"""Categorical and hierarchical omega, split halves and test–retest against semTools, lavaan and psych.

What the reference files do not hold was computed by reliability.R beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import reliability
from osa_survey.analysis import retest
from osa_survey.psychometrics.categorical_omega import categorical_factors, categorical_moments
from osa_survey.psychometrics.exploratory.extractions import extract
from osa_survey.psychometrics.exploratory.rotation_criteria import oblimin
from osa_survey.psychometrics.exploratory.rotations import rotate
from osa_survey.psychometrics.hierarchical_omega import orthogonalised, schmid_leiman
from osa_survey.psychometrics.ordinal import categories, cross_tables
from osa_survey.psychometrics.split_halves import split_half_coefficients, split_halves, splits

Golden = Callable[[str], dict[str, Any]]

SEMTOOLS = 1e-5
"""lavaan's WLSMV optimiser; semTools computes omega from its loadings (found: 5e-8)."""
LOADINGS = 1e-5
"""lavaan's WLSMV optimiser."""
PSYCH = 1e-10
"""Closed forms."""
MINRES = 1e-5
"""psych's minres optimiser, as the golden numbers say."""
PSYCH_FACTORS = 1e-4
"""omega of three factors, as the golden numbers say."""
STOPPED = 1e-3
"""How far psych's oblimin and its minres of three factors stop from their minima; the criteria are compared."""
IDENTIFIED = 2e-5
"""An identified solution: minres and oblimin of psych."""

REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
SCALES = {"agree": "A", "consc": "C", "extra": "E", "neuro": "N", "open": "O"}
R_HIERARCHICAL = {2: (0.794985991444, 0.907838213216), 3: (0.778036390475, 0.916916066793)}
R_GENERAL = (
    0.60811563, 0.70753877, 0.73090419, 0.60557096, 0.63815310, 0.51084715, 0.71466538, 0.77091920, 0.56331288,
    0.48309656,
)  # fmt: skip
R_SPLIT_HALVES = 0.923044473588, 0.827673678398, 0.894810990693
PSYCH_SPLITS = 5
"""With five items psych 2.2.9 takes the first five of the ten splits (it halves the number of odd scales too)."""


@pytest.fixture(scope="module")
def keyed(golden_folder: Path) -> dict[str, pd.DataFrame]:
    data = pd.read_csv(golden_folder / "reliability" / "bfi.csv")
    for name in REVERSED:
        data[name] = 7 - data[name]
    return {scale: data[[f"{letter}{n}" for n in range(1, 6)]].dropna() for scale, letter in SCALES.items()}


@pytest.fixture(scope="module")
def scs(golden_folder: Path) -> pd.DataFrame:
    data = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2][[f"Q{n}" for n in range(1, 11)]]
    return data.where(data != 0)


def test_categorical_omega_and_ordinal_alpha_of_the_scs(scs: pd.DataFrame, load_golden: Golden) -> None:
    golden = load_golden("scs")
    expected = golden["scs_odd_omega_categorical"]["value"]
    rows = dict(zip(expected["rownames"], (row[0] for row in expected["data"]), strict=True))
    result = reliability(scs, "scs", ordinal_alpha=True, draws=200)
    row = result.pick("omega_categorical")
    assert row["estimate"] == pytest.approx(rows["omega"], rel=SEMTOOLS)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert result.pick("alpha_ordinal")["estimate"] == pytest.approx(rows["alpha.ord"], rel=SEMTOOLS)
    estimates = golden["scs_odd_cfa1_wlsmv"]["value"]["estimates"]
    items = result.more["items"].table
    loadings = items.loc[items["quantity"] == "loading", "estimate"].to_numpy()
    assert loadings == pytest.approx(np.array(estimates["std.all"][:10]), abs=LOADINGS)


def test_categorical_omega_of_items_that_run_against_each_other(golden_folder: Path, load_golden: Golden) -> None:
    golden = load_golden("cfa")
    data = pd.read_csv(golden_folder / "cfa" / "bfi_acn.csv")
    ten = data[[f"{letter}{n}" for letter in "AN" for n in range(1, 6)]].dropna().to_numpy()[:, :5]
    items = categories(ten)
    found = categorical_factors(categorical_moments(cross_tables(items)[None]), np.ones((5, 5)))
    expected = golden["bfi_agree_ordinal_omega"]["value"]
    assert found.omega[0] == pytest.approx(expected["data"][2][0], rel=SEMTOOLS)
    standardised = np.array(golden["bfi_agree_wlsmv_1f"]["value"]["estimates"]["std.all"][:5])
    assert np.abs(found.loadings[0]) == pytest.approx(np.abs(standardised), abs=LOADINGS)


@pytest.mark.parametrize("scale", SCALES)
def test_split_halves(scale: str, keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")[f"{scale}_splithalf_guttman"]["value"]
    R = np.corrcoef(keyed[scale].to_numpy().T)
    found = split_half_coefficients(R, splits(5))
    first = found[:PSYCH_SPLITS]
    assert (first.max(), first.min(), first.mean()) == pytest.approx(
        (value["maxrb"], value["minrb"], value["meanr"]), rel=PSYCH
    )
    every = split_halves(R)
    assert every.n_splits == 10
    assert every.lowest <= first.min()
    assert every.highest >= first.max()


def test_split_halves_of_ten_items(scs: pd.DataFrame) -> None:
    found = split_halves(np.cov(scs.dropna().to_numpy().T))
    assert (found.highest, found.lowest, found.mean) == pytest.approx(R_SPLIT_HALVES, rel=PSYCH)
    # the mean over all splits into equal halves is alpha
    assert found.mean == pytest.approx(reliability(scs, draws=0).pick("alpha")["estimate"], rel=PSYCH)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_of_one_minres_factor(scale: str, keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")[f"{scale}_omega_psych_1f"]["value"]
    found = schmid_leiman(np.corrcoef(keyed[scale].to_numpy().T), 1)
    assert found.omega_hierarchical == pytest.approx(value["omega_h"], rel=MINRES)
    assert found.omega_total == pytest.approx(value["omega_tot"], rel=MINRES)
    general = np.array([row[0] for row in value["schmid_sl"]["data"]])
    assert found.general == pytest.approx(np.abs(general), abs=MINRES * 10)


@pytest.fixture(scope="module")
def factors_of_psych() -> dict[str, dict[str, np.ndarray]]:
    """psych's factors of each scale: ``start``, ``oblique``, ``phi`` and ``general``, by reliability.R."""
    text = (Path(__file__).parent / "reliability_factors.json").read_text(encoding="utf-8")
    return {
        scale: {name: np.array(matrix) for name, matrix in found.items()} for scale, found in json.loads(text).items()
    }


@pytest.mark.parametrize("scale", SCALES)
def test_schmid_leiman_of_the_factors_of_psych(
    scale: str, keyed: dict[str, pd.DataFrame], load_golden: Golden, factors_of_psych: dict[str, Any]
) -> None:
    """psych's printed numbers are our formulas of its own correlated factors."""
    value = load_golden("reliability")[f"{scale}_omega_psych_3f"]["value"]
    table = np.array(value["schmid_sl"]["data"])
    own = factors_of_psych[SCALES[scale]]
    general, groups = orthogonalised(own["oblique"], own["general"])
    assert np.abs(general) == pytest.approx(np.abs(table[:, 0]), abs=PSYCH_FACTORS)
    assert np.abs(groups) == pytest.approx(np.abs(table[:, 1:4]), abs=PSYCH_FACTORS)
    R = np.corrcoef(keyed[scale].to_numpy().T)
    sign = np.where(general < 0, -1.0, 1.0)
    total = (R * np.outer(sign, sign)).sum()
    hierarchical = (general * sign).sum() ** 2 / total
    assert hierarchical == pytest.approx(value["omega_h"], rel=PSYCH_FACTORS)
    communalities = (own["start"] ** 2).sum(axis=1)
    assert 1 - (1 - communalities).sum() / total == pytest.approx(value["omega_tot"], rel=PSYCH_FACTORS)
    shares = dict(zip(value["group"]["_row"], value["group"]["general"], strict=True))
    assert shares["g"] == pytest.approx(hierarchical, rel=PSYCH_FACTORS)


@pytest.mark.parametrize("scale", SCALES)
def test_where_psych_stops_ours_is_at_least_as_good(
    scale: str, keyed: dict[str, pd.DataFrame], load_golden: Golden, factors_of_psych: dict[str, Any]
) -> None:
    """Three factors of five items are not identified, so all starts from psych's extraction; ours then goes further."""
    own = factors_of_psych[SCALES[scale]]
    turned = rotate(own["start"], "oblimin")
    assert turned.converged
    assert turned.value <= float(oblimin()(own["oblique"])[0])
    phi, g = own["phi"], own["general"]

    def minres(uniquenesses: np.ndarray) -> float:
        return float((np.linalg.eigvalsh(phi - np.diag(uniquenesses))[:-1] ** 2).sum())

    # loadings are an eigenvector of phi less the uniquenesses, so they tell where psych's search stopped
    stopped = (phi @ g - (g @ g) * g) / g
    assert minres(extract(phi, 1).uniquenesses) <= minres(stopped)
    value = load_golden("reliability")[f"{scale}_omega_psych_3f"]["value"]
    R = np.corrcoef(keyed[scale].to_numpy().T)
    found = schmid_leiman(R, 3, own["start"])
    assert not found.identified
    assert found.omega_total == pytest.approx(value["omega_tot"], rel=PSYCH_FACTORS)
    assert found.omega_hierarchical == pytest.approx(value["omega_h"], abs=STOPPED)
    assert found.general == pytest.approx(np.abs([row[0] for row in value["schmid_sl"]["data"]]), abs=STOPPED)


def test_identified_omegas_of_the_scs(scs: pd.DataFrame) -> None:
    for factors, expected in R_HIERARCHICAL.items():
        result = reliability(scs, "scs", factors=factors, draws=0)
        found = result.pick("omega_hierarchical")["estimate"], result.pick("omega_total")["estimate"]
        assert found == pytest.approx(expected, abs=IDENTIFIED)
    loadings = result.more["schmid_leiman"].table
    general = loadings.loc[loadings["level"] == "general", "estimate"].to_numpy()
    assert general == pytest.approx(R_GENERAL, abs=IDENTIFIED)


def test_retest_of_two_scores(golden_folder: Path) -> None:
    """Two columns of the ratings behind the golden intraclass correlations, by their mean squares."""
    data = pd.read_csv(golden_folder / "effects" / "scores.csv")[["neuro", "agree"]].iloc[:200].dropna()
    result = retest(data, "neuro", "agree")
    x = data.to_numpy()
    n = len(x)
    v, c = np.cov(x.T), np.cov(x.T)[0, 1]
    shift = np.diff(x.mean(axis=0))[0]
    error = (v[0, 0] + v[1, 1] - 2 * c) / 2
    people = (v[0, 0] + v[1, 1] + 2 * c) / 2
    occasions = n * shift**2 / 2
    assert result.pick("icc", level="ICC(3,1)")["estimate"] == pytest.approx((people - error) / (people + error))
    expected = (people - error) / (people + error + 2 * (occasions - error) / n)
    assert result.pick("icc", level="ICC(2,1)")["estimate"] == pytest.approx(expected)
    assert result.pick("sem")["estimate"] == pytest.approx(np.sqrt(error))
