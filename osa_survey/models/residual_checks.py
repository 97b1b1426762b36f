"""Checks of a least-squares fit on plain arrays: influence, leverage, and tests of what the model assumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import chdtrc, fdtrc

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Floats
from osa_survey.models.likelihood_tests import Test

MOST_SHAPIRO = 5000
"""Respondents up to which Royston's p value of the Shapiro–Wilk test holds."""
INFINITE = float("inf")


@dataclass(frozen=True, repr=False)
class Influence:
    """How each respondent pulls at a least-squares fit.

    Attributes
    ----------
    leverage : ndarray of float, shape (n,)
        Diagonal of X(X'X)⁻¹X'.
    cooks_distance : ndarray of float, shape (n,)
        r² h / (p s² (1 − h)²); see Cook (1977), https://doi.org/10.1080/00401706.1977.10489493.
    studentised : ndarray of float, shape (n,)
        Externally studentised residuals; NaN where the leverage is one.
    """

    leverage: Floats
    cooks_distance: Floats
    studentised: Floats


def influence_of(y: Floats, X: Floats) -> Influence:
    """Return leverage, Cook's distances and studentised residuals of a least-squares fit.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
        The outcome.
    X : ndarray of float, shape (n, p)
        The design matrix, the intercept first, of full rank.

    Examples
    --------
    >>> X = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    >>> influence_of(np.array([0.0, 1.0, 1.0, 3.0]), X).leverage.round(1)
    array([0.7, 0.3, 0.3, 0.7])
    """
    n, p = _shape(X)
    basis, residual = _residual(y, X)
    leverage = np.einsum("ij,ij->i", basis, basis)
    rest = 1.0 - leverage
    alone = rest < 1e-10
    rest = np.where(alone, np.nan, rest)
    variance = float(residual @ residual) / (n - p)
    cooks = residual**2 * leverage / (p * variance * rest**2)
    without = (variance * (n - p) - residual**2 / rest) / (n - p - 1)
    return Influence(leverage, cooks, residual / np.sqrt(without * rest))


def breusch_pagan(y: Floats, X: Floats) -> Test:
    """Return Koenker's studentised Breusch–Pagan test: n R² of the squared residuals on the predictors.

    Parameters
    ----------
    y, X : ndarray of float
        Outcome and design matrix, the intercept first.

    Notes
    -----
    Koenker (1981), https://doi.org/10.1016/0304-4076(81)90062-2: unlike the first form it does not need normal errors.
    """
    n, p = _shape(X)
    basis, residual = _residual(y, X)
    squares = residual**2
    centred = squares - squares.mean()
    left = squares - basis @ (basis.T @ squares)
    statistic = float(n * (1 - left @ left / (centred @ centred)))
    return Test(statistic, p - 1, INFINITE, float(chdtrc(p - 1, statistic)))


def reset_test(y: Floats, X: Floats, powers: tuple[int, ...] = (2, 3)) -> Test:
    """Return Ramsey's RESET: the F test of powers of the fitted values.

    Parameters
    ----------
    y, X : ndarray of float
        Outcome and design matrix, the intercept first.
    powers : tuple of int
        Which powers are added.
    """
    n, p = _shape(X)
    _, residual = _residual(y, X)
    fitted = y - residual
    z = (fitted - fitted.mean()) / fitted.std()  # spans the same columns beside the others as the raw powers do
    _, larger = _residual(y, np.column_stack([X, *(z**power for power in powers)]))
    df1, df2 = len(powers), n - p - len(powers)
    rest = float(larger @ larger)
    statistic = (float(residual @ residual) - rest) / df1 / (rest / df2)
    return Test(statistic, df1, float(df2), float(fdtrc(df1, df2, statistic)))


def durbin_watson(y: Floats, X: Floats) -> float:
    """Return the Durbin–Watson statistic: near 2 where neighbours in the order of the rows have unrelated residuals."""
    _, residual = _residual(y, X)
    step = np.diff(residual)
    return float(step @ step / (residual @ residual))


def shapiro_wilk(y: Floats, X: Floats) -> tuple[float, float]:
    """Return W and p of the Shapiro–Wilk test of the residuals.

    Raises
    ------
    AnalysisError
        ``too_many`` for more than 5,000 respondents, for whom its p value is not known.
    """
    if len(y) > MOST_SHAPIRO:
        message = f"the Shapiro–Wilk test is known for up to {MOST_SHAPIRO:,} respondents only"
        raise AnalysisError(
            Problem("too_many", message, hint="look at the residuals; tests of large n reject anything")
        )
    return shapiro_of(_residual(y, X)[1])


def shapiro_of(residual: Floats) -> tuple[float, float]:
    """Return W and p of the Shapiro–Wilk test of at most 5,000 numbers."""
    found = stats.shapiro(residual)
    return float(found.statistic), float(found.pvalue)


def hosmer_lemeshow(y: Floats, chances: Floats, groups: int = 10) -> Test:
    """Return the Hosmer–Lemeshow test of a binary model over groups of equal size.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
        1 for the event, else 0.
    chances : ndarray of float, shape (n,)
        The model's chances.
    groups : int
        How many groups; bounds are quantiles of type 7, equal bounds are one.
    """
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, groups + 1)))
    where = np.clip(np.searchsorted(edges, chances, side="left") - 1, 0, max(len(edges) - 2, 0))
    where = np.unique(where, return_inverse=True)[1]
    if where.max() < 2:
        message = "the chances fall into fewer than three groups"
        raise AnalysisError(Problem("too_few_groups", message, hint="compare observed and expected shares directly"))
    number = np.bincount(where)
    events, expected = np.bincount(where, y), np.bincount(where, chances)
    statistic = float(((events - expected) ** 2 / (expected * (1 - expected / number))).sum())
    df = len(number) - 2
    return Test(statistic, df, INFINITE, float(chdtrc(df, statistic)))


def pearson_dispersion(y: Floats, expected: Floats, variance: Floats, p: int) -> float:
    """Return Pearson's χ² over its degrees of freedom: about 1 where counts vary as the model says.

    Parameters
    ----------
    y, expected, variance : ndarray of float, shape (n,)
        Outcome, and its mean and variance by the model.
    p : int
        Number of coefficients.
    """
    return float(((y - expected) ** 2 / variance).sum() / (len(y) - p))


def _shape(X: Floats) -> tuple[int, int]:
    return X.shape[0], X.shape[1]


def _residual(y: Floats, X: Floats) -> tuple[Floats, Floats]:
    """Return an orthonormal basis of the columns, and the residuals."""
    basis = np.linalg.qr(X)[0]
    return basis, y - basis @ (basis.T @ y)
