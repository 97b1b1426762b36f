"""Estimates of several groups, countries or studies, pooled with random effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr

from osa_survey.analysis.arguments import check_categorical, check_conf_level, check_numeric, different
from osa_survey.analysis.meta_sentences import MetaSentences
from osa_survey.analysis.prevalence_arguments import engaged_labels_of
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.effects.random_effects import RandomEffects, Spread, random_effects
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

Measure = Literal["proportion", "logit", "mean", "estimate"]
Floats = NDArray[np.float64]

POOLED = {
    "proportion": "pooled_proportion",
    "logit": "pooled_proportion",
    "mean": "pooled_mean",
    "estimate": "pooled_estimate",
}
OWN = {"proportion": "proportion", "logit": "proportion", "mean": "mean", "estimate": "group_estimate"}
SPREADS = {"reml": "restricted maximum likelihood", "dersimonian_laird": "DerSimonian and Laird"}
HALF = 0.5
REFERENCES = (
    "Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model. "
    "Journal of Educational and Behavioral Statistics, 30(3), 261–293. https://doi.org/10.3102/10769986030003261",
    "Higgins, J. P. T., Thompson, S. G., & Spiegelhalter, D. J. (2009). A re-evaluation of random-effects "
    "meta-analysis. Journal of the Royal Statistical Society A, 172(1), 137–159. "
    "https://doi.org/10.1111/j.1467-985X.2008.00552.x",
)
KNAPP_HARTUNG = (
    "Knapp, G., & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate. "
    "Statistics in Medicine, 22(17), 2693–2710. https://doi.org/10.1002/sim.1482"
)
NOTE = (
    "The pooled value is the mean of true values that differ between groups; the prediction interval says where the "
    "true value of one further group of this kind is expected."
)
FEW = "few groups: the spread of true values is poorly known"
FEW_GROUPS = 5


@dataclass(frozen=True, repr=False)
class _Group:
    name: str
    n: int
    people: NDArray[np.bool_] | None
    engaged: NDArray[np.bool_] | None
    estimate: float
    variance: float
    warning: str = ""


def meta_analysis(
    data: ScoredData | pd.DataFrame,
    outcome: str,
    by: str,
    *,
    measure: Measure | None = None,
    std_error: str | None = None,
    yes: str | Sequence[str] | None = None,
    spread: Spread = "reml",
    knapp_hartung: bool = True,
    conf_level: float = 0.95,
) -> Result:
    """Pool an estimate over countries, samples or studies whose true values differ.

    Parameters
    ----------
    data : ScoredData or DataFrame
        One row for each respondent; with ``std_error``, one row for each study.
    outcome : str
        A yes-or-no variable, a number, or (with ``std_error``) the studies' estimates.
    by : str
        The categories whose estimates are pooled: countries, samples, studies.
    measure : {"proportion", "logit", "mean", "estimate"}, optional
        What is pooled: proportions as they are or on the logit scale (printed as proportions), means, or given
        estimates. By default ``logit`` for categories, ``mean`` for numbers, ``estimate`` with ``std_error``.
    std_error : str, optional
        The standard errors of given estimates.
    yes : str or sequence of str, optional
        The categories that count as engaged; by default the one called "yes".
    spread : {"reml", "dersimonian_laird"}
        How the variance of the true values is estimated.
    knapp_hartung : bool
        Knapp and Hartung's standard error with a t distribution, which holds its level with few groups; otherwise
        the normal distribution.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        A row for each group (``proportion``, ``mean`` or ``group_estimate``, and ``pooling_weight``);
        ``more["pooled"]`` holds the pooled value, its prediction interval (``level`` ``prediction``), ``tau_squared``
        (of logits where logits are pooled), ``i_squared`` and the test of ``heterogeneity``.

    Raises
    ------
    AnalysisError
        If a variable is of the wrong kind, a standard error is not above 0, or fewer than two groups have an estimate.

    Notes
    -----
    Proportions: variance p(1 − p)/n; logits: 1/(np) + 1/(n(1 − p)). Where nobody or everybody is engaged, half a
    person is added to both counts of that group, and its row says so. Intervals of the groups are normal ones on the
    pooled scale.

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model.
    Journal of Educational and Behavioral Statistics, 30(3), 261-293. doi:10.3102/10769986030003261

    Examples
    --------
    >>> studies = pd.DataFrame(
    ...     {"study": pd.Categorical(["a", "b", "c"]), "d": [0.2, 0.4, 0.6], "se": [0.1, 0.1, 0.1]}
    ... )
    >>> pooled = meta_analysis(studies, "d", "study", std_error="se").more["pooled"]
    >>> float(pooled.pick("pooled_estimate", level="")["estimate"].round(3))
    0.4
    """
    refuse_imputed(data, "meta_analysis")
    refuse_design(data, "meta_analysis")
    check_conf_level(conf_level)
    named = {"outcome": outcome, "by": by} | ({"std_error": std_error} if std_error else {})
    different(**named)
    columns = columns_of(data, list(named.values()))
    check_categorical(columns[1])
    kind = _checked_measure(measure, columns[0], std_error)
    if spread not in SPREADS:
        raise AnalysisError(f"spread cannot be '{spread}'", hint=nearest(spread, list(get_args(Spread))))
    groups = _groups(columns, kind, yes)
    if len(groups) < 2:
        message = f"{len(groups)} group{'s have' if len(groups) != 1 else ' has'} an estimate: pooling needs two"
        raise AnalysisError(Problem("too_few_groups", message, column=by))
    estimates, variances = np.array([g.estimate for g in groups]), np.array([g.variance for g in groups])
    found = random_effects(estimates, variances, spread=spread, knapp_hartung=knapp_hartung, conf_level=conf_level)
    title = columns[0].info.title
    titles = {column.info.name: column.info.title for column in columns}
    used = sum(group.n for group in groups)
    # Rows of studies are no people: their number is known to every reader of the literature.
    dropped = len(columns[0].values) - (used if kind != "estimate" else len(groups))
    method = (
        f"random-effects model ({'logits' if kind == 'logit' else kind + 's'}), variance of true values by "
        f"{SPREADS[spread]}{', Knapp–Hartung intervals' if knapp_hartung else ', normal intervals'}"
    )
    common: dict[str, Any] = {
        "analysis": "meta_analysis",
        "n_used": used,
        "n_dropped": dropped,
        "settings": {
            **named,
            "measure": kind,
            "spread": spread,
            "knapp_hartung": knapp_hartung,
            "conf_level": conf_level,
        },
        "labels": titles,
        "method": method,
    }
    rows = _rows(found, groups, outcome, kind, conf_level)
    pooled = Result.from_rows(
        rows,
        title=f"{title}: pooled over {len(groups)} groups",
        layout=_pooled_layout(POOLED[kind]),
        **common,
    )
    return Result.from_rows(
        rows,
        title=f"{title} by {columns[1].info.title}, pooled with random effects",
        more={"pooled": pooled},
        notes=(NOTE,),
        references=REFERENCES + ((KNAPP_HARTUNG,) if knapp_hartung else ()),
        wording=MetaSentences(title, POOLED[kind]),
        layout=Layout(
            rows=("group",),
            show=(
                Show(OWN[kind], "n"),
                Show(OWN[kind]),
                Show(OWN[kind], "interval"),
                Show("pooling_weight"),
            ),
            row_head=columns[1].info.title,
        ),
        plot="study_forest",
        **common,
    )


def _checked_measure(measure: Measure | None, column: Column, std_error: str | None) -> Measure:
    info = column.info
    fits: tuple[Measure, ...] = (
        ("estimate",) if std_error else ("logit", "proportion") if info.is_categorical else ("mean",)
    )
    chosen = measure or fits[0]
    if chosen in fits:
        return chosen
    if chosen not in get_args(Measure):
        raise AnalysisError(f"measure cannot be '{chosen}'", hint=nearest(chosen, list(get_args(Measure))))
    reason = "given estimates need std_error" if chosen == "estimate" else f"'{info.name}' allows {' or '.join(fits)}"
    raise AnalysisError(Problem("measure", f"measure = '{chosen}' does not fit: {reason}", column=info.name))


def _groups(columns: Sequence[Column], kind: Measure, yes: str | Sequence[str] | None) -> list[_Group]:
    outcome, by = columns[0], columns[1]
    if kind in ("mean", "estimate"):
        check_numeric(*[column for column in columns if column is not by])
    if kind == "estimate":
        return _given(outcome, by, columns[2])
    found = []
    if kind == "mean":
        for name, mask in by.categories(outcome.answered):
            values = outcome.values[mask]
            if len(values) > 1 and np.ptp(values) > 0:
                variance = float(values.var(ddof=1)) / len(values)
                found.append(_Group(name, len(values), mask, None, float(values.mean()), variance))
        return found
    labels = engaged_labels_of([outcome], yes)[0]
    codes = [code for code, label in zip(outcome.info.codes, outcome.info.labels, strict=True) if label in labels]
    engaged = np.isin(outcome.values, codes)
    for name, mask in by.categories(outcome.answered):
        found.append(_proportion(name, mask, engaged & mask, logit=kind == "logit"))
    return found


def _proportion(name: str, people: NDArray[np.bool_], some: NDArray[np.bool_], *, logit: bool) -> _Group:
    engaged, n = int(some.sum()), int(people.sum())
    extreme = engaged in (0, n)
    warning = "nobody or everybody is engaged: half a person is added to both counts" if extreme else ""
    yes, no = (engaged + HALF, n - engaged + HALF) if extreme else (float(engaged), float(n - engaged))
    share = yes / (yes + no)
    if logit:
        return _Group(name, n, people, some, math.log(yes / no), 1 / yes + 1 / no, warning)
    return _Group(name, n, people, some, share, share * (1 - share) / (yes + no), warning)


def _given(outcome: Column, by: Column, error: Column) -> list[_Group]:
    known = outcome.answered & error.answered
    if (error.values[known] <= 0).any():
        message = "a standard error is 0 or below"
        raise AnalysisError(Problem("standard_error", message, column=error.info.name, hint="make it a gap"))
    found = []
    for name, mask in by.categories(known):
        if mask.sum() > 1:
            message = f"'{by.info.name}' names a study twice: one row for each study is needed"
            raise AnalysisError(Problem("repeated_study", message, column=by.info.name))
        row = int(np.flatnonzero(mask)[0])
        found.append(_Group(name, 1, None, None, float(outcome.values[row]), float(error.values[row]) ** 2))
    return found


def _printed_scale(value: float, kind: Measure) -> float:
    return 1 / (1 + math.exp(-value)) if kind == "logit" and math.isfinite(value) else value


def _rows(found: RandomEffects, groups: Sequence[_Group], outcome: str, kind: Measure, conf_level: float) -> Rows:
    rows = Rows()
    if kind != "estimate":
        _add_cells(rows, groups)
    _add_groups(rows, found, groups, outcome, kind, conf_level)
    _add_pooled(rows, found, groups, outcome, kind, conf_level)
    return rows


def _add_cells(rows: Rows, groups: Sequence[_Group]) -> None:
    """Name the people of each group, and those engaged and not, with the totals that the pooled value nearly shows."""
    parts: dict[str, dict[str, NDArray[np.bool_]]] = {"all": {}, "all engaged": {}, "all others": {}}
    for group in groups:
        if group.people is None:
            continue
        masks = {"all": group.people}
        if group.engaged is not None:
            masks |= {"all engaged": group.engaged, "all others": group.people & ~group.engaged}
        for whole, mask in masks.items():
            rows.cell(f"{whole}: {group.name}", mask)
            parts[whole][f"{whole}: {group.name}"] = mask
        if group.engaged is not None:
            rows.total(f"all: {group.name}", [f"all engaged: {group.name}", f"all others: {group.name}"])
    for whole, named in parts.items():
        if named:
            rows.cell(whole, np.logical_or.reduce(list(named.values())))
            rows.total(whole, list(named))


def _cells(group: _Group, kind: Measure) -> list[str]:
    if kind == "estimate":
        return []
    wholes = ["all"] if group.engaged is None else ["all", "all engaged", "all others"]
    return [f"{whole}: {group.name}" for whole in wholes]


def _add_groups(
    rows: Rows, found: RandomEffects, groups: Sequence[_Group], outcome: str, kind: Measure, conf_level: float
) -> None:
    quantile = float(ndtri(0.5 + conf_level / 2))
    for group, weight in zip(groups, found.weights, strict=True):
        half = quantile * math.sqrt(group.variance)
        keys: dict[str, Any] = {
            "outcome": outcome,
            "group": group.name,
            "n": math.nan if kind == "estimate" else group.n,
            "cells": _cells(group, kind),
        }
        value = _printed_scale(group.estimate, kind)
        error = math.sqrt(group.variance) * (value * (1 - value) if kind == "logit" else 1.0)
        rows.add(
            OWN[kind],
            estimate=value,
            std_error=error,
            conf_low=_printed_scale(group.estimate - half, kind),
            conf_high=_printed_scale(group.estimate + half, kind),
            conf_level=conf_level,
            method="normal interval of the " + ("logit" if kind == "logit" else "estimate"),
            warning=group.warning,
            **keys,
        )
        rows.add("pooling_weight", estimate=float(weight), **keys)


def _add_pooled(
    rows: Rows, found: RandomEffects, groups: Sequence[_Group], outcome: str, kind: Measure, conf_level: float
) -> None:
    given = kind == "estimate"
    keys: dict[str, Any] = {
        "outcome": outcome,
        "n": math.nan if given else float(sum(group.n for group in groups)),
        "cells": [] if given else ["all"],
    }
    value = _printed_scale(found.estimate, kind)
    slope = value * (1 - value) if kind == "logit" else 1.0
    rows.add("groups", estimate=len(groups), **keys)
    rows.add(
        POOLED[kind],
        estimate=value,
        std_error=found.std_error * slope,
        conf_low=_printed_scale(found.low, kind),
        conf_high=_printed_scale(found.high, kind),
        conf_level=conf_level,
        method="random-effects mean",
        warning=FEW if len(groups) < FEW_GROUPS else "",
        **(_test(found) if given else {}),
        **keys,
    )
    rows.add(
        POOLED[kind],
        level="prediction",
        estimate=value,
        conf_low=_printed_scale(found.prediction_low, kind),
        conf_high=_printed_scale(found.prediction_high, kind),
        conf_level=conf_level,
        method="prediction interval of the true value of a further group",
        **keys,
    )
    rows.add(
        "tau_squared",
        estimate=found.tau_squared,
        conf_low=found.tau_low,
        conf_high=found.tau_high,
        conf_level=conf_level,
        method="variance of true values" + (" (logits)" if kind == "logit" else "") + ", Q-profile interval",
        warning="" if found.tau_low <= found.tau_squared <= found.tau_high else "the interval leaves out the estimate",
        **keys,
    )
    rows.add("i_squared", estimate=found.i_squared, method="Higgins and Thompson's I²", **keys)
    rows.add(
        "heterogeneity",
        estimate=found.q,
        statistic=found.q,
        statistic_name="Q",
        df1=found.q_df,
        p_value=found.q_p,
        method="Cochran's Q",
        **keys,
    )


def _test(found: RandomEffects) -> dict[str, Any]:
    size = -abs(found.statistic)
    p = 2 * float(ndtr(size) if math.isinf(found.df) else stdtr(found.df, size))
    name = "z" if math.isinf(found.df) else "t"
    df = math.nan if math.isinf(found.df) else found.df
    return {"statistic": found.statistic, "statistic_name": name, "df1": df, "p_value": p}


def _pooled_layout(quantity: str) -> Layout:
    return Layout(
        rows=("outcome", "level"),
        show=(
            Show("groups", "estimate"),
            Show(quantity),
            Show(quantity, "interval"),
            Show("tau_squared"),
            Show("i_squared"),
            Show("heterogeneity", "statistic"),
            Show("heterogeneity", "p"),
        ),
    )
