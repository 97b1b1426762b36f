"""What the format cannot refuse but a reader should know: tags, marks, cut-offs, sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from osa_survey.errors import Problem
from osa_survey.instruments.files import key_path
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.scales import Cutoff

FEWEST_WORDS, MOST_WORDS, LONGEST_TAG = 2, 5, 60
SENTENCE = re.compile(r"\b(I|my|me|am|you|your)\b|[.?!]")
DOI = re.compile(r"10\.\d{4,9}/\S+")
SEEN_SOURCES = 2
OWN = "own"
OR_OWN = '; for a scale of your own write verified = "own" beside the title, and neither evidence nor DOI is asked for'

CODES: dict[str, str] = {
    "tag_length": "a content tag has fewer than two or more than five words",
    "tag_is_a_sentence": "a content tag reads like the wording of an item",
    "repeated_tag": "two items have the same tag",
    "placeholder": "a text of a draft still has to be filled in",
    "item_in_no_scale": "an item belongs to no scale of an instrument that has scales",
    "no_evidence": "there is no piece of evidence",
    "no_verification_note": "the note beside the mark of the key is empty",
    "seen_without_sources": "the key is marked seen but fewer than two pieces of evidence are",
    "no_doi": "the source has neither a DOI nor an address",
    "doi_not_bare": "a DOI is written as an address",
    "cutoff_out_of_range": "a cut-off lies where no score can be, or all scores are",
    "cutoff_without_source": "a cut-off names no source",
    "cutoff_recalled": "a cut-off that is only recalled is on by default",
    "self_test_value": "made-up answers are scored otherwise than by hand",
    "self_test_item": "raising an item does not move the score the way its sign says",
    "unconfirmed": "guesses of a draft still bear their mark to check",
}
"""Code → what it means; the codes are stable."""
PLACEHOLDER = "FILL IN"


def definition_problems(instrument: Instrument, file: str) -> list[Problem]:
    """Return what a reader of a definition should know, each located by file and key.

    Parameters
    ----------
    instrument : Instrument
        A definition that keeps the format.
    file : str
        The name of its file, for the messages.

    Returns
    -------
    list of Problem
        Empty where there is nothing to say; the codes are those of ``CODES``.
    """
    return [
        *_placeholders(instrument.model_dump(by_alias=True), (), file),
        *_tags(instrument, file),
        *_items_in_scales(instrument, file),
        *_evidence(instrument, file),
        *_sources(instrument, file),
        *(
            problem
            for number, cut in enumerate(instrument.cutoffs, 1)
            for problem in _cutoff(instrument, cut, number, file)
        ),
    ]


def _placeholders(content: Any, path: tuple[str | int, ...], file: str) -> Iterator[Problem]:
    """Yield every text of a draft that is still to be filled in."""
    if isinstance(content, str) and PLACEHOLDER in content:
        hint = "write what the source says, or your own words for it"
        yield Problem("placeholder", "this is still to be filled in", file, key=key_path(path), hint=hint)
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _placeholders(value, (*path, key), file)
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content):
            yield from _placeholders(value, (*path, number), file)


def _tags(instrument: Instrument, file: str) -> Iterator[Problem]:
    hint = "two to five words of your own that name the content; the wording stays in the source"
    times = Counter(item.tag.casefold() for item in instrument.items)
    for number, item in enumerate(instrument.items, start=1):
        key = f"items[{number}].tag"
        words = len(item.tag.split())
        if PLACEHOLDER in item.tag:
            continue
        if not FEWEST_WORDS <= words <= MOST_WORDS or len(item.tag) > LONGEST_TAG:
            message = f"the tag has {words} word{'' if words == 1 else 's'}"
            yield Problem("tag_length", message, file, item=item.id, key=key, hint=hint)
        if SENTENCE.search(item.tag):
            message = "the tag reads like a sentence of the questionnaire"
            yield Problem("tag_is_a_sentence", message, file, item=item.id, key=key, hint=hint)
        if times[item.tag.casefold()] > 1:
            yield Problem("repeated_tag", "another item has this tag", file, item=item.id, key=key, hint=hint)


def _items_in_scales(instrument: Instrument, file: str) -> Iterator[Problem]:
    used = {name for scale in instrument.scales for name in scale.item_ids}
    for number, item in enumerate(instrument.items, start=1):
        if instrument.scales and item.id not in used:
            hint = "add it to a scale, or say in pitfalls that it is not scored"
            if not any(
                re.search(rf"\b{number}\b", text) for text in (*instrument.pitfalls, instrument.verification_note)
            ):
                yield Problem(
                    "item_in_no_scale", "no scale uses this item", file, item=item.id, key="scales", hint=hint
                )


def _evidence(instrument: Instrument, file: str) -> Iterator[Problem]:
    own = instrument.verified == OWN
    if not instrument.evidence and not own:
        hint = f"add [[evidence]] with statement, source and verified: what was read, where{OR_OWN}"
        yield Problem("no_evidence", "nothing says what this definition rests on", file, key="evidence", hint=hint)
    if not instrument.verification_note.strip():
        hint = "say how the scale was made" if own else "say what was read in a source and what was not"
        yield Problem("no_verification_note", "the note is empty", file, key="verification_note", hint=hint)
    seen = sum(entry.verified == "seen" for entry in instrument.evidence)
    if instrument.verified == "seen" and seen < SEEN_SOURCES:
        hint = f'name a second source that was read, or write verified = "partly" or "recalled"{OR_OWN}'
        rest = "is" if seen == 1 else "are"
        message = (
            f"the key is called seen, but {seen or 'none'} of {len(instrument.evidence)} pieces of evidence {rest}"
        )
        if not instrument.evidence:
            message = "the key is called seen, but there is no piece of evidence"
        yield Problem("seen_without_sources", message, file, key="verified", hint=hint)


def _sources(instrument: Instrument, file: str) -> Iterator[Problem]:
    cited = instrument.citation
    if not (cited.doi or cited.url) and instrument.verified != OWN:
        hint = f'doi = "10.…", or url where there is no DOI{OR_OWN}'
        yield Problem("no_doi", "the source has neither a DOI nor an address", file, key="citation.doi", hint=hint)
    if cited.doi and not DOI.fullmatch(cited.doi):
        yield Problem("doi_not_bare", "the DOI is not bare", file, key="citation.doi", hint="begin with 10.")


def _cutoff(instrument: Instrument, cut: Cutoff, number: int, file: str) -> Iterator[Problem]:
    key = f"cutoffs[{number}]"
    if not cut.source.strip():
        hint = "name the page where it was read, with its DOI"
        yield Problem("cutoff_without_source", "the cut-off names no source", file, key=f"{key}.source", hint=hint)
    if cut.default and cut.verified == "recalled":
        hint = "default = false with a reason, until it was read in a source"
        yield Problem("cutoff_recalled", "a recalled cut-off is applied", file, key=f"{key}.default", hint=hint)
    low, high = instrument.scale(cut.scale).range
    met_by_low, met_by_high = (_meets(end, cut) for end in (low, high))
    if met_by_low == met_by_high:
        whom = "every possible score" if met_by_low else "no possible score"
        message = f"{cut.scale} {cut.rule} {cut.value:g} holds for {whom} from {low:g} to {high:g}"
        hint = "compare the value with the way this scale is scored: sum or mean, 0 or 1 as lowest code"
        yield Problem("cutoff_out_of_range", message, file, key=f"{key}.value", hint=hint)


def _meets(score: float, cut: Cutoff) -> bool:
    return {
        ">=": score >= cut.value,
        ">": score > cut.value,
        "<=": score <= cut.value,
        "<": score < cut.value,
    }[cut.rule]
