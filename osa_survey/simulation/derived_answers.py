"""Columns that a survey platform computes from answers: bands of age, and "any of these activities"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.instruments import Library
from osa_survey.simulation.question_plans import QuestionColumn
from osa_survey.simulation.variable_plans import band_starts

YES, NO = "yes", "no"
SIX_TYPES = (
    "osa_information",
    "osa_entertainment",
    "osa_contacts",
    "osa_minority_communities",
    "osa_products",
    "osa_sex_work",
)
ANY_OF = {"osa_any": SIX_TYPES}
"""Concept → the concepts of which one is enough, as the notes of its definition say."""


@dataclass(frozen=True)
class Derived:
    """A column that follows from others: ``kind`` is ``band`` (of the one number) or ``any`` (of yes-or-no columns)."""

    key: str
    kind: str
    of: tuple[str, ...]


def derived_columns(codebook: Codebook, library: Library) -> tuple[Derived, ...]:
    """Return what a codebook holds that follows from its other variables.

    A variable mapped to ``age_band`` follows from ``age``, "any online sexual activity" from the six types, one whose
    definition says ``any_of`` from those, of the same window and where all of them have the category "yes".
    """
    found = []
    for name, entry in codebook.variables.items():
        if not entry.maps_to or entry.type not in ("nominal", "ordinal"):
            continue
        if entry.maps_to == "age_band" and codebook.eligibility.age and band_starts(entry):
            found.append(Derived(name, "band", (codebook.eligibility.age,)))
        definition = library.variables.get(entry.maps_to)
        concepts = (definition.any_of or ANY_OF.get(definition.asks, ())) if definition is not None else ()
        parts = tuple(
            other
            for other, own in codebook.variables.items()
            if own.maps_to in library.variables
            and library.variables[own.maps_to].asks in concepts
            and definition is not None
            and library.variables[own.maps_to].window == definition.window
        )
        labels = [codebook.variables[part].labels.values() for part in (*parts, name)]
        if parts and all(YES in own for own in labels) and NO in entry.labels.values():
            found.append(Derived(name, "any", parts))
    return tuple(found)


def derive(
    codebook: Codebook,
    columns: Sequence[QuestionColumn],
    derived: Sequence[Derived],
    cells: dict[str, NDArray[Any]],
) -> None:
    """Fill in the columns that follow from others, in place."""
    by_key = {column.key: column for column in columns}
    for one in derived:
        column = by_key[one.key]
        parts = [by_key[part] for part in one.of]
        if one.kind == "band":
            ages = np.asarray(cells[parts[0].name], dtype=np.float64)
            starts = band_starts(codebook.variables[one.key]) or []
            place = np.searchsorted(starts, ages, side="right") - 1
            known = (place >= 0) & (ages <= (codebook.variables[parts[0].key].maximum or np.inf))
        else:
            yes = np.any([cells[part.name] == part.labels.index(YES) for part in parts], axis=0)
            known = np.any([cells[part.name] < len(part.texts) for part in parts], axis=0)
            place = np.where(yes, column.labels.index(YES), column.labels.index(NO))
        cells[column.name] = np.where(known, place, column.blank).astype(np.int8)
