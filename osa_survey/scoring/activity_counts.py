"""How many answers mean that there was no sexual activity, as a column and as a count in the log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses, VariableInfo, no_activity_answers
from osa_survey.instruments import Instrument
from osa_survey.scoring.gap_reasons import reason_of_gap


def activity_column(
    responses: Responses, block: str, instrument: Instrument, name: str
) -> tuple[NDArray[np.float64], NDArray[np.uint8], VariableInfo]:
    """Return how many answers mean no activity; a gap where none of the items that offer such an answer has one."""
    columns = [
        column
        for item, column in zip(instrument.items, responses.item_columns(block), strict=True)
        if item.id in instrument.activity_items
    ]
    answered = responses.codes[columns].notna().to_numpy().any(axis=1)
    counts = np.where(answered, no_activity_answers(responses, block), np.nan)
    reasons = reason_of_gap(responses.reasons[columns].to_numpy(dtype=np.uint8), counts)
    title = f"{instrument.short_title}: answers that mean no sexual activity"
    return counts, reasons, VariableInfo(name=name, type="count", title=title, range=(0, len(columns)))


def without_activity(responses: Responses, block: str, scale: str, score: NDArray[np.float64]) -> int | None:
    """Return how many with a score gave an answer that means no activity, or None if no item offers one."""
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    if not set(instrument.activity_items) & set(instrument.items_behind(scale)):
        return None
    return int(((no_activity_answers(responses, block, scale) > 0) & ~np.isnan(score)).sum())
