"""Every scale of every block scored by its definition, with a log and a verdict on each key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import (
    NO_ACTIVITY,
    KeyedItems,
    Responses,
    ScaleLog,
    ScoredData,
    VariableInfo,
    keyed_items,
    require_responses,
)
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments.reasons import ANSWERED, REASON_CODES, REASONS
from osa_survey.instruments.scales import Scale
from osa_survey.scoring.activity_counts import activity_column, without_activity
from osa_survey.scoring.block_evidence import block_evidence
from osa_survey.scoring.composed_scales import composed_scores, composed_verdict
from osa_survey.scoring.gap_reasons import reason_of_gap
from osa_survey.scoring.merged_variables import merged_variable
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scale_scores import scale_scores
from osa_survey.scoring.verdicts import KeyingVerdict, keying_verdict


def score(
    responses: Responses,
    rules: Mapping[str, ScoringRule] | None = None,
    *,
    judged: Mapping[str, KeyingVerdict] | None = None,
) -> ScoredData:
    """Score every scale of every block by its definition.

    Parameters
    ----------
    responses : Responses
        Admitted answers; they are unchanged.
    rules : mapping of str to ScoringRule, optional
        Scored column (``<block>_<scale>``) → a missing rule of this study that departs from the definition.
    judged : mapping of str to KeyingVerdict, optional
        Scored column → verdict on its key, where the keys were judged before; they are not judged again.

    Returns
    -------
    ScoredData
        Variables and scores, a log for each scale, and the verdict on each key.

    Raises
    ------
    AnalysisError
        If ``rules`` names an unknown scale or more items than it has, an instrument has no scoring key, or a score
        has the name of a variable. All problems are listed.
    """
    require_responses(responses)
    rules = rules or {}
    scales = {
        f"{block}_{scale.id}": (block, scale.id)
        for block, entry in responses.codebook.blocks.items()
        for scale in responses.instruments[entry.instrument].scales
    }
    problems = _problems(responses, rules, scales)
    if problems:
        raise AnalysisError(problems)
    declared = responses.codebook.variables
    found = {
        name: merged_variable(responses.codes[name].to_numpy(dtype=np.float64), info, declared.get(name))
        for name, info in responses.variables.items()
    }
    values = {name: codes for name, (codes, _) in found.items()}
    reasons = {name: responses.reasons[name].to_numpy() for name in responses.variables}
    variables = {name: info for name, (_, info) in found.items()}
    blocks = responses.codebook.blocks if judged is None else ()
    evidence = {block: block_evidence(responses, block) for block in blocks}
    complete: dict[str, NDArray[np.bool_]] = {}
    log: list[ScaleLog] = []
    verdicts: dict[str, KeyingVerdict] = {}
    same_items: dict[str, dict[tuple[str, ...], KeyedItems]] = {}
    for name, (block, scale_id) in scales.items():
        scale = responses.instruments[responses.codebook.blocks[block].instrument].scale(scale_id)
        if scale.of:
            parts = tuple(f"{block}_{part}" for part in scale.of)
            own = _of_scales(scale, parts, values, reasons, complete, log)
            if judged is None:
                people = int((~np.isnan(own.values)).sum())
                verdicts[name] = composed_verdict(name, people, {part: verdicts[part] for part in parts})
        else:
            same_items = {block: same_items.get(block, {})}  # of this block only: the matrices are large
            known = same_items[block].get(scale.items)
            keyed = replace(known, scale=scale) if known else keyed_items(responses, block, scale_id)
            same_items[block][scale.items] = keyed
            own = _of_items(scale, keyed, rules.get(name))
            complete[name] = own.full
            if judged is None:
                answer_codes = responses.codebook.blocks[block].codes
                verdicts[name] = keying_verdict(keyed, name, answer_codes=answer_codes, block=evidence[block])
        values[name], reasons[name] = own.values, own.reasons
        log.append(_log_entry(responses, name, block, scale, own))
        variables[name] = _variable(responses, name, block, scale)
    for block, entry in responses.codebook.blocks.items():
        instrument = responses.instruments[entry.instrument]
        if instrument.activity_items:
            name = f"{block}_{NO_ACTIVITY}"
            values[name], reasons[name], variables[name] = activity_column(responses, block, instrument, name)
    return ScoredData(
        frame=pd.DataFrame(values, index=range(len(responses)), copy=False),
        reasons=pd.DataFrame(reasons, index=range(len(responses)), copy=False),
        variables=variables,
        responses=responses,
        log=tuple(log),
        keying=verdicts if judged is None else judged,
    )


@dataclass(frozen=True, repr=False)
class _Scored:
    """One scored column: values, reasons of gaps, who answered everything, and the rule of missing answers."""

    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    full: NDArray[np.bool_]
    minimum: int
    basis: str
    parts: tuple[str, ...] = ()


def _of_scales(
    scale: Scale,
    parts: tuple[str, ...],
    values: Mapping[str, NDArray[np.float64]],
    reasons: Mapping[str, NDArray[np.uint8]],
    complete: Mapping[str, NDArray[np.bool_]],
    log: Sequence[ScaleLog],
) -> _Scored:
    """Return the score of a scale that is made of other scales, which are scored before."""
    scores = composed_scores(np.column_stack([values[part] for part in parts]), scale.score, scale.times)
    return _Scored(
        scores,
        reason_of_gap(np.column_stack([reasons[part] for part in parts]), scores),
        np.logical_and.reduce([complete[part] for part in parts]),
        len(parts),
        "; ".join(dict.fromkeys(entry.basis for entry in log if entry.name in parts)),
        parts,
    )


def _of_items(scale: Scale, keyed: KeyedItems, rule: ScoringRule | None) -> _Scored:
    """Return the score of a scale of items, by the rule of missing answers of its definition or of the study."""
    missing = scale.missing
    minimum = rule.min_answered if rule else missing.min_answered
    basis = f"study: {rule.reason}" if rule else " ".join(filter(None, (missing.basis, missing.source)))
    scored = scale_scores(keyed.values, scale.score, minimum, scale.counted, scale.times)
    full = scored.answered == len(scale.items)
    return _Scored(scored.score, reason_of_gap(keyed.reasons, scored.score), full, minimum, basis)


def _variable(responses: Responses, name: str, block: str, scale: Scale) -> VariableInfo:
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    title = f"{instrument.short_title}: {scale.title}{which_block(responses, block)}"
    return VariableInfo(name=name, type="number", title=title, range=scale.range, source="score")


def _log_entry(responses: Responses, name: str, block: str, scale: Scale, own: _Scored) -> ScaleLog:
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    return ScaleLog(
        name=name,
        block=block,
        scale=scale.id,
        instrument=instrument.id,
        title=f"{instrument.title}: {scale.title}",
        score=scale.score,
        n_items=len(scale.items) or len(own.parts),
        min_answered=own.minimum,
        basis=own.basis,
        verified=instrument.verified,
        times=scale.times,
        parts=own.parts,
        no_activity=without_activity(responses, block, scale.id, own.values),
        **_counts(own.values, own.full, own.reasons),
    )


def _problems(
    responses: Responses, rules: Mapping[str, ScoringRule], scales: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    problems = []
    for block, entry in responses.codebook.blocks.items():
        if not responses.instruments[entry.instrument].scales:
            note = responses.instruments[entry.instrument].verification_note
            message = f"'{entry.instrument}' has no scoring key: {note}"
            problems.append(Problem("no_scoring_key", message, key=f"blocks.{block}"))
    for name, rule in rules.items():
        if name not in scales:
            hint = nearest(name, list(scales))
            problems.append(Problem("unknown_scale", f"there is no scale '{name}'", key=f"scoring.{name}", hint=hint))
            continue
        block, scale_id = scales[name]
        scale = responses.instruments[responses.codebook.blocks[block].instrument].scale(scale_id)
        items = len(scale.items)
        if scale.of:
            message = f"'{name}' is made of other scales and needs all of them"
            hint = f"give a rule for {', '.join(f'{block}_{part}' for part in scale.of)}"
            problems.append(Problem("scale_of_scales", message, key=f"scoring.{name}", hint=hint))
            continue
        if rule.min_answered > items:
            message = f"min_answered is {rule.min_answered}, the scale has {items} items"
            problems.append(Problem("too_many_items_asked", message, key=f"scoring.{name}.min_answered"))
    counted = [
        f"{block}_{NO_ACTIVITY}"
        for block, entry in responses.codebook.blocks.items()
        if responses.instruments[entry.instrument].activity_items
    ]
    for name in (*scales, *counted):
        if name in responses.variables:
            message = f"the variable '{name}' has the name of a score"
            problems.append(Problem("repeated_name", message, key=f"variables.{name}", hint="rename the variable"))
    return problems


def _counts(score: NDArray[np.float64], full: NDArray[np.bool_], reasons: NDArray[np.uint8]) -> dict[str, Any]:
    """Return who has a score, from all or from fewer answers, and why others have none."""
    has_score = ~np.isnan(score)
    frequency = np.bincount(reasons, minlength=len(REASONS) + 1)
    why = {
        reason: int(frequency[code]) for reason, code in REASON_CODES.items() if code != ANSWERED and frequency[code]
    }
    return {
        "scored": int((has_score & full).sum()),
        "prorated": int((has_score & ~full).sum()),
        "not_scored": int((~has_score).sum()),
        "why_not": why,
    }


def which_block(responses: Responses, block: str) -> str:
    """Return " (title of the block)" where the same instrument was asked in several blocks, else ""."""
    blocks = responses.codebook.blocks
    same = [name for name, other in blocks.items() if other.instrument == blocks[block].instrument]
    return f" ({blocks[block].title or block})" if len(same) > 1 else ""
