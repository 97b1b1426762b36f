"""Plain counts of the columns of a codebook, before the gate: who chose each option, and why others did not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.instruments.answers import ResponseOptions
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES, ROUTED

Mask = NDArray[np.bool_]
MOST_CLASSES = 8
STEPS = (1, 2, 5)


@dataclass(frozen=True, repr=False)
class RawColumn:
    """One column before the gate.

    Attributes
    ----------
    options : tuple of (str, str, ndarray of bool)
        Label, code, and who chose it; or the classes of a number.
    implied : ndarray of bool
        Whose value follows from a filter.
    reasons : mapping of str to ndarray of bool
        Reason → who has no answer for it; only reasons that occur.
    """

    options: tuple[tuple[str, str, Mask], ...]
    implied: Mask
    reasons: Mapping[str, Mask]

    @property
    def answered(self) -> Mask:
        """Who answered."""
        return _any([who for _, _, who in self.options], self.implied)

    @property
    def missing(self) -> Mask:
        """Who did not."""
        return _any(list(self.reasons.values()), self.implied)

    @property
    def unrouted(self) -> Mask:
        """Who did not, for no reason but their own."""
        return _any([who for reason, who in self.reasons.items() if reason not in ROUTED], self.implied)


def raw_column(responses: Responses, name: str) -> RawColumn:
    """Return who chose what in a column of the answers."""
    values = responses.codes[name].to_numpy(dtype=float)
    marks = responses.reasons[name].to_numpy(dtype=np.uint8)
    reasons = {reason: marks == code for reason, code in REASON_CODES.items()}
    return RawColumn(
        tuple(_options(responses, name, values, marks == 0)),
        marks == IMPLIED,
        {reason: who for reason, who in reasons.items() if who.any()},
    )


def _any(masks: list[Mask], like: Mask) -> Mask:
    return np.logical_or.reduce(masks) if masks else np.zeros(len(like), dtype=bool)


def _options(
    responses: Responses, name: str, values: NDArray[np.float64], given: Mask
) -> Iterable[tuple[str, str, Mask]]:
    info = responses.variables.get(name)
    if info is None:
        options = _item_options(responses, name)
        for code in options.codes:
            yield options.labels.get(code, ""), f"{code:g}", given & (values == code)
    elif info.is_categorical:
        for code, label in zip(info.codes, info.labels, strict=True):
            yield label, f"{code:g}", given & (values == code)
    elif given.any():
        edges = class_edges(values[given])
        whole = bool((values[given] % 1 == 0).all())
        place = np.clip(np.searchsorted(edges, values, side="right"), 0, len(edges))
        for number in range(len(edges) + 1):
            yield _class_label(edges, number, whole), "", given & (place == number)


def _item_options(responses: Responses, name: str) -> ResponseOptions:
    block, _, number = name.rpartition("_")
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    return instrument.options_of(instrument.items[int(number) - 1].id)


def class_edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return round limits between at most eight classes of numbers; the first and the last class are open.

    Parameters
    ----------
    values : ndarray of float, shape (answers,)
        Numbers, at least one.

    Examples
    --------
    >>> class_edges(np.arange(18.0, 80.0)).tolist()
    [30.0, 40.0, 50.0, 60.0, 70.0]
    """
    low, high = np.quantile(values, [0.05, 0.95])
    width = float(high - low)
    if width <= 0:
        return np.array([math.floor(low) + 1.0])
    power = 10.0 ** math.floor(math.log10(width / (MOST_CLASSES - 1)))
    steps = [factor * power * scale for scale in (1, 10) for factor in STEPS]
    for step in steps:
        first = (math.floor(low / step) + 1) * step
        edges = first + step * np.arange(math.ceil((high - first) / step) if high > first else 1)
        if len(edges) < MOST_CLASSES:
            break
    return np.asarray(np.round(edges, 10), dtype=np.float64)


def _class_label(edges: NDArray[np.float64], number: int, whole: bool) -> str:
    unit = 1.0 if whole and (edges % 1 == 0).all() else 0.0
    if number == 0:
        return f"< {formatting.shortest(edges[0])}"
    if number == len(edges):
        return f"≥ {formatting.shortest(edges[-1])}"
    low, high = edges[number - 1], edges[number] - unit
    first, last = formatting.shortest(low), formatting.shortest(high)
    return first if low == high else f"{first} – {last}" if unit else f"{first} – < {last}"
