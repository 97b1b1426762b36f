"""SPSS and Stata files against what R's haven reports, and against the notes on real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from osa_survey.ingest import read_export


@pytest.mark.parametrize("name", ["survey.sav", "survey.zsav"])
def test_spss_agrees_with_haven(shared: Path, name: str) -> None:
    folder = shared / "golden" / "io"
    golden = json.loads((folder / "io.json").read_text(encoding="utf-8"))["results"]["survey_sav"]["value"]
    export = read_export(folder / name)
    assert (export.n_records, len(export.names)) == (golden["nrow"], golden["ncol"])
    for column, facts in golden["vars"].items():
        assert export.wording.get(column) == facts["label"]
        assert export.value_labels.get(column, {}) == {
            f"{code:g}": label for label, code in dict(facts["value_labels"]).items()
        }
        if facts["na_values"]:
            assert set(export.missing_values[column]) == {f"{code:g}" for code in facts["na_values"]}
        if facts["na_range"]:
            assert export.reading["missing_ranges"][column] == (tuple(facts["na_range"]),)
    numbers = golden["vars"]["A1"]["first10"]
    assert export.columns["A1"].slice(0, 10).to_pylist() == numbers


def test_declared_missing_values_are_kept_whether_or_not_they_occur(shared: Path) -> None:
    folder = shared / "data" / "spss_stata_sas"
    assert set(read_export(folder / "sample_missing.sav").missing_values["myord"]) == {"-1", "-2", "-3"}
    export = read_export(folder / "simple_alltypes.sav")
    assert set(export.missing_values["x"]) == {"7", "8", "99"}
    assert export.columns["quarter"][0].as_py() == "2014-10-01"
    assert read_export(folder / "missing_char.sav").missing_values == {"mychar": ("Z",)}


def test_dates_before_the_year_1900(shared: Path) -> None:
    dates = read_export(shared / "data" / "spss_stata_sas" / "sample.sav").columns["mydate"].to_pylist()
    assert "1583-01-01" in dates


def test_extended_missing_values_of_stata(shared: Path) -> None:
    export = read_export(shared / "data" / "spss_stata_sas" / "missing_test.dta")
    assert export.platform == "stata"
    assert export.missing_values["var1"] == (".a",)
    assert export.value_labels["var1"] == {".a": "missing"}
    assert export.columns["var1"].to_pylist() == [".a"]
    assert export.columns["var9"].to_pylist() == [1.0]
