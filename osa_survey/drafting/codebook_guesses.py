"""What a whole export may hold: platform columns, eligibility, instruments, shipped totals, variables."""

from __future__ import annotations

from typing import Any

import numpy as np

from osa_survey.dataset import Export
from osa_survey.drafting import known_columns as known
from osa_survey.drafting.claims import Claims, CodebookGuesses
from osa_survey.drafting.column_profiles import numbers_of
from osa_survey.drafting.harmonised_guesses import harmonised_match, with_match
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.person_guesses import (
    Eligibility,
    guess_age,
    guess_birth_year,
    guess_consent,
    guess_gender,
)
from osa_survey.drafting.platform_guesses import take_platform_columns
from osa_survey.drafting.scale_guesses import remark_on_set, take_scales
from osa_survey.drafting.set_guesses import take_platform_sets, take_ticked_sets
from osa_survey.drafting.variable_guesses import guess_variable
from osa_survey.instruments import Library

ADULT, OLDEST = 18, 120
FEWEST_MEMBERS = 2


def guess_codebook(export: Export, library: Library) -> CodebookGuesses:
    """Return what every column of an export may be.

    Parameters
    ----------
    export : Export
        The raw export.
    library : Library
        The shelf of instruments and harmonised variables.
    """
    claims = Claims(export, library)
    take_platform_sets(claims)
    for name, profile in claims.profiles.items():
        if not profile.counts and name not in claims.taken:
            claims.ignore(name, "no record has a value")
    take_platform_columns(claims)
    _take_people(claims)
    unmatched = take_scales(claims)
    take_ticked_sets(claims)
    for found in unmatched:
        if not claims.taken & set(found.columns):
            remark_on_set(claims, found)
    for name, profile in claims.profiles.items():
        if name not in claims.taken:
            claims.add(name, guess_variable(profile, claims.name(name)))
    _map_categories(claims)
    _count_groups(claims)
    claims.in_file_order()
    return claims.result


def _map_categories(claims: Claims) -> None:
    """Map variables whose categories are those of one harmonised variable, unless two columns have the same."""
    variables = claims.result.variables
    mapped = [guess.value("maps_to") for guess in variables.values()]
    found = {
        name: match for name, guess in variables.items() if (match := harmonised_match(guess, claims.library.variables))
    }
    for name, match in found.items():
        others = [other.variable.id for other in found.values() if other is not match]
        if match.variable.id not in (*mapped, *others):
            variables[name] = with_match(variables[name], match)


def _count_groups(claims: Claims) -> None:
    """Count for each block the groups of gender in which at least two adults answered all its items."""
    gender = claims.result.roles.get("gender", "")
    if not gender:
        return
    guess = claims.result.variables[gender]
    values, which = claims.export.values(guess.value("column"))
    labels = guess.value("labels")
    group_of = {label: n for n, label in enumerate(dict.fromkeys(labels.values()))}
    groups = np.array([group_of.get(labels.get(value, ""), -1) for value in values])[which]
    for block, scale in claims.result.blocks.items():
        declared: dict[str, list[Any]] = next((line.value for line in scale.fields if line.key == "missing"), {})
        gaps = {str(code) for line in claims.result.missing for code in line.value}
        gaps |= {str(code) for codes in declared.values() for code in codes}
        answered = claims.adults & (groups >= 0)
        for column in scale.columns:
            profile = claims.profiles[column]
            texts, position = claims.export.values(column)
            answered &= np.array([text in profile.counts and text not in gaps for text in texts])[position]
        members = np.bincount(groups[answered], minlength=len(group_of))
        claims.result.compared[block] = int((members >= FEWEST_MEMBERS).sum())


def _take_people(claims: Claims) -> None:
    """Take age, year of birth, gender and consent."""
    age = claims.found(known.AGE, known.WORDS_OF_AGE)
    born = claims.found(known.BIRTH_YEAR)
    gender = claims.found(known.GENDER, known.WORDS_OF_GENDER)
    consent = claims.found(known.CONSENT, known.WORDS_OF_CONSENT)
    result = claims.result
    shown = Eligibility(())
    if age:
        name = variable_name("age", claims.names)
        guess, shown = guess_age(claims.profiles[age], name)
        claims.add(age, guess)
        result.roles["age"] = name
        if guess.type == "number":
            ages = numbers_of(claims.export, age)
            claims.adults = (ages >= ADULT) & (ages <= OLDEST)
    if born:
        guess, by_year = guess_birth_year(claims.profiles[born], claims.name(born), claims.interview_year)
        claims.add(born, guess)
        shown = shown if age else by_year
        if not age and not by_year.fields:
            result.remarks.append(
                f"'{born}' looks like the year of birth: under [eligibility] write birth_year = \"{guess.name}\" "
                "and interview_year = the year of the interviews"
            )
    result.eligibility.extend(shown.fields)
    if gender:
        name = variable_name("gender", claims.names)
        harmonised = claims.library.variables["gender"].labels if "gender" in claims.library.variables else {}
        guess = guess_gender(claims.profiles[gender], name, harmonised)
        claims.add(gender, guess)
        if guess.type == "nominal":
            result.roles["gender"] = name
    if consent:
        guess, agreed = guess_consent(claims.profiles[consent], variable_name("consent", claims.names))
        claims.add(consent, guess)
        result.eligibility.extend(agreed.fields)
        if not agreed.fields:
            result.remarks.append(f"'{consent}' looks like consent, but which answers agree cannot be seen")
