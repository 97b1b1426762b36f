"""Questions with several answers to tick: those the platform names, and runs of columns that look like one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.dataset import OptionSet
from osa_survey.drafting.claims import Claims
from osa_survey.drafting.column_profiles import as_code
from osa_survey.drafting.gap_guesses import codes_by_reason
from osa_survey.drafting.item_sets import ticked_sets
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.variable_guesses import Field, Guess, titled

LONGEST_OPTION = 24


def take_platform_sets(claims: Claims) -> None:
    """Take the check-all questions that the platform names, with its labels as names of the options."""
    for known in claims.export.facts.sets:
        options = {c: label for c, label in known.options.items() if c in claims.profiles and c not in claims.taken}
        if not any(claims.profiles[column].counts for column in options):
            continue
        name = variable_name(known.name or "ticked", claims.names)
        columns: dict[str, str] = {}
        for number, (column, label) in enumerate(options.items(), start=1):
            option = variable_name(label[:LONGEST_OPTION], columns, f"option_{number}")
            columns[option] = column
        first = next(iter(options))
        _add(claims, name, columns, _ticked(known), "the platform's own set; shorten the names of the options", first)


def _ticked(known: OptionSet) -> list[Any]:
    return [value for values in codes_by_reason(dict.fromkeys(known.ticked, "")).values() for value in values] or [1]


def take_ticked_sets(claims: Claims) -> None:
    """Take the runs of columns that look like one question with several answers to tick."""
    for found in ticked_sets(claims.profiles, claims.taken):
        values: dict[str, float | None] = {}
        for column in found.columns:
            profile = claims.profiles[column]
            values.update({value: profile.numbers.get(value) for value in profile.counts if value != "0"})
        name = variable_name(found.stem or "ticked", claims.names)
        numbers = {value: number for value, number in values.items() if number is not None}
        ticked = [as_code(value, numbers) for value in values] or [1]
        options = {str(n): column for n, column in enumerate(found.columns, start=1)}
        check = "one question with several answers to tick; give the options names"
        _add(claims, name, options, ticked, check, found.columns[0])


def _add(claims: Claims, name: str, columns: Mapping[str, str], ticked: list[Any], check: str, first: str) -> None:
    reasons: dict[str, str] = {}
    for column in columns.values():
        reasons |= claims.profiles[column].reasons
    covered = all(claims.profiles[column].is_covered for column in columns.values())
    missing = codes_by_reason(reasons)
    fields = (
        Field("columns", dict(columns), check),
        Field("type", "multiple"),
        *titled(claims.profiles[first]),
        Field("ticked", ticked, "values that mean ticked"),
        *((Field("missing", missing, "the platform's codes"),) if missing and not covered else ()),
    )
    claims.add(first, Guess(name, fields))
    claims.names |= {f"{name}_{option}" for option in columns}
    claims.taken |= set(columns.values())
