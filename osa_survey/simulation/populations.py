"""A population made ready for drawing: the study file's numbers held against the codebook, all problems together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.codebooks.load import codebook_problems
from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import Library, load_library
from osa_survey.simulation.assumptions import Assumption, AssumptionList
from osa_survey.simulation.derived_answers import Derived, derived_columns
from osa_survey.simulation.drawn_variables import Drawn
from osa_survey.simulation.planned_effects import plan_correlations, plan_effects, plan_groups
from osa_survey.simulation.population_checks import entry_assumptions, entry_problems
from osa_survey.simulation.population_files import PopulationEntry
from osa_survey.simulation.question_plans import Kind, QuestionColumn, question_columns
from osa_survey.simulation.scale_plans import ScalePlan, aliases, factors, plan_scale
from osa_survey.simulation.structures import Node, ordered, settled
from osa_survey.simulation.variable_plans import plan_variable

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Population:
    """Who is simulated, ready for drawing.

    Attributes
    ----------
    codebook : Codebook
        The export's columns.
    library : Library
        The definitions.
    entry : PopulationEntry
        What the study file says.
    nodes : tuple of Node
        Factors and variables, in an order in which each stands behind what acts on it.
    root : ndarray of float, shape (nodes, nodes)
        A root of the correlation matrix of their normal variables.
    scales : tuple of ScalePlan
        The factors with their items.
    columns : tuple of QuestionColumn
        In the order in which they are asked.
    derived : tuple of Derived
        Columns that follow from others.
    assumptions : tuple of Assumption
        Every number behind it, published or assumed.
    planted : mapping
        What was planted on the latent scale and what it looks like in scores.
    """

    codebook: Codebook
    library: Library
    entry: PopulationEntry
    nodes: tuple[Node, ...]
    root: Array
    scales: tuple[ScalePlan, ...]
    columns: tuple[QuestionColumn, ...]
    derived: tuple[Derived, ...]
    assumptions: tuple[Assumption, ...]
    planted: Mapping[str, Any]

    def __repr__(self) -> str:
        published = sum(assumption.status == "published" for assumption in self.assumptions)
        return (
            f"<Population: {len(self.scales)} factors, {len(self.nodes) - len(self.scales)} variables; "
            f"{published} published and {len(self.assumptions) - published} assumed numbers>"
        )


def population(
    codebook: Codebook,
    entry: PopulationEntry | None = None,
    library: Library | None = None,
    *,
    file: str = "study.toml",
) -> Population:
    """Return a population whose numbers fit the codebook and can hold together.

    Parameters
    ----------
    codebook : Codebook
        Which column of the export holds what.
    entry : PopulationEntry, optional
        The ``[simulation]`` table; by default everything is assumed.
    library : Library, optional
        The definitions; by default those that ship.
    file : str
        The study file's name, for messages.

    Returns
    -------
    Population
        Ready for drawing.

    Raises
    ------
    DefinitionError
        With all problems: unknown names, shares that do not add up, targets out of reach, correlations that cannot
        hold together, effects in a circle.
    """
    library = library or load_library()
    entry = entry or PopulationEntry()
    problems = codebook_problems(codebook, library, "codebook.toml")
    if problems:
        raise DefinitionError(problems)
    assumptions = AssumptionList()
    derived = derived_columns(codebook, library)
    columns = _with_roles(question_columns(codebook, library), entry, derived)
    scales, called = _scales(codebook, library, entry, assumptions, problems)
    drawn = _variables(codebook, entry, columns, derived, assumptions, problems)
    problems += entry_problems(entry, codebook, {*called, *drawn})
    nodes = {plan.name: Node(plan.name, None) for plan in scales}
    nodes |= {name: Node(name, own) for name, own in drawn.items()}
    by_name = {plan.name: plan for plan in scales}
    nodes, effects = plan_effects(entry, nodes, by_name, called, codebook, assumptions, problems)
    nodes = plan_groups(entry, nodes, by_name, assumptions, problems)
    if problems:
        raise DefinitionError([replace(problem, file=problem.file or file) for problem in problems])
    order = ordered(list(nodes.values()))
    root, correlations = plan_correlations(entry, order, by_name, called, assumptions, problems)
    if problems:
        raise DefinitionError([replace(problem, file=problem.file or file) for problem in problems])
    entry_assumptions(entry, assumptions)
    planted = {
        "scales": {plan.name: _planted(plan) for plan in scales},
        "effects": effects,
        "correlations": correlations,
    }
    settled_nodes = tuple(settled(order, root))
    return Population(
        codebook, library, entry, settled_nodes, root, scales, columns, derived, assumptions.all(), planted
    )


def _with_roles(
    columns: tuple[QuestionColumn, ...], entry: PopulationEntry, derived: tuple[Derived, ...]
) -> tuple[QuestionColumn, ...]:
    """Return the columns with those told apart that nobody answers: wave, person, couple, what follows from others."""
    roles: dict[str, Kind] = {}
    if entry.couples is not None:
        roles[entry.couples.variable] = "couple"
    if entry.waves is not None:
        roles[entry.waves.variable] = "wave"
        roles[entry.waves.person] = "person"
    computed = {one.key for one in derived}
    return tuple(
        replace(column, kind=roles.get(column.key, column.kind), embedded=True)
        if column.key in roles or column.key in computed
        else column
        for column in columns
    )


def _scales(
    codebook: Codebook, library: Library, entry: PopulationEntry, assumptions: AssumptionList, problems: list[Problem]
) -> tuple[tuple[ScalePlan, ...], dict[str, str]]:
    """Return the factors of all blocks, and every name a factor can be called by → the factor."""
    plans: list[ScalePlan] = []
    called: dict[str, str] = {}
    used: set[str] = set()
    larger: set[str] = set()
    for block, content in codebook.blocks.items():
        instrument = library.instrument(content.instrument)
        for factor in factors(block, instrument):
            own = aliases(block, factor)
            called |= own
            told_as = next((name for name in own if name in entry.scales), factor.name)
            used.add(told_as)
            told = entry.scales.get(told_as)
            plans.append(plan_scale(block, instrument, factor, told, told_as, assumptions, problems))
        larger |= {f"{block}_{scale.id}" for scale in instrument.scales} - set(called)
    for name in entry.scales:
        if name in larger:
            message = f"the items of '{name}' belong to smaller scales, which have the factors"
            own_block = [plan.name for plan in plans if name.startswith(f"{plan.block}_")]
            hint = f"give loadings or alpha of {', '.join(own_block)}, and correlations between them"
            problems.append(Problem("not_a_factor", message, key=f"simulation.scales.{name}", hint=hint))
        elif name not in used:
            message = f"there is no scale '{name}'" if name not in called else f"'{name}' is the same factor as another"
            hint = nearest(name, list(called))
            problems.append(Problem("unknown_scale", message, key=f"simulation.scales.{name}", hint=hint))
    return tuple(plans), called


def _variables(
    codebook: Codebook,
    entry: PopulationEntry,
    columns: tuple[QuestionColumn, ...],
    derived: tuple[Derived, ...],
    assumptions: AssumptionList,
    problems: list[Problem],
) -> dict[str, Drawn]:
    drawn: dict[str, Drawn] = {}
    for name in entry.variables:
        if name not in codebook.variables:
            message, hint = f"there is no variable '{name}'", nearest(name, list(codebook.variables))
            problems.append(Problem("unknown_variable", message, key=f"simulation.variables.{name}", hint=hint))
    asked = {column.entry for column in columns if column.kind in ("category", "option", "number")}
    aside = {column.entry for column in columns if column.embedded and column.kind != "category"}
    aside |= {one.key for one in derived}
    aside |= {codebook.eligibility.consent.variable} if codebook.eligibility.consent else set()
    for name in (own for own in codebook.variables if own in asked - aside):
        drawn |= plan_variable(name, codebook, entry.variables.get(name), assumptions, problems)
    return drawn


def _planted(plan: ScalePlan) -> dict[str, Any]:
    """Return what a factor's score looks like where nobody leaves anything out."""
    return {
        "loadings": [round(float(value), 6) for value in plan.items.loadings],
        "alpha": plan.moments.alpha,
        "mean": plan.moments.mean * plan.unit,
        "sd": plan.moments.sd * plan.unit,
        "correlation of score and latent variable": plan.moments.with_latent,
    }
