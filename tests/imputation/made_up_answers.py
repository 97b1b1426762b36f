"""Made-up answers of adults with gaps of every kind, admitted and scored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, VariableInfo, admit
from osa_survey.imputation.model_columns import ModelColumn
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with

N = 240
REFUSED, NOT_SHOWN = "-8", "-7"


def scored_answers(seed: int = 1, n: int = N, *, weights: bool = False, blank: float = 0.1) -> ScoredData:
    """Return answers to a three-item scale (second item reversed) and to variables of each type.

    ``mood`` depends on the scale; ``partner`` was not shown to singles; some refused ``income``.
    """
    generator = np.random.default_rng(seed)
    trait = generator.standard_normal(n)
    items = np.clip(np.round(3 + np.outer(trait, [1, -1, 1]) + 0.6 * generator.standard_normal((n, 3))), 1, 5)
    single = generator.random(n) < 0.3
    columns = {
        "age": generator.integers(18, 70, n).astype(str),
        "q1": text(items[:, 0]),
        "q2": text(items[:, 1]),
        "q3": text(items[:, 2]),
        "mood": text(np.clip(np.round(2.5 + trait + 0.5 * generator.standard_normal(n)), 1, 4)),
        "gender": text(generator.integers(1, 4, n)),
        "alone": text(single + 1.0),
        "partner": text(np.round(10 + 2 * trait)),
        "income": text(np.round(2000 + 300 * trait + 300 * generator.standard_normal(n))),
        "visits": text(generator.poisson(np.exp(0.3 * trait + 0.5))),
        "w": text(generator.uniform(0.5, 2, n).round(2)),
    }
    for name in ("q1", "q2", "q3", "mood", "gender", "income", "visits"):
        columns[name] = np.where(generator.random(n) < blank, "", columns[name])
    columns["partner"] = np.where(single, NOT_SHOWN, np.where(generator.random(n) < blank, "", columns["partner"]))
    columns["income"] = np.where(generator.random(n) < 0.15, REFUSED, columns["income"])
    book = codebook(
        blocks={"c": {"instrument": "calm", "columns": "q{n}"}},
        missing={"refused": [-8], "not_shown": [-7]},
        variables={
            "age": {"column": "age", "type": "number"},
            "mood": {"column": "mood", "type": "ordinal", "labels": {str(k): f"mood {k}" for k in range(1, 5)}},
            "gender": {"column": "gender", "type": "nominal", "labels": {"1": "man", "2": "woman", "3": "another"}},
            "alone": {"column": "alone", "type": "nominal", "labels": {"1": "no", "2": "yes"}},
            "partner": {"column": "partner", "type": "number"},
            "income": {"column": "income", "type": "number"},
            "visits": {"column": "visits", "type": "count"},
            **({"w": {"column": "w", "type": "number", "weight": True}} if weights else {}),
        },
    )
    return score(admit(export_of(columns), book, library_with(instrument())))


def text(values: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return numbers as an export writes them."""
    return np.array([f"{value:g}" for value in values])


def model_column(
    name: str, values: NDArray[np.float64], kind: str = "number", codes: tuple[float, ...] = ()
) -> ModelColumn:
    """Return a variable for an imputation on plain arrays; NaN is a gap to fill."""
    gaps = np.isnan(values)
    info = VariableInfo(name, kind, name, codes, tuple(str(code) for code in codes))  # type: ignore[arg-type]
    return ModelColumn(info, values, gaps.astype(np.uint8), gaps, np.zeros_like(gaps))
