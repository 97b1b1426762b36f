"""Every cut-off of a score against a reference, and the best of them by a named criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.effects.spreads import Floats

Criterion = Literal["youden", "closest", "equal", "sensitivity", "specificity"]
CRITERIA: dict[str, str] = {
    "youden": "the highest sensitivity + specificity − 1 (Youden)",
    "closest": "the point closest to sensitivity and specificity of one",
    "equal": "the smallest difference of sensitivity and specificity",
    "sensitivity": "the highest specificity among cut-offs with the sensitivity asked for",
    "specificity": "the highest sensitivity among cut-offs with the specificity asked for",
}
NEEDS_LEVEL = ("sensitivity", "specificity")
ROUNDING = 1e-12
"""Criteria are sums of shares: those within this are equal."""


@dataclass(frozen=True)
class OperatingPoints:
    """What each cut-off gives, from the lowest on.

    Attributes
    ----------
    cut_offs : ndarray of float, shape (points,)
        The different scores: a person at or above one is above the cut-off.
    cases, others : ndarray of float, shape (points,)
        Cases and non-cases at or above it, or their weights.
    """

    cut_offs: Floats
    cases: Floats
    others: Floats

    @property
    def sensitivity(self) -> Floats:
        """The share of the cases at or above."""
        return np.asarray(self.cases / self.cases[0], dtype=np.float64)

    @property
    def specificity(self) -> Floats:
        """The share of the non-cases below."""
        return np.asarray(1 - self.others / self.others[0], dtype=np.float64)


def operating_points(scores: Floats, cases: NDArray[np.bool_], weights: Floats | None = None) -> OperatingPoints:
    """Return what each different score gives as a cut-off, under weights if there are any.

    Examples
    --------
    >>> points = operating_points(np.array([1.0, 2.0, 3.0, 2.0]), np.array([False, False, True, True]))
    >>> points.sensitivity.tolist(), points.specificity.tolist()
    ([1.0, 1.0, 0.5], [0.0, 0.5, 1.0])
    """
    values, inverse = np.unique(scores, return_inverse=True)
    own = np.ones(len(cases)) if weights is None else weights
    of_cases = np.bincount(inverse[cases], own[cases], minlength=len(values))
    of_others = np.bincount(inverse[~cases], own[~cases], minlength=len(values))
    at_or_above = (np.cumsum(one[::-1])[::-1].astype(np.float64) for one in (of_cases, of_others))
    return OperatingPoints(values, *at_or_above)


def merits(sensitivity: Floats, specificity: Floats, criterion: Criterion, level: float = np.nan) -> Floats:
    """Return how good each cut-off is by a criterion, higher is better; −∞ where the level asked for is missed.

    References
    ----------
    Youden, W. J. (1950). Index for rating diagnostic tests. Cancer, 3(1), 32–35.
    doi:10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3
    """
    if criterion == "youden":
        return sensitivity + specificity - 1
    if criterion == "closest":
        return -((1 - sensitivity) ** 2) - (1 - specificity) ** 2
    if criterion == "equal":
        return -np.abs(sensitivity - specificity)
    wanted, other = (sensitivity, specificity) if criterion == "sensitivity" else (specificity, sensitivity)
    return np.where(wanted >= level - ROUNDING, other, -np.inf)


def best_positions(merit: Floats) -> NDArray[np.intp]:
    """Return where the merit is highest: several positions are ties, none means no cut-off will do."""
    best = float(merit.max())
    return np.flatnonzero((merit >= best - ROUNDING) & np.isfinite(merit))


def resampled_merits(
    counts: Floats, order: NDArray[np.intp], starts: NDArray[np.intp], cases: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return sensitivity and specificity of every cut-off in every resample, shape (resamples, points) each.

    Parameters
    ----------
    counts : ndarray of float, shape (resamples, respondents)
        How often each person was drawn; both kinds are drawn.
    order : ndarray of int, shape (respondents,)
        The people from the lowest score on.
    starts : ndarray of int, shape (points,)
        Where in this order each different score begins.
    cases : ndarray of bool, shape (respondents,)
        Who is a case.
    """
    shares = []
    for kind in (cases, ~cases):
        drawn = np.cumsum((counts * kind)[:, order], axis=1)
        below = np.hstack([np.zeros((len(counts), 1)), drawn])[:, starts]
        shares.append(below / drawn[:, -1:])
    return 1 - shares[0], shares[1]


def resampled_areas_and_cut_offs(
    counts: Floats, scores: Floats, cases: NDArray[np.bool_], criterion: Criterion, level: float
) -> Floats:
    """Return the area of each score and the best cut-off of the first, shape (resamples, scores + 1).

    A statistic of ``models.bootstraps.bootstrap``. The cut-off is NaN where none will do.
    """
    found = []
    best = np.full(len(counts), np.nan)
    for place, score in enumerate(scores.T):
        order = np.argsort(score, kind="stable")
        cut_offs, starts = np.unique(score[order], return_index=True)
        sensitivity, specificity = resampled_merits(counts, order, starts, cases)
        above = np.hstack([sensitivity, np.zeros((len(counts), 1))])
        false = np.hstack([1 - specificity, np.zeros((len(counts), 1))])
        found.append(((false[:, :-1] - false[:, 1:]) * (above[:, :-1] + above[:, 1:])).sum(axis=1) / 2)
        if place == 0:
            merit = merits(sensitivity, specificity, criterion, level)
            highest = merit.max(axis=1)
            first = np.argmax(merit >= highest[:, None] - ROUNDING, axis=1)
            best = np.where(np.isfinite(highest), cut_offs[first], np.nan)
    return np.column_stack([*found, best])
