"""The tables of a reliability analysis: coefficients, and what stands beside them."""

from __future__ import annotations

from typing import Any

import numpy as np

from osa_survey.psychometrics.categorical_reliability import MOST_ORDINAL
from osa_survey.psychometrics.hierarchical_reliability import (
    SCHMID,
    ZINBARG,
    add_hierarchical_rows,
    schmid_leiman_result,
)
from osa_survey.psychometrics.item_tables import items_result
from osa_survey.psychometrics.reliability_details import DUHACHEK, GUTTMAN, intervals_result, split_half_result
from osa_survey.psychometrics.reliability_estimates import Estimates
from osa_survey.psychometrics.reliability_rows import COEFFICIENTS, coefficient_row, how
from osa_survey.psychometrics.reliability_sentences import ReliabilityWording
from osa_survey.psychometrics.resampling import GROUPS, SINGLY
from osa_survey.psychometrics.score_precision import ScoreMetric, precision_result
from osa_survey.results import Layout, Result, Rows, Show

__all__ = ["COEFFICIENTS", "reliability_result"]

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
GREEN = (
    "Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation modeling: An "
    "alternative to coefficient alpha. Psychometrika, 74(1), 155–167. https://doi.org/10.1007/s11336-008-9099-3"
)
CHALMERS = (
    "Chalmers, R. P. (2018). On misconceptions and the limited usefulness of ordinal alpha. Educational and "
    "Psychological Measurement, 78(6), 1056–1071. https://doi.org/10.1177/0013164417727036"
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
AS_CATEGORIES = (
    f"Every item has at most {MOST_ORDINAL} different answers, so they are taken as ordered categories: categorical "
    "omega is the reliability of the observed sum."
)
HYPOTHETICAL = (
    "Ordinal alpha is hypothetical: it is the alpha of normal tendencies nobody has observed, not of the score, and "
    "should not be reported as the reliability of the score (Chalmers, 2018)."
)
IN_GROUPS = (
    f"With more than {SINGLY:,} complete cases a bootstrap sample draws {GROUPS:,} random groups of respondents, not "
    "single ones; the spread is the same on average."
)
PAIRWISE = "The interval of alpha takes all respondents with at least one answer, as psych does."


def reliability_result(estimates: Estimates, order: tuple[str, ...], metric: ScoreMetric) -> Result:
    """Return the table of coefficients, with the tables of items and precision beside it.

    Parameters
    ----------
    estimates : Estimates
        What was computed.
    order : tuple of str
        The coefficients, the one to be named first in front.
    metric : ScoreMetric
        How the score comes from the answers.
    """
    items, options = estimates.items, estimates.options
    show = [Show(name, part) for name in order for part in ("estimate", "interval")]
    show += [Show("alpha_ordinal")] if options.ordinal_alpha and len(items.columns) > 2 else []
    more = {"items": items_result(estimates, order[0])}
    precision = precision_result(estimates, order, metric, _base(estimates))
    if precision is not None:
        more["precision"] = precision
    if estimates.hierarchical is not None:
        show += [Show("omega_hierarchical"), Show("omega_total")]
        complete = f"{items.name}|complete"
        loadings = schmid_leiman_result(estimates.hierarchical, items, estimates.complete, complete)
        more |= {"schmid_leiman": loadings} if loadings is not None else {}
    if options.details:
        more |= {
            "intervals": intervals_result(estimates, order, _base(estimates)),
            "split_half": split_half_result(estimates, _base(estimates)),
        }
    return Result.from_rows(
        _coefficient_rows(estimates, order),
        title=f"Reliability of {items.title}",
        analysis="reliability",
        method=_method(estimates, order),
        n_used=estimates.n,
        n_dropped=len(items.values) - estimates.n,
        settings={
            "scale": items.name,
            "coefficient": order[0],
            "conf_level": options.conf_level,
            "missing": options.missing,
            "ordinal_alpha": options.ordinal_alpha,
            "details": options.details,
            "factors": options.factors,
            "draws": options.draws,
            "seed": options.seed[0],
        },
        notes=_notes(estimates, order),
        references=_references(estimates, order),
        more=more,
        labels={items.name: items.title},
        wording=ReliabilityWording(items.title, order),
        layout=Layout(
            rows=("outcome",),
            show=(*show, Show("alpha_standardised"), Show("inter_item_r"), Show("alpha", "n")),
            row_head="Scale",
        ),
        plot="item_rest_bars",
        engine=estimates.model,
    )


def _base(estimates: Estimates) -> str:
    """Return the name of the cell of the respondents behind alpha."""
    return f"{estimates.items.name}|{'complete' if estimates.options.missing == 'listwise' else 'any answer'}"


def _coefficient_rows(estimates: Estimates, order: tuple[str, ...]) -> Rows:
    rows = Rows()
    name, statistics = estimates.items.name, estimates.statistics
    base, complete = _base(estimates), f"{name}|complete"
    rows.cell(complete, estimates.complete)
    rows.cell(base, estimates.n)
    for which in order:
        row = coefficient_row(estimates, which, estimates.coefficient(which))
        rows.add(which, outcome=name, cells=[base if which == "alpha" else complete], **row)
    if estimates.hierarchical is not None:
        add_hierarchical_rows(rows, estimates.hierarchical, name, estimates.complete, complete)
    part = estimates.categorical
    if estimates.options.ordinal_alpha and part is not None:
        rows.add(
            "alpha_ordinal",
            outcome=name,
            n=estimates.complete,
            estimate=part.ordinal_alpha,
            method="alpha of polychoric correlations, complete cases; hypothetical",
            warning=part.warning if np.isnan(part.ordinal_alpha) else "",
            cells=[complete],
        )
    constant = "not defined: an item does not vary" if statistics.constant.any() else ""
    common: dict[str, Any] = {"outcome": name, "n": estimates.n, "warning": constant, "cells": [base]}
    where = how(estimates)
    standardised, mean_r = statistics.alpha_standardised, statistics.mean_inter_item_r
    rows.add("alpha_standardised", estimate=standardised, method=f"alpha of correlations, {where}", **common)
    rows.add("inter_item_r", estimate=mean_r, method=f"mean correlation, {where}", **common)
    return rows


def _method(estimates: Estimates, order: tuple[str, ...]) -> str:
    options, k = estimates.options, estimates.items.values.shape[1]
    interval = f"a bootstrap percentile interval ({options.draws} samples)" if options.draws else "no interval"
    texts = {
        "omega_categorical": "categorical omega of a one-factor model of polychoric correlations, diagonally weighted "
        f"least squares (complete cases) with {interval}",
        "omega": "McDonald's omega of a one-factor maximum likelihood model (complete cases) with a delta-method "
        "interval",
        "alpha": f"Cronbach's alpha of {k} items ({how(estimates)}) with Feldt's interval",
    }
    text = "; ".join(texts[name] for name in order)
    return text[0].upper() + text[1:]


def _notes(estimates: Estimates, order: tuple[str, ...]) -> tuple[str, ...]:
    k = estimates.items.values.shape[1]
    notes = []
    if k == 2:
        notes.append(TWO_ITEMS)
    if k == 3:
        notes.append(THREE_ITEMS)
    if "omega_categorical" in order and not (estimates.options.categorical and order[0] == "omega_categorical"):
        notes.append(AS_CATEGORIES)
    if estimates.options.ordinal_alpha and k > 2:
        notes.append(HYPOTHETICAL)
    drawn = "omega_categorical" in order or estimates.options.details
    if drawn and estimates.options.draws and estimates.complete > SINGLY:
        notes.append(IN_GROUPS)
    if estimates.options.missing == "pairwise":
        notes.append(PAIRWISE)
        if k > 2:
            notes.append("Omega and loadings come from complete cases.")
    return tuple(notes)


def _references(estimates: Estimates, order: tuple[str, ...]) -> tuple[str, ...]:
    if "omega" not in order:
        found = [CRONBACH, FELDT, EISINGA]
    else:
        found = [GREEN] if "omega_categorical" in order else []
        found += [MCDONALD, KELLEY, CRONBACH, FELDT]
    found += [SCHMID, ZINBARG] if estimates.hierarchical is not None else []
    found += [CHALMERS] if estimates.options.ordinal_alpha else []
    found += [DUHACHEK, GUTTMAN] if estimates.options.details else []
    return tuple(found)
