"""Small made-up exports and codebooks for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, ScoredData, admit
from osa_survey.instruments import Instrument, Library, load_library
from osa_survey.scoring import ScoringRule, score


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


def screening_instrument(**changes: Any) -> Instrument:
    """Return the made-up instrument with cut-offs: one for each gender, and one that is off."""
    cutoff = {"scale": "total", "meaning": "at or above the made-up cut-off", "source": "made up", "verified": "seen"}
    else_ = "No cut-off is applied to anyone else."
    groups = ("man", 10), ("woman", 9), ("another gender", 11)
    tied = [
        {
            **cutoff, "rule": ">=", "value": value, "default": True, "everyone_else": else_,
            "applies_to": {"variable": "gender", "category": category},
        }
        for category, value in groups
    ]  # fmt: skip
    off = {
        **cutoff,
        "rule": "<",
        "value": 6,
        "meaning": "below a made-up bound",
        "reason": "The authors advise not to.",
    }
    return instrument(**{"cutoffs": [*tied, off], **changes})


def screened(n: int, small: int, *, related: bool = False, **changes: Any) -> ScoredData:
    """Return scored answers of ``n`` made-up adults, of whom ``small`` have another gender.

    Their answers go together where they are ``related``.
    """
    generator = np.random.default_rng(7)
    gender = ["1"] * (n // 2) + ["2"] * (n - n // 2 - small) + ["3"] * small
    columns = {f"q{item}": generator.integers(1, 6, n).tolist() for item in (1, 2, 3)}
    if related:
        trait = generator.normal(size=n)
        signs = {1: 1.0, 2: -1.0, 3: 1.0}
        noise = {item: generator.normal(scale=0.8, size=n) for item in signs}
        columns = {
            f"q{item}": np.clip(np.round(3 + sign * trait + noise[item]), 1, 5).astype(int).astype(object).tolist()
            for item, sign in signs.items()
        }
    columns["q1"][0] = ""
    labels = {"1": "man", "2": "woman", "3": "another gender"}
    book = codebook(
        blocks={"c": {"instrument": "calm", "columns": "q{n}"}},
        variables={
            "age": {"column": "age", "type": "number", "maximum": 99},
            "gender": {"column": "gender", "type": "nominal", "labels": labels, "maps_to": "gender"},
        },
    )
    export = export_of({"age": ["30"] * n, "gender": gender, **columns})
    return score(admit(export, book, library_with(screening_instrument(**changes))))


def score_answers(
    definition: str | Instrument,
    *rows: Sequence[Any],
    rules: Mapping[str, ScoringRule] | None = None,
    undeclared: str = "refuse",
) -> ScoredData:
    """Score rows of answers (a person each, "" is a gap) through an export and a codebook, in the block ``b``."""
    own = [definition] if isinstance(definition, Instrument) else []
    shelf = library_with(*own)
    chosen = shelf.instrument(definition.id if isinstance(definition, Instrument) else definition)
    block: dict[str, Any] = {"instrument": chosen.id, "columns": "q{n}"}
    if chosen.ask_polarity:
        codes = {code for item in chosen.items for code in chosen.options_of(item.id).codes}
        block["codes"] = {f"{code:g}": code for code in sorted(codes)}
    columns = {f"q{n}": list(column) for n, column in enumerate(zip(*rows, strict=True), start=1)}
    export = export_of({"age": ["30"] * len(rows), **columns})
    return score(admit(export, codebook(blocks={"b": block}), shelf, undeclared=undeclared), rules)
