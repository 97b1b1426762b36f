"""Errors: all problems at once, located, with a way out, and without anybody's words."""

from __future__ import annotations

import pytest

from osa_survey.errors import Problem, ResponseError, describe_value, nearest


def test_one_problem_says_what_where_and_what_next() -> None:
    error = ResponseError(Problem("not_an_option", "found 9", "f.csv", 3, "Q1", "scs_01", hint="expected 1 to 4"))
    assert str(error) == (
        "not_an_option: found 9\n  at: file 'f.csv', item 'scs_01', column 'Q1', row 3\n  try: expected 1 to 4"
    )


def test_many_problems_are_counted_and_all_are_in_the_table() -> None:
    error = ResponseError([Problem("a", f"m{n}", row=n) for n in range(1, 21)])
    assert str(error).startswith("20 problems: 20 x a")
    assert "and 12 more" in str(error)
    assert list(error.table["row"]) == list(range(1, 21))


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        ("my words", {}, "<text, 8 characters>"),
        ("my words", {"declared": True}, "my words"),
        ("often", {"seen": 5}, "often"),
        ("often", {"seen": 4}, "<text, 5 characters>"),
        ("7", {}, "7"),
        ("1,5", {}, "1,5"),
        ("4915123456", {}, "<text, 10 characters>"),
    ],
)
def test_a_value_is_shown_only_where_it_points_to_nobody(value: str, how: dict, text: str) -> None:
    assert describe_value(value, **how) == text


def test_nearest_names() -> None:
    assert nearest("gendr", ["gender", "age"]) == "did you mean 'gender'?"
    assert nearest("zzz", ["gender", "age"]) == "known names: 'gender', 'age'"
    assert nearest("zzz", []) == "no names are known here"
    assert nearest("GENDER", ["sender", "gender"]) == "did you mean 'gender'?"
    assert nearest("zzz", [f"a{i}" for i in range(14)]).endswith("'a11' and 2 more")
