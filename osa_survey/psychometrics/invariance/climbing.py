"""Climbing the ladder: fitting each step, testing it, and giving up single equalities where it does not hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.baselines import baseline_fit
from osa_survey.psychometrics.confirmatory.difference_tests import Difference, difference_test
from osa_survey.psychometrics.confirmatory.fit_measures import FitMeasures, Rmsea, fit_measures
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_to_samples
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.score_tests import Release, equality_releases, fixed_releases
from osa_survey.psychometrics.invariance.ladders import GIVES_UP, Freed, Ladder, untestable
from osa_survey.psychometrics.invariance.rules import Rule

Floats = NDArray[np.float64]
ALPHA = 0.05
COMMON_SCALE = ("scalar", "strict", "intercepts", "residuals")
"""Steps at which factor means can be compared."""
LARGEST_SHARE = 0.5
"""At most this share of the items of a factor is given up at a step; beyond it there is no common scale left."""


@dataclass(frozen=True, repr=False)
class Step:
    """One step.

    Attributes
    ----------
    name : str
        The step; partial steps repeat the name of the full one.
    partial : bool
        Whether equalities were given up.
    fit : FactorFit
        The model.
    measures : FitMeasures
        Its fit.
    difference : Difference or None
        Against the step before; None for the first.
    changes : tuple of float
        Change of CFI, RMSEA and SRMR.
    rules : tuple of Rule
        The rules that apply.
    broken : tuple of bool
        Which of them speak against equality.
    assumed : str
        Why it cannot be tested, or "".
    freed : tuple of Freed
        What was given up at this step.
    holds : bool
        Whether equality is upheld.
    """

    name: str
    partial: bool
    fit: FactorFit
    measures: FitMeasures
    difference: Difference | None
    changes: tuple[float, float, float]
    rules: tuple[Rule, ...]
    broken: tuple[bool, ...]
    assumed: str
    freed: tuple[Freed, ...]
    holds: bool


def climb(
    model: Ladder, samples: tuple[GroupSample, ...], estimator: str, *, search_partial: bool = True
) -> tuple[Step, ...]:
    """Return the steps of a ladder.

    Notes
    -----
    A step holds where its difference test is not significant at .05, or a published rule applies and none is broken.
    A step that does not hold is repeated with the equality freed whose score test is largest, one after the other,
    until it holds or half of a factor's items are freed; the next step starts from there. The climb ends where even
    that fails.
    """
    steps: list[Step] = []
    freed: tuple[Freed, ...] = ()
    baseline: FactorFit | None = None
    for name in model.steps:
        before = steps[-1] if steps else None
        fit = _fitted(model, name, freed, samples, estimator)
        baseline = baseline_fit(fit) if baseline is None else baseline
        step = _judged(model, name, fit, baseline, before, estimator, freed=(), partial=False)
        steps.append(step)
        if step.holds or before is None:
            if not fit.minimum.converged or fit.inference.covariance is None:
                break
            continue
        found = _partial(model, name, freed, step, before, samples, estimator, baseline) if search_partial else None
        if found is None:
            break
        freed = (*freed, *found.freed)
        steps.append(found)
        if not found.holds:
            break
    return tuple(steps)


def _fitted(
    model: Ladder, name: str, freed: tuple[Freed, ...], samples: tuple[GroupSample, ...], estimator: str
) -> FactorFit:
    return fit_to_samples(samples, model.syntax(name, freed), estimator=estimator, parameterisation="theta", means=True)


def _judged(
    model: Ladder,
    name: str,
    fit: FactorFit,
    baseline: FactorFit,
    before: Step | None,
    estimator: str,
    *,
    freed: tuple[Freed, ...],
    partial: bool,
) -> Step:
    measures = fit_measures(fit, baseline)
    sound = fit.minimum.converged and fit.inference.covariance is not None
    if before is None:
        nothing = (np.nan, np.nan, np.nan)
        return Step(name, partial, fit, measures, None, nothing, (), (), "", (), sound)
    difference = difference_test(before.fit, fit)
    changes = fit_changes(before.measures, measures, index_kind(estimator))
    rules = model.rules(estimator, fit.n, name)
    broken = tuple(rule.broken(*changes) for rule in rules)
    assumed = untestable(model, name) if difference.df == 0 else ""
    passed = bool(assumed) or difference.p_value >= ALPHA or (bool(rules) and not any(broken))
    return Step(name, partial, fit, measures, difference, changes, rules, broken, assumed, freed, sound and passed)


def common_step(steps: tuple[Step, ...]) -> Step | None:
    """Return the first step with a common scale that holds, else the last one that has a common scale, if any."""
    common = [step for step in steps if step.name in COMMON_SCALE and step.fit.inference.covariance is not None]
    held = [step for step in common if step.holds]
    return next(iter(held or common[-1:]), None)


def index_kind(estimator: str) -> str:
    """Return which version of CFI and RMSEA the steps are compared on.

    Robust ones exist for ordinal items only while thresholds are free, so ordinal ladders take the scaled ones
    throughout.
    """
    return {"MLR": "robust", "MLM": "robust", "WLSMV": "scaled", "ULSMV": "scaled"}.get(estimator, "unscaled")


def indices(measures: FitMeasures, kind: str) -> tuple[float, Rmsea]:
    """Return CFI and RMSEA of one kind."""
    return {
        "robust": (measures.cfi_robust, measures.rmsea_robust),
        "scaled": (measures.cfi_scaled, measures.rmsea_scaled),
        "unscaled": (measures.cfi, measures.rmsea),
    }[kind]


def fit_changes(first: FitMeasures, second: FitMeasures, kind: str) -> tuple[float, float, float]:
    """Return the changes of CFI, RMSEA and SRMR from one model to the next."""
    before, after = indices(first, kind), indices(second, kind)
    return after[0] - before[0], after[1].value - before[1].value, second.srmr - first.srmr


def _partial(
    model: Ladder,
    name: str,
    freed: tuple[Freed, ...],
    step: Step,
    before: Step,
    samples: tuple[GroupSample, ...],
    estimator: str,
    baseline: FactorFit,
) -> Step | None:
    """Return the step with single equalities given up, or None where nothing can be."""
    given_up: tuple[Freed, ...] = ()
    current = step
    while True:
        candidate = _largest(model, name, (*freed, *given_up), current.fit)
        if candidate is None or not _may_free(model, given_up, candidate):
            return current if given_up else None
        given_up = (*given_up, candidate)
        fit = _fitted(model, name, (*freed, *given_up), samples, estimator)
        if not fit.minimum.converged or fit.inference.covariance is None:
            return current if len(given_up) > 1 else None
        current = _judged(model, name, fit, baseline, before, estimator, freed=given_up, partial=True)
        if current.holds:
            return current


def _may_free(model: Ladder, given_up: tuple[Freed, ...], candidate: Freed) -> bool:
    """Tell whether every factor keeps at least half of its items, and two of them, equal."""
    loose = {each.item for each in (*given_up, candidate)}
    for items in model.loadings.values():
        lost = len(loose & set(items))
        if lost > LARGEST_SHARE * len(items) or (lost and len(items) - lost < 2):
            return False
    return True


def _largest(model: Ladder, name: str, freed: tuple[Freed, ...], fit: FactorFit) -> Freed | None:
    """Return the equality whose release would lower chi-squared most, summed over groups and thresholds."""
    kind = GIVES_UP[name]
    sums: dict[Freed, float] = {}
    releases: tuple[Release, ...] = equality_releases(fit)
    if model.categories and kind in ("intercepts", "residuals"):
        releases = fixed_releases(fit, kind, model.later)  # equal there means fixed at 0 or 1 in every group
    for one in releases:
        place = _freed(model, one, kind)
        if place is not None and place not in freed and np.isfinite(one.index):
            sums[place] = sums.get(place, 0.0) + one.index
    return max(sums, key=lambda place: sums[place]) if sums else None


def _freed(model: Ladder, release: Release, kind: str) -> Freed | None:
    left, right = model.base(release.lhs), model.base(release.rhs)
    if kind == "loadings" and release.op == "=~":
        return Freed(kind, right, left)
    if kind == "thresholds" and release.op == "|":
        return Freed(kind, left)
    if kind == "intercepts" and release.op == "~1" and left in model.items:
        return Freed(kind, left)
    if kind == "residuals" and release.op == "~~" and release.lhs == release.rhs and left in model.items:
        return Freed(kind, left)
    return None
