"""p values adjusted for the number of tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, nearest

ADJUSTMENT_TITLES: dict[str, str] = {
    "none": "no adjustment",
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "hochberg": "Hochberg",
    "hommel": "Hommel",
    "bh": "Benjamini–Hochberg",
    "by": "Benjamini–Yekutieli",
}
ADJUSTMENT_REFERENCES: dict[str, str] = {
    "holm": "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
    "Statistics, 6(2), 65–70. https://www.jstor.org/stable/4615733",
    "hochberg": "Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance. Biometrika, "
    "75(4), 800–802. doi:10.1093/biomet/75.4.800",
    "hommel": "Hommel, G. (1988). A stagewise rejective multiple test procedure based on a modified Bonferroni test. "
    "Biometrika, 75(2), 383–386. doi:10.1093/biomet/75.2.383",
    "bh": "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal "
    "Statistical Society B, 57(1), 289–300. doi:10.1111/j.2517-6161.1995.tb02031.x",
    "by": "Benjamini, Y., & Yekutieli, D. (2001). The control of the false discovery rate in multiple testing under "
    "dependency. Annals of Statistics, 29(4), 1165–1188. doi:10.1214/aos/1013699998",
}


def check_adjustment(method: str) -> None:
    """Raise an AnalysisError with the nearest names if there is no such adjustment."""
    if method not in ADJUSTMENT_TITLES:
        hint = nearest(method, list(ADJUSTMENT_TITLES))
        raise AnalysisError(f"there is no adjustment of p values called '{method}'", hint=hint)


def adjusted_p_values(p_values: NDArray[np.float64], method: str = "holm") -> NDArray[np.float64]:
    """Return p values adjusted over one family of tests.

    Parameters
    ----------
    p_values : ndarray of float, shape (tests,)
        NaN marks a test that could not be done: it stays NaN and does not count towards the family.
    method : {"none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by"}
        Bonferroni, Holm, Hochberg and Hommel bound the chance of any false rejection; Benjamini–Hochberg and
        Benjamini–Yekutieli the expected share of false ones among the rejections.

    Returns
    -------
    ndarray of float, shape (tests,)
        Adjusted p values in the same order, none above one.

    Raises
    ------
    AnalysisError
        If there is no such method.

    Examples
    --------
    >>> adjusted_p_values(np.array([0.01, np.nan, 0.04]), "bonferroni").tolist()
    [0.02, nan, 0.08]
    """
    check_adjustment(method)
    p_values = np.asarray(p_values, dtype=float)
    adjusted = p_values.copy()
    known = ~np.isnan(p_values)
    if method == "none" or not known.any():
        return adjusted
    order = np.argsort(p_values[known], kind="stable")
    places = np.flatnonzero(known)[order]
    adjusted[places] = np.minimum(_adjusted(p_values[places], method), 1.0)
    return adjusted


def _adjusted(ascending: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    """Return the adjusted values of ascending p values, not yet bounded by one."""
    n = len(ascending)
    rank = np.arange(1, n + 1)
    match method:
        case "bonferroni":
            return ascending * n
        case "holm":
            return np.asarray(np.maximum.accumulate(ascending * (n - rank + 1)))
        case "hochberg":
            return _least_from_here(ascending * (n - rank + 1))
        case "bh":
            return _least_from_here(ascending * n / rank)
        case "by":
            return _least_from_here(ascending * n / rank * (1.0 / rank).sum())
        case _:
            return _hommel(ascending)


def _least_from_here(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum.accumulate(values[::-1])[::-1])


def _hommel(ascending: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Hommel's adjustment: the largest of Simes' tests of all subsets, by their size."""
    n = len(ascending)
    found = np.full(n, (n * ascending / np.arange(1, n + 1)).min())
    for size in range(n - 1, 1, -1):
        few = n - size + 1
        simes = (size * ascending[few:] / np.arange(2, size + 1)).min()
        of_few = np.minimum(size * ascending[:few], simes)
        found = np.maximum(found, np.concatenate([of_few, np.full(size - 1, of_few[-1])]))
    return np.asarray(np.maximum(found, ascending))
