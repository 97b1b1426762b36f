"""Every code a check can give: what triggers it, what does not, and that it is documented."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import osa_survey.plan.checks as checks_folder
from osa_survey.dataset import PlatformFacts
from osa_survey.errors import Problem
from osa_survey.plan.checks import LEVELS, finding_codes
from osa_survey.plan.checks.author_texts import CODES as TEXT_CODES
from osa_survey.plan.checks.frozen_plans import CODES as PLAN_CODES
from osa_survey.plan.checks.gap_categories import CODES as GAP_CODES
from osa_survey.plan.checks.named_categories import CODES as CATEGORY_CODES
from osa_survey.plan.checks.option_changes import split_codes
from osa_survey.plan.checks.reading import CODES as READING_CODES
from osa_survey.plan.checks.target_sums import CODES as TARGET_CODES
from osa_survey.plan.checks.unconfirmed import CODES as MARK_CODES
from tests.made_up_studies import instrument
from tests.plan.check_cases import (
    BESIDE,
    BLOCK,
    CASES,
    DAYS,
    GROUP,
    MIXED,
    PHASES,
    STARTED,
    VERSION,
    WRONGNESS,
    N,
    agree,
    answers,
    items_of_pair,
    maps,
    run,
    total,
    variables,
)


@pytest.mark.parametrize("code", CASES)
def test_each_code_has_a_file_that_fails_and_one_that_passes(code: str) -> None:
    failing, passing = CASES[code]
    assert code in {problem.code for problem in run(**failing)[0]}
    assert code not in {problem.code for problem in run(**passing)[0]}


def test_every_code_is_documented_and_has_a_case() -> None:
    elsewhere = {*READING_CODES, *PLAN_CODES, *TEXT_CODES, *MARK_CODES, *CATEGORY_CODES, *GAP_CODES, *TARGET_CODES}
    assert set(CASES) == set(finding_codes()) - elsewhere
    assert all(len(meaning) > 10 for meaning in finding_codes().values())


def test_every_code_stands_in_the_readme_of_the_formats(checkout: Path) -> None:
    text = (checkout / "data_dictionary" / "README.md").read_text(encoding="utf-8")
    for code, meaning in finding_codes().items():
        assert f"| `{code}` | {meaning} |" in text


def test_no_check_gives_a_code_that_is_not_documented() -> None:
    written = set()
    for path in Path(checks_folder.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args:
                first = node.args[0]
                written |= {first.value} if isinstance(first, ast.Constant) else set()
    assert written
    assert written <= set(finding_codes())


def test_what_merges_and_what_is_lost_is_told_and_is_no_finding() -> None:
    recode = {"divorced": "single", "widowed": "single"}
    case = maps("relationship_status", ["single", "divorced", "widowed"], recode=recode)
    case["book"]["variables"]["m"]["labels"]["4"] = "it depends"
    case["book"]["variables"]["m"]["not_mapped"] = {"it depends": "says nothing on a partner"}
    findings, facts = run(**case)
    assert not findings
    assert facts["m as relationship_status: merges"] == "single, divorced, widowed → single"
    assert facts["m as relationship_status: without a harmonised category"] == "it depends (says nothing on a partner)"


def test_another_window_names_the_variable_of_that_window() -> None:
    findings, _ = run(**CASES["mapped_window_differs"][0])
    assert "'osa_information_frequency_3m' (past 3 months)" in findings[0].hint
    assert "never recoded" in findings[0].hint


def test_weights_that_the_study_file_reads_are_taken_as_they_are() -> None:
    case = CASES["weights_do_not_sum"][0]
    found, _ = run(**case)
    assert [problem.code for problem in found] == ["weights_do_not_sum"]
    assert 'variable = "w" under [weights]' in found[0].hint
    found, facts = run(**case, weighting="w")
    assert not found
    # 60 weights of 1.2
    assert facts["weight w"] == "60 weights, sum 72.00, mean 1.2000; [weights] takes them as they are"
    assert [one.code for one in run(**case, weighting="other")[0]] == ["weights_do_not_sum"]


def test_findings_of_the_reader_are_handed_on() -> None:
    found = Problem("ragged_row", "two rows are short", "made_up.csv", 3)
    assert run({"x": [1] * N}, findings=(found,))[0] == [found]


def test_the_day_of_a_change_by_hand() -> None:
    """Three records a day: record 30 is the first of 11 May."""
    findings, _ = run(**CASES["options_changed"][0])
    (problem,) = findings
    assert problem.message.startswith("3 became 4 on 2026-05-11: 30 answers have the first, all before 2026-05-11")
    assert problem.column == "group"
    assert problem.row == 32


def test_a_change_between_versions() -> None:
    versions = ["first"] * 30 + ["second"] * 30
    findings, _ = run({"group": PHASES, "version": versions}, VERSION)
    assert [problem.code for problem in findings] == ["options_changed"]
    assert "between versions 'first' and 'second'" in findings[0].message
    assert not run({"group": MIXED, "version": versions}, VERSION)[0]


def test_a_change_is_not_seen_where_day_and_month_may_be_swapped() -> None:
    days = [f"{1 + n // 12}/{1 + n // 6}/2026" for n in range(N)]
    findings, facts = run({"group": PHASES, "begun": days}, STARTED)
    assert not findings
    assert "order of day and month is not certain" in facts["days of fieldwork"]


def test_rare_codes_split_by_chance_are_no_change() -> None:
    # five and five: 5! 5! / 10! = 1 / 252 is below .005
    codes = np.array([1] * 5 + [2] * 5)
    change = split_codes(codes, np.arange(10))
    assert change is not None
    assert (change.old, change.new, change.begins) == (1, 2, 5)
    assert split_codes(codes, np.arange(10), chance=0.003) is None
    # four are too few, whatever the other
    assert split_codes(np.array([1] * 4 + [2] * 50), np.arange(54)) is None
    # one answer out of time is enough
    assert split_codes(np.array([1] * 5 + [2] * 5 + [1]), np.arange(11)) is None
    random = np.random.default_rng(5)
    assert all(split_codes(random.integers(0, 6, 400), np.arange(400)) is None for _ in range(50))


def test_a_listed_total_is_a_fact_and_its_reason_is_named() -> None:
    q = answers()
    q["q1"][:5] = [0] * 5
    keyed = [a + (6 - b) + c for a, b, c in zip(q["q1"], q["q2"], q["q3"], strict=True)]
    blocks = {"calm": {**BLOCK["calm"], "missing": {"not_answered": [0]}}}
    findings, facts = run({**q, "sum": keyed}, {"blocks": blocks, "ignored": ["sum"]})
    assert not findings
    assert facts["shipped total 'sum'"] == (
        "equals calm_total in 55 of 55 complete records; 5 records differ from the score made here: "
        "gaps were counted as zero or by their code (5)"
    )
    findings, _ = run({**q, "sum": keyed}, {"blocks": blocks})
    assert [(problem.code, problem.count) for problem in findings] == [("total_differs", 5)]


def test_a_total_without_reversing_is_called_out() -> None:
    q = answers()
    plain = [sum(values) for values in zip(*q.values(), strict=True)]
    findings, _ = run({**q, "sum": plain}, {"blocks": BLOCK})
    assert [problem.code for problem in findings] == ["total_differs"]
    assert "reverse-keyed items are not reversed" in findings[0].message


def test_words_for_the_same_answer_differ_only_for_strict_checks() -> None:
    case = {
        "columns": {"group": [1, 2] * 30},
        "book": {**variables(group=GROUP), "eligibility": {"age": "age"}},
        "value_labels": {"group": {"1": "male person", "2": "woman"}},
    }
    assert not run(**case)[0]
    assert "labels_differ" in {problem.code for problem in run(**case, strict=True)[0]}


def test_polarity_by_common_words_and_the_way_out() -> None:
    labels = agree("fully", "4", "3", "2", "not at all")
    findings, _ = run(answers(), {"blocks": BLOCK}, value_labels=labels)
    assert [problem.code for problem in findings] == ["polarity"]
    assert "codes = { 1 = 5, 2 = 4, 3 = 3, 4 = 2, 5 = 1 }" in findings[0].hint
    turned = {"calm": {**BLOCK["calm"], "codes": {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}}}
    assert not run(answers(), {"blocks": turned}, value_labels=labels)[0]


def test_near_duplicates_are_facts_unless_strict_and_not_excluded() -> None:
    case = {"columns": items_of_pair(1), "book": {"blocks": BLOCK}, "items": 40}
    findings, facts = run(**case)
    assert not findings
    assert facts["near duplicates of an earlier record"] == "1"
    codes = {problem.code for problem in run(**case, strict=True, excluding=["near_duplicates"])[0]}
    assert "near_duplicates" not in codes


def test_break_offs_by_page() -> None:
    q = {name: [str(value) for value in column] for name, column in answers().items()}
    for record in range(6):
        q["q2"][record] = q["q3"][record] = ""
    unfinished = np.arange(N) < 6
    _, facts = run(q, {"blocks": BLOCK}, facts=PlatformFacts(unfinished=unfinished))
    assert facts["broke off"] == "6 (6 at block 'calm')"


def test_only_answers_of_adults_are_looked_at() -> None:
    """The records of those under 18 hold an option nobody else has: no finding may show it."""
    columns = {"age": [16] * 10 + [30] * 50, "group": [9] * 10 + [1] * 50, "begun": DAYS}
    findings, _ = run(columns, {**variables(group=GROUP), "paradata": {"started": "begun"}})
    assert not findings


@pytest.fixture
def names() -> Callable[[], list[str]]:
    return lambda: [function.__name__ for functions in LEVELS.values() for function in functions]


def test_three_levels(names: Callable[[], list[str]]) -> None:
    assert list(LEVELS) == ["file", "columns", "values"]
    assert len(set(names())) == len(names())


def test_alerts_and_companions_are_told_by_every_check_and_are_findings_of_strict_ones_only() -> None:
    definition = {**BESIDE, "alerts": [{"item": "calm_03", "note": "Prepare a safety protocol."}]}
    findings, facts = run(answers(), {"blocks": BLOCK}, definition=definition)
    assert findings == []
    assert facts["alert in calm"] == "Calm, item 3 (calm thing 3): Prepare a safety protocol."
    told = facts["beside calm"]
    assert "ICD-11 excludes distress" in told and "holds no variable" in told
    wrong = {**WRONGNESS, "maps_to": "moral_disapproval"}
    columns = {**answers(), "wrong": [1, 2] * 30}
    _, facts = run(columns, {"blocks": BLOCK, **variables(own=wrong)}, definition=definition)
    assert "This study holds it as 'own'." in facts["beside calm"]
    # a study on other scales is told nothing
    _, facts = run(answers(), {"blocks": BLOCK})
    assert not any(name.startswith(("alert", "beside")) for name in facts)


def test_a_shipped_percentage_is_recognised_by_its_multiplier() -> None:
    definition = {
        "scales": [{**instrument().scales[0].model_dump(), "id": "double", "times": 2.0, "range": (6, 30)}],
    }
    doubled = [2 * value for value in total()]
    _, facts = run({**answers(), "twice": doubled}, {"blocks": BLOCK}, definition=definition)
    assert facts["shipped total 'twice'"] == "equals calm_double in 60 of 60 complete records"
    _, facts = run({**answers(), "twice": total()}, {"blocks": BLOCK}, definition=definition)
    assert "shipped total 'twice'" not in facts
