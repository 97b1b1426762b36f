"""The numbers of a ROC analysis of complete answers without weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.measuring.roc_arguments import RocData, RocRequest
from osa_survey.analysis.measuring.roc_rows import add_curve, add_cut_off, add_kinds, add_number
from osa_survey.effects.cut_offs import (
    Criterion,
    best_positions,
    merits,
    operating_points,
    resampled_areas_and_cut_offs,
)
from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.roc_areas import RocAreas, area_difference, area_under_curve, roc_areas
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.bootstrap_intervals import bootstrap_interval
from osa_survey.models.bootstraps import bootstrap
from osa_survey.results import Rows

Floats = NDArray[np.float64]
OPTIMISTIC = (
    "A cut-off chosen on the same answers looks better than it is: its sensitivity and specificity are optimistic "
    "until other people are screened with it. Its interval says where other samples would put it."
)
TIES = "{n} cut-offs are equally good: the one that screens most people positive is taken"
GIVEN = "a cut-off given"


@dataclass(frozen=True)
class RocParts:
    """The rows of the three tables, and what is said of them.

    Attributes
    ----------
    areas, cut_offs, curve : Rows
    words, cut_off_words : str
        How the intervals of areas and of cut-offs were made.
    notes : tuple of str
        Of the cut-offs.
    """

    areas: Rows
    cut_offs: Rows
    curve: Rows
    words: str
    cut_off_words: str
    notes: tuple[str, ...]


def plain_parts(found: RocData, asked: RocRequest) -> RocParts:
    """Return the tables of complete answers without weights."""
    best, warning = best_cut_off(found, asked.criterion, asked.level)
    given = (found.values, found.cases, asked.criterion, asked.level)
    strata = found.cases.astype(np.intp)
    drawn = bootstrap(
        resampled_areas_and_cut_offs, given, len(found.cases), seed=asked.seed, draws=asked.draws, strata=strata
    )
    low, high = bootstrap_interval(np.array([best]), drawn[:, -1:], conf_level=asked.conf_level)
    ends = sorted((found.sign * float(low[0]), found.sign * float(high[0])))
    optimum = effect(found.sign * best, (ends[0], ends[1]), f"{asked.how}; percentile bootstrap interval")
    reported = [optimum, *given_cut_offs(asked, optimum.estimate)]
    resampled = asked.interval == "bootstrap"
    words = f"percentile bootstrap intervals ({asked.draws:,} resamples)" if resampled else "DeLong intervals"
    cells, table, curve = MaskCells(), Rows(), Rows()
    areas = _areas(found, drawn if resampled else None, asked.conf_level, cells)
    for one in reported:
        reason = warning if one is optimum else ""
        add_cut_off(table, cells, found, one, reason, asked.prevalences, asked.conf_level)
    points = [found.sign * one.estimate for one in reported]
    for position in range(len(found.scores)):
        add_curve(curve, cells, found, position, points)
    return RocParts(areas, table, curve, words, "Wilson, log and logit intervals", (OPTIMISTIC,))


def given_cut_offs(asked: RocRequest, best: float) -> list[Effect]:
    """Return the further cut-offs asked for."""
    further = [one for one in dict.fromkeys(asked.cut_offs) if one != best]
    return [Effect(one, math.nan, math.nan, GIVEN) for one in further]


def best_cut_off(
    found: RocData, criterion: Criterion, level: float, weights: Floats | None = None
) -> tuple[float, str]:
    """Return the best cut-off by a criterion, in the direction of ``values``, and what is said of ties."""
    points = operating_points(found.values[:, 0], found.cases, weights)
    best = best_positions(merits(points.sensitivity, points.specificity, criterion, level))
    if not len(best):
        message = f"no cut-off has a {criterion} of {level:g}"
        raise AnalysisError(Problem("no_cutoff", message, key="at_least", hint="ask for less"))
    return float(points.cut_offs[best[0]]), TIES.format(n=len(best)) if len(best) > 1 else ""


def _areas(found: RocData, drawn: Floats | None, conf_level: float, cells: MaskCells) -> Rows:
    """Return the rows of areas and of their difference, with bootstrap intervals where there are draws."""
    rows = Rows()
    kinds = list(add_kinds(rows, cells, found))
    computed = roc_areas(found.values, found.cases)
    names = [column.info.name for column in found.scores]
    common = {"outcome": found.reference.info.name, "n": len(found.cases), "cells": kinds}
    for position, name in enumerate(names):
        area = area_under_curve(computed, position, conf_level)
        if drawn is not None:
            area = _resampled(area.estimate, drawn[:, position], conf_level, "area under the ROC curve")
        add_number(rows, "auc", area, conf_level, term=name, **common)
    if len(names) == 2:
        _add_difference(rows, found, computed, drawn, conf_level, common)
    return rows


def _add_difference(
    rows: Rows, found: RocData, computed: RocAreas, drawn: Floats | None, conf_level: float, common: dict[str, object]
) -> None:
    test = area_difference(computed, 0, 1, conf_level)
    size, z, p = test.difference, test.z, test.p_value
    if drawn is not None:
        apart = drawn[:, 0] - drawn[:, 1]
        size = _resampled(size.estimate, apart, conf_level, "difference of two areas of the same people")
        z = size.estimate / size.std_error if size.std_error > 0 else math.nan
        p = 2 * float(stats.norm.sf(abs(z)))
    titles = [column.info.title for column in found.scores]
    contrast = f"{titles[0]} − {titles[1]}"
    tested = {"statistic": z, "statistic_name": "z", "p_value": p, "contrast": contrast}
    add_number(rows, "auc_difference", size, conf_level, term=found.scores[0].info.name, **tested, **common)


def _resampled(estimate: float, values: Floats, conf_level: float, name: str) -> Effect:
    low, high = bootstrap_interval(np.array([estimate]), values[:, None], conf_level=conf_level)
    method = f"{name}, percentile bootstrap interval within cases and non-cases"
    return effect(estimate, (float(low[0]), float(high[0])), method, std_error=float(values.std(ddof=1)))
