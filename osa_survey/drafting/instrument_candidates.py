"""Which instrument of the shelf a set of columns may be: as many items, answers that fit, names that are alike."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.drafting.column_profiles import ColumnProfile
from osa_survey.drafting.item_sets import ItemSet, code_in_text
from osa_survey.errors import MINIMUM_RECORDS_TO_SHOW
from osa_survey.instruments import Instrument, Library

USUAL_GAP_CODES = (0.0, -1.0, -2.0, -7.0, -8.0, -9.0, -66.0, -77.0, -88.0, -99.0, 77.0, 88.0, 97.0, 98.0, 99.0, 999.0)
"""Codes that exports use for an answer that was not given."""
LARGEST_SHARE_OF_GAPS = 0.25
LARGEST_SHARE_UNUSED = 0.2
"""Codes that are one too high or too low only fit if nearly all of them are seen."""
RELIABLE, DOUBTFUL = 0.7, 0.5
FEWEST_RECORDS = 10
SHORTEST_NAME = 3
GENERIC = frozenset(
    ("item", "items", "var", "frage", "question", "quest", "col", "column", "qid", "fragen", "variable")
)
SHORTEST_WORD = 4


@dataclass(frozen=True)
class InstrumentMatch:
    """An instrument that a set of columns may be.

    Attributes
    ----------
    instrument : Instrument
        The instrument.
    named : bool
        Whether a column name or its wording names it.
    against_the_key : int
        Items that go against the rest of their scale when keyed as this instrument.
    undeclared : tuple of float
        Codes seen that are no answers of the instrument, but usual for an answer that was not given.
    unused : int
        Answers of the instrument that nobody gave.
    codes : mapping of str to int or float
        Where answers are texts that carry a code, or labels that must be mapped: every common answer with its code.
    rare : int
        Different answers of that kind that were seen too rarely to be written out.
    shift : float
        What is added to the numbers of the export to get the codes of the definition.
    alpha : float
        Cronbach's alpha of the first scale keyed as this instrument; NaN where it cannot be computed.
    is_text : bool
        Whether answers are texts.
    """

    instrument: Instrument
    named: bool
    against_the_key: int
    undeclared: tuple[float, ...]
    unused: int
    codes: dict[str, int | float]
    rare: int = 0
    shift: float = 0.0
    alpha: float = math.nan
    is_text: bool = False

    @property
    def rank(self) -> tuple[bool, int, bool, int, int, bool, str]:
        """What is compared: a name first, then the key, then the answers; the smallest is the best."""
        instrument = self.instrument
        answers = (self.shift != 0, len(self.undeclared), self.unused)
        return (not self.named, self.against_the_key, *answers, instrument.ask_polarity, instrument.id)

    @property
    def is_believable(self) -> bool:
        """Whether more than the number of items speaks for it: a name, words, or items that hang together."""
        if self.named or (self.codes and not self.shift and not self.instrument.ask_polarity):
            return True
        if math.isnan(self.alpha):
            return self.is_text
        return self.alpha >= (RELIABLE if self.against_the_key else DOUBTFUL)

    @property
    def is_reliable(self) -> bool:
        """Whether the keyed items hang together."""
        return self.alpha >= RELIABLE


def matching_instruments(
    found: ItemSet, profiles: Mapping[str, ColumnProfile], library: Library, answers: NDArray[np.float64]
) -> tuple[InstrumentMatch, ...]:
    """Return the instruments that a set of columns may be, the best first.

    Parameters
    ----------
    found : ItemSet
        Columns that belong together.
    profiles : mapping of str to ColumnProfile
        What each column looks like.
    library : Library
        The shelf.
    answers : ndarray of float, shape (records, columns)
        The columns as numbers, of adults as far as an age says so.
    """
    columns = [profiles[name] for name in found.columns]
    matches = []
    for instrument in library.instruments.values():
        if len(instrument.items) == len(columns) and instrument.scales:
            for shift in (0.0, 1.0, -1.0):
                match = _match(instrument, found, columns, answers, shift)
                if match is not None:
                    matches.append(match)
                    break
    return tuple(sorted(matches, key=lambda match: match.rank))


def _match(
    instrument: Instrument, found: ItemSet, columns: Sequence[ColumnProfile], answers: NDArray[np.float64], shift: float
) -> InstrumentMatch | None:
    undeclared: set[float] = set()
    unused = gaps = 0
    answers_seen: dict[str, tuple[float, int]] = {}
    carried_any = False
    for item, profile in zip(instrument.items, columns, strict=True):
        options = instrument.options_of(item.id)
        by_label = {label.casefold(): code for code, label in options.labels.items()}
        seen: set[float] = set()
        for value, count in profile.counts.items():
            code = profile.numbers.get(value, by_label.get(value.casefold()))
            if code is None and shift:
                return None
            if code is None:
                carried = code_in_text(value)
                if carried is None:
                    return None
                carried_any = True
                code = float(carried)
            if code + shift in options.codes:
                code += shift
                seen.add(code)
                answers_seen[value] = (code, answers_seen.get(value, (code, 0))[1] + count)
            elif code in USUAL_GAP_CODES and value in profile.numbers:
                undeclared.add(code)
                gaps += count
            else:
                return None
        unused += len(options.codes) - len(seen)
    if gaps > LARGEST_SHARE_OF_GAPS * sum(profile.n_filled for profile in columns):
        return None
    if shift and unused > LARGEST_SHARE_UNUSED * sum(len(instrument.options_of(i.id).codes) for i in instrument.items):
        return None
    is_text = any(value not in profile.numbers for profile in columns for value in profile.counts)
    codes, rare = _written(answers_seen) if carried_any or (instrument.ask_polarity and is_text) else ({}, 0)
    if shift:
        options = instrument.options_of(instrument.items[0].id)
        codes = {f"{code - shift:g}": _whole(code) for code in options.codes}
    against, alpha = (0, math.nan) if is_text else evidence_for_the_key(instrument, answers, tuple(undeclared))
    gap_codes = tuple(sorted(undeclared))
    named = _named(instrument, found, columns)
    return InstrumentMatch(instrument, named, against, gap_codes, unused, codes, rare, shift, alpha, is_text)


def _written(answers_seen: Mapping[str, tuple[float, int]]) -> tuple[dict[str, int | float], int]:
    """Return the code of every answer seen in five records or more, by code, and how many are rarer."""
    common = {value: code for value, (code, n) in answers_seen.items() if n >= MINIMUM_RECORDS_TO_SHOW}
    ordered = sorted(common, key=lambda value: common[value])
    return {value: _whole(common[value]) for value in ordered}, len(answers_seen) - len(common)


def _whole(code: float) -> int | float:
    return int(code) if code.is_integer() else code


def evidence_for_the_key(
    instrument: Instrument, answers: NDArray[np.float64], gaps: Sequence[float]
) -> tuple[int, float]:
    """Return how many items of the first scale go against the rest once keyed, and the alpha of the keyed items.

    Parameters
    ----------
    instrument : Instrument
        Its first scale gives the key.
    answers : ndarray of float, shape (records, items)
        The answers.
    gaps : sequence of float
        Codes that are no answers.
    """
    scale = instrument.scales[0]
    positions = [[item.id for item in instrument.items].index(name) for name in scale.item_ids]
    keyed = answers[:, positions] * np.array(scale.signs, dtype=np.float64)
    keyed[np.isin(answers[:, positions], gaps)] = np.nan
    keyed = keyed[~np.isnan(keyed).any(axis=1)]
    k = keyed.shape[1]
    if len(keyed) <= max(k, FEWEST_RECORDS) or k < 3:
        return 0, math.nan
    centred = keyed - keyed.mean(axis=0)
    covariances = centred.T @ centred
    against = int((covariances.sum(axis=0) - np.diag(covariances) < 0).sum())
    total = float(covariances.sum())
    alpha = k / (k - 1) * (1 - float(np.trace(covariances)) / total) if total > 0 else math.nan
    return against, alpha


def _named(instrument: Instrument, found: ItemSet, columns: Sequence[ColumnProfile]) -> bool:
    names = {_letters(instrument.id), _letters(instrument.short_title)}
    names |= {re.sub(r"\d+$", "", name) for name in names}
    names = {name for name in names if len(name) >= SHORTEST_NAME}
    words = {word for profile in columns for word in re.findall(r"[a-z0-9]+", profile.wording.casefold())}
    title = _letters(instrument.title)
    in_wording = any(title in _letters(profile.wording) for profile in columns) or bool(names & words)
    stem = _letters(found.stem)
    is_title_word = len(stem) >= SHORTEST_WORD and stem in re.findall(r"[a-z]+", instrument.title.casefold())
    is_name = is_title_word or abbreviates(re.sub(r"[^a-z]", "", stem), instrument.title)
    return in_wording or is_name or any(name in stem for name in (*names, title))


def abbreviates(stem: str, title: str) -> bool:
    """Tell whether a name is put together from beginnings of words of a title, in their order.

    Examples
    --------
    >>> abbreviates("sexsat", "Global Measure of Sexual Satisfaction"), abbreviates("prqc", "A Measure of Quality")
    (True, False)
    """

    def from_here(rest: str, words: list[str]) -> bool:
        if not rest:
            return True
        for position, word in enumerate(words):
            for length in range(len(word), SHORTEST_NAME - 1, -1):
                if rest.startswith(word[:length]) and from_here(rest[length:], words[position + 1 :]):
                    return True
        return False

    return len(stem) >= 2 * SHORTEST_NAME and from_here(stem, re.findall(r"[a-z]+", title.casefold()))


def has_another_name(found: ItemSet) -> bool:
    """Tell whether the columns bear a name of their own, unlike Q1, item_2 or v3."""
    letters = re.sub(r"[^a-z]", "", found.stem.casefold())
    return len(letters) >= SHORTEST_NAME and letters not in GENERIC


def _letters(text: str) -> str:
    """Return a text in lower case without anything but letters and digits."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())
