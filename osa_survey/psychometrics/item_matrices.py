"""The keyed items of a scale, taken from scored data or from a data frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, columns_of, keyed_items
from osa_survey.errors import AnalysisError, Problem, nearest

UNNAMED = "scale"
REVERSED = " (R)"


@dataclass(frozen=True, repr=False)
class ItemMatrix:
    """Keyed answers with the names that print needs.

    Attributes
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    columns : tuple of str
        Item columns.
    labels : tuple of str
        Content tags; reverse-keyed items are marked ``(R)``.
    name, title : str
        The scale, and what print calls it.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    name: str
    title: str

    def __repr__(self) -> str:
        return f"<ItemMatrix {self.name}: {self.values.shape[1]} items, {self.values.shape[0]} respondents>"


def item_matrix(data: ScoredData | pd.DataFrame, scale: str | None = None) -> ItemMatrix:
    """Return the keyed items of a scale.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are the items of one scale, already keyed.
    scale : str, optional
        With scored data the scored column, such as ``"scs_total"``; may be left out if there is only one. With a data
        frame, what print calls the scale.

    Returns
    -------
    ItemMatrix
        Answers and names.

    Raises
    ------
    AnalysisError
        If there is no such scale, or a column is not numeric or ordinal.
    """
    if isinstance(data, pd.DataFrame):
        return _from_frame(data, scale or UNNAMED)
    if not isinstance(data, ScoredData):
        message = f"an analysis of items takes ScoredData or a DataFrame of keyed items, not {type(data).__name__}"
        raise AnalysisError(message, hint="score the responses first: scored = score(responses)")
    return _from_scored(data, scale)


def _from_scored(data: ScoredData, scale: str | None) -> ItemMatrix:
    known = [entry.name for entry in data.log]
    if scale is None and len(known) == 1:
        scale = known[0]
    if scale is None:
        raise AnalysisError(Problem("scale_not_named", "say which scale is meant", hint=nearest("", known)))
    if scale not in known:
        raise AnalysisError(
            Problem("unknown_scale", f"there is no scale '{scale}'", column=scale, hint=nearest(scale, known))
        )
    entry = data.scale_log(scale)
    keyed = keyed_items(data.responses, entry.block, entry.scale)
    labels = tuple(tag + (REVERSED if sign < 0 else "") for tag, sign in zip(keyed.tags, keyed.signs, strict=True))
    return ItemMatrix(keyed.values, keyed.columns, labels, scale, data.variables[scale].title)


def _from_frame(data: pd.DataFrame, name: str) -> ItemMatrix:
    names = [str(column) for column in data.columns]
    if not names:
        raise AnalysisError(Problem("no_items", "the data frame has no columns", hint="one column for each item"))
    plain = all(isinstance(dtype, np.dtype) and dtype.kind in "fiu" for dtype in data.dtypes)
    if plain and len(set(names)) == len(names):
        return ItemMatrix(_side_by_side(data), tuple(names), tuple(names), name, name)
    columns = columns_of(data.set_axis(names, axis="columns"), names)
    problems = [
        Problem("not_an_item", "answers without an order cannot be added up", column=column.info.name)
        for column in columns
        if column.info.type == "nominal" and len(column.info.codes) > 2
    ]
    if problems:
        raise AnalysisError(problems)
    values = np.array([column.values for column in columns]).T  # columns side by side in memory
    return ItemMatrix(values, tuple(names), tuple(names), name, name)


def _side_by_side(numbers: pd.DataFrame) -> NDArray[np.float64]:
    """Return a frame of plain numbers with columns side by side in memory: without a copy where they are."""
    return np.asfortranarray(numbers.to_numpy(dtype=np.float64))
