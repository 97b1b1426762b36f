"""A published number beside a row of a ledger: exact by printed digits, else by standard errors."""

from __future__ import annotations

import math
from typing import Any

import pytest

from osa_survey.simulation import Claim
from osa_survey.studies import compared


def claim(**fields: Any) -> Claim:
    known = {"id": "x", "what": "X", "source": "s", "verified": "seen", "result": "a/main/proportion/x///"}
    return Claim(**{**known, **fields})


def row(quantity: str, estimate: float, **fields: float | None) -> dict[str, Any]:
    known = {"n": 100, "std_error": None, "conf_low": None, "conf_high": None, "statistic": None, "p_value": None}
    return {"quantity": quantity, "estimate": estimate, **known, **fields}


@pytest.mark.parametrize(("reproduced", "within"), [(0.6749, False), (0.675, True), (0.685, True), (0.6851, False)])
def test_exact_means_the_printed_digits(reproduced: float, within: bool) -> None:
    (one,) = compared(
        claim(quantity="proportion", value="68", unit="percent", tolerance="exact"), row("proportion", reproduced)
    )
    assert one.within is within
    assert one.printed == "68 %"


def test_sampling_means_three_standard_errors_of_the_published_proportion() -> None:
    # √(.5 · .5/100) = .05: three of them are 15 points, and half a point for rounding.
    told = claim(quantity="proportion", value="50", unit="percent")
    inside, outside = compared(told, row("proportion", 0.6549)), compared(told, row("proportion", 0.6551))
    assert inside[0].std_error == pytest.approx(0.05)
    assert (inside[0].within, outside[0].within) == (True, False)


def test_a_ratio_is_judged_on_the_log_scale_with_its_interval() -> None:
    told = claim(quantity="odds_ratio", value="2.00", low="1.00", high="4.00")
    found = compared(told, row("odds_ratio", 3.0, conf_low=1.5, conf_high=6.0))
    assert [one.side for one in found] == ["", "low", "high"]
    # ln 4/(2 · 1.96) = .354; |ln 3 − ln 2| = .405 < 3 · .354.
    assert found[0].std_error == pytest.approx(math.log(4) / (2 * 1.959964), rel=1e-6)
    assert all(one.within for one in found)
    far = compared(told, row("odds_ratio", 6.0, conf_low=5.5, conf_high=6.5))
    assert not far[0].within


def test_a_direction_is_a_sign_and_no_difference_is_small() -> None:
    higher = claim(quantity="direction", value="higher")
    assert compared(higher, row("mean_difference", 0.1))[0].within
    assert not compared(higher, row("mean_difference", -0.1))[0].within
    assert not compared(higher, row("odds_ratio", 0.9, conf_low=0.8, conf_high=1.01))[0].within
    assert compared(higher, row("odds_ratio", 1.1, conf_low=0.8, conf_high=1.5))[0].within
    same = claim(quantity="direction", value="no difference")
    assert compared(same, row("mean_difference", 0.1, conf_low=-0.1, conf_high=0.3))[0].within
    assert not compared(same, row("mean_difference", 0.9, conf_low=0.8, conf_high=1.0))[0].within


def test_other_parts_of_a_row_and_what_cannot_be_judged() -> None:
    margin = claim(quantity="margin_of_error", value="2.0", unit="percent", part="half_width", tolerance="exact")
    assert compared(margin, row("proportion", 0.3, conf_low=0.28, conf_high=0.32))[0].within
    (absent,) = compared(claim(quantity="mean", value="3.1"), None)
    assert (absent.within, absent.why) == (False, "the run has no such row")
    (blind,) = compared(claim(quantity="alpha", value=".90"), row("alpha", 0.9))
    assert (blind.within, blind.why) == (False, "no standard error to judge by")
    # √(2 · 99) = 14.07: the standard error of a standard deviation of 4.98 is .354.
    (spread,) = compared(claim(quantity="sd", value="4.98"), row("sd", 5.5))
    assert spread.std_error == pytest.approx(4.98 / math.sqrt(198))
    assert spread.within
