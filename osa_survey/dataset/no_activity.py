"""Answers that mean there was no sexual activity: scored as published, and counted apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.responses import Responses

NO_ACTIVITY = "no_activity"
"""The column that counts these answers is called ``<block>_no_activity``."""


def no_activity_answers(responses: Responses, block: str, scale: str = "") -> NDArray[np.int64]:
    """Return how many answers of each respondent mean that there was no sexual activity.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    block : str
        A block of the codebook.
    scale : str
        Look at the items of this scale only (of all its parts, if it is made of scales); by default at all items.

    Returns
    -------
    ndarray of int, shape (respondents,)
        Zero throughout where no item offers such an answer.
    """
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    wanted = instrument.items_behind(scale) if scale else tuple(item.id for item in instrument.items)
    found = np.zeros(len(responses), dtype=np.int64)
    for item, column in zip(instrument.items, responses.item_columns(block), strict=True):
        codes = instrument.response_options[item.options].no_activity
        if codes and item.id in wanted:
            found += np.isin(responses.codes[column].to_numpy(), codes)
    return found
