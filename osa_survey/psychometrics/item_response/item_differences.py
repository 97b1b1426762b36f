"""Differential item functioning by ordinal logistic regression, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from osa_survey.errors import AnalysisError
from osa_survey.models import OrdinalLogit, pseudo_r2
from osa_survey.psychometrics.item_response.graded_models import fit_graded
from osa_survey.psychometrics.item_response.trait_scores import trait_scores

Floats = NDArray[np.float64]

MODERATE, LARGE = 0.035, 0.070
"""Change of Nagelkerke's R² (Jodoin & Gierl 2001, for items with two answers; quoted alike by public programs
that compute it)."""
FEWEST_ANSWERS = 5
"""A rarer answer is joined with its neighbour."""
ROUNDS = 10
KINDS = ("uniform", "non-uniform", "total")


@dataclass(frozen=True)
class ItemDifference:
    """One comparison of nested models for one item.

    Attributes
    ----------
    kind : str
        ``"uniform"`` (group), ``"non-uniform"`` (group by trait) or ``"total"``.
    chi_squared : float
        Likelihood ratio.
    df : int
        Degrees of freedom.
    p_value : float
        Upper tail.
    mcfadden, nagelkerke : float
        Changes of R².
    beta_change : float
        Of the uniform comparison: how much the trait's coefficient changes when the group enters, as a share of what it
        was (Crane et al. 2004); NaN for the others.
    """

    kind: str
    chi_squared: float
    df: int
    p_value: float
    mcfadden: float
    nagelkerke: float
    beta_change: float


@dataclass(frozen=True, repr=False)
class DifferenceTests:
    """All items.

    Attributes
    ----------
    items : tuple of tuple of ItemDifference
        For each item the three comparisons; empty where it could not be tested.
    n : ndarray of int, shape (items,)
        Respondents behind each.
    p_adjusted : ndarray of float, shape (items,)
        Holm's p of the total comparison over all items.
    flagged : ndarray of bool, shape (items,)
        Adjusted p below .05 and at least a moderate change of R².
    why_not : tuple of str
        For each item why it could not be tested, else "".
    anchors : int
        Items the trait rests on in the last round.
    rounds : int
        How often the trait was estimated.
    """

    items: tuple[tuple[ItemDifference, ...], ...]
    n: NDArray[np.int64]
    p_adjusted: Floats
    flagged: NDArray[np.bool_]
    why_not: tuple[str, ...]
    anchors: int
    rounds: int


def joined_categories(answers: Floats, fewest: int = FEWEST_ANSWERS) -> Floats:
    """Return answers numbered from 0, rare ones joined with the next (the highest with the one below).

    Examples
    --------
    >>> joined_categories(np.array([1.0, 1, 2, 3, 3]), fewest=2).tolist()
    [0.0, 0.0, 1.0, 1.0, 1.0]
    """
    _, codes = np.unique(answers, return_inverse=True)
    codes = codes.ravel()
    counts = np.bincount(codes)
    group = np.zeros(len(counts), dtype=np.int64)
    current, held = 0, 0
    for code, count in enumerate(counts.tolist()):
        group[code] = current
        held += count
        if held >= fewest and code + 1 < len(counts):
            current, held = current + 1, 0
    if held < fewest and current > 0:
        group[group == current] = current - 1
    return group[codes].astype(np.float64)


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
    ones = np.ones(len(y))
    designs = (
        np.column_stack([ones, z]),
        np.column_stack([ones, z, groups]),
        np.column_stack([ones, z, groups, groups * z[:, None]]),
    )
    fits = []
    for design in designs:
        fit = OrdinalLogit(K).fit(y, design)
        if fit.separated or not fit.converged:
            raise AnalysisError("the model has no finite estimate: an answer belongs to one group alone")
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


def holm(p: Floats) -> Floats:
    """Return Holm's adjusted p values; NaN stay NaN.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = np.maximum.accumulate(p[order] * (len(order) - np.arange(len(order))))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def difference_tests(
    values: Floats, groups: Floats, *, matching: str = "trait", purify: bool = True
) -> DifferenceTests:
    """Return differential item functioning of all items.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    groups : ndarray of float, shape (respondents, groups - 1)
        Indicators of the groups but the first.
    matching : {"trait", "rest"}
        Expected a posteriori trait of a graded response model, or the mean of the other items.
    purify : bool
        Whether flagged items are taken out of what respondents are matched on, and the tests repeated until the flagged
        ones stay the same; at least two items stay in.

    References
    ----------
    Choi, S. W., Gibbons, L. E., & Crane, P. K. (2011). lordif: An R package for detecting differential item functioning
    using iterative hybrid ordinal logistic regression/item response theory and Monte Carlo simulations. Journal of
    Statistical Software, 39(8), 1-30. doi:10.18637/jss.v039.i08
    """
    k = values.shape[1]
    flagged = np.zeros(k, dtype=bool)
    seen: list[tuple[bool, ...]] = []
    rounds = 0
    while rounds < ROUNDS:
        rounds += 1
        anchors = ~flagged if purify and (~flagged).sum() >= 2 else np.ones(k, dtype=bool)
        trait = _matched(values, anchors, matching)
        found, why, n = [], [], np.zeros(k, dtype=np.int64)
        for item in range(k):
            own = trait if matching == "trait" else _rest(values, anchors, item)
            rows = ~np.isnan(values[:, item]) & ~np.isnan(own)
            n[item] = int(rows.sum())
            try:
                found.append(item_difference(values[rows, item], own[rows], groups[rows]))
                why.append("")
            except (AnalysisError, ValueError) as problem:
                found.append(())
                why.append(f"not tested: {problem}")
        p = holm(np.array([one[2].p_value if one else np.nan for one in found]))
        size = np.array([one[2].nagelkerke if one else np.nan for one in found])
        with np.errstate(invalid="ignore"):
            now = (p < 0.05) & (size >= MODERATE)
        if not purify or tuple(now.tolist()) in seen or (now == flagged).all():
            break
        seen.append(tuple(now.tolist()))
        flagged = now
    return DifferenceTests(tuple(found), n, p, now, tuple(why), int(anchors.sum()), rounds)


def _matched(values: Floats, anchors: NDArray[np.bool_], matching: str) -> Floats:
    if matching != "trait":
        return np.full(len(values), np.nan)
    return np.asarray(trait_scores(fit_graded(values[:, anchors]), values[:, anchors]).eap)


def _rest(values: Floats, anchors: NDArray[np.bool_], item: int) -> Floats:
    others = anchors.copy()
    others[item] = False
    part = values[:, others]
    known = ~np.isnan(part)
    count = known.sum(axis=1)
    total = np.where(known, part, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))
