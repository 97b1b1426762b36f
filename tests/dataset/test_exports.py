"""Cells of an export: numbers in their shortest form, empty cells, numbers that come as numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from osa_survey.dataset.exports import Export, canonical
from osa_survey.errors import ResponseError


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (" 1.0 ", "1"),
        ("01", "1"),
        ("1e0", "1"),
        (1.5, "1.5"),
        ("1,5", "1,5"),
        ("", ""),
        (None, ""),
        (float("nan"), ""),
        ("Yes", "Yes"),
        ("-8", "-8"),
        ("1_000", "1_000"),
        ("3000000000", "3000000000"),
    ],
)
def test_a_code_is_the_same_however_it_is_written(cell: object, text: str) -> None:
    assert canonical(cell) == text


def test_values_of_numbers_and_of_text_are_alike() -> None:
    table = pa.table({"text": ["1", " 2", "", "1.0"], "number": pa.array([1.0, 2.0, None, 1.0])})
    export = Export(table, np.arange(2, 6), "f.csv", "")
    for name in ("text", "number"):
        values, which = export.values(name)
        assert [values[position] for position in which] == ["1", "2", "", "1"]


def test_chunked_columns_keep_their_order() -> None:
    table = pa.concat_tables([pa.table({"a": ["x", "y"]}), pa.table({"a": ["y", "z"]})])
    values, which = Export(table, np.arange(2, 6), "f.csv", "").values("a")
    assert [values[position] for position in which] == ["x", "y", "y", "z"]


def test_an_absent_column_names_the_nearest() -> None:
    export = Export(pa.table({"gender": ["1"]}), np.array([2]), "f.csv", "")
    with pytest.raises(ResponseError, match="did you mean 'gender'") as caught:
        export.values("gendr")
    assert caught.value.problems[0].code == "missing_column"


def test_repr_shows_no_answer() -> None:
    assert "secret" not in repr(Export(pa.table({"a": ["secret"]}), np.array([2]), "f.csv", ""))
