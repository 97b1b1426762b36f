"""Exploratory factor analysis: the public function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.exploratory.dimensionality import BY_PARALLEL, check_draws, dimensions_result
from osa_survey.psychometrics.exploratory.extractions import Extraction, extract
from osa_survey.psychometrics.exploratory.factor_fits import factor_fit
from osa_survey.psychometrics.exploratory.factor_tables import FactorParts, factors_result
from osa_survey.psychometrics.exploratory.item_correlations import Kind, item_correlations, items_of
from osa_survey.psychometrics.exploratory.loading_errors import loading_errors
from osa_survey.psychometrics.exploratory.rotations import Rotation, rotate
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
    _check(factors, extraction, rotation, starts, conf_level)
    items = items_of(data, scales)
    wanted = _target(data, scales, items, target)
    if rotation == "target" and wanted is None:
        raise AnalysisError(
            Problem("no_target", "a target rotation needs a target", hint="target = { name = [items] }")
        )
    found = item_correlations(items, correlation, missing)
    dimensions = None
    if factors == "parallel":
        dimensions = dimensions_result(found, draws=draws, quantile=0.95, seed=seed, progress=progress)
        suggested = int(dimensions.pick("factors", level=BY_PARALLEL)["estimate"])
        k = min(max(suggested, 1), _most(len(found.R)))
    else:
        k = int(factors)
    if k > _most(len(found.R)):
        message = f"{len(found.R)} items identify at most {_most(len(found.R))} factors, not {k}"
        raise AnalysisError(Problem("too_many_factors", message, hint=f"factors = {_most(len(found.R))}"))
    pattern = None
    if wanted is not None and (rotation == "target" or len(wanted) == k):
        if len(wanted) != k:
            message = f"the target has {len(wanted)} factors, the analysis {k}"
            raise AnalysisError(Problem("target_size", message, hint=f"factors = {len(wanted)}"))
        pattern = np.column_stack([np.isin(items.columns, list(columns)) for columns in wanted.values()]).astype(float)
    extracted = extract(found.R, k, extraction)
    free = np.where(pattern > 0, np.nan, 0.0) if pattern is not None else None
    rotated = rotate(extracted.loadings, rotation, starts=starts, seed=seed, target=free)
    gamma = found.asymptotic() if missing == "listwise" else None
    errors = loading_errors(rotated, gamma, found.n, extraction=extraction) if gamma is not None else None
    parts = FactorParts(
        found=found,
        extracted=extracted,
        rotated=rotated,
        errors=None if extracted.heywood or not extracted.converged else errors,
        fit=factor_fit(found.R, rotated.loadings, rotated.phi, found.n),
        pattern=pattern,
        names=tuple(wanted) if wanted is not None else (),
        dimensions=dimensions,
        conf_level=conf_level,
        seed=seed,
    )
    return factors_result(parts)


def _most(items: int) -> int:
    """Return the largest number of factors that leaves degrees of freedom at zero or more.

    Examples
    --------
    >>> _most(3), _most(5), _most(6)
    (1, 2, 3)
    """
    k = 1
    while (items - k - 1) ** 2 >= items + k + 1 and k + 1 < items:
        k += 1
    return k


def _check(factors: int | str, extraction: str, rotation: str, starts: int, conf_level: float) -> None:
    problems = []
    for name, value, known in (("extraction", extraction, EXTRACTIONS), ("rotation", rotation, ROTATIONS)):
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if factors != "parallel" and (not isinstance(factors, int | np.integer) or factors < 1):
        problems.append(Problem("factors", "factors is a number from 1, or 'parallel'", hint='factors = "parallel"'))
    if starts < 1:
        problems.append(Problem("starts", "a rotation needs a start", hint="starts = 30"))
    if not 0 < conf_level < 1:
        problems.append(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if problems:
        raise AnalysisError(problems)


def _target(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None,
    items: ItemMatrix,
    target: Mapping[str, Sequence[str]] | None,
) -> dict[str, tuple[str, ...]] | None:
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
