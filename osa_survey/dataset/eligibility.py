"""Who may be looked at: consent and adulthood. Nothing turns this off."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.dataset.decoding import category_codes, decimal_mark, missing_values, to_number
from osa_survey.dataset.exports import Export, canonical
from osa_survey.dataset.responses import Exclusion
from osa_survey.errors import AdmissionError, Problem

OLDEST = 120
STEPS = ("withdrawn", "no_consent", "age_unknown", "age_impossible", "under_age")
"""The steps at which records leave, in the order in which they are taken."""
WAYS = (
    "add to [eligibility] one of: age = a variable; birth_year = a variable, with interview_year; "
    "age_band = a variable, with band_from; attested = { how = …, by = …, documented = … }"
)
AGE_NAME = re.compile(
    r"^(age|alter|age_years|alter_jahre|age_in_years|edad|eta|birth_?year|year_?of_?birth|geburtsjahr)$", re.I
)


@dataclass(frozen=True, repr=False)
class Eligible:
    """Who is admitted.

    Attributes
    ----------
    keep : ndarray of bool, shape (records,)
        True for consenting adults.
    history : tuple of Exclusion
        How many left at each step, steps without anyone left out.
    unread : ndarray of bool, shape (records,)
        True for consenting people who left because their age is a text, a number no age can be or an undeclared band.
    """

    keep: NDArray[np.bool_]
    history: tuple[Exclusion, ...]
    unread: NDArray[np.bool_]


def eligible(export: Export, codebook: Codebook) -> Eligible:
    """Return which records are those of consenting adults.

    Parameters
    ----------
    export : Export
        The raw export.
    codebook : Codebook
        Its codebook; ``[eligibility]`` must declare one of the four ways.

    Returns
    -------
    Eligible
        The mask and the steps: ``no_consent``, ``age_unknown``, ``age_impossible``, ``under_age``.

    Raises
    ------
    AdmissionError
        If no way to show adulthood is declared, or attested although the file holds an age.
    """
    rules = codebook.eligibility
    if not rules.way:
        message = "nothing shows that the respondents are adults, so no answer may be read"
        raise AdmissionError(Problem("no_way_to_show_adulthood", message, export.file, key="eligibility", hint=WAYS))
    if rules.attested is not None:
        _refuse_attested_beside_age(export, codebook)
    keep = np.ones(export.n_records, dtype=bool)
    history: list[Exclusion] = []

    def leave(mask: NDArray[np.bool_], code: str, reason: str) -> None:
        leaving = int((keep & mask).sum())
        keep[mask] = False
        if leaving:
            history.append(Exclusion(code, reason, leaving))

    if rules.consent is not None:
        agreed = {canonical(value) for value in rules.consent.agreed}
        values, which = export.values(codebook.variables[rules.consent.variable].column)
        leave(~np.array([value in agreed for value in values])[which], "no_consent", "no consent given")
    unread = np.zeros(export.n_records, dtype=bool)
    if rules.way != "attested":
        status = _age_status(export, codebook)
        unread = keep & np.isin(status, (UNREAD, IMPOSSIBLE))
        minimum = rules.minimum
        leave(np.isin(status, (UNKNOWN, UNREAD)), "age_unknown", f"age of {minimum} or over not shown")
        leave(status == IMPOSSIBLE, "age_impossible", "impossible age")
        leave(status == UNDER, "under_age", f"under {minimum}")
    return Eligible(keep, tuple(history), unread)


ADULT, UNKNOWN, UNREAD, IMPOSSIBLE, UNDER = range(5)


def _age_status(export: Export, codebook: Codebook) -> NDArray[np.uint8]:
    rules = codebook.eligibility
    entry = codebook.variables[getattr(rules, rules.way)]
    values, which = export.values(entry.column)
    missing = missing_values(entry.missing, codebook.missing)
    gaps = {*missing, *export.missing_values.get(entry.column, ()), ""}
    decimal = decimal_mark(export, codebook)
    if rules.way == "age_band":
        codes = category_codes(entry.labels)
        labels = export.value_labels.get(entry.column, {})
        codes_here = {value: codes.get(value, codes.get(labels.get(value, ""), math.nan)) for value in values}
        status = [
            UNKNOWN if value in gaps else _judge_band(codes_here[value], rules.band_from, rules.minimum)
            for value in values
        ]
    else:
        judge = _judge_age if rules.way == "age" else _judge_birth_year
        oldest = int(entry.maximum) if rules.way == "age" and entry.maximum is not None else OLDEST
        year = rules.interview_year or 0
        status = [
            UNKNOWN if value in gaps else judge(to_number(value, decimal), oldest, rules.minimum, year)
            for value in values
        ]
    return np.array(status, dtype=np.uint8)[which]


def _judge_band(code: float, lowest: Mapping[float, int], minimum: int) -> int:
    if math.isnan(code):
        return UNREAD
    return ADULT if lowest.get(code, -1) >= minimum else UNKNOWN


def _judge_age(age: float, oldest: int, minimum: int, year: int) -> int:
    if math.isnan(age):
        return UNREAD
    if age < 0 or age > oldest or not age.is_integer():
        return IMPOSSIBLE
    return UNDER if age < minimum else ADULT


def _judge_birth_year(birth_year: float, oldest: int, minimum: int, year: int) -> int:
    """Judge by the age reached at the latest and at the earliest in the year of the interviews."""
    if math.isnan(birth_year):
        return UNREAD
    if not birth_year.is_integer() or birth_year > year or year - birth_year > oldest:
        return IMPOSSIBLE
    age_at_most = year - birth_year
    if age_at_most < minimum:
        return UNDER
    return UNKNOWN if age_at_most == minimum else ADULT


def _refuse_attested_beside_age(export: Export, codebook: Codebook) -> None:
    declared = {
        entry.column for name, entry in codebook.variables.items() if AGE_NAME.match(name) or entry.maps_to == "age"
    }
    found = [name for name in export.names if name in declared or AGE_NAME.match(name)]
    if found:
        hint = f"use age = … with the column '{found[0]}' instead of attested"
        problem = Problem(
            "attested_beside_age",
            "adulthood is attested although the file holds an age",
            export.file,
            column=found[0],
            key="eligibility.attested",
            hint=hint,
        )
        raise AdmissionError(problem)
