"""Why an answer is missing: the closed list of reasons, as words and as the small numbers kept per cell."""

from __future__ import annotations

from typing import Literal, get_args

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
"""Gaps that tell the answer to a filter; all others are the respondents' own."""
NO_ANSWER = "no_answer"
"""The word for gaps whose reasons are not told apart."""
GAP_TITLES = REASON_TITLES | {NO_ANSWER: "no answer, reason not told apart"}
