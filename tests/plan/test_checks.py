"""Every code a check can give: what triggers it, what does not, and that it is documented."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import osa_survey.plan.checks as checks_folder
from osa_survey.dataset import Export, PlatformFacts
from osa_survey.errors import Problem
from osa_survey.plan.checks import LEVELS, Outcome, finding_codes, subject_of
from osa_survey.plan.checks.author_texts import CODES as TEXT_CODES
from osa_survey.plan.checks.frozen_plans import CODES as PLAN_CODES
from osa_survey.plan.checks.option_changes import split_codes
from osa_survey.plan.checks.reading import CODES as READING_CODES
from tests.made_up_studies import codebook, export_of, instrument, library_with

N = 60
BLOCK = {"calm": {"instrument": "calm", "columns": "q{n}"}}
GROUP = {"column": "group", "type": "nominal", "labels": {"1": "man", "2": "woman", "3": "other"}}
AGE = {"column": "age", "type": "number", "maximum": 99}
DAYS = [f"2026-05-{1 + n // 3:02d} 10:{n % 60:02d}:00" for n in range(N)]
PHASES = [3] * 30 + [4] * 30
MIXED = [3 + n % 2 for n in range(N)]


def run(
    columns: Mapping[str, Sequence[Any]],
    book: Mapping[str, Any] | None = None,
    *,
    strict: bool = False,
    excluding: Sequence[str] = (),
    items: int = 3,
    definition: Mapping[str, Any] | None = None,
    **fields: Any,
) -> tuple[list[Problem], dict[str, str]]:
    data = {"age": [20 + n % 50 for n in range(len(next(iter(columns.values()))))], **columns}
    export: Export = export_of(data, **fields)
    shelf = library_with(instrument(**(definition or {}), **(_long(items) if items != 3 else {})))
    subject = subject_of(export, codebook(**(book or {})), shelf, strict=strict, excluding=frozenset(excluding))
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    for functions in LEVELS.values():
        for function in functions:
            outcome = function(subject)
            assert isinstance(outcome, Outcome)
            findings.extend(outcome.findings)
            facts.update(outcome.facts)
    return findings, facts


def _long(items: int) -> dict[str, Any]:
    names = [f"calm_{n:02d}" for n in range(1, items + 1)]
    return {
        "items": [{"id": name, "tag": f"calm thing {name}", "options": "agree"} for name in names],
        "scales": [],
    }


def answers(n: int = N, seed: int = 1) -> dict[str, list[int]]:
    """Answers to three items from 1 to 5, the second one reversed."""
    random = np.random.default_rng(seed)
    values = random.integers(1, 6, size=(n, 3))
    return {f"q{item + 1}": values[:, item].tolist() for item in range(3)}


def variables(**more: Any) -> dict[str, Any]:
    return {"variables": {"age": AGE, **more}}


def items_of_pair(different: int) -> dict[str, list[int]]:
    """60 records of 40 items; the last is the first but for some items."""
    values = np.random.default_rng(2).integers(1, 6, size=(N, 40))
    values[-1] = values[0]
    values[-1, :different] = 6 - values[-1, :different]
    values[-1, :different][values[-1, :different] == 3] = 5
    return {f"q{item + 1}": values[:, item].tolist() for item in range(40)}


def total(shift: int = 0) -> list[int]:
    """The total of the three items by its key: q1 + (6 - q2) + q3; the first ones are shifted."""
    q = answers()
    keyed = [a + 6 - b + c for a, b, c in zip(q["q1"], q["q2"], q["q3"], strict=True)]
    return [value + (1 if n < shift else 0) for n, value in enumerate(keyed)]


def agree(*labels: str) -> dict[str, dict[str, str]]:
    return {f"q{n}": {str(code): label for code, label in enumerate(labels, start=1)} for n in (1, 2, 3)}


def device(names: Sequence[str]) -> dict[str, Any]:
    return {
        "columns": {"device": names, "begun": ["2026-05-12 13:40:09", "2026-05-12 13:40:51", "2026-05-12 13:41:00"]},
        "book": {"paradata": {"started": "begun", "device": "device"}},
        "strict": True,
    }


OFTEN = ("never", "less than monthly", "about monthly")
MONTHS = {"column": "w", "type": "number", "maps_to": "age"}


def maps(target: str, labels: Sequence[str], **more: Any) -> dict[str, Any]:
    entry = {"column": "m", "type": "nominal", "labels": dict(zip("123", labels, strict=False)), "maps_to": target}
    return {"columns": {"m": [1, 2] * (N // 2)}, "book": variables(m={**entry, **more})}


def rated(*whose: str) -> dict[str, Any]:
    entry = {"type": "ordinal", "labels": {"1": "none", "2": "slight"}, "maps_to": "outcome_positive"}
    return variables(**{n: {**entry, "column": n, "facets": {"whose": w}} for n, w in zip("ab", whose, strict=True)})


WEIGHT = variables(w={"column": "w", "type": "number", "weight": True})
STARTED = {**variables(group={**GROUP, "labels": {"3": "c", "4": "d"}}), "paradata": {"started": "begun"}}
VERSION = {**STARTED, "paradata": {"version": "version"}}
DIRECTION = ("not at all", "a little", "somewhat", "mostly", "fully")
WRONGNESS = {"column": "wrong", "type": "ordinal", "labels": {"1": "not at all wrong", "2": "slightly wrong"}}
BESIDE = {"beside": ["moral_disapproval"]}
MAPPED = {**GROUP, "labels": {"1": "man", "2": "woman"}, "maps_to": "gender"}
BY_GENDER = {
    "cutoffs": [
        {
            "scale": "total", "rule": ">=", "value": 10, "meaning": "above", "source": "made up", "verified": "seen",
            "default": True, "applies_to": {"variable": "gender", "category": "man"}, "everyone_else": "none",
        }
    ]
}  # fmt: skip
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing_beside": (
        {"columns": answers(), "book": {"blocks": BLOCK}, "definition": BESIDE, "strict": True},
        {
            "columns": {**answers(), "wrong": [1, 2] * 30},
            "book": {"blocks": BLOCK, **variables(own={**WRONGNESS, "maps_to": "moral_disapproval"})},
            "definition": BESIDE,
            "strict": True,
        },
    ),
    "group_not_held": (
        {"columns": answers(), "book": {"blocks": BLOCK}, "definition": BY_GENDER, "strict": True},
        {
            "columns": {**answers(), "group": [1, 2] * 30},
            "book": {
                "blocks": BLOCK,
                **variables(own=MAPPED),
            },
            "definition": BY_GENDER,
            "strict": True,
        },
    ),
    "unknown_column": (
        {"columns": {"extra": [1] * N}, "strict": True},
        {"columns": {"extra": [1] * N}, "strict": True, "book": {"ignored": ["extra"]}},
    ),
    "labels_differ": (
        {
            "columns": {"group": [1, 2] * 30},
            "book": variables(group=GROUP),
            "value_labels": {"group": {"1": "Woman", "2": "Man"}},
        },
        {
            "columns": {"group": [1, 2] * 30},
            "book": variables(group=GROUP),
            "value_labels": {"group": {"1": "MAN", "2": " woman "}},
        },
    ),
    "polarity": (
        {"columns": answers(), "book": {"blocks": BLOCK}, "value_labels": agree(*reversed(DIRECTION))},
        {"columns": answers(), "book": {"blocks": BLOCK}, "value_labels": agree(*DIRECTION)},
    ),
    "not_a_number": (
        {"columns": {"w": ["often"] * N}, "book": WEIGHT},
        {"columns": {"w": [1] * N}, "book": WEIGHT},
    ),
    "not_an_option": (
        {"columns": {"group": [7] * N}, "book": variables(group=GROUP)},
        {"columns": {"group": [3] * N}, "book": variables(group=GROUP)},
    ),
    "not_whole": (
        {"columns": {"c": [1.5] * N}, "book": variables(c={"column": "c", "type": "count"})},
        {"columns": {"c": [1] * N}, "book": variables(c={"column": "c", "type": "count"})},
    ),
    "out_of_range": (
        {"columns": {"c": [11] * N}, "book": variables(c={"column": "c", "type": "count", "maximum": 10})},
        {"columns": {"c": [10] * N}, "book": variables(c={"column": "c", "type": "count", "maximum": 10})},
    ),
    "no_consent_declared": (
        {"columns": {"group": [1] * N}, "strict": True},
        {
            "columns": {"group": [1] * N},
            "strict": True,
            "book": {
                **variables(group=GROUP),
                "eligibility": {"age": "age", "consent": {"variable": "group", "agreed": [1]}},
            },
        },
    ),
    "ages_disagree": (
        {"columns": {"alter": [20 + n % 50 + (7 if n == 4 else 0) for n in range(N)]}},
        {"columns": {"alter": [20 + n % 50 + (1 if n == 4 else 0) for n in range(N)], "age_first_sex": [15] * N}},
    ),
    "age_not_read": (
        {"columns": {"age": ["27 years", 250, *[30] * (N - 2)]}},
        {"columns": {"age": ["", 1987, *[30] * (N - 2)]}},
    ),
    "birth_year_as_age": (
        {"columns": {"age": [1987, 2001, *[30] * (N - 2)]}},
        {"columns": {"age": [111, 999, *[30] * (N - 2)]}},
    ),
    "options_changed": (
        {"columns": {"group": PHASES, "begun": DAYS}, "book": STARTED},
        {"columns": {"group": MIXED, "begun": DAYS}, "book": STARTED},
    ),
    "total_differs": (
        {"columns": {**answers(), "sum": total(shift=4)}, "book": {"blocks": BLOCK}},
        {"columns": {**answers(), "sum": total()}, "book": {"blocks": BLOCK}},
    ),
    "weight_negative": (
        {"columns": {"w": [-1, 3, *[1] * (N - 2)]}, "book": WEIGHT},
        {"columns": {"w": [0, 2, *[1] * (N - 2)]}, "book": WEIGHT},
    ),
    "weight_missing": (
        {"columns": {"w": ["", *[1] * (N - 1)]}, "book": WEIGHT},
        {"columns": {"w": [1] * N}, "book": WEIGHT},
    ),
    "weights_do_not_sum": (
        {"columns": {"w": [1.2] * N}, "book": WEIGHT},
        {"columns": {"w": [0.5, 1.5] * (N // 2)}, "book": WEIGHT},
    ),
    "near_duplicates": (
        {"columns": items_of_pair(2), "book": {"blocks": BLOCK}, "strict": True, "items": 40},
        {"columns": items_of_pair(3), "book": {"blocks": BLOCK}, "strict": True, "items": 40},
    ),
    "mapped_window_differs": (
        maps("osa_information_frequency_12m", OFTEN, type="ordinal", window="past 3 months"),
        maps("osa_information_frequency_12m", OFTEN, type="ordinal", window="Past 12 months"),
    ),
    "mapped_type_differs": (
        maps("osa_information_frequency_12m", OFTEN, type="nominal"),
        maps("osa_information_frequency_12m", OFTEN, type="ordinal"),
    ),
    "mapped_unit_differs": (
        {"columns": {"w": [1] * N}, "book": variables(w={**MONTHS, "unit": "months"})},
        {"columns": {"w": [1] * N}, "book": variables(w={**MONTHS, "unit": "Years"})},
    ),
    "mapped_order_differs": (
        maps("osa_information_frequency_12m", ["never", "about weekly", "about monthly"], type="ordinal"),
        maps("osa_information_frequency_12m", ["about weekly", "about monthly", "never"], type="ordinal"),
    ),
    "mapped_twice": (
        {"columns": {"a": [1] * N, "b": [1] * N}, "book": rated("own", "own")},
        {"columns": {"a": [1] * N, "b": [1] * N}, "book": rated("own", "joint")},
    ),
    "facet_not_stated": (
        {**maps("consent_direction", ["sent", "received"]), "strict": True},
        {**maps("consent_direction", ["sent", "received"], facets={"activity": "sexting"}), "strict": True},
    ),
    "same_device_and_minute": (device(["a", "a", "a"]), device(["a", "b", "a"])),
}


@pytest.mark.parametrize("code", CASES)
def test_each_code_has_a_file_that_fails_and_one_that_passes(code: str) -> None:
    failing, passing = CASES[code]
    assert code in {problem.code for problem in run(**failing)[0]}
    assert code not in {problem.code for problem in run(**passing)[0]}


def test_every_code_is_documented_and_has_a_case() -> None:
    assert set(CASES) == set(finding_codes()) - set(READING_CODES) - set(PLAN_CODES) - set(TEXT_CODES)
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
