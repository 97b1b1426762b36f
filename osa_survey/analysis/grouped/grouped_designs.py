"""The sampling plan of a model of people in groups: its clusters hold whole groups, or the groups are its clusters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.grouped.grouped_models import GroupedData
from osa_survey.analysis.samples import CompletedSet, Sample, does_not_compose
from osa_survey.dataset import Stage, SurveyDesign

Codes = NDArray[np.int64]
CROSSED = "declare clusters that hold whole groups, or use regress, whose errors follow the sampling plan alone"


def under_plan(data: GroupedData, errors: str, robust: str) -> GroupedData:
    """Return data whose errors follow their sampling plan, if they have one, with the groups as its clusters.

    Parameters
    ----------
    data : GroupedData
        The data.
    errors, robust : str
        The errors asked for, and those that a plan replaces.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` under a design for other errors.
    """
    if data.sample.design is None:
        return data
    if errors != robust:
        message = f"errors='{errors}' does not go with a design: standard errors come from the sampling plan"
        raise does_not_compose(message, "leave errors out; clusters are declared with the design")
    return replace(data, sample=with_groups_as_clusters(data.sample))


def with_groups_as_clusters(sample: Sample) -> Sample:
    """Return the sample with the groups as clusters of a plan in which everybody was drawn alone.

    Parameters
    ----------
    sample : Sample
        The data; the groups are the last variable.

    Notes
    -----
    A plan with clusters of its own, and replicate weights, stay as they are. A group that lies in several strata is
    one cluster in each of them.
    """
    if sample.design is None:
        return sample
    return replace(sample, sets=tuple(replace(one, design=_clustered(one)) for one in sample.sets))


def check_whole_groups(sample: Sample, what: str) -> None:
    """Refuse plans whose clusters cut groups apart: errors would miss what members of a group share.

    Raises
    ------
    AnalysisError
        ``does_not_compose``. Replicate weights are taken as they come.
    """
    for one in sample.sets:
        design = one.design
        if design is None or design.replicates is not None or not design.stages:
            continue
        groups, clusters = one.values(len(one.columns) - 1), design.stages[0].clusters[one.used]
        pairs = len(np.unique(np.column_stack([groups, clusters]), axis=0))
        if pairs > len(np.unique(groups)):
            raise does_not_compose(f"{what} under a plan whose clusters or strata cut groups apart", CROSSED)


def check_one_weight(sample: Sample, groups: tuple[NDArray[np.intp], ...], what: str) -> None:
    """Refuse weights that differ within groups: pairs of members are then not weighted by their own chance.

    Raises
    ------
    AnalysisError
        ``does_not_compose``.
    """
    for one, members in zip(sample.sets, groups, strict=True):
        if one.design is None:
            continue
        replicates = one.design.replicates
        every = [one.design.weights[:, None], *([] if replicates is None else [replicates.weights])]
        weights = np.column_stack(every)[one.used]
        first = np.zeros(int(members.max()) + 1, dtype=np.intp)
        first[members[::-1]] = np.arange(len(members))[::-1]
        if not np.allclose(weights, weights[first[members]], rtol=1e-9, atol=0.0):
            hint = "use correlation='independence', which needs no chances of pairs"
            raise does_not_compose(f"{what} under weights that differ within groups", hint)


def _clustered(one: CompletedSet) -> SurveyDesign | None:
    design = one.design
    if design is None or design.replicates is not None:
        return design
    n = len(design)
    alone = not design.stages or len(np.unique(design.stages[0].clusters)) == n
    if not alone:
        return design
    column = one.columns[-1]
    known = column.answered
    groups = np.arange(n, dtype=np.int64) + n  # people without a group stand alone, outside every group's number
    groups[known] = np.unique(column.values[known], return_inverse=True)[1]
    strata: Codes = design.stages[0].strata if design.stages else np.zeros(n, dtype=np.int64)
    clusters = np.unique(np.column_stack([strata, groups]), axis=0, return_inverse=True)[1].reshape(-1)
    return replace(design, stages=(Stage(strata, clusters.astype(np.int64)),))
