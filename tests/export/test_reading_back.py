"""Scores written in every format and read back: the same values and the same reasons."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.dataset import ScoredData, VariableInfo, admit
from osa_survey.errors import OutputError
from osa_survey.export import read_scored, write_scored
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import IMPLIED, IMPUTED, REASON_CODES, REASON_TITLES
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of

FORMATS = (".csv", ".parquet", ".sav", ".dta")


def scored_of(values: dict[str, list[float]], reasons: dict[str, list[int]], **info: VariableInfo) -> ScoredData:
    """Return made-up scored data whose respondents stand in the rows 2, 3, … of the export."""
    number = len(next(iter(values.values())))
    responses = admit(export_of({"age": [30] * number}), codebook())
    variables = {name: info.get(name, VariableInfo(name, "number", f"title of {name}")) for name in values}
    frame = pd.DataFrame(values, dtype=float)
    return ScoredData(frame, pd.DataFrame(reasons, dtype=np.uint8), variables, responses)


def check_round_trip(data: ScoredData, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"scores{suffix}")
        write_scored(data, path)
        frame, reasons = read_scored(path)
    assert list(frame.columns) == list(reasons.columns) == list(data.frame.columns)
    assert frame.index.tolist() == data.responses.rows.tolist()
    np.testing.assert_array_equal(frame.to_numpy(), data.frame.to_numpy())
    np.testing.assert_array_equal(reasons.to_numpy(), data.reasons.to_numpy())


GAPS = st.sampled_from([(float("nan"), code) for code in (0, *REASON_CODES.values())])
NUMBERS = st.one_of(st.integers(-1000, 1000).map(float), st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False))
CELLS = st.one_of(GAPS, st.tuples(NUMBERS, st.sampled_from([0, IMPLIED, IMPUTED])))
NAMES = st.from_regex(r"\A[a-zA-ZäЖ漢][a-zA-Z0-9_äЖ漢]{0,40}\Z") | st.sampled_from(
    ["row", "ROW", "all", "with", "x", "X", "x_implied", "x_imputed", "int", "_n", "age"]
)


@st.composite
def surveys(draw: st.DrawFn) -> ScoredData:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    number = draw(st.integers(1, 6))
    columns = {name: draw(st.lists(CELLS, min_size=number, max_size=number)) for name in names}
    return scored_of(
        {name: [value for value, _ in cells] for name, cells in columns.items()},
        {name: [reason for _, reason in cells] for name, cells in columns.items()},
    )


@given(data=surveys(), suffix=st.sampled_from(FORMATS))
def test_whatever_is_written_reads_back(data: ScoredData, suffix: str) -> None:
    check_round_trip(data, suffix)


@pytest.fixture
def gender() -> ScoredData:
    """Two categories, each reason once, and a score of −2 that stands among the codes −1 … −9."""
    codes = list(REASON_CODES.values())
    info = VariableInfo("gender", "nominal", "Gender", (1.0, 2.0), ("man", "=woman"), "man")
    return scored_of(
        {"gender": [1.0, 2.0, *[float("nan")] * 9], "z": [-2.0, *[0.5] * 10]},
        {"gender": [0, IMPLIED, *codes], "z": [0] * 11},
        gender=info,
    )


def test_spss_gives_each_reason_a_labelled_code_that_is_no_value(gender: ScoredData, tmp_path: Path) -> None:
    """The score of −2 keeps −1 … −9 from being codes, so the reasons are −91 … −99."""
    path = tmp_path / "scores.sav"
    assert write_scored(gender, path) == (path,)
    export = read_export(path)
    expected = {str(-(90 + code)): REASON_TITLES[reason] for reason, code in REASON_CODES.items()}
    assert export.value_labels["gender"] == {"1": "man", "2": "=woman", **expected}
    assert export.wording["gender"] == "Gender"
    assert export.reading["measures"]["gender"] == "nominal"
    assert export.reading["measures"]["z"] == "scale"
    assert export.columns["gender_implied"].to_pylist()[:3] == [0.0, 1.0, 0.0]
    reasons = dict(export.facts.reasons["gender"])
    assert reasons == {str(-(90 + REASON_CODES[r])): r for r in REASON_CODES if r not in ("technical", "invalid")}


def test_stata_gives_each_reason_its_letter(gender: ScoredData, tmp_path: Path) -> None:
    path = tmp_path / "scores.dta"
    write_scored(gender, path)
    export = read_export(path)
    assert export.columns["gender"].to_pylist() == ["1", "2", *(f".{letter}" for letter in "abcdefghi")]
    assert export.value_labels["gender"][".a"] == "refused"
    assert export.value_labels["gender"]["2"] == "=woman"
    assert export.facts.reasons["gender"][".d"] == "not_shown"


def test_csv_has_a_codebook_without_formulas(gender: ScoredData, tmp_path: Path) -> None:
    paths = write_scored(gender, tmp_path / "scores.csv")
    assert [path.name for path in paths] == ["scores.csv", "scores.reasons.csv", "scores.codebook.csv"]
    assert paths[2].read_text(encoding="utf-8") == (
        "name,title,type,unit,reference,code,label\n"
        "gender,Gender,nominal,,man,1,man\n"
        "gender,Gender,nominal,,man,2,'=woman\n"
        "z,title of z,number,,,,\n"
    )


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_the_same_scores_give_the_same_bytes(gender: ScoredData, tmp_path: Path, suffix: str) -> None:
    first, second = (write_scored(gender, tmp_path / f"{name}{suffix}")[0].read_bytes() for name in "ab")
    assert first == second
    assert b"2000" in first if suffix == ".dta" else b"01 Jan 00" in first


def test_what_is_no_file_of_scores_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sav").write_bytes(b"$FL2 and nothing else")
    for name, code in (("x.sav", "not_scores"), ("absent.csv", "not_scores"), ("x.xlsx", "unknown_format")):
        with pytest.raises(OutputError) as caught:
            read_scored(tmp_path / name)
        assert caught.value.problems[0].code == code


def test_scores_of_a_real_path_through_the_door(tmp_path: Path) -> None:
    book = codebook(variables={"age": {"column": "age", "type": "number", "missing": {"refused": [-8]}}})
    data = score(admit(export_of({"age": [30, 41, 17]}), book))
    for suffix in FORMATS:
        check_round_trip(data, suffix)
