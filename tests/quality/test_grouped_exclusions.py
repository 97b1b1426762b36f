"""Exclusions within groups are the exclusions of each group alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import Responses
from osa_survey.errors import AnalysisError
from osa_survey.quality import ExclusionRule, exclude
from osa_survey.quality.grouped_exclusions import exclude_within
from osa_survey.simulation import as_responses, simulate
from tests.made_up_populations import entry, small_codebook

RULES = {
    "straight_lining": ExclusionRule("straight_lining", "same answer", 8, "scs"),
    "response_variability": ExclusionRule("response_variability", "no spread", 0.3, "scs"),
    "item_missingness": ExclusionRule("item_missingness", "gaps", 0.2),
    "completion_time": ExclusionRule("completion_time", "too fast", 0.4),
    "identical_records": ExclusionRule("identical_records", "twice"),
    "near_duplicates": ExclusionRule("near_duplicates", "nearly twice"),
}
GROUPS = 4


@pytest.fixture(scope="module")
def mixed() -> tuple[Responses, np.ndarray]:
    """Careless, hasty and repeated records of four groups; the last group is the slow one."""
    codebook = small_codebook()
    flaws = {"duplicates": 0.05, "near_duplicates": 0.03, "speeders": 0.05}
    who = entry(flaws=flaws, gaps={"rates": {"refused": 0.05}}, careless={"kinds": {"straight_line": 0.1}})
    responses = as_responses(simulate(codebook, who, 320, 5), codebook)
    groups = np.arange(len(responses)) * GROUPS // len(responses)
    paradata = responses.paradata.copy()
    paradata["duration"] = paradata["duration"] * np.where(groups == GROUPS - 1, 3.0, 1.0)
    return replace(responses, paradata=paradata), groups


def alone(responses: Responses, groups: np.ndarray, rules: list[ExclusionRule]) -> pd.DataFrame:
    parts = [exclude(responses.keep(groups == group, "part", "part"), rules) for group in range(GROUPS)]
    return pd.concat([part.codes.assign(row=part.rows) for part in parts], ignore_index=True)


@pytest.mark.parametrize("check", [*RULES, "all"])
def test_each_group_is_judged_as_if_it_were_alone(mixed: tuple[Responses, np.ndarray], check: str) -> None:
    responses, groups = mixed
    rules = list(RULES.values()) if check == "all" else [RULES[check]]
    kept, left = exclude_within(responses, rules, groups)
    expected = alone(responses, groups, rules)
    assert 0 < len(kept) < len(responses)
    pd.testing.assert_frame_equal(kept.codes.assign(row=kept.rows), expected)
    assert len(left) == len(kept)
    assert (np.diff(left) >= 0).all()


def test_together_they_would_be_judged_by_each_other(mixed: tuple[Responses, np.ndarray]) -> None:
    responses, groups = mixed
    together = exclude(responses, [RULES["completion_time"]])
    apart, _ = exclude_within(responses, [RULES["completion_time"]], groups)
    assert together.rows.tolist() != apart.rows.tolist()


def test_rules_that_cannot_be_applied_are_refused_together(mixed: tuple[Responses, np.ndarray]) -> None:
    responses, groups = mixed
    with pytest.raises(AnalysisError) as caught:
        exclude_within(
            responses, [ExclusionRule("item_missingness", ""), ExclusionRule("attention_checks", "x")], groups
        )
    assert {problem.code for problem in caught.value.problems} == {"no_reason", "no_threshold", "no_attention_check"}


def test_where_nobody_is_left_nothing_is_judged(mixed: tuple[Responses, np.ndarray]) -> None:
    responses, groups = mixed
    everyone = ExclusionRule("straight_lining", "any answers", 0, "scs")
    kept, left = exclude_within(responses, [everyone, RULES["completion_time"], RULES["identical_records"]], groups)
    assert len(kept) == len(left) == 0
