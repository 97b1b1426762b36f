"""The analysis of a study file that a multiverse stands around, taken apart into what is chosen and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from osa_survey.analysis.multiverse.verb_specifications import KINDS
from osa_survey.plan.composition import arguments_for
from osa_survey.plan.multiverse_entry import MultiverseEntry
from osa_survey.plan.study_file import AnalysisEntry


@dataclass(frozen=True)
class MainCall:
    """An analysis as one specification.

    Attributes
    ----------
    outcome, predictor : str
        Its outcome, and the predictor of interest; "" where the term is none of it.
    covariates : tuple of str
        The other variables of its blocks, its controls or covariates.
    terms : tuple of str
        What the term could be.
    arguments : mapping
        What stays as it is.
    """

    outcome: str
    predictor: str
    covariates: tuple[str, ...]
    terms: tuple[str, ...]
    arguments: dict[str, Any]


def entry_terms(entry: AnalysisEntry) -> tuple[str, ...]:
    """Return the terms of the blocks of an analysis, flat and as they are written."""
    return _flat(entry.arguments.get("blocks"))


def main_call(entry: AnalysisEntry, chosen: MultiverseEntry) -> MainCall:
    """Return the entry as a specification; its verb is one of ``KINDS``."""
    given = dict(entry.arguments)
    outcome, covariates = str(given.get("outcome", "")), _flat(given.get("covariates"))
    if entry.do == "compare_groups":
        terms = _flat(given.get("by"))
    elif entry.do == "paired":
        pairs = given.get("pairs") or []
        found = [tuple(map(str, pair)) for pair in (pairs.values() if isinstance(pairs, dict) else pairs)]
        terms = tuple(pair[-1] for pair in found)
        outcome = next((pair[0] for pair in found if chosen.term in ("", pair[-1])), "")
    elif entry.do in ("correlate", "partial_correlations"):
        variables = _flat(given.get("variables"))
        covariates = _flat(given.get("controls"))
        terms = variables[1:] if not chosen.term else variables
        outcome = next((name for name in variables if name != chosen.term), "")
    elif entry.do == "mediate":
        outcome, terms = str(given.get("y", "")), _flat(given.get("x"))
    elif entry.do == "anova":
        terms = _flat(given.get("between"))
    else:
        terms = entry_terms(entry)
    predictor = chosen.term if chosen.term in terms else terms[0] if len(terms) == 1 and not chosen.term else ""
    if entry.do in ("regress", "gee", "mixed_model", "fixed_effects"):
        covariates = tuple(term for term in terms if term != predictor)
    stays = {name: value for name, value in arguments_for(entry).items() if name not in KINDS[entry.do].chosen}
    return MainCall(outcome, predictor, covariates, terms, stays)


def _flat(value: Any) -> tuple[str, ...]:
    """Return the names in an argument: one, a list, or a list of lists."""
    if not value:
        return ()
    if isinstance(value, str):
        return (value,)
    parts: Sequence[Any] = list(value)
    return tuple(str(name) for part in parts for name in ([part] if isinstance(part, str) else part))
