"""Tables of what goes with class membership."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from osa_survey.psychometrics.latent_classes.class_parts import ClassParts, class_cells, labels_of, wald_interval
from osa_survey.psychometrics.latent_classes.three_steps import (
    bch_means,
    classification_errors,
    membership_model,
)
from osa_survey.results import Layout, Result, Rows, Show


def covariates_result(parts: ClassParts) -> Result:
    """Return the table of covariates of membership."""
    rows = Rows()
    known = np.all([column.answered[parts.measured.used] for column in parts.covariates], axis=0)
    names: list[tuple[str, str]] = [("", "intercept")]
    design = [np.ones(int(known.sum()))]
    for column in parts.covariates:
        values = column.values[parts.measured.used][known]
        if column.info.type != "nominal":
            names.append((column.info.name, ""))
            design.append(values)
            continue
        for code, label in list(zip(column.info.codes, column.info.labels, strict=True))[1:]:
            if 0 < (values == code).sum() < len(values):
                names.append((column.info.name, label))
                design.append((values == code).astype(float))
    X = np.column_stack(design)
    own = parts.own_weights
    errors = classification_errors(parts.posterior, own)
    found = membership_model(
        X,
        parts.posterior[known],
        errors,
        weights=None if own is None else own[known],
        covariance=parts.covariance_among(known),
    )
    rows.cell("with covariates", len(X))
    warning = "" if found.converged else "the search did not come to rest: a covariate may separate the classes"
    for at in range(parts.chosen - 1):
        for row, (name, label) in enumerate(names):
            if row == 0:
                continue
            estimate, error = float(found.coefficients[row, at]), float(found.std_errors[row, at])
            z = estimate / error if error > 0 else float("nan")
            rows.add(
                "log_odds",
                term=name,
                level=label,
                contrast=f"class {at + 2} – class 1",
                n=len(X),
                estimate=estimate,
                statistic=z,
                statistic_name="z" if math.isinf(parts.df) else "t",
                df1=math.nan if math.isinf(parts.df) else parts.df,
                p_value=2.0 * float(stats.t.sf(abs(z), parts.df)) if np.isfinite(z) else float("nan"),
                warning=warning,
                cells=["with covariates"],
                **wald_interval(estimate, error, parts.request.conf_level, parts.df),
            )
    return Result.from_rows(
        rows,
        title="Covariates of class membership",
        analysis=parts.measured.analysis,
        method="three steps, maximum likelihood with the errors of assignment; robust standard errors" + parts.words,
        n_used=len(X),
        notes=parts.notes,
        labels=labels_of(parts),
        layout=Layout(
            rows=("term", "level"),
            show=(Show("log_odds"), Show("log_odds", "interval"), Show("log_odds", "p")),
            across="contrast",
            row_head="Covariate",
        ),
    )


def outcomes_result(parts: ClassParts) -> Result:
    """Return the table of outcomes by class."""
    rows = Rows()
    cells = class_cells(parts, rows)
    own = parts.own_weights
    errors = classification_errors(parts.posterior, own)
    for column in parts.outcomes:
        known = column.answered[parts.measured.used]
        found = bch_means(
            column.values[parts.measured.used][known],
            parts.posterior[known],
            errors,
            weights=None if own is None else own[known],
            covariance=parts.covariance_among(known),
            df=parts.df,
        )
        n = int(known.sum())
        for at, cell in enumerate(cells):
            value, error = float(found.mean[at]), float(found.std_error[at])
            bounds = wald_interval(value, error, parts.request.conf_level, parts.df)
            group = f"class {at + 1}"
            rows.add("mean", outcome=column.info.name, group=group, n=n, estimate=value, cells=[cell], **bounds)
        rows.add(
            "model_test",
            outcome=column.info.name,
            n=n,
            estimate=found.wald,
            statistic=found.wald,
            statistic_name="χ²" if math.isinf(parts.df) else "F",
            df1=found.df,
            df2=math.nan if math.isinf(parts.df) else parts.df,
            p_value=found.p_value,
            method="Wald test that all means are equal",
            cells=cells,
        )
    return Result.from_rows(
        rows,
        title="Outcomes by class",
        analysis=parts.measured.analysis,
        method="three steps with BCH weights; robust standard errors" + parts.words,
        n_used=parts.n,
        notes=parts.notes,
        labels=labels_of(parts),
        layout=Layout(
            rows=("outcome", "group"),
            show=(Show("mean"), Show("mean", "interval"), Show("model_test", "p")),
            row_head="Outcome and class",
        ),
    )
