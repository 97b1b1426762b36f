"""Comparing groups on a number: tests, and effect sizes with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_conf_level, check_numeric, different
from osa_survey.analysis.comparing.comparison_references import METHOD_MORE, METHOD_TWO, REFERENCES_MORE, REFERENCES_TWO
from osa_survey.analysis.comparing.comparison_rows import add_group_rows, add_omnibus_rows, add_pair_rows, add_test_rows
from osa_survey.analysis.comparing.comparison_sentences import ComparisonWords
from osa_survey.analysis.comparing.comparison_sizes import add_sizes, size_tables
from osa_survey.analysis.comparing.composed_comparison_results import composed_comparison
from osa_survey.analysis.comparing.composed_further_tests import check_composed_tests
from osa_survey.analysis.comparing.composed_sizes import check_composed_sizes
from osa_survey.analysis.comparing.further_comparisons import check_further, further_tables
from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES, check_sizes
from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.multiplicity import check_adjustment
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset import Column, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

NOTE_DIRECTION = "Differences are the first group minus the second, in the declared order of {by}."
NOTE_LEFT_OUT = "Too few members for a test, so left out of the tests: {groups}."
NOTE_INVARIANCE = "Measurement invariance across groups: not tested."
NOTE_ORDINAL = "The codes of the ordinal outcome are taken as numbers, except by the rank tests."
NOTE_CONSTANT = "Everybody compared has the same value of the outcome: nothing can be tested."
SMALLEST_GROUP = 2


@dataclass(frozen=True, repr=False)
class OutcomeGroup:
    """The values of one group.

    Attributes
    ----------
    label : str
        The category.
    values : ndarray of float, shape (members,)
        The outcome of its members who have one.
    members : ndarray of bool, shape (respondents,)
        Who they are.
    """

    label: str
    values: NDArray[np.float64]
    members: NDArray[np.bool_]


def compare_groups(
    data: Data,
    outcome: str,
    by: str,
    *,
    effect_sizes: Sequence[str] = (),
    further_tests: Sequence[str] = (),
    adjust: str = "holm",
    conf_level: float = 0.95,
    correction: bool = True,
) -> Result:
    """Compare two or more groups on a number or score.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled.
    outcome : str
        A number, count, score or ordinal variable.
    by : str
        A nominal or ordinal variable. Its categories are the groups.
    effect_sizes : sequence of str
        Further sizes. Of each pair of groups: ``cohens_d``, ``cohens_d_unequal``, ``hedges_g_unequal``,
        ``glass_delta`` (in standard deviations of the second group), ``common_language``, ``cohens_u3``, ``overlap``,
        ``rank_biserial``, ``cliffs_delta``, ``probability_of_superiority``, ``hodges_lehmann``. Of all groups:
        ``eta_squared``, ``omega_squared``, ``epsilon_squared``, ``cohens_f``, ``rank_epsilon_squared``,
        ``rank_eta_squared``.
    further_tests : sequence of str
        ``levene``, ``brown_forsythe``, ``bartlett`` (equal variances: ``more["variances"]``); of all pairs ``tukey``
        (equal variances), ``dunn`` (mean ranks), ``pairwise_t`` (pooled SD), ``pairwise_welch``,
        ``kolmogorov_smirnov``: ``more["pairs"]``; ``shapiro_wilk`` of each group: ``more["normality"]``.
    adjust : str
        How the p values of these pairs are adjusted, but for Tukey's: ``"holm"``, ``"bonferroni"``, ``"bh"``, …
    conf_level : float
        Confidence level of all intervals.
    correction : bool
        Whether the normal approximation of Wilcoxon's test is corrected for continuity.

    Returns
    -------
    Result
        For each group ``count``, ``mean`` and ``sd``. With two groups ``mean_difference`` (Welch),
        ``mean_difference_equal_variances`` (Student), ``rank_sum``, ``hedges_g``, ``cohens_d`` and ``rank_biserial``.
        With more groups ``welch_anova``, ``anova``, ``omega_squared``, ``kruskal_wallis``, and for each pair
        ``games_howell`` (``p_adjusted`` is the simultaneous p) and ``hedges_g``; ``more["tests"]`` repeats the tests
        over all groups for print. ``more["groups"]`` describes the groups: mean with interval, SD, median, quartiles,
        skewness. The sizes asked for are rows too; ``more["effect_sizes"]`` (pairs) and
        ``more["effect_sizes_overall"]`` print them.

    Raises
    ------
    AnalysisError
        If the outcome has no numbers, ``by`` has no categories, or fewer than two groups are left.

    Notes
    -----
    A contrast is the first category minus the second, in the declared order. A group needs two members with an
    outcome to be tested; categories with fewer are named in the notes and left out of the tests. Small groups of two
    to four members stay in every test; the disclosure gate hides what would show them. Under weights or imputation the
    tests are design-based or pooled (t, Wald's F or D1, g with a linearised interval, mean ranks); a further size or
    test without a rule is refused with its reason.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({
    ...     "score": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    ...     "gender": pd.Categorical(["man"] * 3 + ["woman"] * 3, categories=["man", "woman"]),
    ... })
    >>> result = compare_groups(people, "score", "gender")
    >>> row = result.pick("mean_difference")
    >>> float(row["estimate"]), float(round(row["statistic"], 3))
    (-3.0, -3.674)
    """
    check_conf_level(conf_level)
    sizes = check_sizes(effect_sizes, (*PAIR_SIZES, *OMNIBUS_SIZES), "compare_groups")
    further = check_further(further_tests)
    check_adjustment(adjust)
    different(outcome=outcome, by=by)
    column, grouping = columns_of(versions(data)[0], [outcome, by])
    check_categorical(grouping)
    check_numeric(column, ordinal=True)
    if composes(data):
        check_composed_sizes(sizes)
        weighted = getattr(versions(data)[0], "design", None) is not None
        check_composed_tests(further, weighted=weighted, imputed=isinstance(data, ImputedData))
        if not correction:
            message = "the continuity correction belongs to Wilcoxon's test of plain data"
            raise does_not_compose(message, "leave correction out")
        return composed_comparison(data, outcome, by, conf_level, sizes=sizes, further=further, adjust=adjust)
    everyone = tuple(
        OutcomeGroup(label, column.values[members], members)
        for code, label in zip(grouping.info.codes, grouping.info.labels, strict=True)
        for members in [(grouping.values == code) & column.answered]
    )
    groups = tuple(group for group in everyone if len(group.values) >= SMALLEST_GROUP)
    left_out = tuple(group for group in everyone if len(group.values) < SMALLEST_GROUP)
    if len(groups) < 2:
        message = f"fewer than two groups of '{by}' have enough members with a value of '{outcome}' to be compared"
        raise AnalysisError(Problem("too_few_groups", message, column=by, hint="describe the groups instead"))
    titles = {outcome: column.info.title, by: grouping.info.title}
    rows, described, omnibus = Rows(), Rows(), Rows()
    cells = {group.label: f"{outcome}|{by}|{group.label}" for group in everyone}
    used = sum(len(group.values) for group in groups)
    for into in (rows, described):
        for group in everyone:
            into.cell(cells[group.label], group.members)
            if column.info.type in ("number", "count"):
                into.amounts(cells[group.label], outcome, group.values)
        into.cell(f"{outcome}|{by}", np.logical_or.reduce([group.members for group in groups]))
        into.total(f"{outcome}|{by}", [cells[group.label] for group in groups])
    for group in groups:
        cell = cells[group.label]
        add_group_rows(rows, outcome, group.label, group.values, conf_level=conf_level, cell=cell, brief=True)
    for group in everyone:
        if len(group.values):
            cell = cells[group.label]
            add_group_rows(described, outcome, group.label, group.values, conf_level=conf_level, cell=cell, brief=False)
    two = len(groups) == 2
    between = [cells[group.label] for group in groups]
    if two:
        add_test_rows(rows, outcome, groups, conf_level=conf_level, correction=correction, cells=between)
    else:
        arrays = [group.values for group in groups]
        for into in (rows, omnibus):  # the sentences read the first, print shows the second
            add_omnibus_rows(into, outcome, by, arrays, conf_level, between)
        add_pair_rows(rows, outcome, groups, conf_level, cells)
    add_sizes(rows, sizes, outcome, by, groups, conf_level, cells)
    more = {"groups": _described(described, column, grouping, titles)}
    if not two:
        more = {"tests": _tested(omnibus, column, titles, used), **more}
    more |= size_tables(rows, sizes, column.info.title, titles, used, len(column.values) - used)
    more |= further_tables(
        further, outcome, by, groups, cells, adjust=adjust, conf_level=conf_level, titles=titles,
        dropped=len(column.values) - used,
    )  # fmt: skip
    notes = _notes(column, grouping, groups, left_out)
    extra = f" with {'' if correction else 'no '}continuity correction"
    return Result.from_rows(
        rows,
        title=f"{column.info.title} by {grouping.info.title}",
        analysis="compare_groups",
        method=(METHOD_TWO if two else METHOD_MORE).format(level=100 * conf_level, correction=extra),
        n_used=used,
        n_dropped=len(column.values) - used,
        settings={"outcome": outcome, "by": by, "conf_level": conf_level, "correction": correction}
        | ({"effect_sizes": list(sizes)} if sizes else {})
        | ({"further_tests": list(further), "adjust": adjust} if further else {}),
        notes=notes,
        references=REFERENCES_TWO if two else REFERENCES_MORE,
        more=more,
        wording=ComparisonWords(tuple(titles.items()), by),
        labels=titles,
        layout=_layout(two),
        plot="group_means",
    )


def _notes(
    column: Column, grouping: Column, groups: tuple[OutcomeGroup, ...], left_out: tuple[OutcomeGroup, ...]
) -> tuple[str, ...]:
    notes = [NOTE_DIRECTION.format(by=grouping.info.title)]
    if left_out:
        notes.append(NOTE_LEFT_OUT.format(groups=", ".join(group.label for group in left_out)))
    if column.info.source == "score":
        notes.append(NOTE_INVARIANCE)
    if column.info.type == "ordinal":
        notes.append(NOTE_ORDINAL)
    values = np.concatenate([group.values for group in groups])
    if is_constant(values):
        notes.append(NOTE_CONSTANT)
    return tuple(notes)


def _layout(two: bool) -> Layout:
    show: tuple[Show, ...]
    if two:
        show = (
            Show("mean_difference", "estimate", "Difference"),
            Show("mean_difference", "interval"),
            Show("mean_difference", "statistic", "Welch's t"),
            Show("mean_difference", "p"),
            Show("hedges_g"),
            Show("hedges_g", "interval"),
            Show("rank_sum", "p", "p (rank sum)"),
            Show("rank_biserial"),
            Show("rank_biserial", "interval"),
        )
        return Layout(rows=("contrast",), show=show, row_head="Groups")
    show = (
        Show("games_howell", "estimate", "Difference"),
        Show("games_howell", "interval"),
        Show("games_howell", "statistic", "t"),
        Show("games_howell", "p_adjusted", "p (Games–Howell)"),
        Show("hedges_g"),
        Show("hedges_g", "interval"),
    )
    return Layout(rows=("contrast",), show=show, row_head="Groups")


def _tested(rows: Rows, column: Column, titles: dict[str, str], used: int) -> Result:
    show = (
        Show("welch_anova", "statistic", "Welch's F"),
        Show("welch_anova", "p"),
        Show("omega_squared"),
        Show("omega_squared", "interval"),
        Show("anova", "statistic", "F (equal variances)"),
        Show("anova", "p"),
        Show("kruskal_wallis", "statistic", "Kruskal–Wallis H"),
        Show("kruskal_wallis", "p"),
    )
    return Result.from_rows(
        rows,
        title=f"{column.info.title}: tests over all groups",
        analysis="compare_groups",
        method="Welch's analysis of variance, analysis of variance with ω² (equal variances), Kruskal–Wallis test",
        n_used=used,
        n_dropped=len(column.values) - used,
        labels=titles,
        layout=Layout(rows=("term",), show=show, row_head="Groups"),
    )


def _described(rows: Rows, column: Column, grouping: Column, titles: dict[str, str]) -> Result:
    used = int((column.answered & grouping.answered).sum())
    return Result.from_rows(
        rows,
        title=f"{column.info.title} in the groups of {grouping.info.title}",
        analysis="compare_groups",
        method="means with t intervals, standard deviations (n − 1), quantiles of type 7, skewness of type 2",
        n_used=used,
        n_dropped=len(column.values) - used,
        labels=titles,
        layout=Layout(
            rows=("group",),
            show=(Show("count"), Show("mean"), Show("mean", "interval"), Show("sd"), Show("median"), Show("skewness")),
            row_head=grouping.info.title,
        ),
    )
