"""Actor–partner models against lavaan, with and without equality constraints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import apim
from osa_survey.results import Result

SEARCHED = 1e-5
"""Relative: lavaan searches for what is closed here."""
EXACT = 1e-9
"""Relative: correlations on both sides."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("couples.json").read_text(encoding="utf-8"))
X, Z, Y = ["x1", "x2"], ["z1", "z2"], ["y1", "y2"]


@pytest.fixture(scope="module")
def couples() -> pd.DataFrame:
    return pd.DataFrame(NUMBERS["data"]).astype(float)


@pytest.fixture(scope="module")
def same(couples: pd.DataFrame) -> Result:
    return apim(couples, [X, Z], Y, draws=200)


@pytest.fixture(scope="module")
def apart(couples: pd.DataFrame) -> Result:
    return apim(couples, [X, Z], Y, roles=["first", "second"], distinguishable=True, draws=200)


def test_indistinguishable_members(same: Result) -> None:
    own = same.table.loc[same.table["quantity"].isin(("actor", "partner"))]
    np.testing.assert_allclose(own["estimate"], NUMBERS["same"]["est"], rtol=SEARCHED)
    np.testing.assert_allclose(own["std_error"], NUMBERS["same"]["se"], rtol=SEARCHED)


def test_distinguishable_members(apart: Result) -> None:
    own = apart.table.loc[apart.table["quantity"].isin(("actor", "partner"))]
    np.testing.assert_allclose(own["estimate"], NUMBERS["apart"]["est"], rtol=SEARCHED)
    np.testing.assert_allclose(own["std_error"], NUMBERS["apart"]["se"], rtol=SEARCHED)
    difference = apart.table.loc[lambda rows: (rows["quantity"] == "role_difference") & (rows["term"] == "x1 / x2")]
    np.testing.assert_allclose(difference["estimate"], NUMBERS["difference"]["est"], rtol=SEARCHED)
    np.testing.assert_allclose(difference["std_error"], NUMBERS["difference"]["se"], rtol=SEARCHED)


def test_omnibus_test(same: Result, apart: Result) -> None:
    for result in (same, apart):
        row = result.pick("distinguishability")
        assert row["estimate"] == pytest.approx(NUMBERS["omnibus"]["chisq"], rel=SEARCHED)
        assert row["df1"] == NUMBERS["omnibus"]["df"]
        assert row["p_value"] == pytest.approx(NUMBERS["omnibus"]["p"], rel=1e-3)  # relative error grows in the tail


def test_correlations(same: Result, apart: Result) -> None:
    found = same.more["correlations"]
    x, y = "x1 / x2", "y1 / y2"
    for quantity, term, outcome, name in (
        ("icc", x, x, "icc_x"), ("icc", y, y, "icc_y"), ("within_r", x, y, "within"),
        ("cross_partner_r", x, y, "across"),
    ):  # fmt: skip
        assert found.pick(quantity, term=term, outcome=outcome)["estimate"] == pytest.approx(NUMBERS[name], rel=EXACT)
    crossed = apart.more["correlations"].pick("cross_partner_r", term=x, outcome=y, group="first × second")
    assert crossed["estimate"] == pytest.approx(NUMBERS["cross"], rel=EXACT)
