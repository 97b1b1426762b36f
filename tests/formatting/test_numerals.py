"""Numbers as text: APA style, half up, no false zero, the same in every locale."""

from __future__ import annotations

import math

import pytest

from osa_survey import formatting


@pytest.mark.parametrize(
    ("value", "digits", "bounded", "text"),
    [
        (0.005, 2, False, "0.01"),
        (2.675, 2, False, "2.68"),
        (-0.004, 2, False, "0.00"),
        (-1234.56, 1, False, "−1,234.6"),
        (0.456, 2, True, ".46"),
        (-0.456, 2, True, "−.46"),
        (1.0, 2, True, "1.00"),
        (math.nan, 2, False, "–"),
        (math.inf, 2, False, "∞"),
        (-math.inf, 2, False, "−∞"),
        (23.5583, 2, False, "23.56"),
    ],
)
def test_decimals(value: float, digits: int, bounded: bool, text: str) -> None:
    assert formatting.decimal(value, digits, bounded=bounded) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0009999, "< .001"), (0.001, "= .001"), (0.0495, "= .050"), (0.9995, "> .999"), (0.5, "= .500")],
)
def test_p_values(value: float, text: str) -> None:
    assert formatting.p_value(value) == text


def test_the_rest() -> None:
    assert formatting.percent(0.6825) == "68.3%"
    assert formatting.count(3242) == "3,242"
    assert formatting.count(2.5) == "2.5"
    assert formatting.interval(-0.1, 0.25) == "[−0.10, 0.25]"
    assert formatting.interval(0.1, 0.25, 1, as_percent=True) == "[10.0, 25.0]"
    assert formatting.statistic("χ²", 5.0, 2) == "χ²(2) = 5.00"
    assert formatting.degrees_of_freedom(97.312) == "97.31"
    assert formatting.degrees_of_freedom(999_999.0) == "999999"
    assert formatting.degrees_of_freedom(1_000_000.5) == "∞"
