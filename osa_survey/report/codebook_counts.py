"""Counts for the pages of a codebook: how often each option was chosen and why answers are missing, after the gate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses
from osa_survey.disclosure import Profile, suppress
from osa_survey.instruments.answers import ResponseOptions
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES

MOST_CLASSES = 8
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Counted:
    """A count that has passed the gate.

    Attributes
    ----------
    label : str
        What was counted.
    code : str
        The code of an option, or "".
    n : int or None
        The count; None where the gate hides it.
    share : float
        Its share of those who answered; NaN where it or its base is hidden.
    """

    label: str
    code: str
    n: int | None
    share: float = math.nan


@dataclass(frozen=True)
class ColumnCounts:
    """One column of the answers.

    Attributes
    ----------
    options : tuple of Counted
        Options, or classes of a number, in order.
    answered, missing, implied : Counted
        Who answered, who did not, and whose value follows from a filter.
    reasons : tuple of Counted
        Why answers are missing; only reasons that occur.
    """

    options: tuple[Counted, ...]
    answered: Counted
    missing: Counted
    implied: Counted
    reasons: tuple[Counted, ...]


@dataclass(frozen=True, repr=False)
class _Raw:
    """Plain counts of one column before the gate."""

    options: tuple[tuple[str, str, int], ...]
    implied: int
    reasons: Mapping[str, int]

    @property
    def answered(self) -> int:
        return sum(n for _, _, n in self.options)

    @property
    def missing(self) -> int:
        return sum(self.reasons.values())


def count_columns(responses: Responses, profile: Profile) -> dict[str, ColumnCounts]:
    """Return for every column of the answers its counts, small ones and what would give them back hidden.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    profile : Profile
        The disclosure rules.

    Notes
    -----
    In each column the options add up to the answered, the reasons to the missing, and answered, missing and implied to
    all respondents. Where a filter decided who was asked, those not shown a question are the sum of the filter's other
    options and of its gaps: these relations pass the gate together, column and filter at once.
    """
    raw = {name: _raw(responses, name) for name in responses.codes.columns}
    filters = _filters(responses)
    groups: dict[str, list[str]] = {}
    for name in raw:
        groups.setdefault(_root(filters, name), []).append(name)
    result: dict[str, ColumnCounts] = {}
    for names in groups.values():
        result.update(_through_the_gate(responses, {name: raw[name] for name in names}, filters, profile))
    return {name: result[name] for name in raw}


def count_closed(filled: int, n: int, profile: Profile) -> int | None:
    """Return how many respondents filled in a closed column; None where that or its complement is a small count."""
    hidden = suppress(np.array([filled, n - filled, n], dtype=float), [(2, [0, 1])], profile.threshold)
    return None if hidden[0] else filled


def _raw(responses: Responses, name: str) -> _Raw:
    values = responses.codes[name].to_numpy(dtype=float)
    marks = responses.reasons[name].to_numpy(dtype=np.uint8)
    reasons = {reason: int((marks == code).sum()) for reason, code in REASON_CODES.items()}
    given = values[marks == 0]
    return _Raw(
        tuple(_options(responses, name, given)),
        int((marks == IMPLIED).sum()),
        {reason: number for reason, number in reasons.items() if number},
    )


def _options(responses: Responses, name: str, given: NDArray[np.float64]) -> Iterable[tuple[str, str, int]]:
    info = responses.variables.get(name)
    if info is None:
        options = _item_options(responses, name)
        for code in options.codes:
            yield options.labels.get(code, ""), f"{code:g}", int((given == code).sum())
    elif info.is_categorical:
        for code, label in zip(info.codes, info.labels, strict=True):
            yield label, f"{code:g}", int((given == code).sum())
    elif len(given):
        edges = class_edges(given)
        whole = bool((given % 1 == 0).all())
        place = np.clip(np.searchsorted(edges, given, side="right"), 0, len(edges))
        for number in range(len(edges) + 1):
            yield _class_label(edges, number, whole), "", int((place == number).sum())


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
        return f"< {edges[0]:g}"
    if number == len(edges):
        return f"≥ {edges[-1]:g}"
    low, high = edges[number - 1], edges[number] - unit
    return f"{low:g}" if low == high else f"{low:g} – {high:g}" if unit else f"{low:g} – < {high:g}"


def _filters(responses: Responses) -> dict[str, tuple[str, tuple[float, ...]]]:
    """Return column → the filter that decided who was asked, and the codes of those who were."""
    book = responses.codebook
    result = {}
    for block, entry in book.blocks.items():
        if entry.asked_if is not None:
            for column in responses.item_columns(block):
                result[column] = (entry.asked_if.variable, entry.asked_if.codes)
    for name, variable in book.variables.items():
        if variable.asked_if is None:
            continue
        own = [f"{name}_{option}" for option in variable.columns] if variable.columns else [name]
        result.update(dict.fromkeys(own, (variable.asked_if.variable, variable.asked_if.codes)))
    known = set(responses.codes.columns)
    return {column: rule for column, rule in result.items() if column in known and rule[0] in known}


def _root(filters: Mapping[str, tuple[str, tuple[float, ...]]], name: str) -> str:
    seen = {name}
    while name in filters and filters[name][0] not in seen:
        name = filters[name][0]
        seen.add(name)
    return name


def _through_the_gate(
    responses: Responses,
    raw: Mapping[str, _Raw],
    filters: Mapping[str, tuple[str, tuple[float, ...]]],
    profile: Profile,
) -> dict[str, ColumnCounts]:
    n = len(responses)
    counts: list[float] = [n]
    sums: list[tuple[int, Sequence[int]]] = []
    places: dict[str, dict[str, int]] = {}

    def cell(number: float) -> int:
        counts.append(number)
        return len(counts) - 1

    for name, column in raw.items():
        own = {f"option {position}": cell(number) for position, (_, _, number) in enumerate(column.options)}
        options = list(own.values())
        reasons = {f"reason {reason}": cell(number) for reason, number in column.reasons.items()}
        own.update(reasons, answered=cell(column.answered), missing=cell(column.missing), implied=cell(column.implied))
        sums.append((own["answered"], options))
        sums.append((own["missing"], list(reasons.values())))
        sums.append((0, [own["answered"], own["missing"], own["implied"]]))
        places[name] = own
    for name, (variable, codes) in filters.items():
        if name in raw and variable in raw and variable != name:
            relation = _routed_past(raw[variable], places[variable], codes)
            target = places[name].get("reason not_shown")
            if target is not None and counts[target] == sum(counts[part] for part in relation):
                sums.append((target, relation))
    hidden = suppress(np.array(counts, dtype=float), sums, profile.threshold)
    return {name: _counted(column, places[name], hidden) for name, column in raw.items()}


def _routed_past(column: _Raw, places: Mapping[str, int], codes: tuple[float, ...]) -> list[int]:
    """Return the cells of a filter whose respondents were not asked: other options, and gaps."""
    asked = {f"{code:g}" for code in codes}
    parts = [places[f"option {i}"] for i, (_, code, _) in enumerate(column.options) if code not in asked]
    return [*parts, places["missing"]]


def _counted(column: _Raw, places: Mapping[str, int], hidden: NDArray[np.bool_]) -> ColumnCounts:
    base = column.answered

    def counted(key: str, label: str, code: str, number: int, share: bool = False) -> Counted:
        if hidden[places[key]]:
            return Counted(label, code, None)
        known = share and base > 0 and not hidden[places["answered"]]
        return Counted(label, code, number, number / base if known else math.nan)

    return ColumnCounts(
        tuple(
            counted(f"option {position}", label, code, number, share=True)
            for position, (label, code, number) in enumerate(column.options)
        ),
        counted("answered", "answered", "", base),
        counted("missing", "missing", "", column.missing),
        counted("implied", "implied", "", column.implied),
        tuple(counted(f"reason {reason}", reason, "", number) for reason, number in column.reasons.items()),
    )
