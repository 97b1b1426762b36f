"""Numbers in German: decimal commas, points of thousands, semicolons between bounds; texts there and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey import formatting


def test_numbers_take_the_marks_of_the_language() -> None:
    with formatting.numerals_of("de"):
        assert formatting.decimal(-1234.56, 1) == "−1.234,6"
        assert formatting.decimal(0.456, bounded=True) == ",46"
        assert formatting.decimal(math.nan) == "–"
        assert formatting.p_value(0.0004) == "< ,001"
        assert formatting.p_value(0.0412) == "= ,041"
        assert formatting.p_value(1.0) == "> ,999"
        assert formatting.percent(0.6825) == "68,3\u00a0%"
        assert formatting.count(3242) == "3.242"
        assert formatting.interval(-0.1, 0.25) == "[−0,10; 0,25]"
        assert formatting.interval(0.1, 0.25, 1, as_percent=True) == "[10,0; 25,0]"
        assert formatting.statistic("F", 4.5, 2, 97.3) == "F(2; 97,30) = 4,50"
        assert formatting.shortest(97.5) == "97,5"
        assert formatting.plain(1234.5) == "1234.50"  # numbers of files stay as they are


def test_the_language_ends_with_its_block() -> None:
    with pytest.raises(ZeroDivisionError), formatting.numerals_of("de"):
        assert formatting.decimal(0.5) == "0,50"
        raise ZeroDivisionError
    assert formatting.decimal(0.5) == "0.50"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("p < .001, r = −.46", "p < ,001, r = −,46"),
        ("1,540 of 12,345.67 people", "1.540 of 12.345,67 people"),
        ("[0.10, 0.25]", "[0,10; 0,25]"),
        ("version 3.0.1, doi:10.1234/x.y", "version 3.0.1, doi:10.1234/x.y"),
    ],
)
def test_numbers_inside_texts(english: str, german: str) -> None:
    assert formatting.with_commas(english) == german


@given(st.floats(-1e6, 1e6), st.integers(0, 4), st.booleans())
def test_a_printed_number_is_read_as_it_was_meant(value: float, digits: int, bounded: bool) -> None:
    english = formatting.decimal(value, digits, bounded=bounded)
    with formatting.numerals_of("de"):
        german = formatting.decimal(value, digits, bounded=bounded)
    assert len(formatting.with_points(german)) == len(german)
    if digits != 3:  # one group of thousands and three decimals look alike
        assert formatting.with_points(german) == english
