"""Several outcomes of the same people on one linear model: sums of squares and products of terms, sphericity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
SINGULAR = 1e-9
"""A design whose smallest singular value is below this share of its largest has no unique coefficients."""


@dataclass(frozen=True, repr=False)
class LinearTerm:
    """One term between people.

    Attributes
    ----------
    factors : tuple of str
        The variables in it; none for the intercept.
    columns : ndarray of int
        Its columns of the design matrix.
    """

    factors: tuple[str, ...]
    columns: NDArray[np.intp]


@dataclass(frozen=True, repr=False)
class LinearFit:
    """A multivariate linear model.

    Attributes
    ----------
    x : ndarray of float, shape (people, p)
        Intercept, effect-coded factors, centred covariates.
    y : ndarray of float, shape (people, w)
        Outcomes.
    terms : tuple of LinearTerm
        What the columns belong to; the intercept is the first.
    coefficients : ndarray of float, shape (p, w)
    inverse : ndarray of float, shape (p, p)
        (X'X)⁻¹.
    error : ndarray of float, shape (w, w)
        Sums of squares and products of the residuals.
    """

    x: Floats
    y: Floats
    terms: tuple[LinearTerm, ...]
    coefficients: Floats
    inverse: Floats
    error: Floats

    @property
    def df_error(self) -> int:
        """People less coefficients."""
        return int(self.x.shape[0] - self.x.shape[1])


def is_singular(x: Floats) -> bool:
    """Tell whether columns of a design matrix depend on each other, for example by an empty cell."""
    values = np.linalg.svd(x, compute_uv=False)
    return len(x) < x.shape[1] or bool(values[-1] <= SINGULAR * values[0])


def linear_fit(x: Floats, y: Floats, terms: Sequence[LinearTerm]) -> LinearFit:
    """Return the least squares fit of all outcomes."""
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.T @ y)
    residuals = y - x @ coefficients
    back = np.linalg.solve(r, np.eye(x.shape[1]))
    return LinearFit(x, y, tuple(terms), coefficients, back @ back.T, residuals.T @ residuals)


def hypothesis(fit: LinearFit, term: LinearTerm, type_: int) -> Floats:
    """Return the sums of squares and products of a term, shape (w, w).

    Parameters
    ----------
    fit : LinearFit
        The model.
    term : LinearTerm
        One of its terms.
    type_ : {2, 3}
        Type III: against the model without the term's (effect-coded) columns. Type II: what the term adds to all terms
        that do not contain it; the intercept, contained in all, is taken alone.

    Notes
    -----
    Type III: (LB)'[L(X'X)⁻¹L']⁻¹(LB). Type II: the difference of the residual products of two models.
    """
    if type_ == 3:
        b = fit.coefficients[term.columns]
        return np.asarray(b.T @ np.linalg.solve(fit.inverse[np.ix_(term.columns, term.columns)], b))
    own = set(term.factors)
    others = [one.columns for one in fit.terms if not own <= set(one.factors)]
    base = np.concatenate([np.zeros(0, dtype=np.intp), *others])
    return _residual_products(fit, base) - _residual_products(fit, np.concatenate([base, term.columns]))


def _residual_products(fit: LinearFit, columns: NDArray[np.intp]) -> Floats:
    if not len(columns):
        return np.asarray(fit.y.T @ fit.y)
    q, _ = np.linalg.qr(fit.x[:, columns])
    residuals = fit.y - q @ (q.T @ fit.y)
    return np.asarray(residuals.T @ residuals)


@dataclass(frozen=True)
class Sphericity:
    """Whether differences within people have equal variances.

    Attributes
    ----------
    w, chi_squared, df, p_value : float
        Mauchly's test; NaN with fewer error degrees of freedom than contrasts.
    greenhouse_geisser, huynh_feldt : float
        Corrections ε of the degrees of freedom; Huynh and Feldt's is not above 1.
    """

    w: float
    chi_squared: float
    df: float
    p_value: float
    greenhouse_geisser: float
    huynh_feldt: float


def sphericity(error: Floats, df_error: int) -> Sphericity:
    """Return Mauchly's test and both corrections.

    Parameters
    ----------
    error : ndarray of float, shape (q, q)
        Residual products of orthonormal contrasts.
    df_error : int
        Degrees of freedom of the residuals.

    Notes
    -----
    W = |E|/(tr E/q)^q; χ² = −(ν − (2q² + q + 2)/(6q)) ln W, with q(q + 1)/2 − 1 degrees of freedom and Box's second
    term in p, as R's ``mauchly.test``. ε_GG = (tr E)²/(q tr E²); ε_HF = ((ν + 1) q ε_GG − 2)/(q(ν − q ε_GG)) with
    Lecoutre's ν, as car and SPSS from version 26 have it.

    References
    ----------
    Mauchly, J. W. (1940). Significance test for sphericity of a normal n-variate distribution. Annals of Mathematical
    Statistics, 11(2), 204–209. doi:10.1214/aoms/1177731915
    Huynh, H., & Feldt, L. S. (1976). Estimation of the Box correction for degrees of freedom from sample data in
    randomized block and split-plot designs. Journal of Educational Statistics, 1(1), 69–82.
    doi:10.3102/10769986001001069
    Lecoutre, B. (1991). A correction for the ε̃ approximate test in repeated measures designs with two or more
    independent groups. Journal of Educational Statistics, 16(4), 371–372. doi:10.3102/10769986016004371
    """
    q, nu, nan = error.shape[0], df_error, math.nan
    trace, squares = float(np.trace(error)), float((error * error).sum())
    if not trace > 0:
        return Sphericity(nan, nan, nan, nan, nan, nan)
    gg = trace**2 / (q * squares)
    below = q * (nu - q * gg)
    hf = min(1.0, ((nu + 1) * q * gg - 2) / below) if below > 0 else 1.0
    df = q * (q + 1) / 2 - 1
    sign, log_det = np.linalg.slogdet(error)
    if nu < q or sign <= 0 or q < 2:
        return Sphericity(nan, nan, df, nan, gg, hf)
    log_w = float(log_det) - q * math.log(trace / q)
    rho = 1 - (2 * q**2 + q + 2) / (6 * q * nu)
    second = (q + 2) * (q - 1) * (q - 2) * (2 * q**3 + 6 * q**2 + 3 * q + 2) / (288 * (nu * q * rho) ** 2)
    chi_squared = -nu * rho * log_w
    first_p, second_p = float(stats.chi2.sf(chi_squared, df)), float(stats.chi2.sf(chi_squared, df + 4))
    p = first_p + second * (second_p - first_p)
    return Sphericity(math.exp(log_w), chi_squared, df, min(1.0, max(0.0, p)), gg, hf)


def orthonormal_contrasts(levels: int) -> Floats:
    """Return contrasts of a factor within people, shape (levels, levels − 1), each column of length one, sum zero."""
    basis = np.zeros((levels, levels - 1))
    for place in range(levels - 1):
        basis[: place + 1, place] = 1.0
        basis[place + 1, place] = -(place + 1.0)
    return np.asarray(basis / np.linalg.norm(basis, axis=0))


@dataclass(frozen=True)
class MultivariateTest:
    """One of the four multivariate tests with its F approximation (Roy's is an upper bound)."""

    name: str
    value: float
    f: float
    df1: float
    df2: float
    p_value: float


def multivariate_tests(h: Floats, error: Floats, df: int, df_error: int) -> tuple[MultivariateTest, ...]:
    """Return Pillai's trace, Wilks' lambda, Hotelling and Lawley's trace and Roy's largest root.

    Parameters
    ----------
    h, error : ndarray of float, shape (w, w)
        Products of the hypothesis and of the residuals.
    df, df_error : int
        Their degrees of freedom.

    Notes
    -----
    With λ the eigenvalues of E⁻¹H, s = min(w, df), m = (|w − df| − 1)/2, n = (df_e − w − 1)/2; F approximations as in
    R's ``summary.manova``.

    References
    ----------
    Pillai, K. C. S. (1955). Some new test criteria in multivariate analysis. Annals of Mathematical Statistics, 26(1),
    117–121. doi:10.1214/aoms/1177728599
    """
    eigenvalues = np.clip(np.real(np.linalg.eigvals(np.linalg.solve(error, h))), 0, None)
    w = error.shape[0]
    s, m, n = min(w, df), (abs(w - df) - 1) / 2, (df_error - w - 1) / 2
    pillai = float((eigenvalues / (1 + eigenvalues)).sum())
    wilks = float((1 / (1 + eigenvalues)).prod())
    hotelling, roy = float(eigenvalues.sum()), float(eigenvalues.max())
    a, b = 2 * m + s + 1, 2 * n + s + 1
    found = [("Pillai", pillai, b / a * pillai / (s - pillai) if pillai < s else math.inf, s * a, s * b)]
    left, half, root = df_error - (w - df + 1) / 2, (w * df - 2) / 4, w**2 + df**2 - 5
    power = math.sqrt(((w * df) ** 2 - 4) / root) if root > 0 else 1.0
    df2 = left * power - 2 * half
    found.append(("Wilks", wilks, (wilks ** (-1 / power) - 1) * df2 / (w * df), w * df, df2))
    c = 2 * (s * n + 1)
    found.append(("Hotelling–Lawley", hotelling, c * hotelling / (s * s * a), s * a, c))
    high = max(w, df)
    found.append(("Roy", roy, (df_error - high + df) * roy / high, high, df_error - high + df))
    return tuple(
        MultivariateTest(name, value, f, float(d1), float(d2), float(stats.f.sf(f, d1, d2)))
        for name, value, f, d1, d2 in found
    )
