"""Records that the door turns away: no consent, no usable age. Nobody under the lowest age is ever simulated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.eligibility import OLDEST
from osa_survey.dataset.exports import canonical
from osa_survey.simulation.populations import Population
from osa_survey.simulation.question_plans import GAP, QuestionColumn

Cells = dict[str, NDArray[Any]]
Mask = NDArray[np.bool_]
IMPOSSIBLE = 55
"""Added to the highest possible age."""


def plant_consent(who: Population, cells: Cells, n: int, rng: np.random.Generator) -> dict[str, Mask]:
    """Let everyone agree but a few, whose other answers are empty; in place."""
    rules = who.codebook.eligibility.consent
    refuses = rng.random(n) < who.entry.flaws.no_consent
    if rules is None:
        return {"no consent": np.zeros(n, dtype=bool)}
    agreed = {canonical(value) for value in rules.agreed}
    for column in who.columns:
        if column.entry == rules.variable and column.kind == "category":
            yes = next(place for place, text in enumerate(column.texts) if text in agreed)
            no = next((place for place, text in enumerate(column.texts) if text not in agreed), column.blank)
            cells[column.name] = np.where(refuses, no, yes).astype(np.int8)
        elif not column.embedded:
            cells[column.name] = np.where(refuses, column.blank, cells[column.name]).astype(cells[column.name].dtype)
    return {"no consent": refuses}


def plant_age_flaws(who: Population, cells: Cells, n: int, rng: np.random.Generator) -> dict[str, Mask]:
    """Make some ages unknown and some impossible; in place."""
    rules, flaws = who.codebook.eligibility, who.entry.flaws
    chance = rng.random(n)
    unknown = chance < flaws.age_unknown
    impossible = (chance >= flaws.age_unknown) & (chance < flaws.age_unknown + flaws.age_impossible)
    name = "" if rules.way in ("", "attested") else getattr(rules, rules.way)
    column = next((own for own in who.columns if own.key == name), None)
    if column is None:
        none = np.zeros(n, dtype=bool)
        return {"age unknown": none, "age impossible": none.copy()}
    gaps = rng.integers(0, len(column.gaps), n)
    if column.kind != "number":
        cells[column.name] = np.where(unknown, len(column.texts) + gaps, cells[column.name]).astype(np.int8)
        return {"age unknown": unknown, "age impossible": np.zeros(n, dtype=bool)}
    values = np.where(unknown, GAP - gaps, cells[column.name])
    cells[column.name] = np.where(impossible, _impossible(who, column), values)
    return {"age unknown": unknown, "age impossible": impossible}


def _impossible(who: Population, column: QuestionColumn) -> float:
    rules = who.codebook.eligibility
    if rules.way == "birth_year":
        return float(rules.interview_year or 0) - OLDEST - IMPOSSIBLE
    highest = who.codebook.variables[column.key].maximum
    return float(OLDEST if highest is None else highest) + IMPOSSIBLE
