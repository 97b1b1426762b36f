"""Measures under weights and over imputed sets leave no English in a German report."""

from __future__ import annotations

from typing import Any

import pytest

import osa_survey
from tests.composed_answers import data
from tests.contract.test_german import _checked

NAMES = "calm thing total"
"""Names of the made-up scale and its items."""
MEASURES: list[tuple[str, str, dict[str, Any]]] = [
    ("retest", "people", {"first": "positive", "second": "negative"}),
    ("correlate", "people", {"variables": ["score", "x"], "method": "spearman", "effect_sizes": ["icc", "kendalls_w"]}),
    ("correlate", "people", {"variables": ["score", "x"], "method": "kendall"}),
    ("polychoric", "screened", {"numbers": ["c_total"]}),
    ("polychoric", "screened", {"missing": "listwise"}),
    ("efa", "screened", {"factors": 1}),
    ("efa", "screened", {"factors": 1, "correlation": "polychoric", "extraction": "ml"}),
    ("dimensionality", "screened", {"draws": 20}),
    ("reliability", "screened", {"draws": 0, "ordinal_alpha": True, "details": True, "factors": 2}),
    ("reliability", "screened", {"draws": 0, "missing": "pairwise", "by": "gender"}),
]


@pytest.mark.parametrize(("name", "kind", "options"), MEASURES, ids=[f"{n}-{one[0]}" for n, one in enumerate(MEASURES)])
def test_a_composed_measure_leaves_no_english(name: str, kind: str, options: dict[str, Any]) -> None:
    _checked(getattr(osa_survey, name)(data(kind, True, "weights"), **options), NAMES)


@pytest.mark.parametrize("name", ["polychoric", "dimensionality"])
def test_sets_without_weights_leave_no_english(name: str) -> None:
    _checked(getattr(osa_survey, name)(data("screened", True, "")), NAMES)


def test_direct_likelihood_under_weights_leaves_no_english() -> None:
    _checked(osa_survey.reliability(data("screened", False, "weights"), missing="fiml", details=True), NAMES)
    _checked(osa_survey.polychoric(data("screened", False, "replicates"), method="ml"), NAMES)
