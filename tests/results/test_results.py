"""Results: one vocabulary, unique keys, the gate, the ledger, and what a notebook shows."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from osa_survey.disclosure import JOURNAL, PROFILES, WORKBENCH
from osa_survey.errors import OutputError
from osa_survey.results import COLUMNS, Ledger, Result, Rows, file_sha256, ledger_lines, read_ledger, release


def result(small: int = 3, **fields: object) -> Result:
    rows = Rows()
    people = {"man": 40, "woman": 60, "another gender": small}
    rows.cell("all", sum(people.values()))
    for group, n in people.items():
        rows.cell(group, n)
        rows.add("mean", outcome="x", group=group, n=n, estimate=20.5 + n, cells=[group])
    rows.total("all", people)
    rows.add("mean", outcome="x", n=sum(people.values()), estimate=math.pi, cells=["all"])
    return Result.from_rows(
        rows,
        title="Means",
        analysis="describe",
        method="means",
        n_used=103,
        engine={"secret": [1, 2]},
        **fields,
    )


def test_the_table_has_the_shared_columns_and_is_a_copy() -> None:
    made = result()
    assert tuple(made.table.columns) == COLUMNS
    table = made.table
    table.loc[0, "estimate"] = -1
    assert made.table.loc[0, "estimate"] != -1


def test_unknown_quantities_columns_and_repeated_keys_are_refused() -> None:
    with pytest.raises(KeyError, match="list of quantities"):
        Rows().add("meen")
    with pytest.raises(KeyError, match="not columns"):
        Rows().add("mean", value=1)
    rows = Rows()
    rows.add("mean", estimate=1)
    rows.add("mean", estimate=2)
    with pytest.raises(ValueError, match="same key"):
        _ = rows.table


def test_rows_know_their_quantities_and_texts_stay_in_their_columns() -> None:
    rows = Rows()
    rows.add("sd", term="a", group="x", estimate=2.0)
    rows.add("mean", term="b", estimate=1.0, method="means")
    rows.add("mean", term="c", group="y")
    assert rows.quantities == ("sd", "mean")
    table = rows.table
    assert table["term"].tolist() == ["a", "b", "c"]
    assert table["group"].tolist() == ["x", "", "y"]
    assert table["method"].tolist() == ["", "means", ""]
    assert table["warning"].tolist() == ["", "", ""]


def test_the_gate_hides_small_groups_and_the_next_smallest() -> None:
    released = release(result(), JOURNAL)
    table = released.table.set_index("group")
    assert table.loc["another gender", "suppressed"] == "suppressed"
    assert table.loc["man", "suppressed"] == "suppressed"
    assert np.isnan(table.loc["another gender", ["n", "estimate"]].astype(float)).all()
    assert table.loc["woman", "estimate"] == 80.5
    assert table.loc["", "estimate"] == 3.14159
    assert released.engine is None
    assert released.released_under == "journal"
    assert any("not shown" in note for note in released.notes)


def test_the_workbench_shows_all_and_a_large_table_is_untouched() -> None:
    assert (release(result(), WORKBENCH).table["suppressed"] == "").all()
    assert (release(result(small=5), JOURNAL).table["suppressed"] == "").all()


def test_rows_without_cells_are_hidden_by_their_own_n() -> None:
    rows = Rows()
    rows.add("mean", group="a", n=4, estimate=1.0)
    rows.add("mean", group="b", n=5, estimate=1.0)
    rows.add("mean", group="c", n=0, estimate=1.0)
    made = Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=9)
    assert release(made, JOURNAL).table["suppressed"].tolist() == ["suppressed", "", ""]


def test_further_tables_pass_the_gate_together() -> None:
    rows = Rows()
    rows.cell("another gender", 3)
    rows.add("sd", group="another gender", n=3, estimate=1.25, cells=["another gender"])
    extra = Result.from_rows(rows, title="SD", analysis="describe", method="m", n_used=3)
    released = release(result(more={"sd": extra}), JOURNAL)
    assert released.more["sd"].table.loc[0, "suppressed"] == "suppressed"


def test_repr_and_notebook_view_hold_no_engine_and_say_not_for_release() -> None:
    made = result()
    assert "secret" not in repr(made)
    shown = made._repr_html_()
    assert "NOT FOR RELEASE" in shown
    assert "secret" not in shown
    assert "NOT FOR RELEASE" not in release(made, JOURNAL)._repr_html_()
    assert "60.50" not in release(made, JOURNAL)._repr_html_()


def test_the_ledger_reads_back_and_hides_what_is_hidden(tmp_path: Path) -> None:
    head = Ledger(seed=1, profile="journal", data=({"file": "f.csv", "sha256": "0", "records": 103},))
    released = [release(result().with_id("means"), JOURNAL)]
    path = tmp_path / "results.jsonl"
    path.write_text("".join(ledger_lines(head, released)), encoding="utf-8", newline="\n")
    run, rows = read_ledger(path)
    assert run["seed"] == 1
    assert run["data"][0]["records"] == 103
    assert [row["id"] for row in rows] == [
        "means/main/mean/x//man/",
        "means/main/mean/x//woman/",
        "means/main/mean/x//another gender/",
        "means/main/mean/x///",
    ]
    assert rows[0]["estimate"] is None
    assert rows[0]["suppressed"] == "suppressed"
    assert rows[3]["estimate"] == 3.14159
    assert "NaN" not in path.read_text(encoding="utf-8")


def test_infinite_numbers_become_null_with_a_warning() -> None:
    rows = Rows()
    rows.add("odds_ratio", estimate=math.inf, n=10)
    made = Result.from_rows(rows, title="t", analysis="regress", method="m", n_used=10)
    line = json.loads(list(ledger_lines(Ledger(1, "workbench"), [made]))[1])
    assert line["estimate"] is None
    assert line["warning"] == "estimate is infinite"


def test_two_results_with_one_id_are_refused() -> None:
    with pytest.raises(OutputError, match="two numbers"):
        list(ledger_lines(Ledger(1, "journal"), [result(), result()]))


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text('{"record": "row"}\n', encoding="utf-8")
    with pytest.raises(OutputError, match="not_a_ledger"):
        read_ledger(path)


def test_hash_of_known_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_pick_finds_one_row_or_says_so() -> None:
    assert result().pick("mean", group="man")["estimate"] == 60.5
    with pytest.raises(KeyError, match="4 rows"):
        result().pick("mean", outcome="x")


def test_what_is_released_has_six_digits_and_nothing_else_is_rounded() -> None:
    rows = Rows()
    numbers = {"estimate": 1.1614038203716088, "std_error": 2.0 / 3e5, "statistic": 98765.4321, "df1": 1234567.0}
    rows.add("mean", outcome="x", n=103, p_value=1.23456789e-9, conf_low=-np.inf, **numbers)
    whole = Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=103)
    table = release(whole, JOURNAL).table.iloc[0]
    assert (table["estimate"], table["std_error"], table["p_value"]) == (1.1614, 6.66667e-06, 1.23457e-09)
    assert (table["statistic"], table["df1"], table["n"]) == (98765.43, 1234567.0, 103.0)
    assert table["conf_low"] == -np.inf
    assert np.isnan(table["df2"])
    for profile in ("workbench", "teaching"):
        assert release(whole, PROFILES[profile]).table.loc[0, "estimate"] == 1.1614038203716088
    assert whole.table.loc[0, "estimate"] == 1.1614038203716088
