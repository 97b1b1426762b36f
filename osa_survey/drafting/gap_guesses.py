"""Codes of answers that were not given, as the platform itself knows them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from osa_survey.dataset import Export
from osa_survey.dataset.decoding import to_number

FEWEST_COLUMNS = 3


@dataclass(frozen=True)
class GeneralReasons:
    """Values that mean the same gap in most columns.

    Attributes
    ----------
    reasons : mapping of str to str
        Value → reason.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)

    def by_reason(self) -> dict[str, list[Any]]:
        """Return reason → codes, as they are written in a codebook."""
        return codes_by_reason(self.reasons)


def codes_by_reason(reasons: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return reason → codes from value → reason.

    Examples
    --------
    >>> codes_by_reason({"-9": "not_answered", "-1": "dont_know", "-8": "not_answered", "NA": "not_answered"})
    {'not_answered': [-9, -8, 'NA'], 'dont_know': [-1]}
    """
    listed: dict[str, list[Any]] = {}
    for value, reason in reasons.items():
        number = to_number(value)
        code: Any = value if math.isnan(number) else int(number) if number.is_integer() else number
        listed.setdefault(reason, []).append(code)
    return listed


def general_reasons(export: Export) -> GeneralReasons:
    """Return the gap codes that hold for the whole file: the same reason in most columns, and an answer in none.

    Parameters
    ----------
    export : Export
        The raw export; its platform facts say which values are gaps.
    """
    told = {column: {v: r for v, r in own.items() if v} for column, own in export.facts.reasons.items()}
    told = {column: own for column, own in told.items() if own and column in export.names}
    if len(told) < FEWEST_COLUMNS:
        return GeneralReasons()
    usual = Counter((value, str(reason)) for own in told.values() for value, reason in own.items())
    several = {value for value, number in Counter(value for value, _ in usual).items() if number > 1}
    agreed = {v: r for (v, r), number in usual.items() if v not in several and 2 * number > len(told)}
    for column in export.names:
        unsaid = set(agreed) - set(told.get(column, {})) - set(export.missing_values.get(column, ()))
        if unsaid:
            for value in unsaid.intersection(export.values(column)[0]):
                del agreed[value]
    return GeneralReasons(agreed)
