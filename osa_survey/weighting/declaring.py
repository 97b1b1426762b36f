"""Declaring how a sample was drawn and weighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import DesignRecord, ScoredData, SurveyDesign, columns_of
from osa_survey.dataset.designs import Lonely, ReplicateKind, Sample
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.weighting.declared_replicates import declared_replicates, replicate_names
from osa_survey.weighting.sampling_stages import Names, fraction_weights, listed, sampling_stages

Floats = NDArray[np.float64]


def declare_design(
    scored: ScoredData,
    *,
    sample: Sample,
    weights: str = "",
    strata: Names = "",
    clusters: Names = "",
    fpc: Names = "",
    replicates: Names = "",
    kind: ReplicateKind = "JK1",
    scale: float | None = None,
    rscales: Sequence[float] | None = None,
    fay: float = 0.0,
    mse: bool = False,
    lonely: Lonely = "refuse",
    nest: bool = False,
) -> ScoredData:
    """Say how the respondents were drawn and weighted; analyses then use it.

    Parameters
    ----------
    scored : ScoredData
        The respondents.
    sample : {"probability", "quota", "opt-in"}
        How people came into the sample. Outside probability samples no output says "margin of error" or
        "representative", and intervals are called model-based.
    weights : str
        The variable of the weights. Without it they follow from the sampling fractions if ``fpc`` is given, else all
        are equal.
    strata, clusters, fpc : str or sequence of str
        Variables of the strata, of the sampled units, and of the number of such units in the population of the stratum
        (or, all at most 1, the sampling fraction); one for each stage, "" where a stage has none.
    replicates : sequence of str or str
        Variables of replicate weights (analysis weights, the sampling weight included), or a pattern such as
        ``"rw{n}"``.
    kind, scale, rscales, fay, mse
        How the replicates were made. ``scale`` and ``rscales`` follow from ``kind``, but JKn needs ``rscales``.
    lonely : {"refuse", "adjust", "remove"}
        What a stratum with one cluster adds to a variance: an error, its squared distance from the mean of all, or
        nothing. A stratum whose only cluster is the whole population (``fpc``) adds nothing and is no error.
    nest : bool
        Whether clusters are numbered anew in each stratum.

    Returns
    -------
    ScoredData
        The same with ``design``.

    Raises
    ------
    AnalysisError
        With all problems: unknown variables; weights that are missing, negative, zero or infinite; gaps in strata or
        clusters; clusters that cross strata; one cluster; lonely strata; population sizes that vary within a stratum
        or lie below the sample's.
    """
    design = survey_design(
        scored,
        sample=sample,
        weights=weights,
        strata=strata,
        clusters=clusters,
        fpc=fpc,
        replicates=replicates,
        kind=kind,
        scale=scale,
        rscales=rscales,
        fay=fay,
        mse=mse,
        lonely=lonely,
        nest=nest,
    )
    return replace(scored, design=design)


def survey_design(
    data: ScoredData | pd.DataFrame,
    *,
    sample: Sample,
    weights: str = "",
    strata: Names = "",
    clusters: Names = "",
    fpc: Names = "",
    replicates: Names = "",
    kind: ReplicateKind = "JK1",
    scale: float | None = None,
    rscales: Sequence[float] | None = None,
    fay: float = 0.0,
    mse: bool = False,
    lonely: Lonely = "refuse",
    nest: bool = False,
) -> SurveyDesign:
    """Return the design that ``declare_design`` attaches, also for a plain DataFrame.

    See Also
    --------
    declare_design : The parameters and errors.

    Examples
    --------
    >>> people = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "town": [1, 1, 2, 2]})
    >>> survey_design(people, sample="quota", weights="w", clusters="town")
    <SurveyDesign: quota sample, 4 respondents; <Stage: 1 strata, 2 clusters>>
    """
    check_words(
        sample=(sample, get_args(Sample)), kind=(kind, get_args(ReplicateKind)), lonely=(lonely, get_args(Lonely))
    )
    stages = sampling_stages(data, listed(strata), listed(clusters), listed(fpc), lonely, nest)
    n = len(data)
    if weights:
        values = columns_of(data, [weights])[0].values
        problems = weight_problems(values, weights)
        if problems:
            raise AnalysisError(problems)
    else:
        values = fraction_weights(stages, n)
    if not replicates and (scale is not None or rscales is not None):
        message, hint = "scale and rscales belong to replicate weights", "name them in replicates, or leave these out"
        raise AnalysisError(Problem("no_replicates", message, key="replicates", hint=hint))
    copies = None
    if replicates:
        names = replicate_names(data, replicates)
        copies = declared_replicates(data, names, kind, scale, rscales, fay, mse)
    record = DesignRecord(
        weights=weights,
        strata=tuple(name for name in listed(strata) if name),
        clusters=tuple(name for name in listed(clusters) if name),
        fpc=tuple(name for name in listed(fpc) if name),
        replicates=f"{len(copies)} {kind}" if copies is not None else "",
    )
    return SurveyDesign(sample, values, stages, copies, lonely=lonely, record=record)


def starting_design(scored: ScoredData, sample: Sample | None) -> SurveyDesign:
    """Return the declared design, or equal weights where there is none and the way into the sample is said.

    Raises
    ------
    AnalysisError
        If neither a design nor ``sample`` is given, or ``sample`` is another than the design says.
    """
    design = scored.design
    if design is None:
        if sample is None:
            hint = 'sample = "probability", "quota" or "opt-in"'
            raise AnalysisError(
                Problem("sample_needed", "say how people came into the sample", key="sample", hint=hint)
            )
        return survey_design(scored, sample=sample)
    if sample not in (None, design.sample):
        message = f"the declared design says '{design.sample}', not '{sample}'"
        raise AnalysisError(Problem("sample_differs", message, key="sample", hint="leave sample out"))
    return design


def check_words(**given: tuple[str, Sequence[str]]) -> None:
    """Raise an AnalysisError naming every argument whose word is not among the allowed ones."""
    problems = [
        Problem("unknown_word", f"{name} cannot be '{word}'", key=name, hint=nearest(word, list(allowed)))
        for name, (word, allowed) in given.items()
        if word not in allowed
    ]
    if problems:
        raise AnalysisError(problems)


def weight_problems(values: Floats, name: str) -> list[Problem]:
    """Return what is wrong with weights: gaps, values that are not above zero, infinite values."""
    found = []
    known = values[~np.isnan(values)]
    for code, mask, message, hint in (
        (
            "weight_missing",
            np.isnan(values),
            "respondents without a weight",
            "ask who made the weights, or exclude them",
        ),
        ("weight_negative", known < 0, "weights below zero", "weights are above 0: ask who made them"),
        ("weight_zero", known == 0, "weights of zero", "exclude respondents who are to count for nothing"),
        ("weight_infinite", np.isinf(known), "infinite weights", "an infinite weight comes from a division by zero"),
    ):
        if mask.any():
            found.append(Problem(code, message, column=name, hint=hint, count=int(mask.sum())))
    return found
