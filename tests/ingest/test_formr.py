"""formr: results as JSON and CSV, the list of items, and JSON that is no table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export

WHEN = "2026-03-01 10:00:00"


def record(session: str, ended: str | None = WHEN, **answers: object) -> dict[str, object]:
    return {"session": session, "created": WHEN, "modified": WHEN, "ended": ended, **answers}


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_results_as_json(tmp_path: Path) -> None:
    records = [record("a", q_1=4, q_2R=2.5, note=None), record("b", None, q_1=12345678901234567890, late=True)]
    export = read_export(written(tmp_path / "x", records))
    assert (export.platform, export.rows.tolist()) == ("formr", [2, 3])
    assert export.columns.select(["q_1", "q_2R", "note", "late"]).to_pylist() == [
        {"q_1": "4", "q_2R": "2.5", "note": "", "late": ""},
        {"q_1": "12345678901234567890", "q_2R": "", "note": "", "late": "TRUE"},
    ]
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [False, True]
    assert export.facts.roles["respondent_id"] == "session"
    found = [(finding.code, finding.column, finding.row) for finding in export.findings]
    assert found == [("uneven_records", "late", 2), ("reversed_in_name", "q_2R", 1)]
    assert export.reading["reversed_in_name"] == ["q_2R"]


def test_results_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(f"session,created,modified,ended,q_1,q_2\na,{WHEN},{WHEN},NA,3,NA\nb,{WHEN},{WHEN},{WHEN},NA,x\n")
    export = read_export(path)
    assert export.platform == "formr"
    assert export.facts.unfinished is not None
    assert export.facts.unfinished.tolist() == [True, False]
    assert export.facts.reasons["q_1"] == {"NA": "not_answered"}
    assert "q_2" not in export.facts.reasons  # there NA may be an answer


def test_items_give_texts_labels_and_order(tmp_path: Path) -> None:
    items = [
        {
            "name": "q_2",
            "type": "rating_button 5",
            "label": "Rate",
            "choices": {"1": "low", "2": "high"},
            "item_order": 3,
        },
        {"name": "q_1", "type": "mc", "label": "<b>Pick</b> one", "choices": {"1": "no", "2": "yes"}, "item_order": 1},
        {
            "name": "q_3",
            "type": "mc_multiple",
            "label": "Pick",
            "choices": ["a", "b"],
            "item_order": 2,
            "showif": "q_1 > 1",
        },
        {"name": "info", "type": "note", "label": "Read this", "choices": None, "item_order": 4},
    ]
    path = written(tmp_path / "x", [record("a", q_1=1, q_2=5, q_3="1, 2")])
    for content in (items, {"name": "study", "items": items}):
        export = read_export(path, companions=[written(tmp_path / "items", content)])
        assert export.wording == {"q_1": "Pick one", "q_2": "Rate", "q_3": "Pick"}
        assert export.value_labels["q_1"] == {"1": "no", "2": "yes"}
        assert export.value_labels["q_2"] == {"1": "low", "5": "high"}
        assert export.facts.order[4:] == ("q_1", "q_3", "q_2")
        assert export.reading["branching"] == {"q_3": "q_1 > 1"}
        assert export.reading["joined_options"] == ["q_3"]
        assert [finding.code for finding in export.findings] == ["items_without_column"]


def test_real_results_and_items(shared: Path) -> None:
    folder = shared / "data" / "formr"
    items = folder / "gods_example_items.json"
    export = read_export(folder / "gods_example_results.json", companions=[items])
    columns = ["religiousness_1", "religiousness_2R", "religiousness_3", "religiousness_4"]
    assert (export.platform, export.n_records) == ("formr", 14)
    assert export.reading["reversed_in_name"] == ["religiousness_2R"]
    assert export.wording["religiousness_3"] == "He lives on Mars."
    assert export.value_labels["religiousness_2R"]["4"] == "strongly agree"
    answers = np.array([export.columns[column].to_pylist() for column in columns], dtype=float)
    answers[1] = 6 - answers[1]
    # First record: 4, 6 - 3, 2, 3; their mean is 3. Second: 1, 6 - 5, 1, 1; their mean is 1.
    assert answers.mean(axis=0)[:2].tolist() == [3.0, 1.0]
    with pytest.raises(ResponseError, match="no_answers"):
        read_export(items)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"session": "a", "q": [1, 2]}]', "nested_value"),
        ('[{"session": "a", "q": {"x": 1}}]', "nested_value"),
        ('[{"a": 1, "a": 2}]', "duplicate_columns"),
        ('[{"a": 1}, 3]', "not_a_table"),
        ('[{"a": 1}', "broken_json"),
        ('[{"a": Infinity}]', "broken_json"),
        ("[]", "no_records"),
        ("[{}]", "no_records"),
        ('[{"a": ' + "[" * 100_000, "broken_json"),
        ('{"a": {"b": 1}}', "unsupported_format"),
    ],
)
def test_json_that_is_no_table_ends_in_a_located_error(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResponseError, match=code):
        read_export(path)


def test_any_array_of_flat_records_is_a_table(tmp_path: Path) -> None:
    export = read_export(written(tmp_path / "x", [{"a": 1, "b": None}, {"b": "x"}]))
    assert (export.platform, export.names) == ("table", ("a", "b"))
    assert export.columns["a"].to_pylist() == ["1", ""]
    assert [(finding.code, finding.row, finding.count) for finding in export.findings] == [("uneven_records", 3, 1)]
