"""Made-up adults for tests of regressions, with and without a small group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey.errors import AnalysisError


def people(n: int = 240, seed: int = 20261123) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    gender = rng.choice(["man", "woman"], n)
    age = rng.integers(18, 70, n).astype(float)
    score = 10 + 0.1 * age + (gender == "woman") * 1.5 + rng.normal(0, 2, n)
    chance = 1 / (1 + np.exp(-(-1.5 + 0.03 * age)))
    return pd.DataFrame(
        {
            "score": score,
            "age": age,
            "gender": pd.Categorical(gender, categories=["man", "woman", "another gender"]),
            "sexting": pd.Categorical(np.where(rng.random(n) < chance, "yes", "no"), categories=["no", "yes"]),
            "site": rng.integers(0, 12, n).astype(float),
            "satisfaction": pd.Categorical(
                rng.choice(["low", "middle", "high"], n), categories=["low", "middle", "high"], ordered=True
            ),
        }
    )


def with_small_group(small: int = 3) -> pd.DataFrame:
    data = people()
    data.loc[: small - 1, "gender"] = "another gender"
    return data


def codes_of(error: AnalysisError) -> set[str]:
    return {problem.code for problem in error.problems}
