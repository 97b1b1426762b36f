"""Age, gender and consent: columns that decide who may be looked at, and whom most tables are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from osa_survey.drafting.column_profiles import ColumnProfile, as_code
from osa_survey.drafting.gaps_beside_words import codes_of_gaps
from osa_survey.drafting.names import is_plain_answer
from osa_survey.drafting.variable_guesses import Field, Guess, guess_variable, missing_line, titled

HIGHEST_AGE = 99
GENDER_LABELS = {"1": "man", "2": "woman", "3": "another gender"}
GENDER_WORDS = {
    "man": "man male men m männlich maennlich mann hombre masculino uomo maschio homme masculin homem mannelijk",
    "woman": "woman female women f w weiblich frau mujer femenino donna femmina femme féminin mulher vrouwelijk",
    "another gender": "other another non-binary nonbinary divers diverse nichtbinär nicht-binär genderqueer "
    "genderfluid agender otro otra altro autre outro anders",
}
AGREEMENT = re.compile(
    r"^(yes|ja|si|sí|sì|oui|sim|agree[d]?|true|i (agree|consent|accept)\b.*|ich (stimme|willige)\b.*)", re.I
)
BAND = re.compile(r"^\D{0,12}(\d{1,3})\s*(?:-|–|—|to|bis|a)\s*\d{1,3}\b", re.I)
BAND_OPEN = re.compile(
    r"^(?:(?P<over>>|over|über|older than|more than)\s*|ab\s*|from\s*)?(?P<age>\d{1,3})\s*"
    r"(?:\+|(?:and|or|und|oder)\b.*)?$",
    re.I,
)
BAND_UNDER = re.compile(r"^(?:<|under|unter|below|younger than|less than)\s*\d{1,3}\b", re.I)


@dataclass(frozen=True)
class Eligibility:
    """Lines of ``[eligibility]``."""

    fields: tuple[Field, ...]


def guess_age(profile: ColumnProfile, name: str) -> tuple[Guess, Eligibility]:
    """Return the variable of age and how it shows adulthood: as a number, or as bands where the values are bands.

    Parameters
    ----------
    profile : ColumnProfile
        The column.
    name : str
        The name of the variable.
    """
    bands = {value: lowest_age(profile.labels.get(value, value)) for value in profile.counts}
    if bands and not profile.is_numeric and all(age is not None for age in bands.values()):
        return _banded(profile, name, {value: age for value, age in bands.items() if age is not None})
    above = sum(profile.counts[value] for value, number in profile.numbers.items() if number > HIGHEST_AGE)
    seen = "one record says more" if above == 1 else f"{above} records say more" if above else "nobody says more"
    check = f"{seen}; a higher age counts as impossible"
    gaps = [as_code(value, profile.numbers) for value in codes_of_gaps(profile.numbers) if profile.numbers[value] < 0]
    fields = (
        Field("column", profile.name),
        Field("type", "number", "" if profile.is_numeric else "many values are no numbers"),
        Field("maximum", HIGHEST_AGE, check),
        Field("unit", "years"),
        Field("maps_to", "age", "the harmonised variable"),
        *missing_line(profile, [*gaps, *profile.gap_codes], "codes or texts of an answer that was not given?"),
    )
    return Guess(name, fields), Eligibility((Field("age", name, "the age now, not the age at something"),))


def lowest_age(band: str) -> int | None:
    """Return the lowest age of a band, 0 for an open one at the bottom, None for what is no band.

    Examples
    --------
    >>> lowest_age("18-29"), lowest_age("> 60"), lowest_age("65 or older"), lowest_age("under 18"), lowest_age("x")
    (18, 61, 65, 0, None)
    """
    text = band.strip()
    if BAND_UNDER.match(text):
        return 0
    closed = BAND.match(text)
    if closed:
        return int(closed[1])
    opened = BAND_OPEN.match(text)
    return int(opened["age"]) + (1 if opened["over"] else 0) if opened else None


def _banded(profile: ColumnProfile, name: str, bands: Mapping[str, int]) -> tuple[Guess, Eligibility]:
    ordered = sorted(bands, key=lambda value: (bands[value], value))
    labels = {value: profile.labels.get(value, value) for value in ordered}
    numeric = all(value in profile.numbers for value in ordered)
    codes = {value: str(as_code(value, profile.numbers)) if numeric else str(n) for n, value in enumerate(ordered, 1)}
    fields = (
        Field("column", profile.name),
        Field("type", "ordinal"),
        Field("labels", labels, "the bands in their order"),
        *missing_line(profile, profile.gap_codes, "codes or texts of an answer that was not given?"),
    )
    check = "the lowest age of each band, in the order of its labels; below 18 is left out"
    lowest = {codes[value]: bands[value] for value in ordered}
    return Guess(name, fields), Eligibility(
        (Field("age_band", name, "age in bands"), Field("band_from", lowest, check))
    )


def guess_birth_year(profile: ColumnProfile, name: str, interview_year: int | None) -> tuple[Guess, Eligibility]:
    """Return the variable of the year of birth, and how it shows adulthood where the interview year is known."""
    fields = (
        Field("column", profile.name),
        Field("type", "number"),
        *missing_line(profile, profile.gap_codes, "codes or texts of an answer that was not given?"),
    )
    if interview_year is None:
        return Guess(name, fields), Eligibility(())
    check = "the earliest year of the dates in the file"
    shown = (Field("birth_year", name, "the year of birth"), Field("interview_year", interview_year, check))
    return Guess(name, fields), Eligibility(shown)


def guess_gender(profile: ColumnProfile, name: str, harmonised: Mapping[float, str]) -> Guess:
    """Return the variable of gender; which code is which is proposed where the file does not say.

    Parameters
    ----------
    profile : ColumnProfile
        The column.
    name : str
        The name of the variable.
    harmonised : mapping of float to str
        Categories of the harmonised variable; it is named only where the file itself says which category is which.

    Notes
    -----
    Every gender that is a plain word is a category of its own, however few people have it: they stay respondents.
    """
    head = (Field("column", profile.name), *titled(profile))
    gaps = codes_of_gaps(profile.numbers)
    codes = {value for value in profile.counts if value != "0" and value not in gaps}
    if not profile.labels and {"1", "2"} <= codes <= set(GENDER_LABELS):
        labels = {code: label for code, label in GENDER_LABELS.items() if code in codes}
        unknown: list[Any] = [as_code(value, profile.numbers) for value in gaps]
        unknown += [0] if "0" in profile.counts else []
        fields = (
            *head,
            Field("type", "nominal"),
            Field("labels", labels, 'which code is which; where they are right, add maps_to = "gender"'),
            *missing_line(profile, [*unknown, *profile.gap_codes], "are these answers that were not given?"),
            Field("reference", labels["1"]),
        )
        return Guess(name, fields)
    guess = guess_variable(profile, name, [value for value in profile.counts if is_plain_answer(value)])
    labels = guess.value("labels")
    if not labels:
        return guess
    known = {value: _gender_word(label) for value, label in labels.items()}
    if (
        not all(known.values())
        or len(set(known.values())) < len(known)
        or not set(known.values()) <= {*harmonised.values()}
    ):
        return guess
    words = list(dict.fromkeys(GENDER_LABELS.values()))
    ordered = dict(sorted(known.items(), key=lambda entry: words.index(entry[1])))
    replaced = {"labels": ordered, "reference": next(iter(ordered.values()))}
    kept = tuple(Field(line.key, replaced.get(line.key, line.value), line.check) for line in guess.fields)
    return Guess(name, (*kept, Field("maps_to", "gender", "the harmonised variable")))


def _gender_word(label: str) -> str:
    text = label.strip().casefold()
    return next((word for word, names in GENDER_WORDS.items() if text == word or text in names.split()), "")


def guess_consent(profile: ColumnProfile, name: str) -> tuple[Guess, Eligibility]:
    """Return the variable of consent, and which answers mean consent where that can be seen."""
    guess = guess_variable(profile, name)
    if guess.type not in ("nominal", "ordinal"):
        return guess, Eligibility(())
    agreed = [value for value in profile.counts if AGREEMENT.match(profile.labels.get(value, value).strip())]
    if not agreed and set(profile.counts) <= {"0", "1"} | {"1", "2"} and "1" in profile.counts:
        agreed = ["1"]
    if not agreed:
        return guess, Eligibility(())
    table = {"variable": name, "agreed": [as_code(value, profile.numbers) for value in agreed]}
    return guess, Eligibility((Field("consent", table, "which answers mean consent"),))
