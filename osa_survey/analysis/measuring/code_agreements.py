"""Coders of open answers: Krippendorff's alpha, how often each code was given, themes by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_conf_level, variable_names
from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.measuring.agreement_sentences import AgreementWords
from osa_survey.analysis.measuring.roc_rows import add_number, share
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.effects.bootstrapped import bootstrapped
from osa_survey.effects.coder_alphas import Metric, coincidences, krippendorff_alphas
from osa_survey.effects.effects import undefined
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

LEAST = 2
ONE_CODE = "only one code was given: agreement beyond chance is not defined"
REFERENCES = (
    "Krippendorff, K. (2004). Reliability in content analysis: Some common misconceptions and recommendations. Human "
    "Communication Research, 30(3), 411–433. https://doi.org/10.1111/j.1468-2958.2004.tb00738.x",
)
NOTES = (
    "Alpha is of answers with two codes or more; answers are resampled for its interval.",
    "Texts are neither read nor shown.",
)
AGREED = "A theme counts where all coders who coded the answer gave the same code."


def code_agreement(
    data: ScoredData | pd.DataFrame,
    coders: Sequence[str],
    *,
    by: str = "",
    draws: int = 2000,
    seed: int = 1,
    conf_level: float = 0.95,
) -> Result:
    """Return how well coders of open answers agree, which codes they gave, and themes by group.

    Parameters
    ----------
    data : ScoredData or DataFrame
        One row for each answer; ``join_coder_sheets`` makes it of coders' sheets. Weights and imputed sets are refused.
    coders : sequence of str
        Two or more categorical variables with the same categories: the codes each gave, gaps allowed.
    by : str, optional
        A categorical variable: themes are shown within its groups.
    draws, seed : int
        Of the bootstrap of answers.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``krippendorff_alpha`` with ``level`` ``nominal`` and, of ordinal codes, ``ordinal``.
        ``more["codes"]`` holds the share of each code by coder, ``more["themes"]`` the share of each agreed code by
        group.

    Raises
    ------
    AnalysisError
        ``does_not_compose``; ``different_categories``; ``too_few_respondents`` with fewer than two answers coded twice.

    Examples
    --------
    >>> kinds = pd.CategoricalDtype(["a", "b", "c", "d"])
    >>> one, two = ("aabbdcccedda".replace("e", "d"), "babbbcccdddd")
    >>> sheets = pd.DataFrame({"one": pd.Series(list(one), dtype=kinds), "two": pd.Series(list(two), dtype=kinds)})
    >>> code_agreement(sheets, ["one", "two"], draws=50).n_used
    12
    """
    refuse_imputed(data, "code_agreement")
    refuse_design(data, "code_agreement")
    check_conf_level(conf_level)
    names = variable_names(coders, at_least=2)
    *columns, group = columns_of(data, [*names, by or names[0]])
    check_categorical(*columns, *([group] if by else []))
    labels = columns[0].info.labels
    for column in columns:
        if column.info.labels != labels:
            message = f"'{column.info.name}' and '{names[0]}' do not have the same categories in the same order"
            raise AnalysisError(Problem("different_categories", message, column=column.info.name))
    codes = np.column_stack([_positions(column) for column in columns])
    given = (~np.isnan(codes)).sum(axis=1)
    twice = given >= LEAST
    n = int(twice.sum())
    if n < LEAST:
        message = f"fewer than {LEAST} answers have codes of two coders"
        raise AnalysisError(Problem("too_few_respondents", message, column=names[1]))
    titles = {column.info.name: column.info.title for column in (*columns, group)}
    low = np.where(np.isnan(codes), np.inf, codes).min(axis=1)
    high = np.where(np.isnan(codes), -np.inf, codes).max(axis=1)
    agreed = twice & (low == high)
    fields: dict[str, Any] = {
        "analysis": "code_agreement",
        "n_used": n,
        "n_dropped": len(codes) - n,
        "labels": titles,
        "settings": {"coders": tuple(names), "by": by, "draws": draws, "seed": seed, "conf_level": conf_level},
    }
    cells = MaskCells()
    rows = Rows()
    behind = [cells.name(rows, agreed, "agreed"), cells.name(rows, twice & ~agreed, "not agreed")]
    rows.total(cells.name(rows, twice, "coded twice"), behind)
    units = coincidences(codes[twice], len(labels))
    metrics: list[Metric] = ["nominal"]
    if all(column.info.type == "ordinal" for column in columns):
        metrics.append("ordinal")
    for metric in metrics:
        name = f"Krippendorff's α, {metric}"
        one_code = np.isnan(krippendorff_alphas(np.ones((1, n)), units, len(labels), metric)[0, 0])
        found = undefined(name, ONE_CODE) if one_code else bootstrapped(
            krippendorff_alphas, (units, len(labels), metric), n, name, conf_level=conf_level, seed=seed, draws=draws
        )  # fmt: skip
        keys = {"outcome": names[0], "contrast": ", ".join(names[1:]), "level": metric, "n": n, "cells": behind}
        add_number(rows, "krippendorff_alpha", found, conf_level, **keys)
    more = {"codes": _codes(columns, conf_level, cells, fields)}
    if by:
        more["themes"] = _themes(group, labels, low, agreed, conf_level, cells, fields)
    return Result.from_rows(
        rows,
        title="Agreement of coders",
        method=f"Krippendorff's α, percentile bootstrap over answers ({draws:,} resamples)",
        notes=NOTES,
        references=REFERENCES,
        wording=AgreementWords(titles[names[0]], ", ".join(titles[name] for name in names[1:])),
        layout=Layout(
            ("level",),
            (
                Show("krippendorff_alpha"),
                Show("krippendorff_alpha", "interval"),
                Show("krippendorff_alpha", "n", "Answers"),
            ),
            row_head="Differences",
        ),
        plot="agreement_dots",
        more=more,
        **fields,
    )


def _positions(column: Column) -> NDArray[np.float64]:
    """Return codes numbered from 0 in declared order, NaN where none was given."""
    found = np.full(len(column.values), np.nan)
    for place, code in enumerate(column.info.codes):
        found[column.values == code] = place
    return found


def _codes(columns: Sequence[Column], conf_level: float, cells: MaskCells, fields: dict[str, Any]) -> Result:
    rows = Rows()
    for column in columns:
        name = column.info.name
        total = cells.name(rows, column.answered, f"{name}, all")
        found = column.categories()
        parts = [cells.name(rows, mask, f"{name}, {label}") for label, mask in found]
        if parts != [total]:
            rows.total(total, parts)
        n = int(column.answered.sum())
        for (label, mask), cell in zip(found, parts, strict=True):
            one = share(int(mask.sum()), n, conf_level)
            add_number(rows, "proportion", one, conf_level, outcome=name, level=label, n=n, cells=[cell, total])
    return Result.from_rows(
        rows,
        title="Codes given by each coder",
        method="shares with Wilson intervals",
        layout=Layout(("outcome", "level"), (Show("proportion"), Show("proportion", "interval")), row_head="Code"),
        **fields,
    )


def _themes(
    group: Column,
    labels: Sequence[str],
    code: NDArray[np.float64],
    agreed: NDArray[np.bool_],
    conf_level: float,
    cells: MaskCells,
    fields: dict[str, Any],
) -> Result:
    rows = Rows()
    for label, members in group.categories(agreed):
        inside = members & agreed
        n = int(inside.sum())
        total = cells.name(rows, inside, f"{label}, agreed")
        held = [(theme, inside & (code == place)) for place, theme in enumerate(labels)]
        parts = [cells.name(rows, mask, f"{label}, {theme}") for theme, mask in held]
        if parts != [total]:
            rows.total(total, list(dict.fromkeys(parts)))
        for (theme, mask), cell in zip(held, parts, strict=True):
            keys: dict[str, Any] = {"outcome": group.info.name, "level": theme, "group": label, "n": n}
            one = share(int(mask.sum()), n, conf_level)
            add_number(rows, "proportion", one, conf_level, cells=list(dict.fromkeys([cell, total])), **keys)
    return Result.from_rows(
        rows,
        title=f"Themes by {group.info.title}",
        method="shares of agreed codes with Wilson intervals",
        notes=(AGREED,),
        layout=Layout(
            ("level",), (Show("proportion"), Show("proportion", "interval")), across="group", row_head="Theme"
        ),
        **fields,
    )
