"""Planted flaws: what real files hold and a pipeline has to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.osa_respondents import ACTIVITIES, SCALES, YES, SimulatedAdults

REFUSED = -99.0
CONSENT_NO = 2.0
IMPOSSIBLE_AGES = (120.0, 150.0, 199.0, 455.0, 999.0)
SPEED_OF_SPEEDERS = 0.12
SLOWEST, FASTEST = 6.0, 0.4
"""Bounds of all other durations, in medians: nobody but the planted speeders is below a third of the median."""
BROKE_OFF_PROGRESS = 71.0
RATED = (*ACTIVITIES, "sexting")

Codes = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class Records:
    """The records of the file, flaws included.

    Attributes
    ----------
    columns : dict of str to ndarray of float, shape (records,)
        Answers, NaN where the cell is empty.
    duration, progress : ndarray of float
        Seconds and per cent.
    planted : dict of str to ndarray of bool
        Flaw → which records.
    """

    columns: dict[str, Codes]
    duration: Codes
    progress: Codes
    planted: dict[str, Mask]


def plant_flaws(people: SimulatedAdults, values: Mapping[str, float], rng: np.random.Generator) -> Records:
    """Return the respondents with flaws inside them, and flawed records beside them, in shuffled order.

    Parameters
    ----------
    people : SimulatedAdults
        Eligible adults.
    values : mapping of str to float
        The numbers of ``OSA_ASSUMPTIONS``.
    rng : numpy.random.Generator
        The source of randomness.

    Notes
    -----
    Inside the eligible adults: refusals, gaps, constant lines and break-offs, none of them in what the published
    shares rest on. Beside them: no consent, age unknown or impossible, identical records, speeders.
    """
    columns = {name: codes.copy() for name, codes in people.columns.items()}
    n = len(columns["age"])
    inside = _plant_inside(columns, values, rng)
    progress = np.where(inside["break-offs"], BROKE_OFF_PROGRESS, 100.0)
    relative = np.exp(values["spread of log duration"] * rng.standard_normal(n))
    duration = np.round(values["median duration"] * np.clip(relative, FASTEST, SLOWEST))
    beside = ("no consent", "age unknown", "age impossible", "identical records", "speeders")
    sizes = [int(values[name]) for name in beside]
    whole = np.flatnonzero(~inside["break-offs"] & ~inside["constant lines"])
    sources = rng.choice(whole, size=sum(sizes), replace=False)
    take = np.concatenate([np.arange(n), sources])
    kind = np.concatenate([np.full(n, -1), np.repeat(np.arange(len(beside)), sizes)])
    planted = {name: kind == position for position, name in enumerate(beside)}
    planted |= {name: mask[take] & (kind == -1) for name, mask in inside.items()}
    columns = {name: codes[take] for name, codes in columns.items()}
    duration, progress = duration[take], progress[take]
    _plant_beside(columns, planted, rng)
    duration[planted["speeders"]] = np.round(SPEED_OF_SPEEDERS * values["median duration"])
    order = rng.permutation(len(take))
    return Records(
        {name: codes[order] for name, codes in columns.items()},
        duration[order],
        progress[order],
        {name: mask[order] for name, mask in planted.items()},
    )


def _plant_inside(columns: dict[str, Codes], values: Mapping[str, float], rng: np.random.Generator) -> dict[str, Mask]:
    n = len(columns["age"])
    chosen = rng.permutation(n)
    ends = np.cumsum([int(values[name]) for name in ("break-offs", "constant lines", "gender refused")])
    parts = np.split(chosen, ends)
    names = ("break-offs", "constant lines", "gender refused")
    masks = {name: np.isin(np.arange(n), part) for name, part in zip(names, parts, strict=False)}
    columns["gender"][masks["gender refused"]] = REFUSED
    _refuse_types(columns, values, rng)
    rated = [name for rating in RATED for name in (f"{rating}_positive", f"{rating}_negative")]
    for name in rated:
        _overwrite(columns[name], rng.random(n) < values["rating or type refused"], REFUSED)
    items = [name for scale in SCALES for name in columns if name.startswith(f"{scale}_")]
    for name in items:
        chance = rng.random(n)
        _overwrite(columns[name], chance < values["scale item refused"], REFUSED)
        _overwrite(columns[name], chance > 1 - values["scale item left out"], np.nan)
    lines = masks["constant lines"]
    same = rng.integers(0, 2, int(lines.sum())) + 2.0
    for name in items:
        if name.startswith(("swls_", "rses_")):
            columns[name][lines] = same
    # After which scale item a break-off stops: late enough that no activity and no outcome is lost.
    stop = np.where(masks["break-offs"], rng.integers(0, len(items) // 2, n), len(items))
    for position, name in enumerate(items):
        columns[name][position >= stop] = np.nan
    return masks


def _refuse_types(columns: dict[str, Codes], values: Mapping[str, float], rng: np.random.Generator) -> None:
    """Let some refuse one type: only types they do not have, so that what counts as any activity stays."""
    for activity in ACTIVITIES:
        name = f"osa_{activity}"
        refuses = (rng.random(len(columns[name])) < values["rating or type refused"]) & (columns[name] != YES)
        columns[name][refuses] = REFUSED


def _overwrite(codes: Codes, where: Mask, value: float) -> None:
    codes[where & ~np.isnan(codes)] = value


def _plant_beside(columns: dict[str, Codes], planted: Mapping[str, Mask], rng: np.random.Generator) -> None:
    n = len(columns["age"])
    columns["consent"] = np.where(planted["no consent"], CONSENT_NO, 1.0)
    for name, codes in columns.items():
        if name != "consent":
            codes[planted["no consent"]] = np.nan
    unknown = np.flatnonzero(planted["age unknown"])
    columns["age"][unknown] = np.where(np.arange(len(unknown)) % 2, REFUSED, np.nan)
    impossible = np.flatnonzero(planted["age impossible"])
    columns["age"][impossible] = np.resize(IMPOSSIBLE_AGES, len(impossible))
    columns["age_band"][planted["age unknown"] | planted["age impossible"]] = np.nan
    for name, codes in columns.items():
        if name.startswith(("swls_", "rses_")):
            codes[planted["speeders"]] = rng.integers(1, 4, n)[planted["speeders"]]
