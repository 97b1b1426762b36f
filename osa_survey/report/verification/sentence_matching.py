"""Sentences of a manuscript beside those of the report: the same words with other numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from osa_survey.errors import Problem
from osa_survey.report.verification.labelled_pairs import Labelled, pair_numbers
from osa_survey.report.verification.manuscripts import Paragraph
from osa_survey.report.verification.numbers_in_text import Number, Tokens, tokens_of
from osa_survey.report.verification.printed_texts import PrintedSentence

ALIKE = 0.6  # share of words two sentences have in common to be the same sentence, edited
BELOW, ABOVE = ("<", "≤"), (">", "≥")
COPY = 0.5  # share of the printed sentences that makes a manuscript an edited copy of the report


@dataclass
class SentenceComparison:
    """What comparing sentences gives.

    Attributes
    ----------
    findings : list of Problem
        Changed numbers and missing exclusions.
    rest : list of (Paragraph, str)
        Sentences that are no printed sentence: they are read for themselves.
    edited : list of (Paragraph, str)
        Printed sentences whose words or numbers were changed.
    loose : list of (Paragraph, str, tuple of Number, str)
        Numbers of edited sentences that stand for no number of the printed sentence, and its id.
    matched : int
        How many sentences are printed sentences.
    """

    findings: list[Problem] = field(default_factory=list)
    rest: list[tuple[Paragraph, str]] = field(default_factory=list)
    edited: list[tuple[Paragraph, str]] = field(default_factory=list)
    loose: list[tuple[Paragraph, str, tuple[Number, ...], str]] = field(default_factory=list)
    matched: int = 0


def compare_sentences(
    paragraphs: Sequence[Paragraph], printed: Sequence[PrintedSentence], file: str
) -> SentenceComparison:
    """Return how the sentences of a manuscript differ from the printed ones.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
        The manuscript.
    printed : sequence of PrintedSentence
        The report.
    file : str
        The manuscript's name, for the findings.
    """
    found = SentenceComparison()
    own = [(paragraph, sentence, tokens_of(sentence)) for paragraph in paragraphs for sentence in paragraph.sentences]
    pairs = _pairs([tokens for *_, tokens in own], printed)
    used: set[int] = set()
    for place, (paragraph, sentence, tokens) in enumerate(own):
        partner = pairs.get(place)
        if partner is None:
            found.rest.append((paragraph, sentence))
            continue
        used.add(partner)
        found.matched += 1
        reference = printed[partner]
        if tokens.mask == reference.tokens.mask and tokens.values == reference.tokens.values:
            continue
        found.edited.append((paragraph, sentence))
        findings, loose = _differences(reference, sentence, tokens, file, paragraph.place)
        found.findings += findings
        found.loose += [(paragraph, sentence, loose, reference.id)] if loose else []
    with_numbers = [place for place, sentence in enumerate(printed) if sentence.tokens.values]
    told = {printed[place].text for place in used}
    if with_numbers and len(used & set(with_numbers)) >= COPY * len(with_numbers):
        found.findings += _missing(
            (sentence for place, sentence in enumerate(printed) if place not in used and sentence.text not in told),
            file,
        )
    return found


def _pairs(own: Sequence[Tokens], printed: Sequence[PrintedSentence]) -> dict[int, int]:
    """Return sentence → printed sentence: equal ones first, then equal words, then alike words, each used once."""
    pairs: dict[int, int] = {}
    free = set(range(len(printed)))
    by_mask: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, sentence in enumerate(printed):
        by_mask[sentence.tokens.mask].append(place)
    for least_equal in (1.0, 0.0):
        for place, tokens in enumerate(own):
            if place in pairs or not tokens.mask:
                continue
            candidates = [other for other in by_mask.get(tokens.mask, ()) if other in free]
            scored = [(_equal_share(tokens, printed[other].tokens), -other) for other in candidates]
            if scored and max(scored)[0] >= least_equal:
                pairs[place] = -max(scored)[1]
                free.discard(pairs[place])
    repeated = {sentence.text: place for place, sentence in enumerate(printed)}
    bags = {place: Counter(printed[place].tokens.mask) for place in free}
    for place, tokens in enumerate(own):
        if place in pairs or not tokens.values:
            continue
        same = [other for other in by_mask.get(tokens.mask, ()) if printed[other].tokens.values == tokens.values]
        if same:
            pairs[place] = repeated.get(printed[same[0]].text, same[0])
            continue
        bag = Counter(tokens.mask)
        scored = [
            (_alike(bag, bags[other]) + 0.01 * _equal_share(tokens, printed[other].tokens), -other) for other in free
        ]
        if scored and max(scored)[0] >= ALIKE:
            pairs[place] = -max(scored)[1]
            free.discard(pairs[place])
    return pairs


def _equal_share(first: Tokens, second: Tokens) -> float:
    ours, theirs = Counter(first.values), Counter(second.values)
    total = max(ours.total(), theirs.total())
    return (ours & theirs).total() / total if total else 1.0


def _alike(first: Counter[str], second: Counter[str]) -> float:
    return 2 * (first & second).total() / (first.total() + second.total())


def _differences(
    reference: PrintedSentence, sentence: str, tokens: Tokens, file: str, place: str
) -> tuple[list[Problem], tuple[Number, ...]]:
    """Return what differs from a printed sentence, and the numbers that stand for none of it."""
    pairing = pair_numbers((reference.text, reference.tokens), (sentence, tokens))
    findings = [
        changed(old.text, new.text, reference.id, file, place)
        for old, new in pairing.pairs
        if not same_statement(old, new)
    ]
    if pairing.dropped and reference.needed:
        findings += _missing([reference], file, place)
    return findings, tuple(one.number for one in pairing.added)


UNBACKED_HINT = "take the number from results.jsonl, or say where it comes from"
CHANGED_HINT = "take the number of the results, or run the study again"


def same_number(old: Number, new: Number) -> bool:
    """Tell whether a number was copied, or rounded to fewer digits."""
    return old.value == new.value or (new.digits < old.digits and new.agrees(old.value))


def same_statement(old: Labelled, new: Labelled) -> bool:
    """Tell whether a number says the same as the printed one: the same or rounded, or a bound that holds for it."""
    value, said = old.number.value, new.number.value
    if same_number(old.number, new.number):
        return old.sign == new.sign or {old.sign, new.sign} == {"", "="}
    below = new.sign in BELOW and old.sign in ("=", *BELOW) and value < said
    above = new.sign in ABOVE and old.sign in ("=", *ABOVE) and value > said
    return below or above


def changed(old: str, new: str, identifier: str, file: str, place: str) -> Problem:
    """Return the finding that a number is not the one of the results; both as they are written."""
    message = f"the text says {new}, the results say {old}"
    return Problem("changed_number", message, file, key=place, item=identifier, hint=CHANGED_HINT)


def _missing(sentences: Iterable[PrintedSentence], file: str, place: str = "") -> list[Problem]:
    hint = "say how many records were left out, and why"
    message = "an exclusion that the results report is not told in full"
    return [
        Problem("exclusion_missing", message, file, key=place, item=sentence.id, hint=hint)
        for sentence in sentences
        if sentence.needed and sentence.tokens.values
    ]
