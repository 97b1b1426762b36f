"""Records of one block of people with everything that goes wrong in a survey, as cells of the export's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.careless_kinds import BOTS, careless_answers
from osa_survey.simulation.derived_answers import derive
from osa_survey.simulation.eligibility_flaws import plant_age_flaws, plant_consent
from osa_survey.simulation.gap_draws import draw_gaps
from osa_survey.simulation.person_draws import Draws, GroupTraits, draw_people
from osa_survey.simulation.populations import Population
from osa_survey.simulation.question_plans import GAP, QuestionColumn

Cells = NDArray[Any]
Mask = NDArray[np.bool_]
FASTEST, SLOWEST, SPEEDER, BOT_SPEED = 0.4, 6.0, 0.12, 0.05
FIRST_STOP = 0.1
"""Nobody breaks off before this share of the questions: they would not be in the file."""


@dataclass(frozen=True, repr=False)
class Records:
    """Records of a block.

    Attributes
    ----------
    cells : dict of str to ndarray, shape (records,)
        Column → position in its values; of numbers the number, or ``GAP - g``.
    person, wave : ndarray of int, shape (records,)
        Who, within the block, and which interview.
    seconds, progress : ndarray of float, shape (records,)
        How long, and per cent of the questions reached.
    started : ndarray of float, shape (records,)
        Seconds since the first day.
    planted : dict of str to ndarray of bool
        Flaw → which records.
    """

    cells: dict[str, Cells]
    person: NDArray[np.int64]
    wave: NDArray[np.int64]
    seconds: NDArray[np.float64]
    progress: NDArray[np.float64]
    started: NDArray[np.float64]
    planted: dict[str, Mask]


def draw_block(who: Population, n: int, traits: GroupTraits, seed: np.random.SeedSequence) -> Records:
    """Return the records of ``n`` people, duplicates at the end.

    Parameters
    ----------
    who : Population
        The population.
    n : int
        People in the block.
    traits : GroupTraits
        What belongs to groups.
    seed : numpy.random.SeedSequence
        The block's own; people, flaws and gaps have streams of their own, so that a flaw left out changes no answer.
    """
    people, flaws, gaps, times = (np.random.default_rng(child) for child in seed.spawn(4))
    draws = draw_people(who, n, traits, people)
    planted = _careless(who, draws, flaws)
    cells = {column.name: _cells(column, draws) for column in who.columns}
    bots = np.any([planted[kind] for kind in planted if kind in BOTS] or [np.zeros(len(draws.person), bool)], axis=0)
    _attention(who, cells, planted, flaws)
    draw_gaps(who, cells, draws, bots, gaps)
    stop, planted["break-offs"] = _breaking_off(who, len(draws.person), flaws)
    planted |= plant_consent(who, cells, len(stop), flaws)
    planted |= plant_age_flaws(who, cells, len(stop), flaws)
    cells = hide(who, cells, stop)
    derive(who.codebook, who.columns, who.derived, cells)
    seconds, planted["speeders"] = _durations(who, planted, bots, stop, times)
    started = times.random(len(draws.person)) * who.entry.times.days * 86_400
    progress = np.where(planted["break-offs"], np.clip(np.floor(100 * stop), 1, 99), 100.0)
    progress = np.where(planted["no consent"], np.minimum(progress, 5.0), progress)
    records = Records(cells, draws.person, draws.wave, seconds, progress, started, planted)
    return _with_copies(who, records, flaws)


def codes_of(column: QuestionColumn, cells: Cells) -> NDArray[np.float64]:
    """Return the codes of a column's cells, NaN for gaps."""
    if column.kind == "number":
        return np.where(cells <= GAP, np.nan, cells)
    table = np.full(len(column.values), np.nan)
    table[: len(column.codes)] = column.codes
    return np.asarray(table[cells.astype(np.intp)])


def hide(who: Population, cells: dict[str, Cells], stop: NDArray[np.float64]) -> dict[str, Cells]:
    """Return cells with blanks where a filter was not met, and behind the share of the questions that was reached."""
    by_key = {column.key: column for column in who.columns}
    asked = [column for column in who.columns if not column.embedded]
    hidden: dict[tuple[str, tuple[float, ...]], Mask] = {}
    result = dict(cells)
    places = _question_places(asked)
    for column in who.columns:
        blank = np.zeros(len(stop), dtype=bool)
        if column.asked_if is not None:
            rule = (column.asked_if.variable, column.asked_if.codes)
            if rule not in hidden:
                source = by_key[column.asked_if.variable]
                hidden[rule] = ~np.isin(codes_of(source, result[source.name]), column.asked_if.codes)
            blank |= hidden[rule]
        if not column.embedded:
            blank |= places[column.name] >= stop
        if blank.any():
            result[column.name] = np.where(blank, column.blank, result[column.name]).astype(cells[column.name].dtype)
    return result


def _question_places(asked: list[QuestionColumn]) -> dict[str, float]:
    """Return column → the share of the questions that stand before it; a stop of 1 or more hides none."""
    groups = list(dict.fromkeys(column.group or column.name for column in asked))
    place = {group: position / len(groups) for position, group in enumerate(groups)}
    return {column.name: place[column.group or column.name] for column in asked}


def _cells(column: QuestionColumn, draws: Draws) -> Cells:
    n = len(draws.person)
    if column.kind == "item":
        return draws.items[column.key]
    if column.kind == "wave":
        return draws.wave.astype(np.int8)
    if column.kind == "attention":
        return np.ones(n, dtype=np.int8)
    if column.kind == "number":
        return draws.values[column.key]
    if column.kind in ("category", "option") and column.key in draws.values:
        codes = np.asarray(column.codes)
        order = np.argsort(codes)
        return order[np.searchsorted(codes, draws.values[column.key], sorter=order)].astype(np.int8)
    return np.full(n, column.blank, dtype=np.int8)


def _careless(who: Population, draws: Draws, rng: np.random.Generator) -> dict[str, Mask]:
    """Let some tick without reading: from the share ``onset`` of the items on."""
    careless = who.entry.careless
    kinds = list(careless.kinds)
    chance = rng.random(int(draws.person.max()) + 1)[draws.person]
    ends = np.cumsum([careless.kinds[kind] for kind in kinds])
    which = np.searchsorted(ends, chance, side="right")
    items = [column for column in who.columns if column.kind == "item"]
    answers = np.array([len(column.texts) for column in items], dtype=np.int64)
    first = int(np.floor(careless.onset * len(items)))
    planted: dict[str, Mask] = {}
    for position, kind in enumerate(kinds):
        planted[kind] = which == position
        rows = np.flatnonzero(planted[kind])
        if len(rows) and len(items) > first:
            ticked = careless_answers(kind, len(rows), answers[first:], rng)
            for place, column in enumerate(items[first:]):
                draws.items[column.key][rows] = ticked[:, place]
    return planted


ATTENTIVE = 0.97


def _attention(who: Population, cells: dict[str, Cells], planted: dict[str, Mask], rng: np.random.Generator) -> None:
    """Let careless people and bots pass an attention check by chance alone, others nearly always."""
    columns = [column for column in who.columns if column.kind == "attention"]
    careless = np.any([*planted.values()], axis=0) if planted else False
    for column in columns:
        chance = rng.random(len(cells[column.name]))
        cells[column.name] = (chance < np.where(careless, 0.4, ATTENTIVE)).astype(np.int8)


def _breaking_off(who: Population, n: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], Mask]:
    """Return the share of the questions that each record reached, above 1 for all, and who broke off."""
    broken = rng.random(n) < who.entry.flaws.break_offs
    return np.where(broken, FIRST_STOP + (1 - FIRST_STOP) * rng.random(n), 2.0), broken


def _durations(
    who: Population, planted: dict[str, Mask], bots: Mask, stop: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], Mask]:
    times, n = who.entry.times, len(stop)
    relative = np.clip(np.exp(times.spread * rng.standard_normal(n)), FASTEST, SLOWEST)
    speeders = (rng.random(n) < who.entry.flaws.speeders) & ~bots
    relative = np.where(speeders, SPEEDER, np.where(bots, BOT_SPEED, relative))
    reached = np.where(planted["no consent"], 0.05, np.minimum(stop, 1.0))
    return np.maximum(np.round(times.median * relative * reached), 1.0), speeders


CHANGED = 0.05


def _with_copies(who: Population, records: Records, rng: np.random.Generator) -> Records:
    """Return the records with duplicates behind them: exact ones, and such with one answer in twenty changed."""
    n = len(records.person)
    flaws = who.entry.flaws
    whole = np.flatnonzero(records.progress == 100)
    numbers = [int(rng.binomial(n, share)) if len(whole) else 0 for share in (flaws.duplicates, flaws.near_duplicates)]
    source = rng.choice(whole, sum(numbers)) if sum(numbers) else np.zeros(0, dtype=np.int64)
    kind = np.concatenate([np.zeros(n, int), np.repeat([1, 2], numbers)])
    take = np.concatenate([np.arange(n), source])
    planted = {name: mask[take] & (kind == 0) for name, mask in records.planted.items()}
    planted |= {"duplicates": kind == 1, "near duplicates": kind == 2}
    cells = {name: own[take] for name, own in records.cells.items()}
    near = np.flatnonzero(kind == 2)
    for column in who.columns if len(near) else ():
        if column.kind != "item":
            continue
        changed = near[rng.random(len(near)) < CHANGED]
        answered = changed[cells[column.name][changed] < len(column.texts)]
        cells[column.name][answered] = rng.integers(0, len(column.texts), len(answered))
    seconds = np.where(
        kind > 0, np.round(records.seconds[take] * (0.9 + 0.2 * rng.random(len(take)))), records.seconds[take]
    )
    started = np.where(kind > 0, records.started[take] + 600, records.started[take])
    return Records(cells, records.person[take], records.wave[take], seconds, records.progress[take], started, planted)
