"""A size without an interval says the true reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.effects.effects import NO_BOUNDS
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_imputed, as_scored

N = 80
SIZES = ("semipartial_r2", "adjusted_r2")


def made_up() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, N))
    return pd.DataFrame({"y": 0.4 * x + rng.normal(size=N), "x": x, "z": z})


def reasons(data: object) -> dict[str, set[str]]:
    result = regress(data, "y", [["x", "z"]], model="linear")  # type: ignore[arg-type]
    rows = pd.concat([result.frame, *(part.frame for part in result.more.values())])
    rows = rows.loc[rows["quantity"].isin(SIZES) & rows["conf_low"].isna()]
    return {name: set(part["warning"]) for name, part in rows.groupby("quantity")}


@pytest.mark.parametrize("imputed", [False, True])
def test_under_weights_no_size_is_called_extreme(imputed: bool) -> None:
    table = made_up()
    design = survey_design(
        pd.DataFrame({"w": np.random.default_rng(1).uniform(0.5, 2, N)}), sample="quota", weights="w"
    )
    gaps = table.assign(x=table["x"].where(np.arange(N) > 4))
    sets = [table.assign(x=gaps["x"].fillna(draw / 10)) for draw in range(3)]
    data = as_imputed(gaps, sets, design) if imputed else as_scored(table, design)
    said = {"no interval is computed for this number under weights"}
    assert reasons(data) == dict.fromkeys(SIZES, said)


def test_other_sizes_without_an_interval_name_theirs() -> None:
    table = made_up()
    assert reasons(table) == {"adjusted_r2": {"no interval is computed for adjusted R²"}}
    gaps = table.assign(x=table["x"].where(np.arange(N) > 4))
    found = reasons(as_imputed(gaps, [table.assign(x=gaps["x"].fillna(draw / 10)) for draw in range(3)]))
    assert found["semipartial_r2"] == {"no interval is computed for this number over imputed sets"}
    assert NO_BOUNDS not in set().union(*found.values())
