"""The fixed imputed sets that R pooled, and linear models of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LM = 1e-9
"""Relative; the tolerance of the reference folder for pooled linear models."""
Golden = Callable[[str], dict[str, Any]]
Floats = NDArray[np.float64]
SETS = {"nhanes": ("nhanes_m5", "nhanes_imputed_m5.csv"), "bfi": ("bfi_m20", "bfi_imputed_m20.csv")}
MODELS = {
    "nhanes": ("chl", ["age", "bmi", "hyp"], ["age"], ["age", "bmi"]),
    "bfi": (
        "neuro",
        ["extra", "agree", "consc", "age"],
        ["agree", "age"],
        ["extra", "agree", "consc", "female", "age"],
    ),
}
"""Outcome, larger and smaller model of the tests, predictors of the pooled model."""


def stored() -> dict[str, Any]:
    """Return the numbers of imputation.R."""
    numbers: dict[str, Any] = json.loads(Path(__file__).with_name("imputation.json").read_text(encoding="utf-8"))
    return numbers


def imputed(folder: Path, data: str) -> list[pd.DataFrame]:
    frame = pd.read_csv(folder / "mi" / SETS[data][1])
    return [part.reset_index(drop=True) for number, part in frame.groupby("imp") if number > 0]


def least_squares(frame: pd.DataFrame, outcome: str, terms: list[str]) -> tuple[Floats, Floats, float, float]:
    """Return coefficients, covariance, R² and n of a linear model."""
    y = frame[outcome].to_numpy(float)
    X = np.column_stack([np.ones(len(frame)), frame[terms].to_numpy(float)])
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    residual = y - X @ b
    covariance = np.linalg.inv(X.T @ X) * (residual @ residual) / (len(y) - X.shape[1])
    return b, covariance, 1 - residual @ residual / ((y - y.mean()) ** 2).sum(), len(y)
