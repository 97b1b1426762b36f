"""The aligned rank transform: each effect tested on ranks from which all other effects were taken."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.factorial.anova_designs import AnovaDesign
from osa_survey.analysis.factorial.anova_effects import AnovaEffect, anova_effects
from osa_survey.analysis.factorial.linear_hypotheses import linear_fit

Floats = NDArray[np.float64]
REFERENCE = (
    "Wobbrock, J. O., Findlater, L., Gergle, D., & Higgins, J. J. (2011). The aligned rank transform for nonparametric "
    "factorial analyses using only ANOVA procedures. Proceedings of CHI 2011, 143–146. doi:10.1145/1978942.1978963"
)


def aligned(design: AnovaDesign, factors: tuple[str, ...]) -> Floats:
    """Return the responses aligned for one effect, shape (people, cells within).

    Notes
    -----
    Residuals of the cell means plus the effect estimated from the means of all combinations of its factors: over the
    subsets S of its factors, Σ (−1)^(|effect| − |S|) M_S, M_S the mean of all responses with the same levels of S.
    """
    cells = _means(design, tuple(one.name for one in design.factors))
    effect = np.zeros_like(design.y)
    for size in range(len(factors) + 1):
        for chosen in itertools.combinations(factors, size):
            effect += (-1) ** (len(factors) - size) * _means(design, chosen)
    return np.asarray(design.y - cells + effect)


def _means(design: AnovaDesign, names: tuple[str, ...]) -> Floats:
    """Return for each response the mean of all responses with the same levels of some factors."""
    people = np.zeros(design.n, dtype=np.intp)
    for one in design.between:
        if one.name in names and one.codes is not None:
            people = people * len(one.levels) + one.codes
    columns = np.zeros(1, dtype=np.intp)
    for one in design.within:
        k = len(one.levels)
        own = np.arange(k) if one.name in names else np.zeros(k, dtype=np.intp)
        columns = (columns[:, None] * k + own).ravel()
    groups = people[:, None] * (columns.max() + 1) + columns[None, :]
    sums = np.bincount(groups.ravel(), weights=design.y.ravel())
    counts = np.bincount(groups.ravel())
    with np.errstate(invalid="ignore"):
        return np.asarray((sums / counts)[groups])


def aligned_rank_effects(design: AnovaDesign, type_: int) -> tuple[AnovaEffect, ...]:
    """Return each effect tested on the mid-ranks of its own aligned responses, not corrected for sphericity."""
    found = []
    for effect in anova_effects(design, type_, "none"):
        ranks = stats.rankdata(np.round(aligned(design, effect.factors), 12)).reshape(design.y.shape)
        again = replace(design, y=ranks, fit=linear_fit(design.fit.x, ranks, design.fit.terms))
        found.append(next(one for one in anova_effects(again, type_, "none") if one.term == effect.term))
    return tuple(found)
