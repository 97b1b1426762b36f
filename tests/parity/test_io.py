"""SPSS and Stata files that haven wrote, against what haven reads from them: exact."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from osa_survey.dataset import Export
from osa_survey.ingest import read_export

SPSS = ("survey.sav", "survey.zsav")
EPOCH = datetime.datetime(1970, 1, 1)


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """What haven reports of survey.sav."""
    value: dict[str, Any] = load_golden("io")["survey_sav"]["value"]
    return value


def read(folder: Path, name: str) -> Export:
    return read_export(folder / "io" / name)


def seconds(text: str) -> float:
    return (datetime.datetime.fromisoformat(text) - EPOCH).total_seconds()


@pytest.mark.parametrize("name", SPSS)
def test_labels_and_declarations(golden_folder: Path, golden: dict[str, Any], name: str) -> None:
    export = read(golden_folder, name)
    assert (export.n_records, len(export.names)) == (golden["nrow"], golden["ncol"])
    assert export.names == tuple(golden["vars"])
    for column, facts in golden["vars"].items():
        assert export.wording.get(column) == facts["label"]
        labels = {f"{code:g}": label for label, code in dict(facts["value_labels"]).items()}
        assert export.value_labels.get(column, {}) == labels
        ranges = export.reading["missing_ranges"].get(column, ())
        declared = [(value, value) for value in facts["na_values"] or []]
        declared += [tuple(facts["na_range"])] if facts["na_range"] else []
        assert sorted(ranges) == sorted((float(low), float(high)) for low, high in declared)


@pytest.mark.parametrize("name", SPSS)
def test_missing_with_and_without_user_missing(golden_folder: Path, golden: dict[str, Any], name: str) -> None:
    export = read(golden_folder, name)
    for column, facts in golden["vars"].items():
        values, which = export.values(column)
        if "character" not in facts["class"]:
            assert export.columns[column].null_count == facts["n_sysmis"], column
        system = export.columns[column].null_count
        declared = set(export.missing_values.get(column, ()))
        user = int(sum((which == position).sum() for position, value in enumerate(values) if value in declared))
        assert system + user == golden["n_missing_with_user_na_as_missing"][column], column


@pytest.mark.parametrize("name", [*SPSS, "survey.dta"])
def test_first_values(golden_folder: Path, golden: dict[str, Any], name: str) -> None:
    """haven writes user-missing values to Stata as extended missing values, so only the .sav files keep them."""
    export = read(golden_folder, name)
    for column, facts in golden["vars"].items():
        if column not in export.names:
            assert name == "survey.dta"
            continue
        cells = export.columns[column].slice(0, 10).to_pylist()
        expected = facts["first10"]
        if "POSIXct" in facts["class"]:
            assert [seconds(cell) for cell in cells] == expected
        elif "Date" in facts["class"]:
            assert [seconds(cell) / 86400 for cell in cells] == expected
        else:
            assert cells == expected, column


@pytest.mark.parametrize("name", SPSS)
def test_texts_beyond_ascii_and_beyond_one_segment(golden_folder: Path, name: str) -> None:
    export = read(golden_folder, name)
    assert "äöü" in export.wording["A1"]
    assert "漢" in export.columns["text"][0].as_py()
    assert max(len(text) for text in export.columns["long"].to_pylist()) == 180


def test_stata_labels(golden_folder: Path, golden: dict[str, Any]) -> None:
    export = read(golden_folder, "survey.dta")
    assert export.n_records == golden["nrow"]
    for column in export.names:
        assert export.wording.get(column) == golden["vars"][column]["label"]
        labels = {f"{code:g}": text for text, code in dict(golden["vars"][column]["value_labels"]).items()}
        assert export.value_labels.get(column, {}) == labels
