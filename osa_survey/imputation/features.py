"""The design matrix of an imputation: every column that may predict, and what it is made of."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.imputation.chain_plans import Coding, Counts, Derived, Products, Totals
from osa_survey.imputation.model_columns import NEVER_IMPUTED, ModelColumn, ModelScale
from osa_survey.instruments.reasons import REASON_CODES

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GAP = "gap: "
WEIGHT = "survey weight"
FEWEST_MARKED = 10
"""A group of gaps that stay has a mark of its own among the predictors from this many respondents on."""


@dataclass(frozen=True, repr=False)
class Feature:
    """A predictor: some columns of the design matrix.

    Attributes
    ----------
    name : str
        A variable, ``"gap: …"``, the weight, a scale, or ``"a × b"``.
    columns : ndarray of int
        Its columns.
    parts : frozenset of str
        The variables it is made of; it predicts none of them.
    kind : str
        ``"variable"``, ``"gap"``, ``"weight"``, ``"total"`` or ``"product"``.
    """

    name: str
    columns: Ints
    parts: frozenset[str]
    kind: str


@dataclass(frozen=True, repr=False)
class FeatureTable:
    """All predictors and the matrix they stand in.

    Attributes
    ----------
    design : ndarray, shape (n, q)
        Column 0 is 1; standardised codes with 0 at every gap; derived columns are still 0.
    available : ndarray of bool, shape (n, q)
        Where the design holds an answer.
    features : tuple of Feature
        Every predictor.
    codings : mapping of str to Coding
        Variable → its columns.
    derived : tuple of Derived
        Passive columns, in the order of the features of kind total and product.
    derived_of : mapping of str to tuple of int
        Variable → positions in ``derived`` that follow from it.
    """

    design: Floats
    available: NDArray[np.bool_]
    features: tuple[Feature, ...]
    codings: dict[str, Coding]
    derived: tuple[Derived, ...]
    derived_of: dict[str, tuple[int, ...]] = field(default_factory=dict)


def feature_table(
    columns: Sequence[ModelColumn],
    scales: Sequence[ModelScale] = (),
    interactions: Sequence[tuple[str, str, str]] = (),
    weights: Floats | None = None,
) -> FeatureTable:
    """Code variables, marks of gaps that stay, the weight, totals and products as one matrix.

    Parameters
    ----------
    columns : sequence of ModelColumn
        Variables and items.
    scales : sequence of ModelScale
        Scales whose totals stand among the predictors.
    interactions : sequence of (str, str, str)
        An outcome and two variables that interact in its model: every product of two is a column.
    weights : ndarray, shape (n,), optional
        Survey weights.

    Returns
    -------
    FeatureTable
        The design matrix and what its columns are.
    """
    n = len(columns[0].values)
    parts: list[Floats] = [np.ones((n, 1))]
    seen: list[NDArray[np.bool_]] = [np.ones((n, 1), dtype=bool)]
    features: list[Feature] = []
    codings: dict[str, Coding] = {}
    width = 1

    def place(block: Floats, answered: NDArray[np.bool_], name: str, made_of: frozenset[str], kind: str) -> Ints:
        nonlocal width
        where = np.arange(width, width + block.shape[1])
        width += block.shape[1]
        parts.append(np.where(answered[:, None], block, 0.0))
        seen.append(np.broadcast_to(answered[:, None], block.shape))
        features.append(Feature(name, where, made_of, kind))
        return where

    for column in columns:
        if not column.observed.any():
            continue  # never asked: there is nothing to predict with
        coding = _coding(column, width)
        codings[column.name] = coding
        coded = coding.encode(np.where(column.observed, column.values, 0.0))
        place(coded, column.observed, column.name, frozenset({column.name}), "variable")
    everyone = np.ones(n, dtype=bool)
    for mask, names in _kept_masks(columns):
        block = _standardised(mask.astype(np.float64)[:, None])
        label = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        place(block, everyone, GAP + label, frozenset(), "gap")
    if weights is not None:
        place(_standardised(weights[:, None]), everyone, WEIGHT, frozenset(), "weight")
    derived: list[Derived] = []
    by_name = {column.name: column for column in columns}
    totals = {frozenset(scale.items): scale for scale in reversed(scales) if codings.keys() >= set(scale.items)}
    for scale in totals.values():
        where = place(np.zeros((n, 1)), everyone, scale.name, frozenset(scale.items), "total")
        derived.append(_total(scale, where, codings, by_name))
    for pair in sorted({pair for three in interactions for pair in itertools.combinations(sorted(three), 2)}):
        left, right = (codings[name].columns for name in pair)
        grid = [(a, b) for a in left for b in right]
        where = place(np.zeros((n, len(grid))), everyone, " × ".join(pair), frozenset(pair), "product")
        derived.append(Products(where, np.array([a for a, _ in grid]), np.array([b for _, b in grid])))
    made = [feature for feature in features if feature.kind in ("total", "product")]
    derived_of = {
        column.name: tuple(number for number, feature in enumerate(made) if column.name in feature.parts)
        for column in columns
    }
    return FeatureTable(
        np.ascontiguousarray(np.hstack(parts)), np.hstack(seen), tuple(features), codings, tuple(derived), derived_of
    )


def _coding(column: ModelColumn, start: int) -> Coding:
    answers = column.values[column.observed]
    if column.info.type == "nominal":
        levels = np.array([code for code in column.info.codes if (answers == code).any()])
        plain = (answers[:, None] == levels[1:]).astype(np.float64)
    else:
        levels, plain = np.empty(0), answers[:, None]
    centre, scale = plain.mean(axis=0), plain.std(axis=0)
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(centre), 1.0), scale, 1.0)
    return Coding(np.arange(start, start + plain.shape[1]), centre, scale, levels)


def _standardised(block: Floats) -> Floats:
    spread = block.std(axis=0)
    return np.asarray((block - block.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _kept_masks(columns: Sequence[ModelColumn]) -> list[tuple[NDArray[np.bool_], list[str]]]:
    """Return each different mask of gaps that stay, with the columns that have it.

    Gaps by design (not shown, not applicable, withdrawn) and all others are told apart, so that questions behind the
    same filter share a mark.
    """
    masks: dict[bytes, tuple[NDArray[np.bool_], list[str]]] = {}
    for column in columns:
        by_design = np.isin(column.reasons, [REASON_CODES[reason] for reason in NEVER_IMPUTED])
        for mask in (column.kept & by_design, column.kept & ~by_design):
            if FEWEST_MARKED <= mask.sum() <= len(mask) - FEWEST_MARKED:
                masks.setdefault(mask.tobytes(), (mask, []))[1].append(column.name)
    return list(masks.values())


def _total(
    scale: ModelScale, where: Ints, codings: dict[str, Coding], columns: dict[str, ModelColumn]
) -> Totals | Counts:
    own = [codings[name] for name in scale.items]
    items = np.array([coding.columns[0] for coding in own])
    k = len(items)
    if scale.score == "count":
        counted = np.array(
            [
                [
                    ((turn - code if sign < 0 else code) - coding.centre[0]) / coding.scale[0]
                    for coding, sign, turn in zip(own, scale.signs, scale.turns, strict=True)
                ]
                for code in scale.counted
            ]
        )
        shares = np.array([_counted_share(columns[name], scale, at) for at, name in enumerate(scale.items)])
        spread = float(np.sqrt((shares * (1 - shares)).sum())) or 1.0
        return Counts(where, items, counted, float(shares.sum()), spread)
    weights = np.array([sign * coding.scale[0] for coding, sign in zip(own, scale.signs, strict=True)])
    # As if items correlated by a half: only the size of the column depends on it.
    spread = float(np.sqrt(0.5 * (weights**2).sum() + 0.5 * np.abs(weights).sum() ** 2)) if k > 1 else float(weights[0])
    return Totals(where, items, weights / (spread or 1.0))


def _counted_share(column: ModelColumn, scale: ModelScale, at: int) -> float:
    answers = column.values[column.observed]
    keyed = scale.turns[at] - answers if scale.signs[at] < 0 else answers
    return float(np.isin(keyed, scale.counted).mean()) if len(keyed) else 0.0
