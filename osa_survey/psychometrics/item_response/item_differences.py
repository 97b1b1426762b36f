"""Differential item functioning of one item by ordinal logistic regression, on plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from osa_survey.errors import AnalysisError
from osa_survey.models import OrdinalLogit, pseudo_r2

Floats = NDArray[np.float64]

FEWEST_ANSWERS = 5
"""A rarer answer is joined with its neighbour."""
NO_ESTIMATE = "the model has no finite estimate: an answer belongs to one group alone"
KINDS = ("uniform", "non-uniform", "total")


@dataclass(frozen=True)
class ItemDifference:
    """One comparison of nested models for one item.

    Attributes
    ----------
    kind : str
        ``"uniform"`` (group), ``"non-uniform"`` (group by trait) or ``"total"``.
    statistic : float
        Likelihood ratio χ², or F.
    df : int
        Degrees of freedom.
    p_value : float
        Upper tail.
    mcfadden, nagelkerke : float
        Changes of R².
    beta_change : float
        Of the uniform comparison: how much the trait's coefficient changes when the group enters, as a share of what it
        was (Crane et al. 2004); NaN for the others.
    statistic_name : str
        ``"χ²"`` or ``"F"``.
    df2 : float
        Second degrees of freedom of F.
    """

    kind: str
    statistic: float
    df: int
    p_value: float
    mcfadden: float
    nagelkerke: float
    beta_change: float
    statistic_name: str = "χ²"
    df2: float = math.nan


def joined_categories(answers: Floats, fewest: int = FEWEST_ANSWERS) -> Floats:
    """Return answers numbered from 0, rare ones joined with the next (the highest with the one below).

    Examples
    --------
    >>> joined_categories(np.array([1.0, 1, 2, 3, 3]), fewest=2).tolist()
    [0.0, 0.0, 1.0, 1.0, 1.0]
    """
    known, codes = np.unique(answers, return_inverse=True)
    return joined_groups(np.bincount(codes.ravel(), minlength=len(known)), fewest)[codes.ravel()].astype(np.float64)


def joined_groups(counts: NDArray[np.integer], fewest: int = FEWEST_ANSWERS) -> NDArray[np.int64]:
    """Return the new number of each answer, rare ones joined with the next, from how often each was given.

    Examples
    --------
    >>> joined_groups(np.array([1, 3, 9, 2]), fewest=4).tolist()
    [0, 0, 1, 1]
    """
    group = np.zeros(len(counts), dtype=np.int64)
    current, held = 0, 0
    for code, count in enumerate(counts.tolist()):
        group[code] = current
        held += count
        if held >= fewest and code + 1 < len(counts):
            current, held = current + 1, 0
    if held < fewest and current > 0:
        group[group == current] = current - 1
    return group


def item_difference(answers: Floats, trait: Floats, groups: Floats) -> tuple[ItemDifference, ...]:
    """Return the three comparisons for one item.

    Parameters
    ----------
    answers : ndarray of float, shape (respondents,)
        Answers to the item.
    trait : ndarray of float, shape (respondents,)
        What respondents are matched on.
    groups : ndarray of float, shape (respondents, groups - 1)
        Indicators of the groups but the first.

    Returns
    -------
    tuple of ItemDifference
        Uniform, non-uniform, total.

    Raises
    ------
    AnalysisError
        If a model cannot be estimated.

    References
    ----------
    Zumbo, B. D. (1999). A handbook on the theory and methods of differential item functioning (DIF). Directorate of
    Human Resources Research and Evaluation, Department of National Defense.

    Crane, P. K., van Belle, G., & Larson, E. B. (2004). Test bias in a cognitive test: Differential item functioning in
    the CASI. Statistics in Medicine, 23(2), 241-256. doi:10.1002/sim.1713
    """
    y = joined_categories(answers)
    K = int(y.max()) + 1
    z = (trait - trait.mean()) / trait.std()
    fits = []
    for design in nested_designs(z, groups):
        fit = OrdinalLogit(K).fit(y, design)
        if fit.separated or not fit.converged:
            raise AnalysisError(NO_ESTIMATE)
        fits.append(fit)
    counts = np.bincount(y.astype(np.int64))
    null = float((counts * np.log(counts / len(y))).sum())
    r2 = [pseudo_r2(fit.log_likelihood, null, len(y), fit.n_coefficients) for fit in fits]
    found = []
    df = groups.shape[1]
    alone, beside = (float(fit.parameters[0]) for fit in fits[:2])
    change = abs((beside - alone) / alone) if alone else float("nan")
    for kind, low, high, degrees in (("uniform", 0, 1, df), ("non-uniform", 1, 2, df), ("total", 0, 2, 2 * df)):
        chi = max(2.0 * (fits[high].log_likelihood - fits[low].log_likelihood), 0.0)
        found.append(
            ItemDifference(
                kind,
                chi,
                degrees,
                float(chdtrc(degrees, chi)),
                max(r2[high].mcfadden - r2[low].mcfadden, 0.0),
                max(r2[high].nagelkerke - r2[low].nagelkerke, 0.0),
                change if kind == "uniform" else float("nan"),
            )
        )
    return tuple(found)


def nested_designs(trait: Floats, groups: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the design matrices of the trait alone, with the groups, and with groups by trait."""
    ones = np.ones(len(trait))
    return (
        np.column_stack([ones, trait]),
        np.column_stack([ones, trait, groups]),
        np.column_stack([ones, trait, groups, groups * trait[:, None]]),
    )
