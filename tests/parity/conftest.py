"""The reference numbers computed in R, one file per topic."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def golden_folder(shared: Path) -> Path:
    """The folder of reference numbers, one folder per topic."""
    return shared / "golden"


@pytest.fixture(scope="session")
def load_golden(golden_folder: Path) -> Callable[[str], dict[str, Any]]:
    """A function from a topic ("effects", or "cfa/ordinal_invariance") to its results by name.

    Each result has `call` and `value`; some have `take`, `tolerance`, `note`, `warnings` or `error`. null is NA.
    """

    @cache
    def load(topic: str) -> dict[str, Any]:
        folder, _, name = topic.partition("/")
        path = golden_folder / folder / f"{name or folder}.json"
        results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["results"]
        return results

    return load
