"""Gaps explained by the questionnaire itself: filtered past, implied by a filter, broken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import AskedIf, Block, Codebook, Implied, VariableEntry
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES

NOT_ANSWERED = REASON_CODES["not_answered"]
NOT_SHOWN = REASON_CODES["not_shown"]
BROKE_OFF = REASON_CODES["broke_off"]
COMPLETE = 100.0

Codes = dict[str, NDArray[np.floating]]
Reasons = dict[str, NDArray[np.uint8]]


def apply_filters(codes: Codes, reasons: Reasons, codebook: Codebook, columns: Mapping[str, Sequence[str]]) -> None:
    """Mark gaps as not shown where a filter routed past, and fill values that a filter implies, in place.

    Parameters
    ----------
    codes, reasons : dict of str to ndarray
        The columns being built.
    codebook : Codebook
        Holds ``asked_if`` and ``implied``.
    columns : mapping of str to sequence of str
        Block or variable → its columns.
    """
    entries: list[tuple[str, Block | VariableEntry]] = [*codebook.blocks.items(), *codebook.variables.items()]
    for name, entry in entries:
        if entry.asked_if is not None:
            for column in columns.get(name, ()):
                _not_shown(codes, reasons, column, entry.asked_if)
    for name, variable in codebook.variables.items():
        for rule in variable.implied:
            for column in columns.get(name, ()):
                _implied(codes, reasons, column, rule)


def _not_shown(codes: Codes, reasons: Reasons, column: str, rule: AskedIf) -> None:
    asked = np.isin(codes[rule.variable], rule.codes)
    reasons[column][(reasons[column] == NOT_ANSWERED) & ~asked] = NOT_SHOWN


def _implied(codes: Codes, reasons: Reasons, column: str, rule: Implied) -> None:
    routed_past = np.isin(codes[rule.variable], rule.codes)
    gap = np.isin(reasons[column], (NOT_ANSWERED, NOT_SHOWN)) & routed_past
    codes[column][gap] = rule.value
    reasons[column][gap] = IMPLIED


def mark_broken_off(reasons: Reasons, order: Sequence[str], progress: NDArray[np.float64]) -> None:
    """Mark the unanswered columns after the last answer of unfinished records as broken off, in place.

    Parameters
    ----------
    reasons : dict of str to ndarray of uint8
        The columns being built.
    order : sequence of str
        Columns in the order of the questionnaire.
    progress : ndarray of float, shape (respondents,)
        Per cent of the questionnaire reached; 100 or NaN means finished or unknown.
    """
    unfinished = progress < COMPLETE
    if not unfinished.any():
        return
    later = unfinished.copy()
    for column in reversed(order):
        gap = reasons[column] == NOT_ANSWERED
        reasons[column][later & gap] = BROKE_OFF
        later &= gap | (reasons[column] == NOT_SHOWN) | (reasons[column] == BROKE_OFF)
