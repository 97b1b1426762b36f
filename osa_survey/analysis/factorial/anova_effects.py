"""The effects of an analysis of variance: F tests between, within and mixed, corrected for sphericity."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.factorial.anova_designs import AnovaDesign
from osa_survey.analysis.factorial.factors import Factor
from osa_survey.analysis.factorial.linear_hypotheses import (
    LinearTerm,
    Sphericity,
    hypothesis,
    orthonormal_contrasts,
    sphericity,
)
from osa_survey.effects.effects import Effect
from osa_survey.effects.explained_variances import eta_squared, generalised_eta_squared, omega_squared

Floats = NDArray[np.float64]
Correction = Literal["auto", "none", "greenhouse_geisser", "huynh_feldt"]
TIMES = " × "
NO_VARIANCE = "no residual variance: the test is not defined"
LIBERAL = 0.75
"""Above this ε of Greenhouse and Geisser, Huynh and Feldt's is used by "auto" (Girden, 1992)."""


@dataclass(frozen=True)
class AnovaEffect:
    """One effect.

    Attributes
    ----------
    term : str
        Its factors joined by ×.
    factors : tuple of str
        Their names.
    within : tuple of str
        Those of them within people.
    f : float
        NaN without residual variance.
    df1, df2 : float
        Not corrected.
    epsilon : float
        What both are multiplied by for p; 1 where nothing is corrected.
    correction : str
        Its name, or "".
    p_value : float
        Of the corrected test.
    ss, ss_error : float
        Sums of squares.
    sphericity : Sphericity or None
        Of effects within people with more than one contrast.
    method : str
        What test it is.
    missing : str
        Why F is not defined, where it is not.
    """

    term: str
    factors: tuple[str, ...]
    within: tuple[str, ...]
    f: float
    df1: float
    df2: float
    epsilon: float
    correction: str
    p_value: float
    ss: float
    ss_error: float
    sphericity: Sphericity | None
    method: str = "F test"
    missing: str = NO_VARIANCE


def anova_effects(design: AnovaDesign, type_: int, correction: Correction) -> tuple[AnovaEffect, ...]:
    """Return all effects, covariates first, then factors between, within, and their interactions.

    Parameters
    ----------
    design : AnovaDesign
        The design.
    type_ : {2, 3}
        Type of the sums of squares between people.
    correction : {"auto", "none", "greenhouse_geisser", "huynh_feldt"}
        What is done to the degrees of freedom of effects within people with more than one contrast.

    Notes
    -----
    An effect of term T between and factors S within is tested on Y P, P the orthonormal contrasts of S and the average
    over other factors: F = (tr H/df_T)/(tr E/df_e), with q df_T and q df_e degrees of freedom for q contrasts.
    """
    found = []
    for size in range(len(design.within) + 1):
        for chosen in itertools.combinations(design.within, size):
            p = within_contrasts(design.within, {one.name for one in chosen})
            for term in design.fit.terms:
                if term.factors or chosen:
                    found.append(_effect(design, term, chosen, p, type_, correction))
    return tuple(sorted(found, key=lambda one: len(one.factors)))


def within_contrasts(within: Sequence[Factor], chosen: Collection[str]) -> Floats:
    """Return orthonormal contrasts of the chosen factors and averages over the others, shape (cells, q)."""
    p = np.ones((1, 1))
    for one in within:
        k = len(one.levels)
        p = np.kron(p, orthonormal_contrasts(k) if one.name in chosen else np.full((k, 1), 1 / math.sqrt(k)))
    return p


def _effect(
    design: AnovaDesign, term: LinearTerm, chosen: Sequence[Factor], p: Floats, type_: int, correction: Correction
) -> AnovaEffect:
    fit = design.fit
    h, error = p.T @ hypothesis(fit, term, type_) @ p, p.T @ fit.error @ p
    q, df_term = p.shape[1], len(term.columns)
    df1, df2 = float(q * df_term), float(q * fit.df_error)
    ss, ss_error = float(np.trace(h)), float(np.trace(error))
    within = tuple(one.name for one in chosen)
    factors = (*term.factors, *within)
    known = ss_error > 1e-12 * max(ss, float(np.trace(p.T @ fit.y.T @ fit.y @ p)))
    f = (ss / df1) / (ss_error / df2) if known else math.nan
    found = sphericity(error, fit.df_error) if q > 1 else None
    epsilon, name = _epsilon(found, correction) if found is not None else (1.0, "")
    p_value = float(stats.f.sf(f, epsilon * df1, epsilon * df2))
    return AnovaEffect(
        TIMES.join(factors), factors, within, f, df1, df2, epsilon, name, p_value, ss, ss_error, found
    )  # fmt: skip


def _epsilon(found: Sphericity, correction: Correction) -> tuple[float, str]:
    if correction == "none" or math.isnan(found.greenhouse_geisser):
        return 1.0, ""
    liberal = correction == "huynh_feldt" or (correction == "auto" and found.greenhouse_geisser > LIBERAL)
    if liberal:
        return found.huynh_feldt, "Huynh–Feldt"
    return found.greenhouse_geisser, "Greenhouse–Geisser"


@dataclass(frozen=True)
class EffectShares:
    """Partial η², generalised η² and partial ω² of an effect."""

    partial: Effect
    generalised: Effect
    omega: Effect


def effect_shares(
    design: AnovaDesign, effects: Sequence[AnovaEffect], observed: Collection[str], conf_level: float
) -> tuple[EffectShares, ...]:
    """Return the shares of variance of all effects of a design.

    Parameters
    ----------
    design : AnovaDesign
        The design.
    effects : sequence of AnovaEffect
        All of its effects: generalised η² sums over them.
    observed : collection of str
        Factors and covariates that were measured, not assigned.
    conf_level : float
        Level of the intervals.

    Notes
    -----
    η²_p = SS/(SS + SS_error); η²_G = SS/(δ SS + Σ SS of observed effects + Σ SS of all errors), each error once,
    that between people included, δ = 0 for observed effects (Olejnik & Algina, 2003);
    ω²_p = df₁(F − 1)/(df₁(F − 1) + N) between people and, within, with df₁ + df₂ + 1 in place of N.
    """
    average = within_contrasts(design.within, ())
    between_people = float(np.trace(average.T @ design.fit.error @ average))
    errors = {(): between_people, **{one.within: one.ss_error for one in effects}}
    total = sum(errors.values())
    measured = {one.term for one in effects if set(one.factors) & set(observed)}
    ss_measured = sum(one.ss for one in effects if one.term in measured)
    only_between = all(not one.within for one in effects)
    found = []
    for one in effects:
        found.append(
            EffectShares(
                eta_squared(one.f, one.df1, one.df2, conf_level),
                generalised_eta_squared(
                    one.ss, total, ss_measured, one.df1, one.df2, conf_level, measured=one.term in measured
                ),
                omega_squared(one.f, one.df1, one.df2, conf_level, n=float(design.n) if only_between else None),
            )
        )
    return tuple(found)
