"""The tables of a mediation analysis: numbers, coefficients of the paths, natural effects, sensitivity."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from osa_survey.analysis.mediating.mediation_draws import interval_of_draws
from osa_survey.analysis.mediating.mediation_fits import FittedPaths, X, Y
from osa_survey.analysis.mediating.mediation_numbers import ARROW, Number
from osa_survey.analysis.regressing.category_cells import named
from osa_survey.results import Rows

ALL = "n used"
FEW_DRAWS = "fewer than half of the draws have an estimate"
NO_ESTIMATE = "no finite estimate"


def first_rows(model: FittedPaths) -> tuple[Rows, list[str]]:
    """Return an empty table that knows who stands behind it, and the cells behind every number."""
    rows = Rows()
    rows.cell(ALL, model.sample.n)
    cells = [ALL]
    groups = [model.x.groups, model.moderator.groups if model.moderator else ()]
    for column, outcome in model.outcomes.items():
        y = next(one.y for one in model.equations[0] if one.outcome == column)
        if outcome.kind.binary:
            groups.append(tuple((f"{outcome.info.name}: {name}", people) for name, people in outcome.groups(y)))
    for group in groups:
        for name, people in group:
            rows.cell(name, people)
            cells.append(name)
        if group:
            rows.total(ALL, [name for name, _ in group])
    return rows, cells


def number_rows(model: FittedPaths, numbers: Sequence[Number]) -> Rows:
    """Return a table of numbers with the intervals of their draws."""
    rows, cells = first_rows(model)
    for number in numbers:
        estimate, error, low, high = interval_of_draws(model, number.values)
        warning = "" if math.isfinite(low) else FEW_DRAWS if math.isfinite(estimate) else NO_ESTIMATE
        rows.add(
            number.quantity,
            term=number.term,
            outcome=model.request.y,
            contrast=number.contrast,
            level=number.level,
            n=model.sample.n,
            estimate=estimate,
            std_error=error,
            conf_low=low,
            conf_high=high,
            conf_level=math.nan if math.isnan(low) else model.request.conf_level,
            method=model.request.interval.replace("_", "-"),
            warning=warning,
            cells=cells,
        )
    return rows


def path_rows(model: FittedPaths) -> Rows:
    """Return the coefficients of every equation with their t or z tests, and R² of linear ones."""
    rows, cells = first_rows(model)
    people = {term.name: named(rows, dict(term.people)) for term in model.terms}
    estimates = model.estimates
    low, high = estimates.interval(model.request.conf_level)
    errors, tests, p_values = estimates.std_error, estimates.statistic(), estimates.p_value()
    for column in model.outcomes:
        begin = model.places.begins[column]
        for k, parameter in enumerate(model.parameters[column]):
            if parameter.kind == "ancillary":
                continue
            at, coefficient = begin + k, parameter.kind == "coefficient"
            finite = math.isfinite(estimates.df[at])
            rows.add(
                "b" if coefficient else "threshold",
                outcome=model.variable(column),
                term=parameter.name,
                n=model.sample.n,
                estimate=estimates.estimate[at],
                std_error=errors[at],
                conf_low=low[at],
                conf_high=high[at],
                conf_level=model.request.conf_level,
                statistic=tests[at] if coefficient else math.nan,
                statistic_name=("t" if finite else "z") if coefficient else "",
                df1=estimates.df[at] if coefficient and finite else math.nan,
                p_value=p_values[at] if coefficient else math.nan,
                method=model.outcomes[column].kind.title,
                cells=list(dict.fromkeys([*cells, *people.get(parameter.name, ())])),
            )
        if model.outcomes[column].kind.linear and not model.composed:
            y = next(one.y for one in model.equations[0] if one.outcome == column)
            variance = math.exp(2 * float(model.places.of(estimates.estimate, column)[-1]))
            rows.add("r2", outcome=model.variable(column), n=model.sample.n, estimate=1 - variance / float(np.var(y)),
                     cells=cells)  # fmt: skip
    return rows


def labels_of(model: FittedPaths) -> dict[str, str]:
    """Return what print says for variables, products and paths."""
    request = model.request
    titles = {outcome.info.name: outcome.info.title for outcome in model.outcomes.values()}
    for outcome in model.outcomes.values():
        if outcome.event:
            titles[outcome.info.name] = f"{outcome.info.title}: {outcome.event}"
    titles |= {term.name: term.label for term in model.terms}
    titles[request.x] = model.x.label
    if model.moderator is not None and request.moderator:
        titles[request.moderator] = model.moderator.label
    found = dict(titles)
    for equation in model.equations[0]:
        for factors in equation.predictors:
            names = [model.variable(factor) for factor in factors]
            if len(names) > 1:
                found[":".join(names)] = " × ".join(titles[name] for name in names)
    arrows = [ARROW.join(model.variable(c) for c in path) for path in (*model.paths.paths, (X, Y))]
    shown = [ARROW.join(titles[model.variable(c)] for c in path) for path in (*model.paths.paths, (X, Y))]
    found |= dict(zip(arrows, shown, strict=True))
    for position, first in enumerate(arrows):
        for place, second in enumerate(arrows):
            found[f"({first}) − ({second})"] = f"({shown[position]}) − ({shown[place]})"
    found["intercept"] = "Intercept"
    return found
