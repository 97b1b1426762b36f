"""Declared exclusions of a multiverse: by a variable, or by a check of data quality."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric
from osa_survey.analysis.multiverse.multiverse_choices import codes_of
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.quality import ExclusionRule, exclude
from osa_survey.quality.exclusions import CHECKS, WITH_THRESHOLD, check_rules

Mask = NDArray[np.bool_]
RULES = ("below", "above", "is")
THRESHOLDS = {
    "straight_lining": "longest_run",
    "response_variability": "below",
    "item_missingness": "above",
    "completion_time": "below_median_share",
}
"""The key of the threshold of a check, as in [exclude] of a study file."""


def exclusion_problems(data: Any, exclusions: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Return what is wrong with declared exclusions."""
    problems = []
    for name, rule in exclusions.items():
        key = f"exclusions.{name}"
        if not isinstance(rule, Mapping) or ("check" in rule) == ("variable" in rule):
            hint = f'{name} = {{ variable = "…", below = … }}, or above, or is; or {{ check = "straight_lining", … }}'
            problems.append(Problem("exclusion", f"exclusion '{name}' needs a variable or a check", key=key, hint=hint))
        elif "check" in rule:
            problems += _check_problems(data, name, rule, key)
        else:
            unknown = set(rule) - {"variable", "always", *RULES}
            if unknown or not set(rule) & set(RULES):
                hint = f'{name} = {{ variable = "…", below = … }}, or above, or is'
                message = f"exclusion '{name}' needs a variable and one of {', '.join(RULES)}"
                problems.append(Problem("exclusion", message, key=key, hint=hint))
    return problems


def _check_problems(data: Any, name: str, rule: Mapping[str, Any], key: str) -> list[Problem]:
    if not isinstance(data, ScoredData):
        message = "a data frame holds no answers that a check of quality could look at"
        return [Problem("no_items", message, key=key, hint="hand over scored answers: osa.score(responses)")]
    check = str(rule["check"])
    if check not in CHECKS:
        hint = nearest(check, list(CHECKS))
        return [Problem("unknown_check", f"there is no check '{check}'", key=key, hint=hint)]
    known = {"check", "block", "always", *({THRESHOLDS[check]} if check in THRESHOLDS else set())}
    unknown = set(rule) - known
    if unknown:
        message = f"the check '{check}' has no '{sorted(unknown)[0]}'"
        return [Problem("unknown_choice", message, key=key, hint=", ".join(sorted(known)))]
    if check in THRESHOLDS and THRESHOLDS[check] not in rule:
        return [Problem("no_threshold", f"the rule needs {WITH_THRESHOLD[check]}", key=key)]
    try:
        check_rules(data.responses, [_rule(name, rule)])
    except AnalysisError as error:
        return [Problem(one.code, one.message, key=key, hint=one.hint) for one in error.problems]
    return []


def _rule(name: str, rule: Mapping[str, Any]) -> ExclusionRule:
    check = str(rule["check"])
    threshold = float(rule[THRESHOLDS[check]]) if check in THRESHOLDS else math.nan
    return ExclusionRule(check, name, threshold, str(rule.get("block", "")))


def those_left(
    data: ScoredData | pd.DataFrame,
    exclusions: Mapping[str, Mapping[str, Any]],
    in_force: Sequence[str],
    judged: ScoredData | pd.DataFrame | None = None,
) -> Mask:
    """Return whom some of the exclusions leave.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    exclusions : mapping of str to mapping
        All of them, without a problem.
    in_force : sequence of str
        Those in force, besides those with ``always``.
    judged : ScoredData or DataFrame, optional
        The answers that checks look at, for completed sets those that people gave; by default ``data``.

    Notes
    -----
    Checks work one after the other in the declared order, each on whom those before it leave, as in a study; rules on
    variables look at everybody. Who has no answer to a rule's variable stays.
    """
    chosen = {name: rule for name, rule in exclusions.items() if name in in_force or rule.get("always")}
    checks = [_rule(name, rule) for name, rule in chosen.items() if "check" in rule]
    left = np.ones(len(data), dtype=bool)
    given = data if judged is None else judged
    if checks and isinstance(given, ScoredData):
        numbered = replace(given.responses, rows=np.arange(len(data)))  # rows of several files repeat
        left = np.isin(numbered.rows, exclude(numbered, checks).rows)
    for name, rule in chosen.items():
        if "variable" in rule:
            left &= ~excluded(columns_of(data, [str(rule["variable"])])[0], rule, name)
    return np.asarray(left)


def excluded(column: Column, rule: Mapping[str, Any], name: str) -> Mask:
    """Return whom a rule excludes; who has no answer to its variable stays."""
    if "is" in rule:
        return np.isin(column.values, codes_of(column, rule["is"], f"exclusions.{name}"))
    check_numeric(column, ordinal=True)
    with np.errstate(invalid="ignore"):
        below = column.values < float(rule.get("below", -np.inf))
        return np.asarray(below | (column.values > float(rule.get("above", np.inf))))
