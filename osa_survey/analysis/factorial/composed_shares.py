"""Partial η², generalised η² and ω² under weights and over imputed sets: shares of weighted sums of squares."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from osa_survey.analysis.estimates import joined_sets
from osa_survey.analysis.factorial.anova_effects import AnovaEffect, EffectShares, within_contrasts
from osa_survey.analysis.factorial.composed_designs import ComposedDesign
from osa_survey.analysis.factorial.composed_effects import columns_of_type
from osa_survey.analysis.factorial.factors import Floats
from osa_survey.analysis.factorial.weighted_models import Places, SetModel, replicate_products, residual_products
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.explained_variances import BELOW_ZERO

SMALLEST = 1e-9
"""Nearer to 0 or 1 than this a share has no interval: Fisher's z of its root has no slope there."""
NO_INTERVAL = (math.nan, math.nan)


@dataclass(frozen=True)
class Squares:
    """One residual sum of squares: of the model of some columns, over contrasts of some factors within."""

    columns: tuple[int, ...]
    within: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class SquaresOfSets:
    """Sums of squares of every set, as functions of weights.

    Attributes
    ----------
    design : ComposedDesign
        The design.
    wanted : tuple of Squares
        What is summed.
    """

    design: ComposedDesign
    wanted: tuple[Squares, ...]

    @cached_property
    def contrasts(self) -> dict[tuple[str, ...], Floats]:
        """The contrasts of each set of factors within."""
        names = {one.within for one in self.wanted}
        return {one: within_contrasts(self.design.within, one) for one in names}

    @cached_property
    def each(self) -> tuple[Floats, ...]:
        """What each person adds to each sum, weight left out, shape (people, sums), for each set."""
        return tuple(self._of(model) for model in self.design.models)

    def _of(self, model: SetModel) -> Floats:
        residuals = {columns: model.residuals(_places(columns)) for columns in {one.columns for one in self.wanted}}
        parts = [
            ((residuals[one.columns] @ self.contrasts[one.within]) ** 2).sum(axis=1) for one in self.wanted
        ]  # fmt: skip
        return np.column_stack(parts)

    @cached_property
    def replicates(self) -> tuple[Floats | None, ...]:
        """The sums under each replicate's weights, shape (replicates, sums), for each set that has such weights."""
        return tuple(self._under(model) for model in self.design.models)

    def _under(self, model: SetModel) -> Floats | None:
        plan = model.found.design
        if plan is None or plan.replicates is None:
            return None
        p = model.x.shape[1]

        def sums(products: Floats) -> Floats:
            rest = {
                columns: residual_products(products, _places(columns), p)
                for columns in {one.columns for one in self.wanted}
            }
            own = [(one, self.contrasts[one.within]) for one in self.wanted]
            return np.array([np.trace(c.T @ rest[one.columns] @ c) for one, c in own])

        return replicate_products(model.x, model.y, plan.replicates.weights[model.found.used], sums)


def _places(columns: tuple[int, ...]) -> Places:
    return np.array(columns, dtype=np.intp)


@dataclass(frozen=True, repr=False)
class Ratio:
    """A share as the ratio of two linear functions of the sums of squares, shape (sums,) each."""

    above: Floats
    below: Floats


def composed_shares(
    design: ComposedDesign, effects: Sequence[AnovaEffect], type_: int, observed: Collection[str], conf_level: float
) -> tuple[EffectShares, ...]:
    """Return the shares of variance of all effects of a design.

    Parameters
    ----------
    design : ComposedDesign
        The design.
    effects : sequence of AnovaEffect
        All of them: generalised η² sums over the design.
    type_ : {2, 3}
        Type of the sums of squares.
    observed : collection of str
        Factors and covariates that were measured, not assigned.
    conf_level : float
        Level of the intervals.

    Notes
    -----
    Sums of squares are those of weighted residuals; the shares are those of ``effect_shares``, ω² with the number of
    people and degrees of freedom of unweighted data. Each is a ratio a'S/b'S of sums S = Σᵢ wᵢ e²ᵢ, so that person i
    adds wᵢ(a − share·b)'e²ᵢ/b'S at first order: coefficients minimise S, so their own error is of second order. Shares
    are pooled, and have their t interval, on Fisher's z of their root, artanh √share (Harel, 2009, for R²).

    References
    ----------
    Harel, O. (2009). The estimation of R² and adjusted R² in incomplete data sets using multiple imputation. Journal of
    Applied Statistics, 36(10), 1109–1118. doi:10.1080/02664760802553000
    """
    parts = [_parts(design, one, type_) for one in effects]
    every = tuple(design.columns.tolist())
    strata = list(dict.fromkeys([Squares(every, ()), *(rest for _, _, rest in parts)]))
    wanted = tuple(dict.fromkeys([*strata, *(square for three in parts for square in three)]))
    sums = SquaresOfSets(design, wanted)
    place = {square: number for number, square in enumerate(wanted)}

    def counted(*signed: tuple[Squares, float]) -> Floats:
        found = np.zeros(len(wanted))
        for square, sign in signed:
            found[place[square]] += sign
        return found

    gains = [counted((without, 1.0), (with_, -1.0)) for without, with_, _ in parts]
    errors = counted(*((one, 1.0) for one in strata))
    measured = [bool(set(one.factors) & set(observed)) for one in effects]
    of_measured = sum((gain for gain, known in zip(gains, measured, strict=True) if known), np.zeros(len(wanted)))
    only_between = not design.within
    found = []
    for one, gain, known, (_, _, rest) in zip(effects, gains, measured, parts, strict=True):
        error = counted((rest, 1.0))
        df1, df2 = one.df1, float(within_contrasts(design.within, one.within).shape[1] * design.df_error)
        n = float(design.n) if only_between else df1 + df2 + 1
        corrected = df2 * gain - df1 * error
        found.append(
            EffectShares(
                _share(sums, Ratio(gain, gain + error), conf_level, "η²"),
                _share(sums, Ratio(gain, of_measured + errors + (0 if known else 1) * gain), conf_level,
                       "generalised η²"),
                _share(sums, Ratio(corrected, corrected + n * error), conf_level, "ω²"),
            )
        )  # fmt: skip
    return tuple(found)


def _parts(design: ComposedDesign, one: AnovaEffect, type_: int) -> tuple[Squares, Squares, Squares]:
    """Return the sums of squares without and with an effect, and that of its error."""
    own = tuple(name for name in one.factors if name not in one.within)
    term = next(found for found in design.terms if found.factors == own)
    columns = columns_of_type(design.terms, term, type_)
    without = np.setdiff1d(columns, term.columns)
    every = tuple(design.columns.tolist())
    return (
        Squares(tuple(without.tolist()), one.within),
        Squares(tuple(columns.tolist()), one.within),
        Squares(every, one.within),
    )


def _share(sums: SquaresOfSets, ratio: Ratio, conf_level: float, name: str) -> Effect:
    design = sums.design
    weighted = "weighted " if design.sample.design is not None else ""
    pooled = ", pooled there (Harel 2009)" if design.sample.imputed else ""
    method = f"{name} of {weighted}sums of squares; interval on Fisher's z{pooled}"
    totals = [model.weights @ each for model, each in zip(design.models, sums.each, strict=True)]
    shares = [_value(ratio, total) for total in totals]
    if not all(math.isfinite(share) for share in shares):
        return undefined(method)
    if min(shares) < SMALLEST or max(shares) > 1 - SMALLEST:
        roots = np.arctanh(np.sqrt(np.clip(shares, 0.0, 1 - 1e-15)))
        return effect(math.tanh(float(roots.mean())) ** 2, NO_INTERVAL, method, missing=BELOW_ZERO)
    found = joined_sets(
        design.sample,
        [
            _said(ratio, model, each, many)
            for model, each, many in zip(design.models, sums.each, sums.replicates, strict=True)
        ],
    )
    low, high = (max(0.0, float(bound[0])) for bound in found.interval(conf_level))
    bounds = (math.tanh(low) ** 2, math.tanh(high) ** 2) if math.isfinite(found.std_error[0]) else NO_INTERVAL
    return effect(math.tanh(float(found.estimate[0])) ** 2, bounds, method)


def _value(ratio: Ratio, total: Floats) -> float:
    below = float(ratio.below @ total)
    whole = float(np.abs(ratio.below) @ total)
    return float(ratio.above @ total) / below if below > 1e-12 * whole else math.nan


def _said(ratio: Ratio, model: SetModel, each: Floats, many: Floats | None) -> SetEstimate:
    weights = model.weights
    total = weights @ each
    share, below = _value(ratio, total), float(ratio.below @ total)
    root = math.sqrt(share)

    def influence() -> Floats:
        slope = (ratio.above - share * ratio.below) / below / (2 * root * (1 - share))
        return np.asarray((weights[:, None] * each) @ slope[:, None])

    def equal_weights() -> Floats:
        centred = influence() - influence().mean(axis=0)
        return np.asarray(centred.T @ centred * (len(centred) / (len(centred) - 1)))

    def refit(_: Floats) -> Floats:
        assert many is not None
        with np.errstate(invalid="ignore", divide="ignore"):
            under = (many @ ratio.above) / (many @ ratio.below)
        return np.asarray(np.arctanh(np.sqrt(np.clip(under, 0.0, 1 - SMALLEST)))[:, None])

    return SetEstimate(
        np.array([math.atanh(root)]), equal_weights, influence, refit, df=float(len(each) - model.x.shape[1]),
        df_lost=model.x.shape[1] - 1, how="linearised covariance", what="a share of variance",
    )  # fmt: skip
