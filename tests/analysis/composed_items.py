"""Made-up answers to items and ratings, under weights, with replicates and over completed sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed

N = 120
EXACT = 1e-10
"""Relative: the same formula in another order of sums."""
SEARCHED = 1e-7
"""Relative: two searches for one optimum."""
DIVISOR = np.sqrt(N / (N - 1))
"""Errors from contributions have the divisor n − 1, those of plain data n."""


def complete(scored: ScoredData) -> ScoredData:
    """Return the answers with the one gap closed."""
    codes, reasons = scored.responses.codes.copy(), scored.responses.reasons.copy()
    codes.loc[0, "c_01"] = 3
    reasons.loc[0, "c_01"] = reasons.loc[1, "c_01"]
    return replace(scored, responses=replace(scored.responses, codes=codes, reasons=reasons))


def with_weights(scored: ScoredData, weights: np.ndarray) -> ScoredData:
    return replace(scored, design=SurveyDesign("opt-in", weights))


def jackknifed(scored: ScoredData, weights: np.ndarray) -> ScoredData:
    frame = pd.DataFrame({"w": weights, "town": np.arange(N) // 6 * 1.0})
    plan = survey_design(frame, sample="quota", weights="w", clusters="town")
    return replace(scored, design=replicated_design(plan, "JK1"))


def same_sets(scored: ScoredData, design: SurveyDesign | None = None) -> ImputedData:
    one = replace(scored, design=design)
    return replace(as_imputed(answers(), [answers()] * 3), original=one, completed=(one,) * 3)


def differing_sets(scored: ScoredData) -> ImputedData:
    sets = []
    for seed in range(3):
        codes = scored.responses.codes.copy()
        codes.loc[:19, "c_02"] = np.random.default_rng(seed).integers(1, 6, 20)
        sets.append(replace(scored, responses=replace(scored.responses, codes=codes)))
    return replace(same_sets(scored), completed=tuple(sets))


def answers() -> pd.DataFrame:
    drawn = np.random.default_rng(2)
    first = drawn.normal(size=N)
    return pd.DataFrame({"first": first, "second": 0.3 + first + drawn.normal(size=N), "third": drawn.normal(size=N)})


def items(scored: ScoredData) -> pd.DataFrame:
    codes = scored.responses.codes[["c_01", "c_02", "c_03"]].astype(float)
    return codes.assign(c_02=6 - codes["c_02"])


def numbers(result: Result, quantity: str, column: str = "estimate") -> np.ndarray:
    return result.table.loc[lambda rows: rows["quantity"] == quantity, column].to_numpy(dtype=float)
