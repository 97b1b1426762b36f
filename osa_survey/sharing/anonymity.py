"""k-anonymity, l-diversity and t-closeness of records, on plain arrays; couples count once in k and l."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def classes(keys: NDArray[np.float64]) -> Ints:
    """Return the equivalence class of each record: records with the same key variables.

    Parameters
    ----------
    keys : ndarray of float, shape (records, key variables)
        Codes of the key variables; gaps (NaN) are a value of their own.

    Returns
    -------
    ndarray of int, shape (records,)
        Numbers from 0 in order of first appearance.

    Examples
    --------
    >>> classes(np.array([[1.0, 2.0], [1.0, np.nan], [1.0, 2.0]])).tolist()
    [0, 1, 0]
    """
    keys = np.asarray(keys, dtype=float)
    number = np.zeros(len(keys), dtype=np.int64)
    for column in keys.T:
        own = pd.factorize(column, use_na_sentinel=False)[0].astype(np.int64)
        number = pd.factorize(number * (own.max(initial=0) + 1) + own)[0].astype(np.int64)
    return number


def class_sizes(members: Ints, units: Ints | None = None) -> Ints:
    """Return for each record how many records share its class; with ``units``, how many different units.

    Parameters
    ----------
    members : ndarray of int, shape (records,)
        The class of each record.
    units : ndarray of int, shape (records,), optional
        The couple each record belongs to. Two partners count as one, because each knows the other.

    Returns
    -------
    ndarray of int, shape (records,)
        The k of each record; the k of the file is the smallest of them.

    References
    ----------
    Sweeney, L. (2002). k-anonymity: a model for protecting privacy. International Journal of Uncertainty, Fuzziness
    and Knowledge-Based Systems, 10(5), 557-570. doi:10.1142/S0218488502001648

    Examples
    --------
    >>> class_sizes(np.array([0, 0, 1, 0])).tolist()
    [3, 3, 1, 3]
    >>> class_sizes(np.array([0, 0, 1, 0]), units=np.array([7, 7, 8, 9])).tolist()
    [2, 2, 1, 2]
    """
    number = int(members.max(initial=-1)) + 1
    if units is None:
        return np.bincount(members, minlength=number)[members].astype(np.int64)
    pairs = np.unique(np.column_stack([members, units]), axis=0)
    return np.bincount(pairs[:, 0], minlength=number)[members].astype(np.int64)


def diversity(members: Ints, answers: NDArray[np.float64], units: Ints | None = None) -> Ints:
    """Return for each record how many different answers to a sensitive variable its class holds.

    Parameters
    ----------
    members : ndarray of int, shape (records,)
        The class of each record.
    answers : ndarray of float, shape (records,)
        The sensitive variable; a gap (NaN) is no answer and adds nothing.
    units : ndarray of int, shape (records,), optional
        The couple of each record. Whoever looks for a partner knows the answers of the own record, so the class is
        looked at without the couple for which this leaves the fewest different answers.

    Returns
    -------
    ndarray of int, shape (records,)
        Distinct l-diversity of each record's class.

    References
    ----------
    Machanavajjhala, A., et al. (2007). l-diversity: privacy beyond k-anonymity. ACM Transactions on Knowledge
    Discovery from Data, 1(1), 3. doi:10.1145/1217299.1217302

    Examples
    --------
    >>> diversity(np.array([0, 0, 0, 1]), np.array([1.0, 2.0, 1.0, 1.0])).tolist()
    [2, 2, 2, 1]
    >>> diversity(np.array([0, 0, 0, 0]), np.array([1.0, 2.0, 1.0, 1.0]), units=np.array([5, 5, 6, 7])).tolist()
    [1, 1, 1, 1]
    """
    number = int(members.max(initial=-1)) + 1
    given = ~np.isnan(answers)
    codes = pd.factorize(answers[given])[0].astype(np.int64)
    held = np.unique(np.column_stack([members[given], codes]), axis=0)
    distinct = np.bincount(held[:, 0], minlength=number).astype(np.int64)
    if units is None or not given.any():
        return distinct[members]
    triples = np.unique(np.column_stack([members[given], codes, units[given]]), axis=0)
    _, which, holders = np.unique(triples[:, :2], axis=0, return_inverse=True, return_counts=True)
    alone = holders[which.ravel()] == 1
    only = pd.Series(alone.astype(np.int64)).groupby([triples[:, 0], triples[:, 2]]).sum()
    lost = only.groupby(level=0).max()
    fewest = distinct.copy()
    fewest[lost.index.to_numpy(dtype=np.int64)] -= lost.to_numpy(dtype=np.int64)
    return fewest[members]


def closeness(members: Ints, answers: NDArray[np.float64], *, ordered: bool) -> NDArray[np.float64]:
    """Return for each record how far the answers of its class are from those of all records.

    Parameters
    ----------
    members : ndarray of int, shape (records,)
        The class of each record.
    answers : ndarray of float, shape (records,)
        The sensitive variable; gaps (NaN) are left out.
    ordered : bool
        Whether the answers have an order.

    Returns
    -------
    ndarray of float, shape (records,)
        The t of each record's class, from 0 (the same shares) to 1; 0 for a class without an answer.

    Notes
    -----
    The distance is the earth mover's. Without an order it is half the sum of the differences between the shares; with
    m answers in order it is the sum of the differences between the cumulative shares, divided by m − 1.

    References
    ----------
    Li, N., Li, T., & Venkatasubramanian, S. (2007). t-closeness: privacy beyond k-anonymity and l-diversity. ICDE,
    106–115. doi:10.1109/ICDE.2007.367856

    Examples
    --------
    >>> closeness(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 1.0, 1.0]), ordered=False).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    number = int(members.max(initial=-1)) + 1
    given = ~np.isnan(answers)
    present, codes = np.unique(answers[given], return_inverse=True)
    counts = np.zeros((number, max(len(present), 1)))
    np.add.at(counts, (members[given], codes.ravel()), 1.0)
    size = counts.sum(axis=1, keepdims=True)
    overall = counts.sum(axis=0) / max(size.sum(), 1.0)
    difference = np.where(size > 0, counts / np.maximum(size, 1.0) - overall, 0.0)
    if ordered:
        distance = np.abs(np.cumsum(difference, axis=1)).sum(axis=1) / max(len(present) - 1, 1)
    else:
        distance = np.abs(difference).sum(axis=1) / 2
    return np.asarray(distance[members], dtype=np.float64)
