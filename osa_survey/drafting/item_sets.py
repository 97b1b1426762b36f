"""Columns that belong together: the same name with a running number, the same kind of answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from osa_survey.drafting.column_profiles import ColumnProfile
from osa_survey.errors import MINIMUM_RECORDS_TO_SHOW

NUMBERED = re.compile(r"^(?P<before>.*?)(?P<number>\d+)(?P<after>\D*)$")
INNER_NUMBERED = re.compile(r"^(?P<before>.*?\D)(?P<number>\d+)(?P<rest>(?P<mark>[._-]\D{0,5})(?P<last>\d))$")
TAG = re.compile(
    r"(?:^|[._\-])(?P<tag>(?:t|w|wave|time|p|partner)_?\d{1,2}|[fm]|[1-9]|her|him|self|partner)(?=$|[._\-])", re.I
)
"""The mark of a partner or a wave in a name: _f, _m, .1, .2, _t1, w2_."""
WAVE_MARKS = ("t", "w", "wave", "time", "p", "partner")
SMALLEST_INNER, MOST_WAVES = 3, 6
TURNED = re.compile(r"\d[Rr]$")
SMALLEST_SET = 2
LARGEST_CODE = 100.0
CODE_IN_TEXT = re.compile(r"^\s*(-?\d+)\s*[-=:.)–]\s*\S|\((-?\d+)\)\s*$")
"""An answer that carries its code, such as "1 = never" or "never (1)"."""


@dataclass(frozen=True)
class ItemSet:
    """Columns with the same name but for a running number.

    Attributes
    ----------
    stem : str
        What stands before the number.
    columns : tuple of str
        The columns in the order of their numbers.
    pattern : str
        The columns as a pattern with ``{n}``, or "" if they can only be listed.
    after : str
        What stands after the number.
    """

    stem: str
    columns: tuple[str, ...]
    pattern: str
    after: str = ""

    @property
    def turned(self) -> tuple[str, ...]:
        """Columns whose name ends in R after the number: items worded the other way."""
        return tuple(name for name in self.columns if TURNED.search(name)) if not TURNED.search(self.after) else ()

    @property
    def title(self) -> str:
        """The set in words: its first and its last column."""
        return f"{self.columns[0]} … {self.columns[-1]}"


def item_sets(profiles: Mapping[str, ColumnProfile], taken: Collection[str] = ()) -> tuple[ItemSet, ...]:
    """Return the runs of numbered columns whose answers are a few codes, in file order.

    Parameters
    ----------
    profiles : mapping of str to ColumnProfile
        All columns of the export.
    taken : collection of str
        Columns that are something else already.
    """
    return _numbered_sets(profiles, taken, has_item_answers)


def ticked_sets(profiles: Mapping[str, ColumnProfile], taken: Collection[str] = ()) -> tuple[ItemSet, ...]:
    """Return the runs of numbered columns that look like one question with several answers to tick."""
    return _numbered_sets(profiles, taken, is_tick)


def is_tick(profile: ColumnProfile) -> bool:
    """Tell whether a column holds one value or nothing, or, where REDCap names it so, 0 and 1."""
    if "___" in profile.name:
        return bool(profile.counts) and set(profile.counts) <= {"0", "1"}
    common = all(value in profile.numbers or n >= MINIMUM_RECORDS_TO_SHOW for value, n in profile.counts.items())
    return len(profile.counts) == 1 and profile.n_filled < profile.n_records and common


def _numbered_sets(
    profiles: Mapping[str, ColumnProfile], taken: Collection[str], belongs: Callable[[ColumnProfile], bool]
) -> tuple[ItemSet, ...]:
    names = [name for name, profile in profiles.items() if name not in taken and belongs(profile)]
    inner = _with_inner_numbers(names)
    groups: dict[tuple[str, str, int], list[tuple[int, str]]] = {}
    for name in names:
        match = NUMBERED.match(name)
        if match is None or name in inner:
            continue
        before, number, after = match["before"], match["number"], match["after"]
        if after in ("R", "r") and f"{before}{number}" not in profiles:
            after = ""
        width = len(number) if number.startswith("0") else 0
        groups.setdefault((before, after, width), []).append((int(number), name))
    for name, (before, number, after) in inner.items():
        width = len(number) if number.startswith("0") else 0
        groups.setdefault((before, after, width), []).append((int(number), name))
    _join_padded(groups)
    sets = []
    for (before, after, width), numbered in groups.items():
        for run in _runs(sorted(numbered)):
            if len(run) >= SMALLEST_SET:
                columns = tuple(name for _, name in run)
                sets.append(ItemSet(before, columns, _pattern(before, after, width, columns), after))
    order = {name: position for position, name in enumerate(profiles)}
    return tuple(sorted(sets, key=lambda found: order[found.columns[0]]))


def _with_inner_numbers(names: Collection[str]) -> dict[str, tuple[str, str, str]]:
    """Return the columns whose item number stands in the middle, before the number of a partner or wave.

    A name such as sexsat3.2 is item 3 of partner 2 where the last number is 1 or 2 only, or is marked as a wave, and
    there are more items than partners or waves.
    """
    groups: dict[tuple[str, str], dict[str, list[tuple[str, str, str]]]] = {}
    for name in names:
        match = INNER_NUMBERED.match(name)
        if match:
            place = (match["before"], match["mark"])
            groups.setdefault(place, {}).setdefault(match["last"], []).append((name, match["number"], match["rest"]))
    inner: dict[str, tuple[str, str, str]] = {}
    for (before, mark), by_last in groups.items():
        fewest = min(len(entries) for entries in by_last.values())
        is_wave = mark.strip("._-").casefold() in WAVE_MARKS
        few = set(by_last) <= {"1", "2"} or is_wave or (mark == "." and len(by_last) <= MOST_WAVES)
        if few and len(by_last) > 1 and fewest >= SMALLEST_INNER and fewest > len(by_last):
            for last, entries in by_last.items():
                inner |= {name: (before, number, f"{mark}{last}") for name, number, _ in entries}
    return inner


def sibling_tags(sets: Collection[ItemSet]) -> dict[ItemSet, str]:
    """Return the mark of the partner or wave of every set that has a sibling: the same name but for the mark.

    Examples
    --------
    >>> sets = [ItemSet("gmsex", ("gmsex1_f", "gmsex2_f"), "gmsex{n}_f", "_f"),
    ...         ItemSet("gmsex", ("gmsex1_m", "gmsex2_m"), "gmsex{n}_m", "_m")]
    >>> list(sibling_tags(sets).values())
    ['f', 'm']
    """
    families: dict[tuple[str, str, int], list[tuple[ItemSet, str]]] = {}
    for found in sets:
        for place, text in (("after", found.after), ("before", found.stem)):
            match = TAG.search(text)
            if match:
                rest = f"{text[: match.start()]}\0{text[match.end() :]}".casefold()
                other = found.stem if place == "after" else found.after
                key = (f"{place}\0{rest}", other.casefold(), len(found.columns))
                families.setdefault(key, []).append((found, match["tag"].casefold()))
                break
    return {
        found: tag
        for family in families.values()
        if len({tag for _, tag in family}) == len(family) > 1
        for found, tag in family
    }


def has_item_answers(profile: ColumnProfile) -> bool:
    """Tell whether all values are small whole codes, or texts that carry or are one of a few answers."""
    if not profile.counts:
        return False
    if profile.is_whole:
        return all(abs(number) <= LARGEST_CODE or number in (999.0, -999.0) for number in profile.numbers.values())
    if any(CODE_IN_TEXT.search(value) for value in profile.counts):
        return all(CODE_IN_TEXT.search(value) or value in profile.numbers for value in profile.counts)
    return not profile.numbers and 1 < len(profile.counts) <= 11 and profile.n_filled > 2 * len(profile.counts)


def code_in_text(value: str) -> int | None:
    """Return the code that an answer carries.

    Examples
    --------
    >>> code_in_text("1 = never"), code_in_text("always (5)"), code_in_text("never")
    (1, 5, None)
    """
    match = CODE_IN_TEXT.search(value)
    return int(match[1] or match[2]) if match else None


def _join_padded(groups: dict[tuple[str, str, int], list[tuple[int, str]]]) -> None:
    """Put item 10 beside items 01 to 09: it has two digits without a leading zero."""
    for before, after, width in [key for key in groups if key[2]]:
        plain = groups.get((before, after, 0), [])
        joined = [entry for entry in plain if entry[0] >= 10 ** (width - 1)]
        groups[before, after, width] += joined
        rest = [entry for entry in plain if entry not in joined]
        if plain and not rest:
            del groups[before, after, 0]
        elif plain:
            groups[before, after, 0] = rest


def _runs(numbered: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    runs: list[list[tuple[int, str]]] = []
    for entry in numbered:
        if runs and entry[0] == runs[-1][-1][0] + 1:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return runs


def _pattern(before: str, after: str, width: int, columns: tuple[str, ...]) -> str:
    if "{" in before + after or "}" in before + after or width not in (0, 2, 3):
        return ""
    pattern = f"{before}{{n:0{width}d}}{after}" if width else f"{before}{{n}}{after}"
    expected = tuple(pattern.format(n=n) for n in range(1, len(columns) + 1))
    return pattern if expected == columns else ""
