"""Whether groups with the same trait answer an item differently: groups, tables, and answers that count alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.argument_problems import unknown_options
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_response.graded_analyses import check_items
from osa_survey.psychometrics.item_response.item_bias_sentences import BiasWords
from osa_survey.psychometrics.item_response.scale_differences import (
    LARGE,
    MODERATE,
    DifferenceTests,
    difference_tests,
)
from osa_survey.results import Layout, Result, Rows, Show

SMALLEST_GROUP = 50
REFERENCES = (
    "Choi, S. W., Gibbons, L. E., & Crane, P. K. (2011). lordif: An R package for detecting differential item "
    "functioning using iterative hybrid ordinal logistic regression/item response theory and Monte Carlo simulations. "
    "Journal of Statistical Software, 39(8), 1–30. https://doi.org/10.18637/jss.v039.i08",
    "Jodoin, M. G., & Gierl, M. J. (2001). Evaluating type I error and power rates using an effect size measure with "
    "the logistic regression procedure for DIF detection. Applied Measurement in Education, 14(4), 329–349. "
    "https://doi.org/10.1207/S15324818AME1404_2",
)


def plain_item_bias(
    data: ScoredData | pd.DataFrame, scale: str | None, by: str, matching: Literal["trait", "rest"], purify: bool
) -> Result:
    """Return how items of data without weights and imputed sets differ; see ``osa_survey.item_bias``."""
    group = bias_group(data, by, matching)
    if isinstance(data, pd.DataFrame):
        data = data.drop(columns=[by])
    items = item_matrix(data, scale)
    check_items(items)
    answered = (~np.isnan(items.values)).any(axis=1) & group.answered
    members = {code: answered & (group.values == code) for code in group.info.codes}
    sizes = {code: int(mask.sum()) for code, mask in members.items()}
    kept = kept_groups(sizes, by)
    used = answered & np.isin(group.values, kept)
    values = items.values[used]
    check_varied(items, values)
    indicators = np.column_stack([(group.values[used] == code).astype(float) for code in kept[1:]])
    tests = difference_tests(values, indicators, matching=matching, purify=purify)
    return bias_result(items, group, members, kept, tests, int(used.sum()), matching, purify)


def bias_group(data: ScoredData | pd.DataFrame, by: str, matching: str) -> Column:
    """Return the grouping, checked together with the kind of matching."""
    if unknown := unknown_options(("matching", matching, ("trait", "rest"))):
        raise AnalysisError(unknown)
    group = columns_of(data, [by])[0]
    if group.info.type not in ("nominal", "ordinal"):
        message = "groups are categories, not numbers"
        raise AnalysisError(Problem("not_a_grouping", message, column=by, hint="make bands of it first"))
    return group


def kept_groups(sizes: Mapping[float, float], by: str) -> list[float]:
    """Return the codes of groups with enough respondents; fewer than two groups are an error."""
    kept = [code for code, n in sizes.items() if n >= SMALLEST_GROUP]
    if len(kept) < 2:
        message = f"'{by}' has fewer than two groups of {SMALLEST_GROUP} respondents with answers"
        raise AnalysisError(Problem("too_few_groups", message, column=by))
    return kept


def check_varied(items: ItemMatrix, values: NDArray[np.float64]) -> None:
    """Raise an error where the groups gave one answer only to an item."""
    flat = [
        Problem("constant_item", "the groups gave one answer only to this item", column=column)
        for column, column_values in zip(items.columns, values.T, strict=True)
        if len(np.unique(column_values[~np.isnan(column_values)])) < 2
    ]
    if flat:
        raise AnalysisError(flat)


@dataclass(frozen=True)
class BiasExtras:
    """What a table says more, or else, under weights or over imputed sets.

    Attributes
    ----------
    test : str
        What the test of a row is called.
    words : str
        End of the Methods line.
    notes, references : tuple of str
        More of them.
    """

    test: str = "likelihood ratio of ordinal logits"
    words: str = ""
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


PLAIN = BiasExtras()


def bias_result(
    items: ItemMatrix,
    group: Column,
    members: Mapping[float, NDArray[np.bool_] | float],
    kept: list[float],
    tests: DifferenceTests,
    n: int,
    matching: str,
    purify: bool,
    extras: BiasExtras = PLAIN,
) -> Result:
    """Return the tables of all items; ``members`` are masks of the groups, or of several sets their mean sizes."""
    rows = Rows()
    rows.cell("used", n)
    base: dict[str, Any] = {"outcome": items.name, "cells": ["used"]}
    tested = sum(1 for one in tests.items if one)
    rows.add("count", level="flagged", n=n, estimate=int(tests.flagged.sum()), method="items", **base)
    rows.add("count", level="tested", n=n, estimate=tested, method="items", **base)
    for item, column in enumerate(items.columns):
        keys = {**base, "term": column, "n": int(tests.n[item])}
        if not tests.items[item]:
            rows.add("dif", level="total", warning=tests.why_not[item], **keys)
            continue
        for one in tests.items[item]:
            total = one.kind == "total"
            rows.add(
                "dif",
                level=one.kind,
                estimate=one.statistic,
                statistic=one.statistic,
                statistic_name=one.statistic_name,
                df1=one.df,
                df2=one.df2,
                p_value=one.p_value,
                p_adjusted=tests.p_adjusted[item] if total else float("nan"),
                method=extras.test,
                **keys,
            )
            size = ("large" if one.nagelkerke >= LARGE else "moderate") if total and tests.flagged[item] else ""
            rows.add("dif_nagelkerke", level=one.kind, estimate=one.nagelkerke, warning=size, **keys)
            rows.add("dif_mcfadden", level=one.kind, estimate=one.mcfadden, **keys)
            if one.kind == "uniform":
                rows.add("dif_beta_change", level=one.kind, estimate=one.beta_change, **keys)
    labels = {items.name: items.title, group.info.name: group.info.title}
    labels.update(zip(items.columns, items.labels, strict=True))
    notes = [
        f"Adjusted p below .05 and a change of Nagelkerke's R² of {MODERATE:g} or more count as different.",
        "The limits of the change of R² (Jodoin & Gierl 2001; verified where others quote them, the paper not read) "
        "were made for yes/no items; taking them for more answers is a custom.",
        f"The matching rests on {tests.anchors} items after {tests.rounds} round{'s' if tests.rounds > 1 else ''}.",
    ]
    if len(kept) < len(members):
        notes.append(f"Groups of fewer than {SMALLEST_GROUP} are left out here, because nothing can be tested in them.")
    match = "the trait of a graded response model" if matching == "trait" else "the mean of the other items"
    return Result.from_rows(
        rows,
        title=f"Differential item functioning of {items.title} by {group.info.title}",
        analysis="item_bias",
        method=f"ordinal logistic regression, matched on {match}{', flagged items taken out' if purify else ''}; "
        f"p adjusted by Holm's method{extras.words}",
        n_used=n,
        n_dropped=len(items.values) - n,
        settings={"scale": items.name, "by": group.info.name, "matching": matching, "purify": purify},
        notes=(*notes, *extras.notes),
        references=(*REFERENCES, *extras.references),
        more={"groups": _groups(group, members)},
        labels=labels,
        wording=BiasWords(items.title, group.info.title, tuple(labels.items())),
        layout=Layout(
            rows=("term",),
            show=(Show("dif", "statistic"), Show("dif", "p"), Show("dif", "p_adjusted"), Show("dif_nagelkerke")),
            across="level",
            row_head="Item",
        ),
        plot="lines",
    )


def _groups(group: Column, members: Mapping[float, NDArray[np.bool_] | float]) -> Result:
    rows = Rows()
    names = dict(zip(group.info.codes, group.info.labels, strict=True))
    sizes = {code: float(np.sum(who)) for code, who in members.items()}
    masks = [who for who in members.values() if isinstance(who, np.ndarray)]
    total = sum(sizes.values())
    rows.cell("all", np.logical_or.reduce(masks) if masks else total)
    for code, n in sizes.items():
        rows.cell(names[code], members[code])
        used = "" if n >= SMALLEST_GROUP else "left out"
        rows.add("count", outcome=group.info.name, group=names[code], n=n, estimate=n, method=used, cells=[names[code]])
    rows.total("all", [names[code] for code in sizes])
    return Result.from_rows(
        rows,
        title=f"Groups: {group.info.title}",
        analysis="item_bias",
        method="respondents with an answer to an item",
        n_used=round(total),
        labels={group.info.name: group.info.title},
        layout=Layout(rows=("group",), show=(Show("count"),), row_head="Group"),
    )
