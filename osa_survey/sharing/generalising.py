"""Making records alike, step by step: bands of numbers, coarser categories, records left out; each step is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import OutputError, Problem
from osa_survey.sharing.anonymity import class_sizes, classes, closeness, diversity

WIDTHS = (5.0, 10.0, 20.0, 40.0)
MOST_STEPS = 60
OTHER = "other"
Ints = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class KeyVariable:
    """A key variable in its present coarseness.

    Attributes
    ----------
    name, kind : str
        Its name, and "number", "ordinal" or "nominal".
    codes : ndarray of float, shape (records,)
        The value or the position of the category of each record; NaN for gaps.
    labels : tuple of str
        The categories in order; empty for a number that is not in bands yet.
    origin : tuple of float
        For bands: the values of the number behind them.
    width : float
        The width of the bands, 0 before there are any.
    """

    name: str
    kind: str
    codes: NDArray[np.float64]
    labels: tuple[str, ...] = ()
    origin: NDArray[np.float64] | None = None
    width: float = 0.0

    def texts(self) -> list[str]:
        """Return what is written for each record."""
        if not self.labels:
            return ["" if np.isnan(value) else f"{value:g}" for value in self.codes]
        return ["" if np.isnan(code) else self.labels[int(code)] for code in self.codes]


@dataclass(frozen=True)
class Step:
    """One generalisation and what it did.

    Attributes
    ----------
    variable : str
        The key variable, or "" where records were left out.
    what : str
        The step in words.
    unsafe_before, unsafe_after : int
        Records below k or l.
    """

    variable: str
    what: str
    unsafe_before: int
    unsafe_after: int


@dataclass(frozen=True, repr=False)
class Generalised:
    """Key variables after all steps, and the records that stay."""

    keys: tuple[KeyVariable, ...]
    keep: NDArray[np.bool_]
    steps: tuple[Step, ...]
    k: int
    diversity: int
    closeness: float


@dataclass(frozen=True)
class Demands:
    """What every class of records has to be.

    Attributes
    ----------
    k, diverse : int
        The fewest records of a class, and the fewest different answers in it.
    close : float
        The largest distance of its answers from those of all records; 1 asks for nothing.
    ordered : frozenset of str
        The sensitive variables whose answers have an order.
    """

    k: int
    diverse: int
    close: float = 1.0
    ordered: frozenset[str] = frozenset()


def generalise(
    keys: tuple[KeyVariable, ...],
    sensitive: Mapping[str, NDArray[np.float64]],
    *,
    demands: Demands,
    most_suppressed: float,
    units: Ints | None = None,
) -> Generalised:
    """Return key variables coarse enough that every record is one of k with l different sensitive answers.

    Parameters
    ----------
    keys : tuple of KeyVariable
        The key variables.
    sensitive : mapping of str to ndarray of float, shape (records,)
        The sensitive variables.
    demands : Demands
        k, l, and t where it is asked for.
    most_suppressed : float
        The largest share of records that may be left out.
    units : ndarray of int, shape (records,), optional
        The couple of each record.

    Returns
    -------
    Generalised
        With every step in its order.

    Raises
    ------
    OutputError
        ``not_anonymous`` if even the coarsest key variables leave too many records unsafe.

    Notes
    -----
    As long as more records are unsafe than may be left out, the one step that leaves the fewest unsafe is taken, the
    first of equals. Then the unsafe records are left out; they are whole classes, so that the others stay as they are.
    Of 1 to k − 1 records that are left out, the difference between a report and the records would tell the answers:
    the smallest classes go with them, until they are k or more.
    """
    number = len(keys[0].codes)
    allowed = int(np.floor(most_suppressed * number))
    steps: list[Step] = []
    unsafe = _unsafe(keys, sensitive, demands, units)
    while (gone := _left_out(keys, unsafe, demands.k)).sum() > allowed and len(steps) < MOST_STEPS:
        candidates = [
            (int(_unsafe(changed, sensitive, demands, units).sum()), position, changed, words)
            for position, own in enumerate(keys)
            for coarser, words in _coarser(own)
            for changed in [(*keys[:position], coarser, *keys[position + 1 :])]
        ]
        if not candidates:
            break
        after, position, keys, words = min(candidates, key=lambda one: (one[0], one[1]))
        steps.append(Step(keys[position].name, words, int(unsafe.sum()), after))
        unsafe = _unsafe(keys, sensitive, demands, units)
    if gone.sum() > allowed or gone.all():
        asked = f"k = {demands.k} or l = {demands.diverse}"
        asked += f" or beyond t = {demands.close:g}" if demands.close < 1 else ""
        message = f"{int(unsafe.sum())} of {number} records stay below {asked}; {allowed} may be left out"
        hint = "name fewer key variables, allow more in most_suppressed, or share the synthetic twin only"
        raise OutputError(Problem("not_anonymous", message, key="sharing", hint=hint))
    keep = ~gone
    if gone.any():
        steps.append(Step("", f"{int(gone.sum())} records left out", int(unsafe.sum()), 0))
    every = classes(np.column_stack([key.codes for key in keys]))
    members = classes(every[keep][:, None].astype(float))
    kept_units = None if units is None else units[keep]
    reached = [diversity(members, answers[keep], kept_units).min() for answers in sensitive.values()]
    furthest = [
        closeness(every, answers, ordered=name in demands.ordered)[keep].max() for name, answers in sensitive.items()
    ]
    sizes = class_sizes(members, kept_units)
    return Generalised(keys, keep, tuple(steps), int(sizes.min()), int(min(reached)), float(max(furthest)))


def _unsafe(
    keys: tuple[KeyVariable, ...],
    sensitive: Mapping[str, NDArray[np.float64]],
    demands: Demands,
    units: Ints | None,
) -> NDArray[np.bool_]:
    members = classes(np.column_stack([key.codes for key in keys]))
    unsafe = class_sizes(members, units) < demands.k
    for name, answers in sensitive.items():
        unsafe |= diversity(members, answers, units) < demands.diverse
        if demands.close < 1:
            unsafe |= closeness(members, answers, ordered=name in demands.ordered) > demands.close
    return np.asarray(unsafe)


def _left_out(keys: tuple[KeyVariable, ...], unsafe: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    """Return the unsafe records, and with few of them those of the smallest other classes until they are k."""
    gone = unsafe.copy()
    members = classes(np.column_stack([key.codes for key in keys]))
    sizes = class_sizes(members).astype(float)
    while 0 < gone.sum() < k and not gone.all():
        smallest = int(np.argmin(np.where(gone, np.inf, sizes)))
        gone |= members == members[smallest]
    return gone


def _coarser(key: KeyVariable) -> Iterator[tuple[KeyVariable, str]]:
    """Yield what a key variable can become in one step, with the step in words."""
    if key.kind == "number":
        wider = [width for width in WIDTHS if width > key.width]
        if wider:
            yield _banded(key, wider[0])
        return
    counts = np.bincount(key.codes[~np.isnan(key.codes)].astype(np.int64), minlength=len(key.labels))
    if len(key.labels) < 2:
        return
    if key.kind == "ordinal":
        low = int(np.argmin(counts[:-1] + counts[1:]))
        label = f"{key.labels[low]} or {key.labels[low + 1]}"
        yield _merged(key, low, low + 1, label, f"'{key.labels[low]}' and '{key.labels[low + 1]}' together")
        return
    order = np.argsort(counts, kind="stable")
    one, two = sorted((int(order[0]), int(order[1])))
    what = f"'{key.labels[one]}' and '{key.labels[two]}' together as '{OTHER}'"
    yield _merged(key, one, two, OTHER, what)


def _banded(key: KeyVariable, width: float) -> tuple[KeyVariable, str]:
    values = key.codes if key.origin is None else key.origin
    bands = np.floor(values / width)
    present = np.unique(bands[~np.isnan(bands)])
    labels = tuple(f"{band * width:g} to under {(band + 1) * width:g}" for band in present)
    codes = np.where(np.isnan(bands), np.nan, np.searchsorted(present, bands).astype(float))
    return replace(key, codes=codes, labels=labels, origin=values, width=width), f"bands of {width:g}"


def _merged(key: KeyVariable, low: int, high: int, label: str, what: str) -> tuple[KeyVariable, str]:
    codes = np.where(key.codes == high, low, key.codes)
    codes = np.where(codes > high, codes - 1, codes)
    labels = [*key.labels]
    labels[low] = label
    del labels[high]
    return replace(key, codes=codes, labels=tuple(labels)), what
