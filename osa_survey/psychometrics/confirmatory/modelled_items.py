"""The items, the model and the groups of a factor analysis, from scored data or from a data frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, columns_of, keyed_items
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.confirmatory.preparation import Estimator
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.item_matrices import REVERSED, item_matrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_ANSWERS = 5
"""Items with no more different answers than this are taken as ordinal where the estimator is left to the program."""
SMALLEST_GROUP = 50
"""A group with fewer respondents is not given a factor model of its own."""


@dataclass(frozen=True, repr=False)
class ModelledItems:
    """What a factor analysis works on.

    Attributes
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    names : tuple of str
        The items' names in the syntax.
    syntax : str
        The model.
    name, title : str
        What the model is called.
    labels : mapping of str to str
        Items and factors → what print says.
    scoring : mapping of str to (str, float)
        Factor → how its scale is scored (``sum``, ``mean``) and what it is multiplied by, where a definition says so.
    """

    values: Floats
    names: tuple[str, ...]
    syntax: str
    name: str
    title: str
    labels: Mapping[str, str]
    scoring: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<ModelledItems {self.name}: {len(self.names)} items, {len(self.values)} respondents>"


@dataclass(frozen=True, repr=False)
class Groups:
    """Groups of respondents.

    Attributes
    ----------
    variable, title : str
        The variable; "" for none.
    labels : tuple of str
        The groups that take part.
    masks : tuple of ndarray of bool
        Their members.
    left_out : tuple of str
        Groups too small for a model.
    """

    variable: str
    title: str
    labels: tuple[str, ...]
    masks: tuple[Flags, ...]
    left_out: tuple[str, ...]


def modelled_items(data: ScoredData | pd.DataFrame, model: str) -> ModelledItems:
    """Return the items a model speaks of.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        lavaan syntax, or (with scored data) a block, an instrument or a scored column: then the definition gives the
        model, one factor for each scale of items, and one factor for a total whose items stand in no other scale.

    Returns
    -------
    ModelledItems
        Answers of the items in the model's order.

    Raises
    ------
    AnalysisError
        If the model names something unknown.
    """
    if isinstance(data, pd.DataFrame):
        return _from_frame(data, model)
    if not isinstance(data, ScoredData):
        message = f"a factor model takes ScoredData or a DataFrame of keyed items, not {type(data).__name__}"
        raise AnalysisError(message, hint="score the responses first: scored = score(responses)")
    if is_syntax(model):
        return _from_syntax(data, model)
    return _from_definition(data, model)


def is_syntax(model: str) -> bool:
    """Tell syntax from the name of a definition."""
    return "~" in model


def groups_of(data: ScoredData | pd.DataFrame, variable: str | None, used: Flags) -> Groups:
    """Return the groups of a variable that are large enough, among the respondents ``used``."""
    if variable is None:
        return Groups("", "", ("",), (np.ones(len(used), dtype=np.bool_),), ())
    column = columns_of(data, [variable])[0]
    found = column.categories()
    if not found:
        message = f"'{variable}' has no categories"
        raise AnalysisError(Problem("no_categories", message, column=variable, hint="group by a nominal variable"))
    labels = tuple(label for label, mask in found if int((mask & used).sum()) >= SMALLEST_GROUP)
    masks = tuple(mask for _, mask in found if int((mask & used).sum()) >= SMALLEST_GROUP)
    left_out = tuple(label for label, _ in found if label not in labels)
    if not labels:
        message = f"no group of '{variable}' has {SMALLEST_GROUP} respondents with answers"
        raise AnalysisError(Problem("too_few_respondents", message, column=variable))
    return Groups(variable, column.info.title, labels, masks, left_out)


def chosen_estimator(values: Floats, estimator: str) -> Estimator:
    """Return the estimator: of few different answers WLSMV, else MLR, where it is left to the program."""
    if estimator != "auto":
        return estimator  # type: ignore[return-value]
    few = all(len(np.unique(column[~np.isnan(column)])) <= MOST_ANSWERS for column in values.T)
    return "WLSMV" if few else "MLR"


def safe_name(name: str) -> str:
    """Return a name the syntax can hold."""
    safe = re.sub(r"[^\wÀ-ɏ.]", "_", name)
    return safe if re.match(r"[A-Za-zÀ-ɏ_.]", safe) else f"_{safe}"


def _from_frame(data: pd.DataFrame, model: str) -> ModelledItems:
    by_name = {safe_name(str(column)): column for column in data.columns}
    if not is_syntax(model):
        names = tuple(by_name)
        syntax, name, title = f"{safe_name(model)} =~ " + " + ".join(names), model, model
    else:
        names, latent = variables_of(parse_model(model))
        syntax, name, title = model, "model", ", ".join(latent)
        problems = [
            Problem("unknown_item", f"there is no item '{item}'", column=item, hint=nearest(item, list(by_name)))
            for item in names
            if item not in by_name
        ]
        if problems:
            raise AnalysisError(problems)
    matrix = item_matrix(data[[by_name[item] for item in names]], "model")
    return ModelledItems(matrix.values, names, syntax, name, title, dict(zip(names, matrix.labels, strict=True)))


def _from_syntax(data: ScoredData, model: str) -> ModelledItems:
    observed, latent = variables_of(parse_model(model))
    values: list[Floats] = []
    labels: dict[str, str] = {}
    known: dict[str, tuple[Floats, str]] = {}
    for entry in data.log:
        if entry.parts:
            continue
        keyed = keyed_items(data.responses, entry.block, entry.scale)
        ids = keyed.scale.item_ids
        for index, column in enumerate(keyed.columns):
            tag = keyed.tags[index] + (REVERSED if keyed.signs[index] < 0 else "")
            known.setdefault(column, (keyed.values[:, index], tag))
            known.setdefault(ids[index], (keyed.values[:, index], tag))
    problems = []
    for name in observed:
        if name not in known:
            hint = nearest(name, list(known))
            problems.append(Problem("unknown_item", f"there is no scored item '{name}'", column=name, hint=hint))
            continue
        values.append(known[name][0])
        labels[name] = known[name][1]
    if problems:
        raise AnalysisError(problems)
    return ModelledItems(np.column_stack(values), observed, model, "model", ", ".join(latent), labels)


def _from_definition(data: ScoredData, model: str) -> ModelledItems:
    entries = [entry for entry in data.log if not entry.parts]
    chosen = [entry for entry in entries if entry.name == model]
    if not chosen:
        chosen = [entry for entry in entries if entry.block == model] or [e for e in entries if e.instrument == model]
        blocks = {entry.block for entry in chosen}
        if len(blocks) > 1:
            message = f"'{model}' was asked in several blocks"
            raise AnalysisError(Problem("ambiguous", message, hint="name one of them: " + ", ".join(sorted(blocks))))
    if not chosen:
        known = list(dict.fromkeys(name for e in entries for name in (e.name, e.block, e.instrument)))
        message = f"'{model}' is neither a scored scale, block or instrument nor a model in lavaan's syntax"
        raise AnalysisError(Problem("unknown_scale", message, column=model, hint=nearest(model, known)))
    matrices = [(entry, item_matrix(data, entry.name)) for entry in chosen]
    sets = [set(matrix.columns) for _, matrix in matrices]
    kept = [
        pair
        for index, pair in enumerate(matrices)
        if not any(other < sets[index] for other in sets) and not any(sets[j] == sets[index] for j in range(index))
    ]
    names: list[str] = []
    columns: list[Floats] = []
    labels: dict[str, str] = {}
    lines = []
    for entry, matrix in kept:
        own = [safe_name(column) for column in matrix.columns]
        lines.append(f"{safe_name(entry.name)} =~ " + " + ".join(own))
        labels[safe_name(entry.name)] = matrix.title
        for position, name in enumerate(own):
            if name not in names:
                names.append(name)
                columns.append(matrix.values[:, position])
                labels[name] = matrix.labels[position]
    title = kept[0][1].title if len(kept) == 1 else data.responses.instruments[_instrument(data, chosen[0].block)].title
    values = columns[0][:, None] if len(columns) == 1 else np.column_stack(columns)
    scoring = {safe_name(entry.name): (entry.score, entry.times) for entry, _ in kept}
    return ModelledItems(values, tuple(names), "\n".join(lines), model, title, labels, scoring)


def _instrument(data: ScoredData, block: str) -> str:
    return data.responses.codebook.blocks[block].instrument
