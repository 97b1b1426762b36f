"""Linear mixed models with one grouping factor: likelihood profiled down to the relative covariance factor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from osa_survey.models.grouping import group_sums

Floats = NDArray[np.float64]
SINGULAR = 1e-4
"""A relative standard deviation below this counts as zero (the bound lme4 uses)."""
STEEP = 1e-3
"""Largest slope of the deviance at a maximum; the deviance itself is of the size of n."""
STARTS = (1.0, 0.1)


@dataclass(frozen=True, repr=False)
class MixedFit:
    """A fitted linear mixed model.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        Of the columns of X.
    covariance : ndarray, shape (p, p)
        (X'V⁻¹X)⁻¹ at the estimated variances.
    random_covariance : ndarray, shape (q, q)
        Covariance of the random intercept and slopes.
    residual_variance : float
        Variance within groups.
    log_likelihood : float
        Restricted or full.
    fixed_variance, random_variance : float
        Variance of the fixed predictions (n − 1), and mean variance of the random part, mean of z'Dz.
    singular, converged : bool
        Whether a variance (or a combination) is at zero; whether the search ended at a maximum.
    """

    coefficients: Floats
    covariance: Floats
    random_covariance: Floats
    residual_variance: float
    log_likelihood: float
    fixed_variance: float
    random_variance: float
    singular: bool
    converged: bool

    @property
    def icc(self) -> float:
        """Share of the variance not predicted by X that lies between groups."""
        return self.random_variance / (self.random_variance + self.residual_variance)

    @property
    def marginal_r2(self) -> float:
        """Share of all variance that X predicts."""
        return self.fixed_variance / (self.fixed_variance + self.random_variance + self.residual_variance)

    @property
    def conditional_r2(self) -> float:
        """Share of all variance that X and the groups predict."""
        told = self.fixed_variance + self.random_variance
        return told / (told + self.residual_variance)


class _Profile:
    """The deviance as a function of Λ, where the random part has covariance σ²ΛΛ'."""

    def __init__(self, y: Floats, X: Floats, Z: Floats, groups: NDArray[np.intp], reml: bool) -> None:
        self.n, self.p = X.shape
        self.q = Z.shape[1]
        self.reml = reml
        M = np.column_stack([X, y])
        self.cross = M.T @ M
        self.ZZ = group_sums(np.einsum("ni,nj->nij", Z, Z).reshape(self.n, -1), groups).reshape(-1, self.q, self.q)
        self.ZM = group_sums(np.einsum("ni,nj->nij", Z, M).reshape(self.n, -1), groups).reshape(-1, self.q, self.p + 1)
        self.rows, self.columns = np.tril_indices(self.q)
        self.diagonal = self.rows == self.columns

    def factor(self, theta: Floats) -> Floats:
        found = np.zeros((self.q, self.q))
        found[self.rows, self.columns] = theta
        return found

    def solved(self, theta: Floats) -> tuple[float, Floats, float, Floats]:
        """Return deviance, coefficients, residual variance and X'W⁻¹X."""
        factor = self.factor(theta)
        inner = np.eye(self.q) + factor.T @ self.ZZ @ factor
        lower = np.linalg.cholesky(inner)
        U = np.linalg.solve(lower, factor.T @ self.ZM)
        left = self.cross - np.einsum("gij,gik->jk", U, U)
        XX, Xy, yy = left[:-1, :-1], left[:-1, -1], float(left[-1, -1])
        b = np.linalg.solve(XX, Xy)
        free = self.n - self.p if self.reml else self.n
        variance = max((yy - float(Xy @ b)) / free, np.finfo(np.float64).tiny)
        spread = 2 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum())
        deviance = spread + free * (1 + math.log(2 * math.pi * variance))
        if self.reml:
            deviance += float(np.linalg.slogdet(XX)[1])
        return deviance, b, variance, XX

    def search(self) -> tuple[Floats, bool]:
        bounds = [(0.0 if on else None, None) for on in self.diagonal]
        best, value, slope = np.zeros(len(bounds)), math.inf, np.zeros(len(bounds))
        for start in STARTS:
            found = optimize.minimize(
                lambda theta: self.solved(theta)[0],
                np.where(self.diagonal, start, 0.0),
                method="L-BFGS-B",
                jac="3-point",
                bounds=bounds,
                options={"ftol": 1e-15, "gtol": 1e-8, "maxiter": 500},
            )
            if found.fun < value:
                best, value, slope = found.x, float(found.fun), np.asarray(found.jac)
        pinned = self.diagonal & (best <= SINGULAR)
        zeroed = np.where(pinned, 0.0, best)
        if pinned.any() and self.solved(zeroed)[0] <= value + SINGULAR:
            best = zeroed
        return best, bool((np.abs(slope[~pinned]) < STEEP).all())


def fit_mixed(
    y: Floats, X: Floats, groups: NDArray[np.intp], *, random: tuple[int, ...] = (0,), reml: bool = True
) -> MixedFit:
    """Fit a linear mixed model with one grouping factor and an unstructured covariance of its random part.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Outcome.
    X : ndarray, shape (n, p)
        Design matrix, the intercept first, of full rank.
    groups : ndarray of int, shape (n,)
        The group of each row, 0, 1, ….
    random : tuple of int
        Columns of X that differ between groups; the intercept (0) first.
    reml : bool
        Restricted likelihood, else full likelihood.

    Notes
    -----
    With V = σ²(I + ZΛΛ'Z') the coefficients and σ² are profiled out and the deviance is minimised over the lower
    triangle of Λ, whose diagonal is not negative (Bates et al., 2015). Columns are centred and scaled on the way; the
    numbers returned are those of the columns handed over. R² is that of Nakagawa and Schielzeth (2013) with Johnson's
    (2014) extension to slopes.

    References
    ----------
    Bates, D., Mächler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects models using lme4. Journal of
    Statistical Software, 67(1). doi:10.18637/jss.v067.i01
    Nakagawa, S., & Schielzeth, H. (2013). A general and simple method for obtaining R² from generalized linear
    mixed-effects models. Methods in Ecology and Evolution, 4, 133–142. doi:10.1111/j.2041-210x.2012.00261.x
    Johnson, P. C. D. (2014). Extension of Nakagawa & Schielzeth's R²GLMM to random slopes models. Methods in Ecology
    and Evolution, 5, 944–946. doi:10.1111/2041-210X.12225
    """
    p = X.shape[1]
    centre, scale = X.mean(axis=0), X.std(axis=0)
    centre[0], scale[0] = 0.0, 1.0
    back = np.diag(1 / scale)
    back[0, 1:] = -centre[1:] / scale[1:]
    middle, spread = float(y.mean()), float(y.std())
    Xs = X @ back
    where = list(random)
    profile = _Profile((y - middle) / spread, Xs, Xs[:, where], groups, reml)
    theta, converged = profile.search()
    deviance, b, variance, XX = profile.solved(theta)
    free = profile.n - p if reml else profile.n
    deviance += 2 * free * math.log(spread)
    if reml:
        deviance += 2 * float(np.log(scale).sum())
    coefficients = spread * (back @ b)
    coefficients[0] += middle
    variance *= spread**2
    factor = profile.factor(theta)
    inside = back[np.ix_(where, where)]
    D = variance * inside @ factor @ factor.T @ inside.T
    Z = X[:, where]
    predicted = X @ coefficients
    return MixedFit(
        coefficients=coefficients,
        covariance=variance * back @ np.linalg.inv(XX) @ back.T,
        random_covariance=D,
        residual_variance=variance,
        log_likelihood=-deviance / 2,
        fixed_variance=float(predicted.var(ddof=1)),
        random_variance=float(np.einsum("ni,ij,nj->n", Z, D, Z).mean()),
        singular=bool((theta[profile.diagonal] < SINGULAR).any()),
        converged=converged,
    )


def linear_log_likelihood(y: Floats, X: Floats, *, reml: bool = True) -> float:
    """Return the log-likelihood of the model without groups, comparable with that of ``fit_mixed``."""
    n, p = X.shape
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    free = n - p if reml else n
    variance = float(((y - X @ b) ** 2).sum()) / free
    deviance = free * (1 + math.log(2 * math.pi * variance))
    if reml:
        deviance += float(np.linalg.slogdet(X.T @ X)[1])
    return float(-deviance / 2)


def inner_outer_df(X: Floats, groups: NDArray[np.intp]) -> Floats:
    """Return degrees of freedom for t: G less the columns that differ only between groups for these, else the rest.

    Notes
    -----
    The inner–outer rule of nlme (Pinheiro & Bates, 2000, p. 91): a column constant within every group has
    G − (1 + number of such columns), every other one and the intercept n − G − number of columns that vary within.
    """
    n, p = X.shape
    count = int(groups.max()) + 1
    outer = constant_within(X, groups)
    outer[0] = False
    between = count - 1 - int(outer.sum())
    inner = n - count - int((~outer[1:]).sum())
    return np.where(outer, float(between), float(inner)) if p else np.zeros(0)


def constant_within(X: Floats, groups: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which columns have one value in every group."""
    first = np.zeros(int(groups.max()) + 1, dtype=np.intp)
    first[groups[::-1]] = np.arange(len(groups))[::-1]
    return np.asarray((X[first[groups]] == X).all(axis=0))
