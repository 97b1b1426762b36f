"""Completed sets: imputed answers put into the data, and every scale scored again from its completed items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScaleLog, ScoredData, keyed_items
from osa_survey.instruments.reasons import ANSWERED, IMPUTED, REASON_CODES
from osa_survey.scoring import reason_of_gap, scale_scores

Floats = NDArray[np.float64]


def completed_set(scored: ScoredData, values: Mapping[str, Floats], rows: Mapping[str, NDArray[np.intp]]) -> ScoredData:
    """Return scored data in which some gaps are filled.

    Parameters
    ----------
    scored : ScoredData
        The answers with their gaps.
    values : mapping of str to ndarray
        Variable or item → the values that fill its gaps.
    rows : mapping of str to ndarray of int
        Variable or item → the positions of these gaps.

    Returns
    -------
    ScoredData
        Completed variables and items with the mark ``IMPUTED`` in ``reasons``. Scales with a completed item are scored
        by the rule of the original log; a score that rests on an imputed item has the mark too. Verdicts on keys are
        those of the answers as given. Columns without a filled gap are shared, not copied.
    """
    responses = scored.responses
    own_codes, own_reasons = responses.codes.copy(deep=False), responses.reasons.copy(deep=False)
    frame, reasons = scored.frame.copy(deep=False), scored.reasons.copy(deep=False)
    for name, filled in values.items():
        marked = _with(responses.reasons[name], rows[name], IMPUTED) if name in responses.reasons else None
        if name in responses.codes:
            own_codes[name] = _with(responses.codes[name], rows[name], filled)
            own_reasons[name] = marked
        if name in scored.frame:
            frame[name] = _with(scored.frame[name], rows[name], filled)
            reasons[name] = _with(scored.reasons[name], rows[name], IMPUTED)
    completed = replace(responses, codes=own_codes, reasons=own_reasons)
    log = []
    for entry in scored.log:
        keyed = keyed_items(completed, entry.block, entry.scale)
        if not any(name in values for name in keyed.columns):
            log.append(entry)
            continue
        scores = scale_scores(keyed.values, entry.score, entry.min_answered, keyed.scale.counted)
        gap = np.isnan(scores.score)
        touched = (keyed.reasons == IMPUTED).any(axis=1)
        why = np.where(gap, reason_of_gap(keyed.reasons, scores.score), np.where(touched, IMPUTED, ANSWERED))
        frame[entry.name] = scores.score
        reasons[entry.name] = why.astype(np.uint8)
        log.append(_log(entry, gap, scores.answered, why))
    return replace(scored, frame=frame, reasons=reasons, responses=completed, log=tuple(log))


def _with(column: pd.Series, rows: NDArray[np.intp], filled: Floats | int) -> NDArray[np.generic]:
    values = column.to_numpy(copy=True)
    values[rows] = filled
    return values


def _log(entry: ScaleLog, gap: NDArray[np.bool_], answered: NDArray[np.int64], why: NDArray[np.uint8]) -> ScaleLog:
    full = answered == entry.n_items
    return replace(
        entry,
        scored=int((~gap & full).sum()),
        prorated=int((~gap & ~full).sum()),
        not_scored=int(gap.sum()),
        why_not={reason: int(n) for reason, code in REASON_CODES.items() if (n := (why[gap] == code).sum())},
    )
