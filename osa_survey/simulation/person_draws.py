"""One block of people: their values and latent variables, and the answers they would give to everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.drawn_variables import Categories
from osa_survey.simulation.populations import Population
from osa_survey.simulation.scale_plans import ScalePlan
from osa_survey.simulation.structures import realise

Array = NDArray[np.float64]
Shifts = Mapping[tuple[str, str], Array]


@dataclass(frozen=True, repr=False)
class GroupTraits:
    """What belongs to groups, drawn once for an export.

    Attributes
    ----------
    shifts : mapping of (scale, variable) to ndarray, shape (groups,)
        Standardised position of each group on the latent variable.
    thresholds : mapping of (scale, variable) to ndarray, shape (groups, items)
        Shift of the items' latent responses.
    """

    shifts: Shifts
    thresholds: Mapping[tuple[str, str], Array]


@dataclass(frozen=True, repr=False)
class Draws:
    """Records of a block before any gap.

    Attributes
    ----------
    person, wave : ndarray of int, shape (records,)
        Which person of the block, and which of their interviews.
    values : mapping of str to ndarray of float
        Variable → codes; factor → latent values.
    items : mapping of str to ndarray of int8, shape (records,)
        ``scs_01`` → position of the answer as printed.
    """

    person: NDArray[np.int64]
    wave: NDArray[np.int64]
    values: dict[str, Array]
    items: dict[str, NDArray[np.int8]]


def draw_people(who: Population, n: int, traits: GroupTraits, rng: np.random.Generator) -> Draws:
    """Return the records of ``n`` people.

    Parameters
    ----------
    who : Population
        The population.
    n : int
        People of the block.
    traits : GroupTraits
        What belongs to groups.
    rng : numpy.random.Generator
        The block's own stream.

    Notes
    -----
    The normal variables of a person are z = √s · couple + √(1 − s) · own, where s is the similarity of partners; at
    each wave those of scales are √t · z + √(1 − t) · occasion, where t is the stability
    and partners share occasions as they share z.
    """
    own = rng.standard_normal((n, len(who.nodes))) @ who.root
    person, wave = _interviews(who, n, rng)
    z = _with_partners(who, own, rng)
    steady = realise(who.nodes, z, traits.shifts)
    values = {name: column[person] for name, column in steady.items()}
    if who.entry.waves is not None:
        values = _at_waves(who, z, person, wave, values, traits, rng)
    items: dict[str, NDArray[np.int8]] = {}
    for plan in who.scales:
        items |= _answers(who, plan, values, traits, rng)
    return Draws(person, wave, values, items)


def _interviews(who: Population, n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    waves = who.entry.waves
    if waves is None:
        return np.arange(n), np.zeros(n, dtype=np.int64)
    number = len(who.codebook.variables[waves.variable].labels)
    # Who leaves does not come back: the number of interviews is geometric.
    kept = np.cumprod(rng.random((n, number - 1)) < waves.keep, axis=1)
    last = kept.sum(axis=1) + 1
    person = np.repeat(np.arange(n), last)
    return person, np.arange(len(person)) - np.repeat(np.cumsum(last) - last, last)


def _with_partners(who: Population, own: Array, rng: np.random.Generator) -> Array:
    couples = who.entry.couples
    if couples is None:
        return own
    alike = {plan.name: couples.similarity for plan in who.scales} | couples.alike
    share = np.array([alike.get(node.name, 0.0) for node in who.nodes])
    shared = rng.standard_normal(((len(own) + 1) // 2, len(who.nodes))) @ who.root
    return np.asarray(np.sqrt(share) * np.repeat(shared, 2, axis=0)[: len(own)] + np.sqrt(1 - share) * own)


def _at_waves(
    who: Population,
    z: Array,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    values: dict[str, Array],
    traits: GroupTraits,
    rng: np.random.Generator,
) -> dict[str, Array]:
    """Return values at each wave: scales move, variables stay."""
    waves = who.entry.waves
    assert waves is not None
    number = int(wave.max()) + 1
    occasions = [_with_partners(who, rng.standard_normal(z.shape) @ who.root, rng) for _ in range(number)]
    moved = np.sqrt(waves.stability) * z[person] + np.sqrt(1 - waves.stability) * np.array(occasions)[wave, person]
    names = {plan.name for plan in who.scales}
    fixed = {name: column for name, column in values.items() if name not in names}
    found = realise(who.nodes, moved, traits.shifts, given=fixed)
    return {
        name: column + waves.change.get(name, 0.0) * wave if name in names else column for name, column in found.items()
    }


def _answers(
    who: Population, plan: ScalePlan, values: Mapping[str, Array], traits: GroupTraits, rng: np.random.Generator
) -> dict[str, NDArray[np.int8]]:
    latent = values[plan.name].astype(np.float32)
    loadings = plan.items.loadings.astype(np.float32)
    unique = np.sqrt(1 - loadings**2)
    found = {}
    places = [(variable, _place(who, variable, values[variable])) for _, variable in _keys(plan.name, traits)]
    for item, position in enumerate(plan.positions):
        response = loadings[item] * latent + unique[item] * rng.standard_normal(len(latent), dtype=np.float32)
        for variable, place in places:
            response += traits.thresholds[plan.name, variable][place, item].astype(np.float32)
        cuts = plan.items.cuts[item]
        answer = ordinal_positions(response, cuts[plan.items.steps[item] > 0])
        if plan.signs[item] < 0:
            answer = (plan.items.steps[item] > 0).sum().astype(np.int8) - answer
        found[f"{plan.block}_{position + 1:02d}"] = answer
    return found


FEW_CUTS = 12


def ordinal_positions(response: NDArray[np.float32], cuts: Array) -> NDArray[np.int8]:
    """Return how many thresholds each latent response is above.

    Examples
    --------
    >>> ordinal_positions(np.array([-2, 0.2, 3], dtype=np.float32), np.array([-1.0, 0.0, 1.0])).tolist()
    [0, 2, 3]
    """
    sharp = cuts.astype(np.float32)
    if len(cuts) > FEW_CUTS:
        return np.searchsorted(sharp, response).astype(np.int8)
    answer = np.zeros(len(response), dtype=np.int8)
    for cut in sharp:
        answer += response > cut
    return answer


def _keys(scale: str, traits: GroupTraits) -> list[tuple[str, str]]:
    return [key for key in traits.thresholds if key[0] == scale]


def _place(who: Population, variable: str, codes: Array) -> NDArray[np.int64]:
    drawn = next(node.drawn for node in who.nodes if node.name == variable)
    assert isinstance(drawn, Categories)
    order = np.argsort(drawn.codes)
    return np.asarray(order[np.searchsorted(drawn.codes, codes, sorter=order)])
