"""Correlating numbers and scores, pair by pair."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_conf_level, check_numeric, variable_names
from osa_survey.analysis.associations import Correlation, CorrelationMethod, pearson, spearman
from osa_survey.analysis.correlation_sentences import CorrelationWords
from osa_survey.analysis.correlation_sizes import KNOWN, NOTE_COMPLETE, add_agreements
from osa_survey.analysis.effect_sizes import check_sizes, sizes_result
from osa_survey.analysis.moments import is_constant, moments
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design
from osa_survey.errors import AnalysisError, nearest
from osa_survey.results import Layout, Result, Rows, Show

METHODS = {"pearson": pearson, "spearman": spearman}
QUANTITY = {"pearson": "r", "spearman": "rho"}
ROW_METHOD = {
    "pearson": "Pearson's r, Fisher's z interval",
    "spearman": "Spearman's ρ, Bonett–Wright interval, t approximation of p",
}
REFERENCES = {
    "pearson": "Fisher, R. A. (1915). Frequency distribution of the values of the correlation coefficient in samples "
    "from an indefinitely large population. Biometrika, 10(4), 507–521. doi:10.1093/biomet/10.4.507",
    "spearman": "Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and "
    "Spearman correlations. Psychometrika, 65(1), 23–28. doi:10.1007/BF02294183",
}
NOTE_PAIRWISE = "Each correlation uses everyone who has both values (pairwise n)."
NOTE_ORDINAL = "Ordinal variables enter with their codes in the declared order; Spearman's ρ uses only the order."
WARNING_FEW = "a correlation needs three pairs of values"
WARNING_CONSTANT = "a variable is constant among those who have both values"
WARNING_INTERVAL = "an interval needs four pairs of values"
WARNING_PERFECT = "the correlation is perfect: its interval is not defined"


def correlate(
    data: ScoredData | pd.DataFrame,
    variables: Sequence[str],
    *,
    method: CorrelationMethod = "pearson",
    adjust: str = "holm",
    effect_sizes: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Result:
    """Correlate numbers and scores, each pair once.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    variables : sequence of str
        Numbers, counts, scores or ordinal variables, two or more. Nominal variables are refused.
    method : {"pearson", "spearman"}
        The coefficient.
    adjust : {"none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by"}
        How p values are adjusted over all pairs of the table.
    effect_sizes : sequence of str
        Agreement of all variables as raters of the same people: ``icc`` (the six forms of Shrout and Fleiss; ``level``
        names the form) and ``kendalls_w``.
    conf_level : float
        Confidence level of the intervals, each for itself.

    Returns
    -------
    Result
        One row ``r`` or ``rho`` for each pair: ``term`` is the variable named first, ``outcome`` the later one;
        pairwise ``n``, interval, t with n − 2 degrees of freedom, ``p_value`` and ``p_adjusted``.
        ``more["descriptives"]`` holds n, mean and SD of each variable. The sizes asked for are rows too;
        ``more["effect_sizes"]`` prints them.

    Raises
    ------
    AnalysisError
        If a variable is nominal or unknown, named twice, or fewer than two are named; or if there is no such method.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0, 60.0], "score": [2.0, 1.0, 4.0, 3.0, 5.0]})
    >>> float(round(correlate(people, ["age", "score"]).pick("r")["estimate"], 3))
    0.8
    """
    refuse_design(data, "correlate")
    check_conf_level(conf_level)
    check_adjustment(adjust)
    sizes = check_sizes(effect_sizes, KNOWN, "correlate")
    if method not in METHODS:
        raise AnalysisError(f"there is no correlation called '{method}'", hint=nearest(method, list(METHODS)))
    names = variable_names(variables, at_least=2)
    columns = columns_of(data, names)
    check_numeric(*columns, ordinal=True)
    pairs = list(itertools.combinations(columns, 2))
    found, warnings = [], []
    for first, second in pairs:
        both = first.answered & second.answered
        x, y = first.values[both], second.values[both]
        found.append(METHODS[method](x, y, conf_level))
        warnings.append(_warning(found[-1], is_constant(x) or is_constant(y)))
    adjusted = adjusted_p_values(np.array([one.p_value for one in found]), adjust)
    rows = Rows()
    for (first, second), one, p_adjusted, warning in zip(pairs, found, adjusted, warnings, strict=True):
        rows.add(
            QUANTITY[method],
            term=first.info.name,
            outcome=second.info.name,
            n=one.n,
            estimate=one.estimate,
            conf_low=one.low,
            conf_high=one.high,
            conf_level=math.nan if math.isnan(one.low) else conf_level,
            statistic=one.t,
            statistic_name="t",
            df1=one.df,
            p_value=one.p_value,
            p_adjusted=p_adjusted,
            method=ROW_METHOD[method],
            warning=warning,
        )
    sized = Rows()
    for into in (rows, sized):
        add_agreements(into, sizes, columns, conf_level)
    people = np.vstack([column.answered for column in columns])
    used = int((people.sum(axis=0) >= 2).sum())
    titles = {column.info.name: column.info.title for column in columns}
    notes = [NOTE_PAIRWISE]
    if any(column.info.type == "ordinal" for column in columns):
        notes.append(NOTE_ORDINAL)
    more = {"descriptives": _descriptives(columns, titles)}
    settings = {"variables": tuple(names), "method": method, "adjust": adjust, "conf_level": conf_level}
    if sizes:
        more["effect_sizes"] = sizes_result(
            sized,
            title="Agreement of all variables",
            analysis="correlate",
            used=used,
            dropped=people.shape[1] - used,
            labels=titles,
            keys=("level",),
            notes=(NOTE_COMPLETE,),
        )
        settings["effect_sizes"] = sizes
    adjustment = f"p adjusted over {len(pairs)} pairs: {ADJUSTMENT_TITLES[adjust]}"
    references = (REFERENCES[method], *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ()))
    last: Literal["p", "p_adjusted"] = "p_adjusted" if adjust != "none" and len(pairs) > 1 else "p"
    return Result.from_rows(
        rows,
        title="Correlations",
        analysis="correlate",
        method=f"{ROW_METHOD[method]} ({100 * conf_level:g}%); {adjustment}",
        n_used=used,
        n_dropped=people.shape[1] - used,
        settings=settings,
        notes=tuple(notes),
        references=references,
        more=more,
        wording=CorrelationWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("term",),
            show=(Show(QUANTITY[method]), Show(QUANTITY[method], last)),
            across="outcome",
            row_head="Variable",
        ),
        plot="correlation_heatmap",
    )


def _warning(found: Correlation, constant: bool) -> str:
    if found.n < 3:
        return WARNING_FEW
    if constant:
        return WARNING_CONSTANT
    if abs(found.estimate) == 1:
        return WARNING_PERFECT
    return WARNING_INTERVAL if found.n < 4 else ""


def _descriptives(columns: Sequence[Column], titles: dict[str, str]) -> Result:
    rows = Rows()
    for column in columns:
        summary = moments(column.values[column.answered])
        for quantity, value in (("count", summary.n), ("mean", summary.mean), ("sd", summary.sd)):
            warning = "too few answers" if math.isnan(value) else ""
            rows.add(quantity, outcome=column.info.name, n=summary.n, estimate=value, warning=warning)
    return Result.from_rows(
        rows,
        title="Means and standard deviations of the correlated variables",
        analysis="correlate",
        method="means and standard deviations (n − 1) of everyone who answered the variable",
        n_used=len(columns[0].values),
        labels=titles,
        layout=Layout(rows=("outcome",), show=(Show("count"), Show("mean"), Show("sd")), row_head="Variable"),
    )
