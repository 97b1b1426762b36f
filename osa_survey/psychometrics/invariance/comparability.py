"""Are groups measured alike? The invariance ladder of a scale, its verdict, and the size of what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing, usable
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Floats,
    Groups,
    ModelledItems,
    chosen_estimator,
    groups_of,
    modelled_items,
)
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, check_estimator, prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.invariance.climbing import climb, common_step
from osa_survey.psychometrics.invariance.invariance_tables import invariance_result
from osa_survey.psychometrics.invariance.ladder_requests import (
    AnswersSeen,
    LadderRequest,
    check_ladder_request,
    complete_answers_seen,
)
from osa_survey.psychometrics.invariance.ladders import LadderModel
from osa_survey.psychometrics.invariance.shifts import group_shifts
from osa_survey.psychometrics.invariance.size_tables import LadderParts
from osa_survey.results import Result


def invariance(
    data: ScoredData | pd.DataFrame,
    model: str,
    by: str,
    *,
    estimator: Literal["auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"] = "auto",
    missing: Literal["auto", "listwise", "fiml"] = "auto",
    partial: bool = True,
    conf_level: float = 0.95,
) -> Result:
    """Test whether a scale measures alike in groups, step by step.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        A block, instrument or scale of scored data, or a model in lavaan's syntax with first-order factors.
    by : str
        A nominal or ordinal variable. Its categories are the groups; those with fewer than 50 respondents are left out.
    estimator : {"auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"}
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR.
    missing : {"auto", "listwise", "fiml"}
        As in ``cfa``.
    partial : bool
        Whether single equalities are given up where a step does not hold.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        For each step (``term``) ``chi_squared``, ``cfi``, ``rmsea``, ``srmr``, ``chi_squared_difference`` with its
        scaled difference test, with ML ``rmsea_of_difference`` (90 % interval; p of close fit), ``cfi_change``,
        ``rmsea_change``, ``srmr_change``, and ``step_verdict`` (``level`` in words); a row ``step_verdict`` with term
        ``verdict`` says what may be compared. ``more["size"]`` holds the shift of items and scale in scale points, the
        observed difference of means and the difference of factor means; ``more["given_up"]`` what was freed.

    Raises
    ------
    AnalysisError
        If fewer than two groups are large enough, the answers cannot carry the model, or the model has factors of
        factors.

    Notes
    -----
    Numbers: configural, metric (loadings), scalar (+ intercepts), strict (+ residual variances). Ordinal items (Wu &
    Estabrook 2016, theta parameterisation): configural, thresholds, + loadings, + intercepts, + residual variances; a
    step that two or three answers cannot test is marked "assumed, not testable". A step holds where the scaled
    difference test is not significant at .05, or a rule published for this estimator and number of groups is met; no
    rule is borrowed from another situation.

    References
    ----------
    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of
    invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014-1045. doi:10.1007/s11336-016-9506-0

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> trait = rng.normal(size=600)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=600) for n in range(4)})
    >>> items["gender"] = pd.Categorical(np.repeat(["man", "woman"], 300))
    >>> result = invariance(items, "trait =~ i0 + i1 + i2 + i3", "gender")
    >>> result.pick("step_verdict", term="verdict")["level"]
    'means comparable'
    """
    check_ladder_request(estimator, conf_level)
    refuse_imputed(data, "invariance")
    refuse_design(data, "invariance")
    items = modelled_items(without_groups(data, by, model), model)
    how = chosen_estimator(items.values, estimator)
    gaps = chosen_missing(items.values, how, missing)
    check_estimator(how, gaps)
    compared = compared_groups(items, groups_of(data, by, usable(items.values, gaps)))
    answers = compared.answers(items.values)
    samples = prepared(answers, compared.names, compared.groups.labels, how, gaps)
    seen = (
        complete_answers_seen(answers, ordinal=how in ORDINAL)
        if how in ORDINAL or gaps == "listwise"
        else AnswersSeen(tuple(sample.means for sample in samples))
    )
    request = LadderRequest(how, gaps, estimator == "auto", partial, conf_level, len(items.values))
    return group_ladder(compared, samples, seen, request, {"model": model, "by": by})


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
