"""Exploratory factor analysis: the public function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.exploratory.dimensionality import check_draws
from osa_survey.psychometrics.exploratory.extractions import Extraction
from osa_survey.psychometrics.exploratory.factor_solutions import FactorRequest, solved_factors
from osa_survey.psychometrics.exploratory.item_correlations import Kind, item_correlations, items_of
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors, loading_errors
from osa_survey.psychometrics.exploratory.rotations import Rotated, Rotation
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.results import Result

EXTRACTIONS = ("minres", "ml", "principal_axis")
ROTATIONS = ("oblimin", "geomin", "varimax", "promax", "target", "none")


def efa(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None = None,
    *,
    factors: int | Literal["parallel"] = "parallel",
    extraction: Extraction = "minres",
    rotation: Rotation = "oblimin",
    correlation: Kind = "pearson",
    missing: Missing = "listwise",
    target: Mapping[str, Sequence[str]] | None = None,
    starts: int = 30,
    draws: int = 100,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return an exploratory factor analysis of the items of one or several scales.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns whose items are taken together; may be left out if there is only one.
    factors : int or "parallel"
        How many; ``"parallel"`` takes what Horn's parallel analysis of components suggests, at least one. (The variant
        with reduced correlations tends to suggest too many; ``dimensionality`` shows both.)
    extraction : {"minres", "ml", "principal_axis"}
        Least squares, maximum likelihood, or iterated principal axes.
    rotation : {"oblimin", "geomin", "varimax", "promax", "target", "none"}
        Oblimin with gamma 0 (quartimin), geomin with delta 0.01.
    correlation : {"pearson", "polychoric"}
        Of answers as numbers, or of the tendencies behind them.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair (then without standard errors).
    target : mapping of str to sequence of str, optional
        Factor → the item columns that should load on it; with several scales by default the scales. It gives Tucker's
        congruence, and what ``rotation = "target"`` turns to.
    starts : int
        Random starts of the rotation.
    draws : int
        Random data sets of the parallel analysis.
    seed : int
        Of random starts and random data.
    conf_level : float
        Level of the intervals of loadings and factor correlations.
    progress : callable, optional
        See ``dimensionality``.

    Returns
    -------
    Result
        Rows ``factors``, ``variance_explained``, fit (``fit_chi_squared``, ``rmsea`` with 90 % interval, ``tli``,
        ``rmsr``, ``bic``); ``more`` holds ``loadings`` (with standard errors), ``communalities``, ``factors`` (variance
        each explains), ``factor_correlations``, ``congruence`` with a target, and ``dimensions`` where the number came
        from parallel analysis. ``engine`` is the rotated solution.

    Raises
    ------
    AnalysisError
        Items that cannot be factored (see ``dimensionality``), more factors than the items identify, unknown words.

    Notes
    -----
    Standard errors are those of ``loading_errors``: robust for Pearson correlations (no normality assumed), with the
    asymptotic covariance of polychoric correlations else. Promax has no criterion, so none are given there. A factor
    has no sign of its own: columns are turned so that their loadings sum to a positive number.

    References
    ----------
    Browne, M. W. (2001). An overview of analytic rotation in exploratory factor analysis. Multivariate Behavioral
    Research, 36(1), 111-150. doi:10.1207/S15327906MBR3601_05
    """
    refuse_imputed(data, "efa")
    refuse_design(data, "efa")
    check_draws(draws, 0.95, correlation, missing)
    items = items_of(data, scales)
    request = FactorRequest(
        factors=factors, extraction=extraction, rotation=rotation, target=wanted_target(data, scales, items, target),
        starts=starts, draws=draws, seed=seed, conf_level=conf_level,
    )  # fmt: skip
    check_factors(request)
    found = item_correlations(items, correlation, missing)

    def errors(rotated: Rotated) -> LoadingErrors | None:
        if missing != "listwise":
            return None
        return loading_errors(rotated, found.asymptotic(), found.n, extraction=extraction)

    return solved_factors(found, request, errors, progress=progress)


def check_factors(request: FactorRequest) -> None:
    """Raise an error that names every argument that cannot be, or a target rotation without a target."""
    problems = []
    factors = request.factors
    asked = (("extraction", request.extraction, EXTRACTIONS), ("rotation", request.rotation, ROTATIONS))
    for name, value, known in asked:
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if factors != "parallel" and (not isinstance(factors, int | np.integer) or factors < 1):
        problems.append(Problem("factors", "factors is a number from 1, or 'parallel'", hint='factors = "parallel"'))
    if request.starts < 1:
        problems.append(Problem("starts", "a rotation needs a start", hint="starts = 30"))
    if not 0 < request.conf_level < 1:
        problems.append(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if request.rotation == "target" and request.target is None:
        problems.append(Problem("no_target", "a target rotation needs a target", hint="target = { name = [items] }"))
    if problems:
        raise AnalysisError(problems)


def wanted_target(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None,
    items: ItemMatrix,
    target: Mapping[str, Sequence[str]] | None,
) -> dict[str, tuple[str, ...]] | None:
    """Return the items that should load on each factor: those named, or of several scales their own."""
    if target is None:
        if isinstance(data, pd.DataFrame) or scales is None or isinstance(scales, str) or len(scales) < 2:
            return None
        return {name: items_of(data, name).columns for name in scales}
    wanted = {str(name): tuple(columns) for name, columns in target.items()}
    problems = [
        Problem("unknown_item", f"there is no item '{column}'", column=column, hint=nearest(column, items.columns))
        for columns in wanted.values()
        for column in columns
        if column not in items.columns
    ]
    if problems:
        raise AnalysisError(problems)
    return wanted
