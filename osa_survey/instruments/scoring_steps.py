"""How one score is made by hand, in words: turn round, add or count, multiply; and what missing answers do."""

from __future__ import annotations

from collections.abc import Iterable

from osa_survey.instruments.answers import ResponseOptions
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.scales import Scale

MISSING_BASIS = {
    "complete": "no published rule, so all items are needed",
    "published": "published rule",
    "convention": "a convention, not a published rule",
}
LONG_RUN = 4
"""From how many neighbouring positions on a run is drawn together."""


def scoring_steps(instrument: Instrument, scale: Scale) -> list[str]:
    """Return the steps from the answers of a form to one score, each a sentence.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> who5 = load_instrument("who5")
    >>> scoring_steps(who5, who5.scales[0])[0]
    'Add items 1–5.'
    """
    return [*_reversal_steps(instrument, scale), *_putting_together(instrument, scale)]


def reversal(options: ResponseOptions) -> str:
    """Return the rule that turns an answer round, such as ``6 − x``; it rests on the options, never on the data.

    Examples
    --------
    >>> reversal(ResponseOptions(codes=(1, 2, 3, 4, 5)))
    '6 − x'
    """
    return f"{options.low + options.high:g} − x"


def _reversal_steps(instrument: Instrument, scale: Scale) -> list[str]:
    """Return one step for each rule of turning round, with the positions it is for."""
    rules: dict[str, list[str]] = {}
    for name, sign in zip(scale.item_ids, scale.signs, strict=True):
        if sign < 0:
            rules.setdefault(reversal(instrument.options_of(name)), []).append(str(position(instrument, name)))
    return [f"Turn round {items_in_words(numbers)}: new code = {rule}." for rule, numbers in rules.items()]


def _putting_together(instrument: Instrument, scale: Scale) -> list[str]:
    step = _added_scales(scale) if scale.of else _added_items(instrument, scale)
    return [step, f"Multiply by {scale.times:g}."] if scale.times != 1 else [step]


def _added_scales(scale: Scale) -> str:
    parts = ", ".join(scale.of)
    if scale.score == "mean":
        return f"Add the scores {parts} and divide by {len(scale.of)}."
    return f"Add the scores {parts}."


def _added_items(instrument: Instrument, scale: Scale) -> str:
    numbers = [str(position(instrument, name)) for name in scale.item_ids]
    named = items_in_words(numbers)
    if scale.score == "count":
        counted = ", ".join(f"{code:g}" for code in scale.counted)
        return f"Count how many of {named} have one of the codes {counted}."
    if scale.score == "mean":
        k = len(numbers)
        if scale.missing.min_answered >= k:
            return f"Add {named} and divide by {k}."
        return f"Add {named} and divide by the number of answered items ({k} if none is missing)."
    return f"Add {named}."


def missing_rule(scale: Scale) -> str:
    """Return in words how many items must be answered, and on whose authority."""
    rule, k = scale.missing, len(scale.items)
    if scale.of:
        return f"Missing answers: no score unless there is a score on all {len(scale.of)} parts."
    basis = MISSING_BASIS[rule.basis] + (f": {rule.source}" if rule.source else "")
    if rule.min_answered >= k:
        text = f"Missing answers: no score unless all {k} items are answered ({basis})."
    else:
        text = f"Missing answers: a score needs at least {rule.min_answered} of {k} items ({basis})."
        if scale.score == "sum":
            text += f" With gaps the sum is {k} times the mean of the answered items, unrounded"
            text += ", before it is multiplied." if scale.times != 1 else "."
    return text + " A missing answer is never counted as zero."


def position(instrument: Instrument, item: str) -> int:
    """Return the position of an item in the questionnaire, from 1."""
    return [entry.id for entry in instrument.items].index(item) + 1


def items_in_words(numbers: Iterable[str]) -> str:
    """Return positions as words: ``item 3`` or ``items 3, 5, 8``; long runs are drawn together.

    Examples
    --------
    >>> items_in_words(["3"]), items_in_words(["3", "5"]), items_in_words(["1", "2", "3", "4", "9"])
    ('item 3', 'items 3, 5', 'items 1–4, 9')
    """
    listed = [int(number) for number in numbers]
    runs: list[list[int]] = []
    for number in listed:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [
        f"{run[0]}–{run[-1]}" if len(run) >= LONG_RUN else ", ".join(str(number) for number in run) for run in runs
    ]
    return ("item " if len(listed) == 1 else "items ") + ", ".join(parts)
