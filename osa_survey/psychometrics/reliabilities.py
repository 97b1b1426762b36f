"""The reliability of a scale: omega, alpha, and the statistics of its items."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.coefficients import omega
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_statistics import ItemStatistics, Missing, item_moments, statistics_of
from osa_survey.psychometrics.one_factor import OneFactor, one_factor
from osa_survey.psychometrics.reliability_tables import COEFFICIENTS, Parts, reliability_result
from osa_survey.results import Result

SMALLEST_SAMPLE = 3


def reliability(
    data: ScoredData | pd.DataFrame,
    scale: str | None = None,
    *,
    coefficient: Literal["omega", "alpha"] = "omega",
    conf_level: float = 0.95,
    missing: Missing = "listwise",
) -> Result:
    """Return how reliable the score of a scale is, and how its items contribute.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are the items of one scale, already keyed.
    scale : str, optional
        With scored data the scored column, such as ``"scs_total"``; may be left out if there is only one. With a data
        frame, what print calls the scale.
    coefficient : {"omega", "alpha"}
        Which coefficient is named first. The other stands beside it.
    conf_level : float
        Level of the intervals.
    missing : {"listwise", "pairwise"}
        Alpha and item statistics from complete cases, or from pairwise covariances (then the interval takes all
        respondents with at least one answer). Omega and loadings always come from complete cases.

    Returns
    -------
    Result
        Rows ``omega`` (delta-method interval), ``alpha`` (Feldt interval), ``alpha_standardised`` and
        ``inter_item_r``; in ``more["items"]`` for each item ``mean``, ``sd``, ``item_rest``, ``alpha_if_dropped`` and
        the standardised ``loading``. The fitted model is ``engine``.

    Raises
    ------
    AnalysisError
        With fewer than two items, too few respondents, items nobody answered together, or no variance at all.

    Notes
    -----
    ``omega = (sum l)^2 / ((sum l)^2 + sum theta)`` from a one-factor maximum likelihood model. It needs no equal
    loadings, alpha does. Answers are treated as numbers; with few response options both describe the sum of the
    observed answers, not of the traits behind them.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum. doi:10.4324/9781410601087

    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3), 297-334.
    doi:10.1007/BF02310555

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4, 4], "b": [1, 3, 2, 4, 5], "c": [2, 2, 3, 3, 5]})
    >>> round(reliability(items, "demo").pick("alpha")["estimate"], 3)
    np.float64(0.918)
    """
    refuse_design(data, "reliability")
    _check_arguments(coefficient, conf_level, missing)
    items = item_matrix(data, scale)
    statistics = _statistics(items, missing)
    model, omega_n, warning = _model(items)
    parts = Parts(
        items=items,
        statistics=statistics,
        omega=omega(model, conf_level) if model is not None else None,
        omega_n=omega_n,
        model=model,
        omega_warning=warning,
        missing=missing,
        conf_level=conf_level,
    )
    return reliability_result(parts, coefficient)


def _check_arguments(coefficient: str, conf_level: float, missing: str) -> None:
    problems = []
    for name, value, known in (
        ("coefficient", coefficient, COEFFICIENTS),
        ("missing", missing, ("listwise", "pairwise")),
    ):
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if not 0 < conf_level < 1:
        problems.append(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if problems:
        raise AnalysisError(problems)


def _statistics(items: ItemMatrix, missing: Missing) -> ItemStatistics:
    """Return the item statistics, or say why there are none."""
    k = items.values.shape[1]
    if k < 2:
        message = f"'{items.name}' has one item: internal consistency needs at least two"
        raise AnalysisError(Problem("one_item", message, column=items.name))
    moments = item_moments(items.values, missing)
    if (moments.smallest_pair if missing == "pairwise" else moments.n_respondents) < SMALLEST_SAMPLE:
        behind = "both answers of some pair of items" if missing == "pairwise" else "answers to all items"
        hint = 'missing = "pairwise" uses partly answered scales' if missing == "listwise" else ""
        message = f"'{items.name}': fewer than {SMALLEST_SAMPLE} respondents gave {behind}"
        raise AnalysisError(Problem("too_few_respondents", message, column=items.name, hint=hint))
    statistics = statistics_of(moments)
    if np.isnan(statistics.alpha):
        message = f"'{items.name}': the sum of the items does not vary"
        hint = "look at the answers with describe, and at the key with keying"
        raise AnalysisError(Problem("no_variance", message, column=items.name, hint=hint))
    return statistics


def _model(items: ItemMatrix) -> tuple[OneFactor | None, int, str]:
    """Return the one-factor model of the complete cases, their number, and a warning."""
    moments = item_moments(items.values, "listwise")
    n, k = moments.n_respondents, items.values.shape[1]
    if k < 3:
        return None, n, ""
    if n <= k:
        return None, n, "not estimated: no more complete cases than items"
    if statistics_of(moments).constant.any():
        return None, n, "not estimated: an item does not vary among the complete cases"
    try:
        model = one_factor(moments.covariance, n)
    except ValueError:
        return None, n, "not estimated: an item follows exactly from the others"
    if not model.converged:
        return None, n, "not estimated: the one-factor model did not converge"
    warnings = []
    if model.heywood:
        warnings.append("a residual variance is negative (Heywood case), so there is no interval")
    elif np.isnan(omega(model).conf_low):
        warnings.append("no interval: the information matrix is singular")
    if (model.loadings < 0).any():
        warnings.append("an item loads against the others: look at the key")
    return model, n, "; ".join(warnings)
