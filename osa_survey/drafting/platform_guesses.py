"""Columns that a platform adds, taken by what the platform says of them and, failing that, by their names."""

from __future__ import annotations

import re

from osa_survey.drafting import known_columns as known
from osa_survey.drafting.claims import Claims
from osa_survey.drafting.column_profiles import ColumnProfile
from osa_survey.drafting.variable_guesses import LONGEST_IDENTIFIER, Field, Guess, titled

YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
PARADATA = ("started", "ended", "duration", "progress")
LEFT_OUT = ("status", "finished")
FACT = "the platform says so"


def take_platform_columns(claims: Claims) -> None:
    """Take respondent id, paradata, status columns and what may identify a person."""
    _by_facts(claims)
    for column in claims.export.names:
        role = known.platform_role(column)
        if column not in claims.taken and role:
            _by_name(claims, column, role)
    for column in claims.export.names:
        if column not in claims.taken and known.IDENTITY.search(column):
            _restrict(claims, column, "by its name: it may identify a person", "identifier")


def _by_facts(claims: Claims) -> None:
    facts, result = claims.export.facts, claims.result
    for role, column in facts.roles.items():
        if column not in claims.profiles or column in claims.taken:
            continue
        profile = claims.profiles[column]
        if role in PARADATA:
            _add_paradata(claims, role, column)
        elif role == "respondent_id":
            check = FACT if profile.is_unique else f"{FACT}; several records share an id"
            result.file.append(Field("respondent_id", column, check))
            _restrict(claims, column, "", "identifier")
        elif role in LEFT_OUT:
            claims.ignore(column, f"the platform's column '{role}'")
    for column in facts.restricted:
        if column in claims.profiles and column not in claims.taken and not _is_about_age(column):
            profile = claims.profiles[column]
            short = all(len(value) <= LONGEST_IDENTIFIER for value in profile.counts)
            kind = "date" if profile.is_date else "identifier" if short else "text"
            _restrict(claims, column, "the platform marks it as identifying", kind)


def _is_about_age(column: str) -> bool:
    return bool(known.AGE.search(column) or known.BIRTH_YEAR.search(column))


def _by_name(claims: Claims, column: str, role: str) -> None:
    result, profile = claims.result, claims.profiles[column]
    if role == "ignored":
        claims.ignore(column, "a column of the platform")
    elif role in PARADATA:
        has_one = any(line.key == role for line in result.paradata)
        if not has_one and (role in ("started", "ended") or profile.is_numeric):
            _add_paradata(claims, role, column)
    elif role == "date":
        _restrict(claims, column, "by its name", "date")
    else:
        if role == "respondent_id" and not any(line.key == "respondent_id" for line in result.file):
            if not profile.is_unique:
                return _restrict(claims, column, "by its name", "identifier")
            result.file.append(Field("respondent_id", column, "by its name; every record has its own"))
        _restrict(claims, column, "by its name", "identifier")
    return None


def _restrict(claims: Claims, column: str, check: str, kind: str) -> None:
    head = (Field("column", column), *titled(claims.profiles[column]))
    claims.add(column, Guess(claims.name(column), (*head, Field("type", kind, check))))


def _add_paradata(claims: Claims, role: str, column: str) -> None:
    told = claims.export.facts.roles.get(role) == column
    unit = claims.export.facts.duration_unit if told else "seconds"
    claims.result.paradata.append(Field(role, column, unit if role == "duration" else ""))
    if role == "duration" and unit != "seconds":
        claims.result.paradata.append(Field("duration_unit", unit))
    claims.taken.add(column)
    if role == "started" or claims.interview_year is None:
        claims.interview_year = _earliest_year(claims.profiles[column]) or claims.interview_year


def _earliest_year(profile: ColumnProfile) -> int | None:
    years = [int(year) for value in profile.counts if profile.is_date for year in YEAR.findall(value)]
    return min(years, default=None)
