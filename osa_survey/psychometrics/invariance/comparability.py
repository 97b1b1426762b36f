"""Are groups measured alike? The invariance ladder of a scale, its verdict, and the size of what differs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing, usable
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Floats,
    ModelledItems,
    chosen_estimator,
    groups_of,
    modelled_items,
)
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, check_estimator, prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.invariance.climbing import Step, climb
from osa_survey.psychometrics.invariance.invariance_tables import invariance_result
from osa_survey.psychometrics.invariance.ladders import LadderModel
from osa_survey.psychometrics.invariance.shifts import GroupShift, group_shifts
from osa_survey.psychometrics.invariance.size_tables import LadderParts
from osa_survey.results import Result

ESTIMATORS = ("ML", "MLR", "MLM", "WLSMV", "ULSMV")
COMMON_SCALE = ("scalar", "strict", "intercepts", "residuals")
"""Steps at which factor means can be compared."""


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
    >>> rng = np.random.default_rng(2)
    >>> trait = rng.normal(size=600)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=600) for n in range(4)})
    >>> items["gender"] = pd.Categorical(np.repeat(["man", "woman"], 300))
    >>> result = invariance(items, "trait =~ i0 + i1 + i2 + i3", "gender")
    >>> result.pick("step_verdict", term="verdict")["level"]
    'means comparable'
    """
    if not 0 < conf_level < 1:
        raise AnalysisError(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if estimator not in ("auto", *ESTIMATORS):
        hint = nearest(estimator, ESTIMATORS)
        raise AnalysisError(Problem("unknown_option", f"no difference test is known for '{estimator}'", hint=hint))
    refuse_imputed(data, "invariance")
    refuse_design(data, "invariance")
    items = modelled_items(without_groups(data, by, model), model)
    how = chosen_estimator(items.values, estimator)
    gaps = chosen_missing(items.values, how, missing)
    check_estimator(how, gaps)
    groups = groups_of(data, by, usable(items.values, gaps))
    if len(groups.labels) < 2:
        message = f"fewer than two groups of '{by}' are large enough for a model of their own"
        raise AnalysisError(Problem("too_few_groups", message, column=by, hint="join categories, or ask more people"))
    loadings, extras = ladder_parts(items)
    order = [items.names.index(name) for name in dict.fromkeys(i for own in loadings.values() for i in own)]
    names = [items.names[index] for index in order]
    answers = [items.values[mask][:, order] for mask in groups.masks]
    samples = prepared(answers, names, groups.labels, how, gaps)
    categories = dict(zip(names, samples[0].counts, strict=True)) if how in ORDINAL else {}
    ladder = LadderModel(loadings, extras, categories, len(samples))
    steps = climb(ladder, samples, how, search_partial=partial)
    parts = LadderParts(
        items=items,
        groups=groups,
        ladder=ladder,
        steps=steps,
        shifts=_shifts(steps, samples, answers, gaps),
        estimator=how,
        missing=gaps,
        chosen=estimator == "auto",
        conf_level=conf_level,
        n_all=len(items.values),
    )
    settings: dict[str, Any] = {
        "model": model,
        "by": by,
        "estimator": how,
        "missing": gaps,
        "partial": partial,
        "conf_level": conf_level,
    }
    return invariance_result(parts, settings)


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


def _shifts(
    steps: tuple[Step, ...], samples: tuple[GroupSample, ...], answers: list[Floats], missing: str
) -> tuple[GroupShift, ...]:
    """Return the shifts at the last step with a common scale, or nothing where no step has one."""
    common = [step for step in steps if step.name in COMMON_SCALE and step.fit.inference.covariance is not None]
    if not common:
        return ()
    held = [step for step in common if step.holds]
    chosen = held[0] if held else common[-1]
    ordinal = chosen.fit.table.ordered
    values: tuple[Floats, ...] = ()
    observed: tuple[Floats, ...]
    if ordinal or missing == "listwise":
        whole = [group[~np.isnan(group).any(axis=1)] for group in answers]
        observed = tuple(group.mean(axis=0) for group in whole)
        if ordinal:
            values = tuple(np.unique(column) for column in np.vstack(whole).T)
    else:
        observed = tuple(sample.means for sample in samples)
    return group_shifts(chosen.fit, values, observed)
