"""The factors that an analysis of variance of a study file names: its pairs, contrasts, levels and ratings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from osa_survey.errors import Problem, nearest
from osa_survey.plan.study_file import AnalysisEntry

WITHIN_LEVELS_OF = "|"
"""Stands between a factor and the one within whose levels its levels are compared."""


def factor_problems(entry: AnalysisEntry, key: str, known: Sequence[str], file: str) -> list[Problem]:
    """Return what is wrong with the factors an ``anova`` entry names; nothing for other analyses.

    Parameters
    ----------
    entry : AnalysisEntry
        The entry.
    key : str
        Its place in the study file.
    known : sequence of str
        Every variable and score of the study.
    file : str
        The study file's name, for the message.
    """
    if entry.do != "anova":
        return []
    given = entry.arguments
    asked = given.get("within")
    within: dict[str, Any] = asked if isinstance(asked, dict) else {}
    factors = [*_texts(given.get("between")), *within]
    problems = [
        Problem("unknown_factor", f"'{name}' is no factor of this analysis", file, key=f"{key}.{argument}",
                hint=nearest(name, factors))
        for argument, name in _named_factors(given)
        if name not in factors
    ]  # fmt: skip
    for argument, name in _ratings(given, within):
        if name not in known:
            message = f"there is no variable or score '{name}'"
            hint = nearest(name, list(known))
            problems.append(Problem("unknown_variable", message, file, key=f"{key}.{argument}", hint=hint))
    for name, factor, level in _named_levels(given):
        if factor in within and level not in _texts(within[factor]):
            message, hint = f"'{factor}' has no level '{level}'", nearest(level, _texts(within[factor]))
            problems.append(Problem("unknown_category", message, file, key=f"{key}.contrasts.{name}", hint=hint))
    return problems


def _named_factors(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for asked in _texts(given.get("pairs")):
        yield from (("pairs", name.strip()) for name in asked.split(WITHIN_LEVELS_OF))
    yield from (("manipulated", name) for name in _texts(given.get("manipulated")))
    contrasts = given.get("contrasts")
    for name, weights in contrasts.items() if isinstance(contrasts, dict) else ():
        yield from ((f"contrasts.{name}", factor) for factor in (weights if isinstance(weights, dict) else ()))


def _ratings(given: dict[str, Any], within: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the variables that hold the ratings: the levels of a single factor, else ``columns``."""
    columns = _texts(given.get("columns"))
    if columns or len(within) > 1:
        yield from (("columns", name) for name in columns)
    else:
        yield from ((f"within.{factor}", name) for factor, levels in within.items() for name in _texts(levels))


def _named_levels(given: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    contrasts = given.get("contrasts")
    for name, weights in contrasts.items() if isinstance(contrasts, dict) else ():
        for factor, values in weights.items() if isinstance(weights, dict) else ():
            yield from ((name, factor, str(level)) for level in (values if isinstance(values, dict) else ()))


def _texts(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list | tuple) else []
