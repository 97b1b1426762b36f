"""Correlations within two groups: which groups, who is in them, and how the correlations differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.correlating.correlation_estimates import normal_p
from osa_survey.analysis.correlating.correlation_matrices import group_cell
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES, adjusted_p_values
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.effects.correlation_differences import cohens_q
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

Mask = NDArray[np.bool_]
TWO = 2


def correlated_groups(
    data: ScoredData | pd.DataFrame, by: str | None, chosen: Sequence[str]
) -> tuple[tuple[tuple[str, Mask], ...], str]:
    """Return the two groups with their people, and the title of the grouping variable; without ``by`` everyone.

    Raises
    ------
    AnalysisError
        ``no_categories`` for a number; ``two_groups_needed`` where ``by`` has not two categories and none are chosen;
        ``unknown_category``.
    """
    if by is None:
        if chosen:
            raise AnalysisError(Problem("groups_of_nothing", "groups are categories of by", key="groups"))
        return (("", np.ones(len(data), dtype=bool)),), ""
    (column,) = columns_of(data, [by])
    info = column.info
    if not info.is_categorical:
        hint = "give a nominal or ordinal variable as by"
        raise AnalysisError(Problem("no_categories", f"'{by}' is a {info.type}", column=by, hint=hint))
    present = dict(column.categories())
    problems = [
        Problem(
            "unknown_category", f"'{label}' is no category that occurs", column=by, hint=nearest(label, list(present))
        )
        for label in chosen
        if label not in present
    ]
    if problems:
        raise AnalysisError(problems)
    labels = list(chosen) or list(present)
    if len(set(labels)) != TWO:
        listed = ", ".join(f'"{label}"' for label in present)
        message = f"two groups stand above and below the diagonal, '{by}' has {len(labels)}"
        raise AnalysisError(
            Problem("two_groups_needed", message, column=by, key="groups", hint=f"groups = two of {listed}")
        )
    return tuple((label, present[label]) for label in labels), info.title


def pair_sample(sample: Sample, pair: tuple[int, int], group: str) -> Sample:
    """Return the sample of one pair of variables, among those with both values and, if named, in a group."""
    first, second = pair

    def who(one: CompletedSet) -> Mask:
        mask = one.columns[first].answered & one.columns[second].answered
        if group:
            info = one.columns[-1].info
            mask &= one.columns[-1].values == info.codes[info.labels.index(group)]
        return np.asarray(mask)

    found = restricted(sample, who)
    picked = tuple(CompletedSet((one.columns[first], one.columns[second]), one.used, one.design) for one in found.sets)
    return Sample(picked, sample.imputed)


def difference_result(
    correlations: pd.DataFrame,
    groups: Sequence[tuple[str, Mask]],
    titles: Mapping[str, str],
    adjust: str,
    conf_level: float,
    composed: Sample | None,
    numbers: Mapping[str, int],
) -> Result:
    """Return how the correlations of two groups differ, as Cohen's q with its test.

    Notes
    -----
    q = atanh r₁ − atanh r₂, with 1/(n − 3) as variance of each. Under weights or imputation the variance of each
    Fisher z is (z/t)², from its own test, and q is referred to the normal distribution.
    """
    contrast = f"{groups[0][0]} \u2212 {groups[1][0]}"
    rows = Rows()
    first = correlations.loc[correlations["group"] == groups[0][0]]
    second = correlations.loc[correlations["group"] == groups[1][0]]
    found = []
    for (_, one), (_, other) in zip(first.iterrows(), second.iterrows(), strict=True):
        if composed is None:
            q = cohens_q(one["estimate"], int(one["n"]), other["estimate"], int(other["n"]), conf_level)
            numbers_of = (q.estimate, q.std_error, q.low, q.high)
        else:
            numbers_of = _composed_q(one, other, conf_level)
        found.append((one, other, numbers_of, normal_p(numbers_of[0], numbers_of[1])))
    adjusted = adjusted_p_values(np.array([p for *_, p in found]), adjust)
    for (one, other, (estimate, std_error, low, high), p), p_adjusted in zip(found, adjusted, strict=True):
        names = (str(one["term"]), str(one["outcome"]))
        cells = [group_cell(group, *names) for group, _ in groups]
        for cell, row in zip(cells, (one, other), strict=True):
            rows.cell(cell, float(row["n"]))
        rows.add(
            "cohens_q",
            term=names[0],
            outcome=names[1],
            contrast=contrast,
            n=one["n"] + other["n"],
            estimate=estimate,
            std_error=std_error,
            conf_low=low,
            conf_high=high,
            conf_level=conf_level if math.isfinite(low) else math.nan,
            statistic=estimate / std_error if std_error > 0 else math.nan,
            statistic_name="z",
            p_value=p,
            p_adjusted=p_adjusted,
            method="difference of Fisher's z, normal interval",
            warning="" if math.isfinite(estimate) else "a correlation of the pair is not defined",
            cells=cells,
        )
    return Result.from_rows(
        rows,
        title=f"Difference of the correlations ({contrast})",
        analysis="correlate",
        method=f"Cohen's q with normal tests; p adjusted: {ADJUSTMENT_TITLES[adjust]}",
        labels=titles,
        layout=Layout(
            rows=("term", "outcome"),
            show=(
                Show("cohens_q"),
                Show("cohens_q", "interval"),
                Show("cohens_q", "statistic"),
                Show("cohens_q", "p_adjusted" if adjust != "none" and len(found) > 1 else "p"),
            ),
            row_head="Variable",
        ),
        **numbers,
    )


def _composed_q(one: pd.Series, other: pd.Series, conf_level: float) -> tuple[float, float, float, float]:
    values = [math.atanh(row["estimate"]) if abs(row["estimate"]) < 1 else math.nan for row in (one, other)]
    errors = [value / row["statistic"] for value, row in zip(values, (one, other), strict=True)]
    estimate, std_error = values[0] - values[1], math.hypot(*errors)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return estimate, std_error, estimate - half, estimate + half
