"""How precise a single score is: standard error of measurement, and the smallest change that is reliable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from osa_survey.dataset import ScoredData
from osa_survey.psychometrics.reliability_estimates import Estimates
from osa_survey.results import Layout, Result, Rows, Show

JACOBSON = (
    "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical approach to defining meaningful change "
    "in psychotherapy research. Journal of Consulting and Clinical Psychology, 59(1), 12–19. "
    "https://doi.org/10.1037/0022-006X.59.1.12"
)
NOTE = (
    "The standard error of measurement is SD × √(1 − reliability), with the reliability of this sample; a change of "
    "one person is larger than error alone where it exceeds the reliable change."
)


@dataclass(frozen=True)
class ScoreMetric:
    """How the score comes from the sum of the items.

    Attributes
    ----------
    factor : float or None
        What the sum of ``k`` answers is multiplied by; None where the score is no sum or mean of the answers.
    word : str
        ``"sum"`` or ``"mean"``.
    """

    factor: float | None
    word: str

    @classmethod
    def of(cls, data: ScoredData | pd.DataFrame, name: str) -> ScoreMetric:
        """Return the metric of a scored column; of a data frame of items it is their sum."""
        if isinstance(data, pd.DataFrame):
            return cls(1.0, "sum")
        entry = data.scale_log(name)
        if entry.score == "mean":
            return cls(entry.times / entry.n_items, "mean")
        return cls(entry.times if entry.score == "sum" else None, entry.score)


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """Return ``sd * sqrt(1 - reliability)``; NaN for a reliability below 0.

    Examples
    --------
    >>> round(standard_error_of_measurement(10.0, 0.84), 6)
    4.0
    """
    return float(sd * np.sqrt(1.0 - reliability)) if 0 <= reliability <= 1 else float("nan")


def reliable_change(sem: float, level: float = 0.95) -> float:
    """Return the smallest change of one person that error alone exceeds with probability ``1 - level``.

    Notes
    -----
    ``z sqrt(2) sem``: both measurements carry the error (Jacobson & Truax, 1991).

    Examples
    --------
    >>> round(reliable_change(4.0), 3)
    11.087
    """
    return float(ndtri(0.5 + level / 2.0) * np.sqrt(2.0) * sem)


def precision_result(estimates: Estimates, order: tuple[str, ...], metric: ScoreMetric, base: str) -> Result | None:
    """Return the table of precision, one row for each coefficient; None where the score is no sum of answers.

    Parameters
    ----------
    estimates : Estimates
        What was computed.
    order : tuple of str
        The coefficients.
    metric : ScoreMetric
        How the score comes from the answers.
    base : str
        The cell of the respondents behind the score.
    """
    if metric.factor is None:
        return None
    items, level = estimates.items, estimates.options.conf_level
    sd = abs(metric.factor) * float(np.sqrt(estimates.statistics.moments.covariance.sum()))
    rows = Rows()
    rows.cell(base, estimates.n)
    titles = {"omega_categorical": "categorical ω", "omega": "McDonald's ω", "alpha": "Cronbach's α"}
    for name in order:
        estimate = estimates.coefficient(name).estimate
        sem = standard_error_of_measurement(sd, estimate)
        warning = "" if np.isfinite(sem) else "not defined: the coefficient is negative or unknown"
        how = f"{metric.word} of the items, reliability by {titles[name]}"
        common: dict[str, Any] = {"outcome": items.name, "term": name, "n": estimates.n, "cells": [base], "method": how}
        rows.add("sd", estimate=sd, **common)
        rows.add("sem", estimate=sem, warning=warning, **common)
        rows.add("reliable_change", estimate=reliable_change(sem, level), level=f"{level:g}", warning=warning, **common)
    return Result.from_rows(
        rows,
        title=f"Precision of a score of {items.title}",
        analysis="reliability",
        method=f"standard error of measurement and reliable change at {100 * level:g}%; score: {metric.word} of items",
        n_used=estimates.n,
        n_dropped=len(items.values) - estimates.n,
        settings={"scale": items.name, "conf_level": level},
        notes=(NOTE,),
        references=(JACOBSON,),
        labels={items.name: items.title, **titles},
        layout=Layout(
            rows=("term",), show=(Show("sd"), Show("sem"), Show("reliable_change")), row_head="Reliability by"
        ),
    )
