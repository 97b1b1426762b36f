"""Answers as numbered categories, how often each occurs, and the cross tables of all pairs of items."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

GAP = 255
"""The code of a missing answer."""
MOST = 100
"""More different answers than this are a number, not categories."""
FEW = 12
"""Up to so many possible answers each is looked for by itself."""
PATTERNS = 1 << 16
"""Patterns of two groups of items counted at once; they are numbered by uint16."""
BLOCK = 1 << 23
"""Cells of the indicator matrix held at once; one block of it must stay far below 2^24 respondents, where float32
stops counting."""


@dataclass(frozen=True, repr=False)
class Categories:
    """Answers to items as numbered categories.

    Attributes
    ----------
    codes : ndarray of uint8, shape (items, respondents)
        0 for the lowest category of an item, 1 for the next, …; 255 is a gap.
    answers : tuple of ndarray of float
        The answer behind each category, ascending, for each item.
    """

    codes: Codes
    answers: tuple[Floats, ...]

    def __repr__(self) -> str:
        return f"<Categories: {self.codes.shape[0]} items, {self.codes.shape[1]} respondents>"

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many categories each item has."""
        return np.array([len(answers) for answers in self.answers], dtype=np.int64)

    @property
    def counts(self) -> tuple[NDArray[np.int64], ...]:
        """How often each category occurs, for each item."""
        return tuple(
            np.bincount(codes, minlength=GAP + 1)[: len(answers)].astype(np.int64)
            for codes, answers in zip(self.codes, self.answers, strict=True)
        )

    @property
    def steps(self) -> Floats:
        """What each category adds to the one before, shape (items, most categories - 1); zero beyond an item's own."""
        steps = np.zeros((len(self.answers), int(self.sizes.max()) - 1))
        for item, answers in enumerate(self.answers):
            steps[item, : len(answers) - 1] = np.diff(answers)
        return steps

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Which respondents answered every item."""
        return np.asarray(self.codes.max(axis=0) < GAP)

    def of(self, respondents: NDArray[np.bool_]) -> Categories:
        """Return the answers of some respondents, with the same categories."""
        return Categories(np.compress(respondents, self.codes, axis=1), self.answers)


def categories(values: NDArray[np.floating], answers: Sequence[NDArray[np.floating]] | None = None) -> Categories:
    """Return answers as numbered categories.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps.
    answers : sequence of ndarray of float, optional
        The categories of each item, ascending. Without it they are the answers that occur: a category nobody chose
        has no threshold that could be estimated.

    Returns
    -------
    Categories
        The answers.

    Raises
    ------
    ValueError
        If an item has more than 100 different answers, or an answer that is none of ``answers``.

    Examples
    --------
    >>> found = categories(np.array([[1.0, 5.0], [3.0, np.nan], [1.0, 4.0]]))
    >>> found.codes.tolist(), [each.tolist() for each in found.answers]
    ([[0, 1, 0], [1, 255, 0]], [[1.0, 3.0], [4.0, 5.0]])
    """
    values = np.asarray(values)
    n, k = values.shape
    codes = np.empty((k, n), dtype=np.uint8)
    found: list[Floats] = []
    for item in range(k):
        column = np.ascontiguousarray(values[:, item], dtype=np.float64)
        found.append(_number(column, None if answers is None else answers[item], codes[item], item))
    return Categories(codes, tuple(found))


def _number(column: Floats, answers: NDArray[np.floating] | None, codes: Codes, item: int) -> Floats:
    """Write the category of each answer into ``codes`` and return the categories."""
    low = float(column.min()) if len(column) else np.nan
    gaps = np.isnan(column) if np.isnan(low) else None
    if gaps is not None and gaps.all():
        codes[:] = GAP
        return np.asarray(answers if answers is not None else [], dtype=np.float64)
    if gaps is not None:
        low = float(np.nanmin(column))
        column = np.where(gaps, low, column)
    places = None
    whole = column - low
    if (highest := float(whole.max())) < GAP:
        places = whole.astype(np.uint8)
    if places is not None and bool((places == whole).all()):
        occurring = low + _occurring(places, int(highest))
    else:
        occurring = np.unique(column)
        places = None
    known = occurring if answers is None else np.asarray(answers, dtype=np.float64)
    if len(known) > MOST:
        raise ValueError(f"item {item} has {len(known)} different answers: that is a number, not categories")
    if answers is not None and not np.isin(occurring, known).all():
        raise ValueError(f"item {item} has an answer that is none of its categories")
    if places is None:
        codes[:] = np.searchsorted(known, column)
    elif answers is None and occurring[-1] - low == len(occurring) - 1:
        codes[:] = places
    else:
        table = np.zeros(GAP + 1, dtype=np.uint8)
        table[(occurring - low).astype(np.int64)] = np.searchsorted(known, occurring)
        np.take(table, places, out=codes)
    if gaps is not None:
        codes[gaps] = GAP
    return np.asarray(known)


def _occurring(places: Codes, highest: int) -> NDArray[np.int64]:
    """Return the numbers that occur, ascending: by looking for each where there are few, else by counting."""
    if highest < FEW:
        return np.array([place for place in range(highest + 1) if (places == place).any()])
    return np.flatnonzero(np.bincount(places))


def cross_tables(items: Categories) -> Floats:
    """Return the cross tables of every pair of items.

    Parameters
    ----------
    items : Categories
        Answers to ``k`` items with at most ``c`` categories.

    Returns
    -------
    ndarray of float, shape (k, k, c, c)
        ``[i, j, a, b]`` counts the respondents with category ``a`` of item ``i`` and ``b`` of item ``j`` (pairwise:
        everybody who answered both). The diagonal holds each item's own counts; categories an item does not have
        are zero.

    Examples
    --------
    >>> cross_tables(categories(np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0]])))[0, 1].tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    k, n = items.codes.shape
    width = int(items.sizes.max(initial=1))
    together = _items_together(width + 1, n)
    total = np.zeros((k * width, k * width))
    if together < 2:
        kinds = np.arange(width, dtype=np.uint8)[None, :, None]
        step = max(BLOCK // max(k * width, 1), 1)
        for start in range(0, n, step):
            block = items.codes[:, None, start : start + step]
            indicators = (block == kinds).reshape(k * width, -1).astype(np.float32)
            total += indicators @ indicators.T
    else:
        _add_joint_tables(items.codes, width, together, total)
    return np.ascontiguousarray(total.reshape(k, width, k, width).transpose(0, 2, 1, 3))


def _items_together(base: int, n: int) -> int:
    """Return how many items are counted as one: two such groups may not have more patterns than respondents."""
    together = 1
    while base ** (2 * (together + 1)) <= min(n, PATTERNS):
        together += 1
    return together


def _add_joint_tables(codes: Codes, width: int, together: int, total: Floats) -> None:
    """Add the cross tables of pairs of groups of items, each counted once and summed over its other items."""
    k = len(codes)
    base = width + 1 if (codes == GAP).any() else width
    groups, places = [], []
    for start in range(0, k, together):
        members = codes[start : start + together]
        pattern = np.zeros(codes.shape[1], dtype=np.uint16)
        for item in members:
            pattern *= np.uint16(base)
            pattern += np.minimum(item, np.uint8(width))
        size = len(members)
        digits = np.arange(base**size)[:, None] // base ** np.arange(size - 1, -1, -1) % base
        groups.append(pattern)
        places.append((digits[:, :, None] == np.arange(width)).reshape(len(digits), size * width).astype(np.float64))
    edges = [min(start, k) * width for start in range(0, k + together, together)]
    margins = {0: np.bincount(groups[0], minlength=len(places[0]))} if len(groups) == 1 else {}
    for one, two in itertools.combinations(range(len(groups)), 2):
        rows, columns = len(places[one]), len(places[two])
        joint = np.bincount(groups[one] * np.uint16(columns) + groups[two], minlength=rows * columns)
        joint = joint.reshape(rows, columns)
        own, other = slice(edges[one], edges[one + 1]), slice(edges[two], edges[two + 1])
        total[own, other] = places[one].T @ (joint @ places[two])
        total[other, own] = total[own, other].T
        margins[one], margins[two] = joint.sum(axis=1), joint.sum(axis=0)
    for group, counts in margins.items():
        own = slice(edges[group], edges[group + 1])
        total[own, own] = places[group].T @ (counts[:, None] * places[group])


def thresholds(counts: NDArray[np.integer] | NDArray[np.floating]) -> Floats:
    """Return the thresholds of one item on a standard normal answer tendency.

    Parameters
    ----------
    counts : ndarray, shape (categories,)
        How often each category occurs; none may be zero.

    Returns
    -------
    ndarray of float, shape (categories - 1,)
        Normal quantiles of the cumulative shares: the maximum likelihood estimates.

    Raises
    ------
    ValueError
        If a category does not occur.

    Examples
    --------
    >>> thresholds(np.array([16, 68, 16])).round(3).tolist()
    [-0.994, 0.994]
    """
    shares = np.asarray(counts, dtype=np.float64)
    if not (shares > 0).all():
        raise ValueError("a category that nobody chose has no threshold")
    below = np.cumsum(shares)
    return np.asarray(ndtri(below[:-1] / below[-1]))


def shared_thresholds(counts: Floats) -> Floats:
    """Return thresholds of one item or of many, where a category may be empty: it lies between two equal thresholds.

    Parameters
    ----------
    counts : ndarray of float, shape (..., categories)
        How often, or with what weight, each category occurs.

    Returns
    -------
    ndarray of float, shape (..., categories - 1)
        Normal quantiles of the cumulative shares, within the ends of the normal distribution.

    Examples
    --------
    >>> shared_thresholds(np.array([8.0, 0.0, 8.0])).tolist()
    [0.0, 0.0]
    """
    below = np.cumsum(counts, axis=-1)
    total = np.where(below[..., -1:] > 0, below[..., -1:], 1.0)
    return np.asarray(np.clip(ndtri(below[..., :-1] / total), -FAR, FAR))
