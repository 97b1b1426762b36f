"""What items share with their factor, and how far factors can be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.fits import FactorFit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FactorShare:
    """One factor.

    Attributes
    ----------
    factor : str
        The factor.
    omega : float
        Reliability of the sum of its items as the model has it; NaN with ordinal items, whose sums are not the sums of
        the answers behind them, and with items of several factors.
    average_variance : float
        Average variance extracted: the share of the items' variance that the factor explains.
    """

    factor: str
    omega: float
    average_variance: float


def factor_shares(fit: FactorFit, group: int = 0) -> tuple[FactorShare, ...]:
    """Return omega and average variance extracted of every factor of items.

    Notes
    -----
    ``omega = (sum l)^2 psi / ((sum l)^2 psi + sum Theta)``, ``AVE = sum l^2 psi / (sum l^2 psi + sum theta)``; psi is
    the variance of the factor.

    References
    ----------
    Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with unobservable variables and
    measurement error. Journal of Marketing Research, 18(1), 39-50. doi:10.1177/002224378101800104
    """
    matrices = fit.structures[group].matrices(fit.minimum.parameters)
    found = []
    for index, factor in enumerate(fit.table.latent):
        loads = matrices.loadings[:, index] != 0
        if not loads.any():
            continue
        own = matrices.loadings[loads, index]
        psi = float(matrices.factor_covariance[index, index])
        residual = matrices.residuals[np.ix_(loads, loads)]
        alone = not (np.delete(matrices.loadings, index, axis=1)[loads] != 0).any()
        common = float(own.sum()) ** 2 * psi
        omega = common / (common + float(residual.sum())) if alone and not fit.table.ordered else np.nan
        shared = float((own**2).sum()) * psi
        found.append(FactorShare(factor, omega, shared / (shared + float(np.trace(residual)))))
    return tuple(found)


def htmt(correlations: Floats, blocks: dict[str, tuple[int, ...]]) -> Floats:
    """Return the heterotrait-monotrait ratios of factors (HTMT2).

    Parameters
    ----------
    correlations : ndarray of float, shape (items, items)
        Correlations of the items.
    blocks : dict of str to tuple of int
        Factor → its items; a factor of one item gets NaN.

    Returns
    -------
    ndarray of float, shape (factors, factors)
        Geometric mean of the absolute correlations between items of two factors, over the square root of the product of
        those within; unlike the arithmetic form it needs no equal loadings.

    References
    ----------
    Roemer, E., Schuberth, F., & Henseler, J. (2021). HTMT2 - an improved criterion for assessing discriminant validity
    in structural equation modeling. Industrial Management & Data Systems, 121(12), 2637-2650.
    doi:10.1108/IMDS-02-2021-0082

    Examples
    --------
    >>> r = np.array([[1, 0.5, 0.2, 0.2], [0.5, 1, 0.2, 0.2], [0.2, 0.2, 1, 0.8], [0.2, 0.2, 0.8, 1]])
    >>> float(htmt(r, {"a": (0, 1), "b": (2, 3)})[0, 1].round(4))
    0.3162
    """
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(correlations))
    logs[np.isneginf(logs)] = np.nan  # a correlation of exactly zero has no geometric mean
    names = list(blocks)
    within = np.full(len(names), np.nan)
    for index, name in enumerate(names):
        items = np.array(blocks[name])
        if len(items) > 1:
            part = logs[np.ix_(items, items)]
            within[index] = part[np.tril_indices(len(items), -1)].mean()
    result = np.eye(len(names))
    for i in range(len(names)):
        for j in range(i):
            between = logs[np.ix_(blocks[names[i]], blocks[names[j]])].mean()
            result[i, j] = result[j, i] = np.exp(between - (within[i] + within[j]) / 2.0)
    return result
