"""Mediation against lavaan (products of paths) and natural effects written out in R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import mediate
from osa_survey.results import Result

SEARCHED = 2e-5
"""Relative: lavaan, polr and glm.nb search for maxima that are closed forms or Newton's here."""
EXACT = 1e-9
"""Relative: least squares and sums on both sides."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("mediation.json").read_text(encoding="utf-8"))
DRAWS = 100
CONTRAST = (-0.5, 0.75)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.DataFrame(NUMBERS["data"]).astype(float)


def value(result: Result, quantity: str, **where: str) -> float:
    return float(result.pick(quantity, **where)["estimate"])


def test_parallel_mediators(people: pd.DataFrame) -> None:
    expected = NUMBERS["four"]
    found = mediate(people, "x", ["m1", "m2"], "y", covariates=["cc"], draws=DRAWS)
    assert value(found, "indirect", term="x → m1 → y") == pytest.approx(expected["i1"], rel=SEARCHED)
    assert value(found, "indirect", term="x → m2 → y") == pytest.approx(expected["i2"], rel=SEARCHED)
    assert value(found, "indirect_total") == pytest.approx(expected["indirect"], rel=SEARCHED)
    assert value(found, "direct") == pytest.approx(expected["direct"], rel=SEARCHED)
    assert value(found, "total") == pytest.approx(expected["total"], rel=SEARCHED)
    assert value(found, "indirect_difference") == pytest.approx(expected["difference"], rel=SEARCHED)


def test_serial_mediators(people: pd.DataFrame) -> None:
    expected = NUMBERS["six"]
    found = mediate(people, "x", ["m1", "m2"], "y", model=6, draws=DRAWS)
    for term, name in (("x → m1 → y", "i1"), ("x → m2 → y", "i2"), ("x → m1 → m2 → y", "i12")):
        assert value(found, "indirect", term=term) == pytest.approx(expected[name], rel=SEARCHED)
    assert value(found, "direct") == pytest.approx(expected["direct"], rel=SEARCHED)
    assert value(found, "total") == pytest.approx(expected["total"], rel=SEARCHED)


@pytest.mark.parametrize(("model", "name"), [(7, "seven"), (8, "eight"), (14, "fourteen"), (15, "fifteen")])
def test_moderated_mediation(people: pd.DataFrame, model: Any, name: str) -> None:
    expected = NUMBERS[name]
    found = mediate(people, "x", "m1", "y", model=model, moderator="w", at=[-1, 1], draws=DRAWS)
    assert value(found, "indirect", level="-1") == pytest.approx(expected["low"], rel=SEARCHED)
    assert value(found, "indirect", level="1") == pytest.approx(expected["high"], rel=SEARCHED)
    assert value(found, "moderated_mediation") == pytest.approx(expected["index"], rel=SEARCHED)
    if "direct" in expected:
        assert value(found, "direct") == pytest.approx(expected["direct"], rel=SEARCHED)
    else:
        assert value(found, "direct", level="-1") == pytest.approx(expected["direct_low"], rel=SEARCHED)
        assert value(found, "direct", level="1") == pytest.approx(expected["direct_high"], rel=SEARCHED)


def test_moderation(people: pd.DataFrame) -> None:
    expected = NUMBERS["one"]
    found = mediate(people, "x", [], "y", model=1, moderator="w", at=[-1, 1], draws=DRAWS)
    assert value(found, "direct", level="-1") == pytest.approx(expected["low"], rel=SEARCHED)
    assert value(found, "direct", level="1") == pytest.approx(expected["high"], rel=SEARCHED)
    assert value(found, "moderation") == pytest.approx(expected["product"], rel=SEARCHED)


@pytest.mark.parametrize(
    ("name", "mediator", "outcome", "models", "covariates", "tolerance"),
    [
        ("linear_logistic", "m1", "yb", {"yb": "logistic"}, ["cc"], EXACT),
        ("ordinal_ordinal", "mo", "yo", {"mo": "ordinal_logit", "yo": "ordinal_logit"}, [], SEARCHED),
        ("logistic_linear", "mb", "y", {"mb": "logistic"}, ["cc"], EXACT),
        ("poisson_negbin", "mc", "yc", {"mc": "poisson", "yc": "negative_binomial"}, [], SEARCHED),
    ],
)
def test_natural_effects(
    people: pd.DataFrame, name: str, mediator: str, outcome: str, models: dict[str, str], covariates: list[str],
    tolerance: float,
) -> None:  # fmt: skip
    expected = NUMBERS["natural"][name]
    found = mediate(
        people, "x", mediator, outcome, models=models, covariates=covariates, contrast=CONTRAST,
        interval="monte_carlo", draws=DRAWS,
    ).more["natural"]  # fmt: skip
    for part in ("direct", "indirect", "total"):
        own = found.table.loc[lambda rows, part=part: rows["quantity"] == f"natural_{part}", "estimate"]
        np.testing.assert_allclose(own, np.atleast_1d(expected[part]), rtol=tolerance)


def test_sensitivity(people: pd.DataFrame) -> None:
    expected = NUMBERS["sensitivity"]
    found = mediate(people, "x", "m1", "y", covariates=["cc"], draws=DRAWS).more["sensitivity"]
    assert value(found, "rho_at_zero") == pytest.approx(expected["at_zero"], rel=EXACT)
    for rho, indirect in zip(expected["rho"], expected["indirect"], strict=True):
        assert value(found, "indirect", level=f"{rho:g}") == pytest.approx(indirect, rel=EXACT)
