"""Cross-lagged panel models under weights or pooled over completed sets: parameters and the test of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.estimates import Estimates, Floats, Sample, SetEstimate, joined_sets
from osa_survey.imputation import d3
from osa_survey.models.panels import Panel, panel_model
from osa_survey.models.path_models import PathFit, fit_p_value, fit_paths, path_implied, path_influence

PSEUDO = "under weights the likelihood ratio follows no χ² distribution: not tested"


@dataclass(frozen=True, repr=False)
class PanelFit:
    """A panel model of one or several sets.

    Attributes
    ----------
    panel : Panel
        The model.
    estimates : Estimates
        All parameters by number.
    implied : ndarray of float, shape (variables, variables)
        Covariances of all variables at the (pooled) parameters.
    converged : bool
        Whether every search ended at a maximum.
    fit : PanelTest
        The test of the model and indices of fit.
    """

    panel: Panel
    estimates: Estimates
    implied: Floats
    converged: bool
    fit: PanelTest


@dataclass(frozen=True)
class PanelTest:
    """How well a panel model fits; NaN with a warning where that is not known."""

    chi_squared: float
    statistic: float
    name: str
    df1: float
    df2: float
    p_value: float
    cfi: float
    rmsea: float
    srmr: float
    method: str
    warning: str = ""


@dataclass(frozen=True, repr=False)
class _Set:
    """One set: answers, their moments and the fit."""

    values: Floats
    mean: Floats
    spread: Floats
    panel: Panel
    fit: PathFit


def panel_fit(
    sample: Sample, answers: Sequence[Floats], variables: int, waves: int, *, random: bool, equal: bool
) -> PanelFit:
    """Return a panel model with the covariance its data ask for.

    Parameters
    ----------
    sample : Sample
        The respondents.
    answers : sequence of ndarray of float, shape (respondents used, variables * waves)
        Of each set, wave by wave.
    variables, waves : int
        How many.
    random, equal : bool
        As in ``panel_model``.
    """
    found: list[_Set] = []
    said: list[SetEstimate] = []
    for one, values in zip(sample.sets, answers, strict=True):
        weights = np.ones(len(values)) if one.weights is None else one.weights
        mean, spread = _moments(values, weights)
        panel = panel_model(spread, variables, waves, random=random, equal=equal)
        fit = fit_paths(spread, len(values), panel.structure, panel.start)
        found.append(_Set(values, mean, spread, panel, fit))
        said.append(_said(found[-1], weights, variables))
    estimates = joined_sets(sample, said)
    first = found[0]
    return PanelFit(
        first.panel,
        estimates,
        path_implied(first.panel.structure, estimates.estimate),
        all(one.fit.converged for one in found),
        _test(sample, found, estimates.estimate),
    )


def _moments(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    share = weights / weights.sum()
    mean = share @ values
    centred = values - mean
    return mean, np.asarray((centred * share[:, None]).T @ centred)


def _said(one: _Set, weights: Floats, variables: int) -> SetEstimate:
    structure, theta = one.panel.structure, one.fit.parameters
    start = [float(value) for value in theta]

    def refit(many: Floats) -> Floats:
        spreads = [_moments(one.values, column)[1] for column in many.T]
        return np.stack([fit_paths(spread, len(one.values), structure, start).parameters for spread in spreads])

    return SetEstimate(
        theta,
        lambda: one.fit.covariance,
        lambda: path_influence(one.values, weights, structure, theta),
        refit,
        df_lost=variables,
        how="expected information",
        what="a cross-lagged model",
    )


def _test(sample: Sample, found: Sequence[_Set], theta: Floats) -> PanelTest:
    """Return the test and the indices of fit.

    Notes
    -----
    Over completed sets D3 of Meng and Rubin (1992) for the model and for independent variables; CFI and RMSEA take
    their pooled χ², df times F (Enders & Mansolf, 2018, doi:10.1037/met0000102, recalled); SRMR is the mean. Under
    weights only SRMR.
    """
    nan, only = math.nan, found[0].fit
    srmr = float(np.mean([one.fit.srmr for one in found]))
    if sample.design is not None:
        return PanelTest(nan, nan, "", nan, nan, nan, nan, nan, srmr, "weighted likelihood", PSEUDO)
    if not sample.imputed:
        return PanelTest(
            only.chi_squared, only.chi_squared, "χ²", only.df, nan, fit_p_value(only), only.cfi, only.rmsea, srmr,
            "likelihood ratio",
        )  # fmt: skip
    method = "likelihood ratio pooled over imputed sets (D3), df times F"
    if not only.df:
        return PanelTest(0.0, nan, "", 0, nan, nan, 1.0, 0.0, srmr, method)
    n, p = sample.n, len(found[0].mean)
    implied = path_implied(found[0].panel.structure, theta)[:p, :p]
    mean = np.mean([one.mean for one in found], axis=0)
    whole = np.asarray(np.mean([one.spread for one in found], axis=0))
    scatters = [one.spread + np.outer(one.mean - mean, one.mean - mean) for one in found]
    own = [float(np.linalg.slogdet(one.spread)[1]) for one in found]
    model = d3(
        [one.fit.chi_squared for one in found],
        [n * (_deviance(implied, one) - _deviance(whole, one)) for one in scatters],
        only.df,
    )
    apart = d3(
        [n * (float(np.log(np.diag(one.spread)).sum()) - log) for one, log in zip(found, own, strict=True)],
        [n * (_deviance(np.diag(np.diag(whole)), one) - _deviance(whole, one)) for one in scatters],
        p * (p - 1) // 2,
    )
    chi, alone = max(0.0, model.statistic * model.df1), max(0.0, apart.statistic * apart.df1)
    above = max(chi - model.df1, 0.0)
    worst = max(alone - apart.df1, above)
    return PanelTest(
        chi, model.statistic, "F", model.df1, model.df2, model.p_value, 1.0 if worst == 0 else 1 - above / worst,
        math.sqrt(above / (model.df1 * n)), srmr, method,
    )  # fmt: skip


def _deviance(covariance: Floats, scatter: Floats) -> float:
    return float(np.linalg.slogdet(covariance)[1]) + float(np.trace(np.linalg.solve(covariance, scatter)))
