"""Natural direct and indirect effects of one mediator, for any families, averaged over covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from osa_survey.models.fits import Family, Floats
from osa_survey.models.linear import Linear
from osa_survey.models.path_equations import Equation, Places, design_of

NODES = 24
"""Gauss–Hermite nodes of a normal mediator: exact to rounding for the smooth links used here."""
TAIL = 1e-7
"""Chance of a count beyond those summed over."""
MOST_COUNTS = 4096


@dataclass(frozen=True, repr=False)
class NaturalSetting:
    """What natural effects are averages over.

    Attributes
    ----------
    mediator, outcome : Equation
        The two equations.
    places : Places
        Where their parameters stand in the stacked row.
    x : str
        The name of the exposure's column.
    values : tuple of float
        What the mediator's categories count in the outcome's equation; empty for numbers and counts.
    patterns : mapping of str to ndarray of float, shape (patterns,)
        The different values of the other columns (covariates, moderator).
    low, high : float
        The two values of x compared.
    """

    mediator: Equation
    outcome: Equation
    places: Places
    x: str
    values: tuple[float, ...]
    patterns: Mapping[str, Floats]
    low: float
    high: float


def natural_effects(theta: Floats, weights: Floats, setting: NaturalSetting) -> Floats:
    """Return direct, indirect and total effects on each expected value of the outcome.

    Parameters
    ----------
    theta : ndarray of float, shape (parameters,)
        The stacked parameters.
    weights : ndarray of float, shape (patterns,)
        How often each pattern of the other columns occurs.
    setting : NaturalSetting
        The model.

    Returns
    -------
    ndarray of float, shape (3, categories)
        Rows: pure natural direct effect E[Y(1, M(0))] − E[Y(0, M(0))]; total natural indirect effect
        E[Y(1, M(1))] − E[Y(1, M(0))]; their sum. Columns: the mean, or the probability of each category.

    Notes
    -----
    E[Y(x, M(x'))] = Σ over patterns c and values m of E[Y | x, m, c] P(M = m | x', c) (Imai, Keele & Tingley, 2010,
    doi:10.1037/a0020761): an exact sum for categories and counts, Gauss–Hermite quadrature for normal mediators.
    """
    share = weights / weights.sum()
    at_low = _mediator(theta, setting, setting.low)
    at_high = _mediator(theta, setting, setting.high)
    both_low = _mean(theta, share, setting, setting.low, at_low)
    crossed = _mean(theta, share, setting, setting.high, at_low)
    both_high = _mean(theta, share, setting, setting.high, at_high)
    return np.stack([crossed - both_low, both_high - crossed, both_high - both_low])


def _size(setting: NaturalSetting) -> int:
    return len(next(iter(setting.patterns.values())))


def _columns(setting: NaturalSetting, x: float, mediator: Floats) -> dict[str, Floats]:
    """Return the columns of the outcome's equation, the patterns repeated for each value of the mediator."""
    times = len(mediator) // _size(setting)
    found = {name: np.tile(values, times) for name, values in setting.patterns.items()}
    return {**found, setting.x: np.full(len(mediator), x), setting.mediator.outcome: mediator}


def _mediator(theta: Floats, setting: NaturalSetting, x: float) -> tuple[Floats, Floats]:
    """Return values of the mediator and their chances at one value of x, each of shape (values, patterns)."""
    size = _size(setting)
    columns = {**setting.patterns, setting.x: np.full(size, x)}
    X = design_of(setting.mediator.predictors, columns)
    parameters = setting.places.of(theta, setting.mediator.outcome)
    family = setting.mediator.family
    if isinstance(family, Linear):
        nodes, chances = np.polynomial.hermite_e.hermegauss(NODES)
        mean = family.expected(parameters, X)[:, 0]
        values = mean + np.exp(parameters[-1]) * nodes[:, None]
        return values, np.repeat((chances / chances.sum())[:, None], size, axis=1)
    if setting.values:
        said = np.array(setting.values)
        return np.repeat(said[:, None], size, axis=1), _chances(family, parameters, X, len(said))
    most = max(16, int(setting.mediator.y.max()))
    chances = _chances(family, parameters, X, most + 1)
    while most < MOST_COUNTS and (1 - chances.sum(axis=0)).max() > TAIL:
        most *= 2
        chances = _chances(family, parameters, X, most + 1)
    return np.repeat(np.arange(most + 1.0)[:, None], size, axis=1), chances / chances.sum(axis=0)


def _chances(family: Family, parameters: Floats, X: Floats, number: int) -> Floats:
    """Return the chance of each of the values 0 … number − 1, shape (number, patterns)."""
    with np.errstate(all="ignore"):
        rows = [np.exp(family.log_likelihood_of(parameters, np.full(len(X), float(k)), X)) for k in range(number)]
    return np.stack(rows)


def _mean(theta: Floats, share: Floats, setting: NaturalSetting, x: float, mediator: tuple[Floats, Floats]) -> Floats:
    values, chances = mediator
    columns = _columns(setting, x, values.ravel())
    X = design_of(setting.outcome.predictors, columns)
    expected = setting.outcome.family.expected(setting.places.of(theta, setting.outcome.outcome), X)
    return np.asarray((chances * share).ravel() @ expected)
