"""Resamples, or draws of the parameters, behind the intervals of a mediation analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.estimates import Floats
from osa_survey.analysis.mediating.mediation_fits import FittedPaths, X, Y
from osa_survey.models.bootstrap_intervals import bootstrap_interval
from osa_survey.models.inputs import check_columns
from osa_survey.models.linear import Linear
from osa_survey.models.path_equations import Equation, Places, bootstrap_paths, design_of, places_of

LONG = "long"
"""The outcome's equation with every predictor of the mediator, for the sensitivity of a moderated first stage."""
MOST_PATTERNS = 2000
"""Natural effects are averages over at most so many different respondents."""


@dataclass(frozen=True, repr=False)
class Draws:
    """Parameters of the data, first row, and of every draw below.

    Attributes
    ----------
    theta : ndarray of float, shape (1 + draws, parameters)
        Stacked parameters; NaN in draws without an estimate.
    places : Places
        Where they stand; with the long equation of the sensitivity analysis where that is needed.
    spread : ndarray of float, shape (1 + draws, 2)
        Standard deviations of x and y, in each draw.
    patterns : mapping of str to ndarray of float, shape (patterns,)
        Different values of the covariates.
    pattern_weights : ndarray of float, shape (1 + draws, patterns)
        How often each occurs.
    thinned : bool
        Whether the patterns are a random part of the respondents.
    """

    theta: Floats
    places: Places
    spread: Floats
    patterns: Mapping[str, Floats]
    pattern_weights: Floats
    thinned: bool

    @property
    def undefined(self) -> int:
        """Draws without an estimate."""
        return int((~np.isfinite(self.theta[1:]).all(axis=1)).sum())


def no_sensitivity(model: FittedPaths) -> str:
    """Return why the sensitivity to an unmeasured confounder has no rule, "" where it has one."""
    request = model.request
    if model.composed:
        return "weights and imputed sets have no rule"
    if len(request.mediators) > 1:
        return "each of several mediators has an error of its own, and one ρ does not say how a common cause moves them"
    if request.kind(request.mediators[0]) != "linear":
        return "the model of the mediator has no normal error that ρ could be a correlation with"
    kind = request.kind(request.y)
    if kind not in ("linear", "probit"):
        return "the model of the outcome has no normal error that ρ could be a correlation with (probit has)"
    if kind == "probit" and request.model != 4:
        return "with a probit outcome the rule is for a mediation without a moderator"
    if request.model == 7 and request.interval == "monte_carlo":
        return "with a moderated first stage it needs the bootstrap"
    return ""


def has_sensitivity(model: FittedPaths) -> bool:
    """Tell whether the sensitivity analysis has a rule."""
    return bool(model.request.mediators) and not no_sensitivity(model)


def draws_of(model: FittedPaths, natural: bool) -> Draws:
    """Return resamples of the respondents, or normal draws of the parameters for Monte-Carlo intervals.

    Parameters
    ----------
    model : FittedPaths
        The fitted equations.
    natural : bool
        Whether natural effects are wanted, which need the patterns of covariates.
    """
    request, columns = model.request, model.columns[0]
    system, fits = model.equations[0], model.fits[0]
    patterns, member, weights, thinned = _patterns(model) if natural else ({}, np.zeros((model.sample.first.n, 0)),
                                                                            np.zeros(0), False)  # fmt: skip
    x, y = columns[X], columns[Y]
    if request.interval == "monte_carlo":
        generator = np.random.default_rng(request.seed)
        estimates = model.estimates
        drawn = generator.multivariate_normal(
            estimates.estimate, estimates.covariance, size=request.draws, method="eigh", check_valid="ignore"
        )
        theta = np.vstack([estimates.estimate, drawn])
        spread = np.tile([x.std(ddof=1), y.std(ddof=1)], (len(theta), 1))
        return Draws(theta, model.places, spread, patterns, np.tile(weights, (len(theta), 1)), thinned)
    if request.model == 7 and has_sensitivity(model):
        extra = _long(model)
        system = (*system, extra)
        fits = (*fits, extra.family.fit(extra.y, design_of(extra.predictors, columns)))
    centred = [x - x.mean(), y - y.mean()]
    moments = np.column_stack([values**power for values in centred for power in (1, 2)])
    theta, sums = bootstrap_paths(
        system, columns, fits, np.column_stack([moments, member]), seed=request.seed, draws=request.draws
    )
    own = np.concatenate([fit.parameters for fit in fits])
    whole = np.vstack([np.concatenate([moments, member], axis=1).sum(axis=0), sums])
    n = len(x)
    variances = (whole[:, [1, 3]] - whole[:, [0, 2]] ** 2 / n) / (n - 1)
    pattern_weights = np.tile(weights, (len(whole), 1)) if thinned else whole[:, 4:]
    return Draws(
        np.vstack([own, theta]), places_of(system, fits), np.sqrt(variances), patterns, pattern_weights, thinned
    )


def interval_of_draws(model: FittedPaths, values: Floats) -> tuple[float, float, float]:
    """Return standard deviation and bounds from a number's values, the estimate first and the draws after it.

    Notes
    -----
    The bias-corrected interval is that of Efron (1987) without acceleration; it is known to err too often at zero
    (Fritz, Taylor & MacKinnon, 2012, doi:10.1080/00273171.2012.640596).
    """
    corrected = model.request.interval == "bias_corrected"
    drawn = values[1:, None]
    low, high = bootstrap_interval(
        values[:1],
        drawn,
        kind="bca" if corrected else "percentile",
        conf_level=model.request.conf_level,
        influences=np.zeros((1, 1)) if corrected else None,
    )
    kept = drawn[np.isfinite(drawn)]
    error = float(kept.std(ddof=1)) if 2 * len(kept) >= len(drawn) else np.nan
    return error, float(low[0]), float(high[0])


def _long(model: FittedPaths) -> Equation:
    """Return the outcome on its own predictors and those of the mediator."""
    mediator, outcome = model.equations[0]
    predictors = tuple(dict.fromkeys((*outcome.predictors, *mediator.predictors)))
    check_columns(design_of(predictors, model.columns[0]), np.ones(len(outcome.y)))
    return Equation(LONG, predictors, Linear(), outcome.y)


def _patterns(model: FittedPaths) -> tuple[dict[str, Floats], Floats, Floats, bool]:
    """Return the covariates' different rows, who has which (first set), how often each occurs, and if thinned."""
    names = model.paths.covariates
    n = model.sample.first.n
    rows = np.concatenate(
        [np.column_stack([np.zeros(one.n), *(own[name] for name in names)])
         for one, own in zip(model.sample.sets, model.columns, strict=True)]
    )  # fmt: skip
    weights = np.concatenate([np.ones(one.n) if one.weights is None else one.weights for one in model.sample.sets])
    different, member = np.unique(rows, axis=0, return_inverse=True)
    member = member.reshape(-1)
    thinned = len(different) > MOST_PATTERNS
    if thinned:
        chosen = np.random.default_rng(model.request.seed).choice(len(rows), MOST_PATTERNS, replace=False)
        different, totals = rows[chosen], weights[chosen]
        indicator = np.zeros((n, 0))
    else:
        totals = np.bincount(member, weights=weights, minlength=len(different))
        indicator = np.zeros((n, len(different)))
        indicator[np.arange(n), member[:n]] = 1.0
    patterns = {"": different[:, 0], **{name: different[:, k + 1] for k, name in enumerate(names)}}
    return patterns, indicator, totals, thinned
