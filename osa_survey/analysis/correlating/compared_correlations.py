"""Two correlations compared: of different variables in the same people, or of the same variables in two groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.analysis.arguments import check_conf_level, check_numeric, different
from osa_survey.analysis.correlating.compared_correlation_sentences import ComparedWords
from osa_survey.analysis.correlating.correlation_contrasts import NAN, Compared, composed_contrast, plain_contrast
from osa_survey.analysis.correlating.correlation_groups import correlated_groups
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.samples import CompletedSet, Data, sample_of
from osa_survey.dataset import columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

MINUS = " \u2212 "
NOTE_SAME = "Only people with all values are compared."
NOTE_GROUPS = "Each correlation is of one group of {by}."
REFERENCES = {
    "williams": "Williams, E. J. (1959). The comparison of regression variables. Journal of the Royal Statistical "
    "Society B, 21(2), 396–399. doi:10.1111/j.2517-6161.1959.tb00346.x (recalled)",
    "steiger": "Steiger, J. H. (1980). Tests for comparing elements of a correlation matrix. Psychological Bulletin, "
    "87(2), 245–251. doi:10.1037/0033-2909.87.2.245",
    "zou": "Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological Methods, "
    "12(4), 399–413. doi:10.1037/1082-989X.12.4.399",
}
WARNING = "a correlation is perfect or not defined, or there are too few people"


@dataclass(frozen=True)
class _Pair:
    """Two variables by their position in the sample, and the group they are looked at in."""

    positions: tuple[int, int]
    group: str = ""


def compare_correlations(
    data: Data,
    first: Sequence[str],
    second: Sequence[str] | None = None,
    *,
    by: str | None = None,
    groups: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Result:
    """Compare two Pearson correlations.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled on Fisher's z.
    first : sequence of str
        The two variables of the first correlation.
    second : sequence of str, optional
        Those of the second one, in the same people; they may share a variable with ``first``.
    by : str, optional
        In place of ``second``: a categorical variable in two of whose categories the first correlation is compared.
    groups : sequence of str
        Which two categories of ``by``; needed where more than two occur.
    conf_level : float
        Confidence level of the intervals.

    Returns
    -------
    Result
        ``r`` of both, ``correlation_difference`` (first minus second) with its test and Zou's interval, and
        ``cohens_q``, the difference of Fisher's z. ``correlate(by=…)`` compares whole tables of two groups.

    Raises
    ------
    AnalysisError
        ``no_pair``, ``same_pair``; variables that are unknown, nominal or named twice; what ``correlate`` refuses of
        ``by`` and ``groups``.

    Notes
    -----
    In the same people the test is Williams's t where the correlations share a variable, else Steiger's z; q has
    variance (2 − 2c)/(n − 3) with c of Steiger (1980). In two groups both tests are that of q, with variance
    1/(n₁ − 3) + 1/(n₂ − 3). Under a design both z have one covariance, linearised or from replicates, so that groups
    may share clusters; pooled over imputed sets they are pooled together. Then both rows have t tests of their own and
    the difference has a delta-method interval.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "b": [2.0, 1.0, 4.0, 3.0, 6.0, 5.0],
    ...                        "c": [3.0, 1.0, 2.0, 6.0, 4.0, 5.0]})
    >>> row = compare_correlations(people, ["a", "b"], ["a", "c"]).pick("correlation_difference")
    >>> float(round(row["estimate"], 3))
    0.171
    """
    check_conf_level(conf_level)
    names, pairs = _named(first, second, by)
    version = versions(data)[0]
    columns = columns_of(version, names)
    check_numeric(*columns, ordinal=True)
    titles = {column.info.name: column.info.title for column in columns}
    labels: tuple[str, ...] = ()
    if by is not None:
        different(first=names[0], by=by)
        different(first=names[1], by=by)
        parts, titles[by] = correlated_groups(version, by, groups)
        labels = tuple(label for label, _ in parts)
        pairs = tuple(_Pair((0, 1), label) for label in labels)
    sample = sample_of(data, [*names, *([by] if by is not None else [])])
    members = [
        tuple(_members(one, pair.group) if by is not None else np.ones(one.n, dtype=bool) for pair in pairs)
        for one in sample.sets
    ]
    compare = composed_contrast if composes(data) else plain_contrast
    found = compare(sample, (pairs[0].positions, pairs[1].positions), members, by is not None, conf_level)
    said = [_words(pair, names) for pair in pairs]
    contrast = MINUS.join(said)
    titles |= {contrast: MINUS.join(_words(pair, [titles[name] for name in names]) for pair in pairs)}
    rows = _rows(found, pairs, names, contrast, sample.first if len(sample.sets) == 1 else None, members[0], conf_level)
    used = sum(found.n) if by is not None else found.n[0]
    composed = sample if composes(data) else None
    return Result.from_rows(
        rows,
        title="Comparison of two correlations" + (f" by {titles[by]}" if by is not None else ""),
        analysis="compare_correlations",
        method=f"Difference of two Pearson correlations: {found.method}; {found.interval} ({100 * conf_level:g}%)"
        + composition_words(composed),
        n_used=used,
        n_dropped=len(columns[0].values) - used,
        settings={"first": list(first), "second": None if second is None else list(second), "by": by,
                  "groups": labels, "conf_level": conf_level},
        notes=(NOTE_SAME if by is None else NOTE_GROUPS.format(by=titles[by]), *composition_notes(composed)),
        references=(*(REFERENCES[key] for key in found.references), *composition_references(composed)),
        wording=ComparedWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("group", "term", "outcome", "contrast"), row_head="Correlation",
            show=(Show("r"), Show("r", "interval"), Show("correlation_difference"),
                  Show("correlation_difference", "interval"), Show("correlation_difference", "statistic"),
                  Show("correlation_difference", "p"), Show("cohens_q")),
        ),
        plot="coefficients",
    )  # fmt: skip


def _named(first: Sequence[str], second: Sequence[str] | None, by: str | None) -> tuple[list[str], tuple[_Pair, ...]]:
    """Return all variables, each once, and the two pairs of their positions."""
    problems = []
    if (second is None) == (by is None):
        hint = "second = […] for the same people, by = … for two groups"
        problems.append(Problem("no_pair", "either second or by is needed", key="second", hint=hint))
    given = [first] if second is None else [first, second]
    for key, pair in zip(("first", "second"), given, strict=False):
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            problems.append(Problem("no_pair", f"{key} needs two different variables", key=key, hint="['a', 'b']"))
    if not problems and second is not None and set(first) == set(second):
        problems.append(Problem("same_pair", "both correlations are the same", key="second", hint="use by for groups"))
    if problems:
        raise AnalysisError(problems)
    names = list(dict.fromkeys(name for pair in given for name in pair))
    return names, tuple(_Pair((names.index(pair[0]), names.index(pair[1]))) for pair in given)


def _members(one: CompletedSet, label: str) -> Any:
    info = one.columns[-1].info
    return one.values(len(one.columns) - 1) == info.codes[info.labels.index(label)]


def _words(pair: _Pair, names: Sequence[str]) -> str:
    return pair.group or f"r({names[pair.positions[0]]}, {names[pair.positions[1]]})"


def _rows(
    found: Compared,
    pairs: Sequence[_Pair],
    names: Sequence[str],
    contrast: str,
    only: CompletedSet | None,
    members: Sequence[Any],
    conf_level: float,
) -> Rows:
    rows = Rows()
    cells = [f"correlated|{pair.group}" for pair in pairs]
    for cell, n, mask in zip(cells, found.n, members, strict=True):
        people: Any = float(n)
        if only is not None:
            people = only.used.copy()
            people[people] = mask
        rows.cell(cell, people)
    for pair, cell, n, r, low, high in zip(pairs, cells, found.n, found.r, found.low, found.high, strict=True):
        rows.add(
            "r", term=names[pair.positions[0]], outcome=names[pair.positions[1]], group=pair.group, n=n, estimate=r,
            conf_low=low, conf_high=high, conf_level=math.nan if math.isnan(low) else conf_level,
            method="Pearson's r, Fisher's z interval", warning=WARNING if math.isnan(low) else "", cells=[cell],
        )  # fmt: skip
    cells = list(dict.fromkeys(cells))
    n = sum(found.n) if len(cells) > 1 else found.n[0]
    for quantity, one in (("correlation_difference", found.difference), ("cohens_q", found.q)):
        z = math.isinf(one.df)
        rows.add(
            quantity, contrast=contrast, n=n, estimate=one.estimate, std_error=one.std_error, conf_low=one.low,
            conf_high=one.high, conf_level=math.nan if math.isnan(one.low) else conf_level, statistic=one.statistic,
            statistic_name="z" if z else "t", df1=NAN if z else one.df, p_value=one.p_value, method=one.method,
            warning=WARNING if math.isnan(one.low) or math.isnan(one.statistic) else "", cells=cells,
        )  # fmt: skip
    return rows
