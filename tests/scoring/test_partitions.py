"""Partitioned Parquet scored part by part: the same scores, counts and verdicts as in memory, with and without Dask."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset import ScoredData, admit
from osa_survey.errors import AnalysisError, DefinitionError, OutputError, ResponseError
from osa_survey.ingest import read_export
from osa_survey.instruments import Library
from osa_survey.instruments.reasons import REASONS
from osa_survey.results import Result
from osa_survey.scoring import ScoringRule, keying, local_cluster, score, score_partitions, scoring_log
from tests.made_up_studies import codebook, instrument, library_with

RESPONDENTS = 100_000
PARTITIONS = 7
RULES = {"c_total": ScoringRule(2, "preregistered")}


def answers(n: int, seed: int = 1) -> pd.DataFrame:
    """Return answers with gaps, declared refusals, and a few records the door turns away."""
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=n)
    frame = pd.DataFrame({"age": generator.integers(18, 80, n).astype(float)})
    for number, sign in ((1, 1), (2, -1), (3, 1)):
        code = np.clip(np.round(3 + 1.2 * (sign * trait + generator.normal(size=n))), 1, 5)
        code[generator.random(n) < 0.05] = np.nan
        code[generator.random(n) < 0.01] = -8
        frame[f"q{number}"] = code
    frame.loc[generator.random(n) < 0.01, "age"] = np.nan
    frame.loc[generator.random(n) < 0.001, "age"] = 999
    return frame


def shelf() -> Library:
    return library_with(instrument())


def book() -> Codebook:
    return codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}", "missing": {"refused": [-8]}}})


def write_partitions(frame: pd.DataFrame, folder: Path, partitions: int = PARTITIONS) -> Path:
    folder.mkdir()
    edges = np.linspace(0, len(frame), partitions + 1).round().astype(int)
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        frame.iloc[start:end].to_parquet(folder / f"wave-{number:03d}.parquet", index=False)
    return folder


def in_memory(frame: pd.DataFrame, folder: Path, rules: Any = None) -> ScoredData:
    path = folder / "whole.parquet"
    frame.to_parquet(path, index=False)
    return score(admit(read_export(path), book(), shelf()), rules)


def read_folder(folder: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))], ignore_index=True)


def words(codes: np.ndarray) -> list[str]:
    return [("", *REASONS)[code] for code in codes]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    pytest.importorskip("distributed")
    with local_cluster(2, processes=False) as running:
        yield running


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ScoredData]:
    folder = tmp_path_factory.mktemp("large")
    frame = answers(RESPONDENTS)
    return write_partitions(frame, folder / "parts"), in_memory(frame, folder, RULES)


@pytest.mark.parametrize("kind", ["folder", "frame"])
def test_100_000_respondents_on_a_cluster_score_as_in_memory(
    kind: str, client: Any, large: tuple[Path, ScoredData], tmp_path: Path
) -> None:
    folder, whole = large
    source: Any = folder
    if kind == "frame":
        source = pytest.importorskip("dask.dataframe").from_map(pd.read_parquet, sorted(folder.glob("*.parquet")))
    parts = score_partitions(
        source, book(), tmp_path / "out", library=shelf(), rules=RULES, client=client, sample=10 * RESPONDENTS
    )
    scores = read_folder(parts.folder / "scores")
    for name in whole.frame.columns:
        np.testing.assert_array_equal(scores[name].to_numpy(), whole.frame[name].to_numpy())
    reasons = read_folder(parts.folder / "reasons")
    assert reasons["c_total"].tolist() == words(whole.reasons["c_total"].to_numpy())
    assert len(parts) == len(whole) < parts.n_records == RESPONDENTS
    assert parts.history == whole.responses.history
    assert {step.code for step in parts.history} == {"age_unknown", "age_impossible"}
    assert parts.log == whole.log
    assert parts.keying == whole.keying
    assert parts.keying["c_total"].verdict == "agrees"
    assert len(parts.sources) == PARTITIONS
    assert "all" in parts.note


def test_the_tables_are_those_of_scores_in_memory(tmp_path: Path) -> None:
    frame = answers(600)
    whole = in_memory(frame, tmp_path)
    parts = score_partitions(write_partitions(frame, tmp_path / "parts"), book(), tmp_path / "out", library=shelf())
    tables: list[tuple[Result, Result]] = [
        (scoring_log(parts), scoring_log(whole)),
        (keying(parts.judged), keying(whole)),
    ]
    for ours, theirs in tables:
        pd.testing.assert_frame_equal(ours.table, theirs.table)
        assert ours.sentences("en") == theirs.sentences("en")


def test_large_data_are_judged_on_a_stated_sample_whatever_the_workers(client: Any, tmp_path: Path) -> None:
    parts = write_partitions(answers(20_000), tmp_path / "parts")
    one = score_partitions(parts, book(), tmp_path / "one", library=shelf(), sample=2_000)
    two = score_partitions(parts, book(), tmp_path / "two", library=shelf(), sample=2_000, client=client)
    assert one.keying == two.keying
    assert 1_800 < len(one.judged) < 2_200
    assert f"{len(one.judged):,} of {one.n:,}" in one.note in repr(one)
    flow = one.judged.responses
    assert len(flow) + sum(step.n for step in flow.history) == flow.n_records == 20_000
    other = score_partitions(parts, book(), tmp_path / "other", library=shelf(), sample=2_000, seed=2)
    assert other.keying != one.keying
    assert other.log == one.log


def test_workers_may_be_processes_on_the_loopback_interface(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    frame = answers(400)
    folder = write_partitions(frame, tmp_path / "parts", 2)
    with local_cluster(1) as processes:
        assert processes.scheduler.address.startswith("tcp://127.0.0.1:")
        parts = score_partitions(folder, book(), tmp_path / "out", library=shelf(), client=processes)
    whole = in_memory(frame, tmp_path)
    np.testing.assert_array_equal(read_folder(parts.folder / "scores")["c_total"], whole.frame["c_total"])
    assert parts.log == whole.log


def test_a_step_of_one_partition_keeps_its_place_in_the_flow(tmp_path: Path) -> None:
    frame = answers(40)
    frame["age"] = 30.0
    frame["yes"] = 1.0
    frame.loc[0, "age"] = 999
    frame.loc[39, "yes"] = 2
    declared = codebook(
        eligibility={"age": "age", "consent": {"variable": "consent", "agreed": [1]}},
        variables={
            "age": {"column": "age", "type": "number"},
            "consent": {"column": "yes", "type": "nominal", "labels": {"1": "yes", "2": "no"}},
        },
        blocks={"c": {"instrument": "calm", "columns": "q{n}", "missing": {"refused": [-8]}}},
    )
    folder = write_partitions(frame, tmp_path / "parts", 2)
    parts = score_partitions(folder, declared, tmp_path / "out", library=shelf())
    assert [(step.code, step.n) for step in parts.history] == [("no_consent", 1), ("age_impossible", 1)]


def test_findings_of_all_partitions_are_added_up_and_refusals_listed(tmp_path: Path) -> None:
    frame = answers(60)
    frame["age"] = 30.0
    frame.loc[[1, 2, 41], "q1"] = 77
    folder = write_partitions(frame, tmp_path / "parts", 3)
    with pytest.raises(ResponseError) as caught:
        score_partitions(folder, book(), tmp_path / "out", library=shelf())
    assert [(p.file, p.count) for p in caught.value.problems] == [("wave-000.parquet", 2), ("wave-002.parquet", 1)]
    assert not (tmp_path / "out").exists()
    parts = score_partitions(folder, book(), tmp_path / "out", library=shelf(), undeclared="invalid")
    (found,) = parts.findings
    assert (found.code, found.count, found.file, found.row) == ("not_an_option", 3, "wave-000.parquet", 2)
    assert parts.log[0].why_not["invalid"] == 3


def test_empty_partitions_and_partitions_without_an_adult_are_no_obstacle(client: Any, tmp_path: Path) -> None:
    frame = answers(90)
    frame["age"] = 30.0
    frame.loc[:29, "age"] = np.nan
    folder = write_partitions(frame, tmp_path / "parts", 3)
    frame.iloc[:0].to_parquet(folder / "wave-001b.parquet", index=False)
    (folder / "_metadata").write_bytes(b"")
    parts = score_partitions(folder, book(), tmp_path / "out", library=shelf(), client=client)
    assert (len(parts), parts.n_records) == (60, 90)
    assert len(read_folder(parts.folder / "scores")) == 60


def test_folders_that_are_no_partitions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResponseError, match="no_such_folder"):
        score_partitions(tmp_path / "absent", book(), tmp_path / "out", library=shelf())
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResponseError, match="no_partitions"):
        score_partitions(tmp_path / "empty", book(), tmp_path / "out", library=shelf())
    folder = write_partitions(answers(20), tmp_path / "parts", 2)
    with pytest.raises(OutputError, match="output_in_source"):
        score_partitions(folder, book(), folder / "out", library=shelf())
    with pytest.raises(DefinitionError, match="calm"):
        score_partitions(folder, book(), tmp_path / "out")
    write_partitions(answers(20), folder / "country=DE", 1)
    with pytest.raises(ResponseError, match="nested_partitions"):
        score_partitions(folder, book(), tmp_path / "out", library=shelf())


def test_a_damaged_partition_is_named(tmp_path: Path) -> None:
    folder = write_partitions(answers(20), tmp_path / "parts", 2)
    (folder / "wave-001.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(ResponseError) as caught:
        score_partitions(folder, book(), tmp_path / "out", library=shelf())
    assert caught.value.problems[0].file == "wave-001.parquet"
    assert list(tmp_path.glob("out*")) == []


def test_without_dask_a_cluster_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AnalysisError, match=r"osa-survey\[dask\]"), local_cluster():
        pytest.fail("there is no cluster without Dask")
