"""Numbers of common analyses computed again for resamples of respondents, without their tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.equivalence.equivalence_sources import MINUS
from osa_survey.dataset import ScoredData, columns_of

Floats = NDArray[np.float64]
People = NDArray[np.intp]
Resampled = Callable[[People], tuple[float, float]]
"""From the positions of the respondents drawn to a number on the scale of its test and its standard error."""


def resampled_number(
    scored: ScoredData, analysis: str, arguments: Mapping[str, Any], key: Sequence[str]
) -> Resampled | None:
    """Return how one number of an analysis is computed for resamples; None where its whole analysis is needed.

    Parameters
    ----------
    scored : ScoredData
        The respondents, without a design.
    analysis : str
        ``compare_groups`` (difference of two means), ``paired`` or ``correlate`` (Pearson); others give None.
    arguments : mapping
        Those of the analysis.
    key : sequence of str
        The key columns of the number's row.

    Notes
    -----
    A difference of means has Welch's standard error, a paired one SD/√n, a correlation Fisher's z with 1/√(n − 3).
    """
    quantity, outcome, term, contrast, group, _ = key
    if analysis == "compare_groups" and quantity == "mean_difference":
        values, by = columns_of(scored, [str(arguments["outcome"]), str(arguments["by"])])
        codes = dict(zip(by.info.labels, by.info.codes, strict=True))
        first, second = (values.values * _only(by.values == codes[one]) for one in _sides(contrast))
        return lambda people: _welch(first[people], second[people])
    if analysis == "paired" and quantity == "mean_difference" and outcome.count(f" {MINUS} ") == 1:
        names = outcome.split(f" {MINUS} ")
        if any(name not in scored.variables for name in names):
            return None
        one, other = columns_of(scored, names)
        differences = one.values - other.values
        return lambda people: _mean(differences[people])
    if analysis == "correlate" and quantity == "r" and not group:
        x, y = columns_of(scored, [term, outcome])
        return lambda people: _fisher(x.values[people], y.values[people])
    return None


def _sides(contrast: str) -> list[str]:
    return contrast.split(f" {MINUS} ")


def _only(mask: NDArray[np.bool_]) -> Floats:
    return np.where(mask, 1.0, np.nan)


def _welch(x: Floats, y: Floats) -> tuple[float, float]:
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    if min(len(x), len(y)) < 2:
        return math.nan, math.nan
    return float(x.mean() - y.mean()), math.sqrt(x.var(ddof=1) / len(x) + y.var(ddof=1) / len(y))


def _mean(values: Floats) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return math.nan, math.nan
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))


def _fisher(x: Floats, y: Floats) -> tuple[float, float]:
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan, math.nan
    r = float(np.corrcoef(x, y)[0, 1])
    return (math.atanh(r), 1 / math.sqrt(len(x) - 3)) if abs(r) < 1 else (math.nan, math.nan)
