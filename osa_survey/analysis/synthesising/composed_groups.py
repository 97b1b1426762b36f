"""Estimates of groups under weights or pooled over completed sets, for pooling over groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.composed_numbers import cell_people, mean_number
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.estimates import Floats, estimated
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.analysis.synthesising.meta_rows import Measure, PooledGroup
from osa_survey.errors import AnalysisError
from osa_survey.weighting import Statistics, weighted_means

Who = Callable[[CompletedSet], NDArray[np.bool_]]
LEVEL = 0.95


@dataclass(frozen=True, repr=False)
class FoundGroups:
    """Groups with an estimate, and the names of those without.

    Attributes
    ----------
    groups : list of PooledGroup
        What is pooled.
    left_out : tuple of str
        Groups whose estimate has no variance.
    """

    groups: list[PooledGroup]
    left_out: tuple[str, ...]


def composed_group_estimates(sample: Sample, kind: Measure, engaged_codes: list[float]) -> FoundGroups:
    """Return the estimate of each group with its design-based variance, pooled over the sets within the group.

    Parameters
    ----------
    sample : Sample
        Those with an outcome (first column) and a group (second).
    kind : {"mean", "proportion", "logit"}
        What is pooled.
    engaged_codes : list of float
        Codes of the outcome that count as engaged.
    """
    info = sample.first.columns[1].info
    found, left_out = [], []
    for code, name in zip(info.codes, info.labels, strict=True):
        own = restricted(sample, lambda one, code=code: one.columns[1].values == code)  # type: ignore[misc]
        if not own.n:
            continue

        def engaged(one: CompletedSet) -> NDArray[np.bool_]:
            return np.isin(one.columns[0].values, engaged_codes)

        try:
            numbers = _mean(own) if kind == "mean" else _share(own, engaged, logit=kind == "logit")
        except AnalysisError:  # the plan leaves the group no degrees of freedom
            numbers = None
        if numbers is None or not numbers[1] > 0:
            left_out.append(name)
            continue
        some = None if kind == "mean" else cell_people(own, engaged)
        found.append(PooledGroup(name, own.n, cell_people(own, lambda one: one.used), some, *numbers))
    return FoundGroups(found, tuple(left_out))


def _mean(sample: Sample) -> tuple[float, float] | None:
    if sample.n < 2:
        return None
    found = mean_number(sample, lambda one: one.columns[0].values, LEVEL)
    return found.estimate, found.std_error**2


def _share(sample: Sample, engaged: Who, *, logit: bool) -> tuple[float, float] | None:
    """Return a share, or its logit, with its variance; None where nobody or everybody is engaged in some set."""
    for one in sample.sets:
        own = engaged(one)[one.used]
        if own.all() or not own.any():
            return None

    def statistic(one: CompletedSet) -> SetEstimate:
        own = engaged(one)[one.used].astype(np.float64)
        plain = float(own.mean())
        slope = 1 / (plain * (1 - plain)) if logit else 1.0

        def of_weights(weights: Floats) -> Statistics:
            share = weighted_means(own, weights)
            if not logit:
                return share
            by = 1 / (share.estimate * (1 - share.estimate))
            return Statistics(special.logit(share.estimate), lambda: share.contributions() * by)

        return of_statistics(
            one,
            of_weights,
            covariance=lambda: np.array([[slope**2 * plain * (1 - plain) / one.n]]),
            what="the share of a group",
        )

    with np.errstate(divide="ignore", invalid="ignore"):
        found = estimated(sample, statistic)
    return float(found.estimate[0]), float(found.covariance[0, 0])
