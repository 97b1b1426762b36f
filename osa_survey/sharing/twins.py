"""A synthetic twin of answers: the same columns, types, gaps and rank correlations, and nobody's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.codebooks import AskedIf
from osa_survey.dataset import Responses
from osa_survey.errors import OutputError, Problem
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.sharing.copulas import (
    Marginal,
    category_marginal,
    draw_chances,
    latent_correlations,
    number_marginal,
    order_categories,
)

THRESHOLD = 5
MOST_REDRAWS = 200
FEWEST_RECORDS = 20
NOT_SHOWN = REASON_CODES["not_shown"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Twin:
    """Synthetic answers.

    Attributes
    ----------
    codes : DataFrame, shape (records, columns)
        As in ``Responses``: NaN is a gap.
    reasons : DataFrame of uint8, same shape
        Why; 0 = answered.
    redrawn : int
        How many synthetic records were drawn again because they equalled a rare real one.
    rare : int
        How many real records occur fewer than five times.
    """

    codes: pd.DataFrame
    reasons: pd.DataFrame
    redrawn: int
    rare: int

    def __repr__(self) -> str:
        return f"<Twin: {len(self.codes)} synthetic records, {len(self.codes.columns)} columns>"


@dataclass(frozen=True, repr=False)
class TwinPlan:
    """What the draws rest on.

    Attributes
    ----------
    names : tuple of str
        The columns.
    marginals : tuple of Marginal or None
        Their distributions; None where nobody answered.
    gap_shares : ndarray of float
        The share of gaps among those who were asked.
    gap_reasons : tuple of (ndarray of int, ndarray of float)
        For each column the reasons of these gaps and their cumulative shares.
    filters : tuple of AskedIf or None
        For each column the filter of its question.
    correlations : ndarray of float, shape (2 columns, 2 columns)
        Of the answers, then of the gaps.
    """

    names: tuple[str, ...]
    marginals: tuple[Marginal | None, ...]
    gap_shares: Floats
    gap_reasons: tuple[tuple[NDArray[np.int64], Floats], ...]
    filters: tuple[AskedIf | None, ...]
    correlations: Floats


def plan_twin(responses: Responses, threshold: int = THRESHOLD) -> TwinPlan:
    """Return the marginals, gaps and correlations of answers.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    threshold : int
        Categories of fewer people, and as many extremes of a number, are not told apart.
    """
    names = tuple(map(str, responses.codes.columns))
    reasons = responses.reasons.to_numpy()
    codes = np.where(reasons == 0, responses.codes.to_numpy(dtype=np.float64), np.nan)
    filters = tuple(_filters(responses).get(name) for name in names)
    asked = np.ones(codes.shape, dtype=bool)
    for position, rule in enumerate(filters):
        if rule is not None:
            asked[:, position] = np.isin(responses.codes[rule.variable].to_numpy(), rule.codes)
    kinds = [responses.variables[name].type if name in responses.variables else "ordinal" for name in names]
    ordered = codes[:, [kind != "nominal" for kind in kinds]]
    marginals: list[Marginal | None] = []
    positions = np.full(codes.shape, np.nan)
    for column, kind in enumerate(kinds):
        given = codes[~np.isnan(codes[:, column]), column]
        if not len(given):
            marginals.append(None)
            continue
        if kind in ("number", "count"):
            marginals.append(number_marginal(given, threshold))
            positions[:, column] = codes[:, column]
            continue
        order = order_categories(codes[:, column], ordered) if kind == "nominal" else np.unique(given)
        marginals.append(category_marginal(given, order, threshold))
        known = ~np.isnan(codes[:, column])
        sorter = np.argsort(order)
        positions[known, column] = sorter[np.searchsorted(order, codes[known, column], sorter=sorter)]
    gaps = np.where(asked, (reasons != 0).astype(float), np.nan)
    shares = (reasons != 0).sum(axis=0, where=asked) / np.maximum(asked.sum(axis=0), 1)
    why = tuple(_reasons_of(reasons[asked[:, column], column]) for column in range(len(names)))
    return TwinPlan(names, tuple(marginals), shares, why, filters, latent_correlations(np.hstack([positions, gaps])))


def draw_twin(responses: Responses, plan: TwinPlan, seed: np.random.SeedSequence, threshold: int = THRESHOLD) -> Twin:
    """Return a synthetic twin that repeats no rare record.

    Parameters
    ----------
    responses : Responses
        The real answers, to keep away from.
    plan : TwinPlan
        Their marginals, gaps and correlations.
    seed : SeedSequence
        Where the draws come from.
    threshold : int
        A real record that occurs fewer times is rare.

    Returns
    -------
    Twin
        As many records as there are real ones.

    Raises
    ------
    OutputError
        ``too_few_records`` for fewer than 20 records, ``twin_repeats_records`` if rare records cannot be avoided,
        because there are few columns and few people for each combination of answers.

    Notes
    -----
    A Gaussian copula: draws from a multivariate normal distribution with the latent correlations of the ranks become
    quantiles of each column. A question that a filter leaves out has no answer; the other gaps are columns of the
    copula too, so that who leaves out one answer leaves out others as often as in the data. Relations that follow from
    rules (a sum, a band of an age) are kept only as far as ranks carry them.

    References
    ----------
    Nelsen, R. B. (2006). An introduction to copulas. Springer. doi:10.1007/0-387-28678-0
    """
    number = len(responses.codes)
    if number < FEWEST_RECORDS:
        message = f"a twin of {number} records would tell too much about each of them"
        raise OutputError(Problem("too_few_records", message, hint="set [sharing] twin = false"))
    generator = np.random.default_rng(seed)
    real = np.where(responses.reasons.to_numpy() == 0, responses.codes.to_numpy(dtype=np.float64), np.nan)
    different, counts = np.unique(_keys(real), return_counts=True)
    rare = different[counts < threshold]
    codes, reasons = _draw(plan, number, generator)
    redrawn = 0
    for _ in range(MOST_REDRAWS):
        bad = np.flatnonzero(np.isin(_keys(codes), rare))
        if not len(bad):
            break
        redrawn += len(bad)
        codes[bad], reasons[bad] = _draw(plan, len(bad), generator)
    else:
        message = "synthetic records keep repeating rare real ones: there are too few columns for so few people"
        raise OutputError(Problem("twin_repeats_records", message, hint="set [sharing] twin = false"))
    frame = pd.DataFrame(codes, columns=list(plan.names))
    return Twin(frame, pd.DataFrame(reasons, columns=list(plan.names)), redrawn, int(counts[counts < threshold].sum()))


def repeated_records(real: Floats, synthetic: Floats, threshold: int = THRESHOLD) -> int:
    """Return how many synthetic records equal, column for column, a real one that occurs fewer than so many times.

    Examples
    --------
    >>> real = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, np.nan]])
    >>> repeated_records(real, np.array([[3.0, np.nan], [1.0, 2.0]]), threshold=2)
    1
    """
    different, counts = np.unique(_keys(real), return_counts=True)
    return int(np.isin(_keys(synthetic), different[counts < threshold]).sum())


def _keys(values: Floats) -> NDArray[np.void]:
    """Return each row as one value that can be compared; all gaps are equal, and so are 0 and -0."""
    clean = np.ascontiguousarray(np.where(np.isnan(values), np.inf, values) + 0.0)
    return np.asarray(clean.view(np.dtype((np.void, clean.dtype.itemsize * clean.shape[1]))).ravel())


def _draw(plan: TwinPlan, number: int, generator: np.random.Generator) -> tuple[Floats, NDArray[np.uint8]]:
    width = len(plan.names)
    chances = draw_chances(plan.correlations, number, generator)
    which = generator.random((number, width))
    codes = np.full((number, width), np.nan)
    reasons = np.zeros((number, width), dtype=np.uint8)
    for column, marginal in enumerate(plan.marginals):
        gap = chances[:, width + column] >= 1 - plan.gap_shares[column]
        if marginal is None:
            gap[:] = True
        else:
            codes[:, column] = marginal.draw(chances[:, column])
        why, cumulative = plan.gap_reasons[column]
        reasons[gap, column] = why[np.searchsorted(cumulative[:-1], which[gap, column], side="right")]
        codes[gap, column] = np.nan
    _route(plan, codes, reasons)
    return codes, reasons


def _route(plan: TwinPlan, codes: Floats, reasons: NDArray[np.uint8]) -> None:
    """Take away the answers to questions that their filters leave out, until no filter changes anything more."""
    place = {name: position for position, name in enumerate(plan.names)}
    changed = True
    while changed:
        changed = False
        for column, rule in enumerate(plan.filters):
            if rule is None or rule.variable not in place:
                continue
            past = ~np.isin(codes[:, place[rule.variable]], rule.codes) & (reasons[:, column] != NOT_SHOWN)
            if past.any():
                codes[past, column], reasons[past, column] = np.nan, NOT_SHOWN
                changed = True


def _filters(responses: Responses) -> Mapping[str, AskedIf]:
    """Return column → the filter of its question."""
    found: dict[str, AskedIf] = {}
    for name, block in responses.codebook.blocks.items():
        if block.asked_if is not None:
            found |= dict.fromkeys(responses.item_columns(name), block.asked_if)
    for name, entry in responses.codebook.variables.items():
        if entry.asked_if is not None:
            own = [f"{name}_{option}" for option in entry.columns] if entry.type == "multiple" else [name]
            found |= dict.fromkeys(own, entry.asked_if)
    return found


def _reasons_of(reasons: NDArray[np.uint8]) -> tuple[NDArray[np.int64], Floats]:
    """Return the reasons of gaps and their cumulative shares; values that a filter implies are no gaps."""
    gaps = reasons[(reasons != 0) & (reasons <= len(REASON_CODES))].astype(np.int64)
    if not len(gaps):
        return np.array([REASON_CODES["not_answered"]]), np.array([1.0])
    kinds, counts = np.unique(gaps, return_counts=True)
    return kinds, np.cumsum(counts) / counts.sum()
