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
PARTIAL = "partial correlation, Fisher's z interval"
NO_INTERVAL = "no interval: the correlation is perfect, or too few respondents"
RESAMPLED = "bootstrap"
"""The level of rows of the bootstrap beside those of the permutation."""


@dataclass(frozen=True, repr=False)
class JointTest:
    """All specifications under the null hypothesis, many times, or why they cannot be had.

    Attributes
    ----------
    method : str
        What was done, in words.
    drawn, p : ndarray of float, shape (specifications, draws)
        Estimates and their two-sided p.
    refused : str
        Why there is none; then without draws.
    """

    method: str
    drawn: Floats
    p: Floats
    refused: str = ""


@dataclass(frozen=True, repr=False)
class Curve:
    """The estimates of all specifications, and of all of them under the null hypothesis.

    Attributes
    ----------
    specifications : tuple of Specification
        In the order of the rows.
    df, n, r, p, low, high : ndarray of float, shape (specifications,)
        Degrees of freedom, respondents, estimates, two-sided p (NaN where none is given) and intervals.
    tests : tuple of JointTest
        The joint tests asked for.
    preregistered : int or None
        Which is marked.
    method : str
        What each estimate is.
    """

    specifications: tuple[Specification, ...]
    df: Floats
    n: Floats
    r: Floats
    p: Floats
    low: Floats
    high: Floats
    tests: tuple[JointTest, ...]
    preregistered: int | None
    method: str

    @property
    def defined(self) -> NDArray[np.bool_]:
        """Which have an estimate in the sample and in every draw."""
        found = np.isfinite(self.r)
        for one in self.tests:
            found = found & np.isfinite(one.drawn).all(axis=1)
        return np.asarray(found)

    @property
    def significant(self) -> NDArray[np.bool_]:
        """Which have p below .05, or where no p is given an interval without zero."""
        with np.errstate(invalid="ignore"):
            apart = (self.low > 0) | (self.high < 0)
            return np.asarray(np.where(np.isfinite(self.p), self.p < LEVEL, apart), dtype=np.bool_)


def curve_of(
    specifications: Sequence[Specification],
    numbers: Floats,
    shuffles: int,
    resamples: int,
    preregistered: int | None,
    conf_level: float,
) -> Curve:
    """Return the curve of stacked units of plain data, one row for each specification."""
    df, n, r = numbers[:, :FACTS].T
    scored = np.array([one.model in SCORED for one in specifications])
    shuffled, resampled = np.split(numbers[:, FACTS:], [shuffles], axis=1)
    tests = [
        JointTest(method, drawn, two_sided(drawn, df[:, None], n[:, None], scored[:, None]))
        for method, drawn, count in ((PERMUTATION, shuffled, shuffles), (BOOTSTRAP, resampled, resamples))
        if count
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        half = float(stats.norm.ppf((1 + conf_level) / 2)) / np.sqrt(np.where(df > 1, df - 1, np.nan))
        z = np.where(np.abs(r) < 1, np.arctanh(r), np.nan)
    return Curve(tuple(specifications), df, n, r, two_sided(r, df, n, scored), np.tanh(z - half), np.tanh(z + half),
                 tuple(tests), preregistered, PARTIAL)  # fmt: skip


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
        The curve.
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
    for place, test in enumerate(curve.tests):
        for quantity, value, others, direction in _joint_numbers(curve, test, sign):
            extreme = int((others >= value - 1e-12).sum())
            p = math.nan if test.refused else (1 + extreme) / (1 + len(others))
            level = RESAMPLED if place else ""
            rows.add(quantity, level=level, estimate=direction * value, p_value=p, method=test.method,
                     warning=test.refused, **keys)  # fmt: skip


def _joint_numbers(curve: Curve, test: JointTest, sign: float) -> list[tuple[str, float, Floats, float]]:
    """Return quantity, value in the sample, values of the draws, and the sign it is told with."""
    kept = curve.defined
    observed, others = sign * curve.r[kept], sign * test.drawn[kept]
    clear = (observed > 0) & curve.significant[kept]
    p_others = test.p[kept]
    root = math.sqrt(len(observed))
    medians = np.median(others, axis=0) if others.shape[1] else np.empty(0)
    found = [
        ("curve_median", float(np.median(observed)), medians, sign),
        ("curve_same_sign", float((observed > 0).sum()), (others > 0).sum(axis=0), 1.0),
        ("curve_significant", float(clear.sum()), ((others > 0) & (p_others < LEVEL)).sum(axis=0), 1.0),
    ]
    if np.isfinite(curve.p[kept]).all():
        z, z_others = _normal(observed, curve.p[kept]), _normal(others, p_others)
        found.append(("curve_stouffer", float(z.sum()) / root, z_others.sum(axis=0) / root, sign))
    return found


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


def add_curve_points(
    rows: Rows,
    curve: Curve,
    conf_level: float,
    people: Sequence[Mask | float],
    cells: MaskCells,
    groups: Sequence[Sequence[Mask]] = (),
) -> None:
    """Add the specifications of a printed curve: level is the rank among all, contrast says what was chosen."""
    rank = np.empty(len(curve.r), dtype=int)
    rank[np.argsort(curve.r, kind="stable")] = np.arange(1, len(curve.r) + 1)
    for position in shown_positions(curve):
        one, low, high = curve.specifications[position], float(curve.low[position]), float(curve.high[position])
        missing = math.isnan(low)
        who, name = people[position], f"people of rank {rank[position]}"
        if isinstance(who, np.ndarray):
            name = cells.name(rows, who, name)
        else:
            rows.cell(name, who)
        parts = [cells.name(rows, mask, f"group {k} of rank {rank[position]}")
                 for k, mask in enumerate(groups[position] if groups else (), start=1)]  # fmt: skip
        if parts:
            rows.total(name, parts)
        rows.add(
            "specification_estimate",
            outcome=one.outcome,
            term=one.predictor,
            contrast=one.words,
            group=PREREGISTERED if position == curve.preregistered else "",
            level=str(rank[position]),
            n=float(curve.n[position]),
            estimate=float(curve.r[position]),
            conf_low=low,
            conf_high=high,
            conf_level=math.nan if missing else conf_level,
            df1=float(curve.df[position]),
            p_value=float(curve.p[position]),
            method=curve.method,
            warning=NO_INTERVAL if missing else "",
            cells=[name, *parts],
        )
