"""The result of ``compare_groups`` under weights or pooled over imputed sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.comparing.comparison_sentences import ComparisonWords
from osa_survey.analysis.comparing.comparison_sizes import size_tables
from osa_survey.analysis.comparing.composed_comparisons import (
    NOTE_PAIRS,
    NOTE_RANKS,
    REFERENCE_RANKS,
    ComposedGroup,
    add_composed_group,
    add_composed_omnibus,
    add_composed_pairs,
    add_composed_tests,
    composed_groups,
)
from osa_survey.analysis.comparing.composed_further_tests import composed_further_tables
from osa_survey.analysis.comparing.composed_sizes import NOTE_SHARES, REFERENCE_HAREL, add_composed_sizes
from osa_survey.analysis.composed_numbers import cell_people
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, restricted
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES
from osa_survey.analysis.samples import Data, sample_of
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

SMALLEST = 2
NOTE_DIRECTION = "Differences are the first group minus the second, in the declared order of {by}."
NOTE_INVARIANCE = "Measurement invariance across groups: not tested."
NOTE_ORDINAL = "The codes of the ordinal outcome are taken as numbers."
NOTE_LEFT_OUT = "Too few members for a test, so left out of the tests: {groups}."
REFERENCE_HEDGES = (
    "Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of "
    "Educational Statistics, 6(2), 107–128. doi:10.3102/10769986006002107"
)


def composed_comparison(
    data: Data,
    outcome: str,
    by: str,
    conf_level: float,
    *,
    sizes: Sequence[str] = (),
    further: Sequence[str] = (),
    adjust: str = "holm",
) -> Result:
    """Return groups compared under the design of the data, pooled over their sets.

    Parameters
    ----------
    data : ScoredData or ImputedData
        Data with weights or imputed sets.
    outcome, by : str
        The number and the grouping variable.
    conf_level : float
        Level of all intervals.
    sizes, further : sequence of str
        Further effect sizes and tests; those without a rule are refused before.
    adjust : str
        How p values of further pairs are adjusted.

    Raises
    ------
    AnalysisError
        ``too_few_groups``.
    """
    sample = sample_of(data, [outcome, by])
    column, grouping = sample.first.columns
    everyone = composed_groups(sample)
    groups = [group for group in everyone if min(one.n for one in group.sample.sets) >= SMALLEST]
    left_out = [group for group in everyone if group not in groups]
    if len(groups) < 2:
        message = f"fewer than two groups of '{by}' have enough members with a value of '{outcome}' to be compared"
        raise AnalysisError(Problem("too_few_groups", message, column=by, hint="describe the groups instead"))
    titles = {outcome: column.info.title, by: grouping.info.title}
    kept = restricted(sample, lambda one: np.isin(one.columns[1].values, [group.code for group in groups]))
    rows, described, omnibus = Rows(), Rows(), Rows()
    cells = {group.label: f"{outcome}|{by}|{group.label}" for group in everyone}
    for into in (rows, described):
        for group in everyone:
            into.cell(cells[group.label], cell_people(group.sample, lambda one: one.used))
        into.cell(f"{outcome}|{by}", sum(group.sample.n for group in groups))
        into.total(f"{outcome}|{by}", [cells[group.label] for group in groups])
    for group in groups:
        add_composed_group(rows, outcome, group, cells[group.label], conf_level)
    for group in everyone:
        if group.sample.n:
            add_composed_group(described, outcome, group, cells[group.label], conf_level)
    two = len(groups) == 2
    people = {"n_used": kept.n, "n_dropped": len(kept.first.used) - kept.n}
    more = {}
    if two:
        add_composed_tests(rows, outcome, kept, groups, cells, conf_level)
    else:
        for into in (rows, omnibus):
            add_composed_omnibus(into, outcome, by, kept, groups, cells)
        add_composed_pairs(rows, outcome, kept, groups, cells, conf_level)
        more["tests"] = _omnibus_table(omnibus, column, titles, people)
    more["groups"] = _groups_table(described, column, grouping, titles, people)
    add_composed_sizes(rows, sizes, outcome, by, kept, groups, cells, conf_level)
    more |= size_tables(rows, sizes, column.info.title, titles, kept.n, people["n_dropped"])
    more |= composed_further_tables(
        further, outcome, by, kept, groups, cells, adjust=adjust, conf_level=conf_level, titles=titles
    )
    shares = any(name in OMNIBUS_SIZES for name in sizes)
    notes = [*_notes(column, grouping, left_out), *([NOTE_RANKS] if sample.imputed else [])]
    notes += [*([] if two else [NOTE_PAIRS]), *([NOTE_SHARES] if shares else [])]
    settings: dict[str, Any] = {"outcome": outcome, "by": by, "conf_level": conf_level}
    settings |= {"effect_sizes": list(sizes)} if sizes else {}
    settings |= {"further_tests": list(further), "adjust": adjust} if further else {}
    ranks = () if sample.design is None else (REFERENCE_RANKS,)
    return Result.from_rows(
        rows,
        title=f"{column.info.title} by {grouping.info.title}",
        analysis="compare_groups",
        method=_method(two, conf_level) + composition_words(sample),
        settings=settings,
        notes=(*notes, *composition_notes(sample)),
        references=(
            REFERENCE_HEDGES,
            *ranks,
            *((REFERENCE_HAREL,) if shares else ()),
            *composition_references(sample),
        ),
        more=more,
        wording=ComparisonWords(tuple(titles.items()), by, sample.design is not None),
        labels=titles,
        layout=Layout(rows=("contrast",), show=_show(two), row_head="Groups"),
        plot="group_means",
        **people,
    )


def _omnibus_table(rows: Rows, column: Column, titles: dict[str, str], people: dict[str, int]) -> Result:
    show = (
        Show("welch_anova", "statistic", "F"),
        Show("welch_anova", "p"),
        Show("kruskal_wallis", "statistic", "F (ranks)"),
        Show("kruskal_wallis", "p", "p (ranks)"),
    )
    return Result.from_rows(
        rows,
        title=f"{column.info.title}: test over all groups",
        analysis="compare_groups",
        method="Wald's F of equal means and of equal mean ranks",
        labels=titles,
        layout=Layout(rows=("term",), show=show, row_head="Groups"),
        **people,
    )


def _groups_table(
    rows: Rows, column: Column, grouping: Column, titles: dict[str, str], people: dict[str, int]
) -> Result:
    show = (Show("count"), Show("mean"), Show("mean", "interval"), Show("sd"))
    return Result.from_rows(
        rows,
        title=f"{column.info.title} by {grouping.info.title}: groups",
        analysis="compare_groups",
        method="means with t intervals, standard deviations (n − 1)",
        labels=titles,
        layout=Layout(rows=("group",), show=show, row_head=grouping.info.title),
        **people,
    )


def _notes(column: Column, grouping: Column, left_out: Sequence[ComposedGroup]) -> list[str]:
    """Return what readers must know of the groups and the outcome."""
    notes = [NOTE_DIRECTION.format(by=grouping.info.title)]
    if left_out:
        notes.append(NOTE_LEFT_OUT.format(groups=", ".join(group.label for group in left_out)))
    if column.info.source == "score":
        notes.append(NOTE_INVARIANCE)
    if column.info.type == "ordinal":
        notes.append(NOTE_ORDINAL)
    return notes


def _method(two: bool, conf_level: float) -> str:
    tests = (
        "t test of the difference in means, rank test"
        if two
        else "Wald's F of equal means and of equal mean ranks; t tests of pairs (Holm)"
    )
    return f"{tests}; Hedges' g with linearised intervals ({100 * conf_level:g}%)"


def _show(two: bool) -> tuple[Show, ...]:
    show = [
        Show("mean_difference", "estimate", "Difference"),
        Show("mean_difference", "interval"),
        Show("mean_difference", "statistic", "t"),
        Show("mean_difference", "p" if two else "p_adjusted", "" if two else "p (Holm)"),
        Show("hedges_g"),
        Show("hedges_g", "interval"),
    ]
    if two:
        show += [Show("rank_sum", "p", "p (ranks)"), Show("rank_biserial"), Show("rank_biserial", "interval")]
    return tuple(show)
