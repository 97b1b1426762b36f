"""The reference numbers can be read, and each says how it was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TOPICS = (
    "careless",
    "cfa",
    "cfa/ordinal_invariance",
    "effects",
    "efa",
    "io",
    "lca",
    "mi",
    "regression",
    "reliability",
    "scs",
    "weights",
)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_results(topic: str, load_golden: Callable[[str], dict[str, Any]]) -> None:
    results = load_golden(topic)
    assert results
    assert load_golden(topic) is results
    assert all(isinstance(entry, dict) for entry in results.values())
