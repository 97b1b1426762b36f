"""How scales and variables depend on each other: correlated normal variables, and effects of some on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import DefinitionError, Problem
from osa_survey.simulation.drawn_variables import Categories, Drawn

Array = NDArray[np.float64]
REFERENCE_PEOPLE = 1 << 16
"""People drawn once, with a seed of their own, to centre and scale effects: errors of shares stay below 0.4 %."""
REFERENCE_SEED = 20180630


@dataclass(frozen=True)
class PlannedEffect:
    """One effect: ``size`` for ``per`` units of ``of``, or for everyone in the category with the code ``level``."""

    of: str
    size: float
    per: float = 1.0
    level: float | None = None

    def term(self, values: Array) -> Array:
        """Return what the effect adds for each value."""
        x = values / self.per if self.level is None else (values == self.level).astype(np.float64)
        return self.size * x


@dataclass(frozen=True, repr=False)
class Node:
    """A scale's factor (``drawn`` is None) or a variable, at its place among the normal variables.

    Attributes
    ----------
    name : str
        Scored column or variable.
    drawn : Categories or Numbers or None
        How a normal variable becomes values.
    effects : tuple of PlannedEffect
        On it.
    logistic : bool
        Whether effects are log odds ratios.
    centre, scale, share : float
        Mean of the effects, and what gives the sum variance 1; of a logistic node the intercept is ``centre``.
    icc : tuple of (str, float)
        Grouping variable, and the share of variance between its groups.
    between : tuple of (str, float)
        Grouping variable, and the SD of its groups in units of what effects leave.
    """

    name: str
    drawn: Drawn | None
    effects: tuple[PlannedEffect, ...] = ()
    logistic: bool = False
    centre: float = 0.0
    scale: float = 1.0
    icc: tuple[tuple[str, float], ...] = ()
    between: tuple[tuple[str, float], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing acts on it."""
        return not self.effects and not self.icc


def realise(
    nodes: Sequence[Node],
    z: Array,
    shifts: Mapping[tuple[str, str], Array] | None = None,
    *,
    given: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Return the values of all nodes: latent values of factors, codes of variables.

    Parameters
    ----------
    nodes : sequence of Node
        In an order in which every node stands behind what acts on it.
    z : ndarray of float, shape (people, nodes)
        Correlated standard normal values.
    shifts : mapping of (node, grouping variable) to ndarray, optional
        Standardised position of each group, by category position.
    given : mapping of str to ndarray, optional
        Nodes whose values are known already.
    """
    values: dict[str, Array] = dict(given or {})
    for position, node in enumerate(nodes):
        if node.name not in values:
            values[node.name] = outcome(node, z[:, position], linear(node, nodes, values, shifts))
    return values


def linear(
    node: Node,
    nodes: Sequence[Node],
    values: Mapping[str, Array],
    shifts: Mapping[tuple[str, str], Array] | None,
) -> Array | None:
    """Return the sum of what acts on a node, None where nothing does."""
    if node.plain:
        return None
    terms = [effect.term(values[effect.of]) for effect in node.effects]
    for variable, size in node.between if shifts else ():
        drawn = next(other.drawn for other in nodes if other.name == variable)
        assert isinstance(drawn, Categories)
        order = np.argsort(drawn.codes)
        place = order[np.searchsorted(drawn.codes, values[variable], sorter=order)]
        terms.append(size * (shifts or {})[node.name, variable][place])
    return np.sum(terms, axis=0) if terms else None


def outcome(node: Node, z: Array, effects: Array | None) -> Array:
    """Return the values of a node from its normal variable and what acts on it."""
    if node.logistic and effects is not None:
        assert isinstance(node.drawn, Categories)
        return node.drawn.decided(z, 1 / (1 + np.exp(-(node.centre + effects))))
    latent = z if effects is None else node.scale * (effects - node.centre + z)
    return latent if node.drawn is None else node.drawn.values(latent)


def ordered(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes in an order in which every one stands behind what acts on it.

    Raises
    ------
    DefinitionError
        If effects go round in a circle.
    """
    waiting = {node.name: {effect.of for effect in node.effects} | {name for name, _ in node.icc} for node in nodes}
    by_name = {node.name: node for node in nodes}
    done: list[Node] = []
    while waiting:
        free = [name for name, needs in waiting.items() if not needs & set(waiting)]
        if not free:
            names = ", ".join(f"'{name}'" for name in waiting)
            message = f"effects go round in a circle: {names}"
            raise DefinitionError(Problem("circular_effects", message, key="simulation.effects"))
        for name in free:
            done.append(by_name[name])
            del waiting[name]
    return done


def settled(nodes: Sequence[Node], root: Array) -> list[Node]:
    """Return the nodes with centre and scale, so that margins hold whatever acts on them.

    Parameters
    ----------
    nodes : sequence of Node
        In order.
    root : ndarray of float, shape (nodes, nodes)
        A root of the correlation matrix.

    Notes
    -----
    A latent node gets mean 0 and variance 1 (its effects are in units of what they leave); the intercept of a logistic
    node is the one at which the mean chance of the reference people is the share that was asked for.
    """
    rng = np.random.default_rng(REFERENCE_SEED)
    if all(node.plain for node in nodes):
        return list(nodes)
    z = rng.standard_normal((REFERENCE_PEOPLE, len(nodes))) @ root.T
    values: dict[str, Array] = {}
    found: list[Node] = []
    for position, node in enumerate(nodes):
        effects = linear(node, nodes, values, None)
        node = _with_constants(node, effects)
        found.append(node)
        values[node.name] = outcome(node, z[:, position], effects)
    return found


def _with_constants(node: Node, effects: Array | None) -> Node:
    from scipy.optimize import brentq

    if node.logistic and effects is not None:
        assert isinstance(node.drawn, Categories)
        share = float(node.drawn.shares[node.drawn.yes])

        def missed(intercept: float) -> float:
            return float(np.mean(1 / (1 + np.exp(-(intercept + effects))))) - share

        width = 40 + float(np.abs(effects).max())
        return replace(node, centre=float(brentq(missed, -width, width)))
    explained = 0.0 if effects is None else float(np.var(effects))
    centre = 0.0 if effects is None else float(np.mean(effects))
    left = 1 - sum(share for _, share in node.icc)
    between = tuple((name, float(np.sqrt(share * (1 + explained) / left))) for name, share in node.icc)
    total = 1 + explained + sum(size**2 for _, size in between)
    return replace(node, centre=centre, scale=float(1 / np.sqrt(total)), between=between)


def group_shifts(nodes: Sequence[Node], rng: np.random.Generator) -> dict[tuple[str, str], Array]:
    """Return a standardised position of every group on every node, weighted by the groups' shares."""
    shifts: dict[tuple[str, str], Array] = {}
    by_name = {node.name: node for node in nodes}
    for node in nodes:
        for variable, _ in node.icc:
            drawn = by_name[variable].drawn
            assert isinstance(drawn, Categories)
            own = rng.standard_normal(len(drawn.shares))
            own = own - drawn.shares @ own
            spread = float(np.sqrt(drawn.shares @ own**2))
            shifts[node.name, variable] = own / spread if spread > 0 else own * 0
    return shifts
