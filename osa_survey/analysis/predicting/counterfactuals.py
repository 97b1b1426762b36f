"""Design matrices of other values of predictors: built once for all values asked for, by the fitted transformations."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.errors import AnalysisError, Problem, nearest

Floats = NDArray[np.float64]
Value = float | str
AtValues = Mapping[str, Value | Sequence[Value]]


@dataclass(frozen=True)
class Setting:
    """Values that predictors are set to; all others stay as they are.

    Attributes
    ----------
    values : tuple of (str, float or str)
        Predictor → number, or category.
    """

    values: tuple[tuple[str, Value], ...] = ()

    def name(self, model: FittedModel) -> str:
        """Return ``age = 20, gender[woman]`` for tables; "as observed" where nothing is set."""
        parts = [
            f"{name}[{value}]" if is_nominal(model, name) else f"{name} = {value:g}" for name, value in self.values
        ]
        return ", ".join(parts) or "as observed"

    def label(self, model: FittedModel) -> str:
        """Return the same in titles for print."""
        parts = [
            f"{title_of(model, name)}: {value}" if is_nominal(model, name) else f"{title_of(model, name)} = {value:g}"
            for name, value in self.values
        ]
        return ", ".join(parts) or "As observed"


def predictors(model: FittedModel) -> tuple[str, ...]:
    """Return the names of the variables a model is made from, in the order of its frames."""
    last = 1 + len(model.design.frames[0].columns)
    return tuple(column.info.name for column in model.sample.first.columns[1:last])


def title_of(model: FittedModel, name: str) -> str:
    """Return the title of a predictor."""
    return model.sample.first.columns[1 + predictors(model).index(name)].info.title


def short_name(model: FittedModel, name: str) -> str:
    """Return the name of a predictor's column in the frames; an unknown one is an error."""
    known = predictors(model)
    if name not in known:
        message = f"'{name}' is no predictor of this model"
        raise AnalysisError(Problem("unknown_predictor", message, column=name, hint=nearest(name, known)))
    return f"v{known.index(name)}"


def is_nominal(model: FittedModel, name: str) -> bool:
    """Tell whether a predictor has dummy-coded categories."""
    return short_name(model, name) in model.design.nominal


def categories(model: FittedModel, name: str) -> tuple[str, ...]:
    """Return the categories of a dummy-coded predictor, the reference first."""
    return model.design.nominal[short_name(model, name)]


def settings_at(model: FittedModel, at: AtValues) -> tuple[Setting, ...]:
    """Return every combination of the values asked for.

    Raises
    ------
    AnalysisError
        Unknown predictors, categories that are none, numbers that are none; all together.
    """
    problems: list[Problem] = []
    found: list[list[tuple[str, Value]]] = []
    for name, values in at.items():
        listed = [values] if isinstance(values, str | float | int) else list(values)
        short_name(model, name)
        if not listed:
            problems.append(
                Problem("no_value", "give a value or more", key="at", column=name, hint=f"at = {{'{name}': […]}}")
            )
        for value in listed:
            if is_nominal(model, name):
                if value not in categories(model, name):
                    hint = ", ".join(categories(model, name))
                    message = f"'{value}' is no category of {title_of(model, name)} in this model"
                    problems.append(Problem("unknown_category", message, key="at", column=name, hint=hint))
            elif isinstance(value, str) or not np.isfinite(value):
                message = f"'{value}' is no number, but {title_of(model, name)} is"
                problems.append(Problem("not_a_number", message, key="at", column=name, hint="give a number"))
        found.append([(name, value if isinstance(value, str) else float(value)) for value in listed])
    if problems:
        raise AnalysisError(problems)
    return tuple(Setting(tuple(pairs)) for pairs in itertools.product(*found))


def typical_values(model: FittedModel) -> dict[str, Value]:
    """Return what is typical: the (weighted) mean of numbers, the most frequent category; means over completed sets."""
    found: dict[str, Value] = {}
    for name in predictors(model):
        short = short_name(model, name)
        shares: list[Floats] = []
        for one, frame in zip(model.sample.sets, model.design.frames, strict=True):
            w = np.ones(one.n) if one.weights is None else one.weights
            if is_nominal(model, name):
                codes = frame[short].cat.codes.to_numpy()
                shares.append(np.bincount(codes, w, minlength=len(categories(model, name))) / w.sum())
            else:
                shares.append(np.array([w @ frame[short].to_numpy() / w.sum()]))
        mean = np.mean(shares, axis=0)
        found[name] = categories(model, name)[int(mean.argmax())] if is_nominal(model, name) else float(mean[0])
    return found


def with_setting(model: FittedModel, frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Return a frame with predictors set to the values."""
    changed = frame.copy()
    for name, value in setting.values:
        short = short_name(model, name)
        if is_nominal(model, name):
            position = categories(model, name).index(str(value))
            codes = np.full(len(frame), position)
            changed[short] = pd.Categorical.from_codes(codes, frame[short].cat.categories)
        else:
            changed[short] = np.full(len(frame), float(value))
    return changed


def shifted(model: FittedModel, frame: pd.DataFrame, name: str, by: float) -> pd.DataFrame:
    """Return a frame with a number shifted for everybody."""
    changed = frame.copy()
    short = short_name(model, name)
    changed[short] = changed[short].to_numpy() + by
    return changed


def matrices_of(model: FittedModel, frames: Sequence[pd.DataFrame]) -> list[Floats]:
    """Return the design matrix of each frame; all are built in one go."""
    stacked = model.design.rebuilt(pd.concat(frames, ignore_index=True))
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return [np.ascontiguousarray(part) for part in np.split(stacked, ends)]
