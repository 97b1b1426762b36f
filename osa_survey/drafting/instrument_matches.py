"""Which instrument of the shelf fits a run of columns: by names, number of items, codes and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from osa_survey.drafting.column_names import words_of
from osa_survey.drafting.item_runs import ItemRun
from osa_survey.drafting.profiles import Profile, is_conventional_gap
from osa_survey.instruments import Instrument, Library

LEAST_INSIDE = 0.6
ENOUGH_ANSWERS = 200
GENERIC = frozenset(
    ("q", "v", "x", "i", "item", "items", "var", "frage", "question", "quest", "s", "p", "col", "column", "qid", "a", "b")
)
SHIFTS = (0, 1, -1)


@dataclass(frozen=True)
class Match:
    """An instrument and the columns it may stand behind.

    Attributes
    ----------
    instrument : Instrument
        The definition.
    run : ItemRun
        As many columns as it has items.
    shift : int
        What was added to the codes of the definition: 1 where the export counts from 1 and the definition from 0.
    by_label : bool
        Whether the export holds the anchors as text.
    gaps : tuple of str
        Values that are no answer and look like codes for a gap.
    named : bool
        Whether the names of the columns name the instrument.
    anchors : float
        Share of the definition's anchors found among the labels of the file.
    """

    instrument: Instrument
    run: ItemRun
    shift: int
    by_label: bool
    gaps: tuple[str, ...]
    named: bool
    anchors: float

    @property
    def rank(self) -> tuple[float, ...]:
        """What is better is greater: named, labelled alike, same codes, fewer gaps."""
        return (self.named, self.anchors, self.by_label or self.shift == 0, -len(self.gaps))


@dataclass(frozen=True)
class MatchedRun:
    """The best match of a run, the others that fit, and whether the names contradict it."""

    best: Match
    others: tuple[Match, ...] = field(default=())
    contradicted_by: str = ""


def matched_runs(
    runs: Sequence[ItemRun], profiles: Mapping[str, Profile], library: Library
) -> tuple[list[MatchedRun], list[MatchedRun]]:
    """Return the runs an instrument stands behind, and those where only the names speak against it.

    Parameters
    ----------
    runs : sequence of ItemRun
        The longest first.
    profiles : mapping of str to Profile
        Column → profile.
    library : Library
        The shelf.
    """
    candidates: list[Match] = []
    for run in runs:
        for instrument in library.instruments.values():
            candidates.extend(_matches(run, instrument, profiles))
    used: set[str] = set()
    proposed: list[MatchedRun] = []
    doubtful: list[MatchedRun] = []
    for match in sorted(candidates, key=lambda one: one.rank, reverse=True):
        if used & set(match.run.columns):
            continue
        used |= set(match.run.columns)
        ranked = [
            one
            for one in candidates
            if one.run.columns == match.run.columns and one.instrument.id != match.instrument.id
        ]
        own = "" if match.named else _own_name(match.run)
        found = MatchedRun(match, tuple(dict.fromkeys(ranked)), own)
        (doubtful if own else proposed).append(found)
    return proposed, doubtful


def _matches(run: ItemRun, instrument: Instrument, profiles: Mapping[str, Profile]) -> list[Match]:
    k = len(instrument.items)
    named = _is_named(run, instrument)
    found = []
    for start in range(len(run.columns) - k + 1):
        own = [profiles[name] for name in run.columns[start : start + k]]
        for shift in SHIFTS:
            codes = [_codes(instrument, position, shift) for position in range(k)]
            if not all(_fits(profile, allowed) for profile, allowed in zip(own, codes, strict=True)):
                continue
            beside = [(start - 1, codes[0]), (start + k, codes[-1])]
            longer = any(
                0 <= place < len(run.columns) and _fits(profiles[run.columns[place]], allowed)
                for place, allowed in beside
            )
            if (longer and not named) or not _uses_all(own, codes):
                continue
            gaps = {
                value
                for profile, allowed in zip(own, codes, strict=True)
                for value, number in profile.numbers.items()
                if number not in allowed
            }
            anchors = _shared_anchors(own, instrument)
            found.append(
                Match(instrument, run.part(start, k), shift, False, tuple(sorted(gaps, key=float)), named, anchors)
            )
        if all(_holds_anchors(profile, instrument, position) for position, profile in enumerate(own)):
            found.append(Match(instrument, run.part(start, k), 0, True, (), named, 1.0))
    return found


def _codes(instrument: Instrument, position: int, shift: int) -> frozenset[float]:
    options = instrument.options_of(instrument.items[position].id)
    return frozenset(code + shift for code in (*options.codes, *options.not_scored))


def _fits(profile: Profile, allowed: frozenset[float]) -> bool:
    if not profile.is_numeric:
        return False
    inside = sum(profile.answers[value] for value, number in profile.numbers.items() if number in allowed)
    others = [number for number in profile.numbers.values() if number not in allowed]
    return inside >= LEAST_INSIDE * profile.n and all(is_conventional_gap(number, allowed) for number in others)


def _uses_all(profiles: Sequence[Profile], codes: Sequence[frozenset[float]]) -> bool:
    """Tell whether the lowest and the highest option occur somewhere, where there are enough answers to expect it."""
    if sum(profile.n for profile in profiles) < ENOUGH_ANSWERS:
        return True
    seen = {number for profile in profiles for number in profile.numbers.values()}
    return min(codes[0]) in seen and max(codes[0]) in seen


def _holds_anchors(profile: Profile, instrument: Instrument, position: int) -> bool:
    """Tell whether all answers are texts that the definition has as labels of its options."""
    labels = {label.casefold() for label in instrument.options_of(instrument.items[position].id).labels.values()}
    return bool(profile.answers) and all(value.casefold() in labels for value in profile.answers)


def _shared_anchors(profiles: Sequence[Profile], instrument: Instrument) -> float:
    options = instrument.options_of(instrument.items[0].id)
    wanted = {label.casefold() for label in options.labels.values()}
    given = {label.casefold().strip() for profile in profiles for label in profile.labels.values()}
    return len(wanted & given) / len(wanted) if wanted else 0.0


def _is_named(run: ItemRun, instrument: Instrument) -> bool:
    wanted = {_letters(instrument.id), _letters(instrument.short_title)} - {""}
    return any(_letters(word) in wanted for word in (*words_of(run.before), *words_of(run.after), run.before))


def _own_name(run: ItemRun) -> str:
    """Return the word by which the columns name some other questionnaire, "" if they name none."""
    words = [word for word in words_of(run.before) if word not in GENERIC and len(_letters(word)) > 1]
    return words[0] if words else ""


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalpha())
