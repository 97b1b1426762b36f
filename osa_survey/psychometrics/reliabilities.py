"""The reliability of a scale: omega, alpha, and the statistics of its items."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from osa_survey.dataset import Column, ScoredData, column_of, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.psychometrics.reliability_estimates import (
    CoefficientName,
    Estimates,
    Options,
    estimate_reliability,
)
from osa_survey.psychometrics.reliability_groups import Group, groups_result
from osa_survey.psychometrics.reliability_tables import COEFFICIENTS, reliability_result
from osa_survey.psychometrics.score_precision import ScoreMetric
from osa_survey.results import Result

MOST_DRAWS = 100_000


def reliability(
    data: ScoredData | pd.DataFrame,
    scale: str | None = None,
    *,
    coefficient: CoefficientName | None = None,
    by: str | None = None,
    conf_level: float = 0.95,
    missing: Missing = "listwise",
    ordinal_alpha: bool = False,
    factors: int = 1,
    details: bool = False,
    draws: int = 1000,
    seed: int = 1,
) -> Result:
    """Return how reliable the score of a scale is, and how its items contribute.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are the items of one scale, already keyed.
    scale : str, optional
        With scored data the scored column, such as ``"scs_total"``; may be left out if there is only one. With a data
        frame, what print calls the scale.
    coefficient : {"omega_categorical", "omega", "alpha"}, optional
        Which coefficient is named first; the others stand beside it. By default categorical omega where every item
        has at most seven different answers, else omega; alpha with two items.
    by : str, optional
        A variable with categories, such as gender or wave: every coefficient for each of them too.
    conf_level : float
        Level of the intervals.
    missing : {"listwise", "pairwise"}
        Alpha and item statistics from complete cases, or from pairwise covariances (then the interval takes all
        respondents with at least one answer). Both omegas and loadings always come from complete cases.
    ordinal_alpha : bool
        Also alpha of the polychoric correlations. It is the alpha of tendencies nobody observed, not of the score.
    factors : int
        From two on also omega hierarchical and omega total of so many group factors and a general one.
    details : bool
        Also the interval of alpha by Duhachek and Iacobucci, with its standard errors of alpha if an item is dropped,
        bootstrap intervals of alpha, and split halves.
    draws : int
        Bootstrap samples of categorical omega (and with ``details`` of alpha); 0 leaves the interval out. Beyond
        10,000 complete cases a sample draws 2,000 random groups of respondents.
    seed : int
        Seed of the bootstrap and of sampled split halves.

    Returns
    -------
    Result
        Rows ``omega_categorical`` (bootstrap percentile interval), ``omega`` (delta-method interval), ``alpha``
        (Feldt interval), ``alpha_standardised`` and ``inter_item_r``; in ``more["items"]`` for each item ``mean``,
        ``sd``, ``item_rest``, ``alpha_if_dropped``, ``omega_if_dropped`` and the standardised ``loading``; in
        ``more["precision"]`` the standard error of measurement and the smallest reliable change of the score; in
        ``more["groups"]`` the coefficients by group; with ``factors`` rows ``omega_hierarchical`` and ``omega_total``
        and ``more["schmid_leiman"]``; with ``details`` also ``more["intervals"]`` and
        ``more["split_half"]``. The fitted maximum likelihood model is ``engine``.

    Raises
    ------
    AnalysisError
        With fewer than two items, too few respondents, items nobody answered together, or no variance at all.

    Notes
    -----
    ``omega = (sum l)^2 / ((sum l)^2 + sum theta)`` from a one-factor maximum likelihood model, answers treated as
    numbers. It needs no equal loadings, alpha does. Categorical omega takes a one-factor model of the polychoric
    correlations and asks how much of the variance of the observed sum of answers the factor explains. With two items
    neither model is identified: their standardised alpha is the Spearman–Brown coefficient.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum. doi:10.4324/9781410601087

    Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation modeling: An
    alternative to coefficient alpha. Psychometrika, 74(1), 155-167. doi:10.1007/s11336-008-9099-3

    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3), 297-334.
    doi:10.1007/BF02310555

    Duhachek, A., & Iacobucci, D. (2004). Alpha's standard error (ASE): An accurate and precise confidence interval
    estimate. Journal of Applied Psychology, 89(5), 792-808. doi:10.1037/0021-9010.89.5.792

    Chalmers, R. P. (2018). On misconceptions and the limited usefulness of ordinal alpha. Educational and
    Psychological Measurement, 78(6), 1056-1071. doi:10.1177/0013164417727036

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4, 4], "b": [1, 3, 2, 4, 5], "c": [2, 2, 3, 3, 5]})
    >>> round(reliability(items, "demo", draws=0).pick("alpha")["estimate"], 3)
    np.float64(0.918)
    """
    refuse_imputed(data, "reliability")
    refuse_design(data, "reliability")
    _check_arguments(coefficient, conf_level, missing, draws, factors)
    column = None if by is None else _grouping(data, by)
    if by is not None and isinstance(data, pd.DataFrame):
        data = data.drop(columns=[name for name in data.columns if str(name) == by])
    items = item_matrix(data, scale)
    options = Options(
        conf_level=conf_level,
        missing=missing,
        draws=draws,
        seed=(seed,),
        categorical=True if coefficient == "omega_categorical" else None,
        ordinal_alpha=ordinal_alpha,
        details=details,
        factors=factors,
    )
    estimates = estimate_reliability(items, options)
    order = _order(estimates, coefficient)
    result = reliability_result(estimates, order, ScoreMetric.of(data, items.name))
    if column is not None:
        own = replace(options, categorical=estimates.as_categories)
        groups = groups_result(_groups(items, column, own), order, items, column.info.title)
        result = replace(result, more={**result.more, "groups": groups}, settings={**result.settings, "by": by})
    return result


def _check_arguments(coefficient: str | None, conf_level: float, missing: str, draws: int, factors: int) -> None:
    problems = []
    for name, value, known in (
        ("coefficient", coefficient or "alpha", COEFFICIENTS),
        ("missing", missing, ("listwise", "pairwise")),
    ):
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if not 0 < conf_level < 1:
        problems.append(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if not (draws == 0 or 100 <= draws <= MOST_DRAWS):
        message = f"draws must be 0 or lie between 100 and {MOST_DRAWS}"
        problems.append(Problem("draws", message, hint="draws = 1000"))
    if factors < 1:
        problems.append(Problem("factors", "factors must be 1 or more", hint="factors = 3"))
    if problems:
        raise AnalysisError(problems)


def _grouping(data: ScoredData | pd.DataFrame, by: str) -> Column:
    column = column_of(data, by)
    if not column.info.is_categorical:
        message = f"'{by}' is a {column.info.type}: it has no declared categories"
        hint = "declare it nominal or ordinal in the codebook (in a data frame: pd.Categorical)"
        raise AnalysisError(Problem("no_categories", message, column=by, hint=hint))
    return column


def _order(estimates: Estimates, coefficient: str | None) -> tuple[str, ...]:
    """Return the coefficients there are, the one asked for first."""
    several = estimates.items.values.shape[1] > 2
    there = {"omega_categorical": several and estimates.as_categories, "omega": several, "alpha": True}
    names = (coefficient, *COEFFICIENTS) if coefficient else COEFFICIENTS
    return tuple(dict.fromkeys(name for name in names if there[name]))


def _groups(items: ItemMatrix, column: Column, options: Options) -> list[Group]:
    """Return the estimates of each group, or why there are none."""
    groups = []
    for number, (label, mask) in enumerate(column.categories(), start=1):
        own = replace(items, values=items.values[mask])
        try:
            estimates = estimate_reliability(own, replace(options, seed=(*options.seed, number)))
            groups.append(Group(label, own, estimates, ""))
        except AnalysisError as error:
            why = error.problems[0].message.partition(": ")[2] or error.problems[0].message
            groups.append(Group(label, own, None, f"not estimated: {why}"))
    return groups
