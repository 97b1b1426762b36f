"""What a linear model explains, and standardised coefficients, under weights and imputation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates, Sample, SetEstimate, joined_sets
from osa_survey.analysis.regressing.block_fits import BlockFit
from osa_survey.effects.effects import NO_BOUNDS, Effect, effect
from osa_survey.effects.explained_outcomes import r_squared, semipartial_r_squared
from osa_survey.effects.standardised_coefficients import standardised_coefficients
from osa_survey.imputation import pool_r2
from osa_survey.models.cross_products import row_blocks

Floats = NDArray[np.float64]
SMALLEST_SHARE = 1e-9
"""Nearer to 0 or 1 than this R² has no interval: Fisher's z of R has no slope there."""
NO_INTERVAL = (math.nan, math.nan)
NONE_WEIGHTED = "no interval is computed for this number under weights"
NONE_IMPUTED = "no interval is computed for this number over imputed sets"
NONE_ADJUSTED = "no interval is computed for adjusted R²"
NOTHING_EXPLAINED = "without predictors, or where nothing or everything is explained, R² has no interval"
WEIGHTED = "1 − weighted SS_residual / SS_total"
HAREL = "pooled on Fisher's z of R (Harel 2009)"


@dataclass(frozen=True, repr=False)
class Explained:
    """How well a linear model fits.

    Attributes
    ----------
    r2, adjusted_r2 : Effect
        R² and adjusted R².
    residual_sd : float
        √(Σw r² / Σw · n / (n − k)), the mean over completed sets.
    """

    r2: Effect
    adjusted_r2: Effect
    residual_sd: float


def explained(sample: Sample, outcomes: Sequence[Floats], block: BlockFit, conf_level: float) -> Explained:
    """Return R² and what belongs to it."""
    k = block.matrices[0].shape[1]
    shares, adjusted, spreads = [], [], []
    for one, y, fit in zip(sample.sets, outcomes, block.fits, strict=True):
        w = np.ones(one.n) if one.weights is None else one.weights
        mean = w @ y / w.sum()
        variance = math.exp(2 * float(fit.parameters[-1]))
        share = 1 - variance / float(w @ (y - mean) ** 2 / w.sum())
        shares.append(share)
        adjusted.append(1 - (1 - share) * (one.n - 1) / (one.n - k))
        spreads.append(math.sqrt(variance * one.n / (one.n - k)))
    designed = _designed(sample, outcomes, block, shares, conf_level) if sample.design is not None and k > 1 else None
    r2 = designed or _share(sample, shares, k - 1, conf_level)
    return Explained(r2, _adjusted(sample, adjusted, conf_level), float(np.mean(spreads)))


def _share(sample: Sample, shares: Sequence[float], k: int, conf_level: float) -> Effect:
    if sample.imputed:
        return _pooled(sample, shares, conf_level, "R²")
    if sample.design is not None:
        return effect(shares[0], NO_INTERVAL, WEIGHTED, missing=NOTHING_EXPLAINED)
    if not k:
        return effect(shares[0], NO_INTERVAL, "1 − SS_residual / SS_total", missing=NOTHING_EXPLAINED)
    return r_squared(shares[0], sample.n, k, conf_level)


def _designed(
    sample: Sample, outcomes: Sequence[Floats], block: BlockFit, shares: Sequence[float], conf_level: float
) -> Effect | None:
    """Return R² under a design with its interval on Fisher's z of R, pooled there; None where z is not defined.

    Notes
    -----
    With residuals e and σ²_y = Σw(y − ȳ)²/Σw the influence of respondent i on R² is
    wᵢ/(Σw σ²_y) · [(1 − R²)(yᵢ − ȳ)² − eᵢ²]: the coefficients minimise the residual sum, so their own error is of
    second order. On z = artanh R it is divided by 2R(1 − R²).
    """
    if min(shares) < SMALLEST_SHARE or max(shares) > 1 - SMALLEST_SHARE:
        return None
    said = [
        _said_share(y, X, np.ones(one.n) if one.weights is None else one.weights)
        for one, y, X in zip(sample.sets, outcomes, block.matrices, strict=True)
    ]
    found = joined_sets(sample, said)
    low, high = (max(0.0, float(bound[0])) for bound in found.interval(conf_level))
    bounds = (math.tanh(low) ** 2, math.tanh(high) ** 2) if math.isfinite(found.interval()[0][0]) else NO_INTERVAL
    pooled = f"R² {HAREL}" if sample.imputed else WEIGHTED
    return effect(math.tanh(float(found.estimate[0])) ** 2, bounds, f"{pooled}; interval on Fisher's z, {found.how}")


def _said_share(y: Floats, X: Floats, w: Floats) -> SetEstimate:
    share, influence = _share_under(y, X, w)
    root = math.sqrt(share)

    def refit(many: Floats) -> Floats:
        under = np.array([[_share_under(y, X, column)[0]] for column in many.T])
        return np.asarray(np.arctanh(np.sqrt(np.clip(under, 0.0, 1.0 - SMALLEST_SHARE))))

    return SetEstimate(
        np.array([math.atanh(root)]),
        influence=lambda: influence[:, None] / (2 * root * (1 - share)),
        refit=refit,
        df_lost=X.shape[1] - 1,
        what="R²",
    )


def _share_under(y: Floats, X: Floats, w: Floats) -> tuple[float, Floats]:
    """Return R² under weights and its influence contributions."""
    share = w / w.sum()
    centred = y - share @ y
    rest = y - X @ np.linalg.lstsq(X * np.sqrt(share)[:, None], y * np.sqrt(share), rcond=None)[0]
    total = float(share @ centred**2)
    r2 = 1 - float(share @ rest**2) / total
    return r2, share * ((1 - r2) * centred**2 - rest**2) / total


def _adjusted(sample: Sample, shares: Sequence[float], conf_level: float) -> Effect:
    if sample.imputed:
        return _pooled(sample, shares, conf_level, "adjusted R²")
    method = "1 − (1 − R²)(n − 1) / (n − k)" + (", weighted" if sample.design is not None else "")
    missing = NONE_ADJUSTED if sample.design is None else NONE_WEIGHTED
    return effect(shares[0], NO_INTERVAL, method, missing=missing)


def _pooled(sample: Sample, shares: Sequence[float], conf_level: float, what: str) -> Effect:
    found = pool_r2(shares, sample.n, conf_level)
    bounds = NO_INTERVAL if sample.design is not None else (found.low, found.high)
    missing = NO_BOUNDS if sample.design is None else NONE_WEIGHTED
    return effect(found.estimate, bounds, f"{what} {HAREL}", missing=missing)


def semipartial(sample: Sample, outcomes: Sequence[Floats], block: BlockFit, conf_level: float) -> tuple[Effect, ...]:
    """Return for each column but the intercept the loss of R² without it."""
    if not sample.imputed and sample.design is None:
        return tuple(semipartial_r_squared(outcomes[0], block.matrices[0][:, 1:], conf_level))
    losses = []
    for one, y, X, fit in zip(sample.sets, outcomes, block.matrices, block.fits, strict=True):
        w = np.ones(one.n) if one.weights is None else one.weights
        total = float(w @ (y - w @ y / w.sum()) ** 2)
        inverse = np.linalg.inv(X.T @ (X * w[:, None]))
        losses.append(np.square(fit.coefficients[1:]) / (np.diag(inverse)[1:] * total))
    method = "loss of R² without this column" + (", weighted" if sample.design is not None else "")
    missing = NONE_IMPUTED if sample.design is None else NONE_WEIGHTED
    if not sample.imputed:
        return tuple(effect(float(loss), NO_INTERVAL, method, missing=missing) for loss in losses[0])
    roots = np.arctanh(np.sqrt(np.clip(losses, 0.0, 1 - 1e-15)))
    pooled = np.square(np.tanh(roots.mean(axis=0)))
    return tuple(effect(float(loss), NO_INTERVAL, f"{method}, {HAREL}", missing=missing) for loss in pooled)


def standardised(
    sample: Sample,
    outcomes: Sequence[Floats],
    block: BlockFit,
    clusters: Sequence[NDArray[np.intp]] | None,
) -> Estimates:
    """Return β = B · sd(x) / sd(y) of each column but the intercept, with delta-method errors.

    Notes
    -----
    The influence of respondent i on β_j is wᵢ(s_j/s_y)[S_xx⁻¹x_i]_j e_i/Σw + β_j/2 · wᵢ(x_ij²/s_j² − y_i²/s_y²)/Σw with
    centred values and residual e_i: no standard deviation is taken as known. Without a design these are the errors of
    Jones and Waller (2015).
    """
    said = []
    first = block.estimates
    for number, (one, y, X) in enumerate(zip(sample.sets, outcomes, block.matrices, strict=True)):
        said.append(_said(y, X[:, 1:], one.weights, None if clusters is None else clusters[number], first.df_complete))
    return joined_sets(sample, said)


def _said(y: Floats, x: Floats, w: Floats | None, clusters: NDArray[np.intp] | None, df: float | Floats) -> SetEstimate:
    weights = np.ones(len(y)) if w is None else w

    def covariance() -> Floats:
        if clusters is None:
            return standardised_coefficients(y, x).covariance
        return standardised_coefficients(y, x, errors="cluster", clusters=clusters).covariance

    def refit(many: Floats) -> Floats:
        return np.array([_standardised(y, x, column).beta for column in many.T])

    found = _standardised(y, x, weights)
    return SetEstimate(
        found.beta, covariance, lambda: found.influence(y, x, weights), refit, df, df_lost=x.shape[1],
        what="a standardised coefficient",
    )  # fmt: skip


class _Standardised(NamedTuple):
    """Standardised coefficients, and the moments their influence is made from."""

    beta: Floats
    b: Floats
    inverse: Floats
    means: Floats
    sx: Floats
    mean: float
    sy: float

    def influence(self, y: Floats, x: Floats, w: Floats) -> Floats:
        """Return what each respondent adds, weight included."""
        cx, cy = x - self.means, y - self.mean
        found = (cx @ self.inverse) * (cy - cx @ self.b)[:, None] * (self.sx / self.sy)
        found += 0.5 * self.beta * ((cx / self.sx) ** 2 - ((cy / self.sy) ** 2)[:, None])
        return np.asarray(found * (w / w.sum())[:, None])


def _standardised(y: Floats, x: Floats, w: Floats) -> _Standardised:
    share = w / w.sum()
    means, mean = share @ x, float(share @ y)
    cy = y - mean
    sxx, sxy = np.zeros((x.shape[1],) * 2), np.zeros(x.shape[1])
    for rows in row_blocks(len(y)):
        cx = x[rows] - means
        weighted = cx * share[rows, None]
        sxx += weighted.T @ cx
        sxy += weighted.T @ cy[rows]
    inverse = np.asarray(np.linalg.inv(sxx), dtype=np.float64)
    b = inverse @ sxy
    sx, sy = np.sqrt(np.diag(sxx)), math.sqrt(float(share @ cy**2))
    return _Standardised(b * sx / sy, b, inverse, means, sx, mean, sy)
