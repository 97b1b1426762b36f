"""Completed sets: imputed answers put into the data, and every scale scored again from its completed items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import NO_ACTIVITY, Responses, ScaleLog, ScoredData, keyed_items
from osa_survey.instruments.reasons import IMPUTED
from osa_survey.scoring import ScoringRule, score

Floats = NDArray[np.float64]
STUDY = "study: "


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
    if not any(name in values for block in responses.codebook.blocks for name in responses.item_columns(block)):
        return replace(scored, frame=frame, reasons=reasons, responses=completed)
    again = score(completed, _rules(scored), judged=scored.keying)
    for name in again.variables:
        if name not in responses.variables:
            frame[name] = again.frame[name].to_numpy()
            reasons[name] = again.reasons[name].to_numpy()
    for name, rests_on in _rests_on(completed, again.log).items():
        marks = completed.reasons[rests_on].to_numpy(dtype=np.uint8)
        touched = (marks == IMPUTED).any(axis=1) & frame[name].notna().to_numpy()
        reasons[name] = np.where(touched, IMPUTED, reasons[name].to_numpy()).astype(np.uint8)
    return replace(scored, frame=frame, reasons=reasons, responses=completed, log=again.log)


def _rules(scored: ScoredData) -> dict[str, ScoringRule]:
    """Return the rules of the study that departed from the definitions, from the log."""
    return {
        entry.name: ScoringRule(entry.min_answered, entry.basis.removeprefix(STUDY))
        for entry in scored.log
        if entry.basis.startswith(STUDY) and not entry.parts
    }


def _rests_on(responses: Responses, log: Sequence[ScaleLog]) -> dict[str, list[str]]:
    """Return the items behind each score."""
    behind: dict[str, list[str]] = {}
    for entry in log:
        if entry.parts:
            behind[entry.name] = [column for part in entry.parts for column in behind[part]]
        else:
            behind[entry.name] = list(keyed_items(responses, entry.block, entry.scale).columns)
    for block, administered in responses.codebook.blocks.items():
        instrument = responses.instruments[administered.instrument]
        columns = zip(instrument.items, responses.item_columns(block), strict=True)
        if instrument.activity_items:
            names = [column for item, column in columns if item.id in instrument.activity_items]
            behind[f"{block}_{NO_ACTIVITY}"] = names
    return behind


def _with(column: pd.Series, rows: NDArray[np.intp], filled: Floats | int) -> NDArray[np.generic]:
    values = column.to_numpy(copy=True)
    values[rows] = filled
    return values
