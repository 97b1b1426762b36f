"""The adults of the Pew study as cells of a population, and a sample of them with weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import (
    GroupShares,
    KnownSum,
    PublishedNumbers,
    chances_by_cell,
    fitted_margins,
    round_to_counts,
)

Floats = NDArray[np.float64]
Masks = dict[str, NDArray[np.bool_]]

FACTORS: dict[str, tuple[str, ...]] = {
    "gender": ("men", "women"),
    "age": ("age_18", "age_30", "age_50", "age_65"),
    "orientation": ("straight", "lgb", "other_orientation"),
    "race": ("white", "black", "hispanic", "asian", "other_race"),
    "education": ("high_school", "some_college", "college"),
    "community": ("urban", "suburban", "rural"),
    "income": ("upper_income", "middle_income", "lower_income"),
}
"""What adults are told apart by, and the categories under the names of the published numbers."""
STATUS = ("now", "past_year", "earlier", "never")
RECENT, EARLIER, NEVER = range(3)
STAGE = np.array([RECENT, RECENT, EARLIER, NEVER])
"""Status → how Pew counts unweighted respondents."""


@dataclass(frozen=True)
class Frame:
    """Adults of the population by cell.

    Attributes
    ----------
    cells : ndarray of int, shape (cells, factors)
        The category of each factor.
    sizes : ndarray of float, shape (cells,)
        Shares of the population.
    status : ndarray of float, shape (cells, 4)
        Chance of each status.
    """

    cells: NDArray[np.int64]
    sizes: Floats
    status: Floats


def masks_of(cells: NDArray[np.int64]) -> Masks:
    """Return group → which cells, or people, belong to it; also groups of two factors as Pew prints them."""
    found: Masks = {"all": np.ones(len(cells), dtype=bool)}
    for place, categories in enumerate(FACTORS.values()):
        found |= {name: cells[:, place] == code for code, name in enumerate(categories)}
    young = found["age_18"] | found["age_30"]
    found["age_18_49"] = young
    for gender in FACTORS["gender"]:
        found[f"{gender}_18_49"] = found[gender] & young
        found[f"{gender}_50"] = found[gender] & ~young
        for orientation in ("straight", "lgb"):
            found[f"{orientation}_{gender}"] = found[gender] & found[orientation]
    return found


def published_groups(published: PublishedNumbers, names: tuple[str, ...], masks: Masks) -> list[GroupShares]:
    """Return every group for which all of some numbers are printed, everybody first."""
    ids = {claim.id for claim in published.claims}
    groups = [name for name in masks if all(f"{entry}_{name}" in ids for entry in names)]
    return [
        GroupShares(masks[name], tuple(published.claim(f"{entry}_{name}").number for entry in names))
        for name in sorted(groups, key=lambda name: name != "all")
    ]


def frame_of(published: PublishedNumbers) -> Frame:
    """Return the population: assumed shares of categories, unrelated to each other, and the published status."""
    axes = np.indices([len(categories) for categories in FACTORS.values()])
    cells = axes.reshape(len(FACTORS), -1).T
    sizes = np.ones(len(cells))
    for place, categories in enumerate(FACTORS.values()):
        shares = np.array([published.value(f"share {name}") for name in categories])
        sizes *= (shares / shares.sum())[cells[:, place]]
    groups = published_groups(published, STATUS[:-1], masks_of(cells))
    return Frame(cells, sizes, chances_by_cell(sizes, groups))


@dataclass(frozen=True)
class Sample:
    """Respondents: categories, whether the age band is known, status, weights."""

    cells: NDArray[np.int64]
    band_known: NDArray[np.bool_]
    status: NDArray[np.int64]
    weights: Floats


def sample_of(published: PublishedNumbers, frame: Frame, rng: np.random.Generator) -> Sample:
    """Return a sample with the published numbers of respondents by age, orientation and use, and its weights.

    Notes
    -----
    Respondents are drawn with unequal chances by age, orientation and stage of use, such that the unweighted numbers
    are those printed. A weight is the inverse of the chance, times a lognormal factor for everything else a panel
    adjusts for (its spread is assumed, so that the printed margins of error come out), raked to the population.
    """
    counts = _strata(published, frame)
    age, orientation = (frame.cells[:, place] for place in (1, 2))
    people, status, base = [], [], []
    for place in np.ndindex(counts.shape):
        inside = (age == place[0]) & (orientation == place[1])
        joint = frame.sizes[:, np.newaxis] * frame.status * (inside[:, np.newaxis] & (place[2] == STAGE))
        drawn = rng.choice(joint.size, int(counts[place]), p=(joint / joint.sum()).ravel())
        people.append(drawn // len(STATUS))
        status.append(drawn % len(STATUS))
        base.append(np.full(len(drawn), joint.sum() / max(counts[place], 1)))
    order = rng.permutation(published.n)
    cells, use = frame.cells[np.concatenate(people)[order]], np.concatenate(status)[order]
    known = np.zeros(published.n, dtype=bool)
    for code, name in enumerate(FACTORS["age"]):
        own = rng.permutation(np.flatnonzero(cells[:, 1] == code))
        known[own[: int(published.claim(f"n_{name}").value)]] = True
    weights = _raked(published, cells, np.concatenate(base)[order] * _factor(published, cells, use, rng))
    return Sample(cells, known, use, weights)


def _strata(published: PublishedNumbers, frame: Frame) -> NDArray[np.int64]:
    """Return respondents by age, orientation and stage of use."""
    shape = (len(FACTORS["age"]), len(FACTORS["orientation"]), 3)
    table = np.zeros(shape)
    for stage in range(3):
        share = frame.sizes * frame.status[:, stage == STAGE].sum(axis=1)
        np.add.at(table[:, :, stage], (frame.cells[:, 1], frame.cells[:, 2]), share)
    age = np.array([published.claim(f"n_{name}").number for name in FACTORS["age"]])
    known = [published.claim(f"n_{name}").number for name in ("straight", "lgb")]
    users, recent = (published.claim(name).number for name in ("n_users", "n_recent"))
    margins = (
        round_to_counts(age * published.n / age.sum(), [KnownSum(np.ones(len(age), bool), published.n, published.n)]),
        np.array([*known, published.n - sum(known)]),
        np.array([recent, users - recent, published.n - users]),
    )
    places = np.indices(shape)
    sums = [
        KnownSum(places[axis] == code, int(total), int(total), f"{axis}, {code}")
        for axis, totals in enumerate(margins)
        for code, total in enumerate(totals)
    ]
    return round_to_counts(fitted_margins(table, margins), sums)


def _factor(
    published: PublishedNumbers, cells: NDArray[np.int64], status: NDArray[np.int64], rng: np.random.Generator
) -> Floats:
    """Return lognormal factors at evenly spaced quantiles, with the mean 1 within each stratum."""
    from scipy.special import ndtri

    factor = np.ones(len(cells))
    masks = masks_of(cells)
    for age, orientation, stage in product(FACTORS["age"], FACTORS["orientation"], range(3)):
        own = np.flatnonzero(masks[age] & masks[orientation] & (STAGE[status] == stage))
        spread = published.value(f"spread of log weights: {'lgb' if orientation == 'lgb' else 'others'}")
        spread *= published.value(f"spread: {age}") * (1.0 if stage == NEVER else published.value("spread: users"))
        quantiles = ndtri((rng.permutation(len(own)) + 0.5) / max(len(own), 1))
        factor[own] = np.exp(spread * quantiles) / np.mean(np.exp(spread * quantiles))
    return factor


def _raked(published: PublishedNumbers, cells: NDArray[np.int64], weights: Floats, rounds: int = 30) -> Floats:
    for _ in range(rounds):
        for place, categories in enumerate(FACTORS.values()):
            shares = np.array([published.value(f"share {name}") for name in categories])
            found = np.bincount(cells[:, place], weights=weights, minlength=len(categories))
            weights = weights * (shares / shares.sum() / found)[cells[:, place]]
    return np.asarray(weights / weights.mean(), dtype=np.float64)
