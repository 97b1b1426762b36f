"""Made-up respondents with weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ScoredData, columns_of


@pytest.fixture
def as_scored() -> Callable[[pd.DataFrame], ScoredData]:
    """A function from a data frame to scored data without questionnaire."""

    def made(data: pd.DataFrame) -> ScoredData:
        columns = columns_of(data, list(data.columns))
        values = pd.DataFrame({column.info.name: column.values for column in columns})
        reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
        return ScoredData(values, reasons, {column.info.name: column.info for column in columns}, None)  # type: ignore[arg-type]

    return made


@pytest.fixture
def people() -> pd.DataFrame:
    """400 respondents in 8 strata of 2 to 4 towns, with unequal weights."""
    generator = np.random.default_rng(11)
    n = 400
    stratum = generator.integers(0, 8, n)
    town = stratum * 10 + generator.integers(0, 2, n)
    gender = np.where(generator.random(n) < 0.6, "man", "woman")
    band = np.array(["18-29", "30-49", "50+"])[generator.integers(0, 3, n)]
    return pd.DataFrame(
        {
            "w": generator.uniform(0.5, 3, n),
            "stratum": stratum.astype(float),
            "town": town.astype(float),
            "gender": pd.Categorical(gender, categories=["man", "woman", "another gender"]),
            "band": pd.Categorical(band, categories=["18-29", "30-49", "50+"], ordered=True),
            "score": 10 + town % 7 + (gender == "man") * 2 + generator.normal(size=n),
        }
    )
