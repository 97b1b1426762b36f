"""Full-information maximum likelihood under multivariate normality: moments, correlations and linear regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.normal_moments import about, inverses, normal_moments, parts_of, pattern_sums

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class FimlMoments:
    """Means and covariances with their sampling covariance.

    Attributes
    ----------
    mean : ndarray, shape (q,)
        Means.
    covariance : ndarray, shape (q, q)
        Covariances with divisor n.
    sampling : ndarray, shape (q + q(q + 1)/2, same)
        Inverse observed information of the means, then the lower triangle of the covariances row by row.
    log_likelihood : float
        Of the answered values.
    n, dropped : int
        Respondents with an answer, and without any.
    patterns : int
        Patterns of gaps.
    converged : bool
        Whether the EM algorithm came to rest.
    """

    mean: Floats
    covariance: Floats
    sampling: Floats
    log_likelihood: float
    n: int
    dropped: int
    patterns: int
    converged: bool

    @property
    def mean_errors(self) -> Floats:
        """Standard errors of the means, shape (q,)."""
        return np.asarray(np.sqrt(self.sampling.diagonal()[: len(self.mean)]))

    @property
    def covariance_errors(self) -> Floats:
        """Standard errors of the covariances, shape (q, q)."""
        q = len(self.mean)
        rows, columns = np.tril_indices(q)
        errors = np.empty((q, q))
        errors[rows, columns] = errors[columns, rows] = np.sqrt(self.sampling.diagonal()[q:])
        return errors


@dataclass(frozen=True, repr=False)
class FimlEstimates:
    """Quantities that follow from the moments, with delta-method covariance.

    Attributes
    ----------
    estimate : ndarray, shape (p,)
        The quantities.
    covariance : ndarray, shape (p, p)
        Their sampling covariance.
    jacobian : ndarray, shape (p, moments)
        Their derivatives by the moments.
    """

    estimate: Floats
    covariance: Floats
    jacobian: Floats

    @property
    def std_error(self) -> Floats:
        """Standard errors, shape (p,)."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))


def fiml_moments(values: ArrayLike, weights: Floats | None = None) -> FimlMoments:
    """Estimate means and covariances from all answers by direct likelihood.

    Parameters
    ----------
    values : array, shape (n, q)
        Answers, NaN for gaps. Rows without any answer are dropped.
    weights : ndarray, shape (n,), optional
        Sampling weights: the weighted likelihood is maximised, and ``sampling`` is the inverse of its information, from
        which sandwiches are made (``fiml_influence``).

    Returns
    -------
    FimlMoments
        Estimates and the inverse of the observed information.

    Raises
    ------
    AnalysisError
        ``nothing_observed``, ``constant_variable``, ``infinite_value``, ``collinear_variables``; ``not_identified``
        where the answers leave a covariance open, for instance of two variables nobody answered both.

    Notes
    -----
    Valid where gaps are missing at random given the answers, and answers are multivariate normal. The information is
    the negative matrix of second derivatives of the log-likelihood, in closed form, summed over patterns of gaps; it
    stays right under missing at random, where the expected information does not (Kenward & Molenberghs 1998,
    doi:10.1214/ss/1028905830).
    """
    sums = pattern_sums(values, weights)
    try:
        moments = normal_moments(sums)
    except np.linalg.LinAlgError:
        message = "a variable follows from the others: their covariance has no inverse"
        hint = "leave out one of each set that adds up"
        raise AnalysisError(Problem("collinear_variables", message, hint=hint)) from None
    q = len(moments.mean)
    scale = sums.scale
    mean = (moments.mean - sums.centre) / scale
    covariance = moments.covariance / np.outer(scale, scale)
    of_mean, crossed, of_both = np.zeros((q, q)), np.zeros((q, q * q)), np.zeros((q * q, q * q))
    for part in parts_of(sums):
        k, _ = inverses(part.seen, covariance)
        away, products = about(part, mean)
        n = part.n[:, None, None]
        of_mean += (n * k).sum(axis=0)
        pulled = part.n[:, None] * np.einsum("pij,pj->pi", k, away)
        crossed += np.einsum("pia,pb->iab", k, pulled).reshape(q, q * q)
        middle = k @ products @ k
        flat_k = k.reshape(len(k), q * q)
        flat = (middle - n * k / 2).reshape(len(k), q * q)
        summed = (flat_k.T @ flat).reshape(q, q, q, q)  # (a, c, b, d): K_ac (KMK − nK/2)_bd
        of_both += 0.5 * (summed.transpose(0, 2, 1, 3) + summed.transpose(2, 0, 3, 1)).reshape(q * q, q * q)
    double = _duplication(q)
    information = np.block([[of_mean, crossed @ double], [(crossed @ double).T, double.T @ of_both @ double]])
    try:
        root = np.linalg.inv(np.linalg.cholesky(information))
    except np.linalg.LinAlgError:
        message = "the answers do not determine all covariances: two variables may never be answered by the same people"
        raise AnalysisError(Problem("not_identified", message, hint="leave one of the two out")) from None
    rows, columns = np.tril_indices(q)
    back = np.concatenate([scale, scale[rows] * scale[columns]])
    return FimlMoments(
        mean=moments.mean,
        covariance=moments.covariance,
        sampling=(root.T @ root) * np.outer(back, back),
        log_likelihood=moments.log_likelihood,
        n=int(sums.people.sum()),
        dropped=sums.dropped,
        patterns=len(sums.n),
        converged=moments.converged,
    )


def fiml_correlations(moments: FimlMoments) -> FimlEstimates:
    """Return the correlations of all pairs (lower triangle row by row, without the diagonal) from FIML moments."""
    s = moments.covariance
    q = len(s)
    rows, columns = np.tril_indices(q, -1)
    spread = np.sqrt(s.diagonal())
    r = s[rows, columns] / (spread[rows] * spread[columns])
    place = _places(q)
    jacobian = np.zeros((len(r), q + q * (q + 1) // 2))
    at = np.arange(len(r))
    jacobian[at, q + place[rows, columns]] = 1 / (spread[rows] * spread[columns])
    jacobian[at, q + place[rows, rows]] = -r / (2 * s[rows, rows])
    jacobian[at, q + place[columns, columns]] = -r / (2 * s[columns, columns])
    return FimlEstimates(r, jacobian @ moments.sampling @ jacobian.T, jacobian)


def fiml_regression(moments: FimlMoments, outcome: int = 0) -> FimlEstimates:
    """Return a linear regression on all other variables from FIML moments.

    Parameters
    ----------
    moments : FimlMoments
        Moments of the outcome and the predictors.
    outcome : int
        The position of the outcome.

    Returns
    -------
    FimlEstimates
        Intercept, slopes in the order of the variables, residual variance (divisor n) and R².

    Notes
    -----
    b = S_xx⁻¹ s_xy. With e = (−b, 1) the derivative of b along dS is S_xx⁻¹ (ds_xy − dS_xx b), that of the residual
    variance e' dS e. Predictors are random, as they must be where they have gaps.
    """
    s, q = moments.covariance, len(moments.mean)
    others = np.array([at for at in range(q) if at != outcome])
    inverse = np.linalg.inv(s[np.ix_(others, others)])
    b = inverse @ s[others, outcome]
    residual = float(s[outcome, outcome] - b @ s[others, outcome])
    intercept = float(moments.mean[outcome] - b @ moments.mean[others])
    weights = np.zeros(q)
    weights[outcome], weights[others] = 1.0, -b
    rows, columns = np.tril_indices(q)
    p = len(others)
    jacobian = np.zeros((p + 3, q + len(rows)))
    for at, (i, j) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        along = np.zeros((q, q))
        along[i, j] = along[j, i] = 1.0
        slopes = inverse @ (along[others] @ weights)
        change = float(weights @ along @ weights)
        jacobian[1 : p + 1, q + at] = slopes
        jacobian[0, q + at] = -slopes @ moments.mean[others]
        jacobian[p + 1, q + at] = change
        total = s[outcome, outcome]
        jacobian[p + 2, q + at] = -change / total + residual * along[outcome, outcome] / total**2
    jacobian[0, :q] = weights
    estimate = np.concatenate([[intercept], b, [residual, 1 - residual / s[outcome, outcome]]])
    return FimlEstimates(estimate, jacobian @ moments.sampling @ jacobian.T, jacobian)


def _places(q: int) -> NDArray[np.intp]:
    """Return where each covariance stands in the lower triangle row by row, shape (q, q)."""
    rows, columns = np.tril_indices(q)
    place = np.empty((q, q), dtype=np.intp)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))
    return place


def _duplication(q: int) -> Floats:
    """Return the matrix that turns a lower triangle into the whole symmetric matrix, shape (q², q(q + 1)/2)."""
    double = np.zeros((q * q, q * (q + 1) // 2))
    double[np.arange(q * q), _places(q).ravel()] = 1.0
    return double
