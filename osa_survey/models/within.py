"""Fixed effects by the within transformation: least squares on deviations from the means of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.models.grouping import group_sums, within_groups

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class WithinFit:
    """Slopes within groups.

    Attributes
    ----------
    coefficients : ndarray, shape (k,)
        Of the columns of X.
    classical, clustered : ndarray, shape (k, k)
        Covariances: of one residual variance, and robust to clusters.
    contributions : ndarray, shape (n, k)
        What each row adds to the coefficients at first order, weight included.
    df, cluster_df : float
        n − G − k, and the number of clusters less one.
    within_r2, residual_variance : float
        Share of the variance within groups that X predicts; SS_residual / (n − G − k).
    """

    coefficients: Floats
    classical: Floats
    clustered: Floats
    contributions: Floats
    df: float
    cluster_df: float
    within_r2: float
    residual_variance: float


def fit_within(
    y: Floats,
    X: Floats,
    groups: NDArray[np.intp],
    clusters: NDArray[np.intp] | None = None,
    weights: Floats | None = None,
) -> WithinFit:
    """Fit a linear model with an intercept of its own for each group.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Outcome.
    X : ndarray, shape (n, k)
        Predictors without an intercept, each varying within some group, of full rank within groups.
    groups : ndarray of int, shape (n,)
        The group of each row, 0, 1, ….
    clusters : ndarray of int, shape (n,), optional
        Clusters of the errors; by default the groups.
    weights : ndarray, shape (n,), optional
        Sampling weights; 0 takes no part.

    Notes
    -----
    Slopes and classical errors are those of the regression with a dummy for each group (Frisch–Waugh–Lovell), under
    weights of the weighted one. The clustered covariance has the factor C / (C − 1) · (n − 1) / (n − k − 1): intercepts
    nested in the clusters are not counted (Cameron & Miller, 2015, section III.B), unlike in the dummy regression.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human
    Resources, 50, 317–372. doi:10.3368/jhr.50.2.317
    """
    n, k = X.shape
    clusters = groups if clusters is None else clusters
    number = int(clusters.max()) + 1
    inside = within_groups(np.column_stack([X, y]), groups, weights)
    Xw, yw = inside[:, :-1], inside[:, -1]
    left = Xw if weights is None else Xw * weights[:, None]
    bread = np.linalg.inv(left.T @ Xw)
    b = bread @ (left.T @ yw)
    rest = yw - Xw @ b
    df = float(n - (int(groups.max()) + 1) - k)
    share = 1.0 if weights is None else weights / weights.mean()
    squares, total = float(rest @ (share * rest)), float(yw @ (share * yw))
    contributions = left * rest[:, None] @ bread
    sums = group_sums(contributions, clusters)
    factor = number / (number - 1) * (n - 1) / (n - k - 1)
    return WithinFit(
        coefficients=b,
        classical=np.asarray(squares / df * bread, dtype=np.float64),
        clustered=factor * sums.T @ sums,
        contributions=contributions,
        df=df,
        cluster_df=float(number - 1),
        within_r2=1 - squares / total,
        residual_variance=squares / df,
    )
