"""What contradicts itself in a manuscript: p values, shares and numbers of people."""

from __future__ import annotations

import re

import pytest

from osa_survey.report.verification.consistency import consistent, inconsistencies, p_bounds
from osa_survey.report.verification.numbers_in_text import read_number
from osa_survey.report.verification.stated_statistics import statements_of

P_TOLERANCE = 5e-4
"""Printed p values of the worked examples have three digits."""


@pytest.mark.parametrize(
    ("sentence", "p"),
    [
        # 2 * (1 - pt(2.10, 98)), 1 - pf(4.50, 2, 97), 1 - pchisq(6.63, 1), 2 * (1 - pnorm(1.96)) in R;
        # r = .30 with 48 df is t = 2.179
        ("t(98) = 2.10, p = .038", 0.0383),
        ("F(2, 97) = 4.50, p = .014", 0.0135),
        ("χ²(1) = 6.63, p = .010", 0.0100),
        ("z = 1.96, p = .050", 0.0500),
        ("r(48) = .300, p = .034", 0.0343),
    ],
)
def test_p_follows_from_statistic_and_degrees_of_freedom(sentence: str, p: float) -> None:
    test = statements_of(sentence).tests[0]
    low, high = p_bounds(test)
    assert low - P_TOLERANCE <= p <= high + P_TOLERANCE
    assert consistent(test)
    assert not consistent(statements_of(re.sub(r"p = \.\d+", "p = .500", sentence)).tests[0])


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("t(98) = 2.10, p < .05", []),
        ("t(98) = 2.10, p < .01", ["inconsistent_test"]),
        ("t(98) = 2.10, p > .05", ["inconsistent_test"]),
        ("40 of 120 (33.3%) agreed", []),
        ("40 of 120 (37.3%) agreed", ["inconsistent_share"]),
        ("Of N = 100, n = 40 were men and n = 60 women", []),
        ("Of N = 100, n = 40 were men and n = 70 women", ["n_do_not_add_up"]),
        ("Of 420 records, 16 were excluded (3 no consent; 13 too fast); 404 adults are analysed.", []),
        ("Of 420 records, 16 were excluded (3 no consent; 13 too fast); 440 adults are analysed.", ["n_do_not_add_up"]),
        ("Of 420 records, 16 were excluded (3 no consent; 11 too fast); 404 adults are analysed.", ["n_do_not_add_up"]),
        (
            "Von 420 Datensätzen wurden 16 ausgeschlossen (3 a; 12 b); 404 Erwachsene werden ausgewertet.",
            ["n_do_not_add_up"],
        ),
    ],
)
def test_sentences_that_contradict_themselves(sentence: str, codes: list[str]) -> None:
    found = inconsistencies(sentence, statements_of(sentence), "text.docx", "paragraph 1")
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("text", "value", "digits"), [("−.46", -0.46, 2), ("1,540", 1540, 0), ("3,14", 3.14, 2), ("-2", -2, 0)]
)
def test_numbers_are_read_as_people_write_them(text: str, value: float, digits: int) -> None:
    number = read_number(text)
    assert (number.value, number.digits) == (value, digits)
