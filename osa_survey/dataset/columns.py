"""One column for an analysis, whether it comes from scored data or from a plain data frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset.variables import VariableInfo
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments.reasons import ANSWERED, REASON_CODES

if TYPE_CHECKING:
    from osa_survey.dataset.scored import ScoredData

AnyData = "ScoredData | pd.DataFrame"


@dataclass(frozen=True, repr=False)
class Column:
    """The values of one variable with what they mean.

    Attributes
    ----------
    info : VariableInfo
        Type, categories, title.
    values : ndarray of float, shape (respondents,)
        Numbers or codes; NaN where there is no answer.
    reasons : ndarray of uint8, shape (respondents,)
        Why a value is missing (``instruments.reasons``); 0 where answered.
    """

    info: VariableInfo
    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Where there is a value."""
        return ~np.isnan(self.values)

    def categories(self, among: NDArray[np.bool_] | None = None) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
        """Return each category that occurs, in declared order, with the mask of its respondents.

        Parameters
        ----------
        among : ndarray of bool, optional
            Respondents to look at; categories without anyone among them are left out.
        """
        pairs = []
        for code, label in zip(self.info.codes, self.info.labels, strict=True):
            mask = self.values == code
            if among is not None:
                mask = mask & among
            if mask.any():
                pairs.append((label, mask))
        return tuple(pairs)

    def __repr__(self) -> str:
        return f"<Column {self.info.name}: {self.info.type}, {int(self.answered.sum())} of {len(self.values)} answered>"


def column_of(data: ScoredData | pd.DataFrame, name: str) -> Column:
    """Return a variable or score by its name.

    Parameters
    ----------
    data : ScoredData or DataFrame
        In a data frame, numbers are numbers, a pandas categorical is nominal or (if ordered) ordinal with its first
        category as reference, and True/False is nominal. Text columns are refused: their order is not declared.
    name : str
        The variable.

    Returns
    -------
    Column
        Its values as float with NaN for gaps.

    Raises
    ------
    AnalysisError
        If there is no such variable (the nearest names are offered), or a text column is not declared.
    """
    return columns_of(data, [name])[0]


def columns_of(data: ScoredData | pd.DataFrame, names: Sequence[str]) -> tuple[Column, ...]:
    """Return several variables or scores; all problems are collected first.

    See Also
    --------
    column_of : One of them, and the rules.
    """
    if isinstance(data, pd.DataFrame):
        known = [str(name) for name in data.columns]
    elif hasattr(data, "variables") and hasattr(data, "frame"):
        known = list(data.variables)
    else:
        message = f"an analysis takes ScoredData or a DataFrame, not {type(data).__name__}"
        raise AnalysisError(message, hint="score the responses first: scored = score(responses)")
    problems = [
        Problem(
            "unknown_variable",
            f"there is no variable '{name}'",
            column=name,
            hint=nearest(name, known, all_in="the variables of the codebook, or the columns of the frame"),
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise AnalysisError(problems)
    if isinstance(data, pd.DataFrame):
        return tuple(_from_frame(data, name) for name in names)
    return tuple(
        Column(
            data.variables[name],
            data.frame[name].to_numpy(dtype=float, na_value=np.nan),
            data.reasons[name].to_numpy(dtype=np.uint8),
        )
        for name in names
    )


def _from_frame(data: pd.DataFrame, name: str) -> Column:
    series = data[name]
    if isinstance(series, pd.DataFrame):
        raise AnalysisError(Problem("repeated_column", "the data frame has this column twice", column=name))
    if isinstance(series.dtype, pd.CategoricalDtype):
        labels = tuple(str(category) for category in series.cat.categories)
        codes = tuple(float(code) for code in range(1, len(labels) + 1))
        values = series.cat.codes.to_numpy().astype(float) + 1
        values[values == 0] = np.nan
        kind = "ordinal" if series.cat.ordered else "nominal"
        info = VariableInfo(name, kind, name, codes, labels, reference=labels[0] if labels else "")  # type: ignore[arg-type]
    elif pd.api.types.is_bool_dtype(series.dtype):
        values = series.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        info = VariableInfo(name, "nominal", name, (0.0, 1.0), ("no", "yes"), reference="no")
    elif pd.api.types.is_numeric_dtype(series.dtype):
        values = series.to_numpy(dtype=float, na_value=np.nan)
        info = VariableInfo(name, "number", name)
    else:
        hint = f'declare the order: data["{name}"] = pd.Categorical(data["{name}"], categories=[…], ordered=…)'
        raise AnalysisError(Problem("undeclared_categories", "text has no declared order", column=name, hint=hint))
    reasons = np.full(len(values), ANSWERED, dtype=np.uint8)
    reasons[np.isnan(values)] = REASON_CODES["not_answered"]
    return Column(info, values, reasons)
