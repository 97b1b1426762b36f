"""The reference numbers computed in R, one file per topic."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from osa_survey.weighting import survey_design
from tests.parity.design_cases import DESIGNS, FILES, PLANS, Case, frame
from tests.parity.golden_records import RECORD, Recorded


@pytest.fixture(scope="session")
def golden_folder(shared: Path) -> Path:
    """The folder of reference numbers, one folder per topic."""
    return shared / "golden"


@pytest.fixture(scope="session")
def load_golden(golden_folder: Path) -> Iterator[Callable[[str], dict[str, Any]]]:
    """A function from a topic ("effects", or "cfa/ordinal_invariance") to its results by name.

    Each result has `call` and `value`; some have `take`, `tolerance`, `note`, `warnings` or `error`. null is NA.
    """

    read: set[str] = set()

    @cache
    def load(topic: str) -> dict[str, Any]:
        folder, _, name = topic.partition("/")
        path = golden_folder / folder / f"{name or folder}.json"
        results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["results"]
        return Recorded(results, topic, read) if RECORD in os.environ else results

    yield load
    if RECORD in os.environ:
        Path(os.environ[RECORD]).write_text(json.dumps(sorted(read)), encoding="utf-8")


@pytest.fixture(scope="session")
def fair(golden_folder: Path) -> pd.DataFrame:
    """Every third answer of Fair's survey, the data of most of R's stored regressions."""
    return pd.read_csv(golden_folder / "regression" / "fair_every3.csv").astype(float)


@pytest.fixture(params=DESIGNS)
def design_case(request: pytest.FixtureRequest, golden_folder: Path) -> Case:
    """The name, the data and the design of each of four samples of schools."""
    data = frame(golden_folder, FILES[request.param])
    return request.param, data, survey_design(data, sample="probability", weights="pw", **PLANS[request.param])
