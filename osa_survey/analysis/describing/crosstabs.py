"""Cross-tabulating two categorical variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.arguments import check_categorical, check_conf_level, different, margin_name
from osa_survey.analysis.describing.composed_crosstabs import composed_crosstab
from osa_survey.analysis.describing.composed_table_tests import check_composed_table_tests
from osa_survey.analysis.describing.crosstab_rows import add_count_rows, add_test_row, cell_name, declare_cells
from osa_survey.analysis.describing.crosstab_sentences import CrosstabWords
from osa_survey.analysis.describing.crosstab_sizes import (
    KNOWN,
    Counted,
    add_table_sizes,
    check_fit,
    size_notes,
)
from osa_survey.analysis.describing.matched_tables import check_matched, matched_result
from osa_survey.analysis.describing.table_tests import check_shape, check_table_tests, table_tests_result
from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.effect_sizes import check_sizes, sizes_result
from osa_survey.analysis.samples import Data
from osa_survey.dataset import columns_of
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

METHOD = (
    "Pearson's chi-squared test without continuity correction, standardised (adjusted) residuals, Cramér's V without "
    "bias correction and its two-sided {level:g}% interval from the noncentral chi-squared distribution"
)
REFERENCES = (
    "Haberman, S. J. (1973). The analysis of residuals in cross-classified tables. Biometrics, 29(1), 205–220. "
    "doi:10.2307/2529686",
    "Steiger, J. H. (2004). Beyond the F test: Effect size confidence intervals and tests of close fit. Psychological "
    "Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164",
)
NOTE_PERCENT = "Row % are of the people in the row, column % of the people in the column."
NOTE_TEST_HIDDEN = (
    "Where a count is not shown, χ² and V are not shown either: with the margins they would give it back. Merging "
    "small categories lets the test be shown."
)


def crosstab(
    data: Data,
    row: str,
    column: str,
    *,
    effect_sizes: Sequence[str] = (),
    further_tests: Sequence[str] = (),
    matched: bool = False,
    conf_level: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
) -> Result:
    """Cross-tabulate two categorical variables and test their association.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled. Those without an answer on one of the
        variables are left out and counted in ``n_dropped``.
    row, column : str
        Nominal or ordinal variables. Categories nobody chose are left out.
    effect_sizes : sequence of str
        Further sizes: ``cramers_v_adjusted``, ``tschuprows_t``, ``cohens_w``; of two by two categories ``phi``,
        ``risk_difference``, ``risk_ratio``, ``odds_ratio``, ``cohens_h``, ``number_needed`` (the last category of
        ``column`` is the event, the first category of ``row`` is set against the second); of two raters with the same
        categories ``kappa`` and ``kappa_weighted`` (quadratic).
    further_tests : sequence of str
        ``yates`` (continuity correction, two by two categories) and ``fisher_exact`` (two by two with the conditional
        odds ratio, larger tables by random tables): ``more["further_tests"]``.
    matched : bool
        Whether the two variables ask the same people the same question (before and after, self and partner), with the
        same two categories: ``more["matched"]`` holds McNemar's test (``mcnemar``).
    conf_level : float
        Confidence level of the intervals.
    draws, seed : int
        Random tables of ``fisher_exact``, and the seed of their generator.

    Returns
    -------
    Result
        ``outcome`` is the row variable and ``term`` the column variable; ``group`` is a category of the row variable
        and ``level`` one of the column variable, or the margin. Quantities: ``count`` (margins too),
        ``row_proportion``, ``column_proportion``, ``expected_count``, ``standardised_residual``, and for the whole
        table ``chi_squared`` and ``cramers_v``; ``more["test"]`` repeats these two for print. The sizes asked for
        are rows too; ``more["effect_sizes"]`` prints them.

    Raises
    ------
    AnalysisError
        If a variable has no categories, nobody answered both, or a size does not go with the table.

    Notes
    -----
    Every count is declared to the disclosure gate with its margins. The test and V are functions of all counts: next
    to the margins they give back a hidden one, so they are hidden together with it. Under weights counts stay counts of
    people, percentages are weighted with logit intervals, and the test is Rao and Scott's (second order, F); pooled
    over imputed sets it is D2, and counts are means over the sets. Risks and odds are compared as weighted shares with
    linearised errors, pooled on the logarithm; V and its relatives on Fisher's z.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({
    ...     "gender": pd.Categorical(["man"] * 30 + ["woman"] * 30),
    ...     "engaged": [True] * 20 + [False] * 10 + [True] * 10 + [False] * 20,
    ... })
    >>> row = crosstab(people, "gender", "engaged").pick("chi_squared")
    >>> float(round(row["estimate"], 4))
    6.6667
    """
    check_conf_level(conf_level)
    sizes = check_sizes(effect_sizes, KNOWN, "crosstab")
    tests = check_table_tests(further_tests)
    different(row=row, column=column)
    first, second = columns_of(versions(data)[0], [row, column])
    check_categorical(first, second)
    if composes(data):
        weighted = getattr(versions(data)[0], "design", None) is not None
        check_composed_table_tests(tests, weighted=weighted)
        return composed_crosstab(data, row, column, conf_level, sizes=sizes, tests=tests, matched=matched)
    both = first.answered & second.answered
    if not both.any():
        raise AnalysisError(Problem("no_answers", f"nobody answered both '{row}' and '{column}'", column=row))
    groups, levels = first.categories(both), second.categories(both)
    counts = np.array([[(mask & other).sum() for _, other in levels] for _, mask in groups], dtype=float)
    margin = margin_name(first, second)
    table = Counted(
        names=(row, column),
        groups=tuple(label for label, _ in groups),
        levels=tuple(label for label, _ in levels),
        counts=counts,
        cells=tuple(cell_name((row, column), i, j) for i in range(len(groups)) for j in range(len(levels))),
    )
    check_fit(sizes, table)
    check_shape(tests, table)
    if matched:
        check_matched(table)
    rows, tested, sized, differing, further = Rows(), Rows(), Rows(), Rows(), Rows()
    for into in (rows, tested, sized, differing, further):
        declare_cells(into, (row, column), [mask for _, mask in groups], [mask for _, mask in levels], both)
    add_count_rows(rows, (row, column), list(table.groups), list(table.levels), counts, margin=margin)
    for into in (rows, tested):  # the sentences read the first, print shows the second
        add_test_row(into, table)
        add_table_sizes(into, ("cramers_v",), table, conf_level)
    add_table_sizes(rows, [name for name in sizes if name != "cramers_v"], table, conf_level)
    add_table_sizes(sized, sizes, table, conf_level)
    used, dropped = int(both.sum()), int((~both).sum())
    small = ((counts > 0) & (counts < JOURNAL.threshold)).any()
    titles = {row: first.info.title, column: second.info.title}
    more = {"test": _tested(tested, titles, used, dropped)}
    title = f"{first.info.title} by {second.info.title}"
    settings: dict[str, Any] = {"row": row, "column": column, "conf_level": conf_level}
    if matched:
        more["matched"] = matched_result(differing, table, titles, dropped)
        settings["matched"] = True
    if tests:
        more["further_tests"] = table_tests_result(
            further, tests, table, titles, dropped, conf_level=conf_level, draws=draws, seed=seed
        )
        settings |= {"further_tests": list(tests), "draws": draws, "seed": seed}
    if sizes:
        notes = size_notes(sizes, table)
        keys = ("contrast", "level") if "number_needed" in sizes else ("outcome",)
        more["effect_sizes"] = sizes_result(
            sized, title=title, analysis="crosstab", used=used, dropped=dropped, labels=titles, keys=keys, notes=notes
        )
        settings["effect_sizes"] = list(sizes)
    shown = (Show("count"), Show("row_proportion"), Show("standardised_residual", "estimate", "Residual"))
    return Result.from_rows(
        rows,
        title=title,
        analysis="crosstab",
        method=METHOD.format(level=100 * conf_level),
        n_used=used,
        n_dropped=dropped,
        settings=settings,
        notes=(NOTE_PERCENT, NOTE_TEST_HIDDEN) if small else (NOTE_PERCENT,),
        references=REFERENCES,
        more=more,
        wording=CrosstabWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(rows=("group",), show=shown, across="level", row_head=first.info.title),
        plot="stacked_bars",
    )


def _tested(rows: Rows, titles: dict[str, str], used: int, dropped: int) -> Result:
    show = (
        Show("chi_squared", "n"),
        Show("chi_squared", "statistic"),
        Show("chi_squared", "p"),
        Show("cramers_v"),
        Show("cramers_v", "interval"),
    )
    return Result.from_rows(
        rows,
        title=f"Association of {' and '.join(titles.values())}",
        analysis="crosstab",
        method="Pearson's chi-squared test without continuity correction, Cramér's V without bias correction",
        n_used=used,
        n_dropped=dropped,
        labels=titles,
        layout=Layout(rows=("outcome", "term"), show=show, row_head="Variables"),
    )
