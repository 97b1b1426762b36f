"""Multivariate analysis of variance: several outcomes at once, then one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from osa_survey.analysis.arguments import check_conf_level, variable_names
from osa_survey.analysis.domains import composes, composition_words
from osa_survey.analysis.factorial.anova_designs import AnovaDesign, anova_design
from osa_survey.analysis.factorial.anova_effects import AnovaEffect, anova_effects
from osa_survey.analysis.factorial.anova_means import marginal_means
from osa_survey.analysis.factorial.anova_rows import cell_name, cells_of, every_cell
from osa_survey.analysis.factorial.composed_designs import ComposedDesign, composed_design
from osa_survey.analysis.factorial.composed_effects import composed_effects
from osa_survey.analysis.factorial.composed_further import REFERENCE_D2, composed_notes, composed_references
from osa_survey.analysis.factorial.composed_manovas import (
    NOTE_CRITERIA,
    NOTE_WALD,
    add_composed_criteria,
)
from osa_survey.analysis.factorial.composed_shares import composed_shares
from osa_survey.analysis.factorial.linear_hypotheses import hypothesis, multivariate_tests
from osa_survey.analysis.factorial.manova_sentences import ManovaWords
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.analysis.samples import Data
from osa_survey.analysis.size_rows import size_fields
from osa_survey.effects.effects import Effect
from osa_survey.effects.explained_variances import eta_squared
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

TIMES = " × "
REFERENCE = (
    "Pillai, K. C. S. (1955). Some new test criteria in multivariate analysis. Annals of Mathematical Statistics, "
    "26(1), 117–121. doi:10.1214/aoms/1177728599"
)
NOTE_ROY = "F of Roy's largest root is an upper bound, its p a lower bound."


def manova(
    data: Data,
    outcomes: Sequence[str],
    between: str | Sequence[str],
    *,
    covariates: str | Sequence[str] = (),
    type: Literal[2, 3] = 3,
    adjust: str = "holm",
    conf_level: float = 0.95,
) -> Result:
    """Test the effects of factors between people on several outcomes at once, with one analysis for each outcome.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; a design or completed sets are used.
    outcomes : sequence of str
        Two or more numbers.
    between, covariates, type
        As in ``anova``.
    adjust : str
        How p of the single outcomes is adjusted, effect by effect.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        For each effect ``manova_test`` by Pillai, Wilks, Hotelling–Lawley and Roy (``level``), under weights by Wald.
        ``more["follow_ups"]`` holds F, p, adjusted p and partial η² of each outcome, ``more["groups"]`` its marginal
        means.

    Raises
    ------
    AnalysisError
        What ``anova`` refuses; ``dependent_outcomes`` where an outcome follows from the others.

    Notes
    -----
    With H and E the products of the effect and of the residuals, all four are functions of the eigenvalues of E⁻¹H.
    Under weights the same hypothesis is tested by Wald. Over imputed sets Hotelling and Lawley's trace is pooled by D1,
    Pillai's and Wilks' F by D2; Roy's root is a bound and not pooled. See ``hypothesis_test``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> group = pd.Categorical(["a"] * 10 + ["b"] * 10)
    >>> data = pd.DataFrame({"x": rng.normal(size=20), "y": rng.normal(size=20), "group": group})
    >>> int(manova(data, ["x", "y"], between="group").pick("manova_test", level="Wilks")["df1"])
    2
    """
    check_conf_level(conf_level)
    check_adjustment(adjust)
    if type not in (2, 3):
        raise AnalysisError(Problem("unknown_choice", f"type cannot be {type}", key="type", hint="2 or 3"))
    names = variable_names(outcomes, at_least=2)
    between = [between] if isinstance(between, str) else list(between)
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    if not between and not covariates:
        raise AnalysisError(Problem("no_factor", "an effect is needed", key="between", hint="between = […]"))
    design: AnovaDesign | ComposedDesign
    if composes(data):
        design = composed_design(data, names, between, {}, covariates, "outcomes")
    else:
        design = anova_design(data, names, between, {}, covariates, "outcomes")  # type: ignore[arg-type]
    _check_outcomes(design)
    rows = Rows()
    cells_of(rows, design)
    if isinstance(design, ComposedDesign):
        add_composed_criteria(rows, design, type)
    else:
        _add_criteria(rows, design, type)
    labels = {**design.titles, **{one.name: one.title for one in design.factors}}
    alone = [design.alone(place, name) for place, name in enumerate(names)]
    title = "Multivariate analysis of variance"
    composition = composition_words(design.sample) if isinstance(design, ComposedDesign) else ""
    shared = {"analysis": "manova", "n_used": design.n, "n_dropped": design.n_dropped, "labels": labels}
    return Result.from_rows(
        rows,
        title=title,
        method=f"Multivariate analysis of variance (effect coding, type {'I' * type}){composition}",
        settings={"outcomes": names, "between": between, "covariates": covariates, "type": type, "adjust": adjust,
                  "conf_level": conf_level},
        notes=_notes(design),
        references=(
            REFERENCE,
            *_references(design),
            *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ()),
        ),
        more={
            "follow_ups": _follow_ups(alone, type, adjust, conf_level, composition, shared),
            **({"groups": _means(alone, conf_level, composition, shared)} if between else {}),
        },
        wording=ManovaWords(labels),
        layout=Layout(
            rows=("term", "level"),
            show=(Show("manova_test", "estimate", "Value"), Show("manova_test", "statistic", "F"),
                  Show("manova_test", "p")),
            row_head="Effect",
        ),
        plot="group_means",
        **shared,
    )  # fmt: skip


def _dependent(correlations: np.ndarray[Any, np.dtype[np.float64]]) -> bool:
    return bool(np.linalg.eigvalsh(correlations)[0] < 1e-10)


def _check_outcomes(design: AnovaDesign | ComposedDesign) -> None:
    """Raise ``dependent_outcomes`` where the residuals of an outcome are none, or those of the others."""
    if isinstance(design, AnovaDesign):
        errors, df_error = [design.fit.error], design.fit.df_error
    else:
        rests = [(one.residuals(design.columns), one.weights[:, None]) for one in design.models]
        errors, df_error = [rest.T @ (rest * weights) for rest, weights in rests], design.df_error
    for error in errors:
        scale = np.sqrt(np.diag(error))
        if df_error < len(error) or not (scale > 0).all() or _dependent(error / np.outer(scale, scale)):
            message = "an outcome follows from the others, has no variance in the cells, or people are too few"
            hint = "leave an outcome out: scores of one scale's parts and their total depend on each other"
            raise AnalysisError(Problem("dependent_outcomes", message, hint=hint))


def _add_criteria(rows: Rows, design: AnovaDesign, type_: int) -> None:
    fit = design.fit
    for term in fit.terms:
        if not term.factors:
            continue
        for one in multivariate_tests(hypothesis(fit, term, type_), fit.error, len(term.columns), fit.df_error):
            rows.add(
                "manova_test", term=TIMES.join(term.factors), level=one.name, n=design.n, estimate=one.value,
                statistic=one.f, statistic_name="F", df1=one.df1, df2=one.df2, p_value=one.p_value,
                method="F bound" if one.name == "Roy" else "F approximation", cells=every_cell(design),
            )  # fmt: skip


def _notes(design: AnovaDesign | ComposedDesign) -> tuple[str, ...]:
    if isinstance(design, AnovaDesign):
        return (NOTE_ROY,)
    return (NOTE_WALD if design.sample.design is not None else NOTE_CRITERIA, *composed_notes(design))


def _references(design: AnovaDesign | ComposedDesign) -> tuple[str, ...]:
    if isinstance(design, AnovaDesign):
        return ()
    return (*composed_references(design), *((REFERENCE_D2,) if design.sample.design is None else ()))


def _effects(design: AnovaDesign | ComposedDesign, type_: int, conf_level: float) -> list[tuple[AnovaEffect, Effect]]:
    """Return the effects on one outcome with their partial η²."""
    if isinstance(design, ComposedDesign):
        found = composed_effects(design, type_)
        shares = composed_shares(design, found, type_, (), conf_level)
        return [(one, share.partial) for one, share in zip(found, shares, strict=True)]
    return [
        (one, eta_squared(one.f, one.df1, one.df2, conf_level)) for one in anova_effects(design, type_, "none")
    ]  # fmt: skip


def _follow_ups(
    alone: Sequence[AnovaDesign | ComposedDesign],
    type_: int,
    adjust: str,
    conf_level: float,
    composition: str,
    shared: Mapping[str, Any],
) -> Result:
    """Return the analysis of variance of each outcome alone."""
    found: dict[str, list[tuple[str, AnovaEffect, Effect]]] = {}
    for design in alone:
        for one, size in _effects(design, type_, conf_level):
            found.setdefault(one.term, []).append((design.outcome, one, size))
    rows, every = Rows(), every_cell(alone[0])
    cells_of(rows, alone[0])
    for term, effects in found.items():
        adjusted = adjusted_p_values(np.array([one.p_value for _, one, _ in effects]), adjust)
        for (name, one, size), p in zip(effects, adjusted, strict=True):
            keys: dict[str, Any] = {"outcome": name, "term": term, "n": alone[0].n, "cells": every}
            rows.add(
                "anova_effect", estimate=one.f, statistic=one.f, statistic_name="F", df1=one.df1, df2=one.df2,
                p_value=one.p_value, p_adjusted=float(p), method=one.method,
                warning="" if math.isfinite(one.f) else one.missing, **keys,
            )  # fmt: skip
            rows.add("partial_eta_squared", **keys, **size_fields(size, conf_level))
    return Result.from_rows(
        rows,
        title="Each outcome alone",
        method=f"analyses of variance; p adjusted over {len(alone)} outcomes: {ADJUSTMENT_TITLES[adjust]}"
        + composition,
        layout=Layout(
            rows=("term", "outcome"),
            show=(Show("anova_effect", "statistic", "F"), Show("anova_effect", "p"), Show("anova_effect", "p_adjusted"),
                  Show("partial_eta_squared"), Show("partial_eta_squared", "interval")),
            row_head="Effect",
        ),
        **shared,
    )  # fmt: skip


def _means(
    alone: Sequence[AnovaDesign | ComposedDesign], conf_level: float, composition: str, shared: Mapping[str, Any]
) -> Result:
    rows, every = Rows(), every_cell(alone[0])
    cells_of(rows, alone[0])
    for design in alone:
        for factor in design.between:
            for one in marginal_means(design, [factor.name]):
                low, high = one.interval(conf_level)
                rows.add(
                    "mean", outcome=design.outcome, term=factor.name, group=one.name, n=one.n, estimate=one.estimate,
                    std_error=one.std_error, conf_low=low, conf_high=high, conf_level=conf_level,
                    method="estimated marginal mean, t interval", cells=[cell_name(design, one.levels), *every],
                )  # fmt: skip
    return Result.from_rows(
        rows,
        title="Estimated marginal means of each outcome",
        method="estimated marginal means (equal weights of cells, covariates at their mean), t intervals"
        + composition,
        layout=Layout(
            rows=("outcome", "group"), show=(Show("mean"), Show("mean", "interval"), Show("mean", "n")),
            row_head="Outcome",
        ),
        **shared,
    )  # fmt: skip
