"""Several outcomes at once under weights and over imputed sets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from osa_survey.analysis.factorial.anova_effects import TIMES
from osa_survey.analysis.factorial.anova_rows import every_cell
from osa_survey.analysis.factorial.composed_designs import ComposedDesign
from osa_survey.analysis.factorial.composed_effects import hypothesis_test
from osa_survey.analysis.factorial.composed_further import pooled_f
from osa_survey.analysis.factorial.linear_hypotheses import (
    LinearTerm,
    MultivariateTest,
    hypothesis,
    linear_fit,
    multivariate_tests,
)
from osa_survey.results import Rows

WALD = "Wald"
EXACT = "Hotelling–Lawley"
NOTE_WALD = (
    "Under weights each effect is tested by Wald on all outcomes at once: Pillai, Wilks, Hotelling–Lawley and Roy are "
    "functions of sums of products whose distribution needs people drawn alone with one covariance."
)
NOTE_CRITERIA = (
    "Hotelling–Lawley's trace is Wald's statistic and pooled by D1; Pillai and Wilks are pooled by D2 of their F, "
    "which is approximate; values are means over the sets."
)
NO_ROY = "F of the largest root is a bound, and bounds have no pooling rule"


def add_composed_criteria(rows: Rows, design: ComposedDesign, type_: int) -> None:
    """Add the multivariate tests of each effect.

    Parameters
    ----------
    rows : Rows
        The table.
    design : ComposedDesign
        The design; its outcomes are tested together.
    type_ : {2, 3}
        The type of hypothesis.

    Notes
    -----
    Under a design one Wald test (over sets D1); see ``hypothesis_test``. Over sets without a design Hotelling and
    Lawley's trace by D1 and Pillai's and Wilks' F by D2.
    """
    for term in design.terms:
        if term.factors:
            _add_term(rows, design, term, type_)


def _add_term(rows: Rows, design: ComposedDesign, term: LinearTerm, type_: int) -> None:
    test, missing = hypothesis_test(design, term, np.eye(design.outcomes), type_)
    keys: dict[str, Any] = {"term": TIMES.join(term.factors), "n": design.n, "cells": every_cell(design)}
    wald: dict[str, Any] = {
        "statistic": test.statistic, "statistic_name": "F", "df1": float(test.df1), "df2": test.df2,
        "p_value": test.p_value, "warning": "" if math.isfinite(test.statistic) else missing,
    }  # fmt: skip
    if design.sample.design is not None:
        method = "Wald's F" + (", pooled by D1" if design.sample.imputed else "")
        rows.add("manova_test", level=WALD, estimate=test.statistic, method=method, **wald, **keys)
        return
    each = [_criteria(design, place, term, type_) for place in range(len(design.models))]
    for same in zip(*each, strict=True):
        one = same[0]
        value = float(np.mean([other.value for other in same]))
        if one.name == EXACT:
            rows.add("manova_test", level=one.name, estimate=value, method="F, pooled by D1", **wald, **keys)
        elif one.name == "Roy":
            rows.add("manova_test", level=one.name, estimate=value, method="not pooled", warning=NO_ROY, **keys)
        else:
            found = pooled_f([other.f for other in same], one.df1)
            rows.add(
                "manova_test", level=one.name, estimate=value, statistic=found.statistic, statistic_name="F",
                df1=found.df1, df2=found.df2, p_value=found.p_value, method="F approximation, pooled by D2",
                warning="" if math.isfinite(found.statistic) else missing, **keys,
            )  # fmt: skip


def _criteria(design: ComposedDesign, place: int, term: LinearTerm, type_: int) -> tuple[MultivariateTest, ...]:
    model = design.models[place]
    fit = linear_fit(model.x, model.y, design.terms)
    return multivariate_tests(hypothesis(fit, term, type_), fit.error, len(term.columns), fit.df_error)
