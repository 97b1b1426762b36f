"""Polychoric correlations by full maximum likelihood: closed forms, the maximum itself, edges, the public analysis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.full_polychorics import full_polychorics

CUTS = np.array([-0.8, 0.1, 1.0])
EXACT = 1e-7


def items(n: int = 600, rho: float = 0.5, seed: int = 4) -> pd.DataFrame:
    latent = np.random.default_rng(seed).multivariate_normal(np.zeros(3), (1 - rho) * np.eye(3) + rho, n)
    return pd.DataFrame(np.digitize(latent, CUTS), columns=["a", "b", "c"])


def table_of(frame: pd.DataFrame) -> np.ndarray:
    return pd.crosstab(frame["a"], frame["b"]).to_numpy(dtype=float)


def likelihood(table: np.ndarray, rho: float, first: np.ndarray, second: np.ndarray) -> float:
    shapes = cell_shapes(first[None], second[None], np.array([rho]))
    return float((table * np.log(shapes.probability[0])).sum())


def test_two_by_two_is_saturated() -> None:
    """Equal margins: rho = sin(pi/2 (4 p - 1)) with p the share of one cell; thresholds are the margins' quantiles."""
    table = np.array([[[40.0, 20.0], [20.0, 40.0]], [[50.0, 10.0], [25.0, 35.0]]])
    found = full_polychorics(table)
    assert found.rho[0] == pytest.approx(np.sin(np.pi / 2 * (4 * 40 / 120 - 1)), abs=EXACT)
    assert found.first_thresholds[1] == pytest.approx(ndtri([60 / 120]), abs=EXACT)
    assert found.second_thresholds[1] == pytest.approx(ndtri([75 / 120]), abs=EXACT)
    assert np.isnan(found.chi_squared).all()  # no degree of freedom
    assert found.converged.all()


def test_no_place_nearby_is_better() -> None:
    table = table_of(items())
    found = full_polychorics(table[None])
    here = np.concatenate([found.rho, found.first_thresholds[0], found.second_thresholds[0]])
    best = likelihood(table, here[0], here[1:4], here[4:])
    for at in range(len(here)):
        for step in (-1e-3, 1e-3):
            other = here.copy()
            other[at] += step
            assert likelihood(table, other[0], other[1:4], other[4:]) < best


def test_standard_errors_are_those_of_the_curvature() -> None:
    table = table_of(items())
    found = full_polychorics(table[None])
    here = np.concatenate([found.rho, found.first_thresholds[0], found.second_thresholds[0]])
    width = 1e-3 * np.eye(len(here))

    def value(x: np.ndarray) -> float:
        return likelihood(table, x[0], x[1:4], x[4:])

    hessian = [
        [(value(here + i + j) - value(here + i - j) - value(here - i + j) + value(here - i - j)) / 4e-6 for j in width]
        for i in width
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array(hessian))))
    ours = np.concatenate([found.std_errors, found.first_errors[0], found.second_errors[0]])
    assert ours == pytest.approx(errors, rel=1e-3)


def test_edges() -> None:
    tables = np.zeros((5, 3, 3))
    tables[0, :2, :2] = [[30, 0], [0, 20]]  # perfect
    tables[1, 0, 0] = 10  # one answer each
    tables[3, [0, 2]] = [[30, 20, 0], [5, 25, 3]]  # nobody gave the middle answer to the first item
    tables[4, :2, :2] = [[30, 20], [0, 25]]  # one empty cell: half a respondent, as the two-step estimate
    found = full_polychorics(tables)
    assert found.perfect.tolist() == [True, False, False, False, False]
    assert np.isnan(found.std_errors[0])
    assert np.isnan(found.rho[1:3]).all()
    assert np.isfinite(found.first_thresholds[3]).tolist() == [True, False]
    assert found.df[3] == 1
    assert found.rho[4] == pytest.approx(0.885515621602279, abs=1e-5)  # lavaan


class TestPublic:
    def test_close_to_two_steps_and_to_the_truth(self) -> None:
        frame = items(4000)
        full, steps = osa.polychoric(frame, method="ml"), osa.polychoric(frame)
        for pair in (("a", "b"), ("a", "c"), ("b", "c")):
            one, two = (result.pick("latent_r", term=pair[0], outcome=pair[1]) for result in (full, steps))
            assert one["estimate"] == pytest.approx(two["estimate"], abs=0.01)
            assert one["statistic"] <= two["statistic"]  # the same deviance, at its minimum
            assert one["conf_low"] < 0.5 < one["conf_high"]
        assert full.settings["method"] == "ml"
        assert "full maximum likelihood" in full.method
        taus = full.more["thresholds"].table
        assert len(taus) == 3 * 2 * 3
        truth = np.tile(CUTS, 6)
        assert taus["estimate"].to_numpy() == pytest.approx(truth, abs=0.1)
        assert (taus["std_error"] > 0).all()

    def test_numbers_stay_and_gaps_are_pairwise(self) -> None:
        frame = items().astype(float).assign(age=np.arange(600.0))
        frame.loc[:99, "a"] = np.nan
        result = osa.polychoric(frame, numbers=["age"], method="ml")
        assert result.pick("latent_r", term="a", outcome="b")["n"] == 500
        assert result.pick("latent_r", term="b", outcome="age")["method"] == "polyserial, two-step interval"
        assert (result.more["thresholds"].table.query("term == 'a'")["n"] == 500).all()

    def test_an_unknown_method_is_named(self) -> None:
        with pytest.raises(AnalysisError, match="method cannot be 'full'"):
            osa.polychoric(items(), method="full")  # type: ignore[arg-type]

    def test_perfect_agreement_is_flagged(self) -> None:
        frame = items().assign(b=items()["a"])
        result = osa.polychoric(frame[["a", "b"]], method="ml")
        assert "perfect" in result.pick("latent_r")["warning"]
        empty = result.more["thresholds"].table
        assert (empty.loc[empty["std_error"].isna(), "warning"] != "").all()
