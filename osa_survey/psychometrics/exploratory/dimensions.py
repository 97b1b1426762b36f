"""How many factors: eigenvalues, parallel analysis, minimum average partial correlation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.progressing import tell
from osa_survey.psychometrics.exploratory.adequacy import squared_multiple_correlations

Floats = NDArray[np.float64]
Basis = Literal["components", "factors"]
DRAWS_AT_ONCE = 200


@dataclass(frozen=True, repr=False)
class ParallelAnalysis:
    """Observed eigenvalues beside those of random data.

    Attributes
    ----------
    observed, random_mean, random_quantile : ndarray of float, shape (items,)
        Eigenvalues, largest first.
    suggested : int
        How many observed eigenvalues in a row, from the first, exceed the quantile.
    draws : int
        Random data sets.
    """

    observed: Floats
    random_mean: Floats
    random_quantile: Floats
    suggested: int
    draws: int


def eigenvalues(R: Floats, basis: Basis = "components") -> Floats:
    """Return eigenvalues, largest first, of correlation matrices.

    Parameters
    ----------
    R : ndarray of float, shape (..., items, items)
        Correlation matrices.
    basis : {"components", "factors"}
        Of the matrices themselves, or with squared multiple correlations on the diagonal.
    """
    if basis == "factors":
        R = R.copy()
        at = np.arange(R.shape[-1])
        R[..., at, at] = squared_multiple_correlations(R)
    return np.asarray(np.linalg.eigvalsh(R)[..., ::-1])


def random_correlations(n: int, items: int, draws: int, generator: np.random.Generator) -> Floats:
    """Return correlation matrices of uncorrelated normal data, shape (draws, items, items).

    Notes
    -----
    The cross-products of n normal rows about their mean are Wishart with n - 1 degrees of freedom and are drawn
    directly by Bartlett's decomposition, so that the time does not grow with n.

    References
    ----------
    Smith, W. B., & Hocking, R. R. (1972). Algorithm AS 53: Wishart variate generator. Applied Statistics, 21(3),
    341-345. doi:10.2307/2346290
    """
    lower = np.tril(generator.normal(size=(draws, items, items)), -1)
    at = np.arange(items)
    lower[:, at, at] = np.sqrt(generator.chisquare(n - 1 - at, size=(draws, items)))
    products = lower @ np.swapaxes(lower, -1, -2)
    scale = np.sqrt(products[:, at, at])
    return np.asarray(products / (scale[:, :, None] * scale[:, None, :]))


def shuffled(values: Floats, generator: np.random.Generator) -> Floats:
    """Return the answers with each item's column shuffled by itself: same answers to each item, no relations."""
    return np.asarray(generator.permuted(values, axis=0))


def parallel_analysis(
    R: Floats,
    n: int,
    *,
    draws: int = 100,
    seed: int = 1,
    quantile: float = 0.95,
    basis: Basis = "components",
    random_matrix: Callable[[np.random.Generator], Floats] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ParallelAnalysis:
    """Return Horn's parallel analysis.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        The observed correlations.
    n : int
        Respondents behind them, more than items.
    draws : int
        Random data sets.
    seed : int
        Of the random data; each draw has a stream of its own.
    quantile : float
        Quantile of the random eigenvalues that an observed one must exceed.
    basis : {"components", "factors"}
        See ``eigenvalues``.
    random_matrix : callable, optional
        From a generator to one correlation matrix of unrelated items; by default of normal data of the same size.
    progress : callable, optional
        Told (done, all) after each draw of ``random_matrix``.

    Returns
    -------
    ParallelAnalysis
        Eigenvalues and the suggested number.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2),
    179-185. doi:10.1007/BF02289447

    Glorfeld, L. W. (1995). An improvement on Horn's parallel analysis methodology. Educational and Psychological
    Measurement, 55(3), 377-393. doi:10.1177/0013164495055003002
    """
    observed = eigenvalues(R, basis)
    items = len(R)
    if random_matrix is None:
        generator = np.random.default_rng(seed)
        parts = [min(DRAWS_AT_ONCE, draws - done) for done in range(0, draws, DRAWS_AT_ONCE)]
        found = np.concatenate([eigenvalues(random_correlations(n, items, part, generator), basis) for part in parts])
    else:
        found = np.empty((draws, items))
        for position, stream in enumerate(np.random.SeedSequence(seed).spawn(draws)):
            found[position] = eigenvalues(random_matrix(np.random.default_rng(stream)), basis)
            tell("parallel analysis", position + 1, draws)
            if progress is not None:
                progress(position + 1, draws)
    high = np.quantile(found, quantile, axis=0)
    above = observed > high
    if basis == "factors":
        above &= observed > 0
    suggested = int(items if above.all() else np.argmin(above))
    return ParallelAnalysis(observed, found.mean(axis=0), high, suggested, draws)


def average_partials(R: Floats, most: int) -> Floats:
    """Return Velicer's average squared partial correlations after taking out 0, 1, 2 … components.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        The observed correlations.
    most : int
        The largest number of components, fewer than items.

    Returns
    -------
    ndarray of float, shape (most + 1,)
        The position of the smallest is the suggested number of components; NaN where an item is used up.

    References
    ----------
    Velicer, W. F. (1976). Determining the number of components from the matrix of partial correlations. Psychometrika,
    41(3), 321-327. doi:10.1007/BF02293557
    """
    p = len(R)
    values, vectors = np.linalg.eigh(R)
    components = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    found = np.full(most + 1, np.nan)
    for taken in range(most + 1):
        left = R - components[:, :taken] @ components[:, :taken].T
        variance = np.diag(left)
        if (variance <= 1e-12).any():
            break
        partial = left / np.sqrt(np.outer(variance, variance))
        found[taken] = ((partial**2).sum() - p) / (p * (p - 1))
    return found
