"""Comparing many groups that are not measured quite alike: alignment instead of equality."""

from __future__ import annotations

from typing import Any

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.factor_tables import GAPS, NOTE_LEFT_OUT
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_to_samples
from osa_survey.psychometrics.confirmatory.modelled_items import Groups, ModelledItems
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.invariance.alignment import Aligned, align
from osa_survey.psychometrics.invariance.alignment_sentences import AlignmentWording
from osa_survey.psychometrics.invariance.comparability import ComparedGroups
from osa_survey.psychometrics.invariance.ladders import LadderModel, step_syntax
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis
from osa_survey.results import Layout, Result, Rows, Show

ASPAROUHOV = (
    "Asparouhov, T., & Muthén, B. (2014). Multiple-group factor analysis alignment. Structural Equation Modeling, "
    "21(4), 495–508. https://doi.org/10.1080/10705511.2014.919210"
)
NOTE_NUMBERS = "Answers are taken as numbers."
NOTE_SCALE = "The first group, {first}, has factor mean 0 and standard deviation 1; intervals are not computed."
NOTE_R2 = (
    "R²: the share of the groups' differences in loadings or intercepts that means and variances of the factor account "
    "for; 1 where items are alike in all groups."
)


def alignment_result(
    compared: ComparedGroups, samples: tuple[GroupSample, ...], missing: str, basis: Basis = PLAIN
) -> Result:
    """Align the groups and return the result.

    Parameters
    ----------
    compared : ComparedGroups
        Items and groups.
    samples : tuple of GroupSample
        What the configural model is fitted to.
    missing : str
        How gaps were handled.
    basis : Basis
        What tables owe to weights and imputed sets.
    """
    ladder = LadderModel(compared.loadings, compared.extras, {}, len(samples))
    fit = fit_to_samples(samples, step_syntax(ladder, "configural"), estimator="ML", means=True)
    if not fit.minimum.converged:
        message = "the configural model did not converge"
        raise AnalysisError(Problem("not_converged", message, hint="look at cfa of single groups"))
    found = {factor: _aligned(fit, factor, block) for factor, block in compared.loadings.items()}
    return _result(compared.items, compared.groups, fit, found, missing, basis)


def _aligned(fit: FactorFit, factor: str, block: tuple[str, ...]) -> Aligned:
    """Align one factor."""
    place = [fit.table.observed.index(item) for item in block]
    column = fit.table.latent.index(factor)
    matrices = [structure.matrices(fit.minimum.parameters) for structure in fit.structures]
    loadings = np.array([m.loadings[place, column] for m in matrices])
    signs = np.sign(loadings.sum(axis=1))  # the direction of a factor is arbitrary in each group
    loadings *= np.where(signs == 0, 1.0, signs)[:, None]
    intercepts = np.array([m.intercepts[place] for m in matrices])
    return align(loadings, intercepts, np.array([float(sample.n) for sample in fit.samples]))


def _cells(items: ModelledItems, groups: Groups) -> list[str]:
    return [f"{items.name}|{label}" for label in groups.labels]


def _started(items: ModelledItems, groups: Groups, fit: FactorFit) -> Rows:
    rows = Rows()
    for cell, sample in zip(_cells(items, groups), fit.samples, strict=True):
        rows.cell(cell, sample.n)
    rows.cell(f"{items.name}|all", fit.n)
    rows.total(f"{items.name}|all", _cells(items, groups))
    return rows


def _result(
    items: ModelledItems, groups: Groups, fit: FactorFit, found: dict[str, Aligned], missing: str, basis: Basis
) -> Result:
    rows, details = _started(items, groups, fit), _started(items, groups, fit)
    labels = {items.name: items.title, **items.labels}
    for factor, aligned in found.items():
        warning = "" if aligned.converged else "the search did not end: do not interpret"
        for index, sample in enumerate(fit.samples):
            common: dict[str, Any] = {
                "outcome": factor,
                "group": sample.label,
                "n": sample.n,
                "cells": [f"{items.name}|{sample.label}"],
                "method": "alignment",
                "warning": warning,
            }
            rows.add("factor_mean", estimate=aligned.means[index], **common)
            rows.add("factor_sd", estimate=aligned.sds[index], **common)
            block = [row.rhs for row in fit.table.rows if row.group == 0 and row.op == "=~" and row.lhs == factor]
            for position, item in enumerate(block):
                details.add("loading_raw", term=item, estimate=aligned.loadings[index, position], **common)
                details.add("intercept", term=item, estimate=aligned.intercepts[index, position], **common)
        whole: dict[str, Any] = {"outcome": factor, "n": fit.n, "cells": _cells(items, groups), "method": "alignment"}
        rows.add("r2", level="loadings", estimate=aligned.loading_r2, **whole)
        rows.add("r2", level="intercepts", estimate=aligned.intercept_r2, **whole)
    shared: dict[str, Any] = {
        "analysis": "alignment",
        "n_used": fit.n,
        "n_dropped": len(items.values) - fit.n,
        "labels": labels,
    }
    left = (NOTE_LEFT_OUT.format(groups=", ".join(groups.left_out)),) if groups.left_out else ()
    return Result.from_rows(
        rows,
        title=f"Aligned factor means of {items.title} across {groups.title}",
        method=f"alignment of a configural maximum likelihood model; {GAPS[missing]}{basis.words}",
        settings={"model": items.name, "by": groups.variable, "missing": missing},
        notes=(NOTE_NUMBERS, *left, NOTE_SCALE.format(first=groups.labels[0]), NOTE_R2, *basis.notes),
        references=(ASPAROUHOV, *basis.references),
        more={
            "items": Result.from_rows(
                details,
                title=f"Aligned items of {items.title}",
                method="loadings and intercepts on the common scale",
                layout=Layout(
                    rows=("outcome", "term"),
                    show=(Show("loading_raw", "estimate", "Loading"), Show("intercept")),
                    across="group",
                    row_head="Item",
                ),
                **shared,
            )
        },
        wording=AlignmentWording(items.title, groups.title),
        layout=Layout(
            rows=("outcome", "group", "level"),
            show=(Show("factor_mean"), Show("factor_sd"), Show("r2")),
            row_head=groups.title,
        ),
        plot="aligned_means",
        engine=fit,
        **shared,
    )
