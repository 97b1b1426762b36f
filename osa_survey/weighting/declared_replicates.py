"""Replicate weights that come with the data."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from osa_survey.dataset import ReplicateWeights, ScoredData, columns_of
from osa_survey.dataset.designs import ReplicateKind
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.replicate_factors import default_scales

Names = str | Sequence[str]


def replicate_names(data: ScoredData | pd.DataFrame, replicates: Names) -> list[str]:
    """Return the variables of replicate weights: as listed, or all that fit a pattern as ``"rw{n}"``, by number."""
    if not isinstance(replicates, str):
        return list(replicates)
    known = [str(name) for name in data.columns] if isinstance(data, pd.DataFrame) else list(data.variables)
    before, mark, after = replicates.partition("{n}")
    pattern = re.compile(f"{re.escape(before)}([0-9]+){re.escape(after)}") if mark else None
    found = sorted((int(match[1]), name) for name in known if pattern and (match := pattern.fullmatch(name)))
    if not found:
        message = f"no variable fits the pattern '{replicates}'"
        raise AnalysisError(Problem("no_replicates", message, hint='a pattern has {n} for the number, as in "rw{n}"'))
    return [name for _, name in found]


def declared_replicates(
    data: ScoredData | pd.DataFrame,
    names: Sequence[str],
    kind: ReplicateKind,
    scale: float | None,
    rscales: Sequence[float] | None,
    fay: float,
    mse: bool,
) -> ReplicateWeights:
    """Return replicate weights read from variables; all problems are collected first."""
    columns = columns_of(data, names)
    problems = []
    for column in columns:
        wrong = int((np.isnan(column.values) | (column.values < 0) | np.isinf(column.values)).sum())
        if wrong:
            message = "replicate weights that are missing, negative or infinite"
            problems.append(Problem("replicate_weight", message, column=column.info.name, count=wrong))
    if len(names) < 2:
        problems.append(Problem("too_few_replicates", "a variance needs two replicates or more"))
    if rscales is not None and len(rscales) != len(names):
        message = f"{len(rscales)} rscales for {len(names)} replicates"
        problems.append(Problem("rscales_do_not_fit", message, key="rscales"))
    if kind == "JKn" and rscales is None:
        hint = "give (clusters − 1)/clusters of the stratum for each replicate"
        problems.append(Problem("rscales_needed", "replicates of kind JKn need rscales", key="rscales", hint=hint))
    if not 0 <= fay < 1:
        problems.append(Problem("fay_range", f"fay lies from 0 to below 1, not {fay}", key="fay"))
    if problems:
        raise AnalysisError(problems)
    usual, factors = default_scales(kind, len(names), fay)
    return ReplicateWeights(
        kind,
        np.stack([column.values for column in columns], axis=1),
        usual if scale is None else float(scale),
        factors if rscales is None else np.asarray(rscales, dtype=float),
        mse,
    )
