"""Invariance over waves against lavaan through semTools."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from osa_survey.psychometrics import longitudinal_invariance

SEARCHED = 2e-5
"""lavaan's search ends at a relative change of 1e-10 of the discrepancy: its estimates are known to about 1e-5."""
SCALED = 2e-3
"""Scaled statistics multiply that error; the largest are near 40."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("waves.json").read_text(encoding="utf-8"))
SAMPLES = {"ML": "data", "MLR": "data", "FIML": "gaps", "WLSMV": "ordinal"}
WAVES = {"ML": 3, "MLR": 2, "FIML": 3, "WLSMV": 2}


def answers(sample: str) -> pd.DataFrame:
    """Return the made-up answers; nulls are gaps."""
    return pd.DataFrame(NUMBERS[sample]).astype(float)


def names(waves: int) -> list[list[str]]:
    return [[f"i{item}_{wave}" for item in range(1, 5)] for wave in range(1, waves + 1)]


@pytest.mark.parametrize("case", SAMPLES)
def test_ladders_of_semtools(case: str) -> None:
    estimator: Literal["ML", "MLR", "WLSMV"] = "ML" if case == "FIML" else case  # type: ignore[assignment]
    found = longitudinal_invariance(answers(SAMPLES[case]), names(WAVES[case]), estimator=estimator)
    expected = NUMBERS["ladders"][case]
    assert list(found.table.loc[found.table["quantity"] == "chi_squared", "term"]) == list(expected)
    for step, numbers in expected.items():
        row = found.pick("chi_squared", term=step)
        scaled = numbers["scaled"] is not None
        value = numbers["scaled"] if scaled else numbers["chisq"]
        assert row["estimate"] == pytest.approx(value, abs=SCALED if scaled else SEARCHED)
        assert row["df1"] == numbers["df"]
        if case == "ML":
            assert found.pick("cfi", term=step)["estimate"] == pytest.approx(numbers["cfi"], abs=SEARCHED)
            assert found.pick("srmr", term=step)["estimate"] == pytest.approx(numbers["srmr"], abs=SEARCHED)
        if "difference" in numbers:
            row = found.pick("chi_squared_difference", term=step)
            assert row["estimate"] == pytest.approx(numbers["difference"], abs=SCALED)
            assert row["df1"] == numbers["difference_df"]
    common = expected["intercepts" if case == "WLSMV" else "scalar"]
    latent = found.more["size"].table.loc[lambda table: table["quantity"] == "latent_difference"]
    assert latent["estimate"].tolist() == pytest.approx(listed(common["mean"]), abs=SEARCHED)
    assert latent["std_error"].tolist() == pytest.approx(listed(common["se"]), abs=SEARCHED)


def listed(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


def test_the_script_names_what_it_was_run_with() -> None:
    assert all(re.match(r"\d+\.\d+", version) for version in NUMBERS["versions"].values())
