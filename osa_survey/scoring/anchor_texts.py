"""Whether a high code means what the definition says, by the labels of the codebook and of the export itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from osa_survey.dataset import KeyedItems
from osa_survey.scoring.key_questions import KeyQuestion
from osa_survey.scoring.reversal_judgements import MIRROR


class _Found(NamedTuple):
    label: str
    given: float
    defined: float


def judge_direction(
    keyed: KeyedItems,
    answer_codes: Mapping[str, float],
    export_labels: Mapping[str, Mapping[str, float]],
) -> KeyQuestion:
    """Return whether the labels stand at the codes of the definition.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying.
    answer_codes : mapping of str to float
        The codebook's export value or label → code.
    export_labels : mapping of str to mapping of str to float
        Item column → the export's own value label → the code its value was given.

    Returns
    -------
    KeyQuestion
        ``contradicts`` if a label of the definition has another code, ``agrees`` if all labels found have the same;
        ``cannot tell`` without any. Labels are compared as texts, case and outer blanks apart.
    """
    by_codebook = _compared(keyed, dict.fromkeys(keyed.columns, answer_codes))
    by_export = _compared(keyed, export_labels)
    reasons, wrong_columns = [], set()
    for who, found in (("the codebook", by_codebook), ("the export's own labels", by_export)):
        wrong = {column: pair for column, pair in found if pair.given != pair.defined}
        verb = "gives" if who == "the codebook" else "give"
        if wrong:
            pair = next(iter(wrong.values()))
            told = f"the answer '{pair.label}' the code {pair.given:g}, the definition {pair.defined:g}"
            reasons.append(f"{who} {verb} {told}")
            wrong_columns |= set(wrong)
        elif found:
            reasons.append(f"{who} {verb} the definition's labels the definition's codes")
    if wrong_columns:
        everywhere = len(wrong_columns) == len(keyed.columns)
        flagged = () if everywhere else tuple(column for column in keyed.columns if column in wrong_columns)
        return KeyQuestion("direction", "contradicts", tuple(reasons), flagged)
    if reasons:
        return KeyQuestion("direction", "agrees", tuple(reasons))
    return KeyQuestion("direction", "cannot tell", (MIRROR,))


def _compared(keyed: KeyedItems, codes: Mapping[str, Mapping[str, float]]) -> list[tuple[str, _Found]]:
    """Return every label of the definition that is found, with its item, the code given and the code defined."""
    found = []
    for column, item in zip(keyed.columns, keyed.scale.item_ids, strict=True):
        given = {text.strip().casefold(): code for text, code in codes.get(column, {}).items()}
        if not given:
            continue
        for code, label in keyed.instrument.options_of(item).labels.items():
            there = given.get(label.strip().casefold())
            if there is not None:
                found.append((column, _Found(label, there, code)))
    return found
