"""The stages of sampling, read from variables and checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, Stage, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.linearisation import lonely_problem

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Names = str | Sequence[str]


def listed(names: Names) -> tuple[str, ...]:
    """Return the names as a tuple; an empty string is none."""
    return ((names,) if names else ()) if isinstance(names, str) else tuple(names)


def sampling_stages(
    data: ScoredData | pd.DataFrame,
    strata: Sequence[str],
    clusters: Sequence[str],
    fpc: Sequence[str],
    lonely: str,
    nest: bool,
) -> tuple[Stage, ...]:
    """Return the stages of sampling from the variables that name them, one of each kind for each stage.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    strata, clusters, fpc : sequence of str
        Variables; "" where a stage has none.
    lonely : str
        Whether a stratum with one cluster is refused.
    nest : bool
        Whether clusters are numbered anew in each stratum.

    Raises
    ------
    AnalysisError
        With everything that keeps the variables from being a sampling plan.
    """
    number = max(len(strata), len(clusters), len(fpc))
    if number == 0:
        return ()
    n = len(data)
    within = np.zeros(n, dtype=np.int64)
    stages: list[Stage] = []
    problems: list[Problem] = []
    for position in range(number):
        stratum_name, cluster_name, fpc_name = (
            names[position] if position < len(names) else "" for names in (strata, clusters, fpc)
        )
        own, found = _codes(data, stratum_name, "stratum")
        problems += found
        unit, found = _codes(data, cluster_name, "cluster")
        problems += found
        strata_codes = _together(within, own)
        if nest:
            unit = _together(strata_codes, unit)
        unit = np.arange(n) if not cluster_name else _together(within, unit) if position else unit
        if cluster_name and stratum_name and len(np.unique(_together(unit, strata_codes))) > unit.max(initial=0) + 1:
            hint = "number clusters through all strata, for example by joining stratum and cluster to one variable"
            problems.append(
                Problem(
                    "cluster_crosses_strata", "a cluster has members in several strata", column=cluster_name, hint=hint
                )
            )
        sizes, found = _population(data, fpc_name, strata_codes, unit)
        problems += found
        stages.append(Stage(strata_codes, unit, sizes))
        within = unit
    if not problems:
        problems += _first_stage_problems(stages[0], lonely)
    if problems:
        raise AnalysisError(problems)
    return tuple(stages)


def _codes(data: ScoredData | pd.DataFrame, name: str, what: str) -> tuple[Codes, list[Problem]]:
    if not name:
        return np.zeros(len(data), dtype=np.int64), []
    values = columns_of(data, [name])[0].values
    gaps = int(np.isnan(values).sum())
    hint = "ask who made the design, or exclude these respondents"
    problems = (
        [Problem(f"{what}_missing", f"respondents without a {what}", column=name, hint=hint, count=gaps)]
        if gaps
        else []
    )
    return np.unique(values, return_inverse=True)[1].astype(np.int64).reshape(-1), problems


def _together(first: Codes, second: Codes) -> Codes:
    """Return codes of the pairs that occur, numbered from 0."""
    pairs = first * (int(second.max(initial=0)) + 1) + second
    codes: Codes = np.unique(pairs, return_inverse=True)[1].astype(np.int64).reshape(-1)
    return codes


def _population(
    data: ScoredData | pd.DataFrame, name: str, strata: Codes, clusters: Codes
) -> tuple[Floats | None, list[Problem]]:
    """Return the population size of each stratum; fractions (all at most 1) are turned into sizes."""
    if not name:
        return None, []
    values = columns_of(data, [name])[0].values
    if np.isnan(values).any() or (values <= 0).any():
        wrong = int((np.isnan(values) | (values <= 0)).sum())
        hint = "give the number of units in the population of the stratum, or the sampling fraction"
        return None, [
            Problem(
                "fpc_missing", "population sizes that are missing or not above 0", column=name, hint=hint, count=wrong
            )
        ]
    number = int(strata.max(initial=0)) + 1
    low, high = np.full(number, np.inf), np.zeros(number)
    np.minimum.at(low, strata, values)
    np.maximum.at(high, strata, values)
    if (high > low).any():
        message, hint = (
            "strata whose population size is not the same for all members",
            "it is one number for each stratum",
        )
        return None, [Problem("fpc_varies", message, column=name, hint=hint, count=int((high > low).sum()))]
    stratum_of = np.zeros(int(clusters.max(initial=0)) + 1, dtype=np.int64)
    stratum_of[clusters] = strata
    sampled = np.bincount(stratum_of, minlength=number).astype(float)
    sizes = sampled / high if (values <= 1).all() and (sampled > 1).any() else high
    below = sampled > sizes * (1 + 1e-9)
    if below.any():
        message, hint = (
            "strata with more sampled units than the population has",
            "give the size of the population, not of the sample",
        )
        return None, [Problem("fpc_too_small", message, column=name, hint=hint, count=int(below.sum()))]
    return sizes, []


def _first_stage_problems(stage: Stage, lonely: str) -> list[Problem]:
    stratum_of = np.zeros(int(stage.clusters.max(initial=0)) + 1, dtype=np.int64)
    stratum_of[stage.clusters] = stage.strata
    if len(stratum_of) < 2:
        hint = "a variance between clusters needs two of them: leave clusters out, or look at the variable again"
        return [Problem("one_cluster", "all respondents are in one cluster", hint=hint)]
    sampled = np.bincount(stratum_of)
    whole = np.zeros(len(sampled), dtype=bool) if stage.population is None else sampled >= stage.population
    alone = int(((sampled == 1) & ~whole).sum())
    return [lonely_problem(alone)] if alone and lonely == "refuse" else []


def fraction_weights(stages: Sequence[Stage], n: int) -> Floats:
    """Return equal weights, or the inverse of the product of the stages' sampling fractions."""
    weights = np.ones(n)
    for stage in stages:
        if stage.population is None:
            break
        stratum_of = np.zeros(int(stage.clusters.max(initial=0)) + 1, dtype=np.int64)
        stratum_of[stage.clusters] = stage.strata
        sampled = np.bincount(stratum_of, minlength=len(stage.population))
        weights = weights * (stage.population / sampled)[stage.strata]
    return weights
