"""The result of ``reliability`` under weights, pooled over imputed sets, or from all answers by FIML."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, restricted
from osa_survey.analysis.measuring.item_samples import answers_of, item_samples
from osa_survey.analysis.measuring.reliability_numbers import ReliabilityNumbers, direct_reliability, pooled_reliability
from osa_survey.analysis.samples import Data, Sample
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.categorical_reliability import ordered_categories
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.one_factor import one_factor
from osa_survey.psychometrics.reliability_groups import NOTE as NOTE_GROUPS
from osa_survey.psychometrics.reliability_sentences import ReliabilityWording
from osa_survey.psychometrics.reliability_tables import CRONBACH, GREEN, MCDONALD
from osa_survey.results import Layout, Result, Rows, Show

ORDER = ("omega_categorical", "omega", "alpha")
SMALLEST = 3
NOTE_SCALES = (
    "Intervals are computed on log(1 − α) and logit ω, where the coefficients are nearly normal, and turned back; over "
    "imputed sets they are pooled there."
)
NOTE_BOOTSTRAP = (
    "The error of categorical omega comes from bootstrap samples (of clusters within strata, where a design has no "
    "replicate weights of its own)."
)
NOTE_FIML = (
    "Every answer counts, also of respondents with gaps. Valid where gaps are missing at random given the other items "
    "and the items are multivariate normal; categorical omega has no such estimate."
)
REFERENCE_ADF = (
    "Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically distribution-free (ADF) interval "
    "estimation of coefficient alpha. Psychological Methods, 12(2), 157–176. doi:10.1037/1082-989X.12.2.157"
)
REFERENCE_SCALES = (
    "White, I. R., Royston, P., & Wood, A. M. (2011). Multiple imputation using chained equations: Issues and guidance "
    "for practice. Statistics in Medicine, 30(4), 377–399. doi:10.1002/sim.4067"
)
REFERENCE_FIML = (
    "Enders, C. K. (2004). The impact of missing data on sample reliability estimates: Implications for reliability "
    "reporting practices. Educational and Psychological Measurement, 64(3), 419–436. doi:10.1177/0013164403261050"
)


def composed_reliability(
    data: Data,
    scale: str | None,
    *,
    coefficient: str | None,
    by: str | None,
    conf_level: float,
    draws: int,
    seed: int,
    fiml: bool,
) -> Result:
    """Return the reliability of a scale where the plain formulas do not hold.

    Parameters
    ----------
    data, scale, coefficient, by, conf_level, draws, seed
        As in ``reliability``.
    fiml : bool
        Whether covariances come from all answers of data without weights and imputed sets.

    Raises
    ------
    AnalysisError
        ``one_item``, ``too_few_respondents``, ``no_variance``.
    """
    items, sample, replicated = item_samples(data, scale, by, draws, seed)
    k = len(items.columns)
    _check(items, sample, fiml)
    order = _order(items, coefficient, fiml)
    grouping = None if by is None else sample.first.columns[-1]

    def numbers(own: Sample, again: Sample) -> ReliabilityNumbers:
        if fiml:
            return direct_reliability(answers_of(own.first, k), order, conf_level)
        return pooled_reliability(own, again, order, k, conf_level=conf_level, draws=draws, seed=seed)

    if fiml:
        everybody = np.ones(len(items.values), dtype=bool)
        sample = replicated = Sample((type(sample.first)(sample.first.columns, everybody, None),), imputed=False)
    found = numbers(sample, replicated)
    if math.isnan(found.coefficients["alpha"].estimate):
        message = f"'{items.name}': {found.coefficients['alpha'].warning or 'alpha is not defined'}"
        raise AnalysisError(
            Problem("no_variance", message, column=items.name, hint="look at the answers with describe")
        )
    more = {"items": _items(items, found, fiml=fiml)}
    if grouping is not None:
        parts = {}
        for label, code in zip(grouping.info.labels, grouping.info.codes, strict=True):
            own, again = (_of_group(whole, code) for whole in (sample, replicated))
            parts[label] = _group(numbers, own, again, k)
        more["groups"] = _groups(items, found, parts, order, grouping, conf_level)
    composed = None if fiml else sample
    rest = len(items.values) - found.n
    notes = [NOTE_FIML if fiml else NOTE_SCALES]
    notes += [NOTE_BOOTSTRAP] if "omega_categorical" in order else []
    return Result.from_rows(
        _rows(items, found, order, conf_level),
        title=f"Reliability of {items.title}",
        analysis="reliability",
        method=_method(order, fiml) + composition_words(composed),
        n_used=found.n,
        n_dropped=rest,
        settings={
            "scale": items.name,
            "coefficient": order[0],
            "conf_level": conf_level,
            "missing": "fiml" if fiml else "listwise",
            "draws": draws,
            "seed": seed,
        }
        | ({"by": by} if by else {}),
        notes=(*notes, *composition_notes(composed)),
        references=_references(order, fiml=fiml, imputed=sample.imputed) + composition_references(composed),
        more=more,
        labels={items.name: items.title},
        wording=ReliabilityWording(items.title, order),
        layout=Layout(
            rows=("outcome",),
            show=(
                *(Show(name, part) for name in order for part in ("estimate", "interval")),
                Show("alpha_standardised"),
                Show("inter_item_r"),
                Show("alpha", "n"),
            ),
            row_head="Scale",
        ),
        plot="item_rest_bars",
    )


def _check(items: ItemMatrix, sample: Sample, fiml: bool) -> None:
    if len(items.columns) < 2:
        message = f"'{items.name}' has one item: internal consistency needs at least two"
        raise AnalysisError(Problem("one_item", message, column=items.name))
    if not fiml and sample.n < SMALLEST:
        message = f"'{items.name}': fewer than {SMALLEST} respondents gave answers to all items"
        raise AnalysisError(Problem("too_few_respondents", message, column=items.name))


def _order(items: ItemMatrix, coefficient: str | None, fiml: bool) -> tuple[str, ...]:
    several = len(items.columns) > 2
    categorical = (
        several and not fiml and (coefficient == "omega_categorical" or ordered_categories(items.values) is not None)
    )
    there = {"omega_categorical": categorical, "omega": several, "alpha": True}
    names = (coefficient, *ORDER) if coefficient else ORDER
    return tuple(dict.fromkeys(name for name in names if there[name]))


def _of_group(sample: Sample, code: float) -> Sample:
    return restricted(sample, lambda one: np.asarray(one.columns[-1].values == code))


def _group(numbers: Any, own: Sample, again: Sample, k: int) -> ReliabilityNumbers | str:
    if own.n <= k:
        return "not estimated: no more respondents than items"
    try:
        found: ReliabilityNumbers = numbers(own, again)
    except AnalysisError as error:
        return f"not estimated: {error.problems[0].message}"
    return found


def _rows(items: ItemMatrix, found: ReliabilityNumbers, order: Sequence[str], conf_level: float) -> Rows:
    rows = Rows()
    base = f"{items.name}|used"
    rows.cell(base, found.n)
    common: dict[str, Any] = {"outcome": items.name, "n": found.n, "cells": [base]}
    for name in order:
        rows.add(name, **found.coefficients[name].fields(conf_level), **common)
    standardised = found.mean(lambda one: one.alpha_standardised)
    constant = "not defined: an item does not vary" if math.isnan(float(standardised)) else ""
    rows.add("alpha_standardised", estimate=float(standardised), warning=constant, **common)
    rows.add("inter_item_r", estimate=float(found.mean(lambda one: one.mean_inter_item_r)), warning=constant, **common)
    return rows


def _items(items: ItemMatrix, found: ReliabilityNumbers, *, fiml: bool) -> Result:
    rows = Rows()
    base = f"{items.name}|used"
    rows.cell(base, found.n)
    numbers = {
        "mean": found.mean(lambda one: one.moments.mean),
        "sd": found.mean(lambda one: one.sd),
        "item_rest": found.mean(lambda one: one.item_rest),
        "alpha_if_dropped": found.mean(lambda one: one.alpha_if_dropped),
    }
    k = len(items.columns)
    if k > 2:
        numbers["loading"] = found.mean(lambda one: _loadings(one.moments.covariance, found.n))
    else:
        del numbers["alpha_if_dropped"]
    for place, column in enumerate(items.columns):
        for name, values in numbers.items():
            value = float(values[place])
            warning = "" if math.isfinite(value) else "not defined"
            rows.add(name, outcome=items.name, term=column, n=found.n, estimate=value, warning=warning, cells=[base])
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}",
        analysis="reliability",
        method="item statistics after keying" + (", FIML covariances" if fiml else "")
        + ("; loadings: one-factor maximum likelihood, standardised" if k > 2 else ""),
        n_used=found.n,
        n_dropped=len(items.values) - found.n,
        notes=("(R): reverse-keyed.",) if any(label.endswith("(R)") for label in items.labels) else (),
        labels={items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))},
        layout=Layout(rows=("term",), show=tuple(Show(name) for name in numbers), row_head="Item"),
    )  # fmt: skip


def _loadings(covariance: Any, n: int) -> Any:
    try:
        model = one_factor(covariance, n)
    except ValueError:
        return np.full(len(covariance), np.nan)
    return model.standardised_loadings if model.converged else np.full(len(covariance), np.nan)


def _groups(
    items: ItemMatrix,
    whole: ReliabilityNumbers,
    parts: Mapping[str, ReliabilityNumbers | str],
    order: Sequence[str],
    grouping: Column,
    conf_level: float,
) -> Result:
    rows = Rows()
    cells = {label: f"{items.name}|{grouping.info.name}|{label}" for label in parts}
    people = {}
    for label, (code, part) in zip(parts, zip(grouping.info.codes, parts.values(), strict=True), strict=True):
        own = (grouping.values == code) & ~np.isnan(items.values).all(axis=1)
        people[label] = int(own.sum()) if isinstance(part, str) else part.n
        rows.cell(cells[label], people[label])
    rest = f"{items.name}|{grouping.info.name}|none"
    rows.cell(f"{items.name}|used", whole.n)
    rows.cell(rest, max(whole.n - sum(people.values()), 0))
    rows.total(f"{items.name}|used", [*cells.values(), rest])
    for label, part in parts.items():
        common: dict[str, Any] = {"outcome": items.name, "group": label, "n": people[label], "cells": [cells[label]]}
        for name in order:
            if isinstance(part, str):
                rows.add(name, estimate=math.nan, warning=part, **common)
            else:
                rows.add(name, **part.coefficients[name].fields(conf_level), **common)
    used = sum(people.values())
    return Result.from_rows(
        rows,
        title=f"Reliability of {items.title} by {grouping.info.title}",
        analysis="reliability",
        method="as for everybody, among the respondents of each group",
        n_used=used,
        n_dropped=len(items.values) - used,
        settings={"scale": items.name},
        notes=(NOTE_GROUPS,),
        labels={items.name: items.title},
        layout=Layout(
            rows=("group",),
            show=(Show("alpha", "n"), *(Show(which, part) for which in order for part in ("estimate", "interval"))),
            row_head=grouping.info.title,
        ),
    )


def _method(order: Sequence[str], fiml: bool) -> str:
    texts = {
        "omega_categorical": "categorical omega of a one-factor model of polychoric correlations with bootstrap errors",
        "omega": "McDonald's omega of a one-factor maximum likelihood model with delta-method intervals",
        "alpha": "Cronbach's alpha with delta-method intervals",
    }
    text = "; ".join(texts[name] for name in order) + ("; covariances by FIML from all answers" if fiml else "")
    return text[0].upper() + text[1:]


def _references(order: Sequence[str], *, fiml: bool, imputed: bool) -> tuple[str, ...]:
    found = [GREEN] if "omega_categorical" in order else []
    found += [MCDONALD] if "omega" in order else []
    found += [CRONBACH, REFERENCE_FIML if fiml else REFERENCE_ADF]
    return (*found, *((REFERENCE_SCALES,) if imputed else ()))
