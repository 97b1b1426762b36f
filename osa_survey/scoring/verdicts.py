"""The verdict on a declared key, with its reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import KeyedItems
from osa_survey.scoring.key_evidence import NEAR_ZERO, KeyEvidence, key_evidence, respondents_needed

Verdict = Literal["agrees", "doubtful", "contradicts", "cannot tell"]
WORDS: dict[Verdict, str] = {
    "agrees": "the answers agree with the declared key",
    "doubtful": "the answers leave the declared key in doubt",
    "contradicts": "the answers contradict the declared key",
    "cannot tell": "the answers cannot tell whether the declared key is right",
}
WHICH_SIDE = "answers alone cannot tell which side is keyed wrongly: these items, or all the others"
MIRROR = "correlations are the same if every item is reversed, so the direction itself rests on the declared anchors"


@dataclass(frozen=True)
class KeyingVerdict:
    """Whether the answers agree with the declared key.

    Attributes
    ----------
    name : str
        The scored column.
    verdict : {"agrees", "doubtful", "contradicts", "cannot tell"}
        The verdict.
    reasons : tuple of str
        Why, in words.
    flagged : tuple of str
        Columns of the items that speak against the key or do not support it.
    n : int
        Respondents behind the verdict.
    columns, tags : tuple of str
        The items of the scale and their content tags.
    item_rest, loadings : tuple of float
        Item-rest correlations after keying, and loadings on the first principal component; empty if not computed.
    numbers : mapping of str to float
        ``alpha``, ``mean_inter_item_r``, ``component_share``, ``n_needed``.
    """

    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    flagged: tuple[str, ...]
    n: int
    columns: tuple[str, ...]
    tags: tuple[str, ...]
    item_rest: tuple[float, ...] = ()
    loadings: tuple[float, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def flagged_tags(self) -> tuple[str, ...]:
        """The content tags of the flagged items."""
        return tuple(tag for column, tag in zip(self.columns, self.tags, strict=True) if column in self.flagged)

    def __str__(self) -> str:
        return WORDS[self.verdict]


def keying_verdict(
    keyed: KeyedItems, name: str = "", *, answer_codes: Mapping[str, float] | None = None
) -> KeyingVerdict:
    """Return whether the answers agree with the declared key of a scale.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying.
    name : str
        The scored column; by default instrument and scale.
    answer_codes : mapping of str to float, optional
        The codebook's export value or label → instrument code (``Block.codes``). Where these are the labels of the
        definition, their direction is compared.

    Returns
    -------
    KeyingVerdict
        ``contradicts`` if an item, or a group of items, runs against the others (tested, see ``key_evidence``);
        ``agrees`` if every item runs with the others; ``doubtful`` between; ``cannot tell`` with too few respondents,
        a single item, or items that hardly correlate. Published numbers are reported, they never decide.

    Notes
    -----
    A key in which every item is wrong looks like a right one: only anchors can tell. Of two items that run against
    each other it cannot be said which is wrong.
    """
    name = name or f"{keyed.instrument.id}_{keyed.scale.id}"
    evidence = key_evidence(keyed.values)
    if evidence is None:
        verdict, flags, reasons = _without_evidence(keyed)
        n = int((~np.isnan(keyed.values)).all(axis=1).sum())
        numbers: dict[str, float] = {"n_needed": float(respondents_needed(keyed.values.shape[1]))}
    else:
        verdict, flags, reasons = _judge(evidence, keyed)
        n = evidence.n
        numbers = {
            "alpha": evidence.statistics.alpha,
            "mean_inter_item_r": evidence.statistics.mean_inter_item_r,
            "component_share": evidence.component_share,
            "n_needed": float(evidence.n_needed),
        }
        reasons += _published(evidence, keyed)
    anchors, reason = _anchors(keyed, answer_codes or {})
    if reason:
        reasons.append(reason)
    if anchors is False:
        verdict = "contradicts"
    return KeyingVerdict(
        name=name,
        verdict=verdict,
        reasons=tuple(reasons),
        flagged=tuple(column for column, flag in zip(keyed.columns, flags, strict=True) if flag),
        n=n,
        columns=keyed.columns,
        tags=keyed.tags,
        item_rest=tuple(evidence.statistics.item_rest.tolist()) if evidence else (),
        loadings=tuple(evidence.loadings.tolist()) if evidence else (),
        numbers=numbers,
    )


Judgement = tuple[Verdict, NDArray[np.bool_], list[str]]


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
    if evidence.n < evidence.n_needed:
        reason = f"fewer than the {evidence.n_needed} respondents that {len(against)} items need"
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
        names = ", ".join(_named(keyed, index) for index in np.flatnonzero(evidence.opposite).tolist())
        component = (
            f"the first component sets {names} against other items, but the sums of the two do not correlate below "
            f"zero beyond chance (r = {_r(evidence.opposite_r)})"
        )
    return [
        f"every item correlates with the sum of the others after keying (r from {_r(low)} to {_r(high)})",
        component,
        MIRROR,
    ]


def _r(value: float) -> str:
    return formatting.decimal(float(value), bounded=True)


def _named(keyed: KeyedItems, index: int) -> str:
    declared = ", declared reverse-keyed" if keyed.signs[index] < 0 else ""
    return f"'{keyed.tags[index]}' ({keyed.columns[index]}{declared})"


def _contradictions(evidence: KeyEvidence, keyed: KeyedItems, flags: NDArray[np.bool_]) -> list[str]:
    reasons = [
        f"{_named(keyed, index)} correlates {_r(evidence.statistics.item_rest[index])} with the sum of the others "
        "after keying, tested below zero"
        for index in np.flatnonzero(flags & evidence.against).tolist()
    ]
    if evidence.splits:
        names = ", ".join(_named(keyed, index) for index in np.flatnonzero(evidence.opposite).tolist())
        size = " equally many" if evidence.even_split else ""
        reasons.append(
            f"the first component sets {names} against{size} other items (r = {_r(evidence.opposite_r)} between sums)"
        )
    if len(flags) == 2:
        reasons.append("of two items that run against each other it cannot be said which is keyed wrongly")
    else:
        reasons.append(WHICH_SIDE)
    return reasons


def _doubts(evidence: KeyEvidence, keyed: KeyedItems, weak: NDArray[np.bool_]) -> list[str]:
    reasons = []
    for index in np.flatnonzero(weak).tolist():
        if not evidence.varies[index]:
            reasons.append(f"{_named(keyed, index)} does not vary")
            continue
        r = evidence.statistics.item_rest[index]
        small = f"smaller than {_r(NEAR_ZERO)} in size" if abs(r) <= NEAR_ZERO else "not clearly different from zero"
        reasons.append(f"{_named(keyed, index)} correlates {_r(r)} with the sum of the others after keying, {small}")
    return reasons


def _published(evidence: KeyEvidence, keyed: KeyedItems) -> list[str]:
    """Return published alphas and means beside those found here, for information only."""
    means = evidence.statistics.moments.mean
    times = keyed.scale.times
    here = {"mean": times * float(means.mean()), "sum": times * float(means.sum())}.get(keyed.scale.score)
    reasons = []
    for entry in keyed.instrument.evidence:
        if entry.scale not in ("", keyed.scale.id):
            continue
        parts = []
        if entry.alpha is not None:
            parts.append(f"alpha {_r(entry.alpha)} (here {_r(evidence.statistics.alpha)})")
        if entry.mean is not None and here is not None and entry.scale:
            parts.append(f"mean {formatting.decimal(entry.mean)} (here {formatting.decimal(here)})")
        if parts:
            sample = f", {entry.population}" if entry.population else ""
            reasons.append(f"for information only: published{sample}: {', '.join(parts)}")
    return reasons


def _anchors(keyed: KeyedItems, answer_codes: Mapping[str, float]) -> tuple[bool | None, str]:
    """Return whether the codebook gives the definition's labels the definition's codes, and the reason in words."""
    wrong: dict[str, tuple[float, float]] = {}
    right = 0
    given = {text.strip().casefold(): code for text, code in answer_codes.items()}
    for item in keyed.scale.item_ids:
        for code, label in keyed.instrument.options_of(item).labels.items():
            found = given.get(label.strip().casefold())
            if found is None:
                continue
            if found == code:
                right += 1
            else:
                wrong[label] = (found, code)
    if wrong:
        label, (found, code) = next(iter(wrong.items()))
        return False, f"the codebook gives the answer '{label}' the code {found:g}, the definition {code:g}"
    if right:
        return True, "the codebook gives the definition's labels the definition's codes"
    return None, ""
