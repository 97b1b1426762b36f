"""Sensitivity to an unmeasured confounder: a planted correlation of the errors gives the planted truth back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import mediate
from osa_survey.results import Result

RHO, A, A_W, B, B_W, DIRECT = 0.4, 0.5, 0.3, 0.6, 0.25, 0.2
SIGMA_M, SIGMA_Y = 1.3, 0.8
ERRORS = 4.0
"""A planted truth lies within so many standard errors; over some twenty comparisons one in a thousand would not."""
EXACT = 1e-10
SAME_INTEGRAL = 1e-7  # 24 Gauss–Hermite nodes against the closed form


def planted(model: int, n: int = 8000, seed: int = 3, *, probit: bool = False) -> pd.DataFrame:
    """Return answers in which a common cause of mediator and outcome leaves errors with the correlation RHO."""
    drawn = np.random.default_rng(seed)
    x, w, c = drawn.normal(size=(3, n))
    x = x + 0.3 * c
    e_m, e_y = drawn.multivariate_normal([0, 0], [[1, RHO], [RHO, 1]], size=n).T
    m = 0.4 + A * x + 0.3 * c + SIGMA_M * e_m
    if model in (7, 8):
        m = m + 0.2 * w + A_W * x * w
    y = 1 + DIRECT * x + B * m - 0.2 * c + (e_y if probit else SIGMA_Y * e_y)
    if model in (8, 14, 15):
        y = y + 0.3 * w
    if model in (14, 15):
        y = y + B_W * m * w
    if model in (8, 15):
        y = y + 0.15 * x * w
    frame = pd.DataFrame({"x": x, "w": w, "c": c, "m": m, "y": y})
    frame["event"] = pd.Categorical(np.where(y > 1, "yes", "no"), categories=["no", "yes"])
    return frame


def run(frame: pd.DataFrame, y: str = "y", **options: Any) -> Result:
    asked: dict[str, Any] = {"covariates": ["c"], "draws": 100, **options}
    return mediate(frame, "x", "m", y, **asked)


def rows(result: Result, quantity: str = "indirect") -> pd.DataFrame:
    table = result.more["sensitivity"].table
    return table.loc[table["quantity"] == quantity]


@pytest.mark.parametrize("model", [4, 7, 8, 14, 15])
def test_the_planted_correlation_gives_the_planted_indirect_association(model: int) -> None:
    moderated = {} if model == 4 else {"model": model, "moderator": "w", "at": [-1.0, 0.0, 1.0]}
    found = run(planted(model), **moderated)
    table = rows(found)
    for at in (0.0,) if model == 4 else (-1.0, 0.0, 1.0):
        own = table if model == 4 else table.loc[table["contrast"] == f"w = {at:g}"]
        truth = (A + (A_W * at if model in (7, 8) else 0)) * (B + (B_W * at if model in (14, 15) else 0))
        right = own.loc[own["level"] == f"{RHO:g}"].iloc[0]
        naive = own.loc[own["level"] == "0"].iloc[0]
        assert abs(right["estimate"] - truth) < ERRORS * right["std_error"]
        if at >= 0:  # below the first stage is weak in models 7 and 8, and little can go wrong
            assert abs(naive["estimate"] - truth) > ERRORS * naive["std_error"]
        # what is left of b when the errors correlate by the ρ at which it vanishes
        zero = rows(found, "rho_at_zero").set_index("contrast")["estimate"]["" if model == 4 else f"w = {at:g}"]
        signs = np.sign(own["estimate"].to_numpy()) * np.sign(A + (A_W * at if model in (7, 8) else 0))
        assert (signs == np.sign(zero - own["level"].astype(float))).all()


def test_a_probit_outcome() -> None:
    found = run(planted(4, probit=True), "event", models={"event": "probit"}, contrast=[0.0, 1.0])
    table = rows(found, "natural_indirect").set_index("level")
    # planted: latent outcome 1 + .2 x + .6 m − .2 c + e against 1; averaged over c by simulation-free quadrature
    nodes, chances = np.polynomial.hermite_e.hermegauss(40)
    spread = np.sqrt(B**2 * SIGMA_M**2 + 1 + 2 * B * RHO * SIGMA_M)
    means = [DIRECT - 0.2 * nodes + B * (0.4 + A * x + 0.3 * nodes) for x in (0.0, 1.0)]
    truth = float((np.diff([stats.norm.cdf(one / spread) for one in means], axis=0)[0] * chances).sum() / chances.sum())
    right, naive = table.loc[f"{RHO:g}"], table.loc["0"]
    assert abs(right["estimate"] - truth) < ERRORS * right["std_error"]
    assert abs(naive["estimate"] - truth) > ERRORS * naive["std_error"]
    natural = found.more["natural"].pick("natural_indirect")
    assert naive["estimate"] == pytest.approx(natural["estimate"], rel=SAME_INTEGRAL)
    assert naive["conf_low"] == pytest.approx(natural["conf_low"], rel=SAME_INTEGRAL)


def test_without_a_correlation_it_is_the_number_of_the_table() -> None:
    for model in (8, 14, 15):
        found = run(planted(model, 400), model=model, moderator="w", at=[0.5])
        table = rows(found)
        at_zero = table.loc[table["level"] == "0", ["estimate", "conf_low", "conf_high"]].iloc[0]
        main = found.table.loc[found.table["quantity"] == "indirect", ["estimate", "conf_low", "conf_high"]].iloc[0]
        np.testing.assert_allclose(at_zero.astype(float), main.astype(float), rtol=EXACT)
    assert "differs a little" in " ".join(run(planted(7, 400), model=7, moderator="w").more["sensitivity"].notes)


def test_monte_carlo_draws_have_a_sensitivity_too() -> None:
    table = rows(run(planted(4, 2000), interval="monte_carlo"))
    other = rows(run(planted(4, 2000)))
    np.testing.assert_allclose(table["estimate"], other["estimate"], rtol=EXACT)
    # the same sampling distribution by two ways; 100 draws each know a standard deviation to 7%
    np.testing.assert_allclose(table["std_error"], other["std_error"], rtol=0.5)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"mediators": ["m", "y"], "y": "w"}, "several mediators"),
        ({"mediators": ["m", "y"], "y": "w", "model": 6}, "several mediators"),
        ({"mediators": "event", "models": {"event": "probit"}}, "mediator has no normal error"),
        ({"y": "event", "models": {"event": "logistic"}}, "probit has"),
        ({"y": "event", "models": {"event": "probit"}, "model": 14, "moderator": "w"}, "without a moderator"),
        ({"model": 7, "moderator": "w", "interval": "monte_carlo"}, "bootstrap"),
    ],
)
def test_where_there_is_no_rule_a_note_says_why(options: dict[str, Any], why: str) -> None:
    asked = {"mediators": "m", "y": "y", **options}
    found = mediate(planted(4, 200), "x", asked.pop("mediators"), asked.pop("y"), draws=100, **asked)
    assert "sensitivity" not in found.more
    assert any("(ρ) is not told" in note and why in note for note in found.notes)
