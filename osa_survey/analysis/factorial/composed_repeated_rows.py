"""The tables of ``friedman`` and ``cochran_q`` under weights and over imputed sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, cell_people, mean_number, proportion_number
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.factorial.composed_further import REFERENCE_BINDER, REFERENCE_D1, REFERENCE_D2
from osa_survey.analysis.factorial.composed_repeated import (
    Answers,
    ComposedTest,
    composed_concordance,
    difference,
    equal_means,
    pooled_cochran,
    pooled_friedman,
    pooled_mcnemar,
    pooled_signed_ranks,
    ranked,
)
from osa_survey.analysis.factorial.repeated_results import EVERYBODY, contrast_of, repeated_result
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.size_rows import size_fields
from osa_survey.dataset import Column
from osa_survey.results import Result, Rows, Show
from osa_survey.weighting import weighted_quantiles

Floats = NDArray[np.float64]
NOTE_D2 = (
    "The statistics of the sets are pooled by D2, which knows nothing but them and is approximate: take p near a "
    "threshold as open."
)
NOTE_RANKS = (
    "Ranks are those of each person's own answers; weighted means of them are compared by Wald. Wilcoxon's signed "
    "ranks, which rank people against each other, have no form for pairs under a sampling plan: pairs are differences "
    "in mean ranks."
)
NOTE_SHARES = "Weighted shares of the same people are compared by Wald, pairs by the t test of their difference."
NO_MEDIAN = "not pooled: Rubin's rules need a nearly normal estimate"


def composed_friedman(sample: Sample, reference: str, adjust: str, conf_level: float) -> Result:
    """Return ``friedman`` under weights or over imputed sets."""
    columns = sample.first.columns
    rows, pairs = Rows(), Rows()
    for into in (rows, pairs):
        into.cell(EVERYBODY, cell_people(sample, lambda one: one.used))
    weighted = sample.design is not None
    test = equal_means(sample, ranked(_values), "mean ranks") if weighted else pooled_friedman(sample, _values)
    _add_test(rows, "friedman", test, sample)
    cell: dict[str, Any] = {"n": sample.n, "cells": [EVERYBODY]}
    rows.add("kendalls_w", **cell, **size_fields(composed_concordance(sample, _values, conf_level), conf_level))
    for place, column in enumerate(columns):
        keys: dict[str, Any] = {"outcome": column.info.name, **cell}
        mean = mean_number(sample, lambda one, k=place: one.columns[k].values, conf_level)  # type: ignore[misc]
        rank = mean_number(sample, lambda one, k=place: _in_all(one, ranked(_values)(one)[:, k]), conf_level)  # type: ignore[misc]
        rows.add("mean", estimate=mean.estimate, method="mean, t interval", **mean.ends(conf_level), **keys)
        rows.add("median", **_median(sample, place), **keys)
        rows.add("mean_rank", estimate=rank.estimate, std_error=rank.std_error, method="mean of ranks, t interval",
                 **rank.ends(conf_level), **keys)  # fmt: skip
    if weighted:
        shown = _differences(pairs, "mean_rank_difference", sample, ranked(_values), adjust, conf_level, cell)
    else:
        shown = _signed_ranks(pairs, sample, adjust, conf_level, cell)
    head = (Show("mean"), Show("mean", "interval"), Show("median"), Show("mean_rank"))
    method = "Friedman's test: Wald's F of mean ranks" if weighted else "Friedman's test of each set, pooled by D2"
    return repeated_result(
        "friedman", "Ratings compared by ranks", rows, pairs, columns, (sample.n, sample.n_dropped), adjust, conf_level,
        head, shown, f"{method}, Kendall's W{composition_words(sample)}", (reference, *_references(sample)),
        "paired_means", (NOTE_RANKS if weighted else NOTE_D2, *composition_notes(sample)),
    )  # fmt: skip


def composed_cochran(sample: Sample, chosen: Answers, event: str, reference: str, adjust: str, level: float) -> Result:
    """Return ``cochran_q`` under weights or over imputed sets; ``chosen`` says who says yes to what in a set."""
    columns = sample.first.columns
    rows, pairs = Rows(), Rows()
    whole = {"n": sample.n, "cells": [EVERYBODY]}
    said = [_said(chosen, place) for place in range(len(columns))]
    for into in (rows, pairs):
        into.cell(EVERYBODY, cell_people(sample, lambda one: one.used))
        for column, who in zip(columns, said, strict=True):
            yes, no = cells_of_answers(column, event)
            into.cell(yes, cell_people(sample, who))
            into.cell(no, cell_people(sample, lambda one, who=who: ~who(one)))  # type: ignore[misc]
            into.total(EVERYBODY, [yes, no])
    weighted = sample.design is not None
    test = equal_means(sample, chosen, "shares") if weighted else pooled_cochran(sample, chosen)
    _add_test(rows, "cochran_q", test, sample)
    for column, who in zip(columns, said, strict=True):
        share = proportion_number(sample, who, level)
        keys: dict[str, Any] = {"outcome": column.info.name, "n": sample.n, "cells": cells_of_answers(column, event)}
        rows.add("proportion", estimate=share.estimate, std_error=share.std_error, method="logit interval",
                 warning=share.warning, **share.ends(level), **keys)  # fmt: skip
    if weighted:
        shown = _differences(pairs, "risk_difference", sample, chosen, adjust, level, whole, event)
    else:
        shown = _mcnemar(pairs, sample, chosen, adjust, event)
    head = (Show("proportion"), Show("proportion", "interval"))
    method = "Cochran's test: Wald's F of shares" if weighted else "Cochran's Q of each set, pooled by D2"
    return repeated_result(
        "cochran_q", "Shares of the same people", rows, pairs, columns, (sample.n, sample.n_dropped), adjust, level,
        head, shown, f"{method}, logit intervals{composition_words(sample)}", (reference, *_references(sample)),
        "prevalence_bars", (NOTE_SHARES if weighted else NOTE_D2, *composition_notes(sample)), event=event,
    )  # fmt: skip


def cells_of_answers(column: Column, event: str) -> list[str]:
    """Return the names of the cells of those who say yes and of all others."""
    return [f"{column.info.name}: {event}", f"{column.info.name}: not {event}"]


def cells_of_pair(columns: Sequence[Column], first: int, second: int, event: str) -> list[str]:
    """Return the names of the cells that the test of a pair gives away: who says yes to one of both alone, and all."""
    both = f"{columns[first].info.name} and {columns[second].info.name}"
    only = [f"only {columns[k].info.name} of {both}" for k in (first, second)]
    return [*only, *cells_of_answers(columns[first], event), *cells_of_answers(columns[second], event)]


def _values(one: CompletedSet) -> Floats:
    return np.column_stack([column.values[one.used] for column in one.columns])


def _in_all(one: CompletedSet, own: Floats) -> Floats:
    return one.in_all_rows(own[:, None])[:, 0]


def _said(chosen: Answers, place: int) -> Callable[[CompletedSet], NDArray[np.bool_]]:
    return lambda one: _in_all(one, chosen(one)[:, place]) == 1


def _median(sample: Sample, place: int) -> dict[str, Any]:
    if sample.imputed:
        return {"estimate": math.nan, "method": "not pooled", "warning": NO_MEDIAN}
    one = sample.first
    weights = np.ones(one.n) if one.weights is None else one.weights
    return {"estimate": float(weighted_quantiles(one.values(place), weights, [0.5], "school")[0]), "method": "weighted"}


def _add_test(rows: Rows, quantity: str, found: ComposedTest, sample: Sample) -> None:
    rows.add(
        quantity, n=sample.n, estimate=found.f, statistic=found.f, statistic_name="F", df1=found.df1, df2=found.df2,
        p_value=found.p_value, method=found.method, warning=found.warning, cells=[EVERYBODY],
    )  # fmt: skip


def _pairs(sample: Sample) -> list[tuple[int, int]]:
    return list(itertools.combinations(range(len(sample.first.columns)), 2))


def _add_only(pairs: Rows, sample: Sample, chosen: Answers, first: int, second: int, names: Sequence[str]) -> None:
    """Name the people who say yes to one of two things alone."""
    for name, x, y in ((names[0], first, second), (names[1], second, first)):
        pairs.cell(
            name,
            cell_people(sample, lambda one, x=x, y=y: _in_all(one, chosen(one)[:, x] - chosen(one)[:, y]) > 0),  # type: ignore[misc]
        )


def _differences(
    pairs: Rows,
    quantity: str,
    sample: Sample,
    answers: Answers,
    adjust: str,
    conf_level: float,
    whole: dict[str, Any],
    event: str = "",
) -> tuple[Show, ...]:
    both = _pairs(sample)
    found: list[Number] = [difference(sample, answers, a, b, conf_level) for a, b in both]
    adjusted = adjusted_p_values(np.array([one.p_value for one in found]), adjust)
    for (a, b), one, p in zip(both, found, adjusted, strict=True):
        keys: dict[str, Any] = {"contrast": contrast_of(sample.first.columns, a, b), **whole}
        if event:
            keys["cells"] = cells_of_pair(sample.first.columns, a, b, event)
            _add_only(pairs, sample, answers, a, b, keys["cells"])
        pairs.add(
            quantity, estimate=one.estimate, std_error=one.std_error, statistic=one.statistic, statistic_name="t",
            df1=one.df, p_value=one.p_value, p_adjusted=float(p), method="t test of the difference",
            warning=one.warning, **one.ends(conf_level), **keys,
        )  # fmt: skip
    return (Show(quantity), Show(quantity, "interval"), Show(quantity, "statistic", "t"), Show(quantity, "p"),
            Show(quantity, "p_adjusted"))  # fmt: skip


def _signed_ranks(
    pairs: Rows, sample: Sample, adjust: str, conf_level: float, whole: dict[str, Any]
) -> tuple[Show, ...]:
    both = _pairs(sample)
    found = [pooled_signed_ranks(sample, _values, a, b, conf_level) for a, b in both]
    adjusted = adjusted_p_values(np.array([test.p_value for _, test, _ in found]), adjust)
    for (a, b), (v, test, size), p in zip(both, found, adjusted, strict=True):
        keys: dict[str, Any] = {"contrast": contrast_of(sample.first.columns, a, b), **whole}
        pairs.add(
            "signed_rank", estimate=v, statistic=test.f, statistic_name="F", df1=test.df1, df2=test.df2,
            p_value=test.p_value, p_adjusted=float(p), method="V: mean over the sets; F: z² pooled by D2",
            warning=test.warning, **keys,
        )  # fmt: skip
        pairs.add("matched_rank_biserial", **keys, **size_fields(size, conf_level))
    return (Show("signed_rank", "statistic", "F"), Show("signed_rank", "p"), Show("signed_rank", "p_adjusted"),
            Show("matched_rank_biserial"), Show("matched_rank_biserial", "interval"))  # fmt: skip


def _mcnemar(pairs: Rows, sample: Sample, chosen: Answers, adjust: str, event: str) -> tuple[Show, ...]:
    both = _pairs(sample)
    found = [pooled_mcnemar(sample, chosen, a, b) for a, b in both]
    adjusted = adjusted_p_values(np.array([test.p_value for test in found]), adjust)
    for (a, b), test, p in zip(both, found, adjusted, strict=True):
        cells = cells_of_pair(sample.first.columns, a, b, event)
        _add_only(pairs, sample, chosen, a, b, cells)
        pairs.add(
            "mcnemar", contrast=contrast_of(sample.first.columns, a, b), n=sample.n, cells=cells, estimate=test.f,
            statistic=test.f, statistic_name="F", df1=test.df1, df2=test.df2, p_value=test.p_value,
            p_adjusted=float(p), method=f"without continuity correction, {test.method}", warning=test.warning,
        )  # fmt: skip
    return (Show("mcnemar", "statistic", "F"), Show("mcnemar", "p"), Show("mcnemar", "p_adjusted"))


def _references(sample: Sample) -> tuple[str, ...]:
    design = sample.design is not None
    found = [REFERENCE_BINDER] if design else []
    found += [REFERENCE_D1 if design else REFERENCE_D2] if sample.imputed else []
    return (*found, *composition_references(sample))
