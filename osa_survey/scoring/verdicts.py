"""The verdict on a declared key, with its reasons in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from osa_survey.dataset import KeyedItems
from osa_survey.psychometrics import complete_cases
from osa_survey.scoring.anchor_texts import judge_direction
from osa_survey.scoring.block_evidence import BlockEvidence
from osa_survey.scoring.code_bases import judge_code_base
from osa_survey.scoring.expected_correlations import expected_items, respondents_needed
from osa_survey.scoring.expected_swaps import expected_swap_power
from osa_survey.scoring.key_evidence import critical_z, key_evidence
from osa_survey.scoring.key_questions import KeyQuestion, Verdict, combined_verdict
from osa_survey.scoring.membership_judgements import judge_membership
from osa_survey.scoring.published_numbers import published_beside_found
from osa_survey.scoring.reversal_judgements import judge_reversal

WORDS: dict[Verdict, str] = {
    "agrees": "the answers agree with the declared key",
    "doubtful": "the answers leave the declared key in doubt",
    "contradicts": "the answers contradict the declared key",
    "cannot tell": "the answers cannot tell whether the declared key is right",
}


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
    questions : tuple of KeyQuestion
        Reversal, membership (where the instrument has several scales), direction and code base, each with its own
        verdict. The whole verdict says nothing on a question that is answered ``cannot tell``.
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
    questions: tuple[KeyQuestion, ...] = ()

    @property
    def flagged_tags(self) -> tuple[str, ...]:
        """The content tags of the flagged items."""
        return tuple(tag for column, tag in zip(self.columns, self.tags, strict=True) if column in self.flagged)

    def question(self, name: str) -> KeyQuestion | None:
        """Return a question by its name, None where it was not asked."""
        return next((question for question in self.questions if question.name == name), None)

    def __str__(self) -> str:
        return WORDS[self.verdict]


def keying_verdict(
    keyed: KeyedItems,
    name: str = "",
    *,
    answer_codes: Mapping[str, float] | None = None,
    block: BlockEvidence | None = None,
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
    block : BlockEvidence, optional
        What the whole block says: the other scales, the export's own labels, undeclared answers.

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
    block = block or BlockEvidence()
    expected = expected_items(keyed.instrument, keyed.scale.id)
    n_needed = respondents_needed(expected.item_rest, critical_z(keyed.values.shape[1]))
    evidence = key_evidence(keyed.values, n_needed, block.moments_of(keyed))
    numbers: dict[str, float] = {"n_needed": n_needed}
    if evidence:
        numbers |= {
            "alpha": evidence.statistics.alpha,
            "mean_inter_item_r": evidence.statistics.mean_inter_item_r,
            "component_share": evidence.component_share,
        }
    reversal = judge_reversal(keyed, evidence, expected)
    fit = block.memberships.get(keyed.scale.id)
    power = expected_swap_power(keyed.instrument, keyed.scale.id, fit.n) if fit else math.nan
    membership = judge_membership(keyed, fit, power)
    direction = judge_direction(keyed, answer_codes or {}, block.export_labels)
    code_base = judge_code_base(keyed, block.undeclared)
    questions = tuple(question for question in (reversal, membership, direction, code_base) if question)
    published = published_beside_found(keyed, evidence.statistics, evidence.n) if evidence else []
    flagged = {column for question in questions if question.verdict != "agrees" for column in question.flagged}
    return KeyingVerdict(
        name=name,
        verdict=combined_verdict(questions),
        reasons=(*reversal.reasons, *published, *(reason for question in questions[1:] for reason in _told(question))),
        flagged=tuple(column for column in keyed.columns if column in flagged),
        n=evidence.n if evidence else int(complete_cases(keyed.values).sum()),
        columns=keyed.columns,
        tags=keyed.tags,
        item_rest=tuple(evidence.statistics.item_rest.tolist()) if evidence else (),
        loadings=tuple(evidence.loadings.tolist()) if evidence else (),
        numbers=numbers,
        questions=questions,
    )


def _told(question: KeyQuestion) -> tuple[str, ...]:
    """Return the reasons that are worth a line: not, as almost always, that the direction rests on the anchors."""
    return () if question.name == "direction" and question.verdict == "cannot tell" else question.reasons
