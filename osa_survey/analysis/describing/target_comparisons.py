"""The sample beside its target population: unweighted and weighted shares against census or other margins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.composed_numbers import Number, proportion_number
from osa_survey.analysis.describing.composed_prevalences import member_of
from osa_survey.analysis.describing.margin_cells import margin_cells, own_margins
from osa_survey.analysis.describing.target_sentences import TargetWords
from osa_survey.analysis.describing.weight_summaries import weight_table
from osa_survey.analysis.domains import (
    composition_notes,
    composition_references,
    composition_words,
    restricted_by,
    versions,
)
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import (
    Margins,
    Target,
    cell_proportions,
    covariance_words,
    interval_words,
    proportion_interval,
    read_targets,
    sample_notes,
    sample_references,
    under_design,
    weight_words,
)

NOTE_BASE = "Shares are among respondents whose category has a target; the targets are scaled to add up to 100 %."
NOTE_UNWEIGHTED = "No weights are declared: the difference is that of the unweighted share."
NOTE_WEIGHTED = "Shares called weighted are weighted ({by})."
NOTE_FITTED = (
    "Weights were fitted to these margins, so that the weighted share equals the target by construction: {names}."
)
NOTE_UNFILLED = "No gap of {names} was filled, so that its shares are those of the answers as they came in."
NO_INTERVAL = "no interval: the share is fixed by weighting, or nobody or everybody is in the category"
SMALLEST_ERROR = 1e-9
"""Standard errors of shares below this are rounding: weights fitted to a margin leave it no variance."""


def compare_with_target(
    data: ScoredData | ImputedData | pd.DataFrame, targets: Margins | None = None, *, conf_level: float = 0.95
) -> Result:
    """Compare the sample with the margins of its target population.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; with a declared design also their weighted shares, over imputed sets pooled ones.
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
        without weights unweighted, minus target). Over imputed sets counts are means and shares are pooled on the log
        odds, without weights with an interval, too. ``more["weights"]`` holds design effect and effective n.

    Raises
    ------
    AnalysisError
        If variables or categories are unknown, or there is nothing to compare with.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": pd.Categorical(["man"] * 30 + ["woman"] * 10)})
    >>> found = compare_with_target(people, {"gender": {"man": 49, "woman": 51, "source": "made up"}})
    >>> float(found.pick("target_difference", level="man")["estimate"])
    0.26
    """
    check_conf_level(conf_level)
    whole = data.original if isinstance(data, ImputedData) else data
    design = whole.design if isinstance(whole, ScoredData) else None
    if targets is None:
        targets = own_margins(design)
    sets = [read_targets(one, targets) for one in versions(data)]
    found = sets[0]
    plain = None
    if isinstance(data, ImputedData):
        plain = Sample(tuple(CompletedSet((), np.ones(len(whole), dtype=bool), None) for _ in sets), imputed=True)
    rows = Rows()
    for target, *others in zip(*sets, strict=True):
        if plain is None:
            _add(rows, target, whole, design, conf_level)
        else:
            _add_pooled(rows, (target, *others), plain, design, conf_level)
    placed = np.all([target.codes >= 0 for target in found], axis=0)
    titles = {target.variable: target.title for target in found}
    sources = tuple(f"Target of {target.title}: {target.source}." for target in found if target.source)
    notes = [NOTE_BASE]
    if design is None:
        notes.append(NOTE_UNWEIGHTED)
    fitted = [titles[m.variable] for m in design.record.margins if m.variable in titles] if design is not None else []
    if fitted:
        notes.append(NOTE_FITTED.format(names=", ".join(fitted)))
    unfilled = [t.title for t, *others in zip(*sets, strict=True) if all((t.codes == o.codes).all() for o in others)]
    if plain is not None and unfilled:
        notes.append(NOTE_UNFILLED.format(names=", ".join(unfilled)))
    weighting = () if design is None else (NOTE_WEIGHTED.format(by=weight_words(design)),)
    method = "shares of categories beside the target population"
    if design is not None:
        method += f"; {100 * conf_level:g}% {interval_words(design)} of weighted shares (logit)"
    method += composition_words(plain)
    shares = [Show("unweighted_proportion")]
    if design is None and plain is not None:
        shares += [Show("unweighted_proportion", "interval")]
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
        notes=(*notes, *sources, *weighting, *composition_notes(plain), *sample_notes(design)),
        references=(*composition_references(plain), *sample_references(design)),
        more={"weights": weight_table(whole, design)} if isinstance(whole, ScoredData) and design is not None else {},
        wording=TargetWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("outcome", "level"),
            show=(Show("count"), *shares, Show("target_proportion"), Show("target_difference")),
            row_head="Variable",
        ),
        plot="target_dots",
    )


def _add(
    rows: Rows, target: Target, data: ScoredData | pd.DataFrame, design: SurveyDesign | None, conf_level: float
) -> None:
    number = len(target.categories)
    people = np.bincount(target.codes[target.codes >= 0], minlength=number)
    total = int(people.sum())
    names = margin_cells(rows, target, data)
    weighted = None
    if design is not None:
        within = design.within(target.codes >= 0)
        weighted = under_design(lambda w: cell_proportions(target.codes, number, w), within)
    for place, label in enumerate(target.categories):
        where = {"outcome": target.variable, "level": label, "cells": [names.categories[place], *names.apart]}
        share = people[place] / total if total else math.nan
        empty = "" if total else "nobody has an answer"
        rows.add("count", n=total, estimate=int(people[place]), **where)
        rows.add("unweighted_proportion", n=total, estimate=share, warning=empty, **where)
        if weighted is not None:
            share, error = float(weighted.estimate[place]), float(weighted.std_error[place])
            low = high = math.nan
            if error > SMALLEST_ERROR:
                low, high = proportion_interval(share, error, weighted.df, total, conf_level=conf_level)
            found = Number(total, share, error, low, high, df=weighted.df)
            _add_weighted(rows, found, weighted.how, conf_level, where)
        rows.add("target_proportion", outcome=target.variable, level=label, estimate=float(target.shares[place]))
        rows.add("target_difference", n=total, estimate=share - float(target.shares[place]), **where)


def _add_pooled(
    rows: Rows, targets: Sequence[Target], plain: Sample, design: SurveyDesign | None, conf_level: float
) -> None:
    """Add one margin over imputed sets: mean counts, pooled shares."""
    first = targets[0]
    placed = [target.codes >= 0 for target in targets]
    inside = restricted_by(plain, placed)
    weighted = inside
    if design is not None:
        under = tuple(replace(one, design=design) for one in plain.sets)
        weighted = restricted_by(replace(plain, sets=under), placed)
    names = [f"{first.variable}|{label}" for label in first.categories]
    counts = [float(np.mean([(t.codes == place).sum() for t in targets])) for place in range(len(names))]
    for name, people in zip(names, counts, strict=True):
        rows.cell(name, people)
    rows.cell(first.variable, sum(counts))
    rows.total(first.variable, names)
    for place, label in enumerate(first.categories):
        where = {"outcome": first.variable, "level": label, "cells": [names[place]]}
        own = [target.codes == place for target in targets]
        number = proportion_number(inside, member_of(inside, own), conf_level)
        rows.add("count", n=inside.n, estimate=counts[place], **where)
        bounds = number.ends(conf_level) if design is None else {}
        rows.add(
            "unweighted_proportion", n=inside.n, estimate=number.estimate, warning=number.warning, **bounds, **where
        )
        if design is not None:
            number = proportion_number(weighted, member_of(weighted, own), conf_level)
            _add_weighted(rows, number, covariance_words(design), conf_level, where)
        target = float(first.shares[place])
        rows.add("target_proportion", outcome=first.variable, level=label, estimate=target)
        rows.add("target_difference", n=inside.n, estimate=number.estimate - target, **where)


def _add_weighted(rows: Rows, number: Number, how: str, conf_level: float, where: dict[str, Any]) -> None:
    fixed = math.isnan(number.low) or not number.std_error > SMALLEST_ERROR
    bounds = {} if fixed else number.ends(conf_level)
    rows.add(
        "weighted_proportion", n=number.n, estimate=number.estimate, std_error=number.std_error, df1=number.df,
        method=how, warning=NO_INTERVAL if fixed else "", **bounds, **where,
    )  # fmt: skip
