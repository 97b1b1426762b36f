"""What kind of variable a column holds, guessed from its values, its labels and its name."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from osa_survey.dataset.decoding import to_number
from osa_survey.drafting.column_profiles import ColumnProfile, as_code
from osa_survey.drafting.gap_guesses import codes_by_reason
from osa_survey.drafting.gaps_beside_words import codes_of_gaps
from osa_survey.errors import MINIMUM_RECORDS_TO_SHOW
from osa_survey.ingest.reason_labels import reason_of_label

MOST_CATEGORIES = 12
LONGEST_TITLE = 120
LONGEST_IDENTIFIER = 40
LONGEST_SHOWN_LIST = 6


@dataclass(frozen=True)
class Field:
    """One line of an entry: key, value, and why it should be checked ("" where it is no guess)."""

    key: str
    value: Any
    check: str = ""


@dataclass(frozen=True)
class Guess:
    """What a column may be.

    Attributes
    ----------
    name : str
        The variable.
    fields : tuple of Field
        The lines of its entry in the codebook.
    """

    name: str
    fields: tuple[Field, ...]

    def value(self, key: str) -> Any:
        """Return the value of a line, or None."""
        return next((line.value for line in self.fields if line.key == key), None)

    @property
    def type(self) -> str:
        """The type of the variable."""
        return str(self.value("type"))


def guess_variable(profile: ColumnProfile, name: str, known: Collection[str] = ()) -> Guess:
    """Return what a column without a known name may be.

    Parameters
    ----------
    profile : ColumnProfile
        The column; it is not empty.
    name : str
        The name of the variable.
    known : collection of str
        Values that are no free text, and are written out however rare they are.

    Notes
    -----
    Any other text is written out only if it was seen in five records or more.
    """
    head = (Field("column", profile.name),)
    if profile.is_date:
        gaps = missing_line(profile, profile.gap_codes, "codes or texts of a date that was not given?")
        return Guess(name, (*head, Field("type", "date", "the values look like dates"), *gaps))
    if profile.labels and any(value in profile.labels for value in profile.counts):
        return Guess(name, (*head, *titled(profile), *_labelled(profile)))
    spoken = profile.labels and set(profile.counts) <= set(profile.labels.values())
    if spoken and len(set(profile.labels.values())) == len(profile.labels):
        by_label = replace(profile, labels={label: label for label in profile.labels.values()})
        return Guess(name, (*head, *titled(profile), *_labelled(by_label)))
    if profile.is_unique and (profile.is_whole or _longest(profile) <= LONGEST_IDENTIFIER):
        return Guess(name, (*head, Field("type", "identifier", "every record has a value of its own")))
    if profile.is_numeric:
        return Guess(name, (*head, *titled(profile), *_numeric(profile)))
    return Guess(name, (*head, *titled(profile), *_text(profile, known)))


def titled(profile: ColumnProfile) -> tuple[Field, ...]:
    """Return the title line: the wording of the question, where the export has it and it says more than the name."""
    wording = profile.wording
    if not wording or wording.casefold() == profile.name.casefold():
        return ()
    shortened = wording if len(wording) <= LONGEST_TITLE else wording[: LONGEST_TITLE - 1].rstrip() + "…"
    return (Field("title", shortened),)


def missing_line(
    profile: ColumnProfile, gaps: list[Any], check: str, told: Mapping[str, str] | None = None
) -> tuple[Field, ...]:
    """Return the line that declares codes of answers that were not given, if there are any.

    Parameters
    ----------
    profile : ColumnProfile
        The column; what its platform says of gaps comes first.
    gaps : list
        Further values that look like gaps.
    check : str
        Why those should be checked.
    told : mapping of str to str, optional
        Values whose labels say that they are gaps → reason.
    """
    listed = codes_by_reason({**profile.reasons, **(told or {})})
    if not gaps and not told:
        if not listed or profile.is_covered:
            return ()
        return (Field("missing", listed, "the platform's codes of answers that were not given"),)
    if gaps:
        listed["not_answered"] = [*listed.get("not_answered", []), *gaps]
    return (Field("missing", listed, check),)


def _numeric(profile: ColumnProfile) -> tuple[Field, ...]:
    gaps = _gap_codes(profile)
    texts = [value for value in profile.counts if value not in profile.numbers]
    codes = [value for value in profile.numbers if value not in gaps]
    if len(codes) <= MOST_CATEGORIES and profile.is_whole and codes:
        ordered = sorted(codes, key=lambda value: profile.numbers[value])
        labels = {value: value for value in ordered}
        kind = Field("type", "nominal", f"{len(codes)} different values seen; or ordinal, count, number")
        lines: tuple[Field, ...] = (kind, Field("labels", labels, "what the codes mean"))
        reference: tuple[Field, ...] = (Field("reference", ordered[0]),)
    else:
        note = f"{len(codes)} different numbers seen"
        if texts:
            note += f"; {len(texts)} different values are no numbers"
        lines, reference = (Field("type", "number", note),), ()
    listed = [as_code(value, profile.numbers) for value in gaps]
    missing = [*listed, *profile.gap_codes]
    return (*lines, *missing_line(profile, missing, "codes of an answer that was not given?"), *reference)


def _gap_codes(profile: ColumnProfile) -> list[str]:
    """Return values that look like codes of a gap: far from all the others, and usual."""
    gaps = codes_of_gaps(profile.numbers)
    return gaps if len(gaps) < len(profile.numbers) else []


def _labelled(profile: ColumnProfile) -> tuple[Field, ...]:
    """Return the lines of a column whose values the file labels: categories, or a number with labelled codes."""
    bare = [value for value in profile.counts if value not in profile.labels]
    if profile.is_numeric and len(bare) > MOST_CATEGORIES:
        gaps = [as_code(value, profile.numbers) for value in profile.counts if value in profile.labels]
        check = "the file labels these codes: are they answers that were not given?"
        missing = missing_line(profile, [*gaps, *profile.gap_codes], check)
        return (Field("type", "number", "most values have no label"), *missing)
    told = _gaps_by_label(profile)
    bare_gaps = [value for value in codes_of_gaps(_all_numbers(profile)) if value in bare]
    bare = [value for value in bare if value not in bare_gaps]
    shown = [value for value in bare if value in profile.numbers or profile.counts[value] >= MINIMUM_RECORDS_TO_SHOW]
    spelt = {value: label for value, label in profile.labels.items() if value not in told}
    labels = unique_labels({**spelt, **{value: value for value in shown}})
    note = "value labels of the file; nominal or ordinal"
    check = f"{len(bare)} values have no label in the file" if bare else ""
    gaps = [as_code(value, profile.numbers) for value in bare_gaps] + profile.gap_codes
    return (
        Field("type", "nominal", note),
        Field("labels", labels, check),
        *missing_line(profile, gaps, "codes or texts of an answer that was not given?", told),
        Field("reference", next(iter(labels.values()))),
    )


def _all_numbers(profile: ColumnProfile) -> dict[str, float]:
    """Return every value, seen or labelled, that is a number."""
    labelled = {value: to_number(value) for value in profile.labels}
    return {**{value: number for value, number in labelled.items() if not math.isnan(number)}, **profile.numbers}


def _gaps_by_label(profile: ColumnProfile) -> dict[str, str]:
    """Return the values that are usual codes of a gap and whose label says why → the reason."""
    codes = codes_of_gaps(_all_numbers(profile))
    reasons = {value: reason_of_label(profile.labels[value]) for value in codes if value in profile.labels}
    found = {value: str(reason) for value, reason in reasons.items() if reason}
    return found if len(found) < len(profile.labels) else {}


def unique_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return value → category with different categories: a repeated one is followed by its value.

    Examples
    --------
    >>> unique_labels({"1": "yes", "2": "yes", "3": " "})
    {'1': 'yes', '2': 'yes (2)', '3': '3'}
    """
    result: dict[str, str] = {}
    for value, label in labels.items():
        text = " ".join(label.split()) or value
        result[value] = f"{text} ({value})" if text in result.values() else text
    return result


def _text(profile: ColumnProfile, known: Collection[str]) -> tuple[Field, ...]:
    seen = profile.counts.items()
    common = [value for value, count in seen if count >= MINIMUM_RECORDS_TO_SHOW or value in known]
    if not common or len(profile.counts) > MOST_CATEGORIES:
        return (
            Field("type", "text", f"{len(profile.counts)} different texts seen; text is kept apart from the analysis"),
        )
    rare = len(profile.counts) - len(common)
    check = "texts seen, most frequent first; put them in order, or give the categories your own words"
    if rare:
        values = "value is" if rare == 1 else "values are"
        check += f"; {rare} rarer {values} not written out, and check lists them as not_an_option: "
        check += "correct them in the file, or add them here or under missing"
    ordered = sorted(common, key=lambda value: (-profile.counts[value], value))
    return (
        Field("type", "nominal", "or ordinal"),
        Field("labels", unique_labels({value: value for value in ordered}), check),
        *missing_line(profile, profile.gap_codes, "codes or texts of an answer that was not given?"),
        Field("reference", unique_labels({ordered[0]: ordered[0]})[ordered[0]]),
    )


def _longest(profile: ColumnProfile) -> int:
    return max(len(value) for value in profile.counts)
