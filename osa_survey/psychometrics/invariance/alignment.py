"""Alignment of many groups: factor means under which item parameters differ in as few places as possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

SOFTENING = 1e-4
"""Keeps the loss smooth at no difference; Asparouhov and Muthén's 0.0001 keeps the minimum where it is."""
STAGES = (1e-1, 1e-2, 1e-3, SOFTENING)
"""The loss is minimised with falling softening, each time from the last place, which leaves local minima behind."""


@dataclass(frozen=True, repr=False)
class Aligned:
    """Aligned groups of one factor.

    Attributes
    ----------
    means, sds : ndarray of float, shape (groups,)
        Of the factor; 0 and 1 in the first group.
    loadings, intercepts : ndarray of float, shape (groups, items)
        Item parameters on the common scale.
    loss : float
        The minimised loss.
    loading_r2, intercept_r2 : float
        The share of the groups' differences in configural loadings and intercepts that means and variances of the
        factor account for: 1 where items are alike.
    converged : bool
        Whether the search ended.
    """

    means: Floats
    sds: Floats
    loadings: Floats
    intercepts: Floats
    loss: float
    loading_r2: float
    intercept_r2: float
    converged: bool


def align(loadings: Floats, intercepts: Floats, n: Floats) -> Aligned:
    """Align the groups of a configural one-factor model.

    Parameters
    ----------
    loadings, intercepts : ndarray of float, shape (groups, items)
        Of a model with factor mean 0 and variance 1 in every group.
    n : ndarray of float, shape (groups,)
        Respondents.

    Returns
    -------
    Aligned
        Factor means and standard deviations and the item parameters on the common scale.

    Notes
    -----
    With ``l = l0 / sd``, ``v = v0 - l mean`` and ``f(x) = (x^2 + e)^(1/4)`` the loss is the weighted mean over pairs of
    groups and over items of ``f(l_gj - l_hj) + f(v_gj - v_hj)``, with weights ``sqrt(n_g n_h)``. It prefers few large
    differences to many small ones. It is minimised with mean 0 in the first group and standard deviations of product
    one, then put on the first group's scale.

    References
    ----------
    Asparouhov, T., & Muthén, B. (2014). Multiple-group factor analysis alignment. Structural Equation Modeling, 21(4),
    495-508. doi:10.1080/10705511.2014.919210
    """
    groups, items = loadings.shape
    first, second = np.triu_indices(groups, 1)
    weight = np.sqrt(n[first] * n[second])
    weight = weight / weight.sum() / items

    def unpack(z: Floats) -> tuple[Floats, Floats]:
        logs = np.concatenate([[0.0], z[groups - 1 :]])
        return np.concatenate([[0.0], z[: groups - 1]]), np.exp(logs - logs.mean())

    def value(z: Floats, softening: float) -> tuple[float, Floats]:
        means, sds = unpack(z)
        own = loadings / sds[:, None]
        level = intercepts - own * means[:, None]
        total, slope_own, slope_level = 0.0, np.zeros_like(own), np.zeros_like(own)
        for parameter, slope in ((own, slope_own), (level, slope_level)):
            gap = parameter[first] - parameter[second]
            inner = gap**2 + softening
            total += float(weight @ (inner**0.25).sum(axis=1))
            push = weight[:, None] * 0.5 * gap * inner**-0.75
            np.add.at(slope, first, push)
            np.add.at(slope, second, -push)
        by_own = slope_own - slope_level * means[:, None]
        by_log = -(by_own * own).sum(axis=1)
        by_log -= by_log.mean()  # the logs have mean zero
        by_mean = -(slope_level * own).sum(axis=1)
        return total, np.concatenate([by_mean[1:], by_log[1:]])

    size = np.sqrt((loadings**2).sum(axis=1))
    towards = ((intercepts - intercepts[0]) * loadings[0]).sum(axis=1) / size[0] ** 2
    z = np.concatenate([towards[1:], np.log(size[1:] / size[0])])
    outcome = None
    for softening in STAGES:
        outcome = minimize(value, z, args=(softening,), jac=True, method="L-BFGS-B", options={"maxiter": 5000})
        z = np.asarray(outcome.x, dtype=np.float64)
    assert outcome is not None
    means, sds = unpack(z)
    means, sds = means / sds[0], sds / sds[0]  # on the first group's scale
    own = loadings / sds[:, None]
    centre = own.mean(axis=0)
    level = intercepts - own * means[:, None]
    average = level.mean(axis=0)
    return Aligned(
        means=means,
        sds=sds,
        loadings=own,
        intercepts=level,
        loss=float(outcome.fun),
        loading_r2=_explained(loadings, sds[:, None] * centre),
        intercept_r2=_explained(intercepts, average + means[:, None] * centre),
        converged=bool(outcome.success),
    )


def _explained(observed: Floats, predicted: Floats) -> float:
    """Return the share of the groups' differences that a prediction accounts for; 1 where there is none."""
    apart = observed - observed.mean(axis=0)
    total = float((apart**2).sum())
    left = float(((observed - predicted) ** 2).sum())
    return 1.0 if total < 1e-12 else max(1.0 - left / total, 0.0)
