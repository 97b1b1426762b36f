"""Both prevalences of a misclassification scenario under weights or pooled over completed sets."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.composed_numbers import cell_people, proportion_number
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.measuring.roc_rows import add_number
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.effects.effects import Effect
from osa_survey.effects.misclassifications import Accuracy, true_prevalence
from osa_survey.results import Rows
from osa_survey.weighting import weighted_means

Mask = NDArray[np.bool_]
REFERENCE_EFFECTIVE = (
    "Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of "
    "positive counts estimated from survey data. Survey Methodology, 24(2), 193–201."
)


def composed_scenario(
    sample: Sample,
    positive: Callable[[CompletedSet], Mask],
    accuracies: tuple[Accuracy, Accuracy],
    conf_level: float,
) -> Rows:
    """Return the rows of both prevalences and of what stands behind their interval.

    Parameters
    ----------
    sample : Sample
        Those with a score.
    positive : callable
        From one set to who screened positive, shape (respondents,).
    accuracies : tuple of Accuracy
        Sensitivity and specificity.
    conf_level : float
        Level of the intervals.
    """
    rows = Rows()
    whole = (("all", lambda one: one.used), ("positive", positive), ("negative", lambda one: ~positive(one)))
    for name, who in whole:
        rows.cell(name, cell_people(sample, who))
    rows.total("all", ["positive", "negative"])
    keys: dict[str, Any] = {
        "outcome": sample.first.columns[0].info.name,
        "n": sample.n,
        "cells": ["positive", "negative"],
    }
    raw = estimated(sample, lambda one: _share(one, positive(one)))
    share, n = float(raw.estimate[0]), effective_n(raw, sample.n, conf_level)
    shown = proportion_number(sample, positive, conf_level)
    apparent = Effect(shown.estimate, shown.low, shown.high, "logit interval", shown.warning, shown.std_error)
    add_number(rows, "apparent_prevalence", apparent, conf_level, df1=_finite(shown.df), **keys)
    true = true_prevalence(share * n, n, *accuracies, conf_level)
    add_number(rows, "true_prevalence", true, conf_level, **keys)
    rows.add("effective_n", estimate=n, method="from the variance of the apparent prevalence", **keys)
    if raw.fmi is not None:
        rows.add("fmi", estimate=float(raw.fmi[0]), method="fraction of missing information of the share", **keys)
    return rows


def effective_n(share: Estimates, n: int, conf_level: float) -> float:
    """Return q(1 − q)/v · (z/t)²; the respondents themselves where the share has no variance.

    Parameters
    ----------
    share : Estimates
        One share.
    n : int
        Respondents behind it.
    conf_level : float
        Level of the interval it is for.
    """
    q, v = float(share.estimate[0]), float(share.covariance[0, 0])
    if not (0 < q < 1 and v > 0):
        return float(n)
    level = 0.5 + conf_level / 2
    return q * (1 - q) / v * float(stats.norm.ppf(level) / stats.t.ppf(level, share.df[0])) ** 2


def _share(one: CompletedSet, positive: Mask) -> SetEstimate:
    own = positive[one.used].astype(np.float64)
    q = float(own.mean())
    return of_statistics(
        one,
        lambda weights: weighted_means(own, weights),
        covariance=lambda: np.array([[q * (1 - q) / one.n]]),
        what="a share",
    )


def _finite(df: float) -> float:
    return float(df) if math.isfinite(df) else math.nan
