"""Which number of a sentence stands for which of the printed sentence: numbers of the same symbol first."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from osa_survey.report.verification.numbers_in_text import NUMBER, Number, Tokens

REACH = 40  # letters before a number in which its symbol is looked for
AFTER_SIGN = re.compile(r"(?P<symbol>[^\W\d]\w*[²₃]?)\s*(?:\([^()]*\))?\s*(?P<sign>[=<>≤≥])\s*$")
DEGREES = re.compile(rf"(?<!\w)(?P<symbol>t|F|χ²|χ2|X²|X2|r|H|Q|z)\s*\(\s*(?P<second>(?:{NUMBER}|∞)\s*[,;]\s*)?$")
BOUND = re.compile(rf"(?:CI|KI)\s*\[\s*(?P<second>[−–-]?{NUMBER}\s*%?\s*[,;]\s*)?$")
SAME_SYMBOL = {"χ2": "χ²", "X2": "χ²", "X²": "χ²", "R2": "R²"}


@dataclass(frozen=True)
class Labelled:
    """A number of a sentence with what its symbol says it is ("" where nothing does), and how both are written."""

    number: Number
    symbol: str
    sign: str
    text: str


@dataclass(frozen=True)
class Pairing:
    """Numbers of both sentences that belong together, and those left over on either side, by their order."""

    pairs: tuple[tuple[Labelled, Labelled], ...]
    dropped: tuple[Labelled, ...]
    added: tuple[Labelled, ...]


def labelled(sentence: str, tokens: Tokens) -> list[Labelled | None]:
    """Return the numbers of a sentence with their symbols; None for words.

    Examples
    --------
    >>> from osa_survey.report.verification.numbers_in_text import tokens_of
    >>> text = "B = 2.39, β = 0.34, t(164) = 4.82"
    >>> [one.symbol for one in labelled(text, tokens_of(text)) if one is not None]
    ['B', 'β', 't df', 't']
    """
    return [None if number is None else _labelled(sentence, number) for number in tokens.numbers]


def _labelled(sentence: str, number: Number) -> Labelled:
    before = sentence[max(0, number.start - REACH) : number.start]
    if (match := AFTER_SIGN.search(before)) is not None:
        symbol = SAME_SYMBOL.get(match["symbol"], match["symbol"])
        return Labelled(number, symbol, match["sign"], before[match.start() :] + number.text)
    if (match := BOUND.search(before)) is not None:
        return Labelled(number, "CI high" if match["second"] else "CI low", "", number.text)
    if (match := DEGREES.search(before)) is not None:
        return Labelled(number, f"{match['symbol']} df{'2' if match['second'] else ''}", "", number.text)
    percent = sentence[number.start + len(number.text) :].lstrip().startswith("%")
    return Labelled(number, "%" if percent else "", "", number.text + ("%" if percent else ""))


def pair_numbers(reference: tuple[str, Tokens], own: tuple[str, Tokens]) -> Pairing:
    """Return which numbers belong together.

    Parameters
    ----------
    reference, own : (str, Tokens)
        The printed sentence and that of the manuscript.
    """
    theirs, ours = labelled(*reference), labelled(*own)
    masks = (_mask(reference[1], theirs), _mask(own[1], ours))
    pairs: list[tuple[Labelled, Labelled]] = []
    dropped: list[Labelled] = []
    added: list[Labelled] = []
    matcher = SequenceMatcher(None, masks[0], masks[1], autojunk=False)
    for _, low, high, first, last in matcher.get_opcodes():
        before, after = _known(theirs[low:high]), _known(ours[first:last])
        matched, before, after = _by_symbol(before, after)
        pairs += matched
        dropped += before
        added += after
    matched, dropped, added = _by_symbol(dropped, added)
    return Pairing((*pairs, *matched), tuple(dropped), tuple(added))


def _mask(tokens: Tokens, numbers: Sequence[Labelled | None]) -> list[str]:
    return [word if one is None else f"# {one.symbol}" for word, one in zip(tokens.mask, numbers, strict=True)]


def _known(numbers: Iterable[Labelled | None]) -> list[Labelled]:
    return [one for one in numbers if one is not None]


def _by_symbol(
    before: Sequence[Labelled], after: Sequence[Labelled]
) -> tuple[list[tuple[Labelled, Labelled]], list[Labelled], list[Labelled]]:
    """Return pairs of the same symbol in order, and what is left of either side."""
    waiting: dict[str, deque[Labelled]] = defaultdict(deque)
    for one in before:
        waiting[one.symbol].append(one)
    pairs: list[tuple[Labelled, Labelled]] = []
    added: list[Labelled] = []
    for one in after:
        if waiting[one.symbol]:
            pairs.append((waiting[one.symbol].popleft(), one))
        else:
            added.append(one)
    used = {id(old) for old, _ in pairs}
    return pairs, [one for one in before if id(one) not in used], added
