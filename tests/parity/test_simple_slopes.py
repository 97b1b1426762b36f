"""Simple slopes and Johnson–Neyman bounds against R: emtrends, and the roots of the golden script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from osa_survey.analysis import simple_slopes

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision."""
DIFFERENCES = 1e-7
"""Relative, for emtrends: slopes are numerical differences there."""
FLOOR = 1e-12

Golden = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def fair(golden_folder: Path) -> pd.DataFrame:
    data = pd.read_csv(golden_folder / "regression" / "fair_every3.csv")
    centred = data[["rate_marriage", "religious"]] - data[["rate_marriage", "religious"]].mean()
    return data.astype(float).assign(rm_c=centred["rate_marriage"], rel_c=centred["religious"])


@pytest.mark.parametrize(
    ("key", "predictor", "moderator"),
    [("moderation", "rate_marriage", "religious"), ("moderation_centred", "rm_c", "rel_c")],
)
def test_slopes_and_bounds_are_those_of_r(
    load_golden: Golden, fair: pd.DataFrame, key: str, predictor: str, moderator: str
) -> None:
    golden = load_golden("regression")[key]["value"]
    blocks = [f"{predictor}*{moderator}", "age", "educ"]
    result = simple_slopes(fair, "affairs", blocks, predictor=predictor, moderator=moderator)
    table = result.table
    slopes = table.loc[table["quantity"] == "simple_slope"]
    names = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    for (_, row), expected in zip(slopes.iterrows(), golden["simple_slopes"]["data"], strict=True):
        # p of a statistic of 8 changes eight times (and its square) as fast as the statistic
        assert float(row["level"]) == pytest.approx(expected[0], rel=1e-5, abs=1e-5)  # six digits in print
        for name, value in zip(names, expected[1:], strict=True):
            tolerance = 100 * LEAST_SQUARES if name == "p_value" else LEAST_SQUARES
            assert row[name] == pytest.approx(value, rel=tolerance, abs=0 if name == "p_value" else FLOOR), name
    trends = golden["emtrends"]
    for name, column in (("estimate", f"{predictor}.trend"), ("std_error", "SE"), ("statistic", "t.ratio")):
        assert slopes[name].to_list() == pytest.approx(trends[column], rel=DIFFERENCES)
    assert slopes["df1"].to_list() == trends["df"]
    bounds = table.loc[table["quantity"] == "johnson_neyman"]
    assert bounds["estimate"].to_list() == pytest.approx(golden["johnson_neyman"], rel=LEAST_SQUARES)
    low, high = golden["w_range"]
    inside = ["inside" if low <= bound <= high else "outside" for bound in golden["johnson_neyman"]]
    assert [level.split(" ", maxsplit=1)[0] for level in bounds["level"]] == inside
    assert [contrast.rsplit(" ", maxsplit=1)[1] for contrast in bounds["contrast"]] == ["below", "above"]
