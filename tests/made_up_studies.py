"""Small made-up exports and codebooks for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export
from osa_survey.instruments import Instrument, Library, load_library


def export_of(columns: Mapping[str, Sequence[Any]], **fields: Any) -> Export:
    """Return an export as a reader would: text columns, one header row."""
    table = pa.table({name: pa.array([str(value) for value in values]) for name, values in columns.items()})
    rows = np.arange(2, table.num_rows + 2)
    return Export(columns=table, rows=rows, file="made_up.csv", sha256="0" * 64, **fields)


def instrument(**changes: Any) -> Instrument:
    """Return a made-up instrument of three items from 1 to 5, the second one reversed."""
    content: dict[str, Any] = {
        "format": 1,
        "id": "calm",
        "version": 1,
        "title": "Made-up Calm Scale",
        "short_title": "Calm",
        "construct": "calm",
        "citation": {"text": "Made up for tests."},
        "verified": "seen",
        "verification_note": "made up",
        "response_options": {"agree": {"codes": [1, 2, 3, 4, 5], "labels": {"1": "not at all", "5": "fully"}}},
        "items": [{"id": f"calm_0{n}", "tag": f"calm thing {n}", "options": "agree"} for n in (1, 2, 3)],
        "scales": [
            {
                "id": "total",
                "title": "total",
                "items": ["calm_01", "-calm_02", "calm_03"],
                "score": "sum",
                "range": [3, 15],
                "higher_means": "more calm",
                "missing": {"min_answered": 3, "basis": "complete"},
            }
        ],
        "licence": {"status": "made up", "wording_redistributable": "yes", "verified": "seen"},
    }
    return Instrument.model_validate({**content, **changes})


def library_with(*instruments: Instrument) -> Library:
    """Return the shelf with made-up instruments added."""
    shelf = load_library()
    own = {entry.id: entry for entry in instruments}
    return Library(
        {**shelf.instruments, **own}, shelf.variables, {**shelf.hashes, **{f"instruments/{i}": "" for i in own}}
    )


def codebook(**changes: Any) -> Codebook:
    """Return a codebook with an age column."""
    content: dict[str, Any] = {
        "format": 1,
        "title": "Made-up study",
        "eligibility": {"age": "age"},
        "variables": {"age": {"column": "age", "type": "number", "maximum": 99}},
    }
    return Codebook.model_validate({**content, **changes})
