"""Why an answer is missing: the closed list of reasons, as words and as the small numbers kept per cell."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Reason = Literal[
    "refused",
    "dont_know",
    "not_applicable",
    "not_shown",
    "broke_off",
    "not_answered",
    "technical",
    "withdrawn",
    "invalid",
]
REASONS: tuple[str, ...] = get_args(Reason)
ANSWERED = 0
REASON_CODES: dict[str, int] = {reason: number for number, reason in enumerate(REASONS, start=1)}
IMPLIED = len(REASONS) + 1
"""The mark of a value that a filter question implies: the cell holds a value and this mark."""
IMPUTED = IMPLIED + 1
"""The mark of a value that was imputed: the cell of a completed set holds a value and this mark."""

REASON_TITLES: dict[str, str] = {
    "refused": "refused",
    "dont_know": "don't know",
    "not_applicable": "not applicable",
    "not_shown": "not shown",
    "broke_off": "broke off",
    "not_answered": "not answered",
    "technical": "technical",
    "withdrawn": "withdrawn",
    "invalid": "invalid",
}

ROUTED = ("not_shown", "not_applicable")
"""Gaps that tell the answer to a filter: who has one is known from that answer."""
NO_ANSWER = "no_answer"
"""The word for the gaps of a few people, whose reasons are not told apart."""
NO_ANSWER_TITLE = "no answer, reason not told apart"


def gaps_by_reason(marks: NDArray[np.uint8], least: int) -> dict[str, NDArray[np.bool_]]:
    """Return where an answer is missing, by reason; reasons that do not occur are left out.

    Parameters
    ----------
    marks : ndarray of uint8
        The mark of each answer: 0, or a number of ``REASON_CODES``; others are answers too.
    least : int
        Where fewer answers are missing for no reason but the people's own, all of them go under ``no_answer``: their
        number follows from n, so that beside it no single reason could be hidden.

    Examples
    --------
    >>> found = gaps_by_reason(np.array([0, 1, 1, 4], dtype=np.uint8), 3)
    >>> {reason: int(where.sum()) for reason, where in found.items()}
    {'not_shown': 1, 'no_answer': 2}
    """
    found = {reason: marks == code for reason, code in REASON_CODES.items()}
    found = {reason: where for reason, where in found.items() if where.any()}
    own = [where for reason, where in found.items() if reason not in ROUTED]
    if not 0 < sum(int(where.sum()) for where in own) < least:
        return found
    routed = {reason: where for reason, where in found.items() if reason in ROUTED}
    return {**routed, NO_ANSWER: np.logical_or.reduce(own)}
