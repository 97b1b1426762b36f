"""Results of screening, agreement and multiverse on made-up answers of adults, for tests of figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey import agreement, misclassification_scenario, multiverse, roc
from osa_survey.results import Result


def screening_answers(n: int = 400) -> pd.DataFrame:
    """Return two scores, a reference and two ratings."""
    drawn = np.random.default_rng(4)
    case = drawn.random(n) < 0.3
    score = np.round(20 + 4 * drawn.normal(size=n) + 4 * case)
    kinds = ["no", "yes"]
    return pd.DataFrame(
        {
            "score": score,
            "second": np.round(score + 2 * drawn.normal(size=n)),
            "age": drawn.integers(18, 80, n).astype(float),
            "interview": pd.Categorical.from_codes(case * 1, kinds),
            "screening": pd.Categorical.from_codes((score >= 24) * 1, kinds),
        }
    )


def screening_results() -> dict[str, Result]:
    """Return one result for each figure of screening, agreement and multiverse."""
    people = screening_answers()
    return {
        "roc": roc(people, "score", "interview", compare="second", draws=50),
        "scenario": misclassification_scenario(
            people,
            "score",
            24,
            sensitivity={"estimate": 0.8, "n": 100},
            specificity={"estimate": 0.85, "n": 200},
            reference_standard="interview",
        ),
        "agreement": agreement(people, "interview", "screening"),
        "limits": agreement(people, "score", "second"),
        "multiverse": multiverse(
            people, ["score"], ["second"], covariates=["age", "interview"], preregistered={}, draws=20
        ),
    }
