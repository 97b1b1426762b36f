"""Whether all items of a scale run the same way after keying: the judgement and its reasons."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import KeyedItems
from osa_survey.scoring.expected_correlations import ExpectedItems, detection_power
from osa_survey.scoring.item_naming import named_item, printed_r
from osa_survey.scoring.key_evidence import NEAR_ZERO, KeyEvidence
from osa_survey.scoring.key_questions import KeyQuestion, Verdict

WHICH_SIDE = "answers alone cannot tell which side is keyed wrongly: these items, or all the others"
MIRROR = "correlations are the same if every item is reversed, so the direction itself rests on the declared anchors"

Judgement = tuple[Verdict, NDArray[np.bool_], list[str]]


def judge_reversal(keyed: KeyedItems, evidence: KeyEvidence | None, expected: ExpectedItems) -> KeyQuestion:
    """Return whether an item, or a group of items, runs against the others.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying.
    evidence : KeyEvidence or None
        What the answers say; None if they say nothing.
    expected : ExpectedItems
        What the definition lets one expect.

    Returns
    -------
    KeyQuestion
        Its power is that against the weakest item keyed the wrong way, by what the definition lets one expect.
    """
    verdict, flags, reasons = _judge(evidence, keyed) if evidence else _without_evidence(keyed)
    power = math.nan
    if evidence:
        power = float(detection_power(expected.item_rest, evidence.n, evidence.z_critical).min())
    flagged = tuple(column for column, flag in zip(keyed.columns, flags, strict=True) if flag)
    return KeyQuestion("reversal", verdict, tuple(reasons), flagged, power)


def _without_evidence(keyed: KeyedItems) -> Judgement:
    k = keyed.values.shape[1]
    reason = "there are too few answers, or too few items that vary, for any correlation"
    if k == 1:
        reason = "a single item has no others to be compared with"
    return "cannot tell", np.zeros(k, dtype=bool), [reason]


def _judge(evidence: KeyEvidence, keyed: KeyedItems) -> Judgement:
    """Return verdict, flagged items and reasons from the answers."""
    against = evidence.against
    nobody = np.zeros(len(against), dtype=bool)
    if against.any() or evidence.splits:
        few = 0 < against.sum() <= len(against) / 2
        flags = against if few or len(against) == 2 or not evidence.opposite.any() else evidence.opposite
        return "contradicts", flags, _contradictions(evidence, keyed, flags)
    if not evidence.can_tell:
        reason = f"n = {evidence.n}, fewer than the {evidence.n_needed:g} respondents that {len(against)} items need"
        return "cannot tell", nobody, [reason]
    weak = ~evidence.supported
    if not weak.any():
        return "agrees", nobody, _agreements(evidence, keyed)
    if not evidence.correlated:
        return "cannot tell", nobody, ["the items hardly correlate with each other, so reversing one would not show"]
    return "doubtful", weak, _doubts(evidence, keyed, weak)


def _agreements(evidence: KeyEvidence, keyed: KeyedItems) -> list[str]:
    low, high = evidence.statistics.item_rest.min(), evidence.statistics.item_rest.max()
    share = formatting.percent(evidence.component_share, 0)
    component = f"all items load on the first component with the same sign; it holds {share} of the variance"
    if evidence.opposite.any():
        names = ", ".join(named_item(keyed, index) for index in np.flatnonzero(evidence.opposite).tolist())
        component = (
            f"the first component sets {names} against other items, but the sums of the two do not correlate below "
            f"zero beyond chance (r = {printed_r(evidence.opposite_r)})"
        )
    return [
        f"every item correlates with the sum of the others after keying (r from {printed_r(low)} to {printed_r(high)})",
        component,
        MIRROR,
    ]


def _contradictions(evidence: KeyEvidence, keyed: KeyedItems, flags: NDArray[np.bool_]) -> list[str]:
    reasons = [
        f"{named_item(keyed, index)} correlates {printed_r(evidence.statistics.item_rest[index])} with the sum of the "
        "others after keying, tested below zero"
        for index in np.flatnonzero(flags & evidence.against).tolist()
    ]
    if evidence.splits:
        names = ", ".join(named_item(keyed, index) for index in np.flatnonzero(evidence.opposite).tolist())
        size = " equally many" if evidence.even_split else ""
        r = printed_r(evidence.opposite_r)
        reasons.append(f"the first component sets {names} against{size} other items (r = {r} between sums)")
    if len(flags) == 2:
        reasons.append("of two items that run against each other it cannot be said which is keyed wrongly")
    else:
        reasons.append(WHICH_SIDE)
    return reasons


def _doubts(evidence: KeyEvidence, keyed: KeyedItems, weak: NDArray[np.bool_]) -> list[str]:
    reasons = []
    for index in np.flatnonzero(weak).tolist():
        if not evidence.varies[index]:
            reasons.append(f"{named_item(keyed, index)} does not vary")
            continue
        r = evidence.statistics.item_rest[index]
        is_small = abs(r) <= NEAR_ZERO
        why = f"smaller than {printed_r(NEAR_ZERO)} in size" if is_small else "not clearly different from zero"
        name = named_item(keyed, index)
        reasons.append(f"{name} correlates {printed_r(r)} with the sum of the others after keying, {why}")
    return reasons
