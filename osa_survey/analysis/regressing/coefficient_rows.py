"""The rows of a table of coefficients, each with the groups of people it would give away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimate_fields import estimate_fields, tested_fields, undefined_words
from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.regressing.block_fits import BlockFit, Parameter
from osa_survey.analysis.regressing.category_cells import category_cells, named
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Term
from osa_survey.analysis.regressing.explained_variance import semipartial, standardised
from osa_survey.analysis.regressing.fitted_models import ALL, FittedModel, first_rows, method_of, separation_words
from osa_survey.analysis.regressing.partial_sizes import composed_f_squared
from osa_survey.analysis.regressing.profile_intervals import PROFILED, Profile, profiles
from osa_survey.analysis.size_rows import size_fields
from osa_survey.effects.effects import Effect
from osa_survey.effects.explained_outcomes import partial_f_squared
from osa_survey.results import Rows

Floats = NDArray[np.float64]
NO_THRESHOLD = "no finite estimate: separation"
BETA = {
    "plain": "B · sd(x) / sd(y), distribution-free delta-method interval (Jones–Waller)",
    "cluster": "B · sd(x) / sd(y), delta-method interval robust to clusters",
    "design": "B · sd(x) / sd(y), weighted, delta-method interval",
}


@dataclass(frozen=True, repr=False)
class _Sizes:
    """Standardised sizes of a linear block."""

    beta: Estimates
    semipartial: tuple[Effect, ...]


def coefficient_rows(model: FittedModel) -> Rows:
    """Return B, β, sr² or exp(B) of every term of every block, with reference categories as rows of their own."""
    rows = first_rows(model)
    for number, block in enumerate(model.blocks, start=1):
        shown: set[tuple[str, str]] = set()
        sizes = _sizes(model, block) if model.linear and block.matrices[0].shape[1] > 1 else None
        terms = [model.design.terms[int(position)] for position in model.columns(number)]
        profiled = profiles(model, block)
        adjusted = _adjusted(model, block, profiled)
        for position, parameter in enumerate(block.parameters):
            keys: dict[str, Any] = {
                "outcome": model.outcome.info.name,
                "level": model.level(number),
                "n": model.n,
                "contrast": parameter.equation,
            }
            if parameter.column < 0:
                every = category_cells(rows, model.design, number)
                _add_ancillary(rows, model, block, position, parameter, {**keys, "cells": every})
                continue
            term = terms[parameter.column]
            if term.reference and (parameter.equation, term.reference) not in shown:
                shown.add((parameter.equation, term.reference))
                quantity = _ratio(model, parameter) or "b"
                reference: dict[str, Any] = {**keys, "method": "reference category: no estimate"}
                rows.add(quantity, term=term.reference, cells=model.cells_of(parameter.equation), **reference)
            cells = _people_cells(rows, model, number, term, parameter)
            limits, test, how = _tested(model, block, position, profiled)
            if model.adjust != "none":
                test["p_adjusted"] = adjusted[position]
            common = {**keys, "term": term.name, "cells": cells, "warning": _warning(model, block, position, term)}
            _add_term(rows, model, block, position, common, {**limits, **test}, how)
            if sizes is not None and term.name != INTERCEPT:
                _add_sizes(rows, model, block, parameter.column, sizes, common)
    return rows


def _sizes(model: FittedModel, block: BlockFit) -> _Sizes:
    outcomes = model.outcomes
    clusters = model.clusters if model.errors == "cluster" else None
    return _Sizes(
        standardised(model.sample, outcomes, block, clusters),
        semipartial(model.sample, outcomes, block, model.conf_level),
    )


def _adjusted(model: FittedModel, block: BlockFit, profiled: tuple[Profile, ...]) -> Floats:
    """Return the p values of all predictors of a block, adjusted together; NaN for all other parameters."""
    p = np.array([one.test.p_value for one in profiled]) if profiled else block.estimates.p_value()
    counted = np.array([parameter.column > 0 for parameter in block.parameters])
    found = np.full(len(p), math.nan)
    if model.adjust != "none":
        found[counted] = adjusted_p_values(p[counted], model.adjust)
    return found


def _ratio(model: FittedModel, parameter: Parameter) -> str:
    """Return what exp(b) of a parameter is called; the second part of a count model is logistic."""
    return "odds_ratio" if parameter.kind == "second" else model.ratio


def _people_cells(rows: Rows, model: FittedModel, block: int, term: Term, parameter: Parameter) -> tuple[str, ...]:
    """Name the groups a coefficient compares: B of a group of three shows these three people."""
    entered = {found.predictor for found in model.design.terms if 0 < found.block <= block}
    people = term.people
    alone = next(iter(entered)) if len(entered) == 1 else ""
    if term.name == INTERCEPT and alone in model.design.categories:
        reference, _, size = model.design.categories[alone][0]
        people = ((reference, size),)
    cells = [*model.cells_of(parameter.equation), *named(rows, dict(people))]
    saturated = alone in model.design.categories and not model.linear
    if model.groups and saturated:
        cells += _event_cells(rows, model, people, parameter)
    if not saturated:  # else it is a function of the category and the reference alone
        cells += category_cells(rows, model.design, block)
    return tuple(dict.fromkeys(cells))


def _event_cells(
    rows: Rows, model: FittedModel, people: tuple[tuple[str, int], ...], parameter: Parameter
) -> list[str]:
    """Name the events in each category: with one nominal predictor alone the coefficients give these back."""
    dummies = {term.name: position for position, term in enumerate(model.design.terms) if term.reference}
    members = {name: model.design.matrix[:, position] == 1 for name, position in dummies.items()}
    behind = set(model.cells_of(parameter.equation)) - {ALL}
    y = model.y
    cells = []
    for name, _ in people:
        others = [members[key] for key in members if key.partition("[")[0] == name.partition("[")[0]]
        where = members.get(name, ~np.logical_or.reduce(others))
        for (group, size), (_, rest) in zip(model.outcome.groups(y[where]), model.groups, strict=True):
            if group in behind or (model.outcome.kind.outcome == "ordered" and rest):
                cell = f"{group} of {name}"
                rows.cell(cell, size)
                cells.append(cell)
    return cells


def _add_ancillary(
    rows: Rows, model: FittedModel, block: BlockFit, position: int, parameter: Parameter, keys: dict[str, Any]
) -> None:
    """Add a threshold, or exp of a log dispersion or precision; log σ of a linear model is in the table of fit."""
    found = block.estimates
    low, high = (float(bound[position]) for bound in found.interval(model.conf_level))
    common: dict[str, Any] = {**keys, "term": parameter.name, "conf_level": model.conf_level}
    every = common.pop("cells")
    if parameter.kind == "threshold":
        cells = (ALL, *(name for name, _ in model.groups), *every)
        if not math.isfinite(found.estimate[position]):
            common["warning"] = NO_THRESHOLD
        rows.add(
            "threshold", estimate=float(found.estimate[position]), std_error=float(found.std_error[position]),
            conf_low=low, conf_high=high, method=f"{method_of(model)}; P(Y ≤ j) = F(threshold − xb)", cells=cells,
            **common,
        )  # fmt: skip
        return
    if parameter.name not in ("log_alpha", "log_phi", "log_precision"):
        return
    bound = any(position in fit.at_bound for fit in block.fits)
    alpha = parameter.name == "log_alpha"
    estimate = 0.0 if bound else _exp(float(found.estimate[position]))
    common["term"] = "alpha" if alpha else "phi"
    if bound:
        common |= {"conf_level": math.nan, "warning": "at its bound: the counts are not overdispersed"}
        low = high = math.nan
    rows.add(
        "dispersion" if alpha else "precision", estimate=estimate, conf_low=_exp(low), conf_high=_exp(high),
        method="variance μ + αμ²" if alpha else "variance μ(1 − μ) / (1 + φ)",
        cells=(*model.base_cells, *every), **common,
    )  # fmt: skip


def _tested(
    model: FittedModel, block: BlockFit, position: int, profiled: tuple[Profile, ...]
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return number and interval of a coefficient, its test, and what the interval of exp(B) is called."""
    limits = estimate_fields(block.estimates, position, model.conf_level)
    if not profiled:
        return limits, tested_fields(block.estimates, position), "exp(B), Wald interval"
    found = profiled[position]
    limits |= {"conf_low": found.low, "conf_high": found.high}
    test = {"statistic": found.test.statistic, "statistic_name": "χ²", "df1": 1.0, "p_value": found.test.p_value}
    return limits, test, f"exp(B), interval from the {PROFILED}"


def _add_term(
    rows: Rows,
    model: FittedModel,
    block: BlockFit,
    position: int,
    common: dict[str, Any],
    fields: dict[str, Any],
    how: str,
) -> None:
    parameter, found = block.parameters[position], block.estimates
    rows.add("b", method=method_of(model), **fields, **common)
    if found.fmi is not None:
        rows.add("fmi", estimate=float(found.fmi[position]), method="fraction of missing information of B", **common)
    ratio = _ratio(model, parameter)
    if ratio and common["term"] != INTERCEPT:
        ends = {key: _exp(fields[key]) for key in ("estimate", "conf_low", "conf_high")}
        rows.add(ratio, method=how, **{**fields, "std_error": math.nan, **ends}, **common)


def _add_sizes(
    rows: Rows, model: FittedModel, block: BlockFit, column: int, sizes: _Sizes, common: dict[str, Any]
) -> None:
    beta = sizes.beta
    how = "design" if model.sample.design is not None else "cluster" if model.errors == "cluster" else "plain"
    k = column - 1
    rows.add(
        "beta", method=BETA[how], **estimate_fields(beta, k, model.conf_level), **common,
    )  # fmt: skip
    further = [("semipartial_r2", sizes.semipartial[k])]
    if "cohens_f2" in model.sizes and (model.sample.imputed or model.sample.design is not None):
        size = composed_f_squared(model.sample, model.outcomes, block, column, model.conf_level)
        further.append(("cohens_f2", size))
    elif "cohens_f2" in model.sizes:
        fit = block.fits[0]
        n, p = model.n, fit.n_coefficients
        error = math.sqrt(float(np.linalg.inv(fit.information[:p, :p])[column, column]) * n / (n - p))
        further.append(("cohens_f2", partial_f_squared(float(fit.parameters[column]) / error, n - p, model.conf_level)))
    for quantity, size in further:
        fields = common | size_fields(size, model.conf_level)
        fields["warning"] = "; ".join(filter(None, (common["warning"], size.warning)))
        rows.add(quantity, **fields)


def _warning(model: FittedModel, block: BlockFit, position: int, term: Term) -> str:
    found = []
    if position in block.separated:
        found.append(f"no finite estimate: {separation_words(block.kind_of_separation)}")
    found.append(undefined_words(block.estimates))
    if any(position in fit.at_bound for fit in block.fits):
        found.append("at the edge of what is possible: a simpler model fits as well")
    if term.people and term.people[0][1] == 1:
        found.append("this category is one person")
    return "; ".join(filter(None, found))


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
