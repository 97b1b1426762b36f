"""The numbers of a ROC analysis under weights or pooled over completed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.composed_numbers import Number, people, proportion_number, smooth_number
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.estimates import CompletedSet, Estimates, Sample, SetEstimate, estimated, of_statistics
from osa_survey.analysis.measuring.roc_arguments import RocData, RocRequest
from osa_survey.analysis.measuring.roc_parts import RocParts, best_cut_off, given_cut_offs
from osa_survey.analysis.measuring.roc_rows import add_number, curve_points
from osa_survey.analysis.samples import does_not_compose
from osa_survey.effects.effects import Effect
from osa_survey.effects.roc_areas import PERFECT, roc_areas, weighted_roc_areas
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Who = Callable[[CompletedSet], Mask]
ALIKE = "both scores order the people alike: no interval"
EDGE = "nobody or everybody of a kind is on one side of the cut-off: no interval"
CHOSEN = (
    "A cut-off chosen on the same answers looks better than it is: its sensitivity and specificity are optimistic "
    "until other people are screened with it. They are those of a fixed cut-off: how it varies is not in their "
    "intervals."
)
SPREAD = "the best cut-offs of the imputed sets go from {low:.10g} to {high:.10g}: their median is taken as given"
WORDS = "logit intervals of areas"
CUT_OFF_WORDS = "logit intervals of shares and predictive values, log intervals of likelihood ratios"


class _Kinds:
    """Cases, others, and who is beyond a cut-off, as masks over all respondents of a set."""

    def __init__(self, sample: Sample, roc: RocData) -> None:
        info = roc.reference.info
        self.sample, self.sign = sample, roc.sign
        self.code = info.codes[info.labels.index(roc.case)]
        self.names: dict[bytes, str] = {}

    def cases(self, one: CompletedSet) -> Mask:
        return np.asarray(one.used & (one.columns[-1].values == self.code))

    def others(self, one: CompletedSet) -> Mask:
        return np.asarray(one.used & (one.columns[-1].values != self.code))

    def beyond(self, cut_off: float, position: int = 0) -> Who:
        return lambda one: np.asarray(one.used & (self.sign * one.columns[position].values >= cut_off))

    def scores(self, one: CompletedSet) -> Floats:
        return self.sign * np.column_stack([one.values(place) for place in range(len(one.columns) - 1)])

    def cell(self, rows: Rows, who: Who, description: str) -> str:
        """Return the name of these people, the same for the same people, known to ``rows``."""
        masks = [who(one) for one in self.sample.sets]
        name = self.names.setdefault(np.packbits(np.concatenate(masks)).tobytes(), description)
        rows.cell(name, masks[0] if len(masks) == 1 else people(self.sample, who))
        return name

    def parts(self, rows: Rows) -> tuple[str, str]:
        """Name cases and non-cases, and whom they add up to."""
        found = self.cell(rows, self.cases, "cases"), self.cell(rows, self.others, "not cases")
        rows.total(self.cell(rows, lambda one: one.used, "all"), list(found))
        return found

    def split(self, rows: Rows, kind: Who, whole: str, title: str, cut_off: float, place: int, rule: str) -> list[str]:
        """Name the people of a kind on both sides of a cut-off, and whom they add up to."""
        beyond = self.beyond(cut_off, place)
        names = [
            self.cell(rows, lambda one: kind(one) & beyond(one), f"{title} {rule}"),
            self.cell(rows, lambda one: kind(one) & ~beyond(one), f"{title} beyond {rule}"),
        ]
        if whole not in names:
            rows.total(whole, names)
        return list(dict.fromkeys(names))


def composed_parts(sample: Sample, sets: Sequence[RocData], asked: RocRequest) -> RocParts:
    """Return the tables under weights or pooled over completed sets.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for bootstrap intervals.
    """
    if asked.interval == "bootstrap":
        what = "bootstrap intervals of areas are drawn from complete answers that count alike"
        raise does_not_compose(what, 'use interval = "delong": areas have linearised or replicate errors then')
    kinds, first = _Kinds(sample, sets[0]), sets[0]
    best = [
        best_cut_off(roc, asked.criterion, asked.level, one.weights) for roc, one in zip(sets, sample.sets, strict=True)
    ]
    values = np.array([value for value, _ in best])
    chosen = first.sign * float(np.quantile(values, 0.5, method="higher"))
    low, high = np.sort(first.sign * values[[values.argmin(), values.argmax()]])
    warning = SPREAD.format(low=low, high=high) if low < high else best[0][1]
    optimum = Effect(chosen, math.nan, math.nan, asked.how)
    table, curve = Rows(), Rows()
    reported = [optimum, *given_cut_offs(asked, chosen)]
    for one in reported:
        _add_cut_off(table, kinds, first, one, warning if one is optimum else "", asked)
    for position in range(len(first.scores)):
        _add_curve(curve, kinds, sets, position, [first.sign * one.estimate for one in reported])
    return RocParts(_areas(kinds, first, asked.conf_level), table, curve, WORDS, CUT_OFF_WORDS, (CHOSEN,))


def _areas(kinds: _Kinds, roc: RocData, conf_level: float) -> Rows:
    rows, sample = Rows(), kinds.sample
    common: dict[str, Any] = {"outcome": roc.reference.info.name, "n": sample.n, "cells": list(kinds.parts(rows))}
    for position, column in enumerate(roc.scores):
        keys: dict[str, Any] = {"term": column.info.name, **common}
        raw = [float(_statistics(kinds, one, position).estimate[0]) for one in sample.sets]
        if min(raw) <= 0 or max(raw) >= 1:
            add_number(rows, "auc", Effect(float(np.mean(raw)), math.nan, math.nan, WORDS, PERFECT), conf_level, **keys)
            continue
        found = estimated(sample, lambda one, position=position: _on_logit(kinds, one, position))  # type: ignore[misc]
        area = float(special.expit(found.estimate[0]))
        low, high = (float(special.expit(bound[0])) for bound in found.interval(conf_level))
        error = float(found.std_error[0]) * area * (1 - area)
        size = Effect(area, low, high, "area under the ROC curve, logit interval", std_error=error)
        add_number(rows, "auc", size, conf_level, df1=_finite(found.df[0]), **keys)
        if found.fmi is not None:
            rows.add("fmi", estimate=float(found.fmi[0]), method="fraction of missing information of the area", **keys)
    if len(roc.scores) == 2:
        test = estimated(sample, lambda one: _difference(kinds, one))
        titles = [column.info.title for column in roc.scores]
        _add_difference(rows, test, f"{titles[0]} − {titles[1]}", roc.scores[0].info.name, conf_level, common)
    return rows


def _add_difference(
    rows: Rows, test: Estimates, contrast: str, term: str, conf_level: float, common: dict[str, Any]
) -> None:
    error, df = float(test.std_error[0]), float(test.df[0])
    known = error > math.sqrt(np.finfo(np.float64).eps)
    low, high = (float(bound[0]) if known else math.nan for bound in test.interval(conf_level))
    method = "difference of two areas of the same people"
    size = Effect(float(test.estimate[0]), low, high, method, "" if known else ALIKE, error if known else math.nan)
    add_number(
        rows, "auc_difference", size, conf_level, term=term, contrast=contrast,
        statistic=float(test.statistic()[0]) if known else math.nan, statistic_name="z" if math.isinf(df) else "t",
        df1=_finite(df), p_value=float(test.p_value()[0]) if known else math.nan, **common,
    )  # fmt: skip


def _statistics(kinds: _Kinds, one: CompletedSet, position: int, weights: Floats | None = None) -> Statistics:
    own = one.weights if weights is None else weights
    scores = kinds.scores(one)[:, [position]]
    return weighted_roc_areas(scores, kinds.cases(one)[one.used], np.ones(one.n) if own is None else own)


def _on_logit(kinds: _Kinds, one: CompletedSet, position: int) -> SetEstimate:
    def statistic(weights: Floats) -> Statistics:
        area = _statistics(kinds, one, position, weights)
        slope = 1 / (area.estimate * (1 - area.estimate))
        with np.errstate(divide="ignore"):
            return Statistics(special.logit(area.estimate), lambda: area.contributions() * slope)

    def delong() -> Floats:
        found = roc_areas(kinds.scores(one)[:, [position]], kinds.cases(one)[one.used])
        return np.asarray(found.covariance / (found.areas * (1 - found.areas)) ** 2)

    return of_statistics(one, statistic, covariance=delong, how="DeLong's variance", what="an area")


def _difference(kinds: _Kinds, one: CompletedSet) -> SetEstimate:
    contrast = np.array([[1.0, -1.0]])
    scores, cases = kinds.scores(one), kinds.cases(one)[one.used]
    return of_statistics(
        one,
        lambda weights: weighted_roc_areas(scores, cases, weights).combined(contrast),
        covariance=lambda: np.asarray(contrast @ roc_areas(scores, cases).covariance @ contrast.T),
        how="DeLong's covariance",
        what="a difference of areas",
    )


def _add_cut_off(rows: Rows, kinds: _Kinds, roc: RocData, cut_off: Effect, reason: str, asked: RocRequest) -> None:
    sample, level = kinds.sample, asked.conf_level
    at = roc.sign * cut_off.estimate
    rule, beyond = roc.rule(at), kinds.beyond(at)
    wholes = kinds.parts(rows)
    sides = [
        kinds.split(rows, kind, whole, title, at, 0, rule)
        for kind, whole, title in zip((kinds.cases, kinds.others), wholes, ("cases", "not cases"), strict=True)
    ]
    keys: dict[str, Any] = {"outcome": roc.reference.info.name, "term": roc.scores[0].info.name, "level": rule}
    of_all = {**keys, "n": sample.n, "cells": list(dict.fromkeys([*sides[0], *sides[1]]))}
    add_number(rows, "cutoff", cut_off, level, **of_all, **({"warning": reason} if reason else {}))
    cases, others = restricted(sample, kinds.cases), restricted(sample, kinds.others)
    hit = proportion_number(cases, beyond, level)
    passed = proportion_number(others, lambda one: one.used & ~beyond(one), level)
    _add(rows, "sensitivity", hit, "logit interval", level, {**keys, "n": cases.n, "cells": sides[0]})
    _add(rows, "specificity", passed, "logit interval", level, {**keys, "n": others.n, "cells": sides[1]})
    youden = Number(sample.n, hit.estimate + passed.estimate - 1)
    _add(rows, "youden_j", youden, "sensitivity + specificity − 1", level, of_all)
    ratios = [_log_ratio(kinds, beyond, side, hit, passed, level) for side in (True, False)]
    for name, ratio in zip(("lr_positive", "lr_negative"), ratios, strict=True):
        _add(rows, name, _back(ratio, np.exp), "likelihood ratio, log interval", level, of_all)
    _add(rows, "above_cutoff", proportion_number(sample, beyond, level), "logit interval", level, of_all)
    for prevalence in asked.prevalences:
        stated = {"contrast": f"prevalence {100 * prevalence:g}%", "statistic": prevalence,
                  "statistic_name": "prevalence", **of_all}  # fmt: skip
        odds = float(special.logit(prevalence))
        for name, ratio, sign in (("ppv", ratios[0], 1.0), ("npv", ratios[1], -1.0)):

            def value(x: float, sign: float = sign, odds: float = odds) -> float:
                return float(special.expit(sign * (odds + x)))

            method = "predictive value at the stated prevalence, logit interval"
            _add(rows, name, _back(ratio, value), method, level, stated)


def _log_ratio(kinds: _Kinds, beyond: Who, positive: bool, hit: Number, passed: Number, conf_level: float) -> Number:
    """Return the logarithm of a likelihood ratio; without an interval where a share is 0 or 1 in some set."""
    sample = kinds.sample

    def sides(one: CompletedSet) -> Floats:
        found = (beyond(one) if positive else ~beyond(one))[one.used].astype(np.float64)
        cases = kinds.cases(one)[one.used]
        return np.column_stack([np.where(cases, found, np.nan), np.where(cases, np.nan, found)])

    shares = np.array([weighted_means(sides(one), _ones_or(one.weights, one.n)).estimate for one in sample.sets])
    if (shares <= 0).any() or (shares >= 1).any():
        among = (hit.estimate, 1 - passed.estimate) if positive else (1 - hit.estimate, passed.estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = float(np.log(among[0]) - np.log(among[1]))
        return Number(sample.n, estimate if math.isfinite(estimate) else math.nan, warning=EDGE)
    return smooth_number(
        sample,
        lambda one, weights: [weighted_means(sides(one), weights)],
        lambda share: float(np.log(share[0]) - np.log(share[1])),
        conf_level,
        what="a likelihood ratio",
        df=lambda one: math.inf,
    )


def _back(number: Number, function: Callable[[float], float]) -> Number:
    bounds = sorted((float(function(number.low)), float(function(number.high))))
    return replace(number, estimate=float(function(number.estimate)), std_error=math.nan, low=bounds[0], high=bounds[1])


def _add(rows: Rows, quantity: str, number: Number, method: str, conf_level: float, keys: dict[str, Any]) -> None:
    found = Effect(number.estimate, number.low, number.high, method, number.warning, number.std_error)
    named = {} if "statistic" in keys else {"df1": _finite(number.df)}
    add_number(rows, quantity, found, conf_level, **named, **keys)


def _add_curve(rows: Rows, kinds: _Kinds, sets: Sequence[RocData], position: int, always: list[float]) -> None:
    """Add points of one curve; where they lie is told by the people of the first set."""
    roc, sample = sets[0], kinds.sample
    wholes, name = kinds.parts(rows), roc.scores[position].info.name
    groups = ((kinds.cases, wholes[0], "cases", "sensitivity"), (kinds.others, wholes[1], "not cases", "specificity"))
    for cut_off in curve_points(roc.values[:, position], roc.cases, always if position == 0 else []):
        rule, beyond = roc.rule(cut_off), kinds.beyond(cut_off, position)
        for kind, whole, title, quantity in groups:
            cells = kinds.split(rows, kind, whole, f"{title}, {name}", cut_off, position, rule)
            shares = []
            for one in sample.sets:
                own = _ones_or(one.weights, one.n) * kind(one)[one.used]
                met = beyond(one)[one.used]
                shares.append(float(own @ (met if quantity == "sensitivity" else ~met) / own.sum()))
            rows.add(
                quantity, outcome=roc.reference.info.name, term=name, level=rule, estimate=float(np.mean(shares)),
                n=min(int(kind(one).sum()) for one in sample.sets), cells=cells,
            )  # fmt: skip


def _ones_or(weights: Floats | None, n: int) -> Floats:
    return np.ones(n) if weights is None else weights


def _finite(df: float) -> float:
    return float(df) if math.isfinite(df) else math.nan
