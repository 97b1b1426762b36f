"""The numbers of a test–retest analysis under a design and over completed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.coefficients import Coefficient
from osa_survey.analysis.composed_numbers import mean_number, spread
from osa_survey.analysis.correlating.associations import Correlation
from osa_survey.analysis.correlating.correlation_estimates import COMPOSED, composed_correlation
from osa_survey.analysis.correlating.intraclass_numbers import SINGLE, intraclass_numbers
from osa_survey.analysis.samples import Sample
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics import reliable_change
from osa_survey.results import Rows

MEASUREMENTS = 2
FORMS = SINGLE[1:]
MEAN = "mean with t interval"


def add_composed_retest(
    rows: Rows, sample: Sample, names: Sequence[str], conf_level: float, words: dict[str, str]
) -> None:
    """Add the rows of ``retest``, from those with both measurements.

    Parameters
    ----------
    rows : Rows
        They are added to; the cell ``both`` stands behind each.
    sample : Sample
        Both measurements of those who have them.
    names : sequence of str
        The first and the second measurement.
    conf_level : float
        Level of the intervals.
    words : dict of str to str
        What plain data say of ``mean_difference``, ``sem`` and ``reliable_change``; ``flat`` and ``perfect``.

    Notes
    -----
    Intraclass correlations are pooled and bounded on Fisher's z. The standard error of measurement is SD/√2 of the
    differences, weighted with n/(n − 1); of several sets the root of the mean square, from which the reliable change
    follows.
    """
    first, second = names
    n = sample.n
    common: dict[str, Any] = {"outcome": first, "n": n, "cells": ["both"]}
    keys: dict[str, Any] = {**common, "contrast": second}
    flat = any(np.ptp(one.values(place)) == 0 for one in sample.sets for place in range(MEASUREMENTS))
    agreements = {} if flat else intraclass_numbers(sample, MEASUREMENTS, conf_level)
    for form in FORMS:
        found = agreements.get(form, Coefficient(math.nan, warning=words["flat"]))
        rows.add("icc", level=form, **keys, **found.fields(conf_level))
    r, warning = _correlation(sample, conf_level, words) if not flat else (None, words["flat"])
    rows.add(
        "r",
        estimate=math.nan if r is None else r.estimate,
        conf_low=math.nan if r is None else r.low,
        conf_high=math.nan if r is None else r.high,
        conf_level=conf_level if r is not None and math.isfinite(r.low) else math.nan,
        method=COMPOSED["pearson"],
        warning=warning,
        **keys,
    )
    for place, name in enumerate(names):
        number = mean_number(sample, lambda one, at=place: one.columns[at].values, conf_level)  # type: ignore[misc]
        ends = number.ends(conf_level)
        rows.add(
            "mean", group=name, estimate=number.estimate, std_error=number.std_error, method=MEAN, **ends, **common
        )
        sd = spread(sample, lambda one, at=place: one.columns[at].values)  # type: ignore[misc]
        rows.add("sd", group=name, estimate=sd, **common)
    change = mean_number(sample, lambda one: one.columns[1].values - one.columns[0].values, conf_level)
    sem = spread(sample, lambda one: one.columns[1].values - one.columns[0].values) / math.sqrt(2.0)
    rows.add(
        "mean_difference", estimate=change.estimate, std_error=change.std_error, method=words["mean_difference"],
        **change.ends(conf_level), **keys,
    )  # fmt: skip
    rows.add("sem", estimate=sem, method=words["sem"], **keys)
    rows.add(
        "reliable_change", estimate=reliable_change(sem, conf_level), method=words["reliable_change"],
        level=f"{conf_level:g}", **keys,
    )  # fmt: skip


def _correlation(sample: Sample, conf_level: float, words: dict[str, str]) -> tuple[Correlation | None, str]:
    try:
        return composed_correlation(sample, "pearson", conf_level), ""
    except AnalysisError:
        return None, words["perfect"]
