"""Effects, groups and correlations of a population: names resolved, observed targets turned into latent ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.errors import Problem, nearest
from osa_survey.simulation.assumptions import AssumptionList
from osa_survey.simulation.drawn_variables import Categories
from osa_survey.simulation.latent_items import smooth_coefficients, step_coefficients
from osa_survey.simulation.observed_targets import latent_d, latent_r, observed_d, observed_r
from osa_survey.simulation.population_files import PopulationEntry, SimulatedEffect
from osa_survey.simulation.scale_plans import ScalePlan
from osa_survey.simulation.structures import Node, PlannedEffect

Array = NDArray[np.float64]
Nodes = dict[str, Node]
WITHIN_BLOCK = 0.5
SMALLEST_EIGENVALUE = 1e-8


def plan_effects(
    entry: PopulationEntry,
    nodes: Nodes,
    scales: Mapping[str, ScalePlan],
    called: Mapping[str, str],
    codebook: Codebook,
    assumptions: AssumptionList,
    problems: list[Problem],
) -> tuple[Nodes, list[dict[str, Any]]]:
    """Return the nodes with effects on them, and each effect as it was planted: latent and as it shows."""
    planted = []
    for number, effect in enumerate(entry.effects, start=1):
        key = f"simulation.effects[{number}]"
        outcome, of = (called.get(name, name) for name in (effect.outcome, effect.of))
        found = _effect_problem(effect, outcome, of, nodes, key)
        if found is not None:
            problems.append(found)
            continue
        level, share = _level(effect, of, nodes, codebook)
        if effect.level and level is None:
            categories = list(codebook.variables[of].labels.values()) if of in codebook.variables else ["yes"]
            message = f"'{of}' has no category '{effect.level}'"
            hint = nearest(effect.level, categories)
            problems.append(Problem("unknown_category", message, key=f"{key}.level", hint=hint))
            continue
        size, truth = _sizes(effect, scales.get(outcome), share)
        if not np.isfinite(size):
            message = f"no latent difference shows as d = {effect.d:g} in '{outcome}'"
            problems.append(Problem("out_of_reach", message, key=key, hint="its scores have too little room"))
            continue
        own = PlannedEffect(of, size, effect.per, level)
        nodes[outcome] = replace(
            nodes[outcome], effects=(*nodes[outcome].effects, own), logistic=effect.odds_ratio is not None
        )
        what = f"effect on {outcome} of {of}" + (f": {effect.level}" if effect.level else "")
        word = next(word for word in ("d", "b", "odds_ratio") if getattr(effect, word) is not None)
        assumptions.told(f"{what}, {word} ({effect.scale})", getattr(effect, word), effect.source, effect.why)
        planted.append({"outcome": outcome, "of": of, "level": effect.level, "per": effect.per, **truth})
    return nodes, planted


def _effect_problem(effect: SimulatedEffect, outcome: str, of: str, nodes: Nodes, key: str) -> Problem | None:
    for word, name in (("outcome", outcome), ("of", of)):
        if name not in nodes:
            hint = nearest(name, list(nodes))
            return Problem(
                "unknown_variable", f"there is no scale or variable '{name}'", key=f"{key}.{word}", hint=hint
            )
    affected, by = nodes[outcome], nodes[of]
    is_categorical = isinstance(affected.drawn, Categories)
    if isinstance(by.drawn, Categories) and not effect.level:
        return Problem("no_level", f"'{of}' has categories: say which one has the effect", key=f"{key}.level")
    if effect.level and not isinstance(by.drawn, Categories):
        return Problem("no_categories", f"'{of}' has no categories", key=f"{key}.level", hint="give b, per unit")
    if effect.odds_ratio is None and is_categorical:
        return Problem("not_a_number", f"'{outcome}' has categories", key=key, hint="give an odds_ratio")
    if effect.odds_ratio is not None and not (isinstance(affected.drawn, Categories) and affected.drawn.yes >= 0):
        message = f"an odds ratio belongs to a yes-or-no variable, which '{outcome}' is not"
        return Problem("not_binary", message, key=key, hint="give d or b")
    if effect.scale == "observed" and effect.odds_ratio is not None and by.drawn is None:
        message = "an odds ratio per SD of a scale is of the latent variable"
        return Problem("not_observed", message, key=f"{key}.scale", hint='write scale = "latent"')
    if effect.scale == "latent" and effect.odds_ratio is not None and by.drawn is not None:
        message = "an odds ratio of a variable is observed: neither side has measurement error"
        return Problem("not_latent", message, key=f"{key}.scale", hint='write scale = "observed"')
    if effect.scale == "observed" and effect.odds_ratio is None and affected.drawn is not None:
        message = f"'{outcome}' is no scale: its values are cut and rounded after the effect"
        return Problem("not_observed", message, key=f"{key}.scale", hint='write scale = "latent"')
    return None


def _level(effect: SimulatedEffect, of: str, nodes: Nodes, codebook: Codebook) -> tuple[float | None, float]:
    """Return the code of the category and its share, None and a half where there is none."""
    drawn = nodes[of].drawn
    if not effect.level or not isinstance(drawn, Categories):
        return None, 0.5
    entry = codebook.variables.get(of)
    labels = list(entry.labels.values()) if entry is not None else ["no", "yes"]
    if effect.level not in labels:
        return None, 0.5
    place = labels.index(effect.level)
    return float(drawn.codes[place]), float(drawn.shares[place])


def _sizes(effect: SimulatedEffect, plan: ScalePlan | None, share: float) -> tuple[float, dict[str, Any]]:
    """Return the size as it is planted, and what it is on either scale."""
    if effect.odds_ratio is not None:
        return float(np.log(effect.odds_ratio)), {"log_odds": float(np.log(effect.odds_ratio))}
    if effect.b is not None:
        slope = plan.moments.with_latent * plan.moments.sd * plan.unit if plan is not None else float("nan")
        size = effect.b / slope if effect.scale == "observed" else effect.b
        shown = {} if plan is None else {"b observed, points": size * slope}
        return size, {"b latent": size, **shown}
    d = float(effect.d or 0.0)
    if plan is None:
        return d, {"d latent": d}
    size = latent_d(plan.items, d, share) if effect.scale == "observed" else d
    return size, {"d latent": size, "d observed": observed_d(plan.items, size, share) if np.isfinite(size) else size}


def plan_groups(
    entry: PopulationEntry,
    nodes: Nodes,
    scales: Mapping[str, ScalePlan],
    assumptions: AssumptionList,
    problems: list[Problem],
) -> Nodes:
    """Return the nodes with variance between groups on every scale."""
    for name, groups in entry.groups.items():
        key = f"simulation.groups.{name}"
        if name not in nodes or not isinstance(nodes[name].drawn, Categories):
            message, hint = f"there is no variable with categories '{name}'", nearest(name, list(nodes))
            problems.append(Problem("unknown_variable", message, key=key, hint=hint))
            continue
        assumptions.told(f"share of variance between groups of {name}, latent", groups.icc, groups.source, groups.why)
        what = f"SD of shifts of thresholds between groups of {name}"
        assumptions.told(what, groups.threshold_spread, groups.source, groups.why)
        for scale in scales if groups.icc > 0 else ():
            nodes[scale] = replace(nodes[scale], icc=(*nodes[scale].icc, (name, groups.icc)))
    if sum(groups.icc for groups in entry.groups.values()) >= 1:
        problems.append(Problem("out_of_reach", "the groups explain all variance or more", key="simulation.groups"))
    return nodes


def plan_correlations(
    entry: PopulationEntry,
    order: list[Node],
    scales: Mapping[str, ScalePlan],
    called: Mapping[str, str],
    assumptions: AssumptionList,
    problems: list[Problem],
) -> tuple[Array, list[dict[str, Any]]]:
    """Return a root of the correlation matrix of the nodes' normal variables, and the correlations as planted."""
    place = {node.name: position for position, node in enumerate(order)}
    matrix = np.eye(len(order))
    planted: list[dict[str, Any]] = []
    given: set[frozenset[str]] = set()
    for number, told in enumerate(entry.correlations, start=1):
        key = f"simulation.correlations[{number}]"
        names = [called.get(name, name) for name in told.between]
        unknown = [name for name in names if name not in place]
        unknown_problems = [
            Problem(
                "unknown_variable", f"there is no scale or variable '{name}'", key=key, hint=nearest(name, list(place))
            )
            for name in unknown
        ]
        if unknown or len(set(names)) < 2 or frozenset(names) in given:
            once = Problem("given_twice", "a correlation is between two things and is given once", key=key)
            problems += unknown_problems or [once]
            continue
        given.add(frozenset(names))
        first, second = (order[place[name]] for name in names)
        wrong = _correlation_problem(first, second, told.scale, key)
        if wrong is not None:
            problems.append(wrong)
            continue
        curves = [_coefficients(node, scales) for node in (first, second)]
        r = latent_r(curves[0], curves[1], told.r) if told.scale == "observed" else told.r
        if not np.isfinite(r):
            message = f"no latent correlation shows as r = {told.r:g} between '{names[0]}' and '{names[1]}'"
            problems.append(Problem("out_of_reach", message, key=key, hint="measurement error leaves less room"))
            continue
        matrix[place[names[0]], place[names[1]]] = matrix[place[names[1]], place[names[0]]] = r
        assumptions.told(f"correlation of {names[0]} and {names[1]} ({told.scale})", told.r, told.source, told.why)
        planted.append({"between": names, "r latent": r, "r observed": observed_r(curves[0], curves[1], r)})
    _default_correlations(matrix, order, scales, given, assumptions)
    values, vectors = np.linalg.eigh(matrix)
    if len(values) and values[0] < SMALLEST_EIGENVALUE:
        message = f"the correlations cannot hold together: the smallest eigenvalue of their matrix is {values[0]:.3f}"
        hint = "make the largest ones smaller, or give those between scales of one block"
        problems.append(Problem("impossible_correlations", message, key="simulation.correlations", hint=hint))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T, dtype=np.float64), planted


def _correlation_problem(first: Node, second: Node, scale: str, key: str) -> Problem | None:
    for node in (first, second):
        if isinstance(node.drawn, Categories) and node.drawn.yes < 0 and scale == "observed":
            message = f"'{node.name}' has more than two categories"
            return Problem("not_a_number", message, key=key, hint='write scale = "latent", in the order of its labels')
    acted = [node.name for node in (first, second) if not node.plain]
    if acted and scale == "observed":
        message = f"effects act on '{acted[0]}': what they leave has no observed correlation"
        return Problem("not_observed", message, key=f"{key}.scale", hint='write scale = "latent"')
    return None


def _coefficients(node: Node, scales: Mapping[str, ScalePlan]) -> Array:
    if node.drawn is None:
        return scales[node.name].coefficients
    if isinstance(node.drawn, Categories):
        return step_coefficients(node.drawn.cuts, node.drawn.codes)
    return smooth_coefficients(node.drawn.values)


def _default_correlations(
    matrix: Array,
    order: list[Node],
    scales: Mapping[str, ScalePlan],
    given: set[frozenset[str]],
    assumptions: AssumptionList,
) -> None:
    place = {node.name: position for position, node in enumerate(order)}
    names = list(scales)
    for row, first in enumerate(names):
        for second in names[row + 1 :]:
            if scales[first].block == scales[second].block and frozenset((first, second)) not in given:
                matrix[place[first], place[second]] = matrix[place[second], place[first]] = WITHIN_BLOCK
                why = "factors of one instrument; no correlation was given, a common size was chosen"
                assumptions.assumed(f"correlation of {first} and {second} (latent)", WITHIN_BLOCK, why)
    assumptions.assumed("correlations between all others (latent)", 0.0, "no correlation was given")
