"""Alpha and omega with weights, robust errors and FIML against lavaan and psych."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis.measuring.fiml_reliabilities import direct_reliability
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import columns_of
from osa_survey.psychometrics.reliability_gradients import log_alpha, logit_omega, weighted_covariance

NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("composed_reliability.json").read_text(encoding="utf-8"))
SEARCHED = 1e-5
"""Relative: lavaan's search ends at a gradient of 1e-6 or so, and its second derivatives are numerical."""
EM = 2e-4
"""Relative: lavaan's search over the saturated moments of answers with gaps, and its numerical information."""
ITEMS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.DataFrame(NUMBERS["data"]).astype(float)


@pytest.mark.parametrize("name", ["alpha", "omega"])
@pytest.mark.parametrize("weighted", [False, True])
def test_robust_errors_are_those_of_lavaan(data: pd.DataFrame, name: str, weighted: bool) -> None:
    complete = data.dropna()
    values = complete[ITEMS].to_numpy()
    weights = complete["w"].to_numpy() if weighted else np.ones(len(values))
    of_covariance = log_alpha if name == "alpha" else logit_omega
    found = of_covariance(weighted_covariance(values, weights))
    error = math.sqrt(float((found.influence(values, weights) ** 2).sum()))
    expected = NUMBERS[name + ("_weighted" if weighted else "")]
    np.testing.assert_allclose([found.value, error], expected, rtol=SEARCHED)


def test_fiml(data: pd.DataFrame) -> None:
    everybody = CompletedSet(columns_of(data[ITEMS], ITEMS), data[ITEMS].notna().any(axis=1).to_numpy(), None)
    found = direct_reliability(Sample((everybody,), imputed=False), len(ITEMS), ["omega", "alpha"], 0.95)
    alpha, omega = found.coefficients["alpha"], found.coefficients["omega"]
    value, error = NUMBERS["fiml_alpha"]
    assert alpha.estimate == pytest.approx(NUMBERS["fiml_psych_alpha"], rel=EM)
    assert alpha.std_error == pytest.approx(error * math.exp(value), rel=EM)
    assert omega.estimate == pytest.approx(1 / (1 + math.exp(-NUMBERS["fiml_omega"])), rel=EM)
    assert found.n == len(data)
