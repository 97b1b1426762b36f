"""One partition: read, admitted, scored and written where it lies; only counts and a sample of answers come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Exclusion, Export, Responses, ScaleLog, VariableInfo, admit
from osa_survey.errors import OsaSurveyError, Problem
from osa_survey.export import write_scored
from osa_survey.export.reading_back import reasons_path
from osa_survey.ingest import export_of_table, read_export
from osa_survey.instruments import Library
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scores import score

SCORES, REASONS = "scores", "reasons"


@dataclass(frozen=True, repr=False)
class PartitionPlan:
    """What is the same for every partition.

    Attributes
    ----------
    codebook, library, rules, undeclared
        As ``admit`` and ``score`` take them.
    folder : Path
        Where the folders ``scores`` and ``reasons`` are.
    share : float
        The share of respondents whose answers come back for the keying evidence.
    seed : int
        Which ones: each partition draws from a stream of its own.
    """

    codebook: Codebook
    library: Library
    rules: Mapping[str, ScoringRule]
    undeclared: Literal["refuse", "invalid"]
    folder: Path
    share: float
    seed: int


@dataclass(frozen=True, repr=False)
class PartitionSummary:
    """What comes back from a partition.

    Attributes
    ----------
    file, sha256 : str
        What was read.
    n_records, n : int
        Records, and adults among them.
    history, findings, log, variables
        As in ``Responses`` and ``ScoredData``.
    sample : Responses or None
        The drawn respondents' answers to the items: no variables, free text or paradata.
    error : type or None
        The class of the error that ended it, with ``problems``.
    problems : tuple of Problem
        Why there is no score.
    """

    file: str
    sha256: str = ""
    n_records: int = 0
    n: int = 0
    history: tuple[Exclusion, ...] = ()
    findings: tuple[Problem, ...] = ()
    log: tuple[ScaleLog, ...] = ()
    variables: Mapping[str, VariableInfo] | None = None
    sample: Responses | None = None
    error: type[OsaSurveyError] | None = None
    problems: tuple[Problem, ...] = ()


def score_file(path: Path, number: int, plan: PartitionPlan) -> PartitionSummary:
    """Return the summary of one Parquet file, its scores written under the same name.

    Parameters
    ----------
    path : Path
        The file.
    number : int
        Its position among the partitions, from 0.
    plan : PartitionPlan
        What is the same for all.
    """
    try:
        return _summary(read_export(path), path.name, number, plan)
    except OsaSurveyError as error:
        return PartitionSummary(path.name, error=type(error), problems=error.problems)


def score_frame(
    frame: pd.DataFrame, plan: PartitionPlan, partition_info: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Return the summary of one partition of a Dask DataFrame, in a frame of one cell, as ``map_partitions`` wants it.

    Parameters
    ----------
    frame : DataFrame
        The partition.
    plan : PartitionPlan
        What is the same for all.
    partition_info : mapping, optional
        Dask says here which partition it is.
    """
    number = int((partition_info or {}).get("number", 0))
    name = f"part-{number:05d}.parquet"
    if len(frame) == 0:
        return summary_frame(PartitionSummary(name))
    try:
        export = export_of_table(pa.Table.from_pandas(frame, preserve_index=False), name)
        return summary_frame(_summary(export, name, number, plan))
    except OsaSurveyError as error:
        return summary_frame(PartitionSummary(name, error=type(error), problems=error.problems))


def summary_frame(*summaries: PartitionSummary) -> pd.DataFrame:
    """Return summaries as a column of a data frame."""
    return pd.DataFrame({"summary": pd.Series(list(summaries), dtype=object)})


def _summary(export: Export, name: str, number: int, plan: PartitionPlan) -> PartitionSummary:
    responses = admit(export, plan.codebook, plan.library, undeclared=plan.undeclared)
    scored = score(responses, plan.rules)
    target = plan.folder / SCORES / name
    write_scored(scored, target)
    reasons_path(target).rename(plan.folder / REASONS / name)
    return PartitionSummary(
        file=export.file,
        sha256=export.sha256,
        n_records=responses.n_records,
        n=len(responses),
        history=responses.history,
        findings=(*export.findings, *responses.findings),
        log=scored.log,
        variables=scored.variables,
        sample=_sample(responses, number, plan),
    )


def _sample(responses: Responses, number: int, plan: PartitionPlan) -> Responses:
    """Return the items of respondents drawn with the plan's share."""
    chosen = np.ones(len(responses), dtype=bool)
    if plan.share < 1.0:
        stream = np.random.SeedSequence(plan.seed, spawn_key=(number,))
        chosen = np.random.default_rng(stream).random(len(responses)) < plan.share
    items = [column for block in responses.codebook.blocks for column in responses.item_columns(block)]
    return replace(
        responses,
        codes=responses.codes.loc[chosen, items].reset_index(drop=True),
        reasons=responses.reasons.loc[chosen, items].reset_index(drop=True),
        rows=responses.rows[chosen],
        variables={},
        restricted=pd.DataFrame(index=range(int(chosen.sum()))),
        paradata=pd.DataFrame(),
    )
