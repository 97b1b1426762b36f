"""Answers that are refused or left out: by reason, by question, and by a propensity that belongs to the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments.reasons import REASON_CODES, Reason
from osa_survey.simulation.person_draws import Draws
from osa_survey.simulation.populations import Population
from osa_survey.simulation.question_plans import ANSWERS, GAP, QuestionColumn


def draw_gaps(
    who: Population,
    cells: dict[str, NDArray[Any]],
    draws: Draws,
    never: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    """Put gaps into cells, in place.

    Parameters
    ----------
    who : Population
        The population.
    cells : dict of str to ndarray
        Column → cells.
    draws : Draws
        Whose records they are.
    never : ndarray of bool, shape (records,)
        Scripts: they fill in everything.
    rng : numpy.random.Generator
        The source of randomness.

    Notes
    -----
    A question has a gap where a normal variable √ρ · person + √(1 − ρ) · question lies below Φ⁻¹(rate), so that the
    rate holds over people whatever ρ; the reason is then drawn in proportion to its rate.
    """
    from scipy.special import ndtr, ndtri

    propensity = rng.standard_normal(int(draws.person.max()) + 1)[draws.person]
    rho = who.entry.gaps.person_share
    aside = _never_left_out(who)
    thresholds: dict[tuple[tuple[int, float], ...], NDArray[np.float32]] = {}
    chance = np.zeros(0, dtype=np.float32)
    group = ""
    for column in who.columns:
        rates = column_rates(who, column)
        if column.embedded or column.kind not in ANSWERS or column.entry in aside or not rates:
            continue
        if rates not in thresholds:
            shares = np.array([rate for _, rate in rates])
            own = ndtr((ndtri(shares.sum()) - np.sqrt(rho) * propensity) / np.sqrt(1 - rho))
            own[never] = 0.0
            thresholds[rates] = (own[:, np.newaxis] * np.cumsum(shares) / shares.sum()).astype(np.float32)
        if not group or column.group != group:
            chance = rng.random(len(propensity), dtype=np.float32)
            group = column.group
        limit = thresholds[rates]
        rows = np.flatnonzero(chance < limit[:, -1])
        if len(rows):
            which = (chance[rows, np.newaxis] >= limit[rows]).sum(axis=1)
            places = np.array([place for place, _ in rates])[np.minimum(which, len(rates) - 1)]
            cells[column.name] = cells[column.name].copy()
            cells[column.name][rows] = GAP - places if column.kind == "number" else len(column.texts) + places


def column_rates(who: Population, column: QuestionColumn) -> tuple[tuple[int, float], ...]:
    """Return the gaps a column can have, by their place among its gaps, with their rates."""
    gaps = who.entry.gaps
    rates: Mapping[Reason, float] = {**gaps.rates, **gaps.of.get(column.entry, {})}
    by_code = {REASON_CODES[reason]: rate for reason, rate in rates.items() if rate > 0}
    return tuple((place, by_code[code]) for place, (code, _) in enumerate(column.gaps) if code in by_code)


def _never_left_out(who: Population) -> set[str]:
    """Return variables that decide on admission: what is wrong with them is a flaw of its own."""
    rules = who.codebook.eligibility
    names = {rules.age, rules.birth_year, rules.age_band} - {""}
    return names | ({rules.consent.variable} if rules.consent else set())
