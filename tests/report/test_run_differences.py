"""Two runs side by side: the numbers that changed, and what can be behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from osa_survey.plan import run_study, write_run
from osa_survey.report import RunDifferences, compare_runs
from tests.made_up_folders import STUDY, write_study

ONLY = ("sample", "gap")


def run(folder: Path, name: str, *, study: str = STUDY, seed: int = 3, profile: str = "workbench") -> Path:
    source = write_study(folder / name, study=study, seed=seed)
    return write_run(run_study(source, only=ONLY), folder / f"{name}-out", profile=profile)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("first"), "a")


def kinds(found: RunDifferences) -> set[str]:
    return {cause.kind for cause in found.causes}


def test_the_same_run_twice_has_no_difference(first: Path, tmp_path: Path) -> None:
    found = compare_runs(first, run(tmp_path, "b"))
    assert found.differences == ()
    assert found.causes == ()
    assert "no number differs" in found.as_text()


def test_other_data_are_named_with_their_hash(first: Path, tmp_path: Path) -> None:
    found = compare_runs(first, run(tmp_path, "b", seed=4))
    assert "data" in kinds(found)
    changed = {one.id: one for one in found.differences}
    assert changed["sample/main/mean/scs_total///"].kind == "changed"
    assert "data" in changed["sample/main/mean/scs_total///"].causes


def test_another_exclusion_is_named_with_both_counts(first: Path, tmp_path: Path) -> None:
    study = STUDY.replace("longest_run = 10", "longest_run = 8")
    found = compare_runs(first, run(tmp_path, "b", study=study))
    assert kinds(found) == {"study", "exclusions"}
    exclusion = next(cause for cause in found.causes if cause.kind == "exclusions")
    assert exclusion.name == "excluded: preregistered"
    assert int(exclusion.after) > int(exclusion.before)
    changed = next(one for one in found.differences if one.id == "sample/main/mean/scs_total///")
    assert set(changed.causes) == {"study", "exclusions"}
    assert "n" in changed.columns


def test_a_number_taken_out_or_hidden_is_told(first: Path, tmp_path: Path) -> None:
    study = STUDY.replace('"gender", "partnered", "scs_total"]', '"gender", "scs_total"]')
    found = compare_runs(first, run(tmp_path, "b", study=study, profile="journal"))
    told = {one.kind for one in found.differences}
    assert "removed" in told
    assert {"study", "profile"} <= kinds(found)
    assert all("profile" in one.causes for one in found.differences if one.kind == "hidden")


def test_seed_and_versions_are_causes_only_where_they_can_be(tmp_path: Path, first: Path) -> None:
    lines = (first / "results.jsonl").read_text(encoding="utf-8").splitlines()
    head = json.loads(lines[0])
    head["seed"], head["versions"]["numpy"] = 99, "0.0.1"
    rows = [record for record in map(json.loads, lines[1:]) if record["record"] == "row"]
    rows[-1]["estimate"] = 0.5
    rows[-2]["estimate"], rows[-2]["method"] = 0.5, "bootstrap interval"
    path = tmp_path / "results.jsonl"
    path.write_text("\n".join(map(json.dumps, [head, *rows])) + "\n", encoding="utf-8")
    found = compare_runs(first, path)
    by_id = {one.id: one for one in found.differences}
    assert by_id[rows[-1]["id"]].causes == ("version",)
    assert by_id[rows[-2]["id"]].causes == ("seed", "version")
    assert found.as_dict()["causes"][1]["name"] == "numpy"


def edited(first: Path, folder: Path, identifier: str, **values: object) -> RunDifferences:
    lines = (first / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    records = [{**one, **values} if one.get("id") == identifier and one["record"] == "row" else one for one in records]
    path = folder / "results.jsonl"
    path.write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
    return compare_runs(first, path)


def test_what_is_equal_as_printed_is_counted_and_not_listed(first: Path, tmp_path: Path) -> None:
    identifier = "sample/main/mean/scs_total///"
    rows = [json.loads(line) for line in (first / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    row = next(one for one in rows if one.get("id") == identifier and one["record"] == "row")
    found = edited(first, tmp_path, identifier, estimate=row["estimate"] * (1 + 1e-9))
    assert [one.seen for one in found.differences] == [()]
    assert identifier not in found.as_text()
    assert "1 differ only beyond the printed digits" in found.as_text()
    found = edited(first, tmp_path, identifier, n=row["n"] - 1)
    assert f"changed {identifier}: n {row['n']:.0f} → {row['n'] - 1:.0f}" in found.as_text()
    found = edited(first, tmp_path, identifier, estimate=row["estimate"] + 1, n=row["n"] - 1)
    assert f"changed {identifier}: {row['estimate']:.2f} → {row['estimate'] + 1:.2f}" in found.as_text()
