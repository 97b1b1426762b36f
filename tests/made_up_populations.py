"""A small codebook whose column names every platform can have, and populations for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.codebooks import Codebook
from osa_survey.simulation import PopulationEntry

NO_FLAWS: dict[str, Any] = {
    "gaps": {"rates": {}},
    "flaws": {
        "no_consent": 0,
        "age_unknown": 0,
        "age_impossible": 0,
        "break_offs": 0,
        "duplicates": 0,
        "near_duplicates": 0,
        "speeders": 0,
    },
    "careless": {"kinds": {}},
}
YES_NO = {"1": "yes", "2": "no"}


def small_codebook(paradata: Mapping[str, str] | None = None, **changes: Any) -> Codebook:
    """Return a codebook with consent, age, a filter, a check-all question, a number with decimals, and two scales."""
    content: dict[str, Any] = {
        "format": 1,
        "title": "Made-up study",
        "missing": {"refused": [-99], "dont_know": [-98]},
        "eligibility": {"age": "age", "consent": {"variable": "consent", "agreed": [1]}},
        "paradata": {"duration": "time_taken", "progress": "reached"} if paradata is None else dict(paradata),
        "blocks": {
            "scs": {"instrument": "scs", "columns": "scs_{n}"},
            "rses": {
                "instrument": "rses",
                "columns": "rses_{n}",
                "codes": {"0": 0, "1": 1, "2": 2, "3": 3},
                "asked_if": {"variable": "ever", "codes": [1]},
            },
        },
        "variables": {
            "consent": {"column": "consent", "type": "nominal", "labels": {"1": "agreed", "2": "not agreed"}},
            "age": {"column": "age", "type": "number", "maximum": 99},
            "gender": {
                "column": "gender",
                "type": "nominal",
                "labels": {"1": "man", "2": "woman", "3": "another gender"},
                "reference": "man",
                "maps_to": "gender",
            },
            "ever": {"column": "ever", "type": "nominal", "labels": YES_NO, "reference": "no"},
            "often": {
                "column": "often",
                "type": "ordinal",
                "labels": {"1": "rarely", "2": "sometimes", "3": "often"},
                "asked_if": {"variable": "ever", "codes": [1]},
            },
            "hours": {"column": "hours", "type": "number", "minimum": 0, "maximum": 40},
            "ways": {
                "column": "",
                "columns": {"alone": "ways___1", "together": "ways___2", "other": "ways___3"},
                "type": "multiple",
                "ticked": ["1"],
                "asked_if": {"variable": "ever", "codes": [1]},
            },
            "remark": {"column": "remark", "type": "text"},
        },
    }
    return Codebook.model_validate({**content, **changes})


def entry(**changes: Any) -> PopulationEntry:
    """Return a population without gaps, flaws and careless people unless they are asked for."""
    return PopulationEntry.model_validate({**NO_FLAWS, **changes})
