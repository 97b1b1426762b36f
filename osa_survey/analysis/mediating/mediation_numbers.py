"""The numbers of a mediation analysis: indirect, direct and total associations, their index, natural effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.estimates import Floats
from osa_survey.analysis.mediating.mediation_draws import Draws
from osa_survey.analysis.mediating.mediation_fits import FittedPaths, X, Y
from osa_survey.analysis.mediating.mediation_predictors import Predictor
from osa_survey.analysis.predicting.slope_sentences import ABOVE, BELOW, MEAN
from osa_survey.models.indirect_paths import MODERATOR, along, moderation_index, slope
from osa_survey.models.natural_effects import NaturalSetting, natural_effects
from osa_survey.progressing import stepped

ARROW = " → "
NATURAL = ("natural_direct", "natural_indirect", "natural_total")


@dataclass(frozen=True, repr=False)
class Number:
    """One number of a table with its values in all draws.

    Attributes
    ----------
    quantity, term, contrast, level : str
        Its keys.
    values : ndarray of float, shape (own + draws,)
        The estimate (of each resampled set), then the draws.
    """

    quantity: str
    term: str
    contrast: str
    level: str
    values: Floats


@dataclass(frozen=True)
class Place:
    """A value of the moderator: its name, its printed value, the value."""

    name: str
    level: str
    value: float


def places_of_moderator(model: FittedPaths) -> tuple[Place, ...]:
    """Return where conditional numbers are taken: as asked, both of two values, or mean and one SD to each side."""
    moderator = model.moderator
    if moderator is None:
        return (Place("", "", 0.0),)
    if model.at is not None:
        return tuple(Place("", moderator.names.get(value, f"{value:g}"), value) for value in model.at)
    if moderator.two is not None:
        return tuple(Place("", moderator.names.get(value, f"{value:g}"), value) for value in moderator.two)
    mean, sd = _mean_and_sd(model, moderator)
    return tuple(Place(name, f"{mean + k * sd:.6g}", mean + k * sd) for name, k in ((BELOW, -1), (MEAN, 0), (ABOVE, 1)))


def contrast_of(model: FittedPaths) -> tuple[float, float]:
    """Return the values of x that natural effects compare: as asked, both of two, or one SD around the mean."""
    if model.contrast is not None:
        return model.contrast[0], model.contrast[1]
    if model.x.two is not None:
        return model.x.two
    mean, sd = _mean_and_sd(model, model.x)
    return mean - sd / 2, mean + sd / 2


def _mean_and_sd(model: FittedPaths, predictor: Predictor) -> tuple[float, float]:
    means, sds = [], []
    for one, values in zip(model.sample.sets, predictor.sets, strict=True):
        weights = np.ones(len(values)) if one.weights is None else one.weights
        mean = float(weights @ values / weights.sum())
        means.append(mean)
        variance = float(weights @ (values - mean) ** 2 / weights.sum()) * len(values) / (len(values) - 1)
        sds.append(variance**0.5)
    return float(np.mean(means)), float(np.mean(sds))


def path_name(model: FittedPaths, path: Sequence[str]) -> str:
    """Return ``x → m → y`` with the names of variables."""
    return ARROW.join(model.variable(column) for column in path)


def has_products(model: FittedPaths) -> bool:
    """Tell whether products of coefficients have a meaning: every mediator has a linear model."""
    return all(model.request.kind(name) == "linear" for name in model.request.mediators)


def has_natural(model: FittedPaths) -> bool:
    """Tell whether natural effects are computed: one mediator, and some model that is not linear."""
    return len(model.request.mediators) == 1 and not model.request.linear


def product_numbers(model: FittedPaths, draws: Draws, places: Sequence[Place]) -> list[Number]:
    """Return indirect, direct and total associations at each place, and indices of moderated mediation."""
    theta, where, paths = draws.theta, draws.places, model.paths
    direct_name = path_name(model, (X, Y))
    nowhere = (Place("", "", 0.0),)
    found: list[Number] = []
    for place in places if paths.moderates_paths else nowhere:
        if not has_products(model):
            break
        each = [(path_name(model, path), along(theta, where, path, place.value)) for path in paths.paths]
        found += [Number("indirect", name, place.name, place.level, values) for name, values in each]
        if len(each) > 1:
            together = np.sum([values for _, values in each], axis=0)
            found.append(Number("indirect_total", direct_name, place.name, place.level, together))
    for place in places if paths.moderates_direct else nowhere:
        values = slope(theta, where, Y, X, place.value)
        found.append(Number("direct", direct_name, place.name, place.level, values))
    if model.request.linear and paths.paths and not paths.moderated:
        indirect = np.sum([along(theta, where, path) for path in paths.paths], axis=0)
        found.append(Number("total", direct_name, "", "", slope(theta, where, Y, X) + indirect))
    return found + (_further(model, draws) if has_products(model) else [])


def _further(model: FittedPaths, draws: Draws) -> list[Number]:
    """Return differences of specific paths, standardised indirect associations, and indices of moderation."""
    theta, where, paths = draws.theta, draws.places, model.paths
    found = []
    if paths.moderates_paths:
        found += [
            Number("moderated_mediation", path_name(model, path), "", "", moderation_index(theta, where, path))
            for path in paths.paths
        ]
    elif paths.paths:
        named = [(path_name(model, path), along(theta, where, path)) for path in paths.paths]
        found += [
            Number("indirect_difference", f"({first}) − ({second})", "", "", one - other)
            for position, (first, one) in enumerate(named)
            for second, other in named[position + 1 :]
        ]
        if model.request.linear and (not model.composed or model.request.interval != "monte_carlo"):
            scale = 1 / draws.spread[:, 1] if model.x.two is not None else draws.spread[:, 0] / draws.spread[:, 1]
            found += [Number("indirect_standardised", name, "", "", values * scale) for name, values in named]
    if paths.number == 1:
        product = theta[:, where.slopes[Y, (X, MODERATOR)]]
        found.append(Number("moderation", f"{model.variable(X)}:{model.variable(MODERATOR)}", "", "", product))
    return found


def natural_numbers(model: FittedPaths, draws: Draws, places: Sequence[Place]) -> list[Number]:
    """Return natural direct, indirect and total effects of the contrast of x, category by category."""
    low, high = contrast_of(model)
    mediator, outcome = model.outcomes["m1"], model.outcomes[Y]
    values: tuple[float, ...] = ()
    if mediator.kind.binary:
        values = (0.0, 1.0)
    elif mediator.kind.categorical:
        values = mediator.codes
    name = path_name(model, (X, "m1", Y))
    levels = outcome.categories or ("",)
    equations = {equation.outcome: equation for equation in model.equations[0]}
    found = []
    for place in places:
        patterns = dict(draws.patterns)
        if model.moderator is not None:
            patterns[MODERATOR] = np.full(len(patterns[""]), place.value)
        setting = NaturalSetting(
            equations["m1"], equations[Y], draws.places, X, values, patterns, low, high
        )  # fmt: skip
        effects = np.full((len(draws.theta), len(NATURAL), len(levels)), np.nan)
        for row in stepped("natural effects", range(len(draws.theta))):
            if np.isfinite(draws.theta[row]).all():
                effects[row] = natural_effects(draws.theta[row], draws.pattern_weights[row], setting)
        where = place.name or (f"{model.request.moderator} = {place.level}" if place.level else "")
        found += [
            Number(quantity, name, where, level, effects[:, k, j])
            for k, quantity in enumerate(NATURAL)
            for j, level in enumerate(levels)
        ]
    return found
