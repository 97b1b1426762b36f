"""What is wrong with the names in a ``[simulation]`` table, and its numbers about gaps and flaws as assumptions."""

from __future__ import annotations

from collections.abc import Collection

from osa_survey.codebooks import Codebook
from osa_survey.errors import Problem, nearest
from osa_survey.simulation.assumptions import AssumptionList
from osa_survey.simulation.population_files import PopulationEntry, Told

DEFAULT = "not given; a size often met in online surveys was chosen, no source was read"
IDENTIFYING = ("identifier", "number", "count", "text")


def entry_problems(entry: PopulationEntry, codebook: Codebook, known: Collection[str]) -> list[Problem]:
    """Return a problem for each name that does not exist or does not fit.

    Parameters
    ----------
    entry : PopulationEntry
        The table.
    codebook : Codebook
        The codebook.
    known : collection of str
        Every scored column and variable that can be drawn.
    """
    return [
        *_wave_problems(entry, codebook, known),
        *_couple_problems(entry, codebook, known),
        *_gap_problems(entry, codebook),
    ]


def _wave_problems(entry: PopulationEntry, codebook: Codebook, known: Collection[str]) -> list[Problem]:
    waves = entry.waves
    if waves is None:
        return []
    key = "simulation.waves"
    variable = codebook.variables.get(waves.variable)
    problems = []
    if variable is None or variable.type not in ("nominal", "ordinal"):
        message = f"'{waves.variable}' is no variable whose categories are waves"
        hint = nearest(waves.variable, list(codebook.variables))
        problems.append(Problem("unknown_variable", message, key=f"{key}.variable", hint=hint))
    if waves.person:
        problems += _identifying(waves.person, codebook, f"{key}.person")
    problems += [
        Problem("unknown_scale", f"there is no scale '{name}'", key=f"{key}.change", hint=nearest(name, sorted(known)))
        for name in waves.change
        if name not in known
    ]
    return problems


def _couple_problems(entry: PopulationEntry, codebook: Codebook, known: Collection[str]) -> list[Problem]:
    couples = entry.couples
    if couples is None:
        return []
    problems = _identifying(couples.variable, codebook, "simulation.couples.variable")
    problems += [
        Problem(
            "unknown_variable",
            f"there is no variable or scale '{name}'",
            key="simulation.couples.alike",
            hint=nearest(name, sorted(known)),
        )
        for name in couples.alike
        if name not in known
    ]
    return problems


def _identifying(name: str, codebook: Codebook, key: str) -> list[Problem]:
    variable = codebook.variables.get(name)
    if variable is not None and variable.type in IDENTIFYING:
        return []
    message = f"'{name}' is no variable of type identifier, number or text"
    return [Problem("unknown_variable", message, key=key, hint=nearest(name, list(codebook.variables)))]


def _gap_problems(entry: PopulationEntry, codebook: Codebook) -> list[Problem]:
    key = "simulation.gaps"
    problems = []
    names = (*codebook.variables, *codebook.blocks)
    tables = [(f"{key}.rates", entry.gaps.rates), *((f"{key}.of.{name}", own) for name, own in entry.gaps.of.items())]
    for where, rates in tables:
        if sum(rates.values()) >= 1:
            problems.append(Problem("wrong_shares", "the rates of gaps add up to 1 or more", key=where))
    problems += [
        Problem(
            "unknown_variable", f"there is no variable or block '{name}'", key=f"{key}.of", hint=nearest(name, names)
        )
        for name in entry.gaps.of
        if name not in names
    ]
    if "gaps" not in entry.model_fields_set:
        return problems
    declared = {*codebook.missing, "not_answered"}
    declared |= {reason for block in codebook.blocks.values() for reason in block.missing}
    declared |= {reason for variable in codebook.variables.values() for reason in variable.missing}
    for where, rates in tables:
        for reason in rates:
            if reason in ("not_shown", "broke_off"):
                message = f"'{reason}' follows from filters and break-offs, not from a rate"
                problems.append(Problem("no_rate", message, key=f"{where}.{reason}", hint="use flaws.break_offs"))
            elif reason not in declared and rates[reason] > 0 and not (reason == "refused" and codebook.blocks):
                message = f"no export value of the codebook means '{reason}'"
                hint = "declare one under [missing] of the codebook"
                problems.append(Problem("no_export_value", message, key=f"{where}.{reason}", hint=hint))
    return problems


def entry_assumptions(entry: PopulationEntry, assumptions: AssumptionList) -> None:
    """Add the numbers on gaps, flaws, careless answers, times, waves and couples."""
    for reason, rate in entry.gaps.rates.items():
        _add(assumptions, f"rate of gaps: {reason}", rate, entry.gaps, "gaps" in entry.model_fields_set)
    for name, rates in entry.gaps.of.items():
        for reason, rate in rates.items():
            assumptions.told(f"rate of gaps in {name}: {reason}", rate, entry.gaps.source, entry.gaps.why)
    given = "person_share" in entry.gaps.model_fields_set
    _add(assumptions, "person's part of the propensity to leave gaps", entry.gaps.person_share, entry.gaps, given)
    for word in type(entry.flaws).model_fields:
        if word not in Told.model_fields:
            share = getattr(entry.flaws, word)
            _add(assumptions, f"share of records: {word}", share, entry.flaws, word in entry.flaws.model_fields_set)
    for kind, share in entry.careless.kinds.items():
        given = "kinds" in entry.careless.model_fields_set
        _add(assumptions, f"share of people: {kind}", share, entry.careless, given)
    for word, what in (("median", "median duration in seconds"), ("spread", "SD of log duration"), ("days", "days")):
        _add(assumptions, what, getattr(entry.times, word), entry.times, word in entry.times.model_fields_set)
    if entry.waves is not None:
        for word in ("stability", "keep"):
            given = word in entry.waves.model_fields_set
            _add(assumptions, f"waves: {word}", getattr(entry.waves, word), entry.waves, given)
        for name, change in entry.waves.change.items():
            assumptions.told(f"waves: change of {name}, latent", change, entry.waves.source, entry.waves.why)
    if entry.couples is not None:
        given = "similarity" in entry.couples.model_fields_set
        _add(assumptions, "couples: similarity", entry.couples.similarity, entry.couples, given)
        for name, size in entry.couples.alike.items():
            assumptions.told(f"couples: similarity of {name}", size, entry.couples.source, entry.couples.why)


def _add(assumptions: AssumptionList, what: str, value: float, told: Told, given: bool) -> None:
    if given:
        assumptions.told(what, value, told.source, told.why)
    else:
        assumptions.assumed(what, value, DEFAULT)
