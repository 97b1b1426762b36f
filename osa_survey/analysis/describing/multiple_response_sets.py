"""Multiple-response sets: each option in per cent of the cases and in per cent of the responses."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, variable_names
from osa_survey.analysis.composed_numbers import (
    Number,
    cell_people,
    mean_number,
    people,
    proportion_number,
    smooth_number,
)
from osa_survey.analysis.describing.composed_prevalences import member_of
from osa_survey.analysis.describing.multiple_response_sentences import MultipleResponseWords
from osa_survey.analysis.describing.prevalence_arguments import engaged_labels_of, groupings_of
from osa_survey.analysis.describing.prevalence_rows import ALL
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    restricted_by,
    versions,
)
from osa_survey.analysis.proportion_intervals import INTERVAL_REFERENCES, wilson
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import Column, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import Statistics, weighted_totals

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FEWEST = 2
NOTE_BASES = (
    "Cases are people who chose at least one option; percentages of cases add up to more than 100 where people chose "
    "several. Responses are choices; their intervals take into account that one person's choices belong together."
)


@dataclass(frozen=True, repr=False)
class _Choices:
    """Who chose what in one set: ``chosen`` has the shape (respondents, options)."""

    chosen: Mask
    groups: tuple[tuple[str, Mask], ...]

    @property
    def cases(self) -> Mask:
        return np.asarray(self.chosen.any(axis=1))


def multiple_responses(
    data: Data,
    options: Sequence[str],
    *,
    by: str | None = None,
    yes: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Describe a question with several answers: each option in per cent of cases and of responses.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled.
    options : sequence of str
        The variables of the set, one for each option, two or more.
    by : str, optional
        A categorical variable whose groups stand side by side, after everybody.
    yes : str, sequence of str, or mapping, optional
        The category (or categories) that count as chosen; by default the category called "yes".
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        For each option and group ``count`` (people), ``case_proportion`` (of those who chose any option) and
        ``response_proportion`` (of all choices); ``responses`` and ``mean`` (options chosen by a case) of the set.

    Raises
    ------
    AnalysisError
        If fewer than two options are named, one has no category that counts as chosen, or nobody chose any.

    Notes
    -----
    The share of responses is the ratio Σy/Σk of people's choices y and numbers of choices k; its t interval is
    linearised over people. The interval of the share of cases is Wilson's, or logit under weights and imputation. A
    case is a respondent who chose one option or more; shares are from 0 to 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association, 22(158), 209–212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"chat": [True, True, False, True], "video": [True, False, False, True]})
    >>> result = multiple_responses(answers, ["chat", "video"])
    >>> round(float(result.pick("case_proportion", outcome="video")["estimate"]), 3)
    0.667
    >>> float(result.pick("response_proportion", outcome="video")["estimate"])
    0.4
    """
    check_conf_level(conf_level)
    names = variable_names(options, at_least=FEWEST)
    sets = versions(data)
    columns = columns_of(sets[0], names)
    labels = engaged_labels_of(columns, yes)
    everything = [*names, *([by] if by else [])]
    found = [_choices(columns_of(one, everything), labels) for one in sets]
    sample = sample_of(data, names[:1], complete_cases=False)
    if any([label for label, _ in one.groups] != [label for label, _ in found[0].groups] for one in found):
        hint = "merge rare categories before imputing"
        raise does_not_compose(f"the groups of '{by}' are not the same in all completed sets", hint)
    if not all((one.cases & known.used).any() for one, known in zip(found, sample.sets, strict=True)):
        raise AnalysisError(Problem("no_answers", "nobody chose any of these options", key="options"))
    is_composed = composes(data)
    rows = Rows()
    for number in range(len(found[0].groups)):
        _add_group(rows, sample, found, number, names, conf_level, is_composed)
    titles = {column.info.name: column.info.title for column in columns}
    grouping = columns_of(sets[0], [by])[0].info.title if by else ""
    cases = found[0].cases & sample.first.used
    return Result.from_rows(
        rows,
        title="Options chosen" + (f" by {grouping}" if by else ""),
        analysis="multiple_responses",
        method="percentages of cases and of responses" + (composition_words(sample) if is_composed else ""),
        n_used=int(cases.sum()),
        n_dropped=int((~cases).sum()),
        settings={
            "options": names,
            "by": by,
            "yes": {name: list(own) for name, own in zip(names, labels, strict=True)},
            "conf_level": conf_level,
        },
        notes=(NOTE_BASES, *(composition_notes(sample) if is_composed else ())),
        references=composition_references(sample) if is_composed else (INTERVAL_REFERENCES["wilson"],),
        wording=MultipleResponseWords(tuple(titles.items())),
        labels=titles | {"": "All options"},
        layout=Layout(
            rows=("outcome",),
            show=(
                Show("count"),
                Show("case_proportion"),
                Show("case_proportion", "interval"),
                Show("response_proportion"),
                Show("response_proportion", "interval"),
            ),
            across="group" if by else "",
            row_head="Option",
        ),
        plot="option_bars",
    )


def _choices(columns: Sequence[Column], labels: Sequence[tuple[str, ...]]) -> _Choices:
    options = columns[: len(labels)]
    chosen = np.column_stack(
        [
            np.isin(
                column.values, [c for c, name in zip(column.info.codes, column.info.labels, strict=True) if name in own]
            )
            for column, own in zip(options, labels, strict=True)
        ]
    )
    groups = [group for grouping in groupings_of(columns[len(labels) :]) for group in grouping.groups]
    everyone = (ALL if groups else "", np.ones(len(chosen), dtype=bool))
    return _Choices(chosen, (everyone, *groups))


def _others(who: Callable[[CompletedSet], Mask]) -> Callable[[CompletedSet], Mask]:
    return lambda one: ~who(one)


def _add_group(
    rows: Rows,
    sample: Sample,
    found: Sequence[_Choices],
    number: int,
    names: Sequence[str],
    conf_level: float,
    is_composed: bool,
) -> None:
    label = found[0].groups[number][0]
    inside = restricted_by(sample, [one.cases & one.groups[number][1] for one in found])
    base = f"{label}|cases"
    rows.cell(base, cell_people(inside, lambda one: one.used))
    keys: dict[str, Any] = {"group": label, "n": inside.n, "cells": [base]}
    chosen = {id(one): own.chosen for one, own in zip(inside.sets, found, strict=True)}
    if inside.n < FEWEST:
        rows.add("responses", warning="fewer than two people chose any option", **keys)
        return
    per_case = mean_number(inside, lambda one: chosen[id(one)].sum(axis=1).astype(float), conf_level)
    responses = float(np.mean([own[one.used].sum() for one, own in zip(inside.sets, chosen.values(), strict=True)]))
    rows.add("responses", estimate=responses, method="choices, not weighted", **keys)
    rows.add(
        "mean",
        estimate=per_case.estimate,
        std_error=per_case.std_error,
        df1=per_case.df,
        method="options chosen by a case, t interval",
        **per_case.ends(conf_level),
        **keys,
    )
    for place, name in enumerate(names):
        who = member_of(inside, [own.chosen[:, place] for own in found])
        number_of = people(inside, who)
        cells = [f"{base}|{name}|yes", f"{base}|{name}|no"]
        rows.cell(cells[0], cell_people(inside, who))
        rows.cell(cells[1], cell_people(inside, _others(who)))
        rows.total(base, cells)
        own: dict[str, Any] = {"outcome": name, "group": label, "n": inside.n, "cells": [base, *cells]}
        rows.add("count", estimate=number_of, method="people, not weighted", **own)
        _add(rows, "case_proportion", _case_share(inside, who, conf_level, is_composed), conf_level, own)
        _add(rows, "response_proportion", _response_share(inside, chosen, place, conf_level), conf_level, own)


def _case_share(inside: Sample, who: Any, conf_level: float, is_composed: bool) -> Number:
    if is_composed:
        return proportion_number(inside, who, conf_level)
    one = inside.first
    yes = int((who(one) & one.used).sum())
    low, high = wilson(yes, one.n, conf_level)
    return Number(one.n, yes / one.n, low=low, high=high)


def _response_share(inside: Sample, chosen: Mapping[int, Mask], place: int, conf_level: float) -> Number:
    def base(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
        own = chosen[id(one)][one.used].astype(float)
        return [weighted_totals(np.column_stack([own[:, place], own.sum(axis=1)]), weights)]

    found = smooth_number(inside, base, lambda v: float(v[0] / v[1]), conf_level, what="a share of responses")
    if not math.isfinite(found.low):
        return found
    return Number(found.n, found.estimate, found.std_error, max(0.0, found.low), min(1.0, found.high), df=found.df)


def _add(rows: Rows, quantity: str, number: Number, conf_level: float, keys: dict[str, Any]) -> None:
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df,
        warning=number.warning,
        **number.ends(conf_level),
        **keys,
    )
