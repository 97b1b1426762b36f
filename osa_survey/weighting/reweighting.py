"""Weighting a sample to known margins: raking and post-stratification, with bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Calibration, MarginRecord, ScoredData
from osa_survey.dataset.designs import Sample
from osa_survey.errors import AnalysisError
from osa_survey.weighting.declaring import check_words, starting_design
from osa_survey.weighting.raking import combined_cells, raked_weights
from osa_survey.weighting.recalibration import calibrated_design
from osa_survey.weighting.targets import Margins, Target, read_targets, sample_problems
from osa_survey.weighting.trimming import trim_problems

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Outside = Literal["refuse", "keep"]


@dataclass(frozen=True, repr=False)
class _Margin:
    """One margin ready for raking: codes from 0 and the totals of the categories."""

    codes: Codes
    totals: Floats


def rake(
    scored: ScoredData,
    margins: Margins,
    *,
    sample: Sample | None = None,
    trim: float | None = None,
    trim_below: float | None = None,
    outside: Outside = "refuse",
) -> ScoredData:
    """Weight the respondents so that they have the margins of a target population.

    Parameters
    ----------
    scored : ScoredData
        The respondents; weights of a declared design are where raking starts.
    margins : mapping or DataFrame
        Variable → category → share, percentage or count, with ``source`` beside the categories; or a table with the
        columns ``variable``, ``category``, ``value`` and ``source``. With one margin this is post-stratification;
        ``"gender * age_band"`` crosses variables.
    sample : {"probability", "quota", "opt-in"}, optional
        Needed where no design is declared yet.
    trim, trim_below : float, optional
        Highest and lowest weight as multiples of the mean. Weights beyond are set to the bound and raked again, until
        margins and bounds both hold.
    outside : {"refuse", "keep"}
        What is done with respondents who have no target in a margin (no answer, or a category the target population
        does not count, such as genders a census leaves out): an error, or they keep the share they have in the sample
        and the targets apply to all others.

    Returns
    -------
    ScoredData
        With a design whose weights are raked and whose record says how; replicate weights are raked, too. Weights add
        up to the target population where counts are given, else to the sum of the weights before.

    Raises
    ------
    AnalysisError
        Located by variable and category: unknown names, a category with a target and no respondent, respondents
        without a target, margins that contradict each other, bounds that are too tight.

    See Also
    --------
    osa_survey.weighting.raked_weights : The numbers on plain arrays.
    """
    check_words(outside=(outside, get_args(Outside)))
    design = starting_design(scored, sample)
    targets = read_targets(scored, margins)
    problems = trim_problems(trim, trim_below)
    problems += [problem for target in targets for problem in sample_problems(target, outside)]
    if problems:
        raise AnalysisError(problems)
    sizes = [target.size for target in targets if not math.isnan(target.size)]
    total = sizes[0] if sizes else float(design.weights.sum())
    fitted = [_margin(target, design.weights, total) for target in targets]
    cells = combined_cells([one.codes for one in fitted], [len(one.totals) for one in fitted])
    mean = total / len(design)
    bounds = (0.0 if trim_below is None else trim_below * mean, math.inf if trim is None else trim * mean)
    raking = raked_weights(design.weights, cells, [one.totals for one in fitted], bounds=bounds)
    kind: Literal["raking", "post-stratification"] = "raking" if len(targets) > 1 else "post-stratification"
    named = {one.variable: one.categories + ("",) * bool((one.codes < 0).any()) for one in targets}
    weights = (design.weights, raking.weights)
    calibration = Calibration(kind, cells.of, cells.indicators, *weights, cells.sizes, bounds, named)
    apart = int(np.any([target.codes < 0 for target in targets], axis=0).sum())
    record = replace(
        design.record,
        margins=(*design.record.margins, *(_record(target, design.weights, raking.weights) for target in targets)),
        kept_apart=apart,
        trimmed_above=trim,
        trimmed_below=trim_below,
        trimmed=raking.at_bound,
        iterations=raking.rounds,
    )
    return replace(scored, design=calibrated_design(design, calibration, record=record))


def _margin(target: Target, weights: Floats, total: float) -> _Margin:
    """Return codes and totals; those without a target make a last category with the share they have."""
    apart = target.codes < 0
    if not apart.any():
        return _Margin(target.codes, target.shares * total)
    share = float(weights[apart].sum() / weights.sum())
    codes = np.where(apart, len(target.shares), target.codes)
    return _Margin(codes, np.append(target.shares * (1 - share), share) * total)


def _record(target: Target, before: Floats, after: Floats) -> MarginRecord:
    number = len(target.categories)
    inside = target.codes >= 0
    codes = target.codes[inside]
    people = np.bincount(codes, minlength=number)
    shares = [np.bincount(codes, w[inside], minlength=number) / w[inside].sum() for w in (before, after)]
    return MarginRecord(
        target.variable,
        target.title,
        target.categories,
        tuple(float(value) for value in target.shares),
        tuple(int(value) for value in people),
        tuple(float(value) for value in shares[0]),
        tuple(float(value) for value in shares[1]),
        target.source,
    )
