"""Ages: two columns that disagree, years of birth typed where an age belongs, and values that show no age."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.decoding import decimal_mark, to_number
from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "ages_disagree": "two columns that hold an age differ by more than a year in the same record",
    "age_not_read": "a value of the age column is neither an age nor a declared gap; its record is left out",
    "birth_year_as_age": "values of the age column look like years of birth; their records are left out",
}
EARLIEST, LATEST = 1920, 2010
TOLERATED = 1
"""A birthday may lie between two questions, and a year of birth allows two ages."""
AGE_COLUMN = re.compile(
    r"^(age|alter|edad|idade|leeftijd|eta)"
    r"([ _.]?(\d{1,2}|check|again|years?|jahre|panel|screening|screener|prolific))?$",
    re.I,
)
BIRTH_COLUMN = re.compile(r"^(birth_?year|year_?of_?birth|yob|geburtsjahr)$", re.I)


def ages(subject: Subject) -> Outcome:
    """Compare all columns that hold an age of the admitted adults, and look for what shows no age."""
    way = subject.codebook.eligibility.way
    if way in ("", "attested"):
        return Outcome()
    unread = tuple(_not_read(subject))
    if subject.admitted.simulated:
        # simulate plants such ages on purpose: there is nothing to correct
        planted = "simulated people without an age that can be read"
        facts = {planted: str(sum(one.count for one in unread))} if unread else {}
        return Outcome(() if way == "age_band" else (*_years_as_ages(subject), *_disagreements(subject)), facts)
    return Outcome(unread if way == "age_band" else (*_years_as_ages(subject), *unread, *_disagreements(subject)))


def _years_as_ages(subject: Subject) -> Iterator[Problem]:
    years = _looks_like_year(subject)
    if years.any():
        message = "numbers that look like years of birth; these records are not admitted, since no age is shown"
        hint = "correct them in the export if the year is sure, or leave them out knowingly"
        yield _finding(subject, "birth_year_as_age", message, hint, years)


def _not_read(subject: Subject) -> Iterator[Problem]:
    unread = subject.eligible.unread & ~_looks_like_year(subject)
    if unread.any():
        message = "values that are neither an age nor declared as missing; these records are not admitted"
        hint = "correct them in the export where the age is sure, or declare them as missing"
        yield _finding(subject, "age_not_read", message, hint, unread)


def _looks_like_year(subject: Subject) -> NDArray[np.bool_]:
    if subject.codebook.eligibility.way != "age":
        return np.zeros(subject.export.n_records, dtype=bool)
    values, which = subject.export.values(_own_column(subject))
    decimal = decimal_mark(subject.export, subject.codebook)
    numbers = np.array([to_number(value, decimal) for value in values])
    return np.asarray((numbers >= EARLIEST) & (numbers <= LATEST) & (numbers % 1 == 0))[which]


def _finding(subject: Subject, code: str, message: str, hint: str, where: NDArray[np.bool_]) -> Problem:
    row = int(subject.export.rows[np.argmax(where)])
    return Problem(code, message, subject.export.file, row, _own_column(subject), hint=hint, count=int(where.sum()))


def _own_column(subject: Subject) -> str:
    rules = subject.codebook.eligibility
    return subject.codebook.variables[getattr(rules, rules.way)].column


def _disagreements(subject: Subject) -> Iterator[Problem]:
    main = _own_column(subject)
    own = _age(subject, main, subject.codebook.eligibility.way == "birth_year")
    if own is None:
        return
    by_entry = {entry.column for entry in subject.codebook.variables.values() if entry.maps_to == "age"}
    for column in subject.export.names:
        is_birth = bool(BIRTH_COLUMN.match(column))
        if column == main or not (is_birth or column in by_entry or AGE_COLUMN.match(column)):
            continue
        other = _age(subject, column, is_birth)
        if other is None:
            continue
        differs = np.abs(own - other) > TOLERATED
        if differs.any():
            both = int((~np.isnan(own) & ~np.isnan(other)).sum())
            message = f"the age here and in '{main}' differ by more than {TOLERATED} year in some of {both} records"
            hint = "find out which column is right; a wrong one may admit people who are not adults"
            row = int(subject.export.rows[subject.keep][np.argmax(differs)])
            number = int(differs.sum())
            yield Problem("ages_disagree", message, subject.export.file, row, column, hint=hint, count=number)


def _age(subject: Subject, column: str, is_birth: bool) -> NDArray[np.float64] | None:
    """Return ages; of years of birth the age at the end of the year of the interviews, None where it is unknown."""
    numbers = subject.numbers(column)
    if is_birth:
        year = subject.codebook.eligibility.interview_year
        return None if year is None else np.asarray(year - numbers, dtype=float)
    plausible = (numbers >= 0) & (numbers < EARLIEST)
    return np.where(plausible, numbers, np.nan)
