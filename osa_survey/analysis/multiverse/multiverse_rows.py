"""What a multiverse says as a whole: the joint test, the choices one by one, the curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.multiverse.multiverse_choices import Specification
from osa_survey.models.null_scores import SCORED
from osa_survey.models.specification_units import FACTS
from osa_survey.results import Rows

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEVEL = 0.05
CURVE = 100
"""Specifications of a curve in print: of more, evenly spaced ranks."""
PREREGISTERED = "preregistered"
UNDEFINED = "not defined: the covariates leave no variance, or the model has no maximum"
PERMUTATION = "permutation of the predictor, all specifications together"
BOOTSTRAP = "bootstrap under the null hypothesis, all specifications together"
RESAMPLED = "bootstrap"
"""The level of rows of the bootstrap beside those of the permutation."""


@dataclass(frozen=True, repr=False)
class Curve:
    """The estimates of all specifications in the sample and in the shuffles.

    Attributes
    ----------
    specifications : tuple of Specification
        In the order of the rows.
    df, n, r, p : ndarray of float, shape (specifications,)
        Of the sample; p is two-sided.
    scored : ndarray of bool, shape (specifications,)
        Which are score tests of models that are not linear.
    shuffled, resampled : ndarray of float, shape (specifications, draws)
        Partial correlations under the null hypothesis, of shuffles and of resamples.
    preregistered : int or None
        Which is marked.
    """

    specifications: tuple[Specification, ...]
    df: Floats
    n: Floats
    r: Floats
    p: Floats
    scored: NDArray[np.bool_]
    shuffled: Floats
    resampled: Floats
    preregistered: int | None

    @property
    def defined(self) -> NDArray[np.bool_]:
        """Which have an estimate in the sample, in every shuffle and in every resample."""
        return np.isfinite(self.r) & np.isfinite(self.shuffled).all(axis=1) & np.isfinite(self.resampled).all(axis=1)


def curve_of(specifications: Sequence[Specification], numbers: Floats, draws: int, preregistered: int | None) -> Curve:
    """Return the curve of stacked units, one row for each specification."""
    df, n, r = numbers[:, :FACTS].T
    scored = np.array([one.model in SCORED for one in specifications])
    shuffled, resampled = np.split(numbers[:, FACTS:], [draws], axis=1)
    return Curve(tuple(specifications), df, n, r, two_sided(r, df, n, scored), scored, shuffled, resampled,
                 preregistered)  # fmt: skip


def two_sided(r: Floats, df: Floats, n: Floats, scored: NDArray[np.bool_]) -> Floats:
    """Return p of partial correlations: t with df, or for score tests the normal z = r √n."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(df / (1 - r**2))
        by_score = 2 * stats.norm.sf(np.abs(r) * np.sqrt(n))
        return np.asarray(np.where(scored, by_score, 2 * stats.t.sf(t, df)), dtype=np.float64)


def add_joint_tests(rows: Rows, curve: Curve, sign: float, cell: str, predictor: str) -> None:
    """Add median, same-sign and significant counts and Stouffer's Z, with their shares under the null hypothesis.

    Parameters
    ----------
    rows : Rows
        Where to.
    curve : Curve
        The curve; shuffles, resamples or both are there.
    sign : float
        1 or −1: the predicted direction.
    cell, predictor : str
        The people behind all of it, and the name of the predictor.

    Notes
    -----
    p = (1 + draws at least as extreme)/(1 + draws), in the predicted direction.
    """
    total = int(curve.defined.sum())
    keys: dict[str, Any] = {
        "term": predictor,
        "n": float(np.max(curve.n[curve.defined])) if total else math.nan,
        "cells": [cell],
    }
    rows.add("specifications", estimate=len(curve.r), method="all combinations of the declared choices", **keys)
    if not total:
        rows.add("curve_median", warning=UNDEFINED, **keys)
        return
    tests = [(PERMUTATION, curve.shuffled), (BOOTSTRAP, curve.resampled)]
    for place, (method, drawn) in enumerate((method, drawn) for method, drawn in tests if drawn.shape[1]):
        for quantity, value, others, direction in _joint_numbers(curve, drawn, sign):
            extreme = int((others >= value - 1e-12).sum())
            p = (1 + extreme) / (1 + drawn.shape[1])
            level = RESAMPLED if place else ""
            rows.add(quantity, level=level, estimate=direction * value, p_value=p, method=method, **keys)


def _joint_numbers(curve: Curve, drawn: Floats, sign: float) -> list[tuple[str, float, Floats, float]]:
    """Return quantity, value in the sample, values of the draws, and the sign it is told with."""
    kept = curve.defined
    observed, others = sign * curve.r[kept], sign * drawn[kept]
    df, n = (one[kept][:, None] for one in (curve.df, curve.n))
    p, p_others = curve.p[kept], two_sided(others, df, n, curve.scored[kept][:, None])
    z, z_others = _normal(observed, p), _normal(others, p_others)
    root = math.sqrt(len(observed))
    significant = ((observed > 0) & (p < LEVEL)).sum(), ((others > 0) & (p_others < LEVEL)).sum(axis=0)
    return [
        ("curve_median", float(np.median(observed)), np.median(others, axis=0), sign),
        ("curve_same_sign", float((observed > 0).sum()), (others > 0).sum(axis=0), 1.0),
        ("curve_significant", float(significant[0]), significant[1], 1.0),
        ("curve_stouffer", float(z.sum()) / root, z_others.sum(axis=0) / root, sign),
    ]


def _normal(r: Floats, p: Floats) -> Floats:
    """Return the z of a two-sided p with the sign of r."""
    return np.asarray(np.sign(r) * stats.norm.isf(np.clip(p, 1e-300, 1) / 2))


def add_choices(rows: Rows, curve: Curve, cell: str) -> None:
    """Add the median estimate with and without each choice."""
    everything = sorted({choice for one in curve.specifications for choice in one.choices})
    held = [set(one.choices) for one in curve.specifications]
    for what, chosen in everything:
        inside = np.array([(what, chosen) in own for own in held])
        for level, mask in ((chosen, inside), (f"not {chosen}", ~inside)):
            own = curve.r[mask & np.isfinite(curve.r)]
            if len(own) and (level == chosen or chosen in ("in", "in force")):
                keys: dict[str, Any] = {"outcome": what, "level": level, "cells": [cell]}
                rows.add("curve_median", estimate=float(np.median(own)), **keys)
                rows.add("specifications", estimate=len(own), **keys)


def shown_positions(curve: Curve) -> list[int]:
    """Return which specifications a printed curve holds, from the lowest estimate on, the marked one among them."""
    order = [int(one) for one in np.argsort(curve.r, kind="stable") if np.isfinite(curve.r[one])]
    if len(order) > CURVE:
        ranks = np.unique(np.linspace(0, len(order) - 1, CURVE).round().astype(int))
        marked = [] if curve.preregistered is None else [curve.preregistered]
        chosen = {order[rank] for rank in ranks} | set(marked)
        order = [one for one in order if one in chosen]
    return order


def add_curve_points(rows: Rows, curve: Curve, conf_level: float, people: Sequence[Mask], cells: MaskCells) -> None:
    """Add the specifications of a printed curve: level is the rank among all, contrast says what was chosen."""
    rank = np.empty(len(curve.r), dtype=int)
    rank[np.argsort(curve.r, kind="stable")] = np.arange(1, len(curve.r) + 1)
    z = float(stats.norm.ppf((1 + conf_level) / 2))
    for position in shown_positions(curve):
        one, r, df = curve.specifications[position], float(curve.r[position]), float(curve.df[position])
        perfect = abs(r) >= 1 or df <= 1
        half = math.nan if perfect else z / math.sqrt(df - 1)
        low, high = (math.nan, math.nan) if perfect else (math.tanh(math.atanh(r) + side * half) for side in (-1, 1))
        rows.add(
            "specification_estimate",
            outcome=one.outcome,
            term=one.predictor,
            contrast=one.words,
            group=PREREGISTERED if position == curve.preregistered else "",
            level=str(rank[position]),
            n=float(curve.n[position]),
            estimate=r,
            conf_low=low,
            conf_high=high,
            conf_level=math.nan if perfect else conf_level,
            df1=df,
            p_value=float(curve.p[position]),
            method="partial correlation, Fisher's z interval",
            warning="no interval: the correlation is perfect, or too few respondents" if perfect else "",
            cells=[cells.name(rows, people[position], f"people of rank {rank[position]}")],
        )
