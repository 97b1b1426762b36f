"""Actor–partner models: both layouts, relations, refusals, coverage of planted coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import apim
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.models.dyads import distinguishability, distinguishable_fit, exchangeable_fit
from tests.made_up_regressions import as_scored

ACTOR, PARTNER = 0.4, 0.15
REPLICATES, COUPLES = 600, 120
LEVEL = 0.95
SLACK = 0.01
"""Beyond simulation error: z intervals with n in the denominator at this size."""
EXACT = 1e-9
DRAWS = 100
WIDE: dict[str, Any] = {"x": ["x1", "x2"], "y": ["y1", "y2"], "draws": DRAWS}
LONG: dict[str, Any] = {"x": "x", "y": "y", "couple": "couple", "draws": DRAWS}


def drawn(rng: np.random.Generator, n: int = COUPLES) -> tuple[np.ndarray, np.ndarray]:
    """Return members with exchangeable roles: predictors correlate .3, errors .4."""
    x = np.sqrt(0.3) * rng.normal(size=(n, 1)) + np.sqrt(0.7) * rng.normal(size=(n, 2))
    error = np.sqrt(0.4) * rng.normal(size=(n, 1)) + np.sqrt(0.6) * rng.normal(size=(n, 2))
    return x, ACTOR * x + PARTNER * x[:, ::-1] + error


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    x, y = drawn(np.random.default_rng(4))
    return pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "y1": y[:, 0], "y2": y[:, 1]})


@pytest.fixture(scope="module")
def long(wide: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"couple": np.arange(len(wide)) + 7.0, "x": wide[f"x{k}"], "y": wide[f"y{k}"], "who": float(k)})
        for k in (1, 2)
    ]
    shuffled = pd.concat(parts).sample(frac=1, random_state=3).reset_index(drop=True)
    return shuffled.assign(who=pd.Categorical.from_codes(shuffled["who"].astype(int) - 1, ["woman", "man"]))


def codes(error: pytest.ExceptionInfo[AnalysisError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_both_layouts_give_the_same_numbers(wide: pd.DataFrame, long: pd.DataFrame) -> None:
    for apart in (False, True):
        one = apim(wide, roles=["woman", "man"], distinguishable=apart, **WIDE).table
        other = apim(long, role="who", distinguishable=apart, **LONG).table
        np.testing.assert_allclose(one["estimate"], other["estimate"], rtol=EXACT)
        assert one["group"].tolist() == other["group"].tolist()


def test_the_order_of_indistinguishable_members_changes_nothing(wide: pd.DataFrame, long: pd.DataFrame) -> None:
    first = apim(wide, **WIDE)
    swap = np.random.default_rng(5).random(len(wide)) < 0.5
    other = wide.copy()
    for name in ("x", "y"):
        other.loc[swap, [f"{name}1", f"{name}2"]] = wide.loc[swap, [f"{name}2", f"{name}1"]].to_numpy()
    again = apim(other, **WIDE)
    keep = ["actor", "partner"]
    for result in (again, apim(long, **LONG)):
        own = first.table.loc[first.table["quantity"].isin(keep), ["estimate", "std_error"]]
        swapped = result.table.loc[result.table["quantity"].isin(keep), ["estimate", "std_error"]]
        np.testing.assert_allclose(own, swapped, rtol=EXACT)
        names = ["icc", "within_r", "cross_partner_r"]
        one, two = (found.more["correlations"].table for found in (first, result))
        np.testing.assert_allclose(
            one.loc[one["quantity"].isin(names), "estimate"], two.loc[two["quantity"].isin(names), "estimate"],
            rtol=EXACT,
        )  # fmt: skip


def test_sums_and_differences_by_hand(wide: pd.DataFrame) -> None:
    found = apim(wide, **WIDE)
    total = np.polyfit(wide["x1"] + wide["x2"], wide["y1"] + wide["y2"], 1)[0]
    dx, dy = wide["x1"] - wide["x2"], wide["y1"] - wide["y2"]
    apart = float(dx @ dy) / float(dx @ dx)
    assert found.pick("actor")["estimate"] == pytest.approx((total + apart) / 2, rel=EXACT)
    assert found.pick("partner")["estimate"] == pytest.approx((total - apart) / 2, rel=EXACT)
    ratio = found.pick("partner_ratio")
    assert ratio["estimate"] == pytest.approx((total - apart) / (total + apart), rel=EXACT)
    assert ratio["conf_low"] < ratio["estimate"] < ratio["conf_high"]


def test_without_a_choice_the_omnibus_test_decides_where_roles_are_known(wide: pd.DataFrame) -> None:
    alike = apim(wide, roles=["woman", "man"], **WIDE)
    assert alike.pick("distinguishability")["p_value"] > 0.05
    assert "indistinguishable" in alike.method
    shifted = wide.assign(y1=wide["y1"] + 2)
    assert "of distinguishable members" in apim(shifted, roles=["woman", "man"], **WIDE).method
    unknown = apim(shifted, **WIDE)
    assert "indistinguishable" in unknown.method
    assert any("arbitrary" in note for note in unknown.notes)


def test_gaps_leave_out_whole_couples(wide: pd.DataFrame, long: pd.DataFrame) -> None:
    gaps = wide.assign(x2=wide["x2"].mask(np.arange(len(wide)) < 10))
    found = apim(gaps, **WIDE)
    assert (found.n_used, found.n_dropped) == (len(wide) - 10, 10)
    one_missing = long.assign(y=long["y"].mask(long["couple"] == 9.0))
    assert apim(one_missing, **LONG).n_dropped == 2
    alone = long.drop(index=long.index[0])
    assert apim(alone, **LONG).pick("actor")["n"] == len(wide) - 1


@pytest.mark.parametrize(
    ("layout", "arguments", "code"),
    [
        ("wide", {"distinguishable": True}, "no_roles"),
        ("wide", {"x": "x1"}, "layout"),
        ("wide", {"roles": ["one", "one"]}, "layout"),
        ("wide", {"x": ["x1", "y1"]}, "repeated_variable"),
        ("wide", {"draws": 5}, "draws"),
        ("wide", {"x": ["x1", "twice"]}, "perfect_collinearity"),
        ("long", {"couple": "three"}, "not_couples"),
        ("long", {"role": "three"}, "not_two_roles"),
        ("long", {"role": "mixed"}, "not_couples"),
        ("long", {"y": ["y", "x"]}, "layout"),
    ],
)
def test_refusals(wide: pd.DataFrame, long: pd.DataFrame, layout: str, arguments: dict[str, Any], code: str) -> None:
    if layout == "wide":
        data, base = wide.assign(twice=wide["x1"] + 1), WIDE
    else:
        mixed = pd.Categorical.from_codes(np.arange(len(long)) % 2, ["a", "b"])
        data, base = long.assign(three=np.arange(len(long)) // 3 % 5 * 1.0, mixed=mixed), LONG
    with pytest.raises(AnalysisError) as error:
        apim(data, **(base | arguments))
    assert code in codes(error)


def test_weights_of_persons_are_refused(long: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError) as error:
        apim(as_scored(long, SurveyDesign("quota", np.linspace(1, 2, len(long)))), **LONG)
    assert codes(error) == {"does_not_compose"}


def test_planted_coefficients_are_covered_and_the_omnibus_test_keeps_its_level() -> None:
    z = stats.norm.ppf(0.5 + LEVEL / 2)
    held, rejected = [], 0
    for rng in np.random.default_rng(6).spawn(REPLICATES):
        x, y = drawn(rng)
        first, second = (np.column_stack([x[:, k], y[:, k]]) for k in (0, 1))
        whole = np.array([ACTOR, PARTNER, ACTOR, PARTNER])
        inside = []
        for fit in (exchangeable_fit(first, second), distinguishable_fit(first, second)):
            error = np.sqrt(np.diag(fit.covariance))
            inside += (np.abs(fit.coefficients - whole[: len(error)]) <= z * error).tolist()
        held.append(inside)
        rejected += distinguishability(first, second).p_value < 1 - LEVEL
    shares = np.append(np.mean(held, axis=0), 1 - rejected / REPLICATES)
    bonferroni = stats.norm.ppf(1 - 0.05 / len(shares) / 2)
    band = SLACK + bonferroni * np.sqrt(LEVEL * (1 - LEVEL) / REPLICATES)
    assert (np.abs(shares - LEVEL) <= band).all()
