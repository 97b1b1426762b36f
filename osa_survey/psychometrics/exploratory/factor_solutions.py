"""From correlations of items to a rotated solution with its tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.exploratory.compositions import Composition
from osa_survey.psychometrics.exploratory.dimension_sentences import BY_PARALLEL
from osa_survey.psychometrics.exploratory.dimension_tables import dimensions_result
from osa_survey.psychometrics.exploratory.extractions import extract
from osa_survey.psychometrics.exploratory.factor_fits import factor_fit
from osa_survey.psychometrics.exploratory.factor_requests import FactorRequest
from osa_survey.psychometrics.exploratory.factor_tables import factors_result
from osa_survey.psychometrics.exploratory.item_correlations import ItemCorrelations
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors
from osa_survey.psychometrics.exploratory.rotations import Rotated, rotate
from osa_survey.psychometrics.exploratory.solution_tables import FactorParts
from osa_survey.results import Result


def solved_factors(
    found: ItemCorrelations,
    request: FactorRequest,
    errors: Callable[[Rotated], LoadingErrors | None],
    *,
    composition: Composition | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return the result of ``efa`` from correlations.

    Parameters
    ----------
    found : ItemCorrelations
        The correlations.
    request : FactorRequest
        What is asked for.
    errors : callable
        From a rotated solution to its standard errors, or None.
    composition : Composition, optional
        Where the correlations are weighted or pooled.
    progress : callable, optional
        See ``dimensionality``.

    Raises
    ------
    AnalysisError
        ``too_many_factors``, ``target_size``.
    """
    wanted = request.target
    dimensions = None
    if request.factors == "parallel":
        dimensions = dimensions_result(
            found, draws=request.draws, quantile=0.95, seed=request.seed, progress=progress, composition=composition
        )
        suggested = int(dimensions.pick("factors", level=BY_PARALLEL)["estimate"])
        k = min(max(suggested, 1), _most(len(found.R)))
    else:
        k = int(request.factors)
    if k > _most(len(found.R)):
        message = f"{len(found.R)} items identify at most {_most(len(found.R))} factors, not {k}"
        raise AnalysisError(Problem("too_many_factors", message, hint=f"factors = {_most(len(found.R))}"))
    pattern = None
    if wanted is not None and (request.rotation == "target" or len(wanted) == k):
        if len(wanted) != k:
            message = f"the target has {len(wanted)} factors, the analysis {k}"
            raise AnalysisError(Problem("target_size", message, hint=f"factors = {len(wanted)}"))
        columns = found.items.columns
        pattern = np.column_stack([np.isin(columns, list(own)) for own in wanted.values()]).astype(float)
    extracted = extract(found.R, k, request.extraction)
    free = np.where(pattern > 0, np.nan, 0.0) if pattern is not None else None
    rotated = rotate(extracted.loadings, request.rotation, starts=request.starts, seed=request.seed, target=free)
    proper = extracted.converged and not extracted.heywood
    parts = FactorParts(
        found=found,
        extracted=extracted,
        rotated=rotated,
        errors=errors(rotated) if proper else None,
        fit=factor_fit(found.R, rotated.loadings, rotated.phi, found.n),
        pattern=pattern,
        names=tuple(wanted) if wanted is not None else (),
        dimensions=dimensions,
        conf_level=request.conf_level,
        seed=request.seed,
        composition=composition,
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
