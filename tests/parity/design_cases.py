"""The school data of R's survey with the designs that the golden numbers were made with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.weighting import (
    DesignEstimate,
    under_design,
    weighted_means,
)

EXACT = 1e-9
"""Relative: means, totals and standard errors are sums (README of the golden folder)."""
ROUNDED_DATA = 1e-6
"""Relative: of quantiles and raked weights (README of the golden folder)."""
RAKED = 1e-8
"""Relative: both rake until margins hold (tolerance of the golden file)."""
ZERO = 1e-12
"""Absolute: variances that are exactly zero in theory."""

Golden = Callable[[str], dict[str, Any]]
Case = tuple[str, pd.DataFrame, SurveyDesign]

DESIGNS = ("strat_fpc", "strat_nofpc", "clus1", "weights_only")
FILES = {"strat_fpc": "apistrat", "strat_nofpc": "apistrat", "clus1": "apiclus1", "weights_only": "apisrs"}
PLANS: dict[str, dict[str, Any]] = {
    "strat_fpc": {"strata": "stype", "fpc": "fpc"},
    "strat_nofpc": {"strata": "stype"},
    "clus1": {"clusters": "dnum", "fpc": "fpc"},
    "weights_only": {},
}
STYPE = {"E": 4421, "H": 755, "M": 1018}
SCHWIDE = {"No": 1072, "Yes": 5122}
AWARDS = {"No": 2027, "Yes": 4167}


def frame(folder: Path, name: str) -> pd.DataFrame:
    data = pd.read_csv(folder / "weights" / f"{name}.csv")
    for text in ("stype", "sch.wide", "comp.imp", "both", "awards"):
        data[text] = pd.Categorical(data[text])
    return data


def same(found: DesignEstimate, expected: dict[str, Any], tolerance: float = EXACT) -> None:
    np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=tolerance)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=tolerance)
    np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=2 * tolerance)  # squares of errors
    same_bounds(found, expected, tolerance)


def same_bounds(found: DesignEstimate, expected: dict[str, Any], tolerance: float) -> None:
    """Compare the normal intervals that survey's confint gives without degrees of freedom."""
    half = stats.norm.ppf(0.975) * found.std_error
    bounds = np.column_stack([found.estimate - half, found.estimate + half])
    np.testing.assert_allclose(bounds, expected["ci_df_inf"]["data"], rtol=tolerance, atol=ZERO)


def means_of(data: pd.DataFrame, names: list[str], design: SurveyDesign) -> DesignEstimate:
    values = data[names].to_numpy(dtype=float)
    return under_design(lambda w: weighted_means(values, w), design)


def scored(data: pd.DataFrame, design: SurveyDesign) -> ScoredData:
    """Return the frame as scored data, codes of categories from 1."""
    columns = columns_of(data, list(data.select_dtypes(["number", "category"]).columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    variables = {column.info.name: column.info for column in columns}
    return ScoredData(values, reasons, variables, None, design=design)  # type: ignore[arg-type]
