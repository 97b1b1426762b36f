"""Columns of the data behind R's models, and holding a fitted model to R's table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from osa_survey.models import (
    Fit,
)

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision."""
ITERATED = 1e-6
"""Relative, with a floor of 1e-8: R stops iterating when the deviance changes by less than 1e-8 of itself."""
FLOOR = 1e-8
SHARP = 1e-9
"""Relative, with a floor of 1e-9: R's iterations carried to the end, by `models.R`."""
OPTIMISED = 1e-5
"""The same where R has a general optimiser only, whatever its tolerance."""
NUMERIC_HESSIAN = 1e-3
"""R's zeroinfl, hurdle, multinom and polr take their Hessian, and stop, by a general optimiser."""
Golden = Callable[[str], dict[str, Any]]
Sharp = dict[str, dict[str, list[float]]]


def stored() -> Sharp:
    """Return what `models.R` wrote."""
    numbers: Sharp = json.loads(Path(__file__).with_name("models.json").read_text(encoding="utf-8"))
    return numbers


def matrix(data: pd.DataFrame, names: list[str]) -> np.ndarray:
    return np.column_stack([np.ones(len(data)), data[names].to_numpy(np.float64)])


def column(data: pd.DataFrame, name: str) -> np.ndarray:
    return data[name].to_numpy(np.float64)


def errors_of(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diag(covariance))


def hold(found: object, expected: object, rtol: float, atol: float = 0.0) -> None:
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=rtol, atol=atol)


def hold_table(fit: Fit, expected: dict[str, Any], rtol: float, errors: float, covariance: np.ndarray) -> None:
    table = np.array(expected["coef"]["data"])
    k = fit.n_coefficients
    assert fit.converged
    hold(fit.coefficients, table[:, 0], rtol, FLOOR)
    hold(errors_of(covariance)[:k], table[:, 1], errors)
