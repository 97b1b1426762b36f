"""The sample beside its target population: unweighted and weighted shares against census or other margins."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.describing.target_sentences import TargetWords
from osa_survey.analysis.describing.weight_summaries import weight_table
from osa_survey.dataset import ScoredData, SurveyDesign, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import (
    Margins,
    Target,
    cell_proportions,
    interval_words,
    proportion_interval,
    read_targets,
    sample_notes,
    sample_references,
    under_design,
)

NOTE_BASE = "Shares are among respondents whose category has a target; the targets are scaled to add up to 100 %."
NOTE_UNWEIGHTED = "No weights are declared: the difference is that of the unweighted share."
NOTE_FITTED = (
    "Weights were fitted to these margins, so that the weighted share equals the target by construction: {names}."
)
NO_INTERVAL = "no interval: the share is fixed by weighting, or nobody or everybody is in the category"
SMALLEST_ERROR = 1e-9
"""Standard errors of shares below this are rounding: weights fitted to a margin leave it no variance."""


def compare_with_target(
    data: ScoredData | pd.DataFrame, targets: Margins | None = None, *, conf_level: float = 0.95
) -> Result:
    """Compare the sample with the margins of its target population.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; with a declared design also their weighted shares.
    targets : mapping or DataFrame, optional
        Variable → category → share, percentage or count, with ``source`` beside the categories (``weighting.rake``
        describes the form). By default the margins the weights were raked to.
    conf_level : float
        Confidence level of the intervals of weighted shares.

    Returns
    -------
    Result
        For each variable (``outcome``) and category (``level``): ``count``, ``unweighted_proportion``,
        ``weighted_proportion`` with its interval (logit), ``target_proportion`` and ``target_difference`` (weighted, or
        without weights unweighted, minus target). ``more["weights"]`` holds design effect and effective n.

    Raises
    ------
    AnalysisError
        If variables or categories are unknown, or there is nothing to compare with; ``does_not_compose`` for imputed
        data.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": pd.Categorical(["man"] * 30 + ["woman"] * 10)})
    >>> found = compare_with_target(people, {"gender": {"man": 49, "woman": 51, "source": "made up"}})
    >>> float(found.pick("target_difference", level="man")["estimate"])
    0.26
    """
    refuse_imputed(data, "compare_with_target")
    check_conf_level(conf_level)
    design = data.design if isinstance(data, ScoredData) else None
    if targets is None:
        targets = _own_margins(design)
    found = read_targets(data, targets)
    rows = Rows()
    for target in found:
        _add(rows, target, design, conf_level)
    placed = np.all([target.codes >= 0 for target in found], axis=0)
    titles = {target.variable: target.title for target in found}
    sources = tuple(f"Target of {target.title}: {target.source}." for target in found if target.source)
    notes = [NOTE_BASE]
    if design is None:
        notes.append(NOTE_UNWEIGHTED)
    fitted = [titles[m.variable] for m in design.record.margins if m.variable in titles] if design is not None else []
    if fitted:
        notes.append(NOTE_FITTED.format(names=", ".join(fitted)))
    method = "shares of categories beside the target population"
    if design is not None:
        method += f"; {100 * conf_level:g}% {interval_words(design)} of weighted shares (logit)"
    shares = [Show("unweighted_proportion")]
    if design is not None:
        shares += [Show("weighted_proportion"), Show("weighted_proportion", "interval")]
    return Result.from_rows(
        rows,
        title="Sample and target population",
        analysis="compare_with_target",
        method=method,
        n_used=int(placed.sum()),
        n_dropped=int((~placed).sum()),
        settings={"variables": tuple(titles), "conf_level": conf_level},
        notes=(*notes, *sources, *sample_notes(design)),
        references=sample_references(design),
        more={} if design is None else {"weights": weight_table(design)},
        wording=TargetWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("outcome", "level"),
            show=(Show("count"), *shares, Show("target_proportion"), Show("target_difference")),
            row_head="Variable",
        ),
        plot="target_dots",
    )


def _own_margins(design: SurveyDesign | None) -> dict[str, dict[str, float | str]]:
    if design is None or not design.record.margins:
        raise AnalysisError(
            Problem(
                "no_targets",
                "there is nothing to compare with",
                key="targets",
                hint="give targets = variable → category → share, or rake the weights first",
            )
        )
    return {
        margin.variable: {**dict(zip(margin.categories, margin.targets, strict=True)), "source": margin.source}
        for margin in design.record.margins
    }


def _add(rows: Rows, target: Target, design: SurveyDesign | None, conf_level: float) -> None:
    number = len(target.categories)
    people = np.bincount(target.codes[target.codes >= 0], minlength=number)
    total = int(people.sum())
    names = [f"{target.variable}|{label}" for label in target.categories]
    for place, name in enumerate(names):
        rows.cell(name, target.codes == place)
    rows.cell(target.variable, target.codes >= 0)
    rows.total(target.variable, names)
    weighted = None
    if design is not None:
        within = design.within(target.codes >= 0)
        weighted = under_design(lambda w: cell_proportions(target.codes, number, w), within)
    for place, label in enumerate(target.categories):
        where = {"outcome": target.variable, "level": label, "cells": [names[place]]}
        share = people[place] / total if total else math.nan
        empty = "" if total else "nobody has an answer"
        rows.add("count", n=total, estimate=int(people[place]), **where)
        rows.add("unweighted_proportion", n=total, estimate=share, warning=empty, **where)
        if weighted is not None:
            share, error = float(weighted.estimate[place]), float(weighted.std_error[place])
            low = high = math.nan
            if error > SMALLEST_ERROR:
                low, high = proportion_interval(share, error, weighted.df, total, conf_level=conf_level)
            bare = math.isnan(low)
            rows.add(
                "weighted_proportion",
                n=total,
                estimate=share,
                std_error=error,
                conf_low=low,
                conf_high=high,
                conf_level=math.nan if bare else conf_level,
                df1=weighted.df,
                method=weighted.how,
                warning=NO_INTERVAL if bare else "",
                **where,
            )
        rows.add("target_proportion", outcome=target.variable, level=label, estimate=float(target.shares[place]))
        rows.add("target_difference", n=total, estimate=share - float(target.shares[place]), **where)
