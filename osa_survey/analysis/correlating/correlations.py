"""Correlating numbers and scores, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from osa_survey.analysis.arguments import check_conf_level, check_numeric, variable_names
from osa_survey.analysis.correlating.associations import CorrelationMethod
from osa_survey.analysis.correlating.correlation_estimates import CROUX, METHODS
from osa_survey.analysis.correlating.correlation_groups import correlated_groups, difference_result
from osa_survey.analysis.correlating.correlation_matrices import (
    NO_RELIABILITY,
    add_descriptions,
    described_moments,
    matrix_result,
)
from osa_survey.analysis.correlating.correlation_rows import Correlated, pair_rows
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
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    check_adjustment,
)
from osa_survey.analysis.samples import Data, sample_of
from osa_survey.dataset import columns_of
from osa_survey.errors import AnalysisError, nearest
from osa_survey.results import Layout, Result, Rows, Show

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
    asked = Correlated(columns, parts, composed, method, adjust, conf_level)
    rows = pair_rows(asked)
    pairs = len(parts) * math.comb(len(names), 2)
    used, dropped = asked.people
    settings = {"variables": tuple(names), "method": method, "adjust": adjust, "conf_level": conf_level}
    if by:
        settings |= {"by": by, "groups": tuple(group for group, _ in parts)}
    if describe:
        settings["describe"] = True
    more = _tables_beside(data, asked, rows, grouped=bool(by), describe=describe)
    if sizes:
        sized = Rows()
        for into in (rows, sized):
            add_agreements(into, sizes, columns, conf_level, composed)
        more["effect_sizes"] = sizes_result(
            sized, title="Agreement of all variables", analysis="correlate", used=used, dropped=dropped,
            labels=asked.titles, keys=("level",), notes=(NOTE_COMPLETE,),
        )  # fmt: skip
        settings["effect_sizes"] = sizes
    adjustment = f"p adjusted over {pairs} {'correlations' if by else 'pairs'}: {ADJUSTMENT_TITLES[adjust]}"
    ordinal = any(column.info.type == "ordinal" for column in columns)
    return Result.from_rows(
        rows,
        title="Correlations" + (f" by {titles_by}" if by else ""),
        analysis="correlate",
        method=f"{asked.how} ({100 * conf_level:g}%); {adjustment}" + composition_words(composed),
        n_used=used,
        n_dropped=dropped,
        settings=settings,
        notes=(NOTE_PAIRWISE, *((NOTE_ORDINAL,) if ordinal else ()), *composition_notes(composed)),
        references=(*_references(asked), *composition_references(composed)),
        more=more,
        wording=CorrelationWords(tuple(asked.titles.items())),
        labels=asked.titles,
        layout=_layout(asked.quantity, "p_adjusted" if adjust != "none" and pairs > 1 else "p", grouped=bool(by)),
        plot="correlation_heatmap",
    )


def _tables_beside(data: Data, asked: Correlated, rows: Rows, *, grouped: bool, describe: bool) -> dict[str, Result]:
    """Return the square table or the descriptions of the variables, and how two groups differ."""
    more: dict[str, Result] = {}
    used, dropped = asked.people
    counted = {"n_used": used, "n_dropped": dropped}
    if grouped or describe:
        described = Rows()
        add_descriptions(described, data, asked.columns, asked.parts, sample=asked.composed, describe=describe)
        more["matrix"] = matrix_result(
            rows.table, asked.columns, asked.parts, described, quantity=asked.quantity, numbers=counted,
            notes=(NO_RELIABILITY,) if describe and asked.composed else (),
        )  # fmt: skip
    else:
        more["descriptives"] = _descriptives(asked)
    if len(asked.parts) == 2 and asked.method == "pearson":
        more["differences"] = difference_result(
            rows.table, asked.parts, asked.titles, asked.adjust, asked.conf_level, asked.composed, counted
        )
    return more


def _references(asked: Correlated) -> tuple[str, ...]:
    source = CROUX if asked.weighted and asked.method != "pearson" else REFERENCES[asked.method]
    return (source, *((ADJUSTMENT_REFERENCES[asked.adjust],) if asked.adjust in ADJUSTMENT_REFERENCES else ()))


def _layout(quantity: str, last: Literal["p", "p_adjusted"], *, grouped: bool) -> Layout:
    if not grouped:
        show: tuple[Show, ...] = (Show(quantity), Show(quantity, last))
        return Layout(rows=("term",), show=show, across="outcome", row_head="Variable")
    show = (Show(quantity), Show(quantity, "interval"), Show(quantity, "n"), Show(quantity, last))
    return Layout(rows=("term", "outcome"), show=show, across="group", row_head="Variable")


def _descriptives(asked: Correlated) -> Result:
    rows = Rows()
    for place, column in enumerate(asked.columns):
        n, mean, sd = described_moments(column, place, asked.composed)
        for quantity, value in (("count", n), ("mean", mean), ("sd", sd)):
            warning = "too few answers" if math.isnan(value) else ""
            rows.add(quantity, outcome=column.info.name, n=n, estimate=value, warning=warning)
    return Result.from_rows(
        rows,
        title="Means and standard deviations of the correlated variables",
        analysis="correlate",
        method="means and standard deviations (n − 1) of everyone who answered the variable",
        n_used=len(asked.columns[0].values),
        labels=asked.titles,
        layout=Layout(rows=("outcome",), show=(Show("count"), Show("mean"), Show("sd")), row_head="Variable"),
    )
