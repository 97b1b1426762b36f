"""One number of an analysis, computed in each completed set and pooled on the scale that fits it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from osa_survey.dataset import ImputedData, ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.pooled_quantities import pool_proportion, pool_r, pool_r2
from osa_survey.imputation.pooling import pool
from osa_survey.results import Result
from osa_survey.results.weighted_notes import weighted_by

CORRELATIONS = ("r", "rho")
SHARES_OF_VARIANCE = ("r2", "adjusted_r2")
RATIOS = ("odds_ratio",)

Analysis = Callable[[ScoredData], Result]


@dataclass(frozen=True)
class PooledRow:
    """One number of a result, pooled over completed sets.

    Attributes
    ----------
    estimate, std_error, low, high, df, p_value, fmi, n : float
        As in a table of results; the standard error is that of the scale on which was pooled.
    cells : tuple of (str, float)
        The counts of people that the number would give away, the fewest of any set.
    weighted : tuple of str
        The note of the result that says what its numbers are weighted by, if they are.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    df: float
    p_value: float
    fmi: float
    n: float
    cells: tuple[tuple[str, float], ...] = ()
    weighted: tuple[str, ...] = ()


def pooled_row(imputed: ImputedData, analysis: Analysis, pick: Mapping[str, str], conf_level: float) -> PooledRow:
    """Return one number of an analysis pooled over completed sets.

    Parameters
    ----------
    imputed : ImputedData
        Completed sets.
    analysis : callable
        ``ScoredData → Result``.
    pick : mapping of str to str
        What ``Result.pick`` takes: ``quantity`` and the other keys of the row.
    conf_level : float
        Level of the interval.

    Returns
    -------
    PooledRow
        Correlations and R² are pooled on Fisher's z, proportions on the logit, all others as they are.

    Raises
    ------
    AnalysisError
        ``no_such_row`` where a set's result lacks the row or has several, ``no_standard_error`` where it has none,
        ``ratio_scale`` for odds ratios: their logarithm, the coefficient, is what can be pooled.
    """
    where = dict(pick)
    quantity = where.pop("quantity", "")
    if quantity in RATIOS:
        message = f"'{quantity}' is a ratio: it is not pooled as it stands"
        raise AnalysisError(Problem("ratio_scale", message, hint='pick the coefficient instead: {"quantity": "b", …}'))
    found, people = [], []
    for completed in imputed:
        result = analysis(completed)
        try:
            row = result.pick(quantity, **where)
        except KeyError as error:
            message = f"the analysis has no single row for this choice: {error.args[0]}"
            raise AnalysisError(Problem("no_such_row", message, hint="name more keys of the row in pick")) from None
        found.append(row)
        people.append(_people_behind(result, row))
    cells = tuple((name, min(counts[name] for counts in people if name in counts)) for name in people[0])
    weighted = tuple(note for note in result.notes if weighted_by((note,)))
    return replace(_joined(found, quantity, conf_level), cells=cells, weighted=weighted)


def _people_behind(result: Result, row: pd.Series) -> dict[str, float]:
    if not result.cells.behind:
        return {}
    place = int(result.frame.index.get_indexer(pd.Index([row.name]))[0])
    return {name: result.cells.counts[name] for name in result.cells.behind[place]}


def _joined(found: Sequence[pd.Series], quantity: str, conf_level: float) -> PooledRow:
    values = [float(row["estimate"]) for row in found]
    n = min(float(row["n"]) for row in found)
    if quantity in CORRELATIONS:
        z = pool_r(values, n, n - 2, conf_level)
        return PooledRow(z.estimate, z.std_error, z.low, z.high, z.df, z.p_value, z.fmi, n)
    if quantity in SHARES_OF_VARIANCE:
        z = pool_r2(values, n, conf_level)
        return PooledRow(z.estimate, z.std_error, z.low, z.high, z.df, z.p_value, z.fmi, n)
    if quantity == "proportion":
        z = pool_proportion(values, [float(row["n"]) for row in found], n - 1, conf_level)
        return PooledRow(z.estimate, z.std_error, z.low, z.high, z.df, z.p_value, z.fmi, n)
    pooled = pool(values, [_variance(row, quantity) for row in found], min(map(_df_complete, found)))
    low, high = pooled.interval(conf_level)
    return PooledRow(
        float(pooled.estimate[0]), float(pooled.std_error[0]), float(low[0]), float(high[0]), float(pooled.df[0]),
        float(pooled.p_value()[0]), float(pooled.fmi[0]), n,
    )  # fmt: skip


def _variance(row: pd.Series, quantity: str) -> float:
    error = float(row["std_error"])
    if math.isnan(error):
        message = f"the rows of '{quantity}' have no standard error: there is no rule to pool them"
        raise AnalysisError(Problem("no_standard_error", message, hint="pick a mean, a coefficient or a correlation"))
    return error**2


def _df_complete(row: pd.Series) -> float:
    if str(row["statistic_name"]) == "t" and not math.isnan(float(row["df1"])):
        return float(row["df1"])
    return float(row["n"]) - 1 if str(row["quantity"]) == "mean" else math.inf
