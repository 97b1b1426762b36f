"""The rows of correlations: every pair of variables, in everybody or in each group."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.correlating.associations import Correlation, CorrelationMethod
from osa_survey.analysis.correlating.correlation_estimates import COMPOSED, METHODS, WEIGHTED, composed_correlation
from osa_survey.analysis.correlating.correlation_groups import pair_sample
from osa_survey.analysis.correlating.correlation_matrices import group_cell
from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.samples import Sample
from osa_survey.dataset import Column
from osa_survey.results import Rows

QUANTITY = {"pearson": "r", "spearman": "rho", "kendall": "tau"}
ROW_METHOD = {
    "pearson": "Pearson's r, Fisher's z interval",
    "spearman": "Spearman's ρ, Bonett–Wright interval, t approximation of p",
    "kendall": "Kendall's τ_b, Bonett–Wright interval, normal approximation of p with ties",
}
WARNING_FEW = "a correlation needs three pairs of values"
WARNING_CONSTANT = "a variable is constant among those who have both values"
WARNING_INTERVAL = "an interval needs four pairs of values"
WARNING_TAU = "an interval of τ needs five pairs of values"
WARNING_PERFECT = "the correlation is perfect: its interval is not defined"


@dataclass(frozen=True, repr=False)
class Correlated:
    """The variables that are correlated, and how.

    Attributes
    ----------
    columns : tuple of Column
        The variables.
    parts : tuple of (str, ndarray of bool)
        Each group and who is in it; one nameless group of everybody.
    composed : Sample or None
        Weighted or imputed data.
    method : {"pearson", "spearman", "kendall"}
        The coefficient.
    adjust : str
        How p values are adjusted.
    conf_level : float
        Level of the intervals.
    """

    columns: tuple[Column, ...]
    parts: tuple[tuple[str, NDArray[np.bool_]], ...]
    composed: Sample | None
    method: CorrelationMethod
    adjust: str
    conf_level: float

    @property
    def quantity(self) -> str:
        """What tables call the coefficient."""
        return QUANTITY[self.method]

    @property
    def weighted(self) -> bool:
        """Whether respondents have weights."""
        return self.composed is not None and self.composed.design is not None

    @property
    def how(self) -> str:
        """Where interval and p come from."""
        if self.composed is None:
            return ROW_METHOD[self.method]
        return (WEIGHTED if self.weighted else COMPOSED)[self.method]

    @property
    def titles(self) -> dict[str, str]:
        """Variable → what print says."""
        return {column.info.name: column.info.title for column in self.columns}

    @property
    def people(self) -> tuple[int, int]:
        """Members of the groups with two answers or more, and all others."""
        anyone = np.logical_or.reduce([mask for _, mask in self.parts])
        used = int(((np.vstack([column.answered for column in self.columns]).sum(axis=0) >= 2) & anyone).sum())
        return used, len(anyone) - used


def pair_rows(asked: Correlated) -> Rows:
    """Return one row for each pair of variables in each group."""
    columns, rows = asked.columns, Rows()
    pairs = list(itertools.combinations(range(len(columns)), 2))
    found = [(pair, part, *_found(asked, pair, part)) for part in asked.parts for pair in pairs]
    adjusted = adjusted_p_values(np.array([one.p_value for *_, one, _ in found]), asked.adjust)
    for ((first, second), (group, mask), one, warning), p_adjusted in zip(found, adjusted, strict=True):
        names = columns[first].info.name, columns[second].info.name
        cells = [group_cell(group, *names)] if group else []
        for cell in cells:
            rows.cell(cell, one.n if asked.composed else columns[first].answered & columns[second].answered & mask)
        rows.add(
            asked.quantity,
            term=names[0],
            outcome=names[1],
            group=group,
            n=one.n,
            estimate=one.estimate,
            conf_low=one.low,
            conf_high=one.high,
            conf_level=math.nan if math.isnan(one.low) else asked.conf_level,
            statistic=one.t,
            statistic_name="z" if math.isinf(one.df) else "t",
            df1=math.nan if math.isinf(one.df) else one.df,
            p_value=one.p_value,
            p_adjusted=p_adjusted,
            method=asked.how,
            warning=warning,
            cells=cells,
        )
    return rows


def _found(asked: Correlated, pair: tuple[int, int], part: tuple[str, NDArray[np.bool_]]) -> tuple[Correlation, str]:
    """Return one correlation of a group with its warning."""
    (first, second), (group, mask) = (asked.columns[place] for place in pair), part
    both = first.answered & second.answered & mask
    x, y = first.values[both], second.values[both]
    if asked.composed is None:
        one = METHODS[asked.method](x, y, asked.conf_level)
    else:
        one = composed_correlation(pair_sample(asked.composed, pair, group), asked.method, asked.conf_level)
    return one, _warning(one, is_constant(x) or is_constant(y))


def _warning(found: Correlation, constant: bool) -> str:
    if found.n < 3:
        return WARNING_FEW
    if constant:
        return WARNING_CONSTANT
    if abs(found.estimate) == 1:
        return WARNING_PERFECT
    if math.isnan(found.low) and math.isinf(found.df):
        return WARNING_TAU
    return WARNING_INTERVAL if found.n < 4 else ""
