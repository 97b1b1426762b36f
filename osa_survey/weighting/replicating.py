"""Replicate weights made from a sampling plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ReplicateWeights, ScoredData, SurveyDesign
from osa_survey.dataset.designs import ReplicateKind
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.weighting.replicate_factors import (
    balanced_half_samples,
    jackknife_n,
    jackknife_one,
    rescaled_bootstrap,
)
from osa_survey.weighting.resampled_weights import sampled_clusters, weights_of

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
KINDS = ("JK1", "JKn", "BRR", "Fay", "bootstrap")
MOST_JACKKNIFE = 3_000
"""Clusters up to which one replicate for each is made."""


def with_replicates(
    scored: ScoredData,
    kind: ReplicateKind,
    *,
    replicates: int = 500,
    fay: float = 0.5,
    seed: int | None = None,
) -> ScoredData:
    """Make replicate weights from the declared strata and clusters; raking is repeated inside each replicate.

    Parameters
    ----------
    scored : ScoredData
        With a declared design.
    kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        Jackknife without or with strata, balanced half samples of two clusters in each stratum (``Fay``: softened), or
        the bootstrap of Rao and Wu.
    replicates : int
        How many bootstrap replicates.
    fay : float
        Fay's coefficient, used with ``"Fay"``.
    seed : int, optional
        Needed for the bootstrap.

    Returns
    -------
    ScoredData
        Variances now come from the replicates. The jackknives keep the finite population correction; the others leave
        it out.

    Raises
    ------
    AnalysisError
        If there is no design, the kind does not fit it, or the bootstrap has no seed.
    """
    design = scored.design
    if design is None:
        hint = "declare_design(scored, sample=…, weights=…) first"
        raise AnalysisError(Problem("no_design", "replicates need a declared design", hint=hint))
    return replace(scored, design=replicated_design(design, kind, replicates=replicates, fay=fay, seed=seed))


def replicated_design(
    design: SurveyDesign, kind: ReplicateKind, *, replicates: int = 500, fay: float = 0.5, seed: int | None = None
) -> SurveyDesign:
    """Return a design with replicate weights.

    See Also
    --------
    with_replicates : The parameters and errors.
    """
    if kind not in KINDS:
        raise AnalysisError(f"there are no replicates of kind '{kind}'", hint=nearest(kind, list(KINDS)))
    clusters, strata = sampled_clusters(design)
    number = len(strata)
    problems = _problems(kind, strata, replicates, fay, seed)
    if kind == "JKn" and design.lonely == "adjust" and (np.bincount(strata) == 1).any():
        message, hint = (
            "JKn has no replicate for a stratum with one cluster",
            'merge such strata, or set lonely = "remove"',
        )
        problems.append(Problem("kind_does_not_fit", message, key="lonely", hint=hint))
    if problems:
        raise AnalysisError(problems)
    population = design.stages[0].population if design.stages else None
    fraction = None if population is None else np.bincount(strata) / population
    if kind == "JK1":
        factors, scale, rscales = jackknife_one(number)
        scale *= 1.0 if fraction is None else float(1 - fraction[0])
    elif kind == "JKn":
        factors, scale, rscales = jackknife_n(strata, fraction)
    elif kind == "bootstrap":
        factors, scale, rscales = rescaled_bootstrap(strata, replicates, seed or 0)
    else:
        factors, scale, rscales = balanced_half_samples(strata, fay if kind == "Fay" else 0.0)
    weights = weights_of(design, clusters, factors)
    record = replace(
        design.record,
        replicates=f"{weights.shape[1]} {kind}" + (f" (coefficient {fay:g})" if kind == "Fay" else ""),
        seed=seed if kind == "bootstrap" else design.record.seed,
    )
    return replace(design, replicates=ReplicateWeights(kind, weights, scale, rscales), record=record)


def _problems(kind: str, strata: Codes, replicates: int, fay: float, seed: int | None) -> list[Problem]:
    problems = []
    if kind == "bootstrap" and seed is None:
        problems.append(Problem("seed_needed", "the bootstrap needs a seed", key="seed", hint="give any whole number"))
    if kind == "bootstrap" and replicates < 2:
        problems.append(Problem("too_few_replicates", "a variance needs two replicates or more", key="replicates"))
    if kind == "Fay" and not 0 < fay < 1:
        problems.append(Problem("fay_range", f"fay lies between 0 and 1, not {fay:g}", key="fay"))
    if kind == "JK1" and strata.max(initial=0) > 0:
        problems.append(Problem("kind_does_not_fit", "JK1 knows no strata", key="kind", hint='use kind = "JKn"'))
    if kind in ("JK1", "JKn") and len(strata) > MOST_JACKKNIFE:
        message = f"{kind} would make {len(strata)} replicates, one for each cluster"
        problems.append(Problem("too_many_replicates", message, key="kind", hint='use kind = "bootstrap"'))
    return problems
