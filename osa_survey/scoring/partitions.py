"""Answers too large for memory: partitioned Parquet scored part by part, here or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from osa_survey.codebooks import Codebook
from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import Exclusion, Responses, ScaleLog, ScoredData, VariableInfo
from osa_survey.errors import DefinitionError, OutputError, Problem, ResponseError
from osa_survey.export import output_folder
from osa_survey.instruments import Library, load_library
from osa_survey.scoring.partition_parquet import parquet_files, records_of
from osa_survey.scoring.partition_scores import (
    REASONS,
    SCORES,
    PartitionPlan,
    PartitionSummary,
    score_file,
    score_frame,
    summary_frame,
)
from osa_survey.scoring.partition_totals import total_findings, total_history, total_log
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scores import score

KIND = "folder of partitioned scores"
KEYING_SAMPLE = 100_000
"""Respondents on whom the keys are judged: enough to find a correlation of .02, and small enough for one process."""


@dataclass(frozen=True, repr=False)
class PartitionedScores:
    """Scores that lie in files, and what is known of all of them together.

    Attributes
    ----------
    folder : Path
        Holds ``scores/`` and ``reasons/`` with one Parquet file for each partition, as ``write_scored`` writes them.
    sources : mapping of str to str
        File of a partition → its SHA-256; "" for a partition of a Dask DataFrame.
    n, n_records : int
        Adults, and records.
    history : tuple of Exclusion
        Who left at the door, added up over the partitions.
    findings : tuple of Problem
        What was found, added up; file and row are those of the first place.
    log : tuple of ScaleLog
        How each scale was scored, added up.
    variables : mapping of str to VariableInfo
        What each column of the scores means.
    judged : ScoredData
        The respondents on whom the keys were judged: a random sample of at most about ``sample`` answers; everybody,
        where there are no more. ``keying(scores.judged)`` is the table.
    note : str
        On how many the verdicts rest, in words.
    """

    folder: Path
    sources: Mapping[str, str]
    n: int
    n_records: int
    history: tuple[Exclusion, ...]
    findings: tuple[Problem, ...]
    log: tuple[ScaleLog, ...]
    variables: Mapping[str, VariableInfo]
    judged: ScoredData
    note: str

    @property
    def keying(self) -> Mapping[str, Any]:
        """Scored column → verdict on its key, from ``judged``."""
        return self.judged.keying

    def __len__(self) -> int:
        return self.n

    def __repr__(self) -> str:
        where = f"{self.n} adults of {self.n_records} records in {len(self.sources)} partitions"
        return f"<PartitionedScores: {where}; {self.note}>"


def score_partitions(
    source: Any,
    codebook: Codebook,
    out: Path | str,
    *,
    library: Library | None = None,
    rules: Mapping[str, ScoringRule] | None = None,
    undeclared: Literal["refuse", "invalid"] = "refuse",
    client: Any = None,
    sample: int = KEYING_SAMPLE,
    seed: int = 1,
) -> PartitionedScores:
    """Score partitioned Parquet, each partition by ``read_export``, ``admit`` and ``score``.

    Parameters
    ----------
    source : Path, str or dask.dataframe.DataFrame
        A folder of ``.parquet`` files, each a partition, read in the order of their names; or a Dask DataFrame, whose
        partitions are scored through ``map_partitions``.
    codebook : Codebook
        Which column holds what; it holds for every partition.
    out : Path or str
        The folder to write; it appears when all partitions are scored.
    library, rules, undeclared
        As ``admit`` and ``score`` take them.
    client : distributed.Client, optional
        A cluster whose workers see the same disk, such as ``local_cluster()``; by default one partition after the
        other is scored in this process. It changes no result.
    sample : int
        The keys are judged on about this many respondents, drawn at random over all partitions; on everybody, if there
        are no more records.
    seed : int
        Seed of the draw.

    Returns
    -------
    PartitionedScores
        Where the scores lie, and log, history, findings and verdicts for all partitions together.

    Raises
    ------
    DefinitionError
        If the codebook and the definitions do not fit.
    ResponseError, AdmissionError, AnalysisError
        As ``read_export``, ``admit`` and ``score``; the problems of all partitions are listed, nothing is written.
        ``no_partitions`` or ``nested_partitions`` for a folder that holds no table, or tables below it.
    OutputError
        If ``out`` cannot be written, or lies in the source.

    Notes
    -----
    A worker holds one partition at a time, so its memory is set by the largest partition, not by the number of
    respondents.
    """
    library = library or load_library()
    problems = codebook_problems(codebook, library, "codebook.toml")
    if problems:
        raise DefinitionError(problems)
    files = _files(Path(source), Path(out)) if isinstance(source, str | Path) else None
    records = len(source) if files is None else sum(map(records_of, files))
    used = {block.instrument for block in codebook.blocks.values()}
    with output_folder(out, KIND) as folder:
        (folder / SCORES).mkdir()
        (folder / REASONS).mkdir()
        plan = PartitionPlan(
            codebook=codebook,
            library=Library({name: library.instruments[name] for name in used}, dict(library.variables), {}),
            rules=dict(rules or {}),
            undeclared=undeclared,
            folder=folder,
            share=min(1.0, sample / max(records, 1)),
            seed=seed,
        )
        summaries = _from_frame(source, plan, client) if files is None else _from_files(files, plan, client)
        summaries = [summary for summary in summaries if summary.n_records or summary.error]
        _refuse_problems(summaries)
        return _together(summaries, plan, Path(out))


def _files(source: Path, out: Path) -> list[Path]:
    files = parquet_files(source)
    if out.resolve().is_relative_to(source.resolve()):
        message = "the scores would lie among the partitions"
        raise OutputError(Problem("output_in_source", message, str(out), hint="name a folder outside"))
    return files


def _from_files(files: Sequence[Path], plan: PartitionPlan, client: Any) -> list[PartitionSummary]:
    files = [file.resolve() for file in files if records_of(file)]
    if client is None:
        return [score_file(file, number, plan) for number, file in enumerate(files)]
    futures = client.map(score_file, files, range(len(files)), plan=plan, pure=False)
    return list(client.gather(futures))


def _from_frame(frame: Any, plan: PartitionPlan, client: Any) -> list[PartitionSummary]:
    summaries = frame.map_partitions(score_frame, plan, meta=summary_frame())
    table = summaries.compute(scheduler="synchronous") if client is None else client.compute(summaries).result()
    return list(table["summary"])


def _refuse_problems(summaries: Sequence[PartitionSummary]) -> None:
    """Raise the problems of all partitions, the same one of several partitions once."""
    failed = [summary for summary in summaries if summary.error is not None]
    if failed:
        problems = dict.fromkeys(problem for summary in failed for problem in summary.problems)
        kind = failed[0].error or ResponseError
        raise kind(problems)
    if not summaries:
        raise ResponseError(Problem("no_records", "no partition has a record", hint="export it with answers"))


def _together(summaries: Sequence[PartitionSummary], plan: PartitionPlan, out: Path) -> PartitionedScores:
    n = sum(summary.n for summary in summaries)
    history = total_history([summary.history for summary in summaries])
    n_records = sum(summary.n_records for summary in summaries)
    findings = total_findings([summary.findings for summary in summaries])
    samples = [summary.sample for summary in summaries if summary.sample is not None]
    judged = score(replace(_bound(samples, history, n, n_records), findings=findings), plan.rules)
    all_of_them = f"the keys were judged on all {n:,} respondents"
    some = f"the keys were judged on {len(judged):,} of {n:,} respondents, drawn at random over all partitions"
    return PartitionedScores(
        folder=out,
        sources={summary.file: summary.sha256 for summary in summaries},
        n=n,
        n_records=n_records,
        history=history,
        findings=findings,
        log=total_log([summary.log for summary in summaries]),
        variables=summaries[0].variables or {},
        judged=judged,
        note=all_of_them if len(judged) == n else some,
    )


def _bound(samples: Sequence[Responses], history: tuple[Exclusion, ...], n: int, n_records: int) -> Responses:
    """Return the drawn respondents of all partitions as one, those not drawn counted as a step of the flow."""
    codes = pd.concat([sample.codes for sample in samples], ignore_index=True)
    left = n - len(codes)
    step = (Exclusion("not_drawn", "not drawn for the keying evidence", left),) if left else ()
    return replace(
        samples[0],
        codes=codes,
        reasons=pd.concat([sample.reasons for sample in samples], ignore_index=True),
        rows=np.concatenate([sample.rows for sample in samples]),
        restricted=pd.DataFrame(index=range(len(codes))),
        history=(*history, *step),
        n_records=n_records,
        source={"file": "partitions", "sha256": "", "platform": "table"},
    )
