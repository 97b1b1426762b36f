"""The predictors of each incomplete variable: all others, totals where items are too many, the strongest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.imputation.features import Feature, FeatureTable
from osa_survey.imputation.model_columns import ModelColumn, ModelScale

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ROWS_PER_COLUMN = 10
"""An imputation model has at least this many answered rows for each column of its predictors."""

ITEM_LEVEL = (
    "Scales are imputed at item level: every item of every scale predicts every other item; totals are scored again "
    "from the completed items."
)
TOTALS_LEVEL = (
    "The item-level model is not feasible ({rows} answered rows for {columns} predictor columns in the model of "
    "{item}; {least} rows for each column are asked for). Items are imputed from the items of their own scale and the "
    "totals of the other scales; variables from the totals. Totals follow from the items in every round."
)


@dataclass(frozen=True, repr=False)
class PredictorChoice:
    """The predictors of every incomplete variable.

    Attributes
    ----------
    columns : mapping of str to ndarray of int
        Incomplete variable → columns of the design matrix, without the intercept.
    names : mapping of str to tuple of str
        Incomplete variable → names of its predictors.
    at_item_level : bool
        False where totals stand for the items of other scales.
    rules : tuple of str
        What was decided, in words.
    """

    columns: dict[str, Ints]
    names: dict[str, tuple[str, ...]]
    at_item_level: bool
    rules: tuple[str, ...]


def choose_predictors(
    columns: Sequence[ModelColumn],
    scales: Sequence[ModelScale],
    table: FeatureTable,
    interactions: Sequence[tuple[str, str, str]] = (),
    min_correlation: float = 0.0,
) -> PredictorChoice:
    """Choose the predictors of every incomplete variable.

    Parameters
    ----------
    columns : sequence of ModelColumn
        Variables and items.
    scales : sequence of ModelScale
        The scales of the items.
    table : FeatureTable
        Every possible predictor, totals included.
    interactions : sequence of (str, str, str)
        Three variables that interact.
    min_correlation : float
        A predictor must correlate with the variable, or with its being answered, by at least this much.

    Returns
    -------
    PredictorChoice
        Columns and names by variable.

    Notes
    -----
    First all items and variables predict each other. Where that gives an item fewer than ``ROWS_PER_COLUMN`` answered
    rows for each column, the totals level is taken for all (Plumpton, Morris, Hughes & White 2016,
    doi:10.1186/s13104-016-1853-5). Then ``min_correlation`` is applied (the quick selection of van
    Buuren, Boshuizen & Knook 1999). Where there are still too many, the strongest are kept.
    """
    outcomes = {three[0] for three in interactions}
    targets = [column for column in columns if column.missing.any() or column.name in outcomes]
    items = {name for scale in scales for name in scale.items}
    own_scale = _smallest_scale(scales)
    rules: list[str] = []
    at_item_level = True
    if items:
        worst = _worst_item(targets, items, table, interactions)
        if worst is not None:
            at_item_level = False
            column, count = worst
            rows = int(column.observed.sum())
            rules.append(TOTALS_LEVEL.format(rows=rows, columns=count, item=column.info.title, least=ROWS_PER_COLUMN))
        elif any(column.name in items for column in targets):
            rules.append(ITEM_LEVEL)
    constant = {feature.name for feature in table.features if _is_constant(feature, table)}
    chosen: dict[str, list[Feature]] = {}
    for column in targets:
        mates = set(own_scale.get(column.name, ()))
        chosen[column.name] = [
            feature
            for feature in table.features
            if feature.name not in constant
            and _eligible(feature, column, interactions)
            and _at_level(feature, items, mates, at_item_level=at_item_level)
        ]
    strengths = _Strengths(table)
    if min_correlation > 0:
        rules.append(
            f"A predictor correlates by at least {min_correlation:g} with the variable or with its being answered."
        )
        for column in targets:
            size = strengths.of(column, table)
            chosen[column.name] = [
                feature
                for feature in chosen[column.name]
                if _always(feature) or size[feature.columns].max(initial=0.0) >= min_correlation
            ]
    cut = []
    for column in targets:
        room = max(int(column.observed.sum()) // ROWS_PER_COLUMN, 1)
        if sum(len(feature.columns) for feature in chosen[column.name]) > room:
            chosen[column.name] = _strongest(chosen[column.name], strengths.of(column, table), room)
            cut.append(column.info.title)
    if cut:
        named = ", ".join(cut[:3]) + (f" and {len(cut) - 3} more" if len(cut) > 3 else "")
        rules.append(
            f"Only the most strongly correlated predictors are kept for {named}, one column for every "
            f"{ROWS_PER_COLUMN} answered rows."
        )
    return PredictorChoice(
        columns={name: _columns_of(features) for name, features in chosen.items()},
        names={name: tuple(feature.name for feature in features) for name, features in chosen.items()},
        at_item_level=at_item_level,
        rules=tuple(rules),
    )


def _columns_of(features: Sequence[Feature]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.intp), *(feature.columns for feature in features)]).astype(np.intp)


def _is_constant(feature: Feature, table: FeatureTable) -> bool:
    return feature.kind == "variable" and not np.ptp(table.design[:, feature.columns], axis=0).any()


def _always(feature: Feature) -> bool:
    return feature.kind in ("weight", "product")


def _eligible(feature: Feature, column: ModelColumn, interactions: Sequence[tuple[str, str, str]]) -> bool:
    if column.name in feature.parts:
        return False
    if feature.kind == "product":
        return any(column.name in three and feature.parts < set(three) for three in interactions)
    return True


def _at_level(feature: Feature, items: set[str], mates: set[str], *, at_item_level: bool) -> bool:
    if at_item_level:
        return feature.kind != "total"
    if feature.kind == "variable":
        return feature.name not in items or feature.name in mates
    return not (feature.kind == "total" and feature.parts <= mates)


def _smallest_scale(scales: Sequence[ModelScale]) -> dict[str, tuple[str, ...]]:
    """Return for each item the items of the smallest scale it belongs to."""
    smallest: dict[str, tuple[str, ...]] = {}
    for scale in sorted(scales, key=lambda one: len(one.items)):
        for name in scale.items:
            smallest.setdefault(name, scale.items)
    return smallest


def _worst_item(
    targets: Sequence[ModelColumn],
    items: set[str],
    table: FeatureTable,
    interactions: Sequence[tuple[str, str, str]],
) -> tuple[ModelColumn, int] | None:
    """Return the item with the fewest answered rows for its predictor columns, if they are too few."""
    worst: tuple[ModelColumn, int] | None = None
    lowest = float(ROWS_PER_COLUMN)
    for column in targets:
        if column.name in items:
            count = sum(
                len(feature.columns)
                for feature in table.features
                if feature.kind != "total" and _eligible(feature, column, interactions)
            )
            rows = column.observed.sum() / max(count, 1)
            if rows < lowest:
                worst, lowest = (column, count), float(rows)
    return worst


def _strongest(features: Sequence[Feature], size: Floats, room: int) -> list[Feature]:
    """Return as many features as have room, the strongest first, in their old order."""
    order = sorted(features, key=lambda one: (not _always(one), -float(size[one.columns].max(initial=0.0))))
    kept: set[str] = set()
    used = 0
    for feature in order:
        if used + len(feature.columns) <= room:
            kept.add(feature.name)
            used += len(feature.columns)
    return [feature for feature in features if feature.name in kept]


class _Strengths:
    """Absolute correlations of all columns with a variable, and with its being answered, on pairwise answers."""

    def __init__(self, table: FeatureTable) -> None:
        self.filled = table.design.copy()
        for derived in table.derived:
            self.filled[:, derived.columns] = derived.values(self.filled)
        self.seen = table.available.astype(np.float64)
        self.cache: dict[str, Floats] = {}

    def of(self, column: ModelColumn, table: FeatureTable) -> Floats:
        """Return the larger of both correlations for every column of the design, shape (q,)."""
        if column.name not in self.cache:
            own = table.codings[column.name].columns
            answered = column.observed.astype(np.float64)
            with_values = self._correlations(self.filled[:, own], self.seen[:, own])
            with_answering = self._correlations(answered[:, None], np.ones((len(answered), 1)))
            self.cache[column.name] = np.maximum(with_values.max(axis=1), with_answering[:, 0])
        return self.cache[column.name]

    def _correlations(self, values: Floats, seen: Floats) -> Floats:
        values = values * seen
        people = np.maximum(self.seen.T @ seen, 1.0)
        x, y = self.filled.T @ seen / people, self.seen.T @ values / people
        xy = self.filled.T @ values / people - x * y
        xx = (self.filled**2).T @ seen / people - x**2
        yy = self.seen.T @ values**2 / people - y**2
        product = xx * yy
        return np.divide(np.abs(xy), np.sqrt(np.maximum(product, 1e-300)), out=np.zeros_like(xy), where=product > 1e-12)
