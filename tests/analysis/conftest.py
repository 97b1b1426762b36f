"""Made-up respondents for the analyses, and how the numbers in a sentence are found."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from osa_survey import formatting
from osa_survey.results import Result

GENDERS = ["man", "woman", "another gender"]
NUMERAL = re.compile(r"(?<![\w.])−?(?:\d[\d,]*)?\.?\d+")
NUMBER_OF = {"df1", "df2", "estimate", "conf_low", "conf_high", "statistic", "n", "p_value", "p_adjusted", "conf_level"}


@pytest.fixture
def people() -> pd.DataFrame:
    """Two large genders and a third of three people; scores, an age with a gap, a frequency."""
    rng = np.random.default_rng(20261123)
    gender = np.array(["man"] * 61 + ["woman"] * 56 + ["another gender"] * 3)
    n = len(gender)
    frame = pd.DataFrame(
        {
            "score": rng.normal(20, 5, n).round(1) + 2.0 * (gender == "woman"),
            "age": rng.integers(18, 70, n).astype(float),
            "gender": pd.Categorical(gender, categories=GENDERS),
            "frequency": pd.Categorical(
                rng.choice(["never", "rarely", "often"], n), categories=["never", "rarely", "often"], ordered=True
            ),
        }
    )
    frame.loc[40:49, "age"] = np.nan
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


@pytest.fixture
def printed_numbers() -> Callable[[Result], set[str]]:
    """A function that returns every way in which the numbers of a table may be printed."""

    def forms(result: Result) -> set[str]:
        texts: set[str] = set()
        for name in NUMBER_OF:
            for value in result.table[name].dropna():
                texts |= {formatting.decimal(value, digits, bounded=low) for digits in (0, 1, 2, 3) for low in (0, 1)}
                texts |= {formatting.percent(value, 1, sign=False), formatting.percent(value, 0, sign=False)}
        return texts

    return forms


@pytest.fixture
def numerals() -> Callable[[str], list[str]]:
    """A function that returns the numerals of a sentence."""
    return NUMERAL.findall
