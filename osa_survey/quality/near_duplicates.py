"""Records that repeat an earlier one in almost every item: found by hashing bands of items, never by all pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses

ALIKE = 0.95
"""The share of items answered alike above which two records are near duplicates."""
FEWEST_ITEMS = 20
"""With fewer items, people who answer alike are too common to mean anything."""
FEWEST_TELLING = 10
"""How many of the equal answers must differ from the most frequent answer of their item."""
NEIGHBOURS = 16
"""How many records of a bucket each record is compared with; buckets are ordered so that the most alike are close."""
AT_ONCE = 4096
"""How many pairs are compared at once: what bounds the memory."""
GAP = np.int8(-128)


def near_duplicates(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the records that answer at least 95% of the items like an earlier record, but not all.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers as whole codes; NaN for gaps.

    Returns
    -------
    ndarray of bool, shape (respondents,)
        True for the later record of each pair. Records identical in every answer are not counted here.

    Notes
    -----
    Two records of k items that differ in at most d = floor(.05 k) of them agree wholly in at least one of d + 1 bands
    of items. Records are therefore compared only where a band has the same hash, with the next 16 records of its
    bucket, so time and memory grow with the number of records and not with its square. A gap against an answer is a
    difference; a gap against a gap is not counted. At least 10 of the equal answers must not be the most frequent
    answer of their item: many people answer "never" to everything, which repeats nobody.

    References
    ----------
    Kuriakose, N., & Robbins, M. (2016). Don't get duped: Fraud through duplication in public opinion surveys.
    Statistical Journal of the IAOS, 32(3), 283-291. doi:10.3233/SJI-160978
    """
    n, k = values.shape
    found = np.zeros(n, dtype=bool)
    if n < 2 or k < FEWEST_ITEMS:
        return found
    codes = _compact(values)
    telling = codes != _most_frequent(codes)
    telling &= codes != GAP
    chosen = np.flatnonzero(telling.sum(axis=1, dtype=np.int32) >= FEWEST_TELLING)
    random = np.random.default_rng(0)
    factors = np.asarray(random.integers(1, 2**62, size=k), dtype=np.int64)
    whole = _hashes(codes[chosen], factors)
    _, first = np.unique(whole, return_index=True)
    chosen, whole = chosen[np.sort(first)], whole[np.sort(first)]
    bands = np.array_split(np.asarray(random.permutation(k)), int((1 - ALIKE) * k + 1e-9) + 1)
    keys = [_hashes(codes[np.ix_(chosen, band)], factors[band]) for band in bands]
    for position, key in enumerate(keys):
        order = np.lexsort((keys[(position + 1) % len(keys)], key))
        for step in range(1, NEIGHBOURS + 1):
            same = np.flatnonzero(key[order[:-step]] == key[order[step:]])
            if len(same) == 0:
                break
            _mark(found, codes, telling, chosen[order[same]], chosen[order[same + step]])
    return found


def near_duplicates_of(responses: Responses) -> NDArray[np.bool_]:
    """Return the near duplicates over the items of all blocks; nobody where there are fewer than 20 items."""
    columns = [column for block in responses.codebook.blocks for column in responses.item_columns(block)]
    return near_duplicates(responses.codes[columns].to_numpy(dtype=np.float32))


def _compact(values: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return codes as small whole numbers; codes that do not fit are folded, which can only widen the search."""
    codes = np.empty(values.shape, dtype=np.int8)
    for item in range(values.shape[1]):
        column = values[:, item]
        gap = np.isnan(column)
        codes[:, item] = np.where(gap, GAP, np.rint(np.where(gap, 0, column)) % 127)
    return codes


def _most_frequent(codes: NDArray[np.int8]) -> NDArray[np.int8]:
    result = np.empty(codes.shape[1], dtype=np.int8)
    for item in range(codes.shape[1]):
        column = codes[:, item]
        result[item] = np.bincount(column[column != GAP], minlength=1).argmax()
    return result


def _hashes(codes: NDArray[np.int8], factors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a hash of each row: sums of codes times large odd numbers, wrapping round."""
    result = np.zeros(len(codes), dtype=np.int64)
    with np.errstate(over="ignore"):
        for position, factor in enumerate(factors):
            result += (codes[:, position].astype(np.int64) + 131) * (factor | 1)
    return result


def _mark(
    found: NDArray[np.bool_],
    codes: NDArray[np.int8],
    telling: NDArray[np.bool_],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
) -> None:
    """Mark the later record of each pair that is alike enough."""
    for start in range(0, len(left), AT_ONCE):
        one, other = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
        a, b = codes[one], codes[other]
        equal = a == b
        counted = (~(equal & (a == GAP))).sum(axis=1)
        equal &= a != GAP
        alike = (equal.sum(axis=1) >= ALIKE * counted) & (counted >= FEWEST_ITEMS)
        alike &= (equal & telling[one]).sum(axis=1) >= FEWEST_TELLING
        found[np.maximum(one, other)[alike]] = True
