"""ROC analysis: a score, or two, against a reference, with cut-offs by a named criterion."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from osa_survey.analysis.prevalence_rows import MaskCells
from osa_survey.analysis.roc_arguments import Direction, Interval, RocData, check_roc_choices, roc_data
from osa_survey.analysis.roc_rows import STEP, add_curve, add_cut_off, add_kinds, add_number
from osa_survey.analysis.roc_sentences import AreaWords, CutOffWords
from osa_survey.dataset import ScoredData
from osa_survey.effects.cut_offs import (
    CRITERIA,
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
from osa_survey.results import Layout, Result, Rows, Show

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
REFERENCES = (
    "DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated "
    "receiver operating characteristic curves. Biometrics, 44(3), 837–845. https://doi.org/10.2307/2531595",
    "Simel, D. L., Samsa, G. P., & Matchar, D. B. (1991). Likelihood ratios with confidence. Journal of Clinical "
    "Epidemiology, 44(8), 763–770. https://doi.org/10.1016/0895-4356(91)90128-V",
    "Mercaldo, N. D., Lau, K. F., & Zhou, X. H. (2007). Confidence intervals for predictive values with an emphasis to "
    "case-control studies. Statistics in Medicine, 26(10), 2170–2183. https://doi.org/10.1002/sim.2677",
)
NOT_DIAGNOSES = "Screening scores are not diagnoses: a person beyond a cut-off screens positive, no more."
OPTIMISTIC = (
    "A cut-off chosen on the same answers looks better than it is: its sensitivity and specificity are optimistic "
    "until other people are screened with it. Its interval says where other samples would put it."
)
NO_PREVALENCE = "Predictive values need a stated prevalence: the share of cases in a study is not one."
CURVE = f"Between two points of the curve lie at least {STEP} cases and {STEP} others; the area is of all scores."
TIES = "{n} cut-offs are equally good: the one that screens most people positive is taken"


def roc(
    data: ScoredData | pd.DataFrame,
    score: str,
    reference: str,
    *,
    case: str = "",
    compare: str = "",
    direction: Direction = "higher",
    criterion: Criterion = "youden",
    at_least: float | None = None,
    cutoffs: Sequence[float] = (),
    prevalence: float | Sequence[float] = (),
    interval: Interval = "delong",
    draws: int = 2000,
    seed: int = 1,
    conf_level: float = 0.95,
) -> Result:
    """Hold a screening score against a reference.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents. Weights and imputed sets are refused.
    score : str
        The score (a number, count or ordinal variable).
    reference : str
        A categorical variable: what a better instrument, an interview or another criterion found.
    case : str, optional
        The category of ``reference`` that is a case; by default the last declared one, if there are two.
    compare : str, optional
        A second score of the same people, whose area is compared with the first.
    direction : {"higher", "lower"}
        Which scores speak for a case.
    criterion : {"youden", "closest", "equal", "sensitivity", "specificity"}
        How the best cut-off is found; ``sensitivity`` and ``specificity`` hold that share at ``at_least``.
    at_least : float, optional
        The sensitivity or specificity asked for.
    cutoffs : sequence of float
        Further cut-offs, a published one for example.
    prevalence : float or sequence of float
        Shares of cases in a population for which predictive values are wanted.
    interval : {"delong", "bootstrap"}
        The interval of areas and of their difference.
    draws, seed : int
        Of the bootstrap within cases and non-cases.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``auc`` of each score and ``auc_difference``. ``more["cut_offs"]`` holds for each cut-off (``level``, a
        rule) ``cutoff`` with a percentile bootstrap interval of the best one, ``sensitivity``, ``specificity``,
        ``youden_j``, ``lr_positive``, ``lr_negative``, ``above_cutoff`` and, for each stated prevalence
        (``contrast``), ``ppv`` and ``npv``; ``more["curve"]`` holds points of the curve.

    Raises
    ------
    AnalysisError
        ``does_not_compose``; unknown words or variables; ``no_cutoff`` if no cut-off has the level asked for.

    Notes
    -----
    A person at or above a cut-off (with "lower": at or below) screens positive; cut-offs are scores that occur. R's
    pROC places them halfway between two scores, which gives the same sensitivity and specificity.

    Examples
    --------
    >>> reference = pd.Categorical(["no", "no", "no", "yes", "yes", "yes"], categories=["no", "yes"])
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 4.0, 3.0, 5.0, 6.0], "interview": reference})
    >>> found = roc(people, "score", "interview", draws=50)
    >>> float(round(found.pick("auc")["estimate"], 3)), found.more["cut_offs"].pick("cutoff")["estimate"].item()
    (0.889, 3.0)
    """
    shares = (float(prevalence),) if isinstance(prevalence, int | float) else tuple(float(one) for one in prevalence)
    check_roc_choices(criterion, at_least, direction, interval, shares, conf_level)
    found = roc_data(data, score, reference, case, compare, direction)
    level = math.nan if at_least is None else float(at_least)
    best, warning = _best(found, criterion, level)
    given = (found.values, found.cases, criterion, level)
    strata = found.cases.astype(np.intp)
    drawn = bootstrap(resampled_areas_and_cut_offs, given, len(found.cases), seed=seed, draws=draws, strata=strata)
    low, high = bootstrap_interval(np.array([best]), drawn[:, -1:], conf_level=conf_level)
    ends = sorted((found.sign * float(low[0]), found.sign * float(high[0])))
    how = f"{CRITERIA[criterion]}{'' if at_least is None else f', {level:g}'}"
    optimum = effect(found.sign * best, (ends[0], ends[1]), f"{how}; percentile bootstrap interval")
    labels = {column.info.name: column.info.title for column in (*found.scores, found.reference)}
    fields = {
        "analysis": "roc",
        "n_used": len(found.cases),
        "n_dropped": int((~found.used).sum()),
        "labels": labels,
    }
    reported = [optimum]
    reported += [
        Effect(float(one), math.nan, math.nan, "a cut-off given")
        for one in dict.fromkeys(map(float, cutoffs))
        if one != optimum.estimate
    ]
    settings = {
        "score": score,
        "reference": reference,
        "case": found.case,
        "compare": compare,
        "direction": direction,
        "criterion": criterion,
        "at_least": at_least,
        "cutoffs": tuple(cutoffs),
        "prevalence": shares,
        "interval": interval,
        "draws": draws,
        "seed": seed,
        "conf_level": conf_level,
    }
    words = "DeLong intervals" if interval == "delong" else f"percentile bootstrap intervals ({draws:,} resamples)"
    cells = MaskCells()
    areas = _areas(found, drawn if interval == "bootstrap" else None, conf_level, cells)
    table = Rows()
    for one in reported:
        add_cut_off(table, cells, found, one, warning if one is optimum else "", shares, conf_level)
    curve = Rows()
    points = [found.sign * one.estimate for one in reported]
    for position in range(len(found.scores)):
        add_curve(curve, cells, found, position, points)
    title = f"{labels[score]} against {labels[reference]} ({found.case})"
    return Result.from_rows(
        areas,
        title=f"ROC analysis: {title}",
        method=f"ROC analysis; {words}; cut-off: {how}",
        settings=settings,
        notes=(NOT_DIAGNOSES, f"A case is '{found.case}' in {labels[reference]}."),
        references=REFERENCES,
        wording=AreaWords(f"{labels[reference]}: {found.case}", labels),
        layout=_area_layout(bool(compare)),
        plot="roc_curve",
        more={
            "cut_offs": Result.from_rows(
                table,
                title=f"Cut-offs: {title}",
                method="Wilson, log and logit intervals",
                notes=(NOT_DIAGNOSES, OPTIMISTIC, *(() if shares else (NO_PREVALENCE,))),
                wording=CutOffWords(labels),
                layout=_cut_off_layout(bool(shares)),
                **fields,
            ),
            "curve": Result.from_rows(
                curve,
                title=f"Points of the ROC curve: {title}",
                method="sensitivity and specificity at cut-offs",
                notes=(CURVE,),
                layout=Layout(("term", "level"), (Show("sensitivity"), Show("specificity")), row_head="Cut-off"),
                **fields,
            ),
        },
        **fields,
    )


def _best(found: RocData, criterion: Criterion, level: float) -> tuple[float, str]:
    points = operating_points(found.values[:, 0], found.cases)
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


def _area_layout(compared: bool) -> Layout:
    shown = [Show("auc"), Show("auc", "interval"), Show("auc", "n")]
    if compared:
        shown += [Show("auc_difference"), Show("auc_difference", "interval"), Show("auc_difference", "p")]
    return Layout(("term",), tuple(shown), row_head="Score")


def _cut_off_layout(predicted: bool) -> Layout:
    quantities = ["sensitivity", "specificity", "lr_positive", "lr_negative", "above_cutoff"]
    shown = [part for name in quantities for part in (Show(name), Show(name, "interval"))]
    shown.insert(0, Show("cutoff", "interval"))
    shown.append(Show("sensitivity", "n", "Cases"))
    shown.append(Show("specificity", "n", "Others"))
    if predicted:
        shown += [Show("ppv"), Show("ppv", "interval"), Show("npv"), Show("npv", "interval")]
    return Layout(("level", "contrast") if predicted else ("level",), tuple(shown), row_head="Cut-off")
