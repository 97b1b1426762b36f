"""Correlating numbers and scores, pair by pair."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric, variable_names
from osa_survey.analysis.correlating.associations import Correlation, CorrelationMethod
from osa_survey.analysis.correlating.correlation_estimates import (
    COMPOSED,
    CROUX,
    METHODS,
    WEIGHTED,
    composed_correlation,
)
from osa_survey.analysis.correlating.correlation_groups import correlated_groups, difference_result, pair_sample
from osa_survey.analysis.correlating.correlation_matrices import (
    NO_RELIABILITY,
    add_descriptions,
    described_moments,
    group_cell,
    matrix_result,
)
from osa_survey.analysis.correlating.correlation_sentences import CorrelationWords
from osa_survey.analysis.correlating.correlation_sizes import KNOWN, NOTE_COMPLETE, add_agreements
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.effect_sizes import check_sizes, sizes_result
from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.analysis.samples import Data, Sample, sample_of
from osa_survey.dataset import Column, columns_of
from osa_survey.errors import AnalysisError, nearest
from osa_survey.results import Layout, Result, Rows, Show

QUANTITY = {"pearson": "r", "spearman": "rho", "kendall": "tau"}
ROW_METHOD = {
    "pearson": "Pearson's r, Fisher's z interval",
    "spearman": "Spearman's ρ, Bonett–Wright interval, t approximation of p",
    "kendall": "Kendall's τ_b, Bonett–Wright interval, normal approximation of p with ties",
}
BONETT = (
    "Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and Spearman "
    "correlations. Psychometrika, 65(1), 23–28. doi:10.1007/BF02294183"
)
REFERENCES = {
    "pearson": "Fisher, R. A. (1915). Frequency distribution of the values of the correlation coefficient in samples "
    "from an indefinitely large population. Biometrika, 10(4), 507–521. doi:10.1093/biomet/10.4.507",
    "spearman": BONETT,
    "kendall": BONETT,
}
NOTE_PAIRWISE = "Each correlation uses everyone who has both values (pairwise n)."
NOTE_ORDINAL = "Ordinal variables enter with their codes in the declared order; Spearman's ρ uses only the order."
WARNING_FEW = "a correlation needs three pairs of values"
WARNING_CONSTANT = "a variable is constant among those who have both values"
WARNING_INTERVAL = "an interval needs four pairs of values"
WARNING_TAU = "an interval of τ needs five pairs of values"
WARNING_PERFECT = "the correlation is perfect: its interval is not defined"


def correlate(
    data: Data,
    variables: Sequence[str],
    *,
    method: CorrelationMethod = "pearson",
    adjust: str = "holm",
    effect_sizes: Sequence[str] = (),
    conf_level: float = 0.95,
    by: str | None = None,
    groups: Sequence[str] = (),
    describe: bool = False,
) -> Result:
    """Correlate numbers and scores, each pair once.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled on Fisher's z.
    variables : sequence of str
        Numbers, counts, scores or ordinal variables, two or more. Nominal variables are refused.
    method : {"pearson", "spearman", "kendall"}
        The coefficient.
    adjust : {"none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by"}
        How p values are adjusted over all pairs of the table.
    effect_sizes : sequence of str
        Agreement of all variables as raters of the same people: ``icc`` (the six forms of Shrout and Fleiss; ``level``
        names the form) and ``kendalls_w``.
    conf_level : float
        Confidence level of the intervals, each for itself.
    by : str, optional
        A categorical variable: correlations within two of its categories, one above and one below the diagonal.
    groups : sequence of str
        Which two categories of ``by``; needed where more than two occur.
    describe : bool
        Whether n, M, SD, omega and alpha stand beside the square table of correlations.

    Returns
    -------
    Result
        One row ``r``, ``rho`` or ``tau`` for each pair: ``term`` is the variable named first, ``outcome`` the later
        one; pairwise ``n``, interval, t with n − 2 degrees of freedom (z of τ), ``p_value`` and ``p_adjusted``.
        ``more["descriptives"]`` holds n, mean and SD of each variable. The sizes asked for are rows too;
        ``more["effect_sizes"]`` prints them. With ``by`` the rows name their ``group``, ``more["matrix"]`` is the
        square table and ``more["differences"]`` compares the two groups (Cohen's q).

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
    check_conf_level(conf_level)
    check_adjustment(adjust)
    sizes = check_sizes(effect_sizes, KNOWN, "correlate")
    if method not in METHODS:
        raise AnalysisError(f"there is no correlation called '{method}'", hint=nearest(method, list(METHODS)))
    names = variable_names(variables, at_least=2)
    sets = versions(data)
    columns = columns_of(sets[0], names)
    check_numeric(*columns, ordinal=True)
    composed = sample_of(data, [*names, *([by] if by else [])], complete_cases=False) if composes(data) else None
    parts, titles_by = correlated_groups(sets[0], by, groups)
    found = [
        _found(columns, pair, part, composed, method, conf_level)
        for part in parts
        for pair in itertools.combinations(range(len(names)), 2)
    ]
    adjusted = adjusted_p_values(np.array([one.p_value for *_, one, _ in found]), adjust)
    weighted = composed is not None and composed.design is not None
    row_method = ROW_METHOD[method] if composed is None else (WEIGHTED if weighted else COMPOSED)[method]
    rows = Rows()
    people = dict(parts)
    for (first, second, group, one, warning), p_adjusted in zip(found, adjusted, strict=True):
        cells = [group_cell(group, names[first], names[second])] if group else []
        for cell in cells:
            both = columns[first].answered & columns[second].answered & people[group]
            rows.cell(cell, one.n if composed else both)
        rows.add(
            QUANTITY[method],
            term=names[first],
            outcome=names[second],
            group=group,
            n=one.n,
            estimate=one.estimate,
            conf_low=one.low,
            conf_high=one.high,
            conf_level=math.nan if math.isnan(one.low) else conf_level,
            statistic=one.t,
            statistic_name="z" if math.isinf(one.df) else "t",
            df1=math.nan if math.isinf(one.df) else one.df,
            p_value=one.p_value,
            p_adjusted=p_adjusted,
            method=row_method,
            warning=warning,
            cells=cells,
        )
    titles = {column.info.name: column.info.title for column in columns}
    anyone = np.logical_or.reduce([mask for _, mask in parts])
    used = int(((np.vstack([column.answered for column in columns]).sum(axis=0) >= 2) & anyone).sum())
    counted = {"n_used": used, "n_dropped": len(anyone) - used}
    notes = [NOTE_PAIRWISE]
    if any(column.info.type == "ordinal" for column in columns):
        notes.append(NOTE_ORDINAL)
    more: dict[str, Result] = {}
    if by or describe:
        described = Rows()
        add_descriptions(described, data, columns, parts, sample=composed, describe=describe)
        extra = (NO_RELIABILITY,) if describe and composed else ()
        more["matrix"] = matrix_result(
            rows.table, columns, parts, described, quantity=QUANTITY[method], numbers=counted, notes=extra
        )
    if not describe and not by:
        more["descriptives"] = _descriptives(columns, titles, composed)
    if len(parts) == 2 and method == "pearson":
        more["differences"] = difference_result(rows.table, parts, titles, adjust, conf_level, composed, counted)
    settings = {"variables": tuple(names), "method": method, "adjust": adjust, "conf_level": conf_level}
    if by:
        settings |= {"by": by, "groups": tuple(group for group, _ in parts)}
    if describe:
        settings["describe"] = True
    if sizes:
        sized = Rows()
        for into in (rows, sized):
            add_agreements(into, sizes, columns, conf_level, composed)
        more["effect_sizes"] = sizes_result(
            sized,
            title="Agreement of all variables",
            analysis="correlate",
            used=used,
            dropped=len(anyone) - used,
            labels=titles,
            keys=("level",),
            notes=(NOTE_COMPLETE,),
        )
        settings["effect_sizes"] = sizes
    adjustment = f"p adjusted over {len(found)} {'correlations' if by else 'pairs'}: {ADJUSTMENT_TITLES[adjust]}"
    source = CROUX if weighted and method != "pearson" else REFERENCES[method]
    references = (source, *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ()))
    last: Literal["p", "p_adjusted"] = "p_adjusted" if adjust != "none" and len(found) > 1 else "p"
    quantity = QUANTITY[method]
    shown: tuple[Show, ...] = (Show(quantity), Show(quantity, last))
    if by:
        shown = (Show(quantity), Show(quantity, "interval"), Show(quantity, "n"), Show(quantity, last))
    return Result.from_rows(
        rows,
        title="Correlations" + (f" by {titles_by}" if by else ""),
        analysis="correlate",
        method=f"{row_method} ({100 * conf_level:g}%); {adjustment}" + composition_words(composed),
        settings=settings,
        notes=(*notes, *composition_notes(composed)),
        references=(*references, *composition_references(composed)),
        more=more,
        wording=CorrelationWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("term", "outcome") if by else ("term",),
            show=shown,
            across="group" if by else "outcome",
            row_head="Variable",
        ),
        plot="correlation_heatmap",
        **counted,
    )


def _found(
    columns: Sequence[Column],
    pair: tuple[int, int],
    part: tuple[str, NDArray[np.bool_]],
    composed: Sample | None,
    method: CorrelationMethod,
    conf_level: float,
) -> tuple[int, int, str, Correlation, str]:
    """Return one correlation of a group with its warning."""
    (first, second), (group, mask) = pair, part
    both = columns[first].answered & columns[second].answered & mask
    x, y = columns[first].values[both], columns[second].values[both]
    if composed is None:
        one = METHODS[method](x, y, conf_level)
    else:
        one = composed_correlation(pair_sample(composed, pair, group), method, conf_level)
    return first, second, group, one, _warning(one, is_constant(x) or is_constant(y))


def _warning(found: Correlation, constant: bool) -> str:
    if found.n < 3:
        return WARNING_FEW
    if constant:
        return WARNING_CONSTANT
    if abs(found.estimate) == 1:
        return WARNING_PERFECT
    if math.isnan(found.low) and math.isinf(found.df):
        return WARNING_TAU
    return WARNING_INTERVAL if found.n < 4 else ""


def _descriptives(columns: Sequence[Column], titles: dict[str, str], composed: Sample | None) -> Result:
    rows = Rows()
    for place, column in enumerate(columns):
        n, mean, sd = described_moments(column, place, composed)
        for quantity, value in (("count", n), ("mean", mean), ("sd", sd)):
            warning = "too few answers" if math.isnan(value) else ""
            rows.add(quantity, outcome=column.info.name, n=n, estimate=value, warning=warning)
    return Result.from_rows(
        rows,
        title="Means and standard deviations of the correlated variables",
        analysis="correlate",
        method="means and standard deviations (n − 1) of everyone who answered the variable",
        n_used=len(columns[0].values),
        labels=titles,
        layout=Layout(rows=("outcome",), show=(Show("count"), Show("mean"), Show("sd")), row_head="Variable"),
    )
