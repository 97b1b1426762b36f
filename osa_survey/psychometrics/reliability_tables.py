"""The tables of a reliability analysis: coefficients, and the items behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.psychometrics.coefficients import Coefficient, feldt_interval
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import ItemStatistics, Missing
from osa_survey.psychometrics.one_factor import OneFactor
from osa_survey.psychometrics.reliability_sentences import ReliabilityWording
from osa_survey.results import Layout, Result, Rows, Show

COEFFICIENTS = ("omega", "alpha")
CRONBACH = (
    "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3), 297–334. "
    "https://doi.org/10.1007/BF02310555"
)
FELDT = (
    "Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty. "
    "Psychometrika, 30(3), 357–370. https://doi.org/10.1007/BF02289499"
)
MCDONALD = "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum. https://doi.org/10.4324/9781410601087"
KELLEY = (
    "Kelley, K., & Pornprasertmanit, S. (2016). Confidence intervals for population reliability coefficients. "
    "Psychological Methods, 21(1), 69–92. https://doi.org/10.1037/a0040086"
)
EISINGA = (
    "Eisinga, R., te Grotenhuis, M., & Pelzer, B. (2013). The reliability of a two-item scale: Pearson, Cronbach, or "
    "Spearman-Brown? International Journal of Public Health, 58(4), 637–642. https://doi.org/10.1007/s00038-012-0416-3"
)
TWO_ITEMS = (
    "Two items do not identify a one-factor model, so omega is not given; their standardised alpha is the "
    "Spearman–Brown coefficient."
)
THREE_ITEMS = "Three items leave no degrees of freedom: omega fits exactly and one factor is not tested."


@dataclass(frozen=True)
class Parts:
    """Everything the table of one scale is filled from."""

    items: ItemMatrix
    statistics: ItemStatistics
    omega: Coefficient | None
    omega_n: int
    model: OneFactor | None
    omega_warning: str
    missing: Missing
    conf_level: float


def reliability_result(parts: Parts, coefficient: str) -> Result:
    """Return the table of coefficients, with the table of items beside it.

    Parameters
    ----------
    parts : Parts
        What was computed.
    coefficient : str
        Which coefficient is named first.
    """
    items = parts.items
    k = items.values.shape[1]
    n = parts.statistics.moments.n_respondents
    has_omega = parts.omega is not None or bool(parts.omega_warning)
    order = [name for name in (coefficient, *COEFFICIENTS) if name != "omega" or has_omega]
    order = list(dict.fromkeys(order))
    show = [Show(name, part) for name in order for part in ("estimate", "interval")]
    return Result.from_rows(
        _coefficient_rows(parts, order),
        title=f"Reliability of {items.title}",
        analysis="reliability",
        method=_method(parts, has_omega),
        n_used=n,
        n_dropped=len(items.values) - n,
        settings={
            "scale": items.name,
            "coefficient": coefficient,
            "conf_level": parts.conf_level,
            "missing": parts.missing,
        },
        notes=_notes(parts),
        references=(MCDONALD, KELLEY, CRONBACH, FELDT) if k > 2 else (CRONBACH, FELDT, EISINGA),
        more={"items": _items_result(parts)},
        labels={items.name: items.title},
        wording=ReliabilityWording(items.title, tuple(order)),
        layout=Layout(
            rows=("outcome",),
            show=(*show, Show("alpha_standardised"), Show("inter_item_r"), Show("alpha", "n")),
            row_head="Scale",
        ),
        plot="item_rest_bars",
        engine=parts.model,
    )


def _how(parts: Parts) -> str:
    return "complete cases" if parts.missing == "listwise" else "pairwise covariances"


def _base(parts: Parts) -> str:
    """Return the name of the cell of the respondents behind alpha."""
    return f"{parts.items.name}|{'complete' if parts.missing == 'listwise' else 'any answer'}"


def _coefficient_rows(parts: Parts, order: list[str]) -> Rows:
    rows = Rows()
    name, statistics = parts.items.name, parts.statistics
    n, k = statistics.moments.n_respondents, parts.items.values.shape[1]
    base, complete = _base(parts), f"{name}|complete"
    rows.cell(complete, parts.omega_n)
    rows.cell(base, n)
    how = _how(parts)
    for which in order:
        if which == "omega":
            estimated = parts.omega or Coefficient(np.nan, np.nan, np.nan, np.nan)
            rows.add(
                "omega",
                outcome=name,
                n=parts.omega_n,
                estimate=estimated.estimate,
                std_error=estimated.std_error,
                conf_low=estimated.conf_low,
                conf_high=estimated.conf_high,
                conf_level=parts.conf_level,
                method="one-factor maximum likelihood, delta-method interval (logit)",
                warning=parts.omega_warning,
                cells=[complete],
            )
        else:
            low, high = feldt_interval(statistics.alpha, n, k, parts.conf_level)
            rows.add(
                "alpha",
                outcome=name,
                n=n,
                estimate=statistics.alpha,
                conf_low=low,
                conf_high=high,
                conf_level=parts.conf_level,
                method=f"Cronbach's alpha, {how}, Feldt interval",
                warning=_alpha_warning(statistics),
                cells=[base],
            )
    constant = "not defined: an item does not vary" if statistics.constant.any() else ""
    common: dict[str, Any] = {"outcome": name, "n": n, "warning": constant, "cells": [base]}
    rows.add(
        "alpha_standardised", estimate=statistics.alpha_standardised, method=f"alpha of correlations, {how}", **common
    )
    rows.add("inter_item_r", estimate=statistics.mean_inter_item_r, method=f"mean correlation, {how}", **common)
    return rows


def _alpha_warning(statistics: ItemStatistics) -> str:
    warnings = []
    if statistics.alpha < 0:
        warnings.append("alpha is negative: items run against each other, look at the key")
    if statistics.constant.any():
        warnings.append("an item does not vary")
    return "; ".join(warnings)


def _method(parts: Parts, has_omega: bool) -> str:
    how = _how(parts)
    alpha = f"Cronbach's alpha of {parts.items.values.shape[1]} items ({how}) with Feldt's interval"
    if not has_omega:
        return alpha
    model = "McDonald's omega of a one-factor maximum likelihood model (complete cases) with a delta-method interval"
    return f"{model}; {alpha}"


def _notes(parts: Parts) -> tuple[str, ...]:
    k = parts.items.values.shape[1]
    notes = []
    if k == 2:
        notes.append(TWO_ITEMS)
    if k == 3:
        notes.append(THREE_ITEMS)
    if parts.missing == "pairwise":
        notes.append("The interval of alpha takes all respondents with at least one answer, as psych does.")
        if k > 2:
            notes.append("Omega and loadings come from complete cases.")
    return tuple(notes)


def _items_result(parts: Parts) -> Result:
    """Return the table of items."""
    items, statistics = parts.items, parts.statistics
    moments = statistics.moments
    rows = Rows()
    complete = f"{items.name}|complete"
    rows.cell(complete, parts.omega_n)
    loadings = parts.model.standardised_loadings if parts.model is not None else None
    for index, column in enumerate(items.columns):
        cell = complete if parts.missing == "listwise" else f"{items.name}|{column}"
        rows.cell(cell, int(moments.n[index]))
        common: dict[str, Any] = {
            "outcome": items.name,
            "term": column,
            "n": int(moments.n[index]),
            "method": "keyed answers, " + _how(parts),
            "cells": [cell],
        }
        rows.add("mean", estimate=moments.mean[index], **common)
        rows.add("sd", estimate=statistics.sd[index], **common)
        flat = "not defined: the item does not vary" if statistics.constant[index] else ""
        rest = statistics.item_rest[index]
        rest_warning = flat or ("not defined: the other items do not vary" if np.isnan(rest) else "")
        if rest < 0:
            rest_warning = "runs against the other items: look at the key"
        rows.add("item_rest", estimate=rest, warning=rest_warning, **common)
        if len(items.columns) > 2:
            dropped = statistics.alpha_if_dropped[index]
            warning = "not defined: the other items do not vary" if np.isnan(dropped) else ""
            rows.add("alpha_if_dropped", estimate=dropped, warning=warning, **common)
        if loadings is not None:
            rows.add(
                "loading",
                outcome=items.name,
                term=column,
                n=parts.omega_n,
                estimate=loadings[index],
                method="one-factor maximum likelihood, standardised",
                warning="residual variance below zero" if parts.model.residual_variances[index] < 0 else "",  # type: ignore[union-attr]
                cells=[complete],
            )
    quantities = ["mean", "sd", "item_rest"]
    quantities += ["alpha_if_dropped"] if len(items.columns) > 2 else []
    quantities += ["loading"] if loadings is not None else []
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}",
        analysis="reliability",
        method="item statistics after keying; loadings standardised"
        if loadings is not None
        else "item statistics after keying",
        n_used=moments.n_respondents,
        n_dropped=len(items.values) - moments.n_respondents,
        settings={"scale": items.name, "missing": parts.missing},
        notes=("(R): reverse-keyed.",) if any(label.endswith("(R)") for label in items.labels) else (),
        labels={items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))},
        layout=Layout(rows=("term",), show=tuple(Show(name) for name in quantities), row_head="Item"),
    )
