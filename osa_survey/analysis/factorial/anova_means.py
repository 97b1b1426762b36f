"""Estimated marginal means of an analysis of variance, their pairs, and planned contrasts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.factorial.factors import Factorial, effect_rows
from osa_survey.errors import AnalysisError, Problem, nearest

Floats = NDArray[np.float64]
Weights = Mapping[str, Sequence[float]]
AskedWeights = Mapping[str, Sequence[float] | Mapping[str, float]]
"""Factor → a weight for each of its levels, in their order or by name."""
"""Factor → one weight for each of its levels; factors that are not named are averaged over."""
BAR = "|"
MINUS = "\u2212"


@dataclass(frozen=True)
class MarginalNumber:
    """A mean or a contrast of means.

    Attributes
    ----------
    term : str
        The factors it is about.
    name : str
        The levels, or the contrast.
    n : int
        People of the levels between.
    estimate, std_error, df : float
        With the pooled variance between people; within, with the variance of its own contrast; under weights that of
        the plan, over imputed sets Rubin's.
    levels : tuple of (str, int)
        Factor and level of a mean, for the cells behind it.
    """

    term: str
    name: str
    n: int
    estimate: float
    std_error: float
    df: float
    levels: tuple[tuple[str, int], ...] = ()

    @property
    def t(self) -> float:
        """The test of zero; NaN without variance."""
        return self.estimate / self.std_error if self.std_error > 0 else math.nan

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return float(2 * stats.t.sf(abs(self.t), self.df))

    def interval(self, conf_level: float) -> tuple[float, float]:
        """Return the t interval."""
        half = float(stats.t.ppf(0.5 + conf_level / 2, self.df)) * self.std_error
        return self.estimate - half, self.estimate + half


def weighted_number(
    design: Factorial, weights: Weights, term: str, name: str, levels: tuple[tuple[str, int], ...] = ()
) -> MarginalNumber:
    """Return the sum of cell means with weights that are products over factors.

    Notes
    -----
    Cell means are those of the model at the mean of the covariates; factors not named are averaged with equal weights.
    With l the weights of coefficients and m those of outcomes: l'Bm; the design says with what variance.
    """
    row = np.zeros(sum(len(one.columns) for one in design.terms))
    codes = {
        one.name: np.asarray(weights[one.name], dtype=float) @ effect_rows(len(one.levels))
        for one in design.between
        if one.name in weights
    }
    sums = {one.name: float(np.sum(weights[one.name])) for one in design.between if one.name in weights}
    for term_of_model in design.terms:
        if not set(term_of_model.factors) <= set(codes):
            continue  # averages over a factor are zero on its effect codes; covariates are at their mean
        block: Floats = np.ones(1)
        for factor in term_of_model.factors:
            block = np.asarray(np.kron(block, codes[factor]), dtype=np.float64)
        rest = math.prod(value for key, value in sums.items() if key not in term_of_model.factors)
        row[term_of_model.columns] = block * rest
    m: Floats = np.ones(1)
    for one in design.within:
        k = len(one.levels)
        m = np.asarray(np.kron(m, np.asarray(weights.get(one.name, np.full(k, 1 / k)))), dtype=np.float64)
    estimate, std_error, df = design.combined(row, m)
    chosen = [one for one in design.between if one.name in weights]
    places = [[k for k, value in enumerate(weights[one.name]) if value != 0] for one in chosen]
    involved = [
        {one.name: level for one, level in zip(chosen, combination, strict=True)}
        for combination in itertools.product(*places)
    ]
    return MarginalNumber(term, name, design.people(involved), estimate, std_error, df, levels)


def marginal_means(design: Factorial, names: Sequence[str]) -> list[MarginalNumber]:
    """Return the mean of every combination of levels of some factors, averaged over all others."""
    factors = [design.factor(name) for name in names]
    found = []
    for places in itertools.product(*(range(len(one.levels)) for one in factors)):
        weights = {one.name: np.eye(len(one.levels))[k] for one, k in zip(factors, places, strict=True)}
        name = ", ".join(one.levels[k] for one, k in zip(factors, places, strict=True))
        levels = tuple((one.name, k) for one, k in zip(factors, places, strict=True))
        found.append(weighted_number(design, weights, " × ".join(names), name, levels))
    return found


def pairwise(design: Factorial, asked: str) -> list[MarginalNumber]:
    """Return all pairs of levels of a factor, within the levels of another one if asked as ``"factor | other"``."""
    name, _, other = (part.strip() for part in asked.partition(BAR))
    for one in filter(None, (name, other)):
        known = [factor.name for factor in design.factors]
        if one not in known:
            hint = nearest(one, known) or f"one of {', '.join(known)}"
            raise AnalysisError(Problem("unknown_factor", f"'{one}' is no factor", key="pairs", hint=hint))
    factor = design.factor(name)
    outer = design.factor(other) if other else None
    found = []
    for place in range(len(outer.levels)) if outer else (0,):
        for first, second in itertools.combinations(range(len(factor.levels)), 2):
            own = np.zeros(len(factor.levels))
            own[first], own[second] = 1.0, -1.0
            weights = {factor.name: own} | ({outer.name: np.eye(len(outer.levels))[place]} if outer else {})
            label = f"{factor.levels[first]} {MINUS} {factor.levels[second]}"
            where = f"{factor.name}, {outer.levels[place]}" if outer else factor.name
            levels = ((factor.name, first), (factor.name, second)) + (((outer.name, place),) if outer else ())
            found.append(weighted_number(design, weights, where, label, levels))
    return found


def planned(design: Factorial, contrasts: Mapping[str, AskedWeights]) -> list[MarginalNumber]:
    """Return planned contrasts; levels that are not named have a weight of zero.

    Raises
    ------
    AnalysisError
        ``unknown_factor``; ``unknown_category`` for a level the factor does not have; ``contrast_weights`` unless each
        level has one weight and those of some factor sum to zero.
    """
    problems, found = [], []
    for name, asked in contrasts.items():
        known = {one.name: one for one in design.factors}
        key = f"contrasts.{name}"
        unknown = [factor for factor in asked if factor not in known]
        if unknown:
            hint = nearest(unknown[0], list(known)) or f"one of {', '.join(known)}"
            problems.append(Problem("unknown_factor", f"'{unknown[0]}' is no factor", key=key, hint=hint))
            continue
        strange = [(one, level) for one, values in asked.items() if isinstance(values, Mapping)
                   for level in values if level not in known[one].levels]  # fmt: skip
        if strange:
            factor, level = strange[0]
            hint = nearest(level, known[factor].levels)
            problems.append(Problem("unknown_category", f"'{factor}' has no level '{level}'", key=key, hint=hint))
            continue
        weights = {
            one: [float(values.get(level, 0.0)) for level in known[one].levels]
            if isinstance(values, Mapping)
            else list(values)
            for one, values in asked.items()
        }
        wrong = [factor for factor, values in weights.items() if len(values) != len(known[factor].levels)]
        if wrong:
            levels = ", ".join(known[wrong[0]].levels)
            problems.append(Problem("contrast_weights", f"'{wrong[0]}' needs one weight for each level", key=key,
                                    hint=f"its levels: {levels}"))  # fmt: skip
            continue
        if all(abs(sum(values)) > 1e-9 for values in weights.values()):
            message = "the weights of a contrast sum to zero over at least one factor"
            problems.append(Problem("contrast_weights", message, key=key, hint="for example [1, 0, -1]"))
            continue
        found.append(weighted_number(design, weights, "planned", name))
    if problems:
        raise AnalysisError(problems)
    return found
