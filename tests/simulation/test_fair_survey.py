"""The 1974 survey as a file: real answers as they are, one derived column, and the adult rule."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from osa_survey.codebooks import load_codebook
from osa_survey.errors import OutputError
from osa_survey.instruments import data_dictionary
from osa_survey.simulation import write_fair_export

# Counted in the file that statsmodels ships: 6,366 records, 139 of them in the band 17.5, 2,053 with any time.
RECORDS, UNDER_20, INVOLVED = 6366, 139, 2053


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_csv(write_fair_export(tmp_path_factory.mktemp("fair") / "fair.csv"))


def test_answers_stay_as_they_are(table: pd.DataFrame) -> None:
    from statsmodels.datasets import fair

    original = fair.load_pandas().data
    assert len(table) == RECORDS
    for name in original.columns:
        assert table[name].to_numpy() == pytest.approx(original[name].to_numpy(), rel=1e-7)


def test_involved_is_derived_from_the_time(table: pd.DataFrame) -> None:
    assert table["involved"].sum() == INVOLVED
    assert ((table["affairs"] > 0) == (table["involved"] == 1)).all()


def test_the_band_that_does_not_show_adulthood_has_no_entry(table: pd.DataFrame) -> None:
    codebook = load_codebook(data_dictionary() / "examples" / "fair" / "codebook.toml")
    assert codebook.eligibility.way == "age_band"
    assert set(table["age"]) - set(codebook.eligibility.band_from) == {17.5}
    assert min(codebook.eligibility.band_from.values()) == 20
    assert (table["age"] == 17.5).sum() == UNDER_20


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = write_fair_export(tmp_path / "a.csv").read_bytes()
    assert first == write_fair_export(tmp_path / "b.csv").read_bytes()
    assert first.startswith(b"age,yrs_married,children,")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_fair_export(tmp_path / "absent" / "fair.csv")
