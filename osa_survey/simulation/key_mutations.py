"""Definitions with one mistake planted: an item turned, two items swapped, codes shifted, an item dropped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments import Instrument, ResponseOptions, Scale

ROUNDING = 1e-9
Scorer = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def with_item_turned(instrument: Instrument, *items: str) -> Instrument:
    """Return the definition with the direction of these items wrong in every scale.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> with_item_turned(load_instrument("swls"), "swls_02").scales[0].signs
    (1, -1, 1, 1, 1)
    """

    def turned(entry: str) -> str:
        if entry.removeprefix("-") not in items:
            return entry
        return entry.removeprefix("-") if entry.startswith("-") else f"-{entry}"

    return _with_items(instrument, lambda scale: tuple(turned(entry) for entry in scale.items))


def with_items_swapped(instrument: Instrument, one: str, other: str) -> Instrument:
    """Return the definition with two items in each other's scales; scales that hold both, or none, stay as they are."""

    def swapped(scale: Scale) -> tuple[str, ...]:
        if (one in scale.item_ids) == (other in scale.item_ids):
            return scale.items
        signs = {
            entry.removeprefix("-"): "-" if entry.startswith("-") else ""
            for every in instrument.scales
            if (one in every.item_ids) != (other in every.item_ids)
            for entry in every.items
        }
        exchange = {one: signs[other] + other, other: signs[one] + one}
        return tuple(exchange.get(entry.removeprefix("-"), entry) for entry in scale.items)

    return _with_items(instrument, swapped)


def with_codes_shifted(instrument: Instrument, by: int) -> Instrument:
    """Return the definition with all codes higher, or lower, than they are."""

    def shifted(options: ResponseOptions) -> ResponseOptions:
        codes = tuple(code + by for code in options.codes)
        return options.model_copy(update={"codes": codes, "labels": {}, "not_scored": {}})

    changed = {name: shifted(options) for name, options in instrument.response_options.items()}
    return instrument.model_copy(update={"response_options": changed})


def with_item_dropped(instrument: Instrument, scale: str, item: str) -> Instrument:
    """Return the definition with an item left out of one scale whose range stays that of all items."""
    return _with_items(
        instrument,
        lambda entry: (
            tuple(name for name in entry.items if name.removeprefix("-") != item) if entry.id == scale else entry.items
        ),
    )


def contract_breaches(instrument: Instrument, scale: str, scorer: Scorer) -> list[str]:
    """Return where a scorer breaks the contract that every definition makes.

    Parameters
    ----------
    instrument : Instrument
        The definition.
    scale : str
        A scale of it that is made of items.
    scorer : callable
        Keyed answers, shape (respondents, items) → scores, shape (respondents,).

    Returns
    -------
    list of str
        Empty if keyed answers that are all lowest, or all highest, give the ends of the range, and each item raised
        from its lowest to its highest code raises the score by its share: what all items raised together make.
    """
    chosen = instrument.scale(scale)
    options = [instrument.options_of(item) for item in chosen.item_ids]
    low, high = np.array([entry.low for entry in options]), np.array([entry.high for entry in options])
    raised = np.where(np.eye(len(low), dtype=bool), high, low)
    scores = scorer(np.vstack([low, high, raised]))
    share = (high - low) / (high - low).sum()
    if chosen.score == "count":
        share = np.full(len(low), 1 / len(low))
    breaches = [
        f"all answers {name}: {given:g} and not {end:g}"
        for name, given, end in zip(("lowest", "highest"), scores[:2], chosen.range, strict=True)
        if abs(given - end) > ROUNDING
    ]
    moved, wanted = scores[2:] - scores[0], share * (chosen.range[1] - chosen.range[0])
    breaches += [
        f"{item} moves the score by {change:g} and not by {right:g}"
        for item, change, right in zip(chosen.item_ids, moved, wanted, strict=True)
        if abs(change - right) > ROUNDING
    ]
    return breaches


def _with_items(instrument: Instrument, items: Callable[[Scale], tuple[str, ...]]) -> Instrument:
    scales = tuple(scale.model_copy(update={"items": items(scale)}) for scale in instrument.scales)
    return instrument.model_copy(update={"scales": scales})
