"""Cross-lagged models under weights and over completed sets, as lavaan has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import cross_lagged
from osa_survey.dataset import SurveyDesign
from osa_survey.results import Result
from tests.made_up_regressions import as_imputed, as_scored

WAVES = [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]]
SEARCHED = 1e-5
"""Relative: where two searches end."""
PATHS = [("a2", "a1"), ("a2", "b1"), ("b2", "a1"), ("b2", "b1"), ("a3", "a2"), ("a3", "b2"), ("b3", "a2"), ("b3", "b2")]


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("weighted_panels.json").read_text(encoding="utf-8"))
    return found


def numbers(result: Result) -> np.ndarray:
    rows = [result.pick("b", outcome=outcome, term=term) for outcome, term in PATHS]
    return np.array([[row["estimate"], row["std_error"]] for row in rows])


def test_weighted_paths_and_their_sandwich(in_r: dict[str, Any]) -> None:
    people, w = pd.DataFrame(in_r["data"]), np.array(in_r["w"])
    found = numbers(cross_lagged(as_scored(people, SurveyDesign("quota", w)), WAVES))
    n = len(w)
    np.testing.assert_allclose(found[:, 0], in_r["weighted"]["est"], rtol=SEARCHED)
    # linearisation divides by n − 1 where lavaan's sandwich divides by n
    np.testing.assert_allclose(found[:, 1] * np.sqrt((n - 1) / n), in_r["weighted"]["se"], rtol=SEARCHED)


def test_pooled_paths(in_r: dict[str, Any]) -> None:
    people = pd.DataFrame(in_r["data"])
    completed = [people.assign(b2=values) for values in in_r["b2"]]
    found = numbers(cross_lagged(as_imputed(people, completed), WAVES))
    np.testing.assert_allclose(found, np.column_stack([in_r["pooled"]["est"], in_r["pooled"]["se"]]), rtol=SEARCHED)
