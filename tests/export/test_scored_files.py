"""Scores as files: what is in them, what is never in them, and that they read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ScoredData, admit
from osa_survey.errors import OutputError
from osa_survey.export import write_scored
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with

SECRET = "a secret remark"


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    columns = {
        "c1": [1, 2, 9, 4],
        "c2": [5, 4, 3, 2],
        "c3": [1, 2, 3, 4],
        "age": [30, 17, 40, 55],
        "height": ["1.715", "", "1.6", "1.8"],
        "gender": ["=w", "-m", "-m", ""],
        "remark": [SECRET] * 4,
    }
    book = codebook(
        blocks={"calm": {"instrument": "calm", "columns": "c{n}", "missing": {"refused": [9]}}},
        variables={
            "age": {"column": "age", "type": "number", "maximum": 99},
            "height": {"column": "height", "type": "number"},
            "gender": {"column": "gender", "type": "nominal", "labels": {"=w": "woman", "-m": "man"}},
            "remark": {"column": "remark", "type": "text"},
        },
    )
    return score(admit(export_of(columns), book, library_with(instrument())))


def test_csv_by_hand(scored: ScoredData, tmp_path: Path) -> None:
    """Item 2 is reversed (6 − answer): 1 + 1 + 1 = 3 in row 2; 4 + 4 + 4 = 12 in row 5; row 4 refused item 1.

    Row 3 is 17 years old and left out. Categories are written as codes: woman 1, man 2.
    """
    path = tmp_path / "scores.csv"
    write_scored(scored, path)
    assert path.read_bytes() == (b"row,age,height,gender,calm_total\n2,30,1.715,1,3\n4,40,1.6,2,\n5,55,1.8,,12\n")
    reasons = (tmp_path / "scores.reasons.csv").read_bytes()
    assert reasons == b"row,age,height,gender,calm_total\n2,,,,\n4,,,,refused\n5,,,not_answered,\n"


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_values_read_back_and_no_text_is_written(scored: ScoredData, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"scores{suffix}"
    write_scored(scored, path)
    reasons = tmp_path / f"scores.reasons{suffix}"
    beside = [f"scores.codebook{suffix}"] if suffix == ".csv" else []
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([path.name, reasons.name, *beside])
    read = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    assert list(read.columns) == ["row", *scored.variables]
    assert read["row"].tolist() == scored.responses.rows.tolist()
    for name in scored.variables:
        np.testing.assert_array_equal(read[name].to_numpy(dtype=float), scored.frame[name].to_numpy(dtype=float))
    for file in (path, reasons):
        assert SECRET.encode() not in file.read_bytes()


def test_another_ending_is_refused(scored: ScoredData, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_scored(scored, tmp_path / "scores.xlsx")
    assert caught.value.problems[0].code == "unknown_format"
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_leaves_nothing(scored: ScoredData, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError):
        write_scored(scored, tmp_path / "file" / "scores.csv")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
