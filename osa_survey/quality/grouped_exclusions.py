"""Exclusions within groups of records that know nothing of each other: each simulated study for itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses
from osa_survey.quality.completion_times import relative_speed
from osa_survey.quality.exclusions import CHECKS, ExclusionRule, check_rules
from osa_survey.quality.identical_records import surplus_identical

BY_ROW = ("straight_lining", "response_variability", "item_missingness", "attention_checks")
"""Checks that look at one record alone."""
GROUP = "group of records"


def exclude_within(
    responses: Responses, rules: Sequence[ExclusionRule], groups: NDArray[np.int64]
) -> tuple[Responses, NDArray[np.int64]]:
    """Return the responses without those the rules exclude, each group judged as if it were alone.

    Parameters
    ----------
    responses : Responses
        Admitted answers of several groups.
    rules : sequence of ExclusionRule
        As ``exclude`` takes them.
    groups : ndarray of int, shape (respondents,)
        The group of each respondent, rising.

    Returns
    -------
    responses : Responses
        Who is left.
    groups : ndarray of int, shape (who is left,)
        Their groups.

    Raises
    ------
    AnalysisError
        As ``exclude``.

    Notes
    -----
    Medians, duplicates and repeated identifiers are those of a group; what one record tells by itself is judged for
    all groups at once. The numbers are those of ``exclude`` on every group.
    """
    check_rules(responses, rules)
    for rule in rules:
        if not len(groups):
            break
        leaving = _leaving(responses, rule, groups)
        if leaving.any():
            responses = responses.keep(~leaving, rule.check, rule.reason)
            groups = groups[~leaving]
    return responses, groups


def _leaving(responses: Responses, rule: ExclusionRule, groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    if rule.check in BY_ROW:
        return CHECKS[rule.check](responses, rule)
    if rule.check == "identical_records":
        apart = responses.codes.assign(**{GROUP: groups.astype(np.float64)})
        return surplus_identical(apart, responses.reasons.assign(**{GROUP: np.zeros(len(groups), np.uint8)}))
    leaving = np.zeros(len(groups), dtype=bool)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        rows = slice(start, end)
        if rule.check == "completion_time":
            leaving[rows] = relative_speed(responses.paradata["duration"].to_numpy(dtype=float)[rows]) < rule.threshold
            continue
        own = np.zeros(len(groups), dtype=bool)
        own[rows] = True
        leaving[rows] = CHECKS[rule.check](responses.keep(own, rule.check, rule.reason), rule)
    return leaving
