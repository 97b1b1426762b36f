"""How many factors a set of items has: the public analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.exploratory.dimension_tables import dimensions_result
from osa_survey.psychometrics.exploratory.item_correlations import Kind, item_correlations, items_of
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.results import Result


def dimensionality(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None = None,
    *,
    correlation: Kind = "pearson",
    missing: Missing = "listwise",
    draws: int = 100,
    quantile: float = 0.95,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return how many factors the items of one or several scales have, by several rules.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns whose items are taken together; may be left out if there is only one.
    correlation : {"pearson", "polychoric"}
        Of answers as numbers, or of the tendencies behind them. For polychoric correlations the random data are the
        answers, each item shuffled by itself.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair.
    draws : int
        Random data sets of the parallel analysis.
    quantile : float
        Quantile of their eigenvalues that an observed one must exceed.
    seed : int
        Of the random data.
    progress : callable, optional
        Told (done, all) after each random data set of polychoric correlations.

    Returns
    -------
    Result
        Rows ``kmo``, ``sphericity`` (Bartlett's test), ``factors`` for each rule; ``more["eigenvalues"]`` with observed
        and random eigenvalues and average partials, ``more["items"]`` with the adequacy of each item.

    Raises
    ------
    AnalysisError
        Fewer than three items, too few respondents, an item without variance or that follows from the others.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2),
    179-185. doi:10.1007/BF02289447
    """
    refuse_imputed(data, "dimensionality")
    refuse_design(data, "dimensionality")
    check_draws(draws, quantile, correlation, missing)
    found = item_correlations(items_of(data, scales), correlation, missing)
    return dimensions_result(found, draws=draws, quantile=quantile, seed=seed, progress=progress)


def check_draws(draws: int, quantile: float, correlation: str, missing: str) -> None:
    """Raise an error that names every argument that cannot be."""
    problems = []
    for name, value, known in (
        ("correlation", correlation, ("pearson", "polychoric")),
        ("missing", missing, ("listwise", "pairwise")),
    ):
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if draws < 20:
        problems.append(
            Problem("draws", "a quantile of fewer than 20 random data sets is no guide", hint="draws = 100")
        )
    if not 0.5 <= quantile < 1:
        problems.append(Problem("quantile", "quantile must lie between 0.5 and 1", hint="quantile = 0.95"))
    if problems:
        raise AnalysisError(problems)
