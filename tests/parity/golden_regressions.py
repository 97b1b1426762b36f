"""Columns of the data behind R's stored regressions, and how closely R's output can be met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision (README of the golden folder)."""
NEARLY_COLLINEAR = 1e-8
"""The same with age and its square, which lose a digit."""
ITERATED = 1e-6
"""Relative: R stops iterating when the deviance changes by less than 1e-8 of itself."""
LOGIT_STEP = 1e-5
"""Relative, of covariances: R takes their weights from the step before the last."""
CHANCE = 1e-7
"""Relative, of small p values."""
MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]
Floats = np.ndarray


def column_of(data: pd.DataFrame, name: str) -> Floats:
    """Return the column of a design matrix that R calls so."""
    if name == "(Intercept)":
        return np.ones(len(data))
    if ":" in name:
        first, second = name.split(":")
        return column_of(data, first) * column_of(data, second)
    if name == "I(age^2)":
        return data["age"].to_numpy() ** 2
    for head in ("factor(occupation)", "occ_f"):
        if name.startswith(head):
            return (data["occupation"] == float(name.removeprefix(head))).to_numpy(dtype=float)
    if name in ("rm_c", "rel_c"):
        own = data[{"rm_c": "rate_marriage", "rel_c": "religious"}[name]]
        return (own - own.mean()).to_numpy()
    return data[name].to_numpy()


def matrix_of(data: pd.DataFrame, names: Sequence[str]) -> Floats:
    return np.column_stack([column_of(data, name) for name in names])
