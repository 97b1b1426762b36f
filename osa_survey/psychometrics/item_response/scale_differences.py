"""Differential item functioning of all items of a scale, on plain arrays: matching, purification, adjusted p."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.item_response.graded_models import fit_graded
from osa_survey.psychometrics.item_response.item_differences import Floats, ItemDifference, item_difference
from osa_survey.psychometrics.item_response.trait_scores import trait_scores

MODERATE, LARGE = 0.035, 0.070
"""Change of Nagelkerke's R² (Jodoin & Gierl 2001, for items with two answers; quoted alike by public programs
that compute it)."""
ROUNDS = 10
ItemTests = tuple[tuple[ItemDifference, ...], str, int]
"""Of one item: its comparisons, why it could not be tested, respondents."""


@dataclass(frozen=True, repr=False)
class DifferenceTests:
    """All items.

    Attributes
    ----------
    items : tuple of tuple of ItemDifference
        For each item the three comparisons; empty where it could not be tested.
    n : ndarray of int, shape (items,)
        Respondents behind each.
    p_adjusted : ndarray of float, shape (items,)
        Holm's p of the total comparison over all items.
    flagged : ndarray of bool, shape (items,)
        Adjusted p below .05 and at least a moderate change of R².
    why_not : tuple of str
        For each item why it could not be tested, else "".
    anchors : int
        Items the trait rests on in the last round.
    rounds : int
        How often the trait was estimated.
    """

    items: tuple[tuple[ItemDifference, ...], ...]
    n: NDArray[np.int64]
    p_adjusted: Floats
    flagged: NDArray[np.bool_]
    why_not: tuple[str, ...]
    anchors: int
    rounds: int


def holm(p: Floats) -> Floats:
    """Return Holm's adjusted p values; NaN stay NaN.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = np.maximum.accumulate(p[order] * (len(order) - np.arange(len(order))))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def difference_tests(
    values: Floats, groups: Floats, *, matching: str = "trait", purify: bool = True
) -> DifferenceTests:
    """Return differential item functioning of all items.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    groups : ndarray of float, shape (respondents, groups - 1)
        Indicators of the groups but the first.
    matching : {"trait", "rest"}
        Expected a posteriori trait of a graded response model, or the mean of the other items.
    purify : bool
        Whether flagged items are taken out of what respondents are matched on, and the tests repeated until the flagged
        ones stay the same; at least two items stay in.

    References
    ----------
    Choi, S. W., Gibbons, L. E., & Crane, P. K. (2011). lordif: An R package for detecting differential item functioning
    using iterative hybrid ordinal logistic regression/item response theory and Monte Carlo simulations. Journal of
    Statistical Software, 39(8), 1-30. doi:10.18637/jss.v039.i08
    """
    k = values.shape[1]

    def tested(anchors: NDArray[np.bool_]) -> list[ItemTests]:
        trait = _matched(values, anchors, matching)
        found = []
        for item in range(k):
            own = trait if matching == "trait" else rest_means(values, anchors, item)
            rows = ~np.isnan(values[:, item]) & ~np.isnan(own)
            n = int(rows.sum())
            found.append(attempted(lambda: item_difference(values[rows, item], own[rows], groups[rows]), n))  # noqa: B023
        return found

    return purified_tests(k, tested, purify)


def attempted(compared: Callable[[], tuple[ItemDifference, ...]], n: int) -> ItemTests:
    """Return the comparisons of one item, or why there are none."""
    try:
        return compared(), "", n
    except (AnalysisError, ValueError) as problem:
        return (), f"not tested: {problem}", n


def purified_tests(k: int, tested: Callable[[NDArray[np.bool_]], list[ItemTests]], purify: bool) -> DifferenceTests:
    """Return all items tested, again without the flagged ones in the matching until these stay the same.

    Parameters
    ----------
    k : int
        How many items.
    tested : callable
        From the items the matching rests on, shape (items,), to the tests of every item.
    purify : bool
        Whether anything is repeated; at least two items stay in the matching.
    """
    flagged = np.zeros(k, dtype=bool)
    seen: list[tuple[bool, ...]] = []
    rounds = 0
    while rounds < ROUNDS:
        rounds += 1
        anchors = ~flagged if purify and (~flagged).sum() >= 2 else np.ones(k, dtype=bool)
        found = tested(anchors)
        p = holm(np.array([one[2].p_value if one else np.nan for one, _, _ in found]))
        size = np.array([one[2].nagelkerke if one else np.nan for one, _, _ in found])
        with np.errstate(invalid="ignore"):
            now = (p < 0.05) & (size >= MODERATE)
        if not purify or tuple(now.tolist()) in seen or (now == flagged).all():
            break
        seen.append(tuple(now.tolist()))
        flagged = now
    items, why, n = zip(*found, strict=True)
    return DifferenceTests(tuple(items), np.array(n), p, now, tuple(why), int(anchors.sum()), rounds)


def _matched(values: Floats, anchors: NDArray[np.bool_], matching: str) -> Floats:
    if matching != "trait":
        return np.full(len(values), np.nan)
    return np.asarray(trait_scores(fit_graded(values[:, anchors]), values[:, anchors]).eap)


def rest_means(values: Floats, anchors: NDArray[np.bool_], item: int) -> Floats:
    """Return the mean of the other items the matching rests on; NaN without an answer to them."""
    others = anchors.copy()
    others[item] = False
    part = values[:, others]
    known = ~np.isnan(part)
    count = known.sum(axis=1)
    total = np.where(known, part, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))
