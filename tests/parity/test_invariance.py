"""Invariance ladders against lavaan 0.6-14 and semTools 0.5-6 (see factor_models.R)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.psychometrics.confirmatory import FactorFit, fit_factor_model, fit_measures
from osa_survey.psychometrics.confirmatory.difference_tests import difference_test
from osa_survey.psychometrics.confirmatory.fit_measures import rmsea
from osa_survey.psychometrics.invariance.ladders import LadderModel, step_syntax
from tests.parity.model_comparisons import CHI_SQUARED, compare, compare_fit
from tests.parity.test_factor_models import AN, EQUAL, HS, X

DIFFERENCE = 1e-3
"""The reference folder allows 1e-2 for difference tests of ordinal items."""
P = 1e-4
DELTA = 1e-4

Load = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def schools(golden_folder: Path) -> list[np.ndarray]:
    frame = pd.read_csv(golden_folder / "cfa" / "hs1939.csv")
    return [group[X].to_numpy(dtype=float) for _, group in frame.groupby("school", sort=False)]


@pytest.fixture(scope="module")
def genders(golden_folder: Path) -> list[np.ndarray]:
    frame = pd.read_csv(golden_folder / "cfa" / "bfi_acn.csv").dropna(subset=[*AN, "gender"])
    return [frame.loc[frame["gender"] == code, AN].to_numpy(dtype=float) for code in (1, 2)]


def continuous(n_groups: int = 2) -> LadderModel:
    return LadderModel({"visual": tuple(X[:3]), "textual": tuple(X[3:6]), "speed": tuple(X[6:])}, (), {}, n_groups)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_continuous_ladder(estimator: str, schools: list[np.ndarray], load_golden: Load) -> None:
    golden = load_golden("cfa")
    prefix = f"hs_school_{estimator.lower()}"
    by_convention = [
        fit_factor_model(schools, X, HS, estimator=estimator, group_equal=equal)  # type: ignore[arg-type]
        for equal in EQUAL.values()
    ]
    by_syntax = [
        fit_factor_model(schools, X, step_syntax(continuous(), step), estimator=estimator)  # type: ignore[arg-type]
        for step in EQUAL
    ]
    for own, other in zip(by_syntax, by_convention, strict=True):
        assert own.inference.chi_squared.value == pytest.approx(other.inference.chi_squared.value, rel=1e-6)
        assert own.inference.chi_squared.df == other.inference.chi_squared.df
    table = golden[f"{prefix}_lrt"]["value"]
    hold_differences(by_syntax, table)
    for index, fit in enumerate(by_syntax):
        found, test = fit_measures(fit), fit.inference.chi_squared
        assert (found.aic, found.bic) == pytest.approx((table["AIC"][index], table["BIC"][index]), rel=CHI_SQUARED)
        if index and "RMSEA" in table:
            difference = difference_test(by_syntax[index - 1], fit)
            error = rmsea(difference.value, difference.df, fit.n, len(fit.samples)).value
            assert error == pytest.approx(table["RMSEA"][index], abs=DELTA)
        assert (test.value, test.df) == (pytest.approx(table["Chisq"][index], rel=CHI_SQUARED), table["Df"][index])
    changes = golden[f"{prefix}_delta"]["value"]
    measures = [fit_measures(fit) for fit in by_syntax]
    for index, row in enumerate(changes["data"]):
        table = dict(zip(changes["colnames"], row, strict=True))
        one, two = measures[index], measures[index + 1]
        assert two.cfi - one.cfi == pytest.approx(table["cfi"], abs=DELTA)
        assert two.rmsea.value - one.rmsea.value == pytest.approx(table["rmsea"], abs=DELTA)
        assert two.srmr - one.srmr == pytest.approx(table["srmr"], abs=DELTA)
        assert two.bic - one.bic == pytest.approx(table["bic"], abs=1e-3)
        if estimator == "MLR":
            assert two.cfi_robust - one.cfi_robust == pytest.approx(table["cfi.robust"], abs=DELTA)


def hold_differences(fits: list[FactorFit], reference: dict[str, Any]) -> None:
    for index in range(1, len(fits)):
        found = difference_test(fits[index - 1], fits[index])
        assert found.df == reference["Df diff"][index]
        assert found.value == pytest.approx(reference["Chisq diff"][index], rel=CHI_SQUARED)
        assert found.p_value == pytest.approx(reference["Pr(>Chisq)"][index], rel=1e-3, abs=1e-9)


def test_ordinal_ladder_of_wu_and_estabrook(genders: list[np.ndarray], load_golden: Load) -> None:
    golden = load_golden("cfa/ordinal_invariance")
    model = LadderModel({"agree": tuple(AN[:5]), "neuro": tuple(AN[5:])}, (), dict.fromkeys(AN, 5), 2)
    fits = []
    for step in model.steps:
        fit = fit_factor_model(genders, AN, step_syntax(model, step), estimator="WLSMV", parameterisation="theta")
        compare_fit(fit, golden[step]["fit"])
        theirs = fit_factor_model(genders, AN, golden[step]["syntax"], estimator="WLSMV", parameterisation="theta")
        compare(theirs, golden[step])
        assert fit.inference.chi_squared.value == pytest.approx(theirs.inference.chi_squared.value, rel=1e-6)
        fits.append(fit)
    for index, step in enumerate(model.steps[1:], start=1):
        found = difference_test(fits[index - 1], fits[index])
        reference = golden["difference_tests"][step]
        assert found.df == reference["df_diff"]
        assert found.value == pytest.approx(reference["chisq_diff"], rel=DIFFERENCE)
        assert found.p_value == pytest.approx(reference["pvalue"], rel=1e-2, abs=P)
