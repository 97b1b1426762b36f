"""Exclusions: only what the study file declares, each with its reason, each written into the flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.quality.attention_checks import attention_columns, failed_checks
from osa_survey.quality.completion_times import relative_speed
from osa_survey.quality.identical_records import repeated_identifiers, surplus_identical
from osa_survey.quality.item_missingness import missing_share
from osa_survey.quality.near_duplicates import near_duplicates_of
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.screening import identifier_of
from osa_survey.quality.straight_lines import longest_runs


@dataclass(frozen=True)
class ExclusionRule:
    """One rule of the study file.

    Attributes
    ----------
    check : str
        ``straight_lining`` (longest run of at least ``threshold``), ``response_variability`` (below ``threshold``),
        ``item_missingness`` (share above ``threshold``), ``completion_time`` (below ``threshold`` times the median),
        ``identical_records``, ``near_duplicates``, ``repeated_ids`` or ``attention_checks`` (without threshold).
    reason : str
        Printed in the flow of respondents.
    threshold : float
        See ``check``.
    block : str
        The block a rule looks at; "" means every block.
    """

    check: str
    reason: str
    threshold: float = np.nan
    block: str = ""


Check = Callable[[Responses, ExclusionRule], NDArray[np.bool_]]


def exclude(responses: Responses, rules: Sequence[ExclusionRule]) -> Responses:
    """Return the responses without those the rules exclude, in the order of the rules.

    Parameters
    ----------
    responses : Responses
        Admitted answers; they are unchanged.
    rules : sequence of ExclusionRule
        What excludes, each with its reason.

    Returns
    -------
    Responses
        New responses; each rule is a step of ``history``.

    Raises
    ------
    AnalysisError
        If a rule is unknown, lacks its threshold, or needs what the codebook does not name; all are listed.
    """
    check_rules(responses, rules)
    for rule in rules:
        leaving = CHECKS[rule.check](responses, rule)
        responses = responses.keep(~leaving, rule.check, rule.reason)
    return responses


def check_rules(responses: Responses, rules: Sequence[ExclusionRule]) -> None:
    """Raise an AnalysisError with everything that keeps the rules from being applied to these responses."""
    problems = [problem for rule in rules for problem in _problems(responses, rule)]
    if problems:
        raise AnalysisError(problems)


def _problems(responses: Responses, rule: ExclusionRule) -> list[Problem]:
    key = f"exclude.{rule.check}"
    if rule.check not in CHECKS:
        return [Problem("unknown_check", f"there is no check '{rule.check}'", hint=nearest(rule.check, list(CHECKS)))]
    problems = []
    if not rule.reason.strip():
        problems.append(Problem("no_reason", "an exclusion needs its reason", key=key, hint='reason = "preregistered"'))
    if rule.check in WITH_THRESHOLD and np.isnan(rule.threshold):
        problems.append(Problem("no_threshold", f"the rule needs {WITH_THRESHOLD[rule.check]}", key=key))
    if rule.block and rule.block not in responses.codebook.blocks:
        hint = nearest(rule.block, list(responses.codebook.blocks))
        problems.append(Problem("unknown_block", f"there is no block '{rule.block}'", key=key, hint=hint))
    if rule.check == "completion_time" and "duration" not in responses.paradata:
        hint = 'name its column in the codebook: [paradata] duration = "…"'
        problems.append(Problem("no_duration", "the codebook names no completion time", key=key, hint=hint))
    if rule.check == "repeated_ids" and identifier_of(responses) is None:
        hint = "declare a variable of type identifier"
        problems.append(Problem("no_identifier", "the codebook names no identifier", key=key, hint=hint))
    if rule.check == "attention_checks" and not attention_columns(responses.paradata):
        hint = 'declare them in the codebook: [attention.first] column = "…", passed = [4]'
        problems.append(Problem("no_attention_check", "the codebook names no attention check", key=key, hint=hint))
    return problems


def _any_block(
    responses: Responses, rule: ExclusionRule, judge: Callable[[str], NDArray[np.bool_]]
) -> NDArray[np.bool_]:
    blocks = [rule.block] if rule.block else list(responses.codebook.blocks)
    result = np.zeros(len(responses), dtype=bool)
    for block in blocks:
        result |= judge(block)
    return result


def _straight_lining(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    return _any_block(responses, rule, lambda block: longest_runs(responses.items(block)) >= rule.threshold)


def _response_variability(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    return _any_block(responses, rule, lambda block: response_variability(responses.items(block)) < rule.threshold)


def _item_missingness(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    def judge(block: str) -> NDArray[np.bool_]:
        reasons = responses.reasons[list(responses.item_columns(block))].to_numpy(dtype=np.uint8)
        return np.asarray(missing_share(reasons, responses.items(block)) > rule.threshold)

    return _any_block(responses, rule, judge)


def _completion_time(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    duration = responses.paradata["duration"].to_numpy(dtype=float)
    return np.asarray(relative_speed(duration) < rule.threshold)


def _identical_records(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    return surplus_identical(responses.codes, responses.reasons)


def _repeated_ids(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    identifiers = identifier_of(responses)
    if identifiers is None:
        return np.zeros(len(responses), dtype=bool)
    return repeated_identifiers(identifiers)


def _attention_checks(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    return failed_checks(responses.paradata) > 0


def _near_duplicates(responses: Responses, rule: ExclusionRule) -> NDArray[np.bool_]:
    return near_duplicates_of(responses)


CHECKS: dict[str, Check] = {
    "straight_lining": _straight_lining,
    "response_variability": _response_variability,
    "item_missingness": _item_missingness,
    "completion_time": _completion_time,
    "identical_records": _identical_records,
    "near_duplicates": _near_duplicates,
    "repeated_ids": _repeated_ids,
    "attention_checks": _attention_checks,
}
WITH_THRESHOLD = {
    "straight_lining": "longest_run = items in a row",
    "response_variability": "below = a standard deviation",
    "item_missingness": "above = a share from 0 to 1",
    "completion_time": "below_median_share = a share of the median time",
}
