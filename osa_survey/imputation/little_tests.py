"""Little's test of whether answers are missing completely at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from osa_survey import formatting
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.normal_moments import about, inverses, normal_moments, parts_of, pattern_sums
from osa_survey.results import Layout, Result, Rows, Show

REFERENCE = (
    "Little, R. J. A. (1988). A test of missing completely at random for multivariate data with missing values. "
    "Journal of the American Statistical Association, 83(404), 1198–1202. doi:10.1080/01621459.1988.10478722"
)
MOST_PATTERNS = 8
COMPLETE = "everything answered"
OTHER = "all other patterns"
NOTES = (
    "A small p speaks against gaps completely at random; a large p is no evidence for it. No test of the answers can "
    "tell gaps at random from gaps that depend on the missing answers themselves.",
    "The test assumes that the variables are multivariate normal, and compares means only.",
)


@dataclass(frozen=True)
class LittleTest:
    """Little's statistic.

    Attributes
    ----------
    statistic : float
        χ².
    df : int
        Answered variables summed over patterns, less the number of variables.
    p_value : float
        Upper tail.
    patterns : int
        Patterns of gaps.
    n : int
        Respondents with at least one answer.
    """

    statistic: float
    df: int
    p_value: float
    patterns: int
    n: int


def little_statistic(values: ArrayLike) -> LittleTest:
    """Return Little's test from an array.

    Parameters
    ----------
    values : array, shape (n, q)
        Answers, NaN for gaps.

    Returns
    -------
    LittleTest
        d² = Σ n_p (x̄_p − μ̂)' Σ̂⁻¹ (x̄_p − μ̂) over patterns p and their answered variables, with the maximum-likelihood
        moments of all answers (divisor n, as usual programs take it).

    Raises
    ------
    AnalysisError
        ``one_pattern`` where all respondents have the same gaps; those of ``normal_moments``.
    """
    sums = pattern_sums(values)
    if len(sums.n) == 1:
        message = "all respondents have the same gaps: there is nothing to compare"
        raise AnalysisError(Problem("one_pattern", message, hint="name variables with gaps"))
    moments = normal_moments(sums)
    mean = (moments.mean - sums.centre) / sums.scale
    covariance = moments.covariance / np.outer(sums.scale, sums.scale)
    statistic = 0.0
    for part in parts_of(sums):
        inverse, _ = inverses(part.seen, covariance)
        away, _ = about(part, mean)
        statistic += float(np.einsum("p,pi,pij,pj->", part.n, away, inverse, away))
    df = int(sums.seen.sum()) - sums.seen.shape[1]
    return LittleTest(statistic, df, float(stats.chi2.sf(statistic, df)), len(sums.n), int(sums.n.sum()))


def little_mcar(data: ScoredData | pd.DataFrame, variables: Sequence[str]) -> Result:
    """Test whether answers are missing completely at random.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    variables : sequence of str
        Numbers, counts, scores or ordinal variables, two or more.

    Returns
    -------
    Result
        One row ``little_mcar``: χ² with its degrees of freedom and p; ``count`` and ``proportion`` of respondents with
        each of the most frequent patterns of gaps (``level`` names what is missing).

    Raises
    ------
    AnalysisError
        ``too_few_variables``, ``not_a_number`` for nominal variables, ``one_pattern``, ``constant_variable``,
        ``nothing_observed``, ``collinear_variables``.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "b": [2.0, 1.0, np.nan, 4.0, np.nan, 5.0]})
    >>> round(float(little_mcar(frame, ["a", "b"]).pick("little_mcar")["p_value"]), 3)
    0.612
    """
    refuse_imputed(data, "little_mcar")
    refuse_design(data, "little_mcar")
    names = list(dict.fromkeys(variables))
    columns = columns_of(data, names)
    problems = [
        Problem(
            "not_a_number",
            f"'{column.info.name}' is nominal: its categories are no quantities",
            column=column.info.name,
            hint="leave it out",
        )
        for column in columns
        if column.info.type == "nominal"
    ]
    if len(names) < 2:
        problems.append(Problem("too_few_variables", f"2 variables are needed, {len(names)} given"))
    if problems:
        raise AnalysisError(problems)
    values = np.column_stack([column.values for column in columns])
    found = little_statistic(values)
    rows = Rows()
    rows.add(
        "little_mcar",
        level="means alike over patterns of gaps",
        n=found.n,
        estimate=found.statistic,
        statistic=found.statistic,
        statistic_name="χ²",
        df1=found.df,
        p_value=found.p_value,
        method="Little's test, moments by the EM algorithm",
    )
    _add_patterns(rows, columns)
    titles = [column.info.title for column in columns]
    return Result.from_rows(
        rows,
        title="Little's test: missing completely at random",
        analysis="little_mcar",
        method="Little's test with maximum-likelihood moments (EM algorithm)",
        n_used=found.n,
        n_dropped=len(values) - found.n,
        settings={"variables": tuple(names)},
        notes=(f"Variables: {', '.join(titles)}. {found.patterns} patterns of gaps occur.", *NOTES),
        references=(REFERENCE,),
        wording=_words,
        layout=Layout(
            rows=("level",),
            show=(
                Show("count", "estimate", "n"),
                Show("proportion", "estimate", "%"),
                Show("little_mcar", "statistic"),
                Show("little_mcar", "p"),
            ),
            row_head="Missing",
        ),
        plot="pattern_bars",
    )


def _add_patterns(rows: Rows, columns: Sequence[Column]) -> None:
    """Add how many respondents have each pattern of gaps, the most frequent first; the rest is one row."""
    gaps = np.column_stack([~column.answered for column in columns])
    kinds, people = np.unique(gaps, axis=0, return_counts=True)
    order = np.argsort(-people, kind="stable")
    counts = [
        (", ".join(column.info.title for column, gap in zip(columns, kinds[at], strict=True) if gap), int(people[at]))
        for at in order[:MOST_PATTERNS]
    ]
    rest = int(people[order[MOST_PATTERNS:]].sum())
    if rest:
        counts.append((OTHER, rest))
    rows.everybody("all", len(gaps))
    for level, number in counts:
        cell = f"pattern|{level}"
        rows.cell(cell, number)
        for quantity, value in (("count", float(number)), ("proportion", number / len(gaps))):
            rows.add(quantity, level=level or COMPLETE, n=len(gaps), estimate=value, cells=[cell])
    rows.total("all", [f"pattern|{level}" for level, _ in counts])


TEXTS = {
    "en": "Little's test: χ²({df}) = {statistic}, p {p}.",
    "de": "Little-Test: χ²({df}) = {statistic}, p {p}.",
}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    row = table.loc[table["quantity"] == "little_mcar"].iloc[0]
    return (
        TEXTS[language].format(
            df=formatting.degrees_of_freedom(row["df1"]),
            statistic=formatting.decimal(row["statistic"], 2),
            p=formatting.p_value(row["p_value"]),
        ),
    )
