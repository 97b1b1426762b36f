"""What the command that writes a report says of how much is hidden."""

from __future__ import annotations

import json
from pathlib import Path

from osa_survey.results.hidden_parts import hidden_words


def ledger(folder: Path, *notes: tuple[str, int, int]) -> Path:
    records = [{"record": "run"}, {"record": "row", "id": "a/main/mean"}]
    records += [{"record": "release_note", "id": id_, "hidden": hidden, "numbers": n} for id_, hidden, n in notes]
    path = folder / "results.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_nothing_is_said_where_little_is_hidden(tmp_path: Path) -> None:
    assert hidden_words(ledger(tmp_path, ("a", 0, 10), ("b", 4, 10), ("empty", 0, 0))) == ""


def test_results_hidden_by_half_are_named_the_most_hidden_first(tmp_path: Path) -> None:
    said = hidden_words(ledger(tmp_path, ("a", 5, 10), ("b", 17, 24), ("c", 1, 20)))
    first, second = said.splitlines()
    assert first == "2 of 3 results are hidden in large part: b (17 of 24 numbers), a (5 of 10 numbers)"
    assert "merge in the codebook" in second


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    said = hidden_words(ledger(tmp_path, *((f"r{k}", 9, 9) for k in range(8))))
    assert said.startswith("8 of 8 results are hidden in large part: r0 (9 of 9 numbers), ")
    assert "r4" in said
    assert "r5" not in said
    assert "…" in said
