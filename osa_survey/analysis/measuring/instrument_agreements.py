"""Agreement of two instruments: kappa and AC1 of categories, limits of agreement of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric, different
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.measuring.agreement_sentences import AgreementWords
from osa_survey.analysis.measuring.composed_agreements import add_category_agreement, add_limits, add_range_groups
from osa_survey.analysis.measuring.roc_rows import add_number, share
from osa_survey.analysis.samples import Data, Sample, sample_of
from osa_survey.dataset import Column, columns_of
from osa_survey.effects.agreements import gwet_ac1, limits_of_agreement
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

PLAIN_METHOD = "Cohen's κ (large-sample interval), Gwet's AC1 (t interval), share of agreement (Wilson interval)"
COMPOSED_METHOD = "Cohen's κ and Gwet's AC1 (linearised intervals), share of agreement (logit interval)"
LEAST, BIN, BINS = 4, 10, 8
CATEGORIES = (
    "Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement, "
    "20(1), 37–46. https://doi.org/10.1177/001316446002000104",
    "Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British "
    "Journal of Mathematical and Statistical Psychology, 61(1), 29–48. https://doi.org/10.1348/000711006X126600",
)
NUMBERS = (
    "Bland, J. M., & Altman, D. G. (1999). Measuring agreement in method comparison studies. Statistical Methods in "
    "Medical Research, 8(2), 135–160. https://doi.org/10.1177/096228029900800204",
)
NOTE_KAPPA = "κ falls where a category is rare, however often both agree; AC1 does not: read both with the agreement."
NOTE_LIMITS = (
    "Between the limits lie 95% of the differences, if these are normal and alike over the range. Whether the limits "
    "are narrow enough is a question about the instruments, not about statistics."
)
NOTE_BINS = "The figure shows means of groups of ten people or more by the mean of both values, never single people."


def agreement(data: Data, first: str, second: str, *, conf_level: float = 0.95) -> Result:
    """Return how well two instruments agree on the same people.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents.
    first, second : str
        Two categorical variables with the same categories, or two numbers in the same unit.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Of categories ``observed_agreement``, ``kappa``, ``gwet_ac1`` and, of ordinal ones, ``kappa_weighted``
        (quadratic). Of numbers ``bias`` (first minus second), ``lower_limit`` and ``upper_limit``;
        ``more["groups"]`` has ``mean`` and ``bias`` of groups of people by the mean of both values.

    Raises
    ------
    AnalysisError
        ``different_categories``; fewer than four people with both.

    Notes
    -----
    Under weights and over imputed sets all numbers are functions of weighted shares, means and variances with
    linearised or replicate errors, pooled by Rubin's rules; shares on the logit.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.5, 2.0, 2.5, 4.0]})
    >>> agreement(people, "a", "b").pick("bias")["estimate"].item()
    0.0
    """
    check_conf_level(conf_level)
    different(first=first, second=second)
    parts = versions(data)
    sample = sample_of(data, [first, second]) if composes(data) else None
    columns = columns_of(parts[0], [first, second])
    both = columns[0].answered & columns[1].answered
    n = int(both.sum()) if sample is None else sample.n
    if n < LEAST:
        message = f"fewer than {LEAST} people have both '{first}' and '{second}'"
        raise AnalysisError(Problem("too_few_respondents", message, column=second))
    titles = {column.info.name: column.info.title for column in columns}
    fields: dict[str, Any] = {
        "analysis": "agreement",
        "n_used": n,
        "n_dropped": len(both) - n,
        "labels": titles,
        "settings": {"first": first, "second": second, "conf_level": conf_level},
    }
    categorical = [column.info.is_categorical for column in columns]
    rows = Rows()
    keys: dict[str, Any] = {"outcome": first, "contrast": second, "n": n}
    if not any(categorical):
        check_numeric(*columns)
        return _numbers(rows, columns, both, keys, conf_level, fields, sample)
    if columns[0].info.labels != columns[1].info.labels:
        message = f"'{first}' and '{second}' do not have the same categories in the same order"
        hint = "recode one of them in the codebook"
        raise AnalysisError(Problem("different_categories", message, column=second, hint=hint))
    ordinal = all(column.info.type == "ordinal" for column in columns)
    method = PLAIN_METHOD
    if sample is None:
        names = _add_categories(rows, columns, both, keys, ordinal, conf_level)
    else:
        names = add_category_agreement(rows, sample, keys, ordinal, conf_level)
        method = COMPOSED_METHOD + composition_words(sample)
    return Result.from_rows(
        rows,
        title=f"Agreement of {titles[first]} and {titles[second]}",
        method=method,
        notes=(NOTE_KAPPA, *composition_notes(sample)),
        references=(*CATEGORIES, *composition_references(sample)),
        wording=AgreementWords(titles[first], titles[second]),
        layout=_layout(names),
        plot="agreement_dots",
        **fields,
    )


def _add_categories(
    rows: Rows,
    columns: tuple[Column, ...],
    both: NDArray[np.bool_],
    keys: dict[str, Any],
    ordinal: bool,
    conf_level: float,
) -> list[str]:
    """Add agreement, κ and AC1 of complete answers; return what was added."""
    n = int(both.sum())
    keys = {**keys, "cells": _add_cells(rows, columns, both)}
    pairs = zip(columns[0].info.codes, columns[1].info.codes, strict=True)
    places = [np.stack([columns[0].values[both] == a, columns[1].values[both] == b]) for a, b in pairs]
    table = np.array([[float((one[0] & other[1]).sum()) for other in places] for one in places])
    add_number(rows, "observed_agreement", share(int(np.trace(table)), n, conf_level), conf_level, **keys)
    add_number(rows, "kappa", cohens_kappa(table, conf_level), conf_level, **keys)
    if ordinal:
        weighted = cohens_kappa(table, conf_level, weights="quadratic")
        add_number(rows, "kappa_weighted", weighted, conf_level, **keys)
    add_number(rows, "gwet_ac1", gwet_ac1(table, conf_level), conf_level, **keys)
    return ["observed_agreement", "kappa", *(["kappa_weighted"] if ordinal else []), "gwet_ac1"]


def _add_cells(rows: Rows, columns: tuple[Column, ...], both: NDArray[np.bool_]) -> list[str]:
    """Name those who agree and those who do not: what the numbers of the table would give away."""
    alike = [columns[0].values == a for a in columns[0].info.codes]
    same = np.logical_or.reduce(
        [one & (columns[1].values == b) for one, b in zip(alike, columns[1].info.codes, strict=True)]
    )
    rows.cell("both", both)
    rows.cell("agree", both & same)
    rows.cell("disagree", both & ~same)
    rows.total("both", ["agree", "disagree"])
    return ["agree", "disagree"]


def _numbers(
    rows: Rows,
    columns: tuple[Column, ...],
    both: NDArray[np.bool_],
    keys: dict[str, Any],
    conf_level: float,
    fields: dict[str, Any],
    sample: Sample | None,
) -> Result:
    groups = Rows()
    if sample is None:
        _add_differences(rows, groups, columns, both, keys, conf_level)
    else:
        add_limits(rows, sample, keys, conf_level)
        add_range_groups(groups, sample, keys, BIN, BINS)
    titles = list(fields["labels"].values())
    return Result.from_rows(
        rows,
        title=f"Agreement of {titles[0]} and {titles[1]}",
        method="limits of agreement (Bland and Altman)" + composition_words(sample),
        notes=(NOTE_LIMITS, NOTE_BINS, *composition_notes(sample)),
        references=(*NUMBERS, *composition_references(sample)),
        wording=AgreementWords(titles[0], titles[1]),
        layout=_layout(["bias", "lower_limit", "upper_limit"]),
        plot="bland_altman",
        more={
            "groups": Result.from_rows(
                groups,
                title="Differences over the range of both values",
                method="means of groups of people by the mean of both values",
                layout=Layout(("level",), (Show("mean"), Show("bias"), Show("bias", "n")), row_head="Group"),
                **fields,
            )
        },
        **fields,
    )


def _add_differences(
    rows: Rows,
    groups: Rows,
    columns: tuple[Column, ...],
    both: NDArray[np.bool_],
    keys: dict[str, Any],
    conf_level: float,
) -> None:
    """Add limits of agreement of complete answers, and means of groups of people."""
    first, second = (column.values[both] for column in columns)
    rows.cell("both", both)
    found = limits_of_agreement(first - second, conf_level)
    for name, one in (("bias", found.bias), ("lower_limit", found.lower), ("upper_limit", found.upper)):
        add_number(rows, name, one, conf_level, cells=["both"], **keys)
    average = (first + second) / 2
    rank = np.argsort(np.argsort(average, kind="stable"), kind="stable")
    parts = max(1, min(BINS, len(average) // BIN))
    for part in range(parts):
        inside = rank * parts // len(average) == part
        mask = both.copy()
        mask[both] = inside
        cell = f"group {part + 1}"
        groups.cell(cell, mask)
        common = {**keys, "n": int(inside.sum()), "level": str(part + 1), "cells": [cell]}
        groups.add("mean", estimate=float(average[inside].mean()), method="mean of both values", **common)
        groups.add("bias", estimate=float((first - second)[inside].mean()), method="mean difference", **common)


def _layout(names: list[str]) -> Layout:
    shown = tuple(part for name in names for part in (Show(name), Show(name, "interval")))
    return Layout(("outcome",), shown, row_head="Pair")
