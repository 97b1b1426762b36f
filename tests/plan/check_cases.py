"""For every code a check can give: a made-up study that triggers it, and one that does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osa_survey.dataset import Export
from osa_survey.errors import Problem
from osa_survey.plan.checks import LEVELS, Outcome, subject_of
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
    weighting: str = "",
    items: int = 3,
    definition: Mapping[str, Any] | None = None,
    **fields: Any,
) -> tuple[list[Problem], dict[str, str]]:
    data = {"age": [20 + n % 50 for n in range(len(next(iter(columns.values()))))], **columns}
    export: Export = export_of(data, **fields)
    shelf = library_with(instrument(**(definition or {}), **(_long(items) if items != 3 else {})))
    book_, left_out = codebook(**(book or {})), frozenset(excluding)
    subject = subject_of(export, book_, shelf, strict=strict, excluding=left_out, weighting=weighting)
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
