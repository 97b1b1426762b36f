"""Chained equations on plain arrays: one chain gives one completed set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from osa_survey.imputation.chain_plans import LINEAR_METHODS, ChainPlan, Target
from osa_survey.imputation.linear_draws import draw_linear, nearest_answers, nearest_donors
from osa_survey.imputation.newton_fits import (
    CategoryModel,
    Logit,
    Multinomial,
    OrdinalLogit,
    Poisson,
    draw_outcomes,
)
from osa_survey.progressing import gathered

Floats = NDArray[np.float64]

SMALLEST_SIGMA = 1e-6
"""Standard deviations of standardised numbers below this count as this."""
MOST_TIMES_OBSERVED = 10.0
"""An expected count is never above this multiple of the largest observed count."""


@dataclass(frozen=True, repr=False)
class ChainOutcome:
    """What one chain ends with.

    Attributes
    ----------
    values : tuple of ndarray
        The imputed values of each target, in the order of its missing rows.
    means, sds : ndarray, shape (targets, iterations)
        Mean and standard deviation (n − 1) of the imputed values after each iteration.
    """

    values: tuple[Floats, ...]
    means: Floats
    sds: Floats


def run_chains(plan: ChainPlan, m: int, iterations: int, seed: int, workers: int | None = None) -> list[ChainOutcome]:
    """Return ``m`` completed sets; each has its own random stream, so that the number of workers changes nothing.

    Parameters
    ----------
    plan : ChainPlan
        What to impute.
    m, iterations : int
        Chains, and rounds of each.
    seed : int
        The seed; chain k gets the k-th child of its seed sequence.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, else one.
    """
    streams = np.random.SeedSequence(seed).spawn(m)
    work = (delayed(run_chain)(plan, iterations, stream) for stream in streams)
    outcomes: list[ChainOutcome] = gathered("imputing", work, m, workers)
    return outcomes


def run_chain(plan: ChainPlan, iterations: int, stream: np.random.SeedSequence) -> ChainOutcome:
    """Run one chain.

    Parameters
    ----------
    plan : ChainPlan
        What to impute.
    iterations : int
        Rounds over all targets.
    stream : numpy.random.SeedSequence
        Randomness.

    Returns
    -------
    ChainOutcome
        The imputed values of the last round, and the trace.

    Notes
    -----
    The cross-products Z'Z of the whole design matrix are kept and brought up to date with each imputed column. A
    linear model takes from them the part of the rows without an answer, so that an update costs time in proportion to
    the gaps, not to the respondents.
    """
    chain = _Chain(plan, np.random.default_rng(stream))
    means = np.empty((len(plan.targets), iterations))
    sds = np.empty_like(means)
    for iteration in range(iterations):
        for position, target in enumerate(plan.targets):
            values = chain.update(position)
            traced = values if np.isnan(target.traced) else (values == target.traced).astype(np.float64)
            means[position, iteration] = traced.mean()
            sds[position, iteration] = traced.std(ddof=1) if len(traced) > 1 else 0.0
    return ChainOutcome(tuple(chain.values), means, sds)


class _Chain:
    """The changing state of one chain: design matrix, cross-products, imputed values, starts of the fits."""

    def __init__(self, plan: ChainPlan, generator: np.random.Generator) -> None:
        self.plan = plan
        self.generator = generator
        self.design = plan.design.copy()
        self.values: list[Floats] = []
        self.starts: list[Floats | None] = [None] * len(plan.targets)
        self.models = [_model(target) for target in plan.targets]
        for target in plan.targets:
            filled = target.observed_values[generator.integers(0, len(target.observed), len(target.missing))]
            self.values.append(filled)
            self.design[np.ix_(target.missing, target.coding.columns)] = target.coding.encode(filled)
        for derived in plan.derived:
            self.design[:, derived.columns] = derived.values(self.design)
        self.cross = self.design.T @ self.design

    def update(self, position: int) -> Floats:
        """Impute one variable anew and return its imputed values."""
        target = self.plan.targets[position]
        rows = self.design[target.missing]
        if target.method in LINEAR_METHODS:
            values = self._linear(target, rows)
        else:
            values = self._category(position, rows)
        self.values[position] = values
        self._write(target, rows, values)
        return values

    def _linear(self, target: Target, rows: Floats) -> Floats:
        # Given outcomes, the model of the number itself holds for everybody: observed answers alone would bend it.
        cross = self.cross.copy() if target.interactions else self.cross - rows.T @ rows
        if len(target.kept):
            kept = self.design[target.kept]
            cross -= kept.T @ kept
        draw = draw_linear(cross, int(target.coding.columns[0]), target.predictors, self.generator)
        predicted = rows @ draw.drawn
        if target.interactions:
            coded = self._given_outcomes(target, rows, predicted, draw.sigma)
            values = coded * target.coding.scale[0] + target.coding.centre[0]
            if target.method == "pmm":
                values = nearest_answers(target.observed_values, values)
        elif target.method == "normal":
            coded = predicted + draw.sigma * self.generator.standard_normal(len(rows))
            values = coded * target.coding.scale[0] + target.coding.centre[0]
        else:
            of_observed = (self.design @ draw.estimate)[target.observed]
            donors = nearest_donors(of_observed, predicted, self.plan.donors, self.generator)
            values = target.observed_values[donors]
        if np.ndim(target.shift) or target.shift:
            shifted = np.clip(values + target.shift, target.low, target.high)
            values = np.where(target.shift, shifted, values)
        return np.asarray(values)

    def _given_outcomes(self, target: Target, rows: Floats, predicted: Floats, sigma: float) -> Floats:
        """Draw a number from its normal distribution given the other predictors, times those of its outcomes."""
        own = int(target.coding.columns[0])
        precision = np.full(len(rows), 1 / max(sigma, SMALLEST_SIGMA) ** 2)
        pulled = predicted * precision
        for model in target.interactions:
            cross = self.cross
            if len(model.kept):
                kept = self.design[model.kept]
                cross = cross - kept.T @ kept
            draw = draw_linear(cross, model.outcome, model.predictors, self.generator)
            slope = draw.drawn[own] + rows[:, model.partners] @ draw.drawn[model.products]
            without = rows @ draw.drawn - slope * rows[:, own]
            slope = np.where(np.isin(target.missing, model.kept), 0.0, slope)
            weight = 1 / max(draw.sigma, SMALLEST_SIGMA) ** 2
            precision += weight * slope**2
            pulled += weight * slope * (rows[:, model.outcome] - without)
        return np.asarray(pulled / precision + self.generator.standard_normal(len(rows)) / np.sqrt(precision))

    def _category(self, position: int, rows: Floats) -> Floats:
        target, model = self.plan.targets[position], self.models[position]
        assert model is not None
        columns = np.concatenate([[0], target.predictors])
        outcome = target.observed_values
        if len(target.levels):
            outcome = np.searchsorted(target.levels, outcome).astype(np.float64)
        fitted = model.fit(outcome, self.design[np.ix_(target.observed, columns)], self.starts[position])
        self.starts[position] = model.usable(fitted.parameters)
        drawn = draw_outcomes(model, fitted, rows[:, columns], target.shift, self.generator)
        return target.levels[drawn.astype(np.intp)] if len(target.levels) else drawn

    def _write(self, target: Target, rows: Floats, values: Floats) -> None:
        """Put imputed values into the design matrix and bring the cross-products up to date."""
        before = rows.copy() if target.derived else rows
        coded = target.coding.encode(values)
        touched = target.coding.columns
        if target.derived:
            derived = [self.plan.derived[number] for number in target.derived]
            rows[:, touched] = coded
            for one in derived:
                rows[:, one.columns] = one.values(rows)
            touched = np.concatenate([touched, *(one.columns for one in derived)])
            coded = rows[:, touched]
        change = coded - before[:, touched]
        beside = before.T @ change
        self.cross[:, touched] += beside
        self.cross[touched] += beside.T
        self.cross[np.ix_(touched, touched)] += change.T @ change
        self.design[np.ix_(target.missing, touched)] = coded


def _model(target: Target) -> CategoryModel | None:
    if target.method == "logistic":
        return Logit()
    if target.method == "ordinal":
        return OrdinalLogit(len(target.levels))
    if target.method == "multinomial":
        return Multinomial(len(target.levels))
    if target.method == "poisson":
        return Poisson(MOST_TIMES_OBSERVED * max(float(target.observed_values.max()), 1.0))
    return None


def traces(outcomes: Sequence[ChainOutcome], position: int) -> tuple[Floats, Floats]:
    """Return the means and standard deviations of one target over all chains, each of shape (m, iterations)."""
    return np.stack([one.means[position] for one in outcomes]), np.stack([one.sds[position] for one in outcomes])
