"""Whether the slopes of an ordinal model are the same at every threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cumulative_links import ENDS
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.likelihood_tests import Test, likelihood_ratio, wald
from osa_survey.models.logits import BinaryLogit
from osa_survey.models.newton import Point, maximise
from osa_survey.models.ordinal import Ordinal


@dataclass(frozen=True, repr=False)
class ParallelLines:
    """A test of equal slopes, of all columns together and of each group of columns.

    Attributes
    ----------
    overall : Test
        All slopes.
    groups : tuple of Test
        Each group of columns (each column, if no groups were given).
    slopes : ndarray of float, shape (thresholds, columns)
        Slopes threshold by threshold, of the separate binary models or of the generalised model.
    """

    overall: Test
    groups: tuple[Test, ...]
    slopes: Floats


def brant_test(y: Floats, X: Floats, k: int, groups: Sequence[Sequence[int]] | None = None) -> ParallelLines:
    """Return Brant's test: binary logistic models at every threshold, compared by a Wald test.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        Categories 0 … k − 1.
    X : ndarray of float, shape (respondents, columns)
        The design matrix, the intercept first.
    k : int
        How many categories, three or more.
    groups : sequence of sequences of int, optional
        Columns of X that belong together (dummies of one predictor).

    Raises
    ------
    AnalysisError
        With two categories, or where a binary model is separated.

    Notes
    -----
    βⱼ are the slopes of logit P(Y > j). Their covariances are (X'WⱼX)⁻¹ X'WⱼₗX (X'WₗX)⁻¹ with weights πⱼ(1 − πⱼ) and,
    for j < l, πₗ − πⱼπₗ. The statistic of R's package brant.

    References
    ----------
    Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic regression.
    Biometrics, 46, 1171–1178. doi:10.2307/2532457
    """
    _three_or_more(k)
    chances, slopes, breads = [], [], []
    for threshold in range(k - 1):
        fit = BinaryLogit().fit((y > threshold).astype(np.float64), X)
        if not fit.converged:
            message = f"the binary model above category {threshold + 1} has no finite estimates"
            raise AnalysisError(Problem("separation", message, hint="merge categories, or compare likelihoods instead"))
        chances.append(fit.family.expected(fit.parameters, X)[:, 0])
        slopes.append(fit.parameters[1:])
        breads.append(np.linalg.inv(fit.information))
    q, m = X.shape[1] - 1, k - 1
    covariance = np.zeros((m * q, m * q))
    for j in range(m):
        for later in range(j, m):
            weight = chances[later] - chances[j] * chances[later]
            block = (breads[j] @ ((X * weight[:, None]).T @ X) @ breads[later])[1:, 1:]
            covariance[j * q : (j + 1) * q, later * q : (later + 1) * q] = block
            covariance[later * q : (later + 1) * q, j * q : (j + 1) * q] = block.T
    found = np.array(slopes)

    def test(columns: Sequence[int]) -> Test:
        rows = []
        for later in range(1, m):
            for column in columns:
                row = np.zeros(m * q)
                row[column - 1], row[later * q + column - 1] = -1.0, 1.0
                rows.append(row)
        return wald(np.array(rows), found.ravel(), covariance)

    chosen = _groups(groups, q)
    return ParallelLines(test(range(1, q + 1)), tuple(test(columns) for columns in chosen), found)


def generalised_test(fit: Fit, y: Floats, X: Floats, groups: Sequence[Sequence[int]] | None = None) -> ParallelLines:
    """Return likelihood ratio tests against models whose slopes differ between thresholds.

    Parameters
    ----------
    fit : Fit
        An unweighted ordinal fit.
    y, X : ndarray of float
        What it was fitted to.
    groups : sequence of sequences of int, optional
        Columns of X that belong together; each group is freed alone, as in R's ``nominal_test``.

    Raises
    ------
    AnalysisError
        If a generalised model has no maximum: its lines cross for some respondents.
    """
    family = fit.family
    if not isinstance(family, Ordinal):
        raise AnalysisError(Problem("not_ordinal", "parallel lines are a matter of ordinal models"))
    _three_or_more(family.k)
    q = X.shape[1] - 1
    everything = _generalised(fit, family, y, X, range(1, q + 1))
    chosen = _groups(groups, q)
    tests = []
    for columns in chosen:
        value = _generalised(fit, family, y, X, columns)[0]
        tests.append(likelihood_ratio(fit.log_likelihood, value, len(columns) * (family.k - 2)))
    overall = likelihood_ratio(fit.log_likelihood, everything[0], q * (family.k - 2))
    return ParallelLines(overall, tuple(tests), everything[1])


def _generalised(fit: Fit, family: Ordinal, y: Floats, X: Floats, freed: Sequence[int]) -> tuple[float, Floats]:
    """Return the log-likelihood with the slopes of some columns freed, and these slopes (thresholds, columns)."""
    whole = y.astype(np.intp)
    m, q = family.k - 1, X.shape[1] - 1
    common = [column for column in range(1, q + 1) if column not in set(freed)]
    own = np.column_stack([np.ones(len(y)), -X[:, list(freed)]])
    width = own.shape[1]
    upper, lower = (np.zeros((len(y), len(common) + m * width)) for _ in range(2))
    upper[:, : len(common)] = lower[:, : len(common)] = -X[:, common]
    for threshold in range(m):
        place = slice(len(common) + threshold * width, len(common) + (threshold + 1) * width)
        upper[whole == threshold, place] = own[whole == threshold]
        lower[whole == threshold + 1, place] = own[whole == threshold + 1]
    top, bottom = whole == m, whole == 0
    beta, thresholds = fit.parameters[:q], fit.parameters[q:]
    slopes = beta[np.array(freed, dtype=np.intp) - 1]
    begin = np.concatenate([beta[np.array(common, dtype=np.intp) - 1], *(np.append(t, slopes) for t in thresholds)])

    def evaluate(parameters: Floats) -> Point | None:
        high = np.where(top, np.inf, upper @ parameters)
        low = np.where(bottom, -np.inf, lower @ parameters)
        if (high <= low).any():
            return None
        ends = ENDS[family.link](high, low)
        information = -(
            (upper * ends.upper_upper[:, None]).T @ upper
            + (lower * ends.lower_lower[:, None]).T @ lower
            + (upper * ends.upper_lower[:, None]).T @ lower
            + (lower * ends.upper_lower[:, None]).T @ upper
        )
        return Point(float(ends.value.sum()), upper.T @ ends.upper + lower.T @ ends.lower, information)

    # The infinite ends of the outer categories have no design.
    upper[top], lower[bottom] = 0.0, 0.0
    best = maximise(evaluate, begin, 1.0)
    if not best.converged:
        named = ", ".join(map(str, freed))
        message = f"with slopes of columns {named} free at every threshold there is no maximum"
        raise AnalysisError(Problem("not_converged", message, hint="use Brant's test, or merge categories"))
    found = best.parameters[len(common) :].reshape(m, width)[:, 1:]
    return best.point.value, found


def _groups(groups: Sequence[Sequence[int]] | None, q: int) -> Sequence[Sequence[int]]:
    return [[column] for column in range(1, q + 1)] if groups is None else groups


def _three_or_more(k: int) -> None:
    if k < 3:
        message = "with two categories there is one threshold and nothing to compare"
        raise AnalysisError(Problem("too_few_categories", message, hint="use a binary model"))
