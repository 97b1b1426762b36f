"""The factors of a block and its items' thresholds: from the study file, else from the instrument's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import Problem, nearest
from osa_survey.instruments import Instrument
from osa_survey.instruments.model import Evidence
from osa_survey.instruments.scales import Scale
from osa_survey.simulation.assumptions import AssumptionList
from osa_survey.simulation.latent_items import LatentItems, ScoreMoments, hermite_coefficients
from osa_survey.simulation.population_files import SimulatedScale
from osa_survey.simulation.scale_calibration import ScaleTargets, calibrated, margin_cuts

Array = NDArray[np.float64]
LOADING, LEVEL, SPREAD = 0.7, 0.0, 1.0
NO_LOADINGS = "no loadings and no alpha were given or are in the definition; a common size was chosen"
NO_MEAN = "no mean was given or is in the definition; answers stand in the middle"
NO_SD = "no SD was given or is in the definition; outermost thresholds at 1.5 SD were chosen"


@dataclass(frozen=True, repr=False)
class ScalePlan:
    """One factor of a block with its items.

    Attributes
    ----------
    name, block : str
        The scored column that it is called by, and the block.
    positions : tuple of int
        Which items of the instrument.
    signs : tuple of int
        −1 for reverse-keyed items.
    items : LatentItems
        Loadings, thresholds and keyed codes.
    moments : ScoreMoments
        Of the sum of keyed items.
    unit : float
        What turns the sum into the score of the scale.
    """

    name: str
    block: str
    positions: tuple[int, ...]
    signs: tuple[int, ...]
    items: LatentItems
    moments: ScoreMoments
    unit: float

    @property
    def coefficients(self) -> Array:
        """What the score is on normalised Hermite polynomials of the latent variable."""
        return hermite_coefficients(self.items)


@dataclass(frozen=True)
class Factor:
    """The items of an instrument that share a factor, and every scale made of exactly these."""

    name: str
    positions: tuple[int, ...]
    signs: tuple[int, ...]
    scales: tuple[Scale, ...]


def factors(block: str, instrument: Instrument) -> tuple[Factor, ...]:
    """Return the factors of a block: each item belongs to the smallest scale that holds it, the first of equals.

    Items of no scale share one factor, named after the block.
    """
    place = {item.id: position for position, item in enumerate(instrument.items)}
    by_size = sorted((scale for scale in instrument.scales if scale.items), key=lambda scale: len(scale.items))
    home: dict[int, Scale | None] = dict.fromkeys(range(len(instrument.items)))
    for scale in reversed(by_size):
        home.update({place[item]: scale for item in scale.item_ids})
    found: dict[str, list[int]] = {}
    for position, own in home.items():
        found.setdefault(own.id if own is not None else "", []).append(position)
    result = []
    for identifier, positions in found.items():
        chosen = instrument.scale(identifier) if identifier else None
        ids = [instrument.items[position].id for position in positions]
        sign = dict(zip(chosen.item_ids, chosen.signs, strict=True)) if chosen else {}
        same = tuple(scale for scale in instrument.scales if set(scale.item_ids) == set(ids) and scale.items)
        name = f"{block}_{identifier}" if identifier else block
        result.append(Factor(name, tuple(positions), tuple(sign.get(item, 1) for item in ids), same))
    return tuple(result)


def aliases(block: str, factor: Factor) -> dict[str, str]:
    """Return every scored column made of exactly the factor's items → the factor."""
    return {factor.name: factor.name, **{f"{block}_{scale.id}": factor.name for scale in factor.scales}}


def plan_scale(
    block: str,
    instrument: Instrument,
    factor: Factor,
    told: SimulatedScale | None,
    told_as: str,
    assumptions: AssumptionList,
    problems: list[Problem],
) -> ScalePlan:
    """Return a factor with calibrated items; what was taken for granted and what is wrong are added to the lists.

    Parameters
    ----------
    block : str
        The block.
    instrument : Instrument
        Its definition.
    factor : Factor
        The items.
    told : SimulatedScale, optional
        What the study file says.
    told_as : str
        The scored column it says it of.
    assumptions, problems : list
        Added to.
    """
    entry = told or SimulatedScale()
    codes = tuple(_keyed_codes(instrument, position) for position in factor.positions)
    scale = _asked_scale(block, factor, told_as)
    unit = _unit(scale, len(codes))
    evidence = _evidence(instrument, factor)
    key = f"simulation.scales.{told_as}"
    loadings = _loadings(instrument, factor, entry, evidence.get("loadings"), key, assumptions, problems)
    cuts = _margins(instrument, factor, entry, key, assumptions, problems)
    wanted: dict[str, float | None] = {}
    for word in ("alpha", "mean", "sd"):
        wanted[word] = _target(word, entry, evidence, factor, scale, loadings is not None, len(cuts), assumptions)
    if (wanted["mean"] is not None or wanted["sd"] is not None) and unit is None:
        message = "mean and sd need a scale that is a mean or a sum of its items"
        problems.append(Problem("no_score", message, key=key, hint="give level and spread, or margins"))
        wanted.update(mean=None, sd=None)
    size = unit or 1.0
    loading = entry.loadings if isinstance(entry.loadings, float) else LOADING
    targets = ScaleTargets(
        codes,
        loadings,
        loading,
        LEVEL if entry.level is None else entry.level,
        SPREAD if entry.spread is None else entry.spread,
        wanted["alpha"] if len(codes) > 1 else None,
        None if wanted["mean"] is None else wanted["mean"] / size,
        None if wanted["sd"] is None else wanted["sd"] / size,
        cuts,
    )
    items, moments, reached = calibrated(targets)
    if not reached:
        asked = ", ".join(f"{word} = {value:g}" for word, value in wanted.items() if value is not None)
        got = f"alpha = {moments.alpha:.2f}, mean = {moments.mean * size:.2f}, sd = {moments.sd * size:.2f}"
        message = f"no loadings and thresholds give {asked}; the nearest have {got}"
        hint = "look at the numbers, or give loadings, level and spread instead"
        problems.append(Problem("out_of_reach", message, key=key, hint=hint))
    return ScalePlan(factor.name, block, factor.positions, factor.signs, items, moments, size)


def _keyed_codes(instrument: Instrument, position: int) -> Array:
    return np.array(instrument.options_of(instrument.items[position].id).codes, dtype=np.float64)


def _asked_scale(block: str, factor: Factor, told_as: str) -> Scale | None:
    named = {f"{block}_{scale.id}": scale for scale in factor.scales}
    return named.get(told_as) or next(iter(factor.scales), None)


def _unit(scale: Scale | None, k: int) -> float | None:
    if scale is None or scale.score == "count":
        return None
    return scale.times / k if scale.score == "mean" else scale.times


def _evidence(instrument: Instrument, factor: Factor) -> dict[str, tuple[Evidence, Scale]]:
    """Return alpha, mean, sd and loadings → the first evidence about the factor's scales that was seen and has it."""
    found: dict[str, tuple[Evidence, Scale]] = {}
    for scale in factor.scales:
        for evidence in instrument.evidence:
            if evidence.scale != scale.id or evidence.verified != "seen":
                continue
            for word in ("alpha", "mean", "sd", "loadings"):
                if getattr(evidence, word):
                    found.setdefault(word, (evidence, scale))
    return found


def _loadings(
    instrument: Instrument,
    factor: Factor,
    entry: SimulatedScale,
    published: tuple[Evidence, Scale] | None,
    key: str,
    assumptions: AssumptionList,
    problems: list[Problem],
) -> Array | None:
    """Return one loading for each item, None where one loading is chosen for all."""
    ids = [instrument.items[position].id for position in factor.positions]
    given: Mapping[str, float] = entry.loadings if isinstance(entry.loadings, dict) else {}
    for name in given:
        if name not in ids:
            message = f"'{name}' is no item of this factor"
            problems.append(Problem("unknown_item", message, key=f"{key}.loadings", hint=nearest(name, ids)))
    if entry.loadings is not None:
        if isinstance(entry.loadings, float):
            assumptions.told(f"loading of the items of {factor.name}", entry.loadings, entry.source, entry.why)
            return np.full(len(ids), entry.loadings)
        for item in ids:
            if item in given:
                assumptions.told(f"loading of {item} on {factor.name}", given[item], entry.source, entry.why)
            else:
                assumptions.assumed(f"loading of {item} on {factor.name}", LOADING, NO_LOADINGS)
        return np.array([given.get(item, LOADING) for item in ids])
    if entry.alpha is not None or published is None:
        return None
    evidence, _ = published
    if not all(0 <= abs(evidence.loadings.get(item, 2.0)) < 1 for item in ids):
        return None
    for item in ids:
        size = abs(evidence.loadings[item])
        assumptions.published(f"loading of {item} on {factor.name}", size, evidence.statement, evidence.source)
    return np.array([abs(evidence.loadings[item]) for item in ids])


def _margins(
    instrument: Instrument,
    factor: Factor,
    entry: SimulatedScale,
    key: str,
    assumptions: AssumptionList,
    problems: list[Problem],
) -> dict[int, Array]:
    """Return the position of an item in the factor → its thresholds in the keyed direction."""
    ids = [instrument.items[position].id for position in factor.positions]
    cuts = {}
    for name, shares in entry.margins.items():
        if name not in ids:
            message = f"'{name}' is no item of this factor"
            problems.append(Problem("unknown_item", message, key=f"{key}.margins", hint=nearest(name, ids)))
            continue
        codes = instrument.options_of(name).codes
        if len(shares) != len(codes):
            message = f"{len(shares)} shares for {len(codes)} answers"
            problems.append(Problem("wrong_shares", message, key=f"{key}.margins.{name}"))
            continue
        for code, share in zip(codes, shares, strict=True):
            assumptions.told(f"share of {name}: {code:g}", share, entry.source, entry.why)
        keyed = np.array(shares if factor.signs[ids.index(name)] > 0 else shares[::-1])
        cuts[ids.index(name)] = margin_cuts(keyed)
    return cuts


def _target(
    word: str,
    entry: SimulatedScale,
    evidence: Mapping[str, tuple[Evidence, Scale]],
    factor: Factor,
    scale: Scale | None,
    has_loadings: bool,
    n_margins: int,
    assumptions: AssumptionList,
) -> float | None:
    """Return what is asked of alpha, mean or sd of the score; None where it follows from something else."""
    given = getattr(entry, word)
    what = f"{word} of {factor.name}"
    if given is not None:
        assumptions.told(what, given, entry.source, entry.why)
        return float(given)
    other = {"alpha": "loadings", "mean": "level", "sd": "spread"}[word]
    if word == "alpha" and has_loadings:
        return None
    if word != "alpha" and (n_margins or getattr(entry, other) is not None):
        if getattr(entry, other) is not None:
            assumptions.told(f"{other} of {factor.name}", getattr(entry, other), entry.source, entry.why)
        return None
    if word in evidence and scale is not None:
        found, of = evidence[word]
        if word == "alpha" or of.id == scale.id:
            value = float(getattr(found, word))
            assumptions.published(what, value, found.statement, found.source)
            return value
    default = {"alpha": (LOADING, NO_LOADINGS), "mean": (LEVEL, NO_MEAN), "sd": (SPREAD, NO_SD)}[word]
    name = {"alpha": "loading of the items", "mean": "level", "sd": "spread"}[word]
    assumptions.assumed(f"{name} of {factor.name}", *default)
    return None
