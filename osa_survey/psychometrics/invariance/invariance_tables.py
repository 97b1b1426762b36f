"""The tables of an invariance ladder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from osa_survey.psychometrics.confirmatory.difference_tests import LIKELIHOOD_RATIO
from osa_survey.psychometrics.confirmatory.factor_tables import GAPS, METHODS, NOTE_CHOSEN, NOTE_LEFT_OUT
from osa_survey.psychometrics.confirmatory.fit_measures import LEVEL, rmsea
from osa_survey.psychometrics.confirmatory.improper import warnings_of
from osa_survey.psychometrics.invariance.climbing import Step, index_kind, indices
from osa_survey.psychometrics.invariance.invariance_sentences import InvarianceWording
from osa_survey.psychometrics.invariance.size_tables import (
    LadderParts,
    cells_of,
    given_up_table,
    size_table,
    started,
    step_name,
)
from osa_survey.results import Layout, Result, Rows, Show

COMPARABLE = "means comparable"
PARTLY = "means comparable with care"
ASSOCIATIONS = "associations comparable, means not"
NOT = "not comparable"
WORDS = {True: "holds", False: "does not hold"}
WU = (
    "Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of "
    "invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014–1045. "
    "https://doi.org/10.1007/s11336-016-9506-0"
)
SATORRA = {
    "scaled": (
        "Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test statistic for moment structure "
        "analysis. Psychometrika, 66(4), 507–514. https://doi.org/10.1007/BF02296192"
    ),
    "shifted": (
        "Satorra, A. (2000). Scaled and adjusted restricted tests in multi-sample analysis of moment structures. In R. "
        "D. H. Heijmans, D. S. G. Pollock, & A. Satorra (Eds.), Innovations in multivariate statistical analysis (pp. "
        "233–247). Springer. https://doi.org/10.1007/978-1-4615-4603-0_17"
    ),
}
SAVALEI = (
    "Savalei, V., Brace, J. C., & Fouladi, R. T. (2024). We need to change how we compute RMSEA for nested model "
    "comparisons in structural equation modeling. Psychological Methods, 29(3), 480–493. "
    "https://doi.org/10.1037/met0000537"
)
NOTE_NO_RULE = (
    "No rule for changes of fit indices was published for {estimator} with {groups} groups among those this program "
    "knows; the difference test alone decides."
)
NOTE_OTHER_DATA = (
    "Published rules for changes of fit indices were made for unweighted answers without gaps; none is borrowed for "
    "weights or imputed sets, so the difference test alone decides."
)
NOTE_RULES = (
    "Rules for changes of fit indices: {rules}. Partly: the limits were read where others quote them; recalled: they "
    "were not looked up. Read the paper before resting a claim on a limit."
)
NOTE_STEP = "A step holds where its difference test is not significant at .05, or a rule applies and is met."
NOTE_CONFIGURAL = (
    "Look at the fit of the first step before anything else: a model that fits no group says nothing of equality."
)


def verdict_of(parts: LadderParts) -> str:
    """Return what may be compared."""
    ordinal = bool(parts.ladder.categories)
    level, loadings = ("intercepts", "loadings") if ordinal else ("scalar", "metric")
    held = {step.name: step for step in parts.steps if step.holds}
    if level in held:
        return PARTLY if any(step.freed for step in parts.steps if _upto(parts, step.name, level)) else COMPARABLE
    return ASSOCIATIONS if loadings in held else NOT


def _upto(parts: LadderParts, name: str, last: str) -> bool:
    return parts.ladder.steps.index(name) <= parts.ladder.steps.index(last)


def invariance_result(parts: LadderParts, settings: Mapping[str, Any]) -> Result:
    """Return the result of a ladder."""
    items, last = parts.items, parts.steps[-1].fit
    rows = started(parts)
    for step in parts.steps:
        add_step(rows, parts, step)
    rows.add(
        "step_verdict",
        outcome=items.name,
        term="verdict",
        level=verdict_of(parts),
        n=last.n,
        estimate=float(verdict_of(parts) in (COMPARABLE, PARTLY)),
        method=parts.estimator,
        cells=cells_of(parts),
    )
    more = {}
    if parts.shifts:
        more["size"] = size_table(parts)
    if any(step.freed for step in parts.steps):
        more["given_up"] = given_up_table(parts)
    return Result.from_rows(
        rows,
        title=f"Measurement invariance of {items.title} across {parts.groups.title}",
        analysis="invariance",
        method=(
            f"multi-group confirmatory factor analysis: {METHODS[parts.estimator]}; {GAPS[parts.missing]}; "
            f"scaled difference tests between nested steps{parts.basis.words}"
        ),
        n_used=last.n,
        n_dropped=parts.n_all - last.n,
        settings=dict(settings),
        notes=_notes(parts),
        references=(*ladder_references(parts), *parts.basis.references),
        more=more,
        labels={items.name: items.title, **items.labels, "verdict": "Verdict"},
        wording=InvarianceWording(items.title, parts.groups.title),
        layout=ladder_layout(rows, "Equal in all groups"),
        plot="step_dots",
        engine=parts.steps,
    )


def ladder_layout(rows: Rows, row_head: str) -> Layout:
    """Return the layout of a ladder: one line for each step."""
    show = (
        Show("chi_squared", "statistic", "Fit test"),
        Show("cfi"),
        Show("rmsea"),
        Show("srmr"),
        Show("chi_squared_difference", "statistic", "Difference test"),
        Show("chi_squared_difference", "p"),
        Show("rmsea_of_difference"),
        Show("cfi_change"),
        Show("rmsea_change"),
        Show("srmr_change"),
        Show("step_verdict", "text"),
    )
    there = rows.quantities
    return Layout(rows=("term",), show=tuple(one for one in show if one.quantity in there), row_head=row_head)


def add_step(rows: Rows, parts: LadderParts, step: Step) -> None:
    """Add the fit of one step, its tests, and whether it holds."""
    fit, measures, test = step.fit, step.measures, step.fit.inference.chi_squared
    warning = "; ".join(text for text in warnings_of(fit))
    name = step_name(step)
    common: dict[str, Any] = {
        "outcome": parts.items.name,
        "term": name,
        "n": fit.n,
        "method": parts.estimator,
        "cells": cells_of(parts),
    }
    scaled = np.isfinite(test.scaled)
    value = test.scaled if scaled else test.value
    rows.add(
        "chi_squared",
        estimate=value,
        statistic=value,
        statistic_name="χ²",
        df1=float(test.df),
        p_value=test.scaled_p if scaled else test.p_value,
        warning=warning,
        **{**common, "method": f"{parts.estimator}, scaled" if scaled else parts.estimator},
    )
    kind = index_kind(parts.estimator)
    cfi, error = indices(measures, kind)
    told = {**common, "method": f"{parts.estimator}, {kind}"}
    if np.isfinite(cfi):
        rows.add("cfi", estimate=cfi, **told)
    if np.isfinite(error.value):
        rows.add("rmsea", estimate=error.value, conf_low=error.low, conf_high=error.high, conf_level=0.90, **told)
    rows.add("srmr", estimate=measures.srmr, **common)
    if step.difference is not None and step.difference.df > 0:
        rows.add(
            "chi_squared_difference",
            estimate=step.difference.value,
            statistic=step.difference.value,
            statistic_name="Δχ²",
            df1=float(step.difference.df),
            p_value=step.difference.p_value,
            warning="" if np.isfinite(step.difference.value) else step.difference.method,
            **{**common, "method": step.difference.method},
        )
        _add_error_of_difference(rows, step, common)
    if step.difference is not None:
        for quantity, change in zip(("cfi_change", "rmsea_change", "srmr_change"), step.changes, strict=True):
            if np.isfinite(change):
                rows.add(quantity, estimate=change, **common)
    words = step.assumed or (
        WORDS[step.holds] if step.difference is not None else "estimated" if step.holds else "not estimated"
    )
    rows.add("step_verdict", estimate=float(step.holds), level=words, **common)


def _add_error_of_difference(rows: Rows, step: Step, common: dict[str, Any]) -> None:
    """Add the RMSEA of a likelihood-ratio difference: the error of the new equalities alone."""
    found = step.difference
    if found is None or found.method != LIKELIHOOD_RATIO:
        return
    error = rmsea(found.value, float(found.df), step.fit.n, len(step.fit.samples))
    if np.isfinite(error.value):
        rows.add(
            "rmsea_of_difference",
            estimate=error.value,
            conf_low=error.low,
            conf_high=error.high,
            conf_level=LEVEL,
            p_value=error.close_p,
            **{**common, "method": "RMSEA of the difference test, p of close fit"},
        )


def _notes(parts: LadderParts) -> tuple[str, ...]:
    notes = [NOTE_CHOSEN[bool(parts.ladder.categories)]] if parts.chosen else []
    if parts.groups.left_out:
        notes.append(NOTE_LEFT_OUT.format(groups=", ".join(parts.groups.left_out)))
    notes.append(NOTE_CONFIGURAL)
    rules = list(dict.fromkeys(rule.told for step in parts.steps for rule in step.rules))
    notes.append(
        NOTE_RULES.format(rules="; ".join(rules))
        if rules
        else NOTE_OTHER_DATA
        if not parts.basis.ruled
        else NOTE_NO_RULE.format(estimator=parts.estimator, groups=len(parts.groups.labels))
    )
    notes.append(NOTE_STEP)
    notes += [f"{step.name}: {step.assumed}." for step in parts.steps if step.assumed]
    return (*notes, *parts.basis.notes)


def ladder_references(parts: LadderParts) -> tuple[str, ...]:
    """Return the sources of the steps, of the difference tests and of the rules."""
    sources = [WU] if parts.ladder.categories else []
    if parts.estimator in ("MLR", "MLM"):
        sources.append(SATORRA["scaled"])
    if parts.ladder.categories:
        sources.append(SATORRA["shifted"])
    if any(step.difference is not None and step.difference.method == LIKELIHOOD_RATIO for step in parts.steps):
        sources.append(SAVALEI)
    sources += list(dict.fromkeys(rule.reference for step in parts.steps for rule in step.rules))
    return tuple(sources)
