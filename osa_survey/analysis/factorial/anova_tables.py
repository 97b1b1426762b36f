"""The tables beside the effects of an analysis of variance."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from osa_survey.analysis.factorial.aligned_ranks import aligned_rank_effects
from osa_survey.analysis.factorial.anova_designs import AnovaDesign
from osa_survey.analysis.factorial.anova_effects import AnovaEffect
from osa_survey.analysis.factorial.anova_means import AskedWeights, marginal_means, pairwise, planned
from osa_survey.analysis.factorial.anova_rows import (
    contrasts_result,
    means_result,
    ranks_result,
    sphericity_result,
    welch_result,
)
from osa_survey.analysis.factorial.composed_designs import ComposedDesign
from osa_survey.analysis.factorial.composed_further import NOTE_D2, pooled_aligned_ranks, pooled_welch
from osa_survey.analysis.samples import Data
from osa_survey.analysis.variance_analyses import welch_anova
from osa_survey.dataset import ScoredData
from osa_survey.results import Result

MOST_CELLS = 24
"""Marginal means of all factors together are given up to this many cells."""


@dataclass(frozen=True)
class Asked:
    """What was asked for beside the effects; see the arguments of ``anova``."""

    pairs: Sequence[str] | None
    contrasts: Mapping[str, AskedWeights]
    adjust: str
    ranks: bool
    type_: int
    conf_level: float


def tables_beside(
    design: AnovaDesign | ComposedDesign,
    effects: Sequence[AnovaEffect],
    asked: Asked,
    data: Data,
    design_of: Callable[[ScoredData | pd.DataFrame], AnovaDesign],
    shared: Mapping[str, Any],
) -> dict[str, Result]:
    """Return the tables beside the effects.

    Parameters
    ----------
    design : AnovaDesign or ComposedDesign
        The design.
    effects : sequence of AnovaEffect
        Its effects.
    asked : Asked
        What was asked for.
    data : ScoredData, ImputedData or DataFrame
        The respondents.
    design_of : callable
        From one completed set to its design.
    shared : mapping
        Fields that all tables have.
    """
    names = [one.name for one in design.factors]
    more: dict[str, Result] = {}
    if names:
        sizes = {size: list(itertools.combinations(names, size)) for size in range(1, len(names) + 1)}
        wanted = [one for combinations in sizes.values() for one in combinations]
        shown = [one for one in wanted if np.prod([len(design.factor(name).levels) for name in one]) <= MOST_CELLS]
        means = [mean for one in shown for mean in marginal_means(design, one)]
        if means:
            more["groups"] = means_result(design, means, asked.conf_level, shared)
        families = [pairwise(design, one) for one in (names if asked.pairs is None else asked.pairs)]
        if families:
            more["contrasts"] = contrasts_result(design, families, asked.adjust, asked.conf_level, shared)
    if asked.contrasts:
        told = {**shared, "title": f"{shared['title']}, planned"}
        family = [planned(design, asked.contrasts)]
        more["planned"] = contrasts_result(design, family, asked.adjust, asked.conf_level, told)
    if any(one.sphericity is not None for one in effects):
        more["sphericity"] = sphericity_result(design, effects, shared)
    if len(design.between) == 1 and not design.within and not design.covariates:
        more |= _without_equal_variances(design, shared)
    if asked.ranks and isinstance(design, AnovaDesign):
        more["aligned_ranks"] = ranks_result(design, aligned_rank_effects(design, asked.type_), shared)
    elif asked.ranks:
        ranked = pooled_aligned_ranks(data, design_of, asked.type_)
        more["aligned_ranks"] = ranks_result(design, ranked, {**shared, "notes": (NOTE_D2,)})
    return more


def _without_equal_variances(design: AnovaDesign | ComposedDesign, shared: Mapping[str, Any]) -> dict[str, Result]:
    if isinstance(design, ComposedDesign):
        if design.sample.design is not None:
            return {}
        method = "Wald's F with the variance of each group, pooled by D1"
        return {"welch": welch_result(design, pooled_welch(design), shared, method)}
    codes, y = design.between[0].codes, design.y[:, 0]
    groups = [y[codes == k] for k in range(len(design.between[0].levels))]
    if any(len(group) < 2 for group in groups):
        return {}
    return {"welch": welch_result(design, welch_anova(groups), shared)}
