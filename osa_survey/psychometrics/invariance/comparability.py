"""Are groups measured alike? Items and groups of the invariance ladder, and the climb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Floats,
    Groups,
    ModelledItems,
)
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.invariance.climbing import climb, common_step
from osa_survey.psychometrics.invariance.invariance_tables import invariance_result
from osa_survey.psychometrics.invariance.ladder_requests import (
    AnswersSeen,
    LadderRequest,
)
from osa_survey.psychometrics.invariance.ladders import LadderModel
from osa_survey.psychometrics.invariance.shifts import group_shifts
from osa_survey.psychometrics.invariance.size_tables import LadderParts
from osa_survey.results import Result


@dataclass(frozen=True, repr=False)
class ComparedGroups:
    """Items and groups of a ladder.

    Attributes
    ----------
    items : ModelledItems
        The items.
    groups : Groups
        The groups that are large enough.
    loadings : dict of str to tuple of str
        Factor → items.
    extras : tuple of str
        Further formulas of the model.
    """

    items: ModelledItems
    groups: Groups
    loadings: dict[str, tuple[str, ...]]
    extras: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Items in the order of the ladder."""
        return list(dict.fromkeys(item for own in self.loadings.values() for item in own))

    def answers(self, values: Floats) -> list[Floats]:
        """Return the answers of each group in the order of the ladder."""
        order = [self.items.names.index(name) for name in self.names]
        return [values[mask][:, order] for mask in self.groups.masks]


def compared_groups(items: ModelledItems, groups: Groups) -> ComparedGroups:
    """Return items and groups of a ladder, or refuse fewer than two groups."""
    if len(groups.labels) < 2:
        message = f"fewer than two groups of '{groups.variable}' are large enough for a model of their own"
        hint = "join categories, or ask more people"
        raise AnalysisError(Problem("too_few_groups", message, column=groups.variable, hint=hint))
    return ComparedGroups(items, groups, *ladder_parts(items))


def one_factor_items(compared: ComparedGroups) -> ComparedGroups:
    """Return items and groups, or refuse items of several factors."""
    own = [item for block in compared.loadings.values() for item in block]
    if len(set(own)) < len(own):
        message = "alignment takes items of one factor each"
        raise AnalysisError(Problem("not_supported", message, hint="leave cross-loadings out"))
    return compared


def group_ladder(
    compared: ComparedGroups,
    samples: tuple[GroupSample, ...],
    seen: AnswersSeen,
    request: LadderRequest,
    settings: Mapping[str, Any],
) -> Result:
    """Climb the ladder of groups and return its result.

    Parameters
    ----------
    compared : ComparedGroups
        Items and groups.
    samples : tuple of GroupSample
        What the models are fitted to.
    seen : AnswersSeen
        The answers behind them.
    request : LadderRequest
        How.
    settings : mapping
        What the caller asked for besides.
    """
    how = request.estimator
    categories = dict(zip(compared.names, samples[0].counts, strict=True)) if how in ORDINAL else {}
    ladder = LadderModel(compared.loadings, compared.extras, categories, len(samples), request.basis.ruled)
    steps = climb(ladder, samples, how, search_partial=request.partial)
    common = common_step(steps)
    parts = LadderParts(
        items=compared.items,
        groups=compared.groups,
        ladder=ladder,
        steps=steps,
        shifts=() if common is None else group_shifts(common.fit, seen.kinds, seen.means),
        estimator=how,
        missing=request.missing,
        chosen=request.chosen,
        conf_level=request.conf_level,
        n_all=request.n_all,
        basis=request.basis,
    )
    told = {"estimator": how, "missing": request.missing, "partial": request.partial, "conf_level": request.conf_level}
    return invariance_result(parts, {**settings, **told})


def without_groups(data: ScoredData | pd.DataFrame, by: str, model: str) -> ScoredData | pd.DataFrame:
    """Return the data without the grouping column where a plain word makes one factor of all columns."""
    if isinstance(data, pd.DataFrame) and "~" not in model and by in data.columns:
        return data.drop(columns=[by])
    return data


def ladder_parts(items: ModelledItems) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return factors with their items, and further formulas of the model."""
    loadings: dict[str, list[str]] = {}
    extras: list[str] = []
    problems: list[Problem] = []
    statements = parse_model(items.syntax)
    factors = {s.lhs for s in statements if s.op == "=~"}
    for statement in statements:
        text = f"{statement.lhs} {statement.op} {statement.rhs}".strip()
        if statement.op == "=~" and statement.rhs not in factors:
            loadings.setdefault(statement.lhs, []).append(statement.rhs)
        elif statement.op == "~~" and statement.lhs != statement.rhs and not statement.fixed:
            extras.append(text)
        else:
            problems.append(
                Problem(
                    "not_supported", f"the ladder cannot hold '{text}'", hint="first-order factors and covariances only"
                )
            )
    if problems:
        raise AnalysisError(problems)
    return {factor: tuple(own) for factor, own in loadings.items()}, tuple(extras)
