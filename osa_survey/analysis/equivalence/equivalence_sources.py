"""The comparisons that can be tested for equivalence, each with its standard error and the units of its bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_numeric
from osa_survey.analysis.comparing.composed_comparisons import ComposedGroup, composed_groups, difference_of
from osa_survey.analysis.comparing.composed_pairs import composed_pair
from osa_survey.analysis.composed_numbers import cell_people, spread
from osa_survey.analysis.correlating.correlation_estimates import fisher_z
from osa_survey.analysis.equivalence.equivalence_proportions import METHODS, ProportionInterval, proportions_test
from osa_survey.analysis.equivalence.equivalence_rows import Compared
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.analysis.samples import CompletedSet, Sample, does_not_compose
from osa_survey.effects.spreads import small_sample_correction
from osa_survey.errors import AnalysisError, Problem, nearest

MINUS = "\u2212"
FEW_EVENTS = 5
WARNING_FEW = "fewer than five events or non-events in a group: the normal approximation is poor"


def compared_means(sample: Sample, groups: Sequence[str]) -> Compared:
    """Return the difference of the means of two groups, Welch's or of the design.

    Parameters
    ----------
    sample : Sample
        Outcome and groups.
    groups : sequence of str
        Which two categories; needed where more than two occur.

    Notes
    -----
    One unit of Hedges' g is s/J with the pooled SD s and Hedges' factor J of n₁ + n₂ − 2; of ``cohens_d`` s; of
    ``cohens_d_unequal`` √((s₁² + s₂²)/2), as in Lakens (2017).
    """
    outcome, by = sample.first.columns
    check_categorical(by)
    check_numeric(outcome, ordinal=True)
    first, second = _two(sample, groups)
    difference, _ = difference_of(sample, first, second, 0.9)
    sds = [spread(group.sample, lambda one: one.columns[0].values) for group in (first, second)]
    ns = [group.sample.n for group in (first, second)]
    df = sum(ns) - 2
    pooled = math.sqrt(sum((n - 1) * sd**2 for n, sd in zip(ns, sds, strict=True)) / df)
    cells, people = _cells(by.info.name, first, second)
    return Compared(
        "mean_difference", outcome.info.name, "", f"{first.label} {MINUS} {second.label}", difference.n,
        difference.estimate, difference.std_error, difference.df,
        {
            "mean_difference": 1.0,
            "hedges_g": pooled / small_sample_correction(df),
            "cohens_d": pooled,
            "cohens_d_unequal": math.sqrt((sds[0] ** 2 + sds[1] ** 2) / 2),
        },
        "Welch's t" if sample.design is None else "t test of the weighted difference",
        cells=cells, people=people,
    )  # fmt: skip


def compared_proportions(
    sample: Sample, groups: Sequence[str], event: str | None, interval: ProportionInterval = "wald"
) -> Compared:
    """Return the difference of two proportions with its Wald (unpooled) standard error, or that of the design.

    Other intervals have tests of their own, and no rule under a design or imputation.
    """
    outcome, by = sample.first.columns
    check_categorical(outcome, by)
    labels = list(outcome.info.labels)
    label = event if event is not None else "yes"
    if label not in labels:
        message = f"'{label}' is no category of {outcome.info.title}"
        hint = f"event = one of {', '.join(labels)}"
        raise AnalysisError(Problem("unknown_category", message, column=outcome.info.name, key="event", hint=hint))
    code = outcome.info.codes[labels.index(label)]

    def zero_one(one: CompletedSet) -> CompletedSet:
        values = one.columns[0].values
        chosen = np.where(np.isnan(values), np.nan, (values == code).astype(float))
        return replace(one, columns=(replace(one.columns[0], values=chosen), one.columns[1]))

    coded = replace(sample, sets=tuple(zero_one(one) for one in sample.sets))
    first, second = _two(coded, groups)
    cells, people = _cells(by.info.name, first, second)
    contrast = f"{first.label} {MINUS} {second.label}"
    events = [
        [int((one.columns[0].values[one.used] == value).sum()) for one in group.sample.sets for value in (0, 1)]
        for group in (first, second)
    ]
    few = WARNING_FEW if min(map(min, events)) < FEW_EVENTS else ""
    for group in (first, second):
        for value, name in enumerate(("non-events", "events")):
            cell = f"{by.info.name}|{group.label}|{name}"
            who = cell_people(group.sample, lambda one, value=value: one.columns[0].values == value)  # type: ignore[misc]
            cells, people = (*cells, cell), {**people, cell: who}
    units = {"risk_difference": 1.0}
    if sample.design is None and not sample.imputed:
        shares = [float(group.sample.first.values().mean()) for group in (first, second)]
        variance = sum(p * (1 - p) / g.sample.n for p, g in zip(shares, (first, second), strict=True))
        n = first.sample.n + second.sample.n
        if interval != "wald":
            one, two = ((int(group.sample.first.values().sum()), int(group.sample.n)) for group in (first, second))
            return Compared("risk_difference", outcome.info.name, label, contrast, n, shares[0] - shares[1],
                            math.nan, math.inf, units, METHODS[interval], cells=cells, people=people,
                            how=proportions_test(one, two, interval))  # fmt: skip
        return Compared("risk_difference", outcome.info.name, label, contrast, n, shares[0] - shares[1],
                        math.sqrt(variance), math.inf, units, "z of the difference of proportions (Wald, unpooled)",
                        few, cells, people=people)  # fmt: skip
    if interval != "wald":
        message = f"interval = '{interval}' is not built for weights or imputed sets"
        raise does_not_compose(message, "leave interval out: the error is then that of the design, pooled")
    found = difference_of(coded, first, second, 0.9)[0]
    return Compared("risk_difference", outcome.info.name, label, contrast, found.n, found.estimate, found.std_error,
                    found.df, units, "t test of the difference of proportions", few, cells,
                    people=people)  # fmt: skip


def compared_pair(sample: Sample) -> Compared:
    """Return the mean difference of two ratings by the same people; units d_z and d_av."""
    first, second = sample.first.columns
    check_numeric(first, second, ordinal=True)
    found = composed_pair(sample, 0.9).difference
    sds = [spread(sample, lambda one, k=k: one.columns[k].values) for k in (0, 1)]  # type: ignore[misc]
    of_difference = spread(sample, lambda one: np.asarray(one.columns[0].values - one.columns[1].values))
    contrast = f"{first.info.title} {MINUS} {second.info.title}"
    return Compared(
        "mean_difference", first.info.name, "", contrast, found.n, found.estimate, found.std_error, found.df,
        {
            "mean_difference": 1.0,
            "d_z": of_difference,
            "d_av": math.sqrt((sds[0] ** 2 + sds[1] ** 2) / 2),
        },
        "paired t test", cells=("both answers",), people=_both(sample),
    )  # fmt: skip


def compared_correlation(sample: Sample) -> Compared:
    """Return Pearson's correlation on Fisher's z: normal with variance 1/(n − 3), or t with the error of the design."""
    first, second = sample.first.columns
    check_numeric(first, second, ordinal=True)
    if sample.n < 4:
        raise AnalysisError(Problem("too_few_respondents", "a correlation needs four people who have both values"))
    for one in sample.sets:
        spreads = [np.ptp(one.values(position)) for position in (0, 1)]
        if 0 in spreads or abs(np.corrcoef(one.values(0), one.values(1))[0, 1]) >= 1:
            message = "a variable is constant, or the correlation is perfect: there is no test"
            raise AnalysisError(Problem("perfect_correlation", message, hint="look at describe(data, …)"))
    found = fisher_z(sample)
    plain = sample.design is None and not sample.imputed
    df = math.inf if plain else float(found.df[0])
    return Compared("r", second.info.name, first.info.name, "", sample.n, float(found.estimate[0]),
                    float(found.std_error[0]), df, {"r": 1.0}, "Fisher's z of the correlation",
                    cells=("both answers",), people=_both(sample))  # fmt: skip


def compared_coefficient(model: FittedModel, term: str) -> Compared:
    """Return a coefficient of the last block of a model; ratios are tested on their logarithm."""
    block = model.blocks[-1]
    names = model.names(len(model.blocks))
    found = [
        place for place, parameter in enumerate(block.parameters)
        if parameter.column >= 0 and parameter.kind != "second" and names[parameter.column] == term
    ]  # fmt: skip
    if len(found) != 1:
        message = f"the model has {'no' if not found else 'more than one'} coefficient '{term}'"
        hint = nearest(term, names) or f"one of {', '.join(names[1:])}"
        raise AnalysisError(Problem("unknown_term", message, key="term", hint=hint))
    if found[0] in block.separated:
        message = f"'{term}' has no finite estimate (separation)"
        raise AnalysisError(Problem("separation", message, key="term", hint="merge categories, or use penalty='firth'"))
    where = found[0]
    estimates = block.estimates
    ratio = model.ratio if model.ratio in ("odds_ratio", "rate_ratio") else ""
    units = {"b": 1.0} | ({ratio: 1.0} if ratio else {})
    if model.linear:
        y = float(np.mean([np.std(values, ddof=1) for values in model.outcomes]))
        x = float(np.mean([np.std(matrix[:, block.parameters[where].column], ddof=1) for matrix in block.matrices]))
        units["beta"] = y / x
    people = next(one.people for one in model.design.terms if one.name == term)
    named = {f"behind {name}": float(size) for name, size in people} or {f"behind {term}": float(model.n)}
    return Compared(
        ratio or "b", model.outcome.info.name, term, "", model.n, float(estimates.estimate[where]),
        float(estimates.std_error[where]), float(estimates.df[where]), units, "Wald test of the coefficient",
        cells=tuple(named), people=named,
    )  # fmt: skip


def _two(sample: Sample, groups: Sequence[str]) -> tuple[ComposedGroup, ComposedGroup]:
    """Return the two groups to be compared, in declared order."""
    info = sample.first.columns[1].info
    unknown = [name for name in groups if name not in info.labels]
    if unknown:
        hint = nearest(unknown[0], list(info.labels)) or f"one of {', '.join(info.labels)}"
        message = f"'{unknown[0]}' is no category of {info.title}"
        raise AnalysisError(Problem("unknown_category", message, column=info.name, key="groups", hint=hint))
    codes = dict(zip(info.labels, info.codes, strict=True))
    wanted = [
        name for name in info.labels
        if (name in groups if groups else any((one.used & (one.columns[1].values == codes[name])).any()
                                              for one in sample.sets))
    ]  # fmt: skip
    found = {group.label: group for group in composed_groups(sample) if group.label in wanted}
    if len(wanted) != 2:
        message = f"an equivalence test compares two groups, and {info.title} gives {len(wanted)}"
        hint = "name two: groups = ['…', '…']"
        raise AnalysisError(Problem("two_groups", message, column=info.name, key="groups", hint=hint))
    if min(found[name].sample.n for name in wanted) < 2:
        message = f"a group of {info.title} has fewer than two members"
        raise AnalysisError(Problem("too_few_respondents", message, column=info.name, hint="describe the groups"))
    first, second = (found[name] for name in (list(groups) or wanted))
    return first, second


def _cells(by: str, *groups: ComposedGroup) -> tuple[tuple[str, ...], dict[str, float | NDArray[np.bool_]]]:
    people = {f"{by}|{group.label}": cell_people(group.sample, lambda one: one.used) for group in groups}
    return tuple(people), people


def _both(sample: Sample) -> dict[str, float | NDArray[np.bool_]]:
    return {"both answers": cell_people(sample, lambda one: one.used)}
