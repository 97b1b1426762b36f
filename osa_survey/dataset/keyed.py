"""The items of a scale as its key wants them: reversed where the definition says so, on the declared options."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.responses import Responses
from osa_survey.errors import AnalysisError, Problem
from osa_survey.instruments import Instrument, Scale


@dataclass(frozen=True, repr=False)
class KeyedItems:
    """A keyed item matrix.

    Attributes
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers after keying: a reverse-keyed answer x is ``low + high - x`` of its declared options; NaN is a gap.
    reasons : ndarray of uint8, shape (respondents, items)
        Why an answer is missing.
    columns : tuple of str
        The items' columns in ``Responses``.
    tags : tuple of str
        The items' content tags.
    signs : tuple of int
        1 for straight, -1 for reverse-keyed items.
    low, high : ndarray of float, shape (items,)
        The lowest and highest option of each item.
    instrument : Instrument
        The definition.
    scale : Scale
        The scale.
    """

    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    columns: tuple[str, ...]
    tags: tuple[str, ...]
    signs: tuple[int, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    instrument: Instrument
    scale: Scale

    def __repr__(self) -> str:
        return f"<KeyedItems {self.instrument.id}.{self.scale.id}: {self.values.shape[1]} items>"


def keyed_items(responses: Responses, block: str, scale: str) -> KeyedItems:
    """Return the items of one scale after keying.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    block : str
        A block of the codebook.
    scale : str
        The id of a scale of the block's instrument.

    Returns
    -------
    KeyedItems
        A new matrix; ``responses`` is unchanged.

    Raises
    ------
    AnalysisError
        If the scale is made of other scales: it has no items of its own.
    """
    columns_by_position = responses.item_columns(block)
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    definition = instrument.scale(scale)
    if definition.of:
        message = f"'{block}_{scale}' is made of other scales and has no items of its own"
        hint = f"take one of its parts: {', '.join(f'{block}_{part}' for part in definition.of)}"
        raise AnalysisError(Problem("scale_of_scales", message, column=f"{block}_{scale}", hint=hint))
    position = {item.id: index for index, item in enumerate(instrument.items)}
    names, signs = definition.item_ids, definition.signs
    chosen = [position[name] for name in names]
    columns = tuple(columns_by_position[index] for index in chosen)
    options = [instrument.options_of(name) for name in names]
    low = np.array([option.low for option in options])
    high = np.array([option.high for option in options])
    values = np.empty((len(columns), len(responses)))
    reasons = np.empty(values.shape, dtype=np.uint8)
    for row, column in enumerate(columns):
        values[row], reasons[row] = responses.answers(column)
        if signs[row] < 0:
            np.subtract(low[row] + high[row], values[row], out=values[row])
    return KeyedItems(
        values=values.T,
        reasons=reasons.T,
        columns=columns,
        tags=tuple(instrument.items[index].tag for index in chosen),
        signs=signs,
        low=low,
        high=high,
        instrument=instrument,
        scale=definition,
    )
